"""Teams: made, changed, led by another, paused, closed. Who led when is in the trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict
from chuangwen.kernel.lives import needed, one_of
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site
from chuangwen.volunteers.corps import rules
from chuangwen.volunteers.corps.access import MANAGE_TEAMS
from chuangwen.volunteers.corps.actions.base import facts_of, next_number, past_day, phone_of, refuse, skills_of, tell, told
from chuangwen.volunteers.corps.events import MemberLeft, TeamClosed
from chuangwen.volunteers.corps.models import Membership, Team, Volunteer

FARTHEST_REACH = 200_000
"""Metres."""
TRAIL = ("name", "unit_id", "division_id", "site_id", "phone", "about", "lat", "lon", "reach", "weekly")


def make_team(
    actor: Actor, *, name: str, kind: str, division: Division, unit: Unit, parent_id: int | None = None, skills: Sequence[int] = (),
    site: Site | None = None, phone: str = "", about: str = "", lat: float | None = None, lon: float | None = None, reach: int = 1200,
    weekly: int = 0, started_on: date | None = None, generated: bool = False,
) -> Team:  # fmt: skip
    """A new team under its parent (none: at the head of a tree). Its number is taken in the transaction. Raises Denied, Refusal."""
    access.require(actor, MANAGE_TEAMS)
    access.require(actor, MANAGE_TEAMS, division=division, unit=unit)
    with transaction.atomic():
        number = next_number("T")  # one at a time from here on: no two get the same place in the tree
        one_of(kind, Team.Kind, "kind")
        parent = None
        if parent_id is not None:
            parent = Team.objects.select_for_update().filter(pk=parent_id).exclude(state=Team.State.CLOSED).first()
            if parent is None:
                raise refuse(_("There is no such team that it could stand under."), "parent", "parent")
        if not rules.may_stand_under(kind, parent.kind if parent else None):
            raise refuse(_("A corps holds brigades and teams, a brigade holds teams; it cannot stand under this one."), "parent", "parent")
        facts = _checked(name, phone, about, lat, lon, site, reach, weekly)
        if Team.objects.filter(division=division, name=facts["name"]).exclude(state=Team.State.CLOSED).exists():
            raise refuse(_("A team of that name is there already."), "name", "name")
        facts |= {
            "number": number, "kind": kind, "division": division, "unit": unit, "generated": generated,
            "started_on": past_day(started_on or clock.today(), "started_on"),
        }  # fmt: skip
        team: Team = parent.add_child(**facts) if parent else Team.add_root(**facts)
        team.skills.set(skills_of(skills))
        audit.record(actor, MANAGE_TEAMS, team, after=facts_of(team, ("number", "kind", *TRAIL)), note=told(lambda: _("Founded")))
    return team


def _checked(name: str, phone: str, about: str, lat: float | None, lon: float | None, site: Site | None, reach: int, weekly: int) -> dict:
    if (lat is None) != (lon is None):
        raise refuse(_("A point has a latitude and a longitude."), "point", "lat")
    if lat is not None and lon is not None and not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise refuse(_("This point is not on the earth."), "point", "lat")
    if not 0 <= reach <= FARTHEST_REACH:
        raise refuse(_("From 0 to %(count)d metres.") % {"count": FARTHEST_REACH}, "reach", "reach")
    if not 0 <= weekly <= 1000:
        raise refuse(_("From 0 to 1000 orders a week."), "weekly", "weekly")
    if lat is None and site is not None:
        lat, lon = site.lat, site.lon
    return {
        "name": needed(name, "name", _("Give the team a name."), limit=80), "phone": phone_of(phone, "phone") if phone.strip() else "",
        "about": about.strip()[:500], "lat": lat, "lon": lon, "site": site, "reach": reach, "weekly": weekly,
    }  # fmt: skip


def _take(actor: Actor, team_id: int, expected: int | None = None, *, closed: bool = False) -> Team:
    team = access.fetch(actor, MANAGE_TEAMS, Team.objects.select_related("unit", "division", "leader__person"), lock=True, pk=team_id)
    if expected is not None and expected != team.revision:
        raise Conflict(_("Somebody has changed this meanwhile. Look at it again before you go on."), "volunteers.changed")
    if team.state == Team.State.CLOSED and not closed:
        raise Conflict(_("This team is closed."), "volunteers.closed")
    return team


def save_team(
    actor: Actor, *, team_id: int, name: str, division: Division, unit: Unit, skills: Sequence[int] = (), site: Site | None = None,
    phone: str = "", about: str = "", lat: float | None = None, lon: float | None = None, reach: int = 1200, weekly: int = 0,
    expected: int | None = None,
) -> Team:  # fmt: skip
    """Change what a team is. Raises Denied, Missing, Conflict (changed meanwhile, closed), Refusal."""
    with transaction.atomic():
        team = _take(actor, team_id, expected)
        access.require(actor, MANAGE_TEAMS, division=division, unit=unit)
        before = facts_of(team, TRAIL)
        facts = _checked(name, phone, about, lat, lon, site, reach, weekly) | {"division": division, "unit": unit}
        same = Team.objects.filter(division=division, name=facts["name"]).exclude(pk=team.pk).exclude(state=Team.State.CLOSED)
        if same.exists():
            raise refuse(_("A team of that name is there already."), "name", "name")
        for column, value in facts.items():
            setattr(team, column, value)
        team.revision += 1
        team.save(update_fields=[*facts, "revision"])
        team.skills.set(skills_of(skills))
        after = facts_of(team, TRAIL)
        changed = [name for name in TRAIL if before[name] != after[name]]
        audit.record(
            actor, MANAGE_TEAMS, team, before={name: before[name] for name in changed}, after={name: after[name] for name in changed},
            note=told(lambda: _("Changed")),
        )  # fmt: skip
    return team


def change_leader(actor: Actor, *, team_id: int, volunteer_id: int | None, reason: str = "") -> Team:
    """Another leads the team from today, or for a time nobody. A leader is a registered adult and becomes a member. The trail keeps who led
    before. Raises Denied, Missing, Conflict, Refusal."""
    with transaction.atomic():
        team = _take(actor, team_id)
        before = team.leader
        leader = None
        if volunteer_id is not None:
            leader = Volunteer.objects.select_for_update(of=("self",)).select_related("person").filter(pk=volunteer_id).first()
            if leader is None or leader.state != Volunteer.State.ACTIVE:
                raise refuse(_("Only a registered volunteer leads a team."), "leader", "leader")
            if leader.born_on and rules.age(leader.born_on, clock.today()) < rules.ADULT:
                raise refuse(_("A leader is at least 18."), "leader_age", "leader")
        if before is not None and leader is not None and before.pk == leader.pk:
            raise refuse(_("This volunteer leads the team already."), "leader_same", "leader")
        if leader is not None:
            now, today = clock.now(), clock.today()
            joined = Membership.objects.filter(team=team, volunteer=leader, state="asked").update(
                state="member", joined_on=today, decided_by=actor.account_id
            )
            if not joined and not Membership.objects.filter(team=team, volunteer=leader, state__in=Membership.IN).exists():
                Membership.objects.create(
                    team=team, volunteer=leader, state="member", asked_at=now, joined_on=today, decided_by_id=actor.account_id
                )
        team.leader = leader
        team.revision += 1
        team.save(update_fields=["leader", "revision"])
        if leader is not None:
            key = f"volunteers.leader:{team.pk}:{team.revision}"
            tell(key, lambda: _("You lead the team “%(team)s” from today.") % {"team": team}, [leader])
        words = told(
            lambda: _("Leader from today: %(name)s") % {"name": leader} if leader else _("Without a leader from today")
        )
        audit.record(
            actor, MANAGE_TEAMS, team, before={"leader": before.pk if before else None, "name": str(before or "")},
            after={"leader": leader.pk if leader else None, "name": str(leader or "")},
            note="：".join(filter(None, (words, reason.strip()[:200]))),
        )  # fmt: skip
    return team


def pause_team(actor: Actor, *, team_id: int, reason: str) -> Team:
    """It takes nothing new until it goes on. Raises Denied, Missing, Conflict, Refusal."""
    return _moved(actor, team_id, Team.State.ACTIVE, Team.State.PAUSED, needed(reason, "reason", _("Say why."), limit=200))


def go_on_with_team(actor: Actor, *, team_id: int) -> Team:
    """A paused team takes orders and volunteers again. Raises Denied, Missing, Conflict."""
    return _moved(actor, team_id, Team.State.PAUSED, Team.State.ACTIVE, "")


def _moved(actor: Actor, team_id: int, state: str, after: str, reason: str) -> Team:
    with transaction.atomic():
        team = _take(actor, team_id)
        if team.state != state:
            raise Conflict(_("This is “%(state)s”: it cannot be done now.") % {"state": team.get_state_display()}, "volunteers.not_now")
        team.state = after
        team.revision += 1
        team.save(update_fields=["state", "revision"])
        words = told(lambda: str(team.get_state_display()))
        audit.record(
            actor, MANAGE_TEAMS, team, before={"state": state}, after={"state": after}, note="：".join(filter(None, (words, reason)))
        )
    return team


def close_team(actor: Actor, *, team_id: int, reason: str) -> Team:
    """The team ends today: its members leave it, hours that were served stay. Raises Denied, Missing, Conflict, Refusal while teams stand
    under it."""
    with transaction.atomic():
        team = _take(actor, team_id)
        why = needed(reason, "reason", _("Say why."), limit=200)
        if team.get_descendants().exclude(state=Team.State.CLOSED).exists():
            raise refuse(_("Teams stand under it: close them first."), "not_empty")
        before, today = team.state, clock.today()
        inside = list(Membership.objects.filter(team=team, state__in=Membership.IN).values_list("volunteer", flat=True))
        Membership.objects.filter(team=team, state__in=Membership.IN).update(state="left", left_on=today, reason=why)
        Membership.objects.filter(team=team, state="asked").update(state="refused", reason=why, decided_by=actor.account_id)
        leader, team.leader = team.leader, None
        team.state, team.closed_on = Team.State.CLOSED, max(today, team.started_on)
        team.revision += 1
        team.save(update_fields=["state", "closed_on", "leader", "revision"])
        for volunteer in inside:
            events.say(MemberLeft(team.pk, volunteer))
        events.say(TeamClosed(team.pk))
        audit.record(
            actor, MANAGE_TEAMS, team, before={"state": before, "leader": leader.pk if leader else None, "members": len(inside)},
            after={"state": team.state}, note="：".join((told(lambda: pgettext("volunteers", "Closed")), why)),
        )  # fmt: skip
    return team
