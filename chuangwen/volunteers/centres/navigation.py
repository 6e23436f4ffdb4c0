"""Where practice centres stand in the navigation, and how they are searched."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import Actor
from chuangwen.volunteers.centres import queries
from chuangwen.web import finding
from chuangwen.web.finding import Found, Searched
from chuangwen.web.navigation import PRACTICE, NavEntry, register


def find_centres(actor: Actor, text: str, most: int) -> list[Found]:
    """By name or number, in the order of the chain."""
    rows = queries.centres(actor).filter(Q(name__icontains=text) | Q(number__iexact=text))[:most]
    return [Found(row.get_absolute_url(), row.name, f"{row.get_kind_display()} · {row.division} · {row.number}") for row in rows]


finding.register(Searched("centres", _("Practice centres"), queries.SEE, find_centres, order=30))
register(NavEntry(PRACTICE, _("Practice centres"), "volunteers:centres", "building-community", order=80, verb="volunteers.see_centres"))
register(NavEntry(PRACTICE, _("Tasks of centres"), "volunteers:centre-tasks", "list-check", order=82, verb="volunteers.see_centres"))
