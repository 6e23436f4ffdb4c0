"""Leave and shifts of those who hold an office, said before records in working time are asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import SYSTEM, Actor
from chuangwen.kernel.errors import Conflict, Denied
from chuangwen.kernel.lives import needed, one_of
from chuangwen.people.models import Post, Unit
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.hours.access import NOTE, NOTE_OWN
from chuangwen.volunteers.hours.actions.base import not_concerned, refuse
from chuangwen.volunteers.hours.models import OffDuty

BACK = timedelta(days=200)
"""Records are looked at so far back; what is older need not be explained."""
AHEAD = timedelta(days=366)
OWN_DAYS, UNIT_DAYS = 31, 366
"""So many days at most in one note: of oneself, of the unit."""
KEPT = timedelta(days=400)
OFFICE_KINDS = ("command", "leading_group", "working_group", "department", "town_office", "community")
"""Kinds of units that keep office hours."""


def offices(volunteer: Volunteer, first: date, last: date) -> list[Unit]:
    """The units with office hours in which the volunteer holds a post on one of these days."""
    posts = Post.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), person=volunteer.person_id, starts_on__lte=last)
    return [post.unit for post in posts.filter(unit__kind__in=OFFICE_KINDS).select_related("unit__division").order_by("order", "pk")]


def note_off_duty(
    actor: Actor, *, unit: Unit, kind: str, starts_on: date, ends_on: date, half: str = "day", volunteer: Volunteer | None = None,
    generated: bool = False,
) -> OffDuty:  # fmt: skip
    """The unit says that one of its people was on leave or works by turns, or (``volunteer`` None) that all of it works by turns. It holds
    whenever it is said. Raises Denied (not one's unit, of oneself), Refusal, Conflict (said already)."""
    sound_off_duty(actor, unit=unit, kind=kind, starts_on=starts_on, ends_on=ends_on, half=half, volunteer=volunteer)
    return _write(actor, NOTE, OffDuty(
        unit=unit, volunteer=volunteer, kind=kind, starts_on=starts_on, ends_on=ends_on, half=half, by_unit=True, generated=generated,
    ))  # fmt: skip


def sound_off_duty(actor: Actor, *, unit: Unit, kind: str, starts_on: date, ends_on: date, half: str, volunteer: Volunteer | None) -> None:
    """Whether the unit may say so. Raises Denied, Refusal."""
    access.require(actor, NOTE, unit=unit, division=unit.division)
    _sound(kind, starts_on, ends_on, half, UNIT_DAYS)
    if volunteer is None and kind not in (OffDuty.Kind.SHIFTS, OffDuty.Kind.FLEXIBLE):
        raise refuse(_("A whole unit works by shifts or has flexible hours; leave is one person's."), "unit_leave", "kind")
    if volunteer is not None:
        not_concerned(actor, [volunteer.person_id])
        if unit.pk not in {one.pk for one in offices(volunteer, starts_on, ends_on)}:
            raise refuse(_("This volunteer holds no post in “%(unit)s” on these days.") % {"unit": unit}, "no_office", "volunteer")


def note_own_off_duty(
    actor: Actor, *, kind: str, starts_on: date, ends_on: date, half: str = "day", generated: bool = False
) -> OffDuty:
    """Somebody says of themselves that they are on leave or work by turns. It explains what begins afterwards, never what is over: for that
    the unit says it. Raises Denied, Refusal (no office, over already, longer than a month), Conflict."""
    access.require(actor, NOTE_OWN)
    mine = Volunteer.objects.filter(person__account__isnull=False, person__account=actor.account_id)
    volunteer = mine.select_related("person", "division").first()
    if volunteer is None:
        raise Denied(_("You are not registered as a volunteer."), "hours.no_volunteer")
    _sound(kind, starts_on, ends_on, half, OWN_DAYS)
    if ends_on < clock.today():
        raise refuse(_("These days are over: ask your unit to note it."), "over", "ends_on")
    units = offices(volunteer, starts_on, ends_on)
    if not units:
        raise refuse(_("You hold no post in a unit with office hours on these days: nobody asks about them."), "no_office", "starts_on")
    return _write(actor, NOTE_OWN, OffDuty(
        unit=units[0], volunteer=volunteer, kind=kind, starts_on=starts_on, ends_on=ends_on, half=half, by_unit=False, generated=generated,
    ))  # fmt: skip


def _sound(kind: str, starts_on: date, ends_on: date, half: str, most: int) -> None:
    one_of(kind, OffDuty.Kind, "kind")
    one_of(half, OffDuty.Half, "half")
    today = clock.today()
    if ends_on < starts_on:
        raise refuse(_("The last day lies before the first."), "days", "ends_on")
    if (ends_on - starts_on).days >= most:
        raise refuse(_("At most %(count)d days in one note.") % {"count": most}, "days", "ends_on")
    if half != OffDuty.Half.DAY and starts_on != ends_on:
        raise refuse(_("Half a day is one day."), "half", "half")
    if starts_on < today - BACK or ends_on > today + AHEAD:
        raise refuse(_("These days lie too far from today."), "days", "starts_on")


def _write(actor: Actor, verb: str, row: OffDuty) -> OffDuty:
    row.said_at, row.said_by_id = clock.now(), actor.account_id
    facts = {"kind": row.kind, "starts_on": row.starts_on, "ends_on": row.ends_on, "half": row.half}
    with transaction.atomic():
        same = OffDuty.objects.filter(unit=row.unit, volunteer=row.volunteer, ended_at__isnull=True, **facts)
        if row.by_unit:  # what somebody said of themselves may be confirmed
            same = same.filter(by_unit=True)
        if same.exists():
            raise Conflict(_("This is noted already."), "hours.off_duty_twice", field="starts_on")
        row.save()
        audit.record(actor, verb, row, after=facts | {"unit": row.unit_id, "volunteer": row.volunteer_id, "by_unit": row.by_unit})
    return row


def withdraw_off_duty(actor: Actor, *, off_duty_id: int, reason: str) -> OffDuty:
    """It is not so: the note explains nothing any more, and the next look asks. The unit withdraws any note of its people, somebody their own;
    withdrawn again changes nothing. Raises Denied, Missing, Refusal (no reason)."""
    words = needed(reason, "reason", _("Say why."), limit=200)
    verb = NOTE if actor.may(NOTE) and access.scoped(actor, NOTE, OffDuty).filter(pk=off_duty_id).exists() else NOTE_OWN
    with transaction.atomic():
        rows = OffDuty.objects.select_related("unit", "volunteer__person")
        row: OffDuty = access.fetch(actor, verb, rows if verb == NOTE else rows.filter(by_unit=False), lock=True, pk=off_duty_id)
        if row.ended_at is None:
            row.ended_at, row.ended_by_id, row.reason = clock.now(), actor.account_id, words
            row.save(update_fields=["ended_at", "ended_by", "reason"])
            audit.record(actor, verb, row, after={"ended_at": row.ended_at, "reason": words}, note=words)
    return row


def bring_off_duty(actor: Actor, *, rows: Sequence[Mapping[str, Any]]) -> int:
    """Notes of a sheet, all or none. How many. Raises Denied, Refusal, Conflict."""
    access.require(actor, NOTE)
    with transaction.atomic():
        for row in rows:
            note_off_duty(actor, **row)
    return len(rows)


def forget_off_duty() -> int:
    """Notes that explain nothing any more since the records of their days are no longer looked at. How many."""
    with transaction.atomic():
        count: int = OffDuty.objects.filter(ends_on__lt=clock.today() - KEPT).delete()[0]
        if count:
            audit.record(SYSTEM, NOTE, title="forget", after={"notes": count})
    return count
