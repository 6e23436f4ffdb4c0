"""What is read of meetings. A unit learns of a meeting when it is invited, and reads its own rows of the agenda."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from chuangwen.cases.models import State as CaseState
from chuangwen.duties.meetings import proposing, states
from chuangwen.duties.meetings.actions.planning import carried_on
from chuangwen.duties.meetings.models import AgendaItem, Meeting, MeetingUnit, Resolution
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import ALL, DIVISION, Actor
from chuangwen.people.models import Unit
from chuangwen.web.filters import start_of

SEE = "duties.see_meetings"


def whole(actor: Actor) -> bool:
    """Whether the actor sees meetings as the office does, and not as an invited unit."""
    return actor.is_system or any(grant.scope in (ALL, DIVISION) for grant in actor.scopes(SEE))


def not_told(actor: Actor) -> Q | None:
    """What is hidden from units: meetings of which nobody has told them."""
    return None if whole(actor) else Q(invited_at__isnull=True)


access.veil("duties.Meeting", "not_told", not_told)


def own_units(actor: Actor) -> set[int] | None:
    """The units whose rows an invited unit reads, with those below them; None: all rows."""
    if whole(actor):
        return None
    return set(access.scoped(actor, SEE, Unit).order_by().values_list("pk", flat=True))


def meetings(actor: Actor) -> QuerySet[Meeting]:
    """The meetings that the actor sees, with what a row shows."""
    return access.scoped(actor, SEE, Meeting).select_related("division", "convener")


def counted(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """With how many units and resolutions each has, and how many of these are done."""
    return rows.annotate(
        unit_count=_count(MeetingUnit.objects.all()), resolution_count=_count(Resolution.objects.all()),
        done_count=_count(Resolution.objects.filter(case__state=CaseState.CLOSED)),
    )  # fmt: skip


def _count(rows: QuerySet[Any]) -> Coalesce:
    """How many of these rows each meeting has: reckoned for the rows of a page, where joins would be for the whole table."""
    mine = rows.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    return Coalesce(Subquery(mine.annotate(n=Count("pk")).values("n")), 0)


def resolutions(actor: Actor) -> QuerySet[Resolution]:
    """The resolutions that the actor sees: of an area, or those of one's own unit once they were sent out."""
    rows = access.scoped(actor, SEE, Resolution).select_related("meeting", "unit", "case")
    return rows if whole(actor) else rows.filter(case__isnull=False)


def standing_condition(word: str, now: datetime) -> Q:
    """``states.standing`` as a condition: the same table, read by the database."""
    answered, over = ("submitted", "verified"), ("closed", "rejected", "merged", "deferred")
    running = Q(case__isnull=False) & ~Q(case__state__in=over)
    late = running & ~Q(case__state__in=answered) & Q(case__due_at__lt=now)
    return {
        states.NOTED: Q(case__isnull=True), states.DONE: Q(case__state="closed"), states.DEFERRED: Q(case__state="deferred"),
        states.DROPPED: Q(case__state__in=("rejected", "merged")), states.LATE: late,
        states.UNDER_WAY: running & (Q(case__state__in=answered) | Q(case__due_at__isnull=True) | Q(case__due_at__gte=now)),
    }[word]  # fmt: skip


@dataclass
class ItemLine:
    """An item with the rows that this person reads; ``hidden``: how many are other units'. ``frozen``: as they stood when the meeting opened."""

    item: AgendaItem
    rows: list[dict[str, Any]]
    total: int
    frozen: bool
    hidden: int = 0

    @property
    def icon(self) -> str:
        source = proposing.SOURCES.get(self.item.source)
        return source.icon if source else "pencil"

    @property
    def units(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The rows unit by unit, in their order."""
        found: dict[str, list[dict[str, Any]]] = {}
        for row in self.rows:
            found.setdefault(row["unit_name"], []).append(row)
        return list(found.items())


def agenda(meeting: Meeting, invited: Iterable[MeetingUnit], own: set[int] | None) -> list[ItemLine]:
    """The agenda: live before the meeting opens (two or three queries a source), frozen from then on (one query)."""
    items = list(meeting.agenda.all())
    about = None
    if meeting.state in states.AHEAD and any(item.source for item in items):
        about = proposing.asked(meeting, [row.unit for row in invited])
    lines = []
    for item in items:
        if about is not None and item.source:
            found, total = proposing.rows_of(item.source, about)
            rows, frozen = [row.plain for row in found], False
        else:
            rows, total, frozen = item.rows, item.total, item.taken_at is not None
        kept = rows if own is None else [row for row in rows if row["unit"] in own]
        lines.append(ItemLine(item, kept, total, frozen, total - len(kept) if own is not None else 0))
    return lines


@dataclass
class Told:
    """A resolution and how it stands now; ``carried``: it is open and was taken up by a later meeting of the series."""

    row: Resolution
    how: str
    carried: bool = False

    @property
    def word(self) -> Any:
        return proposing.WORDS[self.how]

    @property
    def tone(self) -> str:
        return proposing.TONES[self.how]


def told(rows: Iterable[Resolution], now: datetime, carried: bool = False) -> list[Told]:
    return [Told(row, how := row.standing(now), carried and how not in states.ENDED) for row in rows]


@dataclass
class Detail:
    """What the page of a meeting shows."""

    meeting: Meeting
    invited: list[MeetingUnit]
    lines: list[ItemLine]
    resolutions: list[Told]
    carried: bool
    before: Meeting | None
    next: Meeting | None
    events: list[Any] = field(default_factory=list)

    @property
    def came(self) -> int:
        return sum(bool(row.came) for row in self.invited)


def detail(actor: Actor, pk: int) -> Detail:
    """One meeting with everything about it that the actor may read. Raises Denied, Missing."""
    rows = meetings(actor).select_related("division", "convener", "site", "follows", "confirmed_by__person")
    meeting = access.fetch(actor, SEE, rows, pk=pk)
    own = own_units(actor)
    invited = list(meeting.invited.select_related("unit"))
    resolved = meeting.resolutions.select_related("unit", "case", "item")
    if own is not None:
        resolved = resolved.filter(unit__in=own, case__isnull=False)
    carried = meeting.state in states.TOOK_PLACE and carried_on(meeting)
    seen = list(meetings(actor).filter(Q(follows=meeting.pk) | Q(pk=meeting.follows_id or 0)))
    return Detail(
        meeting, invited if own is None else [row for row in invited if row.unit_id in own], agenda(meeting, invited, own),
        told(resolved, clock.now(), carried), carried, next((row for row in seen if row.pk == meeting.follows_id), None),
        next((row for row in seen if row.follows_id == meeting.pk), None),
        list(meeting.events.select_related("account__person")[:12]) if own is None else [],
    )  # fmt: skip


def of_units(units: Iterable[int], first: date, last: date) -> QuerySet[MeetingUnit]:
    """Invitations of these units to meetings that begin from one day to another and were not called off. One query when read."""
    since, before = start_of(first), start_of(last + timedelta(days=1))
    rows = MeetingUnit.objects.filter(unit__in=list(units), meeting__starts_at__gte=since, meeting__starts_at__lt=before)
    return rows.exclude(meeting__state=states.CANCELLED).select_related("meeting").order_by("meeting__starts_at", "pk")


def may_follow(actor: Actor, limit: int = 60) -> list[Meeting]:
    """Meetings after which another can be planned: not called off, and nothing follows them yet. One query."""
    rows = access.scoped(actor, "duties.plan_meeting", Meeting).filter(followed_by__isnull=True).exclude(state=states.CANCELLED)
    return list(rows.order_by("-starts_at", "-pk")[:limit])
