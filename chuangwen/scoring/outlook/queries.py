"""What pages, API and papers read of the outlook."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from chuangwen.cases.models import Case
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.scoring.outlook import calibration, planning
from chuangwen.scoring.outlook.models import AssessmentPlan, Forecast, ForecastRepair, ForecastVisit


def forecasts(actor: Actor) -> QuerySet[Forecast]:
    """The forecasts of what is to come, newest first."""
    rows = access.scoped(actor, "scoring.see_outlook", Forecast).filter(round__isnull=True)
    return rows.select_related("plan__scheme", "plan__division", "made_by__person")


def latest_forecast(actor: Actor) -> Forecast | None:
    """The newest forecast of what is to come that the actor may see: ``target``, ``made_at``, ``threshold``, ``mean``, ``low``, ``high`` (90 %),
    ``chance`` (shares of 1 as Decimal), ``address`` of its page. One query."""
    return forecasts(actor).order_by("-made_at", "-pk").first()


@dataclass(frozen=True)
class Repair:
    """An open problem: what putting it right adds to the expected score (points of 100), in how many hours, and where it stands."""

    case: int
    number: str
    title: str
    gain: Decimal
    hours: Decimal
    address: str


def best_repairs(actor: Actor, limit: int = 5) -> list[Repair]:
    """The open problems of the newest forecast that gain most per hour, among those that the actor may see and that are still open. Two
    queries."""
    newest = latest_forecast(actor)
    if newest is None:
        return []
    rows = _repairs(actor, newest).order_by("-rate", "case")[:limit]
    return [
        Repair(
            row.case_id, row.case.number or "", row.case.description, points(row.gain), hours(row.minutes),
            reverse("cases:detail", args=[row.case_id]),
        )
        for row in rows
    ]  # fmt: skip


def _repairs(actor: Actor, forecast: Forecast) -> QuerySet[ForecastRepair]:
    seen = access.scoped(actor, "cases.see", Case).filter(live=True).order_by().values("pk")
    return forecast.repairs.filter(case__in=seen).select_related("case__site__type", "case__criterion", "case__lead_unit")


def points(share: Decimal | float) -> Decimal:
    """A share of 1 in points of 100, to the ten-thousandth."""
    return (Decimal(share) * 100).quantize(Decimal("0.0001"))


def hours(minutes: int) -> Decimal:
    """Minutes in hours, to the tenth."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.1"))


@dataclass(frozen=True)
class RepairPlanShown:
    """The plan for a budget: the chosen rows, what they gain together, the hand-made plan beside it."""

    rows: list[ForecastRepair]
    plan: planning.RepairPlan
    by_hand: planning.RepairPlan
    offered: int

    @property
    def gap(self) -> Decimal:
        """By how many points a better plan could gain more at most."""
        return points(max(0.0, self.plan.bound - self.plan.gain)) if not self.plan.proven else Decimal(0)


def repair_plan(actor: Actor, forecast: Forecast, budget_hours: Decimal) -> RepairPlanShown:
    """The repairs that raise the expected score most within the hours, of those still open. Two queries."""
    rows = {row.case_id: row for row in _repairs(actor, forecast)}
    groups = [_group(members) for members in _by_group(rows.values())]
    budget = int(budget_hours * 60)
    plan = planning.choose(groups, budget)
    chosen = sorted((rows[key] for key in plan.chosen), key=lambda row: (-row.rate, row.case_id))
    return RepairPlanShown(chosen, plan, planning.greedy(groups, budget), len(rows))


def _by_group(rows: Any) -> list[list[ForecastRepair]]:
    groups: dict[int, list[ForecastRepair]] = defaultdict(list)
    for row in rows:
        groups[row.group].append(row)
    return list(groups.values())


def _group(members: list[ForecastRepair]) -> planning.Group:
    """What was closed since is no longer there: the rest gains as if the group had begun with it done."""
    members.sort(key=lambda row: (row.minutes, row.case_id))
    gains = [0.0, *members[0].ifs]
    done = len(members[0].ifs) - len(members)
    left = [gain - gains[done] for gain in gains[done + 1 :]]
    return planning.Group(members[0].group, tuple(planning.Repair(row.case_id, row.group, row.minutes) for row in members), tuple(left))


def visits(actor: Actor, forecast: Forecast, most: int) -> list[ForecastVisit]:
    """The first ``most`` sites to look at. One query."""
    del actor  # who sees the forecast sees its sites: both are of the plan's area
    return list(forecast.visits.select_related("site__type", "site__division").order_by("position")[:most])


def past_forecasts(plan: AssessmentPlan) -> list[Forecast]:
    """The past rounds as they were forecast, oldest first. One query."""
    return list(plan.forecasts.filter(round__isnull=False).select_related("round").order_by("round__starts_on", "round"))


@dataclass(frozen=True)
class Calibration:
    """How the past forecasts fared."""

    rows: list[Forecast]
    coverage: list[calibration.Coverage]
    bins: list[calibration.Bin]
    brier: float | None


def calibration_of(plan: AssessmentPlan) -> Calibration:
    """One query."""
    rows = [row for row in past_forecasts(plan) if row.actual is not None and row.rank is not None]
    past = [
        calibration.Past(
            float(row.rank or 0),
            tuple((float(chance), (row.actual or 0) * 100 >= Decimal(mark)) for mark, chance in row.chances.items()),
        )
        for row in rows
    ]
    return Calibration(rows, calibration.coverage(past), calibration.reliability(past), calibration.brier(past))
