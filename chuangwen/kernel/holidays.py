"""The statutory calendar of China as data: days off and shifted working days of each year, as the State Council's notice
of that year says. A year whose notice is not out yet is listed as not published and follows the plain week until then.

The data lies in ``data/holidays-cn.json``; an administrator's own entries (CalendarDay) come on top of it.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from chuangwen.kernel.worktime import DayKind, WorkCalendar

DATA = Path(__file__).parent / "data" / "holidays-cn.json"


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day that is not as its weekday would be; ``name`` is the festival's, in Chinese."""

    day: date
    kind: DayKind
    name: str


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """A year; ``published``: whether the notice was out when this was released; ``source`` is its title."""

    year: int
    published: bool
    source: str
    days: tuple[Holiday, ...]


@lru_cache(maxsize=1)
def holiday_years() -> dict[int, HolidayYear]:
    """Every year that the data lists, the unpublished included."""
    book = json.loads(DATA.read_text(encoding="utf-8"))
    years = {}
    for text, entry in book["years"].items():
        days = tuple(
            Holiday(date.fromisoformat(day), kind, name)
            for kind in DayKind
            for name, listed in entry[kind.value].items()
            for day in listed
        )
        ordered = tuple(sorted(days, key=lambda holiday: holiday.day))
        years[int(text)] = HolidayYear(int(text), entry["published"], entry["source"], ordered)
    return years


def is_published(year: int) -> bool:
    """Whether the days off of ``year`` are known; where not, deadlines in it are provisional."""
    entry = holiday_years().get(year)
    return entry is not None and entry.published


def statutory_days() -> dict[date, DayKind]:
    """The exceptions from the plain week in all published years."""
    return {holiday.day: holiday.kind for entry in holiday_years().values() for holiday in entry.days}


@lru_cache(maxsize=1)
def statutory_calendar() -> WorkCalendar:
    """The calendar of the published years with the usual working hours."""
    return WorkCalendar(statutory_days())
