"""Inspection days over REST: ``/api/v1/inspections``. The same actions, queries and policies as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.duties.inspection_days import actions, queries, states
from chuangwen.duties.inspection_days.models import AfterItem, DrawnPlace, Inspection
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.paging import page_of
from chuangwen.people.models import Unit
from chuangwen.people.named import division_named, unit_named
from chuangwen.standards.models import Kind
from chuangwen.web.views import actor_of

router = Router()
KEY = 2**62


class InspectionOut(Schema):
    """An inspection. `state` is expected, on, over or closed."""

    id: int
    name: str
    assessors: str
    division: str | None = Field(description="12-digit code")
    state: str
    first: date
    last: date
    hours: int = Field(description="working hours for a problem reported now")
    summary: str
    figures: dict[str, int] = Field(description="as they stood when it was closed")


class InspectionPageOut(Schema):
    items: list[InspectionOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class StandsThereOut(Schema):
    id: int
    unit: int
    unit_name: str
    post: str = Field(description="what the post is called, without a name")
    part: str
    people: int | None = Field(description="how many; null: not said yet")
    task: str
    reason: str


class DrawnPlaceOut(Schema):
    """A drawn place. `state` is waiting, there or left."""

    id: int
    name: str
    division: str | None
    site: str | None = Field(description="code")
    day: date
    state: str
    state_at: datetime | None
    note: str
    assigned: list[StandsThereOut]
    people: int = Field(description="who stand there together, as far as it was said")
    problems: int
    late: int


class InspectionBoardOut(InspectionOut):
    places: list[DrawnPlaceOut]
    people: int = Field(description="at all places together, as far as it was said")
    problems: int
    put_right: int
    late: int
    waiting: int = Field(description="things on the list that nobody follows yet")


class InspectionIn(Schema):
    name: str = Field(max_length=80)
    division: str = Field(max_length=12, description="12-digit code")
    first: date
    last: date
    assessors: str = Field("", max_length=80)
    hours: int = Field(4, ge=1, le=80)
    notes: str = Field("", max_length=500)


class DrawnPlaceIn(Schema):
    """`text`: name or code of a community or a site; a part of the name is enough where only one place bears it."""

    text: str = Field(max_length=120)
    day: date | None = None
    note: str = Field("", max_length=200)


class DrawnStateIn(Schema):
    state: str = Field(max_length=10)


class DrawnAssignIn(Schema):
    unit: int = Field(ge=1, le=KEY)
    part: str = "present"
    task: str = Field("", max_length=200)
    people: int | None = Field(None, ge=1, le=999)


class InspectedProblemIn(Schema):
    description: str = Field(max_length=500)
    seen_by: str = Field("ourselves", description="ourselves or assessors")
    kind: str | None = Field(None, max_length=40, description="code of the kind of problem")
    unit: int | None = Field(None, ge=1, le=KEY)
    photos: list[int] = Field([], max_length=9)
    uid: UUID | None = Field(None, description="the same again gives the same case")


class InspectedProblemOut(Schema):
    case: int
    number: str | None
    state: str
    due_at: datetime | None


class AfterIn(Schema):
    found: str = Field(max_length=300)
    todo: str = Field("", max_length=300)
    place: int | None = Field(None, ge=1, le=KEY)
    unit: int | None = Field(None, ge=1, le=KEY)
    due_on: date | None = None


class AfterFollowIn(Schema):
    """`way`: case, meeting or nothing."""

    way: str = Field("case", max_length=10)
    unit: int | None = Field(None, ge=1, le=KEY)
    due_on: date | None = None
    meeting: int | None = Field(None, ge=1, le=KEY)
    reason: str = Field("", max_length=200)


class AfterOut(Schema):
    id: int
    found: str
    todo: str
    place: int | None
    unit: int | None
    due_on: date | None
    case: str | None
    resolution: int | None
    dropped_reason: str


class InspectionSummaryIn(Schema):
    summary: str = Field(max_length=4000)


class InspectionPhoneOut(Schema):
    unit: str
    places: str
    phone: str
    contact: str
    contact_post: str
    contact_phone: str


def line(row: Inspection) -> dict[str, Any]:
    same = ("name", "assessors", "state", "first", "last", "hours", "summary", "figures")
    return {name: getattr(row, name) for name in same} | {"id": row.pk, "division": row.division.code}


def place_line(place: DrawnPlace, assignments: Any, problems: int = 0, late: int = 0) -> dict[str, Any]:
    return {
        "id": place.pk, "name": str(place), "division": place.division.code, "site": place.site.code if place.site else None, "day": place.day,
        "state": place.state, "state_at": place.state_at, "note": place.note, "problems": problems, "late": late,
        "people": sum(row.people or 0 for row in assignments),
        "assigned": [
            {
                "id": row.pk, "unit": row.unit_id, "unit_name": row.unit.name, "part": row.part, "task": row.task, "reason": row.reason,
                "people": row.people,
                "post": (row.post.title or row.post.get_kind_display()) if row.post else "",
            }
            for row in assignments
        ],
    }  # fmt: skip


def whole(actor: Actor, pk: int) -> dict[str, Any]:
    row = access.fetch(actor, queries.SEE, Inspection.objects.select_related("division"), pk=pk)
    shown = queries.board(actor, row)
    places = [place_line(one.place, one.assignments, one.problems, one.late) for one in shown.lines]
    return line(row) | shown.counts | {"places": places, "people": shown.people, "waiting": shown.waiting}


def place_whole(actor: Actor, pk: int) -> dict[str, Any]:
    shown = queries.place_sheet(actor, pk)
    return place_line(shown.place, shown.assignments, len(shown.found), sum(one.urgency in ("overdue", "supervision") for one in shown.found))


def after_line(row: AfterItem) -> dict[str, Any]:
    same = ("found", "todo", "due_on", "dropped_reason")
    return {name: getattr(row, name) for name in same} | {
        "id": row.pk, "place": row.place_id, "unit": row.unit_id, "case": row.case.number if row.case else None, "resolution": row.resolution_id,
    }  # fmt: skip


def _unit(pk: int | None) -> Unit | None:
    return unit_named(pk) if pk is not None else None


@router.get("", response=InspectionPageOut, summary="迎检日列表")
def list_inspections(request: HttpRequest, state: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, queries.SEE)
    rows = queries.inspections(actor)
    if state is not None:
        if state not in states.STATES:
            raise Refusal("状态只能是 expected、on、over 或 closed。", "duties.state", field="state")
        rows = rows.filter(state=state)
    page = page_of(rows, limit=limit, after=after)
    return {"items": [line(row) for row in page["items"]], "next": page["next"]}


@router.post("", response={201: InspectionBoardOut}, summary="准备一次迎检")
def prepare(request: HttpRequest, given: InspectionIn):
    actor = actor_of(request)
    access.require(actor, "duties.plan_inspection")
    return 201, whole(actor, actions.prepare_inspection(actor, **(given.dict() | {"division": division_named(given.division)})).pk)


@router.get("/{int:inspection_id}", response=InspectionBoardOut, summary="当日看板：抽中点位、到场单位、问题数")
def get_board(request: HttpRequest, inspection_id: int):
    return whole(actor_of(request), inspection_id)


@router.post("/{int:inspection_id}/start", response=InspectionBoardOut, summary="测评组到达")
def start(request: HttpRequest, inspection_id: int):
    actions.start_inspection(actor_of(request), inspection_id=inspection_id)
    return whole(actor_of(request), inspection_id)


@router.post("/{int:inspection_id}/end", response=InspectionBoardOut, summary="测评组离开")
def end(request: HttpRequest, inspection_id: int):
    actions.end_inspection(actor_of(request), inspection_id=inspection_id)
    return whole(actor_of(request), inspection_id)


@router.post("/{int:inspection_id}/close", response=InspectionBoardOut, summary="小结归档")
def close(request: HttpRequest, inspection_id: int, given: InspectionSummaryIn):
    actions.close_inspection(actor_of(request), inspection_id=inspection_id, summary=given.summary)
    return whole(actor_of(request), inspection_id)


@router.post("/{int:inspection_id}/phones", response=list[InspectionPhoneOut], summary="通讯录（每次打开均有记录）")
def open_phones(request: HttpRequest, inspection_id: int):
    lines = actions.open_phones(actor_of(request), inspection_id=inspection_id)
    names = ("unit", "places", "phone", "contact", "contact_post", "contact_phone")
    return [{name: getattr(one, name) for name in names} for one in lines]


@router.post("/{int:inspection_id}/places", response={201: DrawnPlaceOut}, summary="登记抽中的社区或点位")
def add_place(request: HttpRequest, inspection_id: int, given: DrawnPlaceIn):
    place = actions.add_place(actor_of(request), inspection_id=inspection_id, **given.dict())
    return 201, place_whole(actor_of(request), place.pk)


@router.get("/places/{int:drawn_id}", response=DrawnPlaceOut, summary="一个抽中的点位")
def get_place(request: HttpRequest, drawn_id: int):
    return place_whole(actor_of(request), drawn_id)


@router.post("/places/{int:drawn_id}/state", response=DrawnPlaceOut, summary="测评组在场情况")
def mark_place(request: HttpRequest, drawn_id: int, given: DrawnStateIn):
    actions.mark_place(actor_of(request), drawn_id=drawn_id, state=given.state)
    return place_whole(actor_of(request), drawn_id)


@router.post("/places/{int:drawn_id}/assign", response=DrawnPlaceOut, summary="安排单位到场")
def assign(request: HttpRequest, drawn_id: int, given: DrawnAssignIn):
    actor = actor_of(request)
    access.require(actor, "duties.enter_drawn_place")
    actions.assign(actor, drawn_id=drawn_id, unit=unit_named(given.unit), part=given.part, task=given.task, people=given.people)
    return place_whole(actor, drawn_id)


@router.post("/places/{int:drawn_id}/problems", response={201: InspectedProblemOut}, summary="上报现场问题，即时交办")
def report(request: HttpRequest, drawn_id: int, given: InspectedProblemIn):
    actor = actor_of(request)
    access.require(actor, "duties.report_inspected")
    kind = Kind.objects.filter(code=given.kind).select_related("family").first() if given.kind else None
    if given.kind and kind is None:
        raise Refusal("没有这个问题类别。", "duties.unknown", field="kind")
    facts = given.dict() | {"kind": kind, "unit": _unit(given.unit)}
    case = actions.report_problem(actor, drawn_id=drawn_id, **facts)
    return 201, {"case": case.pk, "number": case.number, "state": case.state, "due_at": case.due_at}


@router.get("/{int:inspection_id}/after", response=list[AfterOut], summary="事后清单")
def list_after(request: HttpRequest, inspection_id: int):
    row = access.fetch(actor_of(request), queries.SEE, Inspection, pk=inspection_id)
    return [after_line(one) for one in queries.after_items(row)]


@router.post("/{int:inspection_id}/after", response={201: AfterOut}, summary="登记一项待办")
def add_after(request: HttpRequest, inspection_id: int, given: AfterIn):
    actor = actor_of(request)
    access.require(actor, "duties.work_up_inspection")
    place = access.fetch(actor, queries.SEE_PLACE, DrawnPlace, pk=given.place) if given.place else None
    facts = given.dict() | {"place": place, "unit": _unit(given.unit)}
    return 201, after_line(actions.save_found(actor, inspection_id=inspection_id, **facts))


@router.post("/after/{int:after_id}/follow", response=AfterOut, summary="转为问题件、会议议定事项，或说明不办理由")
def follow(request: HttpRequest, after_id: int, given: AfterFollowIn):
    actor = actor_of(request)
    access.require(actor, "duties.work_up_inspection")
    who = {"unit": _unit(given.unit), "due_on": given.due_on}
    if given.way == "case":
        actions.follow_as_case(actor, after_id=after_id, **who)
    elif given.way == "meeting" and given.meeting is not None:
        actions.follow_in_meeting(actor, after_id=after_id, meeting_id=given.meeting, **who)
    elif given.way == "nothing":
        actions.drop_found(actor, after_id=after_id, reason=given.reason)
    else:
        raise Refusal("方式只能是 case、meeting（须给出会议）或 nothing。", "duties.way", field="way")
    return after_line(access.fetch(actor, "duties.work_up_inspection", AfterItem.objects.select_related("case"), pk=after_id))
