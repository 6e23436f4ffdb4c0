"""Which volunteers look after whom: near, with time, and so that nobody carries too much. Pure: plain tables in, pairs out; knows no Django.

Everything is metres. A pair of person and volunteer costs the way between them, dearer where the volunteer has told fewer free parts of the week
than the person asks for; each further person of one volunteer costs more than the one before (``Weights.load``), so that load is spread before
anybody walks far. The plan is a network: the linear programme over it has whole corners, so what the simplex gives is a plan, and the best one.
It starts with the nearest volunteers of each person and takes in every pair that the prices of the solution say could improve it, until none
is left out that could (column generation): the result is the optimum over all pairs, and ``Paired.bound`` says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

NEAREST = 20
ROUNDS = 25
UNMET = 1e7
"""What it costs that somebody has a volunteer too few: more than any way."""


@dataclass(frozen=True)
class Weights:
    """Metres. ``unknown``: the way where one of the two has no place on the map but the same town; ``elsewhere``: added where they live in
    different communities; ``slot``: for each free part of the week too few; ``load``: for the second person of a volunteer, twice that for
    the third, and so on; ``most``: so many people at most to one volunteer."""

    unknown: float = 1500.0
    elsewhere: float = 300.0
    slot: float = 150.0
    load: float = 800.0
    most: int = 3


@dataclass(frozen=True)
class Someone:
    """A cared person, or a volunteer: place (degrees) if known, community, and of a volunteer ``free`` parts of the week and ``load`` (people
    whom they look after already); of a person ``free`` is how many parts of the week are wanted."""

    key: int
    community: int
    lat: float | None = None
    lon: float | None = None
    free: int = 0
    load: int = 0


@dataclass(frozen=True)
class Choice:
    """A pair with its reasons. ``metres`` is None where a place is not known."""

    person: int
    volunteer: int
    cost: float
    metres: float | None
    same_community: bool
    free: int
    load: int


@dataclass
class Paired:
    """``of``: by person the volunteers, the best first. ``short``: by person how many are missing. ``cost`` and ``bound`` are metres: they are
    equal when the plan is proven to be the best."""

    of: dict[int, list[int]] = field(default_factory=dict)
    short: dict[int, int] = field(default_factory=dict)
    cost: float = 0.0
    bound: float = 0.0

    @property
    def gap(self) -> float:
        """How much better a plan could at most be, as a share of its cost; 0 is proven."""
        return max(0.0, (self.cost - self.bound) / self.cost) if self.cost else 0.0


def metres(people: Sequence[Someone], volunteers: Sequence[Someone]) -> np.ndarray:
    """The ways as the crow flies, shape (people, volunteers); nan where a place is not known. Good to a thousandth within a town."""
    def degrees(rows: Sequence[Someone]) -> tuple[np.ndarray, np.ndarray]:
        lat = np.array([np.nan if one.lat is None else one.lat for one in rows], dtype=float)
        lon = np.array([np.nan if one.lon is None else one.lon for one in rows], dtype=float)
        return np.radians(lat), np.radians(lon)

    lat1, lon1 = degrees(people)
    lat2, lon2 = degrees(volunteers)
    across = (lon2[None, :] - lon1[:, None]) * np.cos((lat1[:, None] + lat2[None, :]) / 2)
    return 6_371_008.8 * np.hypot(lat2[None, :] - lat1[:, None], across)


def costs(people: Sequence[Someone], volunteers: Sequence[Someone], weights: Weights) -> tuple[np.ndarray, np.ndarray]:
    """What each pair costs without load, and the ways; both of shape (people, volunteers)."""
    way = metres(people, volunteers)
    cost = np.where(np.isnan(way), weights.unknown, way)
    cost += weights.elsewhere * (np.array([p.community for p in people])[:, None] != np.array([v.community for v in volunteers])[None, :])
    wanted, free = np.array([p.free for p in people])[:, None], np.array([v.free for v in volunteers])[None, :]
    return cost + weights.slot * np.maximum(0, wanted - free), way


def propose(
    person: Someone, volunteers: Sequence[Someone], *, count: int = 5, without: Collection[int] = (), weights: Weights | None = None
) -> list[Choice]:
    """The volunteers who would suit one person best, with their load counted in; the best first."""
    weights = weights or Weights()
    rows = [one for one in volunteers if one.key not in set(without) and one.load < weights.most]
    if not rows:
        return []
    cost, way = costs([person], rows, weights)
    found = [
        Choice(
            person.key, one.key, float(cost[0, n]) + weights.load * one.load, None if np.isnan(way[0, n]) else float(way[0, n]),
            one.community == person.community, one.free, one.load,
        )
        for n, one in enumerate(rows)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.cost, one.volunteer))[:count]


def pair(
    people: Sequence[Someone], volunteers: Sequence[Someone], wanted: Mapping[int, int], *, forbidden: Collection[tuple[int, int]] = (),
    weights: Weights | None = None,
) -> Paired:  # fmt: skip
    """So many volunteers (``wanted`` by person) to each person, at the least cost in all. ``forbidden``: (person, volunteer) pairs that cannot
    be, such as those that stand already. A volunteer's ``load`` counts towards ``most``. Raises RuntimeError where the solver fails."""
    weights = weights or Weights()
    people = [one for one in people if wanted.get(one.key, 0) > 0]
    told = Paired(of={one.key: [] for one in people})
    if not people:
        return told
    if not volunteers:
        told.short = {one.key: wanted[one.key] for one in people}
        return told
    cost, _way = costs(people, volunteers, weights)
    at = {one.key: n for n, one in enumerate(people)}
    column = {one.key: n for n, one in enumerate(volunteers)}
    for who, whom in forbidden:
        if who in at and whom in column:
            cost[at[who], column[whom]] = np.inf
    need = np.array([wanted[one.key] for one in people], dtype=float)
    taken = _nearest(cost)
    for _round in range(ROUNDS):
        value, chosen, missing, prices = _solve(cost, taken, need, volunteers, weights)
        reduced = cost - prices[0][:, None] - prices[1][None, :]
        better = (reduced < -1e-6) & ~taken & np.isfinite(cost)
        # Prices of upper bounds belong to pairs that are in; what is left out has none, so its reduced cost is this.
        bound = value + float(np.minimum(reduced, 0)[better].sum())
        if not better.any():
            break
        taken |= better
    for row, col in zip(*chosen, strict=True):
        told.of[people[row].key].append(volunteers[col].key)
    for one in people:
        told.of[one.key].sort(key=lambda key, row=at[one.key]: (cost[row, column[key]], key))
    told.short = {one.key: int(missing[n]) for n, one in enumerate(people) if missing[n]}
    told.cost, told.bound = value, bound
    return told


