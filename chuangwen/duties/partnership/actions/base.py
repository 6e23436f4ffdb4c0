"""The life of a pair as actions take and write it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from chuangwen.duties.partnership.models import Partnership, PartnershipEvent
from chuangwen.duties.partnership.states import Step, after
from chuangwen.kernel import clock
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.lives import Life

PAIR, KEEP = "duties.pair_units", "duties.keep_partnership"
POLICY = dict.fromkeys(Step, KEEP) | dict.fromkeys((Step.PAIR, Step.EDIT, Step.CALL_OFF, Step.REOPEN), PAIR)
LIFE = Life(Partnership, PartnershipEvent, "partnership", after, POLICY, ("unit__division", "division"))
EARLIEST = date(2000, 1, 1)


def refuse(message: str, code: str, field: str | None = None) -> Refusal:
    return Refusal(message, f"duties.{code}", field=field)


def past_day(day: date, field: str = "day") -> date:
    """A day of something that has happened. Raises Refusal."""
    if not EARLIEST <= day <= clock.today():
        raise refuse(_("The day lies in the future or too far back."), "partner_day", field)
    return day


def coming_day(day: date, field: str) -> date:
    """A day of something that is planned. Raises Refusal."""
    if not EARLIEST <= day <= date(2100, 1, 1):
        raise refuse(_("The day lies too far away."), "partner_day", field)
    return day


def active(pair: Partnership, day: date) -> dict[str, Any]:
    """What changes when something was done on a day."""
    return {"last_active_on": max(pair.last_active_on, day)}
