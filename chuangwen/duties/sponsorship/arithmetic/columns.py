"""Plans made of whole sets: every set of sponsors that a place could have is a column, and the columns that help are generated.

The relaxation over such columns bounds much better than the one over pairs, for what is weak about a place is counted of whole sponsors; and
the integer programme over the columns that were generated finds plans near that bound. ``Generation`` first climbs along the prices
(subgradients of ``decomposing.Places``), then goes between the relaxation over the columns, which gives prices, and the places, which give
columns. The prices asked about lie between the relaxation's and the best so far, which keeps them from swinging.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

import highspy
import numpy as np

from chuangwen.duties.sponsorship.arithmetic import relaxing
from chuangwen.duties.sponsorship.arithmetic.decomposing import Places, Set
from chuangwen.duties.sponsorship.arithmetic.problem import Pair, Problem
from chuangwen.duties.sponsorship.arithmetic.value import weak_points

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix

CLIMBS = 12
PATIENCE = 6
"""Climbs without a better bound after which the steps are made shorter."""
MIXES = (0.6, 0.3, 0.0)
"""Share of the best prices in those that are asked about; the next one is tried where a choice brings no new column."""
MOST_COLUMNS = 40_000
"""Of the integer programme; the dearest are left out, which costs a better plan perhaps and never the bound."""
ENOUGH = 1e-5
"""Share of the bound at which the generation stops: what is left is smaller than what the integer programme leaves."""


class Generation:
    """Columns for one problem. ``start`` has to keep all rules. ``value`` is the best bound so far."""

    def __init__(self, problem: Problem, relaxed: relaxing.Bound, start: set[Pair]):
        self.problem, self.layout = problem, relaxed.prices.layout
        self.places = Places(problem, self.layout)
        self.value, self.centre = relaxed.value, relaxed.prices.dual.copy()
        self.missed: np.ndarray | None = None
        self.master = Master(problem, self.layout)
        self.take(start)
        strong = self.places.strong
        cheap = [(int(i), int(j)) for i, j in zip(relaxed.i, relaxed.j, strict=True) if not strong[i]]
        self.master.add([], cheap)

    def take(self, pairs: set[Pair]) -> None:
        """The columns of a whole plan."""
        strong, at_place = self.places.strong, [[] for _ in range(self.problem.places)]
        for i, j in sorted(pairs):
            if strong[i]:
                at_place[j].append(i)
        self.master.add([(tuple(sponsors), j) for j, sponsors in enumerate(at_place)], [pair for pair in sorted(pairs) if not strong[pair[0]]])

    def climb(self, target: float, *, until: float, go_on: Callable[[float], bool]) -> None:
        """Subgradients with the step that would reach ``target``, the points of a plan, at once."""
        dual, shorter, waited = self.centre, 1.0, 0
        for _ in range(CLIMBS):
            choice = self.places.choose(dual)
            self.master.add(choice.sets, choice.pairs)
            if choice.value > self.value + 1e-6:
                self.value, self.centre, self.missed, waited = choice.value, dual, choice.missed, 0
            else:
                waited += 1
            missed, value = choice.missed, choice.value
            if waited > PATIENCE and self.missed is not None:
                shorter, waited = shorter * 0.6, 0
                dual, missed, value = self.centre, self.missed, self.value
            if not go_on(self.value) or monotonic() > until or target - self.value <= ENOUGH * abs(target):
                return
            square = float((missed**2).sum())
            if square < 1e-12:
                return
            dual = dual + shorter * (target - value) / square * missed

    def generate(self, *, until: float, go_on: Callable[[float], bool]) -> None:
        """Relaxation and choices in turn, until no place has a column that helps, or the time is over."""
        while monotonic() < until:
            value, dual = self.master.relaxed(until - monotonic())
            if dual is None or value - self.value <= ENOUGH * abs(value):
                return
            for mix in MIXES:
                asked = mix * self.centre + (1 - mix) * dual
                choice = self.places.choose(asked)
                new = self.master.add(choice.sets, choice.pairs)
                if choice.value > self.value:
                    self.value, self.centre = choice.value, asked
                if not go_on(self.value) or monotonic() > until:
                    return
                if new:
                    break
            else:
                return

    def whole(self, seconds: float, tell: Callable[[float | None, float], bool]) -> set[Pair] | None:
        """The best plan of the columns that there are, or the best found in this time."""
        return self.master.whole(seconds, tell, gap=ENOUGH).pairs

    def prove(self, points: float, seconds: float, tell: Callable[[float | None, float], bool]) -> relaxing.Found | None:
        """The best of all plans with fewer than ``points``, where the columns that such a plan could use can be counted; ``impossible`` says
        that there is none, so that the plan with these points is the best. None where they are too many."""
        here = self.places.choose(self.centre).value  # what is counted from: the bound itself may come from the relaxation over pairs
        until = monotonic() + seconds
        within = self.places.within(
            self.centre, points - here, MOST_COLUMNS, go_on=lambda: tell(None, self.value) and monotonic() < until
        )
        if within is None:
            return None
        every = Master(self.problem, self.layout)
        every.add(*within)
        return every.whole(until - monotonic(), tell)


class Master:
    """The programme over the columns: one set for each place, pairs of sponsors without strength, what is overloaded."""

    def __init__(self, problem: Problem, layout: relaxing.Layout):
        self.problem, self.layout = problem, layout
        low, high = relaxing.bounds_of(problem, layout)
        kept = np.r_[0 : layout.strength_start, layout.load_start : layout.rows]
        self.kept = kept
        ones = np.ones(layout.places)
        self.low, self.high = np.concatenate([low[kept], ones]), np.concatenate([high[kept], ones])
        self.known: dict[Set | Pair, int] = {}
        self.columns: list[Set | Pair] = []
        self.matrices: list[csc_matrix] = []
        self.costs: list[np.ndarray] = []
        self.solver = relaxing.quiet()
        from scipy.sparse import coo_matrix

        many = np.flatnonzero(~problem.single)
        rows = layout.strength_start + many
        self.overload = coo_matrix((-np.ones(len(many)), (rows, np.arange(len(many)))), shape=(len(self.low), len(many))).tocsc()
        cost = np.full(len(many), problem.rules.overload)
        top = np.full(len(many), relaxing.INFINITE)
        self.solver.passModel(relaxing.linear(self.overload, cost, np.zeros(len(many)), top, self.low, self.high, 0))
        self.extra = len(many)

    def add(self, sets: list[Set], pairs: list[Pair]) -> int:
        """Columns that are not there yet; how many those were."""
        fresh: list[Set | Pair] = [each for each in dict.fromkeys([*sets, *pairs]) if each not in self.known]
        if not fresh:
            return 0
        problem = self.problem
        members = [(each[0] if isinstance(each[0], tuple) else (each[0],)) for each in fresh]
        j = np.array([each[1] for each in fresh])
        count = np.array([len(one) for one in members])
        of = np.repeat(np.arange(len(fresh)), count)
        i = np.array([one for each in members for one in each], dtype=int)
        whole = np.array([isinstance(each[0], tuple) for each in fresh])
        share = np.bincount(of, problem.gives[i] * problem.part[j[of]], minlength=len(fresh))
        cost: np.ndarray = np.bincount(of, problem.cost_of(list(zip(i.tolist(), j[of].tolist(), strict=True))), minlength=len(fresh))
        cost = cost + np.where(whole, weak_points(problem, share, j), 0.0)
        matrix = self._matrix(i, j, of, whole)
        fixed = np.array([not is_set and each in problem.fixed for each, is_set in zip(fresh, whole.tolist(), strict=True)], dtype=float)
        self.solver.addCols(
            len(fresh), cost, fixed, np.ones(len(fresh)), matrix.nnz, matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32),
            matrix.data,
        )  # fmt: skip
        for each in fresh:
            self.known[each] = len(self.columns)
            self.columns.append(each)
        self.matrices.append(matrix)
        self.costs.append(cost)
        return len(fresh)

    def _matrix(self, i: np.ndarray, j: np.ndarray, of: np.ndarray, whole: np.ndarray) -> csc_matrix:
        from scipy.sparse import coo_matrix, vstack

        pairs = relaxing.matrix_of(self.problem, self.layout, i, j[of])[self.kept]
        sums = coo_matrix((np.ones(len(of)), (np.arange(len(of)), of)), shape=(len(of), len(j))).tocsc()
        at = np.flatnonzero(whole)
        one = coo_matrix((np.ones(len(at)), (j[at], at)), shape=(self.layout.places, len(j)))
        return vstack([pairs @ sums, one]).tocsc()

    def relaxed(self, seconds: float) -> tuple[float, np.ndarray | None]:
        """Points of the relaxation over these columns, and the prices of the layout's rows (None: not solved in the time)."""
        solver = self.solver
        solver.setOptionValue("time_limit", float(solver.getRunTime() + max(0.5, seconds)))
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return np.inf, None
        dual = np.zeros(self.layout.rows)
        dual[self.kept] = np.array(solver.getSolution().row_dual)[: len(self.kept)]
        return float(solver.getInfo().objective_function_value), dual

    def whole(self, seconds: float, tell: Callable[[float | None, float], bool], *, gap: float = 0.0) -> relaxing.Found:
        """The best plan of these columns (within ``gap``, a share), or the best that was found in the time."""
        from scipy.sparse import hstack

        began = monotonic()
        _value, dual = self.relaxed(seconds)
        if self.solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return relaxing.Found(None, relaxing.INFINITE, True, True)
        if dual is None:
            return relaxing.Found(None, -relaxing.INFINITE, False)
        cost, matrix = np.concatenate(self.costs), hstack(self.matrices, format="csc")
        reduced = cost - matrix.T @ np.array(self.solver.getSolution().row_dual)
        at = np.arange(len(cost)) if len(cost) <= MOST_COLUMNS else np.sort(np.argpartition(reduced, MOST_COLUMNS)[:MOST_COLUMNS])
        fixed = np.array([self.columns[k] in self.problem.fixed for k in at.tolist()], dtype=float)
        full = hstack([matrix[:, at], self.overload], format="csc")
        costs = np.concatenate([cost[at], np.full(self.extra, self.problem.rules.overload)])
        lower = np.concatenate([fixed, np.zeros(self.extra)])
        upper = np.concatenate([np.ones(len(at)), np.full(self.extra, relaxing.INFINITE)])
        model = relaxing.linear(full, costs, lower, upper, self.low, self.high, len(at))
        solver = relaxing.solved(model, len(at), None, seconds - (monotonic() - began), 0.0, tell, gap=gap)
        status, information = solver.getModelStatus(), solver.getInfo()
        if status == highspy.HighsModelStatus.kInfeasible:
            return relaxing.Found(None, relaxing.INFINITE, True, True)
        if information.primal_solution_status != 2:
            return relaxing.Found(None, information.mip_dual_bound, False)
        values = np.array(solver.getSolution().col_value[: len(at)])
        chosen = [self.columns[k] for k in at[values > 0.5].tolist()]
        pairs = {(i, each[1]) for each in chosen for i in (each[0] if isinstance(each[0], tuple) else (each[0],))}
        return relaxing.Found(pairs, information.mip_dual_bound, status == highspy.HighsModelStatus.kOptimal)
