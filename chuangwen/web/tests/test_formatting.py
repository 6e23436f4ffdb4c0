"""How figures and moments read."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from chuangwen.kernel import clock
from chuangwen.web import formatting

NOON = datetime(2026, 11, 21, 14, 5, tzinfo=clock.LOCAL)


def test_dates_are_written_as_the_trade_writes_them():
    assert formatting.moment(NOON) == "2026年11月21日 14:05"
    assert formatting.day(date(2026, 1, 3)) == "2026年1月3日"
    assert formatting.short_day(NOON, date(2026, 1, 1)) == "11月21日"
    assert formatting.short_day(NOON, date(2027, 1, 1)) == "2026年11月21日"
    assert formatting.day(None) == "—"
    with translation.override("en"):
        assert formatting.moment(NOON) == "21 November 2026, 14:05"


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=20), "刚刚"),
        (timedelta(minutes=5), "5 分钟前"),
        (timedelta(minutes=59, seconds=50), "1 小时前"),
        (timedelta(hours=23), "23 小时前"),
        (timedelta(days=3), "3 天前"),
        (-timedelta(hours=4, minutes=59, seconds=59), "5 小时后"),
        (-timedelta(days=2), "2 天后"),
        (timedelta(days=40), "2026年10月12日"),
    ],
)
def test_how_long_ago_or_from_now(ago, words):
    assert formatting.relative(NOON - ago, NOON) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 分钟"),
        (25, "25 分钟"),
        (61, "1 小时 1 分钟"),
        (1590, "1 天 2 小时"),
        (20_000, "13 天"),
        (-90, "1 小时 30 分钟"),
    ],
)
def test_lengths_of_time(minutes, words):
    assert formatting.span(minutes) == words


def test_decimals_are_rounded_half_up_and_never_through_a_float():
    assert formatting.percent(Decimal("0.873450")) == "87.35%"
    assert formatting.percent(Decimal("0.00125"), 2) == "0.13%"
    assert formatting.percent(1, 0) == "100%"
    assert formatting.number(Decimal("1234567.005"), 2) == "1,234,567.01"
    assert formatting.number(12345678901234567890) == "12,345,678,901,234,567,890"
    assert formatting.number(None) == "—"
    assert formatting.number("n/a") == "n/a"


def test_sizes_of_files():
    assert [formatting.size(n) for n in (0, 999, 3_400_000, 12_000_000_000)] == ["0 B", "999 B", "3.4 MB", "12.0 GB"]
