"""How many volunteers are registered and how many teams there are, in the ledger: stocks by community and by unit. Jobs call it."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from chuangwen.kernel import clock
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.volunteers.corps.models import Team, Volunteer
from chuangwen.volunteers.corps.reckoning import Figure, settle_stock, told_at, units_at

VOLUNTEERS, TEAMS = "volunteers", "volunteer-teams"
"""The metrics (ledger/shipped/metrics.csv)."""
COUNTED = (Team.Kind.TEAM, Team.Kind.SPECIAL)
"""A corps and a brigade hold teams and are none."""


def count_corps() -> dict[str, dict[str, int]]:
    """Write both stocks as they stand today. By metric what was written."""
    return {VOLUNTEERS: settle_stock(VOLUNTEERS, volunteers()).told(), TEAMS: settle_stock(TEAMS, teams()).told()}


def volunteers() -> list[Figure]:
    """Registered volunteers of each community, told by its committee. Three queries."""
    rows = Volunteer.objects.filter(state=Volunteer.State.ACTIVE).order_by().values("division")
    counts = {row["division"]: row for row in rows.annotate(n=Count("pk"), real=Count("pk", filter=Q(generated=False)))}
    places = Division.objects.in_bulk(list(counts))
    units, today = units_at(places.values()), clock.today()
    return [
        Figure(
            f"{told_at(unit, place).pk}/{unit.pk}", Decimal(counts[key]["n"]), today, unit, told_at(unit, place),
            _("Register of volunteers: %(place)s") % {"place": place.name},
            f"{reverse('volunteers:volunteers')}?{urlencode({'state': 'active', 'area': place.path})}", not counts[key]["real"],
        )
        for key, place in places.items() if (unit := units.get(key)) is not None
    ]  # fmt: skip


def teams() -> list[Figure]:
    """Teams of each unit that are not closed, told at its seat. Three queries."""
    rows = Team.objects.filter(kind__in=COUNTED).exclude(state=Team.State.CLOSED).order_by().values("unit")
    found = list(rows.annotate(n=Count("pk"), real=Count("pk", filter=Q(generated=False)), place=Min("division")))
    units = Unit.objects.select_related("division").in_bulk([row["unit"] for row in found])
    places = Division.objects.in_bulk([row["place"] for row in found])
    asked = [("kind", kind.value) for kind in COUNTED] + [("state", "active"), ("state", "paused")]
    figures = []
    for row in found:
        unit = units[row["unit"]]
        seat = unit.division or places[row["place"]]
        figures.append(Figure(
            f"{seat.pk}/{unit.pk}", Decimal(row["n"]), clock.today(), unit, seat, _("Register of teams: %(unit)s") % {"unit": unit.name},
            f"{reverse('volunteers:teams')}?{urlencode([*asked, ('unit', str(unit.pk))])}", not row["real"],
        ))  # fmt: skip
    return figures
