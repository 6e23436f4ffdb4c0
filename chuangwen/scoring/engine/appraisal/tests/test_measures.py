"""What each measure gives, worked by hand; and what must not change it."""

import random
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest

from chuangwen.scoring.engine import SchemeError
from chuangwen.scoring.engine.appraisal import appraise, contributions, example_appraisals, read_appraisal_scheme
from chuangwen.scoring.engine.appraisal.tables import TABLES

DAY = date(2026, 10, 14)


def table(name, *rows):
    columns, identity, _what = TABLES[name]
    return pa.Table.from_pylist(
        [{identity: number, **row} for number, row in enumerate(rows, start=1)], schema=pa.schema(list(columns.items()))
    )


def case(unit="甲", **more):
    plain = {
        "unit": unit,
        "handler": unit,
        "severity": "一般",
        "source": "巡查",
        "reported_on": DAY,
        "due_on": DAY,
        "closed_on": DAY,
        "filed": True,
        "closed": True,
        "in_time": True,
        "rework": 0,
        "rebounded": False,
        "repeated": 0,
        "bulletins": 0,
    }
    return plain | more


def scheme(*measures, **more):
    return {"schema": 1, "name": "试", "version": "1", "period": "month", "measures": list(measures), **more}


def context(*units, **more):
    plain = {"period": "month", "label": "2026年10月", "start": "2026-10-01", "end": "2026-10-31"}
    return plain | {"units": [{"name": unit, "kind": "社区"} for unit in units]} | more


def rate(rate="closed_in_time", **more):
    return {"kind": "case_rate", "key": "rate", "name": "率", "rate": rate, "weight": "100", **more}


def figure(result, unit="甲", key="rate"):
    return next(one for one in result.row(unit).figures if one.key == key)


@pytest.mark.parametrize(
    ("asked", "cases", "share", "counted", "read"),
    [
        # 3 due, 1 deferred, 1 of the other two closed in time
        (
            "closed_in_time",
            [case(), case(in_time=False, late=True), case(closed=False, closed_on=None, deferred=True)],
            (1, 2),
            2,
            3,
        ),
        # 2 of 4 due came late: less is better
        ("overdue", [case(late=True), case(late=True), case(), case()], (1, 2), 4, 4),
        # reported: 2 filed of 3
        ("filed", [case(), case(), case(filed=False, closed=False, closed_on=None)], (2, 3), 3, 3),
        # of the 2 filed one is closed; what was never filed does not count
        ("closed", [case(), case(closed=False, closed_on=None), case(filed=False)], (1, 2), 2, 3),
        # one of three checked was sent back; on the spot is not checked
        ("rework", [case(rework=2), case(), case(), case(on_spot=True)], (2, 3), 3, 4),
        ("first_pass", [case(rework=2), case(), case(), case(on_spot=True)], (2, 3), 3, 4),
        ("rebound", [case(rebounded=True), case(), case(), case()], (3, 4), 4, 4),
    ],
)
def test_each_rate_by_hand(asked, cases, share, counted, read):
    result = appraise({"cases": table("cases", *cases)}, scheme(rate(asked)), context("甲"))
    found = figure(result)
    assert (found.value, found.counted, found.read) == (Fraction(*share), counted, read)
    assert result.row("甲").score_exact == 100 * Fraction(*share)


def test_a_rate_is_worth_all_from_the_upper_line_and_nothing_up_to_the_lower():
    cases = [case() for _ in range(7)] + [case(in_time=False) for _ in range(3)]  # 70 %
    for full, none, points in (("0.9", "0.5", 50), ("0.7", "0", 100), ("1", "0.7", 0)):
        result = appraise({"cases": table("cases", *cases)}, scheme(rate(full_at=full, none_at=none)), context("甲"))
        assert figure(result).points == points


def test_only_what_happened_in_the_period_is_read():
    cases = [case(), case(due_on=date(2026, 9, 30)), case(due_on=date(2026, 11, 1)), case(due_on=None)]
    assert figure(appraise({"cases": table("cases", *cases)}, scheme(rate()), context("甲"))).read == 1


