"""Differences of shares, written as percentage points."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _

from chuangwen.web import formatting

register = template.Library()


@register.filter
def points(share: Any) -> str:
    """0.0123 is 1.23 points."""
    if share is None:
        return formatting.EMPTY
    return _("%(n)s points") % {"n": formatting.number(Decimal(str(abs(share))) * 100, 2)}


@register.filter
def signed_points(share: Any) -> str:
    """The same with its sign: +1.23 points, −0.40 points."""
    if share is None:
        return formatting.EMPTY
    exact = formatting.rounded(Decimal(str(share)) * 100, 2)
    sign = "+" if exact > 0 else "−" if exact < 0 else "±"
    return _("%(n)s points") % {"n": f"{sign}{abs(exact):,f}"}


@register.filter
def less(change: int) -> int:
    """By how many it is fewer."""
    return abs(change)
