"""Teams and volunteers of sheets: all rows or none, and the same sheet again changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.models import Counter
from chuangwen.people.models import Person
from chuangwen.volunteers.corps.access import ENROL, MANAGE_TEAMS
from chuangwen.volunteers.corps.actions.teams import make_team
from chuangwen.volunteers.corps.models import Membership, Team, Volunteer


def bring_teams(actor: Actor, *, rows: Sequence[dict[str, Any]]) -> int:
    """Teams of a sheet, parents before children. ``rows``: ``team`` (a known one, or None), ``facts``, ``parent`` (key of a known one, or the
    name of one of the sheet), ``skills``. How many were written."""
    access.require(actor, MANAGE_TEAMS)
    with transaction.atomic():
        made: dict[str, int] = {}
        for row in rows:
            team: Team | None = row["team"]
            if team is None:
                parent = row["parent"] if not isinstance(row["parent"], str) else made[row["parent"]]
                fresh = make_team(actor, **row["facts"], parent_id=parent, skills=row["skills"])
                made[fresh.name] = fresh.pk
                continue
            access.require(actor, MANAGE_TEAMS, division=team.division, unit=team.unit)
            for name in ("phone", "about", "reach", "weekly"):
                setattr(team, name, row["facts"][name])
            team.revision += 1
            team.save(update_fields=["phone", "about", "reach", "weekly", "revision"])
            team.skills.set(row["skills"])
        told = {"new": len(made), "changed": len(rows) - len(made)}
        audit.record(actor, MANAGE_TEAMS, title=_("%(count)d teams of a sheet") % {"count": len(rows)}, after=told)
    return len(rows)


def bring_volunteers(actor: Actor, *, rows: Sequence[dict[str, Any]], generated: bool = False) -> int:
    """Volunteers of a sheet, confirmed with it. ``rows``: ``name``, ``phone``, ``division``, ``skills`` (keys), ``free``, ``minor`` (its
    columns), ``team`` (key or None), ``registered_on``, ``volunteer`` (a known one who joins that team, or None). How many were written."""
    access.require(actor, ENROL)
    with transaction.atomic():
        now, today = clock.now(), clock.today()
        fresh = [row for row in rows if row["volunteer"] is None]
        for division in {row["division"] for row in rows}:
            access.require(actor, ENROL, division=division)
        people = Person.objects.bulk_create(Person(name=row["name"], phone=row["phone"], generated=generated) for row in fresh)
        first = _numbers(len(fresh))
        volunteers = Volunteer.objects.bulk_create(
            Volunteer(
                number=f"V{today.year}{first + place:05d}", person=person, state="active", division=row["division"], free=row["free"],
                registered_on=row["registered_on"] or today, agreed_at=now, generated=generated, **row["minor"],
            )
            for place, (row, person) in enumerate(zip(fresh, people, strict=True))
        )  # fmt: skip
        through = Volunteer.skills.through
        through.objects.bulk_create(
            through(volunteer_id=one.pk, skill_id=skill)
            for one, row in zip(volunteers, fresh, strict=True)
            for skill in sorted(set(row["skills"]))
        )
        joins = list(zip(volunteers, fresh, strict=True)) + [(row["volunteer"], row) for row in rows if row["volunteer"] is not None]
        Membership.objects.bulk_create(
            Membership(
                team_id=row["team"], volunteer=one, state="member", asked_at=now, joined_on=row["registered_on"] or today,
                decided_by_id=actor.account_id,
            )
            for one, row in joins if row["team"] is not None
        )  # fmt: skip
        told = {"new": len(volunteers), "joined": len(rows) - len(fresh)}
        audit.record(actor, ENROL, title=_("%(count)d volunteers of a sheet") % {"count": len(rows)}, after=told)
    return len(rows)


def _numbers(count: int) -> int:
    """The first of so many numbers, taken at once."""
    name = f"volunteers/V/{clock.today().year}"
    counter = Counter.objects.select_for_update().get_or_create(name=name)[0]
    counter.value += count
    counter.save(update_fields=["value"])
    return counter.value - count + 1
