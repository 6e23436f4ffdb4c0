"""What is to be assigned: sponsors, places, who may go where, and what the three principles weigh.

Sponsors and places are numbered from 0; a pair is (sponsor, place). Points are the unit of the objective: the smaller, the better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np

Pair = tuple[int, int]
Pairs = frozenset[Pair]
MOST_CELLS = 8_000_000
"""Of the table of all pairs' points that is kept in memory: 64 MB."""


class Kind(IntEnum):
    """What a sponsor is: the principle that it follows."""

    LEADER = 0
    DEPARTMENT = 1
    OFFICE = 2


KINDS = tuple(Kind)


@dataclass(frozen=True)
class Rules:
    """What the principles weigh, in points, and what every place has to have.

    ``charge``: a leader answers for a place that is not theirs. ``near``: a kilometre to the place, by kind of sponsor. ``change``: a pair
    that the running plan does not have. ``weak``: the whole of the strength that is a place's due; a place counts as weak below ``enough`` of
    it (a share), and what is missing below half of that counts ``deep`` times, so that two places a little short are better than one that
    is left alone. ``overload``: a sponsor with twice the work that it bears; it bears ``tolerance`` times an average place for each of its
    capacity. ``unknown_km`` stands for a distance that nobody knows. ``at_least``: how many leaders, departments and offices every place has.
    """

    charge: float = 10.0
    near: tuple[float, float, float] = (0.0, 0.2, 1.0)
    change: float = 2.0
    weak: float = 40.0
    deep: float = 3.0
    enough: float = 0.9
    overload: float = 20.0
    tolerance: float = 1.25
    unknown_km: float = 5.0
    at_least: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True, eq=False)
