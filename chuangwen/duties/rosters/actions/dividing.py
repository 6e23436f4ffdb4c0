"""Grounds, their segments and posts with shifts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chuangwen.duties.rosters import hours
from chuangwen.duties.rosters.actions.base import PLAN, refuse
from chuangwen.duties.rosters.models import DutyPost, PostShift, Roster, RosterGround, RosterSegment, RosterTurn
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site


def save_ground(
    actor: Actor, *, name: str, division: Division, ground_id: int | None = None, site: Site | None = None, stretch: str = "",
    floor: int | None = None, note: str = "", expected_version: int | None = None, generated: bool = False,
) -> RosterGround:  # fmt: skip
    """Write a ground. Raises Refusal (no name, taken, a floor out of range), Conflict (changed meanwhile), Denied."""
    access.require(actor, PLAN, division=division)
    facts = {
        "name": name.strip()[:60], "division": division, "site": site, "stretch": stretch.strip()[:120], "floor": floor,
        "note": note.strip()[:300],
    }  # fmt: skip
    if not facts["name"]:
        raise refuse(_("A ground has a name."), "ground_name", "name")
    if floor is not None and not 1 <= floor <= 5000:
        raise refuse(_("The floor lies from 1 to 5,000 people."), "ground_floor", "floor")
    try:
        with transaction.atomic():
            if ground_id is None:
                ground = RosterGround(generated=generated)
            else:
                ground = access.fetch(actor, PLAN, RosterGround, lock=True, pk=ground_id)
                if expected_version is not None and ground.version != expected_version:
                    raise Conflict(_("Somebody has changed this ground meanwhile. Look at it again."), "duties.ground_changed")
                ground.version += 1
            before = None if ground_id is None else {"name": ground.name, "floor": ground.floor}
            for key, value in facts.items():
                setattr(ground, key, value)
            ground.save()
            audit.record(actor, PLAN, ground, before=before, after={"name": ground.name, "floor": floor, "division": division.pk})
    except IntegrityError as taken:
        raise refuse(_("This area has a ground of that name already."), "ground_taken", "name") from taken
    return ground


def save_segment(
    actor: Actor, *, ground_id: int, name: str, segment_id: int | None = None, order: int = 1, leader: str = "", unit: Unit | None = None,
    content: str = "",
) -> RosterSegment:  # fmt: skip
    """Write a segment of a ground. Raises Refusal, Missing, Denied."""
    access.require(actor, PLAN)
    if not name.strip():
        raise refuse(_("A segment has a name."), "segment_name", "name")
    try:
        with transaction.atomic():
            ground = access.fetch(actor, PLAN, RosterGround, lock=True, pk=ground_id)
            segment = RosterSegment(ground=ground) if segment_id is None else access.fetch(actor, PLAN, ground.segments.all(), pk=segment_id)
            before = None if segment_id is None else _segment_told(segment)
            segment.name, segment.leader, segment.content = name.strip()[:60], leader.strip()[:80], content.strip()[:300]
            segment.unit, segment.order = unit, min(max(order, 0), 9999)
            segment.save()
            audit.record(actor, PLAN, ground, before={"segment": before}, after={"segment": _segment_told(segment)})
    except IntegrityError as taken:
        raise refuse(_("This ground has a segment of that name already."), "segment_taken", "name") from taken
    return segment


def _segment_told(segment: RosterSegment) -> dict[str, Any]:
    return {"name": segment.name, "leader": segment.leader, "unit": segment.unit_id, "content": segment.content}


def remove_segment(actor: Actor, *, segment_id: int) -> RosterGround:
    """Take a segment away; its posts stay on the ground."""
    with transaction.atomic():
        segment = access.fetch(actor, PLAN, RosterSegment.objects.select_related("ground"), lock=True, pk=segment_id)
        before, ground = _segment_told(segment), segment.ground
        segment.delete()
        audit.record(actor, PLAN, ground, before={"segment": before})
    return ground


def save_duty_post(
    actor: Actor, *, ground_id: int, name: str, shifts: str, duty_post_id: int | None = None, kind: str = DutyPost.Kind.FIXED,
    segment: RosterSegment | None = None, unit: Unit | None = None, qualification: str = "", order: int = 1, on_floor: bool = True,
    active: bool = True,
) -> DutyPost:  # fmt: skip
    """Write a post with its shifts, one a line (``hours.read``). A shift that is not named any more runs no more. Turns ahead whose hours change
    are told to calendars. Raises Refusal, Missing, Denied."""
    access.require(actor, PLAN)
    read = read_shifts(shifts)
    if not name.strip():
        raise refuse(_("A post has a name."), "duty_post_name", "name")
    if kind not in DutyPost.Kind.values:
        raise refuse(_("Choose one of the list."), "duty_post_kind", "kind")
    try:
        with transaction.atomic():
            ground = access.fetch(actor, PLAN, RosterGround, lock=True, pk=ground_id)
            if segment is not None and segment.ground_id != ground.pk:
                raise refuse(_("This segment belongs to another ground."), "duty_post_segment", "segment")
            post = DutyPost(ground=ground) if duty_post_id is None else access.fetch(actor, PLAN, ground.posts.all(), pk=duty_post_id)
            before = None if duty_post_id is None else _post_told(post)
            post.name, post.kind, post.segment, post.unit = name.strip()[:60], kind, segment, unit
            post.qualification, post.order = qualification.strip()[:40], min(max(order, 0), 9999)
            post.on_floor, post.active = on_floor and kind != DutyPost.Kind.LEAD, active
            post.save()
            write_shifts(post, read)
            audit.record(actor, PLAN, ground, before={"post": before}, after={"post": _post_told(post)})
    except IntegrityError as taken:
        raise refuse(_("This ground has a post of that name already."), "duty_post_taken", "name") from taken
    return post


def _post_told(post: DutyPost) -> dict[str, Any]:
    shifts = [written(shift).text for shift in post.shifts.filter(active=True)]
    return {"name": post.name, "kind": post.kind, "unit": post.unit_id, "asks": post.qualification, "active": post.active, "shifts": shifts}


def written(shift: PostShift) -> hours.Shift:
    """A shift as it is written in a line."""
    return hours.Shift(shift.name, tuple(shift.spans), shift.least, shift.most, shift.days)


def read_shifts(text: str) -> list[hours.Shift]:
    """The lines of a text. Raises Refusal that names the line."""
    try:
        read = hours.read(text)
    except hours.WrongShift as wrong:
        raise refuse(why_wrong(wrong), f"shift_{wrong.why}", "shifts") from wrong
    if not read:
        raise refuse(_("Write at least one shift: its name, its hours, how many people."), "shift_none", "shifts")
    return read


def why_wrong(wrong: hours.WrongShift) -> str:
    """What is wrong with a line, in a sentence."""
    told = {
        "name": _("This shift has no name, or one of more than 20 letters: %(line)s"),
        "hours": _("Hours are written 07:30-09:00, at most two spans: %(line)s"),
        "people": _("How many people is written 2人 or 2-3人: %(line)s"),
        "twice": _("This shift is there twice: %(line)s"),
        "many": _("A post has at most 8 shifts: %(line)s"),
        "overlap": _("The second span begins before the first has ended: %(line)s"),
    }
    return told[wrong.why] % {"line": wrong.line[:80]}


def write_shifts(post: DutyPost, read: Sequence[hours.Shift]) -> None:
    """Make the shifts of a post these, by their names."""
    known = {shift.name: shift for shift in post.shifts.all()}
    moved = []
    for order, one in enumerate(read, start=1):
        shift = known.pop(one.name, None) or PostShift(post=post, name=one.name)
        windows = [list(span) for span in one.windows]
        if shift.pk and shift.windows != windows:
            moved.append(shift)
        shift.order, shift.windows, shift.least, shift.most, shift.days, shift.active = order, windows, one.least, one.most, one.days, True
        shift.save()
    for shift in known.values():
        shift.active = False
        shift.save(update_fields=["active"])
    if moved:
        later = RosterTurn.objects.filter(shift__in=moved, day__gte=clock.today(), roster__state=Roster.State.PUBLISHED)
        for turn in later:
            turn.sequence, turn.changed_at = turn.sequence + 1, clock.now()
            turn.save(update_fields=["sequence", "changed_at"])
