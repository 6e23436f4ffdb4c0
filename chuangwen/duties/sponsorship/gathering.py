"""A plan's rows as the arrays of the solver, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, nan, radians

import numpy as np

from chuangwen.duties.sponsorship import rules
from chuangwen.duties.sponsorship.arithmetic.problem import Pair, Pairs, Problem
from chuangwen.duties.sponsorship.models import PlanCharge, PlanPair, PlanPlace, PlanSponsor, PlanWish, SponsorshipPlan

KM_OF_A_DEGREE = 111.2


@dataclass(frozen=True)
class Question:
    """The problem with the rows behind its numbers; ``pairs``: the pairs that the plan has now."""

    plan: SponsorshipPlan
    problem: Problem
    sponsors: list[PlanSponsor]
    places: list[PlanPlace]
    pairs: Pairs
    numbers: dict[int, int]
    place_numbers: dict[int, int]

    def number(self, pair: PlanPair) -> Pair:
        return self.numbers[pair.sponsor_id], self.place_numbers[pair.place_id]


class Unfinished(Exception):
    """There are no sponsors or no places yet."""


def question_of(plan: SponsorshipPlan, *, hold_hand: bool = False) -> Question:
    """The problem of a plan. ``hold_hand``: what was moved by hand stays. Six queries. Raises Unfinished."""
    sponsors, places = list(plan.sponsors.order_by("kind", "pk")), list(plan.places.order_by("pk"))
    if not sponsors or not places:
        raise Unfinished
    number = {row.pk: at for at, row in enumerate(sponsors)}
    place_number = {row.pk: at for at, row in enumerate(places)}

    def numbered(rows) -> Pairs:
        return frozenset((number[a], place_number[b]) for a, b in rows)

    pairs = list(PlanPair.objects.filter(plan=plan).values_list("sponsor_id", "place_id", "by_hand"))
    wishes = list(PlanWish.objects.filter(plan=plan).values_list("sponsor_id", "place_id", "kind"))
    forbidden = numbered((a, b) for a, b, kind in wishes if kind == PlanWish.Kind.FORBIDDEN)
    fixed = numbered((a, b) for a, b, kind in wishes if kind == PlanWish.Kind.FIXED)
    if hold_hand:
        fixed |= numbered((a, b) for a, b, by_hand in pairs if by_hand)
    sponsor_xy, place_xy = _flat(sponsors, places)
    problem = Problem(
        np.array([row.kind for row in sponsors]), np.array([float(row.strength) for row in sponsors]),
        np.array([row.capacity for row in sponsors]), np.array([row.least for row in sponsors]), sponsor_xy,
        np.array([float(row.need) for row in places]), np.array([row.least for row in places]), np.array([row.most for row in places]),
        place_xy, numbered(PlanCharge.objects.filter(plan=plan).values_list("sponsor_id", "place_id")), fixed, forbidden,
        _running(plan, sponsors, places), rules.weighed(plan.rules),
    )  # fmt: skip
    return Question(plan, problem, sponsors, places, numbered((a, b) for a, b, _ in pairs), number, place_number)


def _flat(sponsors: list[PlanSponsor], places: list[PlanPlace]) -> tuple[np.ndarray, np.ndarray]:
    """Kilometres on a flat map around the middle of what is known: exact enough for a city."""
    known = [row.lat for row in sponsors if row.lat is not None] + [row.lat for row in places if row.lat is not None]
    east = KM_OF_A_DEGREE * cos(radians(sum(known) / len(known))) if known else KM_OF_A_DEGREE

    def table(rows: Sequence[PlanSponsor] | Sequence[PlanPlace]) -> np.ndarray:
        return np.array(
            [(nan, nan) if row.lat is None or row.lon is None else (row.lon * east, row.lat * KM_OF_A_DEGREE) for row in rows],
            dtype=float,
        ).reshape(-1, 2)

    return table(sponsors), table(places)


def who(row: PlanSponsor) -> tuple[str, int | str]:
    """By what a sponsor of one plan is found again in another."""
    if row.person_id:
        return "person", row.person_id
    return ("unit", row.unit_id) if row.unit_id else ("name", row.name)


def where(row: PlanPlace) -> tuple[str, int | str]:
    """By what a place of one plan is found again in another."""
    if row.grid_id:
        return "grid", row.grid_id
    return ("division", row.division_id) if row.division_id else ("name", row.name)


def _running(plan: SponsorshipPlan, sponsors: list[PlanSponsor], places: list[PlanPlace]) -> Pairs | None:
    """The pairs of the plan in force between sponsors and places that are still there; None without such a plan."""
    if plan.before_id is None:
        return None
    here, there = {who(row): at for at, row in enumerate(sponsors)}, {where(row): at for at, row in enumerate(places)}
    pairs = PlanPair.objects.filter(plan_id=plan.before_id).select_related("sponsor", "place")
    found = ((here.get(who(pair.sponsor)), there.get(where(pair.place))) for pair in pairs)
    return frozenset((i, j) for i, j in found if i is not None and j is not None)
