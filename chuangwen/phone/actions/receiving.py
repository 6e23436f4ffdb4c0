"""Taking in an entry from a phone: once, whole, and answered alike however often it is sent.

The row of the entry and everything that its handler writes stand in one transaction. Its ``uid`` is unique: of the same entry sent many
times at once the first does the work, the others wait for it and give its answer. What is refused leaves nothing behind.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from chuangwen.evidence.models import Photo
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.phone import entries, rules
from chuangwen.phone.access import USE
from chuangwen.phone.entries import DROP, Incoming, Kind
from chuangwen.phone.errors import OtherContent, PhotosMissing
from chuangwen.phone.models import Device, Entry

MOST_PHOTOS = 100
LONGEST_CHOICE = 40
NEVER = datetime.max.replace(tzinfo=clock.LOCAL)
"""What no clock shows."""
KEYS = {"uid", "kind", "made_at", "sent_at", "based_on", "photos", "data", "choice"}


@dataclass(frozen=True)
class Envelope:
    """What every entry is sent in, checked; ``data`` is checked by the kind's handler."""

    uid: UUID
    kind: Kind
    made_at: datetime | None
    sent_at: datetime | None
    based_on: dict[str, str]
    photos: tuple[UUID, ...]
    data: dict[str, Any]
    choice: str
    content_hash: str


def receive(actor: Actor, message: dict[str, Any], *, device: Device | None = None) -> dict[str, Any]:
    """Take in one entry, ``message`` as it came (plain JSON); returns the answer for the phone.

    ``{"uid", "state": "stored" | "dropped", "result": {…}, "notes": [sentences]}``. Raises Refusal with the code for the phone: 422 (cannot
    be so), 403 (not allowed any more), entries.Clash (a choice is needed), OtherContent, PhotosMissing.
    """
    access.require(actor, USE)
    received_at = clock.now()
    envelope = read_envelope(message)
    known = Entry.objects.filter(uid=envelope.uid).first()
    if known is not None:
        return _given(actor, known, envelope)
    try:
        with transaction.atomic():
            return _store(actor, envelope, device, received_at)
    except IntegrityError:
        known = Entry.objects.filter(uid=envelope.uid).first()
        if known is None:
            raise
        return _given(actor, known, envelope)


def _given(actor: Actor, known: Entry, envelope: Envelope) -> dict[str, Any]:
    """The answer that was given before. Raises OtherContent."""
    if (known.account_id, known.content_hash) != (actor.account_id, envelope.content_hash):
        raise OtherContent(_("Another entry was stored under this identifier. Export this one and enter it again."))
    return json.loads(known.answer)


def _store(actor: Actor, envelope: Envelope, device: Device | None, received_at: datetime) -> dict[str, Any]:
    moment = rules.moment(envelope.made_at, envelope.sent_at, received_at)
    # Written first: on PostgreSQL the row is the lock on which repetitions wait; SQLite lets one transaction write at a time.
    row = Entry.objects.create(
        uid=envelope.uid,
        account_id=actor.account_id,
        device=device,
        kind=envelope.kind.name,
        content_hash=envelope.content_hash,
        received_at=received_at,
        made_at=envelope.made_at if _storable(envelope.made_at) else None,
        at=moment.at,
        choice=envelope.choice,
    )
    notes = _about_the_clock(moment, envelope)
    if envelope.choice == DROP:
        audit.record(actor, USE, row, note="dropped after a conflict", after={"kind": row.kind})
        given: dict[str, Any] = {"uid": str(row.uid), "state": "dropped", "result": {}, "notes": []}
    else:
        access.require(actor, envelope.kind.verb)
        incoming = Incoming(
            uid=envelope.uid,
            kind=envelope.kind.name,
            at=moment.at,
            data=envelope.data,
            photos=_photos(actor, envelope.photos),
            choice=envelope.choice,
            based_on=envelope.based_on,
            notes=notes,
        )
        result = envelope.kind.handle(actor, incoming)
        given = {"uid": str(row.uid), "state": "stored", "result": result, "notes": [str(note) for note in incoming.notes]}
    row.answer = json.dumps(given, cls=DjangoJSONEncoder, ensure_ascii=False)
    row.save(update_fields=["answer"])
    return json.loads(row.answer)