DEDUCTION = {
    "kind": "case_deduction", "key": "rate", "name": "扣", "weight": "100",
    "rules": [
        {"severity": "一般", "points": "0.3"}, {"source": "上级交办", "points": "1"}, {"severity": "一般", "source": "暗访", "points": "0.5"},
    ],
    "late": {"mode": "add", "points": "1"}, "repetition": {"mode": "double", "most": 3}, "bulletins": {"times": 2, "points": "2"},
    "cap_per_case": "5",
}  # fmt: skip


@pytest.mark.parametrize(
    ("one", "off"),
    [
        (case(), "0.3"),
        (case(source="暗访"), "0.5"),  # severity and source together go first
        (case(source="上级交办"), "0.3"),  # then severity, before source
        (case(severity="严重", source="上级交办"), "1"),
        (case(late=True), "1.3"),  # −0.3, not in time −1
        (case(late=True, bulletins=2), "3.3"),  # in two bulletins running −2
        (case(repeated=1), "0.6"),  # doubled
        (case(repeated=2), "1.2"),
        (case(repeated=9), "2.4"),  # at most three times
        (case(repeated=3, late=True), "5"),  # (0.3 + 1) · 8 = 10.4, but 5 for a single one
    ],
)
def test_points_off_one_case_by_hand(one, off):
    result = appraise({"cases": table("cases", one)}, scheme(DEDUCTION), context("甲"))
    assert figure(result).value == Fraction(Decimal(off))
    assert result.row("甲").score_exact == 100 - Fraction(Decimal(off))


def test_a_case_that_no_rule_fits_is_read_and_not_counted():
    result = appraise({"cases": table("cases", case(severity="严重"), case())}, scheme(DEDUCTION), context("甲"))
    assert (figure(result).counted, figure(result).read) == (1, 2)
    assert result.coverage["reasons"] == {"no_rule": 1}


def test_caps_of_a_source_and_the_floor_hold():
    rules = DEDUCTION | {
        "rules": [{"points": "4"}],
        "caps": [{"source": "居民", "points": "10"}],
        "floor": "60",
        "cap_per_case": None,
    }
    cases = [case(source="居民") for _ in range(5)] + [case(), case()]
    assert figure(appraise({"cases": table("cases", *cases)}, scheme(rules), context("甲"))).value == 18
    cases += [case() for _ in range(20)]
    assert figure(appraise({"cases": table("cases", *cases)}, scheme(rules), context("甲"))).points == 60


def test_observations_by_grade_conformity_and_loss():
    rows = [
        {"units": ["甲", "乙"], "grade": "A"}, {"units": ["甲"], "grade": "B"}, {"units": ["甲"], "conform": False},
        {"units": ["甲"], "loss": Decimal("0.3")},
        {"units": ["甲"]}, {"units": ["甲"], "grade": "A", "placed": False}, {"units": [], "grade": "D"},
    ]  # fmt: skip
    data = table("observations", *({"observed_on": DAY, "placed": True} | row for row in rows))
    rule = {"kind": "observation_rate", "key": "rate", "name": "查", "weight": "100"}
    result = appraise({"observations": data}, scheme(rule), context("甲", "乙"))
    assert figure(result).value == Fraction(Decimal("1") + Decimal("0.66") + 0 + Decimal("0.7")) / 4
    assert (figure(result).counted, figure(result).read) == (4, 6)
    assert figure(result, "乙").value == 1, "one observation counts for both"
    assert figure(appraise({"observations": data}, scheme(rule | {"worth": "pass"}), context("甲"))).value == Fraction(1, 4)


def test_weights_of_observations_weigh():
    data = table(
        "observations",
        {"units": ["甲"], "conform": True, "weight": Decimal(3), "observed_on": DAY},
        {"units": ["甲"], "conform": False, "observed_on": DAY},
    )
    rule = {"kind": "observation_rate", "key": "rate", "name": "查", "weight": "100"}
    assert figure(appraise({"observations": data}, scheme(rule), context("甲"))).value == Fraction(3, 4)


