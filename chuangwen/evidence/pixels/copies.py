"""A piece of a picture that was laid over another place of the same picture.

A copied piece takes its grain along, and no two places of a real photo have the same grain: tiles and windows repeat their lines, never
their noise. What a slight blur removes, divided by its local strength, is correlated with itself over all shifts at once (Fourier transform);
at the few shifts that stand out, the places where the grain agrees are marked, with strong edges left out.
"""

from dataclasses import dataclass

import cv2
import numpy as np

MOST_SIDE = 2048
_LEAST_SHIFT = 36
_BOX = 31
_PEAKS = 16


@dataclass(frozen=True)
class Copied:
    """Two areas of one picture that agree, in shares of it, how well (0 to 1), and how many pixels."""

    here: list[float]
    there: list[float]
    agreement: float
    pixels: int


def _grain(grey: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Grain of even strength, and where it can be trusted: no edges or lines (they agree with themselves all along), not burnt out."""
    smooth = grey.astype(np.float32)
    fine = smooth - cv2.GaussianBlur(smooth, (0, 0), 1.2)
    high, wide = fine.shape[0] // 8 * 8, fine.shape[1] // 8 * 8  # the lattice of JPEG's blocks is the same everywhere
    lattice = fine[:high, :wide].reshape(high // 8, 8, wide // 8, 8).mean(axis=(0, 2))
    fine[:high, :wide] -= np.tile(lattice, (high // 8, wide // 8))
    strength = np.sqrt(cv2.blur(fine * fine, (15, 15)))
    soft = cv2.GaussianBlur(smooth, (0, 0), 1.0)
    gx, gy = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    xx, yy, xy = (cv2.GaussianBlur(values, (0, 0), 5.0) for values in (gx * gx, gy * gy, gx * gy))
    lines = np.sqrt((xx - yy) ** 2 + 4 * xy * xy) / (xx + yy + 1.0)
    trusted = (lines < 0.6) & (xx + yy < 3000) & (strength > 0.4) & (smooth > 6) & (smooth < 249)
    return np.where(trusted, np.clip(fine / np.maximum(strength, 0.4), -3, 3), 0).astype(np.float32), trusted


def _shifts(grain: np.ndarray) -> list[tuple[int, int]]:
    """The shifts (down, right) at which the picture agrees with itself beyond its neighbours."""
    high, wide = grain.shape
    size = cv2.getOptimalDFTSize(2 * high), cv2.getOptimalDFTSize(2 * wide)
    power = np.abs(np.fft.rfft2(grain, size).astype(np.complex64)) ** 2
    field = np.fft.irfft2(power, size)[: high * 3 // 4, :].astype(np.float32)
    field = np.concatenate([field[:, -(wide * 3 // 4) :], field[:, : wide * 3 // 4]], axis=1)  # shifts left, then right
    middle = wide * 3 // 4
    field -= cv2.blur(field, (31, 31))
    rows, columns = np.ogrid[: field.shape[0], : field.shape[1]]
    field[(rows**2 + (columns - middle) ** 2) < _LEAST_SHIFT**2] = 0
    field[0, :middle] = 0  # each shift once
    spread = field.std() + 1e-6
    found = []
    for _ in range(_PEAKS):
        at = int(field.argmax())
        row, column = divmod(at, field.shape[1])
        if field[row, column] < 6.0 * spread:
            break
        found.append((row, column - middle))
        field[max(0, row - 3) : row + 4, max(0, column - 3) : column + 4] = 0
    return found


def find(grey: np.ndarray) -> Copied | None:
    """The largest copied area of a grey picture at its own size; None where there is none. Pictures of more than 2048 pixels are looked at
    in their middle."""
    high, wide = grey.shape
    top, left = max(0, (high - MOST_SIDE) // 2), max(0, (wide - MOST_SIDE) // 2)
    part = grey[top : top + MOST_SIDE, left : left + MOST_SIDE]
    if min(part.shape) < 120:
        return None
    grain, trusted = _grain(part)
    if trusted.mean() < 0.05:
        return None
    best: Copied | None = None
    for down, right in _shifts(grain):
        found = _agreeing(grain, trusted, down, right)
        if found is None or (best is not None and found[5] <= best.pixels):
            continue
        x, y, w, h, agreement, pixels = found
        box = lambda px, py, w=w, h=h: [(px + left) / wide, (py + top) / high, w / wide, h / high]  # noqa: E731
        best = Copied(box(x, y), box(x + right, y + down), agreement, pixels)
    return best


def _agreeing(grain: np.ndarray, trusted: np.ndarray, down: int, right: int) -> tuple[int, int, int, int, float, int] | None:
    """The largest area (left, top, width, height) whose grain lies again ``down`` and ``right`` of it, its agreement and its pixels."""
    high, wide = grain.shape
    x0, x1 = max(0, -right), min(wide, wide - right)
    if x1 - x0 < _BOX or high - down < _BOX:
        return None
    here, there = (slice(0, high - down), slice(x0, x1)), (slice(down, high), slice(x0 + right, x1 + right))
    a, b = grain[here], grain[there]
    both = (trusted[here] & trusted[there]).astype(np.float32)
    mean = lambda values: cv2.blur(values, (_BOX, _BOX))  # noqa: E731
    like = mean(a * b * both) / np.sqrt(np.maximum(mean(a * a * both) * mean(b * b * both), 1e-6))
    mask = ((like > 0.36) & (mean(both) > 0.5)).astype(np.uint8)
    if mask.mean() > 0.35:
        return None  # a pattern of the whole picture, or a screen's
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats(mask)
    if len(stats) < 2:
        return None
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    x, y, w, h, area = stats[largest].tolist()
    if area < 1500 or area < 0.4 * w * h or min(w, h) < 20:
        return None
    inside = (labels == largest) & (both > 0)
    agreement = _correlation(a[inside], b[inside])
    if agreement < 0.36 or not _only_there(grain, a, inside, down, right, x0, agreement):
        return None
    return x + x0, y, w, h, agreement, area


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float((a * b).sum() / np.sqrt(max(float((a * a).sum() * (b * b).sum()), 1e-6)))


def _only_there(grain: np.ndarray, a: np.ndarray, inside: np.ndarray, down: int, right: int, x0: int, agreement: float) -> bool:
    """Grain agrees at one shift and at none beside it; lines and weaves agree a few pixels on as well."""
    ys, xs = np.nonzero(inside)
    values = a[inside]
    for dy, dx in ((0, 3), (0, -3), (3, 0), (-3, 0), (3, 3), (3, -3), (0, 6), (6, 0), (0, -6), (-6, 0)):
        y, x = ys + down + dy, xs + x0 + right + dx
        kept = (y >= 0) & (y < grain.shape[0]) & (x >= 0) & (x < grain.shape[1])
        if kept.sum() > 100 and _correlation(values[kept], grain[y[kept], x[kept]]) > 0.45 * agreement:
            return False
    return True
