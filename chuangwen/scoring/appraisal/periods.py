"""Weeks, months, quarters and years: their days and names, the one before, what a longer one is made of. Pure.

Weeks begin on Monday (ISO 8601).
"""

from dataclasses import dataclass
from datetime import date, timedelta

PERIODS = ("week", "month", "quarter", "year")


@dataclass(frozen=True, order=True)
class Span:
    """One period: its first and last day, both counted."""

    start: date
    end: date
    kind: str

    @property
    def label(self) -> str:
        """As papers call it: 2026年第45周, 2026年10月, 2026年第4季度, 2026年."""
        if self.kind == "week":
            year, week, _day = self.start.isocalendar()
            return f"{year}年第{week}周"
        if self.kind == "month":
            return f"{self.start.year}年{self.start.month}月"
        if self.kind == "quarter":
            return f"{self.start.year}年第{(self.start.month + 2) // 3}季度"
        return f"{self.start.year}年"

    @property
    def before(self) -> "Span":
        return span_of(self.kind, self.start - timedelta(days=1))

    def since(self, first: "Span") -> list["Span"]:
        """The periods of the same kind from ``first`` up to the one before this, in their order, none left out."""
        found, one = [], self.before
        while one.start >= first.start:
            found.append(one)
            one = one.before
        return found[::-1]

    def parts(self, kind: str) -> list["Span"]:
        """The shorter periods that begin inside this one, in their order."""
        found, day = [], self.start
        while day <= self.end:
            part = span_of(kind, day)
            if part.start >= self.start:
                found.append(part)
            day = part.end + timedelta(days=1)
        return found


def span_of(kind: str, day: date) -> Span:
    """The period of this kind in which a day lies. Raises ValueError for an unknown kind."""
    if kind == "week":
        start = day - timedelta(days=day.weekday())
        return Span(start, start + timedelta(days=6), kind)
    if kind == "month":
        start = day.replace(day=1)
        return Span(start, (start + timedelta(days=31)).replace(day=1) - timedelta(days=1), kind)
    if kind == "quarter":
        start = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        return Span(start, (start + timedelta(days=95)).replace(day=1) - timedelta(days=1), kind)
    if kind == "year":
        return Span(date(day.year, 1, 1), date(day.year, 12, 31), kind)
    raise ValueError(kind)


def weekly_bulletins(due: date, until: date) -> int:
    """In how many weekly bulletins a case stood as overdue: one goes out every Monday after the day that it was due, up to ``until``."""
    first = due + timedelta(days=7 - due.weekday())
    return 0 if until < first else (until - first).days // 7 + 1
