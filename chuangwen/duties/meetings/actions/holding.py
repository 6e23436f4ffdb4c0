"""Opening a meeting, who came, the minutes while they are written, what is resolved, and the confirmation that sends it out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from chuangwen.cases import actions as cases
from chuangwen.cases.models import Case, Source
from chuangwen.duties.meetings import proposing
from chuangwen.duties.meetings.actions.base import KEEP, ahead, needed, reachable, refuse, take, write
from chuangwen.duties.meetings.models import AgendaItem, Meeting, MeetingUnit, Resolution
from chuangwen.duties.meetings.states import Step
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict
from chuangwen.kernel.worktime import Limit
from chuangwen.people.models import Unit

LONGEST_MINUTES = 8000
MOST_RESOLUTIONS = 60
EARLIEST_HOURS = 12


class WrittenMeanwhile(Conflict):
    """Somebody else wrote into the same minutes since. ``text`` and ``revision`` are what stands there now."""

    code = "duties.minutes_changed"

    def __init__(self, text: str, revision: int):
        super().__init__(_("Somebody else wrote here meanwhile. Nothing is lost: look at both texts and save the one that holds."))
        self.text, self.revision = text, revision


def open_meeting(actor: Actor, *, meeting_id: int) -> Meeting:
    """Begin: what the agenda shows is frozen now, so that the minutes stay true when cases go on. Two or three queries for each source."""
    with transaction.atomic():
        meeting = take(actor, Step.OPEN, meeting_id)
        now = clock.now()
        if (meeting.starts_at - now).total_seconds() > EARLIEST_HOURS * 3600:
            raise refuse(_("The meeting begins later: it can be opened on its day."), "meeting_early")
        about = proposing.asked(meeting, [row.unit for row in meeting.invited.select_related("unit")])
        items = list(meeting.agenda.all())
        with translation.override(settings.LANGUAGE_CODE):
            for item in items:
                rows, item.total = proposing.rows_of(item.source, about)
                item.rows, item.taken_at = [row.plain for row in rows], now
        AgendaItem.objects.bulk_update(items, ["rows", "total", "taken_at"])
        kept = {item.source or str(item.pk): item.total for item in items}
        write(actor, Step.OPEN, meeting, {"opened_at": now}, lambda: _("Opened; the agenda stands as it was then."), told={"kept": kept})
    return meeting


def mark_units(actor: Actor, *, meeting_id: int, came: Mapping[int, bool], words: Mapping[int, str] | None = None) -> Meeting:
    """Say which of the invited units came; ``words`` by unit: why not. Raises Refusal for a unit that was not invited."""
    with transaction.atomic():
        meeting = take(actor, Step.ATTEND, meeting_id)
        rows = {row.unit_id: row for row in meeting.invited.all()}
        if set(came) - set(rows):
            raise refuse(_("One of the units was not invited."), "meeting_not_invited", "units")
        for unit, there in came.items():
            rows[unit].came, rows[unit].words = there, ((words or {}).get(unit, "") or "").replace("\x00", "").strip()[:200]
        MeetingUnit.objects.bulk_update(rows.values(), ["came", "words"])
        count = sum(bool(row.came) for row in rows.values())
        said = {"came": sorted(unit for unit, row in rows.items() if row.came)}
        write(actor, Step.ATTEND, meeting, {}, lambda: _("%(came)d of %(all)d units came.") % {"came": count, "all": len(rows)}, told=said)
    return meeting


def write_minutes(actor: Actor, *, item_id: int, text: str, revision: int) -> AgendaItem:
    """Save the minutes of an item. ``revision`` is the one that was read: where somebody else wrote meanwhile, ``WrittenMeanwhile`` gives both.
    The same text again changes nothing, so that a phone may send it as often as it likes."""
    with transaction.atomic():
        item = access.fetch(actor, KEEP, AgendaItem, pk=item_id)
        meeting = take(actor, Step.MINUTES, item.meeting_id)
        item.refresh_from_db()
        words = text.replace("\x00", "").replace("\r\n", "\n").strip()
        if len(words) > LONGEST_MINUTES:
            raise refuse(_("At most %(most)d characters.") % {"most": LONGEST_MINUTES}, "minutes_long", "text")
        if words == item.minutes:
            return item
        if revision != item.minutes_revision:
            raise WrittenMeanwhile(item.minutes, item.minutes_revision)
        item.minutes, item.minutes_revision, item.minutes_at = words, item.minutes_revision + 1, clock.now()
        item.save(update_fields=["minutes", "minutes_revision", "minutes_at"])
        told = {"item": item.pk, "revision": item.minutes_revision, "characters": len(words)}
        write(actor, Step.MINUTES, meeting, {}, lambda: _("Minutes written: %(item)s") % {"item": item}, told=told, quiet=True)
    return item


def save_resolution(
    actor: Actor,
    *,
    meeting_id: int,
    words: str,
    unit: Unit,
    due_on: date,
    item_id: int | None = None,
    resolution_id: int | None = None,
) -> Resolution:
    """Write down what was resolved, who does it and until when; or change it. Raises Refusal for a day that has passed or a unit elsewhere."""
    with transaction.atomic():
        meeting = take(actor, Step.RESOLVE, meeting_id)
        text = needed(words, 400, _("Say what is to be done."), "resolution_words", "words")
        ahead(due_on)
        owner = reachable([unit], meeting.division, "unit")[0]
        item = access.fetch(actor, KEEP, meeting.agenda.all(), pk=item_id) if item_id is not None else None
        if resolution_id is None:
            count = meeting.resolutions.count()
            if count >= MOST_RESOLUTIONS:
                raise refuse(_("At most %(most)d resolutions.") % {"most": MOST_RESOLUTIONS}, "resolutions_full", "words")
            row = Resolution(meeting=meeting, position=count + 1, entered_at=clock.now(), entered_by_id=actor.account_id)
        else:
            row = access.fetch(actor, KEEP, meeting.resolutions.all(), pk=resolution_id)
        row.words, row.unit, row.due_on, row.item = text, owner, due_on, item
        row.save()
        told = {"resolution": row.pk, "unit": owner.pk, "due_on": due_on}
        write(actor, Step.RESOLVE, meeting, {}, lambda: _("Resolved: %(words)s") % {"words": text[:200]}, told=told)
    return row


def remove_resolution(actor: Actor, *, meeting_id: int, resolution_id: int) -> Meeting:
    """Take back a resolution before the minutes are confirmed."""
    with transaction.atomic():
        meeting = take(actor, Step.RESOLVE, meeting_id)
        row = access.fetch(actor, KEEP, meeting.resolutions.all(), pk=resolution_id)
        words = row.words
        row.delete()
        write(actor, Step.RESOLVE, meeting, {}, lambda: _("Taken back: %(words)s") % {"words": words[:200]}, told={"resolution": resolution_id})
    return meeting


def confirm_minutes(actor: Actor, *, meeting_id: int, expected: int | None = None) -> Meeting:
    """Confirm the minutes: they never change again, and each resolution becomes a case of its unit (source: meeting), due on its day.
    Raises Refusal where nobody said which units came, or nothing was written nor resolved."""
    with transaction.atomic():
        meeting = take(actor, Step.CONFIRM, meeting_id, expected=expected)
        if meeting.invited.filter(came__isnull=True).exists():
            raise refuse(_("Say first which units came."), "meeting_attendance")
        rows = list(meeting.resolutions.select_related("unit__division").filter(case__isnull=True))
        if not rows and not meeting.agenda.exclude(minutes="").exists():
            raise refuse(_("There are no minutes yet, and nothing was resolved."), "meeting_empty")
        for row in rows:
            row.case = _followed(actor, meeting, row)
            row.save(update_fields=["case"])
        changes = {"confirmed_at": clock.now(), "confirmed_by_id": actor.account_id}
        told = {"cases": [row.case_id for row in rows]}
        write(actor, Step.CONFIRM, meeting, changes, lambda: _("Minutes confirmed; %(n)d cases sent out.") % {"n": len(rows)}, told=told)
    return meeting


def _followed(actor: Actor, meeting: Meeting, row: Resolution) -> Case:
    """The case, at the site of an on-site session. Who confirms the minutes has what was resolved followed: it is done in their name, whatever
    else they may do."""
    acting = actor.unhindered()
    days = max(1, (row.due_on - clock.today()).days)
    description = f"落实会议议定事项：{row.words}（{meeting.title}）"[:500]
    place = row.unit.division or meeting.division
    case = cases.report(acting, description=description, source=Source.MEETING, site=meeting.site, division=place)
    return cases.dispatch(acting, case_id=case.pk, lead=row.unit, limit=Limit(days, "calendar_days"), note=f"会议议定：{row.words}"[:300])
