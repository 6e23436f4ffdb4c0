"""One photo against all earlier ones and against its before photos, by its pixels. Reads files and the index; writes nothing.

``looked_at`` measures a picture once; ``reuse``, ``against_before`` and ``alone`` compare what was measured, so that the same functions judge
photos of the table and the pictures of the test set.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from PIL import Image

from chuangwen.evidence import likeness
from chuangwen.evidence.circumstances import Sign
from chuangwen.evidence.models import Doubt, Photo
from chuangwen.evidence.pixels import compression, copies, matching, reading, screens, sketch
from chuangwen.kernel import files
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.pictures import PictureError, hashes_of

Kind = Doubt.Kind
TRIED = 8
"""So many candidates of the search are looked at pixel by pixel."""


@dataclass(frozen=True)
class Looked:
    """A picture as it is compared: grey at its own size, and what is derived from it when it is asked for."""

    whole: np.ndarray
    has_camera: bool = True

    @cached_property
    def small(self) -> np.ndarray:
        return sized(self.whole, matching.SIDE)

    @cached_property
    def mirrored(self) -> np.ndarray:
        return np.ascontiguousarray(self.small[:, ::-1])

    @cached_property
    def corners(self) -> matching.Corners:
        return matching.corners(self.small)

    @cached_property
    def mirrored_corners(self) -> matching.Corners:
        return matching.corners(self.mirrored)

    @cached_property
    def within(self) -> "Looked | None":
        """The picture within an even frame, where there is one."""
        box = screens.inner(self.whole)
        if box is None:
            return None
        left, top, wide, high = box
        return Looked(np.ascontiguousarray(self.whole[top : top + high, left : left + wide]), self.has_camera)


def sized(grey: np.ndarray, most: int) -> np.ndarray:
    part = most / max(grey.shape)
    return cv2.resize(grey, None, fx=part, fy=part, interpolation=cv2.INTER_AREA) if part < 1 else grey


MOST_SIDE = 5000
"""Larger pictures are made smaller first: what the finest pixels tell is given up for memory."""


def looked_at(content: bytes, *, has_camera: bool = True) -> Looked:
    """Measure a picture. Raises PictureError."""
    return Looked(reading.grey(reading.picture(content, MOST_SIDE)), has_camera)


def words_of(grey: np.ndarray, count: int = sketch.ASKED) -> bytes:
    return sketch.sketch(sized(grey, sketch.SIDE), count)


Search = Callable[..., list[likeness.Candidate]]


def candidates(looked: Looked, search: Search) -> list[likeness.Candidate]:
    """Photos that may be the same shot: asked with the whole picture and, where it stands in a frame, with what is in the frame."""
    views = [looked.whole] if looked.within is None else [looked.whole, looked.within.whole]
    best: dict[int, likeness.Candidate] = {}
    for view in views:
        small = sized(view, 512)
        dhash, phash = hashes_of(Image.fromarray(small))
        for found in search(dhash, phash, words_of(view), mirrored_sketch=words_of(np.ascontiguousarray(small[:, ::-1]))):
            known = best.get(found.photo_id)
            if known is None or likeness.rank(found) < likeness.rank(known):
                best[found.photo_id] = found
    return sorted(best.values(), key=likeness.rank)[:TRIED]


def reuse(looked: Looked, earlier: Looked, *, mirrored: bool = False) -> Sign | None:
    """Whether a photo is an earlier one again, whatever was done to it; the sign without the other photo's number. A picture that stands in a
    frame is compared with its frame and without."""
    sign = _reuse(looked, earlier, mirrored)
    if sign is None and looked.within is not None:
        sign = _reuse(looked.within, earlier, mirrored)
        if sign is not None:
            sign.detail.update(regions=[], align=[], framed=True)
    return sign


def _reuse(looked: Looked, earlier: Looked, mirrored: bool) -> Sign | None:
    here, there = looked.mirrored if mirrored else looked.small, earlier.small
    alignment = matching.align(looked.mirrored_corners if mirrored else looked.corners, earlier.corners)
    if alignment is None:
        return None
    found = matching.agreement(here, there, alignment.to)
    if not matching.same_shot(found, matching.straightness(alignment.to, there.shape)):
        return None
    detail: dict[str, Any] = {
        "mirrored": mirrored,
        "cropped": _covered_of(alignment.to, there.shape, here.shape) < 0.93,
        "agreement": round(found.typical, 3),
        "blocks": found.blocks,
        "align": [] if mirrored else [round(value, 6) for value in matching.shares(alignment.to, here.shape, there.shape)],
    }
    regions = matching.boxes(found.differing, least=3)
    if found.differing.sum() >= 3 and regions:
        detail["regions"] = [_flipped(box) for box in regions] if mirrored else regions
    return Sign(Kind.ALIKE, round(min(0.99, 0.55 + 0.4 * found.share), 3), detail)


def reuse_either_way(looked: Looked, earlier: Looked, candidate: likeness.Candidate) -> Sign | None:
    """``reuse`` the way in which the candidate was found, then the other way round: a facade is nearly its own mirror image."""
    return reuse(looked, earlier, mirrored=candidate.mirrored) or reuse(looked, earlier, mirrored=not candidate.mirrored)


def _flipped(box: list[float]) -> list[float]:
    return [round(1 - box[0] - box[2], 4), *box[1:]]


def _covered_of(to: np.ndarray, other: tuple[int, ...], here: tuple[int, ...]) -> float:
    """The share of the other picture that lies within this one."""
    back = cv2.warpPerspective(np.ones(here, np.uint8), np.linalg.inv(to), (other[1], other[0]), flags=cv2.INTER_NEAREST)
    return float(back.mean())


def against_before(looked: Looked, before: Looked) -> tuple[str, Sign | None]:
    """A photo after against one before: ("view" | "other" | "unclear", the sign that this gives without the other photo's number)."""
    same = reuse(looked, before) or reuse(looked, before, mirrored=True)
    if same is not None:
        return "view", Sign(Kind.FROM_BEFORE, same.score, same.detail)
    here, there = looked.small, before.small
    alignment = matching.align(looked.corners, before.corners)
    if alignment is None or not matching.same_view(alignment, here.shape):
        enough = min(len(looked.corners.places), len(before.corners.places)) >= 150
        return ("other", None) if enough else ("unclear", None)
    assert alignment is not None
    mask, seen = matching.changed(here, there, alignment.to)
    align = [round(value, 6) for value in matching.shares(alignment.to, here.shape, there.shape)]
    if seen >= 60 and matching.cells(alignment, here.shape) >= 12 and mask.sum() <= 3:
        return "view", Sign(Kind.UNCHANGED, 0.4, {"align": align, "seen": seen})
    return "view", None


def alone(looked: Looked) -> list[Sign]:
    """What a picture gives cause to ask by itself."""
    found = []
    score, signs = screens.signs(looked.whole, has_camera=looked.has_camera)
    if score >= screens.LEAST:
        found.append(Sign(Kind.SCREENSHOT, round(score * 0.9, 3), {"signs": signs}))
        return found  # drawn areas repeat themselves and were compressed before
    if (copied := copies.find(looked.whole)) is not None:
        regions = [[round(value, 4) for value in box] for box in (copied.here, copied.there)]
        found.append(
            Sign(Kind.COPIED_REGION, round(min(0.95, 0.3 + copied.agreement), 3), {"regions": regions, "pixels": copied.pixels})
        )
    if (other := compression.find(looked.whole)) is not None:
        found.append(Sign(Kind.COMPRESSION, round(0.2 + 0.3 * other.clearness, 3), {"regions": other.regions}))
    return found


# Photos of the table


def _of_photo(photo: Photo) -> Looked | None:
    try:
        return looked_at(files.read(photo.file_key), has_camera=bool(photo.device))
    except (PictureError, Missing, OSError, MemoryError):
        return None


def signs(photo: Photo, befores: Sequence[Photo]) -> list[Sign] | None:
    """What the pixels give cause to ask; None when the photo's file cannot be read."""
    looked = _of_photo(photo)
    if looked is None:
        return None
    return [*_earlier(photo, looked, {before.pk for before in befores}), *_befores(photo, looked, befores), *alone(looked)]


def _earlier(photo: Photo, looked: Looked, befores: set[int]) -> Iterable[Sign]:
    """The likeliest earlier photo that this one is; the before photos are looked at apart, the same file is known already."""

    def search(*arguments, **more):
        return likeness.search(*arguments, before=photo.pk, **more)

    found = candidates(looked, search)
    known = Photo.objects.filter(pk__in=[one.photo_id for one in found]).exclude(file_key=photo.file_key).in_bulk()
    for candidate in found:
        other = known.get(candidate.photo_id)
        if other is None or other.pk in befores:
            continue
        earlier = _of_photo(other)
        sign = reuse_either_way(looked, earlier, candidate) if earlier is not None else None
        if sign is not None:
            yield Sign(sign.kind, sign.score, sign.detail, other.pk)
            return


def _befores(photo: Photo, looked: Looked, befores: Sequence[Photo]) -> Iterable[Sign]:
    """The photo is held against each before photo; another view is doubted only when none of them shows the same one."""
    views, first = set(), None
    for before in befores:
        there = _of_photo(before) if before.file_key != photo.file_key else None
        if there is None:
            views.add("unclear")
            continue
        view, sign = against_before(looked, there)
        views.add(view)
        first = first or before
        if sign is not None:
            yield Sign(sign.kind, sign.score, sign.detail, before.pk)
    if views == {"other"} and first is not None:
        yield Sign(Kind.OTHER_VIEW, 0.4, {}, first.pk)
