"""Photos as arrays: upright, with as many pixels as wanted, decoded once."""

import io

import cv2
import numpy as np
from PIL import ExifTags, Image

from chuangwen.kernel.pictures import FORMATS, MAX_PIXELS, PictureError

Array = np.ndarray
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def picture(content: bytes, most: int | None = None) -> Array:
    """RGB, 8 bits, upright; at most ``most`` pixels on the longer side (None: as it is). Raises PictureError for what cannot be read."""
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
        if image.width * image.height > MAX_PIXELS:
            raise PictureError("")
        turn = _TURNS.get(_orientation(image))
        if most is not None and max(image.size) > most:
            image.draft("RGB", (most, most))
        image.seek(0)
        image = image.convert("RGB")
        if most is not None and max(image.size) > most:
            part = most / max(image.size)
            size = max(1, round(image.width * part)), max(1, round(image.height * part))
            image = image.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
        if turn is not None:
            image = image.transpose(turn)
        return np.asarray(image)
    except PictureError:
        raise
    except Exception as problem:  # decoders fail in many ways on what is broken
        raise PictureError("") from problem


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # broken camera data: as it lies
        return 1
    return value if isinstance(value, int) else 1


def grey(array: Array) -> Array:
    return cv2.cvtColor(array, cv2.COLOR_RGB2GRAY)
