"""What is found out about a photo before it becomes a record: measured, stored, made small. Knows no tables, so that many can be taken in
by several processes.
"""

from dataclasses import dataclass
from datetime import datetime

from chuangwen.evidence.pixels import reading, sketch
from chuangwen.kernel import files
from chuangwen.kernel.pictures import Picture, derive, inspect

THUMBNAIL_SIDE = 480


@dataclass(frozen=True)
class Taken:
    """A photo that lies on the disk with its small copy; ``size`` in bytes, ``sketch`` its visual words.

    ``taken_at``, ``lat``, ``lon`` (WGS-84 degrees) are what the page knew at the moment of capture; None: what the picture says holds.
    """

    picture: Picture
    key: str
    thumbnail_key: str
    size: int
    sketch: bytes = b""
    name: str = ""
    taken_at: datetime | None = None
    lat: float | None = None
    lon: float | None = None


def prepare(
    content: bytes, *, name: str = "", taken_at: datetime | None = None, lat: float | None = None, lon: float | None = None
) -> Taken:
    """Measure a photo and store it as it came, with a small copy. Raises PictureError (no picture, too large, broken), NoSpace."""
    picture = inspect(content)
    small = derive(content, THUMBNAIL_SIDE, 78)
    words = sketch.sketch(reading.grey(reading.picture(small, sketch.SIDE)))
    key = files.store(content)
    thumbnail = files.store(small)
    return Taken(picture, key, thumbnail, len(content), words, name, taken_at, lat, lon)
