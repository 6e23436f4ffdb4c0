"""More backgrounds: rooms, water, night, park, building site."""

from __future__ import annotations

import random

from chuangwen.demo.drawing.canvas import HEIGHT, WIDTH, Canvas, Stage, hsv, inset, mix, shade
from chuangwen.demo.drawing.figures import lamp_post, poster, tree
from chuangwen.demo.drawing.places import facade, pavement, sky, skyline, street


def stairwell(c: Canvas, rng: random.Random) -> Stage:
    """A landing with stairs, a door and a window."""
    paint = hsv(rng.choice((0.1, 0.13, 0.55, 0.3, 0.08)), rng.uniform(0.04, 0.25), rng.uniform(0.6, 0.95))
    foot = rng.uniform(700, 790)
    c.box(0, 0, WIDTH, foot, paint)
    band = rng.uniform(360, 520)
    c.box(0, band, WIDTH, foot, rng.choice((shade(paint, -0.3), (120, 158, 128), (126, 150, 176), shade(paint, -0.12))))
    c.box(0, band - 6, WIDTH, band, shade(paint, -0.4))
    tile = hsv(0.08, 0.1, rng.uniform(0.4, 0.7))
    c.box(0, foot, WIDTH, HEIGHT, tile)
    for i in range(-4, 18):
        c.line([(640 + (i * 100 - 640) * 0.7, foot), (i * 130 - 240, HEIGHT)], shade(tile, -0.14), 2)
    for i in range(1, 3):
        y = foot + (HEIGHT - foot) * (i / 3) ** 1.2
        c.box(0, y, WIDTH, y + 2, shade(tile, -0.14))
    flip = rng.random() < 0.5

    def x(value: float) -> float:
        return WIDTH - value if flip else value

    def across(a: float, top: float, b: float, bottom: float, colour: tuple[int, ...], radius: float = 0) -> None:
        c.box(min(x(a), x(b)), top, max(x(a), x(b)), bottom, colour, radius)

    steps, rise, run = rng.randint(6, 9), rng.uniform(46, 62), rng.uniform(56, 74)
    start = rng.uniform(820, 900)
    stone = hsv(0.08, 0.07, rng.uniform(0.5, 0.75))
    for i in range(steps):
        left = start + i * run
        across(left, foot - (i + 1) * rise, WIDTH + 200, foot - i * rise, shade(stone, -0.03 * i))
        across(left, foot - (i + 1) * rise, WIDTH + 200, foot - (i + 1) * rise + 9, shade(stone, 0.3))
    c.line([(x(start), foot - 150), (x(start + steps * run), foot - 150 - steps * rise)], (112, 66, 48), 16)
    for i in range(steps):
        c.line(
            [(x(start + i * run + 20), foot - i * rise - 40), (x(start + i * run + 20), foot - 160 - i * rise)], (70, 74, 80), 5
        )
    door = rng.choice(((126, 66, 52), (92, 100, 110), (150, 110, 70), (70, 110, 120)))
    if rng.random() < 0.8:
        left = rng.uniform(40, 200)
        across(left, foot - 520, left + 270, foot, shade(door, -0.35))
        across(left + 16, foot - 504, left + 254, foot, door)
        across(left + 50, foot - 460, left + 220, foot - 290, shade(door, 0.14), 6)
        across(left + 50, foot - 240, left + 220, foot - 60, shade(door, 0.14), 6)
        c.words(x(left + 135), foot - 400, "福", 70, (206, 40, 36))
    if rng.random() < 0.6:
        left = rng.uniform(420, 560)
        across(left, 60, left + 230, 280, (240, 240, 236))
        across(left + 12, 72, left + 218, 268, mix((176, 214, 236), (255, 244, 214), rng.random()))
        across(left + 110, 60, left + 120, 280, (240, 240, 236))
    middle = (x(400) + x(760)) / 2
    return Stage((middle - 240, foot + 40, middle + 240, 920), (middle - 150, band - 90, middle + 150, foot - 60), 1.15)


