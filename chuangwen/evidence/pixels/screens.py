"""Whether a picture shows a screen instead of a place: its size, even bars across its edges, areas without any grain.

Each sign alone is innocent. ``signs`` gives those that were seen; the score is for their coming together.
"""

import cv2
import numpy as np

WEIGHTS = {"size": 0.35, "bar": 0.3, "flat": 0.25, "border": 0.25, "moire": 0.6, "no_camera": 0.1}
LEAST = 0.6
_TALL = 1.9
_EVEN = 2.0


def even_edges(grey: np.ndarray) -> tuple[int, int, int, int]:
    """How many rows and columns at the top, bottom, left and right belong to an even frame (bars with a clock in them included)."""
    small = grey.astype(np.float32)

    def run(lines: np.ndarray) -> int:
        """How far from the start nearly all lines are nearly one tone; a few lines with signs in them (a clock, a button) are skipped."""
        middle = np.median(lines, axis=1, keepdims=True)
        even = (np.abs(lines - middle) < 6).mean(axis=1) > 0.8
        ground = float(middle[0, 0])
        even &= np.abs(middle[:, 0] - ground) < 10
        gaps, end = 0, 0
        for number, fits in enumerate(even):
            gaps = 0 if fits else gaps + 1
            if gaps > max(4, len(lines) // 60):
                break
            if fits:
                end = number + 1
        return end

    top, bottom = run(small), run(small[::-1])
    inner = small[top : len(small) - bottom] if top + bottom < len(small) - 20 else small
    left, right = run(inner.T), run(inner.T[::-1])
    return top, bottom, left, right


def inner(grey: np.ndarray) -> tuple[int, int, int, int] | None:
    """The box (left, top, width, height) within an even frame, when there is a frame worth the name and a picture in it."""
    high, wide = grey.shape
    if min(high, wide) < 100:
        return None
    top, bottom, left, right = even_edges(grey)
    w, h = wide - left - right, high - top - bottom
    framed = (top + bottom) / high > 0.08 or (left + right) / wide > 0.08
    return (left, top, w, h) if framed and w > 0.4 * wide and h > 0.15 * high and min(w, h) > 100 else None


def signs(grey: np.ndarray, *, has_camera: bool) -> tuple[float, list[str]]:
    """The signs of a screen in an upright grey picture at its own size, and how much they say together (0 to 1)."""
    high, wide = grey.shape
    if min(high, wide) < 64:
        return 0.0, []
    found = []
    if max(high, wide) / min(high, wide) >= _TALL and min(high, wide) in range(640, 1500):
        found.append("size")
    top, bottom, left, right = even_edges(grey)
    if top / high > 0.02 and bottom / high > 0.02:
        found.append("bar")
    if (left + right) / wide > 0.08 and (top + bottom) / high > 0.08:
        found.append("border")
    if _flat(grey) > 0.25:
        found.append("flat")
    if _moire(grey):
        found.append("moire")
    if found and not has_camera:
        found.append("no_camera")
    return min(1.0, sum(WEIGHTS[sign] for sign in found)), found


def _flat(grey: np.ndarray) -> float:
    """The share of small squares in which every pixel is the same: drawn, not photographed (nor burnt out nor quite dark)."""
    high, wide = grey.shape[0] // 8 * 8, grey.shape[1] // 8 * 8
    squares = grey[:high, :wide].reshape(high // 8, 8, wide // 8, 8)
    same = squares.max(axis=(1, 3)) == squares.min(axis=(1, 3))
    return float(same.mean())


def _moire(grey: np.ndarray) -> bool:
    """Whether a fine regular pattern lies over the whole picture: lonely peaks of the spectrum far from its axes in all quarters."""
    size = 512
    if min(grey.shape) < size:
        return False
    middle_y, middle_x = grey.shape[0] // 2, grey.shape[1] // 2
    window = np.hanning(size)[:, None] * np.hanning(size)[None, :]
    peaks = []
    for dy, dx in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
        top = int(np.clip(middle_y + dy * grey.shape[0] // 4 - size // 2, 0, grey.shape[0] - size))
        left = int(np.clip(middle_x + dx * grey.shape[1] // 4 - size // 2, 0, grey.shape[1] - size))
        part = grey[top : top + size, left : left + size].astype(np.float32)
        part -= cv2.GaussianBlur(part, (0, 0), 3)
        power = np.abs(np.fft.rfft2(part * window))
        ground = cv2.medianBlur(power.astype(np.float32), 5)
        ratio = power / (cv2.blur(ground, (9, 9)) + 1e-3)
        fy = np.minimum(np.arange(size), size - np.arange(size))[:, None]
        fx = np.arange(power.shape[1])[None, :]
        ratio[(fy < 40) | (fx < 40) | (fy**2 + fx**2 < 90**2)] = 0
        ratio[(fy % 64 < 3) | (fy % 64 > 61) | (fx % 64 < 3) | (fx % 64 > 61)] = 0  # the lattice of JPEG
        peaks.append(float(ratio.max()))
    return min(peaks) > 9 and float(np.median(peaks)) > 11
