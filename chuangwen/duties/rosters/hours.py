"""Shifts as people write them, one a line: 早高峰 07:30-09:00 2人 工作日. Pure.

A line has a name, one or two spans of hours (07:30-09:00,17:30-19:00), how many people (2人, or 2-3人: two are needed and three may stand there)
and perhaps the days (每天, 工作日, 休息日).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

DAY = 24 * 60
EVERY, WORKDAYS, DAYS_OFF = "every", "workdays", "off"
WORDS = {"每天": EVERY, "每日": EVERY, "天天": EVERY, "工作日": WORKDAYS, "休息日": DAYS_OFF, "节假日": DAYS_OFF, "双休日": DAYS_OFF}
TOLD = {EVERY: "每天", WORKDAYS: "工作日", DAYS_OFF: "休息日"}
SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
PEOPLE = re.compile(r"(\d{1,3})(?:-(\d{1,3}))?人")
MOST_SHIFTS, MOST_SPANS, MOST_PEOPLE, LONGEST_NAME = 8, 2, 500, 20


class WrongShift(ValueError):
    """A line that cannot be read. ``line`` is the line, ``why`` a word: name, hours, people, twice, many, overlap."""

    def __init__(self, line: str, why: str):
        super().__init__(f"{why}: {line}")
        self.line, self.why = line, why


@dataclass(frozen=True)
class Shift:
    """A shift as it is written. ``windows``: minutes of the day."""

    name: str
    windows: tuple[tuple[int, int], ...]
    least: int = 1
    most: int = 1
    days: str = EVERY

    @property
    def text(self) -> str:
        people = f"{self.least}人" if self.least == self.most else f"{self.least}-{self.most}人"
        return f"{self.name} {told(self.windows)} {people} {TOLD[self.days]}"


def told(windows: Sequence[tuple[int, int]]) -> str:
    """07:30-09:00,17:30-19:00."""
    return ",".join(f"{clock(start)}-{clock(end)}" for start, end in windows)


def clock(minute: int) -> str:
    return "24:00" if minute == DAY else f"{minute % DAY // 60:02d}:{minute % 60:02d}"


def bounds(windows: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """From the first beginning to the last end, in minutes from the midnight before; an end that is not after its beginning is tomorrow's."""
    start = windows[0][0]
    first, last = windows[-1]
    return start, last if last > first else last + DAY


def read(text: str) -> list[Shift]:
    """All lines of a text. Raises WrongShift."""
    lines = [line for line in (part.strip() for part in re.split(r"[\n;；]", unicodedata.normalize("NFKC", text))) if line]
    if len(lines) > MOST_SHIFTS:
        raise WrongShift(lines[MOST_SHIFTS], "many")
    shifts = [_line(line) for line in lines]
    names: set[str] = set()
    for shift in shifts:
        if shift.name in names:
            raise WrongShift(shift.name, "twice")
        names.add(shift.name)
    return shifts


def _line(line: str) -> Shift:
    plain = line.replace("—", "-").replace("–", "-").replace("~", "-").replace("至", "-").replace("、", ",").replace(" - ", "-")
    spans = SPAN.findall(plain)
    people = PEOPLE.search(plain)
    days = next((word for word in WORDS if word in plain), None)
    name = SPAN.sub(" ", plain)
    name = PEOPLE.sub(" ", name) if people else name
    name = (name.replace(days, " ") if days else name).replace(",", " ")
    name = "".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise WrongShift(line, "name")
    if not 1 <= len(spans) <= MOST_SPANS:
        raise WrongShift(line, "hours")
    windows = []
    for start_hour, start_minute, end_hour, end_minute in spans:
        start, end = int(start_hour) * 60 + int(start_minute), int(end_hour) * 60 + int(end_minute)
        if int(start_minute) > 59 or int(end_minute) > 59 or start >= DAY or end > DAY or start == end:
            raise WrongShift(line, "hours")
        windows.append((start, end))
    if len(windows) == MOST_SPANS and not windows[0][0] < windows[0][1] <= windows[1][0]:
        raise WrongShift(line, "overlap")
    least = int(people[1]) if people else 1
    most = int(people[2]) if people and people[2] else max(least, 1)
    if not (least <= most and 1 <= most <= MOST_PEOPLE):
        raise WrongShift(line, "people")
    return Shift(name, tuple(windows), least, most, WORDS[days] if days else EVERY)
