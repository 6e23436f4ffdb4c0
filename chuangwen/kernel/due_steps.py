"""A deadline told day by day: which days count towards a limit, which do not, and why. Pure, on ``worktime``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from chuangwen.kernel.worktime import Limit, WorkCalendar


class Why(StrEnum):
    """What a day is to a limit."""

    START = "start"  # the day it begins on, which does not count
    BEFORE = "before"  # not yet begun: what arrives outside working time begins with the next
    COUNTS = "counts"
    SHIFTED = "shifted"  # counts although it is a Saturday or Sunday
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True)
class Step:
    """Days in a row that are alike. ``amount``: minutes for a limit in hours, else how many of the days count."""

    first: date
    last: date
    why: Why
    name: str
    amount: float


@dataclass(frozen=True)
class Told:
    """``counted_from`` is the moment from which the limit runs; it differs from ``start`` outside working time."""

    start: datetime
    counted_from: datetime
    due: datetime
    steps: tuple[Step, ...]


def tell(calendar: WorkCalendar, start: datetime, limit: Limit, names: Mapping[date, str]) -> Told:
    """``names`` are the festivals by day. Raises ValueError like ``WorkCalendar.due``."""
    due = calendar.due(start, limit)
    begin = start.astimezone(calendar.tz)
    counted_from = begin if limit.unit == "calendar_days" else calendar.next_working_moment(start)
    steps: list[Step] = []
    for number in range((due.date() - begin.date()).days + 1):
        day = begin.date() + timedelta(days=number)
        why, amount = _of(calendar, day, begin, counted_from, due, limit, names)
        name = names.get(day, "") if why in (Why.HOLIDAY, Why.SHIFTED) else ""
        before = steps[-1] if steps else None
        if before and (before.why, before.name) == (why, name):
            steps[-1] = Step(before.first, day, why, name, before.amount + amount)
        else:
            steps.append(Step(day, day, why, name, amount))
    return Told(begin, counted_from, due, tuple(steps))


def _of(
    calendar: WorkCalendar,
    day: date,
    begin: datetime,
    counted_from: datetime,
    due: datetime,
    limit: Limit,
    names: Mapping[date, str],
) -> tuple[Why, float]:
    if limit.unit == "calendar_days":
        return (Why.START, 0) if day == begin.date() else (Why.COUNTS, 1)
    weekend = day.weekday() >= 5
    if not calendar.is_workday(day):
        return (Why.HOLIDAY if day in names or not weekend else Why.WEEKEND), 0
    worked = Why.SHIFTED if weekend else Why.COUNTS
    if limit.unit == "working_hours":
        midnight = datetime.combine(day, time(), calendar.tz)
        minutes = calendar.working_minutes_between(max(begin, midnight), min(due, midnight + timedelta(days=1)))
        return (worked, minutes) if minutes else (Why.BEFORE, 0)
    if day < counted_from.date():
        return Why.BEFORE, 0
    return (Why.START, 0) if day == counted_from.date() else (worked, 1)
