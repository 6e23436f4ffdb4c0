"""Sheets that units keep: titles found, meanings remembered, the same file twice changes nothing, errors by row and column."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from chuangwen.kernel import clock, importing, jobs
from chuangwen.kernel.errors import Denied, Missing, Refusal
from chuangwen.kernel.importing import ImportRefused, bring_in
from chuangwen.kernel.models import ImportRun
from chuangwen.kernel.sheets import SheetError, read_tables
from chuangwen.ledger import actions, layouts
from chuangwen.ledger.actions.sheets import KIND, head_of
from chuangwen.ledger.models import Fact, SheetLayout, SheetUpload
from chuangwen.ledger.tests.ground import DAY, enter, make_metric, sheet

TITLES = ["序号", "日期", "社区", "悬挂横幅（条）", "小广告(处)", "备注"]
ROWS = [
    [1, date(2026, 11, 19), "第1社区", 12, 40, "主干道"],
    [2, date(2026, 11, 20), "第1社区", None, 55.5, None],
    [3, date(2026, 11, 20), "第2社区", 7, "—", None],
    ["合计", None, None, 19, 95.5, None],
]


@pytest.fixture(autouse=True)
def _today():
    with clock.at(datetime(2026, 11, 21, 10, tzinfo=clock.LOCAL)):
        yield


@pytest.fixture
def metrics(db):
    return {
        "banners": make_metric(code="banners", name="悬挂横幅"),
        "stickers": make_metric(code="stickers", name="清理牛皮癣", aliases=["小广告"]),
        "lamps": make_metric("share", code="lamps", name="路灯亮灯", measure="盏"),
    }


def bring(town, content, role="clerk", unit="office", **more):
    return actions.bring_sheet(town.actors[role], unit=town.units[unit], content=content, file_name="宣传台账.xlsx", **more)


def remembered(town, content, **more):
    """The layout of a sheet, as proposed."""
    upload = bring(town, content, **more)
    head = head_of(upload)
    named = {
        layouts.match_key(title): code for code, title in (("banners", "悬挂横幅"), ("stickers", "小广告"), ("lamps", "路灯亮灯"))
    }
    return actions.save_layout(town.actors["clerk"], upload_id=upload.pk, columns=layouts.propose(head, named))


def applied(town, run, answers=None):
    """Bring the file of a run in, as its job would."""
    from chuangwen.kernel import files

    parameters = run.parameters | (answers or {})
    return bring_in(town.actors["clerk"], KIND, files.read(run.file_key), parameters, file_name=run.file_name)


def counting():
    return sorted(
        (fact.metric.code, fact.ends_on.day, str(fact.division), fact.quantity) for fact in Fact.objects.filter(counts=True)
    )


def test_titles_are_found_below_a_headline_and_over_two_rows():
    plain = layouts.find_head(read_tables(sheet(["河东街道宣传台账"], [], TITLES, *ROWS)))
    assert (plain.last, [key for key in plain.keys if key][1]) == (2, "日期")
    merged = [(1, 2, 1, 3, "宣传"), (1, 0, 2, 0, "日期"), (1, 1, 2, 1, "社区")]
    content = sheet(["河东街道台账"], [], [None, None, "横幅", "海报"], [date(2026, 11, 20), "第1社区", 1, 2], merged=merged)
    two = layouts.find_head(read_tables(content))
    assert two.titles == ["日期", "社区", "宣传/横幅", "宣传/海报"]
    with pytest.raises(SheetError):
        layouts.find_head(read_tables(sheet([1, 2, 3], [4, 5, 6])))


def test_meanings_are_proposed_from_names_and_other_titles(metrics):
    head = layouts.find_head(read_tables(sheet(TITLES, *ROWS)))
    found = layouts.propose(head, {"悬挂横幅": "banners", "小广告": "stickers"})
    assert [found.get(key, "") for key in head.keys] == ["", "day", "village", "metric:banners", "metric:stickers", "note"]


def test_a_sheet_is_mapped_once_and_recognised_afterwards(town, metrics):
    content = sheet(TITLES, *ROWS)
    run = remembered(town, content)
    assert isinstance(run, ImportRun) and SheetLayout.objects.get().used_at is not None
    report = applied(town, run)
    assert (report["rows_read"], report["creates"], report["unchanged"]) == (3, 4, 0)
    assert counting() == [
        ("banners", 19, "第1社区", 12), ("banners", 20, "第2社区", 7),
        ("stickers", 19, "第1社区", 40), ("stickers", 20, "第1社区", Decimal("55.5")),
    ]  # fmt: skip
    fact = Fact.objects.get(metric=metrics["banners"], ends_on__day=19)
    assert fact.source == "sheet" and fact.source_words == "宣传台账.xlsx 第2行"
    assert fact.note == "主干道" and fact.unit == town.units["office"]
    next_month = sheet(TITLES, [1, date(2026, 11, 21), "第1社区", 3, 4, None])
    again = bring(town, next_month)
    assert isinstance(again, ImportRun)
    assert applied(town, again)["creates"] == 2
    assert isinstance(bring(town, content, unit="community"), SheetUpload), "another unit's sheet is not known"


def test_the_same_file_twice_changes_nothing(town, metrics):
    run = remembered(town, sheet(TITLES, *ROWS))
    applied(town, run)
    before = counting()
    report = applied(town, run)
    assert (report["creates"], report["updates"], report["unchanged"], report["questions"]) == (0, 0, 4, [])
    assert counting() == before and Fact.objects.count() == 4


def test_what_the_ledger_counts_otherwise_is_a_question(town, metrics):
    run = remembered(town, sheet(TITLES, *ROWS))
    applied(town, run)
    changed = bring(town, sheet(TITLES, [1, date(2026, 11, 19), "第1社区", 15, 40, None]))
    report = applied(town, changed)
    assert (report["creates"], report["updates"], report["unchanged"]) == (0, 0, 1) and report["questions"][0][
        "key"
    ] == "ledger:differs"
    report = applied(town, changed, {"ledger:differs": "correct"})
    assert report["updates"] == 1
    newest = Fact.objects.get(metric=metrics["banners"], ends_on__day=19, counts=True)
    assert newest.quantity == 15 and newest.corrects.quantity == 12
    assert applied(town, changed, {"ledger:differs": "correct"})["unchanged"] == 2


def test_the_same_thing_told_by_another_unit_is_a_question(town, metrics):
    enter(town, metrics["banners"], 12, ends_on=date(2026, 11, 19))
    run = remembered(town, sheet(TITLES, *ROWS))
    report = applied(town, run)
    assert report["creates"] == 3 and [one["key"] for one in report["questions"]] == ["ledger:alike"]
    assert applied(town, run, {"ledger:alike": "add"})["creates"] == 1


def test_several_rows_of_the_same_thing_are_asked_about_and_stay_what_they_are(town, metrics):
    row = [1, date(2026, 11, 19), "第1社区", 5, None, None]
    run = remembered(town, sheet(TITLES, row, row))
    report = applied(town, run)
    assert report["creates"] == 2 and report["questions"][0]["key"] == "ledger:several"
    assert applied(town, run)["unchanged"] == 2
    with pytest.raises(ImportRefused):
        applied(town, run, {"ledger:several": "twice"})


def test_errors_name_row_and_column_and_nothing_is_half_imported(town, metrics):
    content = sheet(
        TITLES,
        [1, date(2026, 11, 19), "第1社区", 12, 40, None],
        [2, "某天", "第1社区", 1, None, None],
        [3, date(2026, 11, 20), "火星社区", 2, None, None],
        [4, date(2026, 11, 20), "第1社区", "许多", None, None],
        [5, date(2027, 1, 1), "第1社区", 3, None, None],
        [6, date(2026, 11, 20), "第1社区", -3, None, None],
    )
    run = remembered(town, content)
    with pytest.raises(ImportRefused) as refused:
        applied(town, run)
    places = {(problem.row, problem.column_letter) for problem in refused.value.problems}
    assert places >= {(3, "B"), (4, "C"), (5, "D"), (6, "B"), (7, "D")}
    assert not Fact.objects.exists()


def test_a_line_per_fact_with_months_and_shares(town, metrics):
    content = sheet(
        ["月份", "街道", "项目", "数量", "总数", "单位"],
        ["2026年10月", "河东街道", "悬挂横幅", "315条", None, None],
        ["2026.11.16-2026.11.20", "河东街道", "路灯亮灯", 482, 500, "第1社区居委会"],
    )
    run = remembered(town, content)
    with pytest.raises(ImportRefused) as refused:
        applied(town, run)
    assert [(one.row, one.column_letter) for one in refused.value.problems] == [(3, "B")], (
        "a community does not count for the street"
    )
    content = sheet(["月份", "社区", "项目", "数量", "总数", "单位"], ["2026年10月", "第1社区", "悬挂横幅", "315条", None, None],
                    ["2026.11.16-2026.11.20", "第1社区", "路灯亮灯", 482, 500, "第1社区居委会"])  # fmt: skip
    applied(town, remembered(town, content))
    banners, lamps = Fact.objects.order_by("metric__code")
    assert (banners.starts_on, banners.ends_on, banners.quantity) == (date(2026, 10, 1), date(2026, 10, 31), 315)
    assert (lamps.starts_on, lamps.ends_on, lamps.quantity, lamps.out_of) == (date(2026, 11, 16), date(2026, 11, 20), 482, 500)


def test_days_without_a_year_take_that_of_the_sheets_day(town, metrics):
    run = remembered(town, sheet(["日期", "社区", "悬挂横幅"], ["11月3日", "第1社区", 4], [None, "第2社区", 5]), day=DAY)
    applied(town, run)
    assert counting() == [("banners", 3, "第1社区", 4), ("banners", 20, "第2社区", 5)]


def test_a_layout_must_count_something_and_a_share_needs_its_whole(town, metrics):
    upload = bring(town, sheet(["日期", "社区", "亮灯数", "应亮数"], [date(2026, 11, 20), "第1社区", 9, 10]))
    clerk = town.actors["clerk"]
    for columns in (
        {},
        {"亮灯数": "metric:lamps"},
        {"亮灯数": "metric:none"},
        {"亮灯数": "metric:banners", "应亮数": "metric:banners"},
    ):
        with pytest.raises(Refusal):
            actions.save_layout(clerk, upload_id=upload.pk, columns=columns)
    run = actions.save_layout(
        clerk, upload_id=upload.pk, columns={"亮灯数": "metric:lamps", "应亮数": "whole:lamps", "日期": "day", "社区": "village"}
    )
    applied(town, run)
    assert (Fact.objects.get().quantity, Fact.objects.get().out_of) == (9, 10)


def test_only_the_own_unit_is_brought_in_by_a_liaison(town, metrics):
    content = sheet(["日期", "单位", "悬挂横幅"], [date(2026, 11, 20), "第1社区居委会", 9])
    with pytest.raises(Denied):
        bring(town, content, role="liaison", unit="community")
    upload = bring(town, content, role="liaison", unit="department")
    liaison = town.actors["liaison"]
    run = actions.save_layout(liaison, upload_id=upload.pk, columns={"日期": "day", "单位": "unit", "悬挂横幅": "metric:banners"})
    from chuangwen.kernel import files

    with pytest.raises(ImportRefused) as refused:
        bring_in(liaison, KIND, files.read(run.file_key), run.parameters)
    assert refused.value.problems[0].column_letter == "B"
    with pytest.raises(Denied):
        bring(town, content, role="leader")


def test_a_layout_is_forgotten_and_the_facts_stay(town, metrics):
    run = remembered(town, sheet(TITLES, *ROWS))
    applied(town, run)
    actions.forget_layout(town.actors["clerk"], layout_id=SheetLayout.objects.get().pk)
    assert Fact.objects.count() == 4 and isinstance(bring(town, sheet(TITLES, *ROWS)), SheetUpload)
    with pytest.raises(Missing):
        applied(town, run)


def test_our_own_template_is_read_as_well(town, metrics):
    content = sheet(["日期", "指标", "数量", "社区", "单位"], [date(2026, 11, 20), "小广告", 9, "第1社区", "第1社区居委会"])
    clerk = town.actors["clerk"]
    assert bring_in(clerk, "facts", content, {})["creates"] == 1
    assert bring_in(clerk, "facts", content, {})["unchanged"] == 1
    with pytest.raises(ImportRefused) as refused:
        bring_in(clerk, "facts", sheet(["日期", "指标", "数量"], [date(2026, 11, 20), "不存在的指标", 1]), {})
    assert [(one.row, one.column_letter) for one in refused.value.problems] == [(2, "B")]


def test_the_import_runs_as_jobs_from_preview_to_the_ledger(town, metrics):
    run = remembered(town, sheet(TITLES, *ROWS))
    jobs.run_waiting()
    run.refresh_from_db()
    assert run.state == ImportRun.State.READY and run.report["creates"] == 4
    importing.confirm(town.actors["clerk"], run)
    jobs.run_waiting()
    run.refresh_from_db()
    assert run.state == ImportRun.State.APPLIED and Fact.objects.count() == 4


# -- a column for each day -----------------------------------------------------------------------------------------------

BY_DAY = ["社区", "项目", "11月16日", "11月17日", "11月18日", "合计"]
DAY_ROWS = [["第1社区", "悬挂横幅", 3, None, 5, 8], ["第2社区", "小广告", "—", 40, 0, 40], ["合计", None, 3, 40, 5, 48]]


def test_a_column_for_each_day_is_read_and_remembered_for_other_days(town, metrics):
    content = sheet(["创文宣传日报表"], BY_DAY, *DAY_ROWS)
    run = remembered(town, content, day=date(2026, 11, 21))
    assert SheetLayout.objects.get().body["columns"][layouts.DAYS] == "days"
    applied(town, run)
    told = sorted(Fact.objects.values_list("metric__code", "division__name", "ends_on", "amount"))
    assert told == [
        ("banners", "第1社区", date(2026, 11, 16), 30_000), ("banners", "第1社区", date(2026, 11, 18), 50_000),
        ("stickers", "第2社区", date(2026, 11, 17), 400_000), ("stickers", "第2社区", date(2026, 11, 18), 0),
    ], "a nought is told, a dash is not, sums are passed over"  # fmt: skip
    assert applied(town, bring(town, content, day=date(2026, 11, 21)))["unchanged"] == 4, "the same file twice changes nothing"
    other = sheet(["创文宣传日报表"], [*BY_DAY[:2], "11月9日", "11月10日", "11月11日", "合计"], ["第1社区", "悬挂横幅", 1, 2, 3, 6])
    known = bring(town, other, day=date(2026, 11, 21))
    assert isinstance(known, ImportRun), "other days, the same sheet"
    assert applied(town, known)["creates"] == 3


def test_days_may_be_dates_or_numbers_of_the_month_and_one_metric_may_be_meant(town, metrics):
    dates = sheet(["社区", "村居书记", *[date(2026, 11, n) for n in (2, 3, 4)]], ["第1社区", "某某", 1, 2, "x"])
    upload = bring(town, dates)
    head = head_of(upload)
    assert [cell for _index, cell in head.dated] and layouts.propose(head, {}) == {layouts.match_key("社区"): "village"}
    run = actions.save_layout(
        town.actors["clerk"], upload_id=upload.pk, columns={layouts.match_key("社区"): "village", layouts.DAYS: "days:banners"}
    )
    with pytest.raises(ImportRefused) as refused:
        applied(town, run)
    [problem] = refused.value.problems
    assert (problem.row, problem.column_letter) == (2, "E")
    numbers = sheet(["社区", "项目", 1, 2, 3, 4, 5], ["第1社区", "悬挂横幅", 1, 1, 1, 1, 1])
    run = remembered(town, numbers, day=date(2026, 11, 20))
    assert applied(town, run)["creates"] == 5
    assert set(Fact.objects.values_list("ends_on", flat=True)) == {date(2026, 11, n) for n in range(1, 6)}
    with pytest.raises(SheetError, match="11月|1"):
        applied(town, bring(town, numbers))


@pytest.mark.parametrize(
    "columns",
    [{"社区": "village", layouts.DAYS: "days"}, {"项目": "metric", layouts.DAYS: "days:banners"}, {"项目": "metric", layouts.DAYS: "days:x"},
     {"项目": "metric", "社区": "quantity", layouts.DAYS: "days"}, {"项目": "metric", layouts.DAYS: "days:lamps"}],
)  # fmt: skip
def test_columns_of_days_have_one_meaning_that_can_be(town, metrics, columns):
    upload = bring(town, sheet(BY_DAY, *DAY_ROWS))
    named = {key if key == layouts.DAYS else layouts.match_key(key): role for key, role in columns.items()}
    with pytest.raises(Refusal):
        actions.save_layout(town.actors["clerk"], upload_id=upload.pk, columns=named)


def test_a_line_of_small_numbers_is_no_row_of_days(town, metrics):
    found = layouts.find_head(read_tables(sheet(["社区", "横幅", "海报", "黑点"], ["第1社区", 3, 5, 9], ["第2社区", 4, 5, 6])))
    assert (found.last, found.dated) == (0, ())


def test_the_page_of_an_import_names_the_layout_and_not_its_number(town, metrics):
    remembered(town, sheet(TITLES, *ROWS))
    layout = SheetLayout.objects.get()
    asked = next(one for one in importing.IMPORTERS[KIND].parameters if one.key == "layout")
    assert layout.name in asked.told(town.actors["clerk"], str(layout.pk))
    assert asked.told(town.actors["clerk"], "999999") == "999999", "one that is forgotten keeps its number"
