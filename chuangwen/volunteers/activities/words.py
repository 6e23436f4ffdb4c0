"""How activities are told in lists and on pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from chuangwen.kernel import clock
from chuangwen.volunteers.activities import states
from chuangwen.volunteers.activities.models import Activity, Shift
from chuangwen.web import formatting
from chuangwen.web.templatetags.web import badge

TONES = {
    states.DRAFT: "quiet", states.ASKED: "wait", states.APPROVED: "wait", states.OPEN: "accent", states.HELD: "warn", states.CLOSED: "ok",
    states.CALLED_OFF: "quiet",
}  # fmt: skip


def state_badge(activity: Activity) -> Any:
    return badge(activity.get_state_display(), TONES[activity.state])


def when(activity: Activity) -> str:
    """The day, and the hours of a single shift."""
    if activity.first_at is None or activity.last_at is None:
        return formatting.EMPTY
    first, last = (at.astimezone(clock.LOCAL) for at in (activity.first_at, activity.last_at))
    day = formatting.short_day(first, clock.today())
    if first.date() == last.date():
        return f"{day} {first:%H:%M}–{last:%H:%M}"
    return f"{day} – {formatting.short_day(last, clock.today())}"


def span(shift: Shift) -> str:
    """A shift in words: 11月6日 周五 09:00–11:00."""
    first, last = (at.astimezone(clock.LOCAL) for at in (shift.starts_at, shift.ends_at))
    ends = f"{last:%H:%M}" if first.date() == last.date() else f"{last.month}月{last.day}日 {last:%H:%M}"
    return f"{first.month}月{first.day}日 周{'一二三四五六日'[first.weekday()]} {first:%H:%M}–{ends}"


def taken_cell(activity: Any) -> str:
    """Places given of all, and how many wait."""
    if not activity.places:
        return formatting.EMPTY
    told = f"{activity.taken} / {activity.places}"
    return told + (_(" (%(count)d waiting)") % {"count": activity.waiting_count} if activity.waiting_count else "")


def way(metres: int | None) -> str:
    """A distance as people say it.

    >>> way(840), way(2300), way(None)
    ('840 m', '2.3 km', '')
    """
    if metres is None:
        return ""
    return f"{round(metres, -1)} m" if metres < 1000 else f"{metres / 1000:.1f} km"
