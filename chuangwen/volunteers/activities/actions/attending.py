"""Who was there: by the code on the spot, typed in with or without signal, or entered by the leader."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Missing
from chuangwen.kernel.identifiers import new_uid
from chuangwen.kernel.lives import needed
from chuangwen.volunteers.activities import codes, rules
from chuangwen.volunteers.activities.access import LEAD, TAKE_PART
from chuangwen.volunteers.activities.actions.base import LIFE, own_volunteer, refuse
from chuangwen.volunteers.activities.models import Activity, Attendance, Shift, SignUp
from chuangwen.volunteers.activities.states import Step
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.presence import recording
from chuangwen.volunteers.presence.models import Presence, ServiceEntry, Source
from chuangwen.volunteers.presence.recording import Spot, device_hash

MOST_WRONG = 8
"""So many wrong codes may be typed in for a sign-up: six digits are not guessed with them (RFC 4226, 7.3)."""
DAY = timedelta(hours=24)


class WrongCode(Conflict):
    """This is not the code that stood there at that time."""

    status = 422
    code = "volunteers.wrong_code"


def key_of(shift: Shift) -> bytes:
    """The key of the codes of a shift: made of the installation's secret, stored nowhere. Twenty octets, as RFC 4226 asks for."""
    return hmac.new(settings.SECRET_KEY.encode(), b"volunteers.shift/" + shift.uid.bytes, hashlib.sha256).digest()[:20]


def begin_by_code(
    actor: Actor, *, activity_shift_id: int, code: str, at: datetime | None = None, phone_now: datetime | None = None, uid: UUID | None = None,
    spot: Spot | None = None, device: str = "",
) -> Presence:  # fmt: skip
    """I am here: the code that stands there now, or stood there when it was typed in without signal. ``at`` is that moment and ``phone_now`` the
    moment of sending, both by the phone's clock; how wrong that is follows. The same ``uid`` again is the same presence.

    Raises Denied, Missing, NotNow, WrongCode (422; counted), Elsewhere, Refusal (no place at the shift, too early, too late, too old).
    """
    when, skew = _corrected(at, phone_now)
    volunteer = own_volunteer(actor)
    if uid is not None and (there := Presence.objects.filter(uid=uid, volunteer=volunteer, source_id=activity_shift_id).first()) is not None:
        return there
    shift, row = _place(volunteer, activity_shift_id)
    step = _check(shift, row, code, when)
    with transaction.atomic():
        presence = recording.begin(
            actor, uid=uid or new_uid(), volunteer=volunteer, source=Source.SHIFT, source_id=shift.pk, at=when, proof=Presence.Proof.CODE,
            spot=spot, device=device_hash(device), skew=skew,
        )  # fmt: skip
        Attendance.objects.get_or_create(
            presence=presence, defaults={"shift": shift, "begin_step": step, "begin_metres": _metres(shift.activity, spot)}
        )
        audit.record(actor, TAKE_PART, presence, after={"shift": shift.pk, "at": when, "skew": skew})
    return presence


def end_by_code(
    actor: Actor, *, activity_shift_id: int, code: str, at: datetime | None = None, phone_now: datetime | None = None, spot: Spot | None = None
) -> Presence:
    """I leave: the code again, and the place once more. Ending it again changes nothing. Raises as ``begin_by_code``."""
    when, _skew = _corrected(at, phone_now)
    volunteer = own_volunteer(actor)
    mine = Presence.objects.filter(volunteer=volunteer, source=Source.SHIFT, source_id=activity_shift_id).exclude(state=Presence.State.VOID)
    presence = mine.order_by("-began_at").first()
    if presence is None:
        _place(volunteer, activity_shift_id)  # of what is out of reach nothing is told
        raise refuse(_("You are not entered as present here."), "not_present")
    if presence.state == Presence.State.ENDED:
        return presence
    shift, row = _place(volunteer, activity_shift_id)
    step = _check(shift, row, code, when)
    with transaction.atomic():
        recording.end(actor, presence=presence, at=when, proof=Presence.Proof.CODE, spot=spot)
        Attendance.objects.filter(presence=presence).update(end_step=step, end_metres=_metres(shift.activity, spot))
        audit.record(actor, TAKE_PART, presence, after={"shift": shift.pk, "at": when})
    presence.refresh_from_db()
    return presence


def _corrected(at: datetime | None, phone_now: datetime | None) -> tuple[datetime, int]:
    """The moment by the server's clock, and how many seconds the phone's is behind it."""
    now = clock.now()
    if at is None or phone_now is None:
        return now, 0
    skew = round((now - phone_now).total_seconds())
    when = min(at + (now - phone_now), now)
    if now - when > rules.AS_YESTERDAY:
        raise refuse(_("This was entered more than a week ago: the leader can still enter who was there."), "too_old", "at")
    return when, max(-(2**31), min(skew, 2**31 - 1))


def _place(volunteer: Volunteer, key: int) -> tuple[Shift, SignUp]:
    shift = Shift.objects.select_related("activity__division").filter(pk=key).first()
    row = None if shift is None else shift.sign_ups.filter(volunteer=volunteer, state=SignUp.State.IN).first()
    if shift is None or (row is None and not shift.activity.division.path.startswith(rules.county_of(volunteer.division))):
        raise Missing(_("There is no such record, or it is not in your area."))
    if row is None:
        raise refuse(_("You have no place at this shift: sign up first."), "no_place")
    LIFE.allow(shift.activity, Step.PRESENCE)
    return shift, row


