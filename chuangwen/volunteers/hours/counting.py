"""Hours that were served, in the ledger: a figure for each team and day, from the records that count. What another system recorded was served
elsewhere and is none of it. Jobs call it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, Sum
from django.urls import reverse

from chuangwen.kernel import clock
from chuangwen.volunteers.corps.models import Team
from chuangwen.volunteers.corps.reckoning import Figure, settle, told_at
from chuangwen.volunteers.presence.models import ServiceEntry

HOURS = "volunteer-hours"
"""The metric (ledger/shipped/metrics.csv)."""
LOOKED_BACK = timedelta(days=400)
EXACT = Decimal("0.0001")
"""The ledger keeps ten-thousandths of an hour: a third of a second."""


def count_hours(since: date | None = None) -> dict[str, int]:
    """Have the ledger say what was served from a day on (left out: the last 400 days). How many figures were entered, corrected, left out."""
    first = since or clock.today() - LOOKED_BACK
    return settle(HOURS, served(first), since=first).told()


def served(first: date) -> list[Figure]:
    """Of each team and day the hours that count. Two queries."""
    rows: Any = counted().filter(day__gte=first, day__lte=clock.today()).order_by().values("team", "day")
    found = list(rows.annotate(minutes=Sum("minutes"), real=Count("pk", filter=Q(generated=False))))
    teams = Team.objects.select_related("unit__division", "division").in_bulk({row["team"] for row in found})
    return [
        Figure(
            f"{team.pk}/{row['day']}", (Decimal(row["minutes"]) / 60).quantize(EXACT), row["day"], team.unit, told_at(team.unit, team.division),
            f"{team.number} {team.name}", records_of(team.pk, row["day"]), not row["real"],
        )
        for row in found if (team := teams[row["team"]])
    ]  # fmt: skip


def counted() -> Any:
    """The records of teams that count and come from presence here."""
    return ServiceEntry.objects.filter(counts=True, from_system="", team__isnull=False)


def records_of(team: int, day: date) -> str:
    """The list of exactly these records."""
    return f"{reverse('volunteers:hours-entries')}?{urlencode({'how': 'in', 'team': team, 'day_from': day, 'day_to': day})}"
