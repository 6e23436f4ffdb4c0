"""How duties and their standing are written in tables and cards."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chuangwen.duties.rhythm.models import Duty, Occurrence
from chuangwen.duties.rhythm.queries import Owed
from chuangwen.kernel import clock
from chuangwen.web import formatting
from chuangwen.web.templatetags.web import badge

State = Occurrence.State
TONES = {State.OPEN: "wait", State.KEPT: "ok", State.MISSED: "bad", State.EXCUSED: "quiet"}


def state_badge(state: str) -> Any:
    return badge(State(state).label, TONES[State(state)])


def span_words(row: Occurrence) -> str:
    """11月30日 – 12月6日, or the one day."""
    today = clock.today()
    first = formatting.short_day(row.first, today)
    return first if row.first == row.last else f"{first} – {formatting.short_day(row.last, today)}"


def done_words(row: Occurrence) -> str:
    return _("%(done)d of %(wanted)d") % {"done": row.done, "wanted": row.wanted}


def due_words(one: Owed) -> str:
    """How long there is still time."""
    if one.state != State.OPEN:
        return ""
    if one.ahead:
        return _("from %(day)s") % {"day": formatting.short_day(one.row.first, one.today)}
    if one.days_left == 0:
        return _("today is the last day")
    return ngettext("%(n)d day left", "%(n)d days left", one.days_left) % {"n": one.days_left}


def state_cell(row: Occurrence) -> Any:
    if row.asked_at is not None and row.excused_at is None and not row.settled:
        return format_html("{} {}", state_badge(row.state), badge(_("asks to be excused"), "warn"))
    return state_badge(row.state)


def who_owes(duty: Duty) -> str:
    """The units that owe it, in words: 河东街道 · 社区."""
    from chuangwen.people.models import Unit

    kinds = "、".join(str(Unit.Kind(kind).label) for kind in duty.kinds) or _("all kinds of units")
    label = duty.get_level_display() if duty.level is not None else ""
    level = f" · {label}" if label and label not in (kinds, duty.division.get_level_display()) else ""
    under = f" · {_('below %(unit)s') % {'unit': duty.under}}" if duty.under is not None else ""
    return f"{duty.division} · {kinds}{level}{under}"
