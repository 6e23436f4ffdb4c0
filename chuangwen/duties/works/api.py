"""The REST resource of works: ``/api/v1/works``. The same actions, queries and policies as the pages; sums are decimals of yuan."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.duties.works import actions, queries
from chuangwen.duties.works.models import Work, WorkFund, WorkStage
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.paging import page_of
from chuangwen.people.named import division_named, unit_named
from chuangwen.web.views import actor_of

router = Router()
KEY = 2**62
YUAN = 10**11


class WorkOut(Schema):
    """A work. `state` is planned, running, stopped, finished or called_off; `first_end` the end as it was planned first."""

    id: int
    name: str
    kind: str
    content: str
    division: str | None = Field(description="12-digit code")
    division_name: str
    site: str | None = Field(description="code of the site")
    unit: int
    unit_name: str
    state: str
    planned_start: date
    planned_end: date
    first_end: date
    slipped_days: int
    started_on: date | None
    ended_on: date | None
    reason: str
    result: str
    budget: Decimal | None
    revision: int


class WorkPage(Schema):
    items: list[WorkOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class WorkStageOut(Schema):
    id: int
    order: int
    name: str
    planned_start: date
    planned_end: date
    started_on: date | None
    ended_on: date | None
    note: str


class WorkFundOut(Schema):
    id: int
    source: str
    applied: Decimal
    applied_on: date
    state: str
    granted: Decimal | None
    answered_on: date | None
    note: str


class WorkContractOut(Schema):
    id: int
    number: str
    contractor: str = Field(description="an organisation")
    amount: Decimal
    signed_on: date
    due_on: date | None


class WorkWaitingOut(Schema):
    """A case that waits, or waited: then `returned_at` and `why`."""

    case: int
    number: str | None
    until: date
    returned_at: datetime | None
    why: str


class WorkDetail(WorkOut):
    stages: list[WorkStageOut]
    funds: list[WorkFundOut]
    contracts: list[WorkContractOut]
    cases: list[WorkWaitingOut]


class WorkIn(Schema):
    name: str = Field(max_length=80)
    kind: str = "other"
    content: str = Field("", max_length=500)
    division: str = Field(max_length=12, description="12-digit code")
    unit: int = Field(ge=1, le=KEY)
    planned_start: date
    planned_end: date
    budget: Decimal | None = Field(None, ge=0, le=YUAN)


class WorkStageIn(Schema):
    name: str = Field(max_length=60)
    order: int = Field(0, ge=0, le=999)
    planned_start: date
    planned_end: date
    started_on: date | None = None
    ended_on: date | None = None
    note: str = Field("", max_length=200)
    id: int | None = Field(None, ge=1, le=KEY, description="the stage that is changed; none: a new one")


class WorkFundIn(Schema):
    source: str = Field(max_length=60)
    applied: Decimal = Field(gt=0, le=YUAN)
    applied_on: date
    note: str = Field("", max_length=200)


class WorkContractIn(Schema):
    number: str = Field(max_length=40)
    contractor: str = Field(max_length=80)
    amount: Decimal = Field(gt=0, le=YUAN)
    signed_on: date
    due_on: date | None = None


class WorkStartIn(Schema):
    on: date


class WorkSlipIn(Schema):
    planned_end: date
    reason: str = Field(max_length=200)
    expected_revision: int | None = None


class WorkEndIn(Schema):
    on: date
    result: str = Field(max_length=300)


class WorkReasonIn(Schema):
    reason: str = Field(max_length=300)


class WorkDeferIn(Schema):
    case: int = Field(ge=1, le=KEY)
    reason: str = Field(max_length=300)


def _line(work: Work) -> dict[str, Any]:
    plain = ("name", "kind", "content", "state", "planned_start", "planned_end", "first_end", "slipped_days", "started_on", "ended_on",
             "reason", "result", "budget", "revision")  # fmt: skip
    return {name: getattr(work, name) for name in plain} | {
        "id": work.pk, "division": work.division.code, "division_name": work.division.name, "site": work.site.code if work.site else None,
        "unit": work.unit_id, "unit_name": work.unit.name,
    }  # fmt: skip


def _whole(actor: Actor, key: int) -> dict[str, Any]:
    work = access.fetch(actor, queries.SEE, queries.works(actor), pk=key)
    return _line(work) | {
        "stages": list(work.stages.all()), "funds": list(work.funds.all()), "contracts": list(work.contracts.all()),
        "cases": [
            {"case": link.case_id, "number": link.case.number, "until": link.until, "returned_at": link.returned_at, "why": link.why}
            for link in queries.waiting(work)
        ],
    }  # fmt: skip


@router.get("", response=WorkPage, summary="工程、整治项目列表")
def list_works(request: HttpRequest, state: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, queries.SEE)
    rows = queries.works(actor)
    page = page_of(rows.filter(state=state.replace("\x00", "")) if state is not None else rows, limit=limit, after=after)
    return {"items": [_line(work) for work in page["items"]], "next": page["next"]}


@router.post("", response={201: WorkDetail}, summary="新建项目")
def make_work(request: HttpRequest, body: WorkIn):
    actor = actor_of(request)
    access.require(actor, "duties.plan_works")
    unit, division = unit_named(body.unit), division_named(body.division)
    given = body.dict(exclude={"unit", "division"})
    work = actions.make_work(actor, unit=unit, division=division, **given)
    return 201, _whole(actor, work.pk)


@router.get("/{int:work_id}", response=WorkDetail, summary="一个项目")
def get_work(request: HttpRequest, work_id: int):
    return _whole(actor_of(request), work_id)


@router.post("/{int:work_id}/stages", response=WorkStageOut, summary="记录项目阶段")
def save_stage(request: HttpRequest, work_id: int, body: WorkStageIn) -> WorkStage:
    given = body.dict(exclude={"id"})
    return actions.save_stage(actor_of(request), work_id=work_id, stage_id=body.id, **given)


@router.post("/{int:work_id}/funds", response={201: WorkFundOut}, summary="申请资金")
def apply_for_fund(request: HttpRequest, work_id: int, body: WorkFundIn) -> tuple[int, WorkFund]:
    return 201, actions.apply_for_fund(actor_of(request), work_id=work_id, **body.dict())


@router.post("/{int:work_id}/contracts", response={201: WorkContractOut}, summary="登记合同")
def save_contract(request: HttpRequest, work_id: int, body: WorkContractIn):
    return 201, actions.save_contract(actor_of(request), work_id=work_id, **body.dict())


@router.post("/{int:work_id}/start", response=WorkDetail, summary="开工")
def start(request: HttpRequest, work_id: int, body: WorkStartIn):
    actor = actor_of(request)
    actions.start_work(actor, work_id=work_id, on=body.on)
    return _whole(actor, work_id)


@router.post("/{int:work_id}/slip", response=WorkDetail, summary="调整计划完工日期：推迟的，挂起的问题退回")
def slip(request: HttpRequest, work_id: int, body: WorkSlipIn):
    actor = actor_of(request)
    actions.slip_work(actor, work_id=work_id, planned_end=body.planned_end, reason=body.reason, expected=body.expected_revision)
    return _whole(actor, work_id)


@router.post("/{int:work_id}/finish", response=WorkDetail, summary="完工：挂起的问题退回")
def finish(request: HttpRequest, work_id: int, body: WorkEndIn):
    actor = actor_of(request)
    actions.finish_work(actor, work_id=work_id, on=body.on, result=body.result)
    return _whole(actor, work_id)


@router.post("/{int:work_id}/call-off", response=WorkDetail, summary="取消项目：挂起的问题退回")
def call_off(request: HttpRequest, work_id: int, body: WorkReasonIn):
    actor = actor_of(request)
    actions.call_off_work(actor, work_id=work_id, reason=body.reason)
    return _whole(actor, work_id)


@router.post("/{int:work_id}/cases", response=WorkDetail, summary="将问题挂到项目缓办")
def defer_case(request: HttpRequest, work_id: int, body: WorkDeferIn):
    actor = actor_of(request)
    actions.defer_case(actor, work_id=work_id, case_id=body.case, reason=body.reason)
    return _whole(actor, work_id)
