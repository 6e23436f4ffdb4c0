"""Quiet hours, digests, distances, addresses: decided without looking anything up."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.kernel import clock
from chuangwen.messaging import rules
from chuangwen.messaging.sending import understood

NIGHT, NOON = (time(21), time(8)), (time(12), time(14, 30))


def at(hour: int, minute: int = 0, day: int = 17) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=clock.LOCAL)


@pytest.mark.parametrize(
    ("moment", "held"),
    [(at(9), at(9)), (at(21), at(8, 0, 18)), (at(23, 59), at(8, 0, 18)), (at(3), at(8)), (at(8), at(8)), (at(12), at(14, 30)),
     (at(14, 30), at(14, 30)), (at(20, 59), at(20, 59))],
)  # fmt: skip
def test_what_comes_in_quiet_hours_is_held_until_they_end(moment, held):
    assert rules.held_until(moment, [NIGHT, NOON]) == held


def test_spans_that_touch_are_one_quiet_time():
    assert rules.held_until(at(22), [NIGHT, (time(8), time(9))]) == at(9, 0, 18)


@given(st.integers(0, 24 * 60 - 1), st.times(), st.times())
def test_whatever_is_held_comes_out_of_the_quiet_and_never_before_its_time(minutes, begin, end):
    moment = at(0) + timedelta(minutes=minutes)
    held = rules.held_until(moment, [(begin, end)])
    assert held >= moment and not rules.inside(held.time(), (begin, end))
    assert held - moment < timedelta(days=1)


def test_the_digest_comes_when_the_nights_quiet_ends():
    assert rules.digest_at(at(9), NIGHT) == at(8, 0, 18)
    assert rules.digest_at(at(3), NIGHT) == at(8)


def test_the_noon_break_lies_between_the_hours_of_work():
    assert rules.noon_breaks([(time(14, 30), time(17, 30)), (time(8, 30), time(12))]) == [(time(12), time(14, 30))]
    assert rules.noon_breaks([(time(8), time(18))]) == []


def test_attempts_grow_apart_and_end():
    gaps = [rules.next_attempt(at(9), n) - at(9) for n in range(1, len(rules.BACK_OFF) + 1)]
    assert gaps == sorted(gaps) and rules.next_attempt(at(9), len(rules.BACK_OFF) + 1) is None


@pytest.mark.parametrize(
    ("kind", "webhook", "secret", "url"),
    [
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0", "", "wecombot://693a91f6-7xxx-4bc4-97a0/"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=abc123def456", "SECabc/1", "dingtalk://SECabc%2F1@abc123def456/"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=abc123def456", "", "dingtalk://abc123def456/"),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/0f5c9d3e-1234", "", "feishu://0f5c9d3e-1234/"),
        ("other", "json://127.0.0.1:8000/hook", "", "json://127.0.0.1:8000/hook"),
    ],
)  # fmt: skip
def test_the_webhook_that_a_group_shows_becomes_an_address(kind, webhook, secret, url):
    assert rules.robot_url(kind, webhook, secret) == url


@pytest.mark.parametrize("text", ["", "hello", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=", "https://qyapi.weixin.qq.com/x?key=a/b"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError):
        rules.robot_url("wecom", text)


def test_an_address_is_shown_without_its_secrets():
    for url in ("mailtos://office:pass-word@smtp.example.com:465?from=a@example.com", "wecombot://693a91f6-7xxx/", "json://u:pw@host/p?k=secret"):
        shown = rules.masked(url)
        assert not any(word in shown for word in ("pass-word", "693a91f6", "pw@", "secret", "office")), shown


def test_a_person_is_put_into_an_address():
    assert rules.to_person("json://gate/send?phone={to}", "13800000000") == "json://gate/send?phone=13800000000"
    assert rules.to_person("mailto://h:25?from=a@b.cn", "c@d.cn").endswith("&to=c%40d.cn")
    assert understood("feishu://0f5c9d3e-1234/") and not understood("nonsense://x")
