"""Sheets of problems, in and out, in the columns that people exchange."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.cases import actions, clocks, exchange, queries
from chuangwen.cases.models import Case, State
from chuangwen.cases.sheet_columns import COLUMNS
from chuangwen.cases.sheet_rules import deadline_of, row_uid, span_to, state_of
from chuangwen.kernel import clock, importing
from chuangwen.kernel.importing import ImportRefused
from chuangwen.kernel.sheets import Column, read_sheet, write_table
from chuangwen.kernel.worktime import Limit, WorkCalendar

MONDAY = datetime(2026, 11, 16, tzinfo=clock.LOCAL)
COLUMNS_OF_THE_FIELD = [
    "序号", "点位编码", "街道", "社区", "类别", "点位名称", "指标", "测评内容", "标准", "存在问题", "结果", "责任单位", "专项工作组", "照片",
    "整改时限", "整改情况", "整改照片",
]  # fmt: skip


@pytest.mark.parametrize(
    ("result", "measure", "state"),
    [
        ("已整改", "", State.CLOSED), ("完成", "", State.CLOSED), ("整改中", "", State.RECTIFYING), ("未整改", "", State.SCREENED),
        ("", "", State.SCREENED),
        ("缓办", "", State.DEFERRED), ("不予受理", "x", State.REJECTED), ("C", "已清理", State.CLOSED),
        ("失分", "", State.SCREENED), ("", "已清除小广告12处", State.CLOSED),
        ("", "尚未完成", State.RECTIFYING), ("", "正在整改", State.RECTIFYING),
        ("", "安排人员处理", State.RECTIFYING), ("未整改", "已通知业主", State.RECTIFYING), ("已整改", "正在收尾", State.CLOSED),
        ("已整改 ", "", State.CLOSED), ("大概好了", "", None), ("已结案", "", State.CLOSED), ("待核查", "", State.RECTIFYING),
    ],
)  # fmt: skip
def test_result_and_answer_tell_the_state(result, measure, state):
    assert state_of(result, measure) is state


@pytest.mark.parametrize(
    ("text", "moment", "limit"),
    [
        ("2026年11月20日", "2026-11-20T23:59:59+08:00", None), ("2026-11-20 17:30", "2026-11-20T17:30:00+08:00", None),
        ("2026.11.20前", "2026-11-20T23:59:59+08:00", None), ("3个工作日", None, Limit(3, "working_days")),
        ("4小时内", None, Limit(4, "working_hours")), ("七天", None, Limit(7, "calendar_days")), ("两周", None, Limit(14, "calendar_days")),
        ("1个月", None, Limit(30, "calendar_days")), ("立行立改", None, Limit(4, "working_hours")),
    ],
)  # fmt: skip
def test_a_deadline_is_a_day_or_a_span(text, moment, limit):
    found = deadline_of(text, WorkCalendar())
    assert (found.moment.isoformat() if found.moment else None, found.limit) == (moment, limit)


@given(st.text(st.sampled_from("0123456789一二十百两年月日天周个小时工作.-/前之内: "), max_size=12) | st.text(max_size=30))
def test_no_text_breaks_the_reading_of_a_deadline_and_every_deadline_can_be_run(text):
    found = deadline_of(text, WorkCalendar())
    if found is not None:
        start = datetime(2026, 11, 17, 9, tzinfo=clock.LOCAL)
        limit = found.limit or span_to(start, found.moment)
        assert clocks.run(WorkCalendar(), start, limit).due_at > start


@pytest.mark.parametrize("text", ["尽快", "0天", "99999天", "年底", "十百天", "9999-12-31"])
def test_what_is_no_deadline_is_none(text):
    assert deadline_of(text, WorkCalendar()) is None


def test_a_row_is_the_same_in_every_writing_and_another_when_it_stands_twice():
    assert row_uid({"site": "新村（市场）"}, 0) == row_uid({"site": "新村(市场) "}, 0)
    assert len({row_uid({"site": "新村"}, 0), row_uid({"site": "新村"}, 1), row_uid({"site": "旧村"}, 0)}) == 3


def sheet(*rows: dict) -> bytes:
    return write_table(COLUMNS, list(rows))


def exported(cases) -> bytes:
    """What the list gives to be taken away."""
    columns = [Column(column.key, str(column.title), column.kind) for column in exchange.COLUMNS]
    return write_table(columns, exchange.rows(exchange.COLUMNS, cases))


def bring(actor, *rows, **parameters):
    return importing.bring_in(actor, "cases", sheet(*rows), parameters, file_name="台账.xlsx")


def row(loop, **more):
    return {
        "serial": "1",
        "site_code": loop.town.sites[0].code,
        "description": "墙面有小广告",
        "result": "未整改",
        "units": "城管局",
    } | more


def test_rows_become_cases_where_they_stand_in_the_loop(loop):
    site, criterion = loop.town.sites[0], loop.town.criteria[1]
    report = bring(
        loop.clerk,
        row(loop, criterion=criterion.text, units="城管局、市场监督局", due="2026-11-20", reported_at=MONDAY),
        row(loop, serial="2", result="已整改", measure="已清除", town="河东街道", village="第1社区", site=site.name, site_code=""),
        row(loop, serial="3", result="整改中", due="3个工作日"),
        row(loop, serial="4", units="", result=""),
        row(loop, serial="5", result="不予受理"),
        row(loop, serial="6", result="缓办", due="2027-06-30", measure="列入道路计划"),
    )  # fmt: skip
    assert (report["rows_read"], report["creates"], report["result"]) == (6, 6, {"cases": 6})
    cases = list(Case.objects.order_by("pk"))
    assert [case.state for case in cases] == ["dispatched", "closed", "rectifying", "screened", "rejected", "deferred"]
    first = cases[0]
    assert set(first.parties.values_list("unit__name", "part")) == {("城管局", "lead"), ("市场监督局", "assist")}
    assert (first.criterion, first.kind, first.site, first.source) == (criterion, criterion.kind, site, "history")
    assert first.due_at.astimezone(clock.LOCAL).isoformat() == "2026-11-20T23:59:59+08:00"
    assert first.number == f"20261116-{first.pk:04d}"
    assert cases[1].site == site and cases[1].in_time is None
    assert list(queries.ownerless(loop.clerk)) == [cases[3]]
    assert cases[5].deferred_until == date(2027, 6, 30)
    assert [event.verb for event in first.events.all()] == ["import"]


def test_an_imported_case_goes_on_through_the_loop(loop):
    bring(loop.clerk, row(loop, due="3个工作日"))
    case = Case.objects.get()
    with clock.at(clock.now() + timedelta(days=30)):
        actions.run_clocks()
        case.refresh_from_db()
        assert case.urgency == "supervision"
        for verb in ("sign_for", "submit", "send_back", "submit", "verify", "close"):
            case = loop.do(verb, case)
    assert (case.state, case.in_time, case.rework) == (State.CLOSED, False, 1)


def test_the_same_file_twice_changes_nothing_even_after_the_cases_moved(loop):
    rows = [row(loop), row(loop, serial=""), row(loop, serial="")]
    assert bring(loop.clerk, *rows)["creates"] == 3
    loop.do("sign_for", Case.objects.first())
    again = bring(loop.clerk, *rows)
    assert (again["creates"], again["unchanged"], Case.objects.count()) == (0, 3, 3)
    later = bring(loop.clerk, *[one | {"result": "已整改", "measure": "已清除"} for one in rows])
    assert (later["creates"], later["unchanged"]) == (0, 3), "what became of a case is told in the loop, not by another sheet"


def test_our_own_export_brought_in_again_changes_nothing(loop):
    for state in (State.REPORTED, State.DISPATCHED, State.CLOSED, State.REJECTED, State.SUBMITTED):
        loop.at(state)
    content = exported(queries.rows(loop.clerk).order_by("pk"))
    report = importing.bring_in(loop.clerk, "cases", content, {})
    assert (report["rows_read"], report["creates"], report["unchanged"]) == (5, 0, 5)


@pytest.mark.parametrize(
    ("facts", "letter", "code"),
    [({"result": "大概好了"}, "K", "unknown_result"), ({"due": "尽快"}, "O", "unknown_deadline"),
     ({"result": "缓办", "due": ""}, "O", "deferred_until"),
     ({"site_code": "没有"}, "B", "unknown_site"),
     ({"reported_at": MONDAY.replace(year=1950)}, "W", "unlikely_day"), ({"site_code": "", "village": "不存在社区"}, "D", "unknown_division")],
)  # fmt: skip
def test_errors_name_the_row_and_column_and_nothing_is_kept(loop, facts, letter, code):
    with pytest.raises(ImportRefused) as caught:
        bring(loop.clerk, row(loop), row(loop, serial="2", **facts))
    assert [(problem.row, problem.column_letter, problem.code) for problem in caught.value.problems] == [(3, letter, code)]
    assert not Case.objects.exists()


def test_a_unit_that_is_only_like_a_known_one_is_asked_about(loop):
    content = sheet(row(loop, units="市场监督管理局"))
    plan = importing.preview(loop.clerk, "cases", content, {})
    assert [question.key for question in plan.questions] == ["unit:市场监督管理局"]
    assert plan.payload[0].units == []
    chosen = loop.town.units["department2"]
    report = importing.bring_in(loop.clerk, "cases", content, {"unit:市场监督管理局": str(chosen.pk)})
    assert report["creates"] == 1 and Case.objects.get().lead_unit == chosen


def test_another_towns_sites_and_cases_are_not_reached(loop, other_town):
    foreign = actions.report(other_town.actors["clerk"], description="他镇", site=other_town.sites[0])
    with pytest.raises(ImportRefused):
        bring(loop.clerk, row(loop, site_code=other_town.sites[0].code))
    bring(loop.clerk, row(loop, number=foreign.number))
    assert Case.objects.filter(division__in=[site.division for site in loop.town.sites]).count() == 1, (
        "the number of another town's case says nothing"
    )


def test_the_export_has_the_columns_of_the_field_and_what_they_ask(loop):
    case = loop.do("dispatch", loop.report(criterion=loop.town.criteria[0]), assists=[loop.town.units["department2"]])
    loop.do("submit", case)
    for columns in (COLUMNS, exchange.COLUMNS):
        assert set(COLUMNS_OF_THE_FIELD) <= {str(column.title) for column in columns}
    found = read_sheet(exported(queries.rows(loop.clerk)), [Column(column.key, column.title) for column in COLUMNS])
    values = found.rows[0].values
    site = loop.town.sites[0]
    assert (values["site_code"], values["site"], values["type"]) == (site.code, site.name, "主次干道")
    assert (values["town"], values["village"]) == ("河东街道", "第1社区")
    assert (values["indicator"], values["requirement"], values["criterion"]) == ("公共服务", "公共服务1", "标准1")
    assert (values["units"], values["assists"], values["result"], values["measure"]) == (
        "城管局",
        "市场监督局",
        "待核查",
        "已清理",
    )
    assert (values["due"], values["number"]) == ("2026-11-20 17:30:00", case.number)


def test_an_export_brought_into_another_house_keeps_times_kinds_and_units(loop, town):
    case = loop.do("dispatch", loop.report(), assists=[town.units["department2"]])
    with clock.at(clock.now() + timedelta(days=1)):
        for verb in ("submit", "verify", "close"):
            loop.do(verb, case)
        content = exported(queries.rows(loop.clerk))
        Case.objects.all().delete()
        assert importing.bring_in(loop.clerk, "cases", content, {})["creates"] == 1
    again = Case.objects.get()
    assert (again.state, again.kind, again.lead_unit, again.source) == (State.CLOSED, case.kind, case.lead_unit, case.source)
    assert (again.in_time, again.closed_at - again.reported_at) == (True, timedelta(days=1))
    assert set(again.parties.values_list("unit__name", "part")) == {("城管局", "lead"), ("市场监督局", "assist")}
