"""Messages of chat groups are read as they are copied and exported; rubbish is answered with what can be made of it."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.intake.desk import chat
from chuangwen.intake.masking import mask_contact, mask_name, mask_numbers, mask_text

TODAY = date(2026, 11, 21)


def local(*parts: int) -> datetime:
    """A moment as chats write it: China's time, without a zone."""
    return datetime(*parts)  # noqa: DTZ001


WECHAT_DESK = """张三 2026/11/20 9:30
大桥西路公交站旁垃圾桶满了

张三 2026/11/20 9:31
[图片]

李四 2026/11/20 9:40
收到，马上处理

王五 2026/11/20 9:55
新村路路灯不亮
"""
WECHAT_MAIL = """Dear:

如下是微信群“网格一群”的聊天记录如下，请查收。

—————  2026-11-20  —————


张三  09:30

大桥西路公交站旁垃圾桶满了

张三  09:31

[图片: 1.jpg(请在附件中查看)]

王五  下午 2:05

新村路路灯不亮
"""
WECOM = """张三-城管中队 11/20 9:30:15
大桥西路公交站旁垃圾桶满了
[图片]
王五@外部 11/20 14:05:00
新村路路灯不亮
"""
QQ = """消息记录（此消息记录为文本格式，不支持重复导入）

================================================================
消息分组:我的QQ群
================================================================
消息对象:网格一群
================================================================

2026-11-20 9:30:15 张三(123456789)
大桥西路公交站旁垃圾桶满了

2026-11-20 9:31:00 张三(123456789)
[图片]

2026-11-20 14:05:00 王五<wangwu@qq.com>
新村路路灯不亮
"""
BRACKETS = """[2026-11-20 09:30] 张三: 大桥西路公交站旁垃圾桶满了
[2026-11-20 09:31] 张三: [图片]
[2026-11-20 14:05:00] 王五：新村路路灯不亮
"""
MOBILE = """张三:
大桥西路公交站旁垃圾桶满了
"""


@pytest.mark.parametrize("text", [WECHAT_MAIL, WECOM, QQ, BRACKETS], ids=["wechat mail", "enterprise wechat", "qq", "brackets"])
def test_the_usual_writings_give_sender_time_words_and_photos(text):
    messages, cut = chat.read(text, today=TODAY)
    assert cut == 0
    assert [message.at for message in messages][-1] == local(2026, 11, 20, 14, 5)
    found = chat.proposed(messages)
    assert [one.text for one in found] == ["大桥西路公交站旁垃圾桶满了", "新村路路灯不亮"]
    assert [one.sender for one in found] == [mask_name(messages[0].sender), mask_name(messages[-1].sender)]
    assert sum(len(message.photos) for message in messages) == 1 and found[0].at.replace(second=0) == local(2026, 11, 20, 9, 30)


def test_words_and_the_photo_after_them_are_one_and_politeness_is_set_apart():
    messages, _cut = chat.read(WECHAT_DESK, today=TODAY)
    assert chat.assign(messages, ["IMG_1.jpg"]) == []
    found = chat.proposed(messages)
    assert [(one.text, one.photos, one.likely) for one in found] == [
        ("大桥西路公交站旁垃圾桶满了", ["IMG_1.jpg"], True), ("收到，马上处理", [], False), ("新村路路灯不亮", [], True)
    ]  # fmt: skip


def test_another_persons_photo_in_between_stays_with_that_person():
    text = """张三 2026/11/20 9:30
东门垃圾桶满了
李四 2026/11/20 9:30
西门车乱停
张三 2026/11/20 9:31
[图片]
李四 2026/11/20 9:32
[图片]"""
    messages, _cut = chat.read(text, today=TODAY)
    chat.assign(messages, ["1.jpg", "2.jpg"])
    assert [(one.text, one.photos) for one in chat.proposed(messages)] == [
        ("东门垃圾桶满了", ["1.jpg"]),
        ("西门车乱停", ["2.jpg"]),
    ]


def test_a_second_story_of_the_same_sender_is_a_second_proposal():
    text = "张三 2026/11/20 9:30\n东门垃圾桶满了\n张三 2026/11/20 9:30\n[图片]\n张三 2026/11/20 9:32\n西门路灯不亮\n张三 2026/11/20 9:32\n[图片]"
    messages, _cut = chat.read(text, today=TODAY)
    chat.assign(messages, ["a1.jpg", "a2.jpg"])
    assert [(one.text, one.photos) for one in chat.proposed(messages)] == [
        ("东门垃圾桶满了", ["a1.jpg"]),
        ("西门路灯不亮", ["a2.jpg"]),
    ]


