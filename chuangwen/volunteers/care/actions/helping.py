"""The pair of somebody and those who stand in: by hand for one, balanced for many."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.places.models import Division
from chuangwen.volunteers.care import helpers
from chuangwen.volunteers.care.access import PAIR
from chuangwen.volunteers.care.actions.base import LEADING, LIFE, refuse, take
from chuangwen.volunteers.care.models import CareEvent, CareHelper, CarePlan
from chuangwen.volunteers.care.states import Step
from chuangwen.volunteers.corps.models import Volunteer

MOST_STAND_INS = 3


def set_helpers(
    actor: Actor, *, person_id: int, pair: Sequence[Volunteer], stand_ins: Sequence[Volunteer] = (), expected: int | None = None
) -> CarePlan:
    """Say who looks after somebody: at most two, and at most three who stand in, in order. What is set by hand stays when many are paired.

    Raises Denied, Missing, NotNow, Conflict, Refusal (twice the same, not registered, too many)."""
    with transaction.atomic():
        plan, verb = take(actor, Step.HELPERS, person_id, LEADING, expected=expected)
        keys = [one.pk for one in (*pair, *stand_ins)]
        if len(pair) > 2 or len(stand_ins) > MOST_STAND_INS:
            raise refuse(_("A pair is two, and at most three stand in."), "helpers", "first")
        if len(set(keys)) != len(keys):
            raise refuse(_("Nobody is named twice."), "helpers", "stand_ins")
        rows = Volunteer.objects.select_for_update(of=("self",)).select_related("person").filter(pk__in=keys).order_by("pk")
        held = {row.pk: row for row in rows}
        for key in keys:
            if held[key].state != Volunteer.State.ACTIVE:
                raise refuse(_("%(name)s is not registered as a volunteer now.") % {"name": held[key]}, "not_active", "first")
        before = {row.volunteer_id: row for row in plan.person.helpers.select_for_update()}
        plan.person.helpers.all().delete()
        roles = [*zip(pair, CareHelper.PAIR, strict=False), *((one, CareHelper.Role.STAND_IN) for one in stand_ins)]
        today = clock.today()
        CareHelper.objects.bulk_create([
            CareHelper(
                person=plan.person, volunteer=one, role=role, order=order, fixed=True,
                since=before[one.pk].since if one.pk in before else today,
            )
            for order, (one, role) in enumerate(roles)
        ])  # fmt: skip
        names = [str(held[one.pk]) for one in pair]
        LIFE.write(
            actor, Step.HELPERS, plan, lambda: _("The pair: %(names)s") % {"names": "、".join(names) or "—"},
            told={"pair": [one.pk for one in pair], "stand_ins": [one.pk for one in stand_ins]}, known={"helpers": sorted(before)}, verb=verb,
        )  # fmt: skip
    return plan


def pair_many(actor: Actor, *, division: Division, anew: bool = False) -> helpers.Proposal:
    """Give a pair and somebody who stands in to all of an area who miss them, near, with time and evenly; hand-made pairs stay.

    ``anew``: all that were not made by hand are dealt out again. Raises Denied."""
    access.require(actor, PAIR, division=division)
    with transaction.atomic():
        rows = access.scoped(actor, PAIR, CarePlan).filter(person__division__path__startswith=division.path)
        plans = list(rows.exclude(state=CarePlan.State.ENDED).select_for_update(of=("self",)).select_related("person").order_by("pk"))
        found = helpers.balanced(plans, division, anew=anew)
        by_person = {plan.person_id: plan for plan in plans}
        if anew:
            CareHelper.objects.filter(person__in=by_person, fixed=False).delete()
        free: dict[int, list[str]] = {key: [CareHelper.Role.FIRST, CareHelper.Role.SECOND] for key in by_person}
        for person, role in CareHelper.objects.filter(person__in=by_person, role__in=CareHelper.PAIR).values_list("person", "role"):
            free[person].remove(role)
        today, now = clock.today(), clock.now()
        made = [CareHelper(person_id=key, volunteer_id=who, role=free[key].pop(0), since=today) for key, who in found.pairs]
        stands_in = CareHelper.Role.STAND_IN
        made += [CareHelper(person_id=key, volunteer_id=who, role=stands_in, order=9, since=today) for key, who in found.stand_ins]
        CareHelper.objects.bulk_create(made, batch_size=500)
        touched = sorted({row.person_id for row in made})
        CareEvent.objects.bulk_create([
            CareEvent(plan=by_person[key], step=Step.HELPERS.value, at=now, account_id=actor.account_id, words=_("Paired together with others"))
            for key in touched
        ], batch_size=500)  # fmt: skip
        told = ngettext("%(n)d person", "%(n)d people", len(touched)) % {"n": len(touched)}
        audit.record(actor, PAIR, division, after={"people": len(touched), "made": len(made), "short": found.short, "anew": anew}, note=told)
    return found
