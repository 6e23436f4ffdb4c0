"""Routes of the rounds under way, planned as the office plans them; in so many steps that the town is the same each time."""

from __future__ import annotations

from dataclasses import replace

from chuangwen.demo.filling.keys import Keys
from chuangwen.fieldwork.models import Round
from chuangwen.fieldwork.routing.actions import plan_routes
from chuangwen.kernel.errors import Refusal
from chuangwen.people.actors import actor_of

STEPS = 200


def fill_routes(keys: Keys) -> int:
    """Plan what is not visited yet, on the working days that are left; how many rounds. One without teams or days stays as it is."""
    clerk, planned = replace(actor_of(keys.accounts["clerk"]), channel="command"), 0
    for round in Round.objects.filter(state=Round.State.RUNNING, teams__isnull=False).distinct().order_by("pk"):
        try:
            plan_routes(clerk, round_id=round.pk, even=True, seconds=None, iterations=STEPS)
        except Refusal:
            continue
        planned += 1
    return planned
