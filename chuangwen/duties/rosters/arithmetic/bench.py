"""Months of two sizes, generated from a seed, for the benchmark: a street and a county."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import Any

import numpy as np

from chuangwen.duties.rosters.arithmetic.greedy import by_hand
from chuangwen.duties.rosters.arithmetic.problem import DAY, Problem, Slot, Turn
from chuangwen.duties.rosters.arithmetic.solving import solve
from chuangwen.duties.rosters.arithmetic.value import breaks, loads, value_of

SIZES = {"street": (20, 60), "county": (75, 600)}
SECONDS = {"street": 60.0, "county": 180.0}
DAYS = 30
HOURS = ((7 * 60, 9 * 60), (9 * 60, 13 * 60), (13 * 60, 17 * 60), (17 * 60, 20 * 60))


def generated(posts: int, people: int, seed: int = 1) -> Problem:
    """Posts with one or two shifts a day, a fifth of them asking for a qualification that a third of the people have; one in ten of the days is
    one on which a person cannot come, some are not liked; the floor is a few people above what the posts need."""
    random = np.random.default_rng(seed)
    kinds = random.choice([0, 0, 0, 0, 1], posts)
    shifts = [sorted(random.choice(len(HOURS), 1 + int(random.random() < 0.4), replace=False).tolist()) for _post in range(posts)]
    skilled = random.random(people) < 1 / 3
    absent = random.random((people, DAYS)) < 0.1
    wish = np.where(random.random((people, DAYS)) < 0.05, 6.0, 0.0)
    slots, week = [], (np.arange(DAYS) + 1) // 7
    for day in range(DAYS):
        weekend = (day + 1) % 7 in (5, 6)
        for post in range(posts):
            for number in shifts[post]:
                start, end = HOURS[number]
                slots.append(Slot(day, day * DAY + start, day * DAY + end, 1, 3, int(kinds[post]), post, weekend, number == 0, True))
    able = np.array([~absent[:, slot.day] & (skilled if slot.kind else True) for slot in slots]).T.copy()
    needed = sum(slot.day == 0 for slot in slots)
    return Problem(tuple(slots), able, week, np.full(people, 5), wish, 11 * 60, np.full(DAYS, needed + max(1, posts // 10)))


def measured(size: str, seconds: float) -> dict[str, Any]:
    """One size, solved for at most ``seconds`` beside a roster by hand, in a process of its own so that its memory is its own.

    ``gap`` is the share of the points by which a better roster could still be better; ``hand_over`` how much more the one by hand costs;
    ``spread`` the difference between the most and the fewest turns of people; ``memory_mb`` the most the process held.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measured, size, seconds).result()


def _spread(problem: Problem, turns: frozenset[Turn]) -> int:
    of = loads(problem, turns)[:, 0]
    return int(of.max() - of.min())


def _measured(size: str, seconds: float) -> dict[str, Any]:
    posts, people = SIZES[size]
    problem = generated(posts, people)
    started = perf_counter()
    hand = by_hand(problem)
    hand_s = perf_counter() - started
    answer = solve(problem, seconds=seconds)
    other = value_of(problem, hand)
    return {
        "size": size, "posts": posts, "people": people, "turns": len(answer.turns), "points": round(answer.value.total, 1),
        "bound": round(answer.bound, 1), "gap": round(answer.gap, 5), "proven": answer.proven, "seconds": round(answer.seconds, 1),
        "memory_mb": getrusage(RUSAGE_SELF).ru_maxrss // 1024, "short": answer.value.short, "breaks": len(breaks(problem, answer.turns)),
        "spread": _spread(problem, answer.turns), "hand_points": round(other.total, 1), "hand_s": round(hand_s, 2),
        "hand_over": round(other.total / max(answer.value.total, 1e-9) - 1, 4), "hand_short": other.short,
        "hand_breaks": len(breaks(problem, hand)), "hand_spread": _spread(problem, hand),
    }  # fmt: skip
