"""Photos as the pages' component wants them, and taking in those that a form brought."""

from collections.abc import Iterable
from typing import Any

from chuangwen.evidence import links
from chuangwen.evidence.actions import take_in
from chuangwen.evidence.models import Photo
from chuangwen.kernel.access import Actor
from chuangwen.web import formatting


def shown(actor: Actor, photos: Iterable[Photo], caption: str = "") -> list[dict[str, Any]]:
    """For ``web/components/photos.html``: addresses signed for this person, and when each was taken."""
    return [
        {
            "url": links.photo_url(photo.pk, actor.account_id),
            "thumbnail": links.photo_url(photo.pk, actor.account_id, "thumb"),
            "caption": " · ".join(
                part for part in (caption, formatting.moment(photo.taken_at) if photo.taken_at else "") if part
            ),
            "alt": caption or str(photo),
        }
        for photo in photos
    ]


def taken_in(actor: Actor, given: Iterable[tuple[str, bytes]]) -> list[Photo]:
    """Store what a PhotosField cleaned."""
    return [take_in(actor, content, name=name) for name, content in given]
