"""A canvas of 1280 × 960 logical points, drawn larger and brought down when the photo is taken, which smooths edges."""

from __future__ import annotations

import colorsys
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1280, 960
SCALE = 1.4
Colour = tuple[int, int, int]
Point = tuple[float, float]
Box = tuple[float, float, float, float]
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)


@cache
def font(size: int) -> ImageFont.FreeTypeFont | None:
    """A font with Chinese glyphs, or None where the machine has none (signs then show bars instead of words)."""
    for path in FONTS:
        if Path(path).is_file():
            return ImageFont.truetype(path, size)
    return None


def hsv(hue: float, saturation: float, value: float) -> Colour:
    """Colour from hue (0 to 1, wraps), saturation and value (clipped to 0 to 1)."""
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, min(1, max(0, saturation)), min(1, max(0, value)))
    return round(red * 255), round(green * 255), round(blue * 255)


def shade(colour: Colour, by: float) -> Colour:
    """Lighter (by > 0) or darker (by < 0), -1 to 1."""
    towards = 255 if by > 0 else 0
    red, green, blue = (round(each + (towards - each) * abs(by)) for each in colour)
    return red, green, blue


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`share` of the other colour in the one."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


@dataclass(frozen=True)
class Stage:
    """Where troubles may stand on a background: the floor (left, back, right, front) and a piece of wall.

    `size` scales figures; `paint` says whether lines and words may be painted on the floor.
    """

    floor: Box
    wall: Box
    size: float = 1.0
    paint: bool = True


@dataclass(frozen=True)
class View:
    """How the camera is held: an affine map of logical points, and whether the whole place is seen mirrored.

    `zoom` enlarges about the middle, `turn` is in radians, `lean` shears uprights, `move` shifts in logical points.
    """

    mirrored: bool = False
    zoom: float = 1.0
    turn: float = 0.0
    lean: float = 0.0
    move: Point = (0.0, 0.0)


