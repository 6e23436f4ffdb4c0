"""Registration: on the open page, with one's own account, at the desk; confirmed by the desk or by the leader of the team that is asked for."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from chuangwen.intake import guard
from chuangwen.intake.sealing import hash_of
from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Denied, Missing
from chuangwen.kernel.lives import needed
from chuangwen.people.models import Account, Person, Role
from chuangwen.people.rules import username_key
from chuangwen.places.models import Division
from chuangwen.volunteers.corps import rules
from chuangwen.volunteers.corps.access import ENROL, FIRST_LINK, MANAGE_VOLUNTEERS, REGISTER
from chuangwen.volunteers.corps.actions.base import (
    next_number,
    one_at_a_time,
    phone_of,
    refuse,
    served_at,
    skills_of,
    tell,
    told,
    week,
)
from chuangwen.volunteers.corps.actions.own import minimise
from chuangwen.volunteers.corps.events import VolunteerMoved
from chuangwen.volunteers.corps.models import FirstLink, Membership, Team, Volunteer

A_DAY, LINK_LASTS = 20, timedelta(days=14)
"""Registrations from one address in a day; and how long a first link opens."""


def register(
    actor: Actor, *, proof: Mapping[str, Any], name: str, phone: str, division: Division, password: str, agrees: bool,
    skills: Sequence[int] = (), free: int = 0, born_on: date | None = None, guardian_name: str = "", guardian_phone: str = "",
    guardian_consents: bool = False, team_id: int | None = None,
) -> Volunteer:  # fmt: skip
    """Somebody without an account registers: person, account (user name: the telephone number) and application. ``born_on`` only under 18.
    ``proof`` is what the page says against machines. Raises Denied, NotSolved, TooMany, Refusal."""
    access.require(actor, REGISTER)
    if actor.account_id is not None:
        raise refuse(_("You are signed in: register with your own account."), "signed_in")
    guard.count("volunteers", actor.address, A_DAY, guard.DAY)
    with transaction.atomic():
        facts = _application(
            name=name, phone=phone, division=division, agrees=agrees, free=free, born_on=born_on, guardian_name=guardian_name,
            guardian_phone=guardian_phone, guardian_consents=guardian_consents, mobile=True,
        )  # fmt: skip
        chosen = skills_of(skills)
        person = Person(name=facts.pop("name"), phone=facts.pop("phone"))
        _password_for(person, password)
        one_at_a_time()
        if Account.objects.filter(username__iexact=person.phone).exists():
            raise refuse(_("There is an account with this number. Sign in and register there, or ask your community."), "known", "phone")
        guard.check(proof)
        person.save()
        account = _account(person, password)
        volunteer = _made(facts, person, chosen, state=Volunteer.State.APPLIED)
        _ask(volunteer, team_id)
        own = Actor(account_id=account.pk, person_id=person.pk, name=person.name, address=actor.address)
        audit.record(own, REGISTER, volunteer, after=_kept(volunteer), note=told(lambda: _("Registered on the open page")))
    return volunteer


def become_volunteer(
    actor: Actor, *, division: Division, agrees: bool, skills: Sequence[int] = (), free: int = 0, phone: str = "",
    born_on: date | None = None, guardian_name: str = "", guardian_phone: str = "", guardian_consents: bool = False, team_id: int | None = None,
) -> Volunteer:  # fmt: skip
    """Whoever is signed in registers with their own account and name; who signed off before comes back under the same number.
    Raises Denied, Refusal."""
    access.require(actor, REGISTER)
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).filter(pk=actor.account_id).first()
        if account is None:
            raise Denied(_("Sign in first."))
        if account.person is None:
            raise refuse(_("Your account belongs to no person: ask the system administrator."), "no_person")
        person = account.person
        facts = _application(
            name=person.name, phone=phone or person.phone, division=division, agrees=agrees, free=free, born_on=born_on,
            guardian_name=guardian_name, guardian_phone=guardian_phone, guardian_consents=guardian_consents,
        )  # fmt: skip
        chosen = skills_of(skills)
        facts.pop("name")
        number = facts.pop("phone")
        if not person.phone:
            person.phone = number
            person.save(update_fields=["phone"])
        known = Volunteer.objects.select_for_update().filter(person=person).first()
        if known is not None and known.state != Volunteer.State.LEFT:
            raise Conflict(_("You are registered already."), "volunteers.registered")
        volunteer = _made(facts, person, chosen, state=Volunteer.State.APPLIED, known=known)
        _ask(volunteer, team_id)
        audit.record(actor, REGISTER, volunteer, after=_kept(volunteer), note=told(lambda: _("Registered with an own account")))
    return volunteer


def enrol_volunteer(
    actor: Actor, *, name: str, phone: str, division: Division, agrees: bool, skills: Sequence[int] = (), free: int = 0,
    born_on: date | None = None, guardian_name: str = "", guardian_phone: str = "", guardian_consents: bool = False, team_id: int | None = None,
) -> Volunteer:  # fmt: skip
    """The desk registers somebody who came or called; that is confirmed with it. Raises Denied, Missing (team), Refusal, Conflict where the same
    name and number are registered."""
    access.require(actor, ENROL)
    with transaction.atomic():
        team = None
        if team_id is not None:
            team = access.fetch(actor, ENROL, Team.objects.select_related("unit").exclude(state="closed"), pk=team_id)
        access.require(actor, ENROL, division=division, unit=team.unit if team else None)
        facts = _application(
            name=name, phone=phone, division=division, agrees=agrees, free=free, born_on=born_on, guardian_name=guardian_name,
            guardian_phone=guardian_phone, guardian_consents=guardian_consents,
        )  # fmt: skip
        chosen = skills_of(skills)
        clean, number = facts.pop("name"), facts.pop("phone")
        one_at_a_time()
        if Volunteer.objects.filter(person__name=clean, person__phone=number).exclude(state=Volunteer.State.LEFT).exists():
            raise Conflict(_("Somebody of this name and number is registered already."), "volunteers.registered")
        person = Person.objects.create(name=clean, phone=number)
        volunteer = _made(facts, person, chosen, state=Volunteer.State.ACTIVE)
        if team is not None:
            Membership.objects.create(
                team=team, volunteer=volunteer, state="member", asked_at=clock.now(), joined_on=clock.today(), decided_by_id=actor.account_id
            )
        audit.record(actor, ENROL, volunteer, after=_kept(volunteer), note=told(lambda: _("Registered at the desk")))
    return volunteer


def _application(
    *, name: str, phone: str, division: Division, agrees: bool, free: int, born_on: date | None, guardian_name: str, guardian_phone: str,
    guardian_consents: bool, mobile: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """What is kept of an application. Of an adult no birthday is kept; under 14 the guardian's name, number and consent must be there."""
    if not agrees:
        raise refuse(_("Without consent to the privacy notice nothing is kept."), "consent", "agrees")
    facts: dict[str, Any] = {
        "name": needed(name, "name", _("Give your name."), limit=40), "phone": phone_of(phone, "phone", mobile=mobile),
        "division": served_at(division), "free": week(free), "agreed_at": clock.now(),
    }  # fmt: skip
    return facts | minor(born_on, guardian_name, guardian_phone, guardian_consents)


