"""The periods that papers tell of: a week, a month, a quarter, a year, or any days. Pure; the clock is passed in.

Weeks begin on Monday (GB/T 7408).
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from chuangwen.kernel.clock import LOCAL
from chuangwen.kernel.worktime import WorkCalendar

EVERY = ("week", "month", "quarter", "year")
SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.\.|/|~)(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both inside."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise ValueError(f"a period ends no earlier than it begins: {self.start} to {self.end}")

    @property
    def kind(self) -> str:
        """week, month, quarter, year, or free."""
        for every in EVERY:
            if period_of(every, self.start) == self:
                return every
        return "free"

    @property
    def label(self) -> str:
        """As papers print it: 2026年11月, 2026年第四季度, 2026年11月16日至22日."""
        match self.kind:
            case "month":
                return f"{self.start.year}年{self.start.month}月"
            case "quarter":
                return f"{self.start.year}年第{'一二三四'[(self.start.month - 1) // 3]}季度"
            case "year":
                return f"{self.start.year}年"
        return self.days

    @property
    def days(self) -> str:
        """The days themselves: 2026年11月16日至22日."""
        first, last = self.start, self.end
        begin = f"{first.year}年{first.month}月{first.day}日"
        if first == last:
            return begin
        if first.year != last.year:
            return f"{begin}至{last.year}年{last.month}月{last.day}日"
        return f"{begin}至{last.day}日" if first.month == last.month else f"{begin}至{last.month}月{last.day}日"

    @property
    def word(self) -> str:
        """本周, 本月 …, for sentences."""
        return {"week": "本周", "month": "本月", "quarter": "本季度", "year": "本年度"}.get(self.kind, "期间")

    def before(self) -> "Period":
        """The period of the same sort before this one; for any days, as many days before."""
        if self.kind == "free":
            length = self.end - self.start + timedelta(days=1)
            return Period(self.start - length, self.start - timedelta(days=1))
        return period_of(self.kind, self.start - timedelta(days=1))


def period_of(every: str, day: date) -> Period:
    """The week, month, quarter or year in which a day lies. ValueError for another word."""
    if every == "week":
        start = day - timedelta(days=day.weekday())
        return Period(start, start + timedelta(days=6))
    if every == "year":
        return Period(date(day.year, 1, 1), date(day.year, 12, 31))
    if every not in ("month", "quarter"):
        raise ValueError(f"no such period: {every}")
    months = 1 if every == "month" else 3
    first = day.month - (day.month - 1) % months
    start = date(day.year, first, 1)
    after = date(day.year + (first + months > 12), (first + months - 1) % 12 + 1, 1)
    return Period(start, after - timedelta(days=1))


def read_period(text: str, today: date) -> Period:
    """``week``, ``month``, ``quarter``, ``year``: the one today lies in; ``last-week`` …: the one before; ``2026-11``, ``2026Q4``, ``2026``,
    ``2026-W47``, ``2026-11-01..2026-11-15``. Raises ValueError."""
    text = text.strip()
    if text in EVERY:
        return period_of(text, today)
    if text.startswith("last-") and text[5:] in EVERY:
        return period_of(text[5:], today).before()
    if found := SPAN.fullmatch(text):
        return Period(date.fromisoformat(found[1]), date.fromisoformat(found[2]))
    if found := re.fullmatch(r"(\d{4})-W(\d{1,2})", text):
        return period_of("week", date.fromisocalendar(int(found[1]), int(found[2]), 1))
    if found := re.fullmatch(r"(\d{4})[-]?Q([1-4])", text):
        return period_of("quarter", date(int(found[1]), int(found[2]) * 3, 1))
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})", text):
        return period_of("month", date(int(found[1]), int(found[2]), 1))
    if re.fullmatch(r"\d{4}", text):
        return period_of("year", date(int(text), 1, 1))
    raise ValueError(f"no such period: {text}")


def due_moment(every: str, day: int, at: time, within: date, calendar: WorkCalendar, *, on_workday: bool) -> datetime:
    """When a schedule comes due in the period in which ``within`` lies; moved to the next worked day where asked."""
    found = period_of(every, within).start + timedelta(days=day - 1)
    if on_workday and not calendar.is_workday(found):
        found = calendar.workday_after(found)
    return datetime.combine(found, at, LOCAL)


def due_periods(
    every: str, day: int, at: time, since: datetime, now: datetime, calendar: WorkCalendar, *, on_workday: bool, most: int = 4
) -> list[tuple[Period, datetime]]:
    """The periods whose paper has come due after ``since`` and by ``now``, oldest first, at most the newest ``most``, each with its moment.

    The paper that is due in one period tells of the one before.
    """
    found: list[tuple[Period, datetime]] = []
    current = period_of(every, now.astimezone(LOCAL).date())
    while len(found) < most:
        moment = due_moment(every, day, at, current.start, calendar, on_workday=on_workday)
        if moment <= since:
            break
        if moment <= now:
            found.append((current.before(), moment))
        current = current.before()
    return found[::-1]
