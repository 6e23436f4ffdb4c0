"""What lies ahead in the tables of the volunteers: plans may, what has happened may not."""

from __future__ import annotations

from datetime import datetime

from django.apps import apps
from django.db import models

from chuangwen.kernel import clock

PLANS = {
    "Activity.first_at", "Activity.last_at", "CareAlarm.next_at", "CareDue.first", "CareDue.last", "CarePlan.away_until", "CentreTask.due_on",
    "Contest.judged_until", "CreditLot.expires_on", "CreditVoucher.expires_on", "FirstLink.expires_at", "Insurance.ends_on", "OffDuty.ends_on",
    "OffDuty.starts_on", "OrderAsk.due_at", "OrderCallback.due_at", "OrderPlan.day", "OrderPlanRow.slot", "RecordObjection.due_on",
    "ServiceComplaint.due_on", "ServiceOrder.due_at", "ServiceOrder.end", "ServiceOrder.start", "Shift.ends_at", "Shift.starts_at",
    "Theme.month", "Trained.until",
}  # fmt: skip
"""Columns that say what is to come, until when something holds, by when it is due."""


def happened_ahead(now: datetime) -> dict[str, int]:
    """"Model.column" -> how many rows of the volunteers say that something has happened after ``now`` (days: after its day)."""
    today, found = now.astimezone(clock.LOCAL).date(), {}
    for model in apps.get_app_config("volunteers").get_models():
        for field in model._meta.concrete_fields:
            name = f"{model.__name__}.{field.name}"
            if not isinstance(field, models.DateField) or name in PLANS:  # a DateTimeField is one too
                continue
            moment = now if isinstance(field, models.DateTimeField) else today
            count = model._base_manager.filter(**{f"{field.name}__gt": moment}).count()
            if count:
                found[name] = count
    return found
