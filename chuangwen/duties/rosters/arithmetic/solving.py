"""A roster with its gap, by HiGHS.

Slots that the same people can take at the same time are one *class*: the sums ask whether a person takes one of them, and who stands at which
of the posts is dealt out afterwards. Per person the rules are intervals in time (a turn with its rest), so that the relaxation has few broken
numbers. Small months are solved whole. Others are solved week by week with the sums of the weeks before, then each week again among all others
while that helps; the bound is the relaxation of the whole month over kinds of turns. What is not proven carries its gap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from chuangwen.duties.rosters.arithmetic.dealing import deal
from chuangwen.duties.rosters.arithmetic.greedy import by_hand
from chuangwen.duties.rosters.arithmetic.problem import DAY, Problem, Slot, Turn
from chuangwen.duties.rosters.arithmetic.value import Value, breaks, value_of

if TYPE_CHECKING:
    from scipy.optimize import LinearConstraint

EPSILON = 1e-6
WHOLE = 12_000
"""So many choices at most are solved as a whole month."""


@dataclass(frozen=True)
class Progress:
    """How far it is: the phase, weeks done of all, the best so far and the bound, where there is one."""

    phase: str
    done: int
    total: int
    best: float | None = None
    bound: float | None = None


@dataclass(frozen=True)
class Answer:
    """A roster. No roster has fewer points than ``bound``."""

    turns: frozenset[Turn]
    value: Value
    bound: float
    seconds: float

    @property
    def gap(self) -> float:
        """Share of its points by which a better roster could still be better; 0: proven to be the best."""
        lacking = self.value.total - self.bound
        return 0.0 if lacking <= EPSILON * max(1.0, abs(self.value.total)) else lacking / max(abs(self.value.total), 1e-9)

    @property
    def proven(self) -> bool:
        return self.gap == 0.0


Report = Callable[[Progress], None]


def solve(
    problem: Problem, *, seconds: float = 60.0, report: Report = lambda progress: None, enough: float = 0.0
) -> Answer:
    """The best roster that is found in about so many seconds; as few people as possible are missing. What ``report`` raises ends it.

    Never worse than what a clerk would do by hand. ``enough``: a gap (share of the points) with which no better one is looked for.
    """
    started = perf_counter()

    def left() -> float:
        return max(0.2, seconds - (perf_counter() - started))

    weeks = sorted({int(problem.week[slot.day]) for slot in problem.slots})
    of_week = {week: [at for at, slot in enumerate(problem.slots) if problem.week[slot.day] == week] for week in weeks}
    report(Progress("bound", 0, len(weeks)))
    bound = lower_bound(problem, seconds=min(left(), max(2.0, seconds / 4)))
    turns: set[Turn] = set(problem.held)
    for number, week in enumerate(weeks):
        report(Progress("weeks", number, len(weeks), bound=bound))
        found = _part(problem, of_week[week], turns, seconds=max(0.2, left() / (len(weeks) - number + 1)))
        turns |= found[0]
    best = value_of(problem, turns)
    hand = by_hand(problem)
    by_clerk = value_of(problem, hand)
    if by_clerk.total < best.total and _sound(problem, hand, problem.held):
        turns, best = set(hand), by_clerk
    turns, best = _better(problem, of_week, turns, best, bound, left, report, enough)
    choices = int(problem.able.sum())
    whole = _Classes(problem, list(range(len(problem.slots)))).choices if choices < 40 * WHOLE else WHOLE + 1
    if not _good(best, bound, enough) and whole <= WHOLE and left() > 0.5:
        report(Progress("whole", 0, 1, best.total, bound))
        found_all, proven = _part(problem, list(range(len(problem.slots))), set(problem.held), seconds=left())
        candidate = set(problem.held) | found_all
        value = value_of(problem, candidate)
        bound = max(bound, min(proven, value.total, best.total))
        if value.total < best.total - EPSILON:
            turns, best = candidate, value
    return Answer(frozenset(turns), best, min(bound, best.total), perf_counter() - started)


def _good(best: Value, bound: float, enough: float) -> bool:
    return best.total - bound <= max(EPSILON, enough) * max(1.0, best.total)


def _better(
    problem: Problem, of_week: dict[int, list[int]], turns: set[Turn], best: Value, bound: float, left: Callable[[], float], report: Report,
    enough: float,
) -> tuple[set[Turn], Value]:
    """Each week again among all the others, as long as that helps and there is time."""
    idle, weeks = 0, list(of_week)
    for number in range(20 * len(weeks)):
        if idle >= len(weeks) or left() < 1.0 or _good(best, bound, enough):
            break
        week = weeks[number % len(weeks)]
        report(Progress("again", number, number + len(weeks), best.total, bound))
        mine = set(of_week[week])
        others = {turn for turn in turns if turn[1] not in mine or turn in problem.held}
        found, _bound = _part(problem, of_week[week], others, seconds=left() / 2)
        candidate = others | found
        value = value_of(problem, candidate)
        if value.total < best.total - EPSILON:
            turns, best, idle = candidate, value, 0
        else:
            idle += 1
    return turns, best


class _Classes:
    """The free slots of a part by class, and who could take which: ``column[person, class]`` is the number of the choice, -1 for none."""

    def __init__(self, problem: Problem, free: Iterable[int], placed: Iterable[Turn] = ()):
        self.problem = problem
        groups: dict[tuple, list[int]] = defaultdict(list)
        for at in free:
            slot = problem.slots[at]
            key = (slot.day, slot.start, slot.end, slot.kind, slot.weekend, slot.early, slot.floor, problem.able[:, at].tobytes())
            groups[key].append(at)
        self.members = [groups[key] for key in sorted(groups, key=lambda key: key[:4])]
        self.slots = [problem.slots[members[0]] for members in self.members]
        self.placed = sorted(placed)
        there = np.zeros(len(problem.slots), dtype=int)
        for _person, at in self.placed:
            there[at] += 1
        self.least = np.array([sum(max(0, problem.slots[at].least - there[at]) for at in members) for members in self.members], dtype=int)
        self.most = np.array([sum(max(0, problem.slots[at].most - there[at]) for at in members) for members in self.members], dtype=int)
        able = np.array([problem.able[:, members[0]] for members in self.members], dtype=bool).T.reshape(problem.people, len(self.members))
        able = able & (self.most > 0)
        self.room = problem.per_week[:, None] - problem.taken
        self._keep_out(able)
        self.column = np.full(able.shape, -1)
        self.column[able] = np.arange(able.sum())
        self.choices = int(able.sum())
        self.person, self.at = np.nonzero(able)

    def _keep_out(self, able: np.ndarray) -> None:
        """Take away what clashes with turns that are placed already, and count these towards the week."""
        day = np.array([slot.day for slot in self.slots], dtype=int)
        start = np.array([slot.start for slot in self.slots], dtype=int)
        end = np.array([slot.end for slot in self.slots], dtype=int)
        rest = self.problem.rest
        self.room = self.room.copy()
        for person, at in self.placed:
            slot = self.problem.slots[at]
            self.room[person, self.problem.week[slot.day]] -= 1
            after = np.where(start >= slot.start, start < slot.end + rest, slot.start < end + rest)
            able[person] &= ~((day == slot.day) | after)
        week = self.problem.week[day] if len(day) else day
        able &= self.room[:, week] > 0


class _Rows:
    """Rows of a sparse matrix, as they come."""

    def __init__(self) -> None:
        self.row: list[np.ndarray] = []
        self.col: list[np.ndarray] = []
        self.data: list[np.ndarray] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def add(self, columns: np.ndarray, values: np.ndarray | float, low: float, high: float) -> None:
        self.row.append(np.full(len(columns), len(self.low)))
        self.col.append(np.asarray(columns))
        self.data.append(np.broadcast_to(np.asarray(values, dtype=float), len(columns)))
        self.low.append(low)
        self.high.append(high)

    def constraint(self, columns: int) -> LinearConstraint:
        from scipy.optimize import LinearConstraint  # takes long to read: only who solves waits for it
        from scipy.sparse import csr_matrix

        matrix = csr_matrix(
            (np.concatenate(self.data), (np.concatenate(self.row), np.concatenate(self.col))), shape=(len(self.low), columns)
        )
        return LinearConstraint(matrix, np.array(self.low), np.array(self.high))


class _Model:
    """Columns with cost and bounds; steps of a convex sum are columns of their own, each dearer than the one before."""

    def __init__(self) -> None:
        self.cost: list[np.ndarray] = []
        self.high: list[np.ndarray] = []
        self.low: list[np.ndarray] = []
        self.whole: list[np.ndarray] = []
        self.size = 0
        self.rows = _Rows()

    def columns(self, cost: np.ndarray, high: np.ndarray | float, *, whole: bool, low: np.ndarray | float = 0.0) -> np.ndarray:
        count = len(cost)
        self.cost.append(np.asarray(cost, dtype=float))
        self.high.append(np.broadcast_to(np.asarray(high, dtype=float), count))
        self.low.append(np.broadcast_to(np.asarray(low, dtype=float), count))
        self.whole.append(np.full(count, int(whole)))
        self.size += count
        return np.arange(self.size - count, self.size)

    def squares(self, columns: np.ndarray, base: int, weight: float, most: int) -> None:
        """Let ``weight`` times the square of ``base`` and the sum of the columns cost what the columns add to it."""
        if not len(columns) or not weight or most <= 0:
            return
        steps = self.columns(weight * (2 * (base + np.arange(most)) + 1), 1.0, whole=False)
        self.rows.add(np.concatenate([columns, steps]), np.concatenate([np.ones(len(columns)), -np.ones(most)]), -np.inf, 0.0)

    def run(self, seconds: float, *, relaxed: bool = False) -> tuple[np.ndarray | None, float, bool]:
        """The best columns (None where none were found in time), a bound below all, and whether none is better."""
        from scipy.optimize import Bounds, milp

        found = milp(
            np.concatenate(self.cost), constraints=self.rows.constraint(self.size),
            bounds=Bounds(np.concatenate(self.low), np.concatenate(self.high)),
            integrality=None if relaxed else np.concatenate(self.whole), options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )  # fmt: skip
        if relaxed:
            return (found.x, float(found.fun), True) if found.status == 0 else (None, -np.inf, False)
        bound = found.get("mip_dual_bound")
        return found.x, -np.inf if bound is None else float(bound), found.status == 0


def _part(problem: Problem, free: list[int], placed: set[Turn], *, seconds: float) -> tuple[set[Turn], float]:
    """Turns for these slots beside those that are placed, and a bound of the value of all of it. Nothing found in time: as a clerk would."""
    classes = _Classes(problem, free, placed)
    base_value = value_of(problem, placed)
    if not classes.choices:
        return set(), base_value.total
    model = _Model()
    weights = problem.weights
    day = np.array([slot.day for slot in classes.slots])
    x = model.columns(problem.wish[classes.person, day[classes.at]], 1.0, whole=True)
    _demand(model, classes, x, day)
    _person_rules(model, classes)
    base = _base_loads(problem, placed)
    flags = np.array([(True, slot.weekend, slot.early) for slot in classes.slots])
    order = np.argsort(classes.person, kind="stable")
    cuts = np.searchsorted(classes.person[order], np.arange(problem.people + 1))
    for person in range(problem.people):
        mine = order[cuts[person] : cuts[person + 1]]
        for measure, weight in enumerate((weights.load, weights.weekend, weights.early)):
            chosen = mine[flags[classes.at[mine], measure]]
            most = len(set(day[classes.at[chosen]].tolist()))
            model.squares(x[chosen], int(base[person, measure]), weight, most)
    found, bound, optimal = model.run(seconds)
    missing_elsewhere = _missing_elsewhere(problem, free, placed)
    constant = base_value.total - weights.short * base_value.short + weights.short * missing_elsewhere
    if found is None:
        return _as_a_clerk(problem, free, placed), -np.inf
    chosen_columns = np.flatnonzero(found[x] > 0.5)
    taken: dict[int, list[int]] = defaultdict(list)
    for column in chosen_columns.tolist():
        taken[int(classes.at[column])].append(int(classes.person[column]))
    dealt = deal(problem, {at: (classes.members[at], people) for at, people in taken.items()}, placed)
    if not optimal:
        other = _as_a_clerk(problem, free, placed)
        if value_of(problem, placed | other).total < value_of(problem, placed | dealt).total:
            dealt = other
    return dealt, constant + bound


def _as_a_clerk(problem: Problem, free: list[int], placed: set[Turn]) -> set[Turn]:
    kept = sorted(free)
    mine = set(kept)
    every = [slot._replace(least=slot.least if at in mine else 0, most=slot.most if at in mine else 0) for at, slot in enumerate(problem.slots)]
    found = by_hand(replace(problem, slots=tuple(every), held=frozenset(placed)))
    mine_alone = {turn for turn in found - placed if not _late(problem, placed, turn)}
    return mine_alone if _sound(problem, placed | mine_alone, placed) else set()


def _sound(problem: Problem, turns: Iterable[Turn], placed: Iterable[Turn]) -> bool:
    """Whether turns break no rule that those placed before do not break already."""
    return len(breaks(problem, turns)) <= len(breaks(problem, placed))


def _late(problem: Problem, placed: set[Turn], turn: Turn) -> bool:
    """Whether a turn clashes with one that is placed later in time."""
    return any(person == turn[0] and problem.clash(problem.slots[at], problem.slots[turn[1]]) for person, at in placed)


def _missing_elsewhere(problem: Problem, free: list[int], placed: set[Turn]) -> int:
    """People that slots and days outside the part lack whatever is done in it."""
    mine = set(free)
    there: dict[int, int] = defaultdict(int)
    for _person, at in placed:
        there[at] += 1
    slots = sum(max(0, slot.least - there[at]) for at, slot in enumerate(problem.slots) if at not in mine)
    days = {problem.slots[at].day for at in mine}
    seen = defaultdict(set)
    for person, at in placed:
        if problem.slots[at].floor:
            seen[problem.slots[at].day].add(person)
    return slots + sum(max(0, problem.floor_of(day) - len(seen[day])) for day in range(problem.days) if day not in days)


def _base_loads(problem: Problem, placed: Iterable[Turn]) -> np.ndarray:
    found = np.zeros((problem.people, 3), dtype=int)
    for person, at in placed:
        slot: Slot = problem.slots[at]
        found[person] += (1, slot.weekend, slot.early)
    return found


def _demand(model: _Model, classes: _Classes, x: np.ndarray, day: np.ndarray) -> None:
    """As many as are needed or the lack paid for, no more than may stand there; the floor of each day."""
    problem = classes.problem
    short = model.columns(np.full(len(classes.slots), problem.weights.short), classes.least, whole=False)
    for at in range(len(classes.slots)):
        columns = classes.column[:, at]
        mine = x[columns[columns >= 0]]
        model.rows.add(mine, 1.0, -np.inf, float(classes.most[at]))
        if classes.least[at]:
            model.rows.add(np.append(mine, short[at]), 1.0, float(classes.least[at]), np.inf)
    on_floor: dict[int, set[int]] = defaultdict(set)
    for person, at in classes.placed:
        if problem.slots[at].floor:
            on_floor[problem.slots[at].day].add(person)
    for number in sorted(set(day.tolist())):
        lacking = problem.floor_of(number) - len(on_floor[number])
        if lacking <= 0:
            continue
        missing = model.columns(np.array([problem.weights.short]), float(lacking), whole=False)
        mine = [at for at in range(len(classes.slots)) if classes.slots[at].floor and day[at] == number]
        columns = classes.column[:, mine]
        model.rows.add(np.append(x[columns[columns >= 0]], missing), 1.0, float(lacking), np.inf)


def _person_rules(model: _Model, classes: _Classes) -> None:
    """One turn a day, rest between turns, turns of a week: intervals in time."""
    problem, slots = classes.problem, classes.slots
    by_day: dict[int, list[int]] = defaultdict(list)
    for at, slot in enumerate(slots):
        by_day[slot.day].append(at)
    sets: set[tuple[int, ...]] = {tuple(members) for members in by_day.values()}
    reach = 1 + problem.rest // DAY + 1
    for first, early in by_day.items():
        for second in range(first + 1, first + reach + 1):
            late = by_day.get(second, [])
            for moment in sorted({slots[at].start for at in late}):
                tired = [at for at in early if slots[at].end + problem.rest > moment]
                if tired:
                    sets.add(tuple(tired + [at for at in late if slots[at].start <= moment]))
    for members in sorted(sets):
        _at_most(model, classes, list(members), np.ones(problem.people))
    weeks: dict[int, list[int]] = defaultdict(list)
    for day, members_of_day in by_day.items():
        weeks[int(problem.week[day])] += members_of_day
    for week, members in weeks.items():
        _at_most(model, classes, members, classes.room[:, week])


def _at_most(model: _Model, classes: _Classes, members: list[int], most: np.ndarray) -> None:
    """A row per person: at most so many of these."""
    columns = classes.column[:, members]
    for person in np.flatnonzero((columns >= 0).sum(axis=1) > most).tolist():
        mine = columns[person]
        model.rows.add(mine[mine >= 0], 1.0, -np.inf, float(most[person]))


def lower_bound(problem: Problem, *, seconds: float = 30.0) -> float:
    """Points that no roster can be below: the relaxation over the whole month that asks only how many turns of each kind a person takes.

    Rest is left out, and of availability how many days of a kind a person can come; what slots lack whoever is taken is counted in full.
    """
    classes = _Classes(problem, range(len(problem.slots)))
    weights, model = problem.weights, _Model()
    held = problem.held
    groups: dict[tuple, list[int]] = defaultdict(list)
    for at, slot in enumerate(classes.slots):
        groups[(slot.kind, slot.weekend, slot.early, slot.floor)].append(at)
    day = np.array([slot.day for slot in classes.slots], dtype=int)
    able = classes.column >= 0
    for person, at in held:
        mine = next(number for number, members in enumerate(classes.members) if at in members)
        able[person, mine] = True
    weeks = classes.problem.week
    columns: dict[int, list[tuple[int, tuple]]] = defaultdict(list)
    demand = np.array([sum(problem.slots[at].least for at in members) for members in classes.members], dtype=int)
    for key, members in sorted(groups.items()):
        _group_columns(model, problem, members, able, day, key, columns)
        mine = np.array([column for found in columns.values() for column, of in found if of == key], dtype=int)
        inherent = sum(max(0, int(demand[at]) - int(able[:, at].sum())) for at in members)
        need = int(demand[members].sum())
        short = model.columns(np.array([weights.short]), float(need), whole=False, low=float(inherent))
        model.rows.add(np.append(mine, short), 1.0, float(need), np.inf)
    floors = sum(problem.floor_of(number) for number in range(problem.days))
    if floors:
        mine = np.array([column for found in columns.values() for column, key in found if key[3]], dtype=int)
        missing = model.columns(np.array([weights.short]), float(floors), whole=False)
        model.rows.add(np.append(mine, missing), 1.0, float(floors), np.inf)
    held_weeks = np.zeros_like(problem.taken)
    for person, at in held:
        held_weeks[person, weeks[problem.slots[at].day]] += 1
    for person, found in columns.items():
        room = 0
        for week in set(weeks.tolist()):
            days = {int(day[at]) for at in np.flatnonzero(able[person]).tolist() if weeks[day[at]] == week}
            room += max(int(held_weeks[person, week]), min(len(days), max(0, int(problem.per_week[person] - problem.taken[person, week]))))
        numbers = np.array([column for column, _key in found])
        model.rows.add(numbers, 1.0, -np.inf, float(room))
        flags = np.array([(True, key[1], key[2]) for _column, key in found])
        for measure, weight in enumerate((weights.load, weights.weekend, weights.early)):
            model.squares(numbers[flags[:, measure]], 0, weight, room)
    if not model.size:
        return 0.0
    _found, bound, _optimal = model.run(seconds, relaxed=True)
    return max(0.0, bound)


def _group_columns(
    model: _Model, problem: Problem, members: list[int], able: np.ndarray, day: np.ndarray, key: tuple,
    columns: dict[int, list[tuple[int, tuple]]],
) -> None:  # fmt: skip
    """For each person a column per price of a day: no more turns of this kind at a price than days on which it can be had."""
    for person in np.flatnonzero(able[:, members].any(axis=1)).tolist():
        days = {int(day[at]) for at in members if able[person, at]}
        prices: dict[float, int] = defaultdict(int)
        for number in days:
            prices[float(problem.wish[person, number])] += 1
        made = model.columns(np.array(list(prices)), np.array(list(prices.values()), dtype=float), whole=False)
        columns[person] += [(int(column), key) for column in made]
