"""Things and figures that stand about in several pictures: trees, lamps, cars, people without faces, bins, boxes."""

from __future__ import annotations

import math
import random

from chuangwen.demo.drawing.canvas import Canvas, Colour, blob, hsv, mix, shade

SKIN: Colour = (233, 190, 158)


def tree(c: Canvas, x: float, foot: float, high: float, rng: random.Random) -> None:
    """A tree, round or a palm."""
    c.shadow(x, foot, high * 0.24)
    trunk = hsv(0.08, 0.4, rng.uniform(0.35, 0.5))
    if rng.random() < 0.3:
        c.shape(
            [(x - high * 0.025, foot), (x + high * 0.03, foot), (x + high * 0.02, foot - high * 0.8), (x, foot - high * 0.8)],
            trunk,
        )
        leaf = hsv(0.3, 0.5, rng.uniform(0.45, 0.6))
        for i in range(9):
            angle = math.pi * (i / 8) + rng.uniform(-0.1, 0.1)
            far = high * rng.uniform(0.26, 0.34)
            tip = (x + math.cos(angle) * far, foot - high * 0.8 - math.sin(angle) * far * 0.55 + far * 0.25)
            middle = (x + math.cos(angle) * far * 0.55, foot - high * 0.86 - math.sin(angle) * far * 0.7)
            c.line([(x, foot - high * 0.8), middle, tip], shade(leaf, 0.12 if i % 2 else -0.1), high * 0.03)
        return
    c.shape(
        [
            (x - high * 0.035, foot),
            (x + high * 0.035, foot),
            (x + high * 0.02, foot - high * 0.55),
            (x - high * 0.02, foot - high * 0.55),
        ],
        trunk,
    )
    green = hsv(rng.uniform(0.24, 0.37), rng.uniform(0.4, 0.6), rng.uniform(0.42, 0.66))
    for layer, (dx, dy, size) in enumerate(
        ((0, 0.02, 0.3), (-0.17, 0.08, 0.2), (0.18, 0.1, 0.2), (-0.04, -0.12, 0.22), (0.09, -0.05, 0.17))
    ):
        colour = shade(green, (-0.18, -0.08, -0.05, 0.1, 0.2)[layer])
        c.shape(blob(x + dx * high, foot - high * 0.7 + dy * high, size * high, size * high * 0.85, rng), colour)


def lamp_post(c: Canvas, x: float, foot: float, high: float, lit: bool, arm: int = 1) -> None:
    """A street lamp; `arm` 1 to the right, -1 to the left."""
    grey = (92, 100, 112)
    c.shadow(x, foot, 22)
    c.box(x - 5, foot - high, x + 5, foot, grey)
    c.box(x - 10, foot - 40, x + 10, foot, shade(grey, -0.2), 3)
    tip = x + arm * high * 0.22
    c.line([(x, foot - high), (x + arm * high * 0.08, foot - high - 26), (tip, foot - high - 30)], grey, 9)
    if lit:
        c.oval(tip, foot - high - 18, 60, 60, (255, 236, 170, 40))
        c.oval(tip, foot - high - 18, 34, 34, (255, 240, 190, 80))
    c.box(tip - 26, foot - high - 36, tip + 26, foot - high - 22, (255, 244, 200) if lit else (70, 76, 88), 6)


