"""Laying out what is owed, and finding what was kept: the clock's own work, called by the job and after each action.

Occurrences are laid out five weeks ahead, anew every day: units that come or go, edited days of the calendar and edited duties are followed.
What has begun stays as it was owed. Writes, but asks nobody's leave: only actions and jobs call it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from chuangwen.duties.rhythm import queries, rules
from chuangwen.duties.rhythm.models import Duty, Occurrence
from chuangwen.kernel import clock, office_calendar

AHEAD_DAYS = 35
BATCH = 4000


def ahead(today: date) -> date:
    """As far as occurrences are laid out."""
    return today + timedelta(days=AHEAD_DAYS)


def lay_out(duty: Duty, today: date | None = None) -> tuple[int, int]:
    """Bring the occurrences that begin after the day it was last done up to date. How many were made, how many taken away.

    Idempotent. The caller holds a transaction; five queries, however many units owe it.
    """
    today = today or clock.today()
    after = min(duty.laid_on, today) if duty.laid_on else today - timedelta(days=1)
    spans = rules.spans(duty.plan, office_calendar.calendar(), after + timedelta(days=1), ahead(today))
    units = list(queries.owing(duty, today).order_by().values_list("pk", flat=True))
    wanted = {(unit, span.first): span for unit in units for span in spans}
    there = {(row.unit_id, row.first): row for row in Occurrence.objects.filter(duty=duty, first__gt=after)}
    now = clock.now()
    surplus = [row.pk for key, row in there.items() if key not in wanted and not row.done and row.excused_at is None]
    changed = []
    for key in wanted.keys() & there.keys():
        row, span = there[key], wanted[key]
        if (row.last, row.wanted) != (span.last, span.wanted):
            row.last, row.wanted, row.sequence, row.changed_at = span.last, span.wanted, row.sequence + 1, now
            changed.append(row)
    fresh = [
        Occurrence(duty=duty, unit_id=unit, first=span.first, last=span.last, wanted=span.wanted, changed_at=now)
        for (unit, _first), span in sorted(wanted.items()) if (unit, span.first) not in there
    ]  # fmt: skip
    if surplus:
        Occurrence.objects.filter(pk__in=surplus).delete()
    Occurrence.objects.bulk_update(changed, ["last", "wanted", "sequence", "changed_at"], batch_size=500)
    Occurrence.objects.bulk_create(fresh, batch_size=500, ignore_conflicts=True)
    duty.laid_on = today
    Duty.objects.filter(pk=duty.pk).update(laid_on=today)
    return len(fresh), len(surplus)


def lay_all(today: date | None = None) -> int:
    """Lay out every duty whose day has not been done yet. How many occurrences were made."""
    today = today or clock.today()
    made = 0
    due = Duty.objects.filter(Q(laid_on__isnull=True) | Q(laid_on__lt=today)).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    for pk in list(due.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            duty = Duty.objects.select_related("division", "under").select_for_update(of=("self",)).get(pk=pk)
            made += lay_out(duty, today)[0]
    return made


def unsettled(today: date) -> QuerySet[Occurrence]:
    """What has begun and may still change."""
    return Occurrence.objects.filter(settled=False, first__lte=today)


def find_kept(today: date | None = None) -> int:
    """Look through what has begun and is not settled: what was done, what was missed. How many changed."""
    today = today or clock.today()
    changed, last = 0, (0, 0)
    while True:
        rest = unsettled(today).filter(Q(unit__gt=last[0]) | Q(unit=last[0], pk__gt=last[1]))
        with transaction.atomic():
            rows = list(rest.select_related("duty").select_for_update(of=("self",)).order_by("unit", "pk")[:BATCH])
            changed += restate(rows, today)
        if len(rows) < BATCH:
            return changed
        last = (rows[-1].unit_id, rows[-1].pk)


def restate(rows: Sequence[Occurrence], today: date | None = None) -> int:
    """Write how these stand now. The caller holds them. How many changed."""
    today = today or clock.today()
    moment = clock.now()
    changed = []
    for one in queries.standing(rows, today):
        row = one.row
        over = row.last < today - timedelta(days=rules.LATE_DAYS)
        if (row.done, row.state, row.settled) == (one.done, one.state, over):
            continue
        if row.state != one.state:
            row.sequence += 1
        row.done, row.state, row.settled, row.changed_at = min(one.done, 32_000), one.state, over, moment
        changed.append(row)
    Occurrence.objects.bulk_update(changed, ["done", "state", "settled", "sequence", "changed_at"], batch_size=500)
    return len(changed)
