"""Kind 1: grades of criteria, by hand-worked cases. A, B, C, D are 100, 66, 33, 0 per cent of the criterion's full marks."""

from decimal import Decimal
from fractions import Fraction

from chuangwen.scoring.engine import score

from .tables import observations, scheme

TREE = {"sub_indicator": {"method": "sum_of_parts", "marks": None}}


def graded(*rows, levels=None, **rules):
    return score(observations(*rows), scheme("state_description", state_description=rules, levels=levels or TREE))


def test_a_criterion_gets_the_mean_of_its_grades_times_its_full_marks():
    levels = {**TREE, "criterion": {"marks_by_name": {"地面干净": "4"}}}
    result = graded({"criterion": "地面干净", "grade": "A"}, {"criterion": "地面干净", "grade": "C"}, levels=levels)
    row = result.row("criterion", "指标//地面干净")
    assert (row.possible, row.got, row.rate) == (Decimal("4.0000"), Decimal("2.6600"), Decimal("0.665000"))


def test_an_indicator_adds_the_marks_of_its_criteria():
    levels = {**TREE, "criterion": {"marks": "1", "marks_by_name": {"甲": "3"}}}
    rows = [{"criterion": "甲", "grade": "B"}, {"criterion": "乙", "grade": "A"}, {"criterion": "乙", "grade": "D"}]
    result = graded(*rows, levels=levels)
    row = result.row("indicator", "指标")
    assert (row.possible_exact, row.got_exact) == (4, Fraction("1.98") + Fraction(1, 2))


def test_the_number_of_defects_gives_the_grade_where_none_is_written():
    result = graded(*({"criterion": str(defects), "defects": defects} for defects in (0, 1, 2, 3, 9)))
    assert [row.rate for row in result.level("criterion")] == [Decimal(rate) for rate in ("1", "0.66", "0.33", "0", "0")]


def test_a_written_grade_goes_before_the_number_of_defects():
    assert graded({"criterion": "甲", "grade": "A", "defects": 3}).row("index").rate == 1


def test_c_sharp_is_d():
    assert graded({"criterion": "甲", "grade": "C#"}, {"criterion": "甲", "grade": " c# "}).row("index").got == 0


def test_a_pass_or_fail_criterion_gets_all_or_nothing():
    rows = [{"criterion": "通道", "grade": "B"}, {"criterion": "通道", "grade": "A"}, {"criterion": "通道", "conform": True},
            {"criterion": "通道", "conform": False}, {"criterion": "通道", "defects": 1}]
    row = graded(*rows, pass_or_fail=["通道"]).row("criterion", "指标//通道")
    assert (row.rate_exact, row.counted) == (Fraction(2, 5), 5)


def test_only_a_pass_or_fail_criterion_is_graded_by_conforming():
    result = graded({"criterion": "甲", "conform": True})
    assert result.coverage.reasons == {"no_grade": 1}


def test_what_cannot_be_graded_is_not_counted_and_told():
    result = graded(*({"criterion": "甲", **row} for row in ({}, {"grade": "E"}, {"defects": -1}, {"grade": "A"})))
    assert result.coverage.reasons == {"bad_defects": 1, "bad_grade": 1, "no_grade": 1}
    assert [(row["id"], row["text"]) for row in result.uncounted.to_pylist()] == [
        (1, "缺等次或问题数"), (2, "等次不是 A、B、C、D"), (3, "问题数为负"),
    ]
    row = result.row("index")
    assert (row.rate, row.counted, row.read) == (1, 1, 4)


def test_shares_and_steps_are_the_schemes_own():
    steps = [{"defects": 0, "grade": "A"}, {"defects": 5, "grade": "C"}]
    rows = [{"criterion": "甲", "defects": 4}, {"criterion": "乙", "defects": 5}]
    result = graded(*rows, defect_steps=steps, grade_shares={"C": "0.1234"})
    assert {row.name: row.rate_exact for row in result.level("criterion")} == {"甲": 1, "乙": Fraction(1234, 10000)}
