"""A case goes to its unit: dispatched, signed for or refused, redispatched, passed on inside the unit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.cases.actions.assigning import Choice, arbitration_limit, check_units, choose, limit_of, started
from chuangwen.cases.actions.base import take, text, word, write
from chuangwen.cases.errors import Incomplete, NoOwner
from chuangwen.cases.models import Case, CaseParty, Verb
from chuangwen.cases.rules import under
from chuangwen.kernel import clock, office_calendar
from chuangwen.kernel.access import Actor
from chuangwen.kernel.worktime import Limit
from chuangwen.people.models import Unit


def dispatch(
    actor: Actor,
    *,
    case_id: int,
    lead: Unit | None = None,
    assists: Sequence[Unit] | None = None,
    limit: Limit | None = None,
    note: str = "",
    expected_version: int | None = None,
) -> Case:
    """Send a case to the unit that has to put it right, and start its clock.

    Without ``lead`` the rules of responsibility choose (and the assisting units with it); without ``limit`` the table of deadlines does.
    Raises NoOwner when no rule names a unit, Incomplete for a unit that has ended or belongs to another town.
    """
    with transaction.atomic():
        case = take(actor, Verb.DISPATCH, case_id, expected_version)
        _send(actor, Verb.DISPATCH, case, _choice(actor, Verb.DISPATCH, case, lead, assists), limit, note, clock.now())
    return case


def redispatch(
    actor: Actor,
    *,
    case_id: int,
    lead: Unit | None = None,
    assists: Sequence[Unit] | None = None,
    limit: Limit | None = None,
    note: str = "",
    expected_version: int | None = None,
) -> Case:
    """Send a case to another unit, or, after a refusal, back to the same one. A new clock begins. What was decided over a refusal binds:
    whoever gets the case by arbitration cannot refuse it again.

    The event tells how long the refusal waited, in working minutes.
    """
    with transaction.atomic():
        case = take(actor, Verb.REDISPATCH, case_id, expected_version)
        now = clock.now()
        data: dict[str, Any] = {"from": str(case.lead_unit or "")}
        if case.refused_at is not None:
            data["waited_minutes"] = round(office_calendar.calendar().working_minutes_between(case.refused_at, now))
        more = {"binding": case.refused_at is not None, "refused_at": None}
        _send(actor, Verb.REDISPATCH, case, _choice(actor, Verb.REDISPATCH, case, lead, assists), limit, note, now, more, data)
    return case


def _choice(actor: Actor, verb: Verb, case: Case, lead: Unit | None, assists: Sequence[Unit] | None) -> Choice:
    if lead is None:
        choice = choose(case)
        if choice.lead is None:
            raise NoOwner(choice.reason)
        if assists is not None:
            choice.assists = check_units(actor, word(verb), case, choice.lead, assists)
        return choice
    reason = case.assigned_reason if case.lead_unit_id == lead.pk and case.assigned_reason else f"由{actor.name}指定"
    return Choice(lead, check_units(actor, word(verb), case, lead, assists or ()), reason)


def dispatched(case: Case, choice: Choice, limit: Limit | None, now: datetime) -> dict[str, Any]:
    """The columns of a case that is being sent to its unit."""
    return {
        "lead_unit": choice.lead, "handling_unit": choice.lead, "assigned_reason": choice.reason[:200], "dispatched_at": now,
        "filed_at": case.filed_at or now, "signed_at": None, "submitted_at": None, "submitted_by": None, "extension_asked": None,
        "extension_reason": "",
        "deferred_until": None, "deferred_reason": "", "deferred_plan": "", **started(limit or limit_of(case), now),
    }  # fmt: skip


def parties_of(case: Case, choice: Choice) -> list[CaseParty]:
    assert choice.lead is not None
    return [
        CaseParty(case=case, unit=choice.lead, part=CaseParty.Part.LEAD),
        *(CaseParty(case=case, unit=unit, part=CaseParty.Part.ASSIST) for unit in choice.assists),
    ]


def _send(
    actor: Actor,
    verb: Verb,
    case: Case,
    choice: Choice,
    limit: Limit | None,
    note: str,
    now: datetime,
    more: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    words = text(note, "note")
    changes = dispatched(case, choice, limit, now) | (more or {})
    CaseParty.objects.filter(case=case).delete()
    CaseParty.objects.bulk_create(parties_of(case, choice))
    write(
        actor,
        verb,
        case,
        changes,
        note=words,
        now=now,
        data=choice.data() | {"due_at": changes["due_at"].isoformat()} | (data or {}),
    )


def sign_for(actor: Actor, *, case_id: int, note: str = "", expected_version: int | None = None) -> Case:
    """The unit takes the case."""
    with transaction.atomic():
        case = take(actor, Verb.SIGN_FOR, case_id, expected_version)
        write(actor, Verb.SIGN_FOR, case, {"signed_at": clock.now()}, note=text(note, "note"))
    return case


def refuse(actor: Actor, *, case_id: int, reason: str, expected_version: int | None = None) -> Case:
    """The lead unit says that the case is not theirs. It goes back to the office, whose own clock (arbitration) begins."""
    with transaction.atomic():
        case = take(actor, Verb.REFUSE, case_id, expected_version)
        words = text(reason, "reason", required=_("Say why it is not yours, and whose it is if you know."))
        now = clock.now()
        changes = {"refused_at": now, "handling_unit": None, "signed_at": None, "extension_asked": None, "extension_reason": ""}
        write(
            actor,
            Verb.REFUSE,
            case,
            changes | started(arbitration_limit(), now),
            note=words,
            now=now,
            data={"unit": str(case.lead_unit)},
        )
    return case


def pass_on(actor: Actor, *, case_id: int, unit: Unit, note: str = "", expected_version: int | None = None) -> Case:
    """Pass a case on to a unit below (a street to its community). The lead stays; the clock goes on.

    Raises Incomplete when the unit does not stand below the one that has the case (or, for its lead, below the lead).
    """
    with transaction.atomic():
        case = take(actor, Verb.PASS_ON, case_id, expected_version)
        lead, holder = case.lead_unit, case.handling_unit or case.lead_unit
        assert lead is not None and holder is not None
        own = [grant.unit_path for grant in actor.scopes(word(Verb.PASS_ON)) if grant.unit_path]
        top = lead if not own or any(under(lead.path, path) for path in own) else holder
        ended = unit.ends_on is not None and unit.ends_on < clock.today()
        if not under(unit.path, top.path) or unit.pk in (lead.pk, holder.pk) or ended:
            raise Incomplete(_("A case is passed on to a unit below %(unit)s.") % {"unit": top}, "cases.not_below", field="unit")
        CaseParty.objects.update_or_create(case=case, unit=unit, defaults={"part": CaseParty.Part.PASSED_TO})
        write(
            actor,
            Verb.PASS_ON,
            case,
            {"handling_unit": unit, "signed_at": None},
            note=text(note, "note"),
            data={"from": str(holder), "to": str(unit), "to_id": unit.pk},
        )
    return case


def hand_back(actor: Actor, *, case_id: int, reason: str, expected_version: int | None = None) -> Case:
    """Whom the case was passed on to gives it back to the lead unit, which signs for it in turn."""
    with transaction.atomic():
        case = take(actor, Verb.HAND_BACK, case_id, expected_version)
        words = text(reason, "reason", required=_("Say why you hand it back."))
        write(
            actor,
            Verb.HAND_BACK,
            case,
            {"handling_unit": case.lead_unit, "signed_at": None},
            note=words,
            data={"from": str(case.handling_unit)},
        )
    return case
