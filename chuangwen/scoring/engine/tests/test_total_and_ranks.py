"""Earlier years, the minors' test, the negative list, ranks, ties, small samples and printed values."""

from decimal import Decimal
from fractions import Fraction

import pytest

from chuangwen.scoring.engine import InputError, score
from chuangwen.scoring.engine.result import join_key, rounded, split_key

from .tables import loss_scheme, observations

HALF = observations({"loss": "0"}, {"loss": "1"})


def areas(*pairs):
    return observations(*({"area": area, "loss": loss} for area, loss in pairs))


def test_years_weigh_fifteen_twenty_five_and_sixty():
    context = {"earlier_years": [{"year": 2025, "marks": "80"}, {"year": 2024, "marks": "60"}]}
    total = score(HALF, loss_scheme(year_weights=["15", "25", "60"]), context=context).row("total")
    assert (total.possible, total.got) == (100, 9 + 20 + 30)


def test_a_missing_year_is_said_and_nothing_is_guessed():
    total = score(HALF, loss_scheme(year_weights=["15", "25", "60"]), context={"earlier_years": [{"year": 2025, "marks": "80"}]})
    assert (total.row("total").rate, total.row("total").note) == (None, "缺往年成绩（应有 2 年，现有 1 年），不能合成总分。")


def test_the_minors_test_enters_with_its_share_and_bars_below_its_threshold():
    rules = loss_scheme(minors={"threshold": "85", "share": "20"})
    passed = score(HALF, rules, context={"minors": "85"}).row("total")
    barred = score(HALF, rules, context={"minors": "84.99"}).row("total")
    assert (passed.got, passed.vetoed) == (57, False)
    assert (barred.vetoed, barred.note) == (True, "未成年人测评低于 85 分，不得申报。")


def test_the_negative_list_vetoes_and_takes_the_rank():
    rules = loss_scheme(negative_list=[{"code": "N1", "name": "弄虚作假"}])
    context = {"negatives": [{"code": "N1", "level": "area", "key": "甲"}, {"code": "N1"}]}
    result = score(areas(("甲", "0"), ("乙", "0.5")), rules, context=context)
    vetoed = result.row("area", "甲")
    assert (vetoed.vetoed, vetoed.rank, vetoed.rate, vetoed.note) == (True, None, 1, "负面清单一票否决：弄虚作假。")
    assert result.row("area", "乙").rank == 1
    assert result.row("index").vetoed


def test_an_event_that_nobody_knows_is_an_error():
    with pytest.raises(InputError, match="没有编号“X”"):
        score(HALF, loss_scheme(), context={"negatives": [{"code": "X"}]})


def test_ties_share_a_place_and_the_next_is_left_free():
    result = score(areas(("甲", "0.1"), ("乙", "0.1"), ("丙", "0.2"), ("丁", "0")), loss_scheme())
    assert {row.key: row.rank for row in result.level("area")} == {"丁": 1, "甲": 2, "乙": 2, "丙": 4}


def test_what_prints_the_same_is_a_tie_only_where_the_scheme_says_so():
    table = areas(*[("甲", "0")] * 2, ("甲", "1"), *[("乙", "0")] * 67, *[("乙", "1")] * 33)
    rounding = {"rate": 2}
    exact = score(table, loss_scheme(rounding=rounding))
    printed = score(table, loss_scheme(rounding=rounding, ranking={"ties_by": "printed"}))
    assert {row.key: row.rank for row in exact.level("area")} == {"乙": 1, "甲": 2}
    assert {row.rank for row in printed.level("area")} == {1}


def test_ranks_are_inside_peer_groups_and_an_unobserved_member_is_shown():
    groups = {"area": {"甲": "街道", "乙": "镇", "丙": "镇", "丁": "镇"}}
    result = score(areas(("甲", "0.5"), ("乙", "0.2"), ("丙", "0.1")), loss_scheme(ranking={"peer_groups": groups}))
    assert {row.key: (row.peer_group, row.rank) for row in result.level("area")} == {
        "甲": ("街道", 1), "乙": ("镇", 2), "丙": ("镇", 1), "丁": ("镇", None),
    }
    assert result.row("area", "丁").note == "没有观测。"


def test_too_small_a_sample_has_a_rate_and_no_rank():
    result = score(areas(("甲", "0"), ("乙", "0.5"), ("乙", "0.5")), loss_scheme(ranking={"smallest_sample": 2}))
    assert (result.row("area", "甲").rate, result.row("area", "甲").rank) == (1, None)
    assert result.row("area", "甲").note == "样本不足（少于 2 条），不排名。"
    assert result.row("area", "乙").rank == 1


@pytest.mark.parametrize(
    ("value", "places", "printed"),
    [("1/8", 2, "0.13"), ("-1/8", 2, "-0.13"), ("2/3", 6, "0.666667"), ("1/2", 0, "1"), ("0", 3, "0.000"), ("-1/1000", 2, "0.00"),
     ("123456789012345678901234567890/1", 1, "123456789012345678901234567890.0")],
)
def test_printed_values_are_rounded_half_up(value, places, printed):
    assert str(rounded(Fraction(value), places)) == printed


@pytest.mark.parametrize("path", [["a"], ["a", ""], ["", ""], ["a/b", "c\\", "\\/"], ["", "x", ""]])
def test_keys_split_into_what_they_were_joined_from(path):
    assert split_key(join_key(path)) == path


def test_rates_keep_their_exact_value_beside_the_printed_one():
    row = score(areas(("甲", "0"), ("甲", "0"), ("甲", "1")), loss_scheme(rounding={"rate": 2})).row("area", "甲")
    assert (row.rate, row.rate_exact) == (Decimal("0.67"), Fraction(2, 3))
