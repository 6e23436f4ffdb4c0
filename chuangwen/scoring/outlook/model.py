"""How likely each criterion holds at each site: partial pooling over criterion, site type, area and site.

**Evidence.** An observation counts as `held` when it lost nothing. It weighs 2^(−age / half-life): what was seen a half-life ago counts
half. A failure whose case has been closed since counts as held with weight 1 − rebound, dated at the closing. An open case at
a site and criterion means that the fault stands with the chance `standing`, each open case by itself.

**Model.** Levels 0 to 4: everything; criterion; criterion × type; × area (a *cell*); × site (a *leaf*). A child's chance of
holding is Beta(κ·m, κ·(1 − m)) about its parent's m; κ of the level says how alike the children are. A leaf's weighted
counts (held h of n) are binomial. So the posterior of a child given its parent is again a Beta, Beta(κm + h, κ(1 − m) + n − h),
and is drawn exactly.

**Pooling upwards.** n trials of one child tell less of the parent than n trials of n children. A beta-binomial share of n trials has
the variance m(1 − m)(n + κ) / (n(κ + 1)), as much as a binomial one of n(κ + 1)/(n + κ) trials: with so many trials a child
enters its parent's counts (all of them for κ → ∞, one for κ → 0).

**κ** is set by empirical Bayes, level by level from the leaves up: the value on a grid with the largest beta-binomial marginal
likelihood Σ log B(κm + h, κ(1 − m) + n − h) − log B(κm, κ(1 − m)) about the parents' pooled shares. Here every observation
counts whole, whatever its age: how alike children are does not fade, and a fraction of a trial would make them look more alike.

**Means are exact.** E[child | parent] is linear in the parent, so the posterior mean of every leaf follows top-down without drawing.

**The day's strictness.** Assessments differ in ways that no site explains (season, assessor, a campaign that the evidence lags behind). In
one assessment all chances of a fault but those of known open problems are multiplied by one log-normal factor with mean 1 and scale τ.
τ is learnt from the results of past rounds (`strictness`), and drawn anew for every simulated assessment: so few rounds do not fix it, and
an interval that took one value for certain would be too narrow. Mean 1 keeps expectations what they are (up to the cap at 1).

**Severity.** What a fault loses is drawn from the losses seen at its criterion, with five more from those of all criteria.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVELS = ("criterion", "type", "area", "site")
GRID = np.geomspace(0.5, 500.0, 31)
LEAST = 1e-3
"""No parameter of a Beta is smaller: a chance of exactly 0 or 1 is never claimed."""
SHARED_LOSSES = 5.0
STRICTNESS = 0.20
"""τ before anything is known: the scale of its half-Cauchy prior."""
TAUS = np.linspace(0.0, 1.0, 101)
"""The values of τ that are weighed against each other."""


@dataclass(frozen=True)
class Leaves:
    """Every site × criterion of its checklist, sorted by site. `site`, `criterion`, `type`, `area`: numbers from 0; `open`: open cases."""

    site: Ints
    criterion: Ints
    type: Ints
    area: Ints
    open: Ints


@dataclass(frozen=True)
class Evidence:
    """One entry per observation: its leaf, the share it got (0 to 1), its age in days; `handled`: its fault has a case, which was closed
    since or is still open (and then counted among the open ones of its leaf)."""

    leaf: Ints
    share: Floats
    age: Floats
    handled: NDArray[np.bool_]


@dataclass(frozen=True)
class Beliefs:
    """The parameters that people set: half-life of evidence in days, chance that an open fault stands, that a closed one is back."""

    half_life: float = 90.0
    standing: float = 0.9
    rebound: float = 0.1


@dataclass(frozen=True)
class Surprise:
    """A past round beside its forecast without strictness: log of what the index lost less the mean log of what simulated ones lost
    (`error`), the variance of the latter, and which part of the expected loss strictness moves (`share`, 0 to 1: known open faults stay)."""

    error: float
    variance: float
    share: float = 1.0


@dataclass(frozen=True)
class Strictness:
    """What is known of τ: its possible values and their chances."""

    taus: Floats
    chances: Floats

    @property
    def mean(self) -> float:
        return float(self.taus @ self.chances)

    def draw(self, random: np.random.Generator, times: int) -> Floats:
        """The factors of `times` assessments, each with a τ of its own."""
        taus = random.choice(self.taus, size=times, p=self.chances)
        return np.exp(taus * random.standard_normal(times) - taus * taus / 2)

    @classmethod
    def fixed(cls, tau: float) -> Strictness:
        """τ known for certain."""
        return cls(np.array([tau]), np.array([1.0]))


@dataclass(frozen=True)
class Level:
    """Children of one level: the parent of each, and the effective counts that they enter with. Of the leaves: as they stand today."""

    parent: Ints
    held: Floats
    trials: Floats
    kappa: float


@dataclass(frozen=True)
class Fitted:
    """The posterior. `levels` from criterion down to site; the children of the last are the leaves, in their order."""

    levels: tuple[Level, ...]
    held: float
    trials: float
    means: tuple[Floats, ...]
    leaves: Leaves
    beliefs: Beliefs
    losses: Floats
    loss_chances: Floats
    strictness: Strictness

    @property
    def mean_loss(self) -> Floats:
        """What a fault loses on average, by criterion."""
        return self.loss_chances @ self.losses

    def faults(self, holds: Floats | None = None) -> Floats:
        """Chance of a fault at each leaf, with its open cases; `holds` in place of the posterior means."""
        holds = self.means[-1] if holds is None else holds
        return 1 - holds * (1 - self.beliefs.standing) ** self.leaves.open

    def draw(self, random: np.random.Generator, times: int) -> Floats:
        """`times` exact draws of the chance of holding at every leaf, from the top down: (times, leaves)."""
        above = random.beta(1 + self.held, 1 + self.trials - self.held, size=(times, 1))
        for level in self.levels:
            above = above[:, level.parent]
            held = np.maximum(LEAST, level.kappa * above + level.held)
            failed = np.maximum(LEAST, level.kappa * (1 - above) + level.trials - level.held)
            above = random.beta(held, failed)
        return above


def fit(leaves: Leaves, evidence: Evidence, criteria: int, beliefs: Beliefs, strict: Strictness) -> Fitted:
    """The posterior of every leaf. `criteria`: how many criteria there are; `strict`: what past rounds teach of the strictness."""
    trials = 0.5 ** (evidence.age / beliefs.half_life)
    held = (evidence.share >= 1).astype(float)
    size = len(leaves.site)
    n, h = _sums(evidence.leaf, trials, size), _sums(evidence.leaf, trials * held, size)
    whole_n, whole_h = _sums(evidence.leaf, np.ones(len(evidence.leaf)), size), _sums(evidence.leaf, held, size)
    today = h + _sums(evidence.leaf, trials * (1 - held) * evidence.handled * (1 - beliefs.rebound), size)
    parents, sizes = _parents(leaves)
    levels: list[Level] = []
    for parent, above in zip(reversed(parents), reversed(sizes), strict=True):
        kappa = _kappa(parent, whole_h, whole_n, above)
        levels.append(Level(parent, h if levels else today, n, kappa))
        h, n = _pooled(parent, h, n, kappa, above)
        whole_h, whole_n = _pooled(parent, whole_h, whole_n, kappa, above)
    levels.reverse()
    means, above = [], np.array([(1 + h[0]) / (2 + n[0])])
    for level in levels:
        above = (level.kappa * above[level.parent] + level.held) / (level.kappa + level.trials)
        means.append(above)
    losses, chances = _severity(leaves, evidence, trials, criteria)
    return Fitted(tuple(levels), float(h[0]), float(n[0]), tuple(means), leaves, beliefs, losses, chances, strict)


def strictness(past: Sequence[Surprise]) -> Strictness:
    """The posterior of τ out of past rounds, on the grid TAUS.

    Given τ, the error of a round is normal about −sτ²/2 with the variance v + s²τ²: its own (luck of the draw, what is not known of
    sites) and that between rounds, of which the share s of the loss takes part. The prior is half-Cauchy with the scale STRICTNESS
    (Gelman 2006, Prior distributions for variance parameters in hierarchical models, Bayesian Analysis 1(3), section 4.3). What is judged is
    the loss of the index itself, not the number of faults: strict days find worse faults too and at criteria that weigh more, so that counts
    of faults told two thirds of the scatter. A steady error to one side raises τ like any other: the mean is not moved by it.
    """
    logs = -np.log1p((TAUS / STRICTNESS) ** 2)
    for each in past:
        spread = each.variance + (each.share * TAUS) ** 2 + LEAST**2
        logs = logs - (each.error + each.share * TAUS**2 / 2) ** 2 / (2 * spread) - np.log(spread) / 2
    chances = np.exp(logs - logs.max())
    return Strictness(TAUS, chances / chances.sum())


def _parents(leaves: Leaves) -> tuple[list[Ints], list[int]]:
    """For each level the parent of every child, and how many parents there are."""
    cells, cell_of_leaf = np.unique(np.stack([leaves.criterion, leaves.type, leaves.area]), axis=1, return_inverse=True)
    pairs, pair_of_cell = np.unique(cells[:2], axis=1, return_inverse=True)
    criteria, criterion_of_pair = np.unique(pairs[0], return_inverse=True)
    parents = [np.zeros(len(criteria), np.int64), criterion_of_pair, pair_of_cell.ravel(), cell_of_leaf.ravel()]
    return parents, [1, len(criteria), pairs.shape[1], cells.shape[1]]


def _sums(place: Ints, amounts: Floats, size: int) -> Floats:
    """The sum of the amounts at each place."""
    return np.bincount(place, amounts, size).astype(float)


def _pooled(parent: Ints, held: Floats, trials: Floats, kappa: float, parents: int) -> tuple[Floats, Floats]:
    """What the children's counts tell of their parents."""
    weight = (kappa + 1) / (trials + kappa)
    return _sums(parent, held * weight, parents), _sums(parent, trials * weight, parents)


