"""One reminder, once, before the time is over: to the liaison and the first responsible person of a unit, all that it still owes in one
message. Nobody is told of what other units did."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chuangwen.duties.rhythm import rules
from chuangwen.duties.rhythm.models import Occurrence
from chuangwen.kernel import clock, office_calendar
from chuangwen.messaging import recipients
from chuangwen.messaging.actions import Message, tell_many
from chuangwen.messaging.kinds import register
from chuangwen.people.models import Post

REMINDER = register("duties.reminder", gettext_lazy("a duty ends soon and is not done yet"))
WHO = (Post.Kind.LIAISON, Post.Kind.FIRST_RESPONSIBLE)
FROM_HOUR = 8
NAMED = 6


def remind(today: date | None = None) -> int:
    """Remind units of what ends soon and is still open. How many units were told. The language is that of the installation."""
    today = today or clock.today()
    work = office_calendar.calendar()
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        rows = Occurrence.objects.filter(
            state=Occurrence.State.OPEN, reminded_on__isnull=True, first__lte=today, last__gte=today, duty__remind=True, asked_at__isnull=True
        ).select_related("duty", "unit").select_for_update(of=("self",)).order_by("unit", "last", "pk")  # fmt: skip
        due: dict[int, list[Occurrence]] = defaultdict(list)
        for row in rows:
            if rules.reminder_day(row.span, work) <= today:
                due[row.unit_id].append(row)
        if not due:
            return 0
        accounts = recipients.of_units(due, WHO)
        tell_many([_message(found, frozenset(accounts.get(unit, ())), today) for unit, found in due.items()])
        Occurrence.objects.filter(pk__in=[row.pk for found in due.values() for row in found]).update(reminded_on=today)
    return len(due)


def _message(rows: list[Occurrence], accounts: frozenset[int], today: date) -> Message:
    unit = rows[0].unit
    title = ngettext("%(n)d duty of %(unit)s ends soon", "%(n)d duties of %(unit)s end soon", len(rows)) % {"n": len(rows), "unit": unit}
    named = [_("%(duty)s: %(missing)d more") % {"duty": row.duty.name, "missing": row.missing} for row in rows[:NAMED]]
    return Message(
        key=f"duties.reminder:{unit.pk}:{today:%Y%m%d}:{rows[0].pk}", kind=REMINDER, title=title, text="；".join(named),
        link=f"{reverse('duties:week')}?unit={unit.pk}", accounts=accounts, about=f"people.unit:{unit.pk}", units=frozenset({unit.pk}),
    )  # fmt: skip