class Canvas:
    """Filled shapes in logical points; colours may carry an alpha. Words are never mirrored."""

    def __init__(self, view: View | None = None) -> None:
        view = view or View()
        self.image = Image.new("RGB", (round(WIDTH * SCALE), round(HEIGHT * SCALE)))
        self._solid = ImageDraw.Draw(self.image)
        self._glass = ImageDraw.Draw(self.image, "RGBA")
        self.scale = SCALE * view.zoom
        way = -1 if view.mirrored else 1
        self._a, self._b = self.scale * way, self.scale * view.lean
        self._d, self._e = self.scale * view.turn * way, self.scale
        middle_x, middle_y = WIDTH / 2, HEIGHT / 2
        self._c = (middle_x + view.move[0]) * SCALE - self._a * middle_x - self._b * middle_y
        self._f = (middle_y + view.move[1]) * SCALE - self._d * middle_x - self._e * middle_y

    def _pen(self, colour: Sequence[int]) -> ImageDraw.ImageDraw:
        """The pen for a colour; blending costs, so that only colours with an alpha take it."""
        return self._glass if len(colour) == 4 else self._solid

    def _at(self, x: float, y: float) -> Point:
        """Where a logical point lies in the image."""
        return self._a * x + self._b * y + self._c, self._d * x + self._e * y + self._f

    def box(self, left: float, top: float, right: float, bottom: float, colour: Sequence[int], radius: float = 0) -> None:
        """A rectangle, with round corners if asked."""
        if right <= left or bottom <= top:
            return
        if not radius:
            self.shape(((left, top), (right, top), (right, bottom), (left, bottom)), colour)
            return
        x, y = self._at((left + right) / 2, (top + bottom) / 2)
        wide, high = (right - left) / 2 * self.scale, (bottom - top) / 2 * self.scale
        self._pen(colour).rounded_rectangle((x - wide, y - high, x + wide, y + high), radius * self.scale, fill=tuple(colour))

    def shape(self, points: Sequence[Point], colour: Sequence[int]) -> None:
        """A polygon."""
        self._pen(colour).polygon([self._at(x, y) for x, y in points], fill=tuple(colour))

    def oval(self, x: float, y: float, wide: float, high: float, colour: Sequence[int]) -> None:
        """An ellipse round a centre; `wide` and `high` are half axes."""
        x, y = self._at(x, y)
        wide, high = wide * self.scale, high * self.scale
        self._pen(colour).ellipse((x - wide, y - high, x + wide, y + high), fill=tuple(colour))

    def line(self, points: Sequence[Point], colour: Sequence[int], width: float) -> None:
        """A line with joints."""
        self._pen(colour).line(
            [self._at(x, y) for x, y in points], fill=tuple(colour), width=max(1, round(width * self.scale)), joint="curve"
        )

    def wire(self, start: Point, end: Point, sag: float, colour: Sequence[int], width: float = 2.5) -> None:
        """A cable that hangs through by `sag`."""
        steps = 14
        points = []
        for i in range(steps + 1):
            t = i / steps
            points.append((start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t + sag * 4 * t * (1 - t)))
        self.line(points, colour, width)

    def fade(self, left: float, top: float, right: float, bottom: float, upper: Colour, lower: Colour) -> None:
        """A rectangle that goes from one colour above to another below."""
        bands = 40
        for i in range(bands):
            y, under = top + (bottom - top) * i / bands, top + (bottom - top) * (i + 1) / bands
            self.box(left, y, right, under + 1, mix(upper, lower, i / (bands - 1)))

    def shadow(self, x: float, y: float, wide: float, high: float | None = None) -> None:
        """A soft spot on the floor under a thing."""
        high = high if high is not None else wide * 0.18
        self.oval(x, y, wide, high, (20, 24, 40, 46))
        self.oval(x, y, wide * 0.78, high * 0.75, (20, 24, 40, 40))

    def words(self, x: float, y: float, text: str, size: float, colour: Sequence[int]) -> None:
        """Words round a centre; bars when no Chinese font is there."""
        face = font(round(size * self.scale))
        if face is None:
            wide = size * len(text) * 0.5
            self.box(x - wide, y - size * 0.3, x + wide, y + size * 0.3, colour, size * 0.1)
            return
        self._pen(colour).text(self._at(x, y), text, font=face, fill=tuple(colour), anchor="mm")

    def quad_grid(self, corners: Sequence[Point], across: int, down: int) -> list[list[Point]]:
        """The four corners of each cell of a grid laid into a quadrilateral (top-left, top-right, bottom-right, bottom-left)."""
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners

        def at(u: float, v: float) -> Point:
            top = (ax + (bx - ax) * u, ay + (by - ay) * u)
            low = (dx + (cx - dx) * u, dy + (cy - dy) * u)
            return top[0] + (low[0] - top[0]) * v, top[1] + (low[1] - top[1]) * v

        cells = []
        for row in range(down):
            for column in range(across):
                u, v, du, dv = column / across, row / down, 1 / across, 1 / down
                cells.append([at(u, v), at(u + du, v), at(u + du, v + dv), at(u, v + dv)])
        return cells


def inset(cell: Sequence[Point], share: float) -> list[Point]:
    """A polygon drawn in towards its middle by `share`."""
    x = sum(point[0] for point in cell) / len(cell)
    y = sum(point[1] for point in cell) / len(cell)
    return [(px + (x - px) * share, py + (y - py) * share) for px, py in cell]


def blob(x: float, y: float, wide: float, high: float, rng: random.Random, corners: int = 11) -> list[Point]:
    """A round, uneven outline."""
    points = []
    for i in range(corners):
        angle = 2 * math.pi * i / corners
        far = rng.uniform(0.78, 1.12)
        points.append((x + math.cos(angle) * wide * far, y + math.sin(angle) * high * far))
    return points
