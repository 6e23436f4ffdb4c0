"""What was done, and whether it is good: submitted, sent back, verified, closed."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.cases import clocks
from chuangwen.cases.actions.base import take, text, word, write
from chuangwen.cases.actions.evidence import check_clear, hand_in
from chuangwen.cases.actions.timing import going_on
from chuangwen.cases.errors import Incomplete
from chuangwen.cases.models import Case, Verb
from chuangwen.kernel import access, clock, office_calendar
from chuangwen.kernel.access import Actor


def submit(actor: Actor, *, case_id: int, measure: str, after_photos: Sequence[int], expected_version: int | None = None) -> Case:
    """The unit says what was done and shows it: one measure, at least one photo. The clock stands still while the office checks.

    Raises Incomplete without words or photo, and for a photo of somebody else or one that shows the case before.
    """
    with transaction.atomic():
        case = take(actor, Verb.SUBMIT, case_id, expected_version)
        words = text(measure, "measure", required=_("Say what was done."))
        if not after_photos:
            raise Incomplete(_("Show how it looks now: at least one photo."), "cases.photos_missing", field="after_photos")
        now = clock.now()
        changes: dict[str, Any] = {
            "measure": words, "submitted_at": now, "submitted_by_id": actor.account_id, "signed_at": case.signed_at or now,
            "paused_at": case.paused_at or now, "next_at": None, "urgency": "none", "extension_asked": None, "extension_reason": "",
            "deferred_until": None,
        }  # fmt: skip
        hand_in(actor, case, after_photos, not_before=case.reported_at, now=now)
        in_time = case.due_at is not None and (case.paused_at or now) <= case.due_at
        write(actor, Verb.SUBMIT, case, changes, note=words, data={"in_time": in_time}, after_photos=after_photos, now=now)
    return case


def send_back(
    actor: Actor, *, case_id: int, reason: str, photos: Sequence[int] = (), expected_version: int | None = None
) -> Case:
    """It is not put right: the unit has it again (rework + 1) and the clock goes on; the time of the check does not count."""
    with transaction.atomic():
        case = take(actor, Verb.SEND_BACK, case_id, expected_version)
        words = text(reason, "reason", required=_("Say what is still wrong."))
        now = clock.now()
        changes = going_on(case, now) | {"rework": case.rework + 1, "submitted_at": None, "submitted_by": None}
        data = {"rework": case.rework + 1, "due_at": changes["due_at"].isoformat(), "measure": case.measure}
        write(actor, Verb.SEND_BACK, case, changes, note=words, data=data, other_photos=photos, now=now)
    return case


def verify(
    actor: Actor,
    *,
    case_id: int,
    note: str = "",
    photos: Sequence[int] = (),
    and_close: bool = False,
    expected_version: int | None = None,
) -> Case:
    """Somebody other than who did it has looked: it is put right. ``and_close`` closes it in the same step, where the actor may.

    Raises InDoubt while the photos are being compared or a doubt about them is undecided, and when one was found not acceptable.
    """
    with transaction.atomic():
        case = take(actor, Verb.VERIFY, case_id, expected_version)
        check_clear(case)
        write(actor, Verb.VERIFY, case, {}, note=text(note, "note"), other_photos=photos)
        if and_close:
            access.require(actor, word(Verb.CLOSE))
            case = close(actor, case_id=case_id)
    return case


def close(actor: Actor, *, case_id: int, note: str = "", expected_version: int | None = None) -> Case:
    """Close a verified case by its number. In time is what was submitted no later than the due moment; the office's own check does not count."""
    with transaction.atomic():
        case = take(actor, Verb.CLOSE, case_id, expected_version)
        now = clock.now()
        changes: dict[str, Any] = {"closed_at": now, "next_at": None, "urgency": "none", "paused_at": None}
        if case.submitted_at is not None and case.due_at is not None and case.dispatched_at is not None:
            pauses = clocks.paused(case.pauses, since=case.paused_at, until=case.submitted_at)
            changes["in_time"] = (case.paused_at or case.submitted_at) <= case.due_at
            changes["handled_minutes"] = clocks.handled_minutes(
                office_calendar.calendar(), case.dispatched_at, case.submitted_at, pauses
            )
        write(actor, Verb.CLOSE, case, changes, note=text(note, "note"), now=now)
    return case
