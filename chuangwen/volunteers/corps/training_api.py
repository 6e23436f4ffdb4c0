"""The REST resources of trainings that were held and of policies of insurance: ``/api/v1/volunteers/trainings`` and ``…/insurances``. The same
actions, queries and policies as the pages; whom a course or a policy is about by keys, no names."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.paging import page_of
from chuangwen.people.named import division_named, unit_named
from chuangwen.volunteers.corps import actions, queries
from chuangwen.volunteers.corps.access import SEE_VOLUNTEERS, TRAIN
from chuangwen.volunteers.corps.models import Insurance, Skill, Training
from chuangwen.web.views import actor_of

trainings_router = Router()
insurances_router = Router()
KEY = 2**62


class VolunteerTrainingOut(Schema):
    """A course that was held. `minutes` of each who took part; `months` for which it qualifies for `skill` (0: for ever); `by` who held it."""

    id: int
    title: str
    topic: str
    day: date
    minutes: int
    division: str = Field(description="12-digit code")
    unit: int
    team: int | None
    skill: str | None = Field(description="code of the skill")
    months: int
    by: str
    people: int


class VolunteerTrainingPage(Schema):
    items: list[VolunteerTrainingOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class CoveredIn(Schema):
    """Volunteers by their keys, and all members of teams."""

    volunteers: list[int] = Field([], max_length=2000)
    teams: list[int] = Field([], max_length=200)


class VolunteerTrainingIn(CoveredIn):
    title: str = Field(max_length=80)
    topic: str = Field("", max_length=40)
    day: date
    minutes: int = Field(ge=1, le=6000)
    division: str = Field(max_length=12, description="12-digit code")
    unit: int = Field(ge=1, le=KEY)
    team: int | None = Field(None, ge=1, le=KEY)
    skill: str | None = Field(None, max_length=40, description="code of the skill")
    months: int = Field(0, ge=0, le=120)
    by: str = Field("", max_length=60)


class WasNotThereIn(Schema):
    volunteer: int = Field(ge=1, le=KEY)


class VolunteerInsuranceOut(Schema):
    """A policy; `people` how many volunteers it covers."""

    id: int
    insurer: str
    policy_number: str
    covers: str
    starts_on: date
    ends_on: date
    division: str = Field(description="12-digit code")
    unit: int
    people: int


class VolunteerInsurancePage(Schema):
    items: list[VolunteerInsuranceOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class VolunteerInsuranceIn(CoveredIn):
    insurer: str = Field(max_length=60)
    policy_number: str = Field(max_length=40)
    covers: str = Field("", max_length=200)
    starts_on: date
    ends_on: date
    division: str = Field(max_length=12, description="12-digit code")
    unit: int = Field(ge=1, le=KEY)


def _training(row: Any) -> dict[str, Any]:
    plain = ("title", "topic", "day", "minutes", "months", "by")
    return {name: getattr(row, name) for name in plain} | {
        "id": row.pk, "division": row.division.code, "unit": row.unit_id, "team": row.team_id, "skill": row.skill.code if row.skill else None,
        "people": row.count,
    }  # fmt: skip


def _one_training(actor: Actor, key: int) -> dict[str, Any]:
    return _training(access.fetch(actor, SEE_VOLUNTEERS, queries.counted_trainings(queries.trainings(actor)), pk=key))


def _insurance(row: Any) -> dict[str, Any]:
    plain = ("insurer", "policy_number", "covers", "starts_on", "ends_on")
    return {name: getattr(row, name) for name in plain} | {
        "id": row.pk, "division": row.division.code, "unit": row.unit_id, "people": row.count,
    }  # fmt: skip


def _one_insurance(actor: Actor, key: int) -> dict[str, Any]:
    return _insurance(access.fetch(actor, SEE_VOLUNTEERS, queries.counted_insurances(queries.insurances(actor)), pk=key))


def _skill(code: str | None) -> int | None:
    """The key of a skill; one that is not on the list is no key at all, and refused by the action."""
    return None if code is None else Skill.objects.filter(code=code.replace("\x00", "")).values_list("pk", flat=True).first() or 0


@trainings_router.get("", response=VolunteerTrainingPage, summary="志愿者培训")
def list_trainings(request: HttpRequest, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, SEE_VOLUNTEERS)
    page = page_of(queries.counted_trainings(queries.trainings(actor)), limit=limit, after=after)
    return {"items": [_training(row) for row in page["items"]], "next": page["next"]}


@trainings_router.post("", response={201: VolunteerTrainingOut}, summary="登记一次培训及参加的志愿者")
def record_training(request: HttpRequest, body: VolunteerTrainingIn):
    actor = actor_of(request)
    access.require(actor, TRAIN)
    given = body.dict(exclude={"division", "unit", "team", "skill"})
    row: Training = actions.record_training(
        actor, division=division_named(body.division), unit=unit_named(body.unit), team_id=body.team, skill_id=_skill(body.skill), **given
    )
    return 201, _one_training(actor, row.pk)


@trainings_router.get("/{int:training_id}", response=VolunteerTrainingOut, summary="一次培训")
def get_training(request: HttpRequest, training_id: int):
    return _one_training(actor_of(request), training_id)


@trainings_router.post("/{int:training_id}/people", response=VolunteerTrainingOut, summary="补记参加培训的志愿者")
def add_people(request: HttpRequest, training_id: int, body: CoveredIn):
    actor = actor_of(request)
    actions.add_trained(actor, training_id=training_id, **body.dict())
    return _one_training(actor, training_id)


@trainings_router.post("/{int:training_id}/strike", response=VolunteerTrainingOut, summary="从参加名单中划去未到的人")
def strike_person(request: HttpRequest, training_id: int, body: WasNotThereIn):
    actor = actor_of(request)
    actions.strike_trained(actor, training_id=training_id, volunteer_id=body.volunteer)
    return _one_training(actor, training_id)


@insurances_router.get("", response=VolunteerInsurancePage, summary="志愿者保险")
def list_insurances(request: HttpRequest, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, SEE_VOLUNTEERS)
    page = page_of(queries.counted_insurances(queries.insurances(actor)), limit=limit, after=after)
    return {"items": [_insurance(row) for row in page["items"]], "next": page["next"]}


@insurances_router.post("", response={201: VolunteerInsuranceOut}, summary="登记一份保险及被保险的志愿者")
def record_insurance(request: HttpRequest, body: VolunteerInsuranceIn):
    actor = actor_of(request)
    access.require(actor, TRAIN)
    given = body.dict(exclude={"division", "unit"})
    row: Insurance = actions.record_insurance(actor, division=division_named(body.division), unit=unit_named(body.unit), **given)
    return 201, _one_insurance(actor, row.pk)


@insurances_router.get("/{int:insurance_id}", response=VolunteerInsuranceOut, summary="一份保险")
def get_insurance(request: HttpRequest, insurance_id: int):
    return _one_insurance(actor_of(request), insurance_id)


@insurances_router.post("/{int:insurance_id}/people", response=VolunteerInsuranceOut, summary="增加被保险的志愿者")
def insure(request: HttpRequest, insurance_id: int, body: CoveredIn):
    actor = actor_of(request)
    actions.insure(actor, insurance_id=insurance_id, **body.dict())
    return _one_insurance(actor, insurance_id)
