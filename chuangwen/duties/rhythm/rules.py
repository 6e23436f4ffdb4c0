"""What a duty owes when, and whether it was kept. Pure: duties as plain facts, the work calendar passed in.

Two kinds of rhythm stand on one rule (RFC 5545):

- ``days``: each day of the rule is owed by itself ("the cleaning on Fridays"). What falls on a day off stays, falls away, or moves to the
  working day before or after, as the duty says; two that move to the same day become one.
- ``periods``: the days of the rule begin periods, each of which lasts until the day before the next ("twice a week", "two rounds a month").
  Only whole periods are owed. Unless the duty stays on days off, no more is owed than the period has working days.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from chuangwen.duties.rhythm.recurring import Rule, days
from chuangwen.kernel.worktime import WorkCalendar

DAYS, PERIODS = "days", "periods"
STAY, SKIP, BEFORE, AFTER = "stay", "skip", "before", "after"
OPEN, KEPT, MISSED, EXCUSED = "open", "kept", "missed", "excused"
FARTHEST_MOVE = 31
"""So many days at most a day is moved over days off; the longest published run is nine."""
LONGEST_PERIOD = 400
LATE_DAYS = 14
"""So long after its end a record that comes late (a phone without signal) still counts; then the result stands."""


@dataclass(frozen=True)
class Plan:
    """The rhythm of a duty. ``times`` are owed on each day or in each period; ``once_a_day``: several on one day count as one."""

    kind: str
    rule: Rule
    begins: date
    until: date | None = None
    times: int = 1
    once_a_day: bool = True
    on_day_off: str = SKIP


@dataclass(frozen=True, order=True)
class Span:
    """What is owed once: from ``first`` to ``last``, both inside, so many times."""

    first: date
    last: date
    wanted: int


def spans(plan: Plan, calendar: WorkCalendar, first: date, last: date) -> list[Span]:
    """What is owed and begins from ``first`` to ``last``, in order; no two begin on the same day."""
    if last < first:
        return []
    return _days(plan, calendar, first, last) if plan.kind == DAYS else _periods(plan, calendar, first, last)


def _days(plan: Plan, calendar: WorkCalendar, first: date, last: date) -> list[Span]:
    reach = timedelta(days=FARTHEST_MOVE)
    end = last + reach if plan.until is None else min(plan.until, last + reach)
    found = set()
    for day in days(plan.rule, begins=plan.begins, first=max(first - reach, plan.begins), last=end):
        moved = moved_day(day, calendar, plan.on_day_off)
        if moved is not None and first <= moved <= last:
            found.add(moved)
    return [Span(day, day, plan.times) for day in sorted(found)]


def moved_day(day: date, calendar: WorkCalendar, on_day_off: str) -> date | None:
    """Where a day is owed; None where it falls away."""
    if on_day_off == STAY or calendar.is_workday(day):
        return day
    if on_day_off == SKIP:
        return None
    step = timedelta(days=-1 if on_day_off == BEFORE else 1)
    for _far in range(FARTHEST_MOVE):
        day += step
        if calendar.is_workday(day):
            return day
    return None


def _periods(plan: Plan, calendar: WorkCalendar, first: date, last: date) -> list[Span]:
    horizon = last + timedelta(days=LONGEST_PERIOD)
    begun = days(plan.rule, begins=plan.begins, first=max(first, plan.begins), last=horizon)
    found = []
    for start, following in zip(begun, begun[1:], strict=False):
        end = following - timedelta(days=1)
        if start > last or (plan.until is not None and end > plan.until):
            break
        wanted = owed(plan, calendar.workdays_between(start, end))
        if wanted:
            found.append(Span(start, end, wanted))
    return found


def owed(plan: Plan, workdays: int) -> int:
    """How often it is owed in a period with so many working days."""
    if plan.on_day_off == STAY:
        return plan.times
    if not workdays:
        return 0
    return min(plan.times, workdays) if plan.once_a_day else plan.times


def done(proved: Sequence[date], span: Span, *, once_a_day: bool) -> int:
    """How often it was done: records (their days, in order) inside the span, or days with one."""
    inside = proved[bisect_left(proved, span.first) : bisect_right(proved, span.last)]
    return len(set(inside)) if once_a_day else len(inside)


def standing(*, wanted: int, done: int, last: date, excused: bool, today: date) -> str:
    """open, kept, missed or excused. What was done is kept, excused or not; what is excused is never missed."""
    if done >= wanted:
        return KEPT
    if excused:
        return EXCUSED
    return MISSED if last < today else OPEN


def reminder_day(span: Span, calendar: WorkCalendar) -> date:
    """When to remind once: on the working day before the last one of a period; of a single day on that day."""
    day = span.last
    while day > span.first and not calendar.is_workday(day):
        day -= timedelta(days=1)
    if day == span.first:
        return day
    earlier = day - timedelta(days=1)
    while earlier > span.first and not calendar.is_workday(earlier):
        earlier -= timedelta(days=1)
    return earlier
