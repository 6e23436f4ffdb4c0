"""Why an index moved: the change taken apart into what its parts did. Pure; rates and weights are shares of one."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Side:
    """A part of an index in one of two results: its rate, and how much of the whole it makes up. No rate: it was not rated."""

    rate: float | None
    weight: float


@dataclass(frozen=True, slots=True)
class Move:
    """What a part did: ``effect`` is how much of the whole's change comes from its own rate."""

    key: str
    before: float
    after: float
    effect: float

    @property
    def change(self) -> float:
        return self.after - self.before


@dataclass(frozen=True)
class Moves:
    """The parts that both results have, those with the largest effect first; ``mix`` is what comes from other parts, or the same parts in
    other proportions, having been rated. Effects and mix add up to the change of the weighted mean."""

    parts: tuple[Move, ...]
    mix: float

    @property
    def total(self) -> float:
        return sum(part.effect for part in self.parts) + self.mix


def moves(before: Mapping[str, Side], after: Mapping[str, Side]) -> Moves:
    """Take the change of Σ weight × rate apart: each part's change of rate at the mean of its two weights, and the rest.

    w₁r₁ − w₀r₀ = (w₀+w₁)/2 · (r₁−r₀) + (r₀+r₁)/2 · (w₁−w₀): exact, and the same whichever result is called the earlier one but for the sign.
    """
    found, mix = [], 0.0
    for key in dict.fromkeys([*after, *before]):
        one, two = before.get(key), after.get(key)
        left = one.rate if one else None
        right = two.rate if two else None
        if one is not None and two is not None and left is not None and right is not None:
            found.append(Move(key, left, right, (one.weight + two.weight) / 2 * (right - left)))
            mix += (left + right) / 2 * (two.weight - one.weight)
        else:
            mix += (two.weight * right if two and right is not None else 0.0) - (
                one.weight * left if one and left is not None else 0.0
            )
    return Moves(tuple(sorted(found, key=lambda move: (-abs(move.effect), move.key))), mix)


def apart(before: float, after: float, halves: tuple[float | None, float | None]) -> bool | None:
    """Whether two figures differ by more than their intervals (of these half widths, of 95 %) explain; None where one has none.

    The half width of a difference of two independent figures is the root of the sum of squares.
    """
    left, right = halves
    if left is None or right is None:
        return None
    return abs(after - before) > (left * left + right * right) ** 0.5