def _kappa(parent: Ints, held: Floats, trials: Floats, parents: int) -> float:
    """The κ of the grid that makes the children's counts likeliest about their parents' pooled shares."""
    from scipy.special import betaln  # takes long to read: only who fits waits for it

    seen = trials > 0
    if not seen.any():
        return float(GRID[len(GRID) // 2])
    h, n, above = held[seen], trials[seen], parent[seen]
    middle = (h.sum() + 1) / (n.sum() + 2)
    pooled = (np.bincount(above, h, parents) + 2 * middle) / (np.bincount(above, n, parents) + 2)
    m = np.clip(pooled[above], LEAST, 1 - LEAST)
    likelihoods = [(betaln(k * m + h, k * (1 - m) + n - h) - betaln(k * m, k * (1 - m))).sum() for k in GRID]
    return float(GRID[int(np.argmax(likelihoods))])


def _severity(leaves: Leaves, evidence: Evidence, weights: Floats, criteria: int) -> tuple[Floats, Floats]:
    """The losses that faults had (values), and their chances by criterion (criteria × values)."""
    lost = evidence.share < 1
    if not lost.any():
        return np.array([1.0]), np.ones((criteria, 1))
    losses, which = np.unique(np.round(1 - evidence.share[lost], 4), return_inverse=True)
    table = np.zeros((criteria, len(losses)))
    np.add.at(table, (leaves.criterion[evidence.leaf[lost]], which), weights[lost])
    everywhere = table.sum(axis=0)
    table += SHARED_LOSSES * everywhere / everywhere.sum()
    return losses, table / table.sum(axis=1, keepdims=True)
