"""Rooms and platforms of a centre."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import audit
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict
from chuangwen.kernel.lives import needed, one_of
from chuangwen.people.models import Unit
from chuangwen.volunteers.centres import rules
from chuangwen.volunteers.centres.access import KEEP, PLAN
from chuangwen.volunteers.centres.actions.base import of_centre, refuse, taken
from chuangwen.volunteers.centres.models import CentrePlatform, CentreRoom

MOST_AREA, MOST_SEATS, MOST_MEMBERS = Decimal(100_000), 10_000, 40


def save_room(
    actor: Actor, *, centre_id: int, name: str, area: Decimal | None = None, seats: int | None = None, use: str = "", equipment: str = "",
    order: int = 0, room_id: int | None = None,
) -> CentreRoom:  # fmt: skip
    """Write a room down, or change one. ``area`` in square metres. Raises Denied, Missing, Refusal, Conflict."""
    with transaction.atomic():
        centre = taken(actor, KEEP, centre_id)
        row = CentreRoom(centre=centre) if room_id is None else of_centre(CentreRoom, room_id, KEEP, actor)
        if row.centre_id != centre.pk:
            raise refuse(_("The room belongs to another centre."), "room")
        if area is not None and (not area.is_finite() or not 0 <= area <= MOST_AREA):
            raise refuse(_("From 0 to 100,000 square metres."), "area", "area")
        if (seats is not None and not 0 <= seats <= MOST_SEATS) or not 0 <= order <= 999:
            raise refuse(_("This number is too large."), "number", "seats")
        row.name = needed(name, "name", _("A room has a name."), limit=60)
        if CentreRoom.objects.filter(centre=centre, name=row.name).exclude(pk=row.pk).exists():
            raise Conflict(_("The centre has a room of that name already."), "centres.room_there", field="name")
        row.area = round(area, 2) if area is not None else None
        row.seats, row.use, row.equipment, row.order = seats, use.strip()[:100], equipment.strip()[:300], order
        row.save()
        audit.record(actor, KEEP, centre, after={"room": row.name, "area": str(row.area), "use": row.use})
    return row


def remove_room(actor: Actor, *, room_id: int) -> None:
    """A room that there is no longer."""
    with transaction.atomic():
        row = of_centre(CentreRoom, room_id, KEEP, actor)
        centre, name = row.centre, row.name
        row.delete()
        audit.record(actor, KEEP, centre, before={"room": name}, note=_("removed"))


def save_platform(
    actor: Actor, *, centre_id: int, kind: str, lead: Unit, members: Sequence[Unit] = (), about: str = ""
) -> CentrePlatform:
    """Say who leads a platform of a centre or an office and who belongs to it; the newest word holds. Raises Denied, Missing, Refusal."""
    with transaction.atomic():
        centre = taken(actor, PLAN, centre_id)
        one_of(kind, CentrePlatform.Kind, "kind")
        if centre.kind not in (rules.CENTRE, rules.OFFICE):
            raise refuse(_("Platforms are run by a centre or an office."), "platform_where")
        others = [unit for unit in dict.fromkeys(members) if unit.pk != lead.pk]
        if len(others) > MOST_MEMBERS:
            raise refuse(_("At most %(count)d departments.") % {"count": MOST_MEMBERS}, "members", "members")
        row, _made = CentrePlatform.objects.update_or_create(
            centre=centre, kind=kind, defaults={"lead": lead, "about": about.strip()[:300]}
        )
        row.members.set(others)
        audit.record(actor, PLAN, centre, after={"platform": kind, "lead": lead.pk, "members": [unit.pk for unit in others]})
    return row


def remove_platform(actor: Actor, *, platform_id: int) -> None:
    """A platform that is no longer run."""
    with transaction.atomic():
        row = of_centre(CentrePlatform, platform_id, PLAN, actor)
        centre, kind = row.centre, row.kind
        row.delete()
        audit.record(actor, PLAN, centre, before={"platform": kind}, note=_("removed"))
