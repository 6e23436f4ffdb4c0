"""What pages, API, sheets, calendars and schemes read of duties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from chuangwen.duties.rhythm import proofs, rules
from chuangwen.duties.rhythm.models import Duty, FeedLink, Occurrence
from chuangwen.duties.rhythm.proofs import Found
from chuangwen.kernel import access, clock, office_calendar
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Unit
from chuangwen.people.queries import on_day
from chuangwen.places.models import Division

State = Occurrence.State
OVERVIEW_UNITS = 60
"""So many units stand on one page of the overview."""


def duties(actor: Actor, verb: str = "duties.see_rhythm") -> QuerySet[Duty]:
    """The duties of the actor's area; for who sees but a unit, those that it owes or owed."""
    found = access.scoped(actor, verb, Duty)
    if verb == "duties.see_rhythm" and actor.may(verb):
        own = access.scoped(actor, verb, Occurrence).order_by().values("duty")
        if any(grant.scope == access.UNIT for grant in actor.scopes(verb)):
            found = Duty.objects.filter(Q(pk__in=found.order_by().values("pk")) | Q(pk__in=own))
    return found.select_related("division", "under")


def occurrences(actor: Actor, verb: str = "duties.see_rhythm") -> QuerySet[Occurrence]:
    return access.scoped(actor, verb, Occurrence).select_related("duty", "unit")


def running(day: date) -> Q:
    """Duties in force on a day."""
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))


def owing(duty: Duty, day: date) -> QuerySet[Unit]:
    """The units that owe a duty on a day, by what it says of them."""
    found = Unit.objects.filter(on_day(day), division__in=Division.subtree_ids(duty.division.path)).order_by("path")
    if duty.kinds:
        found = found.filter(kind__in=duty.kinds)
    if duty.level is not None:
        found = found.filter(division__level=duty.level)
    if duty.under_id is not None and duty.under is not None:
        found = found.filter(path__startswith=duty.under.path)
    return found


# -- what proves it ----------------------------------------------------------------------------------------------------


