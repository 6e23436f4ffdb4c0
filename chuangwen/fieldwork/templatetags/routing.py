"""Tags of the pages of routes."""

from django import template

from chuangwen.fieldwork.routing.queries import time_of
from chuangwen.web import formatting

register = template.Library()


@register.filter
def hour(seconds: int) -> str:
    """Seconds after midnight as 09:05."""
    return f"{time_of(seconds):%H:%M}"


@register.filter
def kilometres(metres: int) -> str:
    """Metres as kilometres with one digit behind the point."""
    return formatting.number(0 if abs(metres) < 50 else metres / 1000, 1)  # nothing is not said to be less than nothing
