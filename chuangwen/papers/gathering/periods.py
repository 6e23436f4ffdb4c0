"""An area in a period: for the bulletin, the briefing, the express and the work report."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.urls import reverse

from chuangwen.cases import queries as cases
from chuangwen.cases.models import LIVE, Case, State
from chuangwen.cases.queries.figures import behind
from chuangwen.cases.queries.lists import LATE
from chuangwen.fieldwork.models import Round
from chuangwen.kernel.access import SYSTEM
from chuangwen.papers.facts import KindLine, Number, PeriodFacts, UnitLine
from chuangwen.papers.figures import Scope, ask
from chuangwen.papers.gathering.ledger import done_lines
from chuangwen.papers.gathering.units import case_lines
from chuangwen.people.models import Unit
from chuangwen.places.models import Division

if TYPE_CHECKING:
    from chuangwen.papers.composing.registry import Subject

NUMBERS = (
    "fieldwork.sites",
    "fieldwork.observations",
    "fieldwork.losses",
    "cases.reported",
    "cases.closed",
    "cases.due_left",
    "cases.closed_in_time",
    "cases.sent_back",
    "cases.rebounded",
    "cases.open",
    "cases.overdue",
)
COMPARED = ("cases.reported", "cases.closed")
ENOUGH = 5
"""Fewer due cases than this say too little of a unit to compare it with others. *Editable* practice, DOMAIN.md section 6."""
MOST_UNITS, MOST_LATE, MOST_PHOTOS = 40, 30, 4


def period_facts(subject: Subject) -> PeriodFacts:
    """Everything that papers over a period say. About 30 queries, whatever the number of cases."""
    period, division = subject.period, subject.division
    assert period is not None
    scope = Scope(period=period, division=division)
    within = _within(division)
    late = list(
        Case.objects.filter(within, LIVE, urgency__in=LATE)
        .select_related("site", "division", "kind")
        .order_by("due_at", "pk")[:MOST_LATE]
    )
    lines = case_lines(late)
    return PeriodFacts(
        area=division.name if division else "",
        period=period,
        numbers={name: ask(name, scope) for name in NUMBERS},
        before={name: ask(name, Scope(period=period.before(), division=division)) for name in COMPARED},
        units=unit_lines(scope),
        kinds=_kinds(scope),
        late=lines,
        rounds=list(
            Round.objects.filter(ends_on__gte=period.start, ends_on__lte=period.end)
            .filter(within)
            .order_by("starts_on", "pk")
            .values_list("name", flat=True)[:12]
        ),
        photos=[line.pictures[0] for line in lines if line.pictures][:MOST_PHOTOS],
    )


def report_facts(subject: Subject) -> PeriodFacts:
    """The same with what was done, out of the ledger."""
    return replace(period_facts(subject), done=done_lines(Scope(period=subject.period, division=subject.division)))


def _within(division: Division | None) -> Q:
    return Q() if division is None else Q(division__in=Division.subtree_ids(division.path))


def unit_lines(scope: Scope) -> list[UnitLine]:
    """The units with due cases, the best rate first; those with too few last. Seven queries."""
    assert scope.period is not None
    period, within = scope.period, _within(scope.division)
    counted = cases.counts(SYSTEM, period.start, period.end, by="lead_unit", within=within)
    overdue = dict(
        Case.objects.filter(within, LIVE, urgency__in=LATE, lead_unit__isnull=False)
        .order_by()
        .values_list("lead_unit")
        .annotate(n=Count("pk"))
    )
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=[key for key in {*counted, *overdue} if key])}
    found = []
    for key, unit in units.items():
        counts = counted.get(key)
        due = counts.due - counts.deferred if counts else 0
        if not due and not overdue.get(key):
            continue
        in_time = counts.closed_in_time if counts else 0
        found.append(
            UnitLine(
                name=unit.name,
                due=_of_unit("due_left", "应办结件数", unit, scope, due),
                in_time=_of_unit("closed_in_time", "按期办结件数", unit, scope, in_time),
                rate=Fraction(in_time, due) if due else None,
                sent_back=counts.checked - counts.passed_first if counts else 0,
                overdue=overdue.get(key, 0),
                group=unit.peer_group,
                enough=due >= ENOUGH,
            )
        )
    found.sort(key=lambda line: (not line.enough, -(line.rate if line.rate is not None else -1), -line.due.counted, line.name))
    return found[:MOST_UNITS]


def _of_unit(name: str, label: str, unit: Unit, scope: Scope, value: int) -> Number:
    assert scope.period is not None
    place = f"&division={scope.division.path}" if scope.division else ""
    rows = f"{reverse('cases:list')}?figure={name}:{scope.period.start}:{scope.period.end}&lead_only={unit.pk}{place}"
    parameters = scope.parameters() | {"责任单位": unit.name}
    return Number(f"unit:{unit.pk}:{name}", f"{unit.name}{label}", str(value), f"cases.{name}", parameters, value, value, rows)


def _kinds(scope: Scope) -> list[KindLine]:
    """Which kinds of problems were reported most. One query."""
    assert scope.period is not None
    rows = (
        Case.objects.filter(_within(scope.division), behind("reported", scope.period.start, scope.period.end), kind__isnull=False)
        .exclude(state__in=(State.REJECTED, State.MERGED))
        .order_by()
        .values_list("kind__name")
        .annotate(n=Count("pk"), left=Count("pk", filter=LIVE))
    )
    return sorted((KindLine(name, n, left) for name, n, left in rows), key=lambda line: (-line.reported, line.name))[:8]
