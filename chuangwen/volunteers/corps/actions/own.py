"""What volunteers do with their own record: change it, take a break, come back, sign off; and the same by the desk that keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock, codes, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict
from chuangwen.kernel.lives import needed
from chuangwen.people.models import Post
from chuangwen.places.models import Division
from chuangwen.volunteers.corps.access import BE, MANAGE_VOLUNTEERS, SEE_PHONES
from chuangwen.volunteers.corps.actions.base import phone_of, refuse, served_at, skills_of, told, week
from chuangwen.volunteers.corps.events import MemberLeft, VolunteerMoved
from chuangwen.volunteers.corps.models import FirstLink, Membership, Team, Volunteer
from chuangwen.volunteers.corps.sealing import seal_document


def _own(actor: Actor) -> Volunteer:
    """The actor's own record, locked. Raises Denied, Missing."""
    rows = Volunteer.objects.select_related("person", "division")
    return access.fetch(actor, BE, rows, lock=True, person__account=actor.account_id)


def _there(volunteer: Volunteer) -> None:
    if volunteer.state == Volunteer.State.LEFT:
        raise Conflict(_("This volunteer has signed off."), "volunteers.left")


def save_own(actor: Actor, *, phone: str, division: Division, skills: Sequence[int] = (), free: int = 0) -> Volunteer:
    """One's own number, place, skills and times. Raises Denied, Missing, Conflict, Refusal."""
    with transaction.atomic():
        volunteer = _own(actor)
        return _saved(actor, BE, volunteer, phone, division, skills, free)


def save_volunteer(
    actor: Actor, *, volunteer_id: int, phone: str, division: Division, skills: Sequence[int] = (), free: int = 0, expected: int | None = None
) -> Volunteer:
    """The desk puts a record right. Raises Denied, Missing, Conflict, Refusal."""
    with transaction.atomic():
        rows = Volunteer.objects.select_related("person", "division")
        volunteer = access.fetch(actor, MANAGE_VOLUNTEERS, rows, lock=True, pk=volunteer_id)
        if expected is not None and expected != volunteer.revision:
            raise Conflict(_("Somebody has changed this meanwhile. Look at it again before you go on."), "volunteers.changed")
        if division.pk != volunteer.division_id:
            access.require(actor, MANAGE_VOLUNTEERS, division=division)
        return _saved(actor, MANAGE_VOLUNTEERS, volunteer, phone, division, skills, free)


def _saved(actor: Actor, verb: str, volunteer: Volunteer, phone: str, division: Division, skills: Sequence[int], free: int) -> Volunteer:
    _there(volunteer)
    number = phone_of(phone, "phone")
    before = {"division": volunteer.division_id, "free": volunteer.free, "skills": sorted(volunteer.skills.values_list("pk", flat=True))}
    chosen = skills_of(skills)
    changed = number != volunteer.person.phone
    if changed:
        volunteer.person.phone = number
        volunteer.person.save(update_fields=["phone"])
    volunteer.division, volunteer.free = served_at(division), week(free)
    volunteer.revision += 1
    volunteer.save(update_fields=["division", "free", "revision"])
    volunteer.skills.set(chosen)
    after = {"division": volunteer.division_id, "free": volunteer.free, "skills": sorted(skill.pk for skill in chosen), "phone_changed": changed}
    audit.record(actor, verb, volunteer, before=before, after=after, note=told(lambda: _("Changed")))
    return volunteer


def file_document(actor: Actor, *, number: str) -> Volunteer:
    """The number of one's identity document, for certificates alone: it is sealed and no page shows it. Empty takes it away. Raises Denied,
    Missing, Conflict, Refusal."""
    with transaction.atomic():
        volunteer = _own(actor)
        _there(volunteer)
        clean = "".join(number.upper().split())
        if clean and not codes.is_resident_id(clean):
            raise refuse(_("This is no number of an identity card."), "document", "number")
        before = bool(volunteer.document_sealed)
        volunteer.document_sealed = seal_document(clean) if clean else ""
        volunteer.revision += 1
        volunteer.save(update_fields=["document_sealed", "revision"])
        audit.record(actor, BE, volunteer, before={"document": before}, after={"document": bool(clean)}, note=told(lambda: _("Document")))
    return volunteer


def take_break(actor: Actor) -> Volunteer:
    """Nobody asks for anything until one comes back; hours and teams stay. Raises Denied, Missing, Conflict."""
    return _moved(actor, Volunteer.State.ACTIVE, Volunteer.State.PAUSED)