def minor(born_on: date | None, guardian_name: str, guardian_phone: str, consents: bool) -> dict[str, Any]:
    """The columns of somebody under 18; empty for an adult."""
    none: dict[str, Any] = {"born_on": None, "guardian_name": "", "guardian_phone": "", "guardian_consented_at": None}
    if born_on is None:
        return none
    years = rules.age(born_on, clock.today())
    if years >= rules.ADULT:
        return none
    if years < rules.YOUNGEST:
        raise refuse(_("Who registers is at least %(count)d years old.") % {"count": rules.YOUNGEST}, "too_young", "born_on")
    if years >= rules.CONSENT_BELOW and not guardian_name.strip():
        return none | {"born_on": born_on}
    if not consents:
        raise refuse(_("Under 14 a guardian's consent is needed."), "guardian", "guardian_consents")
    return {
        "born_on": born_on, "guardian_name": needed(guardian_name, "guardian_name", _("Under 14: give a guardian's name."), limit=40),
        "guardian_phone": phone_of(guardian_phone, "guardian_phone"), "guardian_consented_at": clock.now(),
    }  # fmt: skip


def _made(facts: dict[str, Any], person: Person, chosen: list[Any], *, state: str, known: Volunteer | None = None) -> Volunteer:
    facts = facts | {"state": state, "registered_on": clock.today(), "left_on": None}
    if known is None:
        volunteer = Volunteer.objects.create(number=next_number("V"), person=person, **facts)
    else:
        volunteer = known
        for name, value in facts.items():
            setattr(volunteer, name, value)
        volunteer.revision += 1
        volunteer.save(update_fields=[*facts, "revision"])
    volunteer.skills.set(chosen)
    return volunteer


