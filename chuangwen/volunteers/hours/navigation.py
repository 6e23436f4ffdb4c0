"""Where hours stand in the navigation, and what they show on other pages: one's own record, and the way to a volunteer's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.hours import queries, words
from chuangwen.web.navigation import VOLUNTEERS, NavEntry
from chuangwen.web.navigation import register as enter
from chuangwen.web.panels import Panel, register
from chuangwen.web.views import actor_of

LINES = 5

enter(NavEntry(VOLUNTEERS, _("Service records"), "volunteers:hours-entries", "clock-hour-4", order=40, verb="volunteers.see_hours"))
enter(NavEntry(VOLUNTEERS, _("Doubts about hours"), "volunteers:hours-doubts", "shield-exclamation", order=42, verb="volunteers.settle_doubts"))
enter(
    NavEntry(
        VOLUNTEERS, _("Certificates of service"), "volunteers:hours-certificates", "certificate", order=44, verb="volunteers.issue_certificates"
    )
)


def own_record(request: HttpRequest, volunteer: Volunteer) -> dict[str, Any] | None:
    """What counts, the star and the newest lines, on the volunteer's own page."""
    actor = actor_of(request)
    rows = list(queries.entries(actor, queries.OWN).filter(volunteer=volunteer).order_by("-day", "-pk")[:LINES])
    known = queries.attended(rows, actor)
    return {
        "totals": queries.totals(volunteer), "url": reverse("volunteers:hours-mine"),
        "lines": [(row, words.entry_badges(row), known.get((row.source, row.source_id))) for row in rows],
        "ask_url": reverse("volunteers:hours-certificate-new", args=[volunteer.pk]),
    }  # fmt: skip


def record_link(request: HttpRequest, volunteer: Volunteer) -> dict[str, Any] | None:
    """The way from the desk's page of a volunteer to the record."""
    return {"url": reverse("volunteers:hours-record", args=[volunteer.pk])}


register(Panel("volunteers.me", "hours", "volunteers/hours/me_panel.html", own_record, verb="volunteers.own_hours", order=20))
register(Panel("volunteers.volunteer", "hours", "volunteers/hours/record_link.html", record_link, verb="volunteers.see_hours", slot="head"))
