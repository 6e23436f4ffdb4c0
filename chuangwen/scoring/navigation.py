"""Entries of the navigation, and what scores show on the pages of rounds and sites."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chuangwen.fieldwork.models import Round
from chuangwen.kernel import access
from chuangwen.people.models import Unit
from chuangwen.places.models import Site
from chuangwen.scoring import queries
from chuangwen.scoring.appraisal import queries as appraisals
from chuangwen.scoring.appraisal import words
from chuangwen.scoring.appraisal.models import Appraisal
from chuangwen.web.navigation import ASSESSMENT, NavEntry, register
from chuangwen.web.panels import Panel
from chuangwen.web.panels import register as register_panel
from chuangwen.web.views import actor_of


def _appraisals_waiting(request: HttpRequest) -> QuerySet:
    """The results of units at which this person has the next step."""
    actor = actor_of(request)
    return access.scoped(actor, "scoring.see_appraisals", Appraisal).filter(appraisals.waiting(actor))


register(NavEntry(ASSESSMENT, _("Score sheets"), "scoring:sheets", "trophy", order=40, verb="scoring.see_scores", phone=True))
register(NavEntry(ASSESSMENT, _("Outlook"), "scoring:outlooks", "chart-histogram", order=45, verb="scoring.see_outlook"))
register(NavEntry(ASSESSMENT, _("Schemes"), "scoring:schemes", "scale", order=50, verb="scoring.see_schemes"))
register(
    NavEntry(
        ASSESSMENT,
        _("Appraisals of units"),
        "scoring:appraisals",
        "medal",
        order=52,
        verb="scoring.see_appraisals",
        phone=True,
        badge=_appraisals_waiting,
    )
)
register(NavEntry(ASSESSMENT, _("Our appraisal"), "scoring:own-appraisals", "report-analytics", order=53, verb="scoring.object", phone=True))
register(NavEntry(ASSESSMENT, _("Schemes of appraisal"), "scoring:appraisal-schemes", "ruler-2", order=54, verb="scoring.edit_appraisal_scheme"))
register(NavEntry(ASSESSMENT, _("Awards and activities"), "scoring:appraisal-entries", "award", order=56, verb="scoring.enter_manually"))
register(NavEntry(ASSESSMENT, _("Verify a score file"), "scoring:verify", "shield-check", order=60, verb="scoring.see_scores"))


def _of_round(request: HttpRequest, round: Round) -> dict[str, Any]:
    actor = actor_of(request)
    found = list(queries.sheets(actor).filter(round=round).order_by("-computed_at")[:5])
    heads = queries.heads_of(found)
    may = actor.may("scoring.compute") and access.scoped(actor, "scoring.compute", Round).filter(pk=round.pk).exists()
    return {"round": round, "sheets": [(sheet, heads.get(sheet.pk)) for sheet in found], "may_compute": may}


def _at_site(request: HttpRequest, site: Site) -> dict[str, Any] | None:
    rows = queries.last_results_at(actor_of(request), site)
    return {"rows": rows} if rows else None


def _titles_of(request: HttpRequest, unit: Unit) -> dict[str, Any] | None:
    """The unit's titles that stand as warned or suspended."""
    actor = actor_of(request)
    titles = list(appraisals.standing_titles(actor).filter(unit=unit))
    told = {"title_stands": words.TITLE_STANDS, "title_tones": words.TITLE_TONES, "opens": actor.may("scoring.see_appraisals")}
    return {"titles": titles} | told if titles else None


register_panel(
    Panel("people.unit", "titles", "scoring/appraisal/unit_panel.html", _titles_of, verb="scoring.see_own_appraisal", order=15)
)
register_panel(Panel("fieldwork.round", "scores", "scoring/round_panel.html", _of_round, verb="scoring.see_scores", order=20))
register_panel(Panel("places.site", "scores", "scoring/site_panel.html", _at_site, verb="scoring.see_scores", order=50))
