"""What to do next: which open problems to put right within a budget of hours, and which sites to look at to learn most.

**Repairs.** The expected index is exact (`simulation.expected_index`), so what a repair adds to it is too. Several open problems at
one site and criterion do not add up: while one of them stands, putting the others right gains little. They form a group whose
gain depends on how many are done (the cheapest first); of each group one number is chosen, which makes the choice a knapsack with
alternatives. HiGHS (in SciPy) solves it to proven optimality, or says how far from it the plan can be at most.

**Visits.** Looking at a site tells of the site and, through pooling, of its area, type and criteria. A Beta chance of a + b trials has
after k more observations on average the variance v·(a + b)/(a + b + k): exact for a leaf; above it one observation counts as so
many effective ones as the counts of its children now allow. What visits take off the variance of the expected index is thus concave
in the effective observations of each node. Such a sum is submodular: taking the best visit per minute again and again comes near
the optimum, and at every plan an upper bound of the optimum is known (the plan's gain and the best of what is left).
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .model import Fitted, Floats, Ints
from .simulation import Assessment

SECONDS = 2.0
Seen = list[Floats]


@dataclass(frozen=True)
class Repair:
    """An open problem at a leaf. `minutes` of work to put it right."""

    key: int
    leaf: int
    minutes: int


@dataclass(frozen=True)
class Group:
    """The open problems of one leaf, cheapest first; `gains[j]` is what putting the first j + 1 right adds to the expected index."""

    leaf: int
    repairs: tuple[Repair, ...]
    gains: tuple[float, ...]

    def minutes(self, number: int) -> int:
        """Of the first `number` repairs."""
        return sum(repair.minutes for repair in self.repairs[:number])


@dataclass(frozen=True)
class RepairPlan:
    """What was chosen (keys of repairs), what it gains, and at most how much the best plan gains; `proven`: no plan gains more."""

    chosen: tuple[int, ...]
    gain: float
    minutes: int
    bound: float
    proven: bool


def groups_of(repairs: Sequence[Repair], fitted: Fitted, assessment: Assessment) -> list[Group]:
    """The repairs by leaf with their exact gains. A leaf whose model knows of more open problems than are given keeps the rest open."""
    leaves = fitted.leaves
    drawn = assessment.inclusion(int(leaves.site.max()) + 1)[leaves.site]
    worth = assessment.worth * drawn * fitted.mean_loss[leaves.criterion] * fitted.means[-1]
    absent = 1 - fitted.beliefs.standing
    at: dict[int, list[Repair]] = defaultdict(list)
    for repair in repairs:
        at[repair.leaf].append(repair)
    groups = []
    for leaf, members in sorted(at.items()):
        members.sort(key=lambda repair: (repair.minutes, repair.key))
        known = max(int(leaves.open[leaf]), len(members))
        gains = [float(worth[leaf]) * (absent ** (known - j) - absent**known) for j in range(1, len(members) + 1)]
        groups.append(Group(leaf, tuple(members), tuple(gains)))
    return groups


def choose(groups: Sequence[Group], budget: int, *, seconds: float = SECONDS) -> RepairPlan:
    """The repairs that raise the expected index most within `budget` minutes."""
    options = [
        (group, number, group.minutes(number), gain)
        for group in groups
        for number, gain in enumerate(group.gains, start=1)
        if gain > 0 and group.minutes(number) <= budget
    ]
    if not options:
        return RepairPlan((), 0.0, 0, 0.0, True)
    taken, bound, proven = _solved(options, budget, seconds)
    chosen = [option for option, take in zip(options, taken, strict=True) if take]
    keys = tuple(repair.key for group, number, _, _ in chosen for repair in group.repairs[:number])
    gain = sum(gain for *_, gain in chosen)
    return RepairPlan(keys, gain, sum(minutes for _, _, minutes, _ in chosen), max(gain, bound), proven)


def _solved(options: Sequence[tuple[Group, int, int, float]], budget: int, seconds: float) -> tuple[list[bool], float, bool]:
    """Which options to take, the upper bound of the gain, whether optimality is proven."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    gains = np.array([gain for *_, gain in options])
    best = gains.max()
    leaves = {group.leaf: row for row, group in enumerate({option[0].leaf: option[0] for option in options}.values(), start=1)}
    columns = np.arange(len(options))
    rows = np.concatenate([np.zeros(len(options), dtype=int), [leaves[group.leaf] for group, *_ in options]])
    values = np.concatenate([[minutes for _, _, minutes, _ in options], np.ones(len(options))])
    matrix = coo_array((values, (rows, np.concatenate([columns, columns]))), shape=(len(leaves) + 1, len(options))).tocsr()
    most = np.concatenate([[budget], np.ones(len(leaves))])
    found = milp(
        -gains / best, integrality=np.ones(len(options)), bounds=Bounds(0, 1), constraints=LinearConstraint(matrix, ub=most),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )  # fmt: skip
    if found.x is None:
        return _greedy_options(options, budget), float(gains.sum()), False
    return [value > 0.5 for value in found.x], -float(found.mip_dual_bound) * float(best), found.status == 0