def _nearest(cost: np.ndarray) -> np.ndarray:
    """Which pairs are looked at first: the cheapest of each person."""
    count = min(NEAREST, cost.shape[1])
    found = np.zeros(cost.shape, dtype=bool)
    rows = np.arange(cost.shape[0])[:, None]
    found[rows, np.argpartition(cost, count - 1, axis=1)[:, :count]] = True
    return found & np.isfinite(cost)


def _solve(
    cost: np.ndarray, taken: np.ndarray, need: np.ndarray, volunteers: Sequence[Someone], weights: Weights
) -> tuple[float, tuple[np.ndarray, np.ndarray], np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """The best plan over the pairs that are looked at: its cost, the pairs (rows, columns), who misses how many, and the prices."""
    from scipy.optimize import linprog  # takes long to read: only who solves waits for it
    from scipy.sparse import coo_matrix

    rows, cols = np.nonzero(taken)
    pairs, crowd, folk = len(rows), len(volunteers), len(need)
    steps = [(n, weights.load * k) for n, one in enumerate(volunteers) for k in range(one.load, weights.most)]
    step_of, step_cost = (np.array([s[i] for s in steps], dtype=t) for i, t in ((0, int), (1, float)))
    many = pairs + len(steps) + folk
    ones, lines = np.ones, np.arange
    # Each person: pairs + missing = need. Each volunteer: pairs - steps of load = 0.
    matrix = coo_matrix(
        (
            np.concatenate([ones(pairs), ones(folk), ones(pairs), -ones(len(steps))]),
            (
                np.concatenate([rows, lines(folk), folk + cols, folk + step_of]).astype(int),
                np.concatenate([lines(pairs), pairs + len(steps) + lines(folk), lines(pairs), pairs + lines(len(steps))]).astype(int),
            ),
        ),
        shape=(folk + crowd, many),
    ).tocsr()
    objective = np.concatenate([cost[rows, cols], step_cost, np.full(folk, UNMET)])
    upper = np.concatenate([ones(pairs), ones(len(steps)), need])
    answer = linprog(
        objective, A_eq=matrix, b_eq=np.concatenate([need, np.zeros(crowd)]), bounds=np.column_stack([np.zeros(many), upper]), method="highs-ds"
    )
    if answer.status != 0:
        raise RuntimeError(f"pairing was not solved: {answer.message}")
    on = answer.x[:pairs] > 0.5
    missing = np.rint(answer.x[pairs + len(steps) :])
    prices = answer.eqlin.marginals
    return float(answer.fun), (rows[on], cols[on]), missing, (prices[:folk], prices[folk:])