def car(c: Canvas, x: float, foot: float, long: float, colour: Colour, rng: random.Random, old: bool = False) -> None:
    """A car from the side; an abandoned one is dull, dusty and flat-tyred."""
    high = long * 0.36
    if old:
        colour = mix(colour, (150, 140, 122), 0.65)
    left, right = x - long / 2, x + long / 2
    c.shadow(x, foot, long * 0.54, long * 0.05)
    body = foot - high * 0.22
    roof = [
        (left + long * 0.2, body - high * 0.42), (left + long * 0.32, body - high * 0.82), (left + long * 0.68, body - high * 0.82),
        (left + long * 0.84, body - high * 0.42),
    ]  # fmt: skip
    c.shape(roof, shade(colour, -0.12))
    glass = (176, 204, 220) if not old else (150, 150, 140)
    c.shape(
        [
            (left + long * 0.25, body - high * 0.44),
            (left + long * 0.34, body - high * 0.75),
            (left + long * 0.49, body - high * 0.75),
            (left + long * 0.49, body - high * 0.44),
        ],
        glass,
    )
    c.shape(
        [
            (left + long * 0.52, body - high * 0.44),
            (left + long * 0.52, body - high * 0.75),
            (left + long * 0.66, body - high * 0.75),
            (left + long * 0.78, body - high * 0.44),
        ],
        shade(glass, -0.08),
    )
    c.box(left, body - high * 0.46, right, body, colour, high * 0.16)
    c.box(left, body - high * 0.14, right, body, shade(colour, -0.25), high * 0.07)
    c.box(right - long * 0.05, body - high * 0.36, right - 2, body - high * 0.22, (255, 236, 190), 4)
    c.box(left + 2, body - high * 0.36, left + long * 0.04, body - high * 0.22, (214, 70, 60), 4)
    for wheel in (0.22, 0.77):
        radius = high * 0.23
        c.oval(left + long * wheel, foot - radius * 0.9, radius, radius * (0.75 if old else 1), (38, 40, 46))
        c.oval(left + long * wheel, foot - radius * 0.9, radius * 0.5, radius * 0.5, (170, 174, 180))
    if old:
        for _ in range(18):
            c.oval(
                rng.uniform(left, right),
                rng.uniform(body - high * 0.7, body),
                rng.uniform(4, 16),
                rng.uniform(2, 5),
                (180, 168, 140, 90),
            )


def bike(c: Canvas, x: float, foot: float, long: float, colour: Colour, lean: float = 0) -> None:
    """An electric scooter from the side; `lean` shears it (1 lies on the ground)."""

    def at(dx: float, dy: float) -> tuple[float, float]:
        return x + dx * long + lean * dy * long, foot - dy * long * (1 - 0.55 * abs(lean))

    c.shadow(x, foot, long * 0.5, long * 0.07)
    for dx in (-0.34, 0.36):
        px, py = at(dx, 0.14)
        c.oval(px, py, long * 0.15, long * 0.15 * (1 - 0.4 * abs(lean)), (40, 42, 48))
        c.oval(px, py, long * 0.07, long * 0.07, (168, 172, 178))
    c.shape(
        [
            at(-0.42, 0.3),
            at(-0.1, 0.28),
            at(0.08, 0.2),
            at(0.24, 0.24),
            at(0.3, 0.62),
            at(0.2, 0.62),
            at(0.1, 0.34),
            at(-0.06, 0.44),
            at(-0.42, 0.46),
        ],
        colour,
    )
    c.shape([at(-0.42, 0.46), at(-0.04, 0.45), at(-0.08, 0.53), at(-0.4, 0.55)], (46, 44, 48))
    c.line([at(0.26, 0.5), at(0.22, 0.74)], (70, 74, 80), long * 0.03)
    c.line([at(0.12, 0.76), at(0.28, 0.72)], (50, 52, 58), long * 0.035)
    px, py = at(0.31, 0.56)
    c.oval(px, py, long * 0.045, long * 0.045, (255, 240, 200))


