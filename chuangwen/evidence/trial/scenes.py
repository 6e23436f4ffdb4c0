"""Places that look like photos: walls, ground and things at different depths, seen by a hand-held camera under changing light.

A place is layers at depths; a camera that moves sees near ones shift more than far ones, as two real photos do and no copy of one does.
Textures are noise of several sizes, tiles, windows, letters: also what repeats itself by nature. Everything follows from seeds.
"""

import math
from dataclasses import dataclass, field, replace
from functools import lru_cache

import cv2
import numpy as np

WIDTH, HEIGHT = 1280, 960
FOCAL = 1000.0


@dataclass(frozen=True)
class Layer:
    """A picture that stands upright at a depth (metres), centred at x, y (metres; y down), so many metres wide. ``alpha`` 0 to 255."""

    image: np.ndarray
    alpha: np.ndarray | None
    depth: float
    x: float
    y: float
    wide: float


@dataclass(frozen=True)
class Shot:
    """How a photo is taken: where the camera is (metres), how it is turned (radians), its light and its sensor."""

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    roll: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0
    bright: float = 1.0
    gamma: float = 1.0
    warm: float = 0.0
    slope: float = 0.0
    blur: float = 0.6
    noise: float = 2.5
    seed: int = 0


@dataclass(frozen=True)
class Place:
    """Far wall, ground texture, things; ``trouble`` is the thing that gets put right."""

    wall: Layer
    ground: np.ndarray
    things: tuple[Layer, ...]
    trouble: Layer
    passers: tuple[Layer, ...] = field(default=())


