"""What people do without a planner: always on to the nearest place that is left. The measure that plans are held against. Pure."""

from collections.abc import Iterable, Mapping

import numpy as np

from chuangwen.fieldwork.routing.problem import Plan, Problem, Route, Shift, timed, why_left_out


def nearest_plan(problem: Problem, kept_back: Mapping[Shift, int] | None = None) -> Plan:
    """Fill one working day of one team after the other, going on to the nearest site that is open and leaves time for the way back.

    Keeps to hours, opening times and forbidden pairs; choices made by hand are not looked at, unless ``kept_back`` says how many seconds
    of a day they take: then the stops chosen by hand are on no route.
    """
    free = np.array([not kept_back or stop.key not in problem.pinned for stop in problem.stops], dtype=bool)
    routes = []
    for shift in problem.shifts:
        order = _fill(problem, shift, free, (kept_back or {}).get(shift, 0))
        if order:
            routes.append(timed(problem, shift, order))
    left = [stop.key for stop, still in zip(problem.stops, free, strict=True) if still]
    return Plan(tuple(routes), {key: why_left_out(problem, key) for key in left})


def nearest_route(problem: Problem, shift: Shift, stops: Iterable[int]) -> Route:
    """The same stops in the order of a walker who goes on to the nearest one; opening times do not change the order."""
    left, order, here = list(stops), list[int](), problem.place_of_team[shift.team]
    while left:
        key = min(left, key=lambda key: (problem.metres[here, problem.place_of_stop[key]], key))
        left.remove(key)
        order.append(key)
        here = problem.place_of_stop[key]
    return timed(problem, shift, order)


def _fill(problem: Problem, shift: Shift, free: np.ndarray, kept_back: int) -> list[int]:
    """One day; takes what it visits out of ``free``."""
    team = problem.team_by_key[shift.team]
    if not problem.stops:
        return []
    first = len(problem.teams)
    seconds, metres = problem.seconds(team), problem.metres
    home = here = problem.place_of_team[shift.team]
    opens, latest, service = (
        np.array([getattr(stop, name) for stop in problem.stops], dtype=np.int64) for name in ("opens", "latest", "service")
    )
    allowed = np.array([stop.key not in team.forbidden for stop in problem.stops])
    moment, order = team.starts, []
    while True:
        begins = np.maximum(moment + seconds[here, first:], opens)
        fits = free & allowed & (begins <= latest) & (begins + service + seconds[first:, home] <= team.ends - kept_back)
        if not fits.any():
            return order
        chosen = int(np.where(fits, metres[here, first:], np.iinfo(np.int64).max).argmin())
        moment, here = int(begins[chosen] + service[chosen]), first + chosen
        free[chosen] = False
        order.append(problem.stops[chosen].key)
