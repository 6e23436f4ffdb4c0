"""What every action on an inspection does first and last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.duties.inspection_days.models import DrawnPlace, Inspection, InspectionEvent
from chuangwen.duties.inspection_days.states import Step, after
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict

PLAN, PLACE, REPORT, FIND = (
    "duties.plan_inspection", "duties.enter_drawn_place", "duties.report_inspected", "duties.work_up_inspection",
)  # fmt: skip
POLICY = {
    Step.EDIT: PLAN, Step.START: PLAN, Step.END: PLAN, Step.RESUME: PLAN, Step.CLOSE: PLAN, Step.PLACE: PLACE, Step.ASSIGN: PLACE,
    Step.REPORT: REPORT, Step.FIND: FIND, Step.FOLLOW: FIND,
}  # fmt: skip


class NotNow(Conflict):
    """The inspection is in a state in which this cannot be done."""

    code = "duties.inspection_state"


def take(actor: Actor, step: Step, inspection_id: int) -> Inspection:
    """The inspection, locked, when the actor may do this to it now. One query. Raises Denied, Missing, NotNow."""
    found: Inspection = access.fetch(actor, POLICY[step], Inspection.objects.select_related("division"), lock=True, pk=inspection_id)
    allow(found, step)
    return found


def take_place(actor: Actor, step: Step, place_id: int) -> DrawnPlace:
    """A drawn place whose inspection is in a state for this, both locked. Two queries. Raises Denied, Missing, NotNow."""
    place: DrawnPlace = access.fetch(actor, POLICY[step], DrawnPlace.objects.select_related("division", "site__division"), pk=place_id)
    place.inspection = Inspection.objects.select_related("division").select_for_update(of=("self",)).get(pk=place.inspection_id)
    allow(place.inspection, step)
    return place


def allow(inspection: Inspection, step: Step) -> None:
    if after(inspection.state, step) is None:
        raise NotNow(_("The inspection is “%(state)s”: this cannot be done now.") % {"state": inspection.get_state_display()})


def write(
    actor: Actor, step: Step, inspection: Inspection, changes: dict[str, Any], said: Callable[[], str], *, told: Any = None
) -> None:
    """The new state and ``changes``, the revision by which pages know that they are old, the event, the trail last. ``said`` tells it in the
    language of the installation."""
    before = inspection.state
    with override(settings.LANGUAGE_CODE):
        words = said()[:300]
    for name, value in changes.items():
        setattr(inspection, name, value)
    inspection.state = after(before, step) or before
    inspection.revision += 1
    inspection.save(update_fields=[*changes, "state", "revision"])
    InspectionEvent.objects.create(inspection=inspection, step=step.value, at=clock.now(), account_id=actor.account_id, words=words)
    facts = {"state": inspection.state, "step": step.value} | (told or {})
    audit.record(actor, POLICY[step], inspection, before={"state": before}, after=facts, note=words)
