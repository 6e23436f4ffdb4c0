"""Each place by itself: its best set of sponsors at given prices, and the bound that all places together give.

The relaxation gives a place exactly the strength that is its due by fractions of sponsors; strength is not divisible. Here the rules between
places (capacities, counts, loads) are paid at prices, and each place chooses whole sponsors: a knapsack, solved by dynamic programming over
levels of strength. Whatever the prices are, the sum is a bound for every plan. Strength is counted in a measure common to all sponsors where
there is one (``levels_of``); else it is rounded up, so that the value stays below the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from chuangwen.duties.sponsorship.arithmetic.problem import Pair, Problem
from chuangwen.duties.sponsorship.arithmetic.relaxing import Bound, Layout, Prices
from chuangwen.duties.sponsorship.arithmetic.value import weak_points

Set = tuple[tuple[int, ...], int]
"""Sponsors with strength, in order of their numbers, and the place."""
MOST_LEVELS = 480
"""Of the strength that is enough for a place."""
CANDIDATES, WIDE = 64, 384
"""Sponsors of whom a place takes as many as it likes; of all others one at most is tried exactly, and two are bounded. Places of which that
bound is too low to say what is best choose again among ``WIDE``."""
BLOCK = 200
"""Places at once: what the dynamic programme remembers of them takes some 20 MB."""
FIXED = 1e6
"""Taken off the points of a fixed pair, so that its place takes it, and put back."""
NEVER = 1e12
SLOPES = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.5, 2.0, 3.0])
"""Prices of a place's strength that are tried, in shares of ``Rules.weak`` (the last is ``Rules.deep`` where that is more)."""
EPSILON = 1e-9


