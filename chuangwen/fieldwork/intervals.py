"""How uncertain a figure is: pure, with the usual textbook formulas. Shares and results lie between 0 and 1; intervals are of 95 %."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, sqrt
from statistics import fmean, variance

Z = 1.959964
"""The 97.5 % point of the normal distribution."""
FEW = 5
"""Shares of fewer things than this are not told apart from others."""
STUDENT = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
    2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
"""The 97.5 % points of Student's distribution for 1 to 30 degrees of freedom."""


@dataclass(frozen=True)
class Estimate:
    """A figure from ``n`` of ``of`` things with the interval that holds the whole's figure 19 times of 20. No ``value``: nothing was seen.
    No ``low``: too little was seen to say how uncertain it is."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    of: int | None = None


def student(freedom: int) -> float:
    """The 97.5 % point of Student's distribution; beyond 30 degrees by the first terms of its expansion in 1/freedom."""
    return STUDENT[freedom - 1] if freedom <= len(STUDENT) else Z + (Z**3 + Z) / (4 * freedom)


def wilson(good: int, n: int) -> Estimate:
    """The share of ``good`` among ``n`` with Wilson's score interval (1927): it is right for few cases and near 0 and 1 too."""
    if not n:
        return Estimate(None, None, None, 0)
    share = good / n
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return Estimate(share, 0.0 if good == 0 else max(0.0, middle - half), 1.0 if good == n else min(1.0, middle + half), n)


def difference(good: int, n: int, others_good: int, others: int) -> Estimate:
    """The share of ``good`` among ``n`` less that of ``others_good`` among ``others``, with the interval that is made of the two Wilson ones
    (Newcombe, Statistics in Medicine 17, 1998, method 10). The two groups have nothing in common. No ``value``: one of them is empty."""
    here, there = wilson(good, n), wilson(others_good, others)
    if here.value is None or there.value is None:
        return Estimate(None, None, None, n)
    apart = here.value - there.value
    low = apart - hypot(here.value - (here.low or 0.0), (there.high or 0.0) - there.value)
    high = apart + hypot((here.high or 0.0) - here.value, there.value - (there.low or 0.0))
    return Estimate(apart, max(-1.0, low), min(1.0, high), n)


def compared(good: int, n: int, others_good: int, others: int) -> int | None:
    """Whether a share lies above (1) or below (-1) that of all the others; 0 where the interval of the difference holds nought: chance alone
    could have made it, and the two are not to be told apart. None where there is nothing to compare. Fewer than ``FEW`` on a side are never told
    apart: the interval is too narrow there (nought of two beside 83 of 118 is no evidence, Fisher's test gives 0.09)."""
    told = difference(good, n, others_good, others)
    if told.low is None or told.high is None:
        return None
    if min(n, others) < FEW:
        return 0
    return 1 if told.low > 0 else -1 if told.high < 0 else 0


def mean_of_some(values: Sequence[float], of: int) -> Estimate:
    """The mean over the sites seen so far, as an estimate of the mean over all ``of`` sites of the round.

    Student's interval with the finite population correction, the root of 1 − n / of: it narrows as the round goes on and is nothing when
    every site was seen. Cut off at 0 and 1. With one site seen of several there is no interval.
    """
    n = len(values)
    if not n:
        return Estimate(None, None, None, 0, of)
    mean, left = fmean(values), max(0.0, 1 - n / of) if of else 0.0
    if not left:
        return Estimate(mean, mean, mean, n, of)
    if n == 1:
        return Estimate(mean, None, None, n, of)
    half = student(n - 1) * sqrt(left * variance(values) / n)
    return Estimate(mean, max(0.0, mean - half), min(1.0, mean + half), n, of)


def ratio_of_some(parts: Sequence[tuple[float, float]], of: int) -> Estimate:
    """Sum got / sum possible over the sites seen, (got, possible) each, as an estimate of the same over all ``of`` sites.

    The usual linearisation of a ratio of two sums (Cochran, Sampling Techniques, 3rd ed., 1977, section 6.4): sites are what was drawn, and
    what is found at one site hangs together. Student's interval with the finite population correction, cut off at 0 and 1.
    """
    parts = [part for part in parts if part[1] > 0]
    n, possible = len(parts), sum(whole for _got, whole in parts)
    if not n:
        return Estimate(None, None, None, 0, of)
    ratio = sum(got for got, _whole in parts) / possible
    left = max(0.0, 1 - n / of) if of else 0.0
    if not left:
        return Estimate(ratio, ratio, ratio, n, of)
    if n == 1:
        return Estimate(ratio, None, None, n, of)
    spread = sum((got - ratio * whole) ** 2 for got, whole in parts)
    half = student(n - 1) * sqrt(left * n / (n - 1) * spread) / possible
    return Estimate(ratio, max(0.0, ratio - half), min(1.0, ratio + half), n, of)
