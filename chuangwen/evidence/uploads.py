"""Photos that arrive in pieces: the store of unfinished uploads. Knows no HTTP.

An upload is two files below ``uploads/<account>/`` in the data folder: ``<uid>.json`` says what is coming (written whole, once), ``<uid>.part``
holds the bytes so far. Its length is the offset: whoever was interrupted (the phone, the connection, this process killed) goes on from
there, because bytes are only ever appended in order. No table is needed, nothing is held in memory. One writer at a time has the file's lock.

When the last byte is in, the SHA-256 that the phone gave is compared and the photo is taken in (``evidence.actions.take_in``) under its uid.
If that was interrupted, whoever asks for the state of the complete upload next has it done again: it is stored once.
"""

import base64
import binascii
import contextlib
import errno
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from chuangwen.evidence.actions import take_in
from chuangwen.evidence.models import Photo
from chuangwen.kernel import access, clock, files
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Missing, Refusal
from chuangwen.kernel.files import NoSpace
from chuangwen.kernel.pictures import MAX_BYTES, PictureError
from chuangwen.places.points import located

KEPT = timedelta(days=7)
"""An unfinished upload that nobody went on with is thrown away after this time."""
MOST_OPEN = 300
"""So many unfinished uploads an account may have."""
PIECE = 256 * 1024
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO)


class UploadRefused(Refusal):
    """The upload cannot be as it was announced."""

    code = "evidence.bad_upload"


class WrongOffset(Conflict):
    """The piece does not go on where the upload stands."""

    code = "evidence.upload_offset"


class Busy(Conflict):
    """Another request is writing this upload (tus: 423)."""

    status = 423
    code = "evidence.upload_busy"


class WrongChecksum(Refusal):
    """The bytes that arrived are not those that were sent (tus checksum extension: 460)."""

    status = 460
    code = "evidence.checksum"


@dataclass(frozen=True)
class Announced:
    """What the phone said of the photo: ``length`` in bytes, ``sha256`` in hexadecimal ("": its browser cannot tell), when (ISO 8601) and
    where (WGS-84 degrees, metres) it was taken."""

    uid: str
    account: int
    length: int
    sha256: str
    name: str = ""
    taken_at: str = ""
    lat: float | None = None
    lon: float | None = None
    accuracy: float | None = None

    @property
    def moment(self) -> datetime | None:
        found = parse_datetime(self.taken_at) if self.taken_at else None
        return found.replace(tzinfo=clock.LOCAL) if found is not None and timezone.is_naive(found) else found


@dataclass(frozen=True)
class State:
    """How far an upload is. ``done``: the photo is stored."""

    offset: int
    length: int
    done: bool = False
    expires_at: datetime | None = None


def root() -> Path:
    return Path(settings.HOME) / "uploads"


def _place(account: int | None, uid: UUID) -> Path:
    return root() / str(account) / str(uid)


# -- announcing -------------------------------------------------------------------------------------------------------


def begin(actor: Actor, *, length: int, metadata: dict[str, str]) -> tuple[UUID, State]:
    """Announce a photo; announcing it again gives the state that it has.

    ``metadata``: uid, sha256; taken_at, lat, lon, accuracy, name where known. Raises Denied, Refusal, Conflict (the uid is another photo's,
    or was announced with other content), NoSpace.
    """
    access.require(actor, "evidence.add")
    announced = _announced(actor, length, metadata)
    uid = UUID(announced.uid)
    if (photo := _photo(uid)) is not None:
        if (photo.uploaded_by_id, photo.size) != (actor.account_id, length) or announced.sha256 not in ("", photo.file_key):
            raise Conflict(_("This identifier belongs to another photo."), "evidence.other_photo")
        return uid, State(photo.size, photo.size, True)
    place = _place(actor.account_id, uid)
    known = _read(place)
    if known is not None:
        if (known.length, known.sha256) != (announced.length, announced.sha256):
            raise Conflict(_("This identifier belongs to another photo."), "evidence.other_photo")
        return uid, state(actor, uid)
    if place.parent.exists() and sum(1 for _one in place.parent.glob("*.json")) >= MOST_OPEN:
        raise Refusal(_("Too many photos are under way at once. Finish some first."), "evidence.too_many_uploads", status=429)
    files.write_whole(place.with_suffix(".json"), json.dumps(asdict(announced)).encode())
    return uid, _state(place, announced)


