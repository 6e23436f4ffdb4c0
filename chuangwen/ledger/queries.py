"""What pages, API, sheets and the rooms on the right read of the ledger. Every total is two queries, whatever the number of facts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.ledger import rules
from chuangwen.ledger.models import Fact, FactPhoto, Metric, SheetLayout
from chuangwen.ledger.rules import NOTHING, Part
from chuangwen.people.models import Unit
from chuangwen.places.models import Division

SERIES = ("metric_id", "division_id", "grid_id", "site_id", "unit_id")
"""A stock is said of a place by a unit: what is newer replaces what was said of the same before."""
OF_NONE = "-"
"""In an address: of no operation."""
BY = {"": (), "day": ("ends_on",), "division": ("division_id",), "unit": ("unit_id",), "operation": ("operation",)}


@dataclass(frozen=True)
class Scope:
    """Which facts are added up: the days from ``start`` to ``end`` (a fact over several days counts on its last), and what lies in or below a
    division or a unit, of one operation. What is None does not narrow."""

    start: date
    end: date
    division: Division | None = None
    unit: Unit | None = None
    operation: str | None = None

    def condition(self) -> Q:
        """All but the days."""
        found = Q()
        if self.division is not None:
            found &= Q(division__in=Division.subtree_ids(self.division.path))
        if self.unit is not None:
            found &= Q(unit__in=Unit.subtree_ids(self.unit.path))
        if self.operation is not None:
            found &= Q(operation=self.operation)
        return found

    def address(self, metric: Metric | None = None, *, name: str = "ledger:facts") -> str:
        """The list of exactly the facts that a total counts."""
        asked: dict[str, Any] = {}
        if metric is not None:
            asked["metric"] = metric.pk
        if metric is not None and metric.is_stock:
            asked["standing"] = self.end.isoformat()
        else:
            asked |= {"on_from": self.start.isoformat(), "on_to": self.end.isoformat(), "state": "counts"}
        if self.division is not None:
            asked["division"] = self.division.path
        if self.unit is not None:
            asked["unit"] = self.unit.path
        if self.operation is not None:
            asked["operation"] = self.operation or OF_NONE
        return f"{reverse(name)}?{urlencode(asked)}"


# -- facts and metrics ---------------------------------------------------------------------------------------------------


def facts(actor: Actor, verb: str = "ledger.see") -> QuerySet[Fact]:
    """The facts that the actor may see, with what a line of a list says of them."""
    found = access.scoped(actor, verb, Fact)
    return found.select_related("metric", "division", "unit", "grid", "site")


def with_evidence(found: QuerySet[Fact]) -> QuerySet[Fact]:
    """The facts, each with whether there is a photo of it."""
    return found.annotate(has_photo=Exists(FactPhoto.objects.filter(fact=OuterRef("pk"))))


def metrics(*, active: bool = True) -> list[Metric]:
    """The dictionary in its order. One query."""
    found = Metric.objects.all()
    return list(found.filter(active=True) if active else found)


def groups_of(found: Iterable[Metric]) -> dict[str, list[Metric]]:
    """Metrics by their groups, in the order of the dictionary."""
    grouped: dict[str, list[Metric]] = {}
    for metric in found:
        grouped.setdefault(metric.group, []).append(metric)
    return grouped


def chain_of(fact: Fact) -> list[Fact]:
    """A fact with all that corrected it and what it corrected, oldest first, with their photos. Two queries."""
    first = fact.origin_id or fact.pk
    rows = Fact.objects.filter(Q(pk=first) | Q(origin=first)).select_related(
        "metric", "division", "unit", "site", "grid", "entered_by__person"
    )
    return sorted(rows.prefetch_related("photos__photo"), key=lambda one: one.pk)


def operations(actor: Actor, *, most: int = 50) -> list[str]:
    """The names of special operations in use, newest first. One query."""
    rows = access.scoped(actor, "ledger.see", Fact).filter(operation__gt="").order_by().values("operation")
    return [row["operation"] for row in rows.annotate(newest=Max("ends_on")).order_by("-newest", "operation")[:most]]


def lately(unit: Unit, *, most: int = 12) -> list[int]:
    """Keys of the metrics that the unit entered last. One query."""
    rows = Fact.objects.filter(unit=unit, metric__active=True).order_by().values("metric_id")
    return [row["metric_id"] for row in rows.annotate(newest=Max("pk")).order_by("-newest")[:most]]


def layouts(actor: Actor) -> QuerySet[SheetLayout]:
    return access.scoped(actor, "ledger.import", SheetLayout).select_related("unit", "made_by__person")


def units_of(actor: Actor, verb: str, today: date) -> list[Unit]:
    """The units for which the actor may do a verb: those of the scope, their own where the scope is their own records. One query."""
    found = Unit.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today).select_related("division")
    words = {grant.scope for grant in actor.scopes(verb)}
    if words == {access.OWN}:
        return list(found.filter(pk__in=actor.unit_ids).order_by("path"))
    return list(access.scoped(actor, verb, found).order_by("path")[:1000])


# -- totals --------------------------------------------------------------------------------------------------------------


def counting(source: QuerySet[Fact], scope: Scope) -> QuerySet[Fact]:
    """The facts of flows that a total counts."""
    return source.filter(scope.condition(), counts=True, ends_on__gte=scope.start, ends_on__lte=scope.end).order_by()


def standing(source: QuerySet[Fact], day: date) -> QuerySet[Fact]:
    """Of facts of stocks (``of_kind``) those that hold at the end of a day: the newest of each place and unit."""
    ranked = source.filter(counts=True, ends_on__lte=day).order_by()
    ranked = ranked.annotate(
        turn=Window(RowNumber(), partition_by=[F(name) for name in SERIES], order_by=[F("ends_on").desc(), F("pk").desc()])
    )
    return Fact.objects.filter(pk__in=ranked.filter(turn=1).values("pk"))


def totals(
    scope: Scope, *, by: str = "", only: Sequence[Metric] | None = None, source: QuerySet[Fact] | None = None
) -> dict[tuple[int, Any], Part]:
    """What the facts of a scope come to: (metric key, key of ``by``) -> part, of which ``rules.value_of`` makes the total.

    ``by`` is empty or a key of BY: day, division and unit by their keys, operation by its name. ``source`` narrows to what somebody may see
    (``facts(actor)``); without it all facts are read. Two queries, one where all of ``only`` are stocks or none is.
    """
    found = Fact.objects.all() if source is None else source
    made: dict[tuple[int, Any], Part] = {}
    for stock in (False, True):
        kinds = None if only is None else [metric.pk for metric in only if metric.is_stock == stock]
        if kinds == []:
            continue
        rows = of_kind(found, stock) if kinds is None else found.filter(metric__in=kinds) if len(kinds) > 1 else found.filter(metric=kinds[0])
        rows = standing(rows.filter(scope.condition()), scope.end) if stock else counting(rows, scope)
        if by and kinds is not None and len(kinds) == 1 and not stock:  # found by its metric first: grouping by an index would read all
            rows = Fact.objects.filter(pk__in=rows.values("pk"))
        made |= _parts(rows, by)
    return made


def of_kind(source: QuerySet[Fact], stock: bool) -> QuerySet[Fact]:
    """The facts of stocks, or of all other metrics. No join: the index of totals answers by itself."""
    last = Q(adds=Metric.Adds.LAST)
    return source.filter(metric__in=Metric.objects.filter(last if stock else ~last).values("pk"))


def _parts(found: QuerySet[Fact], by: str) -> dict[tuple[int, Any], Part]:
    keys = BY[by]
    rows = (
        found.select_related(None)
        .order_by()
        .values_list("metric_id", *keys)
        .annotate(Sum("amount"), Sum("base"), Count("pk"), Min("amount"), Max("amount"))
    )
    return {
        (row[0], row[1] if keys else ""): Part(int(total), int(base or 0), count, least, most)
        for *row, total, base, count, least, most in rows
    }


def below(parts: Mapping[tuple[int, Any], Part], paths: Mapping[int, str], length: int) -> dict[tuple[int, str], Part]:
    """Parts by division or unit put together at the nodes of one depth: (metric key, path of that length) -> part."""
    found: dict[tuple[int, str], Part] = defaultdict(lambda: NOTHING)
    for (metric, key), part in parts.items():
        found[metric, paths[key][:length]] += part
    return dict(found)


@dataclass(frozen=True)
class Total:
    """The total of a metric: exact, as people read it, and whether it keeps the metric's threshold (None: it has none here)."""

    metric: Metric
    part: Part
    value: Fraction | None
    kept: bool | None
    address: str = ""

    @property
    def count(self) -> int:
        return self.part.count

    @property
    def shown(self) -> Decimal | None:
        """Rounded; a share in percent."""
        return shown(self.metric, self.value)


