"""Records into numbers: what the model is given of sites, checklists, observations and cases, as they stood before any day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa
from django.db.models import Q

from chuangwen.cases.models import Case, State
from chuangwen.fieldwork.models import Observation, Round
from chuangwen.kernel import clock
from chuangwen.places.models import Division, Site, SiteType
from chuangwen.scoring.engine import contributions, read_scheme
from chuangwen.scoring.outlook.arithmetic import Planned, worths
from chuangwen.scoring.outlook.model import Beliefs, Evidence, Ints, Leaves
from chuangwen.scoring.outlook.models import AssessmentPlan, RepairEffort
from chuangwen.scoring.outlook.simulation import Assessment, Quota
from chuangwen.standards.models import ChecklistItem, Criterion

NEVER = 10**7
"""A day that does not come."""
FEWEST_HANDLED = 5
USUAL_MINUTES = 480
"""Of work on a problem, where neither a table nor enough closed cases of its kind or family say it."""
ENGINE = {
    "observation_id": pa.int64(), "section": pa.string(), "indicator": pa.string(), "criterion": pa.string(), "grade": pa.string(),
    "defects": pa.int64(), "conform": pa.bool_(), "loss": pa.decimal128(9, 4), "weight": pa.decimal128(9, 4),
}  # fmt: skip
ENDED = (State.CLOSED, State.REJECTED, State.MERGED)


@dataclass
class Situation:
    """All that is known in a plan's area, each thing with its day (as ordinals); sites, criteria, types and areas by their numbers.

    ``leaves`` are site × criterion of the sites' checklists, sorted by site. Observations: leaf, share, day, round, and the day on which
    a case was made of their fault (NEVER where none was). Cases: key, leaf, days of report and end.
    """

    plan: AssessmentPlan
    sites: list[Site]
    types: list[SiteType]
    criteria: list[Criterion]
    areas: list[Division]
    paths: dict[int, tuple[str, str, str, str]]
    items: dict[int, list[int]]
    leaf_site: Ints
    leaf_criterion: Ints
    leaf_type: Ints
    leaf_area: Ints
    seen: dict[str, np.ndarray] = field(default_factory=dict)
    cases: dict[str, np.ndarray] = field(default_factory=dict)
    weights: dict[int, Fraction] = field(default_factory=dict)
    elsewhere: int = 0

    @property
    def beliefs(self) -> Beliefs:
        return Beliefs(float(self.plan.half_life_days), float(self.plan.standing), float(self.plan.rebound))

    def leaves_before(self, day: date) -> Leaves:
        """The leaves with the cases that were open at the beginning of the day."""
        at = day.toordinal()
        open_ = (self.cases["reported"] < at) & (self.cases["ended"] >= at)
        counts = np.bincount(self.cases["leaf"][open_], minlength=len(self.leaf_site)).astype(np.int64)
        return Leaves(self.leaf_site, self.leaf_criterion, self.leaf_type, self.leaf_area, counts)

    def evidence_before(self, day: date) -> Evidence:
        """What was observed before the day, and whether its fault had a case by then."""
        at = day.toordinal()
        known = self.seen["day"] < at
        age = (at - self.seen["day"][known]).astype(float)
        return Evidence(self.seen["leaf"][known], self.seen["share"][known], age, self.seen["reported"][known] < at)

    def assessment(self, counts: Mapping[int, int]) -> tuple[Assessment, dict[tuple[int, int], Fraction]]:
        """``counts``: site type (its key) -> how many sites are drawn. The plan as numbers, and what each criterion is worth at each type."""
        by_type: dict[int, list[int]] = defaultdict(list)
        for number, site in enumerate(self.sites):
            by_type[site.type_id].append(number)
        quotas, planned = [], []
        for number, type_ in enumerate(self.types):
            quota = Quota(np.array(by_type[type_.pk], dtype=np.int64), counts.get(type_.pk, 0))
            if not quota.drawn:
                continue
            quotas.append(quota)
            for criterion in self.items[type_.pk]:
                weight = self.weights.get(criterion, Fraction(1))
                planned.append(Planned(number, criterion, self.paths[criterion], weight, quota.drawn))
        worth = worths(planned, read_scheme(self.plan.scheme.body))
        table = np.zeros((len(self.types), len(self.criteria)))
        for (type_number, criterion), value in worth.items():
            table[type_number, criterion] = float(value)
        return Assessment(tuple(quotas), table[self.leaf_type, self.leaf_criterion]), worth

    def leaf_of(self) -> dict[tuple[int, int], int]:
        """(site key, criterion key) -> leaf."""
        return {
            (self.sites[site].pk, self.criteria[criterion].pk): leaf
            for leaf, (site, criterion) in enumerate(zip(self.leaf_site, self.leaf_criterion, strict=True))
        }


def situation(plan: AssessmentPlan) -> Situation:
    """Read everything, once. About ten queries, whatever the size."""
    found = _ground(plan)
    leaf_of = found.leaf_of()
    _read_cases(found, leaf_of)
    _read_observations(found, leaf_of)
    return found


def _ground(plan: AssessmentPlan) -> Situation:
    rows = ChecklistItem.objects.filter(criterion__requirement__indicator__section__edition=plan.edition, site_type__active=True)
    pairs = list(rows.order_by("site_type__order", "order", "pk").values_list("site_type_id", "criterion_id"))
    criteria = list(
        Criterion.objects.filter(pk__in={criterion for _, criterion in pairs})
        .select_related("requirement__indicator__section", "family", "kind")
        .order_by("pk")
    )
    number_of = {criterion.pk: number for number, criterion in enumerate(criteria)}
    items: dict[int, list[int]] = defaultdict(list)
    for type_id, criterion_id in pairs:
        if number_of[criterion_id] not in items[type_id]:
            items[type_id].append(number_of[criterion_id])
    types = list(SiteType.objects.filter(pk__in=list(items)).order_by("order", "pk"))
    sites = list(
        Site.objects.filter(active=True, type__in=types, division__in=Division.subtree_ids(plan.division.path))
        .select_related("type", "division")
        .order_by("pk")
    )
    type_number = {type_.pk: number for number, type_ in enumerate(types)}
    areas: dict[Any, Any] = {site.division_id: site.division for site in sites}
    area_number = {pk: number for number, pk in enumerate(sorted(areas))}
    leaves = [
        (number, criterion, type_number[site.type_id], area_number[site.division_id])
        for number, site in enumerate(sites) for criterion in items[site.type_id]
    ]
    columns = np.array(leaves, dtype=np.int64).reshape(-1, 4).T
    paths = {
        number: (c.requirement.indicator.section.name, c.requirement.indicator.name, c.requirement.text, c.text)
        for number, c in enumerate(criteria)
    }
    return Situation(plan, sites, types, criteria, [areas[pk] for pk in sorted(areas)], paths, dict(items), *columns)


def _day(moment: Any) -> int:
    return moment.astimezone(clock.LOCAL).date().toordinal() if moment else NEVER


def _read_cases(found: Situation, leaf_of: Mapping[tuple[int, int], int]) -> None:
    """Cases at a site and criterion of a checklist. What is open and has neither is counted as ``elsewhere``."""
    rows = Case.objects.filter(division__in=Division.subtree_ids(found.plan.division.path)).exclude(
        state__in=(State.REJECTED, State.MERGED)
    )
    columns: dict[str, list[int]] = {"key": [], "leaf": [], "reported": [], "ended": []}
    for pk, site, criterion, reported, closed, state in rows.order_by("pk").values_list(
        "pk", "site_id", "criterion_id", "reported_at", "closed_at", "state"
    ).iterator(20_000):
        leaf = leaf_of.get((site, criterion))
        if leaf is None:
            found.elsewhere += state not in ENDED
            continue
        for name, value in zip(columns, (pk, leaf, _day(reported), _day(closed)), strict=True):
            columns[name].append(value)
    found.cases = {name: np.array(values, dtype=np.int64) for name, values in columns.items()}


FIELDS = (
    "pk", "criterion__requirement__indicator__section__name", "criterion__requirement__indicator__name", "criterion__text", "grade", "defects",
    "conform", "loss", "weight", "site_id", "criterion_id", "observed_on", "case__reported_at", "case__state", "round_id",
)  # fmt: skip


def _read_observations(found: Situation, leaf_of: Mapping[tuple[int, int], int]) -> None:
    """What each observation got is what the engine says by the plan's scheme; what it would not count is left out."""
    rows = Observation.objects.filter(placed=True, site__in=[site.pk for site in found.sites]) if len(found.sites) < 500 else (
        Observation.objects.filter(placed=True, site__division__in=Division.subtree_ids(found.plan.division.path))
    )
    given: dict[str, list[Any]] = {name: [] for name in ENGINE}
    kept: dict[str, list[int]] = {"leaf": [], "day": [], "reported": [], "round": []}
    newest: dict[int, tuple[int, Any]] = {}
    numbers = {criterion.pk: number for number, criterion in enumerate(found.criteria)}
    for row in rows.order_by("pk").values_list(*FIELDS).iterator(20_000):
        *engine, site, criterion, on, reported, state, round_ = row
        leaf = leaf_of.get((site, criterion))
        if leaf is None:
            continue
        for name, value in zip(ENGINE, engine, strict=True):
            given[name].append(value or None if name == "grade" else value)
        day = on.toordinal()
        is_case = state is not None and state not in (State.REJECTED, State.MERGED)
        for name, value in zip(kept, (leaf, day, _day(reported) if is_case else NEVER, round_), strict=True):
            kept[name].append(value)
        number = numbers[criterion]
        if newest.get(number, (0,))[0] <= day:
            newest[number] = (day, engine[-1])
    found.weights = {number: Fraction(weight) for number, (_, weight) in newest.items() if weight and weight > 0}
    seen = {name: np.array(values, dtype=np.int64) for name, values in kept.items()}
    table = pa.table({name: pa.array(values, ENGINE[name]) for name, values in given.items()})
    shares, counted = _shares(table, found.plan.scheme.body)
    found.seen = {name: values[counted] for name, values in seen.items()} | {"share": shares[counted]}