def test_facts_add_up_towards_a_target_and_entries_count_with_evidence_only():
    facts = table("facts", {"unit": "甲", "metric": "活动", "quantity": Decimal("1"), "day": DAY},
                  {"unit": "甲", "metric": "活动", "quantity": Decimal("2"), "day": DAY},
                  {"unit": "甲", "metric": "别的", "quantity": Decimal("9"), "day": DAY})  # fmt: skip
    rule = {"kind": "tally", "key": "rate", "name": "活动", "weight": "40", "kinds": ["活动"], "target": "4"}
    assert figure(appraise({"facts": facts}, scheme(rule), context("甲"))).points == 30
    entries = table(
        "entries", entry(), entry(), entry(evidence=" "), entry(checked=False),
    )  # fmt: skip
    rule = {
        "kind": "tally",
        "key": "rate",
        "name": "信息",
        "weight": "10",
        "over": "entries",
        "kinds": ["信息采用"],
        "points_each": "2",
    }
    result = appraise({"entries": entries}, scheme(rule), context("甲"))
    assert (figure(result).points, figure(result).counted, figure(result).read) == (4, 2, 4)
    assert result.coverage["reasons"] == {"no_evidence": 1, "unchecked": 1}


def entry(kind="信息采用", **more):
    return {"unit": "甲", "kind": kind, "evidence": "file.pdf", "checked": True, "day": DAY} | more


def test_bonuses_and_penalties_have_caps_of_their_own_and_stand_outside_the_scale():
    entries = table(
        "entries", entry("荣誉", points=Decimal(9)), entry("荣誉", points=Decimal(2)), entry("曝光", points=Decimal(3))
    )
    bonus = {"kind": "bonus", "key": "b", "name": "加", "kinds": [{"kind": "荣誉", "most_each": "4", "cap": "5"}]}
    penalty = {"kind": "penalty", "key": "p", "name": "减", "kinds": [{"kind": "曝光"}], "cap": "2"}
    result = appraise(
        {"cases": table("cases", case(), case(in_time=False)), "entries": entries}, scheme(rate(), bonus, penalty), context("甲")
    )
    assert (figure(result, key="b").points, figure(result, key="p").points) == (5, -2)
    assert result.row("甲").score_exact == 50 + 5 - 2
    plain = {"entries": table("entries", entry("荣誉"), entry("曝光")), "cases": table("cases", case())}
    given = appraise(plain, scheme(rate(), bonus, penalty), context("甲"))
    assert figure(given, key="b").points == 4, "without points of its own it gets what the scheme gives"
    assert (figure(given, key="p").counted, given.coverage["reasons"]) == (0, {"bad_points": 1}), "where the scheme gives none: nothing"
    assert (
        appraise({"cases": table("cases", case()), "entries": entries}, scheme(rate(), bonus, ceiling="102"), context("甲"))
        .row("甲")
        .score_exact
        == 102
    )


@pytest.mark.parametrize(("effect", "score", "rank"), [("zero", 0, 2), ("last", 100, 2), ("no_red", 100, 1)])
def test_a_veto_does_what_it_says(effect, score, rank):
    veto = {"kind": "veto", "key": "v", "name": "否", "kinds": ["弄虚作假"], "effect": effect}
    cases = table("cases", case(), case("乙"), case("乙", in_time=False))
    rules = scheme(rate(), veto, lists={"red": {"top": 1}})
    row = appraise({"cases": cases, "entries": table("entries", entry("弄虚作假"))}, rules, context("甲", "乙")).row("甲")
    assert (row.score_exact, row.rank, row.mark) == (score, rank, "")


@pytest.mark.parametrize(("how", "score"), [("leave_out", None), ("full_marks", 100), ("zero", 0), ("group_mean", 75)])
def test_a_unit_without_work_gets_what_the_scheme_says(how, score):
    cases = table("cases", case("乙"), case("乙"), case("乙"), case("丙", in_time=False))
    result = appraise({"cases": cases}, scheme(rate(without_work=how)), context("甲", "乙", "丙"))
    assert result.row("甲").score_exact == score
    assert (result.row("甲").rank is None) == (how == "leave_out")


def test_weights_of_what_is_left_out_are_spread_over_the_rest():
    other = {"kind": "observation_rate", "key": "o", "name": "查", "weight": "60"}
    result = appraise({"cases": table("cases", case(), case(in_time=False))}, scheme(rate(weight="40"), other), context("甲"))
    assert result.row("甲").score_exact == 50


