"""Kinds 2 and 3 by hand-worked cases, and the ways in which parts make a whole."""

from decimal import Decimal
from fractions import Fraction

import pytest

from chuangwen.scoring.engine import InputError, contributions, score

from .tables import loss_scheme, observations, shipped


def lost(*losses, **same):
    return [{"loss": loss, **same} for loss in losses]


def test_pass_rate_is_conforming_by_observed_and_leaves_out_what_was_not_judged():
    table = observations({"conform": True}, {"conform": True}, {"conform": False}, {"conform": None})
    row = score(table, shipped("pass_rate")).row("index")
    assert (row.possible, row.got, row.counted, row.read) == (3, 2, 3, 4)
    assert row.rate == Decimal("0.6667")


def test_an_observation_is_worth_one_minus_its_loss_and_an_empty_loss_is_none():
    row = score(observations(*lost("0.1", None, "1")), loss_scheme()).row("sub_indicator", "指标/")
    assert (row.possible_exact, row.got_exact) == (1, Fraction("1.9") / 3)


def test_a_scheme_may_take_an_empty_loss_for_missing():
    result = score(observations(*lost("0.1", None)), loss_scheme(loss_per_observation={"empty_loss": "missing"}))
    assert result.coverage.reasons == {"no_loss": 1}


def test_losses_outside_the_steps_are_not_counted():
    rules = {"steps": ["0.1", "0.1234"]}
    result = score(observations(*lost("0.1", "0.1234", "0.123", "0", "1.5", "-0.1")), loss_scheme(loss_per_observation=rules))
    assert result.coverage.reasons == {"bad_loss": 2, "loss_step": 1}


def test_mean_of_means_and_ratio_of_sums_differ():
    table = observations(*lost("0", "0", "0", sub_indicator="1"), *lost("1", sub_indicator="2"))
    means = score(table, loss_scheme())
    pooled = score(table, loss_scheme(levels={"indicator": {"method": "ratio_of_sums"}}))
    assert means.row("indicator", "指标").rate == Decimal("0.5")
    assert pooled.row("indicator", "指标").rate == Decimal("0.75")


def test_mean_of_means_counts_every_part_once_and_sum_of_parts_by_its_marks():
    table = observations(*lost("0", indicator="甲", sub_indicator="1"), *lost("1", indicator="甲", sub_indicator="2"),
                         *lost("0", indicator="乙"))
    means = loss_scheme(levels={"index": {"method": "mean_of_means"}})
    assert score(table, loss_scheme()).row("index").rate_exact == Fraction(2, 3)
    assert score(table, means).row("index").rate_exact == Fraction(3, 4)


def test_an_empty_sub_indicator_is_the_indicator_itself():
    result = score(observations(*lost("0.2", "0.4", indicator="群众参与")), loss_scheme())
    assert (result.row("indicator", "群众参与").possible, result.row("indicator", "群众参与").got) == (1, Decimal("0.7"))


def test_one_observation_counts_in_full_for_every_department_that_it_names_and_once_for_each():
    table = observations({"loss": "0.3", "departments": ["甲", "乙", "甲", ""]}, {"loss": "0", "departments": ["乙"]}, {"loss": "1"})
    rows = {row.key: (row.possible, row.got, row.counted) for row in score(table, loss_scheme()).level("department")}
    assert rows == {"甲": (1, Decimal("0.7"), 1), "乙": (2, Decimal("1.7"), 2)}


def test_an_observation_without_an_area_counts_for_the_index_only():
    result = score(observations({"loss": "0", "area": "东街"}, {"loss": "1", "area": None}), loss_scheme())
    assert [(row.key, row.rate) for row in result.level("area")] == [("东街", 1)]
    assert result.row("index").rate == Decimal("0.5")


def test_weights_weigh():
    table = observations({"loss": "0", "weight": "3"}, {"loss": "1", "weight": "1"}, {"loss": "1", "weight": "0"})
    result = score(table, loss_scheme())
    assert result.row("index").rate == Decimal("0.75")
    assert result.coverage.reasons == {"bad_weight": 1}


