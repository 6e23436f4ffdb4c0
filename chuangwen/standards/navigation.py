"""Entries of the navigation, and what the room shows on a site's page."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chuangwen.kernel import clock
from chuangwen.places.models import Site
from chuangwen.web import panels
from chuangwen.web.navigation import STANDARDS, NavEntry, register
from chuangwen.web.panels import Panel

register(NavEntry(STANDARDS, _("Editions"), "standards:editions", "book", order=10, verb="standards.see"))
register(NavEntry(STANDARDS, _("Checklists"), "standards:checklists", "checklist", order=20, verb="standards.see"))
register(NavEntry(STANDARDS, _("Responsibilities"), "standards:responsibilities", "users-group", order=30, verb="standards.see"))
register(NavEntry(STANDARDS, _("Kinds of problems"), "standards:kinds", "tags", order=40, verb="standards.edit_kinds"))


def _checklist(request: HttpRequest, site: Site) -> dict[str, Any]:
    from chuangwen.standards import queries

    edition = queries.current_edition()
    return {"items": list(queries.checklist(site.type, edition)) if edition else [], "edition": edition, "type": site.type}


def _responsible(request: HttpRequest, site: Site) -> dict[str, Any]:
    from chuangwen.standards import queries
    from chuangwen.standards.responsibility_queries import responsible_for

    today = clock.today()
    lead, assists, reason = responsible_for(site=site, on=today)
    rows = queries.responsible_for_site(request.actor, site, today)
    return {"lead": lead, "assists": assists, "reason": reason, "rows": rows}


panels.register(
    Panel("places.site", "responsible", "standards/panels/responsible.html", _responsible, verb="standards.see", order=10)
)
panels.register(Panel("places.site", "checklist", "standards/panels/checklist.html", _checklist, verb="standards.see", order=20))
