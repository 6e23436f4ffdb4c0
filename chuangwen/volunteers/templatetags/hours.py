"""How hours of service stand on pages."""

from django import template

from chuangwen.volunteers.hours import words

register = template.Library()


@register.filter
def served(minutes: int | None) -> str:
    """Minutes of service as hours and minutes; they add up in hours and never become days."""
    return words.served(minutes or 0)
