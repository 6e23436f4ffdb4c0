"""Meetings over REST: ``/api/v1/meetings``. The same actions, queries and policies as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.duties.meetings import actions, queries, states
from chuangwen.duties.meetings.models import Meeting, Resolution
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.paging import page_of
from chuangwen.people.models import Unit
from chuangwen.people.named import division_named, unit_named
from chuangwen.web.views import actor_of

router = Router()
KEY = 2**62


class MeetingOut(Schema):
    """A meeting. `state` is planned, invited, held, confirmed, closed or cancelled."""

    id: int
    title: str
    kind: str = Field(description="regular, coordination, promotion, on_site or special")
    state: str
    division: str | None = Field(description="12-digit code")
    convener: int
    chair: str = Field(description="the post that takes the chair, in words")
    place: str
    starts_at: datetime
    minutes: int
    purpose: str
    follows: int | None


class MeetingPageOut(Schema):
    items: list[MeetingOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class InvitedUnitOut(Schema):
    unit: int
    unit_name: str
    came: bool | None
    words: str


class AgendaRowOut(Schema):
    unit: int
    unit_name: str
    title: str
    detail: str
    url: str
    since: str


class AgendaItemOut(Schema):
    """An item. `rows` are as they stood when the meeting opened (`frozen`), before that as they are now."""

    id: int
    source: str
    title: str
    words: str
    minutes: str
    revision: int
    total: int
    frozen: bool
    rows: list[AgendaRowOut]


class ResolutionOut(Schema):
    """What was resolved. `how` is told from its case: noted, under_way, late, deferred, done or dropped."""

    id: int
    meeting: int
    words: str
    unit: int
    unit_name: str
    due_on: date
    case: str | None = Field(description="number of its case")
    how: str


class MeetingDetailOut(MeetingOut):
    invited: list[InvitedUnitOut]
    agenda: list[AgendaItemOut]
    resolutions: list[ResolutionOut]
    carried_on: bool = Field(description="a later meeting of its series has taken up what is open")


class ResolutionPageOut(Schema):
    items: list[ResolutionOut]
    next: int | None = None


class MeetingIn(Schema):
    title: str = Field(max_length=100)
    kind: str = "coordination"
    division: str = Field(max_length=12, description="12-digit code")
    convener: int = Field(ge=1, le=KEY)
    place: str = Field(max_length=120)
    starts_at: datetime
    minutes: int = Field(60, ge=5, le=1440)
    units: list[int] = Field([], max_length=300)
    purpose: str = Field("", max_length=300)
    follows: int | None = Field(None, ge=1, le=KEY)


class CallOffIn(Schema):
    reason: str = Field(max_length=300)


class CameIn(Schema):
    unit: int = Field(ge=1, le=KEY)
    came: bool
    words: str = Field("", max_length=200)


class CameListIn(Schema):
    units: list[CameIn] = Field(max_length=300)


class MinutesIn(Schema):
    """`revision` is the one that was read; 409 where somebody else wrote meanwhile."""

    text: str = Field(max_length=8000)
    revision: int = Field(ge=0, le=2**31 - 1)


class ResolutionIn(Schema):
    words: str = Field(max_length=400)
    unit: int = Field(ge=1, le=KEY)
    due_on: date
    item: int | None = Field(None, ge=1, le=KEY)


def line(row: Meeting) -> dict[str, Any]:
    same = ("title", "kind", "state", "place", "starts_at", "minutes", "purpose")
    return {name: getattr(row, name) for name in same} | {
        "id": row.pk, "division": row.division.code, "convener": row.convener_id, "chair": row.chair_words, "follows": row.follows_id,
    }  # fmt: skip


def resolved(row: Resolution, how: str) -> dict[str, Any]:
    return {
        "id": row.pk, "meeting": row.meeting_id, "words": row.words, "unit": row.unit_id, "unit_name": row.unit.name, "due_on": row.due_on,
        "case": row.case.number if row.case else None, "how": how,
    }  # fmt: skip


def whole(actor: Actor, pk: int) -> dict[str, Any]:
    shown = queries.detail(actor, pk)
    items = [
        {
            "id": one.item.pk, "source": one.item.source, "title": one.item.title, "words": one.item.words, "minutes": one.item.minutes,
            "revision": one.item.minutes_revision, "total": one.total, "frozen": one.frozen, "rows": one.rows,
        }
        for one in shown.lines
    ]  # fmt: skip
    invited = [{"unit": row.unit_id, "unit_name": row.unit.name, "came": row.came, "words": row.words} for row in shown.invited]
    return line(shown.meeting) | {
        "invited": invited, "agenda": items, "resolutions": [resolved(one.row, one.how) for one in shown.resolutions],
        "carried_on": shown.carried,
    }  # fmt: skip


@router.get("", response=MeetingPageOut, summary="会议列表")
def list_meetings(request: HttpRequest, state: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, queries.SEE)
    rows = queries.meetings(actor)
    if state is not None:
        if state not in states.STATES:
            raise Refusal("状态只能是 planned、invited、held、confirmed、closed 或 cancelled。", "duties.state", field="state")
        rows = rows.filter(state=state)
    page = page_of(rows, limit=limit, after=after)
    return {"items": [line(row) for row in page["items"]], "next": page["next"]}


@router.post("", response={201: MeetingDetailOut}, summary="筹备会议（议程按逾期事项自动提出）")
def plan_meeting(request: HttpRequest, given: MeetingIn):
    """A week without room for one of the units is refused with the weeks that have room."""
    actor = actor_of(request)
    access.require(actor, "duties.plan_meeting")
    facts = given.dict()
    units = list(Unit.objects.filter(pk__in=given.units).select_related("division"))
    if len(units) != len(set(given.units)):
        raise Refusal("没有这个单位。", "duties.unknown", field="units")
    starts_at = given.starts_at if given.starts_at.tzinfo else given.starts_at.replace(tzinfo=clock.LOCAL)
    before = access.fetch(actor, "duties.plan_meeting", Meeting, pk=given.follows) if given.follows else None
    facts |= {"division": division_named(given.division), "convener": unit_named(given.convener, "convener"), "units": units}
    facts |= {"starts_at": starts_at, "follows": before}
    return 201, whole(actor, actions.plan_meeting(actor, **facts).pk)


@router.get("/resolutions", response=ResolutionPageOut, summary="议定事项及办理情况（取自问题件的状态）")
def list_resolutions(request: HttpRequest, how: str | None = None, unit: int | None = None, limit: int = 50, after: int | None = None):
    """Newest first. `how`: noted, under_way, late, deferred, done or dropped."""
    actor = actor_of(request)
    access.require(actor, queries.SEE)
    rows, now = queries.resolutions(actor), clock.now()
    if how is not None:
        if how not in states.STANDINGS:
            raise Refusal("办理情况只能是 noted、under_way、late、deferred、done 或 dropped。", "duties.how", field="how")
        rows = rows.filter(queries.standing_condition(how, now))
    if unit is not None:
        rows = rows.filter(unit=unit) if 0 <= unit < 2**63 else rows.none()
    page = page_of(rows, limit=limit, after=after)
    return {"items": [resolved(row, row.standing(now)) for row in page["items"]], "next": page["next"]}


@router.get("/{int:meeting_id}", response=MeetingDetailOut, summary="一次会议：议程、到会单位、议定事项")
def get_meeting(request: HttpRequest, meeting_id: int):
    return whole(actor_of(request), meeting_id)


@router.post("/{int:meeting_id}/propose", response=MeetingDetailOut, summary="按逾期事项补充议程")
def propose(request: HttpRequest, meeting_id: int):
    actions.propose_agenda(actor_of(request), meeting_id=meeting_id)
    return whole(actor_of(request), meeting_id)


@router.post("/{int:meeting_id}/invite", response=MeetingDetailOut, summary="通知参会单位")
def invite(request: HttpRequest, meeting_id: int):
    actions.invite(actor_of(request), meeting_id=meeting_id)
    return whole(actor_of(request), meeting_id)


@router.post("/{int:meeting_id}/open", response=MeetingDetailOut, summary="开会：议程内容就此固定")
def open_meeting(request: HttpRequest, meeting_id: int):
    actions.open_meeting(actor_of(request), meeting_id=meeting_id)
    return whole(actor_of(request), meeting_id)


@router.post("/{int:meeting_id}/units", response=MeetingDetailOut, summary="登记到会单位（只到单位，不到个人）")
def mark_units(request: HttpRequest, meeting_id: int, given: CameListIn):
    came, words = {one.unit: one.came for one in given.units}, {one.unit: one.words for one in given.units}
    actions.mark_units(actor_of(request), meeting_id=meeting_id, came=came, words=words)
    return whole(actor_of(request), meeting_id)


@router.post("/items/{int:agenda_id}/minutes", response=AgendaItemOut, summary="写一项议题的记录")
def write_minutes(request: HttpRequest, agenda_id: int, given: MinutesIn):
    item = actions.write_minutes(actor_of(request), item_id=agenda_id, text=given.text, revision=given.revision)
    return {
        "id": item.pk, "source": item.source, "title": item.title, "words": item.words, "minutes": item.minutes,
        "revision": item.minutes_revision, "total": item.total, "frozen": item.taken_at is not None, "rows": item.rows,
    }  # fmt: skip


@router.post("/{int:meeting_id}/resolutions", response={201: ResolutionOut}, summary="登记议定事项")
def resolve(request: HttpRequest, meeting_id: int, given: ResolutionIn):
    actor = actor_of(request)
    access.require(actor, "duties.keep_minutes")
    row = actions.save_resolution(
        actor, meeting_id=meeting_id, words=given.words, unit=unit_named(given.unit), due_on=given.due_on, item_id=given.item
    )
    return 201, resolved(row, row.standing(clock.now()))


@router.post("/{int:meeting_id}/confirm", response=MeetingDetailOut, summary="确认纪要：议定事项转为问题件交办")
def confirm(request: HttpRequest, meeting_id: int):
    actions.confirm_minutes(actor_of(request), meeting_id=meeting_id)
    return whole(actor_of(request), meeting_id)


@router.post("/{int:meeting_id}/close", response=MeetingDetailOut, summary="办结会议")
def close(request: HttpRequest, meeting_id: int):
    actions.close_meeting(actor_of(request), meeting_id=meeting_id)
    return whole(actor_of(request), meeting_id)


@router.post("/{int:meeting_id}/cancel", response=MeetingDetailOut, summary="取消会议")
def cancel(request: HttpRequest, meeting_id: int, given: CallOffIn):
    actions.cancel_meeting(actor_of(request), meeting_id=meeting_id, reason=given.reason)
    return whole(actor_of(request), meeting_id)
