"""Place by place, the cheapest first: how it is done by hand. Where the solver begins, and what it is compared with."""

from __future__ import annotations

import heapq

import numpy as np

from chuangwen.duties.sponsorship.arithmetic.problem import KINDS, Pair, Problem


def assign(problem: Problem) -> set[Pair]:
    """Fixed pairs, then what each place has to have, then strength to the places that lack most of it, then work for whoever has none.

    Each time the sponsor that costs the fewest points by itself is taken. It keeps capacities and maxima; a minimum may stay unmet, since
    nothing that was given is taken back.
    """
    hand = _Hand(problem)
    for i, j in sorted(problem.fixed):
        hand.take(i, j)
    for j in np.argsort(-problem.need, kind="stable").tolist():
        for kind in KINDS:
            hand.fill(j, problem.rules.at_least[kind], hand.kinds[kind], counted=lambda j=j, k=kind: hand.have[j][k])
        hand.fill(j, int(problem.place_least[j]), None, counted=lambda j=j: sum(hand.have[j]))
    hand.strengthen()
    hand.employ()
    return hand.pairs


class _Hand:
    """What was given so far, and the candidates of each place in the order of their points (kept short: the nearest few hundred)."""

    NEAREST = 300

    def __init__(self, problem: Problem):
        self.problem = problem
        self.pairs: set[Pair] = set()
        self.free = problem.capacity.astype(int).copy()
        self.have = [[0] * len(KINDS) for _ in range(problem.places)]
        self.share = np.zeros(problem.places)
        self.kinds = {kind: problem.kind == kind for kind in KINDS}
        self.near = self._candidates()

    def _candidates(self) -> tuple[np.ndarray, np.ndarray]:
        """Per place: the cheapest sponsors and their points, block by block so that memory stays bounded."""
        problem, keep = self.problem, min(self.NEAREST, self.problem.sponsors)
        names = np.zeros((problem.places, 0), dtype=int)
        points = np.zeros((problem.places, 0))
        for block in problem.blocks():
            costs = problem.costs(block).T
            names = np.hstack([names, np.broadcast_to(block, costs.shape)])
            points = np.hstack([points, costs])
            if names.shape[1] > keep:
                best = np.argpartition(points, keep - 1, axis=1)[:, :keep]
                names, points = np.take_along_axis(names, best, 1), np.take_along_axis(points, best, 1)
        order = np.argsort(points, axis=1, kind="stable")
        return np.take_along_axis(names, order, 1), np.take_along_axis(points, order, 1)

    def take(self, i: int, j: int) -> None:
        self.pairs.add((i, j))
        self.free[i] -= 1
        self.have[j][self.problem.kind[i]] += 1
        self.share[j] += self.problem.gives[i] * self.problem.part[j]

    def fill(self, j: int, wanted: int, among: np.ndarray | None, counted) -> None:
        """Give the place sponsors until it has as many as wanted."""
        names, points = self.near[0][j], self.near[1][j]
        for i, cost in zip(names.tolist(), points.tolist(), strict=True):
            if counted() >= wanted or sum(self.have[j]) >= self.problem.place_most[j] or not np.isfinite(cost):
                return
            if self.free[i] > 0 and (among is None or among[i]) and (i, j) not in self.pairs:
                self.take(i, j)

    def strengthen(self) -> None:
        """Whoever lacks most gets the next, the cheapest that brings strength."""
        problem = self.problem
        waiting = [(float(self.share[j]), j) for j in range(problem.places) if problem.due[j] > 0]
        heapq.heapify(waiting)
        while waiting:
            share, j = heapq.heappop(waiting)
            if share >= 1.0 or sum(self.have[j]) >= problem.place_most[j]:
                continue
            names, points = self.near[0][j], self.near[1][j]
            good = (self.free[names] > 0) & (problem.gives[names] > 0) & np.isfinite(points)
            found = next((int(i) for i in names[good] if (int(i), j) not in self.pairs), None)
            if found is not None:
                self.take(found, j)
                heapq.heappush(waiting, (float(self.share[j]), j))

    def employ(self) -> None:
        """Sponsors with fewer places than they have to have."""
        problem = self.problem
        count = np.bincount([i for i, _ in self.pairs], minlength=problem.sponsors)
        for i in np.flatnonzero(count < problem.least).tolist():
            costs = problem.costs(np.array([i]))[0]
            for j in np.argsort(costs, kind="stable").tolist():
                if count[i] >= problem.least[i] or not np.isfinite(costs[j]):
                    break
                if sum(self.have[j]) < problem.place_most[j] and (i, j) not in self.pairs:
                    self.take(i, j)
                    count[i] += 1