MONTHLY = next(rules for rules in example_appraisals() if rules.name.startswith("月度百分制"))


def test_the_monthly_example_gives_no_unit_marks_or_a_rank_for_having_done_nothing():
    busy = [case(unit, in_time=number % 3 > 0) for unit in "乙丙" for number in range(12)]
    result = appraise({"cases": table("cases", *busy)}, MONTHLY, context("甲", "乙", "丙", period="month"))
    idle = result.row("甲")
    assert (idle.rank, idle.score, idle.mark, idle.note) == (None, None, "", "无工作量，不排名。")
    assert [row.rank for row in result.rows if row.unit != "甲"] == [1, 1] and all(row.ranked == 2 for row in result.rows)
    for key in ("rework", "rebound"):
        assert (figure(result, "甲", key).points, figure(result, "甲", key).possible) == (0, 0)


def test_in_the_monthly_example_the_weight_of_rework_and_rebound_is_spread_where_nothing_was_closed():
    waiting = [case("甲", closed=False, closed_on=None, in_time=False) for _ in range(10)]
    result = appraise({"cases": table("cases", *waiting, case("乙"))}, MONTHLY, context("甲", "乙", period="month"))
    row = result.row("甲")
    assert {one.key: one.possible for one in row.figures if one.possible} == {"in_time": 30, "closed": 10, "information": 10}
    assert row.score == 0 and row.rank == 2, "not ten marks for having closed nothing"


def test_who_did_nothing_and_was_vetoed_is_not_spared_by_it():
    fraud = table("entries", {"unit": "甲", "kind": "整改弄虚作假", "evidence": "督查通报", "checked": True, "day": DAY})
    result = appraise({"cases": table("cases", case("乙")), "entries": fraud}, MONTHLY, context("甲", "乙", period="month"))
    assert (result.row("甲").score, result.row("甲").rank) == (0, 2)


def test_a_small_sample_is_unranked_shrunk_or_ranked_as_the_scheme_says():
    cases = table("cases", case(), *(case("乙", in_time=number % 4 > 0) for number in range(12)))
    plain = appraise({"cases": cases}, scheme(rate(), small={"smallest": 5, "treat": "unranked"}), context("甲", "乙"))
    assert plain.row("甲").rank is None and plain.row("甲").score_exact == 100 and "少于 5 条" in plain.row("甲").note
    assert plain.row("乙").rank == 1
    shrunk = appraise(
        {"cases": cases}, scheme(rate(), small={"smallest": 5, "treat": "shrink", "strength": 4}), context("甲", "乙")
    )
    pooled = Fraction(10, 13)
    assert figure(shrunk).value == (1 * 1 + 4 * pooled) / 5, "(own records + strength · the group's rate) / (count + strength)"
    assert figure(shrunk, "乙").value == Fraction(3, 4), "a sample that is large enough stays as it is"
    assert (
        appraise({"cases": cases}, scheme(rate(), small={"smallest": 5, "treat": "rank"}), context("甲", "乙")).row("甲").rank
        == 1
    )


def test_an_estimated_strength_draws_hard_where_units_do_not_differ():
    alike = table("cases", *(case(unit, in_time=number % 2 > 0) for unit in "甲乙丙" for number in range(20)))
    rules = scheme(rate(), small={"smallest": 0, "treat": "shrink_all"})
    assert {figure(appraise({"cases": alike}, rules, context(*"甲乙丙")), unit).value for unit in "甲乙丙"} == {Fraction(1, 2)}
    apart = table(
        "cases",
        *(case(unit, in_time=number < share) for unit, share in (("甲", 19), ("乙", 10), ("丙", 1)) for number in range(20)),
    )
    result = appraise({"cases": apart}, rules, context(*"甲乙丙"))
    assert figure(result, "甲").value > Fraction(9, 10) and figure(result, "丙").value < Fraction(1, 10)


def shuffled(rows, seed):
    mixed = list(rows)
    random.Random(seed).shuffle(mixed)
    return mixed


