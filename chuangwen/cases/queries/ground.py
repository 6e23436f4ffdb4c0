"""Cases on the ground: how many lie in each square of a grid, by place, on any day. Answers are bounded whatever the number of cases.

A square is named by the grid's fineness and its numbers from the west and from the south, so that a list can be asked for exactly the
cases that a square counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BigIntegerField, Count, DateTimeField, F, Q, Sum, Value
from django.db.models.expressions import Func
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThan

from chuangwen.cases.models import LIVE, WORKING_STATES, State
from chuangwen.cases.models.cells import CELLS, ROW, SHIFT, Cell
from chuangwen.cases.queries.lists import LATE, visible
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.geography import Box

FINENESS = tuple(2**n for n in range(16))
"""Squares per degree; so many grids there are, each twice as fine as the one before."""
MOST_SQUARES = 2_000
TONES = {
    "bad": Q(state__in=WORKING_STATES, urgency__in=LATE),
    "warn": Q(state=State.DISPATCHED) & ~Q(urgency__in=LATE),
    "accent": Q(state=State.RECTIFYING) & ~Q(urgency__in=LATE),
    "wait": Q(state__in=(State.REPORTED, State.SCREENED, State.REFUSED, State.DEFERRED)),
    "ok": Q(state__in=(State.SUBMITTED, State.VERIFIED)),
}
"""How an open case stands, each in one of these."""


class Number(Func):
    """The number of the square in which a coordinate lies; counted from where no coordinate is negative, so that cutting off is rounding
    down."""

    output_field = BigIntegerField()
    template = "CAST(FLOOR(%(expressions)s) AS BIGINT)"

    def __init__(self, column: str, fineness: int, **extra: Any):
        super().__init__((F(column) + Value(float(SHIFT[column]))) * Value(float(fineness)), **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(compiler, connection, template="CAST(%(expressions)s AS INTEGER)", **context)


class Walked(Func):
    """A column for a condition that shall choose no index: SQLite, asked for a range of it, would take the rows one by one and sort them all."""

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(compiler, connection, template="+%(expressions)s", **context)


@dataclass(frozen=True, slots=True)
class Square:
    """A square with ``count`` cases: their middle (WGS-84), and how many stand how (keys of TONES; nothing where it was not asked)."""

    x: int
    y: int
    count: int
    lat: float
    lon: float
    tones: dict[str, int]


def open_on(day: date) -> Q:
    """Open at the end of a day: reported by then, and not closed by then. What was rejected or merged was no case and is left out. Of today
    that is what is alive: nothing was closed after it."""
    return reduce(or_, open_on_parts(day))


def open_on_parts(day: date) -> tuple[Q, ...]:
    """The same in parts that have no case in common: asked for one by one each is a range of an index, together they are none."""
    end = _after(day)
    alive = Q(reported_at__lt=end) & LIVE
    return (alive,) if end > clock.now() else (alive, Q(state=State.CLOSED, closed_at__gte=end, reported_at__lt=end))


def reported_in(start: date, end: date) -> Q:
    """Reported on these days, both counted."""
    return Q(reported_at__gte=datetime.combine(start, time(), clock.LOCAL), reported_at__lt=_after(end))


def reported_in_cells(start: date, end: date) -> Q:
    """The same for ``squares_of_cells``."""
    when = Walked(F("reported_at"), output_field=DateTimeField())
    return Q(
        GreaterThanOrEqual(when, Value(datetime.combine(start, time(), clock.LOCAL), output_field=DateTimeField())),
        LessThan(when, Value(_after(end), output_field=DateTimeField())),
    )


def in_box(box: Box) -> Q:
    return Q(lat__gte=box.south, lat__lte=box.north, lon__gte=box.west, lon__lte=box.east)


def in_square(fineness: int, x: int, y: int) -> Q:
    """The cases that a square counts. Raises ValueError for a fineness that no grid has."""
    if fineness not in FINENESS:
        raise ValueError(f"no grid has {fineness} squares a degree")
    near = 1e-6
    box = Box(y / fineness - 90 - near, x / fineness - 180 - near, (y + 1) / fineness - 90 + near, (x + 1) / fineness - 180 + near)
    return in_box(box) & Q(Exact(Number("lon", fineness), x)) & Q(Exact(Number("lat", fineness), y))


def fineness_for(box: Box, wanted: int) -> int:
    """The finest grid no finer than ``wanted`` squares a degree that puts at most MOST_SQUARES squares into the box."""
    for fineness in reversed(FINENESS):
        squares = ((box.north - box.south) * fineness + 1) * ((box.east - box.west) * fineness + 1)
        if fineness <= wanted and squares <= MOST_SQUARES:
            return fineness
    return FINENESS[0]


def squares(actor: Actor, within: Sequence[Q], *, box: Box, fineness: int, toned: bool = False) -> list[Square]:
    """The visible cases in a box, counted by squares; the empty ones are left out. ``within``: conditions that have no case in common. One
    query."""
    tones = {f"tone_{tone}": Count("pk", filter=condition) for tone, condition in TONES.items()} if toned else {}
    rows = _together(
        visible(actor).filter(part, in_box(box)).order_by().values(square=Number("lon", fineness) * ROW + Number("lat", fineness))
        .annotate(count=Count("pk"), lats=Sum("lat"), lons=Sum("lon"), **tones)
        for part in within
    )  # fmt: skip
    return _squares((row.pop("square"), row) for row in rows)


def squares_of_cells(actor: Actor, within: Sequence[Q], *, box: Box, fineness: int) -> list[Square]:
    """The same for a large part of all cases (``within``: with ``reported_in_cells``) and a grid of at most CELLS squares a degree: the cells
    are counted in the order of their index, which takes a third of the time of sorting the cases into squares. One query."""
    rows = _together(
        visible(actor).filter(part, in_box(box), _columns(box)).order_by().values(cell=Cell())
        .annotate(count=Count("pk"), lats=Sum("lat"), lons=Sum("lon"))
        for part in within
    )  # fmt: skip

    def square(cell: int) -> int:
        x, y = divmod(cell, ROW)
        return (x * fineness // CELLS) * ROW + y * fineness // CELLS  # a cell lies in one square as a whole

    return _squares((square(row.pop("cell")), row) for row in rows)


def _squares(rows: Iterable[tuple[int, dict[str, Any]]]) -> list[Square]:
    """The squares of these counts, each with the number of its square; those of one square are added up."""
    found: dict[int, dict[str, Any]] = {}
    for square, row in rows:
        known = found.setdefault(square, dict.fromkeys(row, 0))
        for name, number in row.items():
            known[name] += number
    return [
        Square(
            *divmod(square, ROW), row["count"], row["lats"] / row["count"], row["lons"] / row["count"],
            {tone: row[f"tone_{tone}"] for tone in TONES if row.get(f"tone_{tone}")},
        )
        for square, row in found.items()
    ]  # fmt: skip


def _columns(box: Box) -> Q:
    """The cells between the western and the eastern edge: a range of their index."""
    west, east = (int((edge + SHIFT["lon"]) * CELLS) * ROW for edge in (box.west, box.east))
    return Q(GreaterThanOrEqual(Cell(), west), LessThan(Cell(), east + ROW))


def _together(parts: Iterable[Any]) -> Any:
    """The rows of all of them, by one query."""
    first, *rest = parts
    return first.union(*rest, all=True) if rest else first


def spots(actor: Actor, within: Sequence[Q], *, box: Box, limit: int) -> list[dict[str, Any]]:
    """The single cases in a box: key, number, point, state, urgency and kind, the newest first. A query for each part of ``within``."""
    columns = ("pk", "number", "lat", "lon", "state", "urgency", "kind__name")
    found: list[dict[str, Any]] = []
    for part in within:
        found += visible(actor).filter(part, in_box(box)).order_by("-pk").values(*columns)[:limit]
    return sorted(found, key=lambda row: -row["pk"])[:limit]


def tone_of(state: str, urgency: str) -> str:
    """In which of TONES a case stands; quiet when it has ended."""
    if urgency in LATE and state in WORKING_STATES:
        return "bad"
    words: dict[str, Sequence[str]] = {
        "warn": (State.DISPATCHED,),
        "accent": (State.RECTIFYING,),
        "ok": (State.SUBMITTED, State.VERIFIED),
        "wait": (State.REPORTED, State.SCREENED, State.REFUSED, State.DEFERRED),
    }
    return next((tone for tone, states in words.items() if state in states), "quiet")


def by_place(actor: Actor, within: Sequence[Q], *, late: bool = False) -> dict[int | None, dict[str, int]]:
    """The visible cases by division: ``count``, and with ``late`` how many are overdue. ``within``: conditions that have no case in common.
    One query."""
    wanted = {"late": Count("pk", filter=TONES["bad"])} if late else {}
    found: dict[int | None, dict[str, int]] = {}
    for row in _together(
        visible(actor).filter(part).order_by().values("division").annotate(count=Count("pk"), **wanted) for part in within
    ):
        known = found.setdefault(row.pop("division"), dict.fromkeys(row, 0))
        for name, number in row.items():
            known[name] += number
    return found


def of_today(actor: Actor, day: date, limit: int) -> list[dict[str, Any]]:
    """What was reported and what was closed on a day, the newest first: when, which of the two, where, what kind. No words of anybody and no
    person. Two queries."""
    start, end = datetime.combine(day, time(), clock.LOCAL), _after(day)
    found: list[dict[str, Any]] = []
    for what, column, more in (("reported", "reported_at", Q()), ("closed", "closed_at", Q(state=State.CLOSED))):
        span = Q(**{f"{column}__gte": start, f"{column}__lt": end})
        rows = visible(actor).filter(span, more).order_by(f"-{column}")
        for row in rows.values("pk", "division__name", "division__short_name", "kind__name", "family__name", at=F(column))[:limit]:
            found.append(row | {"what": what})
    return sorted(found, key=lambda row: row["at"], reverse=True)[:limit]


def at_sites(actor: Actor, sites: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Of these sites those with open visible cases: how many, and how many of them are overdue. One query."""
    rows = visible(actor).filter(LIVE, site__in=sites).order_by().values("site")
    found = rows.annotate(count=Count("pk"), late=Count("pk", filter=TONES["bad"]))
    return {row["site"]: (row["count"], row["late"]) for row in found}


def open_count(actor: Actor) -> dict[str, int]:
    """How many visible cases are open, and how many of them are overdue at the units. One query."""
    return visible(actor).filter(LIVE).order_by().aggregate(count=Count("pk"), late=Count("pk", filter=TONES["bad"]))


def _after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), clock.LOCAL)
