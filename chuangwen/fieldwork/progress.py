"""How a round stands: places done by area and team, what was covered, first results with their uncertainty, what is left today.

Counts places, never people or their time. The number of queries does not depend on how many places there are.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Avg, Case, Count, F, FloatField, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from chuangwen.fieldwork.framing import local_day
from chuangwen.fieldwork.intervals import Estimate, mean_of_some, wilson
from chuangwen.fieldwork.models import Observation, Round, RoundSite
from chuangwen.fieldwork.planning_queries import areas_of
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.standards.models import ChecklistItem

GRADE_SHARES = {"A": 1.0, "B": 0.66, "C": 0.33, "D": 0.0}
"""What a grade is worth of the full marks (DOMAIN.md section 6); the scheme that scores the round may say otherwise."""
DEFECT_SHARES = (1.0, 0.66, 0.33)
"""The same for 0, 1, 2 defects; more are nothing."""

SHARE = Case(
    When(loss__isnull=False, then=Value(1.0) - Cast("loss", FloatField())),
    *(When(grade=grade, then=Value(share)) for grade, share in GRADE_SHARES.items()),
    When(conform=True, then=Value(1.0)),
    When(conform=False, then=Value(0.0)),
    *(When(defects=defects, then=Value(share)) for defects, share in enumerate(DEFECT_SHARES)),
    When(defects__gte=len(DEFECT_SHARES), then=Value(0.0)),
    default=None,
    output_field=FloatField(),
)
"""What an observation is worth of the full marks, 0 to 1."""


@dataclass
class Line:
    """Places of an area, a team or a site type, with the first results of those that were visited."""

    key: Any
    name: str
    places: int = 0
    done: int = 0
    skipped: int = 0
    today: int = 0
    late: int = 0
    shares: list[float] = field(default_factory=list)
    conforming: int = 0
    checked: int = 0

    @property
    def left(self) -> int:
        return self.places - self.done - self.skipped

    @property
    def covered(self) -> float | None:
        """The part of the places that was visited, of those that are not skipped."""
        return self.done / (self.places - self.skipped) if self.places > self.skipped else None

    @property
    def mean(self) -> Estimate:
        """The mean result of its places when all are visited, as far as it can be told now."""
        return mean_of_some(self.shares, max(self.places - self.skipped, len(self.shares)))

    @property
    def passing(self) -> Estimate:
        """The share of conforming observations among those that pass or fail."""
        return wilson(self.conforming, self.checked)


@dataclass(frozen=True)
class Progress:
    """``recorded`` of ``asked`` checklist items have a result at the places that were visited. ``days``: day -> (planned, done on it)."""

    whole: Line
    areas: list[Line]
    teams: list[Line]
    types: list[Line]
    skipped: list[RoundSite]
    reratings: Line
    recorded: int
    asked: int
    days: list[tuple[date, int, int]]
    today: date


def of_round(actor: Actor, round: Round) -> Progress:
    """The progress of a round as the actor sees it. Six queries at most."""
    today = clock.today()
    rows = list(
        access.scoped(actor, "fieldwork.see_rounds", RoundSite)
        .filter(round=round)
        .select_related("site__type", "site__division", "team")
        .order_by("site__code")
    )
    results = first_results(access.scoped(actor, "fieldwork.see_observations", Observation).filter(round=round))
    areas = sorted(areas_of(actor, round), key=lambda area: -len(area.path))
    types = {row.site.type_id for row in rows}
    asked_of = dict(
        ChecklistItem.objects.filter(site_type__in=types, criterion__requirement__indicator__section__edition=round.edition_id)
        .order_by()
        .values_list("site_type")
        .annotate(n=Count("pk"))
    )
    whole, reratings = Line(None, ""), Line(None, "")
    by_area, by_team, by_type = _Lines(), _Lines(), _Lines()
    recorded = asked = 0
    planned: Counter[date] = Counter()
    reached: Counter[date] = Counter()
    for row in rows:
        if row.purpose == RoundSite.Purpose.RERATE:
            _count(reratings, row, today)
            continue
        path = row.site.division.path if row.site.division else ""
        area = next((area for area in areas if path.startswith(area.path)), row.site.division)
        lines = [
            whole,
            by_area.get(area.pk if area else None, str(area or ""), area.path if area else ""),
            by_team.get(row.team_id, str(row.team or ""), str(row.team or "\uffff")),
            by_type.get(row.site.type_id, row.site.type.name, (row.site.type.order, row.site.type.name)),
        ]
        for line in lines:
            _count(line, row, today)
        if row.day:
            planned[row.day] += 1
        if row.done_at:
            reached[local_day(row.done_at)] += 1
            asked += asked_of.get(row.site.type_id, 0)
            if row.site_id in results:
                share, read, good, bad = results[row.site_id]
                recorded += read
                for line in lines:
                    line.conforming += good
                    line.checked += good + bad
                    if share is not None:
                        line.shares.append(share)
    return Progress(
        whole,
        by_area.sorted(),
        by_team.sorted(),
        by_type.sorted(),
        [row for row in rows if row.skipped_at and row.purpose != RoundSite.Purpose.RERATE],
        reratings,
        min(recorded, asked) if asked else recorded,
        asked,
        [(day, planned[day], reached[day]) for day in sorted(planned | reached)],
        today,
    )


def first_results(seen: QuerySet[Observation]) -> dict[int, tuple[float | None, int, int, int]]:
    """Site -> (mean share of the full marks, observations, conforming, not conforming). One query."""
    rows = (
        seen.filter(placed=True, site__isnull=False)
        .order_by()
        .values_list("site")
        .annotate(
            share=Avg(SHARE),
            read=Count("criterion", distinct=True),
            good=Count("pk", filter=Q(conform=True)),
            bad=Count("pk", filter=Q(conform=False)),
        )
    )
    return {site: (share, read, good, bad) for site, share, read, good, bad in rows}


def _count(line: Line, row: RoundSite, today: date) -> None:
    line.places += 1
    if row.done_at:
        line.done += 1
    elif row.skipped_at:
        line.skipped += 1
    elif row.day == today:
        line.today += 1
    elif row.day and row.day < today:
        line.late += 1


class _Lines:
    """Lines by their key, each with what it is sorted by."""

    def __init__(self) -> None:
        self.found: dict[Any, tuple[Any, Line]] = {}

    def get(self, key: Any, name: str, order: Any) -> Line:
        return self.found.setdefault(key, (order, Line(key, name)))[1]

    def sorted(self) -> list[Line]:
        return [line for _order, line in sorted(self.found.values(), key=lambda one: one[0])]


def left_today(round: Round, places: QuerySet[RoundSite]) -> QuerySet[RoundSite]:
    """Of these places those that are to be visited today or should have been by now."""
    open_now = places.filter(round=round, done_at__isnull=True, skipped_at__isnull=True, day__lte=clock.today())
    return open_now.order_by("team__name", F("day").asc(nulls_last=True), F("position").asc(nulls_last=True), "site__code")


def told(line: Line) -> dict[str, Any]:
    """A line as the API gives it."""
    return {
        "id": line.key,
        "name": line.name,
        "places": line.places,
        "done": line.done,
        "skipped": line.skipped,
        "left": line.left,
        "mean": estimate_told(line.mean),
        "passing": estimate_told(line.passing),
    }


def estimate_told(estimate: Estimate) -> dict[str, Any]:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high, "n": estimate.n, "of": estimate.of}


def all_told(lines: Iterable[Line], key: Callable[[Line], dict[str, Any]] = told) -> list[dict[str, Any]]:
    return [key(line) for line in lines]
