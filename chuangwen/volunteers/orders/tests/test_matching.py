"""Matching of orders and teams: the best of all plans on small cases, what stands in the way, and how it grows."""

import itertools
import random

import pytest

from chuangwen.volunteers.orders import matching
from chuangwen.volunteers.orders.matching import Ask, Crew, fair_points, greedy, rank, solve
from chuangwen.volunteers.orders.trial import day_of

LAT, LON = 21.66, 110.92
METRE = 1 / 111_195


def small(seed):
    """Up to five orders and three teams, with two slots, long services, refusals, and places beyond reach."""
    rng = random.Random(seed)
    crews = [
        Crew(
            j, LAT + rng.randint(-900, 900) * METRE, LON, rng.choice([600, 1200]), frozenset(
                rng.sample(range(3), 2)
            ), frozenset({rng.randrange(2)}),
            {slot: rng.randint(0, 2) for slot in (0, 1)}, rng.randint(1, 3), rng.randint(0, 8), rng.choice([5, 10]),
        )
        for j in range(3)
    ]  # fmt: skip
    asks = [
        Ask(
            i, rng.choice([0, 1, 2, None]), LAT + rng.randint(-900, 900) * METRE, LON, frozenset({rng.randrange(2)}),
            rng.choice([(), (0,), (1, 0)]), rng.choice([60, 60, 120]), rng.randint(0, 5), frozenset(rng.sample(range(3), rng.choice([0, 0, 1]))),
        )
        for i in range(rng.randint(2, 5))
    ]  # fmt: skip
    return asks, crews


def cheapest(asks, crews):
    """By trying every plan there is: what it costs, reckoned from the description and not from the programme."""
    choices = []
    for ask in asks:
        mine = [None]
        for crew in crews:
            offers = ask.item in crew.items if ask.item is not None else False
            far = round(matching.metres(ask.lat, ask.lon, crew.lat, crew.lon))
            if not (offers or (ask.skills and ask.skills <= crew.skills)) or far > crew.reach or crew.key in ask.barred:
                continue
            for late, slot in enumerate(ask.slots or sorted(crew.room)):
                mine.append((crew, slot, round(far / 80) + 6 * late))
        choices.append(mine)
    best = None
    for plan in itertools.product(*choices):
        used, got, points = {}, {}, 0
        for ask, place in zip(asks, plan, strict=True):
            if place is None:
                points += 600 + 60 * ask.waited
                continue
            crew, slot, cost = place
            visits = 2 if ask.minutes > 90 else 1
            used[crew.key, slot] = used.get((crew.key, slot), 0) + visits
            for _ in range(visits):
                points += fair_points(crew.load + got.get(crew.key, 0), crew.weekly)
                got[crew.key] = got.get(crew.key, 0) + 1
            points += cost
        if all(used[key] <= next(c for c in crews if c.key == key[0]).room.get(key[1], 0) for key in used) and all(
            got[crew.key] <= crew.most for crew in crews if crew.key in got
        ):
            best = points if best is None else min(best, points)
    return best


@pytest.mark.parametrize("seed", range(40))
def test_no_plan_of_all_plans_is_cheaper(seed):
    asks, crews = small(seed)
    answer = solve(asks, crews)
    assert answer.points == cheapest(asks, crews) == answer.bound
    assert len(answer.placed) + len(answer.unserved) == len(asks)


def test_room_is_never_overdrawn_and_by_hand_is_never_better():
    asks, crews = day_of(120, 60, seed=3)
    answer, by_hand = solve(asks, crews), greedy(asks, crews)
    rooms, asked = {crew.key: crew for crew in crews}, {ask.key: ask for ask in asks}
    for found in (answer, by_hand):
        used, got = {}, {}
        for place in found.placed:
            visits = asked[place.ask].visits
            used[place.crew, place.slot] = used.get((place.crew, place.slot), 0) + visits
            got[place.crew] = got.get(place.crew, 0) + visits
            assert place.cost.metres <= rooms[place.crew].reach
        assert all(count <= rooms[key[0]].room[key[1]] for key, count in used.items())
        assert all(count <= rooms[key].most for key, count in got.items())
    assert answer.points < by_hand.points, "on a full day it is better than by hand"
    assert answer.gap <= 1e-6


def test_what_the_next_best_costs_is_what_the_whole_would_cost_more():
    asks, crews = small(11)
    for seed in range(60):
        asks, crews = small(seed)
        answer = solve(asks, crews)
        for place in answer.placed:
            if place.next_crew is None:
                continue
            assert place.next_more >= 0, "else the answer was not the best"
            others = [crew for crew in crews if crew.key != place.crew]
            barred = [ask if ask.key != place.ask else Ask(**(ask.__dict__ | {"barred": ask.barred | {place.crew}})) for ask in asks]
            again = solve(barred, crews)
            assert again.points - answer.points <= place.next_more, "solved anew it costs at most that"
            assert others
            return
    pytest.fail("no case had a next best")


def test_of_those_who_cannot_all_be_served_the_longest_waiting_is():
    crew = Crew(1, LAT, LON, items=frozenset({7}), room={0: 1}, most=1)
    asks = [Ask(n, 7, LAT, LON, waited=days) for n, days in enumerate((0, 9, 3))]
    answer = solve(asks, [crew])
    assert [place.ask for place in answer.placed] == [1]
    assert {(one.ask, one.why) for one in answer.unserved} == {(0, "full"), (2, "full")}
    assert [place.ask for place in greedy(asks, [crew]).placed] == [0], "by hand it is who came first"


def test_why_nobody_serves_it():
    crew = Crew(1, LAT, LON, 1200, frozenset({7}), frozenset({1}), {0: 1}, 1)
    far = Ask(1, 7, LAT + 2000 * METRE, LON)
    cases = {
        "nobody": Ask(1, 8, LAT, LON), "far": far, "time": Ask(1, 7, LAT, LON, slots=(5,)), "barred": Ask(1, 7, LAT, LON, barred=frozenset({1})),
    }  # fmt: skip
    for why, ask in cases.items():
        proposals, reason = rank(ask, [crew])
        assert not proposals and reason.why == why == solve([ask], [crew]).unserved[0].why
    assert rank(far, [crew])[1].metres == pytest.approx(2000, abs=2)


def test_one_order_goes_to_who_is_near_unless_they_have_much_to_do():
    near, other = (Crew(key, LAT + far * METRE, LON, items=frozenset({7}), room={0: 2}) for key, far in ((1, 80), (2, 400)))
    ask = Ask(1, 7, LAT, LON)
    assert [one.crew for one in rank(ask, [other, near])[0]] == [1, 2]
    busy = Crew(**(near.__dict__ | {"load": 5}))
    found = rank(ask, [other, busy])[0]
    assert [one.crew for one in found] == [2, 1] and found[1].cost.fair == 20


@pytest.mark.long
def test_a_days_thousand_orders_are_solved_together():
    asks, crews = day_of(1000, 500)
    answer = solve(asks, crews, seconds=400)
    assert answer.gap <= 0.01 and len(answer.placed) > 900
