"""What a sheet is described with: columns, rows, problems; and the errors of reading and writing one. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chuangwen.kernel.errors import Refusal

KINDS = ("text", "int", "decimal", "date", "datetime", "bool", "choice", "list", "code", "phone", "percent")
Text = str | Promise


class SheetError(Refusal):
    """A sheet that cannot be read or written at all. ``code`` is ``sheets.`` and what is wrong with it."""

    code = "sheets.unreadable"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet, in and out.

    ``kind`` says what a cell becomes (an empty cell becomes None, in a list column an empty list):

    - ``text`` str; ``int`` int; ``decimal`` Decimal with at most ``places`` digits after the point;
    - ``percent`` Decimal, a share from 0 to 1 (85 % and 0.85 and the number 85 all become 0.85; 1 is 100 %);
    - ``date`` date; ``datetime`` datetime, aware, in China's time;
    - ``bool`` bool; ``choice`` the value of one of ``choices``; ``list`` list of str, or of values of ``choices``;
    - ``code`` a 12-digit division code; ``phone`` a telephone number as ``codes.parse_phone`` writes it.

    ``choices`` are values, pairs (value, label), or a mapping of value to label. ``width`` is in characters of half width.
    ``least`` and ``most`` bound numbers.
    """

    key: str
    title: Text
    kind: str = "text"
    required: bool = False
    aliases: tuple[str, ...] = ()
    choices: Any = None
    help: Text = ""
    example: Any = ""
    max_length: int | None = None
    width: float | None = None
    places: int | None = None
    least: float | None = None
    most: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of column: {self.kind!r}")
        if self.kind == "choice" and not self.choices:
            raise ValueError(f"column {self.key} is a choice of nothing")
        object.__setattr__(self, "aliases", tuple(self.aliases))
        object.__setattr__(self, "choices", _pairs(self.choices))

    @property
    def labels(self) -> list[str]:
        """What people may write in a choice column."""
        return [str(label) for _value, label in self.choices]


def _pairs(choices: Mapping | Iterable | None) -> tuple[tuple[Any, Text], ...]:
    if not choices:
        return ()
    if isinstance(choices, Mapping):
        return tuple(choices.items())
    return tuple(each if isinstance(each, tuple) else (each, each) for each in choices)


@dataclass(slots=True)
class Row:
    """One row: its number in the sheet (from 1), the typed values by column key, the cells as they were, and whether every
    cell could be read. What could not is None in ``values``."""

    number: int
    values: dict[str, Any]
    raw: list[Any]
    sound: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a cell, a row or (``row`` 0) the sheet, and what would be right. ``str()`` is a whole sentence with the
    place in it."""

    row: int
    column_letter: str
    column_title: str
    value: str
    message: str
    code: str

    @property
    def place(self) -> str:
        """Row 5, column C “整改时限”."""
        if not self.row:
            return ""
        if not self.column_letter:
            return _("Row %(row)d") % {"row": self.row}
        return _("Row %(row)d, column %(letter)s “%(title)s”") % {
            "row": self.row,
            "letter": self.column_letter,
            "title": self.column_title,
        }

    def __str__(self) -> str:
        if not self.row:
            return self.message
        return _("%(place)s: %(message)s") % {"place": self.place, "message": self.message}


@dataclass(slots=True)
class SheetRead:
    """What was found in a sheet. ``problems`` holds the first of them, ``problem_count`` says how many there are; ``warnings``
    keep nothing from being imported. Row numbers count from 1, as a person sees them; ``letters`` are the columns' places by
    key. ``truncated``: there are more rows than were asked for. A missing required column is a problem as well."""

    rows: list[Row]
    problems: list[Problem]
    header_row: int
    unknown_columns: list[str]
    missing_columns: list[Column]
    sheet_name: str
    truncated: bool = False
    problem_count: int = 0
    warnings: list[Problem] = field(default_factory=list)
    letters: dict[str, str] = field(default_factory=dict)
    other_sheets: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong that would keep the sheet from being imported."""
        return self.problem_count == 0


def letter(index: int) -> str:
    """The letter of the column with this index from 0: 0 is A, 26 is AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text
