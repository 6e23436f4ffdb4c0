"""Problems reported at drawn places, and the list of what is to be done afterwards: each thing a case, a resolution, or dropped for a reason."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.cases import actions as cases
from chuangwen.cases.errors import NoOwner
from chuangwen.cases.models import Case, Source
from chuangwen.duties.inspection_days.actions.base import FIND, POLICY, take, take_place, write
from chuangwen.duties.inspection_days.models import AfterItem, DrawnPlace, Inspection, PlaceAssignment
from chuangwen.duties.inspection_days.states import Step
from chuangwen.duties.meetings import actions as meetings
from chuangwen.duties.meetings.actions.base import ahead, needed, reachable, refuse
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.worktime import Limit
from chuangwen.people.models import Unit
from chuangwen.standards.models import Kind

BY_ASSESSORS, BY_OURSELVES = "assessors", "ourselves"
SOURCES = {BY_ASSESSORS: Source.HIGHER, BY_OURSELVES: Source.SELF_CHECK}
MOST_ITEMS = 500


def report_problem(
    actor: Actor,
    *,
    drawn_id: int,
    description: str,
    seen_by: str = BY_OURSELVES,
    kind: Kind | None = None,
    unit: Unit | None = None,
    photos: Sequence[int] = (),
    uid: uuid.UUID | None = None,
) -> Case:
    """Report a problem at a drawn place: a case, sent at once with the short time of the inspection to the unit named, else whoever the rules
    name, else who is in charge there. With a ``uid`` a repeated call gives the case of the first. Raises Refusal without words."""
    with transaction.atomic():
        place = take_place(actor, Step.REPORT, drawn_id)
        if seen_by not in SOURCES:
            raise refuse(_("There is no such origin."), "seen_by", "seen_by")
        known = Case.objects.filter(uid=uid).first() if uid is not None else None
        if known is not None and known.reported_by_id == actor.account_id:
            return known
        acting = actor.unhindered()
        case = cases.report(
            acting, description=description, source=SOURCES[seen_by], site=place.site, division=place.division, kind=kind,
            before_photos=photos, uid=uid,
        )  # fmt: skip
        case = _send(acting, place, case, unit)
        said = {"place": place, "case": case.number}
        write(actor, Step.REPORT, place.inspection, {}, lambda: _("%(place)s: problem %(case)s") % said, told={"case": case.pk})
    return case


def _send(acting: Actor, place: DrawnPlace, case: Case, unit: Unit | None) -> Case:
    limit = Limit(place.inspection.hours, "working_hours")
    note = f"迎检现场问题：{place.inspection.name}"[:300]
    if unit is None:
        try:
            with transaction.atomic():
                return cases.dispatch(acting, case_id=case.pk, limit=limit, note=note)
        except NoOwner:
            row = place.assignments.filter(part=PlaceAssignment.Part.LEAD).select_related("unit").first()
            if row is None:
                return case  # nobody is known: it waits for the office like any other
            unit = row.unit
    owner = reachable([unit], place.inspection.division, "unit")[0]
    return cases.dispatch(acting, case_id=case.pk, lead=owner, limit=limit, note=note)


def save_found(
    actor: Actor,
    *,
    inspection_id: int,
    found: str,
    todo: str = "",
    place: DrawnPlace | None = None,
    unit: Unit | None = None,
    due_on: date | None = None,
    after_id: int | None = None,
) -> AfterItem:
    """Write down what was pointed out and what is to be done; or change it while nobody follows it. Raises Refusal."""
    with transaction.atomic():
        inspection = take(actor, Step.FIND, inspection_id)
        if place is not None and place.inspection_id != inspection.pk:
            raise refuse(_("This place belongs to another inspection."), "after_place", "place")
        if after_id is None:
            if inspection.after_items.count() >= MOST_ITEMS:
                raise refuse(_("At most %(most)d things.") % {"most": MOST_ITEMS}, "after_full", "found")
            row = AfterItem(inspection=inspection, entered_at=clock.now(), entered_by_id=actor.account_id)
        else:
            row = _waiting(actor, inspection, after_id)
        row.found = needed(found, 300, _("Say what was found."), "after_found", "found")
        row.todo, row.place, row.due_on = todo.replace("\x00", "").strip()[:300], place, due_on
        row.unit = reachable([unit], inspection.division, "unit")[0] if unit is not None else None
        row.save()
        write(actor, Step.FIND, inspection, {}, lambda: _("On the list: %(found)s") % {"found": row.found[:200]}, told={"item": row.pk})
    return row


def _waiting(actor: Actor, inspection: Inspection, after_id: int) -> AfterItem:
    row: AfterItem = access.fetch(
        actor, FIND, inspection.after_items.select_related("unit__division", "place__site__division", "place__division"), pk=after_id
    )
    if not row.is_open:
        raise refuse(_("What becomes of it is settled already."), "after_settled")
    return row


def _take_item(actor: Actor, step: Step, after_id: int) -> AfterItem:
    known = access.fetch(actor, POLICY[step], AfterItem, pk=after_id)
    inspection = take(actor, step, known.inspection_id)
    row = _waiting(actor, inspection, after_id)
    row.inspection = inspection
    return row


def _who_until(row: AfterItem, unit: Unit | None, due_on: date | None) -> tuple[Unit, date]:
    owner, until = unit or row.unit, due_on or row.due_on
    if owner is None:
        raise refuse(_("Choose the unit that does it."), "after_unit", "unit")
    if until is None:
        raise refuse(_("The day until which it is to be done has to lie ahead."), "after_due", "due_on")
    ahead(until)
    return reachable([owner], row.inspection.division, "unit")[0], until


def follow_as_case(actor: Actor, *, after_id: int, unit: Unit | None = None, due_on: date | None = None) -> Case:
    """Have it done as a case of a unit, due on its day (source: sent down by a higher level)."""
    with transaction.atomic():
        row = _take_item(actor, Step.FOLLOW, after_id)
        owner, until = _who_until(row, unit, due_on)
        acting = actor.unhindered()
        words = f"{row.found}；{row.todo}" if row.todo else row.found
        site = row.place.site if row.place else None
        where = row.place.division if row.place else owner.division or row.inspection.division
        case = cases.report(
            acting, description=f"{row.inspection.name}反馈：{words}"[:500], source=Source.HIGHER, site=site, division=where
        )
        limit = Limit(max(1, (until - clock.today()).days), "calendar_days")
        row.case = cases.dispatch(acting, case_id=case.pk, lead=owner, limit=limit, note=f"测评反馈问题整改：{row.inspection.name}"[:300])
        row.unit, row.due_on = owner, until
        row.save(update_fields=["case", "unit", "due_on"])
        said = {"found": row.found[:150], "case": case.number}
        write(actor, Step.FOLLOW, row.inspection, {}, lambda: _("%(found)s: case %(case)s") % said, told={"item": row.pk, "case": case.pk})
    return row.case


def follow_in_meeting(
    actor: Actor, *, after_id: int, meeting_id: int, unit: Unit | None = None, due_on: date | None = None
) -> AfterItem:
    """Have it resolved in a meeting that is being held: it becomes one of its resolutions, and a case when the minutes are confirmed."""
    with transaction.atomic():
        row = _take_item(actor, Step.FOLLOW, after_id)
        owner, until = _who_until(row, unit, due_on)
        words = f"{row.found}：{row.todo}" if row.todo else row.found
        row.resolution = meetings.save_resolution(actor, meeting_id=meeting_id, words=words[:400], unit=owner, due_on=until)
        row.unit, row.due_on = owner, until
        row.save(update_fields=["resolution", "unit", "due_on"])
        said = {"found": row.found[:150], "meeting": row.resolution.meeting}
        told = {"item": row.pk, "resolution": row.resolution.pk}
        write(actor, Step.FOLLOW, row.inspection, {}, lambda: _("%(found)s: resolved in “%(meeting)s”") % said, told=told)
    return row


def drop_found(actor: Actor, *, after_id: int, reason: str) -> AfterItem:
    """Say that nothing is to be done about it, and why."""
    with transaction.atomic():
        row = _take_item(actor, Step.FOLLOW, after_id)
        row.dropped_reason = needed(reason, 200, _("Say why nothing is to be done."), "after_reason", "reason")
        row.save(update_fields=["dropped_reason"])
        said = {"found": row.found[:150]}
        write(actor, Step.FOLLOW, row.inspection, {}, lambda: _("Nothing to be done: %(found)s") % said, told={"item": row.pk})
    return row
