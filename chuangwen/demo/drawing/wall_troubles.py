"""Troubles on walls, at desks, with people; and how the same place looks when they have been put right."""

from __future__ import annotations

import math
import random

from chuangwen.demo.drawing.canvas import Canvas, Stage, blob, hsv, inset, mix, shade
from chuangwen.demo.drawing.figures import bike, person, poster, scraps
from chuangwen.demo.drawing.floor_troubles import spot
from chuangwen.demo.drawing.indoors import dusk_lamps


def stickers(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, top, right, bottom = stage.wall
    words = ("办证", "疏通管道", "开锁", "招租", "搬家", "贷款", "回收", "水电")
    for _ in range(rng.randint(14, 34)):
        x, y = rng.uniform(left, right), rng.uniform(top, bottom)
        wide, high = rng.uniform(60, 120) * stage.size, rng.uniform(44, 80) * stage.size
        colour = rng.choice(((250, 248, 240), (252, 228, 90), (250, 180, 190), (176, 220, 250), (190, 236, 180)))
        turn = rng.uniform(-0.25, 0.25)
        corners = [
            (
                x - wide / 2 * math.cos(turn) + sy * high / 2 * math.sin(turn)
                if sx < 0
                else x + wide / 2 * math.cos(turn) + sy * high / 2 * math.sin(turn),
                y + sy * high / 2 * math.cos(turn) + sx * wide / 2 * math.sin(turn),
            )
            for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]
        if bad:
            c.shape([(px + 4, py + 5) for px, py in corners], (20, 20, 30, 60))
            c.shape(corners, colour)
            c.words(x, y - high * 0.12, rng.choice(words), high * 0.34, rng.choice(((200, 30, 30), (30, 60, 160), (30, 30, 30))))
            c.box(x - wide * 0.3, y + high * 0.2, x + wide * 0.3, y + high * 0.27, (60, 60, 60, 170))
        else:
            c.shape(corners, (255, 255, 255, 26))
            rng.choice(words)
            rng.choice((1, 2, 3))


def wires(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, top, right, bottom = stage.wall
    posts = (left - 120, right + 120)
    high = max(40, top - 150)
    for x in posts:
        c.box(x - 9, high - 30, x + 9, stage.floor[1] + 30, (128, 122, 114))
        c.box(x - 60, high, x + 60, high + 12, (96, 90, 84))
    count = rng.randint(12, 18)
    for i in range(count):
        sag, lift = rng.uniform(30, 330), rng.uniform(-20, 120)
        if bad:
            c.wire((posts[0], high + i * 9), (posts[1], high + lift + i * 4), sag, (34, 34, 40), rng.choice((3, 4, 5)))
        elif i < 4:
            c.wire((posts[0], high + 14 + i * 3), (posts[1], high + 14 + i * 3), 24, (44, 46, 52), 4)
    if bad:
        x = posts[0]
        for _ in range(9):
            c.wire(
                (x, high + 20), (x + rng.uniform(-80, 120), high + rng.uniform(120, 260)), rng.uniform(20, 90), (40, 40, 46), 4
            )
        c.wire((posts[1], high + 40), (posts[1] - rng.uniform(90, 200), stage.floor[1] + 60), 40, (28, 28, 34), 5)


def laundry(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, top, right, bottom = stage.wall
    y = (top + bottom) / 2 - 60
    for x in (left - 60, right + 60):
        c.box(x - 6, y - 16, x + 6, stage.floor[1] + 40, (120, 126, 132))
    if bad:
        c.wire((left - 60, y), (right + 60, y), 40, (90, 90, 96), 4)
    x = left - 20
    while x < right:
        wide, high, colour = (
            rng.uniform(70, 120),
            rng.uniform(110, 200),
            hsv(rng.random(), rng.uniform(0.2, 0.65), rng.uniform(0.6, 0.97)),
        )
        if bad:
            c.shape([(x, y + 20), (x + wide, y + 24), (x + wide * 0.94, y + high), (x + wide * 0.05, y + high - 6)], colour)
            c.box(x + wide * 0.3, y + 22, x + wide * 0.36, y + high - 10, shade(colour, -0.14))
        x += wide + 14


def ramp(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, top, right, bottom = stage.wall
    foot = stage.floor[1] - 4
    side = rng.choice((-1, 1))
    x = left if side < 0 else right
    if bad:
        person(c, (left + right) / 2 + side * 150, foot + 90, 210, rng)
        cx, cy = (left + right) / 2 + side * 40, foot + 92
        c.oval(cx, cy - 46, 46, 46, (60, 64, 72))
        c.oval(cx, cy - 46, 38, 38, (200, 204, 208))
        c.box(cx - 40, cy - 100, cx + 34, cy - 76, (70, 90, 130), 6)
        c.box(cx - 46, cy - 160, cx - 30, cy - 80, (70, 90, 130), 6)
        return
    rng.random()
    c.shape([(x, bottom - 40), (x + side * 300, foot + 30), (x + side * 300, foot + 54), (x, foot + 54)], (206, 204, 198))
    c.shape([(x, bottom - 40), (x + side * 300, foot + 30), (x + side * 290, foot + 42), (x, bottom - 18)], (240, 200, 66))
    for t in (0, 0.33, 0.66, 1):
        px, py = x + side * 300 * t, bottom - 40 + (foot + 30 - bottom + 40) * t
        c.box(px - 5, py - 110, px + 5, py, (120, 130, 140))
    c.line([(x, bottom - 150), (x + side * 300, foot - 80)], (150, 160, 170), 10)
    c.box(x + side * 330 - 40, foot - 150, x + side * 330 + 40, foot - 70, (40, 100, 180), 8)
    c.words(x + side * 330, foot - 110, "无障碍", 24, (255, 255, 255))


def ad(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    x, y = spot(stage, rng, 0.5, 0.05)
    wide, high = rng.uniform(560, 720) * stage.size * 0.8, rng.uniform(300, 360) * stage.size * 0.85
    c.shadow(x, y + 6, wide * 0.5, 16)
    for dx in (-0.36, 0.36):
        c.box(x + dx * wide - 10, y - high - 60, x + dx * wide + 10, y, (110, 116, 124))
    c.box(x - wide / 2 - 14, y - high - 114, x + wide / 2 + 14, y - 86, (70, 76, 84), 8)
    poster(c, x - wide / 2, y - high - 100, x + wide / 2, y - 100, rng, bad)


def notice(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, top, right, bottom = stage.wall
    x, y = (left + right) / 2 + rng.uniform(-60, 60), (top + bottom) / 2
    wide, high = 330 * stage.size, 170 * stage.size
    frame = rng.choice(((150, 44, 40), (60, 100, 140), (110, 116, 122)))
    for dx in (-0.8, 0.8):
        c.box(x + dx * wide - 9, y, x + dx * wide + 9, max(stage.floor[1] + 20, y + high), shade(frame, -0.3))
    c.box(x - wide - 16, y - high - 66, x + wide + 16, y + high + 16, frame, 8)
    c.words(x, y - high - 30, rng.choice(("公示栏", "办事指南", "居民公约", "服务公开")), 44, (255, 250, 236))
    c.box(x - wide, y - high, x + wide, y + high, (214, 216, 214) if bad else (246, 246, 242))
    for i in range(4):
        for k in range(2):
            px, py = x - wide + 26 + i * wide * 0.49, y - high + 20 + k * high * 0.96
            w, h = wide * 0.42, high * 0.82
            gone, colour, turn = rng.random() < 0.65, hsv(rng.random(), 0.3, 0.95), rng.uniform(-26, 26)
            if bad and gone:
                c.oval(px + 10, py + 8, 5, 5, (150, 60, 50))
                continue
            paper = mix(colour, (196, 188, 160), 0.7) if bad else colour
            c.shape([(px, py), (px + w, py + (turn if bad else 0)), (px + w - (turn if bad else 0), py + h), (px, py + h)], paper)
            for row in range(5):
                c.box(
                    px + 12,
                    py + 22 + row * h * 0.16,
                    px + w * (0.85 if row % 2 else 0.7),
                    py + 28 + row * h * 0.16,
                    mix(paper, (60, 60, 70), 0.5),
                )


def smoke(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, top, right, bottom = stage.wall
    x = right + 40
    c.box(x - 70, top + 20, x + 70, top + 160, (250, 250, 248), 8)
    c.oval(x, top + 82, 46, 46, (206, 40, 40))
    c.oval(x, top + 82, 36, 36, (250, 250, 248))
    c.box(x - 26, top + 77, x + 20, top + 87, (60, 60, 60))
    c.line([(x - 28, top + 54), (x + 28, top + 110)], (206, 40, 40), 8)
    c.words(x, top + 144, "禁止吸烟", 20, (60, 60, 60))
    for i in range(rng.randint(1, 2)):
        px, py = spot(stage, rng, 0.3 + 0.4 * i, 0.3)
        person(c, px, py, 300 * stage.size, rng)
        if bad:
            c.line([(px + 44, py - 218), (px + 76, py - 226)], (250, 250, 246), 7)
            c.oval(px + 78, py - 226, 6, 6, (240, 90, 40))
            for k in range(6):
                c.oval(px + 92 + k * 16, py - 250 - k * 34, 18 + k * 7, 14 + k * 5, (230, 230, 232, 90))
    if bad:
        x, y = spot(stage, rng, 0.5, 0.7)
        for _ in range(9):
            px, py = x + rng.uniform(-160, 160), y + rng.uniform(-30, 30)
            c.line([(px, py), (px + 22, py + rng.uniform(-8, 8))], (244, 240, 230), 7)
            c.line([(px, py), (px + 8, py)], (226, 150, 70), 7)


def desk(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, back, right, front = stage.floor
    x, y = (left + right) / 2 + rng.uniform(-120, 120), back + 60
    colour = hsv(rng.random(), 0.4, 0.6)
    if not bad:
        person(c, x, y - 40, 320, rng, shirt=(70, 110, 170))
    c.shadow(x, y + 60, 280, 26)
    c.box(x - 260, y - 120, x + 260, y - 96, shade(colour, 0.5), 6)
    c.box(x - 240, y - 96, x + 240, y + 60, colour)
    c.words(x, y - 20, "咨询服务台", 48, (255, 252, 244))
    if bad:
        c.box(x + 60, y - 190, x + 190, y - 120, (240, 240, 236), 5)
        c.words(x + 125, y - 155, "暂停服务", 28, (190, 40, 36))
    else:
        for k in range(3):
            c.box(x - 220 + k * 60, y - 160 - 10 * k, x - 180 + k * 60, y - 120, hsv(0.1 + 0.2 * k, 0.5, 0.85), 4)


def post(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    x, y = spot(stage, rng, 0.5, 0.35)
    red = (206, 44, 40)
    if not bad:
        person(c, x - 70, y - 20, 290, rng, shirt=red, cap=red)
        person(c, x + 90, y - 20, 280, rng, shirt=red, cap=red)
    c.shadow(x, y + 60, 260, 24)
    for dx in (-240, 240):
        c.box(x + dx - 7, y - 430, x + dx + 7, y + 50, (200, 204, 208))
    c.shape(
        [(x - 300, y - 400), (x, y - 520), (x + 300, y - 400), (x + 280, y - 350), (x - 280, y - 350)],
        red if not bad else mix(red, (190, 180, 176), 0.4),
    )
    c.words(x, y - 384, "志愿服务站", 50, (255, 250, 240))
    c.box(x - 220, y - 110, x + 220, y + 50, (240, 238, 232), 4)
    c.box(x - 220, y - 110, x + 220, y - 88, red)
    if not bad:
        for k in range(4):
            c.box(x - 180 + k * 96, y - 160, x - 140 + k * 96, y - 110, hsv(0.15 * k, 0.4, 0.9), 4)


def extinguisher(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, top, right, bottom = stage.wall
    x, foot = (left + right) / 2 + rng.uniform(-90, 90), max(bottom, stage.floor[1] + 10)
    wide, high = 130 * stage.size, 210 * stage.size
    c.shadow(x, foot + 6, wide * 1.1)
    c.box(x - wide, foot - high, x + wide, foot, (186, 40, 38), 6)
    c.box(x - wide + 14, foot - high + 14, x + wide - 14, foot - 14, (120, 26, 26) if bad else (236, 232, 226))
    c.box(x - wide, foot - high - 100, x + wide, foot - high - 20, (250, 250, 246), 6)
    c.words(x, foot - high - 60, "消防器材", 46, (190, 40, 36))
    state = rng.random()
    if not bad or state < 0.4:
        red = (216, 46, 42) if not bad else (150, 96, 88)
        for dx in (-0.42, 0.42):
            px = x + dx * wide
            c.box(px - 30, foot - high * 0.68, px + 30, foot - 16, red, 14)
            c.box(px - 12, foot - high * 0.8, px + 12, foot - high * 0.66, (60, 60, 64), 4)
            c.line([(px + 8, foot - high * 0.76), (px + 38, foot - high * 0.72), (px + 42, foot - high * 0.36)], (40, 40, 44), 7)
            c.box(px - 22, foot - high * 0.48, px + 22, foot - high * 0.28, (250, 246, 236))
            c.oval(px, foot - high * 0.58, 10, 10, (60, 170, 80) if not bad else (200, 40, 40))
    else:
        scraps(c, x, foot - 26, wide * 0.8, 16, 10, rng)
        c.wire((x - wide * 0.8, foot - high * 0.9), (x + wide * 0.8, foot - high * 0.9), 40, (210, 210, 214), 2)


def charging(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, back, right, front = stage.floor
    y = back + (front - back) * 0.3
    for i in range(3):
        x = left + (right - left) * (i + 0.5) / 3
        colour = hsv(rng.random(), 0.6, rng.uniform(0.5, 0.9))
        bend = rng.uniform(60, 160)
        bike(c, x, y + 30, 230 * stage.size, colour, 0)
        if bad:
            c.wire((x + rng.uniform(-120, 120), -10), (x, y - 60), bend, (230, 120, 30), 6)
            c.box(x - 22, y - 84, x + 22, y - 62, (246, 246, 240), 4)
        else:
            rng.uniform(0, 1)
    if not bad:
        c.box(left - 40, y - 330, right + 40, y - 300, (60, 130, 180), 6)
        for x in (left - 20, right + 20):
            c.box(x - 7, y - 300, x + 7, y + 20, (120, 126, 134))
        c.words((left + right) / 2, y - 262, "集中充电区", 40, (40, 100, 160))
        for i in range(3):
            x = left + (right - left) * (i + 0.5) / 3
            c.box(x - 18, y - 220, x + 18, y - 160, (60, 170, 110), 5)


def exit_sign(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, top, right, bottom = stage.wall
    x, bottom = (left + right) / 2, stage.floor[1] - 40
    c.box(x - 150, bottom - 430, x + 150, bottom, (96, 104, 112))
    c.box(x - 134, bottom - 414, x + 134, bottom, (176, 182, 186))
    c.box(x - 134, bottom - 230, x + 134, bottom - 210, (120, 126, 132))
    if not bad:
        c.oval(x, bottom - 486, 200, 70, (120, 255, 170, 50))
    c.box(x - 130, bottom - 526, x + 130, bottom - 446, (70, 84, 78) if bad else (36, 168, 96), 6)
    c.words(x, bottom - 486, "安全出口", 46, (120, 130, 124) if bad else (245, 255, 248))
    if bad:
        c.line([(x - 100, bottom - 526), (x - 60, bottom - 486), (x - 90, bottom - 446)], (200, 204, 200), 3)
        if rng.random() < 0.6:
            c.line([(x - 60, bottom - 220), (x + 60, bottom - 220)], (200, 160, 60), 12)
            c.box(x - 22, bottom - 216, x + 22, bottom - 170, (200, 150, 50), 6)


def bulb(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    x = rng.uniform(480, 800)
    if bad:
        c.box(0, 0, 1280, 960, (14, 16, 34, 150))
    else:
        for size in (420, 280, 150):
            c.oval(x, 120, size, size * 0.9, (255, 240, 190, 38))
    c.line([(x, 0), (x, 90)], (50, 52, 58), 5)
    c.oval(x, 118, 40, 40, (86, 88, 96) if bad else (255, 250, 224))
    c.box(x - 18, 74, x + 18, 96, (140, 144, 150), 4)


def peeling(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, top, right, bottom = stage.wall
    for _ in range(rng.randint(3, 6)):
        x, y = rng.uniform(left - 60, right + 60), rng.uniform(top, bottom - 60)
        patch = blob(x, y, rng.uniform(60, 150), rng.uniform(50, 120), rng, 14)
        if bad:
            c.shape([(px + 5, py + 7) for px, py in patch], (60, 50, 44, 120))
            c.shape(patch, (176, 150, 126))
            c.shape(inset(patch, 0.3), (146, 112, 90))
            c.line([(x, y), (x + rng.uniform(-120, 120), y + rng.uniform(80, 190))], (96, 84, 76), 4)
        else:
            c.shape(patch, (255, 255, 255, 22))
    if bad:
        scraps(c, (left + right) / 2, stage.floor[1] + 30, 180, 26, 18, rng)


def gate(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, top, right, bottom = stage.wall
    x, foot = (left + right) / 2, stage.floor[1]
    colour = hsv(rng.choice((0.6, 0.0, 0.36)), 0.3, rng.uniform(0.3, 0.55))
    for side in (-1, 1):
        lean = 60 if bad and side > 0 else 0
        for k in range(8):
            px = x + side * (20 + k * 26)
            c.line([(px + lean * 0.3, foot - 300 + lean), (px + lean * 1.3, foot)], colour, 9)
        c.line(
            [(x + side * 12 + lean * 0.3, foot - 280 + lean), (x + side * 220 + lean * 0.3, foot - 280 + lean * 0.4)], colour, 12
        )
        c.line([(x + side * 12 + lean, foot - 60), (x + side * 220 + lean, foot - 60 - lean * 0.4)], colour, 12)
    if bad:
        scraps(c, x + 120, foot + 20, 150, 24, 14, rng)


def lamp(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    out = set(rng.sample(range(5), rng.randint(3, 4))) if bad else set()
    dusk_lamps(c, stage.floor[1], rng, out)


def people(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, back, right, front = stage.floor
    count = rng.randint(6, 9)
    for i in range(count):
        high = 290 * stage.size * rng.uniform(0.9, 1.05)
        mess_x, mess_y = rng.uniform(left, right), rng.uniform(back, front - 40)
        if bad:
            person(c, mess_x, mess_y, high, rng)
        else:
            person(c, left + (right - left) * (i + 0.5) / count, back + (front - back) * 0.3, high, rng)
    if not bad and stage.paint:
        y = back + (front - back) * 0.3 + 20
        c.line([(left - 20, y), (right + 20, y)], (250, 206, 60), 8)


def walkers(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, back, right, front = stage.floor
    for i in range(rng.randint(4, 7)):
        x, y = rng.uniform(left, right), rng.uniform(back + 30, front)
        if bad:
            person(c, x, y, 260, rng)
        else:
            person(c, 70 + i * 62 + rng.uniform(-8, 8), back - 10 + (i % 2) * 16, 230, rng)
    colour = hsv(rng.random(), 0.6, 0.8)
    if bad:
        bike(c, left + 120, front - 20, 260, colour)
        person(c, left + 110, front - 70, 230, rng)
    else:
        person(c, 1080, back + 30, 270, rng, shirt=(206, 232, 60), cap=(206, 40, 40))


def rider(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    for i in range(rng.randint(2, 3)):
        x, y = spot(stage, rng, 0.2 + 0.32 * i, 0.5)
        bike(c, x, y, 320, hsv(rng.random(), 0.6, rng.uniform(0.5, 0.9)))
        person(c, x - 30, y - 70, 290, rng)
        helmet = hsv(rng.random(), 0.75, 0.85)
        if not bad:
            c.oval(x - 30, y - 70 - 290 * 0.92, 36, 32, helmet)
            c.box(x - 66, y - 70 - 290 * 0.92, x + 8, y - 70 - 290 * 0.9, shade(helmet, -0.3), 4)


def dog(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    x, y = spot(stage, rng)
    person(c, x - 150, y - 20, 300 * stage.size, rng)
    coat = rng.choice(((190, 130, 70), (236, 232, 224), (70, 62, 58)))
    dx = x + (150 if bad else 40)
    c.shadow(dx, y + 20, 80)
    for leg in (-50, -28, 28, 50):
        c.box(dx + leg - 7, y - 40, dx + leg + 7, y + 18, shade(coat, -0.15), 4)
    c.oval(dx, y - 62, 74, 36, coat)
    c.oval(dx + 76, y - 96, 32, 28, coat)
    c.oval(dx + 100, y - 90, 18, 12, shade(coat, -0.1))
    c.shape([(dx + 56, y - 112), (dx + 66, y - 140), (dx + 82, y - 116)], shade(coat, -0.3))
    c.line([(dx - 70, y - 76), (dx - 100, y - 120)], coat, 13)
    if bad:
        for k in range(3):
            c.oval(dx - 120 + k * 8, y + 24 - k * 9, 24 - k * 6, 9, (92, 60, 36))
    else:
        c.wire((x - 90, y - 170), (dx + 60, y - 84), 24, (200, 50, 46), 5)


def bikes_indoors(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, back, right, front = stage.floor
    for i in range(rng.randint(2, 3)):
        colour, x = hsv(rng.random(), 0.6, rng.uniform(0.4, 0.9)), left + 60 + i * 190 + rng.uniform(-20, 20)
        sag = rng.uniform(30, 90)
        if bad:
            bike(c, x, back + 70 + i * 16, 270, colour)
            c.wire((x - 40, back - 330), (x - 10, back - 40), sag, (230, 120, 30), 6)
    if not bad:
        x, y = (left + right) / 2, back - 260
        c.box(x - 190, y - 70, x + 190, y + 70, (206, 44, 40), 8)
        c.words(x, y - 22, "电动自行车", 46, (255, 252, 244))
        c.words(x, y + 32, "禁止进楼入户", 40, (255, 236, 150))


def tubs(c: Canvas, stage: Stage, bad: bool, rng: random.Random) -> None:
    left, back, right, front = stage.floor
    for i in range(10):
        x, y = left + (right - left) * ((i % 5) + 0.5) / 5 + rng.uniform(-16, 16), back + 50 + (i // 5) * 120
        tone = rng.uniform(0.85, 0.97)
        if not bad:
            rng.random()
            continue
        c.shadow(x, y, 84)
        c.box(x - 76, y - 66, x + 76, y, hsv(0.1, 0.06, tone), 5)
        c.box(x - 68, y - 74, x + 68, y - 58, (92, 66, 46))
        for k in range(6):
            c.shape(
                blob(x - 58 + k * 23, y - 92, 17, rng.uniform(20, 34), rng, 8),
                hsv(rng.uniform(0.25, 0.36), 0.6, rng.uniform(0.45, 0.75)),
            )
