"""An external assessment, drawn over and over: which sites it happens to draw, what it happens to find, what index that makes.

Sites are drawn without replacement, so many of each type (in an area, where the plan says so); every criterion of a drawn site's
checklist is rated. Each simulated assessment has its own draw of the model's chances, its own strictness and its own sites.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .model import Fitted, Floats, Ints, Strictness, Surprise

BLOCK = 100
"""How many draws of the model are held in memory at once."""
LITTLE = 0.005
"""Added to a loss before its log is taken: half a point of 100, so that an assessment without any loss has one."""


@dataclass(frozen=True)
class Quota:
    """`count` of these sites are drawn; a plan that asks for more than there are gets them all."""

    sites: Ints
    count: int

    @property
    def drawn(self) -> int:
        return min(self.count, len(self.sites))


@dataclass(frozen=True)
class Assessment:
    """The plan as numbers: quotas, and what an observation at each leaf is worth to the index (rate, 0 to 1)."""

    quotas: tuple[Quota, ...]
    worth: Floats

    def inclusion(self, sites: int) -> Floats:
        """The chance of every site to be drawn. Quotas do not overlap."""
        chances = np.zeros(sites)
        for quota in self.quotas:
            if quota.drawn:
                chances[quota.sites] = quota.drawn / len(quota.sites)
        return chances


def expected_index(fitted: Fitted, assessment: Assessment) -> float:
    """The expected rate of the index, exactly: worth × chance of being drawn × (1 − chance of a fault × what it loses)."""
    return float(_full(fitted, assessment) - expected_losses(fitted, assessment).sum())


def expected_losses(fitted: Fitted, assessment: Assessment) -> Floats:
    """By how much each leaf lowers the expected index."""
    leaves = fitted.leaves
    drawn = assessment.inclusion(int(leaves.site.max()) + 1)[leaves.site]
    return assessment.worth * drawn * fitted.faults() * fitted.mean_loss[leaves.criterion]


def _full(fitted: Fitted, assessment: Assessment) -> float:
    leaves = fitted.leaves
    return float((assessment.worth * assessment.inclusion(int(leaves.site.max()) + 1)[leaves.site]).sum())


def simulate(
    fitted: Fitted,
    assessment: Assessment,
    *,
    seed: int,
    draws: int = 400,
    each: int = 10,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Floats:
    """The index of `draws` × `each` simulated assessments (`each` per draw of the model), as rates. The same seed gives the same."""
    random = np.random.default_rng(seed)
    leaves = fitted.leaves
    starts = np.searchsorted(leaves.site, np.arange(int(leaves.site.max()) + 2))
    cumulated = np.cumsum(fitted.loss_chances, axis=1)
    clear = (1 - fitted.beliefs.standing) ** leaves.open
    results = np.empty(draws * each)
    done = 0
    while done < draws * each:
        tell(done, draws * each)
        block = fitted.draw(random, min(BLOCK, draws - done // each))
        drawn = _draw_sites(random, assessment, len(block) * each)
        factors = fitted.strictness.draw(random, len(drawn))
        for number, (sites, factor) in enumerate(zip(drawn, factors, strict=True)):
            rated = _leaves_of(sites, starts)
            fresh = np.minimum(1.0, (1 - block[number // each, rated]) * factor)
            faulty = rated[random.random(len(rated)) < 1 - (1 - fresh) * clear[rated]]
            which = (random.random((len(faulty), 1)) > cumulated[leaves.criterion[faulty]]).sum(axis=1)
            lost = fitted.losses[np.minimum(which, len(fitted.losses) - 1)]
            results[done] = max(0.0, assessment.worth[rated].sum() - (assessment.worth[faulty] * lost).sum())
            done += 1
    tell(done, draws * each)
    return results


def surprise(fitted: Fitted, assessment: Assessment, actual: float, *, seed: int, draws: int, each: int) -> Surprise:
    """How far the index that came (`actual`, a rate) lay from what the model says without strictness; see `model.strictness`."""
    plain = simulate(replace(fitted, strictness=Strictness.fixed(0.0)), assessment, seed=seed, draws=draws, each=each)
    whole = _full(fitted, assessment)
    logs = np.log(np.maximum(0.0, whole - plain) + LITTLE)
    leaves = fitted.leaves
    inclusion = assessment.inclusion(int(leaves.site.max()) + 1)[leaves.site]
    clear = (1 - fitted.beliefs.standing) ** leaves.open
    moved = assessment.worth * inclusion * (1 - fitted.means[-1]) * clear * fitted.mean_loss[leaves.criterion]
    lost = float(expected_losses(fitted, assessment).sum())
    error = float(np.log(max(0.0, whole - actual) + LITTLE) - logs.mean())
    return Surprise(error, float(logs.var()), float(moved.sum()) / (lost + LITTLE))


def _draw_sites(random: np.random.Generator, assessment: Assessment, times: int) -> Ints:
    """The sites of `times` assessments, one row each: of every quota so many, all sets alike likely."""
    rows = []
    for quota in assessment.quotas:
        order = random.random((times, len(quota.sites))).argpartition(quota.drawn - 1, axis=1)
        rows.append(quota.sites[order[:, : quota.drawn]])
    return np.concatenate(rows, axis=1)


def _leaves_of(sites: Ints, starts: Ints) -> Ints:
    """All leaves of these sites."""
    lengths = starts[sites + 1] - starts[sites]
    ends = np.cumsum(lengths)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts[sites] - (ends - lengths), lengths)


def interval(results: Floats, share: float = 0.9) -> tuple[float, float]:
    """The middle `share` of the simulated results."""
    low, high = np.quantile(results, [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)


def chance_of(results: Floats, threshold: float) -> float:
    """The share of simulated results that reach the threshold. With r of n: (r + ½)/(n + 1), never exactly 0 or 1."""
    return float(((results >= threshold - 1e-12).sum() + 0.5) / (len(results) + 1))


def rank_of(results: Floats, actual: float) -> float:
    """Where the actual result lies among the simulated ones, from 0 (below all) to 1; ties count half."""
    return float(((results < actual - 1e-12).sum() + (results <= actual + 1e-12).sum()) / (2 * len(results)))


def histogram(results: Floats, most: int = 24) -> list[tuple[float, float, int]]:
    """(from, to, how many) in steps of a whole or half point or a multiple, at most `most` of them."""
    low, high = float(results.min()), float(results.max())
    step = next((s for s in _STEPS if (high - low) / s < most - 1), _STEPS[-1])
    first = int(np.floor(low / step + 1e-9))
    bins = np.floor(results / step + 1e-9).astype(int) - first
    bins = np.minimum(bins, max(0, round(1 / step) - 1 - first))  # full marks belong to the last step below them
    counts = np.bincount(bins)
    return [(round((first + n) * step, 6), round((first + n + 1) * step, 6), int(count)) for n, count in enumerate(counts)]


_STEPS: Sequence[float] = (0.0025, 0.005, 0.01, 0.02, 0.05, 0.1)
