"""The steps of a work's life. When it ends or slips, the cases that wait for it come back in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from chuangwen.duties.works.actions import waiting
from chuangwen.duties.works.actions.base import LIFE, past_day, planned_days, refuse
from chuangwen.duties.works.actions.making import keep_photos
from chuangwen.duties.works.models import Work, WorkPhoto
from chuangwen.duties.works.states import CALLED_OFF, FINISHED, Step
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.lives import needed
from chuangwen.web import formatting


def start_work(actor: Actor, *, work_id: int, on: date, before: Sequence[int] = ()) -> Work:
    """The work has begun, with photos of how it was. Raises Denied, Missing, NotNow, Refusal."""
    with transaction.atomic():
        work: Work = LIFE.take(actor, Step.START, work_id)
        keep_photos(actor, work, before, WorkPhoto.Stage.BEFORE)
        day = past_day(on, "on")
        LIFE.write(actor, Step.START, work, lambda: _("Begun on %(day)s") % {"day": formatting.day(day)}, {"started_on": day})
    return work


def stop_work(actor: Actor, *, work_id: int, reason: str) -> Work:
    """The work rests, and why. Cases go on waiting until its planned end."""
    with transaction.atomic():
        work: Work = LIFE.take(actor, Step.STOP, work_id)
        words = needed(reason, "reason", _("Say why."), limit=300)
        LIFE.write(actor, Step.STOP, work, lambda: _("Stopped: %(reason)s") % {"reason": words}, {"reason": words})
    return work


def go_on_with_work(actor: Actor, *, work_id: int) -> Work:
    """A work that rested goes on."""
    with transaction.atomic():
        work: Work = LIFE.take(actor, Step.GO_ON, work_id)
        LIFE.write(actor, Step.GO_ON, work, lambda: _("Goes on"))
    return work


def slip_work(actor: Actor, *, work_id: int, planned_end: date, reason: str, expected: int | None = None) -> Work:
    """Move the planned end, and say why. Where it ends later, all cases that wait for it come back with that reason and their clocks go on: the
    office defers anew what may wait longer. Where it ends earlier, they wait until the new end.

    Raises Denied, Missing, NotNow, Conflict, Refusal.
    """
    with transaction.atomic():
        work: Work = LIFE.take(actor, Step.SLIP, work_id, expected=expected)
        words = needed(reason, "reason", _("Say why."), limit=200)
        planned_days(work.planned_start, planned_end)
        before = work.planned_end
        if planned_end == before:
            raise refuse(_("This is the planned end already."), "same_end", "planned_end")
        if planned_end < clock.today():
            raise refuse(_("The planned end lies ahead."), "days", "planned_end")
        later = planned_end > before
        work.planned_end = planned_end
        with override(settings.LANGUAGE_CODE):
            why = waiting.slipped_words(work, before, words)
        if later or planned_end <= clock.today():
            back = waiting.bring_back(work, why)
        else:
            back = waiting.move_waiting(work, words)
        changes = {"planned_end": planned_end, "reason": words, "slips": work.slips + later, "slipped_past": None}

        def said() -> str:
            told = {"before": formatting.day(before), "after": formatting.day(planned_end), "reason": words}
            return _("Planned end moved from %(before)s to %(after)s: %(reason)s") % told

        LIFE.write(actor, Step.SLIP, work, said, changes, told={"before": before, "after": planned_end, "cases": back})
    return work


def finish_work(actor: Actor, *, work_id: int, on: date, result: str, after: Sequence[int] = ()) -> Work:
    """The work is done, with what came of it and photos of how it is now. Stages that were never ended end that day; the cases come back.

    Raises Denied, Missing, NotNow, Refusal.
    """
    with transaction.atomic():
        work: Work = LIFE.take(actor, Step.FINISH, work_id)
        day = past_day(on, "on")
        if work.started_on is not None and day < work.started_on:
            raise refuse(_("The last day lies before the first."), "days", "on")
        words = needed(result, "result", _("Say what came of it."), limit=300)
        keep_photos(actor, work, after, WorkPhoto.Stage.AFTER)
        work.stages.filter(started_on__isnull=False, started_on__lte=day, ended_on__isnull=True).update(ended_on=day)
        changes, back = {"ended_on": day, "result": words}, _back(work, FINISHED)
        LIFE.write(actor, Step.FINISH, work, lambda: _("Finished: %(result)s") % {"result": words}, changes, told={"cases": back})
    return work


def call_off_work(actor: Actor, *, work_id: int, reason: str) -> Work:
    """The work will not be done, and why; the cases come back and need another way."""
    with transaction.atomic():
        work: Work = LIFE.take(actor, Step.CALL_OFF, work_id)
        words = needed(reason, "reason", _("Say why."), limit=300)
        work.reason = words
        changes, back = {"ended_on": clock.today(), "reason": words}, _back(work, CALLED_OFF)
        LIFE.write(
            actor, Step.CALL_OFF, work, lambda: pgettext("work", "Called off: %(reason)s") % {"reason": words}, changes, told={"cases": back}
        )
    return work


def _back(work: Work, state: str) -> list[int]:
    """Bring the cases back, told as of the state that the work is about to have."""
    before, work.state = work.state, state
    try:
        with override(settings.LANGUAGE_CODE):
            return waiting.bring_back(work, waiting.ended_words(work))
    finally:
        work.state = before
