"""Rosters as calendars: a person's turns, and the posts of a unit. What was called off stays in them as cancelled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from chuangwen.duties.rosters import hours
from chuangwen.duties.rosters.models import DutyPost, PostShift, RosterLink, RosterTurn
from chuangwen.kernel import clock
from chuangwen.kernel.calendar_text import Event, calendar_text

BACK, AHEAD = timedelta(days=62), timedelta(days=186)


def calendar_of(link: RosterLink, base: str) -> str:
    """The text of a link's calendar, in the language of the installation. ``base``: the address of the site, without a slash at its end."""
    with translation.override(settings.LANGUAGE_CODE):
        today = clock.today()
        rows = RosterTurn.objects.filter(
            day__gte=today - BACK, day__lte=today + AHEAD, roster__published_at__isnull=False
        ).select_related("shift__post__ground", "shift__post__segment").order_by("day", "pk")  # fmt: skip
        if link.person_id is not None:
            events = [event_of(turn, base) for turn in rows.filter(_of_person(link))]
            name = _("Turns of %(person)s") % {"person": link.person}
        else:
            mine = Q(shift__post__unit__path__startswith=link.unit.path) | Q(person__unit__path__startswith=link.unit.path)
            events = unit_events(list(rows.filter(mine)), base, link.unit_id)
            name = _("Posts of %(unit)s") % {"unit": link.unit}
        return calendar_text(name, events, now=clock.now())


def _of_person(link: RosterLink) -> Q:
    """Everybody once, also who is in the pools of several units."""
    assert link.person is not None
    if link.person.account_id is None:
        return Q(person=link.person_id)
    return Q(person__account=link.person.account_id)


def span_of(shift: PostShift, day: date) -> tuple[datetime, datetime]:
    """From when to when a shift is on a day: moments here."""
    start, end = hours.bounds(shift.spans)
    midnight = datetime.combine(day, time(), tzinfo=clock.LOCAL)
    return (midnight + timedelta(minutes=start)).astimezone(UTC), (midnight + timedelta(minutes=end)).astimezone(UTC)


def _place(post: DutyPost) -> str:
    parts = [post.ground.name, post.segment.name if post.segment is not None else "", post.ground.stretch]
    return " · ".join(part for part in parts if part)


def event_of(turn: RosterTurn, base: str) -> Event:
    shift, post = turn.shift, turn.shift.post
    starts, ends = span_of(shift, turn.day)
    lines = [f"{shift.name} {shift.hours}", _place(post)]
    return Event(
        uid=f"turn-{turn.uid}@chuangwen", first=turn.day, last=turn.day, starts=starts, ends=ends, summary=f"{post.ground.name} {post.name}",
        changed_at=turn.changed_at, description="\n".join(line for line in lines if line),
        url=f"{base}{reverse('duties:my-turns')}?month={turn.day:%Y-%m}", sequence=turn.sequence, cancelled=turn.called_off,
        location=_place(post),
    )  # fmt: skip


def unit_events(turns: Sequence[RosterTurn], base: str, unit: int) -> list[Event]:
    """One event for each shift of a day with how many stand there: no names. Its sequence grows with whatever happens to its turns."""
    of: dict[tuple[int, date], list[RosterTurn]] = defaultdict(list)
    for turn in turns:
        of[turn.shift_id, turn.day].append(turn)
    events = []
    for (_shift, day), rows in of.items():
        shift = rows[0].shift
        live = sum(not turn.called_off for turn in rows)
        starts, ends = span_of(shift, day)
        summary = _("%(ground)s %(post)s: %(n)d people") % {"ground": shift.post.ground.name, "post": shift.post.name, "n": live}
        events.append(
            Event(
                uid=f"post-{shift.uid}-{day:%Y%m%d}-{unit}@chuangwen", first=day, last=day, starts=starts, ends=ends, summary=summary,
                changed_at=max(turn.changed_at for turn in rows), description=f"{shift.name} {shift.hours}",
                url=f"{base}{reverse('duties:roster-board')}?day={day.isoformat()}",
                sequence=sum(turn.sequence + 1 for turn in rows) - 1, cancelled=live == 0, location=_place(shift.post),
            )
        )  # fmt: skip
    return events
