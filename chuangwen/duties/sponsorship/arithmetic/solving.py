"""From the problem to the plan: first any plan, then a good one, then a bound, then the best one or the gap to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import numpy as np

from chuangwen.duties.sponsorship.arithmetic import clashing, columns, decomposing, greedy, relaxing, searching
from chuangwen.duties.sponsorship.arithmetic.problem import Pair, Problem
from chuangwen.duties.sponsorship.arithmetic.value import broken, value_of

MOST_ASKED = 60_000
"""Pairs that the integer programme is given at once; more are left out by their reduced cost, and the bound says so."""
SMALL = 2_000
"""Pairs up to which the integer programme over all of them is the quickest way to the proof."""
MOST_IMPROVING = 6.0
COUNTABLE = 0.03
"""Gap (a share) up to which it is worth counting the columns that a better plan could use: beyond they are too many."""
NEIGHBOURHOOD = 10
"""Places whose sponsors are all free at once when a neighbourhood is solved again."""
CLOSE = 2 * relaxing.SOLVED
"""Points that count as none: what the integer programme leaves open, and its rounding."""


@dataclass(frozen=True)
class Progress:
    """How far it is: the phase (``start``, ``bound``, ``search``, ``columns``, ``neighbourhoods``, ``proof``), points of the best plan so far
    and of the bound, seconds since the beginning."""

    phase: str
    best: float | None
    bound: float | None
    seconds: float
    limit: float

    @property
    def gap(self) -> float | None:
        """Share of the best plan's points by which a better one could still be better."""
        return gap_of(self.best, self.bound)


def gap_of(best: float | None, bound: float | None) -> float | None:
    if best is None or bound is None:
        return None
    return max(0.0, best - bound) / max(abs(best), 1e-9) if best - bound > CLOSE else 0.0


@dataclass(frozen=True)
class Answer:
    """The plan, its points, the bound below which no plan can be, and whether it is proven to be the best."""

    pairs: frozenset[Pair]
    points: float
    bound: float
    seconds: float
    candidates: int

    @property
    def gap(self) -> float:
        return gap_of(self.points, self.bound) or 0.0

    @property
    def proven(self) -> bool:
        return self.points - self.bound <= CLOSE


Report = Callable[[Progress], bool]


def solve(problem: Problem, *, seconds: float = 60.0, report: Report = lambda progress: True, seed: int = 7) -> Answer:
    """The best plan, or the best that was found in ``seconds`` with its gap.

    ``report`` hears how far it is several times a second; False ends the search with what there is, and what it raises comes through.
    Raises clashing.Impossible.
    """
    return _Search(problem, seconds, report, seed).run()


