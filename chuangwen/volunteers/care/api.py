"""The REST resource of care: ``/api/v1/care``. Narrow: lists with names covered, one person whose reading is recorded, and what is recorded;
plans are in ``plans_api``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.kernel import access
from chuangwen.kernel.paging import page_of
from chuangwen.people.named import division_named, unit_named
from chuangwen.volunteers.care import actions, plans_api, queries, words
from chuangwen.volunteers.care.access import MANAGE, SEE
from chuangwen.volunteers.care.actions.base import take
from chuangwen.volunteers.care.forms import PersonForm
from chuangwen.volunteers.care.models import CareAlarm, CareRecord
from chuangwen.volunteers.care.plans_api import CareHelperOut, CareRhythmOut
from chuangwen.web.form_bodies import filled
from chuangwen.web.views import actor_of

router = Router()
router.add_router("", plans_api.router)
KEY = 2**62


class CareLineOut(Schema):
    """Somebody who is cared for, covered. `call_today` is open, kept, missed, excused or null; `pair` how many of two there are."""

    id: int = Field(description="of the person")
    name: str = Field(description="covered; a number for who stands above, unless there is an alarm")
    kind: str
    division: str | None = Field(description="12-digit code")
    division_name: str
    state: str
    pair: int
    stand_ins: int
    call_today: str | None
    missed: int = Field(description="in the last four weeks")
    alarm: bool


class CarePage(Schema):
    items: list[CareLineOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class CaredPersonOut(Schema):
    """One person in full. The relative is null unless an alarm is open or the reader is of the pair."""

    id: int
    name: str
    phone: str
    kind: str
    division: str | None
    address: str
    birth_month: int | None
    birth_day: int | None
    notes: str
    consent: str
    consented_on: date
    family_name: str | None
    family_phone: str | None
    state: str
    revision: int
    helpers: list[CareHelperOut]
    rhythms: list[CareRhythmOut]


class CaredPersonIn(Schema):
    name: str = Field(max_length=40)
    phone: str = Field(max_length=20)
    kind: str = "alone"
    division: str = Field(max_length=12, description="12-digit code")
    unit: int = Field(ge=1, le=KEY)
    address: str = Field("", max_length=120)
    birth_month: int | None = Field(None, ge=1, le=12)
    birth_day: int | None = Field(None, ge=1, le=31)
    birth_year: int | None = Field(None, ge=1900, le=2100)
    notes: str = Field("", max_length=200, description="nothing about health")
    consented_on: date
    consent: str = "paper"
    family_name: str = Field("", max_length=40, description="a relative who agrees to it")
    family_relation: str = Field("", max_length=20)
    family_phone: str = Field("", max_length=20)
    family_consented_on: date | None = None
    team: int | None = Field(None, ge=1, le=KEY, description="team of the pair")


class CaredPersonEdit(Schema):
    """What is changed of a person; what is left out stays."""

    name: str | None = Field(None, max_length=40)
    phone: str | None = Field(None, max_length=20)
    kind: str | None = None
    division: str | None = Field(None, max_length=12, description="12-digit code")
    unit: int | None = Field(None, ge=1, le=KEY)
    address: str | None = Field(None, max_length=120)
    birth_month: int | None = Field(None, ge=1, le=12)
    birth_day: int | None = Field(None, ge=1, le=31)
    birth_year: int | None = Field(None, ge=1900, le=2100)
    notes: str | None = Field(None, max_length=200, description="nothing about health")
    consented_on: date | None = None
    consent: str | None = None
    family_name: str | None = Field(None, max_length=40)
    family_relation: str | None = Field(None, max_length=20)
    family_phone: str | None = Field(None, max_length=20)
    family_consented_on: date | None = None
    team: int | None = Field(None, ge=1, le=KEY, description="team of the pair")
    revision: int | None = Field(None, ge=1, le=KEY, description="409 where it was changed since")


class CareRecordIn(Schema):
    """`uid` is made by whoever records: the same one again is the same record. `outcome`: well, not_reached, needs_help."""

    uid: UUID
    kind: str = Field("call", description="call, visit, event, birthday")
    outcome: str
    at: datetime | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None
    words: str = Field("", max_length=200)


class CareLookIn(Schema):
    reason: str = Field(max_length=200, description="at least four characters; those who look after the person read it")


class CareRecordOut(Schema):
    id: int
    uid: UUID
    kind: str
    outcome: str
    day: date
    at: datetime


class CareAlarmOut(Schema):
    id: int
    person: int
    name: str = Field(description="covered")
    cause: str
    day: date
    stage: int = Field(description="who was told: 1 the pair and stand-ins, 2 the leader, 3 the community")
    raised_at: datetime
    closed_at: datetime | None
    closing: str


class CareAlarmPage(Schema):
    items: list[CareAlarmOut]
    next: int | None = None


class CareClosingIn(Schema):
    words: str = Field(max_length=200)


def _line(plan: Any) -> dict[str, Any]:
    person = plan.person
    return {
        "id": person.pk, "name": words.whom(person, plan.named or plan.alarmed), "kind": person.kind, "division": person.division.code,
        "division_name": person.division.name, "state": plan.state, "pair": plan.pair_count, "stand_ins": plan.stand_in_count,
        "call_today": plan.call_today, "missed": plan.missed_count, "alarm": plan.alarmed,
    }  # fmt: skip


def _alarm(alarm: CareAlarm) -> dict[str, Any]:
    plain = ("cause", "day", "stage", "raised_at", "closed_at", "closing")
    person = alarm.plan.person
    return {name: getattr(alarm, name) for name in plain} | {"id": alarm.pk, "person": person.pk, "name": person.masked_name}


def _person(request: HttpRequest, key: int) -> dict[str, Any]:
    found = queries.opened(actor_of(request), key)
    person, plan = found.person, found.plan
    plain = ("name", "phone", "kind", "address", "birth_month", "birth_day", "notes", "consent", "consented_on")
    return {name: getattr(person, name) for name in plain} | {
        "id": person.pk, "division": person.division.code, "state": plan.state, "revision": plan.revision,
        "family_name": person.family_name if found.family else None, "family_phone": person.family_phone if found.family else None,
        "helpers": [{"volunteer": row.volunteer_id, "name": str(row.volunteer), "role": row.role} for row in found.helpers],
        "rhythms": list(plan.rhythms.all()),
    }  # fmt: skip


@router.get("/people", response=CarePage, summary="关爱对象列表（姓名脱敏）")
def list_cared_people(request: HttpRequest, state: str | None = None, limit: int = 50, after: int | None = None):
    actor = actor_of(request)
    access.require(actor, SEE)
    rows = queries.counted(queries.named(actor, queries.plans(actor)))
    page = page_of(rows.filter(state=state.replace("\x00", "")) if state is not None else rows, limit=limit, after=after)
    return {"items": [_line(plan) for plan in page["items"]], "next": page["next"]}


@router.post("/people", response={201: CaredPersonOut}, summary="登记关爱对象（须本人同意）")
def make_cared_person(request: HttpRequest, body: CaredPersonIn):
    actor = actor_of(request)
    access.require(actor, MANAGE)
    given = body.dict() | {"unit": unit_named(body.unit), "division": division_named(body.division)}
    form = filled(lambda data: PersonForm(data, actor=actor), given)
    person = actions.make_cared_person(actor, **{name: value for name, value in form.cleaned_data.items() if name != "revision"})
    return 201, _person(request, person.pk)


@router.get("/people/{int:cared_id}", response=CaredPersonOut, summary="一名关爱对象（查看留痕）")
def get_cared_person(request: HttpRequest, cared_id: int):
    return _person(request, cared_id)


@router.post("/people/{int:cared_id}", response=CaredPersonOut, summary="修改关爱对象信息")
def edit_cared_person(request: HttpRequest, cared_id: int, body: CaredPersonEdit):
    """What is left out stays; an empty text takes it away."""
    actor = actor_of(request)
    plan, _verb = take(actor, None, cared_id, lock=False)
    given = {name: value for name, value in body.dict(exclude_unset=True).items() if value is not None}
    if "division" in given:
        given["division"] = division_named(given["division"])
    facts = dict(filled(lambda data: PersonForm(data, actor=actor, row=plan), given).cleaned_data)
    actions.edit_cared_person(actor, person_id=cared_id, expected=facts.pop("revision"), **facts)
    return _person(request, cared_id)


@router.post("/people/{int:cared_id}/look", response=CaredPersonOut, summary="上级单位负责人说明理由后查看（留痕，结对人和社区可见）")
def look_at_cared_person(request: HttpRequest, cared_id: int, body: CareLookIn):
    actions.look_from_above(actor_of(request), person_id=cared_id, reason=body.reason)
    return _person(request, cared_id)


@router.post("/people/{int:cared_id}/records", response={201: CareRecordOut}, summary="记录一次问候或探访")
def record_care(request: HttpRequest, cared_id: int, body: CareRecordIn) -> tuple[int, CareRecord]:
    return 201, actions.record_care(actor_of(request), person_id=cared_id, **body.dict())


@router.get("/alarms", response=CareAlarmPage, summary="当日及未关闭的预警（姓名脱敏）")
def list_care_alarms(request: HttpRequest, limit: int = 50, after: int | None = None):
    actor = actor_of(request)
    access.require(actor, SEE)
    page = page_of(queries.alarms(actor), limit=limit, after=after)
    return {"items": [_alarm(alarm) for alarm in page["items"]], "next": page["next"]}


@router.post("/alarms/{int:care_alarm_id}/close", response=CareAlarmOut, summary="关闭预警")
def close_care_alarm(request: HttpRequest, care_alarm_id: int, body: CareClosingIn):
    alarm = actions.close_care_alarm(actor_of(request), alarm_id=care_alarm_id, words=body.words)
    return _alarm(CareAlarm.objects.select_related("plan__person").get(pk=alarm.pk))
