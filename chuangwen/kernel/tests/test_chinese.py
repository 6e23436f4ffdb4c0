"""Names, numerals and dates in the ways they are really written."""

from contextlib import suppress
from datetime import date, datetime
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.kernel import chinese
from chuangwen.kernel.near_names import near_names


def test_scripts_are_converted_both_ways():
    assert chinese.to_simplified("嶺咀社區責任單位") == "岭咀社区责任单位"
    assert chinese.to_traditional("岭咀社区") == "嶺咀社區"
    assert chinese.to_simplified("abc 12") == "abc 12"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" 河东　街道 ", "河东街道"),
        ("Ａ座１０１（东）", "A座101(东)"),
        ("“创文”办", '"创文"办'),
        ("「創文」辦", '"創文"辦'),
        ("LED  屏", "LED屏"),
        ("West  Lake", "West Lake"),
        ("河东\u200b街\x07道\ufeff", "河东街道"),
        ("火车站—广场", "火车站-广场"),
    ],
)
def test_a_name_has_one_form_for_comparing(text, expected):
    assert chinese.normalise_name(text) == expected


@given(st.text(max_size=30))
def test_normal_form_and_key_are_stable(text):
    once = chinese.normalise_name(text)
    assert chinese.normalise_name(once) == once
    assert chinese.match_key(once) == chinese.match_key(text)


@pytest.mark.parametrize(
    "title", ["责任单位", "責任單位", " 责任 单位 ", "责任单位（）", "*责任单位*", "责任单位：", "责任\n单位", "【责任单位】"]
)
def test_titles_meet_under_one_key(title):
    assert chinese.match_key(title) == "责任单位"


def test_widths():
    assert chinese.fullwidth_to_half("ＡＢｃ，１２３（）　！") == "ABc,123() !"
    assert chinese.halve_alphanumerics("Ａ１，（东）") == "A1，（东）"


def test_initials_are_typed_to_find_a_name():
    assert chinese.pinyin_initials("河东街道") == "hdjd"
    assert chinese.pinyin_initials("嶺咀A1 社區") == "lja1sq"
    assert chinese.pinyin_initials("！？") == ""


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "零"), (1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (100, "一百"), (105, "一百零五"),
        (110, "一百一十"), (1001, "一千零一"), (1010, "一千零一十"), (2026, "二千零二十六"), (9999, "九千九百九十九"),
    ],
)  # fmt: skip
def test_numerals(number, text):
    assert chinese.numeral(number) == text
    assert chinese.from_numeral(text) == number


def test_every_numeral_is_read_back():
    assert all(chinese.from_numeral(chinese.numeral(number)) == number for number in range(10_000))


@pytest.mark.parametrize("text", ["", "东", "十百", "一二十", "一x", "百百"])
def test_what_is_no_numeral_is_refused(text):
    with pytest.raises(ValueError, match="numeral"):
        chinese.from_numeral(text)


def test_headings_are_numbered_as_papers_want_them():
    assert [chinese.heading_number(3, level) for level in (1, 2, 3, 4)] == ["三、", "（三）", "3.", "（3）"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("公共服务10", ("公共服务", 10)),
        ("主干道1", ("主干道", 1)),
        ("主干道１２", ("主干道", 12)),
        ("社区 3", ("社区", 3)),
        ("社会主义核心价值观深化推广普及1", ("社会主义核心价值观深化推广普及", 1)),
        ("广场", ("广场", None)),
        ("2号楼", ("2号楼", None)),
        ("123", ("123", None)),
        ("", ("", None)),
    ],
)
def test_a_numbered_name_is_name_and_number(text, expected):
    assert chinese.split_trailing_number(text) == expected


def test_natural_order_counts_numbers():
    names = ["社区10", "社区2", "社区", "A2-10", "A2-9", "1号", "社区２"]
    ordered = sorted(names, key=chinese.natural_key)
    assert ordered.index("社区2") < ordered.index("社区10") and ordered.index("A2-9") < ordered.index("A2-10")


