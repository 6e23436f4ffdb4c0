"""Photos and doubts on pages of all rooms.

``{% photo_url photo.pk "thumb" %}``: the address of a photo for whoever looks at the page.
``{% photo_doubts photo_ids %}``: what is doubted of these photos, with the pictures side by side and the buttons of decision where the person
may decide; nothing at all where the person may not see doubts. Three queries, however many photos.
"""

from collections.abc import Iterable
from typing import Any

from django import template

from chuangwen.evidence import links, shown, telling
from chuangwen.evidence.models import Doubt

register = template.Library()


@register.simple_tag(takes_context=True)
def photo_url(context: dict, photo_id: int, variant: str = "view") -> str:
    actor = context.get("actor")
    return links.photo_url(photo_id, actor.account_id if actor else None, variant)


@register.inclusion_tag("evidence/doubts.html", takes_context=True)
def photo_doubts(context: dict, photo_ids: Iterable[int]) -> dict[str, Any]:
    request = context["request"]
    return shown.of_photos(request, list(photo_ids))


@register.filter
def doubt_strength(doubt: Doubt) -> str:
    return telling.strength(doubt)


@register.filter
def doubt_tone(doubt: Doubt) -> str:
    return telling.tone(doubt)
