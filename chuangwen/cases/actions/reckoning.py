"""Deadlines that run follow the calendar: where days or hours are edited, what is due is reckoned anew from the limits that were given."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Q

from chuangwen.cases import clocks, loop_settings
from chuangwen.cases.actions.assigning import limit_on, moments
from chuangwen.cases.actions.base import event_of
from chuangwen.cases.actions.objecting import answer_due
from chuangwen.cases.events import ClockRan
from chuangwen.cases.models import Case, CaseEvent, Objection, State, Urgency, Verb
from chuangwen.kernel import access, audit, clock, events, office_calendar

RUNNING = (State.DISPATCHED, State.RECTIFYING, State.REFUSED, State.SUBMITTED, State.VERIFIED, State.DEFERRED)
STANDING = (State.SUBMITTED, State.VERIFIED, State.DEFERRED)
BATCH = 500
CHANGED = ("half_at", "due_at", "supervise_at", "urgency", "next_at")


def reckon_anew(
    first: date | None = None, last: date | None = None, *, after_batch: Callable[[int], None] | None = None
) -> dict[str, int]:
    """Reckon the deadlines of all cases that are alive anew, by the calendar as it is now. ``first`` to ``last``: the days that were edited
    (None: the hours, all of them); clocks that ended before them are left alone.

    A case whose due moment moves gets an event that says from when to when; the trail one entry for all. Done again it changes nothing.
    Returns how many were looked at and how many moved.
    """
    office_calendar.forget()
    moved: list[int] = []
    looked, key = 0, 0
    while True:
        with transaction.atomic():
            batch = list(_running(first, last).filter(pk__gt=key).order_by("pk").select_for_update(of=("self",))[:BATCH])
            if not batch:
                break
            moved += _batch(batch, clock.now())
        looked, key = looked + len(batch), batch[-1].pk
        if after_batch is not None:
            after_batch(looked)
    objections = _objections()
    if moved or objections:
        days = {"first": first.isoformat() if first else None, "last": last.isoformat() if last else None}
        audit.record(
            access.SYSTEM,
            "cases.clock",
            title=f"{len(moved)}",
            after={"calendar": days, "moved": moved, "objections": objections},
        )
    return {"looked": looked, "moved": len(moved)}


def _running(first: date | None, last: date | None) -> Any:
    """The cases whose clock runs or stands still: those whose time touches the edited days."""
    found = Case.objects.filter(live__isnull=False, state__in=RUNNING, due_at__isnull=False)
    if last is not None:
        found = found.filter(Q(clock_at__isnull=True) | Q(clock_at__lt=_end(last)))
    if first is not None:
        # Supervision is the last moment of a clock; a day that becomes free may also lie before one that is over by now.
        found = found.filter(Q(supervise_at__isnull=True) | Q(supervise_at__gte=datetime.combine(first, time(), clock.LOCAL)))
    return found


def _end(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), clock.LOCAL)


def _batch(cases: list[Case], now: datetime) -> list[int]:
    """Reckon some cases anew and store what moved; the keys of those whose due moment is another."""
    changed, told = [], []
    for case in cases:
        was = case.due_at
        values = reckoned(case, now)
        if all(getattr(case, name) == value for name, value in values.items()):
            continue
        for name, value in values.items():
            setattr(case, name, value)
        changed.append(case)
        if case.due_at != was:
            data = {
                "calendar": True, "was_due": was.isoformat() if was else None, "due_at": case.due_at.isoformat() if case.due_at else None,
                "urgency": case.urgency,
            }  # fmt: skip
            told.append(event_of(access.SYSTEM, Verb.CLOCK, case, case.state, data=data, now=now))
    Case.objects.bulk_update(changed, CHANGED, batch_size=100)
    CaseEvent.objects.bulk_create(told, batch_size=BATCH)
    for event in told:
        events.say(ClockRan(event.case_id, event.data["urgency"]))
    return [event.case_id for event in told]


def reckoned(case: Case, now: datetime) -> dict[str, Any]:
    """The moments of a case's clock by the calendar as it is. A clock that stands still keeps its state; what it was paused for since is
    added when it goes on."""
    start = case.clock_at or case.dispatched_at or case.reported_at
    pauses = clocks.paused(case.pauses)
    times = clocks.run(
        office_calendar.calendar(), start, limit_on(case), pauses=pauses, extension_days=case.extension_days,
        supervise_after=loop_settings.get().supervise_after_limits,
    )  # fmt: skip
    values = moments(times, now)
    if case.state in STANDING:
        values |= {"urgency": Urgency(case.urgency), "next_at": case.next_at}
    return values


def _objections() -> int:
    """Reckon anew until when objections have to be answered; how many moved."""
    count = 0
    for objection in Objection.objects.filter(state=Objection.State.PENDING).order_by("pk"):
        due = answer_due(objection.raised_at)
        count += Objection.objects.filter(pk=objection.pk, state=Objection.State.PENDING).exclude(due_at=due).update(due_at=due)
    return count