def test_photos_find_their_message_by_name_by_time_and_in_order_and_the_rest_is_left_over():
    text = """张三 2026/11/20 9:30
甲处 [图片: one.jpg]
李四 2026/11/20 10:30
乙处问题 [图片]
王五 2026/11/20 11:30
丙处问题 [图片]"""
    messages, _cut = chat.read(text, today=TODAY)
    left = chat.assign(
        messages, ["x/one.jpg", "微信图片_20261120113100.jpg", "mmexport1795141860000.jpg", "微信图片_20261101000000.jpg"]
    )
    assert [message.photos for message in messages] == [
        ["x/one.jpg"],
        ["mmexport1795141860000.jpg"],
        ["微信图片_20261120113100.jpg"],
    ]
    assert left == ["微信图片_20261101000000.jpg"]
    assert chat.proposed(messages, left)[-1].photos == left


def test_names_and_numbers_of_people_are_covered_everywhere():
    text = (
        "张小三 2026/11/20 9:30\n@李小四 请联系张小三 13812345678，身份证440902199001011234，邮箱abc@qq.com\n"
        "李小四 2026/11/20 9:31\n这是李小四反映的垃圾问题"
    )
    whole = "".join(one.text + one.sender for one in chat.proposed(chat.read(text, today=TODAY)[0]))
    for secret in ("张小三", "李小四", "13812345678", "440902199001011234", "abc@qq.com"):
        assert secret not in whole
    assert "138****5678" in whole


def test_a_day_line_a_relative_day_and_a_missing_year_give_the_right_day():
    at = lambda text: chat.read(text, today=TODAY)[0][0].at  # noqa: E731
    assert at("—— 2026年11月18日 星期三 ——\n张三 09:30\n垃圾") == local(2026, 11, 18, 9, 30)
    assert at("张三 昨天 21:05\n垃圾") == local(2026, 11, 20, 21, 5)
    assert at("张三 12/30 08:00\n垃圾") == local(2025, 12, 30, 8, 0)
    assert at("张三 11月20日 下午 3:07\n垃圾") == local(2026, 11, 20, 15, 7)


def test_words_without_any_head_are_kept_as_one_message():
    found = chat.proposed(chat.read("大桥西路垃圾桶满了\n新村路路灯不亮", today=TODAY)[0])
    assert [one.text for one in found] == ["大桥西路垃圾桶满了\n新村路路灯不亮"] and found[0].sender == ""


def test_a_line_that_only_looks_like_a_head_stays_in_the_words():
    text = "张三 2026/11/20 9:30\n营业时间 25:70\n比分 3:10 之后"
    assert "25:70" in chat.read(text, today=TODAY)[0][0].text


RUBBISH = st.text(
    alphabet=st.sampled_from("张三李四王 \n\t:：[]（）()/-—=0123456789图片.jpg@上午下\x00\u200b\U0001f600a"), max_size=400
)


@given(RUBBISH, st.lists(st.text(max_size=30), max_size=6))
def test_rubbish_never_breaks_the_reading_and_no_photo_is_lost(text, names):
    messages, _cut = chat.read(text, today=TODAY)
    names = list(dict.fromkeys(names))
    left = chat.assign(messages, names)
    found = chat.proposed(messages, left)
    assert sorted(name for one in found for name in one.photos) == sorted(names)
    assert all(len(one.text) <= chat.TEXT_LENGTH for one in found)


@given(st.text(max_size=300))
def test_any_text_can_be_read(text):
    chat.proposed(chat.read(text, today=TODAY)[0])


@given(
    st.lists(
        st.tuples(st.sampled_from(["赵一", "钱二", "孙三"]), st.text("垃圾桶满路灯不亮乱停车", min_size=4, max_size=20)),
        max_size=8,
    )
)
def test_every_word_that_was_said_is_in_one_proposal(said):
    text = "\n".join(f"{name} 2026/11/20 {9 + number:02d}:00\n{words}" for number, (name, words) in enumerate(said))
    found = chat.proposed(chat.read(text, today=TODAY)[0])
    assert [one.text for one in found] == [words for _name, words in said]


def test_very_long_pastes_are_cut_and_told():
    text = "张三 2026/11/20 9:30\n垃圾问题很多\n" * 4_000
    messages, cut = chat.read(text, today=TODAY)
    assert len(messages) == chat.MOST_MESSAGES and cut > 0


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("13812345678", "138****5678"),
        ("电话 138 1234 5678。", "电话 138****5678。"),
        ("0668-2888123", "0668****8123"),
        ("20261121", "20261121"),
        ("3.14159265358979", "3.14159265358979"),
    ],
)
def test_numbers_of_people_are_covered_and_others_are_not(text, covered):
    assert mask_numbers(text) == covered


def test_names_are_covered():
    assert (mask_name("张三"), mask_name("欧阳小明(城管)"), mask_name(""), mask_name("李")) == ("张*", "欧***", "", "李*")
    assert mask_contact("微信 abc12345") == "微信" + "*" * 6 and mask_contact("") == ""
    assert mask_text("张三和张三丰", ["张三", "张三丰"]) == "张*和张**"