def greedy(groups: Sequence[Group], budget: int) -> RepairPlan:
    """The plan that people make by hand: the best gain per minute first, while it fits. What `choose` is measured against."""
    options = [
        (group, number, group.minutes(number), gain)
        for group in groups for number, gain in enumerate(group.gains, start=1) if gain > 0
    ]
    taken = [option for option, take in zip(options, _greedy_options(options, budget), strict=True) if take]
    keys = tuple(repair.key for group, number, _, _ in taken for repair in group.repairs[:number])
    gain = sum(option[3] for option in taken)
    return RepairPlan(keys, gain, sum(option[2] for option in taken), sum(option[3] for option in options), False)


def _greedy_options(options: Sequence[tuple[Group, int, int, float]], budget: int) -> list[bool]:
    taken, left, done = [False] * len(options), budget, set()
    for place in sorted(range(len(options)), key=lambda place: -options[place][3] / max(1, options[place][2])):
        group, _, minutes, _ = options[place]
        if minutes <= left and group.leaf not in done:
            taken[place] = True
            left -= minutes
            done.add(group.leaf)
    return taken


@dataclass(frozen=True)
class Visit:
    """A site that can be looked at. `minutes` there."""

    site: int
    minutes: int


@dataclass(frozen=True)
class VisitPlan:
    """Sites in the order in which they were taken, what each adds (variance of the index taken off), and at most what any plan takes off."""

    chosen: tuple[int, ...]
    gains: tuple[float, ...]
    minutes: int
    bound: float
    variance: float

    @property
    def gain(self) -> float:
        return sum(self.gains)


@dataclass(frozen=True)
class Shared:
    """A level above the leaves: the node of every leaf, the variance that each node brings into the expected index, the trials of its
    posterior, and how many effective observations of the node one more at the leaf is."""

    node: Ints
    variance: Floats
    trials: Floats
    adds: Floats


