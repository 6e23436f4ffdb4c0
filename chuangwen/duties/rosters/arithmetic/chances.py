"""How likely a post is short: from its own record of how many of those planned came, never from a person's.

The share that comes has a Beta distribution after what was seen (Jeffreys: half a person came and half did not before anything was seen). The
interval is that of the share; the chance of being short is beta-binomial, so that it is wider where little is known.
"""

from __future__ import annotations

from dataclasses import dataclass

PRIOR = 0.5
LEVEL = 0.9


@dataclass(frozen=True)
class Share:
    """The share of those planned that comes, with its interval; ``days`` and ``planned`` say how much was seen."""

    mean: float
    low: float
    high: float
    days: int
    planned: int
    came: int


def share(planned: int, came: int, days: int, *, level: float = LEVEL) -> Share:
    """After ``came`` of ``planned`` people came in ``days`` days; more than planned count as all of them."""
    from scipy import stats  # takes long to read: only who asks waits for it

    came = min(came, planned)
    a, b = PRIOR + came, PRIOR + planned - came
    tail = (1 - level) / 2
    low, high = (float(one) for one in stats.beta.ppf((tail, 1 - tail), a, b))
    return Share(a / (a + b), low, high, days, planned, came)


def short_chance(needed: int, planned: int, known: Share) -> float:
    """The chance that fewer than ``needed`` of ``planned`` people come. 1 where fewer are planned, 0 where none are needed."""
    from scipy import stats

    if needed <= 0:
        return 0.0
    if planned < needed:
        return 1.0
    a, b = PRIOR + known.came, PRIOR + known.planned - known.came
    return float(stats.betabinom.cdf(needed - 1, planned, a, b))
