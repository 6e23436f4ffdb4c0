"""The steps of a pair's life."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chuangwen.duties.partnership import states
from chuangwen.duties.partnership.actions.base import LIFE, active, coming_day, refuse
from chuangwen.duties.partnership.models import Partnership, PartnershipPhoto
from chuangwen.duties.partnership.states import Step
from chuangwen.evidence.models import Photo
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.lives import needed, own_photos


def edit_pair(actor: Actor, *, partnership_id: int, aim: str, contact_due: date, expected: int | None = None) -> Partnership:
    """Change the highlight aimed at and the day by which the two have met. Raises Denied, Missing, NotNow, Conflict, Refusal."""
    with transaction.atomic():
        pair: Partnership = LIFE.take(actor, Step.EDIT, partnership_id, expected=expected)
        if coming_day(contact_due, "contact_due") < pair.paired_on:
            raise refuse(_("The first contact is due on or after the day of pairing."), "contact_due", "contact_due")
        changes = {"aim": aim.strip()[:200], "contact_due": contact_due}
        if pair.state == states.RUNNING and not changes["aim"]:
            raise refuse(_("Say which highlight the two aim at."), "aim", "aim")
        LIFE.write(actor, Step.EDIT, pair, lambda: _("Edited: %(aim)s") % {"aim": changes["aim"] or "—"}, changes, told=changes)
    return pair


def adopt_package(actor: Actor, *, partnership_id: int) -> Partnership:
    """The package is agreed: it has at least one line and the highlight that is aimed at. Raises Refusal without them."""
    with transaction.atomic():
        pair: Partnership = LIFE.take(actor, Step.ADOPT, partnership_id)
        lines = pair.items.filter(dropped="").count()
        if not lines:
            raise refuse(_("A package has at least one line."), "package_empty")
        if not pair.aim:
            raise refuse(_("Say which highlight the two aim at."), "aim", "aim")
        changes = {"adopted_on": clock.today()} | active(pair, clock.today())
        LIFE.write(actor, Step.ADOPT, pair, lambda: _("Package agreed: %(count)d lines") % {"count": lines}, changes, told={"lines": lines})
    return pair


def finish_pair(actor: Actor, *, partnership_id: int, result: str, reached: bool, photos: Sequence[int] = ()) -> Partnership:
    """Finish with a result, and whether the highlight was reached. Lines that are still open stay as they are: the page shows them."""
    with transaction.atomic():
        pair: Partnership = LIFE.take(actor, Step.FINISH, partnership_id)
        words = needed(result, "result", _("Say what came of it."), limit=500)
        keep_photos(actor, pair, photos, PartnershipPhoto.Stage.RESULT)
        changes = {"result": words, "reached": reached, "ended_on": clock.today()} | active(pair, clock.today())
        LIFE.write(actor, Step.FINISH, pair, lambda: _("Finished: %(result)s") % {"result": words}, changes, told={"reached": reached})
    return pair


def reopen_pair(actor: Actor, *, partnership_id: int) -> Partnership:
    """Take a finished pair up again. Raises Refusal where the two have been paired anew meanwhile."""
    with transaction.atomic():
        pair: Partnership = LIFE.take(actor, Step.REOPEN, partnership_id)
        if Partnership.objects.filter(unit=pair.unit, division=pair.division, state__in=states.OPEN).exists():
            raise refuse(_("These two are paired already."), "paired")
        changes = {"ended_on": None, "reached": None} | active(pair, clock.today())
        LIFE.write(actor, Step.REOPEN, pair, lambda: _("Taken up again"), changes)
    return pair


def call_off_pair(actor: Actor, *, partnership_id: int, reason: str) -> Partnership:
    """End a pair without a result, and say why."""
    with transaction.atomic():
        pair: Partnership = LIFE.take(actor, Step.CALL_OFF, partnership_id)
        words = needed(reason, "reason", _("Say why."), limit=300)
        LIFE.write(
            actor, Step.CALL_OFF, pair, lambda: pgettext("partnership", "Called off: %(reason)s") % {"reason": words},
            {"ended_on": clock.today()},
        )  # fmt: skip
    return pair


def keep_photos(actor: Actor, pair: Partnership, photos: Sequence[int], stage: str, **about: Any) -> None:
    """Tie photos to a pair, each once. Raises Refusal."""
    keys = own_photos(actor, photos, Photo)
    PartnershipPhoto.objects.bulk_create(
        [PartnershipPhoto(partnership=pair, photo_id=key, stage=stage, **about) for key in keys], ignore_conflicts=True
    )
