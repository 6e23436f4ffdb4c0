"""Figures of a set of pairs that people compare: how evenly strength is spread, who is overloaded, how far the principles are kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from chuangwen.duties.sponsorship.arithmetic.problem import Kind, Pair, Problem
from chuangwen.duties.sponsorship.arithmetic.value import sums_of, value_of


@dataclass(frozen=True)
class Fairness:
    """``share_*``: of the strength that is their due the places have (1 is all of it): the least, the most, the spread (standard deviation
    over mean). ``weak``: places below ``enough``; ``alone``: without any sponsor. ``load_*``: work over what a sponsor bears; ``overloaded``:
    how many carry more; ``idle``: have no place. ``charges_kept`` of ``charges``: places that have the leader who is in charge of them.
    ``office_km``: mean way of offices, None without any known. ``mixed`` of ``several``: places with several departments of which one at
    least is of the stronger half. ``kept`` of ``running``: pairs of the plan in force. ``points`` as the solver counts."""

    pairs: int
    share_least: float
    share_most: float
    share_spread: float
    weak: int
    alone: int
    places: int
    load_most: float
    load_spread: float
    overloaded: int
    idle: int
    charges_kept: int
    charges: int
    office_km: float | None
    mixed: int
    several: int
    kept: int
    running: int
    points: float

    def plain(self) -> dict[str, float | int | None]:
        return {name: round(value, 6) if isinstance(value, float) else value for name, value in asdict(self).items()}


def fairness(problem: Problem, pairs: frozenset[Pair] | set[Pair]) -> Fairness:
    """The figures of these pairs, whether they keep the rules or not."""
    listed = sorted(pairs)
    share, load = sums_of(problem, listed)
    due = problem.due > 0
    shares = share[due] if due.any() else np.zeros(1)
    of_place = np.bincount([j for _, j in listed], minlength=problem.places)
    of_sponsor = np.bincount([i for i, _ in listed], minlength=problem.sponsors)
    over = load / problem.bears
    charged = {j for i, j in problem.charges}
    return Fairness(
        pairs=len(listed), share_least=float(shares.min()), share_most=float(shares.max()), share_spread=_spread(shares),
        weak=int((shares < problem.rules.enough - 1e-9).sum()) if due.any() else 0, alone=int((of_place == 0).sum()), places=problem.places,
        load_most=float(over.max()), load_spread=_spread(over), overloaded=int((over > 1 + 1e-9).sum()), idle=int((of_sponsor == 0).sum()),
        charges_kept=len({j for i, j in listed if (i, j) in problem.charges}), charges=len(charged),
        office_km=_mean_way(problem, listed, Kind.OFFICE), **_mixed(problem, listed),
        kept=len(pairs & problem.running) if problem.running else 0, running=len(problem.running or ()),
        points=value_of(problem, listed).total,
    )  # fmt: skip


def _spread(values: np.ndarray) -> float:
    mean = float(values.mean())
    return float(values.std()) / mean if mean > 0 else 0.0


def _mean_way(problem: Problem, pairs: list[Pair], kind: Kind) -> float | None:
    ways = [float(np.hypot(*(problem.sponsor_xy[i] - problem.place_xy[j]))) for i, j in pairs if problem.kind[i] == kind]
    known = [way for way in ways if not np.isnan(way)]
    return sum(known) / len(known) if known else None


def _mixed(problem: Problem, pairs: list[Pair]) -> dict[str, int]:
    departments = problem.kind == Kind.DEPARTMENT
    if not departments.any():
        return {"mixed": 0, "several": 0}
    middle = float(np.median(problem.strength[departments]))
    at: dict[int, list[bool]] = {}
    for i, j in pairs:
        if departments[i]:
            at.setdefault(j, []).append(bool(problem.strength[i] >= middle))
    several = [strong for strong in at.values() if len(strong) > 1]
    return {"mixed": sum(1 for strong in several if any(strong)), "several": len(several)}


