"""The change of an index is taken apart exactly, whatever the parts and their weights."""

from hypothesis import given
from hypothesis import strategies as st

from chuangwen.fieldwork.intervals import mean_of_some, ratio_of_some
from chuangwen.overview.rules import Side, apart, moves

shares = st.floats(0, 1, allow_nan=False)
results = st.dictionaries(st.sampled_from("abcdef"), st.builds(Side, st.one_of(st.none(), shares), shares), max_size=6)


def whole(result):
    return sum(side.weight * side.rate for side in result.values() if side.rate is not None)


@given(results, results)
def test_effects_and_mix_add_up_to_the_change_of_the_whole(before, after):
    found = moves(before, after)
    assert abs(found.total - (whole(after) - whole(before))) < 1e-9


@given(results, results)
def test_the_way_back_is_the_same_with_the_other_sign(before, after):
    there, back = moves(before, after), moves(after, before)
    assert {part.key: round(part.effect, 9) for part in there.parts} == {
        part.key: round(-part.effect + 0.0, 9) for part in back.parts
    }
    assert abs(there.mix + back.mix) < 1e-9


def test_what_moved_most_stands_first_and_other_sites_are_no_change_of_a_rate():
    before = {"a": Side(0.9, 0.5), "b": Side(0.8, 0.5)}
    after = {"a": Side(0.9, 0.2), "b": Side(0.6, 0.8)}
    found = moves(before, after)
    assert [part.key for part in found.parts] == ["b", "a"] and found.parts[1].effect == 0
    assert round(found.parts[0].effect, 9) == round(0.65 * -0.2, 9)


def test_a_difference_within_both_intervals_is_not_called_one():
    assert apart(0.90, 0.92, (0.02, 0.02)) is False
    assert apart(0.90, 0.93, (0.02, 0.02)) is True
    assert apart(0.90, 0.99, (None, 0.02)) is None


def test_the_interval_of_a_ratio_is_that_of_the_mean_where_all_sites_weigh_alike():
    values = [0.7, 0.9, 1.0, 0.6, 0.8]
    ratio, mean = ratio_of_some([(value * 4, 4.0) for value in values], 50), mean_of_some(values, 50)
    assert (round(ratio.value, 12), round(ratio.low, 12), round(ratio.high, 12)) == (
        round(mean.value, 12),
        round(mean.low, 12),
        round(mean.high, 12),
    )


def test_the_interval_of_a_ratio_is_nothing_when_every_site_was_seen_and_unknown_with_one_of_many():
    assert ratio_of_some([(1, 2), (2, 2)], 2).low == 0.75 == ratio_of_some([(1, 2), (2, 2)], 2).high
    assert ratio_of_some([(1, 2)], 9).low is None and ratio_of_some([], 9).value is None
    assert ratio_of_some([(0, 0), (1, 2), (2, 2)], 9).n == 2
