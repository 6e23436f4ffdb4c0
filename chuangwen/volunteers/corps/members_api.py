"""Who is in which team, as REST beside ``api``: the members of a team and who asks, joining and leaving, and what leader or desk decide."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.kernel import access
from chuangwen.kernel.paging import page_of
from chuangwen.volunteers.corps import actions
from chuangwen.volunteers.corps.access import BE, LEAD, SEE_TEAMS, SEE_VOLUNTEERS
from chuangwen.volunteers.corps.models import Membership, Team
from chuangwen.web.views import actor_of

router = Router()


class TeamMemberOut(Schema):
    """Somebody in a team. `state` is asked, member, deputy, left or refused."""

    id: int
    team: int
    team_name: str
    volunteer: int
    number: str
    name: str
    leads: bool
    state: str
    asked_at: datetime
    joined_on: date | None
    left_on: date | None
    reason: str


class TeamMemberPage(Schema):
    items: list[TeamMemberOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class TeamLeavingIn(Schema):
    reason: str = Field("", max_length=200, description="if one likes")


class TeamDecisionIn(Schema):
    take: bool
    reason: str = Field("", max_length=200, description="needed where somebody is not taken")


class TeamDeputyIn(Schema):
    deputy: bool = Field(True, description="false: stands in for the leader no longer")


class TeamRemovalIn(Schema):
    reason: str = Field(max_length=200)


def _member(row: Membership) -> dict[str, Any]:
    plain = ("state", "asked_at", "joined_on", "left_on", "reason")
    return {name: getattr(row, name) for name in plain} | {
        "id": row.pk, "team": row.team_id, "team_name": row.team.name, "volunteer": row.volunteer_id, "number": row.volunteer.number,
        "name": row.volunteer.person.name, "leads": row.team.leader_id == row.volunteer_id,
    }  # fmt: skip


def _told(row: Membership) -> dict[str, Any]:
    return _member(Membership.objects.select_related("team", "volunteer__person").get(pk=row.pk))


@router.get("/teams/{int:volunteer_team_id}/members", response=TeamMemberPage, summary="一支队伍的成员和申请人")
def list_members(request: HttpRequest, volunteer_team_id: int, state: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first; without `state` those who are in it or ask to be. For who sees volunteers, and for the leader."""
    actor = actor_of(request)
    team = access.fetch(actor, SEE_TEAMS if actor.may(SEE_VOLUNTEERS) else LEAD, Team, pk=volunteer_team_id)
    rows = team.memberships.select_related("team", "volunteer__person")
    rows = rows.filter(state__in=Membership.OPEN) if state is None else rows.filter(state=state.replace("\x00", ""))
    page = page_of(rows, limit=limit, after=after)
    return {"items": [_member(row) for row in page["items"]], "next": page["next"]}


@router.get("/memberships/mine", response=list[TeamMemberOut], summary="本人加入和申请的队伍")
def my_memberships(request: HttpRequest):
    actor = actor_of(request)
    access.require(actor, BE)
    mine = Membership.objects.filter(volunteer__person__account=actor.account_id, state__in=Membership.OPEN)
    return [_member(row) for row in mine.select_related("team", "volunteer__person").order_by("pk")[:200]]


@router.post("/teams/{int:joined_team_id}/join", response={201: TeamMemberOut}, summary="本人申请加入队伍")
def join(request: HttpRequest, joined_team_id: int):
    return 201, _told(actions.ask_to_join(actor_of(request), team_id=joined_team_id))


@router.post("/memberships/{int:membership_id}/leave", response=TeamMemberOut, summary="本人退出队伍，或撤回申请")
def leave(request: HttpRequest, membership_id: int, body: TeamLeavingIn):
    return _told(actions.leave_team(actor_of(request), membership_id=membership_id, reason=body.reason))


@router.post("/memberships/{int:asked_membership_id}/decide", response=TeamMemberOut, summary="同意或不同意加入申请（队长或管理单位）")
def decide(request: HttpRequest, asked_membership_id: int, body: TeamDecisionIn):
    return _told(actions.decide_membership(actor_of(request), membership_id=asked_membership_id, take=body.take, reason=body.reason))


@router.post("/memberships/{int:membership_id}/deputy", response=TeamMemberOut, summary="设为或不再担任副队长")
def make_deputy(request: HttpRequest, membership_id: int, body: TeamDeputyIn):
    return _told(actions.make_deputy(actor_of(request), membership_id=membership_id, deputy=body.deputy))


@router.post("/memberships/{int:membership_id}/remove", response=TeamMemberOut, summary="队长或管理单位终止成员资格并说明理由")
def remove(request: HttpRequest, membership_id: int, body: TeamRemovalIn):
    return _told(actions.remove_member(actor_of(request), membership_id=membership_id, reason=body.reason))
