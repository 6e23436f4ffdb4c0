"""Which rules make a plan impossible, and a set of pairs that keeps them all where there is one.

The rules that bind (who may go where, capacities, minima and maxima, kinds at a place, fixed pairs) form a network: its relaxation has
whole-numbered corners, so that a plan exists exactly when the relaxation has a point. Where it has none, the prices of the missing amounts
point at rows that contradict each other, and leaving them out one by one gives a smallest set that does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from chuangwen.duties.sponsorship.arithmetic import relaxing
from chuangwen.duties.sponsorship.arithmetic.problem import KINDS, Pair, Problem

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix

MOST_FILTERED = 400


@dataclass(frozen=True)
class Clash:
    """Rules that cannot be kept together. ``rule``: what is asked; ``sponsors`` and ``places``: whose; ``wanted`` and ``there``: how many.

    both_fixed_and_forbidden, fixed_over_capacity, fixed_over_most, least_over_most (a place), least_over_capacity (a sponsor),
    kinds_over_most (a place), few_candidates (a place), few_of_kind (``kind``), few_slots, few_openings,
    together (a smallest set that contradicts itself: ``rows`` names each).
    """

    rule: str
    sponsors: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    wanted: int = 0
    there: int = 0
    kind: int | None = None
    rows: tuple[tuple[str, int], ...] = ()
    forbidden: int = 0


class Impossible(Exception):
    """No plan keeps all rules; ``clashes`` says why."""

    def __init__(self, clashes: list[Clash]):
        super().__init__(", ".join(clash.rule for clash in clashes))
        self.clashes = clashes


def plain_clashes(problem: Problem) -> list[Clash]:
    """What can be seen by counting."""
    found = [Clash("both_fixed_and_forbidden", (i,), (j,)) for i, j in sorted(problem.fixed & problem.forbidden)]
    by_sponsor = np.bincount([i for i, _ in problem.fixed], minlength=problem.sponsors)
    by_place = np.bincount([j for _, j in problem.fixed], minlength=problem.places)
    for i in np.flatnonzero(by_sponsor > problem.capacity).tolist():
        found.append(Clash("fixed_over_capacity", (i,), wanted=int(by_sponsor[i]), there=int(problem.capacity[i])))
    for j in np.flatnonzero(by_place > problem.place_most).tolist():
        found.append(Clash("fixed_over_most", (), (j,), int(by_place[j]), int(problem.place_most[j])))
    for j in np.flatnonzero(problem.place_least > problem.place_most).tolist():
        found.append(Clash("least_over_most", (), (j,), int(problem.place_least[j]), int(problem.place_most[j])))
    for i in np.flatnonzero(problem.least > np.minimum(problem.capacity, problem.places)).tolist():
        found.append(Clash("least_over_capacity", (i,), (), int(problem.least[i]), int(min(problem.capacity[i], problem.places))))
    together = sum(problem.rules.at_least)
    for j in np.flatnonzero(problem.place_most < together).tolist():
        found.append(Clash("kinds_over_most", (), (j,), together, int(problem.place_most[j])))
    barred = np.bincount([j for _, j in problem.forbidden], minlength=problem.places)
    for j in np.flatnonzero(problem.place_least > problem.sponsors - barred).tolist():
        found.append(
            Clash("few_candidates", (), (j,), int(problem.place_least[j]), int(problem.sponsors - barred[j]), forbidden=int(barred[j]))
        )
    for kind in KINDS:
        wanted, there = problem.rules.at_least[kind] * problem.places, int(problem.capacity[problem.kind == kind].sum())
        if wanted > there:
            found.append(Clash("few_of_kind", wanted=wanted, there=there, kind=int(kind)))
    slots, wanted = int(problem.capacity.sum()), int(np.maximum(problem.place_least, together).sum())
    if slots < wanted:
        found.append(Clash("few_slots", wanted=wanted, there=slots))
    openings, idle = int(problem.place_most.sum()), int(problem.least.sum())
    if openings < idle:
        found.append(Clash("few_openings", wanted=idle, there=openings))
    return found


def any_plan(problem: Problem) -> set[Pair]:
    """Some set of pairs that keeps every rule, the cheap ones preferred. Raises Impossible, with the smallest contradiction it could find."""
    seen = plain_clashes(problem)
    if seen:
        raise Impossible(seen)
    feasible = _Feasible(problem)
    missing, values, duals = feasible.solve()
    if missing > 1e-6:
        raise Impossible([feasible.smallest(duals)])
    return {feasible.pairs[at] for at in np.flatnonzero(values > 0.5)}


class _Feasible:
    """The binding rows over all allowed pairs, each with what it lacks and what it has too much, grown pair by pair where it helps."""

    def __init__(self, problem: Problem):
        self.problem, self.layout = problem, relaxing.layout_of(problem)
        low, high = relaxing.bounds_of(problem, self.layout)
        self.binding = self.layout.strength_start
        self.low, self.high = low[: self.binding], high[: self.binding]
        self.pairs = sorted(relaxing.first_pairs(problem, set()))

    def _matrix(self, pairs: list[Pair]) -> csc_matrix:
        i, j = np.array(pairs).T
        return relaxing.matrix_of(self.problem, self.layout, i, j)[: self.binding].tocsc()

    def solve(self, rows: np.ndarray | None = None) -> tuple[float, np.ndarray, np.ndarray]:
        """How much is missing in all, the pairs' values, the rows' prices. ``rows``: only these bind."""
        from scipy.sparse import eye, hstack

        binds = np.ones(self.binding, dtype=bool) if rows is None else rows
        low = np.where(binds, self.low, -relaxing.INFINITE)
        high = np.where(binds, self.high, relaxing.INFINITE)
        matrix = self._matrix(self.pairs)
        slack = hstack([eye(self.binding), -eye(self.binding)], format="csc")
        fixed = np.array([pair in self.problem.fixed for pair in self.pairs], dtype=float)
        count = len(self.pairs)
        solver = relaxing.quiet()
        solver.passModel(
            relaxing.linear(
                hstack([matrix, slack], format="csc"), np.concatenate([np.zeros(count), np.ones(2 * self.binding)]),
                np.concatenate([fixed, np.zeros(2 * self.binding)]), np.concatenate([np.ones(count), np.full(2 * self.binding, np.inf)]),
                low, high, 0,
            )
        )  # fmt: skip
        present = set(self.pairs)
        while True:
            solver.run()
            value = solver.getInfo().objective_function_value
            dual = np.array(solver.getSolution().row_dual)
            fresh = self._helping(dual, present) if value > 1e-9 else []
            if not fresh:
                break
            columns = self._matrix(fresh)
            solver.addCols(
                len(fresh), np.zeros(len(fresh)), np.zeros(len(fresh)), np.ones(len(fresh)), columns.nnz,
                columns.indptr[:-1].astype(np.int32), columns.indices.astype(np.int32), columns.data,
            )  # fmt: skip
            self.pairs += fresh
            present |= set(fresh)
        values = np.array(solver.getSolution().col_value)
        return value, np.concatenate([values[:count], values[count + 2 * self.binding :]]), dual

    def _helping(self, dual: np.ndarray, present: set[Pair]) -> list[Pair]:
        problem, layout = self.problem, self.layout
        fresh: set[Pair] = set()
        of = relaxing.rows_of(present)
        barred = problem.by_sponsor("forbidden")
        for block in problem.blocks():
            gain = dual[block][:, None] + dual[layout.sponsors : layout.kind_start][None, :]
            for number, kind in enumerate(layout.kinds):
                start = layout.kind_start + number * layout.places
                gain[problem.kind[block] == kind] += dual[start : start + layout.places]
            for row, i in enumerate(block.tolist()):
                gain[row, of.get(i, []) + barred.get(i, [])] = -1.0
            for row in np.flatnonzero((gain > 1e-7).any(axis=1)).tolist():
                best = np.argsort(-gain[row], kind="stable")[:6]
                fresh |= {(int(block[row]), int(j)) for j in best if gain[row, j] > 1e-7}
        return sorted(fresh)

    def smallest(self, dual: np.ndarray) -> Clash:
        """Rows that contradict each other, none of which could be left out."""
        rows = np.abs(dual) > 1e-7
        suspects = np.flatnonzero(rows)
        if len(suspects) <= MOST_FILTERED:
            for row in suspects.tolist():
                rows[row] = False
                missing, _, _ = self.solve(rows)
                if missing <= 1e-6:
                    rows[row] = True
        named = [self._name(int(row), dual[row]) for row in np.flatnonzero(rows)]
        sponsors = tuple(sorted({at for rule, at in named if rule in ("least", "capacity")}))
        places = tuple(sorted({at for rule, at in named if rule not in ("least", "capacity")}))
        within = set(places)
        barred = sum(1 for _, j in self.problem.forbidden if j in within)
        return Clash("together", sponsors, places, rows=tuple(named), forbidden=barred)

    def _name(self, row: int, price: float) -> tuple[str, int]:
        layout = self.layout
        if row < layout.sponsors:
            return ("least" if price > 0 else "capacity", row)
        if row < layout.kind_start:
            return ("place_least" if price > 0 else "place_most", row - layout.sponsors)
        number, place = divmod(row - layout.kind_start, layout.places)
        return (KINDS[layout.kinds[number]].name.lower(), place)
