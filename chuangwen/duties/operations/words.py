"""Operations in words: states, quantities, shares, how far they are."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chuangwen.duties.operations import rules
from chuangwen.duties.operations.models import Operation
from chuangwen.kernel import clock
from chuangwen.ledger.models import Metric
from chuangwen.ledger.rules import rounded
from chuangwen.web import formatting
from chuangwen.web.templatetags.web import badge

State = Operation.State
TONES = {State.DRAFT: "quiet", State.RUNNING: "wait", State.ENDED: "warn", State.REPORTED: "ok", State.CANCELLED: "quiet"}


def state(operation: Operation) -> Any:
    return badge(operation.get_state_display(), TONES[State(operation.state)])


def days(operation: Operation) -> str:
    """2026年9月11日 – 9月30日"""
    return f"{formatting.day(operation.starts_on)} – {formatting.short_day(operation.ends_on, operation.starts_on)}"


def when(operation: Operation) -> str:
    """Where in its time it is: day 5 of 20, begins on 11月3日, over."""
    today = clock.today()
    length = (operation.ends_on - operation.starts_on).days + 1
    if today < operation.starts_on:
        return _("begins on %(day)s") % {"day": formatting.short_day(operation.starts_on, today)}
    if operation.state == State.RUNNING and today <= operation.ends_on:
        return _("day %(n)d of %(length)d") % {"n": (today - operation.starts_on).days + 1, "length": length}
    return ngettext("%(n)d day", "%(n)d days", length) % {"n": length}


def quantity(number: Decimal | None, digits: int = 4) -> str:
    """12,345.6: without needless noughts, at most so many places."""
    if number is None:
        return formatting.EMPTY
    exact = rounded(Fraction(number), digits) or Decimal(0)
    whole = exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()
    return f"{whole:,f}"


def rate(value: Fraction | None, digits: int = 2) -> str:
    """A result for each unit of effort, rounded half up."""
    return formatting.EMPTY if value is None else quantity(rounded(value, digits))


def share(standing: rules.Standing) -> str:
    """96.4%; a dash without a target."""
    return formatting.EMPTY if standing.share is None else f"{rounded(standing.share * 100, 1)}%"


def pace(standing: rules.Standing) -> tuple[str, str]:
    """Whether it is reached, on its way or behind, in word and tone; empty where nothing is promised."""
    if standing.share is None:
        return "", ""
    if standing.share >= 1:
        return _("reached"), "ok"
    if standing.time >= 1:
        return _("not reached"), "warn"
    return (_("behind an even pace"), "warn") if standing.behind else (_("on its way"), "ok")


def still(standing: rules.Standing, metric: Metric) -> str:
    """What is missing, and what each day left has to bring: rounded up to what the metric counts in, or it would not be reached."""
    if not standing.missing:
        return ""
    missing = f"{quantity(standing.missing)}{metric.measure}"
    if standing.per_day is None:
        return _("%(missing)s missing") % {"missing": missing}
    step = 10**metric.digits
    each = Decimal(-(-standing.per_day * step // 1)) / step
    return _("%(missing)s missing: %(each)s on each of %(days)d days left") % {
        "missing": missing, "each": f"{quantity(each)}{metric.measure}", "days": standing.days_left,
    }  # fmt: skip
