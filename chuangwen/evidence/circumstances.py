"""What capture data say for themselves: taken when, where, and known from where. Pure; the pixels are not looked at here.

A sign is a kind of doubt with its score (0 to 1, how strong) and the figures of its sentence. Limits are generous: clocks of phones run
wrong, positions between houses jump, and a liaison may send a photo from the office hours after it was taken.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chuangwen.evidence.models import Doubt, Photo
from chuangwen.kernel.geography import Point, distance

CLOCK_SLACK = timedelta(minutes=15)
"""By how much a camera's clock may run wrong without being pointed out."""
FAR_CERTAIN = 2_000
"""Metres beyond the radius from which the sign is as strong as it gets."""
EARLY_CERTAIN = timedelta(days=2)


@dataclass(frozen=True)
class Sign:
    """What speaks for a doubt. ``other_id`` is the photo that it is compared with; ``regions`` are shares of the upright picture."""

    kind: str
    score: float
    detail: dict[str, Any] = field(default_factory=dict)
    other_id: int | None = None


@dataclass(frozen=True)
class Expected:
    """Where (WGS-84 degrees, metres around) and between which moments a photo should have been taken; None: not known."""

    lat: float | None = None
    lon: float | None = None
    radius_m: int = 300
    not_before: datetime | None = None
    not_after: datetime | None = None


def signs(photo: Photo, expected: Expected) -> list[Sign]:
    """What the capture data of a photo give cause to ask."""
    found = [sign for sign in (_early(photo, expected), _late(photo, expected), _far(photo, expected)) if sign]
    if photo.taken_at is None and photo.lat is None:
        found.append(Sign(Doubt.Kind.NO_CAPTURE, 0.3))
    return found


def _early(photo: Photo, expected: Expected) -> Sign | None:
    if photo.taken_at is None or expected.not_before is None or photo.taken_at >= expected.not_before - CLOCK_SLACK:
        return None
    early = expected.not_before - photo.taken_at
    return Sign(Doubt.Kind.EARLY, _share(early / EARLY_CERTAIN, 0.5), {"minutes": int(early.total_seconds() // 60)})


def _late(photo: Photo, expected: Expected) -> Sign | None:
    if photo.taken_at is None or expected.not_after is None or photo.taken_at <= expected.not_after + CLOCK_SLACK:
        return None
    late = photo.taken_at - expected.not_after
    return Sign(Doubt.Kind.LATE, _share(late / EARLY_CERTAIN, 0.3) * 0.6, {"minutes": int(late.total_seconds() // 60)})


def _far(photo: Photo, expected: Expected) -> Sign | None:
    if photo.lat is None or photo.lon is None or expected.lat is None or expected.lon is None:
        return None
    metres = distance(Point(photo.lat, photo.lon), Point(expected.lat, expected.lon))
    beyond = metres - expected.radius_m
    return Sign(Doubt.Kind.FAR, _share(beyond / FAR_CERTAIN, 0.4), {"metres": round(metres)}) if beyond > 0 else None


def _share(part: float, least: float) -> float:
    """From ``least`` at 0 to 0.95 at 1 and beyond."""
    return round(least + (0.95 - least) * min(1.0, max(0.0, part)), 3)
