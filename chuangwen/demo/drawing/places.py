"""Backgrounds: each draws the same place again for the same seed, and says where on it troubles may stand."""

from __future__ import annotations

import random
from collections.abc import Callable

from chuangwen.demo.drawing.canvas import HEIGHT, WIDTH, Canvas, Colour, Stage, hsv, inset, mix, shade
from chuangwen.demo.drawing.figures import lamp_post, tree

SHOPS = (
    "便民超市", "粥粉面饭", "五金日杂", "水果鲜生", "理发店", "大药房", "文具店", "茶餐厅", "糖水铺", "电动车行", "裁缝铺", "早餐店",
    "鲜花店", "手机维修",
)  # fmt: skip
Place = Callable[[Canvas, random.Random], Stage]


def sky(c: Canvas, rng: random.Random, bottom: float) -> Colour:
    """Sky with a few clouds; gives its colour low down."""
    hue, saturation, value = rng.choice(
        ((0.56, 0.42, 0.93), (0.55, 0.28, 0.96), (0.58, 0.5, 0.86), (0.09, 0.22, 0.97), (0.6, 0.08, 0.84), (0.53, 0.36, 0.9))
    )
    upper = hsv(hue, saturation, value * 0.92)
    lower = mix(hsv(hue, saturation * 0.35, 0.98), (255, 240, 220), rng.uniform(0, 0.35))
    c.fade(0, 0, WIDTH, bottom, upper, lower)
    for _ in range(rng.randint(0, 4)):
        x, y, wide = rng.uniform(0, WIDTH), rng.uniform(20, max(30, bottom * 0.55)), rng.uniform(70, 190)
        for dx, size in ((-0.5, 0.55), (0, 0.8), (0.45, 0.6)):
            c.oval(x + dx * wide, y, wide * size * 0.75, wide * size * 0.25, (255, 255, 255, 110))
    return lower


def skyline(c: Canvas, rng: random.Random, foot: float, tint: Colour) -> None:
    """Far houses in haze."""
    x = -20.0
    while x < WIDTH:
        wide = rng.uniform(50, 150)
        top = foot - rng.uniform(60, 260)
        c.box(x, top, x + wide, foot, mix((120, 136, 160), tint, rng.uniform(0.45, 0.65)))
        x += wide + rng.uniform(-10, 24)


