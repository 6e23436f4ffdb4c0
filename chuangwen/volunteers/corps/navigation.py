"""Where teams and volunteers stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from chuangwen.volunteers.corps import queries
from chuangwen.volunteers.corps.access import BE, MANAGE_VOLUNTEERS, SEE_TEAMS, SEE_VOLUNTEERS
from chuangwen.web.navigation import VOLUNTEERS, NavEntry, register
from chuangwen.web.views import actor_of


def _waiting(request):  # type: ignore[no-untyped-def]
    actor = actor_of(request)
    return queries.waiting(actor) if actor.may(MANAGE_VOLUNTEERS) else None


register(NavEntry(VOLUNTEERS, _("My volunteering"), "volunteers:me", "heart", order=5, verb=BE, phone=True))
register(NavEntry(VOLUNTEERS, _("Volunteering desk"), "volunteers:home", "heart-handshake", order=10, verb=SEE_TEAMS))
register(NavEntry(VOLUNTEERS, _("Teams of volunteers"), "volunteers:teams", "users-group", order=15, verb=SEE_TEAMS))
register(NavEntry(VOLUNTEERS, _("Volunteers"), "volunteers:volunteers", "users", order=20, verb=SEE_VOLUNTEERS, badge=_waiting))
register(NavEntry(VOLUNTEERS, _("Trainings"), "volunteers:trainings", "school", order=80, verb=SEE_VOLUNTEERS))
register(NavEntry(VOLUNTEERS, _("Insurance of volunteers"), "volunteers:insurances", "umbrella", order=85, verb=SEE_VOLUNTEERS))
