"""The chance that a criterion holds: learnt from what was seen, with its age, and shared where little was seen."""

import numpy as np
import pytest

from chuangwen.scoring.outlook.model import Strictness, Surprise, strictness

from .worlds import fitted, leaves

ITEMS = {0: [0, 1], 1: [0]}
PLACES = leaves([0, 0, 1, 1], ITEMS, [0, 1, 0, 1])  # leaves: site 0: 0, 1; site 1: 2, 3; site 2: 4; site 3: 5


def holds(rows, leaf, **beliefs):
    return fitted(PLACES, rows, **beliefs).means[-1][leaf]


def test_what_holds_raises_and_what_fails_lowers_the_chance():
    assert holds([(0, 1.0)] * 5, 0) > holds([(0, 1.0)] * 4 + [(0, 0.0)], 0) > holds([(0, 0.0)] * 5, 0)


def test_a_site_that_was_never_seen_takes_after_others_of_its_criterion():
    bad, good = [(0, 0.0)] * 20 + [(4, 0.0)] * 20, [(0, 1.0)] * 20 + [(4, 1.0)] * 20
    assert holds(bad, 5) < 0.3 < 0.7 < holds(good, 5)


def test_old_evidence_counts_less():
    recent, old = [(0, 0.0, 1.0)] * 3, [(0, 0.0, 900.0)] * 3
    assert holds([*recent, *[(2, 1.0)] * 10], 0) < holds([*old, *[(2, 1.0)] * 10], 0)


def test_a_longer_half_life_lets_old_evidence_count_more():
    rows = [*[(0, 0.0, 90.0)] * 4, *[(2, 1.0)] * 10]
    assert holds(rows, 0, half_life=365.0) < holds(rows, 0, half_life=10.0)


def test_a_fault_that_was_put_right_raises_the_chance_of_its_site_and_not_what_is_thought_of_others():
    others = [(2, 0.0)] * 5 + [(4, 1.0)] * 5
    standing, handled = [*others, *[(0, 0.0, 5.0, False)] * 3], [*others, *[(0, 0.0, 5.0, True)] * 3]
    assert holds(handled, 0) > holds(standing, 0)
    assert holds(handled, 2) == holds(standing, 2)
    assert holds(handled, 0, rebound=0.5) < holds(handled, 0, rebound=0.1)


def test_an_open_problem_lowers_the_chance_and_two_lower_it_more():
    rows = [(leaf, 1.0) for leaf in range(6)] * 5
    chances = [fitted(leaves([0, 0, 1, 1], ITEMS, [0, 1, 0, 1], {0: n}), rows, standing=0.8).faults()[0] for n in (0, 1, 2)]
    assert chances[0] < chances[1] < chances[2]
    assert 1 - chances[1] == pytest.approx((1 - chances[0]) * 0.2)
    assert 1 - chances[2] == pytest.approx((1 - chances[0]) * 0.04)


def test_the_mean_of_many_draws_is_the_exact_mean():
    rows = [(0, 1.0)] * 3 + [(0, 0.0)] + [(3, 0.0)] * 2 + [(4, 1.0)] * 6 + [(5, 0.0, 40.0)]
    found = fitted(PLACES, rows)
    draws = found.draw(np.random.default_rng(1), 40_000)
    assert draws.mean(axis=0) == pytest.approx(found.means[-1], abs=0.01)
    assert ((draws >= 0) & (draws <= 1)).all() and len(np.unique(draws)) > 100_000


def test_a_leaf_alone_is_the_textbooks_beta():
    found = fitted(leaves([0], {0: [0]}), [(0, 1.0)] * 7 + [(0, 0.0)] * 3)
    level, above = found.levels[-1], found.means[-2][0]
    assert found.means[-1][0] == pytest.approx((level.kappa * above + 7) / (level.kappa + 10))


def test_children_that_differ_are_found_to_differ_and_alike_ones_alike():
    many = leaves([0] * 40, {0: [0]})
    random = np.random.default_rng(5)
    alike = [(site, float(random.random() < 0.7)) for site in range(40) for _ in range(12)]
    apart = [(site, float(site % 2)) for site in range(40) for _ in range(12)]
    assert fitted(many, alike).levels[-1].kappa > 20 > 2 > fitted(many, apart).levels[-1].kappa


def test_severity_is_what_was_seen_at_the_criterion():
    found = fitted(PLACES, [(0, 0.0)] * 60 + [(1, 0.66)] * 60)
    assert found.loss_chances.sum(axis=1) == pytest.approx(np.ones(2))
    assert found.mean_loss[0] > 0.9 and found.mean_loss[1] < 0.45


def test_nothing_seen_is_half_and_half():
    assert fitted(PLACES, []).means[-1] == pytest.approx(np.full(6, 0.5))


def rounds(*errors):
    return strictness([Surprise(error, 0.01) for error in errors])


def test_rounds_that_come_out_as_expected_lower_the_strictness_and_others_raise_it():
    assert rounds(0.01, -0.02, 0.0, 0.03).mean < rounds().mean < rounds(0.7, -0.6, 0.8, -0.7).mean
    assert rounds().chances.sum() == pytest.approx(1)


def test_many_rounds_find_the_strictness_that_they_were_made_with():
    random = np.random.default_rng(4)
    for tau in (0.1, 0.4):
        errors = random.normal(-tau * tau / 2, (tau * tau + 0.01) ** 0.5, 400)
        assert rounds(*errors).mean == pytest.approx(tau, abs=0.05)


def test_what_a_round_scatters_by_itself_is_not_taken_for_strictness():
    errors = np.random.default_rng(6).normal(0, 0.3, 60)
    alike = strictness([Surprise(error, 0.09) for error in errors])
    assert alike.mean < 0.15 < strictness([Surprise(error, 0.01) for error in errors]).mean


def test_a_share_that_strictness_cannot_move_makes_the_rest_scatter_more():
    errors = (0.4, -0.4, 0.3, -0.5, 0.4)
    half = strictness([Surprise(error, 0.01, 0.5) for error in errors])
    assert half.mean > rounds(*errors).mean


def test_factors_have_the_mean_one_and_each_its_own_tau():
    factors = rounds().draw(np.random.default_rng(2), 200_000)
    assert factors.mean() == pytest.approx(1, abs=0.02)
    assert np.log(factors).var() > np.log(Strictness.fixed(rounds().mean).draw(np.random.default_rng(2), 200_000)).var()
