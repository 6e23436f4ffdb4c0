"""What is done to pictures before they are handed in a second time, each as a function from a picture to a file.

A picture is RGB, 8 bits; ``rng`` decides how strongly. All give JPEG as a phone or a chat program would.
"""

import io
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from PIL import Image

Picture = np.ndarray
Change = Callable[[Picture, np.random.Generator], bytes]


def jpeg(picture: Picture, quality: int = 90, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality, **options)
    return out.getvalue()


def opened(content: bytes) -> Picture:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def saved_again(picture: Picture, rng: np.random.Generator) -> bytes:
    return jpeg(picture, int(rng.integers(35, 85)))


def scaled(picture: Picture, rng: np.random.Generator) -> bytes:
    part = float(rng.uniform(0.3, 0.8))
    return jpeg(cv2.resize(picture, None, fx=part, fy=part, interpolation=cv2.INTER_AREA), int(rng.integers(60, 92)))


def brighter(picture: Picture, rng: np.random.Generator) -> bytes:
    change = float(rng.choice([rng.uniform(0.55, 0.8), rng.uniform(1.2, 1.5)]))
    return jpeg(np.clip(picture.astype(np.float32) * change + rng.uniform(-15, 15), 0, 255).astype(np.uint8), 88)


def cropped(picture: Picture, rng: np.random.Generator) -> bytes:
    """60 to 92 % of each side is kept, anywhere."""
    high, wide = picture.shape[:2]
    part = float(rng.uniform(0.6, 0.92))
    h, w = int(high * part), int(wide * part)
    top, left = int(rng.integers(0, high - h + 1)), int(rng.integers(0, wide - w + 1))
    return jpeg(picture[top : top + h, left : left + w], int(rng.integers(70, 92)))


def mirrored(picture: Picture, rng: np.random.Generator) -> bytes:
    return jpeg(picture[:, ::-1], int(rng.integers(70, 92)))


def mirrored_and_cropped(picture: Picture, rng: np.random.Generator) -> bytes:
    return cropped(picture[:, ::-1], rng)


def by_chat(picture: Picture, rng: np.random.Generator) -> bytes:
    """What a chat program does to a picture that is passed on: smaller and saved twice."""
    first = opened(jpeg(cv2.resize(picture, None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA), 70))
    return jpeg(first, int(rng.integers(55, 75)))


def turned_a_little(picture: Picture, rng: np.random.Generator) -> bytes:
    """Turned by a few degrees and cut straight."""
    high, wide = picture.shape[:2]
    turn = cv2.getRotationMatrix2D(
        (wide / 2, high / 2), float(rng.choice([-1, 1]) * rng.uniform(2, 7)), float(rng.uniform(1.15, 1.3))
    )
    return jpeg(cv2.warpAffine(picture, turn, (wide, high), flags=cv2.INTER_CUBIC), 88)


