"""Corrections: one proposes with a reason, another decides. The old entry stays and counts no longer; the new one names it."""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict
from chuangwen.kernel.lives import needed
from chuangwen.volunteers.hours.actions.base import CORRECTIONS, DECIDE, PROPOSE, another, not_concerned, refuse
from chuangwen.volunteers.hours.events import CorrectionDecided
from chuangwen.volunteers.hours.models import HoursCorrection
from chuangwen.volunteers.hours.rules import DAY_MINUTES, Fix
from chuangwen.volunteers.presence.events import HoursCounted, HoursStruck
from chuangwen.volunteers.presence.models import ServiceEntry


class NotCounted(Conflict):
    """The entry counts no longer: it was corrected or struck meanwhile."""

    code = "hours.not_counted"


def propose_correction(actor: Actor, *, service_entry_id: int, minutes: int, reason: str) -> HoursCorrection:
    """Propose that an entry counts another number of ``minutes`` (0: nothing of it was served). Raises Denied (one's own hours), NotCounted,
    Conflict (one waits already), Refusal."""
    access.require(actor, PROPOSE)
    with transaction.atomic():
        rows = ServiceEntry.objects.select_related("volunteer__person")
        entry = access.fetch(actor, PROPOSE, rows, lock=True, pk=service_entry_id)
        not_concerned(actor, [entry.volunteer.person_id])
        if not entry.counts:
            raise NotCounted(_("This entry counts no longer: propose it for the one that took its place."))
        if not 0 <= minutes <= DAY_MINUTES:
            raise refuse(_("An entry lies within a day: from 0 to 24 hours."), "minutes", "minutes")
        if minutes == entry.minutes:
            raise refuse(_("That is what the entry says already."), "same", "minutes")
        words = needed(reason, "reason", _("Say why."))
        try:
            with transaction.atomic():
                proposal = HoursCorrection.objects.create(
                    entry=entry, minutes=minutes, reason=words, proposed_at=clock.now(), proposed_by_id=actor.account_id
                )
        except IntegrityError as waits:
            raise Conflict(_("A correction of this entry waits for a decision already."), "hours.correction_waits") from waits
        audit.record(actor, PROPOSE, proposal, before={"minutes": entry.minutes}, after={"entry": entry.pk, "minutes": minutes}, note=words)
    return proposal


def agree_correction(actor: Actor, *, hours_correction_id: int, answer: str = "", expected: int | None = None) -> ServiceEntry:
    """Agree: the new entry, which counts from now on in the old one's place. Raises Denied (one's own hours, one's own proposal), NotNow,
    NotCounted, Conflict."""
    access.require(actor, DECIDE)
    with transaction.atomic():
        proposal = _taken(actor, Fix.AGREE, hours_correction_id, expected)
        old = ServiceEntry.objects.select_for_update().get(pk=proposal.entry_id)
        if not old.counts:
            raise NotCounted(_("This entry counts no longer: propose it for the one that took its place."))
        now = clock.now()
        with override(settings.LANGUAGE_CODE):
            told = _("Corrected: %(reason)s") % {"reason": proposal.reason}
        made = ServiceEntry.objects.create(
            volunteer_id=old.volunteer_id, kind=ServiceEntry.Kind.CORRECTION, presence_id=old.presence_id, corrects=old, source=old.source,
            source_id=old.source_id, team_id=old.team_id, title=old.title, day=old.day, minutes=proposal.minutes, from_system=old.from_system,
            from_number=old.from_number, reason=proposal.reason, made_at=now, made_by_id=actor.account_id, generated=old.generated,
        )  # fmt: skip
        old.counts, old.reason = False, told[:300]
        old.save(update_fields=["counts", "reason"])
        events.say(HoursStruck(old.pk))
        if made.minutes:
            events.say(HoursCounted(made.pk))
        changes = {"made": made, "decided_at": now, "decided_by_id": actor.account_id, "answer": answer.strip()[:300]}
        CORRECTIONS.write(actor, Fix.AGREE, proposal, changes=changes, told={"entry": made.pk, "minutes": made.minutes},
                          known={"entry": old.pk, "minutes": old.minutes})  # fmt: skip
        events.say(CorrectionDecided(proposal.pk, True))
    return made


def refuse_correction(actor: Actor, *, hours_correction_id: int, answer: str, expected: int | None = None) -> HoursCorrection:
    """Do not agree, and say why; the entry stays as it is. Raises Denied, NotNow, Conflict, Refusal."""
    access.require(actor, DECIDE)
    with transaction.atomic():
        proposal = _taken(actor, Fix.REFUSE, hours_correction_id, expected)
        words = needed(answer, "answer", _("Say why."))
        changes = {"decided_at": clock.now(), "decided_by_id": actor.account_id, "answer": words}
        CORRECTIONS.write(actor, Fix.REFUSE, proposal, lambda: words, changes)
        events.say(CorrectionDecided(proposal.pk, False))
    return proposal


def _taken(actor: Actor, step: Fix, key: int, expected: int | None) -> HoursCorrection:
    proposal: HoursCorrection = CORRECTIONS.take(actor, step, key, expected=expected)
    not_concerned(actor, [proposal.entry.volunteer.person_id])
    another(actor, [proposal.proposed_by_id])
    return proposal
