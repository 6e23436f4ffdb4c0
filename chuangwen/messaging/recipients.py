"""Who is meant by units and kinds of posts, or by a role at a place: accounts, today."""

from collections.abc import Iterable

from django.db.models import Q

from chuangwen.kernel import clock
from chuangwen.people.models import Post
from chuangwen.places.models import Division

LIAISONS = (Post.Kind.LIAISON,)
HEADS = (Post.Kind.FIRST_RESPONSIBLE, Post.Kind.HEAD)
RESPONSIBLE = (*LIAISONS, *HEADS)
"""Who of a unit is told: of its daily work, of what it signs, of what weighs."""


def in_force() -> Q:
    """Posts held today by people with an open account."""
    today = clock.today()
    return Q(Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today, person__account__is_active=True)


def of_units(units: Iterable[int], kinds: Iterable[str]) -> dict[int, set[int]]:
    """The accounts by unit of those who hold a post of these kinds there. One query."""
    rows = Post.objects.filter(in_force(), unit__in=set(units), kind__in=set(kinds)).order_by()
    found: dict[int, set[int]] = {}
    for unit, account in rows.values_list("unit", "person__account"):
        found.setdefault(unit, set()).add(account)
    return found


def of_role(role: str, division: Division | None) -> set[int]:
    """The accounts of those who hold a post with this role at a place or above it. One query."""
    rows = Post.objects.filter(in_force(), role__code=role)
    if division is not None:
        rows = rows.filter(unit__division__path__in=division.ancestor_paths)
    return set(rows.order_by().values_list("person__account", flat=True))