def _announced(actor: Actor, length: int, metadata: dict[str, str]) -> Announced:
    if length > MAX_BYTES:
        text = _("The picture is larger than %(limit)d MB. Take it with a lower resolution.") % {"limit": MAX_BYTES >> 20}
        raise Refusal(text, "pictures.too_large", status=413)
    if length < 1:
        raise UploadRefused(_("An upload has at least one byte."), "evidence.empty_upload")
    try:
        uid = UUID(metadata.get("uid", ""))
    except ValueError as problem:
        raise UploadRefused(_("The upload does not say which photo it is."), "evidence.no_uid") from problem
    sha256 = metadata.get("sha256", "").lower()
    if sha256 and (len(sha256) != 64 or not all(character in "0123456789abcdef" for character in sha256)):
        raise UploadRefused(_("The SHA-256 of the photo is not understood."), "evidence.bad_checksum")
    lat, lon = _number(metadata, "lat"), _number(metadata, "lon")
    located(lat, lon)
    name = metadata.get("name", "").replace("\x00", "")[:120]
    taken_at = metadata.get("taken_at", "")
    announced = Announced(
        str(uid), actor.account_id or 0, length, sha256, name, taken_at, lat, lon, _number(metadata, "accuracy")
    )
    try:
        moment = announced.moment
        if taken_at and (len(taken_at) > 40 or moment is None):
            raise ValueError(taken_at)
        if moment is not None:
            moment.astimezone(clock.LOCAL)
    except (ValueError, OverflowError) as problem:
        raise UploadRefused(_("The time at which the photo was taken is no time."), "evidence.bad_time") from problem
    return announced


def _number(metadata: dict[str, str], name: str) -> float | None:
    text = metadata.get(name, "")
    try:
        number = float(text) if text else None
        if number is not None and (number != number or abs(number) > 1e7):
            raise ValueError(text)
    except ValueError as problem:
        raise UploadRefused(_("“%(name)s” is no number.") % {"name": name}, "evidence.bad_number") from problem
    return number


def read_metadata(header: str) -> dict[str, str]:
    """The header Upload-Metadata: pairs of a key and base64, with commas between. Raises UploadRefused."""
    found: dict[str, str] = {}
    try:
        for pair in header.split(",") if header.strip() else ():
            key, _space, value = pair.strip().partition(" ")
            found[key] = base64.b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as problem:
        raise UploadRefused(_("What is said of the upload cannot be read."), "evidence.bad_metadata") from problem
    return found


# -- where it stands --------------------------------------------------------------------------------------------------


def state(actor: Actor, uid: UUID) -> State:
    """How far an upload of this account is; one that is complete and was not taken in yet is taken in now. Raises Missing, what ``append``
    raises."""
    place = _place(actor.account_id, uid)
    announced = _read(place)
    if announced is not None:
        found = _state(place, announced)
        if found.offset < found.length:
            return found
        with _locked(place) as part:
            return _finish(actor, place, announced, part)
    photo = _photo(uid)
    if photo is None or photo.uploaded_by_id != actor.account_id:
        raise Missing(_("There is no such upload, or it was thrown away. Begin it again."), "evidence.no_upload")
    return State(photo.size, photo.size, True)


def _state(place: Path, announced: Announced) -> State:
    part = place.with_suffix(".part")
    touched = (part if part.exists() else place.with_suffix(".json")).stat().st_mtime
    expires_at = datetime.fromtimestamp(touched, tz=clock.LOCAL) + KEPT
    return State(part.stat().st_size if part.exists() else 0, announced.length, False, expires_at)


def _read(place: Path) -> Announced | None:
    try:
        return Announced(**json.loads(place.with_suffix(".json").read_text()))
    except FileNotFoundError:
        return None


def _photo(uid: UUID) -> Photo | None:
    return Photo.objects.filter(uid=uid).only("pk", "uid", "uploaded_by_id", "file_key", "size").first()


# -- pieces -----------------------------------------------------------------------------------------------------------


