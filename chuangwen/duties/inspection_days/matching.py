"""Finding the place that somebody types in a hurry, and who should stand there."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from chuangwen.duties.inspection_days.models import DrawnPlace, PlaceAssignment
from chuangwen.duties.meetings.actions.base import refuse
from chuangwen.duties.sponsorship.models import PlanPair, PlanSponsor, SponsorshipPlan
from chuangwen.kernel import clock
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site
from chuangwen.standards.models import Responsibility

MOST_OFFERED = 500


@dataclass(frozen=True)
class Found:
    division: Division
    site: Site | None = None


def offered(division: Division) -> list[str]:
    """Names to choose from while one types: communities first, then sites. Two queries."""
    below = Division.objects.filter(path__startswith=division.path, level=Division.Level.VILLAGE).order_by("path")
    names = [str(row) for row in below[:MOST_OFFERED]]
    sites = Site.objects.filter(division__path__startswith=division.path).order_by("name").values_list("name", flat=True)
    return [*names, *sites[: MOST_OFFERED - len(names)]] if len(names) < MOST_OFFERED else names


def find(division: Division, text: str) -> Found:
    """The community or site that is meant: its code or whole name, else the only one whose name holds it. Raises Refusal, naming some where
    there are several. At most four queries."""
    words = text.replace("\x00", "").strip()
    if not words:
        raise refuse(_("Type the name of a community or a site."), "drawn_place", "text")
    areas = Division.objects.filter(path__startswith=division.path)
    sites = Site.objects.filter(division__path__startswith=division.path).select_related("division")
    for area, site in (
        (Q(code=words) | Q(name=words) | Q(short_name=words), Q(code=words) | Q(name=words)),
        (Q(name__icontains=words), Q(name__icontains=words)),
    ):
        found = [Found(row) for row in areas.filter(area).order_by("path")[:4]]
        found += [Found(row.division, row) for row in sites.filter(site).order_by("name", "pk")[:4] if row.division is not None]
        if len(found) == 1:
            return found[0]
        if found:
            names = "、".join(dict.fromkeys(str(one.site.name if one.site else one.division.name) for one in found))
            raise refuse(_("Several places are meant: %(names)s. Type more, or the code.") % {"names": names}, "drawn_place", "text")
    raise refuse(_("There is no community and no site of this name in the area."), "drawn_place", "text")


def proposed(place: DrawnPlace) -> list[PlaceAssignment]:
    """Who should stand at a place: the community, who answers for the site by the rules, the sponsors of the plan in force, the street office
    above. Units only; six queries. Not stored."""
    today = clock.today()
    alive = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    chain = place.division.ancestor_paths
    found: dict[int, PlaceAssignment] = {}

    def add(unit: Unit, part: str, reason: str) -> None:
        found.setdefault(unit.pk, PlaceAssignment(place=place, unit=unit, part=part, reason=reason))

    lead, present, standby = PlaceAssignment.Part
    for unit in Unit.objects.filter(alive, kind=Unit.Kind.COMMUNITY, division=place.division).order_by("path"):
        add(unit, lead, _("the community itself"))
    if place.site is not None:
        rows = Responsibility.objects.filter(alive, site=place.site).select_related("unit")
        for row in rows.order_by("pk"):
            add(row.unit, present, _("answers for the site"))
    plan = SponsorshipPlan.objects.filter(state=SponsorshipPlan.State.RUNNING, division__path__in=chain).order_by("-division__depth").first()
    if plan is not None:
        pairs = PlanPair.objects.filter(plan=plan, place__division=place.division, sponsor__unit__isnull=False)
        for pair in pairs.exclude(sponsor__kind=PlanSponsor.Kind.LEADER).select_related("sponsor__unit").order_by("sponsor__kind", "pk"):
            if pair.sponsor.unit is not None:
                add(pair.sponsor.unit, present, _("sponsors the place by the plan in force"))
    offices = Unit.objects.filter(alive, kind=Unit.Kind.TOWN_OFFICE, division__path__in=chain)
    for unit in offices.order_by("-division__depth", "path")[:1]:
        add(unit, standby, _("the street or town office above"))
    return list(found.values())
