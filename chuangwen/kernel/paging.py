"""Pages of API lists that cost the same at any number of rows: by position in the order, never by counting."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from chuangwen.kernel.errors import Refusal

M = TypeVar("M", bound=Model)
LARGEST = 200


def page_of(queryset: QuerySet[M], *, limit: int = 50, after: int | None = None, newest_first: bool = True) -> dict[str, Any]:
    """``{"items": [...], "next": id or null}``; ``after`` is the ``next`` of the page before. Raises Refusal for a silly limit."""
    if not 1 <= limit <= LARGEST:
        raise Refusal(_("A page has 1 to %(count)d rows.") % {"count": LARGEST}, "paging.limit", status=422)
    if after is not None:
        if not -(2**63) <= after < 2**63:
            raise Refusal(_("There is no such page."), "paging.after", status=422)
        queryset = queryset.filter(pk__lt=after) if newest_first else queryset.filter(pk__gt=after)
    rows = list(queryset.order_by("-pk" if newest_first else "pk")[: limit + 1])
    return {"items": rows[:limit], "next": rows[limit - 1].pk if len(rows) > limit else None}
