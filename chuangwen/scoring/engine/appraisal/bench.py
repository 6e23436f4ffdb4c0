"""How long a month's appraisal takes: 200 units over generated cases and observations, on DuckDB and, the scheme unchanged, on Spark.

`run(rows)` writes that many cases and that many observations as Parquet, lets each engine appraise them in a process of its own, and
compares the results to the last digit. What is timed: from the files on disk to every unit's score, place, interval and list. The
start of the interpreter, its imports and, for Spark, of the cluster (`start_seconds`) is told apart. `peak_mib`: the process, for
Spark all processes of the cluster together.

    python -m chuangwen.scoring.engine.appraisal.bench ROWS [ENGINE,ENGINE...]
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

UNITS, GROUPS = 200, 4
SEED = 20261130
MEASURES: list[dict[str, Any]] = [
    {"kind": "case_rate", "key": "in_time", "name": "按期结案率", "rate": "closed_in_time", "weight": "25"},
    {"kind": "case_rate", "key": "closed", "name": "结案率", "rate": "closed", "weight": "10"},
    {"kind": "case_rate", "key": "rework", "name": "返工率", "rate": "rework", "weight": "10"},
    {"kind": "case_rate", "key": "rebound", "name": "反弹率", "rate": "rebound", "weight": "5"},
    {"kind": "observation_rate", "key": "checks", "name": "实地检查得分率", "weight": "30"},
    {
        "kind": "case_deduction", "key": "issues", "name": "问题扣分", "weight": "20", "floor": "-10000",
        "rules": [{"severity": "一般", "points": "0.001"}, {"severity": "严重", "points": "0.002"},
                  {"source": "上级交办", "points": "0.004"}],
        "default_points": "0.0005", "late": {"mode": "add", "points": "0.001"}, "repetition": {"mode": "double", "most": 3},
    },
]  # fmt: skip


def scheme() -> dict[str, Any]:
    """Six measures over cases and observations, small samples, lists."""
    return {
        "schema": 1, "name": "测速", "version": "1", "period": "month", "measures": MEASURES,
        "groups": [
            {"name": f"组{number}", "units": [f"单位{unit}" for unit in range(number, UNITS, GROUPS)]} for number in range(GROUPS)
        ],
        "small": {"smallest": 30, "treat": "shrink"}, "lists": {"red": {"top": 5}, "black": {"last": 4}, "smallest_group": 10},
    }  # fmt: skip


def context() -> dict[str, Any]:
    """October 2026 and two hundred units."""
    return {
        "period": "month", "label": "2026年10月", "start": "2026-10-01", "end": "2026-10-31",
        "units": [{"name": f"单位{number}", "kind": "单位"} for number in range(UNITS)],
    }  # fmt: skip


def run(rows: int, engines: Sequence[str] = ("duckdb",)) -> dict[str, Any]:
    """{"engines": {NAME: {"seconds", "start_seconds", "rows_per_s", "peak_mib"}}, "equal": bool, "rows", "units"}.

    Raises ValueError for an engine that is not known, RuntimeError when one fails.
    """
    unknown = [engine for engine in engines if engine not in ENGINES]
    if unknown:
        raise ValueError(f"unknown engine: {', '.join(unknown)}")
    measured: dict[str, dict[str, Any]] = {}
    results = []
    with tempfile.TemporaryDirectory(prefix="chuangwen-bench-") as folder:
        _in_process("generate", folder, str(rows))
        for engine in engines:
            answer = _in_process(engine, folder)
            results.append(answer.pop("result"))
            measured[engine] = {**answer, "rows_per_s": round(2 * rows / answer["seconds"]) if answer["seconds"] else 0}
    return {"engines": measured, "equal": all(result == results[0] for result in results), "rows": rows, "units": UNITS}


def generate(folder: Path, rows: int) -> dict[str, Any]:
    """Cases and observations of October 2026, the unit of each by a hash of its number: a few units have many, some have few."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    numbers = ", ".join(f"hash(range * {2 * n + 3} + {SEED + n}) // 2 AS h{n}" for n in range(6))
    connection.execute(f"""
        COPY (
            SELECT range::BIGINT AS case_id, '单位' || unit AS unit, '单位' || unit AS handler,
                   (['轻微', '一般', '严重', '紧急'])[(h1 % 4)::INT + 1] AS severity,
                   (['巡查', '暗访', '群众反映', '上级交办'])[(h2 % 4)::INT + 1] AS source,
                   DATE '2026-10-01' + (h3 % 31)::INT AS reported_on, DATE '2026-10-01' + ((h3 % 31) + h4 % 5)::INT AS due_on,
                   CASE WHEN h5 % 10 > 0 THEN DATE '2026-10-01' + ((h3 % 31) + h4 % 4)::INT END AS closed_on,
                   h5 % 50 > 0 AS filed, h5 % 10 > 0 AS closed, h5 % 10 > 0 AND h4 % (5 + unit % 7) > 0 AS in_time,
                   h5 % 97 = 0 AS deferred, h4 % (5 + unit % 7) = 0 AS late, h2 % 11 = 0 AS on_spot,
                   (h1 % 9 = 0)::BIGINT AS rework, h2 % 23 = 0 AS rebounded,
                   CASE WHEN h3 % 41 = 0 THEN 1 + h4 % 2 ELSE 0 END::BIGINT AS repeated
            FROM (SELECT range, {numbers}, least(h0a, h0b)::INT AS unit
                  FROM (SELECT range, hash(range + {SEED}) % {UNITS} AS h0a, hash(range * 5 + {SEED}) % {UNITS} AS h0b
                        FROM range(1, {rows + 1})))
        ) TO '{folder / "cases.parquet"}' (FORMAT parquet, COMPRESSION zstd)
    """)
    connection.execute(f"""
        COPY (
            SELECT range::BIGINT AS observation_id, '点位类型' || (h1 % 50) AS site_type, h2 % 500 > 0 AS placed,
                   CASE WHEN h2 % 3 = 0 THEN (['A', 'B', 'C', 'D'])[(h3 % 4)::INT + 1] END AS grade,
                   CASE WHEN h2 % 3 = 1 THEN h3 % (4 + h0 % 9) > 0 END AS conform,
                   CASE WHEN h2 % 3 = 2 THEN ((h3 % 4)::DECIMAL(9, 4) / 10)::DECIMAL(9, 4) END AS loss,
                   (1 + h4 % 2 / 2)::DECIMAL(9, 4) AS weight, DATE '2026-10-01' + (h5 % 31)::INT AS observed_on,
                   CASE WHEN h4 % 3 = 0 THEN ['单位' || (h0 % {UNITS}), '单位' || ((h0 + 7) % {UNITS})]
                        ELSE ['单位' || (h0 % {UNITS})] END AS units
            FROM (SELECT range, {numbers} FROM range(1, {rows + 1}))
        ) TO '{folder / "observations.parquet"}' (FORMAT parquet, COMPRESSION zstd)
    """)
    return {"rows": rows}


