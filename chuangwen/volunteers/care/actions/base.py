"""How actions take a plan: by whichever way leads the actor to it (the office's area, the team one leads, the pair one is of)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.kernel.lives import Life
from chuangwen.volunteers.care import rules
from chuangwen.volunteers.care.access import ABOVE, CLOSE, KEEP, LEAD, MANAGE, near
from chuangwen.volunteers.care.models import CaredPerson, CareEvent, CarePlan
from chuangwen.volunteers.care.states import Step, after

LIFE = Life(CarePlan, CareEvent, "plan", after, dict.fromkeys(Step, MANAGE), ("person__division", "person__unit"))
HELPING = (KEEP, LEAD, MANAGE)
LEADING = (LEAD, MANAGE)
LOOKING = timedelta(minutes=30)
"""So long a page that was opened from above with a reason stays open to who gave it."""


def refuse(message: str, code: str, field: str | None = None) -> Refusal:
    return Refusal(message, f"volunteers.{code}", field=field)


def within(actor: Actor, verb: str) -> Q:
    """The plans on which the actor may do the verb, as a condition."""
    if verb == KEEP:
        return Q(person__in=access.scoped(actor, KEEP, CaredPerson).order_by().values("pk"))
    rows = access.scoped(actor, verb, CarePlan)
    if verb == ABOVE:
        given = CareEvent.objects.filter(step=Step.LOOK, account=actor.account_id, account__isnull=False, at__gt=clock.now() - LOOKING)
        return Q(pk__in=rows.filter(pk__in=given.order_by().values("plan")).order_by().values("pk"))
    return Q(pk__in=(rows.filter(near(actor, verb)) if verb in CLOSE else rows).order_by().values("pk"))


def take(
    actor: Actor, step: Step | None, person_id: int, verbs: Sequence[str] = (MANAGE,), *, expected: int | None = None, lock: bool = True
) -> tuple[CarePlan, str]:
    """The plan of a person, locked, and the verb by which it is reached; ``step`` None: whatever its state.

    Raises Denied (none of the verbs is granted), Missing, NotNow, Conflict.
    """
    held = [verb for verb in verbs if actor.may(verb)]
    if not held:
        access.require(actor, verbs[0])
    rows = CarePlan.objects.select_related("person__division", "person__unit")
    if lock:
        rows = rows.select_for_update(of=("self",))
    for verb in held:
        found = rows.filter(within(actor, verb), person=person_id).first()
        if found is not None:
            if step is not None:
                LIFE.allow(found, step, expected)
            return found, verb
    raise Missing(_("There is no such record, or it is not in your area."))


def plain_words(text: str, field: str, limit: int = 200) -> str:
    """A text as it is stored: no word about health. Raises Refusal that says which word and what to write instead."""
    clean = "".join(letter for letter in text if letter >= " " or letter == "\n").strip()
    found = rules.medical_word(clean)
    if found is not None:
        raise refuse(
            _("Leave out what concerns health (“%(word)s”): nobody who calls or visits needs it, and it is not kept. Write instead how to help, "
              "for example “speak loudly” or “knock three times”.") % {"word": found}, "medical_word", field,
        )  # fmt: skip
    if len(clean) > limit:
        raise refuse(_("This text is longer than %(count)d characters.") % {"count": limit}, "text", field)
    return clean
