"""The clocks move by themselves: half the time, overdue, supervision, the end of a deferral. Found by a job, not when somebody looks."""

from datetime import datetime

from django.db import transaction

from chuangwen.cases import awaited, clocks
from chuangwen.cases.actions.base import event_of
from chuangwen.cases.actions.timing import going_on
from chuangwen.cases.events import CaseMoved, ClockRan
from chuangwen.cases.models import Case, CaseEvent, State, Urgency, Verb
from chuangwen.kernel import access, audit, clock, events

BATCH = 500
RUNNING = (State.DISPATCHED, State.RECTIFYING, State.REFUSED)
MOVED = (
    "urgency", "next_at", "state", "version", "half_at", "due_at", "supervise_at", "pauses", "paused_at", "clock_at", "limit_amount",
    "limit_unit", "extension_days", "deferred_until", "signed_at",
)  # fmt: skip


def tick(now: datetime | None = None, *, batch: int = BATCH) -> int:
    """Move the clocks of at most ``batch`` cases whose next moment has come, in one transaction; returns how many were looked at.

    Nought when there is nothing left to do. The version of a case stays where only its urgency moved: nobody's open form is disturbed.
    """
    now = now or clock.now()
    with transaction.atomic():
        due = Case.objects.filter(next_at__lte=now).order_by("next_at")
        cases = list(due.select_for_update(skip_locked=True)[:batch])
        if not cases:
            return 0
        why = awaited.what_became([case.pk for case in cases if case.state == State.DEFERRED])
        told: list[CaseEvent] = []
        for case in cases:
            told += move(case, now, why.get(case.pk, ""))
        woken = {event.case_id for event in told if event.verb == Verb.RESUME}
        Case.objects.bulk_update([case for case in cases if case.pk not in woken], ("urgency", "next_at"), batch_size=200)
        Case.objects.bulk_update([case for case in cases if case.pk in woken], MOVED, batch_size=50)
        CaseEvent.objects.bulk_create(told, batch_size=batch)
        for event in told:
            if event.verb == Verb.RESUME:
                events.say(CaseMoved(event.case_id, Verb.RESUME.value, event.before, event.after))
            events.say(ClockRan(event.case_id, event.data["urgency"]))
        if told:
            after: dict[str, list[int]] = {}
            for event in told:
                after.setdefault(event.data["urgency"], []).append(event.case_id)
            audit.record(access.SYSTEM, "cases.clock", title=f"{len(told)}", after=after)
    return len(cases)


def move(case: Case, now: datetime, why: str = "") -> list[CaseEvent]:
    """Let one clock move; the events that tell it. ``why``: what became of that for which a deferred case waited."""
    before, stood = case.state, case.urgency
    if case.state == State.DEFERRED:
        for name, value in going_on(case, now).items():
            setattr(case, name, value)
        case.state, case.deferred_until, case.signed_at = State.RECTIFYING, None, case.signed_at or now
        case.version += 1
        return [event_of(access.SYSTEM, Verb.RESUME, case, before, note=why, data={"urgency": case.urgency}, now=now)]
    if case.state not in RUNNING:
        case.next_at = None
        return []
    case.urgency = clocks.urgency_at(now, case.half_at, case.due_at, case.supervise_at)
    case.next_at = clocks.next_look(now, case.half_at, case.due_at, case.supervise_at)
    if case.urgency == stood or case.urgency == Urgency.ON_TIME:
        return []
    return [event_of(access.SYSTEM, Verb.CLOCK, case, before, data={"urgency": case.urgency, "was": stood}, now=now)]


def run_clocks(now: datetime | None = None, *, after_batch=None) -> int:
    """Batch after batch until all clocks stand right; ``after_batch(done)`` is called between them. Returns how many cases were looked at."""
    done = 0
    while count := tick(now):
        done += count
        if after_batch is not None:
            after_batch(done)
    return done
