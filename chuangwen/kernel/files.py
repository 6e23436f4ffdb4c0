"""Files on disk, named by what they contain.

A file is written beside its place, flushed to the disk and then renamed, so a name either holds the whole content
or does not exist. The same content is stored once.
"""

import errno
import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.errors import Missing, Refusal


class NoSpace(Refusal):
    """The disk is full or cannot be written."""

    status = 507
    code = "files.no_space"


def root() -> Path:
    return Path(settings.HOME) / "files"


def _place(key: str) -> Path:
    if len(key) != 64 or not all(c in "0123456789abcdef" for c in key):
        raise Missing(_("There is no such file."))
    return root() / key[:2] / key[2:4] / key


def store(content: bytes) -> str:
    """Keep ``content``; returns its key (SHA-256 in hex). Raises NoSpace when the disk will not take it."""
    key = hashlib.sha256(content).hexdigest()
    write_whole(_place(key), content)
    return key


def write_whole(place: Path, content: bytes) -> None:
    """Write a file whose content its name says; one that is there already stays. Raises NoSpace when the disk will not take it."""
    if place.exists():
        return
    draft = place.with_name(f".{place.name}.{secrets.token_hex(6)}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        draft.replace(place)
    except OSError as problem:
        draft.unlink(missing_ok=True)
        if problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO):
            raise NoSpace(_("The server cannot store the file: its disk is full or read-only. Nothing was saved.")) from problem
        raise


def path_of(key: str) -> Path:
    """Where the file with this key lies. Raises Missing."""
    place = _place(key)
    if not place.exists():
        raise Missing(_("There is no such file."))
    return place


def read(key: str) -> bytes:
    """The content of the file with this key. Raises Missing."""
    return path_of(key).read_bytes()
