"""Signing up: places exactly as many as there are whatever happens at once, the others wait in the order in which they came.

Rows are locked in one order: the volunteer, then the shift. Under the lock of the shift a place is counted, so that two hundred for twenty
places are twenty; under that of the volunteer nobody is at two things at once.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Missing
from chuangwen.kernel.lives import needed
from chuangwen.volunteers.activities import rules
from chuangwen.volunteers.activities.access import LEAD, TAKE_PART
from chuangwen.volunteers.activities.actions.base import (
    CHANGED,
    LET_IN,
    account_of,
    message,
    moment,
    own_volunteer,
    refuse,
    tell_all,
)
from chuangwen.volunteers.activities.models import Activity, Shift, SignUp
from chuangwen.volunteers.activities.states import HELD, OPEN
from chuangwen.volunteers.corps.models import Volunteer


class Busy(Conflict):
    """The volunteer signed up for something else at that time."""

    code = "volunteers.overlap"


class NotOpen(Conflict):
    """Nobody can sign up now."""

    code = "volunteers.sign_up_closed"


def sign_up(actor: Actor, *, activity_shift_id: int) -> SignUp:
    """Sign up oneself: a place, or the next on the waiting list. Who is signed up already stays so.

    Raises Denied, Missing, NotOpen, Busy (409), Refusal (not registered; a minor without a guardian's consent).
    """
    with transaction.atomic():
        volunteer = own_volunteer(actor, lock=True)
        row, new = _enter(volunteer, activity_shift_id)
        if new:
            audit.record(actor, TAKE_PART, row.shift.activity, after={"shift": row.shift_id, "state": row.state, "order": row.order})
    return row


def sign_up_for(actor: Actor, *, activity_shift_id: int, volunteer_id: int) -> SignUp:
    """The leader signs somebody up who has no telephone: a volunteer of the team. Raises as ``sign_up`` does."""
    with transaction.atomic():
        shift = access.fetch(actor, LEAD, Shift.objects.select_related("activity"), pk=activity_shift_id)
        rows = Volunteer.objects.select_for_update(of=("self",)).filter(memberships__team=shift.activity.team_id)
        rows = rows.select_related("person", "division")
        volunteer = rows.filter(pk=volunteer_id, memberships__state__in=("member", "deputy")).first()
        if volunteer is None:
            raise Missing(_("There is no such volunteer in the team."))
        row, new = _enter(volunteer, activity_shift_id)
        if new:
            audit.record(actor, LEAD, row.shift.activity, after={"shift": row.shift_id, "volunteer": volunteer.pk, "state": row.state})
    return row


def _enter(volunteer: Volunteer, key: int) -> tuple[SignUp, bool]:
    """The sign-up and whether it is new. The volunteer is locked."""
    shift = Shift.objects.select_for_update().filter(pk=key).first()
    if shift is None:
        raise Missing(_("There is no such record, or it is not in your area."))
    activity = Activity.objects.select_related("division").get(pk=shift.activity_id)
    if not activity.division.path.startswith(rules.county_of(volunteer.division)):
        raise Missing(_("There is no such record, or it is not in your area."))
    if activity.state not in (OPEN, HELD):
        # What is not open is not there for whoever only takes part.
        if activity.state in ("draft", "asked"):
            raise Missing(_("There is no such record, or it is not in your area."))
        raise NotOpen(_("Nobody can sign up for “%(activity)s” now.") % {"activity": activity})
    there = shift.sign_ups.filter(volunteer=volunteer, state__in=SignUp.OPEN).first()
    if there is not None:
        there.shift = shift
        return there, False
    if activity.state != OPEN or shift.ends_at <= clock.now():
        raise NotOpen(_("This shift is over."))
    _may(volunteer, shift)
    shift.arrivals += 1
    state = SignUp.State.IN if shift.taken < shift.places else SignUp.State.WAITING
    now = clock.now()
    row = SignUp.objects.create(
        shift=shift, volunteer=volunteer, state=state, order=shift.arrivals, asked_at=now, in_at=now if state == SignUp.State.IN else None,
        generated=volunteer.generated,
    )  # fmt: skip
    shift.taken += state == SignUp.State.IN
    shift.save(update_fields=["arrivals", "taken"])
    shift.activity = activity
    return row, True


def _may(volunteer: Volunteer, shift: Shift) -> None:
    if volunteer.state != Volunteer.State.ACTIVE:
        raise refuse(_("%(name)s is not registered as a volunteer now.") % {"name": volunteer}, "not_active")
    if rules.is_minor(volunteer.born_on, shift.starts_at.astimezone(clock.LOCAL).date()) and volunteer.guardian_consented_at is None:
        raise refuse(_("Minors take part once a guardian has consented: the team enters the consent."), "guardian")
    others = SignUp.objects.filter(
        volunteer=volunteer, state__in=SignUp.OPEN, shift__activity__state__in=(OPEN, HELD), shift__starts_at__lt=shift.ends_at,
        shift__ends_at__gt=shift.starts_at,
    ).select_related("shift__activity")  # fmt: skip
    other = others.first()
    if other is not None:
        told = {"activity": other.shift.activity, "time": moment(other.shift.starts_at)}
        raise Busy(_("At that time there is “%(activity)s” (%(time)s) already.") % told)


def withdraw(actor: Actor, *, sign_up_id: int) -> SignUp:
    """Withdraw one's own sign-up before the shift begins; the next on the waiting list gets the place and is told. Withdrawing again changes
    nothing. Raises Denied, Missing, Refusal (it has begun)."""
    with transaction.atomic():
        found = access.fetch(actor, TAKE_PART, SignUp, pk=sign_up_id)
        row = _leave(found, "")
        audit.record(actor, TAKE_PART, row.shift.activity, after={"shift": row.shift_id, "state": row.state})
    return row


def take_out(actor: Actor, *, sign_up_id: int, reason: str) -> SignUp:
    """The leader takes somebody out, says why and they are told; the next gets the place. Raises Denied, Missing, Refusal."""
    with transaction.atomic():
        found = SignUp.objects.filter(pk=sign_up_id).first()
        access.require(actor, LEAD)
        if found is None or not access.scoped(actor, LEAD, Shift).filter(pk=found.shift_id).exists():
            raise Missing(_("There is no such record, or it is not in your area."))
        words = needed(reason, "reason", _("Say why."), limit=200)
        row = _leave(found, words)
        with override(settings.LANGUAGE_CODE):
            title = _("You no longer take part in “%(activity)s”") % {"activity": row.shift.activity}
        tell_all([message(f"volunteers.out:{row.pk}", CHANGED, title, [account_of(row.volunteer)], text=words, activity=row.shift.activity)])
        told = {"shift": row.shift_id, "volunteer": row.volunteer_id, "state": row.state}
        audit.record(actor, LEAD, row.shift.activity, after=told, note=words)
    return row


def _leave(found: SignUp, reason: str) -> SignUp:
    shift = Shift.objects.select_for_update().get(pk=found.shift_id)
    row = SignUp.objects.select_for_update(of=("self",)).select_related("volunteer__person__account").get(pk=found.pk)
    activity = Activity.objects.get(pk=shift.activity_id)
    shift.activity = activity
    row.shift = shift
    if row.state == SignUp.State.WITHDRAWN:
        return row
    if shift.starts_at <= clock.now():
        raise refuse(_("The shift has begun: tell the leader."), "begun")
    had_place = row.state == SignUp.State.IN
    row.state, row.withdrawn_at, row.reason = SignUp.State.WITHDRAWN, clock.now(), reason
    row.save(update_fields=["state", "withdrawn_at", "reason"])
    if had_place:
        shift.taken -= 1
        shift.save(update_fields=["taken"])
        fill(shift, activity)
    return row


def fill(shift: Shift, activity: Activity) -> list[SignUp]:
    """Let the next ones of the waiting list in as places are free, and tell them. The shift is locked. Nobody is let in once it is over."""
    if shift.free <= 0 or activity.state != OPEN or shift.ends_at <= clock.now():
        return []
    rows = SignUp.objects.select_for_update(of=("self",)).filter(shift=shift, state=SignUp.State.WAITING)
    let_in = list(rows.select_related("volunteer__person__account").order_by("order")[: shift.free])
    if not let_in:
        return []
    now = clock.now()
    for row in let_in:
        row.state, row.in_at = SignUp.State.IN, now
    SignUp.objects.bulk_update(let_in, ["state", "in_at"])
    shift.taken += len(let_in)
    shift.save(update_fields=["taken"])
    with override(settings.LANGUAGE_CODE):
        tell_all([
            message(
                f"volunteers.let_in:{row.pk}", LET_IN, _("A place is free for you: “%(activity)s”") % {"activity": activity},
                [account_of(row.volunteer)], text=_("%(time)s, %(place)s") % {"time": moment(shift.starts_at), "place": activity.where},
                activity=activity,
            ) for row in let_in
        ])  # fmt: skip
    return let_in
