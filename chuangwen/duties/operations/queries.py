"""What pages, API, sheets, reminders and papers read of operations. Totals come out of the ledger; every function is a constant number of
queries. The totals of an operation are the whole's: whoever takes part sees how far all of it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from chuangwen.cases.models import Case, State
from chuangwen.cases.queries.figures import behind, closed_and_back
from chuangwen.duties.operations import planning, rules
from chuangwen.duties.operations.models import Counted, Operation, OperationUnit
from chuangwen.duties.operations.states import ALIVE, TOLD
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.ledger import queries as ledger
from chuangwen.ledger import rules as amounts
from chuangwen.ledger.models import Fact, Metric
from chuangwen.people.models import Unit
from chuangwen.places.models import Division

SEE, RUN, TELL = "duties.see_operations", "duties.run_operations", "duties.tell_operations"
Part = Counted.Part


def operations(actor: Actor, verb: str = SEE) -> QuerySet[Operation]:
    """The operations that the actor may do this to; who does not run any sees them once they have started."""
    rows = access.scoped(actor, verb, Operation).select_related("division")
    return rows if actor.may(RUN) else rows.filter(state__in=TOLD)


def place_of(operation: Operation, unit: Unit) -> Division:
    """Where a unit's work in an operation counts: its own area within the operation's, else the operation's. Raises Refusal for a unit of
    another area."""
    if unit.division is None or operation.division.path.startswith(unit.division.path):
        return operation.division
    if unit.division.path.startswith(operation.division.path):
        return unit.division
    raise Refusal(
        _("“%(unit)s” has nothing to do with the area of the operation.") % {"unit": unit}, "duties.operation_unit", field="unit"
    )


def scope_of(operation: Operation) -> ledger.Scope:
    """Which facts of the ledger are the operation's: those of its days that bear its name, within its area."""
    return ledger.Scope(operation.starts_on, operation.ends_on, operation.division, None, operation.name)


def facts_of(operation: Operation) -> QuerySet[Fact]:
    """The facts that count for the operation."""
    return ledger.counting(Fact.objects.all(), scope_of(operation))


def counted_of(operation: Operation) -> list[Counted]:
    """What it counts: the work first, in the order of the dictionary, then people, vehicles, cost. One query."""
    order = {part: n for n, part in enumerate(Part.values)}
    rows = operation.counted.select_related("metric")
    return sorted(rows, key=lambda row: (order[row.part], row.metric.order, row.pk))


def totals(operation: Operation) -> list[tuple[Counted, Decimal]]:
    """Each counted metric with its total. Two queries."""
    rows = counted_of(operation)
    parts = ledger.totals(scope_of(operation), only=[row.metric for row in rows])
    return [(row, _quantity(parts.get((row.metric_id, "")))) for row in rows]


def _quantity(part: amounts.Part | None) -> Decimal:
    return amounts.quantity_of(part.total) or Decimal(0) if part is not None else Decimal(0)


# -- the units, and when they told -------------------------------------------------------------------------------------


def told_days(operation: Operation) -> dict[int, set[date]]:
    """The days of which each unit has told figures. One query."""
    found: dict[int, set[date]] = defaultdict(set)
    for unit, day in facts_of(operation).order_by().values_list("unit", "ends_on").distinct():
        found[unit].add(day)
    return dict(found)


def silent(operation: Operation, today: date) -> list[Unit]:
    """The units that are asked for figures of today's day or week and have told none yet; none on a day on which nothing is asked. Two
    queries."""
    span = rules.asked_on(planning.spans(operation), min(today, operation.ends_on))
    if span is None or today < operation.starts_on or today > operation.ends_on + timedelta(days=rules.LATE_DAYS):
        return []
    told = told_days(operation)
    rows = operation.units.filter(tells=True).select_related("unit__division").order_by("unit__path")
    return [row.unit for row in rows if not rules.told(span, told.get(row.unit_id, ()))]


@dataclass
class UnitLine:
    """A unit in an operation: its totals by metric, of how many times asked so far it told, whether today's are there."""

    row: OperationUnit
    totals: dict[int, Decimal]
    times_told: int = 0
    times_asked: int = 0
    now: bool | None = None
    """Told what is asked now; None: nothing is asked now."""
    segments: list[str] = field(default_factory=list)


@dataclass
class Effort:
    """What one metric came to for each unit of effort."""

    counted: Counted
    per_person: Fraction | None
    per_vehicle: Fraction | None
    per_10000: Fraction | None
    """For each 10,000 yuan, which all work shared as it shared people and vehicles."""
    cost_of_one: Fraction | None
    """Where it is the only work, so that the whole cost is its own."""


@dataclass
class MetricLine:
    """A counted metric with how far it is and its days."""

    counted: Counted
    standing: rules.Standing
    days: list[rules.Point]
    address: str
    told: bool = True
    """Whether anything was told of it, be it nought."""


