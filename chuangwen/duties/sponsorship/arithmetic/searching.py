"""Moves and exchanges that make a set of pairs better without breaking a rule."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from chuangwen.duties.sponsorship.arithmetic.problem import KINDS, Pair, Problem
from chuangwen.duties.sponsorship.arithmetic.value import overload_points, weak_points

EPSILON = 1e-9


class Standing:
    """A set of pairs with its sums, so that a change is valued by what it touches."""

    def __init__(self, problem: Problem, pairs: set[Pair]):
        self.problem = problem
        self.pairs = set(pairs)
        self.share, self.load = np.zeros(problem.places), np.zeros(problem.sponsors)
        self.of_sponsor, self.of_place = np.zeros(problem.sponsors, dtype=int), np.zeros(problem.places, dtype=int)
        self.kinds = np.zeros((problem.places, len(KINDS)), dtype=int)
        self.places_of: dict[int, set[int]] = {}
        self.sponsors_at: dict[int, set[int]] = {}
        for i, j in sorted(pairs):
            self._count(i, j, 1)

    def _count(self, i: int, j: int, sign: int) -> None:
        problem = self.problem
        self.share[j] += sign * problem.gives[i] * problem.part[j]
        self.load[i] += sign * problem.load[j]
        self.of_sponsor[i] += sign
        self.of_place[j] += sign
        self.kinds[j, problem.kind[i]] += sign
        places, sponsors = self.places_of.setdefault(i, set()), self.sponsors_at.setdefault(j, set())
        if sign > 0:
            places.add(j)
            sponsors.add(i)
        else:
            places.discard(j)
            sponsors.discard(i)

    def add(self, i: int, j: int) -> None:
        self.pairs.add((i, j))
        self._count(i, j, 1)

    def drop(self, i: int, j: int) -> None:
        self.pairs.discard((i, j))
        self._count(i, j, -1)

    # -- what a change would cost, for every place at once ----------------------------------------------------------------------

    def weak_after(self, i: int, sign: int) -> np.ndarray:
        """What the weakness of every place would change by if sponsor i came (1) or went (-1)."""
        problem = self.problem
        return weak_points(problem, self.share + sign * problem.gives[i] * problem.part) - weak_points(problem, self.share)

    def loaded(self, i: int, load: np.ndarray | float) -> np.ndarray:
        """What the overload of sponsor i would change by if its load were this."""
        here = np.array([i])
        return overload_points(self.problem, np.atleast_1d(load), here) - overload_points(self.problem, self.load[here], here)

    def may_leave(self, i: int, j: int) -> bool:
        """Whether the place keeps its minima when i goes."""
        problem, kind = self.problem, self.problem.kind[i]
        return (
            (i, j) not in problem.fixed
            and self.of_place[j] > problem.place_least[j]
            and self.kinds[j, kind] > problem.rules.at_least[kind]
        )

    def moves(self, i: int, j: int, costs: np.ndarray) -> np.ndarray:
        """Points by which it would be worse if sponsor i left place j for each other place; infinite where that may not be. ``costs``: the row
        of i. Negative: better."""
        problem = self.problem
        found = costs - costs[j] + self.weak_after(i, 1) + self.weak_after(i, -1)[j]
        found = found + self.loaded(i, self.load[i] - problem.load[j] + problem.load)
        closed = self.of_place >= problem.place_most
        closed[list(self.places_of[i])] = True
        return np.where(closed, np.inf, found) if self.may_leave(i, j) else np.full(problem.places, np.inf)

    def exchanges(self, i: int, j: int, others: np.ndarray, costs: np.ndarray, column: np.ndarray) -> np.ndarray:
        """Points by which it would be worse if i (at j) changed places with each of ``others``, rows of (sponsor, place).

        ``costs``: the row of i; ``column``: what each of the others would cost at j, less what it costs where it is.
        """
        problem = self.problem
        a, b = others[:, 0], others[:, 1]
        gives, part = problem.gives, problem.part
        here = weak_points(problem, self.share[j] + (gives[a] - gives[i]) * part[j], j) - weak_points(problem, self.share[j], j)
        there = weak_points(problem, self.share[b] + (gives[i] - gives[a]) * part[b], b) - weak_points(problem, self.share[b], b)
        loads = self.loaded(i, self.load[i] - problem.load[j] + problem.load[b])
        loads = loads + overload_points(problem, self.load[a] - problem.load[b] + problem.load[j], a)
        loads = loads - overload_points(problem, self.load[a], a)
        found = costs[b] - costs[j] + column + here + there + loads
        kinds = problem.kind
        at_least = np.array(problem.rules.at_least)
        same = kinds[a] == kinds[i]
        keeps = (self.kinds[j, kinds[i]] > at_least[kinds[i]]) & (self.kinds[b, kinds[a]] > at_least[kinds[a]])
        return np.where((same | keeps) & (a != i) & (b != j), found, np.inf)


def improve(problem: Problem, pairs: set[Pair], go_on: Callable[[], bool]) -> set[Pair]:
    """The best move or exchange of each pair in turn, until none makes it better or ``go_on`` says no. Rules that hold go on holding."""
    standing = Standing(problem, pairs)
    better = True
    while better and go_on():
        better = False
        listed = sorted(standing.pairs - problem.fixed)
        for i, j in listed:
            if not go_on():
                break
            if (i, j) in standing.pairs and _improve_one(standing, i, j):
                better = True
        better = _add_and_drop(standing, go_on) or better
    return standing.pairs


def _improve_one(standing: Standing, i: int, j: int) -> bool:
    problem = standing.problem
    costs = problem.costs(np.array([i]))[0]
    moves = standing.moves(i, j, costs)
    k = int(np.argmin(moves))
    others = _others(standing, i, j, costs)
    best, partner = moves[k], None
    if len(others):
        column = problem.cost_of([(int(a), j) for a in others[:, 0]]) - problem.cost_of([(int(a), int(b)) for a, b in others])
        exchanged = standing.exchanges(i, j, others, costs, column)
        at = int(np.argmin(exchanged))
        if exchanged[at] < best:
            best, partner = exchanged[at], (int(others[at, 0]), int(others[at, 1]))
    if not best < -EPSILON:
        return False
    standing.drop(i, j)
    if partner is None:
        standing.add(i, k)
    else:
        a, b = partner
        standing.drop(a, b)
        standing.add(i, b)
        standing.add(a, j)
    return True


NEIGHBOURS = 40


def _others(standing: Standing, i: int, j: int, costs: np.ndarray) -> np.ndarray:
    """Pairs worth an exchange with (i, j): those at the places that are cheapest for i, without fixed ones and without doubling a pair."""
    problem = standing.problem
    near = costs if problem.places <= NEIGHBOURS else np.where(costs <= np.partition(costs, NEIGHBOURS)[NEIGHBOURS], costs, np.inf)
    good = {int(b) for b in np.flatnonzero(np.isfinite(near))} - standing.places_of[i]
    there = [(a, b) for b in sorted(good) for a in sorted(standing.sponsors_at.get(b, ()))]
    found = [(a, b) for a, b in there if (a, b) not in problem.fixed and j not in standing.places_of[a]]
    return np.array(found, dtype=int).reshape(-1, 2)


def _add_and_drop(standing: Standing, go_on: Callable[[], bool]) -> bool:
    """One more place for whoever can bear it, and one less where it costs more than it helps."""
    problem, better = standing.problem, False
    for i, j in sorted(standing.pairs - problem.fixed):
        if not go_on():
            return better
        if standing.of_sponsor[i] > problem.least[i] and standing.may_leave(i, j):
            change = -problem.cost_of([(i, j)])[0] + standing.weak_after(i, -1)[j] + standing.loaded(i, standing.load[i] - problem.load[j])[0]
            if change < -EPSILON:
                standing.drop(i, j)
                better = True
    for i in np.flatnonzero(standing.of_sponsor < problem.capacity).tolist():
        if not go_on():
            return better
        change = problem.costs(np.array([i]))[0] + standing.weak_after(i, 1) + standing.loaded(i, standing.load[i] + problem.load)
        closed = standing.of_place >= problem.place_most
        closed[list(standing.places_of.get(i, ()))] = True
        change = np.where(closed, np.inf, change)
        k = int(np.argmin(change))
        if change[k] < -EPSILON:
            standing.add(i, k)
            better = True
    return better