def _shares(table: pa.Table, scheme: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    if not table.num_rows:
        return np.zeros(0), np.zeros(0, dtype=bool)
    rows = contributions(table, scheme, level="index", key="index")
    counted = np.array(rows["counted"].to_pylist(), dtype=bool)
    return np.array([float(share) if share is not None else 0.0 for share in rows["share"].to_pylist()]), counted


def quota_counts(plan: AssessmentPlan) -> dict[int, int]:
    """Site type -> how many sites the plan draws of it."""
    return dict(plan.quotas.values_list("site_type_id", "count"))


def past_rounds(plan: AssessmentPlan, before: date) -> list[Round]:
    """The assessments that ended before the day and went over whole checklists, oldest first: everything but weekly supervision."""
    rows = Round.objects.exclude(kind=Round.Kind.WEEKLY).filter(
        ends_on__lt=before, division__in=Division.subtree_ids(plan.division.path)
    )
    return list(rows.filter(Q(state=Round.State.CLOSED) | Q(visits__isnull=False)).distinct().order_by("starts_on", "pk"))


def counts_of_round(found: Situation, round: Round) -> dict[int, int]:
    """Site type -> how many of its sites were rated in the round."""
    sites = np.unique(found.leaf_site[found.seen["leaf"][found.seen["round"] == round.pk]])
    counts: dict[int, int] = defaultdict(int)
    for site in sites:
        counts[found.sites[site].type_id] += 1
    return dict(counts)


@dataclass(frozen=True)
class Effort:
    """Minutes of work, and where they come from: table, kind, family or usual, with how many closed cases they are the median of."""

    minutes: int
    source: str
    cases: int = 0


class Efforts:
    """How long problems take, by kind and family. Four queries."""

    def __init__(self) -> None:
        rows = RepairEffort.objects.values_list("kind_id", "family_id", "hours")
        self.kinds = {kind: round(hours * 60) for kind, _, hours in rows if kind}
        self.families = {family: round(hours * 60) for _, family, hours in rows if family}
        handled = Case.objects.filter(state=State.CLOSED, handled_minutes__gt=0).order_by("-closed_at")
        found = list(handled.values_list("kind_id", "family_id", "handled_minutes")[:50_000])
        self.by_kind = self._medians((kind, minutes) for kind, _, minutes in found)
        self.by_family = self._medians((family, minutes) for _, family, minutes in found)

    @staticmethod
    def _medians(pairs: Iterable[tuple[int | None, int]]) -> dict[int, tuple[int, int]]:
        groups: dict[int, list[int]] = defaultdict(list)
        for key, minutes in pairs:
            if key is not None:
                groups[key].append(minutes)
        return {key: (round(median(times)), len(times)) for key, times in groups.items() if len(times) >= FEWEST_HANDLED}

    def of(self, kind: int | None, family: int | None) -> Effort:
        """Of a problem of this kind and family."""
        if kind in self.kinds:
            return Effort(self.kinds[kind], "table")
        if family in self.families:
            return Effort(self.families[family], "table")
        for key, medians, source in ((kind, self.by_kind, "kind"), (family, self.by_family, "family")):
            if key in medians:
                return Effort(max(1, medians[key][0]), source, medians[key][1])
        return Effort(USUAL_MINUTES, "usual")