class Learning:
    """What visits take off the variance of the expected index."""

    def __init__(self, fitted: Fitted, assessment: Assessment):
        leaves, level = fitted.leaves, fitted.levels[-1]
        drawn = assessment.inclusion(int(leaves.site.max()) + 1)[leaves.site]
        weight = assessment.worth * drawn * fitted.mean_loss[leaves.criterion]
        weight = weight * (1 - fitted.beliefs.standing) ** leaves.open
        mean = fitted.means[-1]
        self.leaf_trials = level.kappa + level.trials
        self.leaf_variance = weight**2 * mean * (1 - mean) / (self.leaf_trials + 1)
        self.above: list[Shared] = []
        through = weight * level.kappa / self.leaf_trials
        n, k = level.trials, level.kappa
        adds = (n + 1) * (k + 1) / (n + 1 + k) - n * (k + 1) / (n + k)
        node = level.parent
        for place in range(len(fitted.levels) - 2, -1, -1):
            level, means = fitted.levels[place], fitted.means[place]
            trials = level.kappa + level.trials
            moved = np.bincount(node, through, len(means))
            self.above.append(Shared(node, moved**2 * means * (1 - means) / (trials + 1), trials, adds))
            through = through * (level.kappa / trials)[node]
            adds = adds * (level.kappa * (level.kappa + 1) / trials**2)[node]
            node = level.parent[node]
        order = np.argsort(leaves.site, kind="stable")
        bounds = np.searchsorted(leaves.site[order], np.arange(int(leaves.site.max()) + 2))
        self.leaves_at = [order[bounds[s] : bounds[s + 1]] for s in range(len(bounds) - 1)]

    @property
    def variance(self) -> float:
        """Of the expected index, as far as sites, areas, types and criteria are not known."""
        return float(self.leaf_variance.sum() + sum(shared.variance.sum() for shared in self.above))

    def nothing(self) -> Seen:
        """Effective observations by visits so far, level by level: none."""
        return [np.zeros(len(shared.variance)) for shared in self.above]

    def own(self, site: int) -> float:
        """What one visit takes off the variance of the site's own leaves."""
        at = self.leaves_at[site]
        return float((self.leaf_variance[at] / (self.leaf_trials[at] + 1)).sum())

    def shared(self, site: int, seen: Seen) -> float:
        """What it takes off all that the site shares with others, after `seen` effective observations of each."""
        at, total = self.leaves_at[site], 0.0
        for shared, before in zip(self.above, seen, strict=True):
            nodes, at_once = np.unique(shared.node[at], return_inverse=True)
            n, known = shared.trials[nodes], before[nodes]
            more = known + np.bincount(at_once, shared.adds[at], len(nodes))
            total += float((shared.variance[nodes] * (n / (n + known) - n / (n + more))).sum())
        return total

    def take(self, site: int, seen: Seen) -> None:
        """Count the visit in `seen`."""
        at = self.leaves_at[site]
        for shared, before in zip(self.above, seen, strict=True):
            np.add.at(before, shared.node[at], shared.adds[at])

    def gain(self, sites: Sequence[int]) -> float:
        """What these visits take off together, whatever their order."""
        seen, total = self.nothing(), 0.0
        for site in sites:
            total += self.own(site) + self.shared(site, seen)
            self.take(site, seen)
        return total


def look(learning: Learning, visits: Sequence[Visit], budget: int) -> VisitPlan:
    """Which sites to look at within `budget` minutes: the most learnt per minute first, each site once."""
    minutes = {visit.site: visit.minutes for visit in visits}
    seen = learning.nothing()
    own = {site: learning.own(site) for site in minutes}
    heap = [(-(own[site] + learning.shared(site, seen)) / max(1, minutes[site]), site, 0) for site in minutes]
    heapq.heapify(heap)
    chosen: list[int] = []
    gains: list[float] = []
    left = budget
    while heap:
        rate, site, at = heapq.heappop(heap)
        if minutes[site] > left or rate >= 0:
            continue
        if at < len(chosen):  # others were taken since: what it adds has fallen, never risen
            fresh = own[site] + learning.shared(site, seen)
            heapq.heappush(heap, (-fresh / max(1, minutes[site]), site, len(chosen)))
            continue
        gains.append(-rate * max(1, minutes[site]))
        chosen.append(site)
        learning.take(site, seen)
        left -= minutes[site]
    return VisitPlan(tuple(chosen), tuple(gains), budget - left, _bound(learning, minutes, own, chosen, gains, seen, budget), learning.variance)


def _bound(learning, minutes, own, chosen, gains, seen, budget: int) -> float:
    """No plan takes off more than this one and, of what is left, the best per minute that fills the whole budget once more."""
    taken = set(chosen)
    rest = sorted(
        ((own[site] + learning.shared(site, seen), minutes[site]) for site in minutes if site not in taken),
        key=lambda pair: -pair[0] / max(1, pair[1]),
    )
    bound, left = sum(gains), float(budget)
    for gain, cost in rest:
        part = min(1.0, left / max(1, cost))
        bound += gain * part
        left -= cost * part
        if left <= 0:
            break
    return bound
