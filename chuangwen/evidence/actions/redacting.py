"""Releasing a photo for everybody: asked for, proposed by the program, confirmed by a person, withdrawn."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.evidence import redaction
from chuangwen.evidence.models import Photo, Redaction
from chuangwen.evidence.pixels import covering, reading
from chuangwen.kernel import access, audit, clock, files, jobs
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.kernel.pictures import PictureError
from chuangwen.people.models import Unit

PROPOSE = "evidence.propose"


def ask_for_release(actor: Actor, photo_ids: Iterable[int], *, division_id: int | None = None) -> int:
    """Put photos on the list of those to be covered and released; the program's proposals follow as a job. Returns how many are new there.

    For rooms that would show a photo to everybody. ``division_id``: where what they show is (default: where the actor's unit is). Nothing is
    public by this. Raises Denied.
    """
    access.require(actor, "evidence.ask_release")
    unit = Unit.objects.filter(pk=next(iter(actor.unit_ids), None)).first() if division_id is None else None
    place = unit.division_id if unit else division_id
    with transaction.atomic():
        wanted = list(
            Photo.objects.filter(pk__in=list(photo_ids), redaction__isnull=True).order_by("pk").values_list("pk", flat=True)
        )
        made = Redaction.objects.bulk_create([Redaction(photo_id=pk, division_id=place) for pk in wanted], ignore_conflicts=True)
        if made:
            jobs.start(actor, PROPOSE, {"photos": wanted})
            audit.record(actor, "evidence.ask_release", None, title=str(len(made)), after={"photos": wanted})
    return len(made)


def propose(photo_id: int) -> list[dict[str, Any]]:
    """Look for faces and number plates and keep what was found as the proposal; a confirmed release stays as it is. Can be repeated.

    A picture that cannot be read has no proposals. Raises Missing.
    """
    photo = Photo.objects.filter(pk=photo_id).first()
    if photo is None:
        raise Missing(_("There is no such photo, or its link has expired. Open the page that shows it again."))
    try:
        found = [box.plain() for box in covering.propose(reading.picture(files.read(photo.file_key), covering.SIDE))]
    except (PictureError, Missing):
        found = []
    with transaction.atomic():
        row = Redaction.objects.select_for_update().filter(photo=photo).first()
        if row is not None and row.confirmed_at is None:
            row.proposed, row.proposed_at = found, clock.now()
            row.boxes = found
            row.save(update_fields=["proposed", "proposed_at", "boxes"])
    return found


def confirm_release(actor: Actor, photo_id: int, boxes: Any) -> Redaction:
    """A person has looked at the picture: these areas are covered, and the copy may be seen by everybody. ``boxes`` as
    ``redaction.boxes_from`` takes them; none is allowed, for a picture with nobody in it. Confirmed again, the address before it ends.

    Raises Denied, Missing (nobody asked for it, or it lies elsewhere), Refusal (boxes not understood, file not readable).
    """
    photo = access.fetch(actor, "evidence.release", Redaction.objects.select_related("photo"), photo=photo_id).photo
    wanted = redaction.boxes_from(boxes)
    try:
        content = covering.cover(reading.picture(files.read(photo.file_key), covering.SIDE), wanted)
    except (PictureError, Missing) as problem:
        raise Refusal(_("The file of this photo cannot be read."), "evidence.unreadable") from problem
    key = files.store(content)
    with transaction.atomic():
        row = Redaction.objects.select_for_update().get(photo=photo)
        before = {"boxes": row.boxes, "confirmed_at": row.confirmed_at}
        row.boxes, row.file_key, row.public_key = [box.plain() for box in wanted], key, redaction.new_key()
        row.confirmed_by_id, row.confirmed_at = actor.account_id, clock.now()
        row.save()
        after = {"boxes": row.boxes, "file": key, "proposed": len(row.proposed)}
        audit.record(actor, "evidence.release", photo, before=before, after=after)
    return row


def withdraw_release(actor: Actor, photo_id: int) -> Redaction:
    """The covered copy is no longer to be seen; its address ends. Raises Denied, Missing."""
    with transaction.atomic():
        row = access.fetch(actor, "evidence.release", Redaction, lock=True, photo=photo_id)
        before = {"boxes": row.boxes, "confirmed_at": row.confirmed_at}
        row.file_key, row.public_key, row.confirmed_at, row.confirmed_by = "", None, None, None
        row.save()
        audit.record(actor, "evidence.release", row.photo, before=before, after={"confirmed_at": None})
    return row