def hall(c: Canvas, rng: random.Random) -> Stage:
    """A service hall: boards, counter, shiny floor."""
    paint = hsv(rng.choice((0.1, 0.56, 0.08, 0.6, 0.0)), rng.uniform(0.03, 0.2), rng.uniform(0.72, 0.97))
    foot = rng.uniform(560, 650)
    c.box(0, 0, WIDTH, foot, paint)
    ceiling = rng.uniform(70, 150)
    c.box(0, 0, WIDTH, ceiling, shade(paint, -0.2))
    for i in range(rng.randint(3, 6)):
        left = i * rng.uniform(230, 300) + 30
        c.shape([(left, 20), (left + 150, 20), (left + 130, 48), (left + 14, 48)], (255, 252, 236))
    tile = hsv(rng.choice((0.09, 0.6, 0.1)), rng.uniform(0.03, 0.14), rng.uniform(0.62, 0.9))
    c.fade(0, foot, WIDTH, HEIGHT, shade(tile, 0.15), shade(tile, -0.15))
    for i in range(-6, 20):
        c.line([(640 + (i * 90 - 540) * 0.6, foot), (i * 170 - 480, HEIGHT)], shade(tile, -0.12), 2)
    for i in range(1, 5):
        y = foot + (HEIGHT - foot) * (i / 5) ** 1.5
        c.box(0, y, WIDTH, y + 2, shade(tile, -0.12))
    accent = hsv(rng.choice((0.0, 0.58, 0.52, 0.07, 0.35)), 0.6, rng.uniform(0.45, 0.75))
    left = rng.uniform(-60, 380)
    wide = rng.uniform(560, 820)
    c.box(left, ceiling + 40, left + wide, ceiling + 110, accent)
    c.words(
        left + wide / 2,
        ceiling + 75,
        rng.choice(("便民服务", "综合窗口", "服务大厅", "导办咨询", "群众之家")),
        44,
        (255, 252, 244),
    )
    panes = rng.randint(3, 5)
    for i in range(panes):
        a = left + wide * i / panes + 8
        c.box(a, ceiling + 124, a + wide / panes - 16, foot - 120, mix((150, 190, 206), paint, rng.uniform(0.2, 0.7)))
        c.words(a + wide / panes / 2 - 8, ceiling + 150, f"{i + 1}号", 24, (60, 80, 96))
    c.box(left - 20, foot - 130, left + wide + 20, foot - 112, shade(accent, 0.5))
    c.box(left - 20, foot - 112, left + wide + 20, foot + 30, shade(accent, -0.1))
    c.box(left - 20, foot + 14, left + wide + 20, foot + 30, shade(accent, -0.4))
    if left > 220:
        c.box(20, 180, 180, foot, mix((130, 190, 160), paint, 0.4))
        tree(c, 110, foot + 30, 300, rng)
    else:
        c.box(left + wide + 60, 190, WIDTH - 30, foot - 90, (246, 246, 244))
        poster(c, left + wide + 76, 206, WIDTH - 46, foot - 110, rng, False)
    return Stage((260, foot + 110, 1020, 920), (left + 60, ceiling + 140, left + wide - 60, foot - 140), 1.1)


