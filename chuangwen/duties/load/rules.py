"""Whether there is room in a week, and where else there would be. Pure: amounts and limits as plain numbers.

All sources together are a source of their own, ``TOTAL``, with a limit of its own: ``with_totals`` puts its slots beside the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from chuangwen.kernel import workload

TOTAL = "total"
APART = frozenset({workload.SHIFTS})
"""Turns at posts, which mostly volunteers take: they are no part of what falls on the staff of a unit in all."""

Slot = tuple[int, date, str]
"""A unit, the Monday of a week, a source."""


@dataclass(frozen=True)
class Part:
    """What one source puts on a unit in a week: what is there, what would come on top."""

    source: str
    there: int
    more: int


@dataclass(frozen=True)
class Overload:
    """A slot that a plan would fill beyond its limit: what is there, what would come on top, how much is allowed. ``parts``: all that falls on
    the unit in that week, source by source, without totals."""

    unit: int
    monday: date
    source: str
    there: int
    more: int
    limit: int
    parts: tuple[Part, ...] = ()

    @property
    def wanted(self) -> dict[str, int]:
        """What would have to go elsewhere, by source and in all: everything that the plan puts on the unit in that week."""
        return with_total({part.source: part.more for part in self.parts if part.more > 0} or {self.source: self.more})


def with_total(by_source: Mapping[str, int]) -> dict[str, int]:
    """What falls by source, with their total."""
    return {TOTAL: sum(count for source, count in by_source.items() if source not in APART)} | dict(by_source)


def with_totals(amounts: Mapping[Slot, int]) -> dict[Slot, int]:
    """Slots by source, with those of all sources together."""
    found: dict[Slot, int] = defaultdict(int, amounts)
    for (unit, monday, source), count in amounts.items():
        if source not in APART:
            found[unit, monday, TOTAL] += count
    return dict(found)


def added(*amounts: Mapping[Slot, int]) -> dict[Slot, int]:
    """Slots taken together."""
    found: dict[Slot, int] = defaultdict(int)
    for one in amounts:
        for slot, count in one.items():
            found[slot] += count
    return dict(found)


def overloads(there: Mapping[Slot, int], more: Mapping[Slot, int], limits: Mapping[tuple[int, str], int]) -> list[Overload]:
    """The slots in which what is there and what comes on top is beyond the limit, in the order of weeks and units, a unit's total last. Nothing
    that only stays as full as it was is held against a plan."""
    found, known = [], defaultdict(set)
    for unit, monday, source in (*there, *more):
        known[unit, monday].add(source)
    for (unit, monday, source), count in more.items():
        limit = limits.get((unit, source))
        stands = there.get((unit, monday, source), 0)
        if limit is not None and count > 0 and stands + count > limit:
            slots = [(unit, monday, name) for name in sorted(known[unit, monday] - {TOTAL})]
            parts = tuple(Part(slot[2], there.get(slot, 0), more.get(slot, 0)) for slot in slots)
            found.append(Overload(unit, monday, source, stands, count, limit, parts))
    return sorted(found, key=lambda one: (one.monday, one.unit, one.source == TOTAL, one.source))


def room(there: Mapping[Slot, int], limits: Mapping[tuple[int, str], int], slot: Slot) -> int | None:
    """How much still fits; None where there is no limit. Below nought never."""
    limit = limits.get((slot[0], slot[2]))
    return None if limit is None else max(0, limit - there.get(slot, 0))


def other_weeks(
    there: Mapping[Slot, int], limits: Mapping[tuple[int, str], int], broken: Collection[Overload], weeks: Iterable[date]
) -> list[date]:
    """The weeks in which all that is broken would fit for every unit that it concerns, within the limits of its sources and of the total."""
    wanted: dict[tuple[int, str], int] = {}
    for one in broken:
        for source, count in one.wanted.items():
            wanted[one.unit, source] = max(count, wanted.get((one.unit, source), 0))
    taken = {one.monday for one in broken}
    return [
        week for week in weeks
        if week not in taken and all((left := room(there, limits, (unit, week, source))) is None or left >= count
                                     for (unit, source), count in wanted.items())
    ]  # fmt: skip


def other_units(
    there: Mapping[Slot, int], limits: Mapping[tuple[int, str], int], one: Overload, units: Iterable[int]
) -> list[int]:
    """Units in whose same week it would fit, within the limits of its sources and of the total, those with most room first; equal ones in the
    order given."""
    found = []
    for place, unit in enumerate(units):
        left = {source: room(there, limits, (unit, one.monday, source)) for source in one.wanted}
        known = [count for count in left.values() if count is not None]
        if unit != one.unit and all((free := left[source]) is None or free >= count for source, count in one.wanted.items()):
            found.append((-min(known, default=10**6), place, unit))
    return [unit for _left, _place, unit in sorted(found)]


def mondays(first: date, count: int) -> list[date]:
    """So many Mondays from the week of a day on."""
    start = first - timedelta(days=first.weekday())
    return [start + timedelta(days=7 * n) for n in range(count)]
