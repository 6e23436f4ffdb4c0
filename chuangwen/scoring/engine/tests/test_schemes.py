"""A scheme is checked before anything is counted, and its mistakes are told in Chinese."""

import pytest

from chuangwen.scoring.engine import (
    KINDS,
    InputError,
    SchemeError,
    example_schemes,
    read_context,
    read_scheme,
    scheme_schema,
    score,
)

from .tables import observations, scheme

BARE = {"schema": 1, "kind": "pass_rate", "name": "试", "version": "1"}


def problems(**changes) -> list[str]:
    with pytest.raises(SchemeError) as caught:
        read_scheme({**BARE, **changes})
    return caught.value.problems


def test_there_is_an_example_of_every_kind_with_a_chinese_name():
    assert tuple(example_schemes()) == KINDS
    assert all("法" in scheme.name or "率" in scheme.name for scheme in example_schemes().values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_scheme_written_out_reads_back_the_same(kind):
    shipped = example_schemes()[kind]
    assert read_scheme(shipped.document()) == shipped


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"schema": 2}, "格式版本只能是 1：这份考核办法由更新的程序写成，或不是考核办法。"),
        ({"kind": "average"}, "计分方式：只能是 state_description、pass_rate、loss_per_observation、deduction 之一。"),
        ({"name": ""}, "名称：不能为空。"),
        ({"weights": {}}, "“weights”：不认识这一项。"),
        ({"rounding": {"rate": 99}}, "小数位数 › 得分率：应不大于 6。"),
        ({"section_weights": {"实地": "40.00001"}}, "测评项目权重 › “实地”：小数最多 4 位。"),
        ({"section_weights": {"实地": "40"}}, "测评项目权重与“按项目加权”的总指数必须同时使用。"),
        ({"levels": {"area": {"impute": "city_mean"}}}, "区域按全市均值补缺时，合成方法应为“均值的均值”，并按点位类型求平均。"),
        ({"levels": {"department": {"impute": "city_mean"}}}, "只有区域可以按全市均值补缺。"),
        ({"kind": "deduction"}, "缺少所选计分方式的规则。"),
        ({"deduction": {"rules": [{"points": "1"}]}}, "写有其他计分方式的规则；一份考核办法只用一种计分方式。"),
        ({"kind": "deduction", "deduction": {"rules": [{"points": "0"}]}}, "扣分法 › 扣分规则 › 第 1 项 › 分值：应大于 0。"),
        ({"kind": "deduction", "deduction": {"rules": []}}, "扣分规则至少要有一条。"),
        (
            {"kind": "state_description", "state_description": {"grade_shares": {"B": "0.1"}}},
            "A、B、C、D 的得分比例应当依次不增。",
        ),
        (
            {"kind": "loss_per_observation", "loss_per_observation": {"steps": ["半分"]}},
            "单项扣失法 › 扣失档次 › 第 1 项：应为数字。",
        ),
    ],
)
def test_a_mistake_is_one_chinese_sentence_that_names_its_place(changes, sentence):
    assert problems(**changes) == [sentence]


def test_all_mistakes_are_told_at_once():
    assert len(problems(name="", version="", rounding={"points": -1})) == 3


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, '{"schema": NaN}'])
def test_text_that_is_no_scheme_is_answered(text):
    with pytest.raises(SchemeError):
        read_scheme(text)


def test_a_context_is_checked_too():
    with pytest.raises(InputError, match="不认识这一项"):
        read_context({"year": 3})


def test_the_schema_for_an_editor_names_every_kind():
    assert scheme_schema()["properties"]["kind"]["enum"] == list(KINDS)


def test_without_a_scheme_or_observations_nothing_is_scored():
    with pytest.raises(InputError, match="考核办法"):
        score(observations())
    with pytest.raises(InputError, match="观测表"):
        score(None, scheme("pass_rate"))
