"""On which days something recurs: the part of RFC 5545 rules that an office needs, read strictly.

A rule is text (``FREQ=WEEKLY;BYDAY=MO,WE``); python-dateutil unrolls it. What an office never means is refused: hours and seconds, a
number of repetitions, an end of its own (a duty has one). Pure: no database, no clock, no calendar of holidays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.rrule import rrulestr

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PARTS = ("FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS")
MOST_INTERVAL = 52
LONGEST = 200
_DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")


class WrongRule(ValueError):
    """A rule that cannot be read; ``part`` is the part that is wrong."""

    def __init__(self, part: str):
        super().__init__(part)
        self.part = part


@dataclass(frozen=True)
class Rule:
    """A rule that was read. ``by_day`` holds (nth or None, weekday from 0 for Monday)."""

    frequency: str
    interval: int = 1
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    by_day: tuple[tuple[int | None, int], ...] = ()
    positions: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The rule as RFC 5545 writes it, always the same way."""
        parts = [f"FREQ={self.frequency}"]
        if self.interval != 1:
            parts.append(f"INTERVAL={self.interval}")
        for name, values in (("BYMONTH", self.months), ("BYMONTHDAY", self.month_days)):
            if values:
                parts.append(f"{name}={','.join(map(str, values))}")
        if self.by_day:
            parts.append("BYDAY=" + ",".join(f"{nth or ''}{WEEKDAYS[day]}" for nth, day in self.by_day))
        if self.positions:
            parts.append(f"BYSETPOS={','.join(map(str, self.positions))}")
        return ";".join(parts)


def read(text: str) -> Rule:
    """A rule from its text. Raises WrongRule with the part that is wrong."""
    plain = text.strip().upper().removeprefix("RRULE:")
    if not plain or len(plain) > LONGEST:
        raise WrongRule("FREQ")
    parts: dict[str, str] = {}
    for piece in plain.split(";"):
        name, mark, value = piece.partition("=")
        if not mark or not value or name not in PARTS or name in parts:
            raise WrongRule(piece[:40])
        parts[name] = value
    frequency = parts.get("FREQ", "")
    if frequency not in FREQUENCIES:
        raise WrongRule("FREQ")
    rule = Rule(
        frequency,
        _numbers(parts, "INTERVAL", range(1, MOST_INTERVAL + 1), one=True)[0] if "INTERVAL" in parts else 1,
        _numbers(parts, "BYMONTH", range(1, 13)),
        _numbers(parts, "BYMONTHDAY", (*range(1, 32), *range(-31, 0))),
        _weekdays(parts.get("BYDAY", "")),
        _numbers(parts, "BYSETPOS", (*range(1, 32), *range(-31, 0))),
    )
    if rule.month_days and frequency == "WEEKLY":
        raise WrongRule("BYMONTHDAY")
    if any(nth for nth, _day in rule.by_day) and frequency not in ("MONTHLY", "YEARLY"):
        raise WrongRule("BYDAY")
    if rule.positions and not (rule.by_day or rule.month_days):
        raise WrongRule("BYSETPOS")
    return rule


def _numbers(parts: dict[str, str], name: str, allowed: Sequence[int], *, one: bool = False) -> tuple[int, ...]:
    if name not in parts:
        return ()
    found = []
    for word in parts[name].split(","):
        if not re.fullmatch(r"[+-]?[0-9]{1,3}", word) or int(word) not in allowed:
            raise WrongRule(f"{name}={parts[name]}"[:40])
        found.append(int(word))
    if one and len(found) != 1:
        raise WrongRule(f"{name}={parts[name]}"[:40])
    return tuple(sorted(set(found)))


def _weekdays(text: str) -> tuple[tuple[int | None, int], ...]:
    if not text:
        return ()
    found = set()
    for word in text.split(","):
        match = _DAY.fullmatch(word)
        if match is None:
            raise WrongRule(f"BYDAY={text}"[:40])
        found.add((int(match[1]) if match[1] else None, WEEKDAYS.index(match[2])))
    return tuple(sorted(found, key=lambda pair: (pair[0] or 0, pair[1])))


def days(rule: Rule, *, begins: date, first: date, last: date) -> list[date]:
    """The days of the rule from ``first`` to ``last``, both inside. ``begins`` anchors it: from there weeks and months are counted."""
    if last < first or last < begins:
        return []
    until = _midnight(last)
    unrolled = rrulestr(f"{rule.text};UNTIL={until:%Y%m%dT%H%M%S}", dtstart=_midnight(begins))
    return [moment.date() for moment in unrolled.between(_midnight(first), until, inc=True)]


def _midnight(day: date) -> datetime:
    """The day as dateutil takes it: no zone, no clock, days alone."""
    return datetime.combine(day, time.min)


def week_of(day: date) -> date:
    """The Monday of the week of a day."""
    return day - timedelta(days=day.weekday())
