"""The mathematical programme over some of the pairs, and its bound over all of them.

``Programme`` is the mixed-integer programme over given pairs, solved by HiGHS. ``bound`` solves its relaxation by column generation: it
begins with the cheapest pairs, asks every pair that is not in it yet (block by block) whether it would help at the present prices, and ends
when none would. The value is then a bound for all pairs, and the reduced cost says of each pair what the plan would lose at least by it.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING

import highspy
import numpy as np

from chuangwen.duties.sponsorship.arithmetic.problem import KINDS, Pair, Problem
from chuangwen.duties.sponsorship.arithmetic.value import overload_points, sums_of, weak_points

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix

INFINITE = highspy.kHighsInf
EXACT = 1e-7
SOLVED = 1e-6
"""Points by which the integer programme may miss the best."""


@dataclass(frozen=True)
class Layout:
    """Where the rows of the programme stand: sponsors, places, kinds at places, strength, load."""

    sponsors: int
    places: int
    kinds: tuple[int, ...]

    @property
    def kind_start(self) -> int:
        return self.sponsors + self.places

    @property
    def strength_start(self) -> int:
        return self.kind_start + len(self.kinds) * self.places

    @property
    def load_start(self) -> int:
        return self.strength_start + self.places

    @property
    def rows(self) -> int:
        return self.load_start + self.sponsors


def layout_of(problem: Problem) -> Layout:
    return Layout(problem.sponsors, problem.places, tuple(k for k in KINDS if problem.rules.at_least[k] > 0))


def bounds_of(problem: Problem, layout: Layout) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper bounds of the rows."""
    low, high = np.full(layout.rows, -INFINITE), np.full(layout.rows, INFINITE)
    low[: layout.sponsors], high[: layout.sponsors] = problem.least, problem.capacity
    low[layout.sponsors : layout.kind_start], high[layout.sponsors : layout.kind_start] = problem.place_least, problem.place_most
    for number, kind in enumerate(layout.kinds):
        start = layout.kind_start + number * layout.places
        low[start : start + layout.places] = problem.rules.at_least[kind]
    low[layout.strength_start : layout.load_start] = np.where(problem.due > 0, problem.rules.enough, -INFINITE)
    high[layout.load_start :] = np.where(problem.single, INFINITE, 1.0)
    return low, high


def matrix_of(problem: Problem, layout: Layout, i: np.ndarray, j: np.ndarray) -> csc_matrix:
    """The columns of these pairs."""
    from scipy.sparse import coo_matrix  # takes long to read: only who solves waits for it

    count = len(i)
    column = np.arange(count)
    rows, values, columns = [i, layout.sponsors + j], [np.ones(count), np.ones(count)], [column, column]
    for number, kind in enumerate(layout.kinds):
        of = problem.kind[i] == kind
        rows.append(layout.kind_start + number * layout.places + j[of])
        values.append(np.ones(int(of.sum())))
        columns.append(column[of])
    rows += [layout.strength_start + j, layout.load_start + i]
    values += [problem.gives[i] * problem.part[j], problem.load[j] / problem.bears[i]]
    columns += [column, column]
    return coo_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(layout.rows, count)).tocsc()


def soft_of(problem: Problem, layout: Layout) -> tuple[csc_matrix, np.ndarray, np.ndarray]:
    """The columns of what is missing (down to half of ``enough``, and deep) and of overload; their prices; their upper bounds."""
    from scipy.sparse import coo_matrix

    rules, places, sponsors = problem.rules, np.arange(layout.places), np.arange(layout.sponsors)
    rows = np.concatenate([layout.strength_start + places, layout.strength_start + places, layout.load_start + sponsors])
    values = np.concatenate([np.ones(2 * layout.places), -np.ones(layout.sponsors)])
    matrix = coo_matrix((values, (rows, np.arange(len(rows)))), shape=(layout.rows, len(rows))).tocsc()
    prices = np.repeat([rules.weak, rules.weak * rules.deep, rules.overload], [layout.places, layout.places, layout.sponsors])
    tops = np.repeat([rules.enough / 2, INFINITE, INFINITE], [layout.places, layout.places, layout.sponsors])
    return matrix, prices.astype(float), tops