def test_an_area_that_lacks_a_site_type_takes_the_citys_mean_where_the_scheme_says_so():
    table = observations(
        {"area": "东街", "site_type": "市场", "loss": "0.4"}, {"area": "东街", "site_type": "公园", "loss": "0"},
        {"area": "西街", "site_type": "市场", "loss": "0.2"}, {"area": None, "site_type": "公园", "loss": "1"},
    )
    area = {"method": "mean_of_means", "over": "site_type"}
    without = score(table, loss_scheme(levels={"area": area})).row("area", "西街")
    filled = score(table, loss_scheme(levels={"area": {**area, "impute": "city_mean"}})).row("area", "西街")
    assert (without.possible, without.rate) == (1, Decimal("0.8"))
    assert (filled.possible, filled.rate, filled.counted) == (2, Decimal("0.65"), 1)
    assert filled.note == "缺 1 类点位，按全市均值计。"


def test_an_area_can_be_scored_as_the_index_is():
    table = observations(*lost("0", "0", sub_indicator="1", area="东街"), *lost("1", sub_indicator="2", area="东街"))
    row = score(table, loss_scheme(levels={"area": {"method": "as_index"}})).row("area", "东街")
    assert (row.possible, row.got) == (2, 1)


def test_sections_are_weighed_and_a_missing_one_is_said():
    weights = {"材料": "40", "实地": "40", "问卷": "20"}
    levels = {"index": {"method": "weighted_sections"}}
    table = observations(*lost("0", section="材料"), *lost("0.5", section="实地"), *lost("1", section="其他"))
    row = score(table, loss_scheme(levels=levels, section_weights=weights)).row("index")
    assert (row.possible, row.got, row.counted) == (80, 60, 2)
    assert row.note == "缺少测评项目：问卷，按其余权重折算。有 1 条观测的测评项目没有权重，未计入总指数。"
    zero = score(table, loss_scheme(levels=levels, section_weights=weights, missing_section="zero")).row("index")
    assert (zero.possible, zero.got) == (100, 60)


def test_unplaced_and_nameless_rows_are_read_and_not_counted():
    table = observations({"loss": "1", "placed": False}, {"loss": "1", "indicator": None}, {"loss": "0", "serial": "7"},
                         {"loss": "0", "serial": "7"})
    result = score(table, loss_scheme())
    assert (result.coverage.rows_read, result.coverage.rows_counted, result.coverage.rows_unplaced) == (4, 2, 1)
    assert result.coverage.reasons == {"no_indicator": 1, "unplaced": 1}
    assert result.coverage.duplicate_serials == ["7"]
    assert (result.row("index").rate, result.row("index").read) == (1, 4)


def test_an_empty_round_has_no_rate():
    row = score(observations(), loss_scheme()).row("index")
    assert (row.possible, row.rate, row.rank, row.read) == (0, None, None, 0)


def test_names_with_slashes_do_not_run_together():
    table = observations(*lost("0", section="a", indicator="b/c"), *lost("1", section="a/b", indicator="c"))
    result = score(table, loss_scheme())
    assert {row.key: row.rate for row in result.level("indicator")} == {"a/b\\/c": 1, "a\\/b/c": 0}
    assert contributions(table, loss_scheme(), level="indicator", key="a\\/b/c")["observation_id"].to_pylist() == [2]


def test_an_identifier_that_occurs_twice_or_is_missing_stops_the_calculation():
    with pytest.raises(InputError, match="观测编号 5 出现了 2 次"):
        score(observations({"observation_id": 5, "loss": "0"}, {"observation_id": 5, "loss": "0"}), loss_scheme())
    with pytest.raises(InputError, match="缺少观测编号"):
        score(observations({"observation_id": None, "loss": "0"}), loss_scheme())


def test_a_missing_or_inexact_column_is_named():
    table = observations(*lost("0"))
    with pytest.raises(InputError, match="缺少“loss”列"):
        score(table.drop_columns(["loss"]), loss_scheme())
    with pytest.raises(InputError, match="“loss”列类型不对"):
        score(table.set_column(table.column_names.index("loss"), "loss", table["loss"].cast("double")), loss_scheme())


def test_a_score_opens_down_to_the_observations_that_it_counted():
    area = {"method": "mean_of_means", "over": "site_type", "impute": "city_mean"}
    rules = loss_scheme(levels={"area": area})
    table = observations(
        {"area": "东街", "site_type": "市场", "loss": "0"}, {"area": "东街", "site_type": "公园", "loss": "0.5"},
        {"area": "西街", "site_type": "市场", "loss": "0"}, {"area": "西街", "site_type": "市场", "loss": "2"},
    )
    rows = contributions(table, rules, level="area", key="西街").to_pylist()
    assert [(row["observation_id"], row["role"], row["counted"], row["reason"]) for row in rows] == [
        (2, "city_mean", True, None), (3, "own", True, None), (4, "own", False, "bad_loss"),
    ]
