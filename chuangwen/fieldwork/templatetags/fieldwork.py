"""Tags of the room's pages."""

from typing import Any

from django import template
from django.utils.html import format_html

from chuangwen.fieldwork import results
from chuangwen.fieldwork.intervals import Estimate
from chuangwen.web import formatting
from chuangwen.web.templatetags.web import badge

register = template.Library()


@register.simple_tag
def result_badge(observation: Any) -> Any:
    """``{% result_badge observation %}``: how it came out, by word and colour."""
    if not getattr(observation, "placed", True):
        from django.utils.translation import gettext as _

        return badge(_("not placed"), "quiet")
    return badge(results.in_words(observation), results.tone(observation))


@register.filter
def severity_word(number: int) -> Any:
    return results.SEVERITIES.get(number, number)


@register.simple_tag
def common_losses() -> list[tuple[str, str]]:
    """The usual steps with the key of each: the first digit that tells them apart."""
    return [(step, str(number)) for number, step in enumerate(results.COMMON_LOSSES)]


@register.simple_tag
def standing_badge(place: Any) -> Any:
    """Whether a place of a round was visited, left out or waits."""
    from chuangwen.fieldwork.views.places import STANDING_TONES, STANDINGS

    return badge(STANDINGS[place.standing], STANDING_TONES[place.standing])


@register.filter
def points(thousandths: int) -> str:
    """1250 thousandths are 1.250."""
    return formatting.number(thousandths / 1000, 3)


@register.filter
def estimate(told: Estimate) -> str:
    """A share with its interval: 82.1% (75.0 – 88.3); without an interval where too little was seen, or
    everything."""
    if told.value is None:
        return formatting.EMPTY
    value = formatting.percent(told.value, 1)
    if told.low is None or told.high is None or told.low == told.high:
        return value
    return f"{value}（{told.low * 100:.1f} – {told.high * 100:.1f}）"


@register.simple_tag
def interval_bar(told: Estimate) -> Any:
    """A share from 0 to 100 % as a dot on a line, its interval as a bar. What it shows is said in words beside it."""
    if told.value is None:
        return ""
    low, high = (told.value if end is None else end for end in (told.low, told.high))
    return format_html(
        '<svg class="cw-interval" viewBox="0 0 104 10" aria-hidden="true"><rect class="cw-interval-line" x="2" y="4.5" width="100" height="1"/>'
        '<rect class="cw-interval-bar" x="{}" y="3" width="{}" height="4" rx="2"/><circle cx="{}" cy="5" r="3"/></svg>',
        f"{2 + low * 100:.2f}",
        f"{max(0.5, (high - low) * 100):.2f}",
        f"{2 + told.value * 100:.2f}",
    )
