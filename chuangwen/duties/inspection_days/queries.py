"""What is read of inspection days: the board, a place, the list of what is to be done afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from chuangwen.cases.models import Case
from chuangwen.duties.inspection_days import figures
from chuangwen.duties.inspection_days.models import AfterItem, DrawnPlace, Inspection, PlaceAssignment
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor

SEE, SEE_PLACE = "duties.see_inspections", "duties.see_inspected_place"
PROBLEMS_SHOWN = 40


def inspections(actor: Actor) -> QuerySet[Inspection]:
    return access.scoped(actor, SEE, Inspection).select_related("division")


def counted(rows: QuerySet[Inspection]) -> QuerySet[Inspection]:
    """With how many places were drawn, and how many things are on the list and still without a way to go on."""
    waiting = Q(after_items__case__isnull=True, after_items__resolution__isnull=True, after_items__dropped_reason="")
    return rows.annotate(
        place_count=Count("places", distinct=True), found_count=Count("after_items", distinct=True),
        waiting_count=Count("after_items", filter=waiting & Q(after_items__isnull=False), distinct=True),
    )  # fmt: skip


def own_places(actor: Actor) -> QuerySet[DrawnPlace]:
    """The drawn places that the actor reaches: all of an area, or those at which the own unit stands, of inspections that are not closed."""
    rows = access.scoped(actor, SEE_PLACE, DrawnPlace).exclude(inspection__state=Inspection.State.CLOSED)
    return rows.select_related("inspection", "division", "site").order_by("-day", "known_at", "pk")


@dataclass
class PlaceLine:
    """A drawn place with who stands there and how many problems of today it has."""

    place: DrawnPlace
    assignments: list[PlaceAssignment] = field(default_factory=list)
    problems: int = 0
    late: int = 0

    @property
    def people(self) -> int:
        """How many people stand there, as far as it was said."""
        return sum(row.people or 0 for row in self.assignments)

    @property
    def unsaid(self) -> int:
        """Of how many that stand there nobody has said with how many people."""
        return sum(row.people is None for row in self.assignments)

    @property
    def lead(self) -> list[PlaceAssignment]:
        return [row for row in self.assignments if row.part == PlaceAssignment.Part.LEAD]


@dataclass
class Board:
    """All that the board shows. ``mark`` changes whenever it would look different."""

    inspection: Inspection
    lines: list[PlaceLine]
    counts: dict[str, int]
    problems: list[Case]
    waiting: int
    mark: str

    @property
    def people(self) -> int:
        """People at all places, as far as it was said. Who stands at two places is needed at both and counts at both."""
        return sum(line.people for line in self.lines)

    @property
    def unsaid(self) -> int:
        return sum(line.unsaid for line in self.lines)

    @property
    def staffed(self) -> int:
        """At how many places people stand."""
        return sum(line.people > 0 for line in self.lines)

    @property
    def there(self) -> int:
        return sum(line.place.state == DrawnPlace.State.THERE for line in self.lines)

    @property
    def left(self) -> int:
        return sum(line.place.state == DrawnPlace.State.LEFT for line in self.lines)


ORDER = {DrawnPlace.State.THERE: 0, DrawnPlace.State.WAITING: 1, DrawnPlace.State.LEFT: 2}


def places_of(inspection: Inspection) -> list[DrawnPlace]:
    """Where the assessors are now comes first, then what is to come, by day. One query."""
    rows = list(inspection.places.select_related("division", "site"))
    return sorted(rows, key=lambda place: (ORDER[DrawnPlace.State(place.state)], place.day, place.known_at, place.pk))


def board(actor: Actor, inspection: Inspection) -> Board:
    """The board; seven queries, however many places there are."""
    places = places_of(inspection)
    mark = figures.mark(inspection, places)  # first: what changes while the rest is read is new to whoever asks with it again
    lines = {place.pk: PlaceLine(place) for place in places}
    for row in PlaceAssignment.objects.filter(place__inspection=inspection).select_related("unit", "post").order_by("part", "unit__path", "pk"):
        lines[row.place_id].assignments.append(row)
    for key, (problems, late) in figures.by_place(inspection, places).items():
        lines[key].problems, lines[key].late = problems, late
    seen = access.scoped(actor, "cases.see", Case).filter(pk__in=figures.problems(inspection, places).order_by().values("pk"))
    rows = list(seen.select_related("site", "division", "kind", "handling_unit").order_by("-reported_at", "-pk")[:PROBLEMS_SHOWN])
    waiting = inspection.after_items.filter(case__isnull=True, resolution__isnull=True, dropped_reason="").count()
    return Board(inspection, list(lines.values()), figures.counts(inspection, places), rows, waiting, mark)


@dataclass
class PlaceSheet:
    """A drawn place: who stands there, what is open there, what was found there while it lasts."""

    place: DrawnPlace
    assignments: list[PlaceAssignment]
    found: list[Case]
    open: list[Case]
    open_count: int

    @property
    def people(self) -> int:
        return sum(row.people or 0 for row in self.assignments)


def place_sheet(actor: Actor, pk: int) -> PlaceSheet:
    """Six queries. Only cases that the actor sees anyway. Raises Denied, Missing."""
    rows = DrawnPlace.objects.select_related("inspection__division", "division", "site__type")
    place = access.fetch(actor, SEE_PLACE, rows, pk=pk)
    seen = access.scoped(actor, "cases.see", Case).select_related("site", "division", "kind", "handling_unit")
    fresh = seen.filter(figures.at_place(place), figures.while_it_lasts(place.inspection))
    found = list(fresh.order_by("-reported_at", "-pk")[:PROBLEMS_SHOWN])
    still = seen.filter(figures.at_place(place), figures.LIVE).exclude(pk__in=[row.pk for row in found])
    rest = list(still.order_by("due_at", "pk")[:PROBLEMS_SHOWN])
    assignments = list(place.assignments.select_related("unit", "post").order_by("part", "unit__path", "pk"))
    return PlaceSheet(place, assignments, found, rest, still.count())


def after_items(inspection: Inspection) -> QuerySet[AfterItem]:
    return inspection.after_items.select_related("place__site", "place__division", "unit", "case", "resolution__meeting", "resolution__case")
