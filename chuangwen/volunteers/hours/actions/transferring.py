"""Hours that another system recorded: taken over once, marked with where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import Actor
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.hours.actions.base import TRANSFER, not_concerned, refuse
from chuangwen.volunteers.hours.rules import DAY_MINUTES
from chuangwen.volunteers.presence.events import HoursCounted
from chuangwen.volunteers.presence.models import ServiceEntry

MOST_ROWS = 20_000


@dataclass(frozen=True)
class Transferred:
    """An entry as another system has it. ``number`` is its number there."""

    volunteer_id: int
    system: str
    number: str
    title: str
    day: date
    minutes: int


def take_over_hours(actor: Actor, *, rows: Sequence[Transferred], generated: bool = False) -> list[ServiceEntry]:
    """The entries that are new; one with the same system and number of the same volunteer is left as it is, even where it was corrected or
    struck since. Raises Denied (one's own hours), Missing, Refusal."""
    access.require(actor, TRANSFER)
    with transaction.atomic():
        if len(rows) > MOST_ROWS:
            raise refuse(_("At most %(count)d rows at once.") % {"count": MOST_ROWS}, "rows")
        keys = {row.volunteer_id for row in rows}
        people = access.scoped(actor, TRANSFER, Volunteer).filter(pk__in=keys).order_by("pk")
        volunteers = {one.pk: one for one in people.select_for_update(of=("self",))}
        if keys - volunteers.keys():
            raise refuse(_("One of the volunteers is not in your area."), "volunteer", "volunteer")
        not_concerned(actor, [one.person_id for one in volunteers.values()])
        known = ServiceEntry.objects.filter(kind=ServiceEntry.Kind.TRANSFER, volunteer__in=keys)
        there = set(known.values_list("volunteer", "from_system", "from_number"))
        now, fresh = clock.now(), []
        for row in rows:
            if not row.system or not row.number or not row.title:
                raise refuse(_("A transfer says from which system it comes, its number there, and what was done."), "transfer")
            if not 0 < row.minutes <= DAY_MINUTES:
                raise refuse(_("An entry lies within a day: from 0 to 24 hours."), "minutes", "minutes")
            if row.day > clock.today():
                raise refuse(_("This day is still to come."), "day", "day")
            mark = (row.volunteer_id, row.system, row.number)
            if mark in there:
                continue
            there.add(mark)
            fresh.append(
                ServiceEntry(
                    volunteer_id=row.volunteer_id, kind=ServiceEntry.Kind.TRANSFER, title=row.title, day=row.day, minutes=row.minutes,
                    from_system=row.system, from_number=row.number, made_at=now, made_by_id=actor.account_id, generated=generated,
                )
            )  # fmt: skip
        made = ServiceEntry.objects.bulk_create(fresh, batch_size=1000)
        for entry in made:
            events.say(HoursCounted(entry.pk))
        systems = sorted({row.system for row in rows})
        audit.record(actor, TRANSFER, title=_("Hours from other systems"), after={"systems": systems, "rows": len(rows), "new": len(made)})
    return made