def _ask(volunteer: Volunteer, team_id: int | None) -> None:
    """The team that an applicant wants to join hears of it with the registration."""
    if team_id is None:
        return
    team = Team.objects.select_related("leader").filter(pk=team_id, state=Team.State.ACTIVE).first()
    if team is None:
        raise refuse(_("This team takes nobody now."), "team", "team")
    row = Membership.objects.create(team=team, volunteer=volunteer, state="asked", asked_at=clock.now())
    link = reverse("volunteers:led", args=[team.pk])
    tell(f"volunteers.asked:{row.pk}", lambda: _("Asks to join “%(team)s”") % {"team": team}, [team.leader], link)


def _kept(volunteer: Volunteer) -> dict[str, Any]:
    """What the trail keeps of a registration: no name, no number, no day of birth."""
    return {
        "number": volunteer.number, "division": volunteer.division_id, "state": volunteer.state, "minor": volunteer.born_on is not None,
        "guardian": volunteer.guardian_consented_at is not None,
    }  # fmt: skip


def _password_for(person: Person, password: str) -> None:
    try:
        validate_password(password, Account(username=person.phone, person=person))
    except ValidationError as problem:
        raise refuse(" ".join(problem.messages), "password", "password") from problem


def _account(person: Person, password: str) -> Account:
    role = Role.objects.filter(code="resident").first()
    return Account.objects.create_user(username_key(person.phone), password, person=person, base_role=role)


# -- deciding ---------------------------------------------------------------------------------------------------------


def confirm_volunteer(actor: Actor, *, volunteer_id: int) -> Volunteer:
    """The desk confirms a registration. Raises Denied, Missing, Conflict for one that does not wait."""
    with transaction.atomic():
        volunteer = waiting_one(actor, volunteer_id)
        confirm(actor, volunteer)
        audit.record(
            actor, MANAGE_VOLUNTEERS, volunteer, before={"state": "applied"}, after={"state": "active"}, note=told(lambda: _("Confirmed"))
        )
    return volunteer


def waiting_one(actor: Actor, volunteer_id: int) -> Volunteer:
    rows = Volunteer.objects.select_related("person", "division")
    volunteer = access.fetch(actor, MANAGE_VOLUNTEERS, rows, lock=True, pk=volunteer_id)
    if volunteer.state != Volunteer.State.APPLIED:
        raise Conflict(_("This registration does not wait any longer."), "volunteers.not_waiting")
    return volunteer


def confirm(actor: Actor, volunteer: Volunteer) -> None:
    """The state, who hears of it, and the person. Inside the action of the desk, or of the leader who takes an applicant."""
    volunteer.state = Volunteer.State.ACTIVE
    volunteer.revision += 1
    volunteer.save(update_fields=["state", "revision"])
    events.say(VolunteerMoved(volunteer.pk, "applied", "active"))
    tell(f"volunteers.confirmed:{volunteer.pk}:{volunteer.revision}", lambda: _("Your registration as a volunteer is confirmed."), [volunteer])


