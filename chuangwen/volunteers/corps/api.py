"""The REST resources of teams and volunteers. The same actions, queries and policies as the pages; telephone numbers are masked;
who is in which team is in ``members_api``."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.paging import page_of
from chuangwen.people.named import division_named, unit_named
from chuangwen.volunteers.corps import actions, members_api, queries, words
from chuangwen.volunteers.corps.access import ENROL, MANAGE_TEAMS, SEE_TEAMS, SEE_VOLUNTEERS
from chuangwen.volunteers.corps.models import Skill, Volunteer
from chuangwen.web.views import actor_of

router = Router()
router.add_router("", members_api.router)
KEY = 2**62


class VolunteerTeamOut(Schema):
    """A team of volunteers. `kind` is corps, brigade, team or special; `state` active, paused or closed; `reach` in metres."""

    id: int
    number: str
    name: str
    kind: str
    state: str
    division: str | None = Field(description="12-digit code")
    division_name: str
    unit: int
    unit_name: str
    leader: int | None = Field(description="key of the volunteer")
    members: int
    skills: list[str] = Field(description="codes of skills")
    phone: str = Field(description="of the team")
    about: str
    lat: float | None
    lon: float | None
    reach: int
    weekly: int
    started_on: date
    closed_on: date | None
    revision: int


class VolunteerTeamPage(Schema):
    items: list[VolunteerTeamOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class VolunteerTeamIn(Schema):
    name: str = Field(max_length=80)
    kind: str = "team"
    division: str = Field(max_length=12, description="12-digit code")
    unit: int = Field(ge=1, le=KEY)
    parent: int | None = Field(None, ge=1, le=KEY)
    skills: list[str] = Field([], max_length=60, description="codes of skills")
    phone: str = Field("", max_length=30)
    about: str = Field("", max_length=500)
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)
    reach: int = Field(1200, ge=0, le=200_000)
    weekly: int = Field(0, ge=0, le=1000)


class VolunteerLeaderIn(Schema):
    volunteer: int | None = Field(None, ge=1, le=KEY)
    reason: str = Field("", max_length=200)


class VolunteerReasonIn(Schema):
    reason: str = Field(max_length=200)


class VolunteerOut(Schema):
    """A volunteer. `phone` is masked; `free` bits of the week from Monday morning (`day * 3 + part`); of a document only whether it is filed."""

    id: int
    number: str
    name: str
    phone: str
    state: str
    division: str | None = Field(description="12-digit code")
    division_name: str
    skills: list[str] = Field(description="codes of skills")
    free: int
    teams: list[int]
    minor: bool
    document_on_file: bool
    registered_on: date
    left_on: date | None
    revision: int


class VolunteerPage(Schema):
    items: list[VolunteerOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class VolunteerIn(Schema):
    """Who is registered at the desk. `agrees`: the person has agreed to the privacy notice. `born_on` only under 18; under 14 a guardian."""

    name: str = Field(max_length=40)
    phone: str = Field(max_length=20)
    division: str = Field(max_length=12, description="12-digit code")
    agrees: bool
    skills: list[str] = Field([], max_length=60, description="codes of skills")
    free: int = Field(0, ge=0, lt=1 << 21)
    team: int | None = Field(None, ge=1, le=KEY)
    born_on: date | None = None
    guardian_name: str = Field("", max_length=40)
    guardian_phone: str = Field("", max_length=20)
    guardian_consents: bool = False


class VolunteerSkillOut(Schema):
    code: str
    name: str
    group: str
    qualified: bool = Field(description="takes a training")


def _skills(codes: list[str]) -> list[int]:
    found = dict(Skill.objects.filter(code__in=[code.replace("\x00", "") for code in codes], active=True).values_list("code", "pk"))
    if set(codes) - set(found):
        raise Refusal("没有这项服务技能。", "unknown", field="skills")
    return list(found.values())


def _team(team: Any) -> dict[str, Any]:
    plain = ("number", "name", "kind", "state", "phone", "about", "lat", "lon", "reach", "weekly", "started_on", "closed_on", "revision")
    return {name: getattr(team, name) for name in plain} | {
        "id": team.pk, "division": team.division.code, "division_name": team.division.name, "unit": team.unit_id, "unit_name": team.unit.name,
        "leader": team.leader_id, "members": team.member_count, "skills": [skill.code for skill in team.skills.all()],
    }  # fmt: skip


def _one_team(actor: Actor, key: int) -> dict[str, Any]:
    return _team(access.fetch(actor, SEE_TEAMS, queries.counted_teams(queries.teams(actor)), pk=key))


def _volunteer(one: Any) -> dict[str, Any]:
    plain = ("number", "state", "free", "registered_on", "left_on", "revision")
    return {name: getattr(one, name) for name in plain} | {
        "id": one.pk, "name": one.person.name, "phone": words.masked_phone(one), "division": one.division.code,
        "division_name": one.division.name, "skills": [skill.code for skill in one.skills.all()], "minor": bool(words.minor_word(one)),
        "teams": [row.team_id for row in one.inside], "document_on_file": bool(one.document_sealed),
    }  # fmt: skip


def _one_volunteer(actor: Actor, key: int) -> dict[str, Any]:
    return _volunteer(access.fetch(actor, SEE_VOLUNTEERS, queries.with_teams(queries.volunteers(actor)), pk=key))


@router.get("/skills", response=list[VolunteerSkillOut], summary="服务技能清单")
def list_skills(request: HttpRequest):
    access.require(actor_of(request), SEE_TEAMS)
    return list(queries.skills())


@router.get("/teams", response=VolunteerTeamPage, summary="志愿服务队伍列表")
def list_teams(request: HttpRequest, state: str | None = None, kind: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, SEE_TEAMS)
    rows = queries.counted_teams(queries.teams(actor))
    for name, value in (("state", state), ("kind", kind)):
        if value is not None:
            rows = rows.filter(**{name: value.replace("\x00", "")})
    page = page_of(rows, limit=limit, after=after)
    return {"items": [_team(team) for team in page["items"]], "next": page["next"]}


@router.post("/teams", response={201: VolunteerTeamOut}, summary="新建志愿服务队伍")
def make_team(request: HttpRequest, body: VolunteerTeamIn):
    actor = actor_of(request)
    access.require(actor, MANAGE_TEAMS)
    given = body.dict(exclude={"unit", "division", "parent", "skills"})
    unit, division = unit_named(body.unit), division_named(body.division)
    team = actions.make_team(actor, unit=unit, division=division, parent_id=body.parent, skills=_skills(body.skills), **given)
    return 201, _one_team(actor, team.pk)


@router.get("/teams/{int:volunteer_team_id}", response=VolunteerTeamOut, summary="一支队伍")
def get_team(request: HttpRequest, volunteer_team_id: int):
    return _one_team(actor_of(request), volunteer_team_id)


@router.post("/teams/{int:volunteer_team_id}/leader", response=VolunteerTeamOut, summary="更换负责人")
def change_leader(request: HttpRequest, volunteer_team_id: int, body: VolunteerLeaderIn):
    actor = actor_of(request)
    actions.change_leader(actor, team_id=volunteer_team_id, volunteer_id=body.volunteer, reason=body.reason)
    return _one_team(actor, volunteer_team_id)


@router.post("/teams/{int:volunteer_team_id}/pause", response=VolunteerTeamOut, summary="暂停队伍")
def pause_team(request: HttpRequest, volunteer_team_id: int, body: VolunteerReasonIn):
    actor = actor_of(request)
    actions.pause_team(actor, team_id=volunteer_team_id, reason=body.reason)
    return _one_team(actor, volunteer_team_id)


@router.post("/teams/{int:paused_team_id}/go-on", response=VolunteerTeamOut, summary="恢复队伍")
def go_on_with_team(request: HttpRequest, paused_team_id: int):
    actor = actor_of(request)
    actions.go_on_with_team(actor, team_id=paused_team_id)
    return _one_team(actor, paused_team_id)


@router.post("/teams/{int:closing_team_id}/close", response=VolunteerTeamOut, summary="撤销队伍")
def close_team(request: HttpRequest, closing_team_id: int, body: VolunteerReasonIn):
    actor = actor_of(request)
    actions.close_team(actor, team_id=closing_team_id, reason=body.reason)
    return _one_team(actor, closing_team_id)


@router.get("/people", response=VolunteerPage, summary="志愿者列表")
def list_volunteers(request: HttpRequest, state: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first; telephone numbers are masked;
who is in which team is in ``members_api``."""
    actor = actor_of(request)
    access.require(actor, SEE_VOLUNTEERS)
    rows = queries.with_teams(queries.volunteers(actor))
    page = page_of(rows.filter(state=state.replace("\x00", "")) if state is not None else rows, limit=limit, after=after)
    return {"items": [_volunteer(one) for one in page["items"]], "next": page["next"]}


