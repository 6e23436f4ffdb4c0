"""What of a picture should be covered before everybody sees it, and covering it for good.

``propose`` finds areas of the colour of skin in the form of a face, with something dark where eyes are, and areas in the colours of Chinese
number plates with upright strokes in them. It is a help for a person's eye and no more: it knows no person, compares no face, and misses
many (backs of heads, masks, small or tilted ones). ``cover`` leaves a few mean values of an area and nothing else.
"""

import io
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
from PIL import Image

SIDE = 1600
QUALITY = 84
MOST = 40
_FACE, _PLATE = "face", "plate"


@dataclass(frozen=True)
class Box:
    """An area to cover, in shares of the upright picture. ``kind``: face, plate or other; ``by``: program or person."""

    x: float
    y: float
    w: float
    h: float
    kind: str = "other"
    by: str = "person"

    def plain(self) -> dict[str, Any]:
        return {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(self).items()}


def propose(rgb: np.ndarray) -> list[Box]:
    """Areas worth covering in an RGB picture, at most 40, the surest first."""
    part = 1000 / max(rgb.shape[:2])
    small = cv2.resize(rgb, None, fx=part, fy=part, interpolation=cv2.INTER_AREA) if part < 1 else rgb
    if min(small.shape[:2]) < 24:
        return []
    high, wide = small.shape[:2]
    found = [(*box, _FACE) for box in _faces(small)] + [(*box, _PLATE) for box in _plates(small)]
    found.sort(key=lambda one: -one[4])
    boxes = []
    for x, y, w, h, _sure, kind in found[:MOST]:
        around = 0.18 if kind == _FACE else 0.1
        left, top = max(0.0, x - around * w), max(0.0, y - around * h)
        right, foot = min(float(wide), x + w * (1 + around)), min(float(high), y + h * (1 + around))
        boxes.append(Box(left / wide, top / high, (right - left) / wide, (foot - top) / high, kind, "program"))
    return boxes