def market(c: Canvas, rng: random.Random) -> Stage:
    """A covered market: roof, lamps, two rows of stalls, an aisle."""
    vx, vy = rng.uniform(480, 800), rng.uniform(300, 380)
    roof = hsv(rng.choice((0.58, 0.55, 0.1, 0.0)), rng.uniform(0.1, 0.4), rng.uniform(0.4, 0.8))
    c.box(0, 0, WIDTH, HEIGHT, shade(roof, -0.3))
    c.shape([(0, 0), (WIDTH, 0), (vx + 130, vy), (vx - 130, vy)], roof)
    for i in range(1, 6):
        t = (i / 6) ** 1.7
        y = vy * (1 - t)
        c.line([(vx - 130 - (vx - 130) * t, y), (vx + 130 + (WIDTH - vx - 130) * t, y)], shade(roof, -0.35), 4 + 8 * t)
    c.box(vx - 130, vy, vx + 130, vy + 120, (226, 236, 240))
    floor = hsv(0.08, rng.uniform(0.02, 0.12), rng.uniform(0.48, 0.72))
    c.shape([(vx - 90, vy + 120), (vx + 90, vy + 120), (1010, HEIGHT), (270, HEIGHT)], floor)
    for i in range(1, 9):
        t = (i / 9) ** 2
        y = vy + 120 + (HEIGHT - vy - 120) * t
        c.line([(vx - 90 + (270 - vx + 90) * t, y), (vx + 90 + (1010 - vx - 90) * t, y)], shade(floor, -0.12), 2)
    goods = ((214, 60, 50), (240, 160, 50), (110, 170, 70), (240, 214, 90), (150, 80, 140), (236, 240, 230), (80, 140, 80))
    for side in (-1, 1):
        for i in range(5):
            t0, t1 = (i / 5) ** 1.8, ((i + 1) / 5) ** 1.8

            def at(t: float, far: float, up: float, side: int = side) -> tuple[float, float]:
                inner = vx + side * 90 + ((270 if side < 0 else 1010) - vx - side * 90) * t
                return inner + side * far * (60 + 420 * t), vy + 120 + (HEIGHT - vy - 120) * t - up * (40 + 250 * t)

            tone = shade(hsv(rng.choice((0.55, 0.1, 0.6, 0.33)), 0.2, 0.8), -0.05 * i)
            c.shape([at(t0, 0, 0), at(t1, 0, 0), at(t1, 0, 0.7), at(t0, 0, 0.7)], tone)
            c.shape([at(t0, 0, 0.7), at(t1, 0, 0.7), at(t1, 1.4, 0.95), at(t0, 1.4, 0.95)], shade(tone, 0.3))
            for cell in c.quad_grid([at(t0, 0.08, 0.72), at(t1, 0.08, 0.72), at(t1, 1.2, 0.93), at(t0, 1.2, 0.93)], 4, 2):
                colour = rng.choice(goods)
                c.shape(inset(cell, 0.12), shade(colour, -0.2))
                c.shape(inset(cell, 0.35), shade(colour, 0.15))
            x, y = at(t1, 0.5, 2.1)
            c.line([(x, 0), (x, y)], (60, 62, 68), 3)
            c.shape(
                [(x - 12 - 26 * t1, y + 24 * t1 + 8), (x + 12 + 26 * t1, y + 24 * t1 + 8), (x + 8, y), (x - 8, y)], (206, 54, 46)
            )
    return Stage((430, 640, 850, 920), (vx - 120, vy - 20, vx + 120, vy + 110), 1.0)


def toilet(c: Canvas, rng: random.Random) -> Stage:
    """A public toilet: tiles, basins, mirrors, doors."""
    tile = hsv(rng.choice((0.52, 0.56, 0.1, 0.33, 0.6)), rng.uniform(0.04, 0.24), rng.uniform(0.7, 0.97))
    foot = rng.uniform(650, 730)
    c.box(0, 0, WIDTH, foot, tile)
    size = rng.choice((64, 80, 100))
    for i in range(0, WIDTH, size):
        c.box(i, 0, i + 2, foot, shade(tile, -0.12))
    for i in range(0, int(foot), size):
        c.box(0, i, WIDTH, i + 2, shade(tile, -0.12))
    floor = hsv(0.08, 0.06, rng.uniform(0.4, 0.7))
    c.box(0, foot, WIDTH, HEIGHT, floor)
    for i in range(-6, 20):
        c.line([(640 + (i * 90 - 540) * 0.7, foot), (i * 160 - 420, HEIGHT)], shade(floor, -0.15), 2)
    doors = rng.randint(2, 4)
    start = rng.choice((30, 640))
    panel = rng.choice(((96, 140, 170), (176, 120, 80), (120, 150, 110), (196, 200, 206)))
    for i in range(doors):
        left = start + i * 590 / doors
        c.box(left, 150, left + 590 / doors - 8, foot - 30, panel)
        c.box(left + 8, 158, left + 590 / doors - 16, foot - 38, shade(panel, 0.16))
        c.oval(left + 590 / doors - 40, 420, 9, 9, (70, 74, 80))
    start = 690 if start == 30 else 60
    c.box(start, 130, start + 520, 380, (206, 226, 232), 8)
    c.shape([(start + 60, 140), (start + 180, 140), (start + 60, 370), (start + 12, 370)], (236, 246, 250))
    c.box(start - 20, 480, start + 540, 520, (232, 232, 230), 8)
    for i in range(3):
        x = start + 90 + i * 175
        c.oval(x, 500, 62, 16, (200, 206, 210))
        c.line([(x, 480), (x, 440), (x + 18, 440)], (150, 156, 164), 9)
    c.box(start - 10, 520, start + 530, foot - 20, shade(panel, -0.1))
    return Stage((280, foot + 60, 1000, 910), (start + 40, 140, start + 480, 380), 1.15)


