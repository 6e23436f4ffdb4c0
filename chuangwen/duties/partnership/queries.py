"""What pages, API and sheets read of partnerships."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean
from typing import Any

from django.db.models import Avg, Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from chuangwen.duties.partnership import rules, states
from chuangwen.duties.partnership.models import (
    Partnership,
    PartnershipInput,
    PartnershipItem,
    PartnershipNeed,
    PartnershipSettings,
    PartnershipVisit,
)
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.geography import Point, distance
from chuangwen.places.models import Division, Site

SEE = "duties.see_partnership"


def pairs(actor: Actor, verb: str = SEE) -> QuerySet[Partnership]:
    """The pairs that the actor sees, with both sides."""
    return access.scoped(actor, verb, Partnership).select_related("unit", "division")


def _count(model: Any, **conditions: Any) -> Coalesce:
    rows = model.objects.filter(partnership=OuterRef("pk"), **conditions).order_by().values("partnership")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def counted(rows: QuerySet[Partnership]) -> QuerySet[Partnership]:
    """With how many needs, lines of the package, inputs and visits each has, and how many of them are met and done."""
    return rows.annotate(
        need_count=_count(PartnershipNeed),
        met_count=_count(PartnershipNeed, state="met"),
        item_count=_count(PartnershipItem, dropped=""),
        done_count=_count(PartnershipItem, dropped="", progress=100),
        input_count=_count(PartnershipInput, counts=True),
        visit_count=_count(PartnershipVisit, held_on__isnull=False),
    )


# -- settings and silence ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Settings:
    """What holds for an area; ``path`` empty: the usual."""

    path: str = ""
    silent_days: int = rules.SILENT_DAYS
    rings: tuple[float, ...] = rules.RINGS
    centre: Point | None = None


def all_settings() -> list[Settings]:
    """All that was set, the innermost areas first. One query."""
    rows = PartnershipSettings.objects.select_related("division")
    found = [
        Settings(
            row.division.path, row.silent_days, tuple(row.rings),
            Point(row.lat, row.lon) if row.lat is not None and row.lon is not None else None,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: -len(one.path))


def settings_at(path: str, known: Iterable[Settings] | None = None) -> Settings:
    """What holds at a place: its own area's, or that of the nearest above it."""
    rows = all_settings() if known is None else known
    return next((one for one in rows if path.startswith(one.path)), Settings())


def silent(today: date) -> Q:
    """The condition of pairs that are open and of which nothing was recorded for too long, by the settings of each area. One query."""
    found, inner = Q(pk__in=[]), Q(pk__in=[])
    for one in [*all_settings(), Settings()]:
        here = Q(division__path__startswith=one.path) if one.path else Q()
        found |= here & ~inner & Q(last_active_on__lt=today - timedelta(days=one.silent_days))
        if one.path:
            inner |= here
    return found & Q(state__in=states.ALIVE)


def overdue(today: date) -> Q:
    """The two should have met."""
    return Q(state=states.PAIRED, contact_due__lt=today)


@dataclass(frozen=True)
class Figures:
    """All pairs in figures."""

    open: int
    waits: int
    overdue: int
    silent: int
    finished: int
    needs: int
    met: int
    items: int
    done: int
    late: int


def figures(actor: Actor) -> Figures:
    """How all pairs that the actor sees stand. Four queries."""
    today = clock.today()
    rows = access.scoped(actor, SEE, Partnership).order_by()
    told = rows.aggregate(
        open=Count("pk", filter=Q(state__in=states.OPEN)), waits=Count("pk", filter=Q(state=states.PAIRED)),
        overdue=Count("pk", filter=overdue(today)), silent=Count("pk", filter=silent(today)), finished=Count("pk", filter=Q(state="finished")),
    )  # fmt: skip
    mine = {"partnership__in": rows.filter(state__in=[*states.OPEN, states.FINISHED]).values("pk")}
    needs = PartnershipNeed.objects.filter(**mine).order_by().aggregate(needs=Count("pk"), met=Count("pk", filter=Q(state="met")))
    items = PartnershipItem.objects.filter(dropped="", **mine).order_by().aggregate(
        items=Count("pk"), done=Count("pk", filter=Q(progress=100)), late=Count("pk", filter=Q(due_on__lt=today, progress__lt=100))
    )
    return Figures(**told, **needs, **items)


# -- coverage ------------------------------------------------------------------------------------------------------------


@dataclass
class Covered:
    """A place on the map of coverage."""

    division: Division
    point: Point | None
    kilometres: float | None
    pairs: list[Partnership]
    place: rules.Place