def shown(metric: Metric, value: Fraction | None) -> Decimal | None:
    """A total as people read it: rounded to the metric's places, a share in percent."""
    return rules.rounded(value * 100 if value is not None and metric.is_share else value, metric.digits)


def total_of(metric: Metric, part: Part, scope: Scope | None = None, *, span: str | None = None) -> Total:
    """``span`` is the kind of period of the part (week, month, year), where it is one: thresholds of a period are compared there alone."""
    value = rules.value_of(metric.adds, part)
    target = metric.target if not metric.span or metric.span == span else None
    kept = rules.kept(metric.direction, target, value, share=metric.is_share)
    return Total(metric, part, value, kept, scope.address(metric) if scope is not None else "")


def span_of(scope: Scope) -> str | None:
    """week, month or year where the scope's days are exactly one."""
    return next(
        (kind for kind in ("week", "month", "year") if rules.bucket_of(kind, scope.start) == (scope.start, scope.end)), None
    )


def all_totals(scope: Scope, found: Sequence[Metric], source: QuerySet[Fact] | None = None) -> list[Total]:
    """The total of each metric, in their order, those without a fact included. Two queries."""
    parts = totals(scope, only=found, source=source)
    span = span_of(scope)
    return [total_of(metric, parts.get((metric.pk, ""), NOTHING), scope, span=span) for metric in found]


