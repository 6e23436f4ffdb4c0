"""What the engine is given: the cases, observations, facts and entries of a period, and which units there are. Reads, never writes."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pyarrow as pa
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation

from chuangwen.cases.models import Case, Source, State
from chuangwen.fieldwork.models import Observation, ObservationUnit
from chuangwen.fieldwork.queries import names as distinct_names
from chuangwen.kernel import clock
from chuangwen.ledger.models import Fact, FactPhoto, Metric
from chuangwen.ledger.rules import quantity_of
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.scoring.appraisal.models import ManualEntry
from chuangwen.scoring.appraisal.periods import Span, weekly_bulletins
from chuangwen.scoring.engine.appraisal.tables import CASES, ENTRIES, FACTS, OBSERVED
from chuangwen.scoring.inputs import NOT_COUNTED, SEVERITIES

APPRAISERS = (Unit.Kind.COMMAND, Unit.Kind.LEADING_GROUP, Unit.Kind.ASSESSOR)
"""Who appraises is not appraised."""
MOST_BEFORE = 20


@dataclass(frozen=True)
class Given:
    """The tables of one appraisal by their names, the SHA-256 over them, and unit name -> key."""

    tables: dict[str, pa.Table]
    units: dict[str, int]

    def digest(self, *more: Any) -> str:
        """Over the tables and further JSON values (scheme, context)."""
        seal = hashlib.sha256()
        for name in sorted(self.tables):
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, self.tables[name].schema) as writer:
                writer.write_table(self.tables[name].combine_chunks())
            seal.update(sink.getvalue())
        for value in more:
            seal.update(json.dumps(value, ensure_ascii=False, sort_keys=True).encode())
        return seal.hexdigest()


def units_of(division: Division, span: Span) -> list[dict[str, Any]]:
    """The units in the division's area that were there in the period: pk, name (told apart), kind in words, peer group. One query."""
    rows = (
        Unit.objects.filter(division__in=Division.subtree_ids(division.path), starts_on__lte=span.end)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=span.start))
        .exclude(kind__in=APPRAISERS)
        .order_by("path")
        .values_list("pk", "name", "division__name", "kind", "peer_group", "division_id")
    )
    rows = list(rows)
    named = distinct_names((pk, name, place) for pk, name, place, *_rest in rows)
    with translation.override("zh-hans"):  # a scheme's groups name kinds in Chinese, whoever computes
        kinds = {kind.value: str(kind.label) for kind in Unit.Kind}
    return [
        {"pk": pk, "name": named[pk], "kind": kinds[kind], "peers": peers, "division": place, "code": kind}
        for pk, _name, _place, kind, peers, place in rows
    ]


def given_for(units: list[dict[str, Any]], span: Span, division: Division) -> Given:
    """All four tables for these units and days. About a dozen queries, however many units there are."""
    named = {unit["pk"]: unit["name"] for unit in units}
    tables = {
        "cases": cases_table(named, span),
        "observations": observations_table(units, named, span, division),
        "facts": facts_table(named, span),
        "entries": entries_table(named, span),
    }
    return Given(tables, {name: pk for pk, name in named.items()})


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.LOCAL)


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(clock.LOCAL).date() if moment else None


CASE_FIELDS = (
    "pk",
    "lead_unit_id",
    "handling_unit_id",
    "division__name",
    "severity",
    "source",
    "family__name",
    "kind__name",
    "reported_at",
    "due_at",
    "closed_at",
    "filed_at",
    "state",
    "in_time",
    "submitted_at",
    "solved_on_spot",
    "rework",
    "rebounded_at",
    "rebound_of_id",
)


def size_of(units: list[dict[str, Any]], span: Span, division: Division, most: int) -> int:
    """How many cases and observations there are to read; counting stops a little above ``most``. Two queries."""
    named = {unit["pk"]: unit["name"] for unit in units}
    cases = _cases(named, span).order_by()[: most + 1].count()
    return cases + _observations(span, division).order_by()[: most + 1].count()


def _cases(named: dict[int, str], span: Span) -> QuerySet[Case]:
    begin, end = _begin(span.start), _begin(span.end + timedelta(days=1))
    within = Q(reported_at__gte=begin, reported_at__lt=end) | Q(due_at__gte=begin, due_at__lt=end)
    within |= Q(closed_at__gte=begin, closed_at__lt=end)
    of_units = Q(lead_unit__in=list(named)) | Q(handling_unit__in=list(named))
    return Case.objects.exclude(state__in=NOT_COUNTED).filter(within).filter(of_units)


def _observations(span: Span, division: Division) -> QuerySet[Observation]:
    return Observation.objects.filter(
        round__division__in=Division.subtree_ids(division.path), observed_on__gte=span.start, observed_on__lte=span.end
    )


def cases_table(named: dict[int, str], span: Span) -> pa.Table:
    """Cases that one of the units leads or handles and that were reported, due or closed in the period, as they stand now. Rejected and merged
    ones are nobody's. Two queries."""
    rows = _cases(named, span).order_by("pk").values_list(*CASE_FIELDS)
    before = dict(Case.objects.filter(rebound_of__isnull=False).order_by().values_list("pk", "rebound_of_id"))
    with translation.override("zh-hans"):
        labels = {source.value: str(source.label) for source in Source}
    columns: dict[str, list[Any]] = {name: [] for name in CASES}
    now, last = clock.now(), min(span.end, clock.today())
    for row in rows.iterator(chunk_size=20_000):
        for name, value in zip(columns, _case(row, named, labels, before, now, last), strict=True):
            columns[name].append(value)
    return _table(columns, CASES)


