"""Objections: a volunteer says what is wrong or missing; somebody without a hand in it answers within the days of the rules, with a reason.

Of hours there is no second way beside the correction by two people: to uphold an objection is to propose the correction, and what is decided
on that is the answer."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import SYSTEM, Actor
from chuangwen.kernel.errors import Conflict, Missing
from chuangwen.kernel.lives import needed, one_of
from chuangwen.people.models import Unit
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.hours.actions import propose_correction
from chuangwen.volunteers.hours.actions.certifying import issuing_unit
from chuangwen.volunteers.hours.rules import DAY_MINUTES
from chuangwen.volunteers.presence.models import ServiceEntry
from chuangwen.volunteers.record.access import ANSWER, OBJECT
from chuangwen.volunteers.record.actions.appraising import end_appraisal
from chuangwen.volunteers.record.actions.base import (
    APPRAISED,
    COMMENDED,
    OBJECTED,
    another,
    due_on,
    not_concerned,
    refuse,
    rules_row,
    tell_desk,
    tell_volunteer,
)
from chuangwen.volunteers.record.actions.commending import end_commendation
from chuangwen.volunteers.record.models import Commendation, RecordObjection, ServiceAppraisal, Standing
from chuangwen.volunteers.record.rules import Answer

Kind = RecordObjection.Kind


def object_to_record(
    actor: Actor, *, volunteer_id: int, kind: str, words: str, target_id: int | None = None, minutes: int | None = None, generated: bool = False
) -> RecordObjection:
    """Object to the entry, appraisal or commendation ``target_id`` of the record (none of them for what is missing); the volunteer, or the desk
    for whoever comes to it, so for a child the guardian. ``minutes``: what the hours should be. Raises Denied, Missing, Conflict (one waits
    already, or it stands no longer), Refusal."""
    with transaction.atomic():
        volunteer = access.fetch(actor, OBJECT, Volunteer.objects.select_related("person", "division"), lock=True, pk=volunteer_id)
        one_of(kind, Kind, "kind")
        clean = needed(words, "words", _("Say what is wrong."))
        about, unit = _about(volunteer, kind, target_id)
        if kind == Kind.HOURS:
            if minutes is None or not 0 <= minutes <= DAY_MINUTES:
                raise refuse(_("An entry lies within a day: from 0 to 24 hours."), "minutes", "minutes")
            if minutes == about["entry"].minutes:
                raise refuse(_("That is what the entry says already."), "same", "minutes")
        try:
            with transaction.atomic():
                row = RecordObjection.objects.create(
                    volunteer=volunteer, unit=unit or issuing_unit(volunteer), kind=kind, words=clean, asked_at=clock.now(),
                    minutes=minutes if kind == Kind.HOURS else None, asked_by_id=actor.account_id, due_on=due_on(rules_row().objection_days),
                    generated=generated or volunteer.generated, **about,
                )  # fmt: skip
        except IntegrityError as waits:
            raise Conflict(_("An objection to this waits for its answer already."), "record.objection_waits") from waits
        tell_desk(
            f"objection:{row.pk}", lambda: _("A volunteer objects to an entry of the record: “%(about)s”") % {"about": row.about}, row.unit,
            volunteer.division, row.get_absolute_url(), [actor.account_id],
        )  # fmt: skip
        audit.record(actor, OBJECT, row, after={"kind": kind, "target": target_id, "due_on": row.due_on}, note=clean)
    return row


def _about(volunteer: Volunteer, kind: str, key: int | None) -> tuple[dict[str, Any], Unit | None]:
    """The column of what is objected to, and the unit that keeps it. Raises Missing (not of this record), Conflict (stands no longer)."""
    if kind == Kind.MISSING:
        return {}, None
    if kind == Kind.COMMENDATION:
        given = Commendation.objects.filter(volunteer=volunteer, pk=key).select_related("unit").first()
        if given is not None and given.state == Standing.STANDS:
            return {"commendation": given}, given.unit
        raise _gone(given)
    if kind == Kind.APPRAISAL:
        appraisal = ServiceAppraisal.objects.filter(entry__volunteer=volunteer, pk=key).select_related("entry__team__unit").first()
        if appraisal is not None and appraisal.state == Standing.STANDS:
            return {"appraisal": appraisal}, appraisal.entry.team.unit if appraisal.entry.team else None
        raise _gone(appraisal)
    entry = ServiceEntry.objects.filter(volunteer=volunteer, pk=key).select_related("team__unit").first()
    if entry is not None and entry.counts:
        return {"entry": entry}, entry.team.unit if entry.team else None
    raise _gone(entry)


def _gone(found: object | None) -> Missing | Conflict:
    """What is raised where there is nothing to object to: nothing of this record, or nothing that stands."""
    if found is None:
        return Missing(_("There is no such record, or it is not in your area."))
    return Conflict(_("This stands in the record no longer."), "record.stands_no_longer")


def uphold_objection(actor: Actor, *, record_objection_id: int, answer: str, expected: int | None = None) -> RecordObjection:
    """The volunteer is right. Hours: the correction is proposed, and somebody else decides on it. An appraisal or a commendation: it is
    withdrawn, the right one is entered anew. Something missing: the answer says what was entered. What stands no longer anyway needs nothing
    more. Raises Denied (one's own; had a hand in it), Missing, NotNow, Conflict, Refusal."""
    access.require(actor, ANSWER)
    with transaction.atomic():
        step = Answer.UPHOLD
        row = _taken(actor, step, record_objection_id, expected)
        words = needed(answer, "answer", _("Say why."))
        changes: dict[str, Any] = {"answer": words, "answered_at": clock.now(), "answered_by_id": actor.account_id}
        if row.kind == Kind.HOURS and row.entry is not None and row.entry.counts and row.minutes is not None:
            step = Answer.PROPOSE
            reason = _("Objection of the volunteer: %(words)s") % {"words": row.words}
            changes["correction"] = propose_correction(actor, service_entry_id=row.entry.pk, minutes=row.minutes, reason=reason[:300])
        elif row.kind == Kind.APPRAISAL:
            appraisal = ServiceAppraisal.objects.select_related(*APPRAISED.related).select_for_update(of=("self",)).get(pk=row.appraisal_id)
            if appraisal.state == Standing.STANDS:
                end_appraisal(actor, appraisal, words)
        elif row.kind == Kind.COMMENDATION:
            given = Commendation.objects.select_related(*COMMENDED.related).select_for_update(of=("self",)).get(pk=row.commendation_id)
            if given.state == Standing.STANDS:
                end_commendation(actor, given, words)
        _answer(actor, step, row, changes)
    return row


def refuse_objection(actor: Actor, *, record_objection_id: int, answer: str, expected: int | None = None) -> RecordObjection:
    """It stays as it is, and why. Raises Denied (one's own; had a hand in it), Missing, NotNow, Conflict, Refusal."""
    access.require(actor, ANSWER)
    with transaction.atomic():
        row = _taken(actor, Answer.REFUSE, record_objection_id, expected)
        words = needed(answer, "answer", _("Say why."))
        _answer(actor, Answer.REFUSE, row, {"answer": words, "answered_at": clock.now(), "answered_by_id": actor.account_id})
    return row


def take_back_objection(actor: Actor, *, record_objection_id: int) -> RecordObjection:
    """Who objected thinks better of it, while it waits. Raises Denied, Missing, NotNow."""
    access.require(actor, OBJECT)
    with transaction.atomic():
        row: RecordObjection = OBJECTED.take(actor, Answer.TAKE_BACK, record_objection_id)
        OBJECTED.write(actor, Answer.TAKE_BACK, row)
    return row


def correction_decided(correction_id: int, agreed: bool) -> None:
    """The correction that an objection led to was decided on: that is its answer. Nothing where none led to it."""
    rows = RecordObjection.objects.select_for_update(of=("self",)).select_related("volunteer__person", "entry", "correction")
    row = rows.filter(correction=correction_id, state=RecordObjection.State.CORRECTING).first()
    if row is None or row.correction is None:
        return
    changes: dict[str, Any] = {"answered_at": clock.now()}
    if not agreed:
        changes |= {"answer": row.correction.answer, "answered_by_id": row.correction.decided_by_id}
    _answer(SYSTEM, Answer.CONFIRM if agreed else Answer.DECLINE, row, changes)


SENTENCES = {
    Answer.UPHOLD: lambda row: _("Your objection was upheld: %(answer)s") % {"answer": row.answer},
    Answer.PROPOSE: lambda row: _("Your objection seems right: a correction is proposed, somebody else decides on it"),
    Answer.CONFIRM: lambda row: _("Your objection was upheld: the hours are corrected"),
    Answer.DECLINE: lambda row: _("Your objection was not upheld: %(answer)s") % {"answer": row.answer},
    Answer.REFUSE: lambda row: _("Your objection was not upheld: %(answer)s") % {"answer": row.answer},
}


def _answer(actor: Actor, step: Answer, row: RecordObjection, changes: dict[str, Any]) -> None:
    """Write the answer and tell the volunteer."""
    words = changes.get("answer", row.answer)
    row.answer = words
    tell_volunteer(f"objection:{row.pk}:{step}", lambda: SENTENCES[step](row), row.volunteer, row.get_absolute_url())
    correction = changes.get("correction") or row.correction
    OBJECTED.write(actor, step, row, lambda: words, changes, told={"correction": correction.pk if correction is not None else None})


def _taken(actor: Actor, step: Answer, key: int, expected: int | None) -> RecordObjection:
    """The objection, for somebody who is neither the volunteer nor wrote what it is about nor wrote it down."""
    row: RecordObjection = OBJECTED.take(actor, step, key, expected=expected)
    not_concerned(actor, [row.volunteer.person_id])
    hands: list[int | None] = [row.asked_by_id]
    if row.entry is not None:
        hands += [row.entry.made_by_id, row.entry.presence.entered_by_id if row.entry.presence else None]
    if row.appraisal is not None:
        hands.append(row.appraisal.made_by_id)
    if row.commendation is not None:
        hands.append(row.commendation.made_by_id)
    another(actor, hands)
    return row
