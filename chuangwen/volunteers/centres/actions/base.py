"""What the actions of centres have in common: taking one, refusing, writing to the ledger."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Missing, Refusal
from chuangwen.ledger.actions import enter_facts
from chuangwen.ledger.actions.facts import ADD, NewFact
from chuangwen.ledger.models import Fact, Metric
from chuangwen.volunteers.centres.models import Centre

EARLIEST = date(2000, 1, 1)
LATEST = date(2100, 1, 1)
NAMESPACE = uuid.UUID("5b3c5d5e-3f0e-5a55-9d0e-6f3d1f9b7a10")
"""Of the identifiers of facts: the same record gives the same fact once."""


def refuse(message: str, code: str, field: str | None = None) -> Refusal:
    return Refusal(message, f"centres.{code}", field=field)


def taken(actor: Actor, verb: str, key: int, *, open_only: bool = True) -> Centre:
    """The centre, locked. Raises Denied, Missing, Conflict for one that was given up."""
    rows = Centre.objects.select_related("unit__division", "division", "site__type")
    centre = access.fetch(actor, verb, rows, lock=True, pk=key)
    if open_only and centre.state == Centre.State.CLOSED:
        raise Conflict(_("“%(name)s” was given up: nothing is recorded for it any longer.") % {"name": centre}, "centres.closed")
    return centre


def of_centre(model: Any, key: int, centre_verb: str, actor: Actor) -> Any:
    """Something that hangs on a centre (a room, a task), locked, its centre with it. Raises Denied, Missing."""
    access.require(actor, centre_verb)
    found = model.objects.filter(pk=key).values_list("centre", flat=True).first()
    if found is None:
        raise Missing(_("There is no such record, or it is not in your area."))
    centre = taken(actor, centre_verb, found, open_only=False)
    row = model.objects.select_for_update(of=("self",)).filter(pk=key).first()
    if row is None:
        raise Missing(_("There is no such record, or it is not in your area."))
    row.centre = centre
    return row


def day_between(day: date, field: str, *, first: date = EARLIEST, last: date | None = None) -> date:
    """A day that has come, or at the latest ``last``. Raises Refusal."""
    if not max(first, EARLIEST) <= day <= min(last or clock.today(), LATEST):
        raise refuse(_("The day lies in the future or too far back."), "day", field)
    return day


def checked_link(link: str) -> str:
    """An address on the web, or nothing. Raises Refusal."""
    clean = link.strip()[:300]
    if clean and (not clean.startswith(("https://", "http://")) or any(letter.isspace() for letter in clean)):
        raise refuse(_("An address on the web begins with https:// or http://."), "link", "link")
    return clean


def count_facts(actor: Actor, centre: Centre, said: list[tuple[str, str, date, str, str]], *, generated: bool = False) -> list[Fact]:
    """Write one to the ledger for each (metric code, key of the record, day, words, address); what a metric is not in use for is left away.

    The room's own policy has said yes: entered by the system in the name of the centre's unit, once per key. Three to six queries."""
    metrics = {row.code: row for row in Metric.objects.filter(code__in={one[0] for one in said}, active=True)}
    entries = [
        NewFact(
            metrics[code], Decimal(1), day, centre.unit, centre.division, site=centre.site, source=Fact.Source.RECORD, source_words=words,
            source_url=address, generated=generated, uid=uuid.uuid5(NAMESPACE, f"{code}/{key}"),
        )
        for code, key, day, words, address in said
        if code in metrics
    ]  # fmt: skip
    if not entries:
        return []
    return enter_facts(actor.unhindered(), entries=entries, decided=dict.fromkeys(range(len(entries)), ADD))
