"""Where teams and volunteers stand in the navigation, and how they are searched."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import Actor
from chuangwen.volunteers.corps import queries
from chuangwen.volunteers.corps.access import BE, MANAGE_VOLUNTEERS, SEE_TEAMS, SEE_VOLUNTEERS
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.web import finding
from chuangwen.web.finding import Found, Searched
from chuangwen.web.navigation import VOLUNTEERS, NavEntry, register
from chuangwen.web.views import actor_of


def _waiting(request: HttpRequest) -> QuerySet[Volunteer] | None:
    actor = actor_of(request)
    return queries.waiting(actor) if actor.may(MANAGE_VOLUNTEERS) else None


def find_teams(actor: Actor, text: str, most: int) -> list[Found]:
    """By name or number."""
    rows = queries.teams(actor).filter(Q(name__icontains=text) | Q(number__iexact=text)).order_by("path")[:most]
    return [Found(row.get_absolute_url(), row.name, f"{row.get_kind_display()} · {row.division} · {row.number}") for row in rows]


def find_volunteers(actor: Actor, text: str, most: int) -> list[Found]:
    """By the whole number alone: nobody looks persons up by name here."""
    return [Found(row.get_absolute_url(), row.number, str(row.division)) for row in queries.volunteers(actor).filter(number__iexact=text)[:most]]


finding.register(Searched("teams", _("Teams of volunteers"), SEE_TEAMS, find_teams, order=20))
finding.register(Searched("volunteers", _("Volunteers"), SEE_VOLUNTEERS, find_volunteers, order=40))
register(NavEntry(VOLUNTEERS, _("My volunteering"), "volunteers:me", "heart", order=5, verb=BE, phone=True))
register(NavEntry(VOLUNTEERS, _("Volunteering desk"), "volunteers:home", "heart-handshake", order=10, verb=SEE_TEAMS))
register(NavEntry(VOLUNTEERS, _("Teams of volunteers"), "volunteers:teams", "users-group", order=15, verb=SEE_TEAMS))
register(NavEntry(VOLUNTEERS, _("Volunteers"), "volunteers:volunteers", "users", order=20, verb=SEE_VOLUNTEERS, badge=_waiting))
register(NavEntry(VOLUNTEERS, _("Trainings"), "volunteers:trainings", "school", order=80, verb=SEE_VOLUNTEERS))
register(NavEntry(VOLUNTEERS, _("Insurance of volunteers"), "volunteers:insurances", "umbrella", order=85, verb=SEE_VOLUNTEERS))
