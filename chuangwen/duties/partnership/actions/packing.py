"""Needs, and the lines of the package with their progress."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.duties.partnership.actions.base import LIFE, active, coming_day, refuse
from chuangwen.duties.partnership.actions.living import keep_photos
from chuangwen.duties.partnership.models import Partnership, PartnershipItem, PartnershipNeed, PartnershipPhoto
from chuangwen.duties.partnership.states import Step
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.lives import needed, one_of


def of_pair(model: Any, pair: Partnership, key: int) -> Any:
    """A row of the pair, locked. Raises Missing."""
    row = model.objects.select_for_update(of=("self",)).filter(partnership=pair, pk=key).first()
    if row is None:
        raise Missing(_("There is no such record, or it is not in your area."))
    return row


def save_need(
    actor: Actor,
    *,
    partnership_id: int,
    words: str,
    kind: str = PartnershipNeed.Kind.OTHER,
    state: str = PartnershipNeed.State.FOUND,
    answer: str = "",
    need_id: int | None = None,
) -> PartnershipNeed:
    """Write a need down, or how it stands. One that cannot be met says why. Raises Denied, Missing, NotNow, Refusal."""
    with transaction.atomic():
        pair: Partnership = LIFE.take(actor, Step.NEED, partnership_id)
        today = clock.today()
        row = PartnershipNeed(partnership=pair, found_on=today) if need_id is None else of_pair(PartnershipNeed, pair, need_id)
        row.words = needed(words, "words", _("Say what is needed."), limit=200)
        row.kind, before = one_of(kind, PartnershipNeed.Kind, "kind"), row.state
        row.state, row.answer = one_of(state, PartnershipNeed.State, "state"), answer.strip()[:200]
        if row.state == PartnershipNeed.State.LEFT and not row.answer:
            raise refuse(_("Say why it cannot be met."), "need_answer", "answer")
        settled = row.state in (PartnershipNeed.State.MET, PartnershipNeed.State.LEFT)
        row.settled_on = (row.settled_on or today) if settled else None
        row.save()

        def said() -> str:
            return _("Need: %(words)s (%(state)s)") % {"words": row.words, "state": row.get_state_display()}

        LIFE.write(actor, Step.NEED, pair, said, active(pair, today), told={"need": row.pk, "was": before, "is": row.state})
    return row


def save_item(
    actor: Actor,
    *,
    partnership_id: int,
    words: str,
    due_on: date,
    progress: int = 0,
    need: PartnershipNeed | None = None,
    note: str = "",
    item_id: int | None = None,
    photos: Sequence[int] = (),
) -> PartnershipItem:
    """Write a line of the package, or how far it is (percent), with photos. Progress is only of a package that is agreed.

    Raises Denied, Missing, NotNow, Refusal.
    """
    with transaction.atomic():
        pair: Partnership = LIFE.take(actor, Step.PACKAGE, partnership_id)
        today = clock.today()
        row = PartnershipItem(partnership=pair) if item_id is None else of_pair(PartnershipItem, pair, item_id)
        if row.dropped:
            raise refuse(_("This line was dropped."), "item_dropped")
        if not 0 <= progress <= 100:
            raise refuse(_("Progress is from 0 to 100 percent."), "item_progress", "progress")
        moved = progress != row.progress
        if moved and pair.adopted_on is None:
            raise refuse(_("Agree on the package first, then record progress."), "item_progress", "progress")
        if need is not None and need.partnership_id != pair.pk:
            raise refuse(_("This need is another pair's."), "item_need", "need")
        row.words, row.due_on = needed(words, "words", _("Say what is to be done."), limit=200), coming_day(due_on, "due_on")
        row.progress, row.need, row.note = progress, need, note.strip()[:200]
        row.done_on = (row.done_on or today) if progress == 100 else None
        row.save()
        keep_photos(actor, pair, photos, PartnershipPhoto.Stage.NOW, item=row)
        step = Step.PROGRESS if moved or photos else Step.PACKAGE

        def said() -> str:
            if not moved:
                return _("Package: %(words)s") % {"words": row.words}
            return _("%(words)s: %(progress)d %%") % {"words": row.words, "progress": row.progress}

        if step is Step.PROGRESS and pair.adopted_on is None:
            step = Step.PACKAGE
        LIFE.write(actor, step, pair, said, active(pair, today), told={"item": row.pk, "progress": progress, "due_on": due_on})
    return row


def drop_item(actor: Actor, *, partnership_id: int, item_id: int, reason: str) -> PartnershipItem:
    """Drop a line of the package and say why; it stays to be seen."""
    with transaction.atomic():
        pair: Partnership = LIFE.take(actor, Step.PACKAGE, partnership_id)
        row = of_pair(PartnershipItem, pair, item_id)
        if row.dropped or row.done_on is not None:
            raise refuse(_("A line that is done or dropped stays so."), "item_dropped")
        row.dropped = needed(reason, "reason", _("Say why."), limit=200)
        row.save(update_fields=["dropped"])
        LIFE.write(
            actor, Step.PACKAGE, pair, lambda: _("Dropped: %(words)s (%(reason)s)") % {"words": row.words, "reason": row.dropped},
            told={"item": row.pk, "dropped": row.dropped},
        )  # fmt: skip
    return row
