"""What a meeting has to talk about, drawn from what is late. A registry of sources: each finds the rows of the invited units in a constant
number of queries. Nothing is typed a second time; each row says where it can be looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from chuangwen.cases.models import LIVE, Case, EscalationStep, Level, StepState, Urgency
from chuangwen.duties.meetings import states
from chuangwen.duties.meetings.models import Meeting, Resolution
from chuangwen.duties.rhythm.models import Occurrence
from chuangwen.kernel import clock
from chuangwen.people.models import Unit
from chuangwen.web import formatting

MOST_ROWS = 200
"""So many rows of a source are kept with the minutes; how many there were is kept beside them."""
LOOK_BACK_DAYS = 28
"""Where no meeting came before: missed duties of so many days."""


@dataclass(frozen=True)
class Row:
    """One thing to talk about. ``since`` is when it was due; ``thing`` and ``key`` name the record."""

    unit: int
    unit_name: str
    title: str
    detail: str
    url: str
    thing: str
    key: int
    since: str = ""

    @property
    def plain(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Asked:
    """About what a meeting asks: its units with those below them, what came before it, now."""

    meeting: Meeting
    units: Collection[int]
    since: date
    now: datetime


Find = Callable[[Asked], tuple[list[Row], int]]


@dataclass(frozen=True)
class Source:
    """``find`` gives the first MOST_ROWS rows, in the order of units and days, and how many there are."""

    key: str
    label: str | Promise
    icon: str
    find: Find


SOURCES: dict[str, Source] = {}


def register(key: str, label: str | Promise, icon: str) -> Callable[[Find], Find]:
    """Decorator: make a source known."""

    def add(find: Find) -> Find:
        SOURCES[key] = Source(key, label, icon, find)
        return find

    return add


def asked(meeting: Meeting, units: Collection[Unit]) -> Asked:
    """What a meeting of these units asks about. At most two queries."""
    before = None
    if meeting.root_id:
        held = series(meeting).filter(state__in=states.TOOK_PLACE).order_by("-starts_at")
        before = held.values_list("starts_at", flat=True).first()
    since = before.astimezone(clock.LOCAL).date() if before else clock.today() - timedelta(days=LOOK_BACK_DAYS)
    return Asked(meeting, below(units), since, clock.now())


def below(units: Collection[Unit]) -> list[int]:
    """These units and all below them. One query."""
    tops: list[str] = []
    for path in sorted(unit.path for unit in units):
        if not tops or not path.startswith(tops[-1]):
            tops.append(path)
    if not tops:
        return []
    under = Q()
    for path in tops:
        under |= Q(path__startswith=path)
    return list(Unit.objects.filter(under).order_by().values_list("pk", flat=True))


def series(meeting: Meeting) -> Any:
    """The earlier meetings of its series."""
    root = meeting.root_id or meeting.pk
    return Meeting.objects.filter(Q(pk=root) | Q(root=root), starts_at__lt=meeting.starts_at).exclude(pk=meeting.pk)


def rows_of(source: str, about: Asked) -> tuple[list[Row], int]:
    """The rows of one source as they are now."""
    return SOURCES[source].find(about) if source in SOURCES else ([], 0)


def everything(about: Asked) -> Iterator[tuple[Source, list[Row], int]]:
    """Each source that has something, with its rows."""
    for source in SOURCES.values():
        rows, total = source.find(about)
        if total:
            yield source, rows, total


def _days_late(due: datetime | date | None, now: datetime) -> str:
    if due is None:
        return ""
    day = due.astimezone(clock.LOCAL).date() if isinstance(due, datetime) else due
    late = (now.astimezone(clock.LOCAL).date() - day).days
    return ngettext("%(n)d day late", "%(n)d days late", late) % {"n": late} if late > 0 else _("due today")


@register("resolutions", gettext_lazy("What was resolved before and is not done"), "checklist")
def _resolutions(about: Asked) -> tuple[list[Row], int]:
    """Of all earlier meetings of the series, whoever is invited this time."""
    if not about.meeting.root_id:
        return [], 0
    found = Resolution.objects.filter(meeting__in=series(about.meeting).filter(state__in=states.TOOK_PLACE).order_by().values("pk"))
    found = found.exclude(case__state__in=("closed", "rejected", "merged")).select_related("unit", "case", "meeting")
    rows = list(found.order_by("unit__path", "due_on", "pk"))
    return [_of_resolution(row, about.now) for row in rows[:MOST_ROWS]], len(rows)


def _of_resolution(row: Resolution, now: datetime) -> Row:
    how = row.standing(now)
    late = _days_late(row.case.due_at if row.case else row.due_on, now) if how == states.LATE else ""
    detail = " · ".join(filter(None, [str(row.meeting), str(WORDS[how]), late]))
    return Row(row.unit_id, str(row.unit), row.words[:120], detail, row.get_absolute_url(), "duties.resolution", row.pk, row.due_on.isoformat())


WORDS: dict[str, Any] = {
    states.NOTED: gettext_lazy("noted, not yet a case"),
    states.UNDER_WAY: pgettext_lazy("resolution", "under way"),
    states.LATE: gettext_lazy("late"),
    states.DEFERRED: gettext_lazy("deferred against a plan"),
    states.DONE: pgettext_lazy("resolution", "done"),
    states.DROPPED: gettext_lazy("dropped"),
}
TONES = {
    states.NOTED: "quiet", states.UNDER_WAY: "wait", states.LATE: "bad", states.DEFERRED: "warn", states.DONE: "ok", states.DROPPED: "quiet",
}  # fmt: skip


@register("cases", gettext_lazy("Problems that are overdue"), "alert-triangle")
def _cases(about: Asked) -> tuple[list[Row], int]:
    late = (Urgency.OVERDUE, Urgency.SUPERVISION)
    found = Case.objects.filter(LIVE, urgency__in=late, handling_unit__in=about.units, due_at__lt=about.now)
    rows = list(found.select_related("handling_unit", "site").order_by("handling_unit__path", "due_at", "pk")[: MOST_ROWS + 1])
    total = len(rows) if len(rows) <= MOST_ROWS else found.count()
    return [
        Row(
            row.handling_unit_id or 0, str(row.handling_unit), f"{row.number} {row.description}"[:120],
            " · ".join(filter(None, [str(row.site.name if row.site else row.address), _days_late(row.due_at, about.now)])),
            reverse("cases:detail", args=[row.pk]), "cases.case", row.pk,
            row.due_at.astimezone(clock.LOCAL).date().isoformat() if row.due_at else "",
        )
        for row in rows[:MOST_ROWS]
    ], total  # fmt: skip


@register("steps", gettext_lazy("Steps of escalation that are open"), "stairs")
def _steps(about: Asked) -> tuple[list[Row], int]:
    open_ones = (StepState.ISSUED, StepState.ANSWERED, StepState.BROKEN)
    found = EscalationStep.objects.filter(state__in=open_ones, unit__in=about.units, issued_at__lte=about.now).exclude(level=Level.REMINDER)
    rows = list(found.select_related("unit").order_by("unit__path", "level", "pk"))
    return [
        Row(
            row.unit_id, str(row.unit), " ".join(filter(None, [row.get_level_display(), row.number or ""])),
            " · ".join(filter(None, [row.get_state_display(), _("promised for %(day)s") % {"day": formatting.day(row.promised_on)}
                                     if row.promised_on else ""])),
            reverse("cases:step", args=[row.pk]), "cases.escalationstep", row.pk, row.promised_on.isoformat() if row.promised_on else "",
        )
        for row in rows[:MOST_ROWS]
    ], len(rows)  # fmt: skip


def _list_of(**asked: Any) -> str:
    return f"{reverse('duties:occurrences')}?{urlencode(asked)}"


@register("duties", gettext_lazy("Duties that were missed"), "calendar-time")
def _duties(about: Asked) -> tuple[list[Row], int]:
    """A row for each unit and duty, since the meeting before."""
    today = about.now.astimezone(clock.LOCAL).date()
    found = Occurrence.objects.filter(state=Occurrence.State.MISSED, unit__in=about.units, last__gte=about.since, last__lte=today)
    missed: dict[tuple[int, int], list[date]] = defaultdict(list)
    names: dict[tuple[int, int], tuple[str, str]] = {}
    order = found.order_by("unit__path", "duty__name", "last")
    for unit, short, name, duty, title, last in order.values_list("unit", "unit__short_name", "unit__name", "duty", "duty__name", "last"):
        missed[unit, duty].append(last)
        names[unit, duty] = (short or name, title)
    rows = [
        Row(
            unit, names[unit, duty][0], names[unit, duty][1],
            ngettext("missed %(n)d time since %(day)s", "missed %(n)d times since %(day)s", len(days))
            % {"n": len(days), "day": formatting.day(about.since)},
            _list_of(duty=duty, unit=unit, state="missed", last_from=about.since.isoformat()), "duties.duty", duty, days[0].isoformat(),
        )
        for (unit, duty), days in missed.items()
    ]  # fmt: skip
    return rows[:MOST_ROWS], len(rows)