@pytest.mark.parametrize(
    "text",
    ["2026-01-05", "2026/1/5", "2026.1.5", "2026年1月5日", "2026年01月05号", "20260105", "２０２６年１月５日",
     "二〇二六年一月五日", " 2026 年 1 月 5 日 ", "2026-1-5 0:00", "2026年1月5日星期一"],
)  # fmt: skip
def test_a_date_in_any_usual_writing(text):
    assert chinese.parse_date(text) == date(2026, 1, 5)


@pytest.mark.parametrize(
    "text", ["1月5日", "26-1-5", "2026-13-01", "2026-02-30", "2026", "2026-1", "202601051", "明天", "", "2026-01-05 25:00"]
)
def test_what_is_no_whole_date_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011
        chinese.parse_date(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21 14:30", datetime(2026, 11, 21, 14, 30)),  # noqa: DTZ001
        ("2026年11月21日 下午3时30分", datetime(2026, 11, 21, 15, 30)),  # noqa: DTZ001
        ("2026/11/21T08:05:09", datetime(2026, 11, 21, 8, 5, 9)),  # noqa: DTZ001
        ("2026年11月21日上午9点", datetime(2026, 11, 21, 9)),  # noqa: DTZ001
    ],
)
def test_a_moment_in_any_usual_writing(text, expected):
    assert chinese.parse_datetime(text) == expected


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_date_written_in_words_is_read_back(day):
    assert chinese.parse_date(chinese.format_date(day)) == day


@given(st.text(max_size=20))
def test_reading_a_date_never_fails_in_an_unknown_way(text):
    with suppress(ValueError):
        chinese.parse_datetime(text)


@pytest.mark.parametrize(
    "pair",
    [
        ("诚信建设制度", "诚信建设制度化"),
        ("岭咀", "嶺咀"),
        ("岭咀社区", "领咀社区"),
        ("公安局", "市公安局"),
        ("住建局", "住房和城乡建设局"),
        ("市容市政局", "市容市政管理局"),
        ("未成年人思想道德建设", "未成年人思想道德建设工作"),
        ("LED屏（东）", "LED屏(东)"),
    ],
)
def test_names_that_almost_match_are_offered(pair):
    assert [(a, b) for a, b, _score in near_names(["别的名字", *pair, "毫不相干的事物"])] == [pair]


@pytest.mark.parametrize(
    "pair",
    [("社区2", "社区10"), ("主干道1", "主干道2"), ("河东社区", "河西社区"), ("第一小学", "第二小学"),
     ("上村", "下村"),
     ("方兴社区居民委员会", "迎宾社区居民委员会"), ("安和物业服务公司（示例）", "荔园物业服务公司（示例）"),
     ("公园", "医院"), ("东城区政府大楼", "西城区政府大楼"), ("住建局", "市容局")],
)  # fmt: skip
def test_names_that_differ_in_a_number_or_direction_are_not(pair):
    assert near_names(pair) == []


def test_the_likeliest_pair_comes_first():
    found = near_names(["诚信建设制度", "岭咀社区", "诚信建设制度化", "嶺咀社區"])
    assert [(a, b) for a, b, _score in found] == [("岭咀社区", "嶺咀社區"), ("诚信建设制度", "诚信建设制度化")]
    assert found[0][2] == 1 > found[1][2] > 0.8


def test_three_thousand_names_are_compared_in_a_moment():
    import random

    chance = random.Random(7)
    names = [
        "".join(chance.choices("河东新华光明岭咀江湖海山城关镇村文化路", k=chance.randint(3, 9))) + "社区" for _ in range(3000)
    ]
    names += ["诚信建设制度", "诚信建设制度化"]
    begun = perf_counter()
    found = near_names(names)
    assert ("诚信建设制度", "诚信建设制度化") in [(a, b) for a, b, _score in found]
    assert perf_counter() - begun < 10  # typical: half a second; four and a half million pairs one by one: minutes