def _check(shift: Shift, row: SignUp, code: str, when: datetime) -> int:
    """The step of the code. A wrong one is counted, outside of what is rolled back. Raises WrongCode, Refusal."""
    if not shift.starts_at - rules.EARLY <= when <= shift.ends_at + rules.EARLY:
        raise refuse(_("The code counts from two hours before the shift until two hours after it."), "not_at_this_time", "at")
    if row.wrong >= MOST_WRONG:
        raise refuse(_("Too many wrong codes: ask the leader to enter you."), "too_many_codes", "code")
    step = codes.matching_step(key_of(shift), code, when)
    if step is None:
        SignUp.objects.filter(pk=row.pk).update(wrong=F("wrong") + 1)
        raise WrongCode(_("This is not the code that stood there at that time. Look again: it changes every thirty seconds."), field="code")
    return step


def _metres(activity: Activity, spot: Spot | None) -> int | None:
    if spot is None or activity.lat is None or activity.lon is None:
        return None
    return rules.metres((spot.lat, spot.lon), (activity.lat, activity.lon))


def enter_presence(
    actor: Actor, *, activity_shift_id: int, volunteer_id: int, began_at: datetime, ended_at: datetime | None = None
) -> Presence:
    """The leader enters who was there: somebody with a place at the shift, or a volunteer of the team who came without. It stands in the
    record that the leader entered it. Raises Denied, Missing, NotNow, Elsewhere, Refusal."""
    with transaction.atomic():
        shift = access.fetch(actor, LEAD, Shift.objects.select_related("activity"), pk=activity_shift_id)
        LIFE.allow(shift.activity, Step.PRESENCE)
        for field, at in (("began_at", began_at), ("ended_at", ended_at)):
            if at is not None and not shift.starts_at - rules.EARLY <= at <= shift.ends_at + rules.EARLY:
                raise refuse(_("The time lies outside of this shift."), "not_at_this_time", field)
        rows = Volunteer.objects.select_related("person")
        volunteer = (
            rows.filter(pk=volunteer_id, sign_ups__shift=shift, sign_ups__state=SignUp.State.IN).first()
            or rows.filter(pk=volunteer_id, memberships__team=shift.activity.team_id, memberships__state__in=("member", "deputy")).first()
        )
        if volunteer is None:
            raise Missing(_("Neither signed up for this shift nor in the team."))
        if _overlapping(volunteer, began_at, ended_at):
            raise Conflict(_("%(name)s is entered as present for this time already.") % {"name": volunteer}, "volunteers.present_already")
        presence = recording.begin(
            actor, uid=new_uid(), volunteer=volunteer, source=Source.SHIFT, source_id=shift.pk, at=began_at, proof=Presence.Proof.LEADER
        )
        Attendance.objects.create(presence=presence, shift=shift)
        if ended_at is not None:
            recording.end(actor, presence=presence, at=ended_at, proof=Presence.Proof.LEADER)
            presence.refresh_from_db()
        audit.record(
            actor, LEAD, presence, after={"shift": shift.pk, "volunteer": volunteer.pk, "began_at": began_at, "ended_at": ended_at}
        )
    return presence


def _overlapping(volunteer: Volunteer, began_at: datetime, ended_at: datetime | None) -> bool:
    rows = Presence.objects.filter(volunteer=volunteer, state=Presence.State.ENDED, ended_at__gt=began_at)
    return rows.filter(began_at__lt=ended_at or began_at + timedelta(seconds=1)).exists()


def _reached(actor: Actor, presence_id: int) -> Presence:
    """A presence at a shift that the actor leads, locked."""
    access.require(actor, LEAD)
    found = Presence.objects.select_for_update().filter(pk=presence_id, source=Source.SHIFT).first()
    shift = access.scoped(actor, LEAD, Shift).filter(pk=found.source_id).select_related("activity").first() if found else None
    if found is None or shift is None:
        raise Missing(_("There is no such record, or it is not in your area."))
    LIFE.allow(shift.activity, Step.PRESENCE)
    return found


def finish_presence(actor: Actor, *, presence_id: int, ended_at: datetime) -> ServiceEntry | None:
    """The leader ends a presence that nobody ended. Raises Denied, Missing, NotNow, Refusal."""
    with transaction.atomic():
        presence = _reached(actor, presence_id)
        entry = recording.end(actor, presence=presence, at=ended_at, proof=Presence.Proof.LEADER)
        audit.record(actor, LEAD, presence, after={"ended_at": ended_at, "minutes": entry.minutes if entry else 0})
    return entry


def strike_presence(actor: Actor, *, presence_id: int, reason: str) -> Presence:
    """It was not so: the presence stays with its reason and counts no longer. Raises Denied, Missing, NotNow, Refusal."""
    with transaction.atomic():
        presence = _reached(actor, presence_id)
        words = needed(reason, "reason", _("Say why."), limit=200)
        recording.void(actor, presence=presence, reason=words)
        audit.record(actor, LEAD, presence, after={"void": True}, note=words)
    presence.refresh_from_db()
    return presence
