"""A centre looks at itself by the checklist by which it is inspected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.evidence.models import Photo
from chuangwen.kernel import audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.lives import own_photos
from chuangwen.standards.queries import checklist, current_edition
from chuangwen.volunteers.centres.access import KEEP
from chuangwen.volunteers.centres.actions.base import day_between, refuse, taken
from chuangwen.volunteers.centres.models import CentreCheck, CentreCheckItem

YES, NO, NOT_HERE = "yes", "no", "not_here"
MOST_ITEMS = 200


def record_check(
    actor: Actor, *, centre_id: int, day: date, answers: Mapping[int, str], notes: Mapping[int, str] | None = None, note: str = "",
    photos: Sequence[int] = (), generated: bool = False,
) -> CentreCheck:  # fmt: skip
    """A self-check: for each item of the checklist (by its key) ``yes``, ``no`` or ``not_here``; what is not met has a word of what is wanting.

    Raises Denied, Missing, Refusal where an item is unanswered, nothing applies, or there is no checklist."""
    with transaction.atomic():
        centre = taken(actor, KEEP, centre_id)
        items = list(checklist(centre.site.type, current_edition()))[:MOST_ITEMS]
        if not items:
            words = _("There is no checklist for this kind of place yet: the building standard can be put into the edition.")
            raise refuse(words, "no_checklist")
        day_between(day, "day")
        said = {item.pk: answers.get(item.pk) for item in items}
        if open_ones := [item for item in items if said[item.pk] not in (YES, NO, NOT_HERE)]:
            words = _("%(count)d points are not answered, among them: %(text)s") % {"count": len(open_ones), "text": open_ones[0].text[:60]}
            raise refuse(words, "unanswered", f"item_{open_ones[0].pk}")
        asked = [item for item in items if said[item.pk] != NOT_HERE]
        if not asked:
            raise refuse(_("At least one point applies."), "unanswered")
        told = {key: text.strip()[:200] for key, text in (notes or {}).items()}
        for item in items:
            if said[item.pk] == NO and not told.get(item.pk):
                raise refuse(_("Say what is wanting: %(text)s") % {"text": item.text[:60]}, "wanting", f"note_{item.pk}")
        row = CentreCheck.objects.create(
            centre=centre, day=day, met=sum(said[item.pk] == YES for item in asked), asked=len(asked), note=note.strip()[:300],
            made_at=clock.now(), made_by_id=actor.account_id, generated=generated,
        )  # fmt: skip
        row.photos.add(*own_photos(actor, photos, Photo))
        CentreCheckItem.objects.bulk_create(
            CentreCheckItem(
                check_of=row, item=item, text=item.text, order=order, note=told.get(item.pk, ""),
                met=None if said[item.pk] == NOT_HERE else said[item.pk] == YES,
            )
            for order, item in enumerate(items)
        )  # fmt: skip
        audit.record(actor, KEEP, row, after={"centre": centre.pk, "day": day, "met": row.met, "asked": row.asked})
    return row
