"""What comes out: rows of scores, what was read and counted, and how a value is printed. No tables are read here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa

from .reasons import REASONS
from .scheme import Scheme

LEVELS = (
    "total", "index", "section", "indicator", "sub_indicator", "criterion", "area", "department", "site_type", "site", "unit",
)


def rounded(value: Fraction, places: int) -> Decimal:
    """`value` with so many places, half away from zero (四舍五入), exactly."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal((0 if value >= 0 or not whole else 1, tuple(int(digit) for digit in str(whole)), -places))


def join_key(path: Iterable[str]) -> str:
    """The key of a node of the standard's tree: its names joined by "/" ("/" inside a name is written "\\/")."""
    return "/".join(part.replace("\\", "\\\\").replace("/", "\\/") for part in path)


def split_key(key: str) -> list[str]:
    """The names that `join_key` joined."""
    names: list[str] = []
    name, escaped = "", False
    for character in key:
        if escaped or character not in "\\/":
            name, escaped = name + character, False
        elif character == "\\":
            escaped = True
        else:
            names, name = [*names, name], ""
    return [*names, name]


def natural(text: str) -> tuple:
    """Sorting key that puts 公共服务2 before 公共服务10."""
    return tuple((0, int(part), part) if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d{1,18})", text) if part)


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One score. `possible_exact`, `got_exact`: rationals; `possible`, `got`, `rate`: what is printed (rounded half up)."""

    level: str
    key: str
    name: str
    parent: str
    possible_exact: Fraction
    got_exact: Fraction
    counted: int
    read: int
    possible: Decimal = Decimal(0)
    got: Decimal = Decimal(0)
    rate: Decimal | None = None
    rank: int | None = None
    peer_group: str = ""
    vetoed: bool = False
    note: str = ""

    @property
    def rate_exact(self) -> Fraction | None:
        """got / possible, or None where nothing could be counted."""
        return self.got_exact / self.possible_exact if self.possible_exact else None

    def printed(self, scheme: Scheme) -> ScoreRow:
        """The same row with its printed values."""
        places, rate = scheme.rounding.points, self.rate_exact
        return replace(
            self,
            possible=rounded(self.possible_exact, places),
            got=rounded(self.got_exact, places),
            rate=None if rate is None else rounded(rate, scheme.rounding.rate),
        )

    def document(self) -> dict[str, Any]:
        """The row as a JSON value; exact values as "numerator/denominator"."""
        return {
            "level": self.level, "key": self.key, "name": self.name, "parent": self.parent,
            "possible": str(self.possible), "got": str(self.got), "rate": None if self.rate is None else str(self.rate),
            "possible_exact": _ratio(self.possible_exact), "got_exact": _ratio(self.got_exact),
            "rank": self.rank, "peer_group": self.peer_group, "counted": self.counted, "read": self.read,
            "vetoed": self.vetoed, "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what was read was counted. `reasons`: code -> rows; their Chinese is in `reasons.REASONS`."""

    rows_read: int
    rows_counted: int
    rows_unplaced: int
    reasons: dict[str, int]
    duplicate_serials: list[str]
    duplicate_serial_count: int
    sites: int
    losses: int

    def document(self) -> dict[str, Any]:
        """The coverage as a JSON value."""
        return {
            "rows_read": self.rows_read, "rows_counted": self.rows_counted, "rows_unplaced": self.rows_unplaced,
            "reasons": dict(sorted(self.reasons.items())), "duplicate_serials": self.duplicate_serials,
            "duplicate_serial_count": self.duplicate_serial_count, "sites": self.sites, "losses": self.losses,
        }


@dataclass(frozen=True, slots=True)
class ScoreTables:
    """The result: rows sorted by level and name, the coverage, and the first rows that were not counted (id, source row, why)."""

    rows: list[ScoreRow]
    coverage: Coverage
    uncounted: pa.Table = field(compare=False)

    def level(self, level: str) -> list[ScoreRow]:
        """All rows of a level."""
        return [row for row in self.rows if row.level == level]

    def row(self, level: str, key: str = "") -> ScoreRow:
        """One row by level and key (`total` and `index` are their own keys). Raises KeyError."""
        key = key or level
        for row in self.rows:
            if row.level == level and row.key == key:
                return row
        raise KeyError(f"{level} {key}")

    def document(self) -> dict[str, Any]:
        """The result as a JSON value; equal results give equal documents."""
        return {"rows": [row.document() for row in self.rows], "coverage": self.coverage.document()}

    def to_arrow(self) -> pa.Table:
        """The rows as an Arrow table; exact values as text "numerator/denominator"."""
        columns: dict[str, pa.DataType] = dict.fromkeys(
            ("level", "key", "name", "parent", "possible", "got", "rate", "possible_exact", "got_exact"), pa.string()
        )
        columns |= {"rank": pa.int64(), "peer_group": pa.string(), "counted": pa.int64(), "read": pa.int64()}
        columns |= {"vetoed": pa.bool_(), "note": pa.string()}
        return pa.Table.from_pylist([row.document() for row in self.rows], schema=pa.schema(list(columns.items())))


def reason_text(code: str) -> str:
    """The Chinese of a reason."""
    return REASONS.get(code, code)


def in_order(rows: Iterable[ScoreRow]) -> list[ScoreRow]:
    """Rows by level, then by parent and name as people count."""
    order = {level: number for number, level in enumerate(LEVELS)}
    return sorted(rows, key=lambda row: (order[row.level], natural(row.parent), natural(row.name), row.key))


def _ratio(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"