def _case(
    row: tuple, named: dict[int, str], labels: dict[str, str], before: dict[int, int], now: datetime, last: date
) -> tuple[Any, ...]:
    (
        pk,
        lead,
        handler,
        area,
        severity,
        source,
        family,
        kind,
        reported,
        due,
        closed_at,
        filed,
        state,
        in_time,
        submitted,
        on_spot,
        rework,
        rebounded,
        _origin,
    ) = row
    closed = state == State.CLOSED
    deferred = state == State.DEFERRED
    came = bool(due and submitted and submitted <= due)
    late = not deferred and not on_spot and (in_time is False or (in_time is None and bool(due and due < now) and not came))
    if closed and in_time:
        late = False
    repeated, at = 0, pk
    while repeated < MOST_BEFORE and (at := before.get(at, 0)):
        repeated += 1
    due_on, closed_on = _day(due), _day(closed_at)
    bulletins = weekly_bulletins(due_on, min(closed_on or last, last)) if late and due_on else 0
    return (
        pk,
        named.get(lead),
        named.get(handler),
        area,
        SEVERITIES.get(severity, "一般"),
        labels.get(source, source),
        family,
        kind,
        _day(reported),
        due_on,
        closed_on if closed else None,
        filed is not None,
        closed,
        bool(in_time) or (closed and bool(on_spot)),
        deferred,
        late,
        bool(on_spot),
        rework,
        rebounded is not None,
        repeated,
        bulletins,
    )


OBSERVATION_FIELDS = (
    "pk",
    "criterion__requirement__indicator__section__name",
    "criterion__requirement__indicator__name",
    "site__type__name",
    "area_id",
    "placed",
    "grade",
    "conform",
    "loss",
    "weight",
    "observed_on",
)


def observations_table(units: list[dict[str, Any]], named: dict[int, str], span: Span, division: Division) -> pa.Table:
    """What was observed in the area in the period; re-ratings are compared and never counted. Two queries."""
    rows = _observations(span, division).order_by("pk")
    links = ObservationUnit.objects.filter(observation__in=rows.order_by().values("pk"), unit__in=list(named))
    departments: dict[int, list[str]] = {}
    for observation, unit in links.order_by("observation_id", "pk").values_list("observation_id", "unit_id").iterator(20_000):
        departments.setdefault(observation, []).append(named[unit])
    holders = _holders(units)
    columns: dict[str, list[Any]] = {name: [] for name in OBSERVED}
    for row in rows.values_list(*OBSERVATION_FIELDS).iterator(chunk_size=20_000):
        pk, section, indicator, site_type, area, placed, grade, *rest = row
        values = (pk, section, indicator, site_type, holders.get(area), departments.get(pk, []), placed, grade or None, *rest)
        for name, value in zip(columns, values, strict=True):
            columns[name].append(value)
    return _table(columns, OBSERVED)


def _holders(units: list[dict[str, Any]]) -> dict[int, str]:
    """Division -> the community, else the street or town office, that answers for it."""
    found: dict[int, str] = {}
    for kind in (Unit.Kind.TOWN_OFFICE, Unit.Kind.COMMUNITY):
        found |= {unit["division"]: unit["name"] for unit in units if unit["code"] == kind}
    return found


def facts_table(named: dict[int, str], span: Span) -> pa.Table:
    """Quantities of the period: those entered by hand that somebody else has checked, and the facts of the ledger that have evidence (a photo
    or a link), added up by the names of their metrics. Facts of the ledger have negative numbers. Two queries."""
    rows = _entries(named, span).filter(quantity__isnull=False, checked_at__isnull=False, refused="")
    columns: dict[str, list[Any]] = {name: [] for name in FACTS}
    for pk, unit, kind, quantity, day in rows.values_list("pk", "unit_id", "kind", "quantity", "day"):
        for name, value in zip(columns, (pk, named[unit], kind, quantity, day), strict=True):
            columns[name].append(value)
    proven = Q(Exists(FactPhoto.objects.filter(fact=OuterRef("pk")))) | ~Q(source_url="")
    facts = Fact.objects.filter(proven, unit__in=list(named), counts=True, metric__adds=Metric.Adds.SUM)
    facts = facts.filter(ends_on__gte=span.start, ends_on__lte=span.end).order_by("pk")
    for pk, unit, metric, amount, day in facts.values_list("pk", "unit_id", "metric__name", "amount", "ends_on"):
        for name, value in zip(columns, (-pk, named[unit], metric, quantity_of(amount), day), strict=True):
            columns[name].append(value)
    return _table(columns, FACTS)


def entries_table(named: dict[int, str], span: Span) -> pa.Table:
    """What else was entered by hand in the period; what was refused is left away, what nobody has checked is told as such. One query."""
    columns: dict[str, list[Any]] = {name: [] for name in ENTRIES}
    for entry in _entries(named, span).filter(quantity__isnull=True, refused="").iterator(20_000):
        checked = entry.checked_at is not None
        values = (entry.pk, named[entry.unit_id], entry.kind, entry.points, entry.evidence, checked, entry.day)
        for name, value in zip(columns, values, strict=True):
            columns[name].append(value)
    return _table(columns, ENTRIES)


def _entries(named: dict[int, str], span: Span) -> Any:
    return ManualEntry.objects.filter(unit__in=list(named), day__gte=span.start, day__lte=span.end).order_by("pk")


def _table(columns: Mapping[str, Iterable[Any]], types: dict[str, pa.DataType]) -> pa.Table:
    return pa.table({name: pa.array(columns[name], type_) for name, type_ in types.items()})
