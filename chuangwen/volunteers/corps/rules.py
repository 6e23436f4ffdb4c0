"""Ages, the week, kinds of teams. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

ADULT, CONSENT_BELOW, YOUNGEST = 18, 14, 6
"""Years. Under 14 a guardian consents to keeping data of a child (Personal Information Protection Law, article 31); minors take part in what
fits their age, with a guardian's consent (志愿服务条例第二十二条)."""
RANK = {"corps": 0, "brigade": 1, "team": 2, "special": 2}
"""A team stands under one of a lower rank."""
DAYS, PARTS = 7, 3


def age(born: date, day: date) -> int:
    """Whole years on a day.

    >>> age(date(2012, 3, 2), date(2026, 3, 1)), age(date(2012, 3, 2), date(2026, 3, 2))
    (13, 14)
    """
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def may_stand_under(kind: str, parent: str | None) -> bool:
    """Whether a team of that kind may stand under one of the other; at the head of a tree stands any.

    >>> may_stand_under("brigade", "corps"), may_stand_under("brigade", "team"), may_stand_under("team", None)
    (True, False, True)
    """
    return parent is None or RANK[parent] < RANK[kind]


def bits(chosen: Iterable[int]) -> int:
    """The week from the numbers of its parts (``day * 3 + part``).

    >>> bits([0, 5]), parts(0b100001)
    (33, [0, 5])
    """
    found = 0
    for number in chosen:
        if not 0 <= number < DAYS * PARTS:
            raise ValueError("no part of the week")
        found |= 1 << number
    return found


def parts(free: int) -> list[int]:
    """The numbers of the parts of the week that are free."""
    return [number for number in range(DAYS * PARTS) if free >> number & 1]


def months_later(day: date, months: int) -> date:
    """The day before the same day so many months later: the last on which something holds that begins on ``day``.

    >>> months_later(date(2026, 1, 31), 1), months_later(date(2026, 3, 1), 24)
    (datetime.date(2026, 2, 27), datetime.date(2028, 2, 29))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])) - timedelta(days=1)
