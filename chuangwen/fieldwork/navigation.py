"""Entries of the navigation, and what the room shows on the page of a site."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chuangwen.fieldwork import queries
from chuangwen.fieldwork.models import Round
from chuangwen.places.models import Site
from chuangwen.web import panels
from chuangwen.web.navigation import ASSESSMENT, NavEntry, register
from chuangwen.web.panels import Panel
from chuangwen.web.views import actor_of

register(
    NavEntry(ASSESSMENT, _("Rounds"), "fieldwork:rounds", "clipboard-list", order=10, verb="fieldwork.see_rounds", phone=True)
)
register(
    NavEntry(ASSESSMENT, _("Observations"), "fieldwork:observations", "list-search", order=20, verb="fieldwork.see_observations")
)
register(NavEntry(ASSESSMENT, _("Desk entry"), "fieldwork:record-start", "writing", order=30, verb="fieldwork.observe"))


def _at_site(request: HttpRequest, site: Site) -> dict | None:
    return {"site": site, "rounds": queries.last_rounds_at(actor_of(request), site)}


panels.register(
    Panel("places.site", "observations", "fieldwork/site_panel.html", _at_site, verb="fieldwork.see_observations", order=40)
)


def _routes(_request: HttpRequest, round: Round) -> dict | None:
    return {"round": round}


panels.register(
    Panel(
        "fieldwork.round", "routes", "fieldwork/routing/button.html", _routes, verb="fieldwork.see_routes", slot="head", order=20
    )
)
