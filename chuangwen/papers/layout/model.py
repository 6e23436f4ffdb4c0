"""What a paper is made of. Plain frozen data; the writer decides how it looks.

Source of the elements: GB/T 9704-2012, clause 7 (版头, 主体, 版记). Text is Chinese as it will be printed; nothing is translated.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Day
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Literal

from .errors import LayoutError

NUMBER = re.compile(r"[^\s〔〕0-9]+〔\d{4}〕[1-9]\d*号")


class Kind(StrEnum):
    """What sort of paper it is; it chooses the head, everything below is the same."""

    BULLETIN = "bulletin"  # 通报, and any other paper under a document head (文件)
    REPORT = "report"  # 汇报, upwards: number left, signatory right
    BRIEFING = "briefing"  # 简报, 快报: issue number, organ left, date right
    DISPATCH = "dispatch"  # 交办单
    SUPERVISION = "supervision"  # 督办单, 指挥部令
    CERTIFICATE = "certificate"  # 证书: no document head, no page number's worth of text


# ------------------------------------------------------------------ inline


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text; a line feed breaks the line."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class FigureRef:
    """A figure printed in the paper that came from a query. `key` is looked up in `Paper.sources`."""

    key: str
    text: str
    bold: bool = False


Inline = str | Text | FigureRef


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure came from: a row of the annex 数据来源.

    `counted` of `read` records entered the figure; `parameters` are printed in the given order.
    """

    figure: str
    value: str
    query: str
    parameters: Mapping[str, str]
    counted: int
    read: int
    taken_at: datetime


# ------------------------------------------------------------------ blocks


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4, numbered by the writer. `run_in` is text that goes on in the same paragraph."""

    text: str
    level: int = 1
    run_in: Sequence[Inline] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.level <= 4:
            raise LayoutError("heading_level", f"标题层级应为1至4级，现为{self.level}级。")


@dataclass(frozen=True, slots=True, init=False)
class Para:
    """A paragraph of body text, indented by two characters."""

    content: tuple[Inline, ...]

    def __init__(self, *content: Inline) -> None:
        object.__setattr__(self, "content", content)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo by its bytes or path. Printed upright, scaled to its box, without any of its metadata."""

    source: bytes | Path
    caption: str = ""


Cell = Inline | Photo | Sequence[Inline]


@dataclass(frozen=True, slots=True)
class Column:
    """A table column. `width` is a weight; columns share the width of the text block. `group` spans equal neighbours."""

    title: str
    width: float = 1.0
    align: Literal["left", "center", "right"] = "center"
    group: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table whose header is repeated on every page and whose rows are never split."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""
    note: str = ""
    size: Literal["small", "tiny"] = "small"

    def __post_init__(self) -> None:
        if not self.columns:
            raise LayoutError("table_columns", "表格没有列。")
        for place, row in enumerate(self.rows, 1):
            if len(row) != len(self.columns):
                message = f"表格“{self.caption}”第{place}行有{len(row)}格，应为{len(self.columns)}格。"
                raise LayoutError("table_row", message)


@dataclass(frozen=True, slots=True)
class FormRow:
    """A line of a form: one or two pairs of label and value; `height_mm` keeps room for handwriting."""

    pairs: Sequence[tuple[str, Cell]]
    height_mm: float = 0.0

    def __post_init__(self) -> None:
        if len(self.pairs) not in (1, 2):
            raise LayoutError("form_row", "表单每行应为一项或两项。")


@dataclass(frozen=True, slots=True)
class Form:
    """The ruled box of a dispatch sheet: who gives it, who gets it, by when, signed by whom."""

    rows: Sequence[FormRow]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart; None leaves a gap."""

    name: str
    values: Sequence[Decimal | int | float | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart that Word can edit. `unit` stands at the value axis, `number_format` is Excel's."""

    kind: Literal["bar", "line", "hbar"]
    categories: Sequence[str]
    series: Sequence[Series]
    title: str = ""
    unit: str = ""
    number_format: str = "General"
    labels: bool = True
    floor: float | None = None
    ceiling: float | None = None

    def __post_init__(self) -> None:
        if not self.categories or not self.series:
            raise LayoutError("chart_empty", f"图“{self.title}”没有数据。")
        for series in self.series:
            if len(series.values) != len(self.categories):
                message = f"图“{self.title}”的“{series.name}”有{len(series.values)}个值，应为{len(self.categories)}个。"
                raise LayoutError("chart_series", message)


@dataclass(frozen=True, slots=True)
class Photos:
    """Photos two to a row with captions. With `pairs` left is 整改前 and right 整改后, and the captions say so."""

    items: Sequence[Photo]
    caption: str = ""
    pairs: bool = False

    def __post_init__(self) -> None:
        if self.pairs and len(self.items) % 2:
            raise LayoutError("photo_pairs", "整改前后照片应成对给出。")


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows starts on a new page."""


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """The name of a column (栏目) of a briefing: 【工作动态】. Headings count from one again below it."""

    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """The title of an article in a briefing's column. Headings count from one again below it."""

    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of its own, not indented: centred and large on a certificate, or at the right."""

    text: str
    align: Literal["left", "center", "right"] = "center"
    large: bool = False


Block = Heading | Para | Table | Form | Chart | Photos | PageBreak | ColumnHead | Article | Line


# ------------------------------------------------------------------ the paper


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex bound with the paper: a new page, 附件 and its number, its title, its own blocks."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One official paper.

    `red_head` is the 发文机关标志 as printed (…文件, 创文简报, 问题交办单); a line feed breaks it. `attachments` are the names listed
    under 附件：; None lists the annexes. Whatever `FigureRef`s the paper holds must be found in `sources`; they make a last
    annex 数据来源. `created` is written into the file in place of the machine's clock. `seal` is the picture of the seal, set over the
    organ and the date of a signed paper.
    """

    kind: Kind
    red_head: str
    title: str
    body: Sequence[Block]
    number: str = ""
    copy_number: str = ""
    secrecy: str = ""
    urgency: str = ""
    signatory: str = ""
    issue: int | None = None
    total_issue: int | None = None
    addressee: str = ""
    attachments: Sequence[str] | None = None
    organ: str = ""
    date: Day
    note: str = ""
    annexes: Sequence[Annex] = ()
    copies: Sequence[tuple[str, str]] = ()  # (抄送 | 报 | 送 | 发 | 主送, organs)
    print_organ: str = ""
    print_date: Day | None = None
    print_count: int | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)
    created: datetime | None = None
    seal: bytes | None = None

    def __post_init__(self) -> None:
        if not self.red_head.strip():
            raise LayoutError("red_head", "缺少发文机关标志。")
        if not self.title.strip() and self.kind in (Kind.BULLETIN, Kind.REPORT):
            raise LayoutError("title", "缺少标题。")
        if self.number and not NUMBER.fullmatch(self.number):
            raise LayoutError(
                "number", f"发文字号“{self.number}”应为“河东创文〔2026〕3号”的样式：六角括号，序号不编虚位，不加“第”字。"
            )
        if self.kind is Kind.BRIEFING and self.issue is None:
            raise LayoutError("issue", "简报缺少期号。")