class _Search:
    def __init__(self, problem: Problem, seconds: float, report: Report, seed: int):
        self.problem, self.report, self.seconds = problem, report, seconds
        self.began = monotonic()
        self.random = np.random.default_rng(seed)
        self.best: set[Pair] = set()
        self.points, self.bound = np.inf, -np.inf
        self.going, self.phase = True, "start"

    # -- time and progress ------------------------------------------------------------------------------------------------------

    def left(self) -> float:
        return self.seconds - (monotonic() - self.began)

    def go_on(self, held: float | None = None) -> bool:
        """``held``: points of a plan that a solver at work has and will give."""
        if self.going:
            points = self.points if held is None else min(self.points, held)
            best = points if np.isfinite(points) else None
            bound = self.bound if np.isfinite(self.bound) else None
            self.going = self.report(Progress(self.phase, best, bound, monotonic() - self.began, self.seconds))
        return self.going and self.left() > 0

    def take(self, pairs: set[Pair]) -> bool:
        points = value_of(self.problem, pairs).total
        if points < self.points - 1e-9:
            self.best, self.points = set(pairs), points
            return True
        return False

    @property
    def closed(self) -> bool:
        return self.points - self.bound <= CLOSE

    # -- the phases -------------------------------------------------------------------------------------------------------------

    def run(self) -> Answer:
        problem = self.problem
        self.go_on()
        by_hand = greedy.assign(problem)
        pairs = clashing.any_plan(problem) if broken(problem, by_hand) or clashing.plain_clashes(problem) else by_hand
        self.take(pairs)
        self.phase = "bound"
        relaxed = relaxing.bound(problem, self.best, until=self.began + 0.3 * self.seconds, go_on=self._told)
        self.bound = max(relaxed.value, decomposing.whole_sponsors(problem, relaxed)) if np.isfinite(relaxed.value) else -np.inf
        self.phase = "search"
        starts = [pairs] if broken(problem, by_hand) else [by_hand]
        rounded = relaxing.corner(problem, relaxed)
        if not broken(problem, rounded):
            starts.insert(0, rounded)
        for start in starts:
            self._improve(start, 0.05)
        large = problem.sponsors * problem.places > SMALL
        if large and not self.closed and self.going and np.isfinite(relaxed.value) and (problem.gives > 0).any():
            self._columns(relaxed)
        candidates = len(self.best)
        if not self.closed and self.go_on():
            if large:
                self.phase = "neighbourhoods"
                self._neighbourhoods(relaxed)
            if not self.closed and self.go_on():
                self.phase = "proof"
                candidates = self._prove(relaxed)
        self.go_on()
        return Answer(frozenset(self.best), self.points, min(self.bound, self.points), monotonic() - self.began, candidates)

    def _improve(self, pairs: set[Pair], part: float) -> None:
        """Moves and exchanges for at most this part of the time, and ``MOST_IMPROVING`` seconds."""
        until = monotonic() + min(part * self.seconds, MOST_IMPROVING)
        self.take(searching.improve(self.problem, pairs, lambda: monotonic() < until and self.go_on()))

    def _columns(self, relaxed: relaxing.Bound) -> None:
        """Whole sets of sponsors as columns: a better bound, and a plan near it."""
        self.phase = "columns"
        made = columns.Generation(self.problem, relaxed, self.best)
        until = self.began + 0.65 * self.seconds
        made.climb(self.points, until=until, go_on=self._told)
        made.generate(until=until, go_on=self._told)
        self._told(made.value)
        if not self.closed and self.go_on():
            found = made.whole(0.7 * self.left(), lambda best, bound: self.go_on(best))
            if found is not None and self.take(found):
                self._improve(found, 0.05)
        if not self.closed and self.go_on() and self.points - self.bound <= COUNTABLE * abs(self.points):
            self.phase = "proof"
            last = made.prove(self.points, self.left(), lambda best, bound: self.go_on(best))
            if last is not None:
                if last.pairs is not None:
                    self.take(last.pairs)
                self.bound = max(self.bound, min(last.bound, self.points))

    def _told(self, value: float) -> bool:
        self.bound = max(self.bound, value)
        return self.go_on()

    def _prove(self, relaxed: relaxing.Bound) -> int:
        """The integer programme over every pair that a better plan could use."""
        i, j, left_out = relaxing.worth_asking(self.problem, relaxed, self.points - relaxed.value, MOST_ASKED)
        i, j = _joined(i, j, self.best)
        beyond = relaxed.value + left_out

        def tell(best: float | None, bound: float) -> bool:
            self.bound = max(self.bound, min(bound, beyond))
            return self.go_on()

        found = relaxing.programme(self.problem, i, j, start=self.best, seconds=self.left(), tell=tell)
        if found.pairs is not None:
            self.take(found.pairs)
        if not found.impossible:
            self.bound = max(self.bound, min(found.bound, beyond))
        return len(i)

    def _neighbourhoods(self, relaxed: relaxing.Bound) -> None:
        """Free all sponsors of a few places that lie together and solve these again, until it helps no more or most of the time is over."""
        problem = self.problem
        until = monotonic() + 0.6 * self.left()
        within = max(1e-6, min(self.points - relaxed.value, 3.0 * float(np.median(_positive(problem)))))
        i, j, _ = relaxing.worth_asking(problem, relaxed, within, MOST_ASKED)
        i, j = _joined(i, j, self.best)
        by_place: dict[int, list[int]] = {}
        for a, b in zip(i.tolist(), j.tolist(), strict=True):
            by_place.setdefault(b, []).append(a)
        tired, rounds = 0, max(20, 2 * problem.places // NEIGHBOURHOOD)
        while tired < rounds and monotonic() < until and self.go_on() and not self.closed:
            places = self._near_places(by_place)
            tired = 0 if self._again(places, by_place) else tired + 1

    def _near_places(self, by_place: dict[int, list[int]]) -> set[int]:
        """A place, drawn; and those that could share the most sponsors with it, with one far one among them."""
        problem = self.problem
        middle = int(self.random.integers(problem.places))
        shared = np.zeros(problem.places)
        own = set(by_place.get(middle, ()))
        for place, sponsors in by_place.items():
            shared[place] = sum(1 for a in sponsors if a in own)
        shared += self.random.random(problem.places)
        chosen = set(np.argsort(-shared)[: NEIGHBOURHOOD - 2].tolist()) | {middle}
        return chosen | set(self.random.integers(problem.places, size=2).tolist())

    def _again(self, places: set[int], by_place: dict[int, list[int]]) -> bool:
        problem = self.problem
        held = {pair for pair in self.best if pair[1] not in places}
        free = {i for i, j in self.best if j in places}
        idle = set(np.flatnonzero(np.bincount([i for i, _ in self.best], minlength=problem.sponsors) < problem.capacity).tolist())
        pairs = sorted({(i, j) for j in places for i in by_place.get(j, ()) if i in free or i in idle} | (self.best - held))
        i, j = np.array(pairs).T
        found = relaxing.programme(
            problem, i, j, held=held, start=self.best - held, seconds=min(3.0, max(0.2, self.left())), tell=lambda *_: self.go_on()
        )
        return found.pairs is not None and self.take(found.pairs)


def _joined(i: np.ndarray, j: np.ndarray, pairs: set[Pair]) -> tuple[np.ndarray, np.ndarray]:
    """The pairs (i, j) and ``pairs``, each once."""
    every = np.array(sorted(set(zip(i.tolist(), j.tolist(), strict=True)) | pairs))
    return every[:, 0], every[:, 1]


def _positive(problem: Problem) -> np.ndarray:
    rules = problem.rules
    return np.array([value for value in (rules.charge, rules.change, rules.weak, rules.overload, max(rules.near)) if value > 0] or [1.0])
