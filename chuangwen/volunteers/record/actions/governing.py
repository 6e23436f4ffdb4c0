"""The days of the rules."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from chuangwen.kernel import access, audit
from chuangwen.kernel.access import Actor
from chuangwen.volunteers.record.access import LIMITS
from chuangwen.volunteers.record.actions.base import refuse
from chuangwen.volunteers.record.models import RecordRules

NAMES = ("objection_days", "complaint_days", "keep_days")


def save_record_rules(actor: Actor, *, objection_days: int, complaint_days: int, keep_days: int) -> RecordRules:
    """What is asked from now on has these days; what waits keeps its own. Raises Denied, Refusal (beyond the bounds)."""
    access.require(actor, LIMITS)
    with transaction.atomic():
        row, _made = RecordRules.objects.select_for_update().get_or_create(pk=1)
        before = {name: getattr(row, name) for name in NAMES}
        row.objection_days, row.complaint_days, row.keep_days = objection_days, complaint_days, keep_days
        try:
            row.full_clean()
        except ValidationError as problem:
            raise refuse(" ".join(problem.messages), "rules", next(iter(problem.message_dict))) from problem
        row.save()
        audit.record(actor, LIMITS, row, before=before, after={name: getattr(row, name) for name in NAMES})
    return row
