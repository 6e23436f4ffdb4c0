"""Who answers for which community: the plan in force, drawn up by hand, and the next one, solved and waiting for the signature."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from statistics import mean

from chuangwen.demo.filling.keys import Keys
from chuangwen.duties.sponsorship import actions
from chuangwen.duties.sponsorship.models import PlanPlace, PlanSponsor, PlanWish, SponsorshipPlan
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.people.actors import actor_of
from chuangwen.places.models import Division

NAME = "河东街道创建全国文明城市包保工作方案"
LEADERS = ("组长", "第一副组长", "副组长（分管）")
SECONDS = 2


def fill_sponsorship(keys: Keys) -> dict[str, int]:
    """Leaders, departments, sponsoring units and working groups to the sixteen communities. How many plans and pairs there are."""
    clerk = replace(actor_of(keys.accounts["clerk"]), channel="command")
    leader = replace(actor_of(keys.accounts["leader"]), channel="command")
    year = keys.now.date().year
    with clock.at(keys.now - timedelta(days=200)):
        plan = actions.make_plan(
            clerk, name=NAME, division=keys.street, starts_on=date(year, 1, 1), ends_on=date(year, 12, 31), seconds=SECONDS,
            weights={"leaders_each": 1, "departments_each": 1, "near_department": 0.5}, generated=True,
        )  # fmt: skip
        places = _places(keys, plan)
        _sponsors(keys, plan, places)
        _by_hand(plan)
        actions.solve_plan(clerk, plan_id=plan.pk, exact=False)
        actions.sign_plan(leader, plan_id=plan.pk)
        actions.start_plan(clerk, plan_id=plan.pk)
    with clock.at(keys.now - timedelta(days=1)):
        fresh = actions.new_version(clerk, plan_id=plan.pk)
        SponsorshipPlan.objects.filter(pk=fresh.pk).update(starts_on=date(year + 1, 1, 1), ends_on=date(year + 1, 12, 31))
        _wishes(clerk, fresh)
        fresh = actions.solve_plan(clerk, plan_id=fresh.pk, exact=False)
    return {"sponsorship_plans": 2, "sponsorship_pairs": fresh.pairs.count()}


def _places(keys: Keys, plan: SponsorshipPlan) -> list[PlanPlace]:
    """The communities with their grids as need, each in the middle of its sites."""
    rows = [row for row in keys.divisions.values() if row.level == Division.Level.VILLAGE]
    found = []
    for row in rows:
        points = [(site.lat, site.lon) for site in keys.sites.values() if site.division_id == row.pk]
        known = [(lat, lon) for lat, lon in points if lat is not None and lon is not None]
        grids = sum(grid.division_id == row.pk and grid.parent_id is None for grid in keys.grids.values())
        lat, lon = (mean(lat for lat, _ in known), mean(lon for _, lon in known)) if known else (None, None)
        found.append(PlanPlace(plan=plan, name=str(row), division=row, need=max(1, grids), least=2, most=5, lat=lat, lon=lon))
    return PlanPlace.objects.bulk_create(found)


def _sponsors(keys: Keys, plan: SponsorshipPlan, places: list[PlanPlace]) -> None:
    """Three leaders, each in charge of a row of communities; sixteen departments and sixteen sponsoring units; eight working groups that sit
    in a community each. Staff, budget and last year's result are generated."""
    rng = random.Random(f"sponsorship {plan.starts_on.year}")
    clerk = replace(actor_of(keys.accounts["clerk"]), channel="command")
    posts = {post.title: post.person for post in keys.data.posts if post.unit == "leading-group" and post.ends_on is None}
    for number, title in enumerate(title for title in LEADERS if title in posts):
        person = keys.people[posts[title]]
        mine = places[number * len(places) // len(LEADERS) : (number + 1) * len(places) // len(LEADERS)]
        sponsor = PlanSponsor.objects.create(
            plan=plan, kind=PlanSponsor.Kind.LEADER, name=person.name, person=person, capacity=len(places) // len(LEADERS) + 2
        )
        plan.charges.bulk_create([plan.charges.model(plan=plan, sponsor=sponsor, place=place) for place in mine])
    rows = []
    for key, unit in keys.units.items():
        if not key.startswith(("dept-", "sponsor-")):
            continue
        staff = rng.randint(18, 120) if key.startswith("dept-") else rng.randint(6, 30)
        near = rng.choice(places)
        rows.append(
            PlanSponsor(
                plan=plan, kind=PlanSponsor.Kind.DEPARTMENT, name=str(unit), unit=unit, staff=staff,
                budget=Decimal(staff * rng.randint(9, 16)), last_result=Decimal(rng.randint(820, 970)) / 10, lat=near.lat, lon=near.lon,
            )
        )  # fmt: skip
    for number in range(1, 9):
        unit, near = keys.units[f"group-{number}"], places[(number * 2) % len(places)]
        staff = rng.randint(5, 12)
        rows.append(
            PlanSponsor(
                plan=plan, kind=PlanSponsor.Kind.OFFICE, name=str(unit), unit=unit, staff=staff, budget=Decimal(staff * 4),
                last_result=Decimal(rng.randint(850, 960)) / 10, capacity=2, lat=near.lat, lon=near.lon,
            )
        )  # fmt: skip
    PlanSponsor.objects.bulk_create(rows)
    actions.edit_plan(
        clerk, plan_id=plan.pk, name=plan.name, starts_on=plan.starts_on, ends_on=plan.ends_on, seconds=SECONDS,
        weights=plan.rules | {"weight_staff": 60, "weight_budget": 20},
    )  # fmt: skip


def _by_hand(plan: SponsorshipPlan) -> None:
    """The plan that the office drew up by hand: everything fixed, as the list of units came."""
    places = list(plan.places.order_by("pk"))
    by_division = {place.division.code[-3:]: place for place in places if place.division and place.division.code}
    wishes = []

    def fix(sponsor: PlanSponsor, place: PlanPlace) -> None:
        wishes.append(PlanWish(plan=plan, sponsor=sponsor, place=place, kind=PlanWish.Kind.FIXED, reason=PlanWish.Reason.AGREED))

    for charge in plan.charges.select_related("sponsor", "place"):
        fix(charge.sponsor, charge.place)
    units = plan.sponsors.filter(kind=PlanSponsor.Kind.DEPARTMENT).select_related("unit").order_by("pk")
    bound = {sponsor.name: None for sponsor in units}
    paired = [sponsor for sponsor in units if sponsor.name.startswith("示例")]
    for sponsor, place in zip(paired, by_division.values(), strict=False):
        fix(sponsor, place)
        bound.pop(sponsor.name)
    for number, sponsor in enumerate(sponsor for sponsor in units if sponsor.name in bound):
        fix(sponsor, places[number % len(places)])
    for number, sponsor in enumerate(plan.sponsors.filter(kind=PlanSponsor.Kind.OFFICE).order_by("pk")):
        fix(sponsor, places[number])
    PlanWish.objects.bulk_create(wishes)


def _wishes(clerk: Actor, plan: SponsorshipPlan) -> None:
    """What is wished for next year: one pair agreed, three that must not be again."""
    kept = list(plan.wishes.filter(sponsor__kind=PlanSponsor.Kind.DEPARTMENT).select_related("sponsor", "place").order_by("pk")[:4])
    plan.wishes.all().delete()
    for number, wish in enumerate(kept):
        kind, reason = (("fixed", "agreed"), ("forbidden", "last_cycle"), ("forbidden", "last_cycle"), ("forbidden", "relatives"))[number]
        actions.save_wish(clerk, plan_id=plan.pk, sponsor=wish.sponsor, place=wish.place, kind=kind, reason=reason)
