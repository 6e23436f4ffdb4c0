"""The arithmetic by itself: exact, independent of order and of how facts are put together."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.ledger import rules
from chuangwen.ledger.rules import NOTHING, NoQuantity, Part, part_of, together, value_of

amounts = st.integers(0, 10**14)
shares = st.tuples(st.integers(0, 10**9), st.integers(1, 10**9)).map(lambda pair: (min(pair), max(pair)))
days = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@given(st.decimals(0, 10**10, places=4))
def test_a_quantity_comes_back_as_it_was(quantity):
    assert rules.quantity_of(rules.amount_of(quantity)) == quantity


@pytest.mark.parametrize(
    ("quantity", "code"),
    [
        ("-1", "negative"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("10000000000.0001", "too_large"),
        ("0.00001", "too_fine"),
    ],
)
def test_what_is_no_quantity_says_why(quantity, code):
    with pytest.raises(NoQuantity) as refused:
        rules.amount_of(Decimal(quantity))
    assert refused.value.code == code


@given(st.lists(amounts, min_size=1), st.randoms())
def test_totals_do_not_depend_on_order_or_grouping(found, random):
    parts = [part_of(amount) for amount in found]
    whole = together(parts)
    random.shuffle(parts)
    cut = random.randint(0, len(parts))
    assert together(parts[:cut]) + together(parts[cut:]) == whole
    assert value_of("sum", whole) == Fraction(sum(found), rules.SCALE)
    assert value_of("mean", whole) == Fraction(sum(found), rules.SCALE * len(found))
    assert value_of("max", whole) == Fraction(max(found), rules.SCALE)
    assert value_of("min", whole) == Fraction(min(found), rules.SCALE)


@given(st.lists(shares, min_size=1))
def test_a_share_is_the_sum_of_the_parts_over_the_sum_of_the_wholes(found):
    whole = together(part_of(part, base) for part, base in found)
    assert value_of("share", whole) == Fraction(sum(p for p, _b in found), sum(b for _p, b in found))


def test_of_nothing_there_is_no_total():
    assert all(value_of(adds, NOTHING) is None for adds in ("sum", "last", "mean", "max", "min", "share"))
    assert value_of("share", Part(0, 0, 1, 0, 0)) is None


@given(st.fractions(0, 10**6), st.integers(0, 4))
def test_rounding_is_half_up_and_never_more_than_half_away(value, digits):
    shown = rules.rounded(value, digits)
    assert shown is not None and shown.as_tuple().exponent == -digits
    distance = Fraction(shown) - value
    half = Fraction(1, 2 * 10**digits)
    assert -half < distance <= half


def test_a_threshold_is_compared_exactly():
    third = Fraction(9599999, 10000000)
    assert rules.kept("at_least", Decimal(96), third, share=True) is False
    assert rules.kept("at_least", Decimal(96), Fraction(96, 100), share=True) is True
    assert rules.kept("at_most", Decimal(0), Fraction(0)) is True
    assert rules.kept("", None, third) is None and rules.kept("at_least", Decimal(1), None) is None


@given(days, st.integers(0, 800), st.sampled_from(rules.BUCKETS))
def test_buckets_cover_the_days_without_gap_or_overlap(start, length, kind):
    end = start + timedelta(days=length)
    found = rules.buckets(kind, start, end)
    assert found[0][0] == start and found[-1][1] == end
    assert all(earlier[1] + timedelta(days=1) == later[0] for earlier, later in zip(found, found[1:], strict=False))
    assert all(rules.bucket_of(kind, first) == rules.bucket_of(kind, last) for first, last in found)


@given(st.dictionaries(days, amounts), days, st.integers(0, 400), st.sampled_from(rules.BUCKETS))
def test_bars_add_up_to_the_total_of_their_days(said, start, length, kind):
    end = start + timedelta(days=length)
    parts = {day: part_of(amount) for day, amount in said.items()}
    bars = rules.over_time(kind, start, end, parts)
    assert together(part for _first, _last, part in bars) == together(part for day, part in parts.items() if start <= day <= end)


@given(st.lists(st.tuples(st.sampled_from("abc"), days, amounts)), days, st.integers(0, 100), st.sampled_from(rules.BUCKETS))
def test_a_stock_is_what_was_said_last_of_each(said, start, length, kind):
    end = start + timedelta(days=length)
    said = sorted(said, key=lambda one: one[1])
    for _first, last, part in rules.stock_over_time(kind, start, end, said):
        standing = {}
        for series, day, amount in said:
            if day <= last:
                standing[series] = amount
        assert part.total == sum(standing.values()) and part.count == len(standing)