def over_time(metric: Metric, scope: Scope, kind: str, source: QuerySet[Fact] | None = None) -> list[tuple[Scope, Total]]:
    """The total of each day, week or month of the scope; of a stock, how it stood at the end. One query."""
    found = (Fact.objects.all() if source is None else source).filter(metric=metric)
    if metric.is_stock:
        rows = found.filter(scope.condition(), counts=True, ends_on__lte=scope.end).select_related(None).order_by("ends_on", "pk")
        said = [(tuple(row[:4]), row[4], row[5]) for row in rows.values_list(*SERIES[1:], "ends_on", "amount")]
        made = rules.stock_over_time(kind, scope.start, scope.end, said)
    else:
        parts = totals(scope, by="day", only=[metric], source=found)
        made = rules.over_time(kind, scope.start, scope.end, {day: part for (_metric, day), part in parts.items()})
    told = []
    for first, last, part in made:
        whole = kind != "day" and rules.bucket_of(kind, first) == (first, last)
        within = replace(scope, start=first, end=last)
        told.append((within, total_of(metric, part, within, span=kind if whole else None)))
    return told


@dataclass(frozen=True)
class Branch:
    """A place, a unit or an operation with its total; ``inside`` leads one level down where there is something below."""

    name: str
    total: Total
    scope: Scope
    itself: bool = False


def by_division(metric: Metric, scope: Scope, source: QuerySet[Fact] | None = None) -> list[Branch]:
    """The total of each division right below the scope's (of the highest that there are facts of, where it names none), and what stands at
    the scope's own. Two queries."""
    return _branches(Division, "division", metric, scope, source)


def by_unit(metric: Metric, scope: Scope, source: QuerySet[Fact] | None = None) -> list[Branch]:
    """The same by units. Two queries."""
    return _branches(Unit, "unit", metric, scope, source)


def _branches(tree: Any, name: str, metric: Metric, scope: Scope, source: QuerySet[Fact] | None) -> list[Branch]:
    parts = totals(scope, by=name, only=[metric], source=source)
    keys = {key for _metric, key in parts}
    named = {
        row.pk: row for row in tree.objects.filter(pk__in=keys).only("pk", "path", "depth", "name", "short_name")
    }  # fmt: skip
    above = getattr(scope, name)
    step = tree.steplen
    if above is None:
        length = min((len(row.path) for row in named.values()), default=step)
        common = [row.path for row in named.values()]
        if common and len({path[:length] for path in common}) == 1 and len(common) > 1:
            length += step
    else:
        length = len(above.path) + step
    made = below(parts, {key: row.path for key, row in named.items()}, length)
    nodes = {row.path: row for row in tree.objects.filter(path__in=[path for _metric, path in made])}
    found = []
    for (_metric, path), part in sorted(made.items(), key=lambda item: (-item[1].total, item[0][1])):
        node = nodes[path]
        within = replace(scope, **{name: node})
        itself = len(path) < length
        found.append(Branch(str(node), total_of(metric, part, within, span=span_of(scope)), within, itself))
    return found


