"""The numbers of an inspection, and the problems found at its places while it lasts. Counted from the records, never entered."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from chuangwen.cases.models import LIVE, Case, State
from chuangwen.duties.inspection_days.models import DrawnPlace, Inspection
from chuangwen.kernel import clock
from chuangwen.places.models import Division
from chuangwen.web.filters import start_of

LATE_HOURS = 24
"""Problems that are reported so long after the last day still belong to it: lists come in the evening."""


@dataclass(frozen=True)
class Figures:
    """Places drawn and visited, units that stood there and how many people, problems found, put right and late, things on the list and those
    followed."""

    places: int
    visited: int
    units: int
    people: int
    problems: int
    put_right: int
    late: int
    found: int
    followed: int

    @property
    def plain(self) -> dict[str, Any]:
        return asdict(self)


def at_place(place: DrawnPlace) -> Q:
    """The condition on cases of a drawn place: those of its site, or of the community and what lies below it."""
    if place.site_id:
        return Q(site=place.site_id)
    return Q(division__in=Division.subtree_ids(place.division.path))


def while_it_lasts(inspection: Inspection) -> Q:
    until = start_of(inspection.last + timedelta(days=1)) + timedelta(hours=LATE_HOURS)
    return Q(reported_at__gte=start_of(inspection.first), reported_at__lt=until) & ~Q(state__in=(State.REJECTED, State.MERGED))


def problems(inspection: Inspection, places: list[DrawnPlace]) -> QuerySet[Case]:
    """The cases reported at drawn places since the first day; none without places."""
    sites = [place.site_id for place in places if place.site_id]
    below = Q(pk__in=[])
    for place in places:
        if not place.site_id:
            below |= Q(path__startswith=place.division.path)
    where = Q(site__in=sites)
    if len(sites) < len(places):
        where |= Q(division__in=Division.objects.filter(below).order_by().values("pk"))
    return Case.objects.filter(where, while_it_lasts(inspection))


def by_place(inspection: Inspection, places: list[DrawnPlace]) -> dict[int, tuple[int, int]]:
    """Of each drawn place by its key how many problems it has and how many of them are late: a problem counts at each place that it belongs to,
    as ``at_place`` says. One query, counted by site and area and added up here: a condition for each place would make it as long as the day."""
    found: dict[int, tuple[int, int]] = {place.pk: (0, 0) for place in places}
    if not places:
        return found
    rows = problems(inspection, places).order_by().values_list("site", "division__path")
    for site, path, count, late in rows.annotate(n=Count("pk"), late=Count("pk", filter=late_now())):
        for place in places:
            belongs = site == place.site_id if place.site_id else (path or "").startswith(place.division.path)
            if belongs:
                found[place.pk] = (found[place.pk][0] + count, found[place.pk][1] + late)
    return found


def late_now() -> Q:
    """Beyond its deadline, and the unit has not done its part."""
    return LIVE & Q(due_at__lt=clock.now()) & ~Q(state__in=(State.SUBMITTED, State.VERIFIED))


def counts(inspection: Inspection, places: list[DrawnPlace]) -> dict[str, int]:
    """Problems found, put right, late. One query; none where no place is known."""
    if not places:
        return {"problems": 0, "put_right": 0, "late": 0}
    return problems(inspection, places).order_by().aggregate(
        problems=Count("pk"), put_right=Count("pk", filter=Q(state__in=(State.SUBMITTED, State.VERIFIED, State.CLOSED))),
        late=Count("pk", filter=late_now()),
    )  # fmt: skip


def of(inspection: Inspection) -> Figures:
    """The figures as they stand. Four queries."""
    places = list(inspection.places.select_related("division", "site"))
    stood = list(inspection.places.order_by().values_list("assignments__unit", "assignments__people"))
    units, people = {unit for unit, _people in stood if unit}, sum(people or 0 for _unit, people in stood)
    items = list(inspection.after_items.all())
    found = counts(inspection, places)
    return Figures(
        places=len(places), visited=sum(place.state == DrawnPlace.State.LEFT for place in places), units=len(units), people=people,
        found=len(items),
        followed=sum(item.case_id is not None or item.resolution_id is not None for item in items), **found,
    )  # fmt: skip


def mark(inspection: Inspection, places: list[DrawnPlace]) -> str:
    """What the board shows, in a short word that changes with it: the revision of the inspection, and how many problems there are, how far they
    came and how many are late. One query."""
    if not places:
        return f"{inspection.revision}-0"
    late = late_now()
    rows = problems(inspection, places).order_by()
    told = rows.aggregate(n=Count("pk"), newest=Max("pk"), versions=Sum("version"), late=Count("pk", filter=late))
    return "-".join(str(part or 0) for part in (inspection.revision, told["n"], told["newest"], told["versions"], told["late"]))
