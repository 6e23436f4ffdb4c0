"""The head of a paper (版头): what stands above the red line, by kind (GB/T 9704-2012, 7.2 and 10)."""

from .breaking import balanced, width
from .fonts import FANGSONG, KAI, XIAOBIAOSONG
from .measures import BLOCK_WIDTH, CHARACTER, HEAD_DROP, LINE, RED, SAN_HAO, mm
from .model import Kind, Paper
from .ooxml import line_border, paragraph, run, tab
from .phrases import chinese_date

RED_LINE = line_border("bottom", 18, color=RED, space=6)
LARGEST = {
    Kind.BULLETIN: 1040,
    Kind.REPORT: 1040,
    Kind.BRIEFING: 1440,
    Kind.DISPATCH: 880,
    Kind.SUPERVISION: 880,
    Kind.CERTIFICATE: 1440,
}
NARROWEST = 62  # percent to which the characters of a long name may be condensed
ONE_LINE_LEAST = 560  # a name that would be smaller than 28 pt in one line gets another line


def head(paper: Paper) -> str:
    """Paragraphs from the top of the page to the red line."""
    match paper.kind:
        case Kind.BULLETIN | Kind.REPORT:
            return _marks(paper) + _red_head(paper, HEAD_DROP - 3 * LINE) + _number(paper)
        case Kind.CERTIFICATE:
            return _red_head(paper, mm(10)) + paragraph(line=LINE // 2)
        case Kind.BRIEFING:
            return _present_marks(paper) + _red_head(paper, mm(6)) + _issue(paper)
        case _:
            return _present_marks(paper) + _red_head(paper, mm(4)) + _sheet_line(paper)


def _marks(paper: Paper) -> str:
    """Copy number, secrecy and urgency, always three lines, so that the organ stands 35 mm down."""
    present = [text for text in (paper.copy_number, paper.secrecy, paper.urgency) if text]
    lines = [*present, "", "", ""][:3]
    return "".join(paragraph(run(text), style="Mark") for text in lines)


def _present_marks(paper: Paper) -> str:
    return "".join(paragraph(run(text), style="Mark") for text in (paper.copy_number, paper.secrecy, paper.urgency) if text)


def fitted(text: str, largest: int) -> tuple[list[str], int, int]:
    """Lines, size (twentieths of a point) and stretch (percent) with which a red head fills the text block's width."""
    room = BLOCK_WIDTH - 2 * 57
    for count in range(1, 5):
        lines = balanced(text, max(1.0, width(text.replace("\n", "")) / count + (0.9 if count > 1 else 0)))
        widest = max(width(line) for line in lines)
        size = min(largest, int(room / widest / (NARROWEST / 100)))
        if size >= ONE_LINE_LEAST or count == 4:
            stretch = min(100, int(room / widest / size * 100))
            return lines, size // 20 * 20, max(40, stretch)
    raise AssertionError("unreachable")


def _red_head(paper: Paper, drop: int) -> str:
    lines, size, stretch = fitted(paper.red_head, LARGEST[paper.kind])
    pitch = 0
    if len(lines) == 1 and width(lines[0]) <= 6:  # a short name is spread
        pitch = int(min(size * 0.35, (BLOCK_WIDTH * 0.8 - width(lines[0]) * size) / width(lines[0])))
    height = int(size * 1.18)
    return "".join(
        paragraph(
            run(line, face=XIAOBIAOSONG, latin=XIAOBIAOSONG.name, size=size, color=RED, stretch=stretch, pitch=max(0, pitch)),
            style="RedHead",
            line=height,
            before=max(0, drop - int(size * 0.09)) if place == 0 else 0,
        )
        for place, line in enumerate(lines)
    )


def _number(paper: Paper) -> str:
    """The number two lines below the organ, centred; upwards left, with the signatory right (7.2.5, 7.2.6)."""
    gap = 2 * LINE
    if not paper.signatory:
        return paragraph(run(paper.number), before=gap, align="center", border=RED_LINE)
    content = run(f"　{paper.number}\t签发人：") + run(f"{paper.signatory}　", face=KAI)
    return paragraph(content, before=gap, tabs=tab(BLOCK_WIDTH, "right"), align="left", border=RED_LINE)


def _issue(paper: Paper) -> str:
    total = f"（总第{paper.total_issue}期）" if paper.total_issue is not None else ""
    issue = paragraph(run(f"第{paper.issue}期{total}"), align="center", before=mm(3), after=mm(2))
    organ = paper.organ
    day = chinese_date(paper.date)
    room = BLOCK_WIDTH - int((width(day) + 3) * SAN_HAO)
    wide = width(organ) * SAN_HAO
    stretch = 100 if wide <= room else max(60, int(room / wide * 100))
    content = run("　") + run(organ, face=FANGSONG, stretch=stretch) + run(f"\t{day}　")
    return issue + paragraph(content, tabs=tab(BLOCK_WIDTH, "right"), align="left", border=RED_LINE)


def _sheet_line(paper: Paper) -> str:
    """A sheet: number left, date right, then the red line."""
    content = run(f"　{paper.number}\t{chinese_date(paper.date)}　")
    return paragraph(content, before=mm(5), tabs=tab(BLOCK_WIDTH, "right"), align="left", border=RED_LINE)


def title(paper: Paper) -> str:
    """The title two lines below the red line, in even lines of whole words; a sheet's stands closer."""
    if not paper.title.strip():
        return paragraph(line=LINE // 2)
    lines = balanced(paper.title, 19)
    sheet = paper.kind in (Kind.DISPATCH, Kind.SUPERVISION)
    gap = LINE if sheet else 2 * LINE
    return paragraph(run("\n".join(lines)), style="Title", before=gap, after=LINE // 2 if sheet else LINE)


def addressee(paper: Paper) -> str:
    """The main recipients, flush left, closed by a colon."""
    if not paper.addressee:
        return ""
    return paragraph(run(paper.addressee.rstrip("：:") + "："))


def indent(characters: float) -> int:
    """Characters of the body to twentieths of a point."""
    return int(characters * CHARACTER)
