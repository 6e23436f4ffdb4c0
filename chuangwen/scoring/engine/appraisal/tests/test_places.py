"""Places, their intervals, red and black lists, what follows: against hand-made cases and a plain reference."""

import math
import random
from datetime import date
from fractions import Fraction

import pytest

from chuangwen.scoring.engine.appraisal import appraise
from chuangwen.scoring.engine.appraisal.ranking import normal_quantile
from chuangwen.scoring.engine.appraisal.scheme import read_appraisal_scheme

from .test_measures import case, context, rate, scheme, table


def cases_for(shares, each=20):
    return table("cases", *(case(unit, in_time=number < share) for unit, share in shares.items() for number in range(each)))


def result_for(shares, each=20, earlier=(), standings=(), unsigned=(), **more):
    about = context(*shares, earlier=list(earlier), unsigned=list(unsigned), standings=list(standings))
    return appraise({"cases": cases_for(shares, each)}, scheme(rate(), **more), about)


def places(result):
    return {row.unit: row.rank for row in result.rows}


def test_equal_scores_share_a_place_and_the_next_is_left_free():
    result = result_for({"甲": 20, "乙": 18, "丙": 18, "丁": 5})
    assert places(result) == {"甲": 1, "乙": 2, "丙": 2, "丁": 4}
    assert result.row("乙").tied and not result.row("甲").tied


def test_scores_that_are_printed_alike_are_ties_where_the_scheme_says_so():
    shares = {"甲": 199, "乙": 198, "丙": 100}
    assert places(result_for(shares, 200)) == {"甲": 1, "乙": 2, "丙": 3}
    assert places(result_for(shares, 200, ties_by="printed", rounding={"points": 0})) == {"甲": 1, "乙": 2, "丙": 3}
    assert places(result_for({"甲": 1999, "乙": 1998, "丙": 1000}, 2000, ties_by="printed", rounding={"points": 0})) == {
        "甲": 1,
        "乙": 1,
        "丙": 3,
    }


def test_places_are_counted_inside_peer_groups():
    groups = [{"name": "街道", "units": ["甲", "乙"]}, {"name": "其他", "kinds": ["社区"]}]
    result = result_for({"甲": 5, "乙": 4, "丙": 20}, groups=groups)
    assert {row.unit: (row.group, row.rank) for row in result.rows} == {"甲": ("街道", 1), "乙": ("街道", 2), "丙": ("其他", 1)}


def test_who_is_in_no_group_is_not_appraised():
    result = result_for({"甲": 5, "乙": 4}, groups=[{"name": "街道", "units": ["甲"]}])
    assert [row.unit for row in result.rows] == ["甲"] and result.coverage["outside"] == 20


def test_few_records_say_nothing_and_many_tell_units_apart():
    few = result_for({"甲": 4, "乙": 3, "丙": 2}, each=5)
    assert [(row.best, row.worst, row.alike) for row in few.rows] == [(1, 3, 2)] * 3
    many = result_for({"甲": 480, "乙": 380, "丙": 280}, each=500)
    assert [(row.best, row.worst, row.alike) for row in many.rows] == [(1, 1, 0), (2, 2, 0), (3, 3, 0)]


def reference_interval(shares, each, unit, confidence=0.9):
    """The same in floating point: plus-four variances, two by two, Bonferroni."""
    from statistics import NormalDist

    z = NormalDist().inv_cdf(1 - (1 - confidence) / (2 * (len(shares) - 1)))

    def moments(good):
        adjusted = (good + 2) / (each + 4)
        return 100 * good / each, 100**2 * adjusted * (1 - adjusted) / (each + 4)

    mine, spread = moments(shares[unit])
    better = worse = 0
    for other, good in shares.items():
        score, variance = moments(good)
        if other != unit and abs(score - mine) > z * math.sqrt(spread + variance):
            better, worse = better + (score > mine), worse + (score < mine)
    return 1 + better, len(shares) - worse


@pytest.mark.parametrize("seed", range(5))
def test_intervals_agree_with_a_plain_reference(seed):
    draw = random.Random(seed)
    shares = {f"单位{number}": draw.randrange(20, 61) for number in range(8)}
    result = result_for(shares, each=60)
    for row in result.rows:
        best, worst = reference_interval(shares, 60, row.unit)
        assert (row.best, row.worst) == (min(best, row.rank), max(worst, row.rank))


def test_the_true_place_lies_in_the_interval_as_often_as_promised():
    truth = {f"单位{number}": 0.95 - 0.05 * number for number in range(6)}
    draw, held = random.Random(20261130), 0
    for _ in range(60):
        shares = {unit: sum(draw.random() < chance for _ in range(80)) for unit, chance in truth.items()}
        result = result_for(shares, each=80)
        held += all(row.best <= int(row.unit[2:]) + 1 <= row.worst for row in result.rows)
    assert held >= 54, "all six intervals hold the true places in at least nine of ten draws"


def test_the_quantile_is_the_same_number_everywhere():
    assert normal_quantile(read_appraisal_scheme(scheme(rate(), confidence="0.95")), 2) == Fraction(19600, 10000)


SHARES = {"甲": 20, "乙": 19, "丙": 15, "丁": 10, "戊": 10, "己": 2}


