"""The arithmetic of partnerships: when the first contact is due, in which ring a place lies, what is covered, which metric an input is. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from chuangwen.kernel.chinese import match_key
from chuangwen.kernel.worktime import WorkCalendar

LEAST_WORKDAYS = 5
"""So many working days are left to a pair that is made late in the month (editable at each pair)."""
SILENT_DAYS = 30
RINGS = (1.0, 2.0, 3.0, 5.0)
"""Upper edges of the rings around the centre, kilometres."""
MOST_RINGS = 12


def contact_due(paired_on: date, calendar: WorkCalendar) -> date:
    """The day by which a pair has met: the last working day of the month of the pairing; where fewer than LEAST_WORKDAYS working days are left
    in it, the last of so many."""
    last = paired_on.replace(day=monthrange(paired_on.year, paired_on.month)[1])
    while last > paired_on and not calendar.is_workday(last):
        last -= timedelta(days=1)
    tomorrow = paired_on + timedelta(days=1)
    left = calendar.workdays_between(tomorrow, last) if last >= tomorrow else 0
    return last if left >= LEAST_WORKDAYS else calendar.workday_after(paired_on, LEAST_WORKDAYS)


def ring_of(kilometres: float | None, edges: Sequence[float]) -> int:
    """The number of the ring: 0 is the innermost, ``len(edges)`` lies beyond the last edge, ``len(edges) + 1`` is nowhere (no point known)."""
    if kilometres is None:
        return len(edges) + 1
    return next((number for number, edge in enumerate(edges) if kilometres <= edge), len(edges))


@dataclass(frozen=True)
class Place:
    """A place as coverage sees it: how far out, and how it stands (``active``: a pair that has met; ``waits``: a pair that has not)."""

    kilometres: float | None
    active: bool
    waits: bool
    silent: bool


@dataclass(frozen=True)
class Ring:
    """One ring. ``inner`` and ``outer`` in kilometres; ``outer`` None: everything beyond; both None: places without a point."""

    inner: float | None
    outer: float | None
    places: int
    active: int
    waits: int
    silent: int

    @property
    def share(self) -> float | None:
        """Share of its places with an active pair; None where it has none."""
        return self.active / self.places if self.places else None


def coverage(places: Iterable[Place], edges: Sequence[float]) -> list[Ring]:
    """The rings from the centre outwards, each place in exactly one; the last one, of places without a point, only where there are such."""
    found: list[list[Place]] = [[] for _ring in range(len(edges) + 2)]
    for place in places:
        found[ring_of(place.kilometres, edges)].append(place)
    inner = [0.0, *edges]
    rings = []
    for number, rows in enumerate(found):
        if number == len(edges) + 1 and not rows:
            continue
        known = number <= len(edges)
        rings.append(
            Ring(
                inner[number] if known else None, edges[number] if number < len(edges) else None, len(rows),
                sum(row.active for row in rows), sum(row.waits for row in rows), sum(row.silent for row in rows),
            )
        )  # fmt: skip
    return rings


def sound_edges(values: Iterable[Any]) -> tuple[float, ...]:
    """Edges of rings as they are kept: above nought, rising, each once. Raises ValueError."""
    edges = sorted({round(float(value), 2) for value in values})
    if not edges or len(edges) > MOST_RINGS or edges[0] <= 0 or edges[-1] > 500:
        raise ValueError("edges of rings")
    return tuple(edges)


def fitting(name: str, measure: str, metrics: Iterable[Any]) -> Any | None:
    """The metric that an input is counted by: added up, of the same measure, called so or by one of its aliases; of several that are part of
    the name the longest. None where none fits: then nothing is written in the ledger."""
    said, best, length = match_key(name), None, 1
    for metric in metrics:
        if metric.adds != "sum" or match_key(metric.measure) != match_key(measure):
            continue
        for word in (metric.name, *metric.aliases):
            key = match_key(word)
            if key == said:
                return metric
            if len(key) > length and key in said:
                best, length = metric, len(key)
    return best