def facade(c: Canvas, left: float, top: float, right: float, foot: float, rng: random.Random, shop: bool = True) -> None:
    """A town house: floors of windows over a shop with sign, awning and door."""
    wall = hsv(rng.choice((0.08, 0.1, 0.06, 0.55, 0.02, 0.13, 0.6, 0.35)), rng.uniform(0.06, 0.36), rng.uniform(0.5, 0.95))
    c.box(left, top, right, foot, wall)
    c.box(left, top - 10, right, top + 8, shade(wall, -0.25))
    c.box(right - (right - left) * 0.06, top, right, foot, (0, 0, 0, 26))
    ground = foot - 190 if shop else foot - 30
    columns = max(2, round((right - left) / rng.uniform(78, 120)))
    floors = max(1, round((ground - top - 20) / rng.uniform(80, 105)))
    style = rng.random()
    for row in range(floors):
        for column in range(columns):
            wide, high = (right - left) / columns, (ground - top - 20) / floors
            x, y = left + column * wide, top + 16 + row * high
            x1, y1, x2, y2 = x + wide * 0.2, y + high * 0.18, x + wide * 0.8, y + high * 0.76
            c.box(x1 - 4, y1 - 4, x2 + 4, y2 + 4, shade(wall, 0.35))
            c.box(x1, y1, x2, y2, mix((74, 98, 122), (190, 214, 226), rng.choice((0.1, 0.3, 0.6))))
            c.box((x1 + x2) / 2 - 2, y1, (x1 + x2) / 2 + 2, y2, shade(wall, 0.3))
            if style < 0.4:
                c.box(x1 - 8, y2 + 2, x2 + 8, y2 + 14, shade(wall, -0.3))
            elif style < 0.65 and rng.random() < 0.5:
                c.box(x1 + 4, y2 + 4, x1 + 40, y2 + 26, (226, 228, 230), 3)
            elif style > 0.85:
                for bar in range(5):
                    bx = x1 + (x2 - x1) * (bar + 0.5) / 5
                    c.box(bx - 1, y1, bx + 1, y2, (96, 100, 108))
    if not shop:
        return
    pieces = max(1, round((right - left) / rng.uniform(190, 300)))
    wide = (right - left) / pieces
    for number in range(pieces):
        x1, x2 = left + number * wide + 4, left + (number + 1) * wide - 4
        colour = hsv(rng.random(), rng.uniform(0.45, 0.8), rng.uniform(0.5, 0.85))
        c.box(x1, ground, x2, ground + 50, colour)
        c.words((x1 + x2) / 2, ground + 25, rng.choice(SHOPS), 28, (255, 252, 240))
        if rng.random() < 0.5:
            stripes = 8
            for i in range(stripes):
                a, b = x1 + (x2 - x1) * i / stripes, x1 + (x2 - x1) * (i + 1) / stripes
                c.shape(
                    [(a, ground + 50), (b, ground + 50), (b - 4, ground + 78), (a - 4, ground + 78)],
                    shade(colour, 0.55) if i % 2 else colour,
                )
        if rng.random() < 0.3:
            c.box(x1 + 8, ground + 56, x2 - 8, foot, (176, 180, 186))
            for i in range(8):
                c.box(x1 + 8, ground + 60 + i * 16, x2 - 8, ground + 62 + i * 16, (140, 146, 154))
        else:
            c.box(x1 + 8, ground + 56, x2 - 8, foot, (64, 70, 80))
            c.box(x1 + 14, ground + 62, x2 - 14, foot - 8, mix((255, 226, 160), (120, 150, 170), rng.uniform(0.2, 0.9)))
            door = x1 + (x2 - x1) * rng.uniform(0.3, 0.6)
            c.box(door, ground + 62, door + 6, foot, (64, 70, 80))
            c.box(x1 + 14, foot - 70, x2 - 14, foot - 62, (64, 70, 80))


def pavement(c: Canvas, top: float, bottom: float, rng: random.Random, vanish: float = 640) -> None:
    """Paved strip whose joints run to a vanishing point above."""
    tone = hsv(rng.choice((0.07, 0.09, 0.6, 0.02)), rng.uniform(0.04, 0.22), rng.uniform(0.62, 0.84))
    c.box(0, top, WIDTH, bottom, tone)
    joint = shade(tone, -0.12)
    rows = 4
    for i in range(1, rows):
        y = top + (bottom - top) * (i / rows) ** 1.3
        c.box(0, y, WIDTH, y + 2, joint)
    for i in range(-12, 34):
        x = i * 62
        c.line([(vanish + (x - vanish) * 0.8, top), (x, bottom)], joint, 1.6)


def street(c: Canvas, rng: random.Random) -> Stage:
    """A row of shop houses, pavement, kerb and road."""
    foot = rng.uniform(480, 580)
    tint = sky(c, rng, foot)
    skyline(c, rng, foot - 20, tint)
    x = rng.uniform(-180, 0)
    while x < WIDTH:
        wide = rng.uniform(260, 520)
        if rng.random() < 0.14:
            tree(c, x + wide * 0.25, foot + 6, rng.uniform(220, 330), rng)
            x += wide * 0.5
            continue
        facade(c, x, foot - rng.uniform(240, 560), x + wide, foot, rng)
        x += wide + rng.choice((0, 0, rng.uniform(10, 40)))
    kerb = rng.uniform(760, 840)
    pavement(c, foot, kerb, rng, rng.uniform(200, 1080))
    c.box(0, kerb, WIDTH, kerb + 16, (206, 206, 204))
    c.box(0, kerb + 16, WIDTH, kerb + 24, (140, 142, 146))
    road = hsv(0.62, 0.06, rng.uniform(0.34, 0.5))
    c.fade(0, kerb + 24, WIDTH, HEIGHT, shade(road, 0.08), shade(road, -0.1))
    offset = rng.uniform(0, 200)
    for i in range(-1, 8):
        c.shape(
            [(i * 220 + offset, 924), (i * 220 + offset + 110, 924), (i * 220 + offset + 100, 938), (i * 220 + offset - 12, 938)],
            (232, 230, 220),
        )
    for _ in range(rng.randint(0, 2)):
        tree(c, rng.choice((rng.uniform(40, 260), rng.uniform(1020, 1240))), kerb - 8, rng.uniform(330, 560), rng)
    if rng.random() < 0.5:
        lamp_post(c, rng.choice((rng.uniform(60, 220), rng.uniform(1060, 1220))), kerb - 4, 520, False, rng.choice((-1, 1)))
    return Stage((240, foot + 60, 1040, kerb - 20), (320, foot - 170, 960, foot - 10))