def _about_the_clock(moment: rules.Moment, envelope: Envelope) -> list[str]:
    notes = []
    if moment.off and moment.told and moment.skew is not None:
        minutes = round(abs(moment.skew).total_seconds() / 60)
        words = (
            _("The clock of this phone is %(minutes)d minutes slow; the time of the entry was put right.")
            if moment.skew.total_seconds() > 0
            else _("The clock of this phone is %(minutes)d minutes fast; the time of the entry was put right.")
        )
        notes.append(words % {"minutes": minutes})
    if envelope.made_at is not None and not moment.told:
        notes.append(_("The time that the phone gave cannot be right; the time of arrival was recorded instead."))
    return notes


def _photos(actor: Actor, wanted: tuple[UUID, ...]) -> dict[UUID, Photo]:
    """The account's own photos by uid. Raises PhotosMissing, Refusal for somebody else's."""
    found = {photo.uid: photo for photo in Photo.objects.filter(uid__in=wanted)} if wanted else {}
    if any(photo.uploaded_by_id != actor.account_id for photo in found.values()):
        raise Refusal(_("A photo that somebody else brought cannot be attached."), "phone.foreign_photo")
    missing = [str(uid) for uid in wanted if uid not in found]
    if missing:
        raise PhotosMissing(_("Photos of this entry have not arrived yet; the phone sends them first."), missing)
    return found


def _storable(moment: datetime | None) -> bool:
    return moment is not None and 1900 < moment.year < 9000


# -- the envelope -----------------------------------------------------------------------------------------------------


def read_envelope(message: dict[str, Any]) -> Envelope:
    """Check what every entry has. Raises Refusal naming the part that is wrong."""
    unknown = set(message) - KEYS
    if unknown:
        raise _wrong(sorted(unknown)[0][:40])
    uid = _uid(message.get("uid"), "uid")
    kind = entries.find(message["kind"]) if isinstance(message.get("kind"), str) else None
    if kind is None:
        raise Refusal(_("This version of the server does not know entries of this kind."), "phone.unknown_kind")
    based_on, data, photos = message.get("based_on") or {}, message.get("data"), message.get("photos") or []
    if not isinstance(based_on, dict) or len(based_on) > 50 or not all(isinstance(etag, str) for etag in based_on.values()):
        raise _wrong("based_on")
    if not isinstance(data, dict):
        raise _wrong("data")
    if not isinstance(photos, list):
        raise _wrong("photos")
    if len(photos) > MOST_PHOTOS:
        raise Refusal(_("At most %(count)d photos in one entry.") % {"count": MOST_PHOTOS}, "phone.too_many_photos")
    choice = message.get("choice") or ""
    if not isinstance(choice, str) or len(choice) > LONGEST_CHOICE:
        raise _wrong("choice")
    named = tuple(dict.fromkeys(_uid(uid, "photos") for uid in photos))
    inside = {_uid(uid, "photos") for uid in kind.photos_of(data)} if kind.photos_of else set()
    if not inside <= set(named):
        raise _wrong("photos")
    return Envelope(
        uid=uid,
        kind=kind,
        made_at=_moment(message.get("made_at"), "made_at"),
        sent_at=_moment(message.get("sent_at"), "sent_at"),
        based_on=based_on,
        photos=named,
        data=data,
        choice=choice,
        content_hash=rules.content_hash(kind.name, message.get("made_at"), [str(uid) for uid in named], data),
    )


def _wrong(part: str) -> Refusal:
    return Refusal(_("The entry is not understood: “%(part)s” does not fit.") % {"part": part}, "phone.bad_entry", field=part)


def _uid(value: Any, part: str) -> UUID:
    try:
        if isinstance(value, str) and len(value) in (32, 36):
            return UUID(value)
    except ValueError:
        pass
    raise _wrong(part)


def _moment(value: Any, part: str) -> datetime | None:
    """A moment of ISO 8601 with its offset; None where none is given. A clock that is wrong is no fault; what is no time at all is."""
    if value is None:
        return None
    try:
        found = parse_datetime(value) if isinstance(value, str) and len(value) <= 40 else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise _wrong(part)
    try:
        return found.astimezone(clock.LOCAL)
    except OverflowError:
        return NEVER
