"""A plan, its sponsors, its places and its wishes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Avg, Count, Max, Q
from django.utils.translation import gettext as _

from chuangwen.duties.sponsorship import rules
from chuangwen.duties.sponsorship.actions.base import refuse, take, write
from chuangwen.duties.sponsorship.arithmetic.strength import strengths
from chuangwen.duties.sponsorship.models import PlanCharge, PlanPair, PlanPlace, PlanSponsor, PlanWish, SponsorshipPlan
from chuangwen.duties.sponsorship.states import Step
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Person, Post, Unit
from chuangwen.people.queries import on_day
from chuangwen.places.models import Division, Grid, Site

MOST_SPONSORS, MOST_PLACES = 5_000, 5_000


def make_plan(
    actor: Actor,
    *,
    name: str,
    division: Division,
    starts_on: date,
    ends_on: date,
    seconds: int = 60,
    weights: dict[str, Any] | None = None,
    generated: bool = False,
) -> SponsorshipPlan:
    """A new plan of an area; stability is measured against the one that is in force there. Raises Denied, Refusal."""
    access.require(actor, "duties.plan_sponsorship", division=division)
    _days(starts_on, ends_on)
    with transaction.atomic():
        if SponsorshipPlan.objects.filter(division=division, name=name).exists():
            raise refuse(_("There is already a plan of this name. Make a new version of it."), "plan_name", "name")
        plan = SponsorshipPlan.objects.create(
            name=name, division=division, starts_on=starts_on, ends_on=ends_on, seconds=seconds, rules=rules.complete(weights or {}),
            before=SponsorshipPlan.objects.filter(division=division, state=SponsorshipPlan.State.RUNNING).first(), made_at=clock.now(),
            made_by_id=actor.account_id, generated=generated,
        )  # fmt: skip
        audit.record(actor, "duties.plan_sponsorship", plan, after=_told(plan))
    return plan


def _days(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise refuse(_("It cannot end before it begins."), "plan_days", "ends_on")


def _told(plan: SponsorshipPlan) -> dict[str, Any]:
    return {
        "name": plan.name, "starts_on": plan.starts_on.isoformat(), "ends_on": plan.ends_on.isoformat(), "seconds": plan.seconds,
        "rules": plan.rules,
    }  # fmt: skip


def edit_plan(
    actor: Actor, *, plan_id: int, name: str, starts_on: date, ends_on: date, seconds: int = 60, weights: dict[str, Any] | None = None
) -> SponsorshipPlan:
    """Change a plan's days and what its principles weigh; it has to be solved again."""
    _days(starts_on, ends_on)
    with transaction.atomic():
        plan = take(actor, Step.EDIT, plan_id)
        if SponsorshipPlan.objects.filter(division=plan.division_id, name=name, version=plan.version).exclude(pk=plan.pk).exists():
            raise refuse(_("There is already a plan of this name. Make a new version of it."), "plan_name", "name")
        changes = {"name": name, "starts_on": starts_on, "ends_on": ends_on, "seconds": seconds, "rules": rules.complete(weights or {})}
        before = _told(plan)
        weighed_anew = rules.complete(plan.rules) != changes["rules"]
        facts = {"before": before, "rules": changes["rules"]}
        write(actor, Step.EDIT, plan, changes | unsolved(), lambda: _("The plan was changed."), told=facts)
        if weighed_anew:
            strengthen(plan)
    return plan


def unsolved() -> dict[str, Any]:
    return {"points": None, "bound": None, "took": None, "solved_at": None, "clashes": []}