@pytest.mark.parametrize("rules", example_appraisals(), ids=lambda rules: rules.name)
def test_neither_order_nor_splitting_changes_a_result(rules, tmp_path):
    import pyarrow.parquet as pq

    draw = random.Random(7)
    cases = [
        case(draw.choice("甲乙丙丁戊己庚辛"), late=(late := draw.random() < 0.3), in_time=not late, rework=draw.randrange(3) // 2,
             rebounded=draw.random() < 0.1, severity=draw.choice(["轻微", "一般", "严重"]), repeated=draw.randrange(4) // 3)
        for _ in range(300)
    ]  # fmt: skip
    whole = table("cases", *cases)
    asked = context(*"甲乙丙丁戊己庚辛", period=rules.period)
    first = appraise({"cases": whole}, rules, asked)
    order = pa.array(shuffled(range(300), 3))
    assert appraise({"cases": whole.take(order)}, rules, asked) == first
    paths = []
    for number in range(3):
        paths.append(tmp_path / f"{number}.parquet")
        pq.write_table(whole.slice(number * 100, 100), paths[-1])
    assert appraise({"cases": paths}, rules, asked) == first
    assert sum(row.counted for row in first.rows) > 0


def test_what_the_trace_shows_is_what_the_figure_adds_up():
    cases = [case(late=number % 3 == 0, repeated=number % 2) for number in range(17)] + [case("乙")]
    tables = {"cases": table("cases", *cases)}
    found = contributions(tables, scheme(DEDUCTION), context("甲", "乙"), unit="甲", measure="rate").to_pylist()
    assert sum(line["worth"] for line in found if line["counted"]) == Decimal(
        str(float(figure(appraise(tables, scheme(DEDUCTION), context("甲", "乙"))).value))
    )
    assert len(found) == 17 and {line["id"] for line in found} == set(range(1, 18))


def test_a_year_is_the_sum_or_the_weighted_mean_of_its_parts():
    parts = [
        {"period": "一月", "scores": [{"unit": "甲", "score": "90/1"}, {"unit": "乙", "score": "60/1"}]},
        {"period": "二月", "scores": [{"unit": "甲", "score": "80/1"}]},
    ]
    for rollup, expected in (
        ({"method": "mean"}, (85, 60)), ({"method": "sum"}, (170, 60)), ({"method": "mean", "weights": ["1", "3"]}, (Fraction(165, 2), 60)),
        ({"method": "mean", "missing": "zero"}, (85, 30)),
    ):  # fmt: skip
        rules = scheme(rate(), rollups=[{"period": "year", **rollup}])
        result = appraise({}, rules, context("甲", "乙", period="year", parts=parts))
        assert (result.row("甲").score_exact, result.row("乙").score_exact) == expected


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"measures": []}, "计分项"),
        ({"measures": [rate(), rate()]}, "计分项的代号不能重复。"),
        ({"measures": [rate(full_at="0.5", none_at="0.5")]}, "满分线应当高于零分线。"),
        ({"measures": [rate(weight="-1")]}, "满分：应大于 0"),
        ({"measures": [{"kind": "veto", "key": "v", "name": "否", "kinds": ["假"]}]}, "至少要有一个有满分的计分项"),
        ({"measures": [{"kind": "praise"}]}, "不认识这个种类"),
        ({"lists": {"red": {}}}, "红榜、黑榜至少要写名次或分数线。"),
        ({"consequences": [{"times": 2, "within": 2, "step": "talk"}]}, "红榜或黑榜没有设置"),
        ({"rollups": [{"period": "month"}]}, "汇总周期应当比考核周期长。"),
        ({"groups": [{"name": "一", "units": ["甲"]}, {"name": "二", "units": ["甲"]}]}, "同一个单位不能列在两个分组里。"),
        ({"unheard_of": 1}, "不认识这一项"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_scheme_is_told_in_chinese(change, sentence):
    with pytest.raises(SchemeError) as told:
        read_appraisal_scheme(scheme(rate()) | change)
    assert sentence in "".join(told.value.problems)


def test_every_example_is_read_back_from_its_own_document():
    for rules in example_appraisals():
        assert read_appraisal_scheme(rules.document()) == rules
