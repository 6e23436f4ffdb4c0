"""What of a photo everybody may see: a covered copy that a person has confirmed, and nothing else.

    public_photo_url(photo)      the address for anybody, without an account; None until somebody has confirmed what is covered

The address holds a random key of its own, tells neither the photo's number nor its hash, and ends when the release is withdrawn.
"""

import secrets
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from chuangwen.evidence.models import Photo, Redaction
from chuangwen.evidence.pixels.covering import MOST, Box
from chuangwen.kernel.errors import Refusal

KINDS = ("face", "plate", "other")
LEAST = 0.004


def public_photo_url(photo: Photo | int) -> str | None:
    """The address of the covered copy for everybody; None while nobody has confirmed it. One query."""
    pk = photo if isinstance(photo, int) else photo.pk
    return public_photo_urls([pk]).get(pk)


def public_photo_urls(photo_ids: Iterable[int]) -> dict[int, str]:
    """The addresses of those of the photos that are released. One query."""
    rows = Redaction.objects.filter(photo__in=list(photo_ids), confirmed_at__isnull=False).values_list("photo", "public_key")
    return {photo: reverse("evidence:public", args=[key]) for photo, key in rows if key}


def new_key() -> str:
    """A key that cannot be guessed: 256 random bits."""
    return secrets.token_urlsafe(32)


def boxes_from(data: Any) -> list[Box]:
    """Boxes as a page or a program sends them, checked and cut to the picture. Raises Refusal for what is none."""
    problem = Refusal(
        _("The areas to cover were not understood. Reload the page and mark them again."), "evidence.boxes", field="boxes"
    )
    if not isinstance(data, list) or len(data) > MOST * 3:
        raise problem
    found = []
    for each in data:
        if not isinstance(each, dict):
            raise problem
        try:
            x, y, w, h = (float(each[name]) for name in ("x", "y", "w", "h"))
        except (KeyError, TypeError, ValueError) as wrong:
            raise problem from wrong
        if not all(-1 <= value <= 2 for value in (x, y, w, h)):  # also what is no number at all
            raise problem
        left, top, right, foot = max(0.0, x), max(0.0, y), min(1.0, x + w), min(1.0, y + h)
        if right - left < LEAST or foot - top < LEAST:
            continue
        kind = str(each.get("kind"))
        found.append(
            Box(
                left,
                top,
                right - left,
                foot - top,
                kind if kind in KINDS else "other",
                "program" if each.get("by") == "program" else "person",
            )
        )
    return found