def new_version(actor: Actor, *, plan_id: int) -> SponsorshipPlan:
    """A draft with the same sponsors, places, wishes and pairs, measured against the plan that is in force: until it is solved it says what
    holds now, and what was moved by hand stays so when it is. What the next best of each pair costs was another question and is left out."""
    with transaction.atomic():
        old = access.fetch(actor, "duties.plan_sponsorship", SponsorshipPlan.objects.select_related("division"), lock=True, pk=plan_id)
        if hasattr(old, "superseded_by"):
            raise refuse(_("There is a newer version of this plan already."), "plan_superseded")
        newest = SponsorshipPlan.objects.filter(division=old.division_id, name=old.name).aggregate(newest=Max("version"))["newest"]
        fresh = SponsorshipPlan.objects.create(
            name=old.name, division=old.division, version=newest + 1, supersedes=old, starts_on=old.starts_on, ends_on=old.ends_on,
            rules=old.rules, seconds=old.seconds, made_at=clock.now(), made_by_id=actor.account_id, generated=old.generated,
            before=SponsorshipPlan.objects.filter(division=old.division_id, state=SponsorshipPlan.State.RUNNING).first(),
        )  # fmt: skip
        sponsors, places = _copied(old.sponsors.all(), fresh), _copied(old.places.all(), fresh)
        model: Any
        for model in (PlanCharge, PlanWish, PlanPair):
            rows: list[Any] = list(model._default_manager.filter(plan=old))
            for row in rows:
                row.pk, row.plan, row._state.adding = None, fresh, True
                if model is PlanPair:
                    row.next_cost = None
                row.sponsor, row.place = sponsors[row.sponsor_id], places[row.place_id]
            model._default_manager.bulk_create(rows)
        audit.record(actor, "duties.plan_sponsorship", fresh, after=_told(fresh) | {"supersedes": old.pk})
    return fresh


def _copied(rows: Iterable[Any], plan: SponsorshipPlan) -> dict[int, Any]:
    """Old key -> the row made anew for ``plan``."""
    old = list(rows)
    keys = [row.pk for row in old]
    for row in old:
        row.pk, row.plan, row._state.adding = None, plan, True
    made = type(old[0])._default_manager.bulk_create(old) if old else []
    return dict(zip(keys, made, strict=True))


# -- sponsors --------------------------------------------------------------------------------------------------------------------


def save_sponsor(
    actor: Actor,
    *,
    plan_id: int,
    name: str,
    kind: int,
    sponsor_id: int | None = None,
    unit: Unit | None = None,
    person: Person | None = None,
    staff: int | None = None,
    budget: Decimal | None = None,
    last_result: Decimal | None = None,
    strength: Decimal | None = None,
    capacity: int = 1,
    least: int = 1,
    lat: float | None = None,
    lon: float | None = None,
    charges: Sequence[PlanPlace] | None = None,
) -> PlanSponsor:
    """Write a sponsor. ``strength`` None: computed of staff, budget and result. ``charges``: the places that a leader is in charge of (None: as
    they are)."""
    if least > capacity:
        raise refuse(_("It has to take more places than it can."), "sponsor_least", "least")
    if (lat is None) != (lon is None):
        raise refuse(_("Give both coordinates or none."), "sponsor_point", "lon")
    with transaction.atomic():
        plan = take(actor, Step.EDIT, plan_id)
        row = _row_of(PlanSponsor, plan, sponsor_id)
        _one_of_a_name(PlanSponsor, plan, name, row)
        leader = kind == PlanSponsor.Kind.LEADER
        row.name, row.kind, row.unit, row.person = name, kind, unit, person if leader else None
        row.staff, row.budget, row.last_result = (None, None, None) if leader else (staff, budget, last_result)
        row.strength_by_hand = not leader and strength is not None
        row.strength = Decimal(0) if leader else strength if strength is not None else row.strength
        row.capacity, row.least, row.lat, row.lon = capacity, least, lat, lon
        row.save()
        if charges is not None:
            PlanCharge.objects.filter(sponsor=row).delete()
            here = plan.places.filter(pk__in=[place.pk for place in charges]) if leader else ()
            PlanCharge.objects.bulk_create(PlanCharge(plan=plan, sponsor=row, place=place) for place in here)
        strengthen(plan)
        row.refresh_from_db()
        write(actor, Step.EDIT, plan, unsolved(), lambda: _("Sponsor: %(name)s") % {"name": row.name}, told={"sponsor": row.name})
    return row


