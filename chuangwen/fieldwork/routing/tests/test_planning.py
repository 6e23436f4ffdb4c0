"""Plans of routes, without a database: every promise that a planner of inspections makes."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuangwen.commands.benches.known_routes import OPTIMA, known
from chuangwen.commands.benches.routes import town
from chuangwen.fieldwork.routing.nearest import nearest_plan, nearest_route
from chuangwen.fieldwork.routing.problem import DAY, Pin, Plan, Problem, Reason, Shift, Stop, Team, timed, ways
from chuangwen.fieldwork.routing.solving import solve
from chuangwen.kernel.geography import Point, distance

HOUR = 3600
MONDAY = date(2026, 11, 23)
DAYS = tuple(MONDAY + timedelta(n) for n in range(2))


def stop(key: int, east: float = 0.0, north: float = 0.0, **facts) -> Stop:
    """A site so many hundredths of a degree from the centre; by default ten minutes, always open."""
    return Stop(key, 21.66 + north / 100, 110.92 + east / 100, **{"service": 600} | facts)


def team(key: int = 1, **facts) -> Team:
    return Team(key, 21.66, 110.92, **{"speed": 12 / 3.6, "starts": 9 * HOUR, "ends": 12 * HOUR} | facts)


def some(count: int, seed: int = 1) -> tuple[Stop, ...]:
    chance = random.Random(seed)
    return tuple(stop(key, chance.uniform(-2, 2), chance.uniform(-2, 2)) for key in range(count))


def planned(problem: Problem, **how) -> Plan:
    return solve(problem, **{"iterations": 300} | how)


def check(problem: Problem, plan: Plan) -> None:
    """What holds of every plan."""
    visited = [key for route in plan.routes for key in route.stops]
    assert len(visited) == len(set(visited)), "nobody is sent to a site twice"
    assert set(visited) | set(plan.left_out) == {s.key for s in problem.stops}, "every site is visited or told why not"
    assert not set(visited) & set(plan.left_out)
    for route in plan.routes:
        worker = problem.team_by_key[route.shift.team]
        pins = set(problem.pins_of.get(route.shift, {}).values())
        assert not worker.forbidden & (set(route.stops) - pins), "nobody is sent to their own unit"
        if not pins:
            assert route.starts >= worker.starts and route.ends <= worker.ends, "hours are kept"
            for call in route.calls:
                at = problem.stop_by_key[call.stop]
                assert at.opens <= call.begins and call.leaves <= at.closes, "a visit lies inside the opening hours"


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whatever_the_town_a_plan_keeps_hours_opening_times_and_forbidden_pairs(data):
    count = data.draw(st.integers(0, 12))
    spots = st.floats(-3, 3, allow_nan=False)
    windows = st.sampled_from([(0, DAY), (9 * HOUR, 10 * HOUR), (10 * HOUR, 11 * HOUR), (13 * HOUR, 15 * HOUR)])
    stops = []
    for key in range(count):
        opens, closes = data.draw(windows)
        service = data.draw(st.sampled_from([60, 1800, 5400]))
        stops.append(stop(key, data.draw(spots), data.draw(spots), opens=opens, closes=closes, service=service))
    keys = st.frozensets(st.integers(0, max(count - 1, 0)), max_size=3)
    teams = tuple(team(n, own=data.draw(keys), rated=data.draw(keys)) for n in range(data.draw(st.integers(0, 2))))
    problem = Problem(tuple(stops), teams, DAYS)
    check(problem, planned(problem, iterations=30))
    check(problem, nearest_plan(problem))


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 1), st.integers(0, 1), st.integers(1, 4)), max_size=4), st.integers(0, 9)
)
def test_whatever_is_pinned_stays_with_its_team_and_day_and_in_its_place(wanted, seed):
    shifts = Problem((), (team(0), team(1)), DAYS).shifts
    pins: dict[int, Pin] = {}
    for key, who, day, position in wanted:
        shift = Shift(DAYS[day], who)
        if (shift, position) not in {(pin.shift, pin.position) for pin in pins.values()}:
            pins[key] = Pin(key, shift, position)
    problem = Problem(some(8, seed), (team(0), team(1)), DAYS, tuple(pins.values()))
    assert set(problem.shifts) == set(shifts)
    plan = planned(problem, iterations=60, seed=seed)
    check(problem, plan)
    routes = {route.shift: route for route in plan.routes}
    for shift in {pin.shift for pin in pins.values()}:
        mine = sorted((pin for pin in pins.values() if pin.shift == shift), key=lambda pin: pin.position)
        order = routes[shift].stops
        assert [key for key in order if key in {pin.stop for pin in mine}] == [pin.stop for pin in mine], "in the order chosen"
        free = len(order) - len(mine)
        for before, pin in enumerate(mine):
            wanted_before = pin.position - 1 - before
            if wanted_before <= free:
                assert order.index(pin.stop) + 1 == pin.position
            else:  # a day too short for the position: behind everything that is not pinned
                assert order.index(pin.stop) == free + before


def test_a_detour_is_taken_off_the_great_circle():
    places = [(21.66, 110.92), (21.70, 110.99)]
    straight = distance(Point(*places[0]), Point(*places[1]))
    assert ways(places)[0, 1] == pytest.approx(1.3 * straight, rel=0.002)
    assert ways(places, detour=1.0)[0, 1] == pytest.approx(straight, rel=0.002)


def test_the_same_seed_and_steps_give_the_same_plan():
    problem = town(60)
    assert planned(problem, iterations=200, seed=7) == planned(problem, iterations=200, seed=7)


def test_a_plan_is_shorter_than_going_on_to_the_nearest_and_visits_as_many():
    problem = town(100)
    walked, plan = nearest_plan(problem), planned(problem, iterations=1500)
    check(problem, plan)
    assert walked.visits == plan.visits == 100
    assert plan.metres < 0.8 * walked.metres


@pytest.mark.parametrize("name", sorted(OPTIMA))
def test_public_instances_are_solved_to_their_published_optimum(name):
    plan = planned(known(name), iterations=3000)
    assert not plan.left_out and plan.metres == round(10 * OPTIMA[name])
    assert all(not route.lateness for route in plan.routes)


def test_a_team_is_not_sent_to_its_own_unit_even_where_it_is_nearest():
    near, far = team(1, own=frozenset({5})), Team(2, 21.75, 110.99, speed=12 / 3.6, starts=9 * HOUR, ends=12 * HOUR)
    problem = Problem((stop(5, 0.01), stop(6, 0.02)), (near, far), DAYS[:1])
    plan = planned(problem)
    assert {route.shift.team: route.stops for route in plan.routes} == {1: (6,), 2: (5,)}


@pytest.mark.parametrize(
    ("site", "workers", "reason"),
    [
        (stop(1), (), Reason.NO_TEAM),
        (stop(1), (team(1, own=frozenset({1})), team(2, own=frozenset({1}))), Reason.OWN_UNIT),
        (stop(1), (team(1, rated=frozenset({1})),), Reason.SAME_TEAM),
        (stop(1), (team(1, rated=frozenset({1})), team(2, own=frozenset({1}))), Reason.SAME_TEAM),
        (stop(1, opens=13 * HOUR, closes=17 * HOUR), (team(),), Reason.CLOSED),
        (stop(1, opens=9 * HOUR, closes=9 * HOUR + 500), (team(),), Reason.CLOSED),
        (stop(1, east=60), (team(),), Reason.TOO_FAR),
        (stop(1, service=200 * 60), (team(),), Reason.CLOSED),
    ],
)
def test_what_cannot_be_visited_is_told_with_the_reason(site, workers, reason):
    assert planned(Problem((site,), workers, DAYS)).left_out == {1: reason}


def test_where_the_hours_are_full_the_important_ones_are_visited():
    stops = tuple(stop(key, 0.1 * key, service=HOUR, importance=2 if key in (3, 7) else 1) for key in range(10))
    plan = planned(Problem(stops, (team(),), DAYS[:1]))
    assert {3, 7} <= {key for route in plan.routes for key in route.stops}
    assert set(plan.left_out.values()) == {Reason.NO_TIME}


def test_a_pin_makes_others_go_elsewhere_rather_than_come_late():
    problem = Problem(tuple(stop(key, 0.1 * key, service=80 * 60) for key in range(4)), (team(),), DAYS)
    shift = Shift(DAYS[1], 1)
    plan = planned(replace(problem, pins=(Pin(3, shift, 1),)))
    routes = {route.shift: route for route in plan.routes}
    assert routes[shift].stops[0] == 3 and not any(route.lateness for route in plan.routes)
    assert plan.visits == 4


def test_what_a_person_pinned_stays_even_where_the_day_gets_too_long():
    stops = tuple(stop(key, 0.1 * key, service=HOUR) for key in range(5))
    shift = Shift(MONDAY, 1)
    problem = Problem(stops, (team(),), DAYS, tuple(Pin(key, shift, key + 1) for key in range(5)))
    plan = planned(problem)
    (route,) = plan.routes
    assert route.stops == (0, 1, 2, 3, 4) and route.over > 0 and not plan.left_out


def test_a_pin_to_a_team_or_day_that_is_gone_is_refused():
    with pytest.raises(ValueError, match="pin"):
        Problem((stop(1),), (team(),), DAYS, (Pin(1, Shift(MONDAY - timedelta(9), 1), 1),))


def test_an_even_plan_has_days_that_are_more_alike_in_length():
    problem = replace(town(100), days=DAYS + tuple(MONDAY + timedelta(n) for n in range(2, 5)))

    def longest(plan: Plan) -> int:
        return max(route.ends - route.starts for route in plan.routes)

    assert longest(planned(problem, iterations=800, even=True)) < 0.85 * longest(planned(problem, iterations=800))


def test_progress_is_told_and_stopping_it_stops():
    heard = []

    class Stopped(Exception):
        pass

    def tell(share: float) -> None:
        heard.append(share)
        if share > 0.3:
            raise Stopped

    with pytest.raises(Stopped):
        solve(town(60), seconds=3.0, tell=tell)
    assert heard == sorted(heard) and 0 < heard[0] < 1


def test_arrivals_follow_from_speed_way_service_and_opening():
    problem = Problem((stop(1, 1, opens=10 * HOUR, closes=11 * HOUR), stop(2, 1)), (team(),), DAYS[:1])
    route = timed(problem, Shift(MONDAY, 1), (1, 2))
    way = problem.metres[0, 1]
    first, second = route.calls
    assert first.arrives == 9 * HOUR + -(-way * 3.6 // 12) and first.begins == 10 * HOUR and first.leaves == 10 * HOUR + 600
    assert (second.metres, second.arrives) == (0, first.leaves)
    assert route.metres == 2 * way and route.waits == first.begins - first.arrives
    assert nearest_route(problem, Shift(MONDAY, 1), (2, 1)).stops == (1, 2)


@pytest.mark.long
def test_a_thousand_sites_are_planned_within_half_a_minute():
    import time

    problem, started = town(1000), time.perf_counter()
    plan = solve(problem, seconds=20.0)
    assert time.perf_counter() - started <= 30
    check(problem, plan)
    assert plan.visits == 1000 and plan.metres < 0.85 * nearest_plan(problem).metres
