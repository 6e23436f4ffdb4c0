"""Entries of the navigation, and what papers put on the pages of rounds, cases and units."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.cases.models import Case
from chuangwen.duties.models import Meeting, Operation, SponsorshipPlan
from chuangwen.fieldwork.models import Round
from chuangwen.papers import queries
from chuangwen.papers.composing import KINDS, UNIT
from chuangwen.papers.models import Instruction, Paper
from chuangwen.people.models import Unit
from chuangwen.scoring.appraisal.models import Consequence
from chuangwen.web.navigation import PAPERS, NavEntry, register
from chuangwen.web.panels import Panel
from chuangwen.web.panels import register as register_panel
from chuangwen.web.views import actor_of


def _to_do(request: HttpRequest) -> QuerySet | None:
    """The papers that wait for this person's signature, countersignature or receipt."""
    actor = actor_of(request)
    for key, verb in (("to_sign", "papers.sign"), ("to_receive", "papers.receive")):
        if actor.may(verb):
            return queries.waiting(actor, key)
    return None


register(NavEntry(PAPERS, _("Papers"), "papers:list", "file-text", order=10, verb="papers.see", badge=_to_do))
register(NavEntry(PAPERS, pgettext_lazy("paper", "Receipts"), "papers:receipts", "mail-opened", order=15, verb="papers.see"))
register(
    NavEntry(
        PAPERS,
        pgettext_lazy("paper", "Drafted by themselves"),
        "papers:schedules",
        "calendar-time",
        order=17,
        verb="papers.edit_schedules",
    )
)
register(
    NavEntry(PAPERS, pgettext_lazy("paper", "Templates"), "papers:templates", "template", order=18, verb="papers.edit_templates")
)
register(NavEntry(PAPERS, _("Issuing office"), "papers:office", "rubber-stamp", order=20, verb="papers.edit_office"))


def _of_round(request: HttpRequest, round: Round) -> dict[str, Any]:
    actor = actor_of(request)
    return {"round": round, "papers": list(queries.papers(actor).filter(round=round)[:8]), "may_draft": actor.may("papers.draft")}


def _of_case(request: HttpRequest, case: Case) -> dict[str, Any] | None:
    seen = queries.papers(actor_of(request))
    papers = list(seen.filter(cases=case)[:8])
    instruction = Instruction.objects.filter(case=case).select_related("paper").first()
    if instruction is not None and not seen.filter(pk=instruction.paper_id).exists():
        instruction = None
    return {"papers": papers, "instruction": instruction} if papers or instruction else None


def _of_unit(request: HttpRequest, unit: Unit) -> dict[str, Any] | None:
    actor = actor_of(request)
    papers = list(queries.papers(actor).filter(unit=unit)[:8])
    may_draft = actor.may("papers.draft")
    kinds = [(code, kind.kind.label) for code, kind in KINDS.items() if UNIT in kind.needs and code != Paper.Kind.CERTIFICATE]
    found = {"unit": unit, "papers": papers, "may_draft": may_draft, "kinds": kinds}
    return found if papers or may_draft else None


def _of_sponsorship(request: HttpRequest, plan: SponsorshipPlan) -> dict[str, Any] | None:
    """Papers with the table of a plan, once it is signed."""
    if plan.state not in (SponsorshipPlan.State.SIGNED, SponsorshipPlan.State.RUNNING):
        return None
    actor = actor_of(request)
    return {"plan": plan, "papers": list(queries.papers(actor).filter(plan=plan)[:8]), "may_draft": actor.may("papers.draft")}


def _of_operation(request: HttpRequest, operation: Operation) -> dict[str, Any] | None:
    """Reports of an operation, once it has run."""
    if operation.state not in (Operation.State.ENDED, Operation.State.REPORTED, Operation.State.RUNNING):
        return None
    actor = actor_of(request)
    papers = list(queries.papers(actor).filter(operation=operation)[:8])
    may_draft = actor.may("papers.draft")
    return {"operation": operation, "papers": papers, "may_draft": may_draft} if papers or may_draft else None


def _of_meeting(request: HttpRequest, meeting: Meeting) -> dict[str, Any] | None:
    """The paper of confirmed minutes."""
    # The middleware gives each request its actor; Django's stubs know nothing of it.
    papers = list(queries.papers(actor_of(request)).filter(meeting=meeting)[:8])
    return {"papers": papers} if papers else None


def _of_consequence(request: HttpRequest, found: Consequence) -> dict[str, Any] | None:
    """The paper that carries out what follows from an appraisal."""
    # The middleware gives each request its actor; Django's stubs know nothing of it.
    papers = list(queries.papers(actor_of(request)).filter(consequence=found)[:8])
    return {"papers": papers} if papers else None


register_panel(Panel("scoring.consequence", "papers", "papers/panels/consequence.html", _of_consequence, verb="papers.see", order=60))
register_panel(Panel("duties.meeting", "papers", "papers/panels/meeting.html", _of_meeting, verb="papers.see", order=60))
register_panel(Panel("duties.sponsorship", "papers", "papers/panels/sponsorship.html", _of_sponsorship, verb="papers.see", order=60))
register_panel(Panel("duties.operation", "papers", "papers/panels/operation.html", _of_operation, verb="papers.see", order=60))
register_panel(Panel("fieldwork.round", "papers", "papers/round_panel.html", _of_round, verb="papers.see", order=60))
register_panel(Panel("cases.case", "papers", "papers/panels/case.html", _of_case, verb="papers.see", order=60))
register_panel(Panel("people.unit", "papers", "papers/panels/unit.html", _of_unit, verb="papers.see", order=60))
