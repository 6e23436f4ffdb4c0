"""How things of an inspection are told in words and colours."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from chuangwen.duties.inspection_days.models import AfterItem, DrawnPlace, Inspection
from chuangwen.duties.meetings import proposing
from chuangwen.duties.meetings import states as meetings
from chuangwen.kernel import clock
from chuangwen.web.templatetags.web import badge

TONES = {"expected": "wait", "on": "warn", "over": "ok", "closed": "quiet"}
PLACE_TONES = {"waiting": "quiet", "there": "bad", "left": "ok"}


def state_of(row: Inspection) -> Any:
    return badge(row.get_state_display(), TONES[row.state])


def place_state(row: DrawnPlace) -> Any:
    return badge(row.get_state_display(), PLACE_TONES[row.state])


def what_becomes(row: AfterItem) -> tuple[str, str]:
    """What becomes of a thing on the list, and its colour: told from the case, or that of the resolution."""
    now = clock.now()
    if row.dropped_reason:
        return _("nothing to be done: %(reason)s") % {"reason": row.dropped_reason}, "quiet"
    case = row.case or (row.resolution.case if row.resolution else None)
    if case is not None:
        how = meetings.standing(case.state, case.due_at, now)
        return str(proposing.WORDS[how]), proposing.TONES[how]
    if row.resolution is not None:
        return _("resolved, minutes not confirmed yet"), "wait"
    return _("nobody follows it yet"), "warn"
