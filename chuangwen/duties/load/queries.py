"""The heat table of weeks and units, what lies behind a cell, and whether there is room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from chuangwen.duties.load import rules, sources
from chuangwen.duties.load.models import LoadLimit
from chuangwen.duties.load.sources import Burden
from chuangwen.duties.rhythm.recurring import week_of
from chuangwen.kernel import access, clock, workload
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Unit

BEFORE_WEEKS, AHEAD_WEEKS = 3, 5
"""The table shows so many weeks before this one, and so many from it on."""
UNITS_ON_A_PAGE = 40


def limits_of(units: Iterable[Unit]) -> dict[tuple[int, str], int]:
    """The limit of each source for each unit, where there is one. One query."""
    by_kind: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for source, kind, per_week in LoadLimit.objects.order_by().values_list("source", "unit_kind", "per_week"):
        by_kind[kind].append((source, per_week))
    return {(unit.pk, source): per_week for unit in units for source, per_week in by_kind[unit.kind]}


def amounts(found: Iterable[Burden]) -> dict[rules.Slot, int]:
    """How much is planned in each slot."""
    there: dict[rules.Slot, int] = defaultdict(int)
    for one in found:
        there[one.unit, one.monday, one.source] += one.planned
    return dict(there)


@dataclass
class Cell:
    """A unit's week; ``limit`` of all together. ``turns``: those at posts, which mostly volunteers take; they stand apart, ``planned`` and
    ``done`` do not hold them (but where turns alone are looked at). ``over`` names the sources beyond their limit, ``filled`` those at or beyond
    it in words; ``level``: how much it is beside the fullest cell shown, 0 to 4."""

    planned: int = 0
    done: int = 0
    turns: int = 0
    level: int = 0
    limit: int | None = None
    over: list[str] = field(default_factory=list)
    filled: list[str] = field(default_factory=list)

    @property
    def tone(self) -> str:
        if self.over:
            return "bad"
        if self.filled:
            return "warn"
        return ""


@dataclass
class Table:
    """Units by weeks."""

    weeks: list[date]
    units: list[Unit]
    cells: dict[tuple[int, date], Cell]
    page: int
    pages: int
    count: int
    totals: dict[int, int] = field(default_factory=dict)
    """The limit of all together, by unit, where there is one and all is looked at."""

    @property
    def lines(self) -> list[tuple[Unit, list[tuple[date, Cell]]]]:
        return [
            (unit, [(week, self.cells.get((unit.pk, week)) or Cell(limit=self.totals.get(unit.pk))) for week in self.weeks])
            for unit in self.units
        ]


def units_seen(actor: Actor, kind: str = ""):
    """The units of today whose load the actor may see, in the order of the organisation."""
    today = clock.today()
    rows = access.scoped(actor, "duties.see_load", Unit).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today)).order_by("path")
    return rows.filter(kind=kind) if kind else rows


def table(actor: Actor, *, kind: str = "", source: str = "", page: int = 1, around: date | None = None) -> Table:
    """What falls on units around a week. A query or two for each source, and three more, however many units."""
    first = week_of(around or clock.today()) - timedelta(days=7 * BEFORE_WEEKS)
    weeks = rules.mondays(first, BEFORE_WEEKS + AHEAD_WEEKS)
    rows = units_seen(actor, kind)
    count = rows.count()
    pages = max(1, -(-count // UNITS_ON_A_PAGE))
    page = min(max(page, 1), pages)
    units = list(rows[(page - 1) * UNITS_ON_A_PAGE : page * UNITS_ON_A_PAGE])
    found = sources.burdens([unit.pk for unit in units], weeks[0], weeks[-1] + timedelta(days=6), source)
    limits = limits_of(units)
    totals = {unit: limit for (unit, name), limit in limits.items() if name == rules.TOTAL and not source}
    return Table(weeks, units, cells_of(found, limits, source), page, pages, count, totals)


def cells_of(found: Sequence[Burden], limits: dict[tuple[int, str], int], only: str = "") -> dict[tuple[int, date], Cell]:
    """The cells of a table, with what is full and what is beyond its limit, a total after its sources. ``only``: the source that alone was
    looked for; then nothing is said of the total."""
    cells: dict[tuple[int, date], Cell] = defaultdict(Cell)
    for one in found:
        cell = cells[one.unit, one.monday]
        if only != workload.SHIFTS and one.source == workload.SHIFTS:
            cell.turns += one.planned
            continue
        cell.planned += one.planned
        cell.done += min(one.done, one.planned)
    slots = amounts(found) if only else rules.with_totals(amounts(found))
    for (unit, monday, source), planned in slots.items():
        limit = limits.get((unit, source))
        if limit is None:
            continue
        cell = cells[unit, monday]
        if source == rules.TOTAL:
            cell.limit = limit
        if planned < limit:
            continue
        told = {"source": LoadLimit.Source(source).label, "planned": planned, "limit": limit}
        words = _("%(source)s beyond the limit %(planned)d/%(limit)d") if planned > limit else _("%(source)s full %(planned)d/%(limit)d")
        cell.filled.append(words % told)
        if planned > limit:
            cell.over.append(source)
    most = max((cell.planned for cell in cells.values()), default=0)
    for cell in cells.values():
        cell.level = -(-4 * cell.planned // most) if most else 0
    return dict(cells)


@dataclass
class Part:
    """A source in a unit's week: its rows, and how full it is."""

    source: str
    label: str
    rows: list[Burden]
    planned: int
    done: int
    limit: int | None

    @property
    def tone(self) -> str:
        if self.limit is None:
            return "quiet"
        return "bad" if self.planned > self.limit else "warn" if self.planned == self.limit else "ok"


def week(unit: Unit, monday: date) -> tuple[Part, list[Part]]:
    """What falls on one unit in one week: all together (without turns at posts, without rows), and source by source."""
    found = sources.burdens([unit.pk], monday, monday + timedelta(days=6))
    limits = limits_of([unit])
    parts = []
    for name in sources.SOURCES:
        rows = [one for one in found if one.source == name]
        planned, done = sum(one.planned for one in rows), sum(min(one.done, one.planned) for one in rows)
        parts.append(Part(name, str(LoadLimit.Source(name).label), rows, planned, done, limits.get((unit.pk, name))))
    counted = [part for part in parts if part.source not in rules.APART]
    planned, done = sum(part.planned for part in counted), sum(part.done for part in counted)
    return Part(rules.TOTAL, str(LoadLimit.Source.TOTAL.label), [], planned, done, limits.get((unit.pk, rules.TOTAL))), parts
