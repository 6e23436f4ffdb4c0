"""Write the templates of papers that are shipped, by the layout's own styles (GB/T 9704-2012), into chuangwen/papers/shipped/.

python tools/paper_templates.py            write them
python tools/paper_templates.py --check    write nothing; exit 1 when a file is not what this would write
"""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangwen.config.settings")

from chuangwen.papers.layout.fonts import KAI, XIAOBIAOSONG  # noqa: E402
from chuangwen.papers.layout.measures import BLOCK_WIDTH, LINE, RED, mm  # noqa: E402
from chuangwen.papers.layout.ooxml import cell, line_border, paragraph, row, run, shares, tab, table  # noqa: E402
from chuangwen.papers.layout.package import Package  # noqa: E402

FOLDER = Path(__file__).resolve().parent.parent / "chuangwen" / "papers" / "shipped"
MADE = datetime(2026, 11, 30, tzinfo=UTC).replace(tzinfo=None)
RED_LINE = line_border("bottom", 18, color=RED, space=6)


def body(text: str) -> str:
    return paragraph(run(text), style="BodyText")


def plain(text: str, **more) -> str:
    return paragraph(run(text), **more)


def loop(field: str, *inside: str) -> str:
    """Paragraphs that are repeated for each entry of a list."""
    return plain(f"{{%p for one in {field} %}}") + "".join(inside) + plain("{%p endfor %}")


def head(size: int = 1040) -> str:
    """The red head, and the number above the red line."""
    mark = run("{{ red_head }}", face=XIAOBIAOSONG, latin=XIAOBIAOSONG.name, size=size, color=RED, stretch=62)
    return paragraph(mark, style="RedHead", line=int(size * 1.18), before=mm(24)) + plain(
        "{{ number }}", before=2 * LINE, align="center", border=RED_LINE
    )


def title() -> str:
    return paragraph(run("{{ title }}"), style="Title", before=2 * LINE, after=LINE)


def end() -> str:
    """Organ and date at the right, the seal before the date."""
    return plain("{{ organ }}", before=2 * LINE, right=mm(12), align="right", keep_next=True) + plain(
        "{{ seal }}{{ date }}", right=mm(22), align="right"
    )


def grid(heads: list[str], widths: list[float], field: str, entries: list[str]) -> str:
    """A table whose rows are repeated for each entry of a list."""
    wide = shares(widths, BLOCK_WIDTH)
    span = len(heads)

    def cells(texts: list[str], style: str) -> str:
        return "".join(cell(paragraph(run(t), style=style, before=30, after=30), w) for t, w in zip(texts, wide, strict=True))

    def mark(text: str) -> str:
        return row(cell(paragraph(run(text), style="Cell"), BLOCK_WIDTH, span=span))

    lines = row(cells(heads, "CellHead"), header=True, height=480)
    lines += mark(f"{{%tr for one in {field} %}}") + row(cells(entries, "Cell"), height=480) + mark("{%tr endfor %}")
    return table(lines, wide) + paragraph(line=200)


def bulletin() -> str:
    return (
        head()
        + title()
        + plain("{{ addressee }}：")
        + body("{{ opening }}")
        + paragraph(run("一、总体情况"), style="Heading1")
        + body(
            "{{ period }}，上报问题{{ reported }}件，办结{{ closed }}件；应办结{{ due }}件，按期办结{{ in_time }}件，按期办结率{{ rate }}。"
            "截至成文之日，在办{{ open }}件，其中逾期{{ overdue }}件。"
        )
        + paragraph(run("二、各责任单位情况"), style="Heading1")
        + grid(
            ["责任单位", "应办结", "按期办结", "按期办结率", "逾期"],
            [3.2, 1, 1.2, 1.4, 0.8],
            "units",
            ["{{ one.name }}", "{{ one.due }}", "{{ one.in_time }}", "{{ one.rate }}", "{{ one.overdue }}"],
        )
        + paragraph(run("三、工作要求"), style="Heading1")
        + loop("demands", body("{{ one }}"))
        + end()
    )


def work_report() -> str:
    content = run("　{{ number }}\t签发人：") + run("{{ signatory }}　", face=KAI)
    mark = run("{{ red_head }}", face=XIAOBIAOSONG, latin=XIAOBIAOSONG.name, size=1040, color=RED, stretch=62)
    return (
        paragraph(mark, style="RedHead", line=1227, before=mm(24))
        + paragraph(content, before=2 * LINE, tabs=tab(BLOCK_WIDTH, "right"), align="left", border=RED_LINE)
        + title()
        + loop("paragraphs", body("{{ one.text }}"))
        + end()
    )


def briefing() -> str:
    mark = run("创文简报", face=XIAOBIAOSONG, latin=XIAOBIAOSONG.name, size=1440, color=RED)
    return (
        paragraph(mark, style="RedHead", line=1699, before=mm(6))
        + plain("第{{ issue }}期（总第{{ total_issue }}期）", align="center", before=mm(3), after=mm(2))
        + paragraph(run("　{{ organ }}\t{{ date }}　"), tabs=tab(BLOCK_WIDTH, "right"), align="left", border=RED_LINE)
        + loop("paragraphs", body("{{ one.text }}"))
        + paragraph(run("本期数据（{{ period }}）"), style="Caption")
        + grid(["数据", "数值"], [3, 1], "figures", ["{{ one.name }}", "{{ one.value }}"])
    )


def sheet(name: str, demand: str) -> Callable[[], str]:
    """A notice or order to a unit with the list of its cases."""

    def made() -> str:
        mark = run(name, face=XIAOBIAOSONG, latin=XIAOBIAOSONG.name, size=880, color=RED)
        return (
            paragraph(mark, style="RedHead", line=1038, before=mm(4))
            + paragraph(run("　{{ number }}\t{{ date }}　"), before=mm(5), tabs=tab(BLOCK_WIDTH, "right"), align="left", border=RED_LINE)
            + plain("{{ unit }}：", before=LINE)
            + body(f"你单位负责的下列问题共{{{{ total }}}}件（来源：{{{{ source }}}}），{demand}")
            + grid(
                ["序号", "编号", "点位", "存在问题", "整改时限", "办理情况"],
                [0.6, 1.6, 1.8, 2.6, 1.7, 1.1],
                "cases",
                ["{{ one.index }}", "{{ one.number }}", "{{ one.place }}", "{{ one.problem }}", "{{ one.due }}", "{{ one.state }}"],
            )
            + loop("demands", body("{{ one }}"))
            + loop("photos", plain("{{ one.image }}", style="Picture"), plain("{{ one.caption }}", style="PictureCaption"))
            + end()
        )

    return made


TEMPLATES: dict[str, Callable[[], str]] = {
    "bulletin": bulletin,
    "work_report": work_report,
    "briefing": briefing,
    "supervision": sheet("创建全国文明城市督办单", "请主要负责人亲自过问，限期办结并反馈结果。"),
    "rectification": sheet("整改通知书", "请于规定时限内整改完毕。"),
}


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    wrong = []
    for name, make in TEMPLATES.items():
        content = Package(MADE).save(make(), title=name, author="Chuangwen")
        place = FOLDER / f"{name}.docx"
        if "--check" in sys.argv:
            if not place.exists() or place.read_bytes() != content:
                wrong.append(name)
        else:
            place.write_bytes(content)
    if wrong:
        print(f"not what this would write: {', '.join(wrong)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
