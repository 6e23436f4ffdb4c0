"""From a paper's row to its file: what it is about, composed by its kind, laid out by the program or by the office's own template."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chuangwen.kernel import clock, files
from chuangwen.kernel.errors import Refusal
from chuangwen.papers import templating
from chuangwen.papers.composing import KINDS, Frame, Office, PaperKind, Subject, Texts
from chuangwen.papers.figures import Figures
from chuangwen.papers.layout import LayoutError, write
from chuangwen.papers.layout import Paper as Layout
from chuangwen.papers.models import IssuingOffice, Paper
from chuangwen.papers.periods import Period
from chuangwen.places.models import Division


@dataclass(frozen=True)
class Made:
    """A paper as composed: what is printed, its figures, and the facts that both came of."""

    layout: Layout
    figures: Figures
    facts: Any
    kind: PaperKind


def kind_of(code: str) -> PaperKind:
    """The description of a kind. Raises Refusal for an unknown one, naming those that there are."""
    if code not in KINDS:
        raise Refusal(
            _("There is no such kind of paper. There are: %(kinds)s.") % {"kinds": "、".join(KINDS)}, "papers.kind", field="kind"
        )
    return KINDS[code]


def office_for(division: Division | None) -> IssuingOffice:
    """The issuing office of an area: its own, else the nearest above it, else one that is named after the area and not kept."""
    if division is not None:
        above = Division.objects.filter(Division.above(division.path))
        found = IssuingOffice.objects.filter(division__in=above).order_by("-division__depth").first()
        if found is not None:
            return found
    found = IssuingOffice.objects.filter(division__isnull=True).first()
    if found is not None:
        return found
    name = division.name if division else ""
    short = (division.short_name or division.name.removesuffix("街道").removesuffix("镇")) if division else ""
    return IssuingOffice(
        division=division,
        organ=f"{name}创建全国文明城市指挥部办公室",
        red_head=f"{name}创建全国文明城市指挥部办公室文件",
        code=f"{short}创文"[:20],
    )


def subject_of(paper: Paper, cases: Iterable[int] | None = None) -> Subject:
    """What a paper is about. ``cases`` for a paper that is not kept yet."""
    chosen = tuple(cases) if cases is not None else tuple(paper.cases.values_list("pk", flat=True)) if paper.pk else ()
    period = Period(paper.period_from, paper.period_to) if paper.period_from and paper.period_to else None
    return Subject(
        paper.division, paper.round, paper.unit, period, paper.sheet, chosen, paper.content, paper.code or "", paper.step, paper.meeting,
        paper.plan, paper.operation,
    )


def make(
    paper: Paper,
    office: IssuingOffice,
    *,
    cases: Iterable[int] | None = None,
    seal: bytes | None = None,
    moment: datetime | None = None,
) -> Made:
    """Gather and compose a paper as it would be now. Raises Refusal where there is nothing to tell, or a text cannot be laid out."""
    kind = kind_of(paper.kind)
    frame = Frame(
        Office(office.organ, office.red_head, office.print_organ, office.copies),
        paper.paper_date,
        moment or clock.now(),
        "" if kind.issues else paper.number or "",
        paper.issue,
        paper.total_issue,
        seal,
    )
    facts = kind.gather(subject_of(paper, cases))
    try:
        layout, figures = kind.compose(facts, Texts.of(paper.content), frame)
    except LayoutError as wrong:
        raise Refusal(str(wrong), "papers.layout") from wrong
    return Made(layout, figures, facts, kind)


def docx(paper: Paper, made: Made) -> bytes:
    """The Word file: by the template that the paper names, else by the built-in layout. Raises Refusal."""
    if paper.template is not None:
        return templating.render(files.read(paper.template.file_key), made, paper)
    try:
        return write(made.layout)
    except LayoutError as wrong:
        raise Refusal(str(wrong), "papers.layout") from wrong
