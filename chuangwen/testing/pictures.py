"""Pictures for tests: drawn streets, as a phone would send them."""

import io

import numpy as np
from PIL import Image, ImageDraw


def scene(seed: int = 1, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A drawn street, different for each seed."""
    chance = np.random.default_rng(seed)
    image = Image.new("RGB", size, tuple(int(c) for c in chance.integers(120, 220, 3)))
    draw = ImageDraw.Draw(image)
    for _ in range(18):
        x, y = int(chance.integers(0, size[0])), int(chance.integers(0, size[1]))
        w, h = int(chance.integers(30, 220)), int(chance.integers(30, 180))
        draw.rectangle((x, y, x + w, y + h), fill=tuple(int(c) for c in chance.integers(0, 255, 3)))
    return image


def saved(image: Image.Image, name: str = "JPEG", **options) -> bytes:
    target = io.BytesIO()
    image.save(target, name, **options)
    return target.getvalue()


def camera(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "HUAWEI", "HUAWEI P60\x00", orientation
    exif.get_ifd(0x8769)[0x9003] = "2026:11:21 08:30:15"
    exif.get_ifd(0x8825).update({1: "N", 2: (21.0, 39.0, 36.0), 3: "E", 4: (110.0, 55.0, 12.0)})
    return exif


def jpeg(seed: int = 1, size: tuple[int, int] = (320, 240), **options) -> bytes:
    """A small photo, another one for each seed."""
    return saved(scene(seed, size), **options)