def linear(
    matrix: csc_matrix, cost: np.ndarray, lower: np.ndarray, upper: np.ndarray, low: np.ndarray, high: np.ndarray, integer: int
) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = matrix.shape[1], matrix.shape[0]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, lower, upper
    lp.row_lower_, lp.row_upper_ = low, high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    if integer:
        kinds = [highspy.HighsVarType.kInteger] * integer + [highspy.HighsVarType.kContinuous] * (matrix.shape[1] - integer)
        lp.integrality_ = kinds
    return lp


@cache
def _banner_is_out() -> bool:
    """The library writes its name to the standard output with the first solver of a process, past every option: into nothing, so that what a
    command prints stays what it prints."""
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.close(nothing)
        highspy.Highs()
    finally:
        os.dup2(kept, 1)
        os.close(kept)
    return True


def quiet() -> highspy.Highs:
    """A solver that says nothing, works in one thread and always in the same order."""
    _banner_is_out()
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 7)
    return solver


# -- the mixed-integer programme -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """What the integer programme gave: the pairs (None: none found in the time), the bound it proved, whether there is nothing at all."""

    pairs: set[Pair] | None
    bound: float
    proven: bool
    impossible: bool = False


def programme(
    problem: Problem,
    i: np.ndarray,
    j: np.ndarray,
    *,
    held: AbstractSet[Pair] = frozenset(),
    start: set[Pair] | None = None,
    seconds: float,
    tell: Callable[[float | None, float], bool] = lambda best, bound: True,
) -> Found:
    """The best set of the pairs (i, j) beside those ``held``, which stay. ``tell(best, bound)`` is asked about twice a second whether to go on.

    With ``held`` the value and bound are those of the whole set of pairs.
    """
    from scipy.sparse import csc_matrix

    layout = layout_of(problem)
    low, high = bounds_of(problem, layout)
    matrix = matrix_of(problem, layout, i, j)
    soft, prices, tops = soft_of(problem, layout)
    offset = 0.0
    if held:
        kept_i, kept_j = np.array(sorted(held)).T
        activity = np.asarray(matrix_of(problem, layout, kept_i, kept_j).sum(axis=1)).ravel()
        low, high = low - activity, high - activity
        offset = float(problem.cost_of(sorted(held)).sum())
    soft_touched = np.ones(soft.shape[1], dtype=bool)
    if held:  # what no pair touches is a constant
        touched = np.asarray(np.abs(matrix).sum(axis=1)).ravel() > 0
        soft_touched = np.asarray((np.abs(soft).T @ touched.astype(float)) > 0).ravel()
        offset += _constant(problem, layout, held, touched)
        matrix, soft, low, high = matrix[touched], soft[touched], low[touched], high[touched]
    columns = csc_matrix(_beside(matrix, soft[:, soft_touched]))
    pairs = list(zip(i.tolist(), j.tolist(), strict=True))
    fixed = np.array([pair in problem.fixed for pair in pairs], dtype=float)
    count, others = len(pairs), int(soft_touched.sum())
    cost = np.concatenate([problem.cost_of(pairs), prices[soft_touched]])
    lower = np.concatenate([fixed, np.zeros(others)])
    upper = np.concatenate([np.ones(count), tops[soft_touched]])
    model = linear(columns, cost, lower, upper, low, high, count)
    began, chosen = monotonic(), None
    if start is not None:
        chosen = np.flatnonzero([pair in start for pair in pairs]).astype(np.int32)
    solver = solved(model, count, chosen, seconds, offset, tell)
    if chosen is not None and _miscounted(solver, cost):
        solver = solved(model, count, None, seconds - (monotonic() - began), offset, tell)
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Found(None, INFINITE, True, True)
    information = solver.getInfo()
    if information.primal_solution_status != 2:
        return Found(None, information.mip_dual_bound + offset, False)
    values = np.array(solver.getSolution().col_value[:count])
    chosen_pairs = {pairs[at] for at in np.flatnonzero(values > 0.5)} | set(held)
    return Found(chosen_pairs, information.mip_dual_bound + offset, status == highspy.HighsModelStatus.kOptimal)


