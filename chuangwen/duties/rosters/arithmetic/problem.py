"""What is asked: slots (a shift of a post on a day), people, who could stand where, and what the rules weigh."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

DAY = 24 * 60

Turn = tuple[int, int]
"""Somebody in a slot: the numbers of both."""


class Slot(NamedTuple):
    """A shift of a post on a day. ``day`` counts from 0; ``start`` and ``end`` are minutes from the midnight on which day 0 begins.

    ``least`` people are needed, ``most`` may stand there. ``kind`` is the number of what it asks for (qualification, unit): slots of one kind
    can be taken by the same people. ``post`` names the post, so that people keep to theirs where nothing speaks against it. ``floor``: it counts
    towards the people that are needed on every day.
    """

    day: int
    start: int
    end: int
    least: int = 1
    most: int = 1
    kind: int = 0
    post: int = 0
    weekend: bool = False
    early: bool = False
    floor: bool = False


@dataclass(frozen=True)
class Weights:
    """What things cost, in points. A person missing costs more than anything else can make up for."""

    short: float = 1000.0
    load: float = 1.0
    weekend: float = 2.0
    early: float = 2.0
    rather_not: float = 6.0
    not_preferred: float = 1.0


@dataclass(frozen=True)
class Problem:
    """``able[person, slot]``: qualified, of the right unit, and can come. ``wish[person, day]``: points that a turn on this day costs because of
    what the person said. ``per_week[person]`` turns at most in a week, ``used[person, week]`` of them taken by others; ``week[day]`` is the
    number of the week. ``rest``: minutes between two turns of different days; nobody stands twice on one day. ``floor[day]``: people needed on
    the slots that count towards it. ``held``: turns that stay."""

    slots: tuple[Slot, ...]
    able: np.ndarray
    week: np.ndarray
    per_week: np.ndarray
    wish: np.ndarray
    rest: int = 11 * 60
    floor: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=int))
    used: np.ndarray | None = None
    held: frozenset[Turn] = frozenset()
    weights: Weights = Weights()

    @property
    def people(self) -> int:
        return int(self.able.shape[0])

    @property
    def days(self) -> int:
        return len(self.week)

    @cached_property
    def columns(self) -> dict[str, np.ndarray]:
        """What slots are, each by its name for all of them."""
        return dict(zip(Slot._fields, np.array(self.slots, dtype=int).reshape(len(self.slots), len(Slot._fields)).T, strict=True))

    @cached_property
    def day(self) -> np.ndarray:
        return self.columns["day"]

    @cached_property
    def counting(self) -> np.ndarray:
        """What a turn in each slot adds to its person's loads: a turn, one on a day off, an early one."""
        return np.column_stack([np.ones(len(self.slots), dtype=int), self.columns["weekend"], self.columns["early"]])

    @cached_property
    def hours(self) -> np.ndarray:
        """Start and end of each slot."""
        return np.column_stack([self.columns["start"], self.columns["end"]])

    @cached_property
    def least(self) -> np.ndarray:
        return self.columns["least"]

    @cached_property
    def on_floor(self) -> np.ndarray:
        return self.columns["floor"].astype(bool)

    @cached_property
    def taken(self) -> np.ndarray:
        """``used``, or nothing used."""
        return np.zeros((self.people, int(self.week.max(initial=0)) + 1), dtype=int) if self.used is None else self.used

    def floor_of(self, day: int) -> int:
        return int(self.floor[day]) if day < len(self.floor) else 0

    def clash(self, one: Slot, other: Slot) -> bool:
        """Whether nobody can take both."""
        if one.day == other.day:
            return True
        first, second = (one, other) if one.start <= other.start else (other, one)
        return second.start < first.end + self.rest
