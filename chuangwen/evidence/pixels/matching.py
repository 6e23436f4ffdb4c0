"""Two photos laid over each other: whether they show the same view, whether they are the same shot, and where they differ.

Corners described by SIFT are paired both ways and the projective map that most of them agree on is found (MAGSAC). Two visits to a place agree
in view and not in grain, nor in how near things stand before far ones; a copy agrees in both. That difference is what ``agreement`` measures.
"""

from dataclasses import dataclass

import cv2
import numpy as np

SIDE = 720
_CORNERS = 900
_RATIO = 0.8
_NEAR = 3.0
BLOCK = 24


@dataclass(frozen=True)
class Alignment:
    """``to`` takes points of the other picture to this one (pixels of the pictures given). ``share``: inliers of the pairs found."""

    to: np.ndarray
    inliers: int
    pairs: int
    points: np.ndarray

    @property
    def share(self) -> float:
        return self.inliers / max(1, self.pairs)


@dataclass(frozen=True)
class Agreement:
    """Where two aligned pictures lie over each other: ``typical`` and ``low`` (lower tenth) correlation of fine detail over blocks that have
    any, ``firm`` the lower tenth among the blocks that are alike at all, ``share`` of blocks that clearly agree, how many such blocks
    (``blocks``), the share of this picture that is covered, and the blocks that disagree."""

    typical: float
    low: float
    firm: float
    share: float
    blocks: int
    covered: float
    differing: np.ndarray
    textured: np.ndarray


@dataclass(frozen=True)
class Corners:
    """Corners of a picture: their places (n × 2), their descriptions (n × 128), and the shape of the picture."""

    places: np.ndarray
    described: np.ndarray
    shape: tuple[int, ...]


def corners(grey: np.ndarray) -> Corners:
    """The corners of a grey picture: most of the time that a comparison takes, so they are found once."""
    if min(grey.shape) < 16:
        return Corners(np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32), grey.shape)
    points, described = cv2.SIFT.create(nfeatures=_CORNERS, contrastThreshold=0.02).detectAndCompute(grey, None)
    places = np.array([point.pt for point in points], np.float32).reshape(-1, 2)
    return Corners(places, np.zeros((0, 128), np.float32) if described is None else described, grey.shape)


def align(here: Corners, there: Corners) -> Alignment | None:
    """How the other picture lies in this one; None where too little agrees."""
    if min(len(here.places), len(there.places)) < 8:
        return None
    pairs = _pairs(here.described, there.described)
    if len(pairs) < 8:
        return None
    source, target = there.places[pairs[:, 1]], here.places[pairs[:, 0]]
    found, kept = cv2.findHomography(source, target, cv2.USAC_MAGSAC, _NEAR, maxIters=4000, confidence=0.999)
    if found is None or not _plausible(found, there.shape):
        return None
    inside = kept.ravel() > 0
    simple = _simpler(source[inside], target[inside])
    return Alignment(found if simple is None else simple, int(inside.sum()), len(pairs), target[inside])


def _simpler(source: np.ndarray, target: np.ndarray) -> np.ndarray | None:
    """A map that only scales, turns and shifts, where that is enough for nearly all pairs: with fewer numbers to find it is nearer the truth."""
    if len(source) < 8:
        return None
    found, kept = cv2.estimateAffinePartial2D(source, target, method=cv2.RANSAC, ransacReprojThreshold=1.5, maxIters=2000)
    if found is None or kept.mean() < 0.75:
        return None
    return np.vstack([found, [0, 0, 1]])