def solved(
    model: highspy.HighsLp, count: int, chosen: np.ndarray | None, seconds: float, offset: float,
    tell: Callable[[float | None, float], bool], *, gap: float = 0.0,
) -> highspy.Highs:  # fmt: skip
    """The solver when it has ended: with the best, or the best within ``gap`` (a share). It begins with the columns ``chosen`` where they are
    given."""
    solver = quiet()
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_abs_gap", SOLVED)
    solver.setOptionValue("time_limit", max(0.1, seconds))
    solver.passModel(model)
    if chosen is not None:
        values = np.zeros(count)
        values[chosen] = 1.0
        solver.setSolution(count, np.arange(count, dtype=np.int32), values)
    _run(solver, offset, tell)
    return solver


def _miscounted(solver: highspy.Highs, cost: np.ndarray) -> bool:
    """Whether the solver's points are not those of the solution it gives: HiGHS 1.16 sometimes counts amiss where it was given a start, and the
    bound it then states is too low to prove the plan with."""
    information = solver.getInfo()
    if information.primal_solution_status != 2:
        return False
    points = float(cost @ np.array(solver.getSolution().col_value))
    return abs(points - information.objective_function_value) > SOLVED * max(1.0, abs(points))


def _beside(left: csc_matrix, right: csc_matrix) -> csc_matrix:
    from scipy.sparse import hstack

    return hstack([left, right], format="csc")


def _constant(problem: Problem, layout: Layout, held: AbstractSet[Pair], touched: np.ndarray) -> float:
    """Points of weakness and overload where no free pair touches."""
    share, load = sums_of(problem, held)
    weak = weak_points(problem, share)[~touched[layout.strength_start : layout.load_start]]
    return float(weak.sum() + overload_points(problem, load)[~touched[layout.load_start :]].sum())


def _run(solver: highspy.Highs, offset: float, tell: Callable[[float | None, float], bool]) -> tuple[float | None, float]:
    """Solve in a thread of its own and ask ``tell`` from this one, which owns what it writes to. What ``tell`` raises is raised here."""
    seen: dict[str, float] = {}
    stop, done = threading.Event(), threading.Event()

    def look(event: highspy.HighsCallbackEvent) -> None:
        out = event.data_out
        seen["best"], seen["bound"] = out.mip_primal_bound, out.mip_dual_bound

    def interrupt(event: highspy.HighsCallbackEvent) -> None:
        look(event)
        if stop.is_set() and event.data_in is not None:
            event.data_in.user_interrupt = True

    solver.cbMipInterrupt += interrupt
    solver.cbMipLogging += look

    def work() -> None:
        try:
            solver.run()
        finally:
            done.set()

    thread = threading.Thread(target=work, daemon=True, name="highs")
    thread.start()
    try:
        while not done.wait(0.4):
            best = seen.get("best", INFINITE)
            if not tell(best + offset if best < INFINITE / 2 else None, seen.get("bound", -INFINITE) + offset):
                stop.set()
    finally:
        stop.set()
        thread.join()
    return seen.get("best"), seen.get("bound", -INFINITE)


# -- the bound over all pairs ----------------------------------------------------------------------------------------------------