def by_operation(metric: Metric, scope: Scope, source: QuerySet[Fact] | None = None) -> list[Branch]:
    """The total of each operation; facts of none stand under an empty name. One query."""
    parts = totals(scope, by="operation", only=[metric], source=source)
    return [
        Branch(name, total_of(metric, part, replace(scope, operation=name), span=span_of(scope)), replace(scope, operation=name))
        for (_metric, name), part in sorted(parts.items(), key=lambda item: (item[0][1] == "", -item[1].total, item[0][1]))
    ]


# -- doubles and what is known already -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """What somebody is about to enter, as far as it tells whether it was entered before."""

    metric_id: int
    amount: int
    starts_on: date
    ends_on: date
    division: Division
    unit_id: int
    operation: str = ""
    grid_id: int | None = None
    site_id: int | None = None

    @property
    def slot(self) -> tuple[Any, ...]:
        """Two facts with the same slot are of the same thing, whatever they count."""
        return (
            self.metric_id, self.starts_on, self.ends_on, self.division.pk, self.grid_id, self.site_id, self.unit_id, self.operation,
        )  # fmt: skip


def slot_of(fact: Fact) -> tuple[Any, ...]:
    return (
        fact.metric_id, fact.starts_on, fact.ends_on, fact.division_id, fact.grid_id, fact.site_id, fact.unit_id, fact.operation,
    )  # fmt: skip


def near(said: Sequence[Said]) -> list[Fact]:
    """The counting facts of the same metrics on overlapping days. One query."""
    if not said:
        return []
    first, last = min(one.starts_on for one in said), max(one.ends_on for one in said)
    found = Fact.objects.filter(metric__in={one.metric_id for one in said}, counts=True, starts_on__lte=last, ends_on__gte=first)
    return list(found.select_related("metric", "division", "unit", "site", "grid").order_by("pk"))


def doubles(said: Sequence[Said], known: Iterable[Fact] | None = None) -> dict[int, list[Fact]]:
    """Which of what is said may be in the ledger already: index -> facts. The same thing by the same unit on the same days; or the same
    quantity of the same metric on overlapping days at a place in or above it, by whomever. One query."""
    rows = near(said) if known is None else list(known)
    by_slot, by_amount = defaultdict(list), defaultdict(list)
    for fact in rows:
        by_slot[slot_of(fact)].append(fact)
        by_amount[fact.metric_id, fact.amount].append(fact)
    found: dict[int, list[Fact]] = {}
    for index, one in enumerate(said):
        same = list(by_slot[one.slot])
        if one.amount:
            same += [
                fact
                for fact in by_amount[one.metric_id, one.amount]
                if fact not in same
                and fact.starts_on <= one.ends_on
                and fact.ends_on >= one.starts_on
                and fact.unit_id != one.unit_id
                and (fact.division.path.startswith(one.division.path) or one.division.path.startswith(fact.division.path))
            ]
        if same:
            found[index] = same
    return found


def known(unit: Unit, day: date, division: Division) -> dict[int, list[Fact]]:
    """What the ledger has already from a unit about a day and place: metric key -> facts. A form that asks for it need not. One query."""
    rows = Fact.objects.filter(unit=unit, division=division, counts=True, starts_on__lte=day, ends_on__gte=day).select_related(
        "metric"
    )
    found: dict[int, list[Fact]] = defaultdict(list)
    for fact in rows.order_by("pk"):
        found[fact.metric_id].append(fact)
    return dict(found)


@dataclass(frozen=True)
class Wanted:
    """That a unit, or one below it, records a metric on one of some days: what a duty owes, what a report needs."""

    metric_id: int
    unit_path: str
    first: date
    last: date


def recorded(wanted: Sequence[Wanted]) -> list[list[int]]:
    """For each wanted the keys of the facts that fulfil it, oldest first; an empty list where it is still owed. One query."""
    if not wanted:
        return []
    first, last = min(one.first for one in wanted), max(one.last for one in wanted)
    rows = list(
        Fact.objects.filter(metric__in={one.metric_id for one in wanted}, counts=True, ends_on__gte=first, ends_on__lte=last)
        .order_by("pk")
        .values_list("pk", "metric_id", "unit__path", "ends_on")
    )
    by_metric = defaultdict(list)
    for row in rows:
        by_metric[row[1]].append(row)
    return [
        [
            pk
            for pk, _metric, path, day in by_metric[one.metric_id]
            if path.startswith(one.unit_path) and one.first <= day <= one.last
        ]
        for one in wanted
    ]
