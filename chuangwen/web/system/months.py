"""A year as twelve small months: what each day is, and the holidays in words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Special:
    """What the calendar says of a day that is not as its weekday would be, or that an office has set."""

    works: bool
    name: str
    own: bool  # set by the office, not by the State Council's notice


@dataclass(frozen=True)
class Day:
    """``kind``: plain (a weekday that is worked), rest (a free Saturday or Sunday), off (a holiday), work (a shifted working day)."""

    day: date
    kind: str
    name: str
    own: bool
    today: bool


@dataclass(frozen=True)
class Span:
    """Days in a row of one name and kind."""

    first: date
    last: date
    kind: str
    name: str
    own: bool


@dataclass(frozen=True)
class Month:
    first: date
    weeks: list[list[Day | None]]
    spans: list[Span]
    worked: int


def months_of(year: int, special: Mapping[date, Special], today: date) -> list[Month]:
    """The twelve months; weeks begin on Monday, places outside the month are None."""
    return [_month(date(year, number, 1), special, today) for number in range(1, 13)]


def _month(first: date, special: Mapping[date, Special], today: date) -> Month:
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    days = [_day(first + timedelta(days=n), special, today) for n in range((following - first).days)]
    cells: list[Day | None] = [*[None] * first.weekday(), *days]
    cells += [None] * (-len(cells) % 7)
    weeks = [cells[n : n + 7] for n in range(0, len(cells), 7)]
    return Month(first, weeks, _spans(days, special), sum(day.kind in ("plain", "work") for day in days))


def _day(day: date, special: Mapping[date, Special], today: date) -> Day:
    weekend, found = day.weekday() >= 5, special.get(day)
    if found is None:
        kind = "rest" if weekend else "plain"
    elif found.works:
        kind = "work" if weekend else "plain"
    else:
        kind = "off"
    return Day(day, kind, found.name if found else "", bool(found and found.own), day == today)


def _spans(days: list[Day], special: Mapping[date, Special]) -> list[Span]:
    spans: list[Span] = []
    for day in days:
        if day.day not in special or day.kind == "plain" and not day.own:
            continue
        before = spans[-1] if spans else None
        if (
            before
            and before.last + timedelta(days=1) == day.day
            and (before.kind, before.name, before.own) == (day.kind, day.name, day.own)
        ):
            spans[-1] = Span(before.first, day.day, day.kind, day.name, day.own)
        else:
            spans.append(Span(day.day, day.day, day.kind, day.name, day.own))
    return spans