def lane(c: Canvas, rng: random.Random) -> Stage:
    """A narrow lane between old houses, in one-point perspective."""
    vx, vy = rng.uniform(430, 850), rng.uniform(350, 450)
    half, low = rng.uniform(60, 120), vy + rng.uniform(90, 130)
    sky(c, rng, vy + 60)
    walls = [hsv(rng.choice((0.07, 0.1, 0.04, 0.58, 0.13)), rng.uniform(0.08, 0.4), rng.uniform(0.45, 0.9)) for _ in range(2)]
    edge = rng.uniform(60, 260)
    floor_left, floor_right = rng.uniform(-60, 120), rng.uniform(1160, 1340)
    top_far = vy - rng.uniform(120, 260)
    facade(c, vx - half - 6, top_far + 30, vx + half + 6, low, rng, shop=False)
    left = [(0.0, -edge), (vx - half, top_far), (vx - half, low), (floor_left, HEIGHT), (0.0, HEIGHT)]
    right = [(WIDTH, -edge), (vx + half, top_far), (vx + half, low), (floor_right, HEIGHT), (WIDTH, HEIGHT)]
    c.shape(left, walls[0])
    c.shape(right, shade(walls[1], -0.12))
    ground = hsv(0.09, rng.uniform(0.04, 0.14), rng.uniform(0.5, 0.72))
    c.shape([(vx - half, low), (vx + half, low), (floor_right, HEIGHT), (floor_left, HEIGHT)], ground)
    for i in range(1, 9):
        t = (i / 9) ** 2
        y = low + (HEIGHT - low) * t
        a, b = vx - half + (floor_left - vx + half) * t, vx + half + (floor_right - vx - half) * t
        c.line([(a, y), (b, y)], shade(ground, -0.13), 2)
    for x1, x2, tone in ((0.0, vx - half, walls[0]), (float(WIDTH), vx + half, walls[1])):
        cells = c.quad_grid([(x1, -edge), (x2, top_far), (x2, low), (x1, HEIGHT)], rng.randint(3, 5), 4)
        for number, cell in enumerate(cells):
            if number >= len(cells) * 0.75:
                if rng.random() < 0.4:
                    near, far = c.quad_grid(cell, 5, 1)[1], c.quad_grid(cell, 5, 1)[3]
                    c.shape([near[0], far[1], far[2], near[3]], rng.choice(((126, 72, 56), (70, 96, 110), (150, 60, 54))))
                continue
            if rng.random() < 0.75:
                c.shape(inset(cell, 0.45), shade(tone, 0.35))
                c.shape(inset(cell, 0.53), mix((70, 92, 112), tone, rng.uniform(0, 0.3)))
    for _ in range(rng.randint(1, 4)):
        y = rng.uniform(40, 260)
        c.wire((0, y), (WIDTH, y + rng.uniform(-80, 80)), rng.uniform(30, 90), (50, 52, 60), 3)
    return Stage((vx - 260, low + 130, vx + 260, 900), (40, 380, 330, 700), 1.0)


