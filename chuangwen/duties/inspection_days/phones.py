"""Whom to call: the duty number of each unit that stands at a drawn place, of the office, and one contact each. Nobody else's number."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from chuangwen.duties.inspection_days.models import Inspection, PlaceAssignment
from chuangwen.kernel import clock
from chuangwen.people.models import Post, Unit
from chuangwen.people.queries import contacts

ORDER = (Post.Kind.LIAISON, Post.Kind.FIRST_RESPONSIBLE)


@dataclass(frozen=True)
class Line:
    """A unit with its duty number and one contact: a post that was sent to the place, else the liaison, else the first responsible person."""

    unit: str
    places: str
    phone: str
    contact: str = ""
    contact_post: str = ""
    contact_phone: str = ""


def lines_of(inspection: Inspection) -> list[Line]:
    """The office first, then units in the order of the organisation. Four queries."""
    rows = list(
        PlaceAssignment.objects.filter(place__inspection=inspection)
        .select_related("unit", "post__person", "place__site", "place__division").order_by("unit__path", "place__day", "pk")
    )  # fmt: skip
    office = Q(kind=Unit.Kind.COMMAND, division__path__in=inspection.division.ancestor_paths)
    command = list(Unit.objects.filter(office, Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today())).order_by("path"))
    units: dict[int, Unit] = {unit.pk: unit for unit in (*command, *(row.unit for row in rows))}
    known = contacts(units, clock.today())
    lines = []
    for key, unit in units.items():
        own = [row for row in rows if row.unit_id == key]
        places = "、".join(dict.fromkeys(str(row.place) for row in own))
        sent = [row.post for row in own if row.post is not None]
        for post in sent or _one(known.get(key, [])):
            lines.append(Line(unit.name, places, unit.phone, post.person.name, post.title or post.get_kind_display(), post.person.phone))
        if not sent and not _one(known.get(key, [])):
            lines.append(Line(unit.name, places, unit.phone))
    return list(dict.fromkeys(lines))


def _one(posts: list[Post]) -> list[Post]:
    """The one to call."""
    for kind in ORDER:
        found = [post for post in posts if post.kind == kind]
        if found:
            return found[:1]
    return posts[:1]
