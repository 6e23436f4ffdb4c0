"""Where orders stand in the navigation, and what stands on the page of a volunteer of their own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.volunteers.orders import access as verbs
from chuangwen.volunteers.orders import queries
from chuangwen.volunteers.orders.models import ServiceItem
from chuangwen.web.navigation import VOLUNTEERS, NavEntry
from chuangwen.web.navigation import register as enter
from chuangwen.web.panels import Panel, register
from chuangwen.web.views import actor_of

enter(NavEntry(VOLUNTEERS, pgettext_lazy("service order", "Service orders"), "volunteers:orders", "heart-handshake", order=40, verb=verbs.SEE))
enter(NavEntry(VOLUNTEERS, _("Service list"), "volunteers:order-items", "list-check", order=42, verb=verbs.SEE))
enter(NavEntry(VOLUNTEERS, _("Orders of my teams"), "volunteers:order-team", "clipboard-check", order=44, verb=verbs.TAKE))


def services_at_the_centre(request: HttpRequest, _centre: Any) -> dict[str, Any] | None:
    """The service list, on the page of a practice centre for everybody."""
    count = ServiceItem.objects.filter(active=True, public=True).count()
    return {"count": count} if count else None


def orders_of_mine(request: HttpRequest, _volunteer: Any) -> dict[str, Any] | None:
    """How much lies with the teams that one leads, and where one is sent; nothing for who neither leads nor is sent."""
    actor = actor_of(request)
    work, sent = queries.led(actor), list(queries.sent_to(actor)[:20])
    if not work and not sent:
        return None
    return {
        "teams": [{"team": one.team, "asked": len(one.asked), "serving": len(one.serving), "open": len(one.open)} for one in work], "sent": sent,
    }  # fmt: skip


register(Panel("volunteers.me", "orders", "volunteers/orders/me_panel.html", orders_of_mine, verb=verbs.TAKE, order=15))
register(Panel("volunteers.centre.open", "services", "volunteers/orders/centre_open.html", services_at_the_centre, order=30))
