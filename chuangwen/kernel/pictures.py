"""Photos that come from outside: what they are, whether they are whole and harmless, and smaller copies to show.

Pure. The picture is really decoded: a script, a drawing in SVG, a page or a file that is two things at once is turned away,
and so is one that is cut off. The content itself is never changed; ``derive`` makes another picture without the camera's data.
"""

import io
import math
import re
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, UnidentifiedImageError

from chuangwen.kernel import hashes
from chuangwen.kernel.chinese import strip_invisible
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.worktime import LOCAL

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 80_000_000
MAX_SIDE = 30_000
# Both are answered here: the size by a limit of our own, broken camera data by doing without it.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.TiffImagePlugin")
# Short words need readable text behind them: five bytes alone stand by chance in one of several thousand photos of some megabytes.
_ACTIVE = re.compile(rb"<script|<!doctype|<html[\s/>]|<iframe|javascript:|<\?php[\s -~]{6}|<svg[\s/>][\s -~]{8}")
_ACTIVE_STARTS = (b"<script", b"<?php", b"<!doctype", b"<html", b"<svg", b"<iframe", b"javascript:")


class PictureError(Refusal):
    """A picture that is not taken. ``code`` is ``pictures.`` and what is wrong with it."""

    code = "pictures.unreadable"


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture says of itself. Width and height are as a person sees it, after turning by ``orientation`` (EXIF, 1 to 8).

    ``taken_at`` is aware; a camera that gives no offset is taken to run on China's time. ``lat`` and ``lon`` are WGS-84 degrees.
    ``dhash64`` and ``phash64`` are unsigned 64-bit numbers of the upright picture: the fewer bits differ, the more alike
    two pictures are (see ``unlikeness``).
    """

    format: str
    width: int
    height: int
    taken_at: datetime | None
    lat: float | None
    lon: float | None
    orientation: int
    device: str
    sha256: str
    sm3: str
    dhash64: int
    phash64: int


def inspect(content: bytes) -> Picture:
    """Decode and measure a picture. Of an animated one the first frame counts. Raises PictureError."""
    with _opened(content) as image:
        width, height = image.size
        name = "JPEG" if image.format == "MPO" else str(image.format)
        exif = _exif(image)
        orientation = exif.get(ExifTags.Base.Orientation, 1)
        orientation = orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1
        image.draft("L", (512, 512))  # a JPEG is decoded whole, but only as large as the hashes need
        upright = _turned(_grey(_decoded(image)), orientation)
    digests = hashes.digest_bytes(content)
    lat, lon = _position(exif)
    if orientation >= 5:
        width, height = height, width
    return Picture(
        format=name,
        width=width,
        height=height,
        taken_at=_taken_at(exif),
        lat=lat,
        lon=lon,
        orientation=orientation,
        device=_device(exif),
        sha256=digests.sha256,
        sm3=digests.sm3,
        dhash64=_dhash(upright),
        phash64=_phash(upright),
    )


def derive(content: bytes, max_side: int, quality: int = 82) -> bytes:
    """A JPEG of at most ``max_side`` pixels on its longer side, upright, on white where it was transparent, without the
    camera's data. Never larger than the original. Raises PictureError."""
    with _opened(content) as image:
        orientation = _exif(image).get(ExifTags.Base.Orientation, 1)
        image.draft("RGB", (max_side, max_side))
        picture = _decoded(image)
        if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
            picture = picture.convert("RGBA")
            ground = Image.new("RGB", picture.size, "white")
            ground.paste(picture, mask=picture.getchannel("A"))
            picture = ground
        picture = picture.convert("RGB")
        picture.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
        picture = _turned(picture, orientation)
        # A fresh image: what the decoder kept beside the pixels (EXIF, XMP, comments) stays behind.
        clean = Image.new("RGB", picture.size)
        clean.paste(picture)
    target = io.BytesIO()
    clean.save(target, "JPEG", quality=quality, optimize=True, progressive=True)
    return target.getvalue()


