"""What every action on a plan does first and last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chuangwen.duties.sponsorship.events import SponsorshipMoved
from chuangwen.duties.sponsorship.models import PlanEvent, SponsorshipPlan
from chuangwen.duties.sponsorship.states import Step, after
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.lives import Life

POLICY = {
    Step.EDIT: "duties.plan_sponsorship",
    Step.SOLVE: "duties.plan_sponsorship",
    Step.MOVE: "duties.plan_sponsorship",
    Step.SIGN: "duties.sign_sponsorship",
    Step.START: "duties.plan_sponsorship",
    Step.END: "duties.plan_sponsorship",
}


LIFE = Life(SponsorshipPlan, PlanEvent, "plan", after, POLICY, moved=SponsorshipMoved)
take = LIFE.take


def write(
    actor: Actor, step: Step, plan: SponsorshipPlan, changes: dict[str, Any], said: Callable[[], str], *, cost: float | None = None,
    told: Any = None,
) -> None:  # fmt: skip
    """``Life.write``; ``cost`` is what a move by hand makes dearer."""
    LIFE.write(actor, step, plan, said, changes, told=told, cost=cost)


def refuse(message: str, code: str, field: str | None = None) -> Refusal:
    return Refusal(message, f"duties.{code}", field=field)