def _pairs(mine: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Pairs of rows that are each other's nearest, and clearly nearer than the next (root-SIFT, so that dot products tell the distance)."""
    a, b = (np.sqrt(rows / (rows.sum(axis=1, keepdims=True) + 1e-7)) for rows in (mine, theirs))
    near = a @ b.T
    best = near.argmax(axis=1)
    back = near.argmax(axis=0)
    rows = np.arange(len(a))
    top = near[rows, best]
    near[rows, best] = -1
    second = near.max(axis=1)
    # Distances of unit vectors: d² = 2 − 2·cos.
    clear = np.sqrt(np.maximum(2 - 2 * top, 0)) < _RATIO * np.sqrt(np.maximum(2 - 2 * second, 1e-9))
    kept = clear & (back[best] == rows)
    return np.stack([rows[kept], best[kept]], axis=1)


def _plausible(to: np.ndarray, shape: tuple[int, ...]) -> bool:
    """A map that folds, mirrors or squeezes the picture to nothing is none."""
    high, wide = shape[:2]
    outline = np.array([[[0, 0]], [[wide, 0]], [[wide, high]], [[0, high]]], np.float32)
    seen = cv2.perspectiveTransform(outline, to).reshape(-1, 2)
    if not np.isfinite(seen).all() or np.abs(seen).max() > 20 * max(shape[:2]):
        return False
    area = cv2.contourArea(seen, oriented=True)
    return bool(cv2.isContourConvex(seen.astype(np.float32)) and area > 0.02 * wide * high)


def _detail(grey: np.ndarray) -> np.ndarray:
    """Fine detail alone: what a blur takes away."""
    smooth = grey.astype(np.float32)
    return cv2.GaussianBlur(smooth, (0, 0), 0.8) - cv2.GaussianBlur(smooth, (0, 0), 3.0)


def agreement(grey: np.ndarray, other: np.ndarray, to: np.ndarray, *, block: int = BLOCK, least_detail: float = 1.2) -> Agreement:
    """How well the fine detail of both agrees, block by block, once the other is laid over this one."""
    high, wide = grey.shape
    laid = cv2.warpPerspective(other, to, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpPerspective(np.ones(other.shape, np.uint8), to, (wide, high), flags=cv2.INTER_NEAREST)
    a, b = _detail(grey), _detail(laid)
    mean = lambda values: cv2.blur(values, (block, block))[block // 2 :: block, block // 2 :: block]  # noqa: E731
    covered = mean(inside.astype(np.float32)) > 0.99
    ma, mb = mean(a), mean(b)
    va, vb = mean(a * a) - ma * ma, mean(b * b) - mb * mb
    both = mean(a * b) - ma * mb
    like = both / np.sqrt(np.maximum(va * vb, 1e-6))
    textured = covered & (np.maximum(va, vb) > least_detail**2)
    values = like[textured]
    if len(values) < 8:
        return Agreement(0.0, 0.0, 0.0, 0.0, len(values), float(inside.mean()), np.zeros_like(covered), textured)
    return Agreement(
        typical=float(np.median(values)),
        low=float(np.percentile(values, 10)),
        firm=float(np.percentile(values[values > 0.4], 10)) if (values > 0.4).any() else 0.0,
        share=float((values > 0.7).mean()),
        blocks=len(values),
        covered=float(inside.mean()),
        differing=textured & (like < 0.4),
        textured=textured,
    )


CELLS = (8, 6)


def cells(alignment: Alignment, shape: tuple[int, ...]) -> int:
    """In how many of 8 × 6 fields of this picture corners agree: a stamp of the date in one corner is not the same view."""
    places = np.floor(alignment.points / [shape[1], shape[0]] * CELLS).astype(int)
    return len({(int(x), int(y)) for x, y in places})


def straightness(to: np.ndarray, shape: tuple[int, ...]) -> float:
    """By how many pixels at most a map differs, over the picture, from mere scaling and shifting. A hand never holds a camera twice so that this
    is less than a pixel or two; a crop or a smaller copy has nothing else."""
    high, wide = shape[:2]
    x, y = np.meshgrid(np.linspace(0, wide, 5), np.linspace(0, high, 5))
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    seen = cv2.perspectiveTransform(points[None].astype(np.float64), to)[0]
    ones = np.ones(len(points))
    worst = 0.0
    for axis in (0, 1):
        basis = np.stack([points[:, axis], ones], axis=1)
        fitted = basis @ np.linalg.lstsq(basis, seen[:, axis], rcond=None)[0]
        worst = max(worst, float(np.abs(fitted - seen[:, axis]).max()))
    return worst


SAME_VIEW_INLIERS, SAME_VIEW_CELLS = 14, 4


def same_view(alignment: Alignment | None, shape: tuple[int, ...]) -> bool:
    return alignment is not None and alignment.inliers >= SAME_VIEW_INLIERS and cells(alignment, shape) >= SAME_VIEW_CELLS


def same_shot(found: Agreement, straight: float) -> bool:
    """Whether two aligned pictures are one shot. Measured on copies and on second visits; see ``chuangwen bench evidence``.

    A map without any turn may leave a quarter of the blocks different (they were changed), half of them when the rest is the same to the
    grain; with a turn nearly all must agree.
    """
    if found.blocks < 20:
        return False
    if straight < 1.5:
        whole = found.share >= 0.985 and found.typical >= 0.85 and found.low >= 0.75
        exact = straight < 0.5 and found.firm >= 0.95 and found.typical >= 0.98 and found.share >= 0.45
        return whole or exact or (found.firm >= 0.86 and found.typical >= 0.93 and found.share >= 0.72)
    return found.typical >= 0.93 and found.share >= 0.97 and found.low >= 0.85


def boxes(mask: np.ndarray, *, least: int = 1, most: int = 6) -> list[list[float]]:
    """Connected blocks of a mask as [left, top, width, height] in shares of the picture, the largest first."""
    high, wide = mask.shape
    grown = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _count, _labels, stats, _centres = cv2.connectedComponentsWithStats(grown, connectivity=8)
    found = sorted((row for row in stats[1:].tolist() if row[4] >= least), key=lambda row: -row[4])[:most]
    return [[round(x / wide, 4), round(y / high, 4), round(w / wide, 4), round(h / high, 4)] for x, y, w, h, _area in found]


def shares(to: np.ndarray, shape: tuple[int, ...], other: tuple[int, ...]) -> list[float]:
    """The nine numbers of a map between pictures measured in shares of their sides instead of pixels (for laying them over each other)."""
    here = np.diag([1 / shape[1], 1 / shape[0], 1.0])
    there = np.diag([float(other[1]), float(other[0]), 1.0])
    scaled = here @ to @ there
    return [float(value) for value in (scaled / scaled[2, 2]).ravel()]


def _structure(grey: np.ndarray) -> np.ndarray:
    """What is drawn and built: neither grain nor the fall of light."""
    smooth = grey.astype(np.float32)
    return cv2.GaussianBlur(smooth, (0, 0), 1.6) - cv2.GaussianBlur(smooth, (0, 0), 9.0)


def changed(grey: np.ndarray, other: np.ndarray, to: np.ndarray, *, block: int = 30, reach: int = 12) -> tuple[np.ndarray, int]:
    """Blocks of this picture whose structure is found nowhere near in the other one, or the other way round; and how many were looked at.

    A block may lie up to ``reach`` pixels beside its place: near things shift before far ones when somebody stands a step aside.
    """
    high, wide = grey.shape
    laid = cv2.warpPerspective(other, to, (wide, high), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpPerspective(np.ones(other.shape, np.uint8), to, (wide, high), flags=cv2.INTER_NEAREST)
    a, b = _structure(grey), _structure(laid)
    rows, columns = high // block, wide // block
    mask = np.zeros((rows, columns), bool)
    looked = 0
    for row in range(rows):
        for column in range(columns):
            top, left = row * block, column * block
            if not inside[max(0, top - reach) : top + block + reach, max(0, left - reach) : left + block + reach].all():
                continue
            looked += 1
            mask[row, column] = min(_found(a, b, top, left, block, reach), _found(b, a, top, left, block, reach)) < 0.45
    return mask, looked


def _found(picture: np.ndarray, other: np.ndarray, top: int, left: int, block: int, reach: int) -> float:
    """The best correlation of a block with its surroundings in the other picture; 1 for a block without structure."""
    piece = picture[top : top + block, left : left + block]
    if piece.std() < 5.0:
        return 1.0
    around = other[max(0, top - reach) : top + block + reach, max(0, left - reach) : left + block + reach]
    return float(cv2.matchTemplate(around, piece, cv2.TM_CCOEFF_NORMED).max())
