"""The REST resource of activities: ``/api/v1/activities``. The same actions, queries and policies as the pages; no volunteer's name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.paging import page_of
from chuangwen.volunteers.activities import actions, queries
from chuangwen.volunteers.activities.access import LEAD, PLAN, SEE
from chuangwen.volunteers.activities.actions.planning import ShiftPlan
from chuangwen.volunteers.activities.models import Activity, SignUp
from chuangwen.volunteers.corps.models import Team
from chuangwen.volunteers.presence.models import Presence
from chuangwen.volunteers.presence.recording import Spot
from chuangwen.web.views import actor_of

router = Router()
KEY = 2**62


class ActivityShiftOut(Schema):
    """A shift; `taken` of its `places` are given, `waiting` wait."""

    id: int
    starts_at: datetime
    ends_at: datetime
    places: int
    taken: int
    waiting: int


class VolunteerActivityOut(Schema):
    """An activity. `state` is draft, asked, approved, open, held, closed or called_off; `came` is counted from presences when it is closed."""

    id: int
    number: str
    title: str
    kind: str
    festival: str
    theme: str
    about: str
    team: int
    team_name: str
    division: str | None = Field(description="12-digit code")
    place: str
    state: str
    first_at: datetime | None
    last_at: datetime | None
    came: int | None
    served: int | None
    result: str
    reason: str
    revision: int


class VolunteerActivityPage(Schema):
    items: list[VolunteerActivityOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class VolunteerActivityDetail(VolunteerActivityOut):
    shifts: list[ActivityShiftOut]


class ActivityShiftIn(Schema):
    starts_at: datetime
    ends_at: datetime
    places: int = Field(ge=1, le=2000)


class VolunteerActivityIn(Schema):
    team: int = Field(ge=1, le=KEY)
    title: str = Field(max_length=80)
    kind: str = "other"
    festival: str = ""
    about: str = Field("", max_length=1000)
    place: str = Field("", max_length=120)
    shifts: list[ActivityShiftIn] = Field([], max_length=60)


class ActivityAgainIn(Schema):
    month: date = Field(description="any day of the month")


class ActivityReasonIn(Schema):
    reason: str = Field(max_length=200)


class ActivityCloseIn(Schema):
    result: str = Field(max_length=500)
    served: int | None = Field(None, ge=0, le=10_000_000)


class PresenceCodeIn(Schema):
    """The code that stands there, typed in with signal or without. `at` (when it was typed in) and `phone_now` (when it was sent) are by the
    phone's clock and go together; nothing: now. The same `uid` again is the same presence."""

    code: str = Field(max_length=20)
    at: datetime | None = None
    phone_now: datetime | None = None
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)
    accuracy: int | None = Field(None, ge=0, le=1_000_000, description="metres")
    uid: UUID | None = None
    device: str = Field("", max_length=60)


class PresenceOut(Schema):
    """One's own presence. `state` is open, ended or void."""

    uid: UUID
    shift: int
    state: str
    began_at: datetime
    ended_at: datetime | None


class SignUpOut(Schema):
    """One's own sign-up. `state` is in, waiting or withdrawn; `order` the how-manieth one asked."""

    id: int
    shift: int
    state: str
    order: int
    asked_at: datetime


def _line(row: Activity) -> dict[str, Any]:
    plain = ("number", "title", "kind", "festival", "about", "state", "first_at", "last_at", "came", "served", "result", "reason", "revision")
    return {name: getattr(row, name) for name in plain} | {
        "id": row.pk, "theme": row.theme.name if row.theme else "", "team": row.team_id, "team_name": row.team.name,
        "division": row.division.code, "place": row.where,
    }  # fmt: skip


def _whole(actor: Actor, key: int, verb: str = SEE) -> dict[str, Any]:
    row = access.fetch(actor, verb, queries.activities(actor, verb), pk=key)
    waiting = dict.fromkeys(row.shifts.values_list("pk", flat=True), 0)
    for shift in SignUp.objects.filter(shift__in=waiting, state="waiting").values_list("shift", flat=True):
        waiting[shift] += 1
    return _line(row) | {
        "shifts": [
            {"id": one.pk, "starts_at": one.starts_at, "ends_at": one.ends_at, "places": one.places, "taken": one.taken,
             "waiting": waiting.get(one.pk, 0)}
            for one in row.shifts.all()
        ]
    }  # fmt: skip


@router.get("", response=VolunteerActivityPage, summary="志愿服务活动列表")
def list_activities(request: HttpRequest, state: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, SEE)
    rows = queries.activities(actor)
    page = page_of(rows.filter(state=state.replace("\x00", "")) if state is not None else rows, limit=limit, after=after)
    return {"items": [_line(row) for row in page["items"]], "next": page["next"]}


@router.post("", response={201: VolunteerActivityDetail}, summary="起草活动")
def make_activity(request: HttpRequest, body: VolunteerActivityIn):
    actor = actor_of(request)
    access.require(actor, PLAN)
    team = Team.objects.filter(pk=body.team).first()
    if team is None:
        raise Refusal("没有这支队伍。", "unknown", field="team")
    shifts = [_plan(one) for one in body.shifts]
    row = actions.make_activity(actor, team=team, shifts=shifts, **body.dict(exclude={"team", "shifts"}))
    return 201, _whole(actor, row.pk, PLAN)


