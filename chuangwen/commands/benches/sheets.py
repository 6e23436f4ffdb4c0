"""Importing 100,000 observation rows, beside openpyxl merely reading the same file."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from chuangwen.commands.benches.ground import Ground, run

HEAD = ["序号", "项目", "考察点位", "扣分", "得分", "区域", "责任单位2", "责任单位3"]


def workbook(path: Path, rows: int) -> None:
    """A round's workbook of many rows: 60 sub-indicators, 3,000 sites, 20 departments."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        page = book.add_worksheet("模板")
        page.write_row(0, 0, HEAD)
        for n in range(rows):
            page.write_row(
                n + 1,
                0,
                [
                    f"测速{n}",
                    f"公共服务{n % 60 + 1}",
                    f"主干道{n % 3000 + 1}",
                    0.2 if n % 9 == 0 else None,
                    None,
                    "测速街道",
                    f"第{n % 20 + 1}局",
                    None,
                ],
            )


def measure(on: Ground, rows: int) -> dict[str, Any]:
    """Seconds of reading with openpyxl, of our reading, of the whole import, and of the same import again."""
    path = on.home / "round.xlsx"
    workbook(path, rows)
    figures: dict[str, Any] = {"rows": rows, "bytes": path.stat().st_size}
    script = (
        "import openpyxl,sys\nbook=openpyxl.load_workbook(sys.argv[1],read_only=True)\n"
        "print(sum(1 for _ in book.worksheets[0].iter_rows(values_only=True)))"
    )
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", script, str(path)], check=False, capture_output=True, text=True)
    figures["openpyxl_read_s"] = round(time.perf_counter() - started, 2) if done.returncode == 0 else None
    from chuangwen.fieldwork.sheets import COLUMNS
    from chuangwen.kernel.sheets import read_sheet

    content = path.read_bytes()
    started = time.perf_counter()
    read_sheet(content, COLUMNS)
    figures["our_read_s"] = round(time.perf_counter() - started, 2)
    for key in ("import_s", "again_s"):
        started = time.perf_counter()
        report = run(on.environment, "import", "observations", str(path), "--round", "测速", "--json")
        figures[key] = round(time.perf_counter() - started, 2)
        figures["creates" if key == "import_s" else "creates_again"] = report["creates"]
    started = time.perf_counter()
    run(on.environment, "score", "--round", "测速", "--json")
    figures["score_s"] = round(time.perf_counter() - started, 2)
    if figures["openpyxl_read_s"]:
        figures["import_to_openpyxl_read"] = round(figures["import_s"] / figures["openpyxl_read_s"], 2)
    return figures