def _row_of(model: Any, plan: SponsorshipPlan, key: int | None) -> Any:
    if key is None:
        count, most = model._default_manager.filter(plan=plan).count(), MOST_SPONSORS if model is PlanSponsor else MOST_PLACES
        if count >= most:
            raise refuse(_("A plan has at most %(most)d of these.") % {"most": most}, "plan_full")
        return model(plan=plan)
    row = model._default_manager.filter(plan=plan, pk=key).first()
    if row is None:
        raise refuse(_("This row does not belong to the plan."), "plan_row")
    return row


def _one_of_a_name(model: Any, plan: SponsorshipPlan, name: str, row: Any) -> None:
    if model._default_manager.filter(plan=plan, name=name).exclude(pk=row.pk).exists():
        raise refuse(_("This name stands in the plan already."), "plan_twice", "name")


def strengthen(plan: SponsorshipPlan) -> None:
    """Strengths that were not set by hand, anew: each is measured against the average of all."""
    rows = list(plan.sponsors.exclude(kind=PlanSponsor.Kind.LEADER))
    given = rules.complete(plan.rules)
    weights = [Decimal(str(given[name])) for name in ("weight_staff", "weight_budget", "weight_result")]
    computed = strengths([(Decimal(row.staff) if row.staff is not None else None, row.budget, row.last_result) for row in rows], weights)
    changed = []
    for row, value in zip(rows, computed, strict=True):
        if not row.strength_by_hand and row.strength != value:
            row.strength = value
            changed.append(row)
    PlanSponsor.objects.bulk_update(changed, ["strength"])


def remove_sponsor(actor: Actor, *, plan_id: int, sponsor_id: int) -> None:
    """Take a sponsor out, with its wishes and pairs."""
    _remove(actor, PlanSponsor, plan_id, sponsor_id)


def remove_place(actor: Actor, *, plan_id: int, place_id: int) -> None:
    """Take a place out, with its wishes and pairs."""
    _remove(actor, PlanPlace, plan_id, place_id)


def remove_wish(actor: Actor, *, plan_id: int, wish_id: int) -> None:
    """Take a wish back."""
    _remove(actor, PlanWish, plan_id, wish_id)


def _remove(actor: Actor, model: Any, plan_id: int, key: int) -> None:
    with transaction.atomic():
        plan = take(actor, Step.EDIT, plan_id)
        row = _row_of(model, plan, key)
        told = str(row)
        row.delete()
        if model is PlanSponsor:
            strengthen(plan)
        write(actor, Step.EDIT, plan, unsolved(), lambda: _("Taken out: %(name)s") % {"name": told}, told={"removed": told})


# -- places and wishes -----------------------------------------------------------------------------------------------------------


def save_place(
    actor: Actor,
    *,
    plan_id: int,
    name: str,
    place_id: int | None = None,
    division: Division | None = None,
    grid: Grid | None = None,
    need: Decimal = Decimal(1),
    least: int = 1,
    most: int = 3,
    lat: float | None = None,
    lon: float | None = None,
) -> PlanPlace:
    """Write a place."""
    if least > most:
        raise refuse(_("At least must not be more than at most."), "place_least", "least")
    if need <= 0:
        raise refuse(_("The need is above nought."), "place_need", "need")
    if (lat is None) != (lon is None):
        raise refuse(_("Give both coordinates or none."), "place_point", "lon")
    with transaction.atomic():
        plan = take(actor, Step.EDIT, plan_id)
        row = _row_of(PlanPlace, plan, place_id)
        _one_of_a_name(PlanPlace, plan, name, row)
        row.name, row.division, row.grid, row.need = name, division, grid, need
        row.least, row.most, row.lat, row.lon = least, most, lat, lon
        row.save()
        write(actor, Step.EDIT, plan, unsolved(), lambda: _("Place: %(name)s") % {"name": row.name}, told={"place": row.name})
    return row


