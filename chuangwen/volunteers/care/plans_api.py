"""Plans of care as REST beside ``api``: rhythm, pair and stand-ins, time away, handing over, the end. Answers name volunteers and
keys, never the person: whoever needs that opens the person, which is recorded."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.people.named import division_named
from chuangwen.volunteers.care import actions, helpers, queries
from chuangwen.volunteers.care.access import MANAGE
from chuangwen.volunteers.care.actions.base import HELPING, LEADING, take
from chuangwen.volunteers.care.forms import AwayForm, HelpersForm, PersonForm, ReasonForm, RhythmForm
from chuangwen.volunteers.care.models import CareDue, CarePlan
from chuangwen.web.form_bodies import filled
from chuangwen.web.views import actor_of

router = Router()
KEY = 2**62
PROPOSED = 12
Every = Literal["", "day", "workday", "week", "month", "written"]


class CareHelperOut(Schema):
    volunteer: int
    name: str
    role: str


class CareRhythmOut(Schema):
    kind: str
    span: str
    rule: str = Field(description="RFC 5545")
    times: int
    on_day_off: str


class CareOwedOut(Schema):
    """What is owed from `first` to `last`. `state` is open, kept, missed or excused."""

    id: int
    kind: str
    first: date
    last: date
    wanted: int
    done: int
    state: str
    excused: str


class CarePlanOut(Schema):
    """How somebody is looked after. `state` is running, away or ended; `owed` of the last four weeks and now."""

    person: int
    state: str
    unit: int
    unit_name: str
    team: int | None
    away_until: date | None
    calls_count: bool
    revision: int
    helpers: list[CareHelperOut]
    rhythms: list[CareRhythmOut]
    owed: list[CareOwedOut]


class CareProposedOut(Schema):
    """Somebody who would suit: near, with time, without many people yet. `metres` null where a place is not known."""

    volunteer: int
    name: str
    metres: int | None
    free: int = Field(description="parts of the week")
    load: int = Field(description="people whom they look after already")


class CareRhythmIn(Schema):
    """How often each kind is owed: day, workday, week or month, empty for not owed; what is left out stays. `times` in a week or month."""

    call_every: Every | None = None
    call_times: int | None = Field(None, ge=1, le=7)
    visit_every: Every | None = None
    visit_times: int | None = Field(None, ge=1, le=7)
    event_every: Every | None = None
    event_times: int | None = Field(None, ge=1, le=7)
    calls_count: bool | None = Field(None, description="telephone minutes count as hours of service")
    revision: int | None = Field(None, ge=1, le=KEY, description="409 where it was changed since")


class CareHelpersIn(Schema):
    """Keys of volunteers, of those who help now or are proposed; what is left out stays, an empty list takes all away."""

    pair: list[int] | None = Field(None, max_length=2)
    stand_ins: list[int] | None = Field(None, max_length=3, description="in the order in which they stand in")
    revision: int | None = Field(None, ge=1, le=KEY, description="409 where it was changed since")


class CareHandOverIn(Schema):
    """Who answers for somebody from now on: the unit, the team of the pair, and the community where the person moved."""

    unit: int | None = Field(None, ge=1, le=KEY)
    team: int | None = Field(None, ge=1, le=KEY)
    division: str | None = Field(None, max_length=12, description="12-digit code")
    revision: int | None = Field(None, ge=1, le=KEY, description="409 where it was changed since")


class CareAwayIn(Schema):
    reason: str = Field(max_length=200)
    until: date | None = Field(None, description="the last day; left out: until they are back")


class CareReasonIn(Schema):
    reason: str = Field(max_length=200)


def _taken(actor: Actor, person_id: int, verbs: Any) -> CarePlan:
    return take(actor, None, person_id, verbs, lock=False)[0]


def _given(body: Schema) -> dict[str, Any]:
    """What the body says; null stands for left out."""
    return {name: value for name, value in body.dict(exclude_unset=True).items() if value is not None}


def _plan(person_id: int) -> dict[str, Any]:
    """Five queries."""
    plan = CarePlan.objects.select_related("person__unit").get(person=person_id)
    plain = ("state", "away_until", "calls_count", "revision")
    there = plan.person.helpers.select_related("volunteer__person").order_by("role", "order")
    return {name: getattr(plan, name) for name in plain} | {
        "person": plan.person_id, "unit": plan.person.unit_id, "unit_name": plan.person.unit.name, "team": plan.team_id,
        "helpers": [{"volunteer": row.volunteer_id, "name": str(row.volunteer), "role": row.role} for row in there],
        "rhythms": list(plan.rhythms.all()), "owed": queries.recent(plan, clock.today()),
    }  # fmt: skip


@router.get("/people/{int:cared_id}/plan", response=CarePlanOut, summary="关爱计划：频次、结对、应完成情况（不含个人信息）")
def get_care_plan(request: HttpRequest, cared_id: int):
    _taken(actor_of(request), cared_id, HELPING)
    return _plan(cared_id)


@router.post("/people/{int:cared_id}/rhythm", response=CarePlanOut, summary="设定关爱频次")
def set_care_rhythm(request: HttpRequest, cared_id: int, body: CareRhythmIn):
    actor = actor_of(request)
    plan = _taken(actor, cared_id, (MANAGE,))
    form = filled(lambda data: RhythmForm(data, plan=plan), _given(body))
    actions.save_care_rhythm(
        actor, person_id=cared_id, rhythms=form.rhythms(), calls_count=form.cleaned_data["calls_count"], expected=form.cleaned_data["revision"]
    )
    return _plan(cared_id)


@router.get("/people/{int:cared_id}/proposals", response=list[CareProposedOut], summary="合适的结对志愿者（最合适的在前）")
def propose_helpers(request: HttpRequest, cared_id: int):
    plan = _taken(actor_of(request), cared_id, LEADING)
    return [
        {
            "volunteer": volunteer.pk, "name": str(volunteer), "metres": round(choice.metres) if choice.metres is not None else None,
            "free": choice.free, "load": choice.load,
        }
        for choice, volunteer in helpers.proposals(plan.person, PROPOSED)
    ]  # fmt: skip


@router.post("/people/{int:cared_id}/helpers", response=CarePlanOut, summary="设定结对和替补志愿者")
def set_care_helpers(request: HttpRequest, cared_id: int, body: CareHelpersIn):
    actor = actor_of(request)
    plan = _taken(actor, cared_id, LEADING)
    given: dict[str, Any] = {} if body.revision is None else {"revision": body.revision}
    for names, keys in ((("first", "second"), body.pair), (("third", "fourth", "fifth"), body.stand_ins)):
        if keys is not None:
            given |= dict.fromkeys(names, "") | dict(zip(names, keys, strict=False))
    form = filled(lambda data: HelpersForm(data, plan=plan), given)
    actions.set_helpers(
        actor, person_id=cared_id, pair=form.chosen("first", "second"), stand_ins=form.chosen("third", "fourth", "fifth"),
        expected=form.cleaned_data["revision"],
    )  # fmt: skip
    return _plan(cared_id)


@router.post("/people/{int:cared_id}/hand-over", response=CarePlanOut, summary="移交关爱计划（责任单位、结对队伍、所在社区）")
def hand_over_care(request: HttpRequest, cared_id: int, body: CareHandOverIn):
    actor = actor_of(request)
    plan = _taken(actor, cared_id, (MANAGE,))
    given = _given(body)
    if "division" in given:
        given["division"] = division_named(given["division"])
    form = filled(lambda data: PersonForm(data, actor=actor, row=plan), given)
    facts = {name: form.cleaned_data[name] for name in ("unit", "team", "division")}
    actions.edit_cared_person(actor, person_id=cared_id, expected=form.cleaned_data["revision"], **facts)
    return _plan(cared_id)


@router.post("/people/{int:cared_id}/away", response=CarePlanOut, summary="暂时外出：期间不安排关爱、不预警")
def go_away(request: HttpRequest, cared_id: int, body: CareAwayIn):
    actor = actor_of(request)
    _taken(actor, cared_id, LEADING)
    actions.go_away(actor, person_id=cared_id, **filled(AwayForm, _given(body)).cleaned_data)
    return _plan(cared_id)


@router.post("/people/{int:cared_id}/back", response=CarePlanOut, summary="已返回，恢复关爱")
def come_back(request: HttpRequest, cared_id: int):
    actions.come_back(actor_of(request), person_id=cared_id)
    return _plan(cared_id)


@router.post("/people/{int:cared_id}/end", response=CarePlanOut, summary="结束关爱并说明理由（到期删除个人信息）")
def end_care(request: HttpRequest, cared_id: int, body: CareReasonIn):
    actor = actor_of(request)
    _taken(actor, cared_id, (MANAGE,))
    actions.end_care(actor, person_id=cared_id, **filled(ReasonForm, _given(body)).cleaned_data)
    return _plan(cared_id)


@router.post("/owed/{int:care_due_id}/excuse", response=CareOwedOut, summary="说明理由后免去一次关爱")
def excuse_care(request: HttpRequest, care_due_id: int, body: CareReasonIn):
    actor = actor_of(request)
    person_id = CareDue.objects.filter(pk=care_due_id).values_list("plan__person", flat=True).first()
    _taken(actor, person_id or 0, LEADING)
    actions.excuse_care(actor, due_id=care_due_id, **filled(ReasonForm, _given(body)).cleaned_data)
    return CareDue.objects.get(pk=care_due_id)
