"""What a roster costs, where it is short, which rules it breaks. Exact: whole numbers but for what people wished."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from chuangwen.duties.rosters.arithmetic.problem import Problem, Turn

NOT_ABLE, TWICE, REST, WEEK, FULL = "not_able", "twice", "rest", "week", "full"


@dataclass(frozen=True)
class Value:
    """Points by what they are for. ``short`` counts people, not points."""

    short: int
    load: float
    weekend: float
    early: float
    wishes: float
    total: float


@dataclass(frozen=True)
class Break:
    """A rule that a person's turns do not keep; ``slot`` is where, ``other`` the slot that it clashes with."""

    rule: str
    person: int
    slot: int
    other: int | None = None


@dataclass(frozen=True)
class Shortage:
    """A slot (or, with ``slot`` None, a day's floor) that lacks people."""

    day: int
    slot: int | None
    lacks: int


def table_of(turns: Iterable[Turn]) -> np.ndarray:
    """Turns as rows of person and slot."""
    return np.array(list(turns), dtype=int).reshape(-1, 2)


def filled(problem: Problem, turns: np.ndarray) -> np.ndarray:
    """People per slot, of turns as ``table_of`` gives them."""
    return np.bincount(turns[:, 1], minlength=len(problem.slots))


def on_floor(problem: Problem, turns: np.ndarray) -> np.ndarray:
    """Different people per day on the slots that count towards the floor, of turns as ``table_of`` gives them."""
    counts = turns[problem.on_floor[turns[:, 1]]]
    seen = np.unique(problem.day[counts[:, 1]] * max(problem.people, 1) + counts[:, 0])
    return np.bincount(seen // max(problem.people, 1), minlength=problem.days)


def shortages(problem: Problem, turns: Iterable[Turn]) -> list[Shortage]:
    """Where people are missing, in the order of days."""
    return _shortages(problem, table_of(turns))


def _shortages(problem: Problem, turns: np.ndarray) -> list[Shortage]:
    there, floor = filled(problem, turns), on_floor(problem, turns)
    lacks = problem.least - there
    found = [Shortage(problem.slots[at].day, at, int(lacks[at])) for at in np.flatnonzero(lacks > 0).tolist()]
    found += [Shortage(day, None, problem.floor_of(day) - int(floor[day])) for day in range(problem.days) if floor[day] < problem.floor_of(day)]
    return sorted(found, key=lambda one: (one.day, one.slot is None, one.slot or 0))


def loads(problem: Problem, turns: Iterable[Turn]) -> np.ndarray:
    """Turns per person: all, on days off, early ones."""
    return _loads(problem, table_of(turns))


def _loads(problem: Problem, turns: np.ndarray) -> np.ndarray:
    found = np.zeros((problem.people, 3), dtype=int)
    np.add.at(found, turns[:, 0], problem.counting[turns[:, 1]])
    return found


def value_of(problem: Problem, turns: Iterable[Turn]) -> Value:
    """What it costs. The same turns give the same value in whatever order they come."""
    return value_of_table(problem, table_of(turns))


def value_of_table(problem: Problem, rows: np.ndarray) -> Value:
    """The same of turns as ``table_of`` gives them, in whatever order: what people wished is no whole number, and is added in one order."""
    rows, weights = rows[np.lexsort((rows[:, 1], rows[:, 0]))], problem.weights
    short = sum(one.lacks for one in _shortages(problem, rows))
    all_, weekend, early = (_loads(problem, rows).astype(float) ** 2).sum(axis=0)
    wishes = float(problem.wish[rows[:, 0], problem.day[rows[:, 1]]].sum()) if len(rows) else 0.0
    parts = (float(weights.load * all_), float(weights.weekend * weekend), float(weights.early * early), wishes)
    return Value(short, parts[0], parts[1], parts[2], parts[3], float(weights.short * short) + sum(parts))


def breaks(problem: Problem, turns: Iterable[Turn], only: int | None = None) -> list[Break]:
    """The rules that are not kept; of one person where ``only`` is given."""
    of: dict[int, list[int]] = defaultdict(list)
    count: dict[int, int] = defaultdict(int)
    if only is not None:
        turns = [turn for turn in turns if turn[0] == only]
    for person, at in sorted(turns, key=lambda turn: (problem.slots[turn[1]].start, turn[1])):
        of[person].append(at)
        count[at] += 1
    found: list[Break] = []
    for person, slots in of.items():
        weeks: dict[int, int] = defaultdict(int)
        for number, at in enumerate(slots):
            slot = problem.slots[at]
            if not problem.able[person, at]:
                found.append(Break(NOT_ABLE, person, at))
            week = int(problem.week[slot.day])
            weeks[week] += 1
            if weeks[week] + problem.taken[person, week] == problem.per_week[person] + 1:
                found.append(Break(WEEK, person, at))
            for before in slots[:number]:
                if problem.clash(problem.slots[before], slot):
                    found.append(Break(TWICE if problem.slots[before].day == slot.day else REST, person, at, before))
    if only is None:
        found += [Break(FULL, -1, at) for at, there in count.items() if there > problem.slots[at].most]
    return found
