"""Days of next year, ages, distances, and what overlaps. Pure."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import Any

from chuangwen.volunteers.activities.festivals import day_in

ADULT = 18
"""Years: who is younger is a minor (民法典 第十七条) and takes part with the consent of a guardian."""
COUNTY = 3
"""The level of counties among divisions."""
EARTH = 6_371_008.8
AS_YESTERDAY = timedelta(days=7)
"""So long an entry without signal is taken after it was made."""
EARLY = timedelta(hours=2)
"""So long before its begin and after its end somebody can be entered for a shift."""


def is_minor(born_on: date | None, day: date) -> bool:
    """Whether somebody is under 18 on a day; whose day of birth is not kept is an adult (it is only kept of minors).

    >>> is_minor(date(2010, 5, 2), date(2028, 5, 1)), is_minor(date(2010, 5, 2), date(2028, 5, 2)), is_minor(None, date(2028, 5, 2))
    (True, False, False)
    """
    if born_on is None:
        return False
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day)) < ADULT


def overlap(first: tuple[datetime, datetime], second: tuple[datetime, datetime]) -> bool:
    """Whether two spans share a moment; one that begins when the other ends does not."""
    return first[0] < second[1] and second[0] < first[1]


def day_this_year(day: date, festival: str, year: int) -> date:
    """The day in ``year`` that answers to one of an earlier year: as far from the festival as it was then; without one the same weekday of the
    same week of the year, so that every Friday stays a Friday.

    >>> day_this_year(date(2025, 10, 5), "mid_autumn", 2026), day_this_year(date(2026, 1, 9), "", 2027)
    (datetime.date(2026, 9, 24), datetime.date(2027, 1, 8))
    """
    if festival:
        then = min((found for one in (day.year - 1, day.year, day.year + 1) if (found := day_in(festival, one))), key=lambda at: abs(at - day))
        now = day_in(festival, year + then.year - day.year)
        if now is not None:
            return now + (day - then)
    try:
        same = day.replace(year=year)
    except ValueError:
        same = date(year, 2, 28)
    back = (same.weekday() - day.weekday()) % 7
    near = same - timedelta(days=back if back <= 3 else back - 7)
    return near if near.year == year else near + timedelta(days=7 if near.year < year else -7)


def metres(first: tuple[float, float], second: tuple[float, float]) -> int:
    """The way through the air between two points (latitude, longitude in degrees), whole metres."""
    lat1, lon1, lat2, lon2 = (math.radians(value) for value in (*first, *second))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return round(2 * EARTH * math.asin(min(1.0, math.sqrt(half))))


def county_of(division: Any) -> str:
    """The path of the county that a division lies in, or of the widest division known below it: as far as volunteers see and sign up."""
    return str(division.ancestor_paths[max(0, division.depth - 1 - max(0, division.level - COUNTY))])


def month_span(month: date) -> tuple[date, date]:
    """The first and the last day of the month of a day."""
    first = month.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def weeks(month: date) -> list[list[date]]:
    """The weeks from Monday that a month's calendar shows, with the days of the months beside it."""
    first, last = month_span(month)
    start = first - timedelta(days=first.weekday())
    count = ((last - start).days // 7) + 1
    return [[start + timedelta(days=7 * week + day) for day in range(7)] for week in range(count)]
