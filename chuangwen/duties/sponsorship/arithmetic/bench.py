"""Assignments of three sizes, generated from a seed, for the benchmark: a township, a county, a city."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import Any

import numpy as np

from chuangwen.duties.sponsorship.arithmetic.fairness import fairness
from chuangwen.duties.sponsorship.arithmetic.greedy import assign
from chuangwen.duties.sponsorship.arithmetic.problem import Kind, Pair, Problem, Rules
from chuangwen.duties.sponsorship.arithmetic.solving import solve
from chuangwen.duties.sponsorship.arithmetic.value import broken, value_of

SIZES = {"township": (30, 6), "county": (520, 439), "city": (3000, 2000)}
SECONDS = {"township": 30.0, "county": 120.0, "city": 300.0}


def generated(sponsors: int, places: int, seed: int = 1) -> Problem:
    """A tenth leaders, a quarter offices, the rest departments; places in clusters (towns), offices near their town, strengths and needs
    lognormal; a leader is in charge of the places of a town; a running plan of which most pairs are near; a few fixed and forbidden pairs."""
    random = np.random.default_rng(seed)
    leaders, offices = max(1, sponsors // 10), sponsors // 4
    departments = sponsors - leaders - offices
    kind = np.array([Kind.LEADER] * leaders + [Kind.OFFICE] * offices + [Kind.DEPARTMENT] * departments)
    towns = max(1, places // 16)
    side = 3.0 * np.sqrt(places)
    centres = random.random((towns, 2)) * side
    town = np.arange(places) % towns
    place_xy = centres[town] + random.normal(0, 1.5, (places, 2))
    sponsor_xy = np.vstack([
        centres[np.arange(leaders) % towns],
        centres[random.integers(towns, size=offices)] + random.normal(0, 1.0, (offices, 2)),
        side / 2 + random.normal(0, side / 6, (departments, 2)),
    ])  # fmt: skip
    strength = np.where(kind == Kind.LEADER, 0.0, np.round(np.exp(random.normal(3.0, 0.5, sponsors))))
    capacity = np.where(kind == Kind.LEADER, -(-places // leaders) + 2, random.choice([1, 1, 2], sponsors))
    in_order = np.argsort(town, kind="stable").tolist()
    charges = frozenset((at * leaders // places, j) for at, j in enumerate(in_order))
    need = np.round(1000 * np.exp(random.normal(0, 0.35, places)))
    slots = int(capacity[kind != Kind.LEADER].sum())
    most = np.ceil(1 + 1.8 * slots * need / need.sum()).astype(int).clip(2)
    running: set[Pair] = set()
    for i in np.flatnonzero(kind != Kind.LEADER).tolist():
        near = np.argsort(np.hypot(*(place_xy - sponsor_xy[i]).T))[:12]
        running.add((i, int(near[random.integers(len(near))])))
    kept = sorted(running)
    fixed = frozenset(kept[:: max(1, sponsors // 12)]) if sponsors < 100 else frozenset(kept[::25])
    forbidden = {(int(random.integers(sponsors)), int(random.integers(places))) for _ in range(max(1, sponsors // 3))}
    return Problem(
        kind, strength, capacity.astype(int), np.ones(sponsors, dtype=int), sponsor_xy, need, np.full(places, 1), most, place_xy,
        charges, fixed, frozenset(forbidden - charges - fixed), frozenset(running), Rules(at_least=(1, 0, 0)),
    )  # fmt: skip


def measured(size: str, seconds: float) -> dict[str, Any]:
    """One size, solved for at most ``seconds`` beside the greedy assignment, in a process of its own so that its memory is its own.

    ``gap`` is the share of the points by which a better plan could still be better; ``greedy_over`` how much more the greedy plan costs;
    ``greedy_breaks`` how many rules it does not keep; ``memory_mb`` the most the process held.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measured, size, seconds).result()


def _measured(size: str, seconds: float) -> dict[str, Any]:
    problem = generated(*SIZES[size])
    started = perf_counter()
    by_hand = assign(problem)
    greedy_s = perf_counter() - started
    answer = solve(problem, seconds=seconds)
    greedy_points = value_of(problem, by_hand).total
    before, after = fairness(problem, by_hand), fairness(problem, answer.pairs)
    return {
        "size": size, "sponsors": problem.sponsors, "places": problem.places, "points": round(answer.points, 2), "bound": round(answer.bound, 2),
        "gap": round(answer.gap, 4), "proven": answer.proven, "seconds": round(answer.seconds, 1),
        "memory_mb": getrusage(RUSAGE_SELF).ru_maxrss // 1024, "greedy_points": round(greedy_points, 2), "greedy_s": round(greedy_s, 2),
        "greedy_over": round(greedy_points / answer.points - 1, 4), "greedy_breaks": len(broken(problem, by_hand)),
        "breaks": len(broken(problem, answer.pairs)), "weak": after.weak, "greedy_weak": before.weak,
        "weakest": round(after.share_least, 3), "greedy_weakest": round(before.share_least, 3),
    }  # fmt: skip
