"""Entries of the navigation, and what the room shows on pages of rooms to its left: a round, a site, a unit."""

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chuangwen.cases import queries, telling
from chuangwen.cases.escalation import queries as ladder
from chuangwen.cases.escalation import telling as step_words
from chuangwen.cases.models import WORKING_STATES, Case, EscalationStep
from chuangwen.cases.queries import rounds
from chuangwen.fieldwork.models import Round
from chuangwen.kernel import clock
from chuangwen.people.models import Unit
from chuangwen.places.models import Site
from chuangwen.web import panels
from chuangwen.web.navigation import CASES, NavEntry, register
from chuangwen.web.views import actor_of

SHOWN = 8

register(NavEntry(CASES, _("All cases"), "cases:list", "clipboard-list", order=10, verb="cases.see", phone=True))
register(NavEntry(CASES, _("Report a problem"), "cases:report", "camera-plus", order=20, verb="cases.report", phone=True))
register(NavEntry(CASES, _("Ownerless cases"), "cases:ownerless", "help-circle", order=30, verb="cases.dispatch"))
register(NavEntry(CASES, _("Infrastructure list"), "cases:infrastructure", "road", order=40, verb="cases.see_deadlines"))
register(NavEntry(CASES, _("Ten disorders"), "cases:ten-disorders", "flame", order=50, verb="cases.see_deadlines"))
register(NavEntry(CASES, _("Escalation"), "cases:steps", "stairs", order=55, verb="cases.see_steps"))
register(NavEntry(CASES, _("Rates"), "cases:rates", "chart-bar", order=60, verb="cases.see_rates"))
register(NavEntry(CASES, _("Do solutions last?"), "cases:survival", "chart-line", order=63, verb="cases.see_rates"))
register(NavEntry(CASES, _("Silent re-checks"), "cases:rechecks", "report-search", order=66, verb="cases.see_rechecks"))
register(NavEntry(CASES, _("Deadlines"), "cases:deadlines", "hourglass", order=70, verb="cases.see_deadlines"))


def _of_round(request: HttpRequest, round: Round) -> dict[str, Any] | None:
    fresh, already = rounds.counted(round)
    if not fresh and not already:
        return None
    may = actor_of(request).may("cases.from_round")
    return {
        "round": round,
        "fresh": fresh,
        "already": already,
        "may": may,
        "list_url": f"{reverse('cases:list')}?round={round.pk}",
    }


def _open(cases: QuerySet[Case]) -> list[tuple[Case, str, telling.Due]]:
    now = clock.now()
    found = queries.is_open(cases).order_by(F("due_at").asc(nulls_last=True), "-pk")[:SHOWN]
    return [(case, telling.STATE_TONES[case.state], telling.due_of(case, now)) for case in found]


def _at_site(request: HttpRequest, site: Site) -> dict[str, Any]:
    actor = actor_of(request)
    report = f"{reverse('cases:report')}?site={site.pk}" if actor.may("cases.report") else ""
    cases = _open(queries.visible(actor).filter(site=site))
    return {"cases": cases, "list_url": f"{reverse('cases:list')}?site={site.pk}", "report_url": report}


def _of_unit(request: HttpRequest, unit: Unit) -> dict[str, Any]:
    cases = _open(queries.led_by(queries.visible(actor_of(request)), unit))
    return {"cases": cases, "list_url": f"{reverse('cases:list')}?lead={unit.pk}&open=1", "width": "mt-3"}


def _steps(found: list[EscalationStep]) -> list[tuple[EscalationStep, str, telling.Due]]:
    now = clock.now()
    return [(step, step_words.STATE_TONES[step.state], step_words.due_of(step, now)) for step in found]


def _steps_of_case(request: HttpRequest, case: Case) -> dict[str, Any] | None:
    """What the case climbed so far, and, for whoever may, the way to the next step."""
    actor = actor_of(request)
    found = ladder.of_case(actor, case)
    may = case.state in WORKING_STATES and case.handling_unit_id is not None and actor.may("cases.propose_step")
    if not found and not may:
        return None
    return {"steps": _steps(found), "propose_url": f"{reverse('cases:step-new')}?case={case.pk}" if may else ""}


def _steps_of_unit(request: HttpRequest, unit: Unit) -> dict[str, Any] | None:
    actor = actor_of(request)
    found = list(ladder.of_unit(actor, unit).order_by("-pk")[:SHOWN])
    may = actor.may("cases.propose_step")
    if not found and not may:
        return None
    return {
        "steps": _steps(found), "list_url": f"{reverse('cases:steps')}?unit={unit.pk}" if found else "", "width": "mt-3",
        "propose_url": f"{reverse('cases:step-new')}?unit={unit.pk}" if may else "",
    }  # fmt: skip


panels.register(panels.Panel("cases.case", "steps", "cases/panels/steps.html", _steps_of_case, verb="cases.see_steps", order=10))
panels.register(panels.Panel("people.unit", "steps", "cases/panels/steps.html", _steps_of_unit, verb="cases.see_steps", order=25))
panels.register(panels.Panel("fieldwork.round", "cases", "cases/panels/round.html", _of_round, verb="cases.see", order=20))
panels.register(panels.Panel("people.unit", "cases", "cases/panels/open_cases.html", _of_unit, verb="cases.see", order=20))
panels.register(panels.Panel("places.site", "cases", "cases/panels/open_cases.html", _at_site, verb="cases.see", order=30))
