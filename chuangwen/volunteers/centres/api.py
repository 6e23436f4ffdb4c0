"""The REST resource of practice centres: ``/api/v1/centres``. The same actions, queries and policies as the pages. What centres record is in
``records_api``."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.paging import page_of
from chuangwen.people.named import division_named, unit_named
from chuangwen.places.hours import TimeOfDay
from chuangwen.volunteers.centres import actions, queries, records_api
from chuangwen.volunteers.centres.access import PLAN, SEE
from chuangwen.volunteers.centres.models import Centre, CentreTask
from chuangwen.web.views import actor_of

router = Router()
router.add_router("", records_api.router)
KEY = 2**62


class CentreOut(Schema):
    """A practice centre. `kind` is centre, office, station, point or post; `above` the one under which it hangs."""

    id: int
    number: str
    name: str
    kind: str
    state: str
    division: str | None = Field(description="12-digit code")
    division_name: str
    unit: int
    unit_name: str
    site: str = Field(description="code of the site at which it is inspected")
    address: str
    opens_at: TimeOfDay | None
    closes_at: TimeOfDay | None
    open_days: int = Field(description="bits from Monday")
    responsible_post: str
    phone: str
    about: str
    revision: int


class CentrePageOut(Schema):
    items: list[CentreOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class CentreRoomOut(Schema):
    id: int
    name: str
    area: float | None = Field(description="square metres")
    seats: int | None
    use: str
    equipment: str


class CentrePlatformOut(Schema):
    kind: str
    lead: str
    members: list[str]


class CentreTaskOut(Schema):
    id: int
    title: str
    content: str
    state: str
    given_on: date
    due_on: date
    done_on: date | None
    in_time: bool
    result: str
    link: str
    reason: str


class CentreDetail(CentreOut):
    rooms: list[CentreRoomOut]
    platforms: list[CentrePlatformOut]
    tasks: list[CentreTaskOut]


class CentreIn(Schema):
    name: str = Field(max_length=120)
    kind: str = Field(max_length=8)
    division: str = Field(max_length=12, description="12-digit code")
    unit: int = Field(ge=1, le=KEY)
    above: int | None = Field(None, ge=1, le=KEY)
    address: str = Field("", max_length=200)
    opens_at: TimeOfDay | None = None
    closes_at: TimeOfDay | None = None
    responsible_post: str = Field("", max_length=60)
    phone: str = Field("", max_length=30)
    about: str = Field("", max_length=500)


class CentreTaskIn(Schema):
    title: str = Field(max_length=100)
    content: str = Field("", max_length=500)
    due_on: date


class CentreReportIn(Schema):
    result: str = Field(max_length=500)
    done_on: date
    link: str = Field(max_length=300, description="where it can be seen")


class CentreReasonIn(Schema):
    reason: str = Field(max_length=300)


def _line(row: Centre) -> dict[str, Any]:
    plain = ("number", "name", "kind", "state", "open_days", "responsible_post", "phone", "about", "revision")
    return {name: getattr(row, name) for name in plain} | {
        "id": row.pk, "division": row.division.code, "division_name": row.division.name, "unit": row.unit_id, "unit_name": row.unit.name,
        "site": row.site.code, "address": row.site.address, "opens_at": row.site.opens_at, "closes_at": row.site.closes_at,
    }  # fmt: skip


def _whole(actor: Actor, key: int) -> dict[str, Any]:
    row = access.fetch(actor, SEE, queries.centres(actor), pk=key)
    return _line(row) | {
        "rooms": list(row.rooms.all()), "tasks": list(row.tasks.order_by("-due_on", "-pk")[:100]),
        "platforms": [
            {"kind": one.kind, "lead": one.lead.name, "members": [unit.name for unit in one.members.all()]} for one in queries.platforms_of(row)
        ],
    }  # fmt: skip


@router.get("", response=CentrePageOut, summary="文明实践阵地列表")
def list_centres(request: HttpRequest, kind: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, SEE)
    rows = queries.centres(actor)
    page = page_of(rows.filter(kind=kind.replace("\x00", "")) if kind is not None else rows, limit=limit, after=after)
    return {"items": [_line(row) for row in page["items"]], "next": page["next"]}


@router.post("", response={201: CentreDetail}, summary="新建文明实践阵地")
def make_centre(request: HttpRequest, body: CentreIn):
    actor = actor_of(request)
    access.require(actor, PLAN)
    unit, division = unit_named(body.unit), division_named(body.division)
    above = access.fetch(actor, PLAN, Centre, pk=body.above) if body.above is not None else None
    given = body.dict(exclude={"unit", "division", "above"})
    made = actions.make_centre(actor, unit=unit, division=division, above=above, **given)
    return 201, _whole(actor, made.pk)


@router.get("/{int:centre_id}", response=CentreDetail, summary="一个文明实践阵地")
def get_centre(request: HttpRequest, centre_id: int):
    return _whole(actor_of(request), centre_id)


@router.post("/{int:centre_id}/tasks", response={201: CentreTaskOut}, summary="给阵地交办任务")
def give_task(request: HttpRequest, centre_id: int, body: CentreTaskIn):
    actor = actor_of(request)
    access.fetch(actor, PLAN, Centre, pk=centre_id)
    return 201, actions.give_tasks(actor, centre_ids=[centre_id], **body.dict())[0]


@router.post("/tasks/{int:centre_task_id}/report", response=CentreTaskOut, summary="报告任务完成情况")
def report_task(request: HttpRequest, centre_task_id: int, body: CentreReportIn) -> CentreTask:
    return actions.report_task(actor_of(request), task_id=centre_task_id, **body.dict())


@router.post("/tasks/{int:centre_task_id}/accept", response=CentreTaskOut, summary="确认任务完成，计入台账")
def accept_task(request: HttpRequest, centre_task_id: int) -> CentreTask:
    return actions.accept_task(actor_of(request), task_id=centre_task_id)


@router.post("/tasks/{int:centre_task_id}/send-back", response=CentreTaskOut, summary="退回任务")
def send_back_task(request: HttpRequest, centre_task_id: int, body: CentreReasonIn) -> CentreTask:
    return actions.send_back_task(actor_of(request), task_id=centre_task_id, reason=body.reason)
