"""The REST resource of partnerships: ``/api/v1/partnerships``. The same actions, queries and policies as the pages."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.duties.partnership import actions, queries
from chuangwen.duties.partnership.models import Partnership, PartnershipInput, PartnershipItem, PartnershipNeed
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.paging import page_of
from chuangwen.ledger.models import Metric
from chuangwen.people.named import division_named, unit_named
from chuangwen.places.models import Division
from chuangwen.web.views import actor_of

router = Router()
KEY = 2**62


class PartnerPairOut(Schema):
    """A unit and a village. `state` is paired, contacted, running, finished or called_off."""

    id: int
    unit: int
    unit_name: str
    division: str | None = Field(description="12-digit code")
    division_name: str
    state: str
    paired_on: date
    contact_due: date
    contacted_on: date | None
    aim: str = Field(description="the highlight aimed at")
    adopted_on: date | None
    result: str
    reached: bool | None
    ended_on: date | None
    last_active_on: date
    revision: int


class PartnerPairPage(Schema):
    items: list[PartnerPairOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class PartnerNeedOut(Schema):
    id: int
    words: str
    kind: str
    state: str
    answer: str
    found_on: date
    settled_on: date | None


class PartnerItemOut(Schema):
    """A line of the package; `dropped` says why, where it was."""

    id: int
    words: str
    need_id: int | None
    due_on: date
    progress: int
    done_on: date | None
    dropped: str
    note: str


class PartnerInputOut(Schema):
    """What was put in; `counts` is false of what was corrected or taken back, `fact` the same in the ledger."""

    id: int
    uid: uuid.UUID
    kind: str
    name: str
    quantity: Decimal
    measure: str
    value: Decimal | None
    day: date
    metric: str | None
    fact: int | None
    counts: bool
    void: bool
    reason: str
    corrects: int | None


class PartnerVisitOut(Schema):
    id: int
    kind: str
    planned_on: date
    held_on: date | None
    what: str
    came: int | None
    served: int | None
    cancelled: str


class PartnerPairDetail(PartnerPairOut):
    needs: list[PartnerNeedOut]
    package: list[PartnerItemOut]
    inputs: list[PartnerInputOut]
    visits: list[PartnerVisitOut]


class PartnerPairIn(Schema):
    unit: int = Field(ge=1, le=KEY)
    division: str = Field(max_length=12, description="12-digit code of a village or community")
    paired_on: date
    contact_due: date | None = None
    aim: str = Field("", max_length=200)


class PartnerContactIn(Schema):
    day: date
    what: str = Field(max_length=300)
    came: int | None = Field(None, ge=0, le=100_000)
    photo_ids: list[int] = Field([], max_length=9)


class PartnerNeedIn(Schema):
    words: str = Field(max_length=200)
    kind: str = "other"
    state: str = "found"
    answer: str = Field("", max_length=200)
    id: int | None = Field(None, ge=1, le=KEY, description="the need that is changed; none: a new one")


class PartnerItemIn(Schema):
    words: str = Field(max_length=200)
    due_on: date
    progress: int = Field(0, ge=0, le=100)
    note: str = Field("", max_length=200)
    id: int | None = Field(None, ge=1, le=KEY, description="the line that is changed; none: a new one")


class PartnerInputIn(Schema):
    """`metric` is the code of a metric; without one the metric that fits by name and unit of measure. `double`: add or leave."""

    kind: str
    name: str = Field(max_length=60)
    quantity: Decimal = Field(gt=0, le=10**9)
    measure: str = Field("", max_length=12)
    value: Decimal | None = Field(None, ge=0, le=10**9)
    day: date
    metric: str | None = Field(None, max_length=40)
    in_ledger: bool = True
    double: str = Field("", max_length=5)
    photo_ids: list[int] = Field([], max_length=9)
    uid: uuid.UUID | None = None


class PartnerCorrectionIn(Schema):
    quantity: Decimal | None = Field(None, gt=0, le=10**9)
    value: Decimal | None = Field(None, ge=0, le=10**9)
    take_back: bool = False
    reason: str = Field(max_length=200)


class PartnerVisitIn(Schema):
    """With `held` true the team was there on `day`, else it is planned for it."""

    kind: str
    day: date
    what: str = Field("", max_length=300)
    held: bool = False
    came: int | None = Field(None, ge=0, le=100_000)
    served: int | None = Field(None, ge=0, le=100_000)


class PartnerFinishIn(Schema):
    result: str = Field(max_length=500)
    reached: bool


class PartnerRingOut(Schema):
    """`inner` and `outer` in kilometres; both null: places without a point."""

    inner: float | None
    outer: float | None
    places: int
    active: int
    waits: int
    silent: int
    share: float | None


class PartnerCoverageOut(Schema):
    area: str
    places: int
    active: int
    share: float | None
    rings: list[PartnerRingOut]


def _line(pair: Partnership) -> dict[str, Any]:
    plain = ("state", "paired_on", "contact_due", "contacted_on", "aim", "adopted_on", "result", "reached", "ended_on", "last_active_on",
             "revision")  # fmt: skip
    return {name: getattr(pair, name) for name in plain} | {
        "id": pair.pk, "unit": pair.unit_id, "unit_name": pair.unit.name, "division": pair.division.code, "division_name": pair.division.name,
    }  # fmt: skip


def _input(row: PartnershipInput) -> dict[str, Any]:
    plain = ("uid", "kind", "name", "quantity", "measure", "value", "day", "counts", "void", "reason")
    return {name: getattr(row, name) for name in plain} | {
        "id": row.pk, "metric": row.metric.code if row.metric else None, "fact": row.fact_id, "corrects": row.corrects_id,
    }  # fmt: skip


def _whole(actor: Actor, key: int) -> dict[str, Any]:
    pair = access.fetch(actor, queries.SEE, queries.pairs(actor), pk=key)
    return _line(pair) | {
        "needs": list(pair.needs.all()), "package": list(pair.items.all()),
        "inputs": [_input(row) for row in pair.inputs.select_related("metric")], "visits": list(pair.visits.all()),
    }  # fmt: skip


@router.get("", response=PartnerPairPage, summary="结对共建列表")
def list_pairs(request: HttpRequest, state: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, queries.SEE)
    rows = queries.pairs(actor)
    page = page_of(rows.filter(state=state.replace("\x00", "")) if state is not None else rows, limit=limit, after=after)
    return {"items": [_line(pair) for pair in page["items"]], "next": page["next"]}


@router.post("", response={201: PartnerPairDetail}, summary="新建一对结对共建")
def make_pair(request: HttpRequest, body: PartnerPairIn):
    actor = actor_of(request)
    access.require(actor, "duties.pair_units")
    unit, division = unit_named(body.unit), division_named(body.division)
    pair = actions.make_pair(
        actor, unit=unit, division=division, paired_on=body.paired_on, contact_due=body.contact_due, aim=body.aim
    )
    return 201, _whole(actor, pair.pk)


@router.get("/coverage", response=PartnerCoverageOut, summary="结对共建由中心向外的覆盖情况")
def coverage(request: HttpRequest, area: str | None = None):
    """Of the area with this 12-digit code; else of the account's town."""
    actor = actor_of(request)
    access.require(actor, queries.SEE)
    rows = access.scoped(actor, queries.SEE, Division).filter(level__lt=Division.Level.VILLAGE)
    found = rows.filter(code=area.replace("\x00", "")).first() if area is not None else queries.areas(actor).first()
    if found is None:
        raise Missing("区划不存在，或不在账号的范围内。")
    told = queries.coverage(actor, found)
    names = ("inner", "outer", "places", "active", "waits", "silent", "share")
    rings = [{name: getattr(ring, name) for name in names} for ring in told.rings]
    return {"area": found.name, "places": len(told.places), "active": told.active, "share": told.share, "rings": rings}


