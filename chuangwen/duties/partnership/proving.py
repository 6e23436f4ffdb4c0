"""What partnerships show to the rest of the room: that a unit was there proves duties, and visits are part of the load of both sides."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.duties.load import sources
from chuangwen.duties.load.sources import Burden
from chuangwen.duties.partnership.models import PartnershipInput, PartnershipParty, PartnershipVisit
from chuangwen.duties.rhythm import proofs
from chuangwen.duties.rhythm.proofs import Found
from chuangwen.duties.rhythm.recurring import week_of
from chuangwen.kernel import workload


@proofs.register("duties.partner_visit", gettext_lazy("a visit to the partner village"))
def visits_held(units: Collection[int], first: date, last: date) -> Iterable[Found]:
    """Of the unit that came."""
    rows = PartnershipVisit.objects.filter(partnership__unit__in=units, held_on__gte=first, held_on__lte=last).order_by("held_on", "pk")
    for unit, day, kind, pair, place in rows.values_list(
        "partnership__unit", "held_on", "kind", "partnership", "partnership__division__name"
    ):
        if day is None:
            continue
        title = f"{PartnershipVisit.Kind(kind).label}：{place}"
        yield Found(unit, day, title, reverse("duties:partnership", args=[pair]))


@proofs.register("duties.partner_input", gettext_lazy("goods, money or a service put into the partner village"))
def inputs_made(units: Collection[int], first: date, last: date) -> Iterable[Found]:
    rows = PartnershipInput.objects.filter(partnership__unit__in=units, day__gte=first, day__lte=last, counts=True).order_by("day", "pk")
    for row in rows.select_related("partnership"):
        yield Found(
            row.partnership.unit_id, row.day, _("Put in: %(input)s") % {"input": row}, reverse("duties:partnership", args=[row.partnership_id])
        )


@sources.register(workload.VISITS)
def visits_planned(units: Collection[int], first: date, last: date) -> Iterable[Burden]:
    """On the unit that comes and on those of the village, in the week for which it is planned. One query."""
    of_visit = "partnership__visits__"
    rows = PartnershipParty.objects.filter(
        unit__in=units, **{f"{of_visit}planned_on__gte": first, f"{of_visit}planned_on__lte": last, f"{of_visit}cancelled": ""}
    ).order_by(f"{of_visit}planned_on", f"{of_visit}pk", "pk")  # fmt: skip
    names = ("pk", "kind", "planned_on", "held_on")
    told = rows.values_list(
        "unit", "partnership", "partnership__unit__name", "partnership__division__name", *(f"{of_visit}{name}" for name in names)
    )
    for unit, pair, who, place, visit, kind, day, held in told:
        title = f"{PartnershipVisit.Kind(kind).label}：{who} – {place}"
        page, done = ("duties:partnership", pair), int(held is not None)
        yield Burden(unit, week_of(day), workload.VISITS, title, page, 1, done, f"duties.partner_visit:{visit}")
