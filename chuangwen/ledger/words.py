"""The ledger in words: totals with their unit of measure, thresholds, days."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chuangwen.ledger.models import Fact, Metric
from chuangwen.ledger.queries import Total
from chuangwen.web import formatting


def total(found: Total) -> str:
    """315 条, 96.4%, or a dash."""
    if found.shown is None:
        return formatting.EMPTY
    if found.metric.is_share:
        return f"{formatting.number(found.shown, found.metric.digits)}%"
    return f"{plain(found.shown):,f}"


def plain(number: Decimal) -> Decimal:
    """Without needless noughts: 25199, not 25199.000."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def measure(metric: Metric) -> str:
    """In what a total is told."""
    return "" if metric.is_share else metric.measure


def threshold(metric: Metric) -> str:
    """≥ 96%, ≥ 2 轮 每月; empty for none."""
    if metric.target is None:
        return ""
    sign = "≥" if metric.direction == Metric.Direction.AT_LEAST else "≤"
    number = f"{metric.target.normalize():f}"
    unit = "%" if metric.is_share else f" {metric.measure}"
    span = f" {metric.get_span_display()}" if metric.span else ""
    return f"{sign} {number}{unit}{span}"


def reporter(metric: Metric) -> str:
    """The kind of units that is asked for it; any unit where none is named."""
    return str(metric.get_reporter_kind_display()) if metric.reporter_kind else _("any unit")


def kept(found: Total) -> tuple[str, str] | None:
    """Whether the threshold is kept, in words and tone; None where there is none."""
    if found.kept is None:
        return None
    return (pgettext("ledger", "kept"), "ok") if found.kept else (pgettext("ledger", "missed"), "bad")


def days(first: Any, last: Any) -> str:
    """A day, or from one to another."""
    return formatting.day(last) if first == last else f"{formatting.day(first)} – {formatting.day(last)}"


def of_fact(fact: Fact) -> str:
    return days(fact.starts_on, fact.ends_on)


def standing(fact: Fact) -> tuple[str, str]:
    """Whether a fact counts, in words and tone."""
    if fact.counts:
        return _("counts"), "ok"
    return (pgettext("ledger", "taken back"), "quiet") if fact.void else (_("replaced"), "quiet")


def bucket(kind: str, first: Any, last: Any) -> str:
    """How a bar is called: 11月20日, 11月16日起的周, 2026年11月."""
    if kind == "day":
        return formatting.short_day(first)
    if kind == "year":
        return str(first.year)
    if kind == "month":
        return formatting.month(first)
    return f"{first.month}/{first.day}–{last.month}/{last.day}"