def save_wish(
    actor: Actor, *, plan_id: int, sponsor: PlanSponsor, place: PlanPlace, kind: str, reason: str = "other", note: str = ""
) -> PlanWish:
    """Say that a pair has to be, or must not be, and why. A second wish about a pair takes the place of the first."""
    with transaction.atomic():
        plan = take(actor, Step.EDIT, plan_id)
        if sponsor.plan_id != plan.pk or place.plan_id != plan.pk:
            raise refuse(_("This row does not belong to the plan."), "plan_row")
        if kind not in PlanWish.Kind.values or reason not in PlanWish.Reason.values:
            raise refuse(_("Say whether the pair has to be or must not be, and why."), "wish_kind", "kind")
        facts = {"plan": plan, "kind": kind, "reason": reason, "note": note[:200]}
        row, _made = PlanWish.objects.update_or_create(sponsor=sponsor, place=place, defaults=facts)

        def said() -> str:
            return _("Wish: %(pair)s %(kind)s") % {"pair": row, "kind": row.get_kind_display()}

        write(actor, Step.EDIT, plan, unsolved(), said, told={"wish": str(row), "kind": kind, "reason": reason})
    return row


# -- from what is known ----------------------------------------------------------------------------------------------------------


def take_from_records(
    actor: Actor, *, plan_id: int, leaders: Sequence[Person] = (), departments: Sequence[Unit] = (), offices: Sequence[Unit] = (), most: int = 3
) -> SponsorshipPlan:
    """Sponsors and places out of what the house knows: the communities of the area with their grids as need and the middle of their sites as
    point; units with the posts in force as staff. What stands in the plan already stays as it is."""
    with transaction.atomic():
        plan = take(actor, Step.EDIT, plan_id)
        known = set(plan.sponsors.values_list("name", flat=True))
        places = _places_of(plan, most)
        PlanPlace.objects.bulk_create(places)
        count = plan.places.count()
        fresh = [
            PlanSponsor(plan=plan, kind=PlanSponsor.Kind.LEADER, name=person.name, person=person, capacity=max(1, -(-count // len(leaders))))
            for person in leaders
        ]
        staff = _staff([*departments, *offices])
        for kind, units in ((PlanSponsor.Kind.DEPARTMENT, departments), (PlanSponsor.Kind.OFFICE, offices)):
            fresh += [PlanSponsor(plan=plan, kind=kind, name=str(unit), unit=unit, staff=staff.get(unit.pk)) for unit in units]
        kept = list({row.name: row for row in reversed(fresh) if row.name not in known}.values())[::-1]
        PlanSponsor.objects.bulk_create(kept)
        strengthen(plan)
        counts = {"sponsors": len(kept), "places": len(places)}
        write(
            actor, Step.EDIT, plan, unsolved(), lambda: _("Taken from the records: %(sponsors)d sponsors, %(places)d places") % counts,
            told=counts,
        )  # fmt: skip
    return plan


def _staff(units: Sequence[Unit]) -> dict[int, int]:
    """Persons with a post in force, by unit."""
    posts = Post.objects.filter(on_day(clock.today()), unit__in=[unit.pk for unit in units]).order_by()
    return dict(posts.values_list("unit_id").annotate(count=Count("person", distinct=True)))


def _places_of(plan: SponsorshipPlan, most: int) -> list[PlanPlace]:
    """The communities and villages of the area that the plan does not have yet."""
    there = set(plan.places.values_list("division_id", flat=True))
    names = set(plan.places.values_list("name", flat=True))
    rows = Division.objects.filter(path__startswith=plan.division.path, level=Division.Level.VILLAGE, active=True).order_by("path")
    rows = rows.annotate(grid_count=Count("grids", filter=Q(grids__parent__isnull=True)))[:MOST_PLACES]
    middle = {
        key: (lat, lon)
        for key, lat, lon in Site.objects.filter(division__path__startswith=plan.division.path, active=True, lat__isnull=False)
        .order_by().values_list("division_id").annotate(lat=Avg("lat"), lon=Avg("lon"))
    }  # fmt: skip
    found = []
    for row in rows:
        if row.pk in there or str(row) in names:
            continue
        names.add(str(row))
        lat, lon = middle.get(row.pk, (None, None))
        found.append(PlanPlace(plan=plan, name=str(row), division=row, need=max(1, row.grid_count), most=most, lat=lat, lon=lon))
    return found