def come_back(actor: Actor) -> Volunteer:
    """The break is over. Raises Denied, Missing, Conflict."""
    return _moved(actor, Volunteer.State.PAUSED, Volunteer.State.ACTIVE)


def _moved(actor: Actor, before: str, after: str) -> Volunteer:
    with transaction.atomic():
        volunteer = _own(actor)
        if volunteer.state != before:
            raise Conflict(_("This is “%(state)s”: it cannot be done now.") % {"state": volunteer.get_state_display()}, "volunteers.not_now")
        volunteer.state = after
        volunteer.revision += 1
        volunteer.save(update_fields=["state", "revision"])
        events.say(VolunteerMoved(volunteer.pk, before, after))
        words = told(lambda: str(volunteer.get_state_display()))
        audit.record(actor, BE, volunteer, before={"state": before}, after={"state": after}, note=words)
    return volunteer


def sign_off(actor: Actor, *, reason: str = "") -> Volunteer:
    """One leaves: teams end, and what is kept shrinks to name, number and the hours that were recorded. Raises Denied, Missing, Conflict,
    Refusal while one leads a team."""
    with transaction.atomic():
        volunteer = _own(actor)
        return _signed_off(actor, BE, volunteer, reason.strip()[:200])


def sign_off_for(actor: Actor, *, volunteer_id: int, reason: str) -> Volunteer:
    """The desk signs somebody off, with the reason. Raises Denied, Missing, Conflict, Refusal."""
    with transaction.atomic():
        volunteer = access.fetch(actor, MANAGE_VOLUNTEERS, Volunteer.objects.select_related("person"), lock=True, pk=volunteer_id)
        return _signed_off(actor, MANAGE_VOLUNTEERS, volunteer, needed(reason, "reason", _("Say why."), limit=200))


def _signed_off(actor: Actor, verb: str, volunteer: Volunteer, reason: str) -> Volunteer:
    _there(volunteer)
    led = list(Team.objects.filter(leader=volunteer).exclude(state=Team.State.CLOSED).values_list("name", flat=True))
    if led:
        raise refuse(_("First somebody else has to lead: %(teams)s") % {"teams": "、".join(led)}, "leads")
    before = volunteer.state
    minimise(volunteer, reason)
    words = told(lambda: _("Signed off"))
    audit.record(
        actor, verb, volunteer, before={"state": before}, after={"state": volunteer.state}, note="：".join(filter(None, (words, reason)))
    )
    return volunteer


def minimise(volunteer: Volunteer, reason: str) -> None:
    """Take away what is needed no longer (Personal Information Protection Law, article 47): number, place in the week, birthday, guardian,
    document, links. The telephone of who holds a post stays with the post."""
    today, before = clock.today(), volunteer.state
    inside = list(Membership.objects.filter(volunteer=volunteer, state__in=Membership.IN).values_list("team", flat=True))
    Membership.objects.filter(volunteer=volunteer, state__in=Membership.IN).update(state="left", left_on=today, reason=reason)
    Membership.objects.filter(volunteer=volunteer, state="asked").update(state="refused", reason=reason)
    facts: dict[str, Any] = {
        "state": Volunteer.State.LEFT, "left_on": today, "free": 0, "lat": None, "lon": None, "born_on": None, "guardian_name": "",
        "guardian_phone": "", "guardian_consented_at": None, "document_sealed": "",
    }  # fmt: skip
    for name, value in facts.items():
        setattr(volunteer, name, value)
    volunteer.revision += 1
    volunteer.save(update_fields=[*facts, "revision"])
    volunteer.skills.clear()
    FirstLink.objects.filter(volunteer=volunteer).delete()
    person = volunteer.person
    if person.phone and not Post.objects.filter(person=person).exists():
        person.phone = ""
        person.save(update_fields=["phone"])
    for team in inside:
        events.say(MemberLeft(team, volunteer.pk))
    events.say(VolunteerMoved(volunteer.pk, before, volunteer.state))


def show_phone(actor: Actor, *, volunteer_id: int) -> str:
    """A telephone number in full, which the trail records. Raises Denied, Missing."""
    with transaction.atomic():
        rows = Volunteer.objects.select_related("person")
        volunteer = access.fetch(actor, SEE_PHONES, rows, pk=volunteer_id)
        audit.record(actor, SEE_PHONES, volunteer, note=told(lambda: _("Telephone number shown")))
    return volunteer.person.phone
