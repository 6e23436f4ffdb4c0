"""What follows from repetition is proposed by the rules and decided by a person."""

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.scoring.appraisal.events import ConsequenceConfirmed
from chuangwen.scoring.appraisal.models import Appraisal, Consequence


def decide_consequence(actor: Actor, *, consequence_id: int, confirmed: bool, note: str = "") -> Consequence:
    """Confirm a proposed step, or drop it with a reason. Raises Refusal, Conflict."""
    with transaction.atomic():
        found = access.fetch(actor, "scoring.decide_consequence", Consequence, lock=True, pk=consequence_id)
        if found.state != Consequence.State.PROPOSED:
            raise Conflict(_("This was decided already."), "scoring.decided")
        if confirmed and Appraisal.objects.filter(supersedes=found.appraisal_id).exists():
            raise Conflict(_("There is a later version of this result; go on with that one."), "scoring.superseded")
        if not confirmed and not note.strip():
            raise Refusal(_("Say why it is dropped."), "scoring.no_note", field="note")
        found.state = Consequence.State.CONFIRMED if confirmed else Consequence.State.DROPPED
        found.note, found.decided_at, found.decided_by_id = note.strip()[:300], clock.now(), actor.account_id
        found.save(update_fields=["state", "note", "decided_at", "decided_by"])
        if confirmed:
            events.say(ConsequenceConfirmed(found.pk))
        audit.record(actor, "scoring.decide_consequence", found, after={"state": found.state, "note": found.note})
    return found
