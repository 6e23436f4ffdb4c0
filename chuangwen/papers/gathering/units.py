"""A unit's cases for dispatch sheets, notices and orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.cases.escalation.queries import paper_facts
from chuangwen.cases.models import OPEN_STATES, Case, CasePhoto, EscalationStep, State
from chuangwen.cases.queries.lists import LATE
from chuangwen.fieldwork.models import ObservationPhoto
from chuangwen.kernel.errors import Refusal
from chuangwen.papers.facts import CaseLine, Picture, UnitCases
from chuangwen.papers.figures import Number, Scope, ask
from chuangwen.papers.gathering.rounds import picture_of
from chuangwen.papers.layout import chinese_date
from chuangwen.papers.periods import Period
from chuangwen.people.models import Post, Unit

if TYPE_CHECKING:
    from chuangwen.papers.composing.registry import Subject

MOST_CASES = 100
STATES = {
    State.DISPATCHED: "待签收",
    State.RECTIFYING: "整改中",
    State.REFUSED: "退回待裁定",
    State.DEFERRED: "延期",
    State.SUBMITTED: "待核查",
    State.VERIFIED: "待销号",
}


def cases_of(subject: Subject, *, late: bool = False) -> QuerySet[Case]:
    """The cases that a paper to a unit is about: the chosen ones, else those for which the unit, or one below it, answers and which have
    not ended, of the round or reported in the period where one is named; with ``late`` the overdue ones alone."""
    assert subject.unit is not None
    found = Case.objects.filter(lead_unit__in=Unit.subtree_ids(subject.unit.path))
    if subject.division is not None:
        found = found.filter(division__in=type(subject.division).subtree_ids(subject.division.path))
    if subject.cases:
        return found.filter(pk__in=subject.cases)
    found = found.filter(state__in=OPEN_STATES)
    if subject.round is not None:
        found = found.filter(round=subject.round)
    if subject.period is not None:
        found = _reported_in(found, subject.period)
    return found.filter(urgency__in=LATE) if late else found


def _reported_in(cases: QuerySet[Case], period: Period) -> QuerySet[Case]:
    from chuangwen.cases.queries.figures import behind

    return cases.filter(behind("reported", period.start, period.end))


def unit_cases(subject: Subject, *, late: bool = False) -> UnitCases:
    """The unit, who answers for it, and its cases with their photos. Seven queries. Raises Refusal where there is no case."""
    unit = subject.unit
    assert unit is not None
    cases = list(
        cases_of(subject, late=late).select_related("site", "division", "kind", "round").order_by("due_at", "pk")[:MOST_CASES]
    )
    if not cases:
        raise Refusal(_nothing(unit, subject, late), "papers.nothing_to_dispatch", field="unit")
    lines = case_lines(cases)
    scope = Scope(unit=unit, round=subject.round, period=subject.period, division=subject.division)
    head, liaison = people_of(unit)
    return UnitCases(
        unit=unit.name,
        cases=lines,
        total=_total(subject, scope, lines, late),
        overdue=Number(
            "overdue", "其中逾期件数", str(sum(line.overdue for line in lines)), "cases.overdue", scope.parameters(),
            sum(line.overdue for line in lines), len(lines), ask("cases.overdue", scope).rows,
        ),
        head=head,
        liaison=liaison,
        source=_source(subject),
        steps=[] if subject.step is None else steps_before(subject.step),
    )  # fmt: skip


def _nothing(unit: Unit, subject: Subject, late: bool) -> str:
    if late:
        return _("“%(unit)s” has no overdue case.") % {"unit": unit.name}
    if subject.round is not None:
        return _("“%(unit)s” has no open case of this round to be given.") % {"unit": unit.name}
    return _("“%(unit)s” has no open case to be given.") % {"unit": unit.name}


def _total(subject: Subject, scope: Scope, lines: list[CaseLine], late: bool) -> Number:
    """How many cases are listed. Their rows are the unit's list, or, where they were chosen by hand, the paper's own."""
    name = "cases.overdue" if late else "cases.open"
    rows = "" if subject.cases or subject.period is not None else ask(name, scope).rows
    label = "列入文书的问题件数"
    return Number("cases", label, str(len(lines)), name, scope.parameters(), len(lines), len(lines), rows)


def steps_before(step: EscalationStep) -> list[str]:
    """What was done about the cases of a step before it, a sentence each."""
    with override("zh-hans"):
        earlier = paper_facts(step).earlier
    return [
        f"{chinese_date(day) + '，' if day else ''}{level}{f'（{number}）' if number else ''}。" for level, number, day in earlier
    ]


def _source(subject: Subject) -> str:
    if subject.step is not None and subject.step.reason:
        return subject.step.reason
    if subject.round is not None:
        return subject.round.name
    return f"{subject.period.days}巡查检查" if subject.period is not None else "日常巡查检查"


def case_lines(cases: list[Case]) -> list[CaseLine]:
    """Cases as papers list them, each with its photos from before, else those of the observation that it came of. Two queries."""
    photos: dict[int, list[Picture]] = {}

    def keep(case_id: int, key: str) -> None:
        picture = picture_of(key, "")
        if picture is not None:
            photos.setdefault(case_id, []).append(picture)

    for link in CasePhoto.objects.filter(case__in=cases, stage=CasePhoto.Stage.BEFORE).select_related("photo").order_by("pk"):
        keep(link.case_id, link.photo.file_key)
    bare = {case.observation_id: case.pk for case in cases if case.observation_id and case.pk not in photos}
    if bare:
        for shot in ObservationPhoto.objects.filter(observation__in=list(bare)).select_related("photo").order_by("pk"):
            keep(bare[shot.observation_id], shot.photo.file_key)
    return [_line(case, photos.get(case.pk, [])) for case in cases]


def _line(case: Case, pictures: list[Picture]) -> CaseLine:
    with override("zh-hans"):
        state = STATES.get(State(case.state)) or str(case.get_state_display())
    return CaseLine(
        number=case.number or "",
        place=case.site.name if case.site else case.address or (case.division.name if case.division else ""),
        problem=case.description,
        due=case.due_at,
        state=state,
        kind=str(case.kind or ""),
        overdue=case.urgency in LATE and case.state in OPEN_STATES,
        rework=case.rework,
        pictures=pictures,
    )


def people_of(unit: Unit) -> tuple[str, str]:
    """The first responsible person (else the head) and the liaison of a unit, each with the telephone. One query."""
    found: dict[Any, str] = {}
    kinds = (Post.Kind.LIAISON, Post.Kind.FIRST_RESPONSIBLE, Post.Kind.HEAD)
    for post in Post.objects.filter(unit=unit, ends_on__isnull=True, kind__in=kinds).select_related("person"):
        found.setdefault(post.kind, f"{post.person.name} {post.person.phone}".strip())
    return found.get(Post.Kind.FIRST_RESPONSIBLE) or found.get(Post.Kind.HEAD) or "", found.get(Post.Kind.LIAISON, "")
