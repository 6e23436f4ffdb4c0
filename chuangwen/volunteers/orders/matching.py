"""Which team serves which order, and in which part of which day. Knows no Django and no database: plain rows in, plain rows out.

A place in the answer is (order, team, slot): a slot is a part of a day as a number, and a team can begin so many visits in it. The cost of
a place is in points, one for a minute: walking there at ``WALK`` metres a minute, ``LATE`` for each slot after the first that suits, and
for fairness ``FAIR`` for every tenth of its weekly work that the team has already, growing with each visit that it gets: the tenth visit
costs more than the first, so that work spreads. An order that nobody serves costs ``UNSERVED`` and ``WAITED`` for each day it has waited,
so that those who waited longest come first where there is not room for all. All costs are whole numbers.

For one order at once: ``rank``. For a day's orders together: ``solve``, an integer programme (HiGHS) whose answer carries its gap: by how
much at most it lies above the best possible. ``greedy`` is what somebody does by hand: in order of arrival, the nearest team with room.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

WALK = 80
"""Metres a minute: 1,200 m are fifteen minutes (the fifteen-minute circle of community life)."""
LATE = 6
FAIR = 4
UNSERVED = 600
OTHER = 120
"""Points that another team costs than the one that was chosen: two hours on foot, so that the chosen one comes first wherever it can."""
WAITED = 60
LONGEST_WAIT = 30
VISIT = 90
"""Minutes of one visit: a longer service takes the room of two and more."""
RADIUS = 6_371_008.8


@dataclass(frozen=True)
class Ask:
    """An order. ``slots``: the parts of days that suit, in the order in which they are liked; empty: any. ``lat``, ``lon`` None: anywhere;
    ``about``: they are only the middle of the community. ``skills``: all of them are needed. ``waited`` in whole days. ``barred``: teams that
    refused it or let it lie. ``wished``: the team that whoever ordered chose."""

    key: int
    item: int | None = None
    lat: float | None = None
    lon: float | None = None
    skills: frozenset[int] = frozenset()
    slots: tuple[int, ...] = ()
    minutes: int = 60
    waited: int = 0
    barred: frozenset[int] = frozenset()
    about: bool = False
    wished: int | None = None

    @property
    def visits(self) -> int:
        """How much room it takes."""
        return max(1, math.ceil(self.minutes / VISIT))

    @property
    def missed(self) -> int:
        """What it costs to leave it, in points."""
        return UNSERVED + WAITED * min(self.waited, LONGEST_WAIT)


@dataclass(frozen=True)
class Crew:
    """A team. ``items``: what it offers; ``reach`` in metres; ``room``: slot → visits that it can still begin; ``most``: visits in the whole
    time that is planned; ``load``: what it has had this week and has open, ``weekly``: what it takes in a week (both in visits); ``about`` as of
    an order."""

    key: int
    lat: float | None = None
    lon: float | None = None
    reach: int = 1200
    items: frozenset[int] = frozenset()
    skills: frozenset[int] = frozenset()
    room: dict[int, int] = field(default_factory=dict)
    most: int = 4
    load: int = 0
    weekly: int = 10
    about: bool = False


@dataclass(frozen=True)
class Cost:
    """What a place costs, in points, by what it comes from; ``metres`` None where one of the two has no place on the map; ``other``: for another
    team than the chosen one."""

    walk: int
    late: int
    fair: int
    metres: int | None
    other: int = 0

    @property
    def points(self) -> int:
        return self.walk + self.late + self.fair + self.other


@dataclass(frozen=True)
class Proposal:
    """A team for one order."""

    crew: int
    slot: int | None
    cost: Cost


@dataclass(frozen=True)
class Unserved:
    """Why nobody serves it: ``nobody`` offers it or has the skill, ``far`` (the nearest that could is ``metres`` away), ``barred`` (all who
    could have refused), ``time`` (nobody has room at a time that suits), ``full`` (others were served in their places)."""

    ask: int
    why: str
    crew: int | None = None
    metres: int | None = None


@dataclass(frozen=True)
class Placed:
    """An order with its team. ``next_crew`` is the best other place while all else stays as it is and ``next_more`` how many points it costs
    more; None: without this place nobody would serve it."""

    ask: int
    crew: int
    slot: int
    cost: Cost
    next_crew: int | None = None
    next_more: int | None = None


@dataclass(frozen=True)
class Answer:
    """``points`` is what all places and all that is left cost together, ``bound`` what no plan can be below; ``gap`` is a share."""

    placed: list[Placed]
    unserved: list[Unserved]
    points: int
    bound: int
    seconds: float

    @property
    def gap(self) -> float:
        return max(0.0, (self.points - self.bound) / max(1, self.points))


def metres(a_lat: float, a_lon: float, b_lat: float, b_lon: float) -> float:
    """Along the ground, as the crow flies (haversine).

    >>> round(metres(21.66, 110.92, 21.67, 110.92))
    1112
    """
    up, across = math.radians(b_lat - a_lat) / 2, math.radians(b_lon - a_lon) / 2
    part = math.sin(up) ** 2 + math.cos(math.radians(a_lat)) * math.cos(math.radians(b_lat)) * math.sin(across) ** 2
    return 2 * RADIUS * math.asin(min(1.0, math.sqrt(part)))


def fair_points(load: int, weekly: int) -> int:
    """What one visit more costs a team that has ``load`` of ``weekly``.

    >>> [fair_points(load, 10) for load in (0, 1, 5, 10)]
    [0, 4, 20, 40]
    """
    return FAIR * 10 * load // max(1, weekly)


def able(ask: Ask, crew: Crew) -> bool:
    """Whether it offers the item or, where none is named or offered by list, has all the skills."""
    if ask.item is not None and ask.item in crew.items:
        return True
    return bool(ask.skills) and ask.skills <= crew.skills


def may_take(ask: Ask, crew: Crew) -> bool:
    """Whether it may take an open offer: it is able and goes so far. What names no service and no skill (a wish in somebody's own words) any
    team so near may take: nobody can list it beforehand, and they know themselves."""
    return (able(ask, crew) or ask.item is None and not ask.skills) and within(away(ask, crew), crew)


def away(ask: Ask, crew: Crew) -> int | None:
    if ask.lat is None or ask.lon is None or crew.lat is None or crew.lon is None:
        return None
    return round(metres(ask.lat, ask.lon, crew.lat, crew.lon))


def slots_of(ask: Ask, crew: Crew) -> list[tuple[int, int]]:
    """(slot, how many places later than the best liked) at which the team has room for it."""
    liked = ask.slots or tuple(sorted(crew.room))
    return [(slot, late) for late, slot in enumerate(liked) if crew.room.get(slot, 0) >= ask.visits]


def passed_over(ask: Ask, crew: Crew) -> int:
    """What it costs, in points, that this is not the chosen team; nothing where none was chosen, or where it refused."""
    return OTHER if ask.wished not in (None, crew.key) and ask.wished not in ask.barred else 0


def within(far: int | None, crew: Crew) -> bool:
    return far is None or far <= crew.reach


def rank(ask: Ask, crews: Iterable[Crew], most: int = 10) -> tuple[list[Proposal], Unserved | None]:
    """Teams for one order at once, the cheapest first; and, where there is none, why."""
    found, crews = [], list(crews)
    for crew in crews:
        far = away(ask, crew)
        if crew.key in ask.barred or not able(ask, crew) or not within(far, crew) or crew.most < ask.visits:
            continue
        for slot, late in slots_of(ask, crew)[:1]:
            cost = Cost(walked(far), LATE * late, fair_points(crew.load, crew.weekly), far, passed_over(ask, crew))
            found.append(Proposal(crew.key, slot, cost))
    found.sort(key=lambda one: (one.cost.points, one.cost.metres or 0, one.crew))
    return found[:most], None if found else why_not(ask, crews)


def walked(far: int | None) -> int:
    """Minutes to walk; half of the circle where nobody knows how far it is."""
    return 8 if far is None else round(far / WALK)


def why_not(ask: Ask, crews: Sequence[Crew]) -> Unserved:
    """Why nobody serves it, by the first thing that stands in the way; ``full`` when somebody could have."""
    could = [crew for crew in crews if able(ask, crew)]
    if not could:
        return Unserved(ask.key, "nobody")
    near = [crew for crew in could if within(away(ask, crew), crew)]
    if not near:
        best = min(could, key=lambda crew: (away(ask, crew) or 0, crew.key))
        return Unserved(ask.key, "far", best.key, away(ask, best))
    willing = [crew for crew in near if crew.key not in ask.barred]
    if not willing:
        return Unserved(ask.key, "barred")
    free = [crew for crew in willing if crew.most >= ask.visits and slots_of(ask, crew)]
    return Unserved(ask.key, "full" if free else "time")


@dataclass
class _Places:
    """All places that are possible, as columns: ask, crew, slot, cost without fairness."""

    ask: list[int] = field(default_factory=list)
    crew: list[int] = field(default_factory=list)
    slot: list[int] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    far: list[int | None] = field(default_factory=list)
    cost: list[int] = field(default_factory=list)


def places(asks: Sequence[Ask], crews: Sequence[Crew]) -> _Places:
    """Every (order, team, slot) that is possible. Teams are looked up by item and skill, distances are reckoned in one array per order."""
    by_item: dict[int, set[int]] = defaultdict(set)
    by_skill: dict[int, set[int]] = defaultdict(set)
    for j, crew in enumerate(crews):
        for item in crew.items:
            by_item[item].add(j)
        for skill in crew.skills:
            by_skill[skill].add(j)
    found = _Places()
    for i, ask in enumerate(asks):
        could = set(by_item.get(ask.item, ())) if ask.item is not None else set()
        if ask.skills:
            could |= set.intersection(*(by_skill.get(skill, set()) for skill in ask.skills))
        for j in sorted(could):
            crew = crews[j]
            if crew.key in ask.barred or crew.most < ask.visits:
                continue
            far = away(ask, crew)
            if not within(far, crew):
                continue
            for slot, late in slots_of(ask, crew):
                found.ask.append(i)
                found.crew.append(j)
                found.slot.append(slot)
                found.late.append(late)
                found.far.append(far)
                found.cost.append(walked(far) + LATE * late + passed_over(ask, crew))
    return found


def solve(
    asks: Sequence[Ask], crews: Sequence[Crew], *, seconds: float = 60.0, gap: float = 1e-6, report: Callable[[str], None] = lambda phase: None,
) -> Answer:  # fmt: skip
    """A day's orders together. ``report`` hears ``places``, ``solving``, ``explaining``. Deterministic for the same rows, except where
    ``seconds`` ends it; then ``gap`` of the answer says how far it may be from the best."""
    begin = perf_counter()
    report("places")
    room = places(asks, crews)
    report("solving")
    chosen, bound = _optimum(asks, crews, room, seconds, gap)
    report("explaining")
    placed, unserved, points = _told(asks, crews, room, chosen)
    return Answer(placed, unserved, points, min(points, bound), perf_counter() - begin)


def _optimum(asks: Sequence[Ask], crews: Sequence[Crew], room: _Places, seconds: float, gap: float) -> tuple[list[int], int]:
    """Columns x (a place is taken, 0 or 1) and y (the k-th visit of a team is used, 0 to 1): x costs its walk and lateness less what leaving the
    order costs, y what the k-th visit costs by fairness, which grows with k, so that y fills from the first by itself."""
    count, base = len(room.ask), sum(ask.missed for ask in asks)
    if not count:
        return [], base
    used = sorted(set(room.crew))
    steps = [(j, k) for j in used for k in range(crews[j].most)]
    cost = np.array(
        [room.cost[n] - asks[room.ask[n]].missed for n in range(count)]
        + [fair_points(crews[j].load + k, crews[j].weekly) for j, k in steps], dtype=float,
    )  # fmt: skip
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    upper: list[float] = []
    lower: list[float] = []
    row_of: dict[tuple[str, int, int], int] = {}

    def row(kind: str, a: int, b: int, most: float, least: float = -np.inf) -> int:
        key = (kind, a, b)
        if key not in row_of:
            row_of[key] = len(upper)
            upper.append(most)
            lower.append(least)
        return row_of[key]

    for n in range(count):
        i, j, slot = room.ask[n], room.crew[n], room.slot[n]
        visits = asks[i].visits
        for at, value in (
            (row("ask", i, 0, 1), 1), (row("slot", j, slot, crews[j].room[slot]), visits), (row("crew", j, 0, 0, 0), visits)
        ):  # fmt: skip
            rows.append(at)
            columns.append(n)
            values.append(value)
    for number, (j, _k) in enumerate(steps):
        rows.append(row_of["crew", j, 0])
        columns.append(count + number)
        values.append(-1)
    from scipy.optimize import Bounds, LinearConstraint, milp  # takes long to read: only who solves waits for it
    from scipy.sparse import coo_array

    matrix = coo_array((values, (rows, columns)), shape=(len(upper), count + len(steps))).tocsr()
    whole = np.concatenate([np.ones(count), np.zeros(len(steps))])
    found = milp(
        cost, integrality=whole, bounds=Bounds(0, 1), constraints=LinearConstraint(matrix, np.array(lower), np.array(upper)),
        options={"time_limit": seconds, "mip_rel_gap": gap, "disp": False},
    )  # fmt: skip
    if found.x is None:  # the time was over before there was any answer
        return _greedy(asks, crews, room), 0
    chosen = [n for n in range(count) if found.x[n] > 0.5]
    return chosen, base + math.ceil(found.mip_dual_bound - 1e-6)


def greedy(asks: Sequence[Ask], crews: Sequence[Crew]) -> Answer:
    """By hand: in order of arrival each to the nearest team that has room. Its cost is told by the same points; no bound is known."""
    begin = perf_counter()
    room = places(asks, crews)
    placed, unserved, points = _told(asks, crews, room, _greedy(asks, crews, room), explain=False)
    return Answer(placed, unserved, points, 0, perf_counter() - begin)


def _greedy(asks: Sequence[Ask], crews: Sequence[Crew], room: _Places) -> list[int]:
    by_ask: dict[int, list[int]] = defaultdict(list)
    for n, i in enumerate(room.ask):
        by_ask[i].append(n)
    left = {(j, slot): most for j, crew in enumerate(crews) for slot, most in crew.room.items()}
    total, chosen = [crew.most for crew in crews], []
    for i, ask in enumerate(asks):
        for n in sorted(by_ask.get(i, ()), key=lambda n: (room.far[n] or 0, room.late[n], room.crew[n])):
            j, slot = room.crew[n], room.slot[n]
            if left[j, slot] >= ask.visits and total[j] >= ask.visits:
                left[j, slot] -= ask.visits
                total[j] -= ask.visits
                chosen.append(n)
                break
    return chosen


def _told(
    asks: Sequence[Ask], crews: Sequence[Crew], room: _Places, chosen: Sequence[int], *, explain: bool = True
) -> tuple[list[Placed], list[Unserved], int]:
    """The places with what each costs, the next best of each, what is left and why, and the points of the whole."""
    left = {(j, slot): most for j, crew in enumerate(crews) for slot, most in crew.room.items()}
    got = [0] * len(crews)
    at: dict[int, int] = {}
    fair: dict[int, int] = {}
    for n in chosen:
        i, j = room.ask[n], room.crew[n]
        visits = asks[i].visits
        fair[n] = sum(fair_points(crews[j].load + got[j] + k, crews[j].weekly) for k in range(visits))
        got[j] += visits
        left[j, room.slot[n]] -= visits
        at[i] = n
    points = sum(room.cost[n] + fair[n] for n in chosen) + sum(ask.missed for i, ask in enumerate(asks) if i not in at)
    others = _next_best(asks, crews, room, at, left, got) if explain else {}
    placed = []
    for n in sorted(chosen, key=lambda n: room.ask[n]):
        i, j, far = room.ask[n], room.crew[n], room.far[n]
        crew, more = others.get(i, (None, None))
        cost = Cost(walked(far), LATE * room.late[n], fair[n], far, passed_over(asks[i], crews[j]))
        placed.append(Placed(asks[i].key, crews[j].key, room.slot[n], cost, crews[crew].key if crew is not None else None, more))
    unserved = [why_not(ask, crews) for i, ask in enumerate(asks) if i not in at]
    return placed, unserved, points


def _next_best(
    asks: Sequence[Ask], crews: Sequence[Crew], room: _Places, at: dict[int, int], left: dict[tuple[int, int], int], got: list[int]
) -> dict[int, tuple[int, int]]:
    """For each order that is served: the cheapest other team that has room while all else stays, and what the whole would cost more."""
    best: dict[int, tuple[int, int]] = {}
    for n, i in enumerate(room.ask):
        mine = at.get(i)
        if mine is None or room.crew[n] == room.crew[mine]:
            continue
        j, visits, own = room.crew[n], asks[i].visits, room.crew[mine]
        if left[j, room.slot[n]] < visits or got[j] + visits > crews[j].most:
            continue
        gain = sum(fair_points(crews[own].load + got[own] - 1 - k, crews[own].weekly) for k in range(visits))
        price = sum(fair_points(crews[j].load + got[j] + k, crews[j].weekly) for k in range(visits))
        more = room.cost[n] + price - room.cost[mine] - gain
        if i not in best or (more, j) < (best[i][1], best[i][0]):
            best[i] = (j, more)
    return best
