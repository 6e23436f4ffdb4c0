"""What meetings bring to the rest of the room: a source of load, a proof for duties, events for the calendars of units."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.duties.load.sources import Burden
from chuangwen.duties.load.sources import register as burdens
from chuangwen.duties.meetings import queries, states
from chuangwen.duties.meetings.models import MeetingUnit
from chuangwen.duties.rhythm import calendars, proofs
from chuangwen.duties.rhythm.models import FeedLink
from chuangwen.duties.rhythm.recurring import week_of
from chuangwen.kernel import clock, workload
from chuangwen.kernel.calendar_text import Event

FEED_DAYS = 28


@burdens(workload.MEETINGS)
def _load(units: Collection[int], first: date, last: date) -> Iterable[Burden]:
    """Meetings to which units are invited, or will be, in the week in which each begins."""
    for row in queries.of_units(units, first, last):
        meeting = row.meeting
        day = meeting.starts_at.astimezone(clock.LOCAL).date()
        held = int(meeting.state in states.TOOK_PLACE)
        yield Burden(
            row.unit_id, week_of(day), workload.MEETINGS, meeting.title, ("duties:meeting", meeting.pk), 1, held, f"duties.meeting:{meeting.pk}"
        )


@proofs.register("duties.meeting", gettext_lazy("coming to a meeting"))
def _came(units: Collection[int], first: date, last: date) -> Iterable[proofs.Found]:
    """Meetings that took place and to which the unit came."""
    for row in queries.of_units(units, first, last).filter(came=True, meeting__state__in=states.TOOK_PLACE):
        day = row.meeting.starts_at.astimezone(clock.LOCAL).date()
        yield proofs.Found(row.unit_id, day, _("Meeting: %(title)s") % {"title": row.meeting.title}, row.meeting.get_absolute_url())


@calendars.register
def _events(link: FeedLink, base: str) -> Iterable[Event]:
    """The meetings of a unit from four weeks ago on; what was called off is a cancelled event, so that it goes from the calendar."""
    since = clock.today() - timedelta(days=FEED_DAYS)
    rows = MeetingUnit.objects.filter(unit=link.unit_id, meeting__invited_at__isnull=False, meeting__starts_at__date__gte=since)
    for row in rows.select_related("meeting").order_by("meeting__starts_at", "pk"):
        meeting = row.meeting
        begins, ends = meeting.starts_at.astimezone(clock.LOCAL), meeting.ends_at.astimezone(clock.LOCAL)
        lines = [meeting.get_kind_display(), meeting.place, meeting.purpose, meeting.cancelled_reason]
        with translation.override(settings.LANGUAGE_CODE):
            yield Event(
                uid=f"meeting-{meeting.uid}@chuangwen", first=begins.date(), last=ends.date(), summary=meeting.title,
                changed_at=meeting.changed_at, description="\n".join(line for line in map(str, lines) if line),
                url=f"{base}{meeting.get_absolute_url()}", sequence=meeting.sequence, cancelled=meeting.state == states.CANCELLED,
                starts=meeting.starts_at, ends=meeting.ends_at, location=meeting.place,
            )  # fmt: skip
