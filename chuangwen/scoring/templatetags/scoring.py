"""Filters of the room's pages."""

from decimal import Decimal
from typing import Any

from django import template

from chuangwen.web import formatting

register = template.Library()


@register.filter
def plain(value: Any) -> str:
    """39.0000 is 39, 12.5000 is 12.5: decimals that say nothing are left out."""
    if value is None:
        return formatting.EMPTY
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    text = formatting.number(exact)
    return text.rstrip("0").rstrip(".") if "." in text else text
