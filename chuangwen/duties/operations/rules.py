"""The arithmetic of operations: when figures are asked, progress against target, result per effort, windows before and after. Pure.

Quantities are decimals as the ledger gives them; shares and rates are exact fractions until somebody reads them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from chuangwen.kernel.worktime import WorkCalendar

DAY, WORKDAY, WEEK = "day", "workday", "week"
LONGEST = 400
"""Days that an operation lasts at most."""
LATE_DAYS = 7
"""So long after its last day figures of its days can still come."""


@dataclass(frozen=True, order=True)
class Asked:
    """Figures are asked for once from ``first`` to ``last``, both inside; ``due`` is the day on which a unit is reminded."""

    first: date
    last: date
    due: date


def asked(rhythm: str, calendar: WorkCalendar, starts_on: date, ends_on: date) -> list[Asked]:
    """When figures are asked for in an operation: each day, each working day, or once in each week from Monday to Sunday (the first and the
    last may be short), due on the last working day of the week, or its last day where it has none."""
    days = [starts_on + timedelta(days=n) for n in range((ends_on - starts_on).days + 1)]
    if rhythm == DAY:
        return [Asked(day, day, day) for day in days]
    if rhythm == WORKDAY:
        return [Asked(day, day, day) for day in days if calendar.is_workday(day)]
    found: list[Asked] = []
    start = starts_on
    while start <= ends_on:
        last = min(start + timedelta(days=6 - start.weekday()), ends_on)
        inside = [start + timedelta(days=n) for n in range((last - start).days + 1)]
        due = max((day for day in inside if calendar.is_workday(day)), default=last)
        found.append(Asked(start, last, due))
        start = last + timedelta(days=1)
    return found


def asked_on(spans: Sequence[Asked], day: date) -> Asked | None:
    """The span in which a day lies; None where nothing is asked that day."""
    at = bisect_right([one.first for one in spans], day) - 1
    return spans[at] if at >= 0 and spans[at].last >= day else None


def times_told(spans: Sequence[Asked], days: Mapping[int, Collection[date]]) -> dict[int, int]:
    """Of each unit how many of these spans, of which none overlaps another, are fulfilled by figures of its days."""
    number_of = {span.first + timedelta(days=n): at for at, span in enumerate(spans) for n in range((span.last - span.first).days + 1)}
    return {unit: len({number_of[day] for day in told if day in number_of}) for unit, told in days.items()}


def told(span: Asked, days: Collection[date]) -> bool:
    """Whether figures of one of these days fulfil a span."""
    return any(span.first <= day <= span.last for day in days)


# -- progress ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """A day of the burn-up: what was done that day and until then, and where an even pace would stand."""

    day: date
    done: Decimal
    until: Decimal
    even: Fraction | None


def burn_up(done: Mapping[date, Decimal], target: Decimal | None, starts_on: date, ends_on: date, today: date) -> list[Point]:
    """Day by day from the first to the last day that has come; ``even`` is the target's part that has to be done by then at an even pace."""
    length = (ends_on - starts_on).days + 1
    found, until = [], Decimal(0)
    for n in range(length):
        day = starts_on + timedelta(days=n)
        if day > today:
            break
        until += done.get(day, Decimal(0))
        even = Fraction(target) * (n + 1) / length if target is not None else None
        found.append(Point(day, done.get(day, Decimal(0)), until, even))
    return found


@dataclass(frozen=True)
class Standing:
    """How far a metric is: the share of the target (None without one), of the time, what is still to be done and how much each day that is
    left has to bring; ``behind``: less than an even pace, while it is not reached."""

    done: Decimal
    target: Decimal | None
    share: Fraction | None
    time: Fraction
    missing: Decimal
    days_left: int
    per_day: Fraction | None
    behind: bool


def standing(done: Decimal, target: Decimal | None, starts_on: date, ends_on: date, today: date) -> Standing:
    length = (ends_on - starts_on).days + 1
    passed = min(max((today - starts_on).days + 1, 0), length)
    left = min(max((ends_on - today).days, 0), length)  # today has its figures; what is left begins tomorrow
    time = Fraction(passed, length)
    if target is None or target <= 0:
        return Standing(done, None, None, time, Decimal(0), left, None, False)
    share = Fraction(done) / Fraction(target)
    missing = max(target - done, Decimal(0))
    per_day = Fraction(missing) / left if missing and left else None
    return Standing(done, target, share, time, missing, left, per_day, share < 1 and share < time)


# -- effort --------------------------------------------------------------------------------------------------------------


def per_effort(done: Decimal, effort: Decimal) -> Fraction | None:
    """So much for one unit of effort (a person for a day, a vehicle for a trip); None where no effort was told."""
    return Fraction(done) / Fraction(effort) if effort > 0 else None


def cost_of_one(cost: Decimal, done: Decimal) -> Fraction | None:
    """What one unit of what was done cost; None where either was not told."""
    return Fraction(cost) / Fraction(done) if done > 0 and cost > 0 else None


# -- afterwards ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Window:
    """Two stretches of the same number of days: right before the first day and right after the last. ``days`` may be fewer than ``whole``:
    the rest has not come yet, and before as many days are looked at."""

    before: tuple[date, date]
    after: tuple[date, date]
    days: int
    whole: int

    @property
    def over(self) -> bool:
        return self.days == self.whole


def window(starts_on: date, ends_on: date, days: int, today: date) -> Window | None:
    """The windows as far as the days afterwards are over; None while not even one is. Today is not over and does not count."""
    passed = min((today - ends_on).days - 1, days)
    if passed < 1:
        return None
    one = timedelta(days=1)
    return Window((starts_on - timedelta(days=passed), starts_on - one), (ends_on + one, ends_on + timedelta(days=passed)), passed, days)
