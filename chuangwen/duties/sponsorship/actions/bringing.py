"""Sponsors, places and wishes of a sheet, each kind in one go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.duties.sponsorship.actions.base import take, write
from chuangwen.duties.sponsorship.actions.making import strengthen, unsolved
from chuangwen.duties.sponsorship.models import PlanCharge, PlanPlace, PlanSponsor, PlanWish, SponsorshipPlan
from chuangwen.duties.sponsorship.states import Step
from chuangwen.kernel.access import Actor


def bring_sponsors(actor: Actor, *, plan_id: int, rows: Sequence[dict[str, Any]], charges: dict[str, list[str]]) -> int:
    """Write sponsors by their names; ``charges``: leader's name -> names of places of the plan. Returns how many rows were written."""
    with transaction.atomic():
        plan = take(actor, Step.EDIT, plan_id)
        written = _by_name(PlanSponsor, plan, rows)
        if charges:
            places = dict(plan.places.values_list("name", "pk"))
            sponsors = dict(plan.sponsors.filter(kind=PlanSponsor.Kind.LEADER, name__in=list(charges)).values_list("name", "pk"))
            PlanCharge.objects.filter(sponsor__in=list(sponsors.values())).delete()
            PlanCharge.objects.bulk_create(
                PlanCharge(plan=plan, sponsor_id=sponsors[name], place_id=places[place])
                for name, named in charges.items() if name in sponsors for place in dict.fromkeys(named) if place in places
            )  # fmt: skip
        strengthen(plan)
        _told(actor, plan, lambda: _("Sponsors of a sheet: %(count)d"), written)
    return written


def bring_places(actor: Actor, *, plan_id: int, rows: Sequence[dict[str, Any]]) -> int:
    """Write places by their names. Returns how many rows were written."""
    with transaction.atomic():
        plan = take(actor, Step.EDIT, plan_id)
        written = _by_name(PlanPlace, plan, rows)
        _told(actor, plan, lambda: _("Places of a sheet: %(count)d"), written)
    return written


def bring_wishes(actor: Actor, *, plan_id: int, rows: Sequence[dict[str, Any]]) -> int:
    """Write wishes by the names of sponsor and place; a pair that has one already gets the new one. Returns how many were written."""
    with transaction.atomic():
        plan = take(actor, Step.EDIT, plan_id)
        sponsors, places = dict(plan.sponsors.values_list("name", "pk")), dict(plan.places.values_list("name", "pk"))
        wishes = [
            PlanWish(
                plan=plan, sponsor_id=sponsors[row["sponsor"]], place_id=places[row["place"]], kind=row["kind"], reason=row["reason"],
                note=row["note"],
            )
            for row in rows
        ]  # fmt: skip
        pairs = {(wish.sponsor_id, wish.place_id) for wish in wishes}
        old = [key for key, a, b in PlanWish.objects.filter(plan=plan).values_list("pk", "sponsor_id", "place_id") if (a, b) in pairs]
        PlanWish.objects.filter(pk__in=old).delete()
        PlanWish.objects.bulk_create(wishes)
        _told(actor, plan, lambda: _("Wishes of a sheet: %(count)d"), len(wishes))
    return len(rows)


def _by_name(model: Any, plan: SponsorshipPlan, rows: Sequence[dict[str, Any]]) -> int:
    known = {row.name: row for row in model._default_manager.filter(plan=plan)}
    fresh, changed, names = [], [], [name for name in rows[0] if name != "name"] if rows else []
    for facts in rows:
        row = known.get(facts["name"])
        if row is None:
            fresh.append(model(plan=plan, **facts))
            continue
        for name in names:
            setattr(row, name, facts[name])
        changed.append(row)
    model._default_manager.bulk_create(fresh, batch_size=1000)
    if changed:
        model._default_manager.bulk_update(changed, names, batch_size=200)
    return len(rows)


def _told(actor: Actor, plan: SponsorshipPlan, sentence: Callable[[], str], count: int) -> None:
    write(actor, Step.EDIT, plan, unsolved(), lambda: sentence() % {"count": count}, told={"rows": count})