@dataclass
class Prices:
    """Dual prices of the rows. ``reduced(block)`` gives rows of reduced costs of every pair of these sponsors (forbidden: infinite)."""

    problem: Problem
    layout: Layout
    dual: np.ndarray

    def reduced(self, block: np.ndarray) -> np.ndarray:
        problem, layout, dual = self.problem, self.layout, self.dual
        found = problem.costs(block)
        found -= dual[block][:, None]
        found -= dual[layout.sponsors : layout.kind_start][None, :]
        for number, kind in enumerate(layout.kinds):
            start = layout.kind_start + number * layout.places
            found[problem.kind[block] == kind] -= dual[start : start + layout.places]
        found -= problem.gives[block][:, None] * (dual[layout.strength_start : layout.load_start] * problem.part)[None, :]
        found -= (dual[layout.load_start :][block] / problem.bears[block])[:, None] * problem.load[None, :]
        return found


@dataclass
class Bound:
    """The relaxation: its value, its prices, the pairs that it looked at, which sponsors' pairs it uses, and whether it is at its end."""

    value: float
    prices: Prices
    i: np.ndarray
    j: np.ndarray
    used: np.ndarray
    complete: bool


def first_pairs(problem: Problem, start: set[Pair], each: int = 12) -> set[Pair]:
    """The cheapest places of every sponsor and the cheapest sponsors of every place, beside ``start``, the running plan and what is fixed."""
    found = set(start) | set(problem.fixed)
    found |= {pair for pair in problem.running or () if pair not in problem.forbidden}
    best: list[list[tuple[float, int]]] = [[] for _ in range(problem.places)]
    for block in problem.blocks():
        costs = problem.costs(block)
        few = min(each, problem.places)
        for row, places in zip(block.tolist(), np.argpartition(costs, few - 1, axis=1)[:, :few], strict=True):
            found |= {(row, int(j)) for j in places if np.isfinite(costs[row - block[0], j])}
        few = min(each, len(block))
        rows = np.argpartition(costs, few - 1, axis=0)[:few]
        for j in range(problem.places):
            best[j] += [(float(costs[r, j]), int(block[r])) for r in rows[:, j] if np.isfinite(costs[r, j])]
    for j, candidates in enumerate(best):
        found |= {(i, j) for _, i in sorted(candidates)[:each]}
    return found


def bound(problem: Problem, start: set[Pair], *, until: float, go_on: Callable[[float], bool] = lambda value: True) -> Bound:
    """Solve the relaxation. ``start`` has to keep all rules. Ends at ``until`` (``time.monotonic``) with the bound that holds then."""
    layout = layout_of(problem)
    low, high = bounds_of(problem, layout)
    soft, soft_prices, tops = soft_of(problem, layout)
    pairs = sorted(first_pairs(problem, start))
    present = set(pairs)
    solver = quiet()
    i, j = np.array(pairs).T
    matrix = _beside(matrix_of(problem, layout, i, j), soft)
    fixed = np.array([pair in problem.fixed for pair in pairs], dtype=float)
    lower = np.concatenate([fixed, np.zeros(soft.shape[1])])
    upper = np.concatenate([np.ones(len(pairs)), tops])
    solver.passModel(linear(matrix, np.concatenate([problem.cost_of(pairs), soft_prices]), lower, upper, low, high, 0))
    first, best = len(pairs), -np.inf
    while True:
        solver.setOptionValue("time_limit", float(solver.getRunTime() + max(0.5, until - monotonic())))
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            break
        value = solver.getInfo().objective_function_value
        prices = Prices(problem, layout, np.array(solver.getSolution().row_dual))
        fresh, lost = _helping(problem, prices, present)
        if value + lost > best:
            best, kept = value + lost, prices
        if not fresh or not go_on(best) or monotonic() > until:
            break
        add = sorted(fresh)
        present |= set(add)
        a, b = np.array(add).T
        columns = matrix_of(problem, layout, a, b)
        solver.addCols(
            len(add), problem.cost_of(add), np.zeros(len(add)), np.ones(len(add)), columns.nnz, columns.indptr[:-1].astype(np.int32),
            columns.indices.astype(np.int32), columns.data,
        )  # fmt: skip
        pairs += add
    if best == -np.inf:
        return Bound(0.0, Prices(problem, layout, np.zeros(layout.rows)), i, j, np.zeros(len(i)), False)
    values = np.array(solver.getSolution().col_value)
    used = np.concatenate([values[:first], values[first + soft.shape[1] :]])
    every = np.array(pairs)
    used = used if len(used) == len(every) else np.zeros(len(every))
    return Bound(best, kept, every[:, 0], every[:, 1], used, not fresh)