@router.get("/{int:partnership_id}", response=PartnerPairDetail, summary="一对结对共建")
def get_pair(request: HttpRequest, partnership_id: int):
    return _whole(actor_of(request), partnership_id)


@router.post("/{int:partnership_id}/contact", response=PartnerPairDetail, summary="记录对接")
def contact(request: HttpRequest, partnership_id: int, body: PartnerContactIn):
    actor = actor_of(request)
    photos = [key for key in body.photo_ids if 0 < key < KEY]
    actions.record_contact(actor, partnership_id=partnership_id, day=body.day, what=body.what, came=body.came, photos=photos)
    return _whole(actor, partnership_id)


@router.post("/{int:partnership_id}/needs", response=PartnerNeedOut, summary="记录需求及其进展")
def save_need(request: HttpRequest, partnership_id: int, body: PartnerNeedIn) -> PartnershipNeed:
    given = body.dict(exclude={"id"})
    return actions.save_need(actor_of(request), partnership_id=partnership_id, need_id=body.id, **given)


@router.post("/{int:partnership_id}/package", response=PartnerItemOut, summary="记录自选动作及其进度")
def save_item(request: HttpRequest, partnership_id: int, body: PartnerItemIn) -> PartnershipItem:
    actor = actor_of(request)
    known = None
    if body.id is not None:
        pair = access.fetch(actor, "duties.keep_partnership", Partnership, pk=partnership_id)
        known = pair.items.select_related("need").filter(pk=body.id).first()
    given = body.dict(exclude={"id"})
    need = known.need if known is not None else None
    return actions.save_item(actor, partnership_id=partnership_id, item_id=body.id, need=need, **given)