def _plan(one: ActivityShiftIn) -> ShiftPlan:
    if one.starts_at.tzinfo is None or one.ends_at.tzinfo is None:
        raise Refusal("时间要带时区，例如 2026-12-04T09:00:00+08:00。", "volunteers.shift_time", field="starts_at")
    return ShiftPlan(one.starts_at, one.ends_at, one.places)


@router.post("/again", response={201: list[VolunteerActivityOut]}, summary="按去年起草一个月的活动")
def draft_again(request: HttpRequest, body: ActivityAgainIn):
    actor = actor_of(request)
    made = actions.draft_again(actor, month=body.month)
    return 201, [_line(row) for row in made]


@router.get("/{int:activity_id}", response=VolunteerActivityDetail, summary="一个活动")
def get_activity(request: HttpRequest, activity_id: int):
    return _whole(actor_of(request), activity_id)


@router.post("/{int:activity_id}/shifts", response={201: VolunteerActivityDetail}, summary="新增场次")
def add_shift(request: HttpRequest, activity_id: int, body: ActivityShiftIn):
    actor, plan = actor_of(request), _plan(body)
    actions.save_shift(actor, activity_id=activity_id, starts_at=plan.starts_at, ends_at=plan.ends_at, places=plan.places)
    return 201, _whole(actor, activity_id, PLAN)


@router.post("/{int:activity_id}/ask", response=VolunteerActivityDetail, summary="提交审批")
def ask(request: HttpRequest, activity_id: int):
    actor = actor_of(request)
    actions.ask_approval(actor, activity_id=activity_id)
    return _whole(actor, activity_id, PLAN)


@router.post("/{int:activity_id}/approve", response=VolunteerActivityDetail, summary="批准")
def approve(request: HttpRequest, activity_id: int):
    actor = actor_of(request)
    actions.approve_activity(actor, activity_id=activity_id)
    return _whole(actor, activity_id)


@router.post("/{int:activity_id}/open", response=VolunteerActivityDetail, summary="开放报名")
def open_sign_up(request: HttpRequest, activity_id: int):
    actor = actor_of(request)
    actions.open_sign_up(actor, activity_id=activity_id)
    return _whole(actor, activity_id, PLAN)


@router.post("/{int:activity_id}/call-off", response=VolunteerActivityDetail, summary="取消活动：通知已报名和候补的人")
def call_off(request: HttpRequest, activity_id: int, body: ActivityReasonIn):
    actor = actor_of(request)
    actions.call_off_activity(actor, activity_id=activity_id, reason=body.reason)
    return _whole(actor, activity_id, PLAN)


@router.post("/{int:activity_id}/close", response=VolunteerActivityDetail, summary="填写结果办结：到场人数按到场记录统计，计入台账一次")
def close(request: HttpRequest, activity_id: int, body: ActivityCloseIn):
    actor = actor_of(request)
    actions.close_activity(actor, activity_id=activity_id, result=body.result, served=body.served)
    return _whole(actor, activity_id, LEAD)


@router.post("/shifts/{int:activity_shift_id}/sign-up", response=SignUpOut, summary="本人报名：有名额即报上，没有则按先后候补")
def sign_up(request: HttpRequest, activity_shift_id: int):
    return _own(actions.sign_up(actor_of(request), activity_shift_id=activity_shift_id))


@router.post("/sign-ups/{int:sign_up_id}/withdraw", response=SignUpOut, summary="本人退出：名额由候补递补")
def withdraw(request: HttpRequest, sign_up_id: int):
    return _own(actions.withdraw(actor_of(request), sign_up_id=sign_up_id))


def _own(row: SignUp) -> dict[str, Any]:
    return {"id": row.pk, "shift": row.shift_id, "state": row.state, "order": row.order, "asked_at": row.asked_at}


def _typed(body: PresenceCodeIn) -> dict[str, Any]:
    """As the actions take it; a time without a zone is meant as local."""
    moments = {name: getattr(body, name) for name in ("at", "phone_now")}
    spot = Spot(body.lat, body.lon, body.accuracy) if body.lat is not None and body.lon is not None else None
    return {"code": body.code, "spot": spot} | {
        name: at.replace(tzinfo=clock.LOCAL) if at is not None and at.tzinfo is None else at for name, at in moments.items()
    }


def _present(row: Presence) -> dict[str, Any]:
    return {"uid": row.uid, "shift": row.source_id, "state": row.state, "began_at": row.began_at, "ended_at": row.ended_at}


@router.post("/shifts/{int:activity_shift_id}/begin", response=PresenceOut, summary="本人到场：输入现场变化的六位码")
def begin_presence(request: HttpRequest, activity_shift_id: int, body: PresenceCodeIn):
    given = _typed(body) | {"uid": body.uid, "device": body.device}
    return _present(actions.begin_by_code(actor_of(request), activity_shift_id=activity_shift_id, **given))


@router.post("/shifts/{int:activity_shift_id}/end", response=PresenceOut, summary="本人离场：再输入一次现场的六位码")
def end_presence(request: HttpRequest, activity_shift_id: int, body: PresenceCodeIn):
    return _present(actions.end_by_code(actor_of(request), activity_shift_id=activity_shift_id, **_typed(body)))
