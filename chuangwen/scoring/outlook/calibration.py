"""What was forecast for past assessments, and what came: how often the intervals held, how often the chances came true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NOMINAL = (0.5, 0.6, 0.7, 0.8, 0.9)
BINS = ((0.0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.0))


@dataclass(frozen=True)
class Past:
    """A past assessment. `rank`: where its result lay among the simulated ones (0 to 1); `chances`: of each threshold, and whether it
    was reached."""

    rank: float
    chances: tuple[tuple[float, bool], ...]


@dataclass(frozen=True)
class Coverage:
    """Of `of` results, `held` lay within the middle `nominal` of what was simulated."""

    nominal: float
    held: int
    of: int

    @property
    def share(self) -> float | None:
        return self.held / self.of if self.of else None


@dataclass(frozen=True)
class Bin:
    """Chances from `low` to `high`: how many were forecast, their mean, how many came true."""

    low: float
    high: float
    forecast: int
    mean: float | None
    came: int

    @property
    def share(self) -> float | None:
        return self.came / self.forecast if self.forecast else None


def coverage(past: Sequence[Past]) -> list[Coverage]:
    """For each nominal share, how often the result lay inside."""
    return [
        Coverage(nominal, sum(abs(each.rank - 0.5) <= nominal / 2 + 1e-12 for each in past), len(past)) for nominal in NOMINAL
    ]


def reliability(past: Sequence[Past]) -> list[Bin]:
    """All chances that were given, by fifths, beside how many of them came true."""
    pairs = [pair for each in past for pair in each.chances]
    found = []
    for low, high in BINS:
        inside = [(chance, came) for chance, came in pairs if low <= chance < high or (high == 1.0 and chance == 1.0)]
        mean = sum(chance for chance, _ in inside) / len(inside) if inside else None
        found.append(Bin(low, high, len(inside), mean, sum(came for _, came in inside)))
    return found


def brier(past: Sequence[Past]) -> float | None:
    """Mean squared distance between chance and what came: 0 is perfect, 0.25 is always saying one half."""
    pairs = [pair for each in past for pair in each.chances]
    return sum((chance - came) ** 2 for chance, came in pairs) / len(pairs) if pairs else None