def hashes_of(grey: Image.Image) -> tuple[int, int]:
    """``dhash64`` and ``phash64`` of an upright grey picture, as ``inspect`` measures them."""
    return _dhash(grey), _phash(grey)


def unlikeness(left: int, right: int) -> int:
    """How many of the 64 bits of two hashes differ: 0 is the same picture, about 32 is another one."""
    return ((left ^ right) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()


# Opening


def _opened(content: bytes) -> Image.Image:
    """The picture before its pixels are decoded, with all limits checked."""
    if not content:
        raise PictureError(_("The picture is empty."), "pictures.empty")
    if len(content) > MAX_BYTES:
        raise PictureError(
            _("The picture is larger than %(limit)d MB. Take it with a lower resolution.") % {"limit": MAX_BYTES >> 20},
            "pictures.too_large",
        )
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as problem:
        raise _too_many_pixels() from problem
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, OverflowError, MemoryError) as problem:
        raise _no_picture(content) from problem
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise _too_many_pixels()
    if width < 1 or height < 1:
        raise _broken()
    if _is_active(content) or b"%PDF-" in content[:1024] or zipfile.is_zipfile(io.BytesIO(content)):
        raise PictureError(
            _("The picture holds a script, a page or another file inside. It was not taken."), "pictures.two_faced"
        )
    return image


def _is_active(content: bytes) -> bool:
    """Whether a browser could run something in it. Looking for plain words first takes a tenth of the time in megabytes of pixels."""
    lowered = content.lower()
    return any(start in lowered for start in _ACTIVE_STARTS) and _ACTIVE.search(lowered) is not None


def _decoded(image: Image.Image) -> Image.Image:
    try:
        image.seek(0)
        image.load()
    except Exception as problem:  # decoders fail in many ways on what is broken; all of them mean the same
        raise _broken() from problem
    return image


