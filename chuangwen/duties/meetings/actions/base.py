"""What every action on a meeting does first and last."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from chuangwen.duties.meetings.events import MeetingMoved
from chuangwen.duties.meetings.models import Meeting, MeetingEvent
from chuangwen.duties.meetings.states import Step, after
from chuangwen.duties.rhythm.recurring import week_of
from chuangwen.kernel import clock, workload
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.lives import Life
from chuangwen.people.models import Unit

LONGEST_DAYS = 3 * 366
PLAN, KEEP = "duties.plan_meeting", "duties.keep_minutes"
POLICY = {
    Step.EDIT: PLAN, Step.AGENDA: PLAN, Step.INVITE: PLAN, Step.CANCEL: PLAN, Step.OPEN: KEEP, Step.MINUTES: KEEP, Step.ATTEND: KEEP,
    Step.RESOLVE: KEEP, Step.CONFIRM: "duties.confirm_minutes", Step.CLOSE: PLAN,
}  # fmt: skip


LIFE = Life(Meeting, MeetingEvent, "meeting", after, POLICY, ("division", "convener"), moved=MeetingMoved)
take = LIFE.take


def write(
    actor: Actor, step: Step, meeting: Meeting, changes: dict[str, Any], said: Callable[[], str], *, told: Any = None, quiet: bool = False
) -> None:
    """``Life.write``; what calendars show has its own count. ``quiet``: minutes are saved every few seconds."""
    if step is Step.EDIT or after(meeting.state, step) != meeting.state:
        changes = changes | {"sequence": meeting.sequence + 1, "changed_at": clock.now()}
    LIFE.write(actor, step, meeting, said, changes, told=told, quiet=quiet)


def refuse(message: str, code: str, field: str | None = None) -> Refusal:
    return Refusal(message, f"duties.{code}", field=field)


def needed(text: str, most: int, message: str, code: str, field: str) -> str:
    """A text that has to be there. Raises Refusal where it is empty or too long."""
    words = (text or "").replace("\x00", "").strip()
    if not words:
        raise refuse(message, code, field)
    if len(words) > most:
        raise refuse(_("At most %(most)d characters.") % {"most": most}, code, field)
    return words


def ahead(day: date, field: str = "due_on") -> date:
    """A day by which something is to be done. Raises Refusal for one that has come, or lies more than three years ahead."""
    today = clock.today()
    if day <= today:
        raise refuse(_("The day until which it is to be done has to lie ahead."), "due", field)
    if (day - today).days > LONGEST_DAYS:
        raise refuse(_("It is to be done within three years."), "due", field)
    return day


def reachable(units: Sequence[Unit], meeting_division: Any, field: str) -> list[Unit]:
    """The units, each once, where all exist today and belong to the meeting's area, one above it, or none. Raises Refusal."""
    today = clock.today()
    once = {unit.pk: unit for unit in units}
    found = Unit.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), pk__in=once).select_related("division")
    fine = [
        unit for unit in found
        if unit.division is None or unit.division.path.startswith(meeting_division.path) or meeting_division.path.startswith(unit.division.path)
    ]  # fmt: skip
    if len(fine) != len(once):
        lost = next(unit for key, unit in once.items() if key not in {one.pk for one in fine})
        raise refuse(_("“%(unit)s” has ended, or belongs to another area.") % {"unit": lost}, "meeting_unit", field)
    return sorted(fine, key=lambda unit: unit.path)


def ask_for_room(meeting: Meeting, units: Collection[int]) -> None:
    """Ask whether the week has room for one meeting more of each unit. Raises the Refusal of the load meter with its alternatives."""
    monday = week_of(meeting.starts_at.astimezone(clock.LOCAL).date())
    key = f"duties.meeting:{meeting.pk}" if meeting.pk else ""
    workload.ask([workload.Planned(unit, monday, workload.MEETINGS, 1, key) for unit in units])
