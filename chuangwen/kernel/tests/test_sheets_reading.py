"""Reading sheets as they really come: every oddity is either understood or named by row and column."""

import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.kernel.sheets import Column, SheetError, read_sheet, sheet_names, write_table
from chuangwen.kernel.worktime import LOCAL

SITES = [
    Column("name", "点位名称", required=True, aliases=("考察点位", "点位"), example="东门市场", max_length=20),
    Column("kind", "类别", kind="choice", choices={"market": "农贸市场", "park": "公园", "bin": "环卫中转站"}),
    Column("code", "区划编码", kind="code"),
    Column("due", "整改时限", kind="date"),
    Column("count", "数量", kind="int", least=0),
    Column("loss", "扣分", kind="decimal", places=2),
    Column("share", "达标率", kind="percent"),
    Column("open", "是否开放", kind="bool"),
    Column("units", "责任单位", kind="list"),
    Column("phone", "联系电话", kind="phone"),
    Column("seen", "检查时间", kind="datetime"),
]
HEAD = [str(column.title) for column in SITES]


def book(*sheets: list[list], merge: list[str] = (), names: list[str] = ()) -> bytes:
    """A workbook as people's programs write it (openpyxl): one list of rows per sheet."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for number, rows in enumerate(sheets):
        sheet = workbook.create_sheet(names[number] if names else f"Sheet{number + 1}")
        for row in rows:
            sheet.append(row)
        if number == 0:
            for span in merge:
                sheet.merge_cells(span)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def values(read) -> list[dict]:
    return [row.values for row in read.rows]


def one(column: str, cell) -> object:
    """What a single cell of a column becomes."""
    read = read_sheet(book([HEAD, ["东门", *[cell if c.key == column else None for c in SITES[1:]]]]), SITES)
    assert not read.problems, [str(problem) for problem in read.problems]
    return read.rows[0].values[column]


def wrong(column: str, cell) -> str:
    """The code of the one problem that a cell gives."""
    read = read_sheet(book([HEAD, ["东门", *[cell if c.key == column else None for c in SITES[1:]]]]), SITES)
    assert read.problem_count == len(read.problems) == 1 and not read.sound
    problem = read.problems[0]
    place = next(index for index, c in enumerate(SITES) if c.key == column)
    assert (problem.row, problem.column_letter, problem.column_title) == (2, "ABCDEFGHIJK"[place], HEAD[place])
    assert problem.message and read.rows[0].values[column] in (None, [])
    assert not read.rows[0].sound
    return problem.code


# Cells


@pytest.mark.parametrize(
    "cell",
    ["2026-01-05", "2026/1/5", "2026.1.5", "2026年1月5日", "20260105", "２０２６年１月５日", 20260105, 46027, "46027", date(2026, 1, 5),
     datetime(2026, 1, 5), datetime(2026, 1, 5, 9, 30), "2026-01-05 00:00:00"],  # noqa: DTZ001
)  # fmt: skip
def test_a_date_in_any_form_is_the_day(cell):
    assert one("due", cell) == date(2026, 1, 5)


@pytest.mark.parametrize("cell", ["1月5日", "2026-02-30", "明天", 5, True, "26.1.5", 99999999, -1])
def test_a_date_that_is_none_is_named(cell):
    assert wrong("due", cell) == "not_a_date"


def test_a_year_that_cannot_be_meant_is_named():
    assert wrong("due", "0206-01-05") == "date_out_of_range"


@pytest.mark.parametrize(
    "cell",
    [datetime(2026, 1, 5, 14, 30), "2026-01-05 14:30", "2026年1月5日14时30分", "2026年1月5日 下午2:30", 46027 + 14.5 / 24],  # noqa: DTZ001
)
def test_a_moment_is_in_chinas_time(cell):
    assert one("seen", cell) == datetime(2026, 1, 5, 14, 30, tzinfo=LOCAL)
    assert one("seen", cell).utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    ("cell", "expected"), [(12, 12), (12.0, 12), ("12", 12), ("１２", 12), (" 1,234 ", 1234), ("12.0", 12), (0, 0)]
)
def test_whole_numbers(cell, expected):
    found = one("count", cell)
    assert found == expected and type(found) is int


@pytest.mark.parametrize(
    ("cell", "code"), [("十二", "not_an_integer"), (1.5, "not_an_integer"), ("1e30", "not_an_integer"), ("12个", "not_an_integer"),
                       (-1, "too_small"), ("", None), ("1,23,4", "not_an_integer"), (True, "not_an_integer")]
)  # fmt: skip
def test_what_is_no_whole_number_is_named(cell, code):
    if code is None:
        assert one("count", cell) is None
    else:
        assert wrong("count", cell) == code


@pytest.mark.parametrize(
    ("cell", "expected"),
    [(0.1, "0.1"), (0.1 + 0.2, "0.3"), ("0.30", "0.3"), (-1, "-1"), ("－０．５", "-0.5"), (".5", "0.5"), (0, "0")],
)
def test_decimals_are_exact(cell, expected):
    found = one("loss", cell)
    assert isinstance(found, Decimal) and found == Decimal(expected)


@pytest.mark.parametrize(
    ("cell", "code"), [(0.123, "too_precise"), ("abc", "not_a_number"), ("NaN", "not_a_number"), ("1/3", "not_a_number")]
)
def test_what_is_no_decimal_is_named(cell, code):
    assert wrong("loss", cell) == code


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("85%", "0.85"), (0.85, "0.85"), (85, "0.85"), ("85", "0.85"), ("８５％", "0.85"), (1, "1"), ("0.5%", "0.005"), (0, "0")],
)
def test_percentages_are_shares(cell, expected):
    assert one("share", cell) == Decimal(expected)


@pytest.mark.parametrize(("cell", "code"), [("120%", "not_a_share"), (-0.1, "not_a_share"), ("很多", "not_a_number")])
def test_what_is_no_percentage_is_named(cell, code):
    assert wrong("share", cell) == code


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("是", True), ("否", False), ("有", True), ("無", False), ("√", True), ("Y", True), (True, True), (0, False), (None, None)],
)
def test_yes_and_no(cell, expected):
    assert one("open", cell) is expected


@pytest.mark.parametrize("cell", ["農貿市場", " 农贸 市场", "market", "农贸市场"])
def test_a_choice_is_found_in_either_script(cell):
    assert one("kind", cell) == "market"


def test_a_value_that_is_not_in_use_is_answered_with_those_that_are():
    read = read_sheet(book([HEAD, ["东门", "超市"]]), SITES)
    assert "农贸市场、公园、环卫中转站" in read.problems[0].message and "超市" in read.problems[0].message


@pytest.mark.parametrize(
    "cell", ["市容局、住建局", "市容局，住建局", "市容局,住建局；", "市容局\n住建局", "市容局 ; 住建局;市容局"]
)
def test_lists_in_any_separation(cell):
    assert one("units", cell) == ["市容局", "住建局"]


def test_an_empty_list_is_a_list():
    read = read_sheet(book([HEAD, ["东门"]]), SITES)
    assert read.rows[0].values["units"] == []


@pytest.mark.parametrize("cell", [440902003001, 440902003001.0, "440902003001", "４４０９０２００３００１", " 440902003001 "])
def test_codes_that_excel_made_numbers_are_codes_again(cell):
    assert one("code", cell) == "440902003001"


@pytest.mark.parametrize(
    ("cell", "code"), [("4.40902E+11", "code_as_number"), ("4409020030", "not_a_code"), ("社区", "not_a_code")]
)
def test_a_wrong_code_is_named(cell, code):
    assert wrong("code", cell) == code


def test_telephones_are_read_from_text_and_number():
    assert one("phone", 13800138000) == one("phone", "138 0013 8000") == "13800138000"
    assert wrong("phone", "1380013800") == "not_a_phone"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1+1", None),
        ("+86东门", "+86东门"),
        ("-无-", "-无-"),
        ("@东门", "@东门"),
        ("东门，市场（北）", "东门，市场（北）"),
        ("Ａ座１０１", "A座101"),
        ("\u3000东门 \u200b", "东门"),
        ("東門", "東門"),
        ("东\x0b门", "东门"),
        (101, "101"),
        (440902003001.0, "440902003001"),
        (3.5, "3.5"),
        (date(2026, 1, 5), "2026-01-05"),
        ("第一行\n第二行", "第一行\n第二行"),
    ],
)
def test_text_stays_what_it_is(cell, expected):
    columns = [Column("name", "点位名称"), Column("note", "备注")]
    workbook = io.BytesIO()
    with xlsxwriter.Workbook(workbook) as opened:
        sheet = opened.add_worksheet()
        sheet.write_row(0, 0, ["点位名称", "备注"])
        sheet.write(1, 0, "x")
        if isinstance(cell, str) and expected is not None:
            sheet.write_string(1, 1, cell)
        elif isinstance(cell, str):
            sheet.write_formula(1, 1, cell, None, "")
        elif isinstance(cell, date):
            sheet.write_datetime(1, 1, cell, opened.add_format({"num_format": "yyyy-mm-dd"}))
        else:
            sheet.write(1, 1, cell)
    assert read_sheet(workbook.getvalue(), columns).rows[0].values["note"] == expected


def test_a_text_that_is_too_long_says_by_how_much():
    read = read_sheet(book([HEAD, ["长" * 21]]), SITES)
    assert read.problems[0].code == "too_long" and "21" in read.problems[0].message and "20" in read.problems[0].message


def test_a_formula_counts_as_its_saved_value_and_an_error_is_named():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as opened:
        sheet = opened.add_worksheet()
        sheet.write_row(0, 0, ["点位名称", "数量"])
        for row, (name, saved) in enumerate([("有值", 12), ("错误", "#REF!"), ("除零", "#DIV/0!")], 1):
            sheet.write_string(row, 0, name)
            sheet.write_formula(row, 1, "=SUM(A1:A9)", None, saved)
    read = read_sheet(target.getvalue(), SITES)
    assert read.rows[0].values["count"] == 12
    assert [(problem.row, problem.column_letter, problem.code) for problem in read.problems] == [
        (3, "B", "formula_error"),
        (4, "B", "formula_error"),
    ]


def test_dates_of_a_1904_workbook_are_the_same_days():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"date_1904": True}) as opened:
        sheet = opened.add_worksheet()
        sheet.write_row(0, 0, ["点位名称", "整改时限"])
        sheet.write_string(1, 0, "东门")
        sheet.write_datetime(1, 1, datetime(2026, 1, 5), opened.add_format({"num_format": "yyyy/m/d"}))  # noqa: DTZ001
    assert read_sheet(target.getvalue(), SITES).rows[0].values["due"] == date(2026, 1, 5)


# Rows


def test_empty_rows_are_passed_over_and_numbers_are_those_of_the_sheet():
    read = read_sheet(book([HEAD, ["甲"], [], ["  ", None, "\u3000"], ["乙"], *[[]] * 50, [None, ""]]), SITES)
    assert [(row.number, row.values["name"]) for row in read.rows] == [(2, "甲"), (5, "乙")]
    assert read.sound


def test_a_row_with_a_zero_or_a_no_is_not_empty():
    read = read_sheet(book([["点位名称", "数量", "是否开放"], [None, 0, False]]), SITES)
    assert [problem.code for problem in read.problems] == ["required"] and read.rows[0].values["count"] == 0


def test_what_must_be_filled_in_and_is_not_is_named_with_an_example():
    read = read_sheet(book([HEAD, [None, "公园"]]), SITES)
    problem = read.problems[0]
    assert (problem.row, problem.column_letter, problem.code) == (2, "A", "required")
    assert "东门市场" in problem.message
    assert "点位名称" in str(problem) and "A" in str(problem) and "2" in str(problem)


def test_totals_at_the_end_are_rows_like_any_other():
    assert read_sheet(book([["点位名称", "数量"], ["甲", 1], ["合计", 1]]), SITES).rows[-1].values["name"] == "合计"


def test_a_value_merged_down_counts_for_every_row_that_has_something():
    rows = [["类别", "点位名称"], ["公园", "甲"], [None, "乙"], [None, "丙"], ["农贸市场", "丁"], [None, None]]
    read = read_sheet(book(rows, merge=["A2:A4", "A5:A9"]), SITES)
    assert [(row.values["name"], row.values["kind"]) for row in read.rows] == [
        ("甲", "park"), ("乙", "park"), ("丙", "park"), ("丁", "market")
    ]  # fmt: skip


def test_too_many_rows_are_refused_and_a_preview_is_cut():
    content = book([["点位名称", "类别"], *[[f"点位{n}", "公园"] for n in range(30)]])
    with pytest.raises(SheetError) as caught:
        read_sheet(content, SITES, max_rows=29)
    assert caught.value.code == "sheets.too_many_rows" and "29" in str(caught.value)
    assert len(read_sheet(content, SITES, max_rows=30).rows) == 30
    preview = read_sheet(content, SITES, preview_rows=5)
    assert len(preview.rows) == 5 and preview.truncated
    assert not read_sheet(content, SITES, preview_rows=30).truncated


def test_of_very_many_problems_the_first_are_kept_and_all_are_counted():
    read = read_sheet(book([["点位名称", "数量"], *[["甲", "许多"] for _ in range(30)]]), SITES, max_problems=10)
    assert len(read.problems) == 10 and read.problem_count == 30


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("zh-hans", "第 2 行 D 列“整改时限”：“2026-13-01”不是存在的日期，应写成 2026-01-05 或 2026年1月5日。"),
        ("zh-hant", "第 2 行 D 列“整改时限”：“2026-13-01”不是存在的日期，應寫成 2026-01-05 或 2026年1月5日。"),
        ("en", "Row 2, column D “整改时限”: “2026-13-01” is not a date that exists; write it as 2026-01-05 or 2026年1月5日."),
    ],
)
def test_a_problem_is_a_whole_sentence_in_the_readers_language(language, sentence):
    with override(language):
        assert str(read_sheet(book([HEAD, ["东门", None, None, "2026-13-01"]]), SITES).problems[0]) == sentence


# Headers


def test_the_header_is_found_below_titles_and_in_any_order_among_others():
    rows = [["河东街道点位清单（2026年）"], [], ["填报单位：", "街道办", None, "日期", "2026-01-05"],
            ["序号", "區劃編碼", "備註", "点位  名称*", "整改时限（必填）"], [1, 440902003001, "x", "东门", "2026-01-05"]]  # fmt: skip
    read = read_sheet(book(rows, merge=["A1:E1"]), SITES)
    assert read.header_row == 4
    assert read.rows[0].number == 5
    assert (read.rows[0].values["name"], read.rows[0].values["code"], read.rows[0].values["due"]) == (
        "东门", "440902003001", date(2026, 1, 5)
    )  # fmt: skip
    assert read.letters["name"] == "D"
    assert [text[:2] for text in read.unknown_columns] == ["序号", "備註"]
    assert "kind" in [column.key for column in read.missing_columns] and read.rows[0].values["kind"] is None


def test_a_header_in_two_rows_is_read_as_parent_and_child():
    columns = [Column("name", "点位名称"), Column("limit", "整改时限"), Column("state", "整改情况"), Column("result", "检查情况")]
    rows = [["点位名称", "整改", None, "检查"], [None, "时限", "情况", "情况"], ["东门", "三天", "已改", "不合格"]]
    read = read_sheet(book(rows, merge=["A1:A2", "B1:C1"]), columns)
    assert values(read) == [{"name": "东门", "limit": "三天", "state": "已改", "result": "不合格"}]
    assert read.header_row == 2 and not read.unknown_columns


def test_a_header_in_two_rows_whose_children_tell_enough():
    rows = [["基本信息", None, "检查情况", None], ["点位名称", "类别", "扣分", "整改时限"], ["东门", "公园", 0.1, "2026-01-05"]]
    read = read_sheet(book(rows, merge=["A1:B1", "C1:D1"]), SITES)
    assert read.header_row == 2 and read.rows[0].values["loss"] == Decimal("0.1")


def test_a_table_that_begins_in_the_middle_of_the_sheet_keeps_its_places():
    rows = [[], [], [None, None, "点位名称", "数量"], [None, None, "东门", "许多"]]
    read = read_sheet(book(rows), SITES)
    assert (read.header_row, read.letters) == (3, {"name": "C", "count": "D"})
    assert (read.problems[0].row, read.problems[0].column_letter) == (4, "D")


def test_a_doubled_column_is_read_once_and_said():
    read = read_sheet(book([["点位名称", "数量", "数量"], ["东门", 1, 2]]), SITES)
    assert read.rows[0].values["count"] == 1 and read.sound
    assert [(warning.code, warning.column_letter) for warning in read.warnings] == [("duplicate_header", "C")]


def test_a_title_is_preferred_to_an_alias():
    read = read_sheet(book([["点位", "点位名称", "类别"], ["别名", "本名", "公园"]]), SITES)
    assert read.rows[0].values["name"] == "本名"


def test_a_required_column_that_is_missing_is_a_problem_of_the_sheet():
    read = read_sheet(book([["类别", "数量"], ["公园", 1]]), SITES)
    assert not read.sound and [column.key for column in read.missing_columns][0] == "name"
    assert [problem.code for problem in read.problems] == ["missing_column"] and "点位名称" in str(read.problems[0])


def test_the_sheet_with_the_table_is_found():
    content = book([["说明"], ["请填写"]], [HEAD, ["东门"]], [["点位名称", "别的"], ["西门"]], names=["说明", "点位", "旧表"])
    read = read_sheet(content, SITES)
    assert (read.sheet_name, read.other_sheets) == ("点位", ["说明", "旧表"])
    assert sheet_names(content) == ["说明", "点位", "旧表"]
    assert read_sheet(content, [Column("name", "点位名称")], sheet="旧表").rows[0].values["name"] == "西门"


def test_a_wrong_workbook_is_answered_with_what_was_looked_for_and_what_was_found():
    with pytest.raises(SheetError) as caught:
        read_sheet(book([["姓名", "工资", "奖金"], ["某", 1, 2]], names=["工资表"]), SITES)
    assert caught.value.code == "sheets.no_header"
    assert all(word in str(caught.value) for word in ("点位名称", "工资表", "姓名、工资、奖金"))
    with pytest.raises(SheetError) as caught:
        read_sheet(book([HEAD], names=["点位"]), SITES, sheet="没有")
    assert caught.value.code == "sheets.no_such_sheet" and "点位" in str(caught.value)


def test_an_empty_workbook_and_a_header_alone():
    with pytest.raises(SheetError) as caught:
        read_sheet(book([[]]), SITES)
    assert caught.value.code == "sheets.empty"
    read = read_sheet(book([HEAD]), SITES)
    assert read.rows == [] and read.sound


# Text with separators


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_text_file_is_read_where_it_is_allowed(encoding, separator):
    text = separator.join(["点位名称", "数量", "整改时限"]) + "\r\n" + separator.join(["东门", "12", "2026/1/5"]) + "\r\n\r\n"
    read = read_sheet(text.encode(encoding), SITES, allow_csv=True)
    assert read.rows[0].values["name"] == "东门" and read.rows[0].values["count"] == 12
    assert read.rows[0].values["due"] == date(2026, 1, 5)


def test_a_text_file_is_refused_where_it_is_not_allowed():
    with pytest.raises(SheetError) as caught:
        read_sheet("点位名称,数量\n东门,1\n".encode(), SITES)
    assert caught.value.code == "sheets.not_a_workbook"


def test_a_workbook_is_read_where_text_is_allowed_too():
    assert read_sheet(book([HEAD, ["东门"]]), SITES, allow_csv=True).rows[0].values["name"] == "东门"


@pytest.mark.parametrize("content", [b"\x81\xff\xff\xfe\x81", '点位名称,数量\n"东门'.encode() + b"x" * 200_000])
def test_a_broken_text_file_is_refused_with_a_reason(content):
    with pytest.raises(SheetError) as caught:
        read_sheet(content, SITES, allow_csv=True)
    assert caught.value.code in ("sheets.encoding", "sheets.broken", "sheets.no_header", "sheets.not_a_workbook")


# Sources and the real round


def test_a_path_bytes_and_an_open_file_are_read_alike(tmp_path):
    content = write_table(SITES, [{"name": "东门"}])
    path = tmp_path / "点位.xlsx"
    path.write_bytes(content)
    with path.open("rb") as opened:
        opened.read(10)  # somebody looked at it before
        reads = [read_sheet(source, SITES) for source in (path, str(path), content, io.BytesIO(content), opened)]
    assert all(values(read) == values(reads[0]) for read in reads)


REAL = Path(__file__).resolve().parents[4] / "shared" / "real" / "wujiang-2016" / "observations.xlsx"


@pytest.mark.skipif(not REAL.exists(), reason="the data of the real round is not beside the project")
def test_a_real_round_is_read_to_its_last_row():
    columns = [
        Column("serial", "序号", required=True), Column("item", "项目", required=True), Column("site", "考察点位", required=True),
        Column("loss", "扣分", kind="decimal"), Column("area", "区域"),
        Column("first", "责任单位2"), Column("second", "责任单位3"),
    ]  # fmt: skip
    read = read_sheet(REAL, columns)
    assert read.sheet_name == "模板" and read.header_row == 1 and not read.missing_columns
    sheet = openpyxl.load_workbook(REAL, read_only=True)["模板"]
    by_hand = [row for row in sheet.iter_rows(min_row=2, values_only=True) if any(cell not in (None, "") for cell in row[:8])]
    assert len(read.rows) == len(by_hand)
    assert [row.values["item"] for row in read.rows if row.sound] == [row[1] for row in by_hand if row[0] and row[1] and row[2]]
    assert sum(row.values["loss"] is not None for row in read.rows) == sum(row[3] is not None for row in by_hand)


plain = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zs", "Zl", "Zp", "Co", "Cn")), min_size=1, max_size=12
)


@given(
    st.lists(
        st.tuples(plain, st.integers(-(10**14), 10**14), st.dates(date(1950, 1, 1), date(2100, 1, 1))), min_size=1, max_size=20
    )
)
def test_what_is_written_is_read_back(rows):
    columns = [Column("name", "名称", required=True), Column("count", "数量", kind="int"), Column("day", "日期", kind="date")]
    from chuangwen.kernel.chinese import halve_alphanumerics

    read = read_sheet(write_table(columns, rows), columns)
    assert read.sound
    assert [tuple(row.values.values()) for row in read.rows] == [
        (halve_alphanumerics(name), count, day) for name, count, day in rows
    ]


cell = st.one_of(
    st.none(), st.text(max_size=8), st.integers(-(10**20), 10**20), st.floats(), st.booleans(), st.dates(), st.sampled_from(HEAD),
    st.sampled_from(["是", "85%", "2026-01-05", "440902003001", "nan", "1e999", "Infinity", "٣", "²", "½", "一二三"]),
)  # fmt: skip


@given(st.lists(st.lists(cell, min_size=11, max_size=11), max_size=6))
def test_no_cell_fails_in_an_unknown_way(rows):
    from chuangwen.kernel.sheets.cells import CellProblem, reader

    for column in SITES:
        read = reader(column)
        for row in rows:
            for raw in row:
                try:
                    value = read(raw)
                except CellProblem as problem:
                    assert problem.code and problem.message
                else:
                    if isinstance(value, Decimal):
                        assert value.is_finite()
