"""Appraisals of services by who organised them: the desk, or the leader of the team. One word and a remark for one service."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Denied, Missing
from chuangwen.kernel.lives import needed, one_of
from chuangwen.volunteers.corps.access import LEAD
from chuangwen.volunteers.corps.models import Team
from chuangwen.volunteers.presence.models import ServiceEntry
from chuangwen.volunteers.record.access import APPRAISE
from chuangwen.volunteers.record.actions.base import APPRAISED, not_concerned, refuse, tell_volunteer
from chuangwen.volunteers.record.models import ServiceAppraisal, Standing
from chuangwen.volunteers.record.rules import Take

MOST_AT_ONCE = 200


def appraise_services(actor: Actor, *, entries: Sequence[int], grade: str, remark: str = "", generated: bool = False) -> list[ServiceAppraisal]:
    """Appraise these services alike, all or none. Raises Denied (one's own), Missing, Refusal, Conflict (counts not, appraised already)."""
    _asked(actor)
    with transaction.atomic():
        one_of(grade, ServiceAppraisal.Grade, "grade")
        clean = remark.strip()[:100]
        if grade == ServiceAppraisal.Grade.LACKING:
            clean = needed(remark, "remark", _("Say what is to be improved."), limit=100)
        keys = sorted(set(entries))
        if not 0 < len(keys) <= MOST_AT_ONCE:
            raise refuse(_("From one to %(count)d services at once.") % {"count": MOST_AT_ONCE}, "entries")
        rows = appraisable(actor, keys)
        not_concerned(actor, [row.volunteer.person_id for row in rows])
        if not all(row.counts for row in rows):
            raise Conflict(_("One of the services counts no longer."), "record.not_counted")
        if ServiceAppraisal.objects.filter(entry__in=keys, state=Standing.STANDS).exists():
            raise Conflict(_("One of the services is appraised already: withdraw that first."), "record.appraised")
        made = [
            ServiceAppraisal.objects.create(
                entry=row, grade=grade, remark=clean, made_at=clock.now(), made_by_id=actor.account_id, generated=generated or row.generated
            )
            for row in rows
        ]
        for one in made:
            audit.record(actor, APPRAISE, one, after={"entry": one.entry_id, "grade": grade})
    return made


def _asked(actor: Actor) -> None:
    if not actor.may(APPRAISE) and not actor.may(LEAD):
        access.require(actor, APPRAISE)


def appraisable(actor: Actor, keys: Sequence[int]) -> list[ServiceEntry]:
    """These entries, locked: of the desk's area, or of teams that the actor leads. Raises Missing where one is neither."""
    found = {row.pk: row for row in ServiceEntry.objects.select_for_update(of=("self",)).select_related("volunteer__person").filter(pk__in=keys)}
    desk = set(access.scoped(actor, APPRAISE, ServiceEntry).filter(pk__in=keys).values_list("pk", flat=True))
    led = set(access.scoped(actor, LEAD, Team).filter(pk__in={row.team_id for row in found.values()} - {None}).values_list("pk", flat=True))
    rows = [found[key] for key in keys if key in found and (key in desk or found[key].team_id in led)]
    if len(rows) != len(keys):
        raise Missing(_("There is no such record, or it is not in your area."))
    return rows


def withdraw_appraisal(actor: Actor, *, service_appraisal_id: int, reason: str, expected: int | None = None) -> ServiceAppraisal:
    """It was wrong, and why; it stays to be seen. By who made it or the desk. Raises Denied (one's own), Missing, NotNow, Conflict, Refusal."""
    _asked(actor)
    with transaction.atomic():
        rows = ServiceAppraisal.objects.select_related(*APPRAISED.related).select_for_update(of=("self",))
        row = rows.filter(pk=service_appraisal_id).first()
        desk = row is not None and access.scoped(actor, APPRAISE, ServiceAppraisal).filter(pk=row.pk).exists()
        if row is None or not desk and (actor.account_id is None or row.made_by_id != actor.account_id):
            raise Missing(_("There is no such record, or it is not in your area."))
        if row.entry.volunteer.person_id == actor.person_id and actor.person_id is not None:
            raise Denied(_("This is a matter of your own: somebody else has to do it."), "record.own")
        APPRAISED.allow(row, Take.WITHDRAW, expected)
        end_appraisal(actor, row, needed(reason, "reason", _("Say why.")))
    return row


def end_appraisal(actor: Actor, row: ServiceAppraisal, words: str) -> None:
    """Inside the transaction of whoever locked the row and may do it."""
    volunteer = row.entry.volunteer
    tell_volunteer(f"appraisal-out:{row.pk}", lambda: _("An appraisal of “%(title)s” was withdrawn") % {"title": row.entry.title}, volunteer)
    changes = {"ended_at": clock.now(), "ended_by_id": actor.account_id, "reason": words}
    APPRAISED.write(actor, Take.WITHDRAW, row, lambda: words, changes)
