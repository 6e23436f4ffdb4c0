"""A little plan: two communities, a leader in charge of each, four departments of different strength, an office near each."""

from datetime import date
from decimal import Decimal

from chuangwen.duties.sponsorship import actions
from chuangwen.duties.sponsorship.models import PlanPlace, PlanSponsor

START, END = date(2026, 1, 1), date(2026, 12, 31)
NEAR, FAR = (21.66, 110.92), (21.75, 110.99)


def make_plan(town, name="包保方案", **more):
    clerk = town.actors["clerk"]
    plan = actions.make_plan(clerk, name=name, division=town.street, starts_on=START, ends_on=END, seconds=10, **more)
    places = [
        actions.save_place(clerk, plan_id=plan.pk, name=str(row), division=row, need=Decimal(100), least=1, most=5, lat=lat, lon=lon)
        for row, (lat, lon) in zip(town.communities, (NEAR, FAR), strict=True)
    ]
    leader, department, office = PlanSponsor.Kind.LEADER, PlanSponsor.Kind.DEPARTMENT, PlanSponsor.Kind.OFFICE
    for number, place in enumerate(places):
        actions.save_sponsor(clerk, plan_id=plan.pk, name=f"领导{number + 1}", kind=leader, charges=[place])
    for number, strength in enumerate((40, 40, 5, 5)):
        unit = town.units["department"] if number == 0 else None
        actions.save_sponsor(clerk, plan_id=plan.pk, name=f"部门{number + 1}", kind=department, strength=Decimal(strength), unit=unit)
    for number, (lat, lon) in enumerate((FAR, NEAR)):
        actions.save_sponsor(clerk, plan_id=plan.pk, name=f"站所{number + 1}", kind=office, strength=Decimal(3), lat=lat, lon=lon)
    plan.refresh_from_db()
    return plan


def solved(town, exact=True, **more):
    plan = make_plan(town, **more)
    return actions.solve_plan(town.actors["clerk"], plan_id=plan.pk, exact=exact)


def names(plan):
    """Place -> names of its sponsors, in order."""
    found = {place.name: [] for place in PlanPlace.objects.filter(plan=plan)}
    for pair in plan.pairs.select_related("sponsor", "place").order_by("sponsor__kind", "sponsor__pk"):
        found[pair.place.name].append(pair.sponsor.name)
    return found
