"""The Gantt chart as shares of its width: bars, the line of today, the months above. Pure; a template draws it as SVG, which needs no script,
reads on a phone and prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

MOST_LABELS = 6
LEAST_WIDTH = 0.6
"""A bar of a day is still seen: percent of the width."""
LONGEST = 366 * 12


@dataclass(frozen=True)
class Span:
    """What becomes a line: planned days, actual ones as far as they are known, and what it is."""

    planned_start: date
    planned_end: date
    started_on: date | None = None
    ended_on: date | None = None
    subject: Any = None
    over: bool = False


@dataclass(frozen=True)
class Bar:
    """``left`` and ``width`` in percent of the chart; ``tone`` is plan, ok, warn or bad."""

    left: float
    width: float
    tone: str


@dataclass(frozen=True)
class Line:
    subject: Any
    plan: Bar
    actual: Bar | None


@dataclass(frozen=True)
class Mark:
    """A month that begins here; ``label`` false: only the line is drawn."""

    left: float
    month: date
    label: bool


@dataclass(frozen=True)
class Drawing:
    """The whole chart. ``today`` None: it lies outside."""

    first: date
    last: date
    lines: list[Line]
    months: list[Mark]
    today: float | None


def draw(spans: Sequence[Span], today: date) -> Drawing | None:
    """The chart of all spans, from the first day of the first month to the last day of the last. None of none."""
    if not spans:
        return None
    first = min(min(span.planned_start, span.started_on or span.planned_start) for span in spans).replace(day=1)
    last = max(max(span.planned_end, _actual_end(span, today) or span.planned_end) for span in spans)
    if (last - first).days > LONGEST:
        last = first + timedelta(days=LONGEST)
    last = _month_after(last) - timedelta(days=1)
    days = (last - first).days + 1

    def at(day: date) -> float:
        return round(min(max((day - first).days, 0), days) * 100 / days, 3)

    def bar(start: date, end: date, tone: str) -> Bar:
        left = min(at(start), 100 - LEAST_WIDTH)
        return Bar(left, round(max(at(end + timedelta(days=1)) - left, LEAST_WIDTH), 3), tone)

    lines = []
    for span in spans:
        end = _actual_end(span, today)
        actual = bar(span.started_on, end, tone_of(span, today)) if span.started_on is not None and end is not None else None
        lines.append(Line(span.subject, bar(span.planned_start, span.planned_end, "plan"), actual))
    months, month = [], first
    while month <= last:
        months.append(month)
        month = _month_after(month)
    every = -(-len(months) // MOST_LABELS)
    marks = [Mark(at(month), month, number % every == 0) for number, month in enumerate(months)]
    return Drawing(first, last, lines, marks, at(today) if first <= today <= last else None)


def tone_of(span: Span, today: date) -> str:
    """bad: past its planned end and not over; warn: ended late; ok otherwise."""
    if span.ended_on is not None:
        return "warn" if span.ended_on > span.planned_end else "ok"
    return "bad" if today > span.planned_end and not span.over else "ok"


def _actual_end(span: Span, today: date) -> date | None:
    """How far it has come: its end, else today."""
    if span.started_on is None:
        return None
    return max(span.started_on, span.ended_on or today)


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
