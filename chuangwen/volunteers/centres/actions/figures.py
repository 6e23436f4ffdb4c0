"""Figures that papers published of a county, entered as they stand there with source and day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict
from chuangwen.kernel.lives import needed
from chuangwen.places.models import Division
from chuangwen.volunteers.centres import published
from chuangwen.volunteers.centres.access import PLAN
from chuangwen.volunteers.centres.actions.base import day_between, refuse
from chuangwen.volunteers.centres.models import CentreFigure

LARGEST = Decimal(10) ** 12


def save_figure(
    actor: Actor, *, division: Division, name: str, quantity: Decimal, measure: str, day: date, source: str, about: bool = False
) -> CentreFigure:
    """Enter a published figure. Raises Denied, Refusal, Conflict where it stands there already with another quantity."""
    access.require(actor, PLAN, division=division)
    if not quantity.is_finite() or not 0 <= quantity <= LARGEST or quantity != round(quantity, 2):
        raise refuse(_("This is no quantity."), "quantity", "quantity")
    day_between(day, "day")
    facts = {
        "quantity": round(quantity, 2), "measure": needed(measure, "measure", _("Say in what it is counted."), limit=12), "about": about,
        "source": needed(source, "source", _("Say which paper says so."), limit=200),
    }  # fmt: skip
    clean = needed(name, "name", _("Say what is counted."), limit=60)
    with transaction.atomic():
        row, made = CentreFigure.objects.select_for_update().get_or_create(division=division, name=clean, day=day, defaults=facts)
        if not made and row.quantity != facts["quantity"]:
            words = _("This figure of that day stands there with another quantity: take it out first.")
            raise Conflict(words, "centres.figure", field="quantity")
        if made:
            audit.record(actor, PLAN, row, after={"name": clean, "quantity": str(quantity), "day": day, "division": division.pk})
    return row


def remove_figure(actor: Actor, *, figure_id: int) -> Division:
    """Take out a figure that was entered by mistake; the place it was of."""
    with transaction.atomic():
        row = access.fetch(actor, PLAN, CentreFigure.objects.select_related("division"), lock=True, pk=figure_id)
        told, division = {"name": row.name, "quantity": str(row.quantity), "day": row.day}, row.division
        row.delete()
        audit.record(actor, PLAN, title=row.name, before=told, note=_("removed"))
    return division


def enter_published(actor: Actor, *, division: Division) -> int:
    """Enter what the shipped paper says of this county; how many figures were new. Done twice it enters nothing the second time.

    Raises Denied, Refusal where the program knows no paper of the place."""
    access.require(actor, PLAN, division=division)
    known = published.FIGURES.get((division.code or "")[:6]) if division.level == Division.Level.COUNTY else None
    if known is None:
        raise refuse(_("No published figures of this place are shipped: enter them by hand."), "no_figures")
    with transaction.atomic():
        list(Division.objects.select_for_update().filter(pk=division.pk))
        there = set(CentreFigure.objects.filter(division=division, day=published.DAY).values_list("name", flat=True))
        fresh = [
            CentreFigure(
                division=division, name=one.name, quantity=one.quantity, measure=one.measure, about=one.about, counted=one.counted,
                day=published.DAY, source=published.SOURCE, order=order,
            )
            for order, one in enumerate(known)
            if one.name not in there
        ]  # fmt: skip
        CentreFigure.objects.bulk_create(fresh)
        if fresh:
            audit.record(actor, PLAN, title=str(division), after={"figures": [one.name for one in fresh], "source": published.SOURCE})
    return len(fresh)