def on_duckdb() -> AbstractContextManager[Any]:
    """The engine's own: a DuckDB in the process."""
    return nullcontext(None)


def on_spark() -> AbstractContextManager[Any]:
    """A standalone cluster on loopback: one master, two workers."""
    from chuangwen.scoring.engine.cluster import cluster

    return cluster()


ENGINES: dict[str, Callable[[], AbstractContextManager[Any]]] = {"duckdb": on_duckdb, "spark": on_spark}


def _in_process(task: str, folder: str, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "chuangwen.scoring.engine.appraisal.bench", "--task", task, folder, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{task}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def _task(task: str, folder: Path, arguments: list[str]) -> dict[str, Any]:
    if task == "generate":
        return generate(folder, int(arguments[0]))
    from .run import appraise
    from .scheme import read_appraisal_scheme

    rules = read_appraisal_scheme(scheme())
    begin = time.perf_counter()
    with ENGINES[task]() as cluster:
        started = time.perf_counter()
        tables = {name: str(folder / f"{name}.parquet") for name in ("cases", "observations")}
        result = appraise(tables, rules, context(), backend=cluster.backend if cluster else None)
        ended = time.perf_counter()
        of_cluster = cluster.peak_mib() if cluster else 0
    peak = of_cluster + resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return {
        "seconds": round(ended - started, 3), "start_seconds": round(started - begin, 3), "peak_mib": round(peak),
        "result": result.document(rules),
    }  # fmt: skip


def main(arguments: list[str]) -> None:
    """Print one JSON line: a measurement, or (with --task) what a process of a measurement answers."""
    if arguments[:1] == ["--task"]:
        print(json.dumps(_task(arguments[1], Path(arguments[2]), arguments[3:])))
        return
    engines = arguments[1].split(",") if len(arguments) > 1 else ["duckdb"]
    print(json.dumps(run(int(arguments[0]), engines), indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
