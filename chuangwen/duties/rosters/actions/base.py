"""What every action on a roster does first and last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.duties.rosters.models import Roster, RosterEvent
from chuangwen.duties.rosters.states import Step, after
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal

PLAN = "duties.plan_roster"


class RosterNotNow(Conflict):
    """The roster is in a state in which this cannot be done."""

    code = "duties.roster_state"


def refuse(message: str, code: str, field: str | None = None) -> Refusal:
    return Refusal(message, f"duties.{code}", field=field)


def check_step(roster: Roster, step: Step, expected: int | None = None) -> None:
    """Raise Conflict when the roster was changed since it was seen, RosterNotNow when this cannot be done in its state."""
    if expected is not None and expected != roster.revision:
        raise Conflict(_("This roster has changed since you opened it. Look at it again before you go on."), "duties.roster_changed")
    if after(roster.state, step) is None:
        raise RosterNotNow(_("The roster is “%(state)s”: this cannot be done now.") % {"state": roster.get_state_display()})


def take(actor: Actor, step: Step, roster_id: int, *, expected: int | None = None) -> Roster:
    """The roster, locked, when the actor may do this to it now. Raises Denied, Missing, RosterNotNow, Conflict."""
    roster = access.fetch(actor, PLAN, Roster.objects.select_related("ground__division"), lock=True, pk=roster_id)
    check_step(roster, step, expected)
    return roster


def write(
    actor: Actor, step: Step, roster: Roster, changes: dict[str, Any], said: Callable[[], str], *, verb: str = PLAN,
    cost: float | None = None, told: Any = None,
) -> None:  # fmt: skip
    """The new state and ``changes``, the event, the trail last. ``said`` tells it in a sentence, in the language of the installation."""
    before = roster.state
    with override(settings.LANGUAGE_CODE):
        words = said()[:300]
    for name, value in changes.items():
        setattr(roster, name, value)
    roster.state, roster.revision = after(before, step) or before, roster.revision + 1
    roster.save(update_fields=[*changes, "state", "revision"])
    RosterEvent.objects.create(roster=roster, step=step.value, at=clock.now(), account_id=actor.account_id, words=words, cost=cost)
    facts = {"state": roster.state, "step": step.value} | (told or {})
    audit.record(actor, verb, roster, before={"state": before}, after=facts, note=words)
