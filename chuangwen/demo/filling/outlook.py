"""How the province is expected to come, what the town forecasts of it, and how it would have forecast its own months."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

from chuangwen.demo.filling.keys import Keys
from chuangwen.kernel import clock
from chuangwen.people.actors import actor_of
from chuangwen.scoring.models import ScoreSheet
from chuangwen.scoring.outlook import actions
from chuangwen.standards.models import Family

PLAN = "省级测评（模拟抽样方案）"
HOURS = {
    "environment": "1.5", "order": "2", "public-ads": "4", "conduct": "1", "service": "3", "fire-safety": "6", "infrastructure": "16",
    "building": "24",
}  # fmt: skip
OFTEN = ("main-road", "back-lane", "estate", "unmanaged-estate", "farmers-market", "community")


def fill_outlook(keys: Keys) -> int:
    """A plan that draws one or two sites of each type, hours of work by family, a forecast of today. How many past rounds were forecast."""
    clerk = replace(actor_of(keys.accounts["clerk"]), channel="command")
    sheet = ScoreSheet.objects.select_related("scheme", "round__edition", "round__division").order_by("-round__starts_on")[0]
    assert sheet.round.division is not None, "the town's rounds have a place"
    types = Counter(site.type_id for site in keys.sites.values() if site.active)
    often = {site.type_id for site in keys.sites.values() if site.type.code in OFTEN}
    counts = {pk: min(number, 3 if pk in often else 1) for pk, number in types.items()}
    with clock.at(keys.now):
        for family in Family.objects.filter(code__in=HOURS):
            actions.set_effort(clerk, family=family, hours=Decimal(HOURS[family.code]))
        plan = actions.save_plan(
            clerk, name=PLAN, division=sheet.round.division, edition=sheet.round.edition, scheme=sheet.scheme, thresholds=["90", "85"],
            counts=counts, generated=True,
        )  # fmt: skip
        actions.forecast(clerk, plan=plan)
    return plan.forecasts.filter(round__isnull=False).count()
