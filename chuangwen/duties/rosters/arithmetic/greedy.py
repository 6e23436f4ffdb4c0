"""What a clerk does by hand: day by day and post by post the person with the fewest turns so far. For comparison."""

from __future__ import annotations

from collections import Counter

import numpy as np

from chuangwen.duties.rosters.arithmetic.problem import Problem, Turn

LONG_AGO = -(10**9)


def by_hand(problem: Problem) -> frozenset[Turn]:
    """A roster that keeps every rule, made from the first day to the last without looking back; posts stay short where nobody is left."""
    desk = _Desk(problem)
    for day in range(problem.days):
        today = sorted((at for at, slot in enumerate(problem.slots) if slot.day == day), key=lambda at: (problem.slots[at].start, at))
        held = [(person, at) for person, at in sorted(problem.held) if problem.slots[at].day == day]
        for person, at in held:
            desk.take(person, at)
        for at in today:
            desk.fill(at, problem.slots[at].least)
        for at in today:
            missing = problem.floor_of(day) - sum(desk.there[other] for other in today if problem.slots[other].floor)
            if problem.slots[at].floor and missing > 0:
                desk.fill(at, min(problem.slots[at].most, desk.there[at] + missing))
    return frozenset(desk.turns)


class _Desk:
    def __init__(self, problem: Problem):
        self.problem = problem
        self.turns: set[Turn] = set()
        self.there: Counter[int] = Counter()
        self.load = np.zeros(problem.people, dtype=int)
        self.weeks = problem.taken.copy()
        self.until = np.full(problem.people, LONG_AGO)
        self.last = np.full(problem.people, -1)

    def take(self, person: int, at: int) -> None:
        slot = self.problem.slots[at]
        self.turns.add((person, at))
        self.there[at] += 1
        self.load[person] += 1
        self.weeks[person, self.problem.week[slot.day]] += 1
        self.until[person], self.last[person] = max(self.until[person], slot.end), slot.day

    def fill(self, at: int, wanted: int) -> None:
        slot, problem = self.problem.slots[at], self.problem
        while self.there[at] < wanted:
            rested = (self.last != slot.day) & ((self.last < 0) | (self.until + problem.rest <= slot.start))
            free = np.flatnonzero(problem.able[:, at] & rested & (self.weeks[:, problem.week[slot.day]] < problem.per_week))
            if not len(free):
                return
            self.take(int(free[np.argmin(self.load[free])]), at)
