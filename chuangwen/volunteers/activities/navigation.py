"""Where activities stand in the navigation, in the search, on the page of a volunteer, and on the page of a practice centre for everybody."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.volunteers.activities import queries, words
from chuangwen.volunteers.activities.access import SEE, TAKE_PART
from chuangwen.volunteers.activities.models import Activity
from chuangwen.volunteers.activities.views.mine import finder
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.web import finding
from chuangwen.web.finding import Found, Searched
from chuangwen.web.navigation import VOLUNTEERS, NavEntry, register
from chuangwen.web.panels import Panel
from chuangwen.web.panels import register as register_panel

FEW = 4
"""So many offers stand on the volunteer's own page."""


def on_my_page(request: HttpRequest, volunteer: Volunteer) -> dict[str, Any] | None:
    """The finder, on the page of who is an active volunteer."""
    return finder(volunteer, most=FEW) if volunteer.state == Volunteer.State.ACTIVE else None


def at_the_centre(request: HttpRequest, centre: Any) -> dict[str, Any] | None:
    """What is coming at a practice centre: in its whole area, or at its own place where it is a point or a post. Nothing of persons."""
    area = centre.division.path if centre.kind in ("centre", "office", "station") else ""
    shifts = queries.coming_at(centre.site_id, area, clock.now())
    return {"shifts": [(one, words.span(one)) for one in shifts]} if shifts else None


def find_activities(actor: Actor, text: str, most: int) -> list[Found]:
    """By title or number, the newest first."""
    rows = access.scoped(actor, SEE, Activity).filter(Q(title__icontains=text) | Q(number__iexact=text)).select_related("team", "division")
    return [
        Found(row.get_absolute_url(), row.title, f"{row.number} · {row.team} · {row.get_state_display()}") for row in rows.order_by("-pk")[:most]
    ]


finding.register(Searched("activities", _("Activities"), SEE, find_activities, order=10))
register(NavEntry(VOLUNTEERS, _("Activities"), "volunteers:activities", "calendar-event", order=30, verb=SEE))
register(NavEntry(VOLUNTEERS, _("My activities"), "volunteers:activity-mine", "heart-handshake", order=15, verb=TAKE_PART, phone=True))
register_panel(Panel("volunteers.me", "activities", "volunteers/activities/finder.html", on_my_page, verb=TAKE_PART, order=20))
register_panel(Panel("volunteers.centre.open", "activities", "volunteers/activities/centre_open.html", at_the_centre, order=20))