@pytest.mark.parametrize(
    ("lists", "red", "black"),
    [
        ({"red": {"top": 2}, "black": {"last": 1}}, "甲乙", "己"),
        ({"red": {"top": 2, "at_least": "96"}}, "甲", ""),
        ({"red": {"at_least": "75"}}, "甲乙丙", ""),
        ({"black": {"last": 2}}, "", "丁戊己"),  # 丁 and 戊 share the place
        ({"black": {"last": 2}, "ties": "out"}, "", "己"),
        ({"black": {"last": 3, "below": "50"}}, "", "己"),
        ({"black": {"last": 1, "always_below": "60"}}, "", "丁戊己"),
        ({"red": {"top": 2}, "smallest_group": 7}, "", ""),
        ({"red": {"top": 6}, "black": {"last": 6}}, "甲乙丙丁戊己", ""),  # nobody is on both
    ],
)
def test_red_and_black_lists_by_hand(lists, red, black):
    result = result_for(SHARES, lists=lists)
    assert "".join(sorted((row.unit for row in result.rows if row.mark == "red"), key=list(SHARES).index)) == red
    assert "".join(sorted((row.unit for row in result.rows if row.mark == "black"), key=list(SHARES).index)) == black


def test_lists_may_run_over_all_groups():
    groups = [{"name": "一", "units": ["甲", "丁", "己"]}, {"name": "二", "kinds": ["社区"]}]
    inside = result_for(SHARES, groups=groups, lists={"red": {"top": 1}})
    assert {row.unit for row in inside.rows if row.mark} == {"甲", "乙"}
    over = result_for(SHARES, groups=groups, lists={"red": {"top": 2}, "black": {"last": 1}, "over": "all"})
    assert {row.unit: row.mark for row in over.rows if row.mark} == {"甲": "red", "乙": "red", "己": "black"}


def test_who_could_as_well_stand_in_the_better_half_is_spared():
    shares = {"甲": 4, "乙": 4, "丙": 4, "丁": 3}
    assert [row.unit for row in result_for(shares, 5, lists={"black": {"last": 1}}).rows if row.mark] == ["丁"]
    assert [
        row.unit for row in result_for(shares, 5, lists={"black": {"last": 1}, "spare_indistinct": True}).rows if row.mark
    ] == []


STEPS = [
    {"list": "black", "times": 2, "within": 2, "running": True, "step": "talk"}, {"list": "black", "times": 3, "within": 4, "step": "notice"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("black_before", "step"),
    [
        ([], ""),
        (["三"], "0"),  # this one and the last: two running
        (["二"], ""),  # a gap
        (["一", "三"], "1"),  # three of four: the later step goes first
        (["一", "二"], "1"),
        (["零", "一"], ""),  # too long ago
    ],
)
def test_what_follows_by_repetition(black_before, step):
    standings = [{"period": period, "unit": "己", "mark": "black"} for period in black_before]
    result = result_for(
        SHARES, earlier=["零", "一", "二", "三"], standings=standings, lists={"black": {"last": 1}}, consequences=STEPS
    )
    assert result.row("己").proposed == step
    assert all(row.proposed == "" for row in result.rows if row.unit != "己")


RUNNING = {"list": "black", "times": 3, "within": 3, "running": True, "step": "talk"}
WITHIN = {"list": "black", "times": 3, "within": 4, "step": "notice"}
PASSES = {"missing": "pass_over"}


@pytest.mark.parametrize(
    ("step", "black_before", "unsigned", "follows"),
    [
        (RUNNING, "二三", "", True),
        (RUNNING, "一二", "三", False),  # the gap lies between the last and this one
        (RUNNING, "一三", "二", False),
        (RUNNING | PASSES, "一三", "二", True),
        (RUNNING | PASSES, "零一", "二三", True),
        (RUNNING | PASSES, "零三", "二", False),  # 一 was signed, and it was not on the list
        (WITHIN, "一三", "二", True),
        (WITHIN, "零一", "三", False),  # four periods back by the calendar
        (WITHIN | PASSES, "零一", "三", True),
    ],
)
def test_running_means_running_by_the_calendar_and_the_scheme_says_what_a_missing_period_does(step, black_before, unsigned, follows):
    standings = [{"period": period, "unit": "己", "mark": "black"} for period in black_before]
    result = result_for(
        SHARES, earlier="零一二三", unsigned=list(unsigned), standings=standings, lists={"black": {"last": 1}}, consequences=[step]
    )
    row = result.row("己")
    assert row.proposed == ("0" if follows else "")
    told = f"{'、'.join(unsigned)}未签发" in row.note
    assert told == (not follows and bool(unsigned) and "missing" not in step), "why nothing follows is told on the row"


def test_a_file_of_before_knows_signed_periods_only_and_is_recomputed_as_it_was():
    standings = [{"period": period, "unit": "己", "mark": "black"} for period in ("第45周", "第47周")]
    result = result_for(
        SHARES, earlier=["第45周", "第47周"], standings=standings, lists={"black": {"last": 1}}, consequences=[RUNNING]
    )
    assert result.row("己").proposed == "0"


def reference_scores(cases):
    """Closed in time / (due − deferred) in plain Python."""
    found = {}
    for unit in {one["unit"] for one in cases}:
        due = [
            one
            for one in cases
            if one["unit"] == unit and date(2026, 10, 1) <= one["due_on"] <= date(2026, 10, 31) and not one.get("deferred")
        ]
        found[unit] = Fraction(sum(one["closed"] and one["in_time"] for one in due), len(due)) * 100 if due else None
    return found


@pytest.mark.parametrize("seed", range(4))
def test_scores_agree_with_a_plain_reference(seed):
    draw = random.Random(seed)
    cases = [
        case(draw.choice("甲乙丙丁"), due_on=date(2026, draw.randrange(9, 12), draw.randrange(1, 31)), in_time=draw.random() < 0.7,
             closed=draw.random() < 0.8, deferred=draw.random() < 0.1)
        for _ in range(200)
    ]  # fmt: skip
    result = appraise({"cases": table("cases", *cases)}, scheme(rate()), context(*"甲乙丙丁"))
    assert {row.unit: row.score_exact for row in result.rows} == reference_scores(cases)
