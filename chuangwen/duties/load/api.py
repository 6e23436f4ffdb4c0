"""The load meter over REST: ``/api/v1/load``."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.duties.load import actions, checking, queries, sources
from chuangwen.duties.load.models import LoadLimit
from chuangwen.duties.load.rules import TOTAL
from chuangwen.duties.rhythm.recurring import week_of
from chuangwen.kernel import access
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.workload import Planned
from chuangwen.people.models import Unit
from chuangwen.web.views import actor_of

router = Router()


class WeekOut(Schema):
    """What falls on a unit in the week from `monday` on. `planned` and `done` without
    `turns`, those at posts, which mostly volunteers take (unless turns alone are asked for). `over`: the sources beyond their limit."""

    unit: int
    monday: date
    planned: int
    done: int
    turns: int
    limit: int | None = Field(description="of all together in this week; null: there is none, or one source alone was asked for")
    over: list[str]
    full: list[str] = Field(description="limits that are reached or passed, in words")


class LoadOut(Schema):
    items: list[WeekOut]
    next: int | None = Field(None, description="the `page` that follows; null at the end")


class PlannedIn(Schema):
    """So much more of a source (checks, duties, forms, tasks) on a unit in the week of a day."""

    unit: int = Field(ge=1, le=2**62)
    day: date
    source: str
    count: int = Field(1, ge=1, le=999)


class CheckIn(Schema):
    planned: list[PlannedIn] = Field(max_length=500)


class LoadPartOut(Schema):
    source: str
    there: int
    more: int


class OverloadOut(Schema):
    """A limit that would be passed. `source` is total for the limit of all together; then `parts` says what falls in the week by source."""

    unit: int
    monday: date
    source: str
    there: int
    more: int
    limit: int
    parts: list[LoadPartOut] | None = None


class CheckOut(Schema):
    """Empty `broken`: there is room. Else other weeks with room for all of it, and other units with room in the first week."""

    broken: list[OverloadOut]
    other_weeks: list[date]
    other_units: list[int]


class LoadLimitOut(Schema):
    """So much may be planned on a unit of the kind in a week. `source` is checks, duties, forms, tasks, shifts, visits, meetings, or total: all
    of them together but shifts."""

    source: str
    kind: str = Field(alias="unit_kind", description="kind of units")
    per_week: int


class LoadLimitKeyIn(Schema):
    source: str = Field(max_length=10)
    kind: str = Field(max_length=20, description="kind of units")


class LoadLimitIn(LoadLimitKeyIn):
    per_week: int


@router.get("/limits", response=list[LoadLimitOut], summary="每周负担上限")
def list_limits(request: HttpRequest):
    access.require(actor_of(request), "duties.set_load")
    return LoadLimit.objects.all()


@router.post("/limits", response=list[LoadLimitOut], summary="设定一项每周负担上限")
def set_limit(request: HttpRequest, given: LoadLimitIn):
    """All limits as they stand then. Setting the same again changes nothing."""
    actions.set_limits(actor_of(request), limits={(given.source, given.kind): given.per_week})
    return LoadLimit.objects.all()


@router.post("/limits/remove", response=list[LoadLimitOut], summary="取消一项每周负担上限")
def remove_limit(request: HttpRequest, given: LoadLimitKeyIn):
    """All limits as they stand then. Taking away what is not there changes nothing."""
    actions.set_limits(actor_of(request), limits={(given.source, given.kind): None})
    return LoadLimit.objects.all()


@router.get("", response=LoadOut, summary="各单位每周负担：计划与完成")
def list_load(request: HttpRequest, kind: str = "", source: str = "", around: date | None = None, page: int = 1):
    """Three weeks before the week of `around` (today where nothing is said) and five from it on, units in the order of the organisation."""
    actor = actor_of(request)
    access.require(actor, "duties.see_load")
    if kind and kind not in Unit.Kind.values:
        raise Refusal("没有这种单位类别。", "load.kind", field="kind")
    if source and source not in sources.SOURCES:
        raise Refusal("没有这种来源。", "load.source", field="source")
    if around is not None and not date(2000, 1, 1) <= around <= date(2100, 1, 1):
        raise Refusal("日期过早或过晚。", "load.around", field="around")
    shown = queries.table(actor, kind=kind, source=source, page=page, around=around)
    items = [
        {"unit": unit.pk, "monday": week, "planned": cell.planned, "done": cell.done, "turns": cell.turns, "limit": cell.limit,
         "over": cell.over, "full": cell.filled}
        for unit, cells in shown.lines for week, cell in cells
    ]  # fmt: skip
    return {"items": items, "next": shown.page + 1 if shown.page < shown.pages else None}


@router.post("/check", response=CheckOut, exclude_unset=True, summary="安排前检查是否超过负担上限")
def check_load(request: HttpRequest, given: CheckIn):
    """Nothing is stored. Only units that the account sees are looked at; others are refused."""
    actor = actor_of(request)
    access.require(actor, "duties.see_load")
    asked = {one.unit for one in given.planned}
    if access.scoped(actor, "duties.see_load", Unit).filter(pk__in=asked).count() != len(asked):
        raise Refusal("有单位不存在，或者不在账号的范围内。", "load.unit", field="planned")
    if any(one.source not in sources.SOURCES for one in given.planned):
        raise Refusal("没有这种来源。", "load.source", field="planned")
    if any(not date(2000, 1, 1) <= one.day <= date(2100, 1, 1) for one in given.planned):
        raise Refusal("日期过早或过晚。", "load.day", field="planned")
    planned = [Planned(one.unit, week_of(one.day), one.source, one.count) for one in given.planned]
    broken, weeks, others, _units = checking.find(planned)
    plain = ("unit", "monday", "source", "there", "more", "limit")
    rows = [{name: getattr(one, name) for name in plain} | ({"parts": one.parts} if one.source == TOTAL else {}) for one in broken]
    return {"broken": rows, "other_weeks": weeks, "other_units": [unit.pk for unit in others]}
