"""What a set of pairs is worth, term by term. The solver, the pages and the tests all ask here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from chuangwen.duties.sponsorship.arithmetic.problem import KINDS, Kind, Pair, Problem


@dataclass(frozen=True)
class Value:
    """Points by term; ``total`` is what is made small."""

    charge: float
    near: float
    change: float
    weak: float
    overload: float

    @property
    def total(self) -> float:
        return self.charge + self.near + self.change + self.weak + self.overload


def weak_points(problem: Problem, share: np.ndarray, places: np.ndarray | slice | int = slice(None)) -> np.ndarray:
    """Points of places (all, or these) that have this share of the strength that is their due: none from ``enough`` on, and the price is
    ``deep`` times higher below half of that."""
    rules = problem.rules
    missing = np.where(problem.due[places] > 0, np.clip(rules.enough - share, 0.0, None), 0.0)
    return rules.weak * (missing + (rules.deep - 1.0) * np.clip(missing - rules.enough / 2, 0.0, None))


def overload_points(problem: Problem, load: np.ndarray, sponsors: np.ndarray | slice = slice(None)) -> np.ndarray:
    """Points of sponsors that carry this load; none of those with one place, whose overload belongs to the pair (``Problem.alone``)."""
    points = problem.rules.overload * np.clip(load / problem.bears[sponsors] - 1.0, 0.0, None)
    return np.where(problem.single[sponsors], 0.0, points)


def sums_of(problem: Problem, pairs: Iterable[Pair]) -> tuple[np.ndarray, np.ndarray]:
    """Share of its due strength that each place gets, and the load that each sponsor carries."""
    share, load = np.zeros(problem.places), np.zeros(problem.sponsors)
    listed = list(pairs)
    if listed:
        i, j = np.array(listed).T
        np.add.at(share, j, problem.gives[i] * problem.part[j])
        np.add.at(load, i, problem.load[j])
    return share, load


def value_of(problem: Problem, pairs: Iterable[Pair]) -> Value:
    """The points of these pairs by term."""
    listed = sorted(pairs)
    share, load = sums_of(problem, listed)
    rules = problem.rules
    near = charge = change = alone = 0.0
    if listed:
        i, j = np.array(listed).T
        km = np.nan_to_num(np.hypot(*(problem.sponsor_xy[i] - problem.place_xy[j]).T), nan=rules.unknown_km)
        near = float((km * np.array(rules.near)[problem.kind[i]]).sum())
        leads = (problem.kind[i] == Kind.LEADER) & (problem.in_charge[i] | problem.has_charge[j])
        charge = rules.charge * sum(1 for pair, led in zip(listed, leads, strict=True) if led and pair not in problem.charges)
        alone = float(problem.alone[j][problem.single[i]].sum())
    if problem.running is not None:
        change = rules.change * sum(1 for pair in listed if pair not in problem.running)
    overload = alone + float(overload_points(problem, load).sum())
    return Value(charge, near, change, float(weak_points(problem, share).sum()), overload)


def broken(problem: Problem, pairs: Iterable[Pair]) -> list[tuple[str, int]]:
    """The hard rules that these pairs do not keep, as (rule, sponsor or place): least, capacity, place_least, place_most, leader,
    department, office (a kind of which the place has too few), fixed, forbidden (the sponsor's number)."""
    chosen = set(pairs)
    of_sponsor, of_place = np.zeros(problem.sponsors, dtype=int), np.zeros(problem.places, dtype=int)
    kinds = np.zeros((problem.places, len(KINDS)), dtype=int)
    for i, j in chosen:
        of_sponsor[i] += 1
        of_place[j] += 1
        kinds[j, problem.kind[i]] += 1
    found = [("least", int(i)) for i in np.flatnonzero(of_sponsor < problem.least)]
    found += [("capacity", int(i)) for i in np.flatnonzero(of_sponsor > problem.capacity)]
    found += [("place_least", int(j)) for j in np.flatnonzero(of_place < problem.place_least)]
    found += [("place_most", int(j)) for j in np.flatnonzero(of_place > problem.place_most)]
    for kind in KINDS:
        found += [(kind.name.lower(), int(j)) for j in np.flatnonzero(kinds[:, kind] < problem.rules.at_least[kind])]
    found += [("fixed", i) for i, _ in sorted(problem.fixed - chosen)]
    found += [("forbidden", i) for i, _ in sorted(problem.forbidden & chosen)]
    return found
