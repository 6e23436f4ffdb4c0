"""Kind 4 by hand-worked cases: points off, lateness, repetition, caps, floors, bonuses."""

from decimal import Decimal

import pytest

from chuangwen.scoring.engine import InputError, contributions, score

from .tables import bonuses, issues, scheme, shipped

PLAIN = {"rules": [{"severity": "一般", "points": "0.3"}, {"severity": "严重", "points": "1"}]}


def unit(*rows, extra=(), key="甲局", **rules):
    result = score(None, scheme("deduction", deduction={**PLAIN, **rules}), issues=issues(*rows), bonuses=bonuses(*extra))
    return result.row("unit", key)


def test_each_issue_costs_its_points():
    assert unit({}, {}, {"severity": "严重"}).got == Decimal("98.4")


def test_the_rule_that_names_more_goes_first():
    rules = [{"points": "9"}, {"source": "暗访", "points": "5"}, {"severity": "一般", "points": "1"},
             {"severity": "一般", "source": "暗访", "points": "2"}]
    rows = [{"source": "暗访"}, {"source": "巡查"}, {"severity": "重", "source": "暗访"}, {"severity": "重", "source": None}]
    assert unit(*rows, rules=rules).got == 100 - 2 - 1 - 5 - 9


def test_an_issue_without_a_rule_costs_the_default_or_is_told():
    assert unit({"severity": "轻微"}, {}).counted == 1
    assert unit({"severity": "轻微"}, {}, default_points="0.1").got == Decimal("99.6")


@pytest.mark.parametrize(("mode", "left"), [("add", "98.7"), ("replace", "99")])
def test_a_late_issue_costs_more(mode, left):
    assert unit({"late": True}, late={"mode": mode, "points": "1"}).got == Decimal(left)


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ({"mode": "double", "most": 2}, "98.8"),
        ({"mode": "add", "points": "0.5", "most": 5}, "98.2"),
        ({"mode": "fixed", "points": "2"}, "98"),
    ],
)
def test_a_repeated_issue_costs_more(rule, left):
    assert unit({"repeated": 3}, repetition=rule).got == Decimal(left)


def test_lateness_comes_before_doubling():
    assert unit({"late": True, "repeated": 1}, late={"points": "1"}, repetition={"mode": "double"}).got == Decimal("97.4")


def test_caps_of_one_issue_of_a_source_and_of_all():
    rows = [{"severity": "严重", "source": "群众"}] * 4 + [{"severity": "严重", "source": "暗访"}] * 4
    rows = [dict(row, issue_id=number) for number, row in enumerate(rows)]
    assert unit(*rows, cap_per_issue="0.5").got == 96
    assert unit(*rows, caps=[{"source": "群众", "points": "1.5"}]).got == Decimal("94.5")
    capped = unit(*rows, caps=[{"source": "群众", "points": "1.5"}], cap_total="3")
    assert (capped.got, capped.note) == (97, "分类扣分已到上限。扣分已到总上限。")


def test_the_floor_holds():
    row = unit({"severity": "严重"}, base="10", floor="9.5")
    assert (row.got, row.note) == (Decimal("9.5"), "已到最低得分。")


def test_bonuses_are_capped_singly_by_kind_in_all_and_by_the_ceiling():
    kinds = [{"kind": "信息", "most_each": "1", "cap": "1.5"}, {"kind": "荣誉"}]
    extra = [{"kind": "信息", "points": "3"}, {"kind": "信息", "points": "1"}, {"kind": "荣誉", "points": "4"}]
    assert unit(extra=extra, bonuses=kinds).got == Decimal("105.5")
    assert unit(extra=extra, bonuses=kinds, bonus_cap="2").got == 102
    assert unit(extra=extra, bonuses=kinds, ceiling="101").got == 101


def test_a_bonus_without_evidence_of_an_unknown_kind_or_without_points_is_not_counted():
    rules = scheme("deduction", deduction={**PLAIN, "bonuses": [{"kind": "荣誉"}]})
    extra = bonuses({"kind": "荣誉", "points": "1", "evidence": " "}, {"kind": "荣誉", "points": "1", "evidence": None},
                    {"kind": "别的", "points": "1"}, {"kind": "荣誉", "points": "-1"}, {"kind": "荣誉", "points": "2"})
    result = score(None, rules, issues=issues(), bonuses=extra)
    assert result.coverage.reasons == {"bad_points": 1, "no_evidence": 2, "unknown_kind": 1}
    assert result.row("unit", "甲局").got == 102


def test_a_unit_that_is_listed_and_has_no_issue_keeps_its_base():
    groups = {"unit": {"甲局": "部门", "乙局": "部门", "东街": "街道"}}
    rules = shipped("deduction", ranking={"levels": ["unit"], "peer_groups": groups})
    result = score(None, rules, issues=issues({}, {"unit": "东街"}))
    assert {row.key: (row.got, row.peer_group, row.rank) for row in result.level("unit")} == {
        "乙局": (100, "部门", 1), "甲局": (Decimal("99.7"), "部门", 2), "东街": (Decimal("99.7"), "街道", 1),
    }


def test_areas_can_be_scored_by_the_same_rules():
    rules = scheme("deduction", deduction={**PLAIN, "score_areas": True})
    result = score(None, rules, issues=issues({"area": "东街"}, {"area": "东街"}, {"area": None}))
    assert [(row.key, row.got) for row in result.level("area")] == [("东街", Decimal("99.4"))]


def test_a_unit_opens_down_to_its_issues_and_bonuses():
    rules = scheme("deduction", deduction={**PLAIN, "bonuses": [{"kind": "荣誉"}]})
    rows = contributions(None, rules, level="unit", key="甲局", issues=issues({}, {"unit": "乙局"}, {"severity": "轻"}),
                         bonuses=bonuses({"kind": "荣誉", "points": "2"})).to_pylist()
    assert [(row["kind"], row["id"], row["counted"], row["reason"], row["points"]) for row in rows] == [
        ("issue", 1, True, None, Decimal("0.3")), ("issue", 3, False, "no_rule", None), ("bonus", 1, True, None, Decimal("2")),
    ]


def test_an_issue_number_that_occurs_twice_stops_the_calculation():
    with pytest.raises(InputError, match="问题编号 1 出现了 2 次"):
        unit({"issue_id": 1}, {"issue_id": 1})