def _helping(problem: Problem, prices: Prices, present: set[Pair]) -> tuple[set[Pair], float]:
    """Pairs not in the programme yet that would make it better, the best few of each sponsor and place; and by how much at most they could
    (no more than ``capacity`` of a sponsor's pairs are chosen)."""
    fresh: set[Pair] = set()
    lost = 0.0
    of = rows_of(present)
    for block in problem.blocks():
        reduced = prices.reduced(block)
        for row, i in enumerate(block.tolist()):
            reduced[row, of.get(i, [])] = np.inf
        bad = reduced < -EXACT
        if not bad.any():
            continue
        for row in np.flatnonzero(bad.any(axis=1)).tolist():
            i = int(block[row])
            line = reduced[row]
            order = np.flatnonzero(line < -EXACT)
            order = order[np.argsort(line[order], kind="stable")]
            lost += float(line[order[: int(problem.capacity[i])]].sum())
            fresh |= {(i, int(j)) for j in order[:6]}
        columns = np.flatnonzero(bad.any(axis=0))
        rows = np.argmin(reduced[:, columns], axis=0)
        fresh |= {(int(block[r]), int(j)) for r, j in zip(rows, columns, strict=True)}
    return fresh, lost


def corner(problem: Problem, found: Bound) -> set[Pair]:
    """A plan made of the relaxation: strength and load are no longer rules but paid at its prices, and what is left is a network, whose corners
    are whole numbers. It keeps all binding rules."""
    layout = layout_of(problem)
    low, high = bounds_of(problem, layout)
    binding = layout.strength_start
    i, j, dual = found.i, found.j, found.prices.dual
    pairs = list(zip(i.tolist(), j.tolist(), strict=True))
    cost = problem.cost_of(pairs) - problem.gives[i] * problem.part[j] * dual[layout.strength_start + j]
    cost = cost - problem.load[j] / problem.bears[i] * dual[layout.load_start + i]
    cost = cost - 1e-3 * found.used  # among equals, what the relaxation itself took
    fixed = np.array([pair in problem.fixed for pair in pairs], dtype=float)
    solver = quiet()
    solver.passModel(
        linear(matrix_of(problem, layout, i, j)[:binding].tocsc(), cost, fixed, np.ones(len(pairs)), low[:binding], high[:binding], 0)
    )
    solver.run()
    values = np.array(solver.getSolution().col_value)
    return {pairs[at] for at in np.flatnonzero(values > 0.5)}


def rows_of(pairs: set[Pair]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for i, j in pairs:
        found.setdefault(i, []).append(j)
    return found


def worth_asking(problem: Problem, found: Bound, within: float, most: int) -> tuple[np.ndarray, np.ndarray, float]:
    """The pairs that a plan no more than ``within`` points above the bound could use; and the reduced cost from which on pairs were left out
    because there were more than ``most`` (infinite where none was)."""
    rows: list[np.ndarray] = []
    columns: list[np.ndarray] = []
    costs: list[np.ndarray] = []
    for block in problem.blocks():
        reduced = found.prices.reduced(block)
        r, c = np.nonzero(reduced <= within + EXACT)
        rows.append(block[r])
        columns.append(c)
        costs.append(reduced[r, c])
    i, j, cost = np.concatenate(rows), np.concatenate(columns), np.concatenate(costs)
    left_out = np.inf
    if len(i) > most:
        keep = np.argpartition(cost, most)[:most]
        left_out = float(np.delete(cost, keep).min())
        i, j = i[keep], j[keep]
    return i, j, left_out