def append(
    actor: Actor, uid: UUID, *, offset: int, length: int | None, read: Callable[[int], bytes], checksum: bytes | None = None
) -> State:
    """Add a piece at ``offset``; with the last byte the photo is stored.

    ``read(n)`` gives at most n bytes, nothing at the end; ``length`` is what the piece should have. A connection that breaks keeps what arrived,
    unless ``checksum`` (SHA-256 of the piece) was given and does not fit. Raises Missing, WrongOffset, Busy, WrongChecksum (the whole upload is
    thrown away when the photo itself does not fit), NoSpace (the upload stays where it was), PictureError, Conflict.
    """
    place = _place(actor.account_id, uid)
    announced = _read(place)
    if announced is None:
        found = state(actor, uid)
        if offset != found.offset:
            raise WrongOffset(_("The upload stands elsewhere: ask where, and go on from there."))
        return found
    with _locked(place) as part:
        stands = part.seek(0, os.SEEK_END)
        if offset != stands:
            raise WrongOffset(_("The upload stands elsewhere: ask where, and go on from there."))
        if length is not None and stands + length > announced.length:
            raise UploadRefused(_("More bytes than were announced."), "evidence.too_long", status=413)
        try:
            _write(part, announced.length - stands, read, checksum)
        except WrongChecksum:
            part.truncate(stands)
            raise
        except OSError as problem:
            if problem.errno not in FULL:
                raise
            with contextlib.suppress(OSError):
                part.truncate(stands)
            raise NoSpace(_("The server cannot store the file: its disk is full or read-only. Nothing was saved.")) from problem
        if part.seek(0, os.SEEK_END) < announced.length:
            return _state(place, announced)
        return _finish(actor, place, announced, part)


def _write(part: BinaryIO, most: int, read: Callable[[int], bytes], checksum: bytes | None) -> None:
    digest = hashlib.sha256()
    while most > 0 and (piece := read(min(PIECE, most))):
        digest.update(piece)
        most -= len(piece)
        part.write(piece)  # unbuffered: what is written is the file's length at once
    if checksum is not None and digest.digest() != checksum:
        raise WrongChecksum(_("The bytes that arrived are not those that were sent. The phone sends them again."))


def _finish(actor: Actor, place: Path, announced: Announced, part: BinaryIO) -> State:
    part.seek(0)
    content = part.read()
    if announced.sha256 and hashlib.sha256(content).hexdigest() != announced.sha256:
        _throw_away(place)
        raise WrongChecksum(_("The photo arrived damaged. The phone sends it again from the beginning."), "evidence.damaged")
    try:
        photo = take_in(
            actor,
            content,
            name=announced.name,
            uid=UUID(announced.uid),
            taken_at=announced.moment,
            lat=announced.lat,
            lon=announced.lon,
        )
    except (PictureError, Conflict):
        _throw_away(place)  # the same bytes would be refused again
        raise
    _throw_away(place)
    return State(photo.size, photo.size, True)


@contextlib.contextmanager
def _locked(place: Path) -> Iterator[BinaryIO]:
    """The file of the bytes, open for adding, held by this request alone. Raises Busy, Missing, NoSpace."""
    try:
        part = place.with_suffix(".part").open("ab+", buffering=0)
    except OSError as problem:
        if problem.errno not in FULL:
            raise
        raise NoSpace(_("The server cannot store the file: its disk is full or read-only. Nothing was saved.")) from problem
    with part:
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise Busy(_("Another request is sending this photo.")) from problem
        if not place.with_suffix(".json").exists():  # finished or thrown away while we came
            if os.fstat(part.fileno()).st_size == 0:
                place.with_suffix(".part").unlink(missing_ok=True)
            raise Busy(_("Another request is sending this photo."))
        yield part


def _throw_away(place: Path) -> None:
    # The announcement goes last: without it nobody knows of the bytes.
    place.with_suffix(".part").unlink(missing_ok=True)
    place.with_suffix(".json").unlink(missing_ok=True)


def cancel(actor: Actor, uid: UUID) -> None:
    """Throw an unfinished upload away. Raises Missing, Busy."""
    place = _place(actor.account_id, uid)
    if _read(place) is None:
        raise Missing(_("There is no such upload, or it was thrown away. Begin it again."), "evidence.no_upload")
    with _locked(place):
        _throw_away(place)


def tidy(now: float | None = None) -> int:
    """Throw away what nobody has gone on with for ``KEPT``; how many uploads that were."""
    limit = (time.time() if now is None else now) - KEPT.total_seconds()
    count = 0
    for said in root().glob("*/*.json"):
        place = said.with_suffix("")
        part = said.with_suffix(".part")
        with contextlib.suppress(FileNotFoundError, Busy):
            if (part if part.exists() else said).stat().st_mtime > limit:
                continue
            with _locked(place):
                _throw_away(place)
                count += 1
    for part in root().glob("*/*.part"):
        with contextlib.suppress(FileNotFoundError):
            if not part.with_suffix(".json").exists() and part.stat().st_mtime <= limit:
                part.unlink()
    return count