def _noise(rng: np.random.Generator, high: int, wide: int, grain: float) -> np.ndarray:
    """Noise of many sizes, mean 0, about ±1: the larger ``grain``, the finer."""
    total = np.zeros((high, wide), np.float32)
    for octave in range(1, 8):
        size = 2**octave
        rows, columns = max(2, size * high // max(high, wide) + 1), size + 1
        small = rng.standard_normal((rows, columns), dtype=np.float32)
        total += cv2.resize(small, (wide, high), interpolation=cv2.INTER_CUBIC) * (size ** (grain - 1.0))
    return total / (np.abs(total).max() + 1e-6)


def _tint(rng: np.random.Generator, low: int = 60, high: int = 210) -> np.ndarray:
    grey = rng.integers(low, high)
    return np.clip(grey + rng.normal(0, 16, 3), 20, 240).astype(np.float32)


def _textured(rng: np.random.Generator, high: int, wide: int, strength: float, grain: float) -> np.ndarray:
    base = np.broadcast_to(_tint(rng), (high, wide, 3)).copy()
    base += _noise(rng, high, wide, grain)[..., None] * strength * 60
    return base


def _tiles(rng: np.random.Generator, image: np.ndarray, size: int) -> None:
    """Joints of tiles with tiles of slightly different tone."""
    high, wide = image.shape[:2]
    for top in range(0, high, size):
        for left in range(0, wide, size):
            image[top : top + size, left : left + size] += rng.normal(0, 5)
    line = _tint(rng, 40, 230)
    image[::size] = line
    image[1::size] = line
    image[:, ::size] = line
    image[:, 1::size] = line


def _windows(rng: np.random.Generator, image: np.ndarray) -> None:
    """Rows of the same window: a facade repeats itself."""
    high, wide = image.shape[:2]
    w, h = int(rng.integers(50, 110)), int(rng.integers(60, 130))
    frame, glass = _tint(rng, 150, 235).tolist(), _tint(rng, 40, 110).tolist()
    for top in range(int(h * 0.4), int(high * 0.6), int(h * 1.5)):
        for left in range(int(w * 0.5), wide - w, int(w * 1.7)):
            cv2.rectangle(image, (left, top), (left + w, top + h), frame, -1)
            cv2.rectangle(image, (left + 6, top + 6), (left + w - 6, top + h - 6), glass, -1)
            cv2.line(image, (left + w // 2, top), (left + w // 2, top + h), frame, 5)


def _letters(rng: np.random.Generator, image: np.ndarray, count: int) -> None:
    high, wide = image.shape[:2]
    ink = np.zeros((high, wide), np.uint8)
    for _ in range(count):
        text = "".join(chr(c) for c in rng.integers(65, 91, int(rng.integers(3, 9))))
        at = int(rng.integers(0, wide)), int(rng.integers(20, high))
        ink[:] = 0
        cv2.putText(ink, text, at, int(rng.integers(0, 5)), float(rng.uniform(0.7, 3.0)), 255, int(rng.integers(2, 6)))
        image[ink > 127] = _tint(rng, 10, 250)


def _thing(rng: np.random.Generator, depth: float, wide: float) -> Layer:
    """A thing with a rough outline: a bush, a bag, a box, a vehicle seen from the side."""
    size = 360
    image = _textured(rng, size, size, float(rng.uniform(0.3, 1.0)), float(rng.uniform(0.2, 0.9)))
    mask = np.zeros((size, size), np.uint8)
    kind = rng.integers(0, 3)
    if kind == 0:
        cv2.rectangle(mask, (20, 40), (size - 20, size - 10), 255, -1)
        for _ in range(int(rng.integers(2, 7))):
            a, b = rng.integers(20, size - 60, 2)
            cv2.rectangle(
                image,
                (int(a), int(b)),
                (int(a + rng.integers(20, 120)), int(b + rng.integers(15, 90))),
                _tint(rng, 20, 245).tolist(),
                -1,
            )
        _letters(rng, image, 1)
    else:
        points = []
        for angle in np.linspace(0, 2 * math.pi, 24, endpoint=False):
            r = size * 0.42 * float(rng.uniform(0.7, 1.05))
            points.append((size / 2 + r * math.cos(angle), size / 2 + r * math.sin(angle)))
        cv2.fillPoly(mask, [np.array(points, np.int32)], 255)
        for _ in range(int(rng.integers(5, 60))):
            cv2.circle(
                image, tuple(int(v) for v in rng.integers(0, size, 2)), int(rng.integers(3, 26)), _tint(rng, 20, 240).tolist(), -1
            )
    image[int(size * 0.8) :] *= 0.75
    return Layer(np.clip(image, 0, 255).astype(np.uint8), cv2.GaussianBlur(mask, (3, 3), 0), depth, 0.0, 0.0, wide)


@lru_cache(maxsize=4)
def place(seed: int, style: int | None = None) -> Place:
    """A place. Two seeds of the same ``style`` have walls and grounds of one kind: alike at a glance, and different places."""
    rng = np.random.default_rng([seed, 17])
    look = np.random.default_rng([style, 91]) if style is not None else rng
    strength, grain, tile, windows = (
        float(look.uniform(0.15, 0.8)), float(look.uniform(0.3, 0.9)), int(look.integers(0, 3)), bool(look.integers(0, 2)),
    )  # fmt: skip
    tone = _tint(look)
    wall = np.broadcast_to(tone, (1100, 1900, 3)).copy() + _noise(rng, 1100, 1900, grain)[..., None] * strength * 60
    if windows:
        _windows(look if style is not None else rng, wall)
    _letters(rng, wall, int(rng.integers(0, 7)))
    ground = _textured(look if style is not None else rng, 1200, 1600, strength, grain)
    ground += _noise(rng, 1200, 1600, 0.9)[..., None] * 14
    if tile:
        _tiles(rng, ground, int(look.integers(50, 130)))
    things = []
    for _ in range(int(rng.integers(2, 7))):
        depth = float(rng.uniform(3.5, 8.5))
        wide = float(rng.uniform(0.5, 1.8))
        one = _thing(rng, depth, wide)
        things.append(replace(one, x=float(rng.uniform(-0.55, 0.55) * depth), y=1.5 - wide / 2 - float(rng.choice([0, 0, 0.9]))))
    trouble = _thing(np.random.default_rng([seed, 5]), float(rng.uniform(3.0, 4.5)), float(rng.uniform(0.6, 1.3)))
    trouble = replace(trouble, x=float(rng.uniform(-0.9, 0.9)), y=1.5 - trouble.wide / 2)
    far = Layer(np.clip(wall, 0, 255).astype(np.uint8), None, 9.5, 0.0, -1.6, 19.0)
    return Place(far, np.clip(ground, 0, 255).astype(np.uint8), tuple(sorted(things, key=lambda one: -one.depth)), trouble)


def passers(seed: int, count: int) -> tuple[Layer, ...]:
    """What stands about on another day."""
    rng = np.random.default_rng([seed, 33])
    found = []
    for _ in range(count):
        one = _thing(rng, float(rng.uniform(3.5, 8)), float(rng.uniform(0.4, 1.2)))
        found.append(replace(one, x=float(rng.uniform(-0.5, 0.5) * one.depth), y=1.5 - one.wide / 2))
    return tuple(sorted(found, key=lambda one: -one.depth))


def handheld(rng: np.random.Generator, *, loose: float = 1.0) -> Shot:
    """Somebody comes back and takes the same view: some decimetres and degrees beside, another light. ``loose`` widens all of it."""
    n = lambda spread: float(rng.normal(0, spread * loose))  # noqa: E731
    return Shot(
        x=n(0.16), y=n(0.06), z=n(0.2), roll=n(0.02), yaw=n(0.03), pitch=n(0.025), bright=float(rng.uniform(0.75, 1.2)),
        gamma=float(rng.uniform(0.85, 1.2)), warm=float(rng.normal(0, 0.05)), slope=float(rng.normal(0, 0.15)),
        blur=float(rng.uniform(0.4, 1.0)), noise=float(rng.uniform(1.2, 4.5)), seed=int(rng.integers(0, 2**31)),
    )  # fmt: skip


def _camera(shot: Shot) -> np.ndarray:
    """The matrix that takes a point (metres, camera at rest) to the picture."""
    cr, sr = math.cos(shot.roll), math.sin(shot.roll)
    cy, sy = math.cos(shot.yaw), math.sin(shot.yaw)
    cp, sp = math.cos(shot.pitch), math.sin(shot.pitch)
    turn = (
        np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
        @ np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
        @ np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    )
    lens = np.array([[FOCAL, 0, WIDTH / 2], [0, FOCAL, HEIGHT / 2], [0, 0, 1]])
    return lens @ turn @ np.hstack([np.eye(3), [[-shot.x], [-shot.y], [-shot.z]]])


def _plane(camera: np.ndarray, origin: tuple, across: tuple, down: tuple) -> np.ndarray:
    """The homography from a plane (units: its own pixels) to the picture."""
    corner = np.append(np.array(origin, float), 1)
    return np.stack([camera @ np.append(np.array(across), 0), camera @ np.append(np.array(down), 0), camera @ corner], axis=1)


def photograph(where: Place, shot: Shot, *, trouble: bool = True, more: tuple[Layer, ...] = ()) -> np.ndarray:
    """The picture (HEIGHT × WIDTH × 3, RGB, 8 bits) before it is compressed."""
    camera = _camera(shot)
    size = (WIDTH, HEIGHT)
    wall = where.wall
    canvas = cv2.warpPerspective(wall.image, _upright(camera, wall), size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    step = 12.0 / where.ground.shape[1]
    floor = _plane(camera, (-6.0, 1.5, 0.8), (step, 0, 0), (0, 0, step))
    laid = cv2.warpPerspective(where.ground, floor, size, flags=cv2.INTER_AREA)
    inside = cv2.warpPerspective(np.full(where.ground.shape[:2], 255, np.uint8), floor, size)
    canvas = np.where(inside[..., None] > 127, laid, canvas)
    layers = [*where.things, *more, *((where.trouble,) if trouble else ())]
    for layer in sorted(layers, key=lambda one: -one.depth):
        view = _upright(camera, layer)
        top = cv2.warpPerspective(layer.image, view, size, flags=cv2.INTER_AREA)
        alpha = cv2.warpPerspective(layer.alpha, view, size, flags=cv2.INTER_AREA).astype(np.float32)[..., None] / 255
        canvas = (top * alpha + canvas * (1 - alpha)).astype(np.uint8)
    return _sensor(canvas, shot)


def _upright(camera: np.ndarray, layer: Layer) -> np.ndarray:
    high, wide = layer.image.shape[:2]
    step = layer.wide / wide
    return _plane(camera, (layer.x - layer.wide / 2, layer.y - step * high / 2, layer.depth), (step, 0, 0), (0, step, 0))


def _sensor(canvas: np.ndarray, shot: Shot) -> np.ndarray:
    rng = np.random.default_rng(shot.seed)
    image = cv2.GaussianBlur(canvas, (0, 0), shot.blur).astype(np.float32) / 255
    image = np.power(image, shot.gamma) * shot.bright
    image *= np.array([1 + shot.warm, 1.0, 1 - shot.warm], np.float32)
    image *= 1 + shot.slope * np.linspace(-0.5, 0.5, WIDTH, dtype=np.float32)[None, :, None]
    grain = rng.standard_normal(image.shape, dtype=np.float32) * (shot.noise / 255)
    return np.clip((image + grain) * 255, 0, 255).astype(np.uint8)


def box_of(layer: Layer, shot: Shot) -> tuple[int, int, int, int]:
    """Where a layer stands in a photo: left, top, width, height in pixels, within the picture and at least 40 pixels wide."""
    high, wide = layer.image.shape[:2]
    corners = np.array([[[0, 0]], [[wide, 0]], [[wide, high]], [[0, high]]], np.float64)
    seen = cv2.perspectiveTransform(corners, _upright(_camera(shot), layer)).reshape(-1, 2)
    left, top = np.clip(seen.min(axis=0), [0, 0], [WIDTH - 60, HEIGHT - 60]).astype(int)
    right, foot = np.clip(seen.max(axis=0), [left + 40, top + 40], [min(WIDTH, left + 330), min(HEIGHT, top + 300)]).astype(int)
    return int(left), int(top), int(right - left), int(foot - top)
