"""The festivals of a year on which activities are held: 我们的节日 by the lunar calendar or the sun, and the days of the civil year. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from chuangwen.volunteers.activities.lunar import day_of, solar_term


@dataclass(frozen=True)
class Festival:
    """``day(year)`` is its date in the year of the civil calendar. ``ours``: one of the seven traditional ones of 我们的节日
    (中宣部等《关于运用传统节日弘扬民族文化的优秀传统的意见》, 2005, and the programme that followed)."""

    code: str
    name: str
    day: Callable[[int], date]
    ours: bool = True


def _lunar(month: int, day: int, before: int = 0) -> Callable[[int], date]:
    return lambda year: day_of(year - before, month, day)


def _civil(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _eve(year: int) -> date:
    return day_of(year, 1, 1) - timedelta(days=1)


FESTIVALS: dict[str, Festival] = {
    one.code: one
    for one in (
        Festival("spring", "春节", _lunar(1, 1)),
        Festival("lantern", "元宵节", _lunar(1, 15)),
        Festival("qingming", "清明节", lambda year: solar_term(year, 15.0)),
        Festival("dragon_boat", "端午节", _lunar(5, 5)),
        Festival("qixi", "七夕节", _lunar(7, 7)),
        Festival("mid_autumn", "中秋节", _lunar(8, 15)),
        Festival("double_ninth", "重阳节", _lunar(9, 9)),
        Festival("eve", "除夕", _eve, False),
        Festival("laba", "腊八节", _lunar(12, 8, 1), False),
        Festival("new_year", "元旦", _civil(1, 1), False),
        Festival("lei_feng", "学雷锋纪念日", _civil(3, 5), False),
        Festival("tree", "植树节", _civil(3, 12), False),
        Festival("labour", "劳动节", _civil(5, 1), False),
        Festival("youth", "青年节", _civil(5, 4), False),
        Festival("children", "儿童节", _civil(6, 1), False),
        Festival("party", "建党节", _civil(7, 1), False),
        Festival("army", "建军节", _civil(8, 1), False),
        Festival("national", "国庆节", _civil(10, 1), False),
        Festival("volunteers", "国际志愿者日", _civil(12, 5), False),
    )
}
"""By code. 腊八 of a civil year is that of the lunar year before; where it falls on the last days of December it is told of that year."""


def day_in(code: str, year: int) -> date | None:
    """The day of a festival in a civil year; None for a code that is none.

    >>> day_in("mid_autumn", 2026), day_in("nothing", 2026)
    (datetime.date(2026, 9, 25), None)
    """
    found = FESTIVALS.get(code)
    return found.day(year) if found else None


def between(first: date, last: date) -> list[tuple[date, Festival]]:
    """The festivals from a day to a day, in order."""
    found = [
        (day, one) for one in FESTIVALS.values() for year in range(first.year - 1, last.year + 2) if first <= (day := one.day(year)) <= last
    ]
    return sorted({(day, one.code): (day, one) for day, one in found}.values(), key=lambda pair: (pair[0], pair[1].code))
