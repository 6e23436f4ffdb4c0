"""What every action on a roster does first and last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chuangwen.duties.rosters.models import Roster, RosterEvent
from chuangwen.duties.rosters.states import Step, after
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.lives import Life

PLAN = "duties.plan_roster"


LIFE = Life(Roster, RosterEvent, "roster", after, dict.fromkeys(Step, PLAN), ("ground__division",))
take, check_step = LIFE.take, LIFE.allow


def refuse(message: str, code: str, field: str | None = None) -> Refusal:
    return Refusal(message, f"duties.{code}", field=field)


def write(
    actor: Actor, step: Step, roster: Roster, changes: dict[str, Any], said: Callable[[], str], *, verb: str = PLAN,
    cost: float | None = None, told: Any = None,
) -> None:  # fmt: skip
    """``Life.write``; ``cost`` is what a change by hand makes dearer."""
    LIFE.write(actor, step, roster, said, changes, told=told, verb=verb, cost=cost)
