"""The confirmed minutes of a meeting for the paper that they are sent out with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from chuangwen.duties.models import AgendaItem, Meeting, Resolution
from chuangwen.kernel import clock
from chuangwen.kernel.errors import Refusal
from chuangwen.papers.composing.base import moment_of
from chuangwen.papers.facts import MeetingFacts, MeetingItem, MeetingResolution
from chuangwen.papers.figures import NamedQuery, Number, Scope, ask, register

if TYPE_CHECKING:
    from chuangwen.papers.composing.registry import Subject

TOLD = (Meeting.State.CONFIRMED, Meeting.State.CLOSED)


def meeting_of(scope: Scope) -> Meeting | None:
    """The meeting, else the one of the area whose minutes were confirmed last."""
    if scope.meeting is not None:
        return scope.meeting
    rows = Meeting.objects.filter(division=scope.division, state__in=TOLD).select_related("convener", "division")
    return rows.order_by("-confirmed_at", "-pk").first()


def _resolved(scope: Scope) -> tuple[int, int]:
    meeting = meeting_of(scope)
    number = 0 if meeting is None else Resolution.objects.filter(meeting=meeting).count()
    return number, number


def _listed(scope: Scope) -> tuple[int, int]:
    """What the agenda showed when the meeting opened: of it, as many as were drawn from records."""
    meeting = meeting_of(scope)
    totals = [] if meeting is None else list(AgendaItem.objects.filter(meeting=meeting).exclude(source="").values_list("total", flat=True))
    return sum(totals), sum(totals)


def _page(scope: Scope) -> str:
    meeting = meeting_of(scope)
    return "" if meeting is None else reverse("duties:meeting", args=[meeting.pk])


register(NamedQuery("duties.meeting_resolutions", "会议议定事项数", ("division",), _resolved, _page))
register(NamedQuery("duties.meeting_agenda", "会议通报事项数", ("division",), _listed, _page))


def meeting_facts(subject: Subject) -> MeetingFacts:
    """What the paper tells. Five queries. Raises Refusal where no minutes are confirmed."""
    scope = Scope(division=subject.division, meeting=subject.meeting)
    meeting = meeting_of(scope)
    if meeting is None or meeting.state not in TOLD:
        raise Refusal(_("The minutes of no meeting of this area are confirmed yet."), "papers.no_meeting", field="division")
    scope = Scope(division=subject.division, meeting=meeting)
    invited = list(meeting.invited.select_related("unit"))
    rows = meeting.resolutions.select_related("unit", "case")
    return MeetingFacts(
        title=meeting.title, when=moment_of(meeting.starts_at.astimezone(clock.LOCAL)), place=meeting.place, chair=meeting.chair_words,
        convener=meeting.convener.name, came=[str(row.unit) for row in invited if row.came],
        absent=[f"{row.unit}（{row.words}）" if row.words else str(row.unit) for row in invited if not row.came],
        items=[_item(item, scope) for item in meeting.agenda.all()],
        resolutions=[
            MeetingResolution(row.words, str(row.unit), f"{row.due_on.year}年{row.due_on.month}月{row.due_on.day}日",
                              (row.case.number or "") if row.case else "")
            for row in rows
        ],
        resolved=ask("duties.meeting_resolutions", scope, key="meeting_resolutions"),
    )  # fmt: skip


def _item(item: AgendaItem, scope: Scope) -> MeetingItem:
    """An item; how much it showed is a figure that opens the frozen rows on the page of the meeting."""
    said = None
    if item.source and item.taken_at is not None:
        key, label = f"agenda:{item.source}", f"{item.title}项数"
        said = Number(key, label, f"{item.total}", "duties.meeting_agenda", scope.parameters(), item.total, item.total, _page(scope))
    return MeetingItem(item.title, [text for text in item.minutes.splitlines() if text.strip()], said)
