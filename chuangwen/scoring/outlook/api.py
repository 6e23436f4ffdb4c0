"""The REST resource of the outlook: ``/api/v1/outlook``."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.kernel import access
from chuangwen.kernel.paging import page_of
from chuangwen.scoring.outlook import queries
from chuangwen.scoring.outlook.models import Forecast
from chuangwen.web.views import actor_of

router = Router()


class ForecastOut(Schema):
    """A forecast; shares of 1. `low` to `high` holds the result nine times of ten."""

    id: int
    plan_id: int
    target: str
    as_of: date
    made_at: datetime
    threshold: Decimal
    chance: Decimal = Field(description="of reaching the threshold")
    chances: dict[str, float] = Field(description="threshold in marks of 100 -> chance of reaching it")
    mean: Decimal
    low: Decimal
    high: Decimal


class ForecastPage(Schema):
    items: list[ForecastOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class PastOut(Schema):
    """A past round as it would have been forecast on its eve, and what came."""

    round_id: int
    round: str
    as_of: date
    mean: Decimal
    low: Decimal
    high: Decimal
    chances: dict[str, float]
    actual: Decimal | None
    rank: Decimal | None = Field(description="where the result lay among the simulated ones, 0 to 1")


class ForecastDetail(ForecastOut):
    evidence: dict[str, Any]
    drivers: dict[str, Any]
    parameters: dict[str, Any]
    histogram: list[tuple[float, float, int]] = Field(description="from, to, how many simulated results")
    past: list[PastOut]


class RepairOut(Schema):
    case: int
    number: str
    description: str
    site: str
    criterion: str
    gain: Decimal = Field(description="points of 100 that the expected score rises when this alone is put right")
    hours: Decimal


class RepairPlanOut(Schema):
    hours: Decimal
    spent: Decimal
    gain: Decimal = Field(description="points of all chosen ones together")
    proven: bool = Field(description="no other choice within the hours gains more")
    gap: Decimal
    items: list[RepairOut]


class ProposedVisitOut(Schema):
    position: int
    site: int
    name: str
    minutes: int
    share: float = Field(description="of the forecast's variance that the visit takes off")


def _find(request: HttpRequest, forecast_id: int) -> Forecast:
    actor = actor_of(request)
    return access.fetch(actor, "scoring.see_outlook", queries.forecasts(actor), pk=forecast_id)


def _told(row: Forecast) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ForecastOut.model_fields if name != "id"} | {"id": row.pk}


@router.get("", response=ForecastPage, summary="预测列表")
def list_forecasts(request: HttpRequest, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, "scoring.see_outlook")
    page = page_of(queries.forecasts(actor), limit=limit, after=after)
    return {"items": [_told(row) for row in page["items"]], "next": page["next"]}


@router.get("/{forecast_id}", response=ForecastDetail, summary="一次预测")
def get_forecast(request: HttpRequest, forecast_id: int):
    row = _find(request, forecast_id)
    past = [
        {name: getattr(each, name) for name in PastOut.model_fields if name != "round"} | {"round": each.target}
        for each in queries.past_forecasts(row.plan)
    ]
    more = {name: getattr(row, name) for name in ("evidence", "drivers", "parameters", "histogram")}
    return _told(row) | more | {"past": past}


@router.get("/{forecast_id}/repairs", response=RepairPlanOut, summary="先改什么：给定工时内提分最多的问题")
def get_repairs(request: HttpRequest, forecast_id: int, hours: float = 40):
    actor = actor_of(request)
    budget = Decimal(str(min(max(hours, 0.0) if hours == hours else 0.0, 100_000.0)))
    row = _find(request, forecast_id)
    shown = queries.repair_plan(actor, row, budget)
    items = [
        {
            "case": each.case_id, "number": each.case.number or "", "description": each.case.description, "site": str(each.case.site or ""),
            "criterion": str(each.case.criterion or ""), "gain": queries.points(each.gain), "hours": queries.hours(each.minutes),
        }
        for each in shown.rows
    ]  # fmt: skip
    return {
        "hours": budget, "spent": queries.hours(shown.plan.minutes), "gain": queries.points(shown.plan.gain), "proven": shown.plan.proven,
        "gap": shown.gap, "items": items,
    }  # fmt: skip


@router.get("/{forecast_id}/visits", response=list[ProposedVisitOut], summary="先看哪里：最能减少不确定性的点位")
def get_visits(request: HttpRequest, forecast_id: int, most: int = 10):
    actor = actor_of(request)
    row = _find(request, forecast_id)
    return [
        {"position": each.position, "site": each.site_id, "name": each.site.name, "minutes": each.minutes, "share": each.share}
        for each in queries.visits(actor, row, min(max(most, 0), 60))
    ]