def river(c: Canvas, rng: random.Random) -> Stage:
    """A river between a far bank with houses and the near path with its railing."""
    bank = rng.uniform(280, 400)
    tint = sky(c, rng, bank)
    skyline(c, rng, bank, tint)
    for _ in range(rng.randint(5, 10)):
        tree(c, rng.uniform(-20, 1300), bank + 16, rng.uniform(110, 260), rng)
    c.box(0, bank, WIDTH, bank + 60, (126, 146, 104))
    c.shape(
        [(0, bank), (WIDTH, bank + rng.uniform(-20, 30)), (WIDTH, bank + 70), (0, bank + 50)],
        hsv(0.25, 0.3, rng.uniform(0.45, 0.65)),
    )
    water = hsv(rng.choice((0.5, 0.54, 0.42)), rng.uniform(0.25, 0.45), rng.uniform(0.45, 0.75))
    c.fade(0, bank + 50, WIDTH, 860, shade(water, 0.25), shade(water, -0.2))
    for _ in range(60):
        y = rng.uniform(bank + 70, 780)
        wide = rng.uniform(20, 60) * (y / 500)
        x = rng.uniform(0, WIDTH)
        c.box(x, y, x + wide, y + 3, (*shade(water, rng.choice((0.4, -0.25))), 120))
    lean = rng.uniform(-90, 90)
    c.shape(
        [(0, 800 + lean * 0.5), (WIDTH, 800 - lean * 0.5), (WIDTH, HEIGHT), (0, HEIGHT)], hsv(0.09, 0.1, rng.uniform(0.6, 0.8))
    )
    rail = rng.choice(((226, 228, 226), (110, 116, 124), (150, 104, 74)))
    for i in range(-1, 15):
        x = i * 96 + rng.uniform(-3, 3)
        y = 800 + lean * 0.5 - lean * max(0, min(1, x / WIDTH))
        c.box(x, y - 150, x + 14, y + 10, rail)
    for up in (140, 90, 40):
        c.line([(0, 800 + lean * 0.5 - up), (WIDTH, 800 - lean * 0.5 - up)], shade(rail, -0.12), 9)
    return Stage((260, 830, 1020, 930), (200, bank + 150, 1080, 610), 0.9)


def crossing(c: Canvas, rng: random.Random) -> Stage:
    """A zebra crossing with a signal."""
    horizon = rng.uniform(380, 460)
    tint = sky(c, rng, horizon)
    skyline(c, rng, horizon, tint)
    c.box(0, horizon, WIDTH, horizon + 70, (150, 160, 150))
    left = rng.uniform(260, 480)
    facade(c, -40, rng.uniform(20, 200), left, horizon + 30, rng)
    facade(c, rng.uniform(820, 980), rng.uniform(20, 220), 1330, horizon + 30, rng)
    for _ in range(rng.randint(0, 3)):
        tree(c, rng.uniform(left, 900), horizon + 30, rng.uniform(140, 260), rng)
    pavement(c, horizon + 30, horizon + 70, rng)
    road = hsv(0.62, 0.06, rng.uniform(0.32, 0.5))
    c.fade(0, horizon + 70, WIDTH, HEIGHT, shade(road, 0.1), shade(road, -0.12))
    tilt = rng.uniform(-160, 160)
    top, bottom = horizon + rng.uniform(150, 200), rng.uniform(800, 880)
    for i in range(-3, 13):
        x = i * 118
        c.shape([(x * 0.8 + 128 + tilt, top), (x * 0.8 + 172 + tilt, top), (x + 66, bottom), (x, bottom)], (236, 236, 230))
    post = rng.choice((rng.uniform(60, 180), rng.uniform(1090, 1210)))
    c.box(post - 8, 200, post + 8, horizon + 180, (70, 76, 84))
    c.box(post - 34, 130, post + 34, 300, (44, 48, 54), 12)
    lit = True
    c.oval(post, 175, 24, 24, (224, 60, 50) if lit else (90, 40, 40))
    c.oval(post, 250, 24, 24, (70, 210, 110) if not lit else (40, 80, 54))
    return Stage((260, 640, 1020, 860), (420, horizon - 110, 820, horizon), 1.0, paint=False)


