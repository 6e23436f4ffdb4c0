"""Routes by PyVRP: who goes where on which day. Pure, but for the time that it is given.

Every team on a day is a vehicle; teams that differ in speed or in where they may not go have a routing profile each, in which the ways
to forbidden sites are too long for any day. A stop that a person has pinned to a team and day is forbidden to all other vehicles. No stop
must be visited; each has a prize far above any detour, so that as many as fit are.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from chuangwen.fieldwork.routing.nearest import nearest_plan
from chuangwen.fieldwork.routing.ordering import inserted, ordered
from chuangwen.fieldwork.routing.problem import Plan, Problem, Reason, Route, Shift, Stop, timed, why_left_out

FORBIDDEN = 10_000_000
"""Metres, and seconds, of a way that nobody may take: more than any working day holds."""
MANY = 300
"""Above so many stops a new best plan is not searched through exhaustively: the time is better spent on further steps."""
MEMORY = 1_000_000_000
"""Bytes that profiles may take. Where a profile for each day with pins would take more, the search keeps only the team of a pin; its day is
put right afterwards."""
PRIZE = 500_000
"""What a visit of importance 1 is worth, in metres of detour."""
OVERTIME = 3
"""Where days are to be alike: metres of detour that a second beyond the mean day may cost."""
PINNED_WAY = 600
"""Seconds that are set aside for the way to a pinned stop where the search begins."""
SECONDS = 20.0
"""How long a plan of a thousand sites is improved in the product; with all the rest it stays below half a minute."""
Tell = Callable[[float], None]


@dataclass(frozen=True)
class _Vehicle:
    """Shifts that are all alike: one team on days without pins, or one single shift with pins."""

    team: int
    shifts: tuple[Shift, ...]
    pinned: bool


def solve(
    problem: Problem,
    *,
    seed: int = 0,
    seconds: float | None = None,
    iterations: int | None = None,
    even: bool = False,
    tell: Tell | None = None,
) -> Plan:
    """A plan of routes that keeps hours, opening times, forbidden pairs and pins.

    Ends after ``iterations`` (then the same input gives the same plan) or ``seconds``, whichever comes first; by seconds the plan depends on
    the machine. ``even``: days are kept alike in length, at the cost of some distance. ``tell`` hears the share done, 0 to 1, and may raise to
    stop. The plan is never longer than nearest-neighbour routing over the same stops unless ``even`` or pins ask for it.
    """
    assert seconds is not None or iterations is not None, "say when to stop"
    if not problem.stops or not problem.shifts:
        return Plan((), {stop.key: why_left_out(problem, stop.key) for stop in problem.stops})
    vehicles = _vehicles(problem)
    search = _Search(problem, vehicles, [stop for stop in problem.stops if why_left_out(problem, stop.key) is Reason.NO_TIME])
    found = search.run(seed, _Until(seconds, iterations, tell), even)
    return _finished(problem, _on_days(problem, vehicles, found))


class _Until:
    """When the search ends; tells how far it is."""

    def __init__(self, seconds: float | None, iterations: int | None, tell: Tell | None):
        self.seconds, self.iterations, self.tell = seconds, iterations, tell
        self.started, self.told, self.done = time.monotonic(), 0.0, 0

    def __call__(self, best_cost: int) -> bool:
        passed = time.monotonic() - self.started
        shares = [passed / self.seconds] if self.seconds else []
        if self.iterations is not None:
            shares.append(self.done / self.iterations)
        self.done += 1
        if self.tell is not None and passed - self.told > 0.2:
            self.told = passed
            self.tell(min(1.0, max(shares)))
        return max(shares) >= 1


def _vehicles(problem: Problem) -> list[_Vehicle]:
    found = []
    for team in problem.teams:
        mine = [shift for shift in problem.shifts if shift.team == team.key]
        plain = tuple(shift for shift in mine if shift not in problem.pins_of)
        if plain:
            found.append(_Vehicle(team.key, plain, False))
        found += [_Vehicle(team.key, (shift,), True) for shift in mine if shift in problem.pins_of]
    return found


@dataclass(frozen=True)
class _Search:
    """The problem as PyVRP sees it: ``stops`` are those that somebody can visit at all."""

    problem: Problem
    vehicles: list[_Vehicle]
    stops: list[Stop]

    def run(self, seed: int, stop: _Until, even: bool) -> list[tuple[int, list[int]]]:
        """(number of the vehicle, stops in order) of each route that was found."""
        import pyvrp

        start = _start(self.problem)
        usual = sum(route.ends - route.starts for route in start) // len(self.problem.shifts)
        data = self._data(usual if even else None)
        initial = self._solution(data, start)
        search = pyvrp.IteratedLocalSearchParams(exhaustive_on_best=len(self.stops) <= MANY)
        params = pyvrp.SolveParams(ils=search)
        best = pyvrp.solve(data, stop, seed=seed, collect_stats=False, params=params, initial_solution=initial).best
        return self._read(best if best.is_feasible() else initial)

    def _data(self, usual: int | None) -> Any:
        """``usual``: seconds of a day beyond which time costs as much as a detour of a metre a second; None: nothing costs."""
        import pyvrp

        problem = self.problem
        size = 2 * 2 * problem.metres.nbytes  # a matrix each for ways and times, here and inside the solver
        exact = size * (len(problem.teams) + len(problem.pins_of)) <= MEMORY
        profiles: dict[tuple[float, frozenset[int]], int] = {}
        distances: list[Any] = []
        durations: list[Any] = []
        kinds = []
        for vehicle in self.vehicles:
            team = problem.team_by_key[vehicle.team]
            mine = vehicle.shifts if exact else [shift for shift in problem.shifts if shift.team == team.key]
            here = {key for shift in mine for key in problem.pins_of.get(shift, {}).values()}
            barred = frozenset((team.forbidden - here) | (problem.pinned.keys() - here))
            if (team.speed, barred) not in profiles:
                profiles[team.speed, barred] = len(profiles)
                rows = [problem.place_of_stop[key] for key in barred if key in problem.place_of_stop]
                distances.append(_barred(problem.metres, rows))
                durations.append(_barred(problem.seconds(team), rows))
            length = team.ends - team.starts
            usually = length if usual is None else min(max(usual, 1), length)
            kinds.append(
                pyvrp.VehicleType(
                    num_available=len(vehicle.shifts),
                    start_depot=problem.place_of_team[team.key],
                    end_depot=problem.place_of_team[team.key],
                    tw_early=team.starts,
                    tw_late=team.ends,
                    shift_duration=usually,
                    max_overtime=length - usually,
                    unit_overtime_cost=0 if usual is None else OVERTIME,
                    profile=profiles[team.speed, barred],
                )
            )
        return pyvrp.ProblemData(
            locations=[pyvrp.Location(x=0, y=0) for _row in range(len(problem.metres))],
            clients=[
                pyvrp.Client(
                    location=problem.place_of_stop[stop.key],
                    service_duration=stop.service,
                    tw_early=stop.opens,
                    tw_late=stop.latest,
                    prize=PRIZE * stop.importance * (4 if stop.key in problem.pinned else 1),
                    required=False,
                )
                for stop in self.stops
            ],
            depots=[pyvrp.Depot(location=row) for row in range(len(problem.teams))],
            vehicle_types=kinds,
            distance_matrices=distances,
            duration_matrices=durations,
        )

    def _solution(self, data: Any, routes: Iterable[Route]) -> Any:
        """Routes of ours as the solver writes them."""
        import pyvrp

        number = {shift: n for n, vehicle in enumerate(self.vehicles) for shift in vehicle.shifts}
        client = {stop.key: n for n, stop in enumerate(self.stops)}
        return pyvrp.Solution(
            data,
            [pyvrp.Route(data, [client[key] for key in route.stops if key in client], number[route.shift]) for route in routes],
        )

    def _read(self, solution: Any) -> list[tuple[int, list[int]]]:
        return [
            (route.vehicle_type(), [self.stops[activity.idx].key for activity in route if activity.is_client()])
            for route in solution.routes()
        ]


def _start(problem: Problem) -> list[Route]:
    """Where the search begins: nearest-neighbour routing, with the stops that are pinned put in where the detour is smallest."""
    if not problem.pins:
        return list(nearest_plan(problem).routes)
    taken = {
        shift: sum(problem.stop_by_key[key].service + PINNED_WAY for key in places.values())
        for shift, places in problem.pins_of.items()
    }
    routes = {route.shift: route for route in nearest_plan(problem, taken).routes}
    for shift, places in problem.pins_of.items():
        order = list(routes[shift].stops) if shift in routes else []
        for _position, key in sorted(places.items()):
            tries = [timed(problem, shift, [*order[:n], key, *order[n:]]) for n in range(len(order) + 1)]
            order = list(min(tries, key=lambda route: (route.lateness, route.metres)).stops)
        routes[shift] = timed(problem, shift, order)
    return [routes[shift] for shift in problem.shifts if shift in routes]


def _barred(matrix: np.ndarray, rows: list[int]) -> np.ndarray:
    if not rows:
        return matrix
    copy = matrix.copy()
    copy[rows, :] = FORBIDDEN
    copy[:, rows] = FORBIDDEN
    copy[rows, rows] = 0
    return copy


def _on_days(problem: Problem, vehicles: list[_Vehicle], found: list[tuple[int, list[int]]]) -> dict[Shift, list[int]]:
    """Routes of vehicles that are alike go to the days in turn, those with more to do first."""
    orders: dict[Shift, list[int]] = {}
    for number, vehicle in enumerate(vehicles):
        mine = sorted((order for n, order in found if n == number and order), key=lambda order: (-len(order), order))
        orders |= dict(zip(vehicle.shifts, mine, strict=False))
    return orders


def _finished(problem: Problem, orders: dict[Shift, list[int]]) -> Plan:
    """Pins at their positions; what that displaced, or a search that was too short left over, goes where there is still room."""
    routes: dict[Shift, Route] = {}
    for shift in problem.shifts:
        order = [key for key in orders.get(shift, []) if problem.pinned.get(key, shift) == shift]
        if shift in problem.pins_of:
            routes[shift] = ordered(problem, shift, order)[0]
        elif order:
            routes[shift] = timed(problem, shift, order)
    visited = {key for route in routes.values() for key in route.stops}
    left_out: dict[int, Reason] = {}
    for stop in sorted(problem.stops, key=lambda stop: (-stop.importance, stop.key)):
        if stop.key in visited:
            continue
        longer = inserted(problem, routes, stop.key) if why_left_out(problem, stop.key) is Reason.NO_TIME else None
        if longer is not None:
            routes[longer.shift] = longer
        else:
            left_out[stop.key] = why_left_out(problem, stop.key)
    kept = tuple(routes[shift] for shift in problem.shifts if shift in routes and routes[shift].calls)
    return Plan(kept, left_out)