@dataclass
class Progress:
    """An operation as it stands."""

    operation: Operation
    today: date
    lines: list[MetricLine]
    units: list[UnitLine]
    asked_now: rules.Asked | None

    def of(self, part: str) -> list[MetricLine]:
        return [line for line in self.lines if line.counted.part == part]

    def effort(self, part: str) -> Decimal:
        """All people, vehicles or money together; metrics of one part are of one measure."""
        return sum((line.standing.done for line in self.of(part)), Decimal(0))

    @property
    def efforts(self) -> list[Effort]:
        people, vehicles, cost = (self.effort(part) for part in (Part.PEOPLE, Part.VEHICLES, Part.COST))
        return [
            Effort(line.counted, rules.per_effort(line.standing.done, people), rules.per_effort(line.standing.done, vehicles),
                   rules.per_effort(line.standing.done, cost / 10_000),
                   rules.cost_of_one(cost, line.standing.done) if len(self.of(Part.WORK)) == 1 else None)
            for line in self.of(Part.WORK)
        ]  # fmt: skip

    @property
    def silent(self) -> list[UnitLine]:
        return [line for line in self.units if line.now is False]


def progress(operation: Operation, today: date | None = None, *, of_units: bool = True) -> Progress:
    """How far an operation is: by metric and day, by unit. Five queries. Without ``of_units`` one less: who shows a page of the units reads the
    totals of these alone (``read_totals``)."""
    today = today or clock.today()
    scope = scope_of(operation)
    rows = counted_of(operation)
    metrics = [row.metric for row in rows]
    by_day: dict[int, dict[date, Decimal]] = defaultdict(dict)
    if metrics:
        for (metric, day), part in ledger.totals(scope, by="day", only=metrics).items():
            by_day[metric][day] = _quantity(part)
    lines = []
    for row in rows:
        done = sum(by_day[row.metric_id].values(), Decimal(0))
        lines.append(
            MetricLine(
                row, rules.standing(done, row.target, operation.starts_on, operation.ends_on, today),
                rules.burn_up(by_day[row.metric_id], row.target, operation.starts_on, operation.ends_on, today), scope.address(row.metric),
                bool(by_day[row.metric_id]),
            )
        )  # fmt: skip
    spans = planning.spans(operation)
    now = rules.asked_on(spans, today) if operation.state in ALIVE else None
    found = Progress(operation, today, lines, _unit_lines(operation, spans, now, today), now)
    if of_units:
        read_totals(found)
    return found


def read_totals(found: Progress, units: Sequence[UnitLine] | None = None) -> None:
    """Put the totals by metric into the lines of units, or of these alone. One query."""
    source = None if units is None else Fact.objects.filter(unit__in=[line.row.unit_id for line in units])
    lines = {line.row.unit_id: line for line in (found.units if units is None else units)}
    metrics = [line.counted.metric for line in found.lines]
    if not metrics or not lines:
        return
    for (metric, unit), part in ledger.totals(scope_of(found.operation), by="unit", only=metrics, source=source).items():
        if unit in lines:
            lines[unit].totals[metric] = _quantity(part)


def _unit_lines(operation: Operation, spans: Sequence[rules.Asked], now: rules.Asked | None, today: date) -> list[UnitLine]:
    told = told_days(operation)
    segments: dict[int, list[str]] = defaultdict(list)
    for unit, name in operation.segments.order_by("order", "pk").values_list("unit", "name"):
        segments[unit].append(name)
    past = [span for span in spans if span.first <= today]
    times = rules.times_told(past, told)
    found = []
    for row in operation.units.select_related("unit").order_by("unit__path"):
        days = told.get(row.unit_id, set())
        found.append(
            UnitLine(
                row, {}, times.get(row.unit_id, 0), len(past) if row.tells else 0,
                rules.told(now, days) if row.tells and now is not None else None, segments[row.unit_id],
            )
        )  # fmt: skip
    return found


# -- a unit's day ------------------------------------------------------------------------------------------------------


@dataclass
class Day:
    """What is there of a unit's day: facts that count for the operation, and facts of the same metrics that were entered for none."""

    told: dict[int, list[Fact]]
    elsewhere: dict[int, list[Fact]]


def day_of(operation: Operation, unit: Unit, day: date, metrics: Collection[int]) -> Day:
    """One query."""
    rows = Fact.objects.filter(
        unit=unit, metric__in=metrics, counts=True, starts_on=day, ends_on=day, operation__in=("", operation.name)
    ).select_related("metric", "division", "unit").order_by("pk")  # fmt: skip
    found = Day(defaultdict(list), defaultdict(list))
    for fact in rows:
        (found.told if fact.operation else found.elsewhere)[fact.metric_id].append(fact)
    return found