def estate(c: Canvas, rng: random.Random) -> Stage:
    """Blocks of flats with balconies round a yard."""
    foot = rng.uniform(470, 560)
    tint = sky(c, rng, foot)
    skyline(c, rng, foot, tint)
    count = rng.randint(2, 3)
    x = rng.uniform(-120, 20)
    for _ in range(count):
        wide = rng.uniform(360, 620)
        top = rng.uniform(-40, 230)
        wall = hsv(rng.choice((0.06, 0.08, 0.11, 0.55, 0.02, 0.95)), rng.uniform(0.08, 0.42), rng.uniform(0.6, 0.95))
        c.box(x, top, x + wide, foot, wall)
        floors, columns = rng.randint(5, 7), rng.randint(3, 5)
        stair = rng.randrange(columns)
        for row in range(floors):
            for column in range(columns):
                w, h = wide / columns, (foot - top) / floors
                left, up = x + column * w, top + row * h
                if column == stair:
                    c.box(left + w * 0.36, up + h * 0.2, left + w * 0.64, up + h * 0.7, (100, 120, 138))
                    continue
                c.box(left + w * 0.12, up + h * 0.16, left + w * 0.88, up + h * 0.9, shade(wall, -0.32))
                c.box(left + w * 0.2, up + h * 0.22, left + w * 0.5, up + h * 0.6, (146, 176, 194))
                c.box(left + w * 0.1, up + h * 0.58, left + w * 0.9, up + h * 0.92, shade(wall, 0.28))
                if rng.random() < 0.35:
                    c.oval(left + w * rng.uniform(0.25, 0.75), up + h * 0.56, w * 0.12, h * 0.09, (92, 146, 80))
        c.box(
            x + stair * wide / columns + wide / columns * 0.28,
            foot - 92,
            x + stair * wide / columns + wide / columns * 0.72,
            foot,
            (92, 66, 58),
        )
        c.box(x + wide - 16, top, x + wide, foot, (0, 0, 0, 30))
        x += wide + rng.uniform(20, 90)
    grass = hsv(rng.uniform(0.24, 0.33), rng.uniform(0.35, 0.5), rng.uniform(0.55, 0.75))
    c.box(0, foot, WIDTH, foot + 70, grass)
    for i in range(26):
        c.oval(i * 52 + rng.uniform(-10, 10), foot + 12, 34, rng.uniform(16, 28), shade(grass, rng.uniform(-0.3, -0.12)))
    for _ in range(rng.randint(1, 4)):
        tree(c, rng.uniform(30, 1250), foot + 56, rng.uniform(190, 330), rng)
    pavement(c, foot + 70, HEIGHT, rng, rng.uniform(300, 1000))
    return Stage((220, foot + 150, 1060, 900), (400, foot - 150, 880, foot + 20), 1.0)


