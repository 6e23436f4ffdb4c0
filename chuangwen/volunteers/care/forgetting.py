"""What is kept of people who are no longer looked after is deleted when its time has passed: the clock's own work (PIPL Art. 47)."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import audit, clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.volunteers.care.access import MANAGE
from chuangwen.volunteers.care.alarming import Settings
from chuangwen.volunteers.care.models import CaredPerson, CarePlan


def kept_until(plan: CarePlan, known: Settings) -> date | None:
    """The day after which what is kept of somebody who is no longer looked after is deleted; None while they are."""
    ended = plan.person.ended_on
    return ended + timedelta(days=known.at(plan.person.division.path).keep_days) if ended else None


def forget(today: date | None = None) -> int:
    """Delete what is kept of people whose time has passed: the person, plan, records, alarms, history. The trail keeps that it was deleted, and
    no name. Hours of volunteers stay: they name nobody. How many people."""
    today, known = today or clock.today(), Settings()
    plans = CarePlan.objects.filter(state=CarePlan.State.ENDED, person__ended_on__isnull=False).select_related("person__division")
    gone = [plan.person_id for plan in plans.order_by("pk") if (until := kept_until(plan, known)) is not None and until < today]
    for key in gone:
        with transaction.atomic():
            person = CaredPerson.objects.select_for_update(of=("self",)).get(pk=key)
            person.delete()
            person.pk = key
            audit.record(SYSTEM, MANAGE, person, before={"kept": True}, after={"kept": False}, note=_("deleted on schedule")[:100])
    return len(gone)
