"""Whether there is room in a week, and where else there would be. Pure: amounts and limits as plain numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

Slot = tuple[int, date, str]
"""A unit, the Monday of a week, a source."""


@dataclass(frozen=True)
class Overload:
    """A slot that a plan would fill beyond its limit: what is there, what would come on top, how much is allowed."""

    unit: int
    monday: date
    source: str
    there: int
    more: int
    limit: int


def overloads(there: Mapping[Slot, int], more: Mapping[Slot, int], limits: Mapping[tuple[int, str], int]) -> list[Overload]:
    """The slots in which what is there and what comes on top is beyond the limit, in the order of weeks and units. Nothing that only stays
    as full as it was is held against a plan."""
    found = []
    for (unit, monday, source), count in more.items():
        limit = limits.get((unit, source))
        stands = there.get((unit, monday, source), 0)
        if limit is not None and count > 0 and stands + count > limit:
            found.append(Overload(unit, monday, source, stands, count, limit))
    return sorted(found, key=lambda one: (one.monday, one.unit, one.source))


def room(there: Mapping[Slot, int], limits: Mapping[tuple[int, str], int], slot: Slot) -> int | None:
    """How much still fits; None where there is no limit. Below nought never."""
    limit = limits.get((slot[0], slot[2]))
    return None if limit is None else max(0, limit - there.get(slot, 0))


def other_weeks(
    there: Mapping[Slot, int], limits: Mapping[tuple[int, str], int], broken: Collection[Overload], weeks: Iterable[date]
) -> list[date]:
    """The weeks in which all that is broken would fit for every unit that it concerns."""
    wanted: dict[tuple[int, str], int] = {}
    for one in broken:
        wanted[one.unit, one.source] = max(one.more, wanted.get((one.unit, one.source), 0))
    taken = {one.monday for one in broken}
    return [
        week for week in weeks
        if week not in taken and all((left := room(there, limits, (unit, week, source))) is None or left >= count
                                     for (unit, source), count in wanted.items())
    ]  # fmt: skip


def other_units(
    there: Mapping[Slot, int], limits: Mapping[tuple[int, str], int], one: Overload, units: Iterable[int]
) -> list[int]:
    """Units in whose same week it would fit, those with most room first; equal ones in the order given."""
    found = []
    for place, unit in enumerate(units):
        left = room(there, limits, (unit, one.monday, one.source))
        if unit != one.unit and (left is None or left >= one.more):
            found.append((-(left if left is not None else 10**6), place, unit))
    return [unit for _left, _place, unit in sorted(found)]


def mondays(first: date, count: int) -> list[date]:
    """So many Mondays from the week of a day on."""
    start = first - timedelta(days=first.weekday())
    return [start + timedelta(days=7 * n) for n in range(count)]
