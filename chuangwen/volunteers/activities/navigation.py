"""Where activities stand in the navigation, and on the page of a volunteer."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chuangwen.volunteers.activities.access import SEE, TAKE_PART
from chuangwen.volunteers.activities.views.mine import finder
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.web.navigation import VOLUNTEERS, NavEntry, register
from chuangwen.web.panels import Panel
from chuangwen.web.panels import register as register_panel


def on_my_page(request: HttpRequest, volunteer: Volunteer) -> dict[str, Any] | None:
    """The finder, on the page of who is an active volunteer."""
    return finder(volunteer) if volunteer.state == Volunteer.State.ACTIVE else None


register(NavEntry(VOLUNTEERS, _("Activities"), "volunteers:activities", "calendar-event", order=30, verb=SEE))
register(NavEntry(VOLUNTEERS, _("My activities"), "volunteers:activity-mine", "heart-handshake", order=15, verb=TAKE_PART, phone=True))
register_panel(Panel("volunteers.me", "activities", "volunteers/activities/finder.html", on_my_page, verb=TAKE_PART, order=20))
