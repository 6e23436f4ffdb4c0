"""A volunteer who is sent to an order begins and ends on the phone, without signal too. The phone keeps what and when, never for whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy, gettext_noop

from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.volunteers.orders import access as verbs
from chuangwen.volunteers.orders import actions, queries, words
from chuangwen.volunteers.presence.models import Presence
from chuangwen.volunteers.presence.without_signal import Known, Send, Shell, Worker, corrected, known, number, spot_of


def least(order: Any, presence: Presence | None) -> dict[str, Any]:
    """An order as the phone keeps it: no name, no address, no words of who ordered."""
    since = f"{presence.began_at.astimezone(clock.LOCAL):%H:%M}" if presence else ""
    return {
        "id": order.pk, "title": order.title, "words": f"{order.number} · {words.when_words(order)}",
        "state": presence.state if presence else "", "since": since,
    }  # fmt: skip


def rows_of(actor: Actor) -> list[dict[str, Any]]:
    """The orders to which somebody is sent and that are being served. Two queries."""
    orders = list(queries.sent_to(actor))
    there = queries.own_presences(actor, [order.pk for order in orders])
    return [least(order, there.get(order.pk)) for order in orders]


class Own(Shell):
    """What the pages of one's orders open as without signal: kept on the phone, and nobody's."""

    name = "order-own"
    template = "volunteers/orders/own.html"
    title = gettext_lazy("Where you are sent")
    first = gettext_noop("Sign in once with signal, so that this phone knows your orders.")
    words = (
        gettext_noop("I am there"),
        gettext_noop("I am leaving"),
        gettext_noop("Present since %s"),
        gettext_noop("Ended, thank you"),
        gettext_noop("You are sent nowhere at the moment."),
    )


def shell_for(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """What the script of a page of one's orders takes while there is signal."""
    return Own.shell() | {"known": known(request, actor, rows_of(actor))}


class OwnData(Known):
    """``rows``: ``least`` of each order to which the reader is sent."""

    required_verb = verbs.TAKE

    def rows(self) -> list[dict[str, Any]]:
        return rows_of(self.actor)


class OwnSend(Send):
    """Entries are ``{"uid", "order", "what": "begin" | "end", "at": ms, "lat", "lon", "accuracy"}``. A presence at an order is one for each
    volunteer, whatever its ``uid``."""

    required_verb = verbs.TAKE

    def read(self, one: dict[str, Any]) -> dict[str, Any]:
        if one["what"] not in ("begin", "end"):
            raise ValueError
        return {"what": one["what"], "order": number(one["order"]), "spot": spot_of(one)}

    def keep(self, one: dict[str, Any], now: datetime, device: str) -> dict[str, Any]:
        act = actions.begin_own_service if one["what"] == "begin" else actions.end_own_service
        act(self.actor, order_id=one["order"], at=corrected(one["at"], now), spot=one["spot"])
        return {}


class OwnWorker(Worker):
    """The service worker of that page."""

    name = "order-own"
    template = Own.template
    static = ("volunteers/orders/own.js",)
