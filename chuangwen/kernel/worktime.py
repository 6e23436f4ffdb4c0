"""Working time: the clocks of deadlines, on the statutory calendar with its shifted days.

Pure: no database, no clock of the machine. Every moment that comes in is aware; every moment that goes out is in the
calendar's own time zone. China has kept one offset (UTC+8, no summer time) since 1992, so a local day is 24 hours.

How limits are counted (DOMAIN.md section 5)

- ``working_hours``: only time inside the working hours of working days counts. Four hours from 17:00 end at 11:30 on the
  next working day when work is from 08:30 to 12:00 and from 14:30 to 17:30.
- ``working_days``: day *n* ends at the end of working hours of the *n*-th working day after the start day; the start day
  itself does not count.
- For both, a start outside working hours counts from the next working moment: what arrives on Friday evening, on Saturday
  or on Sunday arrives on Monday morning.
- ``calendar_days``: day *n* ends at 23:59:59 of the *n*-th day after the start day; hours and holidays do not matter.
- A pause (a deferral) does not count: working time inside it is added to the limit of hours; a day whose end lies inside
  it is added to a limit of days.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import cached_property
from itertools import accumulate
from typing import Literal, cast
from zoneinfo import ZoneInfo

LOCAL: tzinfo = ZoneInfo("Asia/Shanghai")
HOURS: tuple[tuple[time, time], ...] = ((time(8, 30), time(12)), (time(14, 30), time(17, 30)))
"""The usual working hours of an office; *editable*."""

UNITS = ("working_hours", "working_days", "calendar_days")
Unit = Literal["working_hours", "working_days", "calendar_days"]
Pause = tuple[datetime, datetime | None]
"""From when until when a clock stood still; ``None``: it still does."""

_FIRST = date(1990, 1, 1).toordinal()  # a Monday
_LAST = date(2110, 12, 31).toordinal()
_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


class DayKind(StrEnum):
    """What the calendar says of a day that is not as its weekday would be."""

    OFF = "off"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take. ``amount`` is at least 1."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"unknown unit of a limit: {self.unit!r}")
        if isinstance(self.amount, bool) or not isinstance(self.amount, int) or not 1 <= self.amount <= 3660:
            raise ValueError(f"a limit is a whole number from 1 to 3660, not {self.amount!r}")

    @classmethod
    def of(cls, amount: int, unit: str) -> Limit:
        """Of what a row or a sheet holds; ValueError where it is no limit."""
        return cls(amount, cast("Unit", unit))


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left of a limit. ``amount`` is in ``unit``; below zero is over by so much. ``minutes`` are working minutes
    for limits in working time and plain minutes for calendar days, until (or, negative, since) ``due``."""

    amount: float
    unit: Unit
    due: datetime
    overdue: bool
    minutes: float


