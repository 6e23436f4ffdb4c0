"""Papers as files: the kept one of a signed paper, a fresh one of a draft, and one that is not kept at all. PDFs for pages: ``pdfs``."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chuangwen.duties.meetings import queries as meetings
from chuangwen.duties.operations import queries as operations
from chuangwen.duties.operations.states import TOLD as OPERATIONS_TOLD
from chuangwen.duties.sponsorship import queries as sponsorship
from chuangwen.duties.sponsorship.states import TOLD as PLANS_TOLD
from chuangwen.fieldwork.models import Round
from chuangwen.kernel import access, clock, files
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.papers import making, queries
from chuangwen.papers.actions.base import REACHED
from chuangwen.papers.actions.drafting import area_of
from chuangwen.papers.composing import OPERATION, PLAN, ROUND, UNIT, PaperKind
from chuangwen.papers.layout import OfficeFailed, OfficeMissing, OfficeTimeout, convert
from chuangwen.papers.models import Kind, Paper
from chuangwen.papers.periods import read_period
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.scoring.queries import latest_sheet


def docx_of(actor: Actor, *, paper_id: int) -> bytes:
    """The paper as .docx: the kept file of a signed one, a fresh one of a draft."""
    return docx_at(file_to_read(actor, paper_id), None)


def file_to_read(actor: Actor, paper_id: int) -> Paper:
    """The paper whose file the actor may open. Raises Denied, Missing."""
    access.require(actor, "papers.see")
    return access.fetch(actor, "papers.see", queries.readable(actor).select_related(*REACHED), pk=paper_id)


def docx_at(paper: Paper, moment: datetime | None) -> bytes:
    """The same; a draft says that it was printed at ``moment`` (None: now), its figures are today's always. Raises Refusal."""
    if paper.is_signed:
        return files.read(paper.docx_key)
    return making.docx(paper, making.make(paper, making.office_for(paper.division), moment=moment))


def as_pdf(docx: bytes, waiting: Callable[[], None] | None = None) -> bytes:
    """The PDF of a Word file; takes seconds. ``waiting`` is called twice a second and ends LibreOffice when it raises. Raises Refusal with
    status 503 naming the package where LibreOffice is missing, or saying that it failed."""
    try:
        return convert(docx, waiting=waiting)
    except (OfficeMissing, OfficeFailed, OfficeTimeout) as problem:
        raise Refusal(str(problem), "papers.pdf", status=503) from problem


def print_paper(
    actor: Actor,
    *,
    kind: str,
    round_name: str | None = None,
    unit_name: str | None = None,
    period: str | None = None,
    division_code: str | None = None,
    about: str | None = None,
    pdf: bool = False,
) -> bytes:
    """The bytes of a paper without keeping it (command line). ``period`` as ``periods.read_period`` reads it; ``about`` is the name of the
    sponsorship plan, operation or meeting, where the kind is about one (else the newest). Raises Missing, Denied, Refusal."""
    access.require(actor, "papers.see")
    described = making.kind_of(kind)
    round = None
    if round_name:
        rounds = Round.objects.select_related("division", "edition")
        round = access.fetch(actor, "fieldwork.see_rounds", rounds, name=round_name)
    elif ROUND in described.needs:
        raise Refusal(_("Choose the round that this paper is about."), "papers.no_round")
    try:
        span = read_period(period, clock.today()) if period else None
    except ValueError as problem:
        raise Refusal(
            _("“%(period)s” is no period. Write for example week, last-month, 2026-11, 2026Q4 or 2026-11-01..2026-11-15.")
            % {"period": period},
            "papers.period",
        ) from problem
    found = _about(actor, described, about)
    of = round or next(iter(found.values()), None)
    division = of.division if of is not None else _division(actor, division_code)
    unit = _unit(unit_name, round) if UNIT in described.asks else None
    if UNIT in described.needs and unit is None:
        raise Refusal(_("This paper is for a unit: choose it."), "papers.no_unit")
    if span is None and round is None and not found and described.asks and UNIT not in described.needs:
        raise Refusal(_("Choose a round or a period."), "papers.no_period")
    paper = Paper(
        kind=kind, title="", round=round, unit=unit, division=division, paper_date=clock.today(), content={},
        period_from=span.start if span else None, period_to=span.end if span else None,
        sheet=latest_sheet(round) if round is not None else None, **found,
    )  # fmt: skip
    docx = making.docx(paper, making.make(paper, making.office_for(division), cases=()))
    return as_pdf(docx) if pdf else docx


def _about(actor: Actor, kind: PaperKind, name: str | None) -> dict[str, Any]:
    """The plan, the operation or the meeting that was named, else the newest that can be told; nothing for the other kinds."""
    if PLAN in kind.asks:
        key, rows, named = "plan", sponsorship.plans(actor).filter(state__in=PLANS_TOLD).order_by("-signed_at", "-pk"), "name"
    elif OPERATION in kind.asks:
        key, rows, named = "operation", operations.operations(actor).filter(state__in=OPERATIONS_TOLD).order_by("-starts_on", "-pk"), "name"
    elif kind.kind == Kind.MEETING_MINUTES:
        held = meetings.meetings(actor).filter(confirmed_at__isnull=False)
        key, rows, named = "meeting", held.order_by("-starts_at", "-pk"), "title"
    else:
        return {}
    found = rows.filter(**{named: name}).first() if name else rows.first()
    if found is None:
        unknown = _("There is nothing of this name that such a paper could tell.")
        raise Missing(unknown if name else _("There is nothing yet that such a paper could tell."))
    return {key: found}


def _unit(name: str | None, round: Round | None) -> Unit | None:
    if not name:
        return None
    unit = Unit.objects.filter(name=name, led_cases__round=round).first() if round else None
    unit = unit or Unit.objects.filter(name=name).first()
    if unit is None:
        raise Missing(_("There is no unit “%(name)s”.") % {"name": name})
    return unit


def _division(actor: Actor, code: str | None) -> Division | None:
    """The area that was named; else the actor's own; for whom everything is theirs, the one area that keeps an office, if there is one."""
    if code:
        found = Division.objects.filter(code=code).first()
        if found is None:
            raise Missing(_("There is no area with the code “%(code)s”.") % {"code": code})
        return found
    own = area_of(actor, "papers.see")
    if own is not None:
        return own
    offices = list(Division.objects.filter(issuing_office__isnull=False)[:2])
    return offices[0] if len(offices) == 1 else None
