"""Drawn faces and number plates on the places of the test set, with where they are: how many of them the program proposes to cover."""

from dataclasses import dataclass, field

import cv2
import numpy as np

from chuangwen.evidence.pixels.covering import Box, propose
from chuangwen.evidence.trial import changes, scenes

SKINS = ((236, 200, 176), (224, 178, 146), (203, 152, 118), (172, 120, 88), (120, 80, 58))
PLATES = ((28, 72, 178), (92, 190, 120), (236, 186, 38))


@dataclass(frozen=True)
class Peopled:
    """A picture with the boxes (left, top, width, height in pixels) of its faces and plates."""

    picture: np.ndarray
    faces: list[tuple[int, int, int, int]] = field(default_factory=list)
    plates: list[tuple[int, int, int, int]] = field(default_factory=list)


def _face(canvas: np.ndarray, rng: np.random.Generator, x: int, y: int, size: int) -> tuple[int, int, int, int]:
    """A head with hair, eyes, mouth and shoulders; light falls from one side. ``size``: width of the face in pixels."""
    skin = np.array(SKINS[int(rng.integers(0, len(SKINS)))], float) + rng.normal(0, 6, 3)
    tone = lambda factor: tuple(float(np.clip(v * factor, 0, 255)) for v in skin)  # noqa: E731
    high = int(size * 1.32)
    centre, turn = (x + size // 2, y + high // 2), float(rng.uniform(-14, 14))
    coat = tuple(float(v) for v in rng.integers(20, 230, 3))
    cv2.ellipse(canvas, (centre[0], y + int(high * 1.75)), (int(size * 1.1), int(high * 0.7)), 0, 180, 360, coat, -1, cv2.LINE_AA)
    cv2.rectangle(
        canvas, (centre[0] - size // 5, y + int(high * 0.85)), (centre[0] + size // 5, y + int(high * 1.15)), tone(0.86), -1
    )
    hair = tuple(float(v) for v in rng.integers(15, 60, 3))
    cv2.ellipse(
        canvas,
        (centre[0], centre[1] - int(high * 0.1)),
        (int(size * 0.56), int(high * 0.56)),
        turn,
        0,
        360,
        hair,
        -1,
        cv2.LINE_AA,
    )
    cv2.ellipse(
        canvas,
        (centre[0], centre[1] + int(high * 0.06)),
        (int(size * 0.48), int(high * 0.47)),
        turn,
        0,
        360,
        tone(1.0),
        -1,
        cv2.LINE_AA,
    )
    if rng.random() < 0.6:
        shade = (int(centre[0] + size * 0.25), centre[1] + int(high * 0.06))
        cv2.ellipse(canvas, shade, (int(size * 0.2), int(high * 0.38)), turn, 0, 360, tone(0.9), -1, cv2.LINE_AA)
    eye = max(1, int(size * 0.075))
    for side in (-1, 1):
        at = (centre[0] + int(side * size * 0.2), centre[1] - int(high * 0.02))
        cv2.ellipse(canvas, at, (int(eye * 1.6), eye), 0, 0, 360, (235, 235, 230), -1, cv2.LINE_AA)
        cv2.circle(canvas, at, eye, (30, 22, 20), -1, cv2.LINE_AA)
        cv2.line(
            canvas, (at[0] - 2 * eye, at[1] - 2 * eye), (at[0] + 2 * eye, at[1] - 2 * eye), hair, max(1, eye // 2), cv2.LINE_AA
        )
    cv2.line(
        canvas, (centre[0], centre[1]), (centre[0] - eye, centre[1] + int(high * 0.16)), tone(0.8), max(1, eye // 2), cv2.LINE_AA
    )
    if rng.random() < 0.25:  # a mask, as many wear
        cv2.ellipse(
            canvas,
            (centre[0], centre[1] + int(high * 0.27)),
            (int(size * 0.4), int(high * 0.24)),
            0,
            0,
            360,
            (225, 232, 238),
            -1,
            cv2.LINE_AA,
        )
    else:
        mouth = (centre[0], centre[1] + int(high * 0.28))
        cv2.ellipse(canvas, mouth, (int(size * 0.16), max(1, int(size * 0.05))), 0, 0, 360, (150, 70, 72), -1, cv2.LINE_AA)
    return x, y, size, high


def _plate(canvas: np.ndarray, rng: np.random.Generator, x: int, y: int, wide: int) -> tuple[int, int, int, int]:
    """A plate with seven signs, seen a little from the side."""
    ground = PLATES[int(rng.integers(0, len(PLATES)))]
    plate = np.full((90, 280, 3), ground, np.uint8)
    ink = (250, 250, 250) if ground == PLATES[0] else (20, 20, 24)
    cv2.rectangle(plate, (4, 4), (275, 85), ink, 3)
    text = "K" + "".join(rng.choice(list("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"), 6))
    for n, sign in enumerate(text):
        cv2.putText(plate, sign, (12 + n * 37 + (8 if n > 1 else 0), 68), 2, 1.75, ink, 4, cv2.LINE_AA)
    high = int(wide * 90 / 280)
    corners = np.array([[0, 0], [280, 0], [280, 90], [0, 90]], np.float32)
    to = np.array([[x, y], [x + wide, y], [x + wide, y + high], [x, y + high]], np.float32)
    to += rng.uniform(-0.05, 0.05, (4, 2)).astype(np.float32) * wide * np.array([0.4, 0.6], np.float32)
    view = cv2.getPerspectiveTransform(corners, to)
    size = (canvas.shape[1], canvas.shape[0])
    seen = cv2.warpPerspective(plate, view, size, flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full((90, 280), 255, np.uint8), view, size)
    canvas[mask > 127] = seen[mask > 127]
    left, top = to.min(axis=0).astype(int)
    right, foot = to.max(axis=0).astype(int)
    return int(left), int(top), int(right - left), int(foot - top)


def peopled(seed: int) -> Peopled:
    """A place with one to three faces and up to two plates, as a phone would send it."""
    rng = np.random.default_rng([seed, 71])
    canvas = scenes.photograph(scenes.place(seed), scenes.handheld(rng)).copy()
    faces, plates = [], []
    for n in range(int(rng.integers(1, 4))):
        size = int(rng.integers(26, 110))
        faces.append(_face(canvas, rng, int(80 + n * 400 + rng.integers(0, 200)), int(rng.integers(300, 520)), size))
    for n in range(int(rng.integers(0, 3))):
        wide = int(rng.integers(60, 200))
        plates.append(_plate(canvas, rng, int(100 + n * 560 + rng.integers(0, 300)), int(rng.integers(700, 860)), wide))
    noise = rng.normal(0, float(rng.uniform(2, 5)), canvas.shape)
    soft = cv2.GaussianBlur(canvas, (0, 0), float(rng.uniform(0.5, 1.1)))
    light = float(rng.uniform(0.75, 1.15))
    return Peopled(changes.opened(changes.jpeg(np.clip(soft * light + noise, 0, 255).astype(np.uint8), 86)), faces, plates)


def measure(count: int) -> dict[str, float | int]:
    """Shares of drawn faces and plates that are covered by a proposal for the most part, and proposals beside any, per picture."""
    hits, tried, beside = {"face": 0, "plate": 0}, {"face": 0, "plate": 0}, 0
    for seed in range(count):
        shown = peopled(seed)
        boxes = propose(shown.picture)
        used: set[int] = set()
        for kind, wanted in (("face", shown.faces), ("plate", shown.plates)):
            for one in wanted:
                tried[kind] += 1
                covering = [n for n, box in enumerate(boxes) if _covered(box, one, shown.picture.shape) > 0.6]
                hits[kind] += bool(covering)
                used.update(covering)
        beside += len(boxes) - len(used)
    return {
        "pictures": count,
        "faces": tried["face"],
        "faces_found": round(hits["face"] / max(1, tried["face"]), 3),
        "plates": tried["plate"],
        "plates_found": round(hits["plate"] / max(1, tried["plate"]), 3),
        "beside_per_picture": round(beside / max(1, count), 2),
    }


def _covered(box: Box, wanted: tuple[int, int, int, int], shape: tuple[int, ...]) -> float:
    """The share of a wanted area that a box covers."""
    left, top, right, foot = box.x * shape[1], box.y * shape[0], (box.x + box.w) * shape[1], (box.y + box.h) * shape[0]
    x, y, w, h = wanted
    across, down = min(right, x + w) - max(left, x), min(foot, y + h) - max(top, y)
    return max(0.0, across) * max(0.0, down) / (w * h)
