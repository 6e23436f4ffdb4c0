"""Calendars are given out and withdrawn: whoever knows the address reads it, only its hash is kept."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.volunteers.activities.access import PLAN, TAKE_PART
from chuangwen.volunteers.activities.actions.base import own_volunteer
from chuangwen.volunteers.activities.models import ActivityCalendar
from chuangwen.volunteers.corps.models import Team, Volunteer


def hash_of(token: str) -> str:
    return hashlib.sha256(b"volunteers.calendar/" + token.encode()).hexdigest()


def give_calendar(actor: Actor) -> tuple[ActivityCalendar, str]:
    """One's own calendar: the link and the secret of its address, which is told once. The one before is withdrawn. Raises Denied, Refusal."""
    with transaction.atomic():
        volunteer = own_volunteer(actor, lock=True)
        ActivityCalendar.objects.filter(volunteer=volunteer, withdrawn_at__isnull=True).update(withdrawn_at=clock.now())
        link, token = _made(actor, volunteer=volunteer)
        audit.record(actor, TAKE_PART, link, after={"volunteer": volunteer.pk})
    return link, token


def give_team_calendar(actor: Actor, *, team_id: int) -> tuple[ActivityCalendar, str]:
    """The calendar of a team's activities; no name of a person stands in it. Raises Denied, Missing."""
    with transaction.atomic():
        team = access.fetch(actor, PLAN, Team, pk=team_id)
        link, token = _made(actor, team=team)
        audit.record(actor, PLAN, link, after={"team": team.pk})
    return link, token


def _made(actor: Actor, *, volunteer: Volunteer | None = None, team: Team | None = None) -> tuple[ActivityCalendar, str]:
    token = secrets.token_urlsafe(24)
    link = ActivityCalendar.objects.create(
        volunteer=volunteer, team=team, token_hash=hash_of(token), created_at=clock.now(), created_by_id=actor.account_id
    )
    return link, token


def withdraw_calendar(actor: Actor, *, calendar_id: int) -> ActivityCalendar:
    """The address gives nothing from now on. Raises Denied, Missing."""
    with transaction.atomic():
        link = access.fetch(actor, TAKE_PART, ActivityCalendar, lock=True, pk=calendar_id)
        if link.withdrawn_at is None:
            link.withdrawn_at = clock.now()
            link.save(update_fields=["withdrawn_at"])
            audit.record(actor, TAKE_PART, link, after={"withdrawn": True})
    return link
