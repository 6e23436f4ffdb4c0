"""A seal drawn by the program for the demonstration: a ring, a star, the name of the office around it, and the word 演示 so that nobody takes
it for a real one."""

from __future__ import annotations

import io
import math

from PIL import Image, ImageDraw

from chuangwen.demo.drawing.canvas import font

SIDE = 1000
RED = (208, 24, 32, 255)


def draw_seal(name: str, below: str = "演示专用") -> bytes:
    """PNG with a transparent ground. Without a Chinese font on the machine the ring and the star stand alone."""
    image = Image.new("RGBA", (SIDE, SIDE), (255, 255, 255, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((10, 10, SIDE - 10, SIDE - 10), outline=RED, width=26)
    middle = SIDE / 2
    star = [
        (
            middle + math.cos(math.radians(-90 + 36 * n)) * (150 if n % 2 == 0 else 58),
            middle + math.sin(math.radians(-90 + 36 * n)) * (150 if n % 2 == 0 else 58),
        )
        for n in range(10)
    ]
    pen.polygon(star, fill=RED)
    _around(image, name)
    letters = font(82)
    if letters is not None:
        pen.text((middle, SIDE * 0.78), below, font=letters, fill=RED, anchor="mm")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _around(image: Image.Image, name: str) -> None:
    """The name on the upper arc, each character turned towards the middle."""
    size = max(46, min(104, int(2100 / max(len(name), 1))))
    letters = font(size)
    if letters is None:
        return
    spread = min(280.0, len(name) * 20.0)
    radius = SIDE / 2 - 40 - size * 0.62
    for place, character in enumerate(name):
        angle = -90 - spread / 2 + (place + 0.5) * spread / len(name)
        glyph = Image.new("RGBA", (size * 2, size * 2), (255, 255, 255, 0))
        ImageDraw.Draw(glyph).text((size, size), character, font=letters, fill=RED, anchor="mm")
        turned = glyph.rotate(-(angle + 90), resample=Image.Resampling.BICUBIC)
        x = SIDE / 2 + math.cos(math.radians(angle)) * radius - size
        y = SIDE / 2 + math.sin(math.radians(angle)) * radius - size
        image.alpha_composite(turned, (round(x), round(y)))