def turn_away(actor: Actor, *, volunteer_id: int, reason: str) -> Volunteer:
    """A registration is not confirmed (double, a joke, wrong place): the person is told why, and what it held is taken away. Raises Denied,
    Missing, Conflict, Refusal."""
    with transaction.atomic():
        volunteer = waiting_one(actor, volunteer_id)
        why = needed(reason, "reason", _("Say why."), limit=200)
        tell(
            f"volunteers.turned_away:{volunteer.pk}:{volunteer.revision}",
            lambda: _("Your registration was not confirmed: %(reason)s") % {"reason": why}, [volunteer],
        )  # fmt: skip
        minimise(volunteer, why)
        words = told(lambda: _("Not confirmed"))
        audit.record(
            actor, MANAGE_VOLUNTEERS, volunteer, before={"state": "applied"}, after={"state": "left"}, note=f"{words}：{why}",
            title=volunteer.number,
        )  # fmt: skip
    return volunteer


# -- the first password -----------------------------------------------------------------------------------------------


def make_first_link(actor: Actor, *, volunteer_id: int) -> str:
    """A link for somebody without an account to set a first password; earlier ones open no more. The secret, which is kept nowhere. Raises
    Denied, Missing, Conflict for who has an account."""
    with transaction.atomic():
        rows = Volunteer.objects.select_related("person")
        volunteer = access.fetch(actor, MANAGE_VOLUNTEERS, rows, lock=True, pk=volunteer_id)
        if volunteer.state == Volunteer.State.LEFT:
            raise Conflict(_("This volunteer has signed off."), "volunteers.left")
        if Account.objects.filter(person=volunteer.person_id).exists():
            raise Conflict(_("This volunteer has an account already."), "volunteers.has_account")
        FirstLink.objects.filter(volunteer=volunteer, used_at__isnull=True).delete()
        token = secrets.token_urlsafe(18)
        FirstLink.objects.create(volunteer=volunteer, token_hash=hash_of(token), expires_at=clock.now() + LINK_LASTS)
        audit.record(actor, MANAGE_VOLUNTEERS, volunteer, note=told(lambda: _("Link for the first sign-in")))
    return token


def open_first_link(token: str) -> FirstLink:
    """The link with this secret. Raises Missing for one that is unknown, used or over."""
    link = FirstLink.objects.select_related("volunteer__person").filter(
        token_hash=hash_of(token), used_at__isnull=True, expires_at__gt=clock.now()
    ).first()  # fmt: skip
    if link is None or link.volunteer.state == Volunteer.State.LEFT:
        raise Missing(_("This link does not open any more. Ask the desk for a new one."))
    return link


def set_first_password(actor: Actor, *, token: str, password: str) -> Account:
    """The holder of a first link makes their account: user name is the telephone number. The link opens once. Raises Denied, Missing,
    Refusal."""
    access.require(actor, FIRST_LINK)
    with transaction.atomic():
        link = open_first_link(token)
        link = FirstLink.objects.select_for_update().get(pk=link.pk)
        if link.used_at is not None:
            raise Missing(_("This link does not open any more. Ask the desk for a new one."))
        volunteer = Volunteer.objects.select_related("person").get(pk=link.volunteer_id)
        person = volunteer.person
        _password_for(person, password)
        one_at_a_time()
        if not person.phone or Account.objects.filter(username__iexact=person.phone).exists():
            raise refuse(_("There is an account with this number. Sign in and register there, or ask your community."), "known", "password")
        account = _account(person, password)
        link.used_at = clock.now()
        link.save(update_fields=["used_at"])
        own = Actor(account_id=account.pk, person_id=person.pk, name=person.name, address=actor.address)
        audit.record(own, FIRST_LINK, volunteer, note=told(lambda: _("Account made by the link of the desk")))
    return account

