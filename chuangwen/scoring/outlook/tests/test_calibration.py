"""What past forecasts say of themselves."""

import pytest

from chuangwen.scoring.outlook.calibration import Past, brier, coverage, reliability


def past(*ranks, chances=()):
    return [Past(rank, tuple(chances)) for rank in ranks]


def test_an_interval_holds_what_lies_in_the_middle():
    held = {each.nominal: each.held for each in coverage(past(0.5, 0.05, 0.95, 0.049, 0.76))}
    assert held[0.9] == 4 and held[0.5] == 1
    assert coverage(past())[0].share is None


def test_chances_are_sorted_by_size_beside_what_came():
    bins = reliability(past(0.5, chances=[(0.1, False), (0.9, True), (0.95, False), (1.0, True)]))
    assert [(each.forecast, each.came) for each in bins] == [(1, 0), (0, 0), (0, 0), (0, 0), (3, 2)]
    assert bins[1].share is None and bins[4].mean == pytest.approx(0.95)


def test_the_brier_score_is_nought_for_a_seer_and_a_quarter_for_who_says_half():
    assert brier(past(0.5, chances=[(1.0, True), (0.0, False)])) == 0
    assert brier(past(0.5, chances=[(0.5, True), (0.5, False)])) == 0.25
    assert brier([]) is None
