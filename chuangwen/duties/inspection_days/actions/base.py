"""What every action on an inspection does first and last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chuangwen.duties.inspection_days.models import DrawnPlace, Inspection, InspectionEvent
from chuangwen.duties.inspection_days.states import Step, after
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.lives import Life

PLAN, PLACE, REPORT, FIND = (
    "duties.plan_inspection", "duties.enter_drawn_place", "duties.report_inspected", "duties.work_up_inspection",
)  # fmt: skip
POLICY = {
    Step.EDIT: PLAN, Step.START: PLAN, Step.END: PLAN, Step.RESUME: PLAN, Step.CLOSE: PLAN, Step.PLACE: PLACE, Step.ASSIGN: PLACE,
    Step.REPORT: REPORT, Step.FIND: FIND, Step.FOLLOW: FIND,
}  # fmt: skip


LIFE = Life(Inspection, InspectionEvent, "inspection", after, POLICY, ("division",))
"""The revision is the mark by which open boards know that they are old."""
take = LIFE.take


def take_place(actor: Actor, step: Step, place_id: int) -> DrawnPlace:
    """A drawn place whose inspection is in a state for this, both locked. Two queries. Raises Denied, Missing, NotNow."""
    place: DrawnPlace = access.fetch(actor, POLICY[step], DrawnPlace.objects.select_related("division", "site__division"), pk=place_id)
    place.inspection = Inspection.objects.select_related("division").select_for_update(of=("self",)).get(pk=place.inspection_id)
    LIFE.allow(place.inspection, step)
    return place


def write(
    actor: Actor, step: Step, inspection: Inspection, changes: dict[str, Any], said: Callable[[], str], *, told: Any = None
) -> None:
    LIFE.write(actor, step, inspection, said, changes, told=told)
