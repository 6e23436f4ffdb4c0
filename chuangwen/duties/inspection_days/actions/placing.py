"""Entering drawn places as they become known, and who stands there."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from chuangwen.duties.inspection_days import matching, telling
from chuangwen.duties.inspection_days.actions.base import PLACE, take, take_place, write
from chuangwen.duties.inspection_days.models import DrawnPlace, PlaceAssignment
from chuangwen.duties.inspection_days.states import Step
from chuangwen.duties.meetings.actions.base import reachable, refuse
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Post, Unit

MOST_PLACES, MOST_UNITS, MOST_PEOPLE = 200, 40, 999


def add_place(actor: Actor, *, inspection_id: int, text: str, day: date | None = None, note: str = "") -> DrawnPlace:
    """Enter a community or a site that was drawn, by a few letters of its name; who should stand there is put in at once. Raises Refusal for a
    name that fits nothing or several, for a day outside, and for what stands there already."""
    with transaction.atomic():
        inspection = take(actor, Step.PLACE, inspection_id)
        found = matching.find(inspection.division, text)
        on = day or min(max(clock.today(), inspection.first), inspection.last)
        if not inspection.first <= on <= inspection.last:
            raise refuse(_("This day is none of the inspection's."), "drawn_day", "day")
        there = inspection.places.filter(day=on, division=found.division, site=found.site)
        if there.exists():
            raise refuse(_("This place stands there already."), "drawn_twice", "text")
        if inspection.places.count() >= MOST_PLACES:
            raise refuse(_("At most %(most)d places.") % {"most": MOST_PLACES}, "drawn_full", "text")
        place = DrawnPlace.objects.create(
            inspection=inspection, division=found.division, site=found.site, day=on, known_at=clock.now(),
            note=note.replace("\x00", "").strip()[:200],
        )  # fmt: skip
        with translation.override(settings.LANGUAGE_CODE):
            sent = PlaceAssignment.objects.bulk_create(matching.proposed(place))
        telling.drawn(place, sent)
        write(actor, Step.PLACE, inspection, {}, lambda: _("Drawn: %(place)s") % {"place": place}, told={"place": place.pk})
    return place


def mark_place(actor: Actor, *, drawn_id: int, state: str) -> DrawnPlace:
    """Say that the assessors are there, have left, or were not there yet."""
    with transaction.atomic():
        place = take_place(actor, Step.PLACE, drawn_id)
        if state not in DrawnPlace.State.values:
            raise refuse(_("There is no such state."), "drawn_state", "state")
        place.state, place.state_at = state, clock.now()
        place.save(update_fields=["state", "state_at"])
        said = {"place": place, "state": place.get_state_display()}
        write(actor, Step.PLACE, place.inspection, {}, lambda: _("%(place)s: %(state)s") % said, told={"place": place.pk, "now": state})
    return place


def remove_place(actor: Actor, *, drawn_id: int) -> int:
    """Take out a place that was entered by mistake; the key of the inspection. What was reported there stays."""
    with transaction.atomic():
        place = take_place(actor, Step.PLACE, drawn_id)
        key, name = place.pk, str(place)
        place.delete()
        write(actor, Step.PLACE, place.inspection, {}, lambda: _("Not drawn after all: %(place)s") % {"place": name}, told={"place": key})
    return place.inspection_id


def assign(
    actor: Actor,
    *,
    drawn_id: int,
    unit: Unit,
    post: Post | None = None,
    part: str = "present",
    task: str = "",
    people: int | None = None,
) -> PlaceAssignment:
    """Send a unit, or a post of it, to a place with so many people (None: not said yet); the same again changes what was said. Raises Refusal
    for a unit elsewhere, a post of another unit, and a number out of its range."""
    with transaction.atomic():
        place = take_place(actor, Step.ASSIGN, drawn_id)
        if part not in PlaceAssignment.Part.values:
            raise refuse(_("There is no such part."), "drawn_part", "part")
        if people is not None and not 1 <= people <= MOST_PEOPLE:
            raise refuse(_("From 1 to %(most)d people.") % {"most": MOST_PEOPLE}, "drawn_people", "people")
        unit = reachable([unit], place.inspection.division, "unit")[0]
        today = clock.today()
        if post is not None and (post.unit_id != unit.pk or post.starts_on > today or (post.ends_on is not None and post.ends_on < today)):
            raise refuse(_("This post belongs to another unit, or has ended."), "drawn_post", "post")
        if not place.assignments.filter(unit=unit, post=post).exists() and place.assignments.count() >= MOST_UNITS:
            raise refuse(_("At most %(most)d units at a place.") % {"most": MOST_UNITS}, "drawn_full", "unit")
        row, _made = PlaceAssignment.objects.update_or_create(
            place=place, unit=unit, post=post, defaults={"part": part, "task": task.replace("\x00", "").strip()[:200], "people": people}
        )
        telling.drawn(place, [row])
        said = {"place": place, "unit": unit, "people": people}
        told = {"place": place.pk, "unit": unit.pk, "post": post.pk if post else None, "people": people}
        write(
            actor, Step.ASSIGN, place.inspection, {},
            lambda: (_("%(place)s: %(unit)s goes there, %(people)d people") if people else _("%(place)s: %(unit)s goes there")) % said,
            told=told,
        )  # fmt: skip
    return row


def release(actor: Actor, *, assignment_id: int) -> DrawnPlace:
    """Take a unit or post away from a place."""
    with transaction.atomic():
        row = access.fetch(actor, PLACE, PlaceAssignment.objects.select_related("unit"), pk=assignment_id)
        place = take_place(actor, Step.ASSIGN, row.place_id)
        said = {"place": place, "unit": row.unit}
        row.delete()
        write(actor, Step.ASSIGN, place.inspection, {}, lambda: _("%(place)s: %(unit)s goes away") % said, told={"unit": row.unit_id})
    return place
