"""What follows from repetition is proposed by the rules and decided by a person."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.scoring.appraisal.events import ConsequenceConfirmed
from chuangwen.scoring.appraisal.models import Appraisal, Consequence

TITLE_DAYS = {Consequence.Kind.TITLE_WARNED: 183, Consequence.Kind.TITLE_REVOKED: 365}
"""How long a title stands as warned or suspended where the leader says nothing else: half a year, a year."""
MOST_TITLE_DAYS = 3 * 366


def decide_consequence(
    actor: Actor, *, consequence_id: int, confirmed: bool, note: str = "", until: date | None = None
) -> Consequence:
    """Confirm a proposed step, or drop it with a reason. ``until``: the last day on which a title stands as warned or suspended (empty: what is
    usual); other steps have none. Raises Refusal, Conflict."""
    with transaction.atomic():
        found = access.fetch(actor, "scoring.decide_consequence", Consequence, lock=True, pk=consequence_id)
        if found.state != Consequence.State.PROPOSED:
            raise Conflict(_("This was decided already."), "scoring.decided")
        if confirmed and Appraisal.objects.filter(supersedes=found.appraisal_id).exists():
            raise Conflict(_("There is a later version of this result; go on with that one."), "scoring.superseded")
        if not confirmed and not note.strip():
            raise Refusal(_("Say why it is dropped."), "scoring.no_note", field="note")
        if confirmed and found.kind in Consequence.TITLES:
            found.until = _last_day(found, until)
        found.state = Consequence.State.CONFIRMED if confirmed else Consequence.State.DROPPED
        found.note, found.decided_at, found.decided_by_id = note.strip()[:300], clock.now(), actor.account_id
        found.save(update_fields=["state", "note", "until", "decided_at", "decided_by"])
        if confirmed:
            events.say(ConsequenceConfirmed(found.pk))
        told = {"state": found.state, "note": found.note, "until": str(found.until or "")}
        audit.record(actor, "scoring.decide_consequence", found, after=told)
    return found


def usual_last_day(kind: str) -> date | None:
    """Until when a title stands as warned or suspended where nothing else is said; None for what is no title."""
    days = TITLE_DAYS.get(Consequence.Kind(kind))
    return clock.today() + timedelta(days=days) if days else None


def _last_day(found: Consequence, until: date | None) -> date | None:
    if until is None:
        return usual_last_day(found.kind)
    if not clock.today() < until <= clock.today() + timedelta(days=MOST_TITLE_DAYS):
        raise Refusal(_("The last day lies after today, and within three years."), "scoring.title_until", field="until")
    return until
