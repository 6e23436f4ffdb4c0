"""Commendations: entered by one person with the number of the document or a photo of it, withdrawn with a reason; both stay to be seen.

Hours need two people because nobody else has written them down; a commendation has a document that anybody can look up. So one person enters it,
never for themselves, and whoever it is about can object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chuangwen.evidence.models import Photo
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import match_key
from chuangwen.kernel.errors import Conflict
from chuangwen.kernel.lives import needed, one_of, own_photos
from chuangwen.people.models import Unit
from chuangwen.volunteers.corps.models import Membership, Team, Volunteer
from chuangwen.volunteers.hours.actions.certifying import issuing_unit, withdraw_for_commendation
from chuangwen.volunteers.hours.models import StarLevel
from chuangwen.volunteers.record.access import COMMEND
from chuangwen.volunteers.record.actions.base import COMMENDED, not_concerned, refuse, tell_volunteer
from chuangwen.volunteers.record.models import Commendation
from chuangwen.volunteers.record.rules import Take

FIRST_DAY = date(1990, 1, 1)


@dataclass(frozen=True)
class Commended:
    """A row of a sheet."""

    volunteer_id: int
    title: str
    level: str
    given_by: str
    day: date
    document_number: str


def enter_commendation(
    actor: Actor, *, volunteer_id: int, title: str, level: str, given_by: str, day: date, document_number: str = "",
    photos: Sequence[int] = (), team_id: int | None = None, generated: bool = False,
) -> Commendation:  # fmt: skip
    """Write a commendation into a volunteer's record. ``photos``: at most one, of the document. Raises Denied (one's own), Missing, Conflict (it
    is there already), Refusal (a star, neither number nor photo, a day to come)."""
    with transaction.atomic():
        volunteer = access.fetch(actor, COMMEND, Volunteer.objects.select_related("person", "division"), pk=volunteer_id)
        not_concerned(actor, [volunteer.person_id])
        clean = needed(title, "title", _("Say what the commendation is called."), limit=80)
        not_a_star(clean)
        giver = needed(given_by, "given_by", _("Say who gave it."), limit=80)
        one_of(level, Commendation.Level, "level")
        if not FIRST_DAY <= day <= clock.today():
            raise refuse(_("The day lies in the future or too far back."), "day", "day")
        number, kept = document_number.strip()[:60], own_photos(actor, photos, Photo)
        if len(kept) > 1:
            raise refuse(_("One photo of the document is enough."), "photos", "photos")
        if not number and not kept:
            raise refuse(_("Give the number of the document, or a photo of it."), "proof", "document_number")
        team, unit = _kept_by(actor, volunteer, team_id)
        try:
            with transaction.atomic():
                row = Commendation.objects.create(
                    volunteer=volunteer, unit=unit, team=team, title=clean, level=level, given_by=giver, day=day, document_number=number,
                    photo_id=kept[0] if kept else None, made_at=clock.now(), made_by_id=actor.account_id,
                    generated=generated or volunteer.generated,
                )  # fmt: skip
        except IntegrityError as there:
            raise Conflict(_("This commendation stands in the record already."), "record.commended") from there
        tell_volunteer(f"commendation:{row.pk}", lambda: _("Written into your record: “%(title)s”") % {"title": clean}, volunteer)
        audit.record(actor, COMMEND, row, after={"volunteer": volunteer.pk, "level": level, "day": day, "document_number": number})
    return row


def not_a_star(title: str) -> None:
    """Stars come from hours by themselves and are told as such. Raises Refusal for a title that is one of the ladder."""
    stars = {match_key(name) for name in StarLevel.objects.values_list("name", flat=True)}
    if match_key(title) in stars | {one + match_key("称号") for one in stars}:
        raise refuse(_("Stars come from hours by themselves: they stand in the record already."), "star", "title")


def _kept_by(actor: Actor, volunteer: Volunteer, team_id: int | None) -> tuple[Team | None, Unit]:
    """The team it was given for, and the unit that keeps the record. Without a team: the volunteer's first team that the actor answers for.
    Raises Refusal, Denied."""
    mine = Membership.objects.filter(volunteer=volunteer, joined_on__isnull=False).order_by("joined_on", "pk").values_list("team", flat=True)
    keys = list(mine)
    if team_id is not None:
        if team_id not in keys:
            raise refuse(_("The volunteer never was in this team."), "team", "team")
        keys = [team_id]
    teams = {team.pk: team for team in access.scoped(actor, COMMEND, Team).filter(pk__in=keys).select_related("unit", "division")}
    team = next((teams[key] for key in keys if key in teams), None)
    unit = team.unit if team is not None else issuing_unit(volunteer)
    if unit is None:
        raise refuse(_("The volunteer is in no team, and no unit answers for the place: nobody can keep it."), "no_unit")
    access.require(actor, COMMEND, division=volunteer.division, unit=unit)
    return team, unit


def withdraw_commendation(actor: Actor, *, commendation_id: int, reason: str, expected: int | None = None) -> Commendation:
    """It was wrong or was taken back: it stays in the record with the reason, and certificates that name it are withdrawn. Raises Denied (one's
    own), Missing, NotNow, Conflict, Refusal."""
    access.require(actor, COMMEND)
    with transaction.atomic():
        row: Commendation = COMMENDED.take(actor, Take.WITHDRAW, commendation_id, expected=expected)
        not_concerned(actor, [row.volunteer.person_id])
        end_commendation(actor, row, needed(reason, "reason", _("Say why.")))
    return row


def end_commendation(actor: Actor, row: Commendation, words: str) -> None:
    """Inside the transaction of whoever locked the row and may do it."""
    told = {"title": row.title}
    tell_volunteer(f"commendation-out:{row.pk}", lambda: _("No longer in force in your record: “%(title)s”") % told, row.volunteer)
    withdraw_for_commendation(row.volunteer_id, row.pk)
    changes = {"ended_at": clock.now(), "ended_by_id": actor.account_id, "reason": words}
    COMMENDED.write(actor, Take.WITHDRAW, row, lambda: words, changes)


def bring_commendations(actor: Actor, *, rows: Sequence[Commended]) -> int:
    """Rows of a sheet, all or none; how many. Raises as ``enter_commendation``."""
    access.require(actor, COMMEND)
    with transaction.atomic():
        for row in rows:
            enter_commendation(
                actor, volunteer_id=row.volunteer_id, title=row.title, level=row.level, given_by=row.given_by, day=row.day,
                document_number=row.document_number,
            )  # fmt: skip
    return len(rows)
