"""Orders that keep what was chosen by hand: the solver does not know of positions, so routes with pins are put in order here. Pure."""

from collections.abc import Iterable, Mapping

from chuangwen.fieldwork.routing.problem import Problem, Route, Shift, timed

PASSES = 30


def with_pins(free: list[int], places: Mapping[int, int]) -> list[int]:
    """The free stops with the pinned ones at their positions (from 1); where there are too few, those pinned come behind
    all others, in their order."""
    order, waiting = [], list(free)
    for position in range(1, len(free) + len(places) + 1):
        if position in places:
            order.append(places[position])
        elif waiting:
            order.append(waiting.pop(0))
    return order + [places[position] for position in sorted(places) if position > len(free) + len(places)]


def ordered(problem: Problem, shift: Shift, stops: Iterable[int]) -> tuple[Route, list[int]]:
    """The best order found for the stops of a shift that keeps its pins, and what had to be taken off for it to hold its hours.

    ``stops`` in the solver's order. Only stops that are not pinned are taken off: those that a person chose stay, even where they come
    too late.
    """
    places = problem.pins_of.get(shift, {})
    pinned = set(places.values())
    free = [key for key in stops if key not in pinned]
    taken: list[int] = []
    route = _improved(problem, shift, free, places)
    while route.lateness > _unavoidable(problem, shift, places) and free:
        free = [key for key in route.stops if key not in pinned]
        candidates = [
            (_cost(timed(problem, shift, with_pins(_without(free, key), places))), _weight(problem, key)) for key in free
        ]
        worst = min(range(len(free)), key=lambda n: (candidates[n][0][0], candidates[n][1], candidates[n][0][1]))
        taken.append(free[worst])
        free = _without(free, free[worst])
        route = _improved(problem, shift, free, places)
    return route, taken


def inserted(problem: Problem, routes: Mapping[Shift, Route], key: int) -> Route | None:
    """The route that takes a further stop at the smallest detour within its hours; None where none can. No pin changes its position."""
    best: Route | None = None
    best_detour = 0
    for shift in problem.shifts:
        if not problem.may(shift, key):
            continue
        route = routes.get(shift) or timed(problem, shift, ())
        places = problem.pins_of.get(shift, {})
        pinned = set(places.values())
        free = [stop for stop in route.stops if stop not in pinned]
        for place in range(len(free) + 1):
            longer = timed(problem, shift, with_pins([*free[:place], key, *free[place:]], places))
            if longer.lateness <= route.lateness and longer.over <= route.over:
                detour = longer.metres - route.metres
                if best is None or detour < best_detour:
                    best, best_detour = longer, detour
    return best


def _improved(problem: Problem, shift: Shift, free: list[int], places: Mapping[int, int]) -> Route:
    """Moves and reversals of the free stops until none helps."""
    best = timed(problem, shift, with_pins(free, places))
    if not places:
        return best
    for _pass in range(PASSES):
        better = False
        for i in range(len(free)):
            for j in range(i + 1, len(free)):
                turned = free[:i] + free[i : j + 1][::-1] + free[j + 1 :]
                moved = free[:i] + free[i + 1 : j + 1] + [free[i]] + free[j + 1 :]
                back = [*free[:i], free[j], *free[i:j], *free[j + 1 :]]
                for order in (turned, moved, back):
                    route = timed(problem, shift, with_pins(order, places))
                    if _cost(route) < _cost(best):
                        best, free, better = route, order, True
        if not better:
            break
    return best


def _unavoidable(problem: Problem, shift: Shift, places: Mapping[int, int]) -> int:
    """How many rules the pinned stops break by themselves."""
    return timed(problem, shift, [places[position] for position in sorted(places)]).lateness


def _cost(route: Route) -> tuple[int, int]:
    late = sum(call.begins for call in route.calls if call.late)
    return (route.lateness * 10_000_000 + route.over + late, route.metres)


def _weight(problem: Problem, key: int) -> int:
    return problem.stop_by_key[key].importance


def _without(keys: list[int], key: int) -> list[int]:
    return [other for other in keys if other != key]
