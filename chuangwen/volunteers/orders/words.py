"""How orders are told in lists and on pages."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chuangwen.kernel import clock, codes
from chuangwen.kernel.access import Actor
from chuangwen.volunteers.orders import states
from chuangwen.volunteers.orders.models import OrderAsk, ServiceOrder
from chuangwen.web import formatting
from chuangwen.web.templatetags.web import badge

TONES = {
    states.PENDING: "wait", states.REFUSED: "bad", states.WAITING: "warn", states.OFFERED: "wait", states.SERVING: "accent",
    states.TO_RATE: "wait",
    states.DONE: "ok", states.CANCELLED: "quiet",
}  # fmt: skip
ASK_TONES = {"asked": "wait", "taken": "ok", "declined": "warn", "lapsed": "bad", "recalled": "quiet"}
EVENT_TONES = {
    "refuse": "bad", "lapse": "warn", "decline": "warn", "recall": "warn", "take": "ok", "finish": "ok", "begin": "accent", "cancel": "quiet"
}


def state_badge(order: ServiceOrder) -> Any:
    return badge(order.get_state_display(), TONES[order.state])


def state_cell(order: ServiceOrder) -> Any:
    """The state, with what makes it urgent."""
    marks = [state_badge(order)]
    if order.stuck and order.state == states.WAITING:
        marks.append(badge(_("nobody took it"), "bad"))
    elif is_late(order):
        marks.append(badge(pgettext("service order", "time has passed"), "bad"))
    return format_html(" ".join(["{}"] * len(marks)), *marks)


def is_late(order: ServiceOrder) -> bool:
    return order.state in states.OPEN and order.end < clock.now()


def ask_badge(ask: OrderAsk) -> Any:
    return badge(ask.get_state_display(), ASK_TONES[ask.state])


def when_words(order: ServiceOrder) -> str:
    """When it suits: a day with its hours, or from a day to a day."""
    start, end = order.start.astimezone(clock.LOCAL), order.end.astimezone(clock.LOCAL)
    if start.date() == end.date():
        return f"{formatting.short_day(start.date(), clock.today())} {start:%H:%M}–{end:%H:%M}"
    return f"{formatting.short_day(start.date(), clock.today())} – {formatting.short_day(end.date(), clock.today())}"


def name_cell(order: ServiceOrder) -> str:
    """The name as it stands in lists and sheets: covered."""
    return codes.mask_name(order.name)


def rating_words(order: ServiceOrder) -> str:
    return f"{order.rating} / 5" if order.rating else formatting.EMPTY


def who_entered(order: ServiceOrder, _actor: Actor | None = None) -> str:
    """By what way it came, and who asked for it in somebody's place."""
    return f"{order.get_channel_display()}：{codes.mask_name(order.helper)}" if order.helper else str(order.get_channel_display())
