"""Plans are the best there are: compared with every possible one on small cases."""

import itertools
import random

import numpy as np
import pytest

from chuangwen.scoring.engine import example_schemes
from chuangwen.scoring.outlook.planning import Group, Learning, Repair, Visit, choose, greedy, groups_of, look
from chuangwen.scoring.outlook.simulation import expected_index

from .worlds import assessment, fitted, leaves

SCHEME = example_schemes()["loss_per_observation"]
ITEMS = {0: [0, 1], 1: [1, 2]}
TYPES, AREAS = [0, 0, 0, 1, 1], [0, 1, 1, 0, 1]
EVIDENCE = [(leaf, 1.0 if (leaf + n) % 4 else 0.7, 10.0 * n) for leaf in range(10) for n in range(4)]
COUNTS = {0: 2, 1: 1}


def world(open_):
    which = leaves(TYPES, ITEMS, AREAS, open_)
    return fitted(which, EVIDENCE), assessment(which, COUNTS, SCHEME)


def index_with(open_):
    return expected_index(*world(open_))


def test_the_gain_of_repairs_is_what_the_expected_index_rises_by():
    open_ = {0: 2, 5: 1, 9: 3}
    repairs = [Repair(1, 0, 60), Repair(2, 0, 30), Repair(3, 5, 60), *(Repair(4 + n, 9, 10) for n in range(3))]
    for group in groups_of(repairs, *world(open_)):
        for number, gain in enumerate(group.gains, start=1):
            after = open_ | {group.leaf: open_[group.leaf] - number}
            assert gain == pytest.approx(index_with(after) - index_with(open_), abs=1e-12)


def test_repairs_at_one_site_and_criterion_do_not_add_up():
    group = groups_of([Repair(1, 0, 10), Repair(2, 0, 20)], *world({0: 2}))[0]
    assert group.gains[1] > 2 * group.gains[0]


def every_plan(groups, budget):
    options = [range(len(group.repairs) + 1) for group in groups]
    return max(
        sum(group.gains[number - 1] for group, number in zip(groups, numbers, strict=True) if number)
        for numbers in itertools.product(*options)
        if sum(group.minutes(number) for group, number in zip(groups, numbers, strict=True)) <= budget
    )


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_of_a_small_case_gains_more(seed):
    pick = random.Random(seed)
    groups, key = [], itertools.count()
    for leaf in range(6):
        minutes = sorted(pick.randint(5, 90) for _ in range(pick.choice([1, 1, 2, 3])))
        gains = sorted(pick.random() for _ in minutes)
        groups.append(Group(leaf, tuple(Repair(next(key), leaf, m) for m in minutes), tuple(gains)))
    budget = pick.randint(30, 250)
    plan = choose(groups, budget)
    assert plan.proven and plan.minutes <= budget
    assert plan.gain == pytest.approx(every_plan(groups, budget), rel=1e-9, abs=1e-9)
    assert greedy(groups, budget).gain <= plan.gain + 1e-9
    told = {repair.key: repair.minutes for group in groups for repair in group.repairs}
    assert sum(told[key] for key in plan.chosen) == plan.minutes


def test_a_case_where_the_best_per_hour_first_is_not_best():
    groups = [Group(0, (Repair(1, 0, 10),), (1.1,)), Group(1, (Repair(2, 1, 100),), (10.0,))]
    assert greedy(groups, 100).gain == pytest.approx(1.1)
    assert choose(groups, 100).chosen == (2,)


def test_without_budget_or_gain_nothing_is_chosen():
    assert choose([Group(0, (Repair(1, 0, 10),), (1.0,))], 5).chosen == ()
    assert choose([Group(0, (Repair(1, 0, 10),), (0.0,))], 50).chosen == ()


def learning():
    return Learning(*world({0: 1}))


def test_what_visits_teach_does_not_depend_on_their_order_and_each_teaches_less_after_others():
    known = learning()
    for order in itertools.permutations(range(4)):
        assert known.gain(order) == pytest.approx(known.gain(range(4)))
    for site in range(5):
        for others in ([], [0], [0, 1], [0, 1, 2, 3]):
            if site not in others:
                alone, after = known.gain([site]), known.gain([*others, site]) - known.gain(others)
                assert 0 < after <= alone + 1e-15


def test_seeing_more_can_take_off_no_more_than_all():
    known = learning()
    assert known.gain(range(5)) < known.variance


def test_what_a_visit_takes_off_is_what_more_observations_leave_on_average():
    """Beta(a, b) of n = a + b trials: after one more the variance is v·n/(n + 1) on average."""
    a, b = 6.0, 2.0
    n, mean = a + b, a / (a + b)
    variance = mean * (1 - mean) / (n + 1)
    after = mean * ((a + 1) * b / ((n + 1) ** 2 * (n + 2))) + (1 - mean) * (a * (b + 1) / ((n + 1) ** 2 * (n + 2)))
    assert after == pytest.approx(variance * n / (n + 1))


@pytest.mark.parametrize("budget", [40, 60, 100])
def test_visits_come_near_the_best_choice_and_the_bound_holds(budget):
    known, minutes = learning(), [20, 30, 20, 25, 40]
    visits = [Visit(site, minutes[site]) for site in range(5)]
    plan = look(known, visits, budget)
    best = max(
        known.gain(sites) for size in range(6) for sites in itertools.combinations(range(5), size)
        if sum(minutes[site] for site in sites) <= budget
    )
    assert plan.minutes <= budget and plan.gain == pytest.approx(known.gain(plan.chosen))
    assert (1 - 1 / np.e) * best <= plan.gain <= best + 1e-15
    assert best <= plan.bound + 1e-15
