"""The clocks of a case: when it is due, when half of the time is gone, when it goes to supervision. Pure.

The arithmetic of working time is the kernel's (``worktime``); here stands what a case adds to it: extensions in working days, supervision
after further limits, pauses while a case is deferred or waits to be checked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from chuangwen.cases.models import Urgency
from chuangwen.kernel.worktime import Limit, Pause, WorkCalendar

__all__ = [
    "Clock",
    "Limit",
    "Rule",
    "choose_limit",
    "end_of_day",
    "handled_minutes",
    "next_look",
    "paused",
    "run",
    "stored",
    "urgency_at",
]


@dataclass(frozen=True, slots=True)
class Clock:
    """The moments of one clock. ``next_at``: the first of them that is still to come at the moment it was asked for."""

    half_at: datetime
    due_at: datetime
    supervise_at: datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table of deadlines; an empty condition (None, "") fits everything."""

    limit: Limit
    source: str = ""
    kind: int | None = None
    family: int | None = None
    severity: int | None = None
    works: bool = False
    pk: int | None = None


def choose_limit(rules: Iterable[Rule], *, source: str, kind: int | None, family: int | None, severity: int) -> Rule | None:
    """The strongest rule that fits: one that names the source goes first, then the kind, the family, the severity. Of two alike the newer."""
    best, rank = None, (False, False, False, False, -1)
    for rule in rules:
        if (
            rule.source
            and rule.source != source
            or rule.kind is not None
            and rule.kind != kind
            or rule.family is not None
            and rule.family != family
            or rule.severity is not None
            and rule.severity != severity
        ):
            continue
        own = (bool(rule.source), rule.kind is not None, rule.family is not None, rule.severity is not None, rule.pk or 0)
        if best is None or own > rank:
            best, rank = rule, own
    return best


def run(
    calendar: WorkCalendar,
    start: datetime,
    limit: Limit,
    *,
    pauses: Sequence[Pause] = (),
    extension_days: int = 0,
    supervise_after: int = 1,
) -> Clock:
    """The clock of ``limit`` from ``start``. All pauses must be closed.

    An extension ends with the hours of its n-th working day after the limit's own end. Supervision begins ``supervise_after`` limits after
    the due moment. Half is half of the working time (of the plain time for calendar days) to the due moment.
    """
    due = calendar.due(start, limit, pauses)
    if extension_days:
        due = _working_days_after(calendar, due, extension_days, pauses)
        days = max(1, round(calendar.elapsed(start, due, "working_days", pauses)))
        half = calendar.half_time(start, Limit(days, "working_days"), pauses)
    else:
        half = calendar.half_time(start, limit, pauses)
    further = limit.amount * supervise_after
    if limit.unit == "working_days":
        supervise = _working_days_after(calendar, due, further, pauses)
    else:
        supervise = calendar.due(due, Limit(further, limit.unit), pauses)
    return Clock(half, due, supervise)


def _working_days_after(calendar: WorkCalendar, moment: datetime, days: int, pauses: Sequence[Pause]) -> datetime:
    """The end of hours of the ``days``-th working day after the day of ``moment``."""
    day = moment.astimezone(calendar.tz).date()
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    start = datetime.combine(day, calendar.hours[0][0], calendar.tz)
    later = [(max(begin, moment), end) for begin, end in pauses if end is None or end > moment]
    return calendar.due(start, Limit(days, "working_days"), later)


def urgency_at(now: datetime, half_at: datetime | None, due_at: datetime | None, supervise_at: datetime | None) -> Urgency:
    """How a running clock stands. A case is on time up to the due moment itself; NONE where no clock runs."""
    if due_at is None:
        return Urgency.NONE
    if now > due_at:
        return Urgency.SUPERVISION if supervise_at is not None and now > supervise_at else Urgency.OVERDUE
    return Urgency.HALF if half_at is not None and now >= half_at else Urgency.ON_TIME


def next_look(now: datetime, half_at: datetime | None, due_at: datetime | None, supervise_at: datetime | None) -> datetime | None:
    """When the clock will stand otherwise than at ``now``; None when it never will.

    ``due_at`` itself is still in time: one looks a moment later.
    """
    moments = [half_at] if half_at is not None and now < half_at else []
    moments += [moment + timedelta(microseconds=1) for moment in (due_at, supervise_at) if moment is not None and now <= moment]
    return min(moments, default=None)


def end_of_day(calendar: WorkCalendar, day: date) -> datetime:
    """The last second of a day in the office's time zone: until when something deferred to that day rests."""
    return datetime.combine(day, time(23, 59, 59), calendar.tz)


def paused(rows: Sequence[Sequence[str]], *, since: datetime | None = None, until: datetime | None = None) -> list[Pause]:
    """The pauses of a case from what is stored, and the one that began at ``since`` and ends at ``until``. One that ends before it
    begins (a clock set back) is left out."""
    pauses: list[Pause] = [(datetime.fromisoformat(begin), datetime.fromisoformat(end)) for begin, end in rows]
    if since is not None and until is not None and until > since:
        pauses.append((since, until))
    return pauses


def stored(pauses: Iterable[Pause]) -> list[list[str]]:
    """Closed pauses as they are kept."""
    return [[begin.isoformat(), end.isoformat()] for begin, end in pauses if end is not None]


def handled_minutes(calendar: WorkCalendar, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> int:
    """Whole working minutes from ``start`` to ``end`` without the pauses between (DOMAIN.md section 5, mean and median time)."""
    total = calendar.working_minutes_between(start, end)
    for begin, stop in pauses:
        if stop is not None:
            total -= calendar.working_minutes_between(max(begin, start), min(stop, end))
    return max(0, round(total))