class WorkCalendar:
    """Which days are worked and at what hours.

    ``days`` holds the exceptions from the plain week (Monday to Friday worked): a DayKind, or ``True`` for worked and
    ``False`` for off. ``hours`` are spans inside one day, in order and apart from each other. Raises ValueError when they
    are not. Answers cost the same for any distance: days are counted once, when the calendar is made.
    """

    def __init__(
        self,
        days: Mapping[date, DayKind | str | bool] | None = None,
        hours: Sequence[tuple[time, time]] = HOURS,
        tz: tzinfo = LOCAL,
    ):
        self.tz = tz
        self.hours = tuple((a, b) for a, b in hours)
        self._spans = [(_time_of_day(a), _time_of_day(b) or _DAY) for a, b in self.hours]
        if not self._spans or any(a >= b for a, b in self._spans):
            raise ValueError("working hours: each span begins before it ends, and there is at least one")
        if any(left[1] > right[0] for left, right in zip(self._spans, self._spans[1:], strict=False)):
            raise ValueError("working hours: the spans are in order and do not overlap")
        self._starts = [a for a, _ in self._spans]
        self._ends = [b for _, b in self._spans]
        self._before = list(accumulate((b - a for a, b in self._spans), initial=0))
        self._per_day = self._before[-1]
        self._close = self._ends[-1]

        worked = [True, True, True, True, True, False, False] * ((_LAST - _FIRST) // 7 + 1)
        for day, kind in (days or {}).items():
            ordinal = day.toordinal() - _FIRST
            if not 0 <= ordinal < len(worked):
                raise ValueError(f"the calendar reaches from 1990 to 2110; {day} lies outside")
            worked[ordinal] = kind if isinstance(kind, bool) else DayKind(kind) is DayKind.WORK
        self._worked = worked
        self._count = list(accumulate(worked, initial=0))  # working days before day i
        self._workdays = [i for i, works in enumerate(worked) if works]

    # Days

    def is_workday(self, day: date) -> bool:
        """Whether ``day`` is worked. Days before 1990 and after 2110 follow the plain week."""
        ordinal = day.toordinal() - _FIRST
        if 0 <= ordinal < len(self._worked):
            return self._worked[ordinal]
        return day.weekday() < 5

    def workdays_between(self, first: date, last: date) -> int:
        """The number of working days from ``first`` to ``last``, both counted; 0 when ``last`` lies before ``first``."""
        if last < first:
            return 0
        return self._count[self._index(last) + 1] - self._count[self._index(first)]

    def workday_after(self, day: date, n: int = 1) -> date:
        """The ``n``-th working day after ``day`` (which does not count)."""
        return date.fromordinal(_FIRST + self._workdays[self._count[self._index(day) + 1] + n - 1])

    @cached_property
    def minutes_per_day(self) -> float:
        """Working minutes of a working day."""
        return self._per_day / _MINUTE

    # Moments

    def is_working(self, moment: datetime) -> bool:
        """Whether ``moment`` lies in working hours. A span holds its first moment and not its last."""
        day, clock = self._split(moment)
        span = bisect_right(self._starts, clock) - 1
        return self._worked[day] and span >= 0 and clock < self._ends[span]

    def next_working_moment(self, moment: datetime) -> datetime:
        """``moment`` itself when it lies in working hours, else the beginning of the next ones."""
        day, clock = self._split(moment)
        return self._join(*self._forward(day, clock))

    def working_minutes_between(self, start: datetime, end: datetime) -> float:
        """Working minutes from ``start`` to ``end``; 0 when ``end`` is not later (a clock set back gives no negative time)."""
        return max(0, self._worked_until(end) - self._worked_until(start)) / _MINUTE

    def due(self, start: datetime, limit: Limit, pauses: Iterable[Pause] = (), *, now: datetime | None = None) -> datetime:
        """When ``limit``, begun at ``start``, is used up; by the rules at the top of this module.

        A pause that is still open is taken to last until ``now``; without ``now`` it raises ValueError, because nobody can
        say when such a limit ends.
        """
        spans = self._merged(pauses, start, now)
        if limit.unit == "working_hours":
            target = self._worked_until(start) + limit.amount * _HOUR
            for begin, end in spans:
                before = self._worked_until(begin)
                if before < target:
                    target += self._worked_until(end) - before
            return self._reached(target)
        origin = self._ends_until(self._counted_from(start, limit.unit), limit.unit)
        number = origin + limit.amount
        for begin, end in spans:
            before = max(self._ends_before(begin, limit.unit), origin)
            if before < number:
                number += max(self._ends_before(end, limit.unit) - before, 0)
        return self._end_number(number, limit.unit)

    def elapsed(self, start: datetime, end: datetime, limit_unit: Unit, pauses: Iterable[Pause] = ()) -> float:
        """How much of a limit is used at ``end``, in ``limit_unit``; a pause that is still open lasts until ``end``.

        Hours have fractions. Days are whole: the number of days that have ended. At the due moment this is the limit's
        amount, and before it less. 0 when ``end`` is not later than ``start``.
        """
        if end <= start:
            return 0.0
        spans = self._merged(pauses, start, end)
        if limit_unit == "working_hours":
            used = self._worked_until(end) - self._worked_until(start)
            for begin, stop in spans:
                used -= self._worked_until(min(stop, end)) - self._worked_until(min(begin, end))
            return used / _HOUR
        if limit_unit not in UNITS:
            raise ValueError(f"unknown unit of a limit: {limit_unit!r}")
        origin = self._ends_until(self._counted_from(start, limit_unit), limit_unit)
        ended = self._ends_until(end, limit_unit) - origin
        for begin, stop in spans:
            if begin > end:
                break
            before = max(self._ends_before(begin, limit_unit), origin)
            last = self._ends_before(stop, limit_unit) if stop <= end else self._ends_until(end, limit_unit)
            ended -= max(last - before, 0)
        return float(max(ended, 0))

    def half_time(self, start: datetime, limit: Limit, pauses: Iterable[Pause] = ()) -> datetime:
        """When half of the time to the due moment is gone: half of the working time, or of the plain time for calendar
        days. Pauses must be closed."""
        spans = self._merged(pauses, start, None)
        due = self.due(start, limit, spans)
        if limit.unit == "calendar_days":
            rest = (due - start - sum((min(b, due) - min(a, due) for a, b in spans), timedelta())) / 2
            moment = start.astimezone(self.tz)
            for begin, end in spans:
                if begin - moment >= rest:
                    break
                rest -= begin - moment
                moment = end
            return (moment + rest).astimezone(self.tz)
        first, last = self._worked_until(start), self._worked_until(due)
        stops = [(self._worked_until(a), self._worked_until(b)) for a, b in spans]
        counted = last - first - sum(min(b, last) - min(a, last) for a, b in stops)
        target = first + (counted + 1) // 2
        for begin_at, end_at in stops:
            if begin_at < target:
                target += end_at - begin_at
        return self._reached(target)

    def remaining(self, start: datetime, limit: Limit, now: datetime, pauses: Iterable[Pause] = ()) -> Remaining:
        """What is left of ``limit`` at ``now``. An open pause lasts until ``now``: the clock stands still."""
        pauses = list(pauses)
        due = self.due(start, limit, pauses, now=max(now, start))
        amount = limit.amount - self.elapsed(start, now, limit.unit, pauses)
        if limit.unit == "calendar_days":
            minutes = (due - now) / timedelta(minutes=1)
        else:
            minutes = (self._worked_until(due) - self._worked_until(now)) / _MINUTE
        return Remaining(amount=amount, unit=limit.unit, due=due, overdue=now > due, minutes=minutes)

    # The line of working time: microseconds worked since the first day of the calendar

    def _index(self, day: date) -> int:
        index = day.toordinal() - _FIRST
        if not 0 <= index < len(self._worked):
            raise ValueError(f"the calendar reaches from 1990 to 2110; {day} lies outside")
        return index

    def _split(self, moment: datetime) -> tuple[int, int]:
        """Day index and microseconds since local midnight."""
        if moment.tzinfo is None:
            raise ValueError("a moment without a time zone")
        local = moment.astimezone(self.tz)
        clock = ((local.hour * 60 + local.minute) * 60 + local.second) * _SECOND + local.microsecond
        return self._index(local), clock

    def _join(self, day: int, clock: int) -> datetime:
        first = date.fromordinal(_FIRST + day)
        midnight = datetime(first.year, first.month, first.day, tzinfo=self.tz)
        return midnight + timedelta(microseconds=clock)

    def _worked_until(self, moment: datetime) -> int:
        day, clock = self._split(moment)
        total = self._count[day] * self._per_day
        if not self._worked[day]:
            return total
        span = bisect_right(self._starts, clock) - 1
        if span < 0:
            return total
        return total + self._before[span] + min(clock, self._ends[span]) - self._starts[span]

    def _reached(self, worked: int) -> datetime:
        """The first moment by which ``worked`` microseconds have been worked: an end of hours, not the next beginning."""
        days, rest = divmod(worked - 1, self._per_day)
        rest += 1
        span = bisect_left(self._before, rest) - 1
        return self._join(self._workdays[days], self._starts[span] + rest - self._before[span])

    def _forward(self, day: int, clock: int) -> tuple[int, int]:
        if self._worked[day]:
            span = bisect_right(self._ends, clock)
            if span < len(self._ends):
                return day, max(clock, self._starts[span])
        return self._workdays[self._count[day + 1]], self._starts[0]

    # The ends of days: working days end with their hours, calendar days at 23:59:59

    def _counted_from(self, start: datetime, unit: Unit) -> datetime:
        """The end of the start day, which does not count itself."""
        day, clock = self._split(start)
        if unit == "calendar_days":
            return self._join(day, _DAY - 1)
        return self._join(self._forward(day, clock)[0], self._close)

    def _ends_until(self, moment: datetime, unit: Unit) -> int:
        """How many days have ended at ``moment``, an end at that very moment included."""
        day, clock = self._split(moment)
        if unit == "calendar_days":
            return day + (clock >= _DAY - _SECOND)
        return self._count[day] + (self._worked[day] and clock >= self._close)

    def _ends_before(self, moment: datetime, unit: Unit) -> int:
        """How many days have ended before ``moment``, an end at that very moment not included."""
        day, clock = self._split(moment)
        if unit == "calendar_days":
            return day + (clock > _DAY - _SECOND)
        return self._count[day] + (self._worked[day] and clock > self._close)

    def _end_number(self, number: int, unit: Unit) -> datetime:
        if unit == "calendar_days":
            return self._join(number - 1, _DAY - _SECOND)
        return self._join(self._workdays[number - 1], self._close)

    def _merged(self, pauses: Iterable[Pause], start: datetime, now: datetime | None) -> list[tuple[datetime, datetime]]:
        """Pauses after ``start``, in order, joined where they touch; open ones closed at ``now``."""
        spans: list[tuple[datetime, datetime]] = []
        for begin, end in pauses:
            if end is None:
                if now is None:
                    raise ValueError("a pause is still open: nobody can say when the limit ends")
                end = now
            if end > max(begin, start):
                spans.append((max(begin, start), end))
        spans.sort()
        merged: list[tuple[datetime, datetime]] = []
        for begin, end in spans:
            if merged and begin <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], end))
            else:
                merged.append((begin, end))
        return merged


def _time_of_day(moment: time) -> int:
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * _SECOND + moment.microsecond