@router.post("/{int:partnership_id}/adopt", response=PartnerPairDetail, summary="商定共建套餐")
def adopt(request: HttpRequest, partnership_id: int):
    actor = actor_of(request)
    actions.adopt_package(actor, partnership_id=partnership_id)
    return _whole(actor, partnership_id)


@router.post("/{int:partnership_id}/inputs", response={201: PartnerInputOut}, summary="记录投入（同时记入台账）")
def record_input(request: HttpRequest, partnership_id: int, body: PartnerInputIn):
    actor = actor_of(request)
    access.require(actor, "duties.keep_partnership")
    metric = Metric.objects.filter(code=body.metric.replace("\x00", "")).first() if body.metric is not None else None
    if body.metric is not None and metric is None:
        raise Missing("指标项不存在。")
    given = body.dict(exclude={"metric", "photo_ids"})
    row = actions.record_input(
        actor, partnership_id=partnership_id, metric=metric, photos=[key for key in body.photo_ids if 0 < key < KEY], **given
    )
    return 201, _input(row)


@router.post("/{int:partnership_id}/inputs/{int:input_id}/correct", response={201: PartnerInputOut}, summary="更正或撤回一条投入")
def correct_input(request: HttpRequest, partnership_id: int, input_id: int, body: PartnerCorrectionIn):
    row = actions.correct_input(actor_of(request), partnership_id=partnership_id, input_id=input_id, **body.dict())
    return 201, _input(row)


@router.post("/{int:partnership_id}/visits", response={201: PartnerVisitOut}, summary="安排或记录专业队伍上门")
def visit(request: HttpRequest, partnership_id: int, body: PartnerVisitIn):
    actor = actor_of(request)
    if body.held:
        given = body.dict(exclude={"held"})
        return 201, actions.hold_partner_visit(actor, partnership_id=partnership_id, **given)
    return 201, actions.plan_partner_visit(actor, partnership_id=partnership_id, kind=body.kind, planned_on=body.day, what=body.what)


@router.post("/{int:partnership_id}/finish", response=PartnerPairDetail, summary="办结并记录成效")
def finish(request: HttpRequest, partnership_id: int, body: PartnerFinishIn):
    actor = actor_of(request)
    actions.finish_pair(actor, partnership_id=partnership_id, result=body.result, reached=body.reached)
    return _whole(actor, partnership_id)