def evidence(rows: Sequence[Occurrence]) -> dict[int, list[Found]]:
    """The records that count for each occurrence, in the order of days. A query or two for each kind of proof, however many rows."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        for key in row.duty.proofs:
            if key in proofs.PROOFS:
                wanted[key].add(row.unit_id)
    if not wanted:
        return {row.pk: [] for row in rows}
    first, last = min(row.first for row in rows), max(row.last for row in rows)
    there: dict[tuple[str, int], list[Found]] = defaultdict(list)
    for key in sorted(wanted):
        for found in proofs.PROOFS[key].find(wanted[key], first, last):
            there[key, found.unit].append(found)
    return {row.pk: _counting(row, there) for row in rows}


def _counting(row: Occurrence, there: dict[tuple[str, int], list[Found]]) -> list[Found]:
    found = [
        one for key in row.duty.proofs for one in there.get((key, row.unit_id), ())
        if row.first <= one.day <= row.last and one.duty in (None, row.duty_id)
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.day)


@dataclass
class Owed:
    """An occurrence as it stands now, with the records that count."""

    row: Occurrence
    found: list[Found]
    done: int
    state: str
    today: date

    @property
    def missing(self) -> int:
        return max(0, self.row.wanted - self.done)

    @property
    def days_left(self) -> int:
        """Days until the last one, today not counted; below nought when it is over."""
        return (self.row.last - self.today).days

    @property
    def ahead(self) -> bool:
        return self.row.first > self.today

    @property
    def label(self) -> str:
        return str(State(self.state).label)


def standing(rows: Sequence[Occurrence], today: date | None = None) -> list[Owed]:
    """How occurrences stand now: what was settled stays, the rest by the records that are there."""
    today = today or clock.today()
    counted = evidence(rows)
    found = []
    for row in rows:
        records = counted[row.pk]
        done = row.done if row.settled else rules.done([one.day for one in records], row.span, once_a_day=row.duty.once_a_day)
        state = row.state if row.settled else rules.standing(
            wanted=row.wanted, done=done, last=row.last, excused=row.excused_at is not None, today=today)  # fmt: skip
        found.append(Owed(row, records, done, state, today))
    return found


# -- pages -------------------------------------------------------------------------------------------------------------


def of_week(unit: Unit, monday: date) -> list[Owed]:
    """What a unit owes in a week: whatever touches it. The open and urgent first, then what is ahead, then what is settled."""
    rows = list(
        Occurrence.objects.filter(unit=unit, first__lte=monday + timedelta(days=6), last__gte=monday).select_related("duty", "unit")
    )
    order = {State.MISSED: 0, State.OPEN: 1, State.EXCUSED: 2, State.KEPT: 3}
    return sorted(standing(rows), key=lambda one: (order[State(one.state)], one.ahead, one.row.last, one.row.duty.name))


@dataclass
class Tally:
    """How many occurrences stand how."""

    open: int = 0
    kept: int = 0
    missed: int = 0
    excused: int = 0
    done: int = 0
    wanted: int = 0
    only: int | None = None
    """The key of the occurrence where there is one alone."""

    @property
    def owed(self) -> int:
        """What counts: all but what was excused."""
        return self.open + self.kept + self.missed

    @property
    def settled(self) -> int:
        return self.kept + self.missed

    @property
    def share(self) -> float | None:
        """Kept of kept and missed; None where neither is there."""
        return self.kept / self.settled if self.settled else None

    @property
    def tone(self) -> str:
        if self.missed:
            return "bad"
        if self.open:
            return "wait"
        return "ok" if self.kept else "quiet"

    def add(self, state: str, count: int, done: int = 0, wanted: int = 0) -> None:
        setattr(self, state, getattr(self, state) + count)
        self.done, self.wanted = self.done + done, self.wanted + wanted


@dataclass
class Overview:
    """Units by duties in a week."""

    monday: date
    duties: list[Duty]
    units: list[Unit]
    cells: dict[tuple[int, int], Tally]
    by_duty: dict[int, Tally]
    by_unit: dict[int, Tally]
    whole: Tally
    pages: int = 1
    page: int = 1
    count: int = 0

    @property
    def lines(self) -> list[tuple[Unit, Tally, list[tuple[Duty, Tally | None]]]]:
        return [
            (unit, self.by_unit.get(unit.pk, Tally()), [(duty, self.cells.get((unit.pk, duty.pk))) for duty in self.duties])
            for unit in self.units
        ]

    @property
    def heads(self) -> list[tuple[Duty, Tally]]:
        return [(duty, self.by_duty[duty.pk]) for duty in self.duties]


def overview(actor: Actor, monday: date, *, page: int = 1, kind: str = "") -> Overview:
    """What falls due in a week, by unit and duty, in the order of the organisation. Five queries at most."""
    rows = access.scoped(actor, "duties.see_rhythm", Occurrence).filter(last__gte=monday, last__lte=monday + timedelta(days=6))
    if kind:
        rows = rows.filter(unit__kind=kind)
    by_duty: dict[int, Tally] = defaultdict(Tally)
    whole = Tally()
    for duty, state, count in rows.order_by().values_list("duty", "state").annotate(Count("pk")):
        by_duty[duty].add(state, count)
        whole.add(state, count)
    paths = list(rows.order_by("unit__path").values_list("unit__path", "unit").distinct())
    pages = max(1, -(-len(paths) // OVERVIEW_UNITS))
    page = min(max(page, 1), pages)
    shown = [pk for _path, pk in paths[(page - 1) * OVERVIEW_UNITS : page * OVERVIEW_UNITS]]
    cells: dict[tuple[int, int], Tally] = defaultdict(Tally)
    by_unit: dict[int, Tally] = defaultdict(Tally)
    for pk, unit, duty, state, done, wanted in rows.filter(unit__in=shown).order_by().values_list(
        "pk", "unit", "duty", "state", "done", "wanted"
    ):
        cell = cells[unit, duty]
        cell.only = pk if not (cell.owed or cell.excused) else None
        cell.add(state, 1, done, wanted)
        by_unit[unit].add(state, 1, done, wanted)
    units = list(Unit.objects.filter(pk__in=shown).order_by("path"))
    found = list(Duty.objects.filter(pk__in=list(by_duty)).order_by("name", "pk"))
    return Overview(monday, found, units, dict(cells), dict(by_duty), dict(by_unit), whole, pages, page, len(paths))


@dataclass(frozen=True)
class PastPeriod:
    """How the units kept a duty in one of its past periods."""

    first: date
    last: date
    kept: int
    missed: int
    excused: int


def past(duty: Duty, actor: Actor, *, most: int = 12, today: date | None = None) -> list[PastPeriod]:
    """The last periods of a duty that are over, oldest first. One query."""
    rows = access.scoped(actor, "duties.see_rhythm", Occurrence).filter(duty=duty, last__lt=today or clock.today())
    counts = rows.order_by("-first").values("first", "last").annotate(
        kept=Count("pk", filter=Q(state=State.KEPT)), missed=Count("pk", filter=Q(state=State.MISSED)),
        excused=Count("pk", filter=Q(state=State.EXCUSED)),
    )  # fmt: skip
    return [PastPeriod(row["first"], row["last"], row["kept"], row["missed"], row["excused"]) for row in counts[:most]][::-1]


def known_already(duty: Duty, *, days: int = 28, today: date | None = None) -> list[tuple[str, int]]:
    """What the program has of the units that owe a duty for which a record is asked: kind of record, how many in the last days. Empty where
    other records show the duty anyway. Whoever asks for a form sees what need not be asked. A query or two for each kind."""
    if duty.proofs != [proofs.RECORD]:
        return []
    today = today or clock.today()
    units = set(owing(duty, today).order_by().values_list("pk", flat=True))
    if not units:
        return []
    found = []
    for key, proof in proofs.PROOFS.items():
        count = 0 if key == proofs.RECORD else sum(1 for _one in proof.find(units, today - timedelta(days=days), today))
        if count:
            found.append((str(proof.label), count))
    return sorted(found, key=lambda pair: -pair[1])


def next_spans(plan: rules.Plan, *, today: date | None = None, most: int = 8) -> list[rules.Span]:
    """What will be owed next by a plan, from today on."""
    today = today or clock.today()
    begin = max(today, plan.begins)
    found: list[rules.Span] = []
    for days in (60, 400, 1200):
        found = rules.spans(plan, office_calendar.calendar(), begin, begin + timedelta(days=days))
        if len(found) >= most:
            break
    return found[:most]


def asking(actor: Actor) -> int:
    """How many units wait for an answer to their asking to be excused. One query."""
    return access.scoped(actor, "duties.excuse", Occurrence).filter(asked_at__isnull=False, excused_at__isnull=True, settled=False).count()


def feed_rows(link: FeedLink, today: date | None = None) -> QuerySet[Occurrence]:
    """What a calendar shows of a unit: from four weeks ago to as far as is laid out."""
    today = today or clock.today()
    return Occurrence.objects.filter(unit=link.unit_id, last__gte=today - timedelta(days=28)).select_related("duty").order_by("last", "pk")


# -- what schemes ask for ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnitResult:
    """How a unit kept its duties in a time: occurrences that ended in it and are over. ``share``: kept of kept and missed."""

    unit: int
    kept: int = 0
    missed: int = 0
    excused: int = 0
    wanted: int = 0
    done: int = 0
    duties: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    """Duty -> kept, missed, excused."""

    @property
    def owed(self) -> int:
        return self.kept + self.missed

    @property
    def share(self) -> float | None:
        return self.kept / self.owed if self.owed else None


def unit_results(
    first: date, last: date, *, units: Collection[int] | None = None, duties: Collection[int] | None = None
) -> dict[int, UnitResult]:
    """The results of units for schemes of appraisal: what ended from ``first`` to ``last``. What is still open is left out. One query."""
    rows = Occurrence.objects.filter(last__gte=first, last__lte=last).exclude(state=State.OPEN)
    if units is not None:
        rows = rows.filter(unit__in=list(units))
    if duties is not None:
        rows = rows.filter(duty__in=list(duties))
    figures: dict[int, dict[int, Tally]] = defaultdict(lambda: defaultdict(Tally))
    grouped = rows.order_by().values_list("unit", "duty", "state").annotate(Count("pk"), Sum("done"), Sum("wanted"))
    for unit, duty, state, count, done, wanted in grouped:
        figures[unit][duty].add(state, count, done, wanted)
    found = {}
    for unit, tallies in figures.items():
        every = list(tallies.values())
        found[unit] = UnitResult(
            unit, sum(one.kept for one in every), sum(one.missed for one in every), sum(one.excused for one in every),
            sum(one.wanted for one in every), sum(one.done for one in every),
            {duty: (one.kept, one.missed, one.excused) for duty, one in tallies.items()},
        )  # fmt: skip
    return found
