"""Reminders: to who has a place, the day before; quiet hours are kept by the messages."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.kernel import clock
from chuangwen.messaging.actions import tell_many
from chuangwen.volunteers.activities.actions.base import REMINDER, account_of, message, moment
from chuangwen.volunteers.activities.models import SignUp
from chuangwen.volunteers.activities.states import OPEN

BEFORE = timedelta(hours=24)
AT_ONCE = 2000


def remind() -> int:
    """Remind who has a place at a shift that begins within a day; each once, and again only when its time was moved. How many were told. Can be
    run again at any time."""
    now = clock.now()
    with transaction.atomic(), override(settings.LANGUAGE_CODE):
        rows = SignUp.objects.filter(
            state=SignUp.State.IN, reminded_at__isnull=True, shift__activity__state=OPEN, shift__starts_at__gt=now,
            shift__starts_at__lte=now + BEFORE,
        )  # fmt: skip
        related = ("shift__activity__site", "shift__activity__division", "volunteer__person__account")
        found = list(rows.select_for_update(of=("self",)).select_related(*related).order_by("pk")[:AT_ONCE])
        tell_many([
            message(
                f"volunteers.soon:{row.pk}:{row.shift.sequence}", REMINDER,
                _("%(time)s: “%(activity)s”") % {"time": moment(row.shift.starts_at), "activity": row.shift.activity},
                [account_of(row.volunteer)],
                text=_("At %(place)s. If you cannot come, withdraw: somebody else may be waiting.") % {"place": row.shift.activity.where},
                activity=row.shift.activity,
            ) for row in found
        ])  # fmt: skip
        SignUp.objects.filter(pk__in=[row.pk for row in found]).update(reminded_at=now)
    return len(found)