class Problem:
    """All arrays: sponsors first. ``xy`` in kilometres on a flat map, NaN where unknown. Raises ValueError where the shapes do not fit.

    ``strength`` is what a sponsor has in all; a place gets ``strength / capacity`` of it, so that two places share what one would have.
    ``need`` says how much of the strength of all is a place's due (population, households, open cases: any measure).
    ``charges``: the pairs of leaders with the places that they are in charge of. ``running``: the plan in force, None without one.
    """

    kind: np.ndarray
    strength: np.ndarray
    capacity: np.ndarray
    least: np.ndarray
    sponsor_xy: np.ndarray
    need: np.ndarray
    place_least: np.ndarray
    place_most: np.ndarray
    place_xy: np.ndarray
    charges: Pairs = frozenset()
    fixed: Pairs = frozenset()
    forbidden: Pairs = frozenset()
    running: Pairs | None = None
    rules: Rules = field(default_factory=Rules)

    def __post_init__(self) -> None:
        n, m = self.sponsors, self.places
        for name in ("strength", "capacity", "least"):
            if len(getattr(self, name)) != n:
                raise ValueError(f"{name}: one per sponsor")
        for name in ("place_least", "place_most"):
            if len(getattr(self, name)) != m:
                raise ValueError(f"{name}: one per place")
        if self.sponsor_xy.shape != (n, 2) or self.place_xy.shape != (m, 2):
            raise ValueError("coordinates: two per row")
        if (self.strength < 0).any() or (self.need <= 0).any() or (self.capacity < 1).any():
            raise ValueError("strength is 0 or more, need above 0, capacity 1 or more")
        for i, j in (*self.charges, *self.fixed, *self.forbidden, *(self.running or ())):
            if not (0 <= i < n and 0 <= j < m):
                raise ValueError("a pair names a sponsor or a place that is not there")

    @property
    def sponsors(self) -> int:
        return len(self.kind)

    @property
    def places(self) -> int:
        return len(self.need)

    # -- what follows from the arrays; computed once ----------------------------------------------------------------------------

    def _kept(self, name: str, make: Callable[[], Any]) -> Any:
        found = self.__dict__.get(name)
        if found is None:
            found = self.__dict__[name] = make()
        return found

    @property
    def gives(self) -> np.ndarray:
        """Strength that a sponsor brings to each of its places."""
        return self._kept("_gives", lambda: self.strength / self.capacity)

    @property
    def due(self) -> np.ndarray:
        """Strength that is each place's due: its share of what all sponsors have. Nought where nobody has any."""
        return self._kept("_due", lambda: self.strength.sum() * self.need / self.need.sum())

    @property
    def part(self) -> np.ndarray:
        """Sponsors by places would be too many: strength per place over its due is ``gives[i] / due[j]``; this is ``1 / due``, 0 for no due."""
        return self._kept("_part", lambda: np.divide(1.0, self.due, out=np.zeros(self.places), where=self.due > 0))

    @property
    def load(self) -> np.ndarray:
        """Work that a place is to each of its sponsors, an average place being 1: its need, shared by as many as it may have."""
        return self._kept("_load", lambda: (self.need / self.place_most.clip(1)) / np.mean(self.need / self.place_most.clip(1)))

    @property
    def bears(self) -> np.ndarray:
        """Work that a sponsor bears before it is overloaded."""
        return self._kept("_bears", lambda: self.capacity * self.rules.tolerance)

    @property
    def single(self) -> np.ndarray:
        """Sponsors that have one place at most: what a place overloads them by belongs to the pair itself, which bounds better than a sum."""
        return self._kept("_single", lambda: self.capacity == 1)

    @property
    def alone(self) -> np.ndarray:
        """Points by which each place overloads a sponsor of capacity 1."""
        return self._kept("_alone", lambda: self.rules.overload * np.clip(self.load / self.rules.tolerance - 1.0, 0.0, None))

    @property
    def in_charge(self) -> np.ndarray:
        """Whether a sponsor has places of their own at all."""

        def make() -> np.ndarray:
            found = np.zeros(self.sponsors, dtype=bool)
            found[[i for i, _ in self.charges]] = True
            return found

        return self._kept("_in_charge", make)

    @property
    def has_charge(self) -> np.ndarray:
        """Whether somebody is in charge of a place. A leader without places of their own is at home where nobody is."""

        def make() -> np.ndarray:
            found = np.zeros(self.places, dtype=bool)
            found[[j for _, j in self.charges]] = True
            return found

        return self._kept("_has_charge", make)

    def by_sponsor(self, name: str) -> dict[int, list[int]]:
        """The pairs of ``charges``, ``fixed``, ``forbidden`` or ``running``: sponsor -> places."""

        def make() -> dict[int, list[int]]:
            found: dict[int, list[int]] = {}
            for i, j in sorted(getattr(self, name) or ()):
                found.setdefault(i, []).append(j)
            return found

        return self._kept(f"_by_{name}", make)

    @property
    def table(self) -> np.ndarray | None:
        """``costs`` of all, where that is no more than ``MOST_CELLS`` numbers; None for more."""
        if self.sponsors * self.places > MOST_CELLS:
            return None
        return self._kept("_table", lambda: self._costs(np.arange(self.sponsors)))

    def kilometres(self, sponsors: np.ndarray) -> np.ndarray:
        """Rows of the distances of these sponsors to every place."""
        difference = self.sponsor_xy[sponsors][:, None, :] - self.place_xy[None, :, :]
        return np.nan_to_num(np.hypot(difference[..., 0], difference[..., 1]), nan=self.rules.unknown_km)

    def costs(self, sponsors: np.ndarray) -> np.ndarray:
        """Rows of the points of each pair by itself: charge, distance, change, and overload where the sponsor has this place alone. Forbidden
        pairs are infinite. The rows are the caller's own."""
        table = self.table
        return self._costs(sponsors) if table is None else table[sponsors]

    def _costs(self, sponsors: np.ndarray) -> np.ndarray:
        rules = self.rules
        near = np.array(rules.near)[self.kind[sponsors]]
        found = self.kilometres(sponsors) * near[:, None] if near.any() else np.zeros((len(sponsors), self.places))
        leads = self.kind[sponsors] == Kind.LEADER
        found[leads] += rules.charge * (self.in_charge[sponsors[leads]][:, None] | self.has_charge[None, :])
        if self.running is not None:
            found += rules.change
        found[self.single[sponsors]] += self.alone
        charges, running, forbidden = self.by_sponsor("charges"), self.by_sponsor("running"), self.by_sponsor("forbidden")
        for row, i in enumerate(sponsors.tolist()):
            if leads[row] and i in charges:
                found[row, charges[i]] -= rules.charge
            if i in running:
                found[row, running[i]] -= rules.change
            if i in forbidden:
                found[row, forbidden[i]] = np.inf
        return found

    def blocks(self, cells: int = 4_000_000) -> Iterator[np.ndarray]:
        """The sponsors in blocks of which a row for every place takes a bounded number of cells: memory stays the same however many."""
        step = max(1, cells // max(1, self.places))
        for start in range(0, self.sponsors, step):
            yield np.arange(start, min(start + step, self.sponsors))

    def cost_of(self, given: list[Pair] | np.ndarray) -> np.ndarray:
        """Points of each of these pairs (rows of sponsor and place) by itself."""
        numbers = np.asarray(given, dtype=int).reshape(-1, 2)
        if not len(numbers):
            return np.zeros(0)
        i, j = numbers.T
        if self.table is not None:
            return self.table[i, j]
        pairs = [(a, b) for a, b in numbers.tolist()]
        rules = self.rules
        km = np.nan_to_num(np.hypot(*(self.sponsor_xy[i] - self.place_xy[j]).T), nan=rules.unknown_km)
        found = km * np.array(rules.near)[self.kind[i]]
        leads = (self.kind[i] == Kind.LEADER) & (self.in_charge[i] | self.has_charge[j])
        charged = np.array([pair in self.charges for pair in pairs])
        found = found + np.where(leads & ~charged, rules.charge, 0.0)
        if self.running is not None:
            found = found + np.where(np.array([pair in self.running for pair in pairs]), 0.0, rules.change)
        found = found + np.where(self.single[i], self.alone[j], 0.0)
        return np.where(np.array([pair in self.forbidden for pair in pairs]), np.inf, found)
