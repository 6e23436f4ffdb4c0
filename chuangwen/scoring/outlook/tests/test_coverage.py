"""Intervals hold what they promise: towns whose rounds are made with a strictness that is known, each round forecast on its eve."""

import numpy as np
import pytest

from chuangwen.scoring.engine import example_schemes
from chuangwen.scoring.outlook.calibration import Past, coverage
from chuangwen.scoring.outlook.model import Beliefs, Evidence, Strictness, fit, strictness
from chuangwen.scoring.outlook.simulation import rank_of, simulate, surprise

from .worlds import assessment, leaves

SCHEME = example_schemes()["loss_per_observation"]
SITES, DRAWN, ROUNDS, FIRST, TOWNS = 20, 8, 16, 4, 10
MILD, GRAVE = 0.3, 1.0


def forecasts(seed: int, tau: float, learns: bool = True) -> list[Past]:
    """One town, a round a month. A strict day finds more faults and graver ones: the loss moves by a log-normal factor of scale ``tau``."""
    random = np.random.default_rng(seed)
    which = leaves([0] * SITES + [1] * SITES, {0: [0, 1, 2, 3], 1: [2, 3, 4, 5]})
    plan = assessment(which, {0: DRAWN, 1: DRAWN}, SCHEME)
    usual = random.beta(2, 14, 6)[which.criterion]
    own = np.clip(random.beta(8 * usual, 8 * (1 - usual)), 0.005, 0.6)
    seen: list[tuple[int, float, int]] = []
    surprises, past = [], []
    for number in range(ROUNDS):
        factor = np.exp(tau * random.standard_normal() - tau * tau / 2)
        sites = np.concatenate([random.choice(quota.sites, DRAWN, replace=False) for quota in plan.quotas])
        rated = np.flatnonzero(np.isin(which.site, sites))
        # half of the factor (on the log scale) in how many faults there are, half in how much they lose
        faulty = random.random(len(rated)) < np.minimum(1, own[rated] * factor**0.5)
        grave = random.random(len(rated)) < np.clip((0.5 * factor**0.5 - MILD) / (GRAVE - MILD), 0, 1)
        share = np.where(faulty, np.where(grave, 1 - GRAVE, 1 - MILD), 1.0)
        if number >= 1:
            columns = np.array(seen).T
            known = Evidence(columns[0].astype(int), columns[1], (number - columns[2]) * 30.0, np.zeros(len(seen), bool))
            strict = strictness(surprises) if learns else Strictness.fixed(0.0)
            found = fit(which, known, 6, Beliefs(half_life=720.0), strict)
            actual = float((plan.worth[rated] * share).sum())
            if number >= FIRST:
                past.append(Past(rank_of(simulate(found, plan, seed=number, draws=60, each=10), actual), ()))
            surprises.append(surprise(found, plan, actual, seed=number, draws=40, each=10))
        seen += [(int(leaf), float(got), number) for leaf, got in zip(rated, share, strict=True)]
    return past


@pytest.mark.parametrize("tau", [0.0, 0.4])
def test_intervals_hold_as_often_as_they_say_and_not_much_oftener(tau):
    past = [each for seed in range(TOWNS) for each in forecasts(seed, tau)]
    held = {each.nominal: each.share for each in coverage(past)}
    assert len(past) == TOWNS * (ROUNDS - FIRST)
    assert held[0.9] == pytest.approx(0.9, abs=0.06)
    assert held[0.5] == pytest.approx(0.5, abs=0.12)
    below, above = (sum(each.rank < 0.05 for each in past), sum(each.rank > 0.95 for each in past))
    assert max(below, above) <= 0.12 * len(past), "to neither side"


def test_intervals_that_know_no_strictness_would_be_found_too_narrow():
    past = [each for seed in range(3) for each in forecasts(seed, 0.8, learns=False)]
    assert next(each.share for each in coverage(past) if each.nominal == 0.9) < 0.8
