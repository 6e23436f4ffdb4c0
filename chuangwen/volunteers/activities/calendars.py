"""Activities as calendars: a volunteer's own shifts, a team's, and those of the teams of a unit beside what the unit owes. What was called off
or withdrawn stays as cancelled, so that it goes from phones too."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from chuangwen.duties.rhythm.models import FeedLink
from chuangwen.kernel import clock
from chuangwen.kernel.calendar_text import Event, calendar_text
from chuangwen.volunteers.activities.models import ActivityCalendar, Shift, SignUp
from chuangwen.volunteers.activities.states import CALLED_OFF, SHOWN

BACK = timedelta(days=60)


def _shifts() -> QuerySet[Shift]:
    rows = Shift.objects.filter(starts_at__gt=clock.now() - BACK, activity__state__in=SHOWN)
    return rows.select_related("activity__team", "activity__site", "activity__division").order_by("starts_at", "pk")


def event_of(
    shift: Shift, base: str, *, cancelled: bool = False, sequence: int = 0, changed_at: datetime | None = None, note: str = ""
) -> Event:
    """A shift as an event. ``uid`` is the shift's own: a volunteer's calendar and the team's agree on it."""
    activity = shift.activity
    off = cancelled or activity.state == CALLED_OFF
    lines = [note, str(activity.team), activity.reason if activity.state == CALLED_OFF else activity.about]
    return Event(
        uid=f"shift-{shift.uid}@chuangwen", first=shift.starts_at.date(), last=shift.ends_at.date(), summary=activity.title,
        changed_at=changed_at or shift.changed_at, description="\n".join(line for line in lines if line),
        url=f"{base}{activity.get_absolute_url()}", sequence=shift.sequence + sequence, cancelled=off, starts=shift.starts_at,
        ends=shift.ends_at, location=activity.where,
    )  # fmt: skip


def own_events(link: ActivityCalendar, base: str) -> list[Event]:
    """What a volunteer signed up for: on the waiting list it says so; withdrawn it is cancelled. One query."""
    rows = SignUp.objects.filter(volunteer=link.volunteer, shift__starts_at__gt=clock.now() - BACK, shift__activity__state__in=SHOWN)
    newest: dict[int, tuple[SignUp, int]] = {}
    related = ("shift__activity__team", "shift__activity__site", "shift__activity__division")
    for row in rows.select_related(*related).order_by("shift", "order"):
        before = newest.get(row.shift_id)
        # Each change of one's own sign-up is a change of the event: two for one that was withdrawn, one for one that was let in.
        steps = (before[1] + 1 if before else 0) + (row.state == SignUp.State.WITHDRAWN or row.in_at is not None and row.in_at != row.asked_at)
        newest[row.shift_id] = (row, steps)
    found = []
    for row, steps in newest.values():
        note = _("On the waiting list, no place yet") if row.state == SignUp.State.WAITING else ""
        changed = max(row.shift.changed_at, row.withdrawn_at or row.in_at or row.asked_at)
        gone = row.state == SignUp.State.WITHDRAWN
        found.append(event_of(row.shift, base, cancelled=gone, sequence=steps, changed_at=changed, note=note))
    return sorted(found, key=lambda event: event.uid)


def calendar_of(link: ActivityCalendar, base: str) -> str:
    """The text of a calendar, in the language of the installation. ``base``: the address of the site, without a slash at its end."""
    with translation.override(settings.LANGUAGE_CODE):
        if link.volunteer_id is not None:
            return calendar_text(_("My volunteer activities"), own_events(link, base), now=clock.now())
        events = [event_of(shift, base) for shift in _shifts().filter(activity__team=link.team)]
        return calendar_text(_("Activities of %(team)s") % {"team": link.team}, events, now=clock.now())


def of_unit(link: FeedLink, base: str) -> list[Event]:
    """What the teams of a unit, and of those below it, hold: into the calendar of what the unit owes. One query."""
    inside = Q(activity__team__unit__path__startswith=link.unit.path)
    return [event_of(shift, base) for shift in _shifts().filter(inside)]
