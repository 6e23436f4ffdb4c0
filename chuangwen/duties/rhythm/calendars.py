"""What a unit owes as a calendar: one event for each time, on the day by which it is due. What was excused is a cancelled event."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from chuangwen.duties.rhythm import queries
from chuangwen.duties.rhythm.models import FeedLink, Occurrence
from chuangwen.kernel import clock, office_calendar
from chuangwen.kernel.calendar_text import Event, calendar_text
from chuangwen.kernel.worktime import WorkCalendar

More = Callable[[FeedLink, str], Iterable[Event]]
_more: dict[str, More] = {}


def register(events: More) -> More:
    """Decorator: other parts of the room add what falls on the unit of a link; ``events(link, base)``."""
    _more[f"{events.__module__}.{events.__qualname__}"] = events
    return events


def calendar_of(link: FeedLink, base: str) -> str:
    """The text of a unit's calendar, in the language of the installation. ``base``: the address of the site, without a slash at its end."""
    with translation.override(settings.LANGUAGE_CODE):
        work = office_calendar.calendar()
        events = [event_of(row, work, base) for row in queries.feed_rows(link)]
        events += [event for more in _more.values() for event in more(link, base)]
        return calendar_text(_("Duties of %(unit)s") % {"unit": link.unit}, events, now=clock.now())


def event_of(row: Occurrence, work: WorkCalendar, base: str) -> Event:
    day = due_day(row, work)
    summary = row.duty.name if row.wanted == 1 else _("%(duty)s: %(times)d times") % {"duty": row.duty.name, "times": row.wanted}
    lines = [f"{row.get_state_display()} {row.done}/{row.wanted}", row.duty.rhythm, row.duty.content, row.excused_reason]
    return Event(
        uid=f"duty-{row.duty.uid}-{row.unit_id}-{row.first:%Y%m%d}@chuangwen", first=day, last=day, summary=summary,
        changed_at=row.changed_at, description="\n".join(line for line in lines if line), url=f"{base}{row.get_absolute_url()}",
        sequence=row.sequence, cancelled=row.state == Occurrence.State.EXCUSED,
    )  # fmt: skip


def due_day(row: Occurrence, work: WorkCalendar) -> date:
    """The last working day of the time; where there is none, its last day."""
    day = row.last
    while day > row.first and not work.is_workday(day):
        day -= timedelta(days=1)
    return day if work.is_workday(day) else row.last