def night(c: Canvas, rng: random.Random) -> Stage:
    """A street at dusk."""
    foot = rng.uniform(560, 640)
    upper = hsv(rng.uniform(0.6, 0.72), rng.uniform(0.4, 0.65), rng.uniform(0.16, 0.34))
    c.fade(0, 0, WIDTH, foot, upper, mix(hsv(rng.choice((0.04, 0.08, 0.9, 0.62)), 0.35, 0.55), upper, 0.35))
    x = rng.uniform(-120, 0)
    while x < WIDTH:
        wide, top = rng.uniform(130, 380), rng.uniform(90, foot - 60)
        tone = mix(upper, (20, 22, 34), rng.uniform(0.2, 0.75))
        c.box(x, top, x + wide, foot, tone)
        for row in range(int((foot - top - 30) // 60)):
            for column in range(int(wide // 62)):
                if rng.random() < 0.5:
                    c.box(
                        x + 16 + column * 62,
                        top + 22 + row * 60,
                        x + 50 + column * 62,
                        top + 56 + row * 60,
                        mix(tone, (255, 214, 130), rng.choice((0.15, 0.5, 0.8))),
                    )
        x += wide + rng.uniform(0, 120)
    c.box(0, foot, WIDTH, foot + 90, (62, 64, 78))
    c.fade(0, foot + 90, WIDTH, HEIGHT, (50, 52, 64), (34, 36, 48))
    for i in range(-1, 7):
        c.shape([(i * 240 + 40, 850), (i * 240 + 160, 850), (i * 240 + 140, 866), (i * 240 + 14, 866)], (170, 168, 150))
    return Stage((200, foot + 20, 1080, foot + 90), (300, 200, 980, 480), 1.0)


def park(c: Canvas, rng: random.Random) -> Stage:
    """A park: meadow, path, trees, now and then a pavilion."""
    horizon = rng.uniform(340, 460)
    tint = sky(c, rng, horizon)
    if rng.random() < 0.7:
        skyline(c, rng, horizon, tint)
    grass = hsv(rng.uniform(0.2, 0.34), rng.uniform(0.35, 0.55), rng.uniform(0.5, 0.78))
    c.fade(0, horizon, WIDTH, HEIGHT, shade(grass, 0.1), shade(grass, -0.15))
    for _ in range(rng.randint(6, 12)):
        tree(c, rng.uniform(-20, 1300), horizon + rng.uniform(4, 30), rng.uniform(120, 300), rng)
    if rng.random() < 0.5:
        x = rng.uniform(160, 1060)
        for dx in (-90, -34, 34, 90):
            c.box(x + dx - 7, horizon - 110, x + dx + 7, horizon + 36, (156, 50, 44))
        c.shape(
            [
                (x - 150, horizon - 100),
                (x - 80, horizon - 150),
                (x, horizon - 230),
                (x + 80, horizon - 150),
                (x + 150, horizon - 100),
            ],
            (72, 90, 84),
        )
    path = hsv(0.09, rng.uniform(0.06, 0.25), rng.uniform(0.68, 0.88))
    far, near = rng.uniform(200, 1080), rng.uniform(-200, 900)
    c.shape([(far - 40, horizon + 30), (far + 40, horizon + 30), (near + 760, HEIGHT), (near, HEIGHT)], path)
    for _ in range(40):
        x, y = rng.uniform(0, WIDTH), rng.uniform(horizon + 60, 950)
        c.oval(x, y, rng.uniform(6, 16), rng.uniform(2, 5), (*shade(grass, rng.choice((0.3, -0.25))), 130))
    for _ in range(rng.randint(0, 2)):
        tree(c, rng.choice((rng.uniform(0, 200), rng.uniform(1080, 1280))), rng.uniform(760, 940), rng.uniform(420, 640), rng)
    return Stage((280, horizon + 210, 1000, 900), (400, horizon - 60, 880, horizon + 140), 1.0)


def hoarding(c: Canvas, rng: random.Random) -> Stage:
    """A building site behind its hoarding."""
    foot = rng.uniform(620, 700)
    tint = sky(c, rng, foot)
    skyline(c, rng, foot - 160, tint)
    if rng.random() < 0.75:
        x = rng.uniform(200, 1080)
        c.box(x - 12, 40, x + 12, foot, (226, 170, 40))
        c.box(x - 330, 60, x + 180, 78, (226, 170, 40))
        c.line([(x - 260, 78), (x - 260, 220)], (60, 62, 66), 3)
    for _ in range(rng.randint(1, 2)):
        x, top, wide = rng.uniform(-40, 900), rng.uniform(60, 260), rng.uniform(240, 420)
        c.box(x, top, x + wide, foot, (170, 168, 164))
        for row in range(5):
            for column in range(4):
                c.box(
                    x + 16 + column * wide / 4,
                    top + 20 + row * 82,
                    x + wide / 4 - 14 + column * wide / 4,
                    top + 72 + row * 82,
                    (104, 108, 114),
                )
    top = foot - rng.uniform(190, 250)
    base = rng.choice(((66, 126, 176), (70, 146, 92), (196, 200, 204), (86, 152, 120)))
    c.box(0, top, WIDTH, foot, base)
    count = rng.randint(4, 8)
    for i in range(count + 1):
        c.box(i * WIDTH / count - 9, top - 16, i * WIDTH / count + 9, foot, shade(base, -0.25))
    c.box(0, top, WIDTH, top + 14, shade(base, 0.3))
    for i in range(count):
        if rng.random() < 0.4:
            poster(c, (i + 0.14) * WIDTH / count, top + 34, (i + 0.86) * WIDTH / count, foot - 30, rng, False)
    pavement(c, foot, foot + 100, rng)
    road = hsv(0.08, 0.06, rng.uniform(0.38, 0.55))
    c.fade(0, foot + 100, WIDTH, HEIGHT, shade(road, 0.08), shade(road, -0.1))
    return Stage((240, foot + 60, 1040, 910), (420, top + 20, 860, foot - 20), 1.0)


def entrance(c: Canvas, rng: random.Random) -> Stage:
    """The door of a public house or an estate."""
    foot = rng.uniform(600, 680)
    wall = hsv(rng.choice((0.06, 0.1, 0.56, 0.02, 0.6)), rng.uniform(0.05, 0.35), rng.uniform(0.55, 0.93))
    sky(c, rng, 300)
    top = rng.uniform(-20, 130)
    c.box(0, top, WIDTH, foot, wall)
    for i in range(rng.randint(3, 6)):
        x = i * rng.uniform(210, 260) + rng.uniform(-40, 60)
        c.box(x, top + 40, x + 140, top + 180, (120, 150, 170))
    x = rng.uniform(420, 860)
    c.box(x - 260, foot - 330, x + 260, foot - 270, rng.choice(((176, 44, 40), (60, 90, 130), (70, 110, 90))))
    c.words(x, foot - 300, rng.choice(("社区服务中心", "和谐家园", "便民服务", "文化活动中心")), 40, (255, 250, 236))
    c.box(x - 210, foot - 270, x + 210, foot - 40, (60, 66, 74))
    for i in range(4):
        c.box(
            x - 200 + i * 102,
            foot - 260,
            x - 106 + i * 102,
            foot - 40,
            mix((150, 190, 210), (255, 232, 180), rng.uniform(0, 0.6)),
        )
    c.box(0, foot, WIDTH, foot + 40, shade(wall, -0.35))
    for i in range(3):
        c.box(x - 260 - i * 14, foot - 40 + i * 26, x + 260 + i * 14, foot - 14 + i * 26, shade((190, 188, 184), -0.08 * i))
    pavement(c, foot + 38, HEIGHT, rng, rng.uniform(300, 1000))
    for side in (-1, 1):
        if rng.random() < 0.7:
            tree(c, x + side * rng.uniform(380, 520), foot + 60, rng.uniform(240, 420), rng)
    return Stage((x - 250, foot + 70, x + 250, 900), (x - 250, foot - 260, x + 250, foot), 1.1)


def dusk_lamps(c: Canvas, foot: float, rng: random.Random, out: set[int]) -> None:
    """A row of lamps along the street; those numbered in `out` do not burn."""
    count = rng.randint(3, 5)
    for i in range(count):
        x = 120 + i * 1040 / (count - 1)
        lit = i not in out
        if lit:
            c.shape([(x + 60, foot - 420), (x + 230, foot + 80), (x - 60, foot + 80)], (255, 226, 150, 42))
            c.oval(x + 85, foot + 84, 170, 24, (255, 226, 150, 60))
        lamp_post(c, x, foot + 60, 470, lit)


PLACES_INDOORS = {
    "stairwell": stairwell, "hall": hall, "market": market, "toilet": toilet, "river": river, "crossing": crossing, "night": night,
    "park": park, "hoarding": hoarding, "entrance": entrance, "street": street,
}  # fmt: skip
