"""The office looks at what was reported: a problem or not, known already or not, and whose it seems to be."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.cases.actions.assigning import Choice, choose, limit_of
from chuangwen.cases.actions.base import take, text, write
from chuangwen.cases.errors import Incomplete
from chuangwen.cases.models import Case, CaseParty, State, Verb
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor

STOPPED: dict[str, Any] = {
    "half_at": None,
    "due_at": None,
    "supervise_at": None,
    "next_at": None,
    "paused_at": None,
    "urgency": "none",
    "extension_asked": None,
    "extension_reason": "",
}
"""No clock runs any more, and nobody waits for more time."""


def screen(actor: Actor, *, case_id: int, note: str = "", expected_version: int | None = None) -> Case:
    """Accept a report as a problem. The unit that seems to answer for it is noted with the reason, not told yet; a case for which no rule
    names a unit joins the ownerless ones."""
    with transaction.atomic():
        case = take(actor, Verb.SCREEN, case_id, expected_version)
        words = text(note, "note")
        choice = choose(case)
        write(
            actor,
            Verb.SCREEN,
            case,
            {"lead_unit": choice.lead, "assigned_reason": choice.reason[:200]},
            note=words,
            data=choice.data(),
        )
    return case


def reject(actor: Actor, *, case_id: int, reason: str, expected_version: int | None = None) -> Case:
    """End a case that is no problem, or nobody's here. The reason is told to whoever reported it."""
    with transaction.atomic():
        case = take(actor, Verb.REJECT, case_id, expected_version)
        words = text(reason, "reason", required=_("Say why it is rejected."))
        write(actor, Verb.REJECT, case, STOPPED | {"refused_at": None}, note=words)
        if (
            case.rebound_of_id is not None
            and not Case.objects.filter(rebound_of=case.rebound_of_id).exclude(state=State.REJECTED).exists()
        ):
            Case.objects.filter(pk=case.rebound_of_id).update(rebounded_at=None)
    return case


def merge(actor: Actor, *, case_id: int, into_id: int, note: str = "", expected_version: int | None = None) -> Case:
    """Make a case part of another that tells of the same problem. Cases that were merged into it before go along; the other must be alive.

    Raises Missing when the other is not in the actor's area, Incomplete when it is the same one or ended without being solved.
    """
    with transaction.atomic():
        if case_id == into_id:
            raise Incomplete(_("A case cannot be merged into itself."), "cases.merge_itself", field="into")
        # Both rows are locked in the order of their keys, so that two merges the other way round do not wait for each other for ever.
        rows = {key: access.fetch(actor, "cases.merge", Case, lock=True, pk=key) for key in sorted((case_id, into_id))}
        target = rows[into_id]
        if target.state == State.MERGED:
            raise Incomplete(
                _("%(number)s was merged itself, into another case: choose that one.") % {"number": target.number},
                "cases.merge_merged",
                field="into",
            )
        if target.state == State.REJECTED:
            raise Incomplete(
                _("%(number)s was rejected: nothing can be merged into it.") % {"number": target.number},
                "cases.merge_rejected",
                field="into",
            )
        case = take(actor, Verb.MERGE, case_id, expected_version)
        write(
            actor,
            Verb.MERGE,
            case,
            STOPPED | {"merged_into": target, "refused_at": None},
            note=text(note, "note"),
            data={"into": target.number},
        )
        Case.objects.filter(merged_into=case).update(merged_into=target)
        CaseParty.objects.filter(case=case).delete()
    return case


def suggest(case: Case) -> Choice:
    """What the dispatch form proposes: lead, assisting units, reason, limit. For a case that is loaded with its site and criterion."""
    choice = choose(case)
    choice.limit = limit_of(case)
    return choice
