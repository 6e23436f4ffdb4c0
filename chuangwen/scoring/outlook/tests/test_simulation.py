"""Simulated assessments: repeatable, right on average, and of the score that the engine gives."""

import itertools

import numpy as np
import pytest

from chuangwen.scoring.engine import example_schemes
from chuangwen.scoring.outlook.simulation import chance_of, expected_index, histogram, interval, rank_of, simulate

from .worlds import assessment, fitted, leaves

SCHEME = example_schemes()["loss_per_observation"]
ITEMS = {0: [0, 1], 1: [1, 2]}


def world(open_=None, tau=0.0, counts=None):
    which = leaves([0, 0, 0, 1, 1], ITEMS, [0, 1, 1, 0, 1], open_)
    random = np.random.default_rng(3)
    rows = [(leaf, 1.0 if random.random() < 0.8 else 0.7, 10.0) for leaf in range(len(which.site)) for _ in range(4)]
    return fitted(which, rows, tau=tau), assessment(which, counts or {0: 2, 1: 1}, SCHEME)


def test_the_same_seed_gives_the_same_and_another_another():
    found = world()
    assert (simulate(*found, seed=1, draws=20) == simulate(*found, seed=1, draws=20)).all()
    assert (simulate(*found, seed=1, draws=20) != simulate(*found, seed=2, draws=20)).any()


def test_the_mean_of_the_simulation_is_the_exact_expectation():
    for tau in (0.0, 0.3):
        found = world(open_={0: 1, 9: 2}, tau=tau)
        assert simulate(*found, seed=7, draws=1000, each=5).mean() == pytest.approx(expected_index(*found), abs=0.006)


def test_the_expectation_is_that_over_every_possible_draw_of_sites():
    found, plan = world(open_={0: 1})
    which, faults, losses = found.leaves, found.faults(), found.mean_loss
    totals = []
    for pair, single in itertools.product(itertools.combinations(range(3), 2), (3, 4)):
        rated = np.isin(which.site, [*pair, single])
        totals.append((plan.worth * (1 - faults * losses[which.criterion]))[rated].sum())
    assert expected_index(found, plan) == pytest.approx(np.mean(totals))


def test_a_perfect_town_gets_everything_and_a_plan_that_draws_all_has_no_luck_of_the_draw():
    which = leaves([0, 0], {0: [0]})
    found = fitted(which, [(0, 1.0)] * 4000 + [(1, 1.0)] * 4000)
    plan = assessment(which, {0: 9}, SCHEME)
    assert plan.inclusion(2).tolist() == [1.0, 1.0]
    assert simulate(found, plan, seed=1, draws=50).mean() > 0.995


def test_a_strict_day_widens_the_interval_and_keeps_the_mean():
    narrow, wide = (simulate(*world(tau=tau), seed=2, draws=1500, each=4) for tau in (0.0, 0.6))
    assert wide.std() > narrow.std() * 1.05
    assert wide.mean() == pytest.approx(narrow.mean(), abs=0.008)


def test_figures_of_a_simulation():
    results = np.array([0.80, 0.85, 0.90, 0.95])
    assert chance_of(results, 0.85) == pytest.approx(3.5 / 5)
    assert 0 < chance_of(results, 0.99) < chance_of(results, 0.9) < chance_of(results, 0.1) < 1
    assert rank_of(results, 0.85) == pytest.approx(0.375)
    assert (rank_of(results, 0.1), rank_of(results, 0.99)) == (0.0, 1.0)
    low, high = interval(np.linspace(0, 1, 101))
    assert (low, high) == (pytest.approx(0.05), pytest.approx(0.95))


def test_a_histogram_counts_every_result_once_and_full_marks_in_the_last_step():
    results = np.array([0.9, 0.91, 0.999, 1.0, 1.0])
    bins = histogram(results)
    assert sum(count for *_range, count in bins) == 5
    assert bins[-1][1] == 1.0 and all(low < high for low, high, _ in bins)
