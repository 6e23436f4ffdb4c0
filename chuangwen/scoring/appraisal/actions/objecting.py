"""A unit objects to its result; the office answers with the record."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.scoring.appraisal import events as told
from chuangwen.scoring.appraisal.actions.living import OBJECTION_DAYS, deadline
from chuangwen.scoring.appraisal.models import Appraisal, AppraisalObjection, AppraisalRow
from chuangwen.scoring.appraisal.uploads import kept


def object_to(
    actor: Actor, *, row_id: int, words: str, measure: str = "", content: bytes = b"", file_name: str = ""
) -> AppraisalObjection:
    """Say what is wrong with the own unit's result, with what proves it; the office has three working days
    to answer. Raises Refusal, Conflict."""
    rows = AppraisalRow.objects.select_related("appraisal", "unit")
    try:
        with transaction.atomic():
            row = access.fetch(actor, "scoring.object", rows, pk=row_id)
            appraisal = Appraisal.objects.select_for_update().get(pk=row.appraisal_id)
            now = clock.now()
            if Appraisal.objects.filter(supersedes=appraisal.pk).exists():
                raise Conflict(_("There is a later version of this result; go on with that one."), "scoring.superseded")
            if appraisal.state != Appraisal.State.OPEN or (appraisal.objections_until and appraisal.objections_until < now):
                raise Conflict(_("The time for objections to this result is over, or has not begun."), "scoring.not_open")
            if not words.strip():
                raise Refusal(_("Say what is wrong, so that it can be answered."), "scoring.no_words", field="words")
            if measure and measure not in {figure["key"] for figure in row.figures}:
                raise Refusal(_("There is no such measure in this result."), "scoring.no_measure", field="measure")
            key, name = kept(content, file_name)
            objection = AppraisalObjection.objects.create(
                appraisal=appraisal,
                unit=row.unit,
                measure=measure,
                words=words.strip()[:500],
                file_key=key,
                file_name=name,
                raised_at=now,
                raised_by_id=actor.account_id,
                due_at=deadline(now, OBJECTION_DAYS),
            )
            events.say(told.ObjectionRaised(objection.pk))
            audit.record(actor, "scoring.object", objection, after={"unit": str(row.unit), "measure": measure, "words": words})
    except IntegrityError as twice:
        raise Conflict(_("An objection of your unit to this already waits for an answer."), "scoring.objected") from twice
    return objection


def answer_objection(actor: Actor, *, objection_id: int, upheld: bool, answer: str) -> AppraisalObjection:
    """Answer with the record; an upheld one means that the records are corrected and the result computed again. Raises Refusal, Conflict."""
    with transaction.atomic():
        objection = access.fetch(actor, "scoring.answer_objection", AppraisalObjection, lock=True, pk=objection_id)
        if objection.state != AppraisalObjection.State.PENDING:
            raise Conflict(_("This objection was answered already."), "scoring.answered")
        if not answer.strip():
            raise Refusal(_("An answer names the record that it rests on."), "scoring.no_answer", field="answer")
        objection.state = AppraisalObjection.State.UPHELD if upheld else AppraisalObjection.State.DISMISSED
        objection.answer, objection.answered_at, objection.answered_by_id = answer.strip()[:500], clock.now(), actor.account_id
        objection.save(update_fields=["state", "answer", "answered_at", "answered_by"])
        events.say(told.ObjectionAnswered(objection.pk))
        audit.record(actor, "scoring.answer_objection", objection, after={"state": objection.state, "answer": objection.answer})
    return objection
