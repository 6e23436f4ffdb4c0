"""What every action on a plan does first and last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.duties.sponsorship.events import SponsorshipMoved
from chuangwen.duties.sponsorship.models import PlanEvent, SponsorshipPlan
from chuangwen.duties.sponsorship.states import Step, after
from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal

POLICY = {
    Step.EDIT: "duties.plan_sponsorship",
    Step.SOLVE: "duties.plan_sponsorship",
    Step.MOVE: "duties.plan_sponsorship",
    Step.SIGN: "duties.sign_sponsorship",
    Step.START: "duties.plan_sponsorship",
    Step.END: "duties.plan_sponsorship",
}


class NotNow(Conflict):
    """The plan is in a state in which this cannot be done."""

    code = "duties.plan_state"


def take(actor: Actor, step: Step, plan_id: int, *, expected: int | None = None) -> SponsorshipPlan:
    """The plan, locked, when the actor may do this to it now. One query. Raises Denied, Missing, NotNow, Conflict."""
    plan: SponsorshipPlan = access.fetch(actor, POLICY[step], SponsorshipPlan, lock=True, pk=plan_id)
    if expected is not None and expected != plan.revision:
        raise Conflict(_("This plan has changed since you opened it. Look at it again before you go on."), "duties.plan_changed")
    if after(plan.state, step) is None:
        raise NotNow(_("The plan is “%(state)s”: this cannot be done now.") % {"state": plan.get_state_display()})
    return plan


def write(
    actor: Actor,
    step: Step,
    plan: SponsorshipPlan,
    changes: dict[str, Any],
    said: Callable[[], str],
    *,
    cost: float | None = None,
    told: Any = None,
) -> None:
    """The new state and ``changes``, the event, what others hear, the trail last. ``said`` tells it in a sentence, in the language of the
    installation: others read it."""
    before = plan.state
    with override(settings.LANGUAGE_CODE):
        words = said()[:300]
    for name, value in changes.items():
        setattr(plan, name, value)
    plan.state = after(before, step) or before
    plan.revision = plan.revision + 1
    plan.save(update_fields=[*changes, "state", "revision"])
    PlanEvent.objects.create(plan=plan, step=step.value, at=clock.now(), account_id=actor.account_id, words=words, cost=cost)
    if plan.state != before:
        events.say(SponsorshipMoved(plan.pk, before, plan.state))
    facts = {"state": plan.state, "step": step.value} | (told or {})
    audit.record(actor, POLICY[step], plan, before={"state": before}, after=facts, note=words)


def refuse(message: str, code: str, field: str | None = None) -> Refusal:
    return Refusal(message, f"duties.{code}", field=field)
