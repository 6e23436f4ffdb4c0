"""How strong a unit is: from its staff, its budget and its last result, each against the average of all."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

WEIGHTS = (Decimal("0.5"), Decimal("0.3"), Decimal("0.2"))
AVERAGE = Decimal(10)
"""Strength of a unit that is average in everything."""


def strengths(rows: Sequence[tuple[Decimal | None, ...]], weights: Sequence[Decimal] = WEIGHTS) -> list[Decimal]:
    """One strength per row of (staff, budget, last result); what is not known counts as average. Two decimals."""
    averages: list[Decimal | None] = []
    for column in range(len(weights)):
        known = [value for row in rows if (value := row[column]) is not None]
        averages.append(sum(known, Decimal(0)) / len(known) if known else None)
    whole = sum(weights, Decimal(0)) or Decimal(1)
    found = []
    for row in rows:
        total = Decimal(0)
        for value, average, weight in zip(row, averages, weights, strict=True):
            total += weight * (value / average if value is not None and average else Decimal(1))
        found.append((AVERAGE * total / whole).quantize(Decimal("0.01"), ROUND_HALF_UP))
    return found
