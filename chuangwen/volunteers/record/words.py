"""How the record beside hours is told: badges, days that are left."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chuangwen.kernel import clock
from chuangwen.volunteers.presence.models import Source
from chuangwen.volunteers.record.models import Commendation, RecordObjection, ServiceAppraisal, ServiceComplaint
from chuangwen.volunteers.record.queries import Rated
from chuangwen.web.templatetags.web import badge

STANDING_TONES = {"stands": "ok", "withdrawn": "bad"}
GRADE_TONES = {"excellent": "ok", "good": "ok", "sound": "quiet", "lacking": "warn"}
OBJECTION_TONES = {"open": "wait", "correcting": "wait", "upheld": "ok", "refused": "quiet", "taken_back": "quiet"}
COMPLAINT_TONES = {"open": "wait", "founded": "warn", "unfounded": "quiet"}


def standing_badge(row: Commendation | ServiceAppraisal) -> Any:
    return badge(row.get_state_display(), STANDING_TONES[row.state])


def grade_badge(row: ServiceAppraisal) -> Any:
    return badge(row.get_grade_display(), GRADE_TONES[row.grade] if row.state == "stands" else "quiet")


def _with_late(row: RecordObjection | ServiceComplaint, shown: Any) -> Any:
    if row.state in RecordObjection.WAITING and row.due_on < clock.today():
        return format_html("{} {}", shown, badge(pgettext("record", "late"), "bad"))
    return shown


def objection_badge(row: RecordObjection) -> Any:
    return _with_late(row, badge(row.get_state_display(), OBJECTION_TONES[row.state]))


def complaint_badge(row: ServiceComplaint) -> Any:
    return _with_late(row, badge(row.get_state_display(), COMPLAINT_TONES[row.state]))


def rated(one: Rated) -> str:
    """Count and figure of ratings, in a sentence."""
    facts = {"mean": one.mean, "count": one.count, "services": one.services}
    if one.source == Source.ORDER:
        return _("Rated by who ordered: %(mean)s of 5 (%(count)d ratings)") % facts
    return _("Rated by who took part in the activities: %(mean)s of 5 (%(count)d ratings, %(services)d activities)") % facts