def wall(c: Canvas, rng: random.Random) -> Stage:
    """A wall close by: brick, tile or plaster, with a meter box, a pipe or a door."""
    base = hsv(rng.choice((0.03, 0.06, 0.1, 0.55, 0.12, 0.3)), rng.uniform(0.05, 0.45), rng.uniform(0.5, 0.95))
    foot = rng.uniform(790, 880)
    c.box(0, 0, WIDTH, foot, base)
    style = rng.random()
    if style < 0.45:
        high = rng.choice((40, 52, 64))
        for row in range(int(foot // high) + 1):
            c.box(0, row * high, WIDTH, row * high + 3, shade(base, 0.22))
            for i in range(14):
                x = i * high * 2.4 + (row % 2) * high * 1.2
                c.box(x, row * high, x + 3, row * high + high, shade(base, 0.22))
                if rng.random() < 0.16:
                    c.box(x + 3, row * high + 3, x + high * 2.4, row * high + high, shade(base, rng.uniform(-0.16, 0.12)))
    else:
        for _ in range(9):
            c.oval(
                rng.uniform(0, WIDTH),
                rng.uniform(0, foot),
                rng.uniform(90, 260),
                rng.uniform(40, 140),
                (*shade(base, rng.choice((-0.12, 0.12))), 70),
            )
        skirt = foot - rng.uniform(140, 260)
        c.box(0, skirt, WIDTH, foot, shade(base, rng.choice((-0.35, 0.3, -0.2))))
    if rng.random() < 0.6:
        x = rng.choice((rng.uniform(30, 200), rng.uniform(1050, 1200)))
        c.box(x, 0, x + 26, foot, (176, 180, 184))
        for joint in range(60, int(foot), 210):
            c.box(x - 6, joint, x + 32, joint + 16, (130, 134, 140))
    if rng.random() < 0.6:
        x, y = rng.choice((rng.uniform(60, 250), rng.uniform(860, 1040))), rng.uniform(120, 380)
        c.box(x, y, x + 180, y + 230, (150, 158, 166), 6)
        c.box(x + 10, y + 10, x + 170, y + 220, (186, 192, 198), 4)
        c.words(x + 90, y + 60, "有电危险", 26, (190, 50, 40))
    elif rng.random() < 0.6:
        x = rng.choice((-60, 60, 900, 1040))
        c.box(x, 180, x + 280, foot, rng.choice(((112, 60, 50), (60, 92, 110), (140, 120, 90))))
        c.box(x + 20, 200, x + 260, foot, (90, 74, 66))
    c.box(0, foot, WIDTH, HEIGHT, (150, 146, 140))
    c.box(0, foot, WIDTH, foot + 10, (90, 88, 86))
    return Stage((180, foot + 20, 1100, 930), (230, 150, 1050, foot - 120), 1.3)


def ground(c: Canvas, rng: random.Random) -> Stage:
    """Paving seen from above at a slant, with a yellow tactile strip and a kerb."""
    tone = hsv(rng.choice((0.03, 0.07, 0.1, 0.58, 0.0)), rng.uniform(0.05, 0.32), rng.uniform(0.45, 0.82))
    c.box(0, 0, WIDTH, HEIGHT, tone)
    spread = rng.uniform(0.5, 0.85)
    slide = rng.uniform(-260, 260)
    corners = [
        (640 - 640 * spread * 1.4 + slide, -20),
        (640 + 640 * spread * 1.4 + slide, -20),
        (1700.0 + slide, 980),
        (-420.0 + slide, 980),
    ]
    across, down = rng.randint(9, 15), rng.randint(8, 12)
    pattern = rng.randint(0, 3)
    for number, cell in enumerate(c.quad_grid(corners, across, down)):
        row, column = divmod(number, across)
        dark = {0: (row + column) % 2, 1: row % 3 == 0, 2: column % 4 == 0, 3: False}[pattern]
        c.shape(inset(cell, 0.045), shade(tone, (-0.2 if dark else 0.06) + rng.uniform(-0.05, 0.05)))
    left = rng.uniform(0.28, 0.5)
    tl, tr = (
        corners[0][0] + (corners[1][0] - corners[0][0]) * left,
        corners[0][0] + (corners[1][0] - corners[0][0]) * (left + 0.13),
    )
    bl, br = (
        corners[3][0] + (corners[2][0] - corners[3][0]) * left,
        corners[3][0] + (corners[2][0] - corners[3][0]) * (left + 0.13),
    )
    yellow = hsv(0.125, rng.uniform(0.6, 0.8), rng.uniform(0.75, 0.92))
    for cell in c.quad_grid([(tl, -20), (tr, -20), (br, 980), (bl, 980)], 1, 9):
        c.shape(inset(cell, 0.03), yellow)
        for bar in c.quad_grid(inset(cell, 0.16), 4, 1):
            c.shape(inset(bar, 0.3), shade(yellow, 0.28))
    side = rng.random()
    band = rng.choice(((92, 96, 104), (96, 140, 84), (204, 204, 200)))
    if side < 0.45:
        c.shape([(1280, 200), (1280, 960), (1010 - slide * 0.2, 960), (1200, 200)], band)
    elif side < 0.9:
        c.shape([(0, 160), (0, 960), (240 - slide * 0.2, 960), (70, 160)], band)
    if rng.random() < 0.6:
        c.shape([(0, 0), (WIDTH, 0), (WIDTH, rng.uniform(60, 180)), (0, rng.uniform(60, 180))], (*shade(tone, -0.55), 170))
    middle = (tl + tr + bl + br) / 4 * 0.96
    return Stage((middle - 230, 330, middle + 230, 860), (300, 120, 980, 420), 1.25)