@dataclass(frozen=True)
class Levels:
    """``unit``: strength of one level, by place (infinite where nothing is due); ``count``: the level at which every place has enough;
    ``weak``: points of each place (rows) that has so many levels."""

    unit: np.ndarray
    count: int
    weak: np.ndarray

    def steps(self, gives: np.ndarray, places: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Levels that sponsors of this strength bring to places; one row per sponsor."""
        return np.ceil(gives[:, None] / self.unit[None, places] - EPSILON).clip(0, self.count).astype(np.int32)


def levels_of(problem: Problem) -> Levels:
    """The measure that all strengths are whole numbers of, where it is not finer than ``MOST_LEVELS`` of what is enough."""
    rounded = np.round(problem.gives * 1000)
    common = float(np.gcd.reduce(rounded.astype(np.int64))) / 1000 if np.allclose(rounded, problem.gives * 1000, atol=1e-6) else 0.0
    enough = problem.rules.enough * problem.due
    unit = np.where(problem.due > 0, np.maximum(common, enough / MOST_LEVELS), np.inf)
    count = max(1, int(np.ceil(enough / unit - EPSILON).max()))
    share = np.arange(count + 1)[None, :] * (np.where(problem.due > 0, unit, 0.0) * problem.part)[:, None]
    weak = np.stack([weak_points(problem, share[:, level]) for level in range(count + 1)], axis=1)
    weak[:, -1] = 0.0
    return Levels(unit, count, weak)


@dataclass(frozen=True)
class Choice:
    """What all places choose at these prices.

    ``value``: the bound; ``missed``: of each row of the layout how much its rule asks beyond what is chosen, the direction in which a price is
    to be raised; ``sets``: pairs (sponsors, place), the set of sponsors with strength of every place; ``pairs``: the pairs of sponsors without.
    """

    value: float
    missed: np.ndarray
    sets: list[Set]
    pairs: list[Pair]


class Places:
    """Chooses for all places of a problem at one set of prices after the other."""

    def __init__(self, problem: Problem, layout: Layout):
        self.problem, self.layout = problem, layout
        self.levels = levels_of(problem)
        self.strong = problem.gives > 0
        self.slopes = np.unique(np.minimum(SLOPES, problem.rules.deep)) * problem.rules.weak
        self.fixed = np.array(sorted(problem.fixed), dtype=int).reshape(-1, 2)

    def choose(self, dual: np.ndarray) -> Choice:
        """The best sets at these prices of the rows; those of strength are not used: strength is what the sets decide."""
        problem, layout = self.problem, self.layout
        own = tamed(problem, layout, dual)
        slope, base, total, pairs = self._rough(own)
        points, steps, names, ranks = self._candidates(own, slope)
        sets: list[Set] = [((), place) for place in range(problem.places)]
        best = np.full(problem.places, -np.inf)
        again = np.arange(problem.places)
        for keep in (CANDIDATES, WIDE):
            few = min(keep, points.shape[1])
            best[again], found = self._among(own, again, points[again, :few], steps[again, :few], names[again, :few])
            for place, sponsors in zip(again.tolist(), found, strict=True):
                sets[place] = (sponsors, place)
            two_more = base[again] + 2.0 * (ranks[again, few].clip(0.0) if few < ranks.shape[1] else np.inf)
            cut = two_more < best[again] - EPSILON
            best[again] = np.minimum(best[again], two_more)
            again = again[cut]
            if not len(again):
                break
            if few < points.shape[1]:
                best[again] = np.inf
        back = FIXED * np.bincount(self.fixed[self.strong[self.fixed[:, 0]], 1], minlength=problem.places)
        limits = limits_of(problem, layout, own)
        value = total + float((best + back).sum()) + float((limits * own).sum())
        return Choice(value, limits - self._activity(sets, pairs), sets, pairs)

    def _among(
        self, dual: np.ndarray, places: np.ndarray, points: np.ndarray, steps: np.ndarray, names: np.ndarray
    ) -> tuple[np.ndarray, list[tuple[int, ...]]]:
        """Of these places (rows) the best set of the candidates and at most one sponsor more: its points, and who it is."""
        value, more = np.zeros(len(places)), np.zeros((len(places), self.levels.count + 1))
        tables: list[tuple[np.ndarray, Knapsacks]] = []
        for start in range(0, len(places), BLOCK):
            at = np.arange(start, min(start + BLOCK, len(places)))
            table = Knapsacks(points[at], steps[at], self.levels.weak[places[at]])
            value[at], more[at] = table.best, table.with_one_more()
            tables.append((at, table))
        one, who = self._one_more(dual, places, names, more)
        sets: list[tuple[int, ...]] = []
        for at, table in tables:
            better = one[at] < value[at] - EPSILON
            rows, columns = np.nonzero(table.taken(np.where(better, self._step(who[at], places[at]), 0)))
            members: list[list[int]] = [[] for _ in at]
            for row, sponsor in zip(rows.tolist(), names[at[rows], columns].tolist(), strict=True):
                members[row].append(sponsor)
            for row in np.flatnonzero(better).tolist():
                members[row].append(int(who[at[row]]))
            sets += [tuple(sorted(each)) for each in members]
        return np.minimum(value, one), sets

    def within(
        self, dual: np.ndarray, gap: float, most: int, *, go_on: Callable[[], bool] = lambda: True
    ) -> tuple[list[Set], list[Pair]] | None:
        """Every set, and every pair of sponsors without strength, that a plan could use which is less than ``gap`` points above the bound at
        these prices. None where there are more than ``most``, too many to look through, or ``go_on`` says no."""
        own = tamed(self.problem, self.layout, dual)
        slope, base, _total, _pairs = self._rough(own)
        points, steps, names, ranks = self._candidates(own, slope)
        sets: list[Set] = []
        for start in range(0, self.problem.places, BLOCK):
            if not go_on():
                return None
            at = np.arange(start, min(start + BLOCK, self.problem.places))
            table = Knapsacks(points[at], steps[at], self.levels.weak[at])
            at_best = points[at] + np.take_along_axis(table.with_one_more(), steps[at], 1)  # with this one, and perhaps with it twice
            for row, place in enumerate(at.tolist()):
                limit = float(table.best[row]) + gap
                few = int(np.searchsorted(ranks[place], limit - base[place] + EPSILON, side="right"))
                if few == ranks.shape[1]:
                    return None
                useful = np.flatnonzero(at_best[row, :few] <= limit + EPSILON)
                found = choices_within(points[place, useful], steps[place, useful], self.levels.weak[place], limit, most - len(sets))
                if found is None:
                    return None
                own_names = names[place, useful]
                sets += [(tuple(sorted(own_names[list(chosen)].tolist())), place) for chosen in found]
        pairs: list[Pair] = []
        for block, cost in self._blocks(own):
            usual = np.minimum(cost, 0.0)
            near = (cost - usual <= gap) & ~self.strong[block][:, None]
            near |= self._held(block) & ~self.strong[block][:, None]
            r, c = np.nonzero(near)
            pairs += list(zip(block[r].tolist(), c.tolist(), strict=True))
        return (sets, pairs) if len(sets) + len(pairs) <= most else None

    # -- the steps ------------------------------------------------------------------------------------------------------------------

    def _blocks(self, dual: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Sponsors in blocks, with the points of their pairs at these prices."""
        prices = Prices(self.problem, self.layout, dual)
        for block in self.problem.blocks():
            yield block, prices.reduced(block)

    def _rough(self, dual: np.ndarray) -> tuple[np.ndarray, np.ndarray, float, list[Pair]]:
        """Of each place the price of strength that bounds it best when sponsors may be divided, that bound (fixed pairs with ``FIXED`` taken
        off), and what the sponsors without strength choose."""
        problem = self.problem
        sums, total, pairs = np.zeros((len(self.slopes), problem.places)), 0.0, []
        for block, cost in self._blocks(dual):
            held = self._held(block)
            strong = self.strong[block]
            weak_rows = np.flatnonzero(~strong)
            taken = cost[weak_rows] < 0
            taken |= held[weak_rows]
            total += float(cost[weak_rows][taken].sum())
            r, c = np.nonzero(taken)
            pairs += list(zip(block[weak_rows[r]].tolist(), c.tolist(), strict=True))
            cost, held = np.where(held, cost - FIXED, cost)[strong], held[strong]
            share = problem.gives[block[strong]][:, None] * problem.part[None, :]
            for at, slope in enumerate(self.slopes):
                sums[at] += np.minimum(cost - slope * share, 0.0).sum(axis=0)
        corners = [0.0, problem.rules.enough / 2, problem.rules.enough]
        weak = [weak_points(problem, np.full(problem.places, share)) for share in corners]
        for at, slope in enumerate(self.slopes):
            sums[at] += np.min([points + slope * share for points, share in zip(weak, corners, strict=True)], axis=0)
        best = sums.argmax(axis=0)
        return self.slopes[best], sums[best, np.arange(problem.places)], total, pairs

    def _held(self, block: np.ndarray) -> np.ndarray:
        held = np.zeros((len(block), self.problem.places), dtype=bool)
        mine = (self.fixed[:, 0] >= block[0]) & (self.fixed[:, 0] <= block[-1])
        held[self.fixed[mine, 0] - block[0], self.fixed[mine, 1]] = True
        return held

    def _candidates(self, dual: np.ndarray, slope: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Of each place the sponsors that are worth most, the best first: their points, levels and numbers, one row per place; and what each,
        and the first that is left out, costs at least beside the rough bound (the last column; none where nobody is left out)."""
        problem = self.problem
        points, ranks = np.zeros((problem.places, 0)), np.zeros((problem.places, 0))
        steps, names = np.zeros((problem.places, 0), dtype=np.int32), np.zeros((problem.places, 0), dtype=int)
        following = np.full((problem.places, 1), np.inf)
        for block, cost in self._blocks(dual):
            strong = np.flatnonzero(self.strong[block])
            cost = np.where(self._held(block), cost - FIXED, cost)[strong]
            gives = problem.gives[block[strong]]
            points = np.hstack([points, cost.T])
            ranks = np.hstack([ranks, (cost - gives[:, None] * (slope * problem.part)[None, :]).T])
            steps = np.hstack([steps, self.levels.steps(gives).T])
            names = np.hstack([names, np.broadcast_to(block[strong], (problem.places, len(strong)))])
            if ranks.shape[1] > WIDE:
                order = np.argpartition(ranks, WIDE, axis=1)
                following = np.minimum(following, np.take_along_axis(ranks, order[:, WIDE : WIDE + 1], 1))
                order = order[:, :WIDE]
                points, ranks, steps, names = (np.take_along_axis(table, order, 1) for table in (points, ranks, steps, names))
        order = np.argsort(ranks, axis=1, kind="stable")
        points, ranks, steps, names = (np.take_along_axis(table, order, 1) for table in (points, ranks, steps, names))
        return np.where(np.isfinite(points), points, NEVER), steps, names, np.hstack([ranks, following])

    def _one_more(self, dual: np.ndarray, places: np.ndarray, names: np.ndarray, more: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The best choice of each place with one sponsor that is no candidate, and who that is."""
        best, who = np.full(len(places), np.inf), np.zeros(len(places), dtype=int)
        columns = np.arange(len(places))
        for block, cost in self._blocks(dual):
            cost = cost[:, places]
            cost[~self.strong[block]] = np.inf
            rows, at = np.nonzero((names >= block[0]) & (names <= block[-1]))
            cost[names[rows, at] - block[0], rows] = np.inf
            cost += more[columns[None, :], self.levels.steps(self.problem.gives[block], places)]
            row = cost.argmin(axis=0)
            found = cost[row, columns]
            who = np.where(found < best, block[row], who)
            best = np.minimum(best, found)
        return best, who

    def _step(self, sponsors: np.ndarray, places: np.ndarray) -> np.ndarray:
        return np.ceil(self.problem.gives[sponsors] / self.levels.unit[places] - EPSILON).clip(0, self.levels.count).astype(np.int32)

    def _activity(self, sets: list[Set], pairs: list[Pair]) -> np.ndarray:
        """How much of each row's rule is chosen."""
        problem, layout = self.problem, self.layout
        every = [(i, place) for sponsors, place in sets for i in sponsors] + pairs
        found = np.zeros(layout.rows)
        if every:
            i, j = np.array(every).T
            np.add.at(found, i, 1.0)
            np.add.at(found, layout.sponsors + j, 1.0)
            for number, kind in enumerate(layout.kinds):
                of = problem.kind[i] == kind
                np.add.at(found, layout.kind_start + number * layout.places + j[of], 1.0)
            np.add.at(found, layout.load_start + i, problem.load[j] / problem.bears[i])
        return found


def tamed(problem: Problem, layout: Layout, dual: np.ndarray) -> np.ndarray:
    """Prices as they may be: none of strength, of kinds not below 0, of loads from ``-overload`` to 0 and none of sponsors with one place."""
    own = dual.copy()
    own[layout.kind_start : layout.strength_start] = own[layout.kind_start : layout.strength_start].clip(0.0)
    own[layout.strength_start : layout.load_start] = 0.0
    loads = own[layout.load_start :].clip(-problem.rules.overload, 0.0)
    own[layout.load_start :] = np.where(problem.single, 0.0, loads)
    return own


def limits_of(problem: Problem, layout: Layout, dual: np.ndarray) -> np.ndarray:
    """The side of each row's rule that its price is about: the minimum where it is positive, the maximum where it is negative."""
    found = np.zeros(layout.rows)
    found[: layout.sponsors] = np.where(dual[: layout.sponsors] > 0, problem.least, problem.capacity)
    prices = dual[layout.sponsors : layout.kind_start]
    found[layout.sponsors : layout.kind_start] = np.where(prices > 0, problem.place_least, problem.place_most)
    for number, kind in enumerate(layout.kinds):
        start = layout.kind_start + number * layout.places
        found[start : start + layout.places] = problem.rules.at_least[kind]
    found[layout.load_start :] = np.where(problem.single, 0.0, 1.0)
    return found


class Knapsacks:
    """The cheapest choice among the candidates of each place (rows), by the levels that it reaches.

    ``points`` and ``steps``: places by candidates; ``weak``: places by levels. A choice that reaches more than the last level reaches the last.
    """

    def __init__(self, points: np.ndarray, steps: np.ndarray, weak: np.ndarray):
        places, self.candidates = points.shape
        self.steps, self.weak = steps, weak
        top = weak.shape[1] - 1
        levels, rows = np.arange(top + 1), np.arange(places)
        cost = np.full((places, top + 1), np.inf)
        cost[:, 0] = 0.0
        self.takes = np.zeros((self.candidates, places, top + 1), dtype=bool)
        self.from_top = np.zeros((self.candidates, places), dtype=np.int32)
        """The level below from which the last one is reached."""
        for at in range(self.candidates):
            step = steps[:, at]
            below = levels[None, :] - step[:, None]
            found = np.where(below >= 0, np.take_along_axis(cost, below.clip(0), 1), np.inf)
            reach = np.where(levels[None, :] >= top - step[:, None], cost, np.inf)
            self.from_top[at] = reach.argmin(axis=1)
            found[:, -1] = reach[rows, self.from_top[at]]
            found += points[:, at][:, None]
            self.takes[at] = found < cost
            cost = np.minimum(cost, found)
        self.cost = cost
        self.best = (cost + weak).min(axis=1)

    def with_one_more(self) -> np.ndarray:
        """The cheapest choice beside somebody who brings so many levels (columns): points of the choice and of what is then still weak."""
        top = self.cost.shape[1] - 1
        found = np.empty_like(self.cost)
        for step in range(top + 1):
            reached = self.cost[:, : top + 1 - step] + self.weak[:, step:]
            found[:, step] = reached.min(axis=1)
            if step:
                found[:, step] = np.minimum(found[:, step], self.cost[:, top + 1 - step :].min(axis=1) + self.weak[:, -1])
        return found

    def taken(self, step: np.ndarray) -> np.ndarray:
        """Which candidates (columns) the cheapest choice of each place takes beside somebody who brings ``step`` levels."""
        places, top = len(self.steps), self.cost.shape[1] - 1
        rows = np.arange(places)
        level = (self.cost + self.weak[rows[:, None], (np.arange(top + 1)[None, :] + step[:, None]).clip(0, top)]).argmin(axis=1)
        found = np.zeros((places, self.candidates), dtype=bool)
        for at in range(self.candidates - 1, -1, -1):
            takes = self.takes[at, rows, level]
            found[:, at] = takes
            down = np.where(level == top, self.from_top[at], level - self.steps[:, at])
            level = np.where(takes, down, level)
        return found


def choices_within(points: np.ndarray, steps: np.ndarray, weak: np.ndarray, limit: float, most: int) -> list[tuple[int, ...]] | None:
    """Every choice among the candidates of one place that costs no more than ``limit``: from the last candidate to the first, taken or not,
    wherever those before can still bring it below. None where there are more than ``most``."""
    top = len(weak) - 1
    levels = np.arange(top + 1)
    before = [np.where(levels == 0, 0.0, np.inf)]
    for price, step in zip(points.tolist(), steps.tolist(), strict=True):
        cost = before[-1]
        found = np.full(top + 1, np.inf)
        found[step:] = cost[: top + 1 - step]
        found[-1] = cost[max(0, top - step) :].min()
        before.append(np.minimum(cost, found + price))
    least: dict[tuple[int, int], float] = {}

    def bound(at: int, reached: int) -> float:
        known = least.get((at, reached))
        if known is None:
            known = least[at, reached] = float((before[at] + weak[(levels + reached).clip(max=top)]).min())
        return known

    found_all: list[tuple[int, ...]] = []
    open_ones: list[tuple[int, int, float, tuple[int, ...]]] = [(len(points), 0, 0.0, ())]
    while open_ones:
        at, reached, cost_so_far, chosen = open_ones.pop()
        while at and cost_so_far + bound(at, reached) <= limit + EPSILON:
            at -= 1
            taken = cost_so_far + float(points[at])
            more = min(top, reached + int(steps[at]))
            if taken + bound(at, more) <= limit + EPSILON:
                open_ones.append((at, more, taken, (*chosen, at)))
        if at == 0 and cost_so_far + float(weak[reached]) <= limit + EPSILON:
            found_all.append(chosen)
            if len(found_all) > most:
                return None
    return found_all


def whole_sponsors(problem: Problem, found: Bound) -> float:
    """The bound at the prices of the relaxation, at least that of ``found``."""
    if not (problem.gives > 0).any():
        return found.value
    return max(found.value, Places(problem, found.prices.layout).choose(found.prices.dual).value)
