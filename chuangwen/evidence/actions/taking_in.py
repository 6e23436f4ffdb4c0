"""Taking in photos. The original is never altered; what is known of its capture is stored with it, and where it is known from."""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chuangwen.evidence.intake import Taken, prepare
from chuangwen.evidence.models import Photo
from chuangwen.evidence.rules import FIRST, custody_hash
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict
from chuangwen.kernel.identifiers import new_uid
from chuangwen.kernel.models import Counter
from chuangwen.places.points import located

CHAIN = "evidence/custody"


def take_in(
    actor: Actor,
    content: bytes,
    *,
    name: str = "",
    uid: uuid.UUID | None = None,
    taken_at: datetime | None = None,
    lat: float | None = None,
    lon: float | None = None,
    generated: bool = False,
) -> Photo:
    """Store a photo as it came. The same ``uid`` again gives the same photo.

    ``taken_at``, ``lat``, ``lon`` (WGS-84 degrees): what the page knew at the moment of capture; otherwise what the picture itself says.
    Raises PictureError (no picture, too large, broken), NoSpace, Denied, Conflict (the uid names another photo), Refusal (no place on
    Earth).
    """
    access.require(actor, "evidence.add")
    if (known := _known(actor, uid, content)) is not None:
        return known
    located(lat, lon)
    if taken_at is not None and timezone.is_naive(taken_at):
        taken_at = taken_at.replace(tzinfo=clock.LOCAL)
    taken = prepare(content, name=name, taken_at=taken_at, lat=lat, lon=lon)
    with transaction.atomic():
        photo = _records([(taken, uid, actor.account_id, clock.now())], generated=generated)[0]
        if (known := _known(actor, uid, content)) is not None:  # the same photo, sent twice at once: the first was quicker
            return known
        photo.save()
        if not generated:
            audit.record(
                actor,
                "evidence.add",
                photo,
                after={"sha256": taken.key, "taken_at": photo.taken_at, "taken_source": photo.taken_source},
            )
    return photo


def _known(actor: Actor, uid: uuid.UUID | None, content: bytes) -> Photo | None:
    """The photo that bears this uid already. Raises Conflict when it is another one, or somebody else's."""
    known = Photo.objects.filter(uid=uid).first() if uid is not None else None
    if known is not None and (known.uploaded_by_id, known.file_key) != (actor.account_id, hashlib.sha256(content).hexdigest()):
        raise Conflict(_("This identifier belongs to another photo."), "evidence.other_photo")
    return known


def take_in_generated(rows: Iterable[tuple[Taken, int | None, datetime]]) -> list[Photo]:
    """Record photos that a program drew for a demonstration, each with the account that is said to have brought it, and when.

    They stand in the custody chain like all others and are marked as generated. The caller holds the transaction and tells the trail.
    """
    assert transaction.get_connection().in_atomic_block, "the chain is locked inside a transaction"
    photos = _records([(taken, None, account, at) for taken, account, at in rows], generated=True)
    return Photo.objects.bulk_create(photos, batch_size=500)


def _records(rows: list[tuple[Taken, uuid.UUID | None, int | None, datetime]], *, generated: bool) -> list[Photo]:
    """Photos with their places in the chain, not saved yet; locks the chain until the transaction ends."""
    Counter.take(CHAIN)  # its row is the lock of the chain
    previous = Photo.objects.order_by("-pk").values_list("custody", flat=True).first() or FIRST
    photos = []
    for taken, uid, account, at in rows:
        photo = _record(taken, uid or new_uid(), account, at)
        photo.generated, photo.custody_previous = generated, previous
        previous = photo.custody = custody_hash(photo)
        photos.append(photo)
    return photos


def _record(taken: Taken, uid: uuid.UUID, account: int | None, at: datetime) -> Photo:
    picture = taken.picture
    when, when_source = taken.taken_at, Photo.Source.PAGE
    if when is None:
        when, when_source = picture.taken_at, Photo.Source.EXIF if picture.taken_at else Photo.Source.NONE
    where, where_source = (taken.lat, taken.lon), Photo.Source.PAGE
    if taken.lat is None or taken.lon is None:
        where, where_source = (picture.lat, picture.lon), Photo.Source.EXIF if picture.lat is not None else Photo.Source.NONE
    return Photo(
        uid=uid,
        file_key=taken.key,
        thumbnail_key=taken.thumbnail_key,
        sm3=picture.sm3,
        dhash=f"{picture.dhash64:016x}",
        phash=f"{picture.phash64:016x}",
        sketch=taken.sketch,
        format=picture.format[:8],
        size=taken.size,
        width=picture.width,
        height=picture.height,
        taken_at=when,
        taken_source=when_source,
        lat=where[0],
        lon=where[1],
        place_source=where_source,
        device=(picture.device or "")[:80],
        name=taken.name[:120],
        uploaded_by_id=account,
        uploaded_at=at,
    )
