"""What is owed is laid out ahead, and how it stands is found: the clock's own work, and called by the actions. Asks nobody's leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from chuangwen.duties.rhythm import recurring
from chuangwen.duties.rhythm import rules as rhythm
from chuangwen.kernel import clock, office_calendar
from chuangwen.kernel.access import Actor
from chuangwen.kernel.worktime import WorkCalendar
from chuangwen.volunteers.care import rules
from chuangwen.volunteers.care.models import CareAlarm, CareDue, CarePlan, CareRecord, CareRhythm

BATCH = 200
BEFORE = timedelta(days=430)
Key = tuple[str, str, int, str, date, date]


class Spans:
    """What is owed by a rhythm from a day to a day; the same rhythm of many people is unrolled once."""

    def __init__(self, calendar: WorkCalendar):
        self.calendar = calendar
        self.known: dict[tuple[Key, date | None], list[rhythm.Span]] = {}

    def of(self, row: CareRhythm, begins: date, first: date, last: date) -> list[rhythm.Span]:
        """``begins`` anchors every second week and the like; nothing is owed before it."""
        rule = recurring.read(row.rule)
        anchor = begins if rule.interval > 1 else None
        first = max(first, begins)
        key = ((row.span, row.rule, row.times, row.on_day_off, first, last), anchor)
        if key not in self.known:
            plan = rhythm.Plan(row.span, rule, anchor or first - BEFORE, None, row.times, True, row.on_day_off)
            self.known[key] = rhythm.spans(plan, self.calendar, first, last)
        return self.known[key]


def lay_out(plans: Sequence[CarePlan], today: date | None = None) -> int:
    """Bring what begins after the day these plans were last laid out up to date; what has begun stays as it was owed. How many rows were made.
    Idempotent. The caller holds the plans; a constant number of queries."""
    today = today or clock.today()
    spans, last = Spans(office_calendar.calendar()), today + timedelta(days=rules.AHEAD_DAYS)
    rhythms: dict[int, list[CareRhythm]] = defaultdict(list)
    for row in CareRhythm.objects.filter(plan__in=plans):
        rhythms[row.plan_id].append(row)
    after = {plan.pk: min(plan.laid_on, today) if plan.laid_on else today - timedelta(days=1) for plan in plans}
    there: dict[tuple[int, str, date], CareDue] = {}
    earliest = min(after.values(), default=today)
    for due in CareDue.objects.filter(plan__in=plans, first__gt=earliest):
        if due.first > after[due.plan_id]:
            there[due.plan_id, due.kind, due.first] = due
    fresh: list[CareDue] = []
    changed, wanted = [], set()
    for plan in plans:
        if plan.state == CarePlan.State.ENDED:
            continue
        for row in rhythms[plan.pk]:
            for span in spans.of(row, plan.starts_on, after[plan.pk] + timedelta(days=1), last):
                key = (plan.pk, row.kind, span.first)
                wanted.add(key)
                known = there.get(key)
                if known is None:
                    away = _away(plan, span.first)
                    fresh.append(CareDue(
                        plan=plan, kind=row.kind, first=span.first, last=span.last, wanted=span.wanted, excused=plan.reason if away else "",
                        state=CareDue.State.EXCUSED if away else CareDue.State.OPEN,
                    ))  # fmt: skip
                elif (known.last, known.wanted) != (span.last, span.wanted):
                    known.last, known.wanted = span.last, span.wanted
                    changed.append(known)
    surplus = [due.pk for key, due in there.items() if key not in wanted and not due.done]
    if surplus:
        CareDue.objects.filter(pk__in=surplus).delete()
    CareDue.objects.bulk_update(changed, ["last", "wanted"], batch_size=500)
    CareDue.objects.bulk_create(fresh, batch_size=500, ignore_conflicts=True)
    for plan in plans:
        plan.laid_on = today
    CarePlan.objects.filter(pk__in=[plan.pk for plan in plans]).update(laid_on=today)
    return len(fresh)


def _away(plan: CarePlan, day: date) -> bool:
    return plan.state == CarePlan.State.AWAY and (plan.away_until is None or day <= plan.away_until)


def lay_all(today: date | None = None) -> int:
    """Lay out every plan whose day has not been done yet. How many rows were made."""
    today, made = today or clock.today(), 0
    due = CarePlan.objects.exclude(state=CarePlan.State.ENDED).filter(Q(laid_on__isnull=True) | Q(laid_on__lt=today))
    keys = list(due.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        with transaction.atomic():
            rows = CarePlan.objects.select_for_update(of=("self",)).filter(pk__in=keys[start : start + BATCH]).order_by("pk")
            made += lay_out(list(rows), today)
    return made


def find_kept(today: date | None = None) -> int:
    """Look through what has begun and may still change: what was kept, what was missed. How many changed."""
    today, changed = today or clock.today(), 0
    rows = CareDue.objects.filter(
        state__in=(CareDue.State.OPEN, CareDue.State.MISSED), first__lte=today, last__gte=today - timedelta(days=rules.LATE_DAYS)
    )
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), 2000):
        with transaction.atomic():
            held = CareDue.objects.select_for_update().filter(pk__in=keys[start : start + 2000]).order_by("pk")
            changed += restate(list(held), today)
    return changed


def restate(rows: Sequence[CareDue], today: date | None = None) -> int:
    """Write how these stand now, by the records. The caller holds them. How many changed. Two queries."""
    if not rows:
        return 0
    today = today or clock.today()
    days: dict[tuple[int, str], set[date]] = defaultdict(set)
    proofs = CareRecord.objects.filter(
        plan__in={row.plan_id for row in rows}, day__gte=min(row.first for row in rows), day__lte=max(row.last for row in rows),
        outcome__in=rules.PROVES,
    )  # fmt: skip
    for plan, kind, day in proofs.order_by().values_list("plan", "kind", "day"):
        days[plan, kind].add(day)
    changed = []
    for row in rows:
        span = rhythm.Span(row.first, row.last, row.wanted)
        done = rhythm.done(sorted(days[row.plan_id, row.kind]), span, once_a_day=True)
        state = rhythm.standing(wanted=row.wanted, done=done, last=row.last, excused=bool(row.excused), today=today)
        if (row.done, row.state) != (done, state):
            row.done, row.state = done, state
            changed.append(row)
    CareDue.objects.bulk_update(changed, ["done", "state"], batch_size=500)
    return len(changed)


def restate_day(plan: CarePlan, kind: str, day: date) -> None:
    """After a record: what it may have kept. The caller holds the plan."""
    restate(list(CareDue.objects.select_for_update().filter(plan=plan, kind=kind, first__lte=day, last__gte=day).order_by("pk")))


def close_silence(actor: Actor, plan: CarePlan, words: str) -> int:
    """Alarms that nobody had called are over: somebody was reached, or nothing is owed. How many."""
    rows = CareAlarm.objects.filter(plan=plan, cause=CareAlarm.Cause.NOBODY_CALLED, closed_at__isnull=True)
    return rows.update(closed_at=clock.now(), closed_by=actor.account_id, closing=words[:200], next_at=None)
