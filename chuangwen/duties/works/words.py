"""How works are told in lists and on pages."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chuangwen.duties.works import states
from chuangwen.duties.works.gantt import Span
from chuangwen.duties.works.models import Work, WorkFund, WorkStage
from chuangwen.kernel import clock
from chuangwen.web import formatting
from chuangwen.web.templatetags.web import badge

TONES = {states.PLANNED: "quiet", states.RUNNING: "wait", states.STOPPED: "warn", states.FINISHED: "ok", states.CALLED_OFF: "quiet"}
FUND_TONES = {"applied": "wait", "granted": "ok", "denied": "bad"}


def state_badge(work: Work) -> Any:
    return badge(Work.State(work.state).label, TONES[work.state])


def fund_badge(fund: WorkFund) -> Any:
    return badge(fund.get_state_display(), FUND_TONES[fund.state])


def is_late(work: Work) -> bool:
    return work.state in states.OPEN and work.planned_end < clock.today()


def end_cell(work: Work) -> Any:
    """The planned end, with how far it slipped and whether it is past."""
    day = formatting.short_day(work.planned_end, clock.today())
    marks = [day]
    if work.slipped_days:
        marks.append(badge(slip_words(work), "warn"))
    if is_late(work):
        marks.append(badge(_("overdue"), "bad"))
    return format_html(" ".join(["{}"] * len(marks)), *marks)


def slip_words(work: Work) -> str:
    return ngettext("slipped by %(n)d day", "slipped by %(n)d days", work.slipped_days) % {"n": work.slipped_days}


def stages_cell(work: Any) -> str:
    return f"{work.done_count} / {work.stage_count}" if work.stage_count else formatting.EMPTY


def span_of(row: Work | WorkStage) -> Span:
    """A work or a stage as a line of the chart. A work that was called off ends where it was called off."""
    over = isinstance(row, Work) and row.state in states.ENDED
    return Span(row.planned_start, row.planned_end, row.started_on, row.ended_on if row.started_on else None, row, over)
