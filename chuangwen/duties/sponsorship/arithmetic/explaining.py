"""Why a pair is so, what else could be done with it and at what cost, and what the best plan without it would cost."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from chuangwen.duties.sponsorship.arithmetic.clashing import Impossible
from chuangwen.duties.sponsorship.arithmetic.problem import Kind, Pair, Problem
from chuangwen.duties.sponsorship.arithmetic.searching import Standing
from chuangwen.duties.sponsorship.arithmetic.solving import solve
from chuangwen.duties.sponsorship.arithmetic.value import Value, broken, value_of

MOST_EXACT = 600
"""Sponsors times places up to which the plan without a pair is solved again."""
SECONDS_EXACT = 1.5


@dataclass(frozen=True)
class Why:
    """What speaks for a pair. ``elsewhere``: a leader at a place that is not theirs; ``kilometres`` None: not known; ``nearer``: how many other
    places are nearer to the sponsor; ``share``: of its due strength the place has, ``without``: would have; ``points``: of the pair alone."""

    in_charge: bool
    elsewhere: bool
    kilometres: float | None
    nearer: int
    running: bool
    fixed: bool
    share: float
    without: float
    strength: float
    points: float


@dataclass(frozen=True)
class Alternative:
    """Something that could be done instead of (sponsor, place): ``to`` another place, or ``with_pair``: change places with that pair.
    ``cost`` in points, negative where it is better."""

    cost: float
    to: int
    with_pair: Pair | None = None

    def apply(self, pairs: frozenset[Pair], pair: Pair) -> frozenset[Pair]:
        """The pairs after it."""
        i, j = pair
        if self.with_pair is None:
            return pairs - {pair} | {(i, self.to)}
        a, b = self.with_pair
        return pairs - {pair, self.with_pair} | {(i, b), (a, j)}


def why(problem: Problem, pairs: frozenset[Pair], pair: Pair, standing: Standing | None = None) -> Why:
    """What speaks for this pair of the plan."""
    i, j = pair
    standing = standing or Standing(problem, set(pairs))
    distances = np.hypot(*(problem.sponsor_xy[i] - problem.place_xy).T)
    here = distances[j]
    share = float(standing.share[j])
    return Why(
        in_charge=pair in problem.charges,
        elsewhere=bool(
            problem.kind[i] == Kind.LEADER and pair not in problem.charges and (problem.in_charge[i] or problem.has_charge[j])
        ),
        kilometres=None if np.isnan(here) else float(here),
        nearer=int((distances < here - 1e-9).sum()),
        running=problem.running is not None and pair in problem.running,
        fixed=pair in problem.fixed,
        share=share,
        without=share - float(problem.gives[i] * problem.part[j]),
        strength=float(problem.gives[i]),
        points=float(problem.cost_of([pair])[0]),
    )


@dataclass(frozen=True)
class Swaps:
    """What is the same for every pair of a plan with which another could change places: ``others``, rows of sponsor and place of all that are
    not fixed, ``costs``, what each costs by itself, and who is where, sponsors by places. Made once for a list of many pairs."""

    others: np.ndarray
    costs: np.ndarray
    there: np.ndarray

    @classmethod
    def of(cls, problem: Problem, pairs: frozenset[Pair]) -> Swaps:
        others = np.array(sorted(pairs - problem.fixed), dtype=int).reshape(-1, 2)
        there = np.zeros((problem.sponsors, problem.places), dtype=bool)
        for i, j in pairs:
            there[i, j] = True
        return cls(others, problem.cost_of(others), there)

    def free_for(self, i: int, j: int) -> np.ndarray:
        """Which of the others sponsor i at place j could change with, so that nobody is at one place twice."""
        a, b = self.others.T
        return (a != i) & ~self.there[i, b] & ~self.there[a, j]


def alternatives(
    problem: Problem, pairs: frozenset[Pair], pair: Pair, most: int = 5, standing: Standing | None = None, swaps: Swaps | None = None
) -> list[Alternative]:
    """The cheapest single changes that move the sponsor of a pair away from its place and keep every rule, the best first. A fixed pair has
    none. For one sponsor at one place every other place is tried, and every exchange with another pair."""
    i, j = pair
    if pair in problem.fixed:
        return []
    standing = standing or Standing(problem, set(pairs))
    costs = problem.costs(np.array([i]))[0]
    moved = standing.moves(i, j, costs)
    found = [Alternative(float(moved[k]), int(k)) for k in np.argsort(moved, kind="stable")[: most + 1] if np.isfinite(moved[k])]
    swaps = swaps or Swaps.of(problem, pairs)
    there = swaps.free_for(i, j)
    others = swaps.others[there]
    if len(others):
        at_mine = problem.cost_of(np.column_stack([others[:, 0], np.full(len(others), j)]))
        cost = standing.exchanges(i, j, others, costs, at_mine - swaps.costs[there])
        best = np.argsort(cost, kind="stable")[: most + 1]
        found += [
            Alternative(float(cost[at]), int(others[at, 1]), (int(others[at, 0]), int(others[at, 1]))) for at in best if np.isfinite(cost[at])
        ]
    found.sort(key=lambda one: (one.cost, one.to))
    return found[:most]


@dataclass(frozen=True)
class NextBest:
    """What the best plan without a pair costs more: exactly, or at most (by the best single change); None: there is no plan without it, or
    none was found. ``at_least`` 0 unless it is exact."""

    cost: float | None
    exact: bool
    impossible: bool = False


def next_best(problem: Problem, pairs: frozenset[Pair], pair: Pair, points: float, proven: bool, standing: Standing | None = None) -> NextBest:
    """What the next best plan, without this pair, would cost. ``proven``: the plan is the best there is."""
    if pair in problem.fixed:
        return NextBest(None, True, True)
    near = alternatives(problem, pairs, pair, 1, standing)
    upper = near[0].cost if near else None
    if not proven or problem.sponsors * problem.places > MOST_EXACT:
        return NextBest(upper, False)
    try:
        answer = solve(replace(problem, forbidden=problem.forbidden | {pair}), seconds=SECONDS_EXACT)
    except Impossible:
        return NextBest(None, True, True)
    return NextBest(max(0.0, answer.points - points), answer.proven)


@dataclass(frozen=True)
class Move:
    """What a change by hand does: points before and after by term, and the binding rules it would break (as in ``value.broken``)."""

    before: Value
    after: Value
    breaks: tuple[tuple[str, int], ...]

    @property
    def cost(self) -> float:
        return self.after.total - self.before.total


def judge(problem: Problem, before: frozenset[Pair], after: frozenset[Pair]) -> Move:
    """What going from one set of pairs to another costs, and which rules hold no longer that held before."""
    held = set(broken(problem, before))
    fresh = tuple(one for one in broken(problem, after) if one not in held)
    return Move(value_of(problem, before), value_of(problem, after), fresh)