def person(
    c: Canvas, x: float, foot: float, high: float, rng: random.Random, shirt: Colour | None = None, cap: Colour | None = None
) -> None:
    """A standing figure without a face."""
    shirt = shirt or hsv(rng.random(), 0.45, rng.uniform(0.5, 0.85))
    trousers = hsv(rng.choice((0.6, 0.62, 0.08)), 0.3, rng.uniform(0.25, 0.45))
    c.shadow(x, foot, high * 0.17)
    c.box(x - high * 0.09, foot - high * 0.45, x - high * 0.012, foot - 3, trousers, high * 0.03)
    c.box(x + high * 0.012, foot - high * 0.45, x + high * 0.09, foot - 3, shade(trousers, -0.15), high * 0.03)
    c.box(x - high * 0.12, foot - high * 0.8, x + high * 0.12, foot - high * 0.4, shirt, high * 0.06)
    swing = rng.uniform(-0.04, 0.06) * high
    c.line(
        [(x - high * 0.12, foot - high * 0.75), (x - high * 0.17 - swing, foot - high * 0.48)], shade(shirt, -0.15), high * 0.055
    )
    c.line(
        [(x + high * 0.12, foot - high * 0.75), (x + high * 0.17 + swing, foot - high * 0.48)], shade(shirt, -0.15), high * 0.055
    )
    c.oval(x, foot - high * 0.89, high * 0.075, high * 0.085, SKIN)
    hair = cap or (44, 38, 40)
    c.shape(
        [
            (x - high * 0.08, foot - high * 0.89),
            (x - high * 0.07, foot - high * 0.97),
            (x, foot - high * 0.995),
            (x + high * 0.07, foot - high * 0.97),
            (x + high * 0.08, foot - high * 0.89),
            (x, foot - high * 0.925),
        ],
        hair,
    )


def bin_(c: Canvas, x: float, foot: float, high: float, colour: Colour, word: str, closed: bool = True) -> None:
    """A wheeled bin; open ones show the lid tipped back."""
    wide = high * 0.62
    c.shadow(x, foot, wide * 0.62)
    if not closed:
        c.shape(
            [
                (x - wide * 0.52, foot - high),
                (x + wide * 0.52, foot - high),
                (x + wide * 0.42, foot - high * 1.28),
                (x - wide * 0.36, foot - high * 1.3),
            ],
            shade(colour, -0.3),
        )
    c.shape(
        [(x - wide * 0.5, foot - high), (x + wide * 0.5, foot - high), (x + wide * 0.42, foot), (x - wide * 0.42, foot)], colour
    )
    c.shape(
        [(x + wide * 0.2, foot - high), (x + wide * 0.5, foot - high), (x + wide * 0.42, foot), (x + wide * 0.18, foot)],
        shade(colour, -0.14),
    )
    if closed:
        c.box(x - wide * 0.56, foot - high * 1.1, x + wide * 0.56, foot - high * 0.97, shade(colour, -0.2), high * 0.05)
    c.box(x - wide * 0.32, foot - high * 0.72, x + wide * 0.32, foot - high * 0.4, (244, 246, 244), 5)
    c.words(x, foot - high * 0.56, word, high * 0.095, shade(colour, -0.3))
    c.oval(x - wide * 0.34, foot - 4, high * 0.07, high * 0.07, (40, 40, 44))


def bag(c: Canvas, x: float, foot: float, size: float, colour: Colour, rng: random.Random) -> None:
    """A tied rubbish bag."""
    c.shadow(x, foot, size * 0.8)
    c.shape(blob(x, foot - size * 0.55, size * 0.75, size * 0.6, rng, 9), colour)
    c.shape(
        [
            (x - size * 0.12, foot - size),
            (x + size * 0.16, foot - size * 1.02),
            (x + size * 0.24, foot - size * 1.3),
            (x, foot - size * 1.15),
            (x - size * 0.24, foot - size * 1.28),
        ],
        shade(colour, -0.15),
    )
    c.oval(x - size * 0.25, foot - size * 0.72, size * 0.16, size * 0.22, (*shade(colour, 0.35), 150))