@dataclass
class Coverage:
    """An area from its centre outwards."""

    area: Division
    centre: Point | None
    is_set: bool
    edges: tuple[float, ...]
    places: list[Covered]
    rings: list[rules.Ring]

    @property
    def active(self) -> int:
        return sum(one.place.active for one in self.places)

    @property
    def share(self) -> float | None:
        return self.active / len(self.places) if self.places else None


def areas(actor: Actor) -> QuerySet[Division]:
    """The areas of which coverage can be asked: from the town up, where the actor sees all pairs."""
    return access.scoped(actor, SEE, Division).filter(active=True, level__lt=Division.Level.VILLAGE).order_by("-level", "path")


def coverage(actor: Actor, area: Division) -> Coverage:
    """The villages and communities of an area, each in its ring: with a pair that has met, with one that has not, without. Four queries."""
    today = clock.today()
    rows = list(Division.objects.filter(path__startswith=area.path, level=Division.Level.VILLAGE, active=True).order_by("path"))
    middle = {
        key: Point(lat, lon)
        for key, lat, lon in Site.objects.filter(division__path__startswith=area.path, active=True, lat__isnull=False, lon__isnull=False)
        .order_by().values_list("division_id").annotate(lat=Avg("lat"), lon=Avg("lon"))
    }  # fmt: skip
    of: dict[int, list[Partnership]] = {}
    quiet = set(pairs(actor).filter(silent(today), division__path__startswith=area.path).values_list("pk", flat=True))
    for pair in pairs(actor).filter(state__in=states.OPEN, division__path__startswith=area.path).order_by("pk"):
        of.setdefault(pair.division_id, []).append(pair)
    known = settings_at(area.path)
    points = [middle[row.pk] for row in rows if row.pk in middle]
    centre = known.centre or (Point(fmean(p.lat for p in points), fmean(p.lon for p in points)) if points else None)
    found = []
    for row in rows:
        point, mine = middle.get(row.pk), of.get(row.pk, [])
        away = distance(centre, point) / 1000 if centre is not None and point is not None else None
        active = [pair for pair in mine if pair.state in states.ALIVE]
        place = rules.Place(
            away, bool(active), bool(mine) and not active, bool(active) and all(pair.pk in quiet for pair in active)
        )
        found.append(Covered(row, point, away, mine, place))
    found.sort(key=lambda one: (one.kilometres is None, one.kilometres or 0, one.division.path))
    return Coverage(area, centre, known.centre is not None, known.rings, found, rules.coverage([one.place for one in found], known.rings))


# -- one pair --------------------------------------------------------------------------------------------------------------


def totals(pair: Partnership) -> list[tuple[str, str, Any]]:
    """What was put in, by kind and unit of measure: label of the kind, measure, exact sum. Added up here, because SQLite adds decimals as
    floating numbers."""
    sums: dict[tuple[str, str], Any] = {}
    for kind, measure, quantity in pair.inputs.filter(counts=True).values_list("kind", "measure", "quantity"):
        sums[kind, measure] = sums.get((kind, measure), 0) + quantity
    return [
        (str(PartnershipInput.Kind(kind).label), measure, total.to_integral_value() if total == total.to_integral_value() else total.normalize())
        for (kind, measure), total in sorted(sums.items())
    ]


def inputs(actor: Actor) -> QuerySet[PartnershipInput]:
    """What was put in by all pairs that the actor sees."""
    mine = access.scoped(actor, SEE, Partnership).order_by().values("pk")
    return PartnershipInput.objects.filter(partnership__in=mine).select_related(
        "partnership__unit", "partnership__division", "metric", "fact__metric"
    )


def needs(actor: Actor) -> QuerySet[PartnershipNeed]:
    """The needs of all pairs that the actor sees."""
    mine = access.scoped(actor, SEE, Partnership).order_by().values("pk")
    return PartnershipNeed.objects.filter(partnership__in=mine).select_related("partnership__unit", "partnership__division")


def visits(actor: Actor) -> QuerySet[PartnershipVisit]:
    """The visits of all pairs that the actor sees."""
    mine = access.scoped(actor, SEE, Partnership).order_by().values("pk")
    return PartnershipVisit.objects.filter(partnership__in=mine).select_related("partnership__unit", "partnership__division")


def served(pair: Partnership) -> int:
    """How many people the teams served."""
    return pair.visits.filter(held_on__isnull=False).order_by().aggregate(n=Sum("served"))["n"] or 0
