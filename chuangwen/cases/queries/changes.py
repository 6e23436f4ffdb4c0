"""What changed from one period to the next: reported, closed, missed, found again, by unit and by place. Units and places, never persons."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from chuangwen.cases.queries.figures import behind
from chuangwen.cases.queries.lists import visible
from chuangwen.kernel.access import Actor

CHANGES = ("reported", "closed", "missed", "rebounds")
Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Part:
    """What a unit or a place (``key``; None: not known) has to do with a change."""

    key: int | None
    now: int
    before: int

    @property
    def change(self) -> int:
        return self.now - self.before


@dataclass(frozen=True)
class Change:
    """A figure of ``behind`` in two periods, and the units and places that moved it, those that moved it most first."""

    figure: str
    now: int
    before: int
    units: tuple[Part, ...]
    places: tuple[Part, ...]

    @property
    def change(self) -> int:
        return self.now - self.before


def changes(actor: Actor, now: Span, before: Span) -> list[Change]:
    """The figures of CHANGES in two periods that do not overlap, for the visible cases. One query for each figure."""
    return [_change(actor, figure, now, before) for figure in CHANGES]


def _change(actor: Actor, figure: str, now: Span, before: Span) -> Change:
    later, earlier = behind(figure, *now), behind(figure, *before)
    rows: list[Any] = list(
        visible(actor)
        .filter(behind(figure, min(now[0], before[0]), max(now[1], before[1])))
        .order_by()
        .values("lead_unit", "division")
        .annotate(later=Count("pk", filter=later), earlier=Count("pk", filter=earlier))
    )
    total = (sum(row["later"] for row in rows), sum(row["earlier"] for row in rows))
    return Change(figure, *total, _parts(rows, "lead_unit"), _parts(rows, "division"))


def _parts(rows: list[dict[str, Any]], key: str) -> tuple[Part, ...]:
    later: Counter[int | None] = Counter()
    earlier: Counter[int | None] = Counter()
    for row in rows:
        later[row[key]] += row["later"]
        earlier[row[key]] += row["earlier"]
    parts = [Part(one, later[one], earlier[one]) for one in later | earlier if later[one] != earlier[one]]
    return tuple(sorted(parts, key=lambda part: (-abs(part.change), -part.now, part.key or 0)))
