"""A better bound: strength is not divisible.

The relaxation gives a place exactly the strength that is its due by fractions of sponsors. Here the rules between places (capacities, counts,
loads) are paid at the prices of the relaxation, and each place by itself chooses whole sponsors: a knapsack, solved by dynamic programming over
``LEVELS`` steps of its due, each sponsor's strength rounded up, so that the value stays below the truth. The sum is a bound for every plan,
whatever the prices are.
"""

from __future__ import annotations

import numpy as np

from chuangwen.duties.sponsorship.arithmetic.problem import Problem
from chuangwen.duties.sponsorship.arithmetic.relaxing import Bound, Layout, Prices
from chuangwen.duties.sponsorship.arithmetic.value import weak_points

LEVELS = 120
CANDIDATES = 96
FIXED = 1e6
"""Taken off the points of a fixed pair, so that its place takes it, and put back."""


def whole_sponsors(problem: Problem, found: Bound) -> float:
    """The bound, at least that of ``found``."""
    prices = found.prices
    points, rest, names = _cheapest(problem, prices)
    steps = np.ceil(problem.gives[names] * problem.part[:, None] / problem.rules.enough * LEVELS - 1e-9).astype(int).clip(0, LEVELS)
    value = _knapsacks(problem, points, steps)
    total = _dearest(problem, prices.layout, prices.dual) + float(np.minimum(value, rest).sum())
    return max(found.value, total)


def _dearest(problem: Problem, layout: Layout, dual: np.ndarray) -> float:
    """What the rows between places give at these prices: the minimum where the price is positive, the maximum where it is negative."""
    total = 0.0
    for prices, low, high in _counted(problem, layout, dual):
        total += float((np.where(prices > 0, low, high) * prices).sum())
    for number, kind in enumerate(layout.kinds):
        start = layout.kind_start + number * layout.places
        total += float(problem.rules.at_least[kind] * dual[start : start + layout.places].sum())
    loads = np.where(problem.single, 0.0, dual[layout.load_start :].clip(-problem.rules.overload, 0.0))
    return total + float(loads.sum())


def _counted(problem: Problem, layout: Layout, dual: np.ndarray):
    yield dual[: layout.sponsors], problem.least, problem.capacity
    yield dual[layout.sponsors : layout.kind_start], problem.place_least, problem.place_most


def _cheapest(problem: Problem, prices: Prices) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each place the candidates that are worth most: their points at these prices without strength, who they are; and the bound of any choice
    that takes another one (infinite where there is none)."""
    layout = prices.layout
    keep = min(CANDIDATES, problem.sponsors)
    own = prices.dual.copy()
    strength = own[layout.strength_start : layout.load_start].clip(0.0)
    own[layout.strength_start : layout.load_start] = 0.0
    bare = Prices(problem, layout, own)
    names, points, ranks = (np.zeros((problem.places, 0), dtype=kind) for kind in (int, float, float))
    base, next_rank = np.zeros(problem.places), np.full(problem.places, np.inf)
    fixed = problem.by_sponsor("fixed")
    for block in problem.blocks():
        cost = bare.reduced(block)
        full = cost - problem.gives[block][:, None] * (strength * problem.part)[None, :]
        base += np.minimum(full, 0.0).sum(axis=0)
        for row, i in enumerate(block.tolist()):
            for j in fixed.get(i, ()):
                base[j] += max(float(full[row, j]), 0.0)
                full[row, j] = -np.inf
                cost[row, j] -= FIXED
        ranks = np.hstack([ranks, full.T])
        points = np.hstack([points, cost.T])
        names = np.hstack([names, np.broadcast_to(block, (problem.places, len(block)))])
        if ranks.shape[1] > keep:
            order = np.argpartition(ranks, keep, axis=1)
            next_rank = np.minimum(next_rank, np.take_along_axis(ranks, order[:, keep : keep + 1], 1)[:, 0])
            order = order[:, :keep]
            names, points, ranks = (np.take_along_axis(table, order, 1) for table in (names, points, ranks))
    base += _weakest(problem, strength)
    return points, base + next_rank.clip(0.0), names


def _weakest(problem: Problem, strength: np.ndarray) -> np.ndarray:
    """The least that weakness and the price of strength together can cost a place: at one of the corners."""
    corners = [0.0, problem.rules.enough / 2, problem.rules.enough]
    return np.min([weak_points(problem, np.full(problem.places, share)) + strength * share for share in corners], axis=0)


def _knapsacks(problem: Problem, points: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """The points of the cheapest choice of whole sponsors, of every place at once."""
    places, candidates = points.shape
    cost = np.full((places, LEVELS + 1), np.inf)
    cost[:, 0] = 0.0
    levels = np.arange(LEVELS + 1)
    rows = np.arange(places)[:, None]
    for at in range(candidates):
        price, step = points[:, at], steps[:, at]
        price = np.where(np.isfinite(price), price, 1e12)
        cost = np.minimum(cost, _taken(cost, price, step, levels, rows))
    shares = levels / LEVELS * problem.rules.enough
    weak = np.stack([weak_points(problem, np.full(places, share)) for share in shares], axis=1)
    return (cost + weak).min(axis=1) + FIXED * np.bincount([j for _, j in problem.fixed], minlength=places)


def _taken(cost: np.ndarray, price: np.ndarray, step: np.ndarray, levels: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Cost of reaching each level with this candidate: from the level below, and at the top from all that are within reach of it."""
    below = levels[None, :] - step[:, None]
    found = np.where(below >= 0, cost[rows, below.clip(0)], np.inf)
    top = np.where(levels[None, :] >= LEVELS - step[:, None], cost, np.inf)
    found[:, -1] = top.min(axis=1)
    return found + price[:, None]
