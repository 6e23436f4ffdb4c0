"""Doubts as pages show them: the two pictures with their addresses, the sentence, the marks, the form."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.evidence import links, queries, telling
from chuangwen.evidence.models import Doubt, Examination, Photo
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.web.views import actor_of

DECISIONS: tuple[tuple[str, str | Promise, str, str], ...] = (
    (Doubt.Decision.GENUINE, _("Genuine"), "circle-check", "btn-outline-success"),
    (Doubt.Decision.NOT_ACCEPTABLE, _("Not acceptable"), "ban", "btn-outline-danger"),
    (Doubt.Decision.CANNOT_TELL, _("Cannot be told"), "help-circle", ""),
)
UNIT = 1000
"""Marks are drawn on a square of so many units that is stretched over the picture."""


def of_photos(request: HttpRequest, photo_ids: list[int]) -> dict[str, Any]:
    """The context of ``evidence/doubts.html`` for photos: two queries, and one for what the person may decide."""
    actor = actor_of(request)
    if not photo_ids or not actor.may("evidence.see_doubts"):
        return {"hidden": True}
    doubts = queries.doubts_of(photo_ids)
    examined = queries.examined(photo_ids)
    return {
        "request": request,
        "rows": rows(actor, doubts),
        "undecided": sum(not doubt.decision and doubt.kind not in Doubt.HINTS for doubt in doubts),
        "waiting": sum(one.state == Examination.State.WAITING for one in examined.values()),
        "failed": sum(one.state == Examination.State.FAILED for one in examined.values()),
        "examined": len(examined),
        "next": request.get_full_path(),
    }


def rows(actor: Actor, doubts: list[Doubt]) -> list[dict[str, Any]]:
    """One mapping per doubt; one query for all when the person may decide at all."""
    may = set()
    if doubts and actor.may("evidence.decide"):
        found = access.scoped(actor, "evidence.decide", Doubt).filter(pk__in=[doubt.pk for doubt in doubts])
        may = set(found.values_list("pk", flat=True))
    return [row(actor, doubt, doubt.pk in may) for doubt in doubts]


def row(actor: Actor, doubt: Doubt, may_decide: bool) -> dict[str, Any]:
    own = doubt.photo.uploaded_by_id is not None and doubt.photo.uploaded_by_id == actor.account_id
    return {
        "doubt": doubt,
        "sentence": telling.sentence(doubt),
        "strength": telling.strength(doubt),
        "tone": telling.tone(doubt),
        "photo": picture(actor, doubt.photo, doubt.detail.get("regions", ())),
        "other": picture(actor, doubt.other, doubt.detail.get("other_regions", ())) if doubt.other else None,
        "align": " ".join(f"{value:.6g}" for value in doubt.detail.get("align", ())),
        "may_decide": may_decide and not own,
        "own": own,
        "decisions": DECISIONS,
    }


def picture(actor: Actor, photo: Photo, regions: Any) -> dict[str, Any]:
    """A photo for one account, with the areas to mark in thousandths of its sides."""
    return {
        "photo": photo,
        "view": links.photo_url(photo.pk, actor.account_id),
        "record": links.record_url(photo.pk, actor.account_id),
        "thumb": links.photo_url(photo.pk, actor.account_id, "thumb"),
        "marks": [[round(value * UNIT) for value in region] for region in regions],
    }
