"""Example photos of right and wrong beside the items of checklists."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, files
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.kernel.pictures import derive
from chuangwen.standards.models import ChecklistExample, ChecklistItem

VIEW_SIDE, THUMBNAIL_SIDE = 1600, 320
MOST = 8
"""Examples of one item: more than that nobody looks at on the spot."""


def add_example(
    actor: Actor, *, item_id: int, content: bytes, right: bool, caption: str = "", generated: bool = False
) -> ChecklistExample:
    """Put a photo beside an item, as what right or wrong looks like. What the camera wrote into the picture is left out.

    Raises PictureError (no picture, too large, broken), Refusal (there are enough already), Conflict (this picture is there already),
    NoSpace, Denied.
    """
    access.require(actor, "standards.edit")
    stored = stored_picture(content)
    try:
        with transaction.atomic():
            item = access.fetch(actor, "standards.edit", ChecklistItem, lock=True, pk=item_id)
            if item.examples.count() >= MOST:
                text = _("There are %(most)d examples already. Remove one first.") % {"most": MOST}
                raise Refusal(text, "standards.many_examples", fields={"photo": text})
            last = item.examples.aggregate(last=Max("order"))["last"] or 0
            example = ChecklistExample.objects.create(
                item=item, right=right, caption=caption.strip()[:100], order=last + 1, generated=generated, **stored
            )
            audit.record(actor, "standards.edit", item, after={"example": _facts(example)})
    except IntegrityError as taken:
        raise Conflict(_("This picture is among the examples already."), "standards.same_example") from taken
    return example


def stored_picture(content: bytes, side: int = VIEW_SIDE) -> dict[str, str]:
    """Keys of the picture (longer side in pixels) and of its small copy, both made anew without the camera's data.

    Raises PictureError, NoSpace.
    """
    return {
        "file_key": files.store(derive(content, side, 78)),
        "thumbnail_key": files.store(derive(content, THUMBNAIL_SIDE, 76)),
    }


def change_example(actor: Actor, *, example_id: int, right: bool, caption: str) -> ChecklistExample:
    """Say anew what an example shows."""
    with transaction.atomic():
        rows = ChecklistExample.objects.select_related("item")
        example = access.fetch(actor, "standards.edit", rows, lock=True, pk=example_id)
        before = _facts(example)
        example.right, example.caption = right, caption.strip()[:100]
        if _facts(example) != before:
            example.save(update_fields=["right", "caption"])
            audit.record(actor, "standards.edit", example.item, before={"example": before}, after={"example": _facts(example)})
    return example


def remove_example(actor: Actor, *, example_id: int) -> ChecklistItem:
    """Take an example away; gives its item."""
    with transaction.atomic():
        rows = ChecklistExample.objects.select_related("item")
        example = access.fetch(actor, "standards.edit", rows, lock=True, pk=example_id)
        item, before = example.item, _facts(example)
        example.delete()
        audit.record(actor, "standards.edit", item, before={"example": before}, note=_("removed"))
    return item


def _facts(example: ChecklistExample) -> dict[str, Any]:
    return {"right": example.right, "caption": example.caption, "sha256": example.file_key}