def carton(c: Canvas, x: float, foot: float, size: float, rng: random.Random) -> None:
    """A cardboard box seen a little from above."""
    brown = hsv(0.085, rng.uniform(0.35, 0.5), rng.uniform(0.62, 0.8))
    high = size * rng.uniform(0.6, 0.95)
    c.shadow(x, foot, size * 0.62)
    c.box(x - size / 2, foot - high, x + size / 2, foot, brown)
    c.shape(
        [
            (x - size / 2, foot - high),
            (x + size / 2, foot - high),
            (x + size * 0.62, foot - high - size * 0.2),
            (x - size * 0.36, foot - high - size * 0.2),
        ],
        shade(brown, 0.2),
    )
    c.shape(
        [
            (x + size / 2, foot - high),
            (x + size * 0.62, foot - high - size * 0.2),
            (x + size * 0.62, foot - size * 0.18),
            (x + size / 2, foot),
        ],
        shade(brown, -0.22),
    )
    c.box(x - size * 0.07, foot - high, x + size * 0.07, foot, (222, 196, 150))


def scraps(c: Canvas, x: float, y: float, wide: float, deep: float, count: int, rng: random.Random) -> None:
    """Paper, peel and bottles about a spot on the floor."""
    for _ in range(count):
        px, py = x + rng.gauss(0, wide * 0.45), y + rng.gauss(0, deep * 0.4)
        size = rng.uniform(6, 20)
        colour = rng.choice(
            ((244, 244, 238), (222, 60, 60), (240, 200, 70), (90, 150, 210), (120, 170, 90), (236, 140, 60), (205, 190, 170))
        )
        turn = rng.uniform(0, math.pi)
        dx, dy = math.cos(turn) * size, math.sin(turn) * size * 0.45
        c.oval(px, py + size * 0.25, size, size * 0.3, (20, 24, 40, 40))
        c.shape([(px - dx, py - dy), (px + dy * 1.4, py - dx * 0.4), (px + dx, py + dy), (px - dy * 1.4, py + dx * 0.4)], colour)


def poster(c: Canvas, left: float, top: float, right: float, bottom: float, rng: random.Random, worn: bool) -> None:
    """A public-interest ad: words, a motif; a worn one is pale, torn and stained."""
    titles = (
        "讲文明 树新风",
        "文明健康 有你有我",
        "好心茂名",
        "爱护环境 人人有责",
        "文明交通 安全出行",
        "节约粮食",
        "邻里和睦",
        "关爱未成年人",
    )
    title = rng.choice(titles)
    hue = rng.choice((0.0, 0.02, 0.1, 0.33, 0.52, 0.58))
    base = hsv(hue, 0.62, 0.86)
    if worn:
        base = mix(base, (206, 202, 192), 0.72)
    wide, high = right - left, bottom - top
    c.box(left, top, right, bottom, base)
    c.shape(
        [
            (left, bottom),
            (left, bottom - high * 0.3),
            (left + wide * 0.3, bottom - high * 0.45),
            (left + wide * 0.62, bottom - high * 0.24),
            (right, bottom - high * 0.4),
            (right, bottom),
        ],
        shade(base, 0.3),
    )
    c.oval(right - wide * 0.2, top + high * 0.27, high * 0.13, high * 0.13, mix((255, 226, 120), base, 0.6 if worn else 0.0))
    size = min(high * 0.19, wide / (len(title) + 1.5))
    c.words((left + right) / 2, top + high * 0.52, title, size, mix((255, 255, 250), base, 0.55 if worn else 0.0))
    c.box(left + wide * 0.3, top + high * 0.68, right - wide * 0.3, top + high * 0.7, mix((255, 255, 250), base, 0.3))
    if worn:
        for _ in range(4):
            x, y = rng.uniform(left, right), rng.uniform(top, bottom)
            c.shape(blob(x, y, wide * 0.06, high * 0.1, rng, 7), (*shade(base, -0.25), 120))
        c.shape(
            [
                (right, top),
                (right - wide * 0.34, top),
                (right - wide * 0.2, top + high * 0.16),
                (right - wide * 0.08, top + high * 0.2),
                (right, top + high * 0.46),
            ],
            (168, 164, 156),
        )
        c.shape(
            [
                (left, bottom),
                (left + wide * 0.2, bottom),
                (left + wide * 0.12, bottom - high * 0.14),
                (left, bottom - high * 0.26),
            ],
            (150, 146, 140),
        )
