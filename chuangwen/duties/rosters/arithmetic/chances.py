"""How likely a post is short: from its own record of how many of those planned came, never from a person's.

The share that comes has a Beta distribution after what was seen (Jeffreys: half a person came and half did not before anything was seen). The
interval is that of the share; the chance of being short is beta-binomial, so that it is wider where little is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma

import numpy as np

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
    return shares([(planned, came, days)], level=level)[0]


def shares(seen: Sequence[tuple[int, int, int]], *, level: float = LEVEL) -> list[Share]:
    """The same of many posts at once: planned, came and days of each."""
    from scipy.special import betaincinv  # takes long to read: only who asks waits for it

    if not seen:
        return []
    planned, came = (np.array([row[at] for row in seen], dtype=float) for at in (0, 1))
    came = np.minimum(came, planned)
    a, b = PRIOR + came, PRIOR + planned - came
    tail = (1 - level) / 2
    low, high = betaincinv(a, b, tail).tolist(), betaincinv(a, b, 1 - tail).tolist()
    mean = (a / (a + b)).tolist()
    return [Share(mean[n], low[n], high[n], row[2], row[0], min(row[1], row[0])) for n, row in enumerate(seen)]


@lru_cache(maxsize=10_000)  # what is known is part of the question: the posts of a ground ask the same thing day after day
def short_chance(needed: int, planned: int, known: Share) -> float:
    """The chance that fewer than ``needed`` of ``planned`` people come. 1 where fewer are planned, 0 where none are needed."""
    if needed <= 0:
        return 0.0
    if planned < needed:
        return 1.0
    a, b = PRIOR + known.came, PRIOR + known.planned - known.came
    log_whole = lgamma(a) + lgamma(b) - lgamma(a + b)
    chance = 0.0
    for k in range(needed):
        log_ways = lgamma(planned + 1) - lgamma(k + 1) - lgamma(planned - k + 1)
        log_part = lgamma(a + k) + lgamma(b + planned - k) - lgamma(a + b + planned)
        chance += exp(log_ways + log_part - log_whole)
    return min(1.0, chance)
