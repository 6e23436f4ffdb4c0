"""What follows the body: attachments, signature and date, and the imprint (版记) at the foot of the last page."""

from collections.abc import Callable, Sequence

from .blocks import rule
from .breaking import balanced, width
from .heads import indent
from .measures import BLOCK_WIDTH, LINE, SEAL_LOWER_MM, SEAL_MM, SI_HAO, mm
from .model import Kind, Paper
from .ooxml import cell, paragraph, row, run, tab, table
from .phrases import chinese_date


def attachments(names: Sequence[str]) -> str:
    """附件： one line below the body, two characters in; names hang under their first character, without a full stop (7.3.4)."""
    if not names:
        return ""
    if len(names) == 1:
        return paragraph(run(f"附件：{names[0]}"), before=LINE, left=indent(5), first=-indent(3), keep_next=True)
    start, name_at = indent(5), indent(6.3 if len(names) < 10 else 6.8)
    out = []
    for number, name in enumerate(names, 1):
        stops = tab(name_at)
        if number == 1:
            out.append(
                paragraph(
                    run(f"附件：1.\t{name}"),
                    before=LINE,
                    left=name_at,
                    first=indent(2) - name_at,
                    tabs=stops,
                    align="left",
                    keep_next=True,
                )
            )
        else:
            out.append(
                paragraph(
                    run(f"{number}.\t{name}"), left=name_at, first=start - name_at, tabs=stops, align="left", keep_next=True
                )
            )
    return "".join(out)


def signature(paper: Paper, seal: Callable[[float, float], str] | None = None) -> str:
    """Organ above the date, centred on it; the date four characters from the right, room for a seal (7.3.5.2).

    A long organ keeps two characters from the right and the date is centred below it. `seal(left, top)` gives the drawing of the seal
    whose middle stands at `left` twentieths of a point in the text block and whose top at `top` from the line of the date.
    """
    if not paper.organ or paper.kind is Kind.BRIEFING:
        return _note(paper)
    day = chinese_date(paper.date)
    lines = balanced(paper.organ, 24)
    organ_width, day_width = max(width(line) for line in lines), width(day)
    centre = max(4 + day_width / 2, 2 + organ_width / 2)
    out = ""
    for place, line in enumerate(lines):
        gap = indent(centre - width(line) / 2)
        out += paragraph(run(line), before=2 * LINE if place == 0 else 0, right=gap, align="right", keep_next=True)
    stamp = "" if seal is None else seal(BLOCK_WIDTH - indent(centre), seal_top(len(lines)))
    content = stamp + run(day)
    return (
        out + paragraph(content, right=indent(centre - day_width / 2), align="right", keep_next=bool(paper.note)) + _note(paper)
    )


def seal_top(lines: int) -> float:
    """Where the top of the seal stands, measured from the top of the line of the date, below an organ of so many lines.

    The organ and the date lie a little below the middle of the seal, and its top within one line below the body (7.3.5.4).
    """
    middle = LINE - (lines + 1) * LINE / 2
    reach = -(2 + lines) * LINE + LINE * 0.9
    return min(middle - mm(SEAL_LOWER_MM) - mm(SEAL_MM) / 2, reach)


def _note(paper: Paper) -> str:
    return paragraph(run(f"（{paper.note.strip('（）')}）"), left=indent(2)) if paper.note else ""


def annex_head(label: str, name: str) -> str:
    """附件 and its number in 黑体 at the top left of a new page, the title on the third line (7.3.7)."""
    lines = balanced(name, 19)
    return paragraph(run(label), style="AnnexLabel", new_page=True) + paragraph(
        run("\n".join(lines)), style="Title", before=LINE // 2, after=LINE // 2
    )


def imprint(paper: Paper) -> str:
    """Copies and printing at the foot of the last page, between a thick, a thin and a thick line (7.4)."""
    rows: list[str] = []
    for label, organs in paper.copies:
        lead = width(label) + 1
        text = f"{label}：{organs.rstrip('。.')}。"
        rows.append(
            paragraph(
                run(text), style="Imprint", left=int((1 + lead) * SI_HAO), right=SI_HAO, first=-int(lead * SI_HAO), align="both"
            )
        )
    if paper.print_organ:
        day = chinese_date(paper.print_date or paper.date)
        organ = paper.print_organ
        room = BLOCK_WIDTH / SI_HAO - width(day) - 5
        stretch = 100 if width(organ) <= room else max(60, int(room / width(organ) * 100))
        content = run(organ, stretch=stretch) + run(f"\t{day}印发")
        rows.append(paragraph(content, style="Imprint", left=SI_HAO, tabs=tab(BLOCK_WIDTH - SI_HAO, "right")))
    if not rows:
        return ""
    groups = ["".join(rows[: len(paper.copies)]), "".join(rows[len(paper.copies) :])]
    filled = [group for group in groups if group]
    lines = "".join(
        row(
            cell(group, BLOCK_WIDTH, borders=rule("top", place == 0) + (rule("bottom", True) if place == len(filled) - 1 else ""))
        )
        for place, group in enumerate(filled)
    )
    floating = (
        '<w:tblpPr w:leftFromText="0" w:rightFromText="0" w:topFromText="0" w:bottomFromText="0" w:vertAnchor="margin" '
        'w:horzAnchor="margin" w:tblpXSpec="center" w:tblpYSpec="bottom"/><w:tblOverlap w:val="never"/>'
    )
    count = ""
    if paper.print_count is not None:
        count = f"（共印{paper.print_count}份）"
    end = table(lines, [BLOCK_WIDTH], ruled=False, margin=0, floating=floating) + paragraph(line=20)
    return (paragraph(run(count), style="Imprint", align="right", right=SI_HAO) if count else "") + end
