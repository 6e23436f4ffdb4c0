"""What all composers share: the frame of a paper, the words that a person may write, and the ways of printing numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from chuangwen.kernel.clock import LOCAL
from chuangwen.papers.facts import CaseLine, Picture
from chuangwen.papers.layout import Column, Paper, Photo, Photos, Table
from chuangwen.papers.layout import Kind as Layout

MOST_PHOTOS_OF_A_CASE = 4


@dataclass(frozen=True)
class Office:
    """Whose paper it is, as printed."""

    organ: str
    red_head: str
    print_organ: str = ""
    copies: str = ""


@dataclass(frozen=True)
class Frame:
    """What stands around the words: office, number, day, seal. ``taken_at`` is when the figures were read."""

    office: Office
    day: date
    taken_at: datetime
    number: str = ""
    issue: int | None = None
    total_issue: int | None = None
    seal: bytes | None = None


@dataclass(frozen=True)
class Texts:
    """What a person may write in a draft. Empty: the paper's own words. Which of them a kind uses is said by its description."""

    title: str = ""
    addressee: str = ""
    opening: str = ""
    demands: list[str] = field(default_factory=list)
    doings: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    plans: list[str] = field(default_factory=list)
    proposals: list[str] = field(default_factory=list)
    articles: str = ""
    text: list[str] = field(default_factory=list)
    deadline: str = ""
    when: str = ""
    where: str = ""
    who: str = ""
    promise: str = ""
    honour: str = ""
    signatory: str = ""

    @classmethod
    def of(cls, content: dict[str, Any]) -> "Texts":
        known = {f.name for f in fields(cls)}
        return cls(**{key: value for key, value in content.items() if key in known and value})


def paper(layout: Layout, red_head: str, frame: Frame, texts: Texts, **more: Any) -> Paper:
    """A paper in its frame. What is given beats what the frame would say."""
    office = frame.office
    facts: dict[str, Any] = {
        "kind": layout,
        "red_head": red_head,
        "title": texts.title,
        "number": frame.number,
        "addressee": texts.addressee,
        "signatory": texts.signatory,
        "organ": office.organ,
        "date": frame.day,
        "created": frame.taken_at,
        "seal": frame.seal,
    }
    return Paper(**(facts | more))


def imprint(frame: Frame) -> dict[str, Any]:
    """The copies and the printing line at the foot of the last page."""
    office = frame.office
    return {
        "print_organ": office.print_organ or office.organ,
        "print_date": frame.day,
        "copies": [("抄送", office.copies)] if office.copies else (),
    }


def number_of(value: Decimal | int | None, places: int = 4) -> str:
    """A number as papers print it: no needless noughts."""
    if value is None:
        return "—"
    text = f"{Decimal(value):.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rate_of(rate: Any) -> str:
    """A share of one as percent with two decimals; a dash for none."""
    return "—" if rate is None else f"{Decimal(rate.numerator) / Decimal(rate.denominator) * 100:.2f}%"


def exact(rate: Any) -> Any:
    """A Decimal as a fraction, so that shares of all sources print alike."""
    from fractions import Fraction

    return None if rate is None else Fraction(rate)


def moment_of(moment: datetime | None, *, lines: bool = False) -> str:
    """2026年11月21日17:30; in a narrow cell on two lines."""
    if moment is None:
        return "—"
    local = moment.astimezone(LOCAL)
    return f"{local.year}年{local.month}月{local.day}日{chr(10) if lines else ''}{local:%H:%M}"


def day_of(moment: datetime | None) -> str:
    if moment is None:
        return "—"
    local = moment.astimezone(LOCAL)
    return f"{local.year}年{local.month}月{local.day}日"


def case_table(cases: Sequence[CaseLine], caption: str, *, state: bool = False) -> Table:
    """The list of cases of a notice or order: number, place, problem, limit, and how it stands where asked."""
    columns = [
        Column("序号", 0.6),
        Column("编号", 1.6),
        Column("点位", 1.8, "left"),
        Column("存在问题", 2.6 if state else 3, "left"),
        Column("整改时限", 2.1),
    ] + ([Column("办理情况", 1.2)] if state else [])
    rows = [
        [
            str(n),
            case.number or "—",
            case.place or "—",
            case.problem,
            moment_of(case.due, lines=True),
            *([case.state + ("\n已逾期" if case.overdue else "")] if state else []),
        ]
        for n, case in enumerate(cases, 1)
    ]
    return Table(columns, rows, caption=caption)


def pictures_of(cases: Sequence[CaseLine], caption: str, *, each: int = MOST_PHOTOS_OF_A_CASE) -> list[Photos]:
    """The photos from before of the listed cases, each named by its number in the list; nothing where there are none."""
    found = [
        Photo(picture.source, f"{n}. {case.place or case.number}（整改前）"[:36])
        for n, case in enumerate(cases, 1)
        for picture in case.pictures[:each]
    ]
    return [Photos(found, caption=caption)] if found else []


def shown(pictures: Sequence[Picture], caption: str) -> list[Photos]:
    return [Photos([Photo(p.source, p.caption) for p in pictures], caption=caption)] if pictures else []