def screenshot(picture: Picture, rng: np.random.Generator) -> bytes:
    """The picture shown on a phone's screen: bars above and below, black or white around, saved without a camera's data."""
    wide, high = [(1080, 2340), (1080, 2400), (1170, 2532), (720, 1600)][int(rng.integers(0, 4))]
    ground = int(rng.choice([0, 255]))
    screen = np.full((high, wide, 3), ground, np.uint8)
    shown = cv2.resize(picture, (wide, wide * picture.shape[0] // picture.shape[1]), interpolation=cv2.INTER_AREA)
    top = (high - shown.shape[0]) // 2
    screen[top : top + shown.shape[0]] = shown
    ink = (255 - ground,) * 3
    cv2.putText(screen, f"{int(rng.integers(0, 24)):02d}:{int(rng.integers(0, 60)):02d}", (50, 60), 0, 1.3, ink, 3)
    for n in range(4):
        cv2.rectangle(screen, (wide - 230 + 50 * n, 40), (wide - 200 + 50 * n, 62), ink, -1)
    cv2.putText(screen, "<", (40, 180), 0, 2, ink, 4)
    cv2.rectangle(screen, (wide // 3, high - 24), (wide * 2 // 3, high - 14), ink, -1)
    return jpeg(screen, int(rng.integers(80, 95)))


def of_a_screen(picture: Picture, rng: np.random.Generator) -> bytes:
    """A photo of a screen that shows the picture: in perspective, with the grid of its points and the sensor's noise."""
    high, wide = picture.shape[:2]
    shown = picture.astype(np.float32)
    period = float(rng.uniform(2.6, 4.2))
    x, y = np.meshgrid(np.arange(wide), np.arange(high))
    turn = float(rng.uniform(-0.2, 0.2))
    grid = np.sin(2 * np.pi * (x * np.cos(turn) + y * np.sin(turn)) / period) * np.sin(
        2 * np.pi * (y * np.cos(turn) - x * np.sin(turn)) / period
    )
    shown = shown * (1 + 0.10 * grid[..., None])
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    seen = corners + rng.uniform(-0.02, 0.02, (4, 2)).astype(np.float32) * [wide, high]
    view = cv2.warpPerspective(shown, cv2.getPerspectiveTransform(corners, seen.astype(np.float32)), (wide, high))
    return jpeg(np.clip(view + rng.normal(0, 3, view.shape), 0, 255).astype(np.uint8), 85)


def painted_over(picture: Picture, rng: np.random.Generator, box: tuple[int, int, int, int]) -> bytes:
    """The box (left, top, width, height in pixels) is filled from its surroundings, as a phone's eraser does."""
    left, top, wide, high = box
    mask = np.zeros(picture.shape[:2], np.uint8)
    mask[top : top + high, left : left + wide] = 255
    filled = cv2.inpaint(picture, mask, 7, cv2.INPAINT_TELEA)
    if rng.random() < 0.7:
        soft = rng.normal(0, 3, picture.shape)
        filled = np.where(mask[..., None] > 0, np.clip(filled + soft, 0, 255), filled).astype(np.uint8)
    return jpeg(filled, int(rng.integers(80, 95)))


def copied_over(picture: Picture, rng: np.random.Generator, box: tuple[int, int, int, int]) -> bytes:
    """The box is covered with a piece of the same picture from beside it."""
    left, top, wide, high = box
    most_high, most_wide = picture.shape[:2]
    choices = [left - wide - 20, left + wide + 20, left - wide - 90, left + wide + 90]
    fitting = [x for x in choices if 0 <= x <= most_wide - wide]
    source = int(rng.choice(fitting)) if fitting else 0
    lift = int(np.clip(top + rng.integers(-30, 31), 0, most_high - high))
    out = picture.copy()
    patch = picture[lift : lift + high, source : source + wide]
    soft = np.zeros((high, wide, 1), np.float32)
    cv2.ellipse(soft, (wide // 2, high // 2), (int(wide * 0.48), int(high * 0.48)), 0, 0, 360, 1, -1)
    soft = cv2.GaussianBlur(soft, (0, 0), 4)[..., None]
    out[top : top + high, left : left + wide] = (patch * soft + out[top : top + high, left : left + wide] * (1 - soft)).astype(
        np.uint8
    )
    return jpeg(out, int(rng.integers(85, 96)))


def pasted(picture: Picture, rng: np.random.Generator, box: tuple[int, int, int, int], other: Picture) -> bytes:
    """A piece of another, more strongly compressed picture is put over the box; saved as well as before or better."""
    left, top, wide, high = box
    poor = opened(jpeg(other, int(rng.integers(30, 55))))
    y, x = int(rng.integers(0, poor.shape[0] - high)), int(rng.integers(0, poor.shape[1] - wide))
    out = picture.copy()
    out[top : top + high, left : left + wide] = poor[y : y + high, x : x + wide]
    return jpeg(out, int(rng.integers(90, 97)))


REUSES: dict[str, Change] = {
    "saved again": saved_again,
    "scaled": scaled,
    "brighter or darker": brighter,
    "cropped": cropped,
    "mirrored": mirrored,
    "mirrored and cropped": mirrored_and_cropped,
    "sent by chat": by_chat,
    "turned a little": turned_a_little,
    "screenshot": screenshot,
}
"""After any of these a photo should be found among the earlier ones."""
