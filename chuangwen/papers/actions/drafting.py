"""Drafting: what a paper is about, its texts, its versions."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.cases.models import Case, EscalationStep
from chuangwen.duties.models import Meeting, Operation, SponsorshipPlan
from chuangwen.duties.operations import queries as operations
from chuangwen.duties.sponsorship import queries as sponsorship
from chuangwen.fieldwork.models import Round
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.papers import making
from chuangwen.papers.actions.base import keep_version, take, written
from chuangwen.papers.composing import CASES, OPERATION, PERIOD, PLAN, ROUND, UNIT, PaperKind
from chuangwen.papers.models import Paper, State, TemplateVersion
from chuangwen.papers.periods import Period
from chuangwen.papers.states import Verb
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.scoring.appraisal.models import Consequence
from chuangwen.scoring.queries import latest_sheet

TITLE_LENGTH = 200
NEEDS = {
    ROUND: ("round", "papers.no_round"),
    UNIT: ("unit", "papers.no_unit"),
    PERIOD: ("period", "papers.no_period"),
    PLAN: ("plan", "papers.no_sponsorship"),
    OPERATION: ("operation", "papers.no_operation"),
}


def area_of(actor: Actor, verb: str) -> Division | None:
    """The largest area in which the actor may do ``verb``: whose paper it is where nothing else says so. None: everywhere."""
    paths = [grant.division_path for grant in actor.scopes(verb) if grant.division_path]
    return Division.objects.filter(path=min(paths, key=len)).first() if paths else None


def figures_digest(figures: list[dict[str, Any]]) -> str:
    """A short word for the values of figures, so that who signs is told when they are no longer those that he has looked at."""
    plain = [[figure["key"], figure["value"]] for figure in figures]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()[:16]


def figures_now(paper: Paper) -> list[dict[str, Any]]:
    """The figures as they would be if the draft were saved now; none where there is nothing left to tell."""
    try:
        return making.make(paper, making.office_for(paper.division)).figures.document()
    except Refusal:
        return []


def _complete(kind: PaperKind, given: dict[str, Any]) -> None:
    """Raises Refusal for what the kind needs and was not given."""
    sentences = {
        ROUND: _("Choose the round that this paper is about."),
        UNIT: _("A dispatch sheet is for a unit: choose it.")
        if kind.kind == Paper.Kind.DISPATCH_SHEET
        else _("This paper is for a unit: choose it."),
        PERIOD: _("Choose the period that this paper is about."),
        PLAN: _("Choose the sponsorship plan that this paper is about."),
        OPERATION: _("Choose the special operation that this paper is about."),
    }
    for need in kind.needs:
        if not given.get(need):
            raise Refusal(sentences[need], NEEDS[need][1], field=NEEDS[need][0])
    if {ROUND, PERIOD} <= set(kind.takes) and not kind.needs and not (given.get(ROUND) or given.get(PERIOD)):
        raise Refusal(_("Choose a round or a period."), "papers.no_period", field="period")


def _texts(kind: PaperKind, content: dict[str, Any] | None) -> dict[str, Any]:
    """The texts that the kind has, without the empty ones."""
    known = {field.key for field in kind.texts}
    return {key: value for key, value in (content or {}).items() if key in known and value}


def draft_paper(
    actor: Actor,
    *,
    kind: str,
    round: Round | None = None,
    unit: Unit | None = None,
    period: Period | None = None,
    division: Division | None = None,
    cases: Sequence[int] = (),
    template: TemplateVersion | None = None,
    content: dict[str, Any] | None = None,
    day: date | None = None,
    step: EscalationStep | None = None,
    meeting: Meeting | None = None,
    plan: SponsorshipPlan | None = None,
    operation: Operation | None = None,
    consequence: Consequence | None = None,
) -> Paper:
    """Make a draft; its figures are taken now and again at each look until it is signed. Raises Denied, Missing, Refusal."""
    access.require(actor, "papers.draft")
    described = making.kind_of(kind)
    of = round or plan or operation
    division = (of.division if of is not None else None) or division or area_of(actor, "papers.draft")
    access.require(actor, "papers.draft", division=division)
    _complete(described, {ROUND: round, UNIT: unit, PERIOD: period, PLAN: plan, OPERATION: operation})
    round = round if ROUND in described.asks else None
    unit = unit if UNIT in described.asks else None
    period = period if PERIOD in described.asks and round is None else None
    if round is not None:
        access.fetch(actor, "fieldwork.see_rounds", Round, pk=round.pk)
    if unit is not None:
        access.fetch(actor, "people.see", Unit, pk=unit.pk)
    plan = plan if PLAN in described.asks else None
    operation = operation if OPERATION in described.asks else None
    if plan is not None:
        plan = access.fetch(actor, sponsorship.SEE, sponsorship.plans(actor), pk=plan.pk)
    if operation is not None:
        operation = access.fetch(actor, operations.SEE, operations.operations(actor), pk=operation.pk)
    chosen = _chosen(actor, cases) if CASES in described.takes else []
    if template is not None and template.template.kind != kind:
        raise Refusal(_("The template is for another kind of paper."), "papers.template_kind", field="template")
    with transaction.atomic():
        paper = Paper(
            kind=kind,
            round=round,
            unit=unit,
            division=division,
            sheet=latest_sheet(round) if round is not None and kind == Paper.Kind.BULLETIN else None,
            template=template,
            step=step,
            consequence=consequence,
            meeting=meeting,
            plan=plan,
            operation=operation,
            period_from=period.start if period else None,
            period_to=period.end if period else None,
            content=_texts(described, content),
            paper_date=day or clock.today(),
            created_at=clock.now(),
            created_by_id=actor.account_id,
        )
        paper.title = _title(described, paper)
        paper.figures = making.make(paper, making.office_for(division), cases=chosen).figures.document()
        paper.save()
        paper.cases.set(chosen)
        keep_version(actor, paper)
        written(actor, paper, Verb.DRAFT, after=State.DRAFT)
        about = {"kind": kind, "round": round.pk if round else None, "unit": unit.pk if unit else None}
        about |= {name: row.pk for name, row in (("plan", plan), ("operation", operation), ("consequence", consequence)) if row is not None}
        if period is not None:
            about["period"] = f"{period.start}..{period.end}"
        audit.record(actor, "papers.draft", paper, after=about)
    return paper


def _chosen(actor: Actor, cases: Sequence[int]) -> list[int]:
    """The keys of chosen cases; raises Refusal where one is not to be seen."""
    if not cases:
        return []
    found = set(access.scoped(actor, "cases.see", Case).filter(pk__in=cases).values_list("pk", flat=True))
    if found != set(cases):
        raise Refusal(_("One of the chosen cases is not there, or not in your area."), "papers.cases", field="cases")
    return sorted(found)


def _title(kind: PaperKind, paper: Paper) -> str:
    return str(paper.content.get("title") or kind.title(making.subject_of(paper, ())))[:TITLE_LENGTH]


def change_draft(
    actor: Actor,
    *,
    paper_id: int,
    content: dict[str, Any],
    day: date | None = None,
    template: TemplateVersion | None = None,
    cases: Sequence[int] | None = None,
) -> Paper:
    """Change the texts of a draft (those that its kind has; an empty one takes the paper's own words), how it is laid out, and, where the
    kind is about cases, which (None: as before; empty: those that the kind finds by itself). What was before is kept as a version."""
    with transaction.atomic():
        paper = take(actor, Verb.CHANGE, "papers.draft", paper_id)
        kind = making.kind_of(paper.kind)
        before, paper.content = paper.content, _texts(kind, content)
        paper.title, paper.paper_date, paper.template = _title(kind, paper), day or paper.paper_date, template
        if paper.kind == Paper.Kind.BULLETIN and paper.round:
            paper.sheet = latest_sheet(paper.round)
        if cases is not None and CASES in kind.takes:
            paper.cases.set(_chosen(actor, cases))
        paper.figures = making.make(paper, making.office_for(paper.division)).figures.document()
        paper.save()
        keep_version(actor, paper)
        written(actor, paper, Verb.CHANGE, before=State.DRAFT, after=State.DRAFT)
        audit.record(actor, "papers.draft", paper, before=before, after=paper.content)
    return paper


def discard_draft(actor: Actor, *, paper_id: int) -> None:
    """Throw a draft away that has not been checked. A signed paper stays for good."""
    with transaction.atomic():
        paper = access.fetch(actor, "papers.draft", Paper, lock=True, pk=paper_id)
        if paper.state != State.DRAFT:
            raise Conflict(_("Only a draft can be thrown away. Make a signed paper void instead."), "papers.issued")
        title = str(paper)
        paper.delete()
        audit.record(actor, "papers.draft", title=title, note="discarded")
