"""The photos of a chat's ZIP export: opened carefully, only pictures taken out, each checked before it is kept."""

import contextlib
import io
import zipfile
import zlib
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from chuangwen.evidence.intake import THUMBNAIL_SIDE
from chuangwen.kernel import files
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.pictures import MAX_BYTES, PictureError, derive, inspect

MOST_ARCHIVE = 200 * 2**20
MOST_ENTRIES, MOST_PHOTOS = 2_000, 300
MOST_TOGETHER = 400 * 2**20
"""Bytes of all pictures, unpacked."""
MOST_TEXT = 2 * 2**20
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp")
_PIECE = 2**20


class ArchiveError(Refusal):
    """A file that is no archive, or one that would grow out of all measure."""

    code = "intake.archive"


@dataclass
class Unpacked:
    """Pictures by name ({name: {key, thumbnail, name}}), texts, and remarks on what was left out."""

    photos: dict[str, dict[str, str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def unpack(content: bytes) -> Unpacked:
    """Take the pictures and texts out of a ZIP file; pictures go into the file store. Raises ArchiveError, NoSpace."""
    if len(content) > MOST_ARCHIVE:
        raise ArchiveError(_("The archive is larger than %(limit)d MB.") % {"limit": MOST_ARCHIVE >> 20})
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError, UnicodeError) as problem:
        raise ArchiveError(_("This is not a ZIP file that can be read. Export the chat once more.")) from problem
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_ENTRIES:
        raise ArchiveError(_("The archive holds more than %(limit)d files.") % {"limit": MOST_ENTRIES})
    unpacked, together, others = Unpacked(), 0, 0
    for entry in entries:
        name = _name(entry)
        suffix = name[name.rfind(".") :].lower()
        if suffix not in (*_PICTURES, ".txt"):
            others += 1
            continue
        if suffix in _PICTURES and len(unpacked.photos) >= MOST_PHOTOS:
            unpacked.remarks.append(_("Only the first %(limit)d pictures were taken.") % {"limit": MOST_PHOTOS})
            break
        data = _read(archive, entry, MOST_TEXT if suffix == ".txt" else MAX_BYTES)
        if data is None:
            unpacked.remarks.append(_("“%(name)s” cannot be read.") % {"name": name[-60:]})
            continue
        together += len(data)
        if together > MOST_TOGETHER:
            raise ArchiveError(_("Unpacked, the archive is larger than %(limit)d MB.") % {"limit": MOST_TOGETHER >> 20})
        if suffix == ".txt":
            unpacked.texts.append(_text(data))
            continue
        try:
            inspect(data)
            unpacked.photos[name] = {
                "key": files.store(data),
                "thumbnail": files.store(derive(data, THUMBNAIL_SIDE, 78)),
                "name": name[-120:],
            }
        except PictureError as problem:
            unpacked.remarks.append(f"{name[-60:]}: {problem}")
    if others:
        unpacked.remarks.append(_("%(count)d files are neither pictures nor texts and were left out.") % {"count": others})
    return unpacked


def _name(entry: zipfile.ZipInfo) -> str:
    """The name without its folders; names in GBK (Chinese Windows) are read as such."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("gb18030")
    return name.replace("\\", "/").rsplit("/", 1)[-1].replace("\x00", "")[-200:]


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes | None:
    """The content, unpacked in pieces, never more than ``most`` bytes: declared sizes are only claims. None when it cannot be read."""
    parts, size = [], 0
    try:
        with archive.open(entry) as source:
            while piece := source.read(_PIECE):
                size += len(piece)
                if size > most:
                    return None
                parts.append(piece)
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        return None
    return b"".join(parts)


def _text(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or GB 18030."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")