def _too_many_pixels() -> PictureError:
    return PictureError(
        _("The picture has more than %(limit)d million pixels. Take it with a lower resolution.")
        % {"limit": MAX_PIXELS // 1_000_000},
        "pictures.too_many_pixels",
    )


def _broken() -> PictureError:
    return PictureError(
        _("The picture is damaged or not complete: it may have been cut off while it was sent. Send it again."), "pictures.broken"
    )


def _no_picture(content: bytes) -> PictureError:
    head = content[:4096].lstrip().lower()
    if content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc", b"ftypavif"):
        return PictureError(
            _(
                "Pictures of the kind HEIC or AVIF cannot be read here. Set the phone's camera to “most compatible” (JPEG) or "
                "send a copy."
            ),
            "pictures.heic",
        )
    if head.startswith((b"\xff\xd8", b"\x89png", b"gif8", b"riff", b"bm")):
        return _broken()
    if _is_active(head) or head.startswith((b"<?xml", b"#!", b"%pdf", b"mz", b"pk")):
        return PictureError(_("This is not a picture but a script, a page or another file. It was not taken."), "pictures.active")
    return PictureError(_("This is not a picture that can be read. Send JPEG, PNG, WebP or GIF."), "pictures.not_a_picture")


# The camera's data


def _exif(image: Image.Image) -> dict[Any, Any]:
    """EXIF with its sub-directories in one, GPS tags under ("gps", number). Empty when unreadable."""
    try:
        exif = image.getexif()
        return {
            **exif,
            **exif.get_ifd(ExifTags.IFD.Exif),
            **{("gps", key): value for key, value in exif.get_ifd(ExifTags.IFD.GPSInfo).items()},
        }
    except Exception:  # a camera's data may be anything; a photo without it is still a photo
        return {}


def _reading(read: Callable[[], Any]) -> Any:
    """What ``read`` gives, or None where the camera wrote nonsense."""
    try:
        return read()
    except (ValueError, TypeError, KeyError, IndexError, ZeroDivisionError, OverflowError, AttributeError):
        return None


def _taken_at(exif: dict) -> datetime | None:
    tags = ExifTags.Base

    def read() -> datetime | None:
        text = exif.get(tags.DateTimeOriginal) or exif.get(tags.DateTimeDigitized)
        if not isinstance(text, str):
            return None
        moment = datetime.strptime(text.strip("\x00 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  the zone comes next
        if moment.year < 1990:
            return None
        offset = exif.get(tags.OffsetTimeOriginal) or exif.get(tags.OffsetTime)
        found = re.fullmatch(r"([+-])(\d{2}):(\d{2})", str(offset or "").strip("\x00 "))
        if not found:
            return moment.replace(tzinfo=LOCAL)
        shift = timedelta(hours=int(found[2]), minutes=int(found[3])) * (-1 if found[1] == "-" else 1)
        return moment.replace(tzinfo=timezone(shift)).astimezone(LOCAL)

    return _reading(read)


def _position(exif: dict) -> tuple[float | None, float | None]:
    gps = ExifTags.GPS

    def degrees(value: Any, reference: Any, negative: str, most: float) -> float:
        parts = [float(part) for part in value]
        number = parts[0] + parts[1] / 60 + parts[2] / 3600
        if str(reference).strip("\x00 ").upper() == negative:
            number = -number
        if not math.isfinite(number) or abs(number) > most:
            raise ValueError
        return round(number, 7)

    def read() -> tuple[float, float] | None:
        lat = degrees(exif["gps", gps.GPSLatitude], exif.get(("gps", gps.GPSLatitudeRef)), "S", 90)
        lon = degrees(exif["gps", gps.GPSLongitude], exif.get(("gps", gps.GPSLongitudeRef)), "W", 180)
        return None if lat == lon == 0 else (lat, lon)

    return _reading(read) or (None, None)


def _device(exif: dict) -> str:
    def clean(value: Any) -> str:
        text = value.decode("utf-8", "ignore") if isinstance(value, bytes) else str(value or "")
        return " ".join(strip_invisible(text).split())

    make, model = clean(exif.get(ExifTags.Base.Make)), clean(exif.get(ExifTags.Base.Model))
    text = model if make and model.lower().startswith(make.lower()) else f"{make} {model}".strip()
    return text[:100]


# Likeness

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _turned(image: Image.Image, orientation: Any) -> Image.Image:
    turn = _TURNS.get(orientation) if isinstance(orientation, int) else None
    return image.transpose(turn) if turn is not None else image


def _grey(image: Image.Image) -> Image.Image:
    """Grey on white, small enough to be turned and measured at once."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image)
    image = image.convert("L")
    if max(image.size) > 512:
        image = image.resize((min(image.width, 512), min(image.height, 512)), Image.Resampling.BOX)
    return image


def _bits(flags: np.ndarray) -> int:
    return int.from_bytes(np.packbits(flags.astype(bool).ravel()).tobytes(), "big")


def _dhash(image: Image.Image) -> int:
    """Difference hash: whether each of 8 × 8 places is darker than its right neighbour."""
    small = np.asarray(image.resize((9, 8), Image.Resampling.LANCZOS), dtype=np.int16)
    return _bits(small[:, 1:] > small[:, :-1])


def _cosines(size: int) -> np.ndarray:
    steps = np.arange(size)
    return np.cos(np.pi * (2 * steps[None, :] + 1) * steps[:, None] / (2 * size))


_COSINES = _cosines(32)


def _phash(image: Image.Image) -> int:
    """Perceptual hash: which of the 8 × 8 lowest cosine frequencies of a 32 × 32 copy lie above their median."""
    small = np.asarray(image.resize((32, 32), Image.Resampling.LANCZOS), dtype=np.float64)
    low = (_COSINES @ small @ _COSINES.T)[:8, :8]
    return _bits(low > np.median(low))
