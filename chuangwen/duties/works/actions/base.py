"""The life of a work as actions take and write it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from chuangwen.duties.works.models import Work, WorkEvent
from chuangwen.duties.works.states import Step, after
from chuangwen.kernel import clock
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.lives import Life

PLAN, KEEP = "duties.plan_works", "duties.keep_works"
POLICY = dict.fromkeys(Step, KEEP) | dict.fromkeys((Step.PLAN, Step.EDIT, Step.GRANT, Step.CALL_OFF, Step.DEFER, Step.RETURN), PLAN)
LIFE = Life(Work, WorkEvent, "work", after, POLICY, ("unit", "division"))
MOST_YUAN = Decimal(10) ** 11
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


def refuse(message: str, code: str, field: str | None = None) -> Refusal:
    return Refusal(message, f"works.{code}", field=field)


def yuan(value: Decimal | None, field: str, *, needed: bool = True, above: bool = True) -> Decimal | None:
    """A sum of money, exact to the fen. Raises Refusal: none, not above nought, too large, finer than a fen."""
    if value is None:
        if needed:
            raise refuse(_("Give the sum."), "money", field)
        return None
    if not value.is_finite() or not 0 <= value <= MOST_YUAN or (above and value == 0):
        raise refuse(_("This is no sum of money."), "money", field)
    if value != round(value, 2):
        raise refuse(_("A sum is exact to the fen: at most two places after the point."), "money", field)
    return round(value, 2)


def planned_days(start: date, end: date) -> None:
    """Planned days that can be. Raises Refusal."""
    if not EARLIEST <= start <= LATEST or not EARLIEST <= end <= LATEST:
        raise refuse(_("The day lies too far away."), "days", "planned_start")
    if end < start:
        raise refuse(_("The last day lies before the first."), "days", "planned_end")


def past_day(day: date, field: str) -> date:
    """A day of something that has happened. Raises Refusal."""
    if not EARLIEST <= day <= clock.today():
        raise refuse(_("The day lies in the future or too far back."), "days", field)
    return day