def last_told(operation: Operation, unit: Unit, day: date) -> tuple[date | None, dict[int, Decimal]]:
    """The last day before this one of which the unit told figures, and what they were. Two queries."""
    rows = facts_of(operation).filter(unit=unit, ends_on__lt=day)
    before = rows.aggregate(day=Max("ends_on"))["day"]
    if before is None:
        return None, {}
    found: dict[int, Decimal] = defaultdict(Decimal)
    for metric, amount in rows.filter(ends_on=before).values_list("metric", "amount"):
        found[metric] += amounts.quantity_of(amount) or Decimal(0)
    return before, dict(found)


def mine(actor: Actor) -> list[OperationUnit]:
    """Where this person tells figures now, in the order of their own units. One query."""
    rows = access.scoped(actor, TELL, OperationUnit).filter(operation__state__in=ALIVE, tells=True, unit__in=actor.unit_ids)
    since = clock.today() - timedelta(days=rules.LATE_DAYS)
    rows = rows.filter(operation__ends_on__gte=since, operation__starts_on__lte=clock.today())
    return list(rows.select_related("operation__division", "unit__division").order_by("-operation__starts_on", "unit__path"))


# -- what the ledger knows anyway --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """What the ledger has of a metric in the operation's area without being asked: its total in the days before, how many units told it, and
    the list of facts."""

    metric: Metric
    total: Decimal
    units: int
    first: date
    last: date
    address: str


def known(operation: Operation, metrics: Sequence[Metric], *, days: int = 28) -> dict[int, Known]:
    """Of each metric what came into the ledger of the area in the days before the operation, for none: whoever asks for it sees that it is
    told already, by whom and how much. Two queries."""
    last = min(operation.starts_on - timedelta(days=1), clock.today())
    scope = ledger.Scope(last - timedelta(days=days - 1), last, operation.division, None, "")
    parts = ledger.totals(scope, only=metrics) if metrics else {}
    units = dict(
        ledger.counting(Fact.objects.filter(metric__in=[one.pk for one in metrics]), scope).values_list("metric").annotate(
            n=Count("unit", distinct=True))
    )  # fmt: skip
    return {
        metric.pk: Known(metric, _quantity(parts[metric.pk, ""]), units.get(metric.pk, 0), scope.start, scope.end, scope.address(metric))
        for metric in metrics if (metric.pk, "") in parts
    }  # fmt: skip


# -- afterwards --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Return:
    """A kind of problem in the window before and after."""

    kind: int | None
    name: str
    before: int
    after: int


@dataclass(frozen=True)
class Afterwards:
    """What came back: problems newly reported in the area by kind, those reported as a rebound, and of those that were closed during the
    operation how many were found again."""

    window: rules.Window
    kinds: list[Return]
    before: int
    after: int
    rebounds_before: int
    rebounds_after: int
    closed: int
    back: int


def about(operation: Operation) -> QuerySet[Case]:
    """The cases of the operation's area and kinds of problems (all kinds where it names none), without what was rejected or merged."""
    rows = Case.objects.filter(division__in=Division.subtree_ids(operation.division.path)).exclude(state__in=(State.REJECTED, State.MERGED))
    kinds = list(operation.problems.order_by().values_list("pk", flat=True))
    return rows.filter(kind__in=kinds).order_by() if kinds else rows.order_by()


def afterwards(operation: Operation, today: date | None = None) -> Afterwards | None:
    """The comparison as far as its days are over; None while there is none, or it was given up. Three queries."""
    today = today or clock.today()
    window = rules.window(operation.starts_on, operation.ends_on, operation.window, today)
    if window is None or operation.state not in TOLD:
        return None
    rows = about(operation)
    earlier, later = behind("reported", *window.before), behind("reported", *window.after)
    rebound = Q(rebound_of__isnull=False)
    counts = rows.filter(earlier | later).values("kind", "kind__name").annotate(
        earlier=Count("pk", filter=earlier), later=Count("pk", filter=later), back_earlier=Count("pk", filter=earlier & rebound),
        back_later=Count("pk", filter=later & rebound),
    )  # fmt: skip
    found = list(counts)
    closed = behind("closed", operation.starts_on, operation.ends_on)
    back = closed_and_back(operation.starts_on, operation.ends_on, window.after[1])
    solved = rows.filter(closed).aggregate(closed=Count("pk"), back=Count("pk", filter=back))
    kinds = [Return(row["kind"], row["kind__name"] or "", row["earlier"], row["later"]) for row in found]
    return Afterwards(
        window, sorted(kinds, key=lambda one: (-one.after, -one.before, one.name)), sum(one.before for one in kinds),
        sum(one.after for one in kinds), sum(row["back_earlier"] for row in found), sum(row["back_later"] for row in found),
        solved["closed"], solved["back"],
    )  # fmt: skip
