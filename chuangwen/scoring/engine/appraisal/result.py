"""What comes out: a row for every unit, in it a figure for every measure; and how values are printed. No tables are read here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from chuangwen.scoring.engine.result import natural, rounded

from .scheme import AppraisalScheme

Zero = Fraction(0)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of one unit.

    value: a share (rates, after shrinking), points taken off, a quantity, points given; None where nothing could be counted. points: what
    it brings, possible: its full marks (0 for bonuses, penalties, vetoes, and for what was left out). variance: of the sampling error of
    `points`.
    """

    key: str
    name: str
    kind: str
    value: Fraction | None
    points: Fraction
    possible: Fraction
    counted: int
    read: int
    variance: Fraction = Zero
    note: str = ""

    def document(self, scheme: AppraisalScheme) -> dict[str, Any]:
        """As a JSON value: printed values as text, exact ones as "numerator/denominator"."""
        places = scheme.rounding.points
        share = self.kind in ("case_rate", "observation_rate")
        return {
            "key": self.key, "name": self.name, "kind": self.kind,
            "value": None if self.value is None else str(rounded(self.value, scheme.rounding.rate if share else places)),
            "points": str(rounded(self.points, places)), "possible": str(rounded(self.possible, places)),
            "points_exact": ratio(self.points), "possible_exact": ratio(self.possible), "counted": self.counted, "read": self.read,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit's result. rank: inside its group, equal ones share a place (1, 1, 3). best, worst: the places that it could as well hold, at the
    scheme's confidence, and `alike` with how many of its group it cannot be told apart."""

    unit: str
    group: str
    figures: tuple[Figure, ...]
    score_exact: Fraction | None = None
    score: Decimal | None = None
    variance: Fraction = Zero
    counted: int = 0
    read: int = 0
    rank: int | None = None
    ranked: int = 0
    tied: bool = False
    best: int | None = None
    worst: int | None = None
    alike: int = 0
    mark: str = ""
    vetoes: tuple[str, ...] = ()
    note: str = ""
    proposed: str = ""

    def document(self, scheme: AppraisalScheme) -> dict[str, Any]:
        """As a JSON value."""
        return {
            "unit": self.unit, "group": self.group, "score": None if self.score is None else str(self.score),
            "score_exact": None if self.score_exact is None else ratio(self.score_exact), "variance": ratio(self.variance),
            "counted": self.counted, "read": self.read, "rank": self.rank, "ranked": self.ranked, "tied": self.tied,
            "best": self.best, "worst": self.worst, "alike": self.alike, "mark": self.mark, "vetoes": list(self.vetoes),
            "note": self.note, "proposed": self.proposed, "figures": [figure.document(scheme) for figure in self.figures],
        }


@dataclass(frozen=True, slots=True)
class AppraisalResult:
    """Every unit by group and place, and how much of what was read was counted. `reasons`: code -> how many records of measures."""

    rows: tuple[UnitRow, ...]
    coverage: dict[str, Any] = field(default_factory=dict)

    def row(self, unit: str) -> UnitRow:
        """One unit's row. Raises KeyError."""
        for row in self.rows:
            if row.unit == unit:
                return row
        raise KeyError(unit)

    def document(self, scheme: AppraisalScheme) -> dict[str, Any]:
        """The result as a JSON value; equal results give equal documents."""
        return {"rows": [row.document(scheme) for row in self.rows], "coverage": self.coverage}


def in_order(rows: list[UnitRow]) -> tuple[UnitRow, ...]:
    """By group as people count, then by place, those without one last."""
    return tuple(sorted(rows, key=lambda row: (natural(row.group), row.rank is None, row.rank or 0, natural(row.unit), row.unit)))


def printed(row: UnitRow, scheme: AppraisalScheme) -> UnitRow:
    """The row with its printed score."""
    return replace(row, score=None if row.score_exact is None else rounded(row.score_exact, scheme.rounding.points))


def ratio(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"
