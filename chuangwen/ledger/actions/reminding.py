"""Reminding units of what they have not reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.ledger.missing import Due, Missing, due
from chuangwen.ledger.models import Metric
from chuangwen.messaging import recipients
from chuangwen.messaging.actions import Message, tell_many
from chuangwen.messaging.kinds import register
from chuangwen.people.models import Post

REMINDER = register("ledger.missing", gettext_lazy("figures of the ledger that are due are not there yet"))
WHO = (Post.Kind.LIAISON, Post.Kind.FIRST_RESPONSIBLE)
NAMED = 6


def remind(actor: Actor, *, rhythm: str, day: date, units: Sequence[int] = ()) -> int:
    """Remind units of what they have not reported in a period (none named: all of them), once a day each. How many were told. Raises Refusal
    for another rhythm or a day ahead."""
    access.require(actor, "ledger.remind")
    if rhythm not in Metric.Rhythm.values or day > clock.today():
        raise Refusal(_("Choose one of the list."), "ledger.rhythm", field="rhythm")
    found = due(actor, rhythm, day, "ledger.remind")
    wanted = [one for one in found.lacking if not units or one.unit.pk in set(units)]
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        accounts = recipients.of_units([one.unit.pk for one in wanted], WHO) if wanted else {}
        told = len(tell_many([_message(one, found, frozenset(accounts.get(one.unit.pk, ()))) for one in wanted])) if wanted else 0
        audit.record(actor, "ledger.remind", title=_("Ledger"), after={"rhythm": rhythm, "day": day, "units": len(wanted), "told": told})
    return told


def _message(one: Missing, found: Due, accounts: frozenset[int]) -> Message:
    named = "、".join(metric.name for metric in one.metrics[:NAMED])
    return Message(
        key=f"ledger.missing:{one.unit.pk}:{found.rhythm}:{found.first:%Y%m%d}:{clock.today():%Y%m%d}", kind=REMINDER,
        title=_("%(unit)s has not reported %(count)d metrics yet") % {"unit": one.unit, "count": len(one.metrics)}, text=named,
        link=f"{reverse('ledger:enter')}?unit={one.unit.pk}", accounts=accounts, about=f"people.unit:{one.unit.pk}",
        units=frozenset({one.unit.pk}),
    )  # fmt: skip
