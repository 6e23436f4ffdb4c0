"""Troubles that lie or stand on the ground, and how the same place looks when they have been put right."""

from __future__ import annotations

import random

from chuangwen.demo.drawing.canvas import Canvas, Stage, blob, hsv, inset, mix, shade
from chuangwen.demo.drawing.figures import bag, bike, bin_, car, carton, person, scraps

GREEN, BLUE, RED, GREY = (60, 140, 82), (52, 110, 170), (190, 58, 52), (92, 98, 106)


def spot(stage: Stage, rng: random.Random, across: float = 0.5, deep: float = 0.6) -> tuple[float, float]:
    """A place on the floor near these shares of its width and depth."""
    left, back, right, front = stage.floor
    return left + (right - left) * (across + rng.uniform(-0.16, 0.16)), min(
        850, back + (front - back) * (deep + rng.uniform(-0.15, 0.15))
    )


def litter(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    x, y = spot(stage, rng)
    if bad:
        scraps(c, x, y, 230 * stage.size, 70 * stage.size, rng.randint(40, 70), rng)
        for _ in range(rng.randint(1, 3)):
            bag(
                c,
                x + rng.uniform(-180, 180),
                y + rng.uniform(-30, 40),
                rng.uniform(38, 64) * stage.size,
                hsv(rng.random(), 0.2, rng.uniform(0.3, 0.95)),
                rng,
            )
    else:
        bin_(c, x + rng.choice((-230, 230)), y, 130 * stage.size, GREEN, "可回收")


def bins(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    x, y = spot(stage, rng, 0.45, 0.5)
    high = 190 * stage.size * rng.uniform(0.9, 1.15)
    kinds = [(GREEN, "厨余垃圾"), (BLUE, "可回收物"), (GREY, "其他垃圾"), (RED, "有害垃圾")]
    rng.shuffle(kinds)
    count = rng.randint(2, 4)
    for i in range(count):
        px = x + (i - (count - 1) / 2) * high * 0.76
        colour, word = kinds[i]
        if bad:
            for k in range(4):
                bag(
                    c,
                    px + (k - 1.5) * high * 0.15,
                    y - high * (0.92 + 0.1 * (k % 2)),
                    high * 0.17,
                    hsv(rng.random(), 0.25, rng.uniform(0.35, 0.95)),
                    rng,
                )
        bin_(c, px, y, high, colour, word, closed=not bad)
        if bad:
            for k in range(3):
                bag(
                    c,
                    px + (k - 1) * high * 0.17,
                    y - high * 0.97,
                    high * 0.15,
                    hsv(rng.random(), 0.25, rng.uniform(0.4, 0.95)),
                    rng,
                )
    if bad:
        scraps(c, x, y + 30, high * 1.5, 60, 45, rng)
        for _ in range(rng.randint(3, 6)):
            bag(
                c,
                x + rng.uniform(-1.6, 1.6) * high,
                y + rng.uniform(10, 70),
                high * rng.uniform(0.2, 0.32),
                hsv(rng.random(), 0.22, rng.uniform(0.25, 0.95)),
                rng,
            )


def puddle(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    x, y = spot(stage, rng)
    shape = blob(x, y, rng.uniform(200, 330) * stage.size, rng.uniform(44, 76) * stage.size, rng, 16)
    if bad:
        c.shape([(px, py + 5) for px, py in shape], (40, 40, 44, 120))
        c.shape(shape, (72, 78, 78, 210))
        for _ in range(5):
            c.shape(
                blob(x + rng.uniform(-130, 130), y + rng.uniform(-20, 20), rng.uniform(18, 70), rng.uniform(6, 14), rng, 9),
                rng.choice(((130, 150, 160, 150), (110, 90, 130, 120), (150, 130, 90, 130))),
            )
        scraps(c, x, y, 220, 40, 9, rng)
    else:
        c.shape(shape, (255, 255, 255, 26))
        c.box(x + 190, y - 120, x + 202, y + 10, (240, 190, 60))
        c.shape([(x + 150, y + 20), (x + 196, y - 110), (x + 244, y + 20)], (246, 204, 60))
        c.words(x + 197, y - 16, "已冲洗", 22, (70, 60, 40))


def dump(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    x, y = spot(stage, rng)
    if bad:
        c.shape(blob(x, y - 20, 260, 60, rng, 15), (116, 104, 88))
        for _ in range(13):
            bag(
                c,
                x + rng.gauss(0, 130),
                y + rng.uniform(-70, 40),
                rng.uniform(40, 82),
                hsv(rng.random(), 0.25, rng.uniform(0.25, 0.9)),
                rng,
            )
        for _ in range(3):
            carton(c, x + rng.uniform(-220, 220), y + rng.uniform(0, 60), rng.uniform(70, 130), rng)
        scraps(c, x, y + 20, 330, 70, 40, rng)
    else:
        c.shape(blob(x, y, 240, 46, rng, 15), (255, 255, 255, 30))
        c.box(x - 6, y - 190, x + 6, y, (120, 124, 130))
        c.box(x - 110, y - 270, x + 110, y - 180, (40, 120, 70), 8)
        c.words(x, y - 226, "禁止倾倒垃圾", 30, (255, 255, 250))


def dirt(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    if bad:
        for _ in range(16):
            x, y = spot(stage, rng, rng.random(), rng.random())
            c.shape(blob(x, y, rng.uniform(14, 70), rng.uniform(5, 20), rng, 9), (86, 74, 58, 150))
        scraps(c, *spot(stage, rng), 260, 50, 24, rng)
    x, y = spot(stage, rng, 0.85, 0.3)
    if not bad:
        c.shape([(x - 60, y), (x, y - 150), (x + 60, y)], (246, 204, 60))
        c.words(x, y - 50, "小心地滑", 24, (60, 50, 30))


def hens(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    x, y = spot(stage, rng)
    for _ in range(rng.randint(5, 9)):
        px, py, size, way = x + rng.uniform(-260, 260), y + rng.uniform(-40, 60), rng.uniform(34, 52), rng.choice((-1, 1))
        colour = rng.choice(((240, 236, 226), (176, 96, 48), (70, 52, 44), (226, 170, 90)))
        if not bad:
            continue
        c.shadow(px, py, size * 0.8)
        c.line([(px - 6, py - size * 0.4), (px - 6, py)], (226, 160, 40), 4)
        c.line([(px + 8, py - size * 0.4), (px + 8, py)], (226, 160, 40), 4)
        c.oval(px, py - size * 0.75, size * 0.7, size * 0.48, colour)
        c.shape(
            [
                (px - way * size * 0.5, py - size * 0.9),
                (px - way * size * 1.1, py - size * 1.4),
                (px - way * size * 0.4, py - size * 0.5),
            ],
            shade(colour, -0.25),
        )
        c.oval(px + way * size * 0.6, py - size * 1.2, size * 0.26, size * 0.26, colour)
        c.oval(px + way * size * 0.6, py - size * 1.46, size * 0.13, size * 0.1, (206, 40, 40))
        c.shape(
            [
                (px + way * size * 0.82, py - size * 1.2),
                (px + way * size * 1.08, py - size * 1.12),
                (px + way * size * 0.82, py - size * 1.06),
            ],
            (236, 170, 50),
        )


def bed(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    x, y = spot(stage, rng)
    outline = blob(x, y, rng.uniform(280, 360), rng.uniform(80, 110), rng, 18)
    c.shape([(px, py + 14) for px, py in outline], (150, 146, 140))
    c.shape(outline, (146, 106, 70) if bad else (96, 146, 66))
    flowers = rng.choice(((226, 70, 90), (240, 190, 60), (170, 90, 180), (240, 130, 60)))
    for _ in range(60):
        px, py = x + rng.uniform(-240, 240), y + rng.uniform(-60, 56)
        size = rng.uniform(12, 26)
        if bad:
            if rng.random() < 0.25:
                c.line([(px, py), (px + rng.uniform(-12, 12), py - size * 1.6)], (132, 110, 60), 4)
            elif rng.random() < 0.3:
                c.oval(px, py, size, size * 0.4, (120, 84, 54))
        else:
            c.shape(blob(px, py - size * 0.5, size, size * 0.8, rng, 8), (64, 126, 60) if rng.random() < 0.6 else (110, 160, 70))
            c.oval(px, py - size, size * 0.34, size * 0.34, flowers)


def cars(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, back, right, front = stage.floor
    count = rng.randint(1, 3)
    long = min(430 * stage.size, (right - left) / (count * 0.86))
    y = back + (front - back) * rng.uniform(0.25, 0.6)
    for i in range(count):
        colour = hsv(rng.random(), rng.choice((0.05, 0.1, 0.6)), rng.uniform(0.35, 0.95))
        x = left + (right - left) * (i + 0.5) / count + rng.uniform(-20, 20)
        if bad:
            car(c, x, y + rng.uniform(-8, 30), long, colour, rng)
        elif stage.paint:
            c.line(
                [(x - long * 0.5, y + 26), (x - long * 0.42, y - 30), (x + long * 0.42, y - 30), (x + long * 0.5, y + 26)],
                (250, 206, 60),
                7,
            )
            c.words(x, y, "禁止停车", 40, (250, 206, 60))


def old_car(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    x, y = spot(stage, rng, 0.5, 0.5)
    if bad:
        car(c, x, y, 470 * stage.size, hsv(rng.random(), 0.5, 0.6), rng, old=True)
    else:
        c.line(
            [(x - 250, y + 26), (x - 210, y - 50), (x + 210, y - 50), (x + 250, y + 26), (x - 250, y + 26)], (246, 246, 240), 7
        )


def bikes(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, back, right, front = stage.floor
    y = back + (front - back) * 0.45
    count = rng.randint(5, 9)
    long = 190 * stage.size
    if not bad:
        c.line([(left - 10, y + 16), (right + 10, y + 16)], (246, 246, 240), 6)
        c.line([(left - 10, y - long * 0.8), (right + 10, y - long * 0.8)], (246, 246, 240), 4)
    for i in range(count):
        colour = hsv(rng.random(), 0.6, rng.uniform(0.4, 0.9))
        mess, turn = rng.uniform(-40, 60), rng.choice((0, 0, 0.5, -0.6, 0.9))
        x = left + (right - left) * (i + 0.5) / count
        bike(c, x + (rng.uniform(-30, 30) if bad else 0), y + (mess if bad else 0), long, colour, turn if bad else 0.12)


def stalls(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, _, right, _ = stage.floor
    count = rng.randint(1, 3)
    for i in range(count):
        x, y = left + (right - left) * (i + 0.5) / count + rng.uniform(-40, 40), spot(stage, rng, 0.5, 0.4)[1]
        hue, size = rng.random(), 150 * stage.size * rng.uniform(0.9, 1.15)
        if not bad:
            rng.random()
            continue
        c.shadow(x, y, size * 1.1)
        person(c, x + size * 0.6, y - 20, size * 1.5, rng)
        c.box(x - 4, y - size * 1.9, x + 4, y, (110, 90, 70))
        for k in range(8):
            a, b = x - size * 1.15 + k * size * 0.2875, x - size * 1.15 + (k + 1) * size * 0.2875
            c.shape(
                [
                    (x + (a - x) * 0.12, y - size * 2.35),
                    (x + (b - x) * 0.12, y - size * 2.35),
                    (b, y - size * 1.72),
                    (a, y - size * 1.72),
                ],
                hsv(hue, 0.65, 0.85) if k % 2 else (250, 246, 236),
            )
        c.box(x - size, y - size * 0.62, x + size * 0.8, y - size * 0.5, (150, 106, 66))
        c.box(x - size * 0.94, y - size * 0.5, x + size * 0.74, y - 6, (190, 150, 104))
        for k in range(10):
            c.oval(
                x - size * 0.86 + k * size * 0.17,
                y - size * 0.7,
                size * 0.1,
                size * 0.1,
                rng.choice(((226, 60, 50), (244, 170, 50), (120, 170, 60), (250, 220, 90))),
            )
    if bad:
        scraps(c, (left + right) / 2, stage.floor[3] - 40, 300, 40, 14, rng)
    elif stage.paint:
        y = stage.floor[1] + 50
        c.line([(left, y), (right, y)], (250, 206, 60), 8)
        c.words((left + right) / 2, y + 34, "请勿越线经营", 36, (*shade((250, 206, 60), -0.1), 230))


def goods(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, back, right, front = stage.floor
    y = back + (front - back) * 0.18
    c.line([(left - 60, y + 6), (right + 60, y + 6)], (250, 206, 60), 8)
    for i in range(rng.randint(5, 8)):
        x, size, deep = left + (right - left) * (i + 0.5) / 7, rng.uniform(90, 130) * stage.size, rng.uniform(30, 130)
        colour = rng.choice(((226, 60, 50), (244, 170, 50), (120, 170, 60), (250, 220, 90), (170, 90, 60)))
        foot = y + deep if bad else y - 26
        c.shadow(x, foot, size * 0.6)
        c.shape(
            [
                (x - size * 0.5, foot - size * 0.55),
                (x + size * 0.5, foot - size * 0.55),
                (x + size * 0.42, foot),
                (x - size * 0.42, foot),
            ],
            (196, 158, 106),
        )
        for k in range(6):
            c.oval(x - size * 0.36 + k * size * 0.145, foot - size * (0.6 + 0.08 * (k % 2)), size * 0.11, size * 0.11, colour)


def shed(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    x, y = spot(stage, rng, 0.5, 0.15)
    wide, high = rng.uniform(200, 280), rng.uniform(230, 290)
    tint = hsv(rng.choice((0.58, 0.0, 0.36, 0.08)), 0.35, rng.uniform(0.5, 0.75))
    if not bad:
        c.shape(blob(x, y, wide, 40, rng, 13), (170, 166, 158))
        return
    c.shadow(x, y, wide * 1.1)
    c.box(x - wide, y - high, x + wide, y, tint)
    for k in range(18):
        c.box(x - wide + k * wide / 9, y - high, x - wide + k * wide / 9 + 4, y, shade(tint, -0.2))
    c.shape(
        [
            (x - wide - 40, y - high + 16),
            (x + wide + 40, y - high - 30),
            (x + wide + 40, y - high - 54),
            (x - wide - 40, y - high - 8),
        ],
        shade(tint, 0.3),
    )
    c.box(x - 60, y - high * 0.75, x + 40, y, (90, 76, 64))
    for _ in range(4):
        c.shape(blob(x - wide + rng.uniform(0, 2 * wide), y - rng.uniform(20, high), 26, 44, rng, 7), (142, 84, 52, 120))


def boxes(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    x, y = spot(stage, rng)
    rows = [
        (x + (i - 2) * 120 * stage.size, y + rng.uniform(-10, 20), rng.uniform(110, 150) * stage.size)
        for i in range(rng.randint(4, 5))
    ]
    if not bad:
        c.line([(rows[0][0] - 80, y + 30), (rows[-1][0] + 80, y + 30)], (250, 206, 60), 6)
        c.words(x, y + 4, "通道请勿堆放", 34, (*mix((250, 206, 60), (120, 90, 20), 0.3), 220))
        return
    for px, py, size in rows:
        carton(c, px, py, size, rng)
        if rng.random() < 0.7:
            carton(c, px + 10, py - size * 0.8, size * 0.75, rng)
    px, py, size = rows[rng.randrange(len(rows))]
    c.box(px - 30, py - size * 2.1, px + 20, py + 10, (176, 120, 80))
    bag(c, rows[-1][0] + 90, y + 40, 60 * stage.size, hsv(rng.random(), 0.3, 0.7), rng)
    scraps(c, x, y + 50, 200, 30, 10, rng)


def tactile(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, back, right, front = stage.floor
    for i in range(rng.randint(2, 4)):
        colour, lean = hsv(rng.random(), 0.6, rng.uniform(0.4, 0.9)), rng.choice((0, 0.15, -0.2))
        if bad:
            bike(c, left + 90 + i * 130, back + 90 + i * 130 + rng.uniform(-30, 30), 300 + 30 * i, colour, lean)
        else:
            rng.uniform(0, 1)


def tactile_gap(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    x, y = (stage.floor[0] + stage.floor[2]) / 2 + rng.uniform(-30, 10), rng.uniform(430, 600)
    hole = blob(x, y, rng.uniform(150, 220), rng.uniform(80, 120), rng, 13)
    if bad:
        c.shape([(px, py + 8) for px, py in hole], (70, 62, 54))
        c.shape(hole, (120, 104, 86))
        for _ in range(26):
            c.shape(
                blob(x + rng.uniform(-190, 190), y + rng.uniform(-90, 110), rng.uniform(8, 34), rng.uniform(5, 18), rng, 6),
                rng.choice(((206, 170, 60), (150, 140, 130), (100, 90, 80))),
            )
    else:
        for cell in c.quad_grid([(x - 104, y - 100), (x + 100, y - 100), (x + 116, y + 110), (x - 120, y + 110)], 1, 2):
            c.shape(inset(cell, 0.04), (240, 200, 66))
            for bar in c.quad_grid(inset(cell, 0.18), 4, 1):
                c.shape(inset(bar, 0.3), (250, 222, 130))


def paving(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    x, y = (stage.floor[0] + stage.floor[2]) / 2, rng.uniform(420, 620)
    x += 390 if x < 640 else -390
    cells = c.quad_grid([(x - 230, y - 150), (x + 210, y - 160), (x + 270, y + 140), (x - 280, y + 150)], 5, 4)
    tone = hsv(rng.choice((0.03, 0.08, 0.1)), 0.2, rng.uniform(0.55, 0.75))
    for cell in cells:
        broken, lift = rng.random() < 0.55, rng.uniform(0.04, 0.26)
        if not bad:
            c.shape(inset(cell, 0.04), shade(tone, rng.uniform(-0.05, 0.08)))
        elif broken:
            c.shape(cell, (92, 78, 64))
            c.shape(
                inset(blob(sum(p[0] for p in cell) / 4, sum(p[1] for p in cell) / 4, 40, 26, rng, 6), lift), shade(tone, -0.1)
            )
        else:
            rng.uniform(0, 1)
    if bad:
        for _ in range(18):
            c.shape(
                blob(x + rng.uniform(-280, 280), y + rng.uniform(-150, 170), rng.uniform(6, 26), rng.uniform(4, 14), rng, 6),
                shade(tone, rng.uniform(-0.4, 0)),
            )


def manhole(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    x, y = spot(stage, rng)
    wide = rng.uniform(150, 210)
    high = wide * rng.uniform(0.5, 0.66)
    c.oval(x, y, wide * 1.14, high * 1.14, (120, 116, 110))
    c.oval(x, y, wide, high, (44, 44, 48) if bad else (88, 90, 96))
    if bad:
        c.oval(x + wide * 0.05, y + high * 0.12, wide * 0.84, high * 0.8, (14, 14, 18))
        c.shape(
            [
                (x - wide, y),
                (x - wide * 0.2, y - high * 0.95),
                (x + wide * 0.1, y - high * 0.2),
                (x - wide * 0.5, y + high * 0.5),
            ],
            (84, 86, 92),
        )
        for _ in range(14):
            c.shape(
                blob(
                    x + rng.uniform(-1.5, 1.5) * wide,
                    y + rng.uniform(-1.4, 1.4) * high,
                    rng.uniform(6, 24),
                    rng.uniform(4, 12),
                    rng,
                    6,
                ),
                (104, 96, 88),
            )
    else:
        for i in range(-3, 4):
            c.line([(x - wide * 0.7, y + i * high * 0.24), (x + wide * 0.7, y + i * high * 0.24)], (116, 118, 124), 7)
        c.words(x, y, "雨水", wide * 0.3, (200, 202, 206))


def pit(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    x, y = spot(stage, rng)
    hole = blob(x, y, rng.uniform(220, 300), rng.uniform(60, 90), rng, 15)
    if not bad:
        c.shape(hole, (70, 70, 76))
        return
    c.shape([(px, py - 12) for px, py in hole], (170, 130, 88))
    c.shape(hole, (84, 62, 46))
    c.shape(inset(hole, 0.2), (54, 40, 32))
    for px in (-330, 330):
        c.shape(blob(x + px, y - 20, 110, 66, rng, 11), (176, 136, 92))


def mud(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, back, right, front = stage.floor
    if not bad:
        for _ in range(30):
            c.box(
                px := rng.uniform(0, 1240),
                py := rng.uniform(back + 60, 950),
                px + rng.uniform(20, 70),
                py + 3,
                (220, 230, 236, 60),
            )
        return
    for track in (0.35, 0.62):
        x = left + (right - left) * track
        c.shape(
            [(x - 30, back + 20), (x + 30, back + 20), (x + 120 - 400 * (0.5 - track), 960), (x - 10 - 400 * (0.5 - track), 960)],
            (150, 112, 72, 190),
        )
    for _ in range(50):
        c.shape(
            blob(
                rng.uniform(left - 100, right + 100), rng.uniform(back + 20, 940), rng.uniform(8, 44), rng.uniform(4, 14), rng, 7
            ),
            (146, 108, 70, 200),
        )
    for _ in range(6):
        c.oval(
            rng.uniform(left, right),
            rng.uniform(back - 60, back + 60),
            rng.uniform(120, 220),
            rng.uniform(40, 80),
            (206, 186, 150, 60),
        )


def pothole(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    for _ in range(rng.randint(1, 3)):
        x, y = spot(stage, rng, rng.uniform(0.2, 0.8), rng.uniform(0.4, 0.9))
        wide, high = rng.uniform(110, 220), rng.uniform(34, 64)
        hole = blob(x, y, wide, high, rng, 13)
        if bad:
            c.shape([(px, py - 5) for px, py in hole], (150, 144, 136))
            c.shape(hole, (66, 62, 60))
            c.shape(inset(hole, 0.25), (44, 42, 42))
            c.shape(blob(x + 10, y + 6, wide * 0.45, high * 0.4, rng, 9), (104, 124, 136, 190))
            for _ in range(10):
                c.oval(
                    x + rng.uniform(-1.2, 1.2) * wide,
                    y + rng.uniform(-1.1, 1.3) * high,
                    rng.uniform(4, 12),
                    rng.uniform(3, 7),
                    (110, 104, 98),
                )
        else:
            c.box(x - wide, y - high, x + wide, y + high, (58, 58, 64), 6)


def marking(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, back, right, front = stage.floor
    top, bottom = back + (front - back) * 0.2, min(front, 850)
    for i in range(6):
        a, b = left + (right - left) * i / 5, left - 120 + (right - left + 240) * i / 5
        if bad:
            for k in range(5):
                t = k / 5 + rng.uniform(0, 0.1)
                x = a + (b - a) * t
                y = top + (bottom - top) * t
                if rng.random() < 0.5:
                    c.line([(x, y), (x + (b - a) * 0.07, y + (bottom - top) * 0.07)], (230, 228, 220, 90), 9)
        else:
            c.line([(a, top), (b, bottom)], (250, 250, 246), 10)
    c.line([(left, top), (right, top)], (230, 228, 220, 70) if bad else (250, 250, 246), 8)


def bench(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    x, y = spot(stage, rng)
    wide = 230 * stage.size
    wood = hsv(0.07, 0.5, rng.uniform(0.5, 0.7))
    c.shadow(x, y, wide * 1.05)
    for dx in (-0.75, 0.75):
        c.box(x + dx * wide - 12, y - 150, x + dx * wide + 12, y, (74, 80, 88), 5)
    for k in range(4):
        top = y - 250 + k * 34 if k < 2 else y - 150 + (k - 2) * 34
        gone = bad and k in (1, 2)
        if gone:
            c.shape(
                [(x - wide, top), (x - wide * 0.2, top + 6), (x - wide * 0.26, top + 28), (x - wide, top + 24)], shade(wood, -0.2)
            )
            c.shape(
                [
                    (x + wide * 0.2, top + 40),
                    (x + wide * 0.9, top + 90),
                    (x + wide * 0.86, top + 112),
                    (x + wide * 0.16, top + 62),
                ],
                shade(wood, -0.3),
            )
        else:
            c.box(x - wide, top, x + wide, top + 24, wood if not bad else mix(wood, GREY, 0.4), 5)
    if bad:
        scraps(c, x, y + 20, 200, 24, 12, rng)


def floating(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, top, right, bottom = stage.wall
    x, y = rng.uniform(left + 150, right - 150), rng.uniform(top + 60, bottom - 40)
    if bad:
        c.shape(blob(x, y, 330, 60, rng, 17), (110, 120, 70, 150))
        scraps(c, x, y, 330, 50, 60, rng)
        for _ in range(4):
            bag(c, x + rng.uniform(-260, 260), y + rng.uniform(-30, 40), rng.uniform(30, 50), (236, 236, 240), rng)
    else:
        c.shape([(x - 150, y), (x + 150, y), (x + 110, y + 44), (x - 110, y + 44)], (176, 116, 70))
        person(c, x + 20, y + 10, 150, rng, shirt=(240, 130, 40))
        c.line([(x + 46, y - 90), (x + 190, y + 30)], (150, 120, 80), 6)
