"""Means, trimmed means, ranks with ties, prizes: exact."""

from decimal import Decimal
from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from chuangwen.volunteers.contest import rules
from chuangwen.volunteers.contest.rules import ContestStep, EntryStep

PRIZES = [("first", 1), ("second", 2), ("third", 3)]


def _d(*values):
    return [Decimal(value) for value in values]


def test_the_mean_is_exact_and_rounded_for_reading_alone():
    one = rules.total_of(_d("80", "81", "81.5"), method=rules.MEAN, trim=1, least=3)
    assert one.total == Fraction(485, 6) and rules.shown(one.total) == Decimal("80.8333")
    assert rules.shown(Fraction(1, 20_000)) == Decimal("0.0001"), "half goes up"


def test_the_trimmed_mean_leaves_one_highest_and_one_lowest_out_and_says_which():
    one = rules.total_of(_d("100", "80", "10", "70"), method=rules.TRIMMED, trim=1, least=3)
    assert one.total == 75 and one.left_out == tuple(_d("10", "100"))


def test_too_few_scores_give_no_result_and_no_rank():
    found = rules.ranked({1: rules.total_of(_d("90", "90"), method=rules.MEAN, trim=1, least=3)}, PRIZES)
    assert found[1].total is None and found[1].rank is None and found[1].prize == ""


def test_ties_share_a_rank_and_the_prize_at_the_last_place():
    totals = {n: rules.Counted(Fraction(value), ()) for n, value in enumerate((90, 85, 85, 85, 70))}
    found = rules.ranked(totals, PRIZES)
    assert [found[n].rank for n in range(5)] == [1, 2, 2, 2, 5]
    assert [found[n].prize for n in range(5)] == ["first", "second", "second", "second", "third"]
    assert [found[n].tied for n in range(5)] == [False, True, True, True, False]


def test_thirds_that_look_alike_when_rounded_are_no_tie():
    close = {1: rules.Counted(Fraction(250_000, 3), ()), 2: rules.Counted(Fraction(250_000, 3) + Fraction(1, 10**9), ())}
    found = rules.ranked(close, PRIZES)
    assert rules.shown(close[1].total) == rules.shown(close[2].total) and (found[1].rank, found[2].rank) == (2, 1)


halves = st.integers(0, 200).map(lambda n: Decimal(n) / 2)


@given(st.lists(halves, min_size=3, max_size=9), st.randoms())
def test_a_total_lies_between_what_was_given_and_no_order_changes_it(scores, random):
    shuffled = random.sample(scores, len(scores))
    for method in (rules.MEAN, rules.TRIMMED):
        one, other = (rules.total_of(each, method=method, trim=1, least=3) for each in (scores, shuffled))
        assert one == other and min(scores) <= one.total <= max(scores)


def test_points_are_halves_up_to_the_most():
    assert rules.is_score(Decimal("12.5"), 20) and rules.is_score(Decimal(0), 20)
    assert not any(rules.is_score(Decimal(value), 20) for value in ("12.3", "20.5", "-1", "NaN"))


def test_what_is_published_stays():
    assert not any(rules.contest_after(rules.PUBLISHED, step) for step in ContestStep)
    assert not any(rules.entry_after(rules.WITHDRAWN, step) for step in EntryStep)
    before = {state for state, step in product((rules.DRAFT, rules.OPEN, rules.JUDGING, rules.COUNTED), ContestStep)
              if rules.contest_after(state, step) == rules.PUBLISHED}  # fmt: skip
    assert before == {rules.COUNTED}
