"""Kappa and intervals against figures worked out by hand or printed in text books."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.fieldwork.agreement import CONSTANT, NO_SPREAD, NOTHING, kappa
from chuangwen.fieldwork.intervals import compared, difference, mean_of_some, student, wilson


def pairs(table: dict[tuple[str, str], int]) -> list[tuple[str, str]]:
    return [pair for pair, count in table.items() for _n in range(count)]


def test_kappa_of_a_two_by_two_table_worked_out_by_hand():
    # observed 35/50; by chance 25/50·30/50 + 25/50·20/50 = 1/2; kappa (0.7 − 0.5) / 0.5
    found = kappa(pairs({("y", "y"): 20, ("y", "n"): 5, ("n", "y"): 10, ("n", "n"): 15}))
    assert (found.n, found.agreed, found.raw, found.kappa) == (50, 35, Fraction(7, 10), Fraction(2, 5))


def test_kappa_of_three_grades_worked_out_by_hand():
    # rows 44, 36, 20; columns 60, 26, 14 of 100; observed 0.70; by chance (44·60 + 36·26 + 20·14) / 10000 = 0.3856
    table = {
        ("A", "A"): 40, ("A", "B"): 2, ("A", "C"): 2, ("B", "A"): 14, ("B", "B"): 20, ("B", "C"): 2, ("C", "A"): 6, ("C", "B"): 4,
        ("C", "C"): 10,
    }  # fmt: skip
    found = kappa(pairs(table))
    assert found.kappa == (Fraction(70, 100) - Fraction(3856, 10000)) / (1 - Fraction(3856, 10000))


def test_the_interval_is_that_of_fleiss_cohen_and_everitt():
    # the large-sample standard error of the two by two table above is 0.1270 (Fleiss, Levin and Paik, formula 18.10, worked out)
    found = kappa(pairs({("y", "y"): 20, ("y", "n"): 5, ("n", "y"): 10, ("n", "n"): 15}))
    assert found.low == pytest.approx(0.4 - 1.96 * 0.12700, abs=1e-3)
    assert found.high == pytest.approx(0.4 + 1.96 * 0.12700, abs=1e-3)


def test_where_kappa_is_not_defined_it_is_said_why():
    assert (kappa([]).kappa, kappa([]).why, kappa([]).raw) == (None, NOTHING, None)
    same = kappa([("A", "A")] * 9)
    assert (same.kappa, same.why, same.raw) == (None, CONSTANT, 1)


def test_perfect_agreement_is_one_and_the_perfect_opposite_minus_one():
    assert kappa([("A", "A"), ("B", "B")]).kappa == 1
    assert kappa([("A", "B"), ("B", "A")]).kappa == -1
    one_constant = kappa([("A", "A"), ("A", "B")])
    assert one_constant.kappa == 0, "a team that always says the same agrees no more than chance"
    assert (one_constant.low, one_constant.why) == (None, NO_SPREAD), "an interval without width would pretend to know"


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("ABC")), min_size=1, max_size=40))
def test_kappa_is_the_same_from_either_side_and_in_any_order(seen):
    found = kappa(seen)
    assert kappa([(b, a) for a, b in reversed(seen)]).kappa == found.kappa
    if found.kappa is not None:
        assert -1 <= found.kappa <= 1 and found.kappa <= found.raw
    if found.low is not None:
        assert -1 <= found.low <= float(found.kappa) + 1e-9 and float(found.kappa) - 1e-9 <= found.high <= 1


def test_wilson_gives_the_figures_of_newcombe_1998():
    for good, n, low, high in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ]:
        found = wilson(good, n)
        assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
    assert wilson(0, 0).value is None and wilson(20, 20).high == 1


def test_differences_are_those_of_newcombe_1998():
    told = difference(56, 70, 48, 80)
    assert (told.value, told.low, told.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)
    told = difference(9, 10, 3, 10)
    assert (told.low, told.high) == pytest.approx((0.1705, 0.8090), abs=1e-4)
    assert compared(56, 70, 48, 80) == 1 and compared(48, 80, 56, 70) == -1
    assert compared(1, 2, 40, 60) == 0, "a half of two is not to be told from two thirds of sixty"
    assert compared(0, 2, 83, 118) == 0 and compared(1, 2, 2, 106) == 0, "so few are no evidence"
    assert compared(0, 0, 1, 2) is None and compared(1, 2, 0, 0) is None


def test_the_mean_of_some_places_narrows_to_nothing_when_all_are_seen():
    values = [1.0, 0.8, 0.6, 0.9]
    # s² = 0.0875/3; half = 3.182 · sqrt(0.6 · s² / 4)
    found = mean_of_some(values, 10)
    assert found.value == pytest.approx(0.825)
    assert found.value - found.low == pytest.approx(3.182 * (0.6 * (0.0875 / 3) / 4) ** 0.5)
    assert found.high == 1, "no result is better than all marks"
    assert (mean_of_some(values, 4).low, mean_of_some(values, 4).high) == (mean_of_some(values, 4).value,) * 2
    assert mean_of_some([0.5], 9).low is None and mean_of_some([], 9).value is None
    assert mean_of_some([0.0, 1.0], 9).low == 0 and mean_of_some([0.0, 1.0], 9).high == 1


def test_students_points_beyond_the_table_are_close():
    assert student(30) == 2.042
    assert student(40) == pytest.approx(2.021, abs=0.003) and student(120) == pytest.approx(1.980, abs=0.001)
