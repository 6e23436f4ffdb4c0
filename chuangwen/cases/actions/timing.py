"""More time, and rest: extensions that a unit asks for, deferrals against a plan."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.cases import clocks
from chuangwen.cases.actions.assigning import limit_on, started
from chuangwen.cases.actions.base import take, text, write
from chuangwen.cases.errors import Incomplete
from chuangwen.cases.models import Case, Verb
from chuangwen.kernel import clock, office_calendar
from chuangwen.kernel.access import Actor

MOST_DAYS = 60
LONGEST_DEFERRAL_DAYS = 3 * 366


def ask_extension(actor: Actor, *, case_id: int, days: int, reason: str, expected_version: int | None = None) -> Case:
    """The unit asks for ``days`` more working days (1 to 60). The clock goes on until the office answers."""
    with transaction.atomic():
        case = take(actor, Verb.ASK_EXTENSION, case_id, expected_version)
        words = text(reason, "reason", limit=300, required=_("Say why more time is needed."))
        _days(days)
        write(
            actor, Verb.ASK_EXTENSION, case, {"extension_asked": days, "extension_reason": words}, note=words, data={"days": days}
        )
    return case


def grant_extension(
    actor: Actor, *, case_id: int, days: int | None = None, note: str = "", expected_version: int | None = None
) -> Case:
    """Grant what was asked for, or another number of working days. The deadline moves to the end of that many working days after it."""
    with transaction.atomic():
        case = take(actor, Verb.GRANT_EXTENSION, case_id, expected_version)
        granted = case.extension_asked if days is None else days
        assert granted is not None
        _days(granted)
        now, asked = clock.now(), case.extension_asked
        changes = going_on(case, now, extension_days=case.extension_days + granted)
        data = {"asked": asked, "days": granted, "due_at": changes["due_at"].isoformat()}
        write(
            actor,
            Verb.GRANT_EXTENSION,
            case,
            changes | {"extension_asked": None, "extension_reason": ""},
            note=text(note, "note"),
            data=data,
            now=now,
        )
    return case


def deny_extension(actor: Actor, *, case_id: int, reason: str, expected_version: int | None = None) -> Case:
    """Say no to more time, and why. The deadline stays."""
    with transaction.atomic():
        case = take(actor, Verb.DENY_EXTENSION, case_id, expected_version)
        words = text(reason, "reason", required=_("Say why no more time is given."))
        write(
            actor,
            Verb.DENY_EXTENSION,
            case,
            {"extension_asked": None, "extension_reason": ""},
            note=words,
            data={"asked": case.extension_asked},
        )
    return case


def _days(days: int) -> None:
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MOST_DAYS:
        raise Incomplete(_("From 1 to %(count)d working days.") % {"count": MOST_DAYS}, "cases.days", field="days")


def defer(actor: Actor, *, case_id: int, until: date, reason: str, plan: str, expected_version: int | None = None) -> Case:
    """Put a case off until a day against a plan (works, a budget). Its clock stands still meanwhile; at the end of the day the job wakes it.

    A deferred case may be deferred anew: the plan moved. Raises Incomplete without reason or plan, and for a day that is not to come.
    """
    with transaction.atomic():
        case = take(actor, Verb.DEFER, case_id, expected_version)
        now = clock.now()
        words = text(reason, "reason", limit=300, required=_("Say why it has to be deferred."))
        aim = text(plan, "plan", limit=300, required=_("Say against which plan it is deferred."))
        if not 0 < (until - clock.today()).days <= LONGEST_DEFERRAL_DAYS:
            raise Incomplete(
                _("A case is deferred to a day to come, at most three years ahead."), "cases.deferred_until", field="until"
            )
        changes: dict[str, Any] = {
            "deferred_until": until, "deferred_reason": words, "deferred_plan": aim, "paused_at": case.paused_at or now, "urgency": "none",
            "next_at": clocks.end_of_day(office_calendar.calendar(), until), "extension_asked": None, "extension_reason": "",
        }  # fmt: skip
        write(actor, Verb.DEFER, case, changes, note=words, data={"until": until.isoformat(), "plan": aim}, now=now)
    return case


def resume(actor: Actor, *, case_id: int, note: str = "", expected_version: int | None = None) -> Case:
    """Take a deferred case up again. Its clock goes on where it stood."""
    with transaction.atomic():
        case = take(actor, Verb.RESUME, case_id, expected_version)
        now = clock.now()
        changes = going_on(case, now) | {"deferred_until": None, "signed_at": case.signed_at or now}
        write(actor, Verb.RESUME, case, changes, note=text(note, "note"), data={"due_at": changes["due_at"].isoformat()}, now=now)
    return case


def going_on(case: Case, now: datetime, *, extension_days: int | None = None) -> dict[str, Any]:
    """The columns of a case's clock that goes on at ``now``: an open pause ends, days are added."""
    pauses = clocks.paused(case.pauses, since=case.paused_at, until=now)
    days = case.extension_days if extension_days is None else extension_days
    return started(limit_on(case), now, pauses=pauses, start=case.clock_at or case.dispatched_at, extension_days=days)
