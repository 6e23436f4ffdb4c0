"""What presences at orders are at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from chuangwen.volunteers.orders.access import SEE
from chuangwen.volunteers.orders.models import ServiceOrder
from chuangwen.volunteers.presence import sources
from chuangwen.volunteers.presence.models import Source
from chuangwen.volunteers.presence.sources import Attended


def attended(keys: Sequence[int]) -> Mapping[int, Attended]:
    """What is known of these orders; one query. The time that suits bounds nothing: who serves and who is served agree on the hour."""
    rows = ServiceOrder.objects.filter(pk__in=list(keys)).select_related("item", "division", "team__leader__person")
    return {
        row.pk: Attended(
            row.title, reverse("volunteers:order", args=[row.pk]), None, None, row.team_id, row.lat, row.lon, place=row.division.name,
            content=row.item.about if row.item else "", object=_("residents who ordered it"),
            responsible=row.team.leader.person.name if row.team and row.team.leader else "", verb=SEE,
        )
        for row in rows
    }  # fmt: skip


sources.register(Source.ORDER, attended)
