"""How centres and their tasks are told in lists and on pages."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chuangwen.kernel import clock
from chuangwen.volunteers.centres import rules
from chuangwen.volunteers.centres.models import Centre, CentreInformation, CentreTask
from chuangwen.web import formatting
from chuangwen.web.templatetags.web import badge

TONES = {"building": "warn", "open": "ok", "closed": "quiet"}
TASK_TONES = {rules.GIVEN: "wait", rules.REPORTED: "accent", rules.DONE: "ok", rules.CALLED_OFF: "quiet"}


def state_badge(centre: Centre) -> Any:
    return badge(centre.get_state_display(), TONES[centre.state])


def open_now(centre: Centre) -> bool:
    now = clock.now().astimezone(clock.LOCAL)
    site = centre.site
    return centre.state == Centre.State.OPEN and rules.is_open(now, site.opens_at, site.closes_at, centre.open_days)


def open_badge(centre: Centre) -> Any:
    return badge(_("open now"), "ok") if open_now(centre) else badge(_("closed now"), "quiet")


def weekdays() -> list[str]:
    return [
        pgettext("weekday", "Mon"), pgettext("weekday", "Tue"), pgettext("weekday", "Wed"), pgettext("weekday", "Thu"),
        pgettext("weekday", "Fri"), pgettext("weekday", "Sat"), pgettext("weekday", "Sun"),
    ]  # fmt: skip


def hours(centre: Centre) -> str:
    """Mon–Fri 08:30–17:30, as people read it."""
    names = weekdays()
    on = [n for n in range(7) if centre.open_days >> n & 1]
    if on and on == list(range(on[0], on[-1] + 1)) and len(on) > 2:
        span = _("%(first)s to %(last)s") % {"first": names[on[0]], "last": names[on[-1]]}
        days = span if len(on) < 7 else _("every day")
    else:
        days = "、".join(names[n] for n in on)
    opens, closes = centre.site.opens_at, centre.site.closes_at
    whole = _("all day")
    return f"{days} {opens:%H:%M}–{closes:%H:%M}" if opens and closes else f"{days} {whole}"


def task_badge(task: CentreTask) -> Any:
    if task.state == rules.GIVEN and task.due_on < clock.today():
        return badge(_("overdue"), "bad")
    if task.state == rules.DONE:
        return badge(_("done in time"), "ok") if task.in_time else badge(_("done late"), "warn")
    return badge(task.get_state_display(), TASK_TONES[task.state])


def information_badge(row: CentreInformation) -> Any:
    if row.struck_on:
        return badge(_("struck"), "quiet")
    return badge(_("taken over: %(level)s") % {"level": row.get_level_display()}, "ok") if row.level else badge(_("sent in"), "wait")


def check_cell(row: Any) -> Any:
    """The newest self-check in words."""
    if row.check_asked is None:
        return formatting.EMPTY
    day = formatting.short_day(row.checked_on, clock.today())
    return format_html('{} <span class="text-secondary small">{}</span>', f"{row.check_met} / {row.check_asked}", day)
