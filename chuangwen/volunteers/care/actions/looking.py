"""Opening a cared person from above the community: for a reason, which those who look after the person read."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.lives import needed
from chuangwen.volunteers.care.access import ABOVE
from chuangwen.volunteers.care.actions.base import LIFE, plain_words, refuse
from chuangwen.volunteers.care.models import CareEvent, CarePlan
from chuangwen.volunteers.care.states import Step

LEAST = 4


def look_from_above(actor: Actor, *, person_id: int, reason: str) -> CarePlan:
    """Say why the head of a unit above opens a person's page; it stays open to them for half an hour (``base.LOOKING``), to read and
    nothing else. Who, when and why stand in the plan's history and in the trail.

    Raises Denied, Missing, NotNow (no longer looked after), Refusal."""
    access.require(actor, ABOVE)
    words = plain_words(needed(reason, "reason", _("Say what you need to see this person for."), limit=200), "reason")
    if len(words) < LEAST:
        raise refuse(_("Say it so that who looks after this person understands it."), "reason", "reason")
    with transaction.atomic():
        rows = CarePlan.objects.select_related("person__division", "person__unit")
        plan: CarePlan = access.fetch(actor, ABOVE, rows, lock=True, person=person_id)
        LIFE.allow(plan, Step.LOOK)
        with override(settings.LANGUAGE_CODE):
            told = _("Opened from above: %(reason)s") % {"reason": words}
        CareEvent.objects.create(plan=plan, step=Step.LOOK, at=clock.now(), account_id=actor.account_id, words=told)
        audit.record(actor, ABOVE, plan.person, after={"reason": words}, note=words)
    return plan
