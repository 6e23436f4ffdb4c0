"""Units that have not told the figures that are asked now are reminded: by the program in the afternoon of the day on which they are due, or by
the office's hand. A unit hears of itself alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.duties.operations import planning, queries, rules
from chuangwen.duties.operations.models import Operation
from chuangwen.kernel import clock
from chuangwen.messaging import recipients
from chuangwen.messaging.actions import Message, tell_many
from chuangwen.messaging.kinds import register
from chuangwen.people.models import Post, Unit

REMINDER = register("duties.operation", gettext_lazy("figures of a special operation are not there yet"))
WHO = (Post.Kind.LIAISON, Post.Kind.FIRST_RESPONSIBLE)
FROM_HOUR = 16


def remind_all(today: date | None = None) -> int:
    """Remind where figures are due today and an operation wants it. How many units were told; once a day each."""
    today = today or clock.today()
    told = 0
    rows = Operation.objects.filter(state=Operation.State.RUNNING, remind=True, starts_on__lte=today, ends_on__gte=today)
    for operation in rows.select_related("division"):
        span = rules.asked_on(planning.spans(operation), today)
        if span is not None and span.due == today:
            with transaction.atomic():
                told += tell_units(operation, queries.silent(operation, today), today)
    return told


def tell_units(operation: Operation, units: Sequence[Unit], today: date, *, by_hand: bool = False) -> int:
    """One message to each unit, in the language of the installation. How many were told that had not been told so today."""
    if not units:
        return 0
    accounts = recipients.of_units([unit.pk for unit in units], WHO)
    with translation.override(settings.LANGUAGE_CODE):
        messages = [
            Message(
                key=f"duties.operation:{operation.pk}:{unit.pk}:{today:%Y%m%d}{':hand' if by_hand else ''}", kind=REMINDER,
                title=_("%(operation)s: figures of %(unit)s are not there yet") % {"operation": operation.name, "unit": unit},
                text=_("It takes a minute; what was not done today is entered as nought."),
                link=f"{reverse('duties:operation-today', args=[operation.pk])}?unit={unit.pk}", accounts=frozenset(accounts.get(unit.pk, ())),
                about=f"people.unit:{unit.pk}", units=frozenset({unit.pk}),
            )
            for unit in units
        ]  # fmt: skip
        return len(tell_many(messages))