@router.post("/people", response={201: VolunteerOut}, summary="代为登记志愿者")
def enrol(request: HttpRequest, body: VolunteerIn):
    actor = actor_of(request)
    access.require(actor, ENROL)
    given = body.dict(exclude={"division", "skills", "team"})
    division = division_named(body.division)
    one = actions.enrol_volunteer(actor, division=division, skills=_skills(body.skills), team_id=body.team, **given)
    row = queries.with_teams(Volunteer.objects.select_related("person", "division")).get(pk=one.pk)
    return 201, _volunteer(row)


@router.get("/people/{int:volunteer_id}", response=VolunteerOut, summary="一名志愿者")
def get_volunteer(request: HttpRequest, volunteer_id: int):
    return _one_volunteer(actor_of(request), volunteer_id)


@router.post("/people/{int:applicant_id}/confirm", response=VolunteerOut, summary="审核通过注册")
def confirm(request: HttpRequest, applicant_id: int):
    actor = actor_of(request)
    actions.confirm_volunteer(actor, volunteer_id=applicant_id)
    return _one_volunteer(actor, applicant_id)


@router.post("/people/{int:leaving_volunteer_id}/sign-off", response=VolunteerOut, summary="注销志愿者")
def sign_off(request: HttpRequest, leaving_volunteer_id: int, body: VolunteerReasonIn):
    actor = actor_of(request)
    one = actions.sign_off_for(actor, volunteer_id=leaving_volunteer_id, reason=body.reason)
    row = queries.with_teams(Volunteer.objects.select_related("person", "division")).get(pk=one.pk)
    return _volunteer(row)


