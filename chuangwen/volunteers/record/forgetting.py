"""What time makes needless is deleted: who made a complaint that was answered long ago (PIPL Art. 47). Words and answer stay with the team.

Commendations, appraisals and objections belong to the record, which is kept so that service can be certified after somebody signed off; day of
birth and guardian of who has come of age are forgotten in ``corps/forgetting``, and no row here repeats them."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from chuangwen.kernel import audit, clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.volunteers.record.access import JUDGE
from chuangwen.volunteers.record.actions.base import rules_row
from chuangwen.volunteers.record.models import ServiceComplaint


def forget() -> int:
    """How many complaints forgot who made them. Can be run again at any time."""
    now = clock.now()
    with transaction.atomic():
        over = ServiceComplaint.objects.filter(answered_at__lt=now - timedelta(days=rules_row().keep_days), forgotten_at__isnull=True)
        count = over.filter(~Q(name="") | ~Q(phone="")).update(name="", phone="", forgotten_at=now)
        if count:
            audit.record(SYSTEM, JUDGE, title="forget", after={"complaints": count})
    return count
