"""Who is in which team: asked for by volunteers, decided by the leader or the desk; several teams at once are fine."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Missing
from chuangwen.kernel.lives import needed
from chuangwen.volunteers.corps.access import BE, LEAD, MANAGE_TEAMS
from chuangwen.volunteers.corps.actions.base import refuse, team_of, tell, told
from chuangwen.volunteers.corps.actions.registering import confirm
from chuangwen.volunteers.corps.events import MemberLeft
from chuangwen.volunteers.corps.models import Membership, Team, Volunteer


def ask_to_join(actor: Actor, *, team_id: int) -> Membership:
    """A volunteer asks to join a team. Its leader hears of it. Raises Denied, Missing, Conflict (in it already), Refusal (takes nobody now)."""
    with transaction.atomic():
        volunteer = access.fetch(actor, BE, Volunteer, lock=True, person__account=actor.account_id)
        if volunteer.state not in (Volunteer.State.ACTIVE, Volunteer.State.APPLIED):
            raise Conflict(_("You are not registered as a volunteer now."), "volunteers.not_active")
        team = Team.objects.select_related("leader").filter(pk=team_id).first()
        if team is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        if team.state != Team.State.ACTIVE:
            raise refuse(_("This team takes nobody now."), "team")
        if Membership.objects.filter(team=team, volunteer=volunteer, state__in=Membership.OPEN).exists():
            raise Conflict(_("You are in this team, or have asked already."), "volunteers.member")
        row = Membership.objects.create(team=team, volunteer=volunteer, state="asked", asked_at=clock.now())
        tell(
            f"volunteers.asked:{row.pk}", lambda: _("Asks to join “%(team)s”") % {"team": team}, [team.leader],
            reverse("volunteers:led", args=[team.pk]),
        )  # fmt: skip
        audit.record(actor, BE, volunteer, after={"team": team.pk}, note=told(lambda: _("Asks to join “%(team)s”") % {"team": team}))
    return row


def leave_team(actor: Actor, *, membership_id: int, reason: str = "") -> Membership:
    """A volunteer leaves a team, or takes back that they asked. Raises Denied, Missing, Conflict, Refusal for the leader."""
    with transaction.atomic():
        row = access.fetch(actor, BE, Membership.objects.select_related("team", "volunteer__person"), lock=True, pk=membership_id)
        if row.state not in Membership.OPEN:
            raise Conflict(_("This membership has ended."), "volunteers.ended")
        _out(row, reason.strip()[:200])
        audit.record(
            actor, BE, row.volunteer, after={"team": row.team_id}, note=told(lambda: _("Left “%(team)s”") % {"team": row.team})
        )
    return row


def _out(row: Membership, reason: str) -> None:
    if row.team.leader_id == row.volunteer_id and row.team.state != Team.State.CLOSED:
        raise refuse(_("First somebody else has to lead: %(teams)s") % {"teams": row.team.name}, "leads")
    asked = row.state == Membership.State.ASKED
    row.state, row.left_on, row.reason = Membership.State.LEFT, clock.today(), reason
    row.save(update_fields=["state", "left_on", "reason"])
    if not asked:
        events.say(MemberLeft(row.team_id, row.volunteer_id))


def _row(actor: Actor, membership_id: int) -> tuple[Team, Membership]:
    """A membership of a team that the actor manages or leads. Locked in the order of the room: the team, the volunteer, the membership. Raises
    Denied, Missing."""
    if not actor.may(MANAGE_TEAMS):
        access.require(actor, LEAD)
    keys = Membership.objects.filter(pk=membership_id).values_list("team", "volunteer").first()
    if keys is None:
        raise Missing(_("There is no such record, or it is not in your area."))
    team = team_of(actor, keys[0])
    Volunteer.objects.select_for_update().get(pk=keys[1])
    row = Membership.objects.select_for_update(of=("self",)).select_related("volunteer__person").get(pk=membership_id)
    return team, row


def decide_membership(actor: Actor, *, membership_id: int, take: bool, reason: str = "") -> Membership:
    """The leader or the desk takes who asked, or does not, with a reason. Taking somebody who has just registered confirms the registration.
    Raises Denied, Missing, Conflict for one that does not wait, Refusal."""
    with transaction.atomic():
        team, row = _row(actor, membership_id)
        if row.state != Membership.State.ASKED:
            raise Conflict(_("This is decided already."), "volunteers.decided")
        volunteer = row.volunteer
        row.decided_by_id, row.reason = actor.account_id, reason.strip()[:200]
        if take:
            if team.state != Team.State.ACTIVE:
                raise refuse(_("This team takes nobody now."), "team")
            if volunteer.state == Volunteer.State.APPLIED:
                confirm(actor, volunteer)
            if volunteer.state != Volunteer.State.ACTIVE:
                raise refuse(_("%(name)s is not registered as a volunteer now.") % {"name": volunteer}, "not_active")
            row.state, row.joined_on = Membership.State.MEMBER, clock.today()
        else:
            needed(reason, "reason", _("Say why."), limit=200)
            row.state = Membership.State.REFUSED
        row.save(update_fields=["state", "joined_on", "reason", "decided_by"])
        tell(f"volunteers.decided:{row.pk}", lambda: _decided(team, take), [volunteer])
        words = told(lambda: _("Taken into the team") if take else _("Not taken into the team"))
        audit.record(
            actor, _verb(actor, team), team, after={"volunteer": volunteer.number, "state": row.state}, note=f"{words}：{volunteer.number}"
        )
    return row


def _decided(team: Team, take: bool) -> str:
    return (_("You are in the team “%(team)s” now.") if take else _("“%(team)s” could not take you.")) % {"team": team}


def _verb(actor: Actor, team: Team) -> str:
    return MANAGE_TEAMS if access.scoped(actor, MANAGE_TEAMS, Team).filter(pk=team.pk).exists() else LEAD


def make_deputy(actor: Actor, *, membership_id: int, deputy: bool = True) -> Membership:
    """A member stands in for the leader, or no longer. Raises Denied, Missing, Conflict."""
    with transaction.atomic():
        team, row = _row(actor, membership_id)
        if row.state not in Membership.IN:
            raise Conflict(_("This membership has ended."), "volunteers.ended")
        row.state = Membership.State.DEPUTY if deputy else Membership.State.MEMBER
        row.save(update_fields=["state"])
        words = told(lambda: str(row.get_state_display()))
        audit.record(actor, _verb(actor, team), team, after={"volunteer": row.volunteer.number, "state": row.state},
                     note=f"{words}：{row.volunteer.number}")  # fmt: skip
    return row


def remove_member(actor: Actor, *, membership_id: int, reason: str) -> Membership:
    """The leader or the desk ends a membership, with the reason; the volunteer is told. Raises Denied, Missing, Conflict, Refusal."""
    with transaction.atomic():
        team, row = _row(actor, membership_id)
        why = needed(reason, "reason", _("Say why."), limit=200)
        if row.state not in Membership.IN:
            raise Conflict(_("This membership has ended."), "volunteers.ended")
        row.team = team
        _out(row, why)
        tell(f"volunteers.removed:{row.pk}", lambda: _("You are no longer in the team “%(team)s”: %(reason)s") % {"team": team, "reason": why},
             [row.volunteer])  # fmt: skip
        words = told(lambda: _("Left the team"))
        audit.record(actor, _verb(actor, team), team, after={"volunteer": row.volunteer.number}, note=f"{words}：{row.volunteer.number} {why}")
    return row