def _faces(rgb: np.ndarray) -> list[tuple[int, int, int, int, float]]:
    """Left, top, width, height and sureness of what may be a face: skin in the form of an egg, darker where eyes and mouth are."""
    light, red, blue = cv2.split(cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb))
    skin = ((red > 134) & (red < 178) & (blue > 80) & (blue < 128) & (light > 45)).astype(np.uint8)
    found = []
    for size in (3, 7):  # faces near by have features that split them; small ones would be joined to their surroundings
        joined = cv2.morphologyEx(skin, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3)))
        joined = cv2.morphologyEx(joined, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
        _count, labels, stats, _centres = cv2.connectedComponentsWithStats(joined)
        for number, (x, y, w, h, area) in enumerate(stats[1:].tolist(), 1):
            if w < 12 or h < 14 or area > 0.2 * skin.size or not 0.85 < h / w < 2.4 or not 0.5 < area / (w * h) < 0.95:
                continue
            h = min(h, int(w * 1.45))  # a neck below it is left out
            sure = _face_like(light[y : y + h, x : x + w], labels[y : y + h, x : x + w] == number)
            if sure > 0:
                found.append((x, y, w, h, sure))
    return _apart(found)


def _face_like(light: np.ndarray, skin: np.ndarray) -> float:
    """0 to 1: an egg of skin whose upper half has darker places to the left and right and whose middle is bright."""
    small = cv2.resize(light, (24, 30), interpolation=cv2.INTER_AREA).astype(np.float32)
    egg = np.zeros((30, 24), np.uint8)
    cv2.ellipse(egg, (12, 15), (11, 14), 0, 0, 360, 1, -1)
    held = cv2.resize(skin.astype(np.float32), (24, 30), interpolation=cv2.INTER_AREA)
    form = float(held[egg > 0].mean() - held[egg == 0].mean())
    usual = float(np.median(small[egg > 0])) + 1e-3
    eyes = [float(np.percentile(small[8:16, part], 8)) / usual for part in (slice(3, 11), slice(13, 21))]
    cheeks = float(small[15:20, 8:16].mean()) / usual
    if form < 0.15 or max(eyes) > 0.93:
        return 0.0
    return min(1.0, 0.35 + form * 0.5 + (0.9 - max(eyes)) * 0.8 + max(0.0, cheeks - 0.95))


def _plates(rgb: np.ndarray) -> list[tuple[int, int, int, int, float]]:
    """Left, top, width, height and sureness of what may be a number plate: blue, green or yellow, long, with upright strokes."""
    hue, strong, light = cv2.split(cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV))
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    found = []
    for low, high, least in ((98, 128, 100), (45, 88, 55), (14, 32, 120)):
        mask = ((hue >= low) & (hue <= high) & (strong >= least) & (light > 45)).astype(np.uint8)
        for reach in (5, 11):
            joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((max(3, reach // 2), reach), np.uint8))
            _count, _labels, stats, _centres = cv2.connectedComponentsWithStats(joined)
            for x, y, w, h, area in stats[1:].tolist():
                if w < 26 or h < 8 or w > 0.6 * rgb.shape[1] or not 1.7 < w / h < 5.5 or area < 0.55 * w * h:
                    continue
                strokes = _strokes(grey[y : y + h, x : x + w])
                if 5 <= strokes <= 40:
                    found.append((x, y, w, h, min(1.0, 0.4 + strokes / 25)))
    return _apart(found)


def _strokes(grey: np.ndarray) -> float:
    """How often a line across the middle of a plate changes between dark and bright."""
    middle = cv2.resize(grey, (96, 24), interpolation=cv2.INTER_AREA).astype(np.float32)[6:18]
    spread = float(middle.std())
    if spread < 14:
        return 0.0
    bright = middle > middle.mean(axis=1, keepdims=True)
    return float(np.median((bright[:, 1:] != bright[:, :-1]).sum(axis=1)))


def _apart(found: list[tuple[int, int, int, int, float]]) -> list[tuple[int, int, int, int, float]]:
    """The surest of those that overlap by half."""
    kept: list[tuple[int, int, int, int, float]] = []
    for one in sorted(found, key=lambda each: -each[4]):
        x, y, w, h, _sure = one
        for a, b, c, d, _other in kept:
            across, down = min(x + w, a + c) - max(x, a), min(y + h, b + d) - max(y, b)
            if across > 0 and down > 0 and across * down > 0.5 * min(w * h, c * d):
                break
        else:
            kept.append(one)
    return kept


def cover(rgb: np.ndarray, boxes: list[Box]) -> bytes:
    """The picture as JPEG of at most 1600 pixels with the areas covered and nothing of the camera's in it.

    Of each area at most 4 × 4 mean values remain, softened: nothing that could be read or recognised can be won back from them.
    """
    part = SIDE / max(rgb.shape[:2])
    picture = cv2.resize(rgb, None, fx=part, fy=part, interpolation=cv2.INTER_AREA) if part < 1 else rgb.copy()
    high, wide = picture.shape[:2]
    for box in boxes:
        left, top = int(np.floor(box.x * wide)), int(np.floor(box.y * high))
        right, foot = int(np.ceil((box.x + box.w) * wide)), int(np.ceil((box.y + box.h) * high))
        left, top, right, foot = max(0, left), max(0, top), min(wide, max(right, left + 1)), min(high, max(foot, top + 1))
        area = picture[top:foot, left:right]
        if not area.size:
            continue
        cells = (min(4, area.shape[1]), min(4, area.shape[0]))
        few = cv2.resize(area, cells, interpolation=cv2.INTER_AREA)
        coarse = cv2.resize(few, (area.shape[1], area.shape[0]), interpolation=cv2.INTER_NEAREST)
        soft = max(1, min(area.shape[:2]) // 8) * 2 + 1
        picture[top:foot, left:right] = cv2.GaussianBlur(coarse, (soft, soft), 0)
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
