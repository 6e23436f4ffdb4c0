"""Who answers for what in the town, as rows and as an answer for one problem; both say the same (DOMAIN.md section 5).

The owner of a site goes first, then who leads the criterion at that type of site, then who leads the criterion anywhere, then the street.
"""

from __future__ import annotations

from collections.abc import Iterator

from chuangwen.demo.records import Duty, Site, Unit
from chuangwen.standards import shipped

STREET_OFFICE = "street-office"
COMMUNITY_FAMILIES = ("environment", "building", "order")
COMMUNITY_TYPES = (
    "unmanaged-estate", "estate", "back-lane", "urban-village", "community", "community-culture", "practice-station", "small-shop",
)  # fmt: skip
OWN_PREMISES = ("community", "community-culture", "practice-station")
CLEANED = ("public-toilet", "transfer-station")
MANAGERS = ("property-1", "property-2")


def lead_units(units: list[Unit]) -> dict[str, str]:
    """Department's name in the edition → key of the unit that stands for it here."""
    return {unit.edition_name: unit.key for unit in units if unit.edition_name}


def community_of(site: Site) -> str:
    """Key of the community's unit."""
    return f"community-{site.community[-3:]}"


def owner_of(site: Site) -> str | None:
    """Who keeps a place: its property company, its cleaning company, the community itself; None for most."""
    if site.type == "estate":
        return MANAGERS[int(site.code[2:]) % len(MANAGERS)]
    if site.type in CLEANED:
        return "cleaning"
    return community_of(site) if site.type in OWN_PREMISES else None


def duties(sites: list[Site], units: list[Unit]) -> list[Duty]:
    """All rows of responsibility: owners, criteria at types of places that are the street's own, leads and assistants, the street."""
    leads, edition = lead_units(units), shipped.edition()
    rows = [Duty(owner, "owner", site=site.code) for site in sites if (owner := owner_of(site))]
    for criterion in edition.criteria:
        lead = leads.get(criterion.lead)
        if lead:
            rows.append(Duty(lead, "lead", criterion=criterion.code))
        rows += [
            Duty(STREET_OFFICE, "lead", criterion=criterion.code, site_type=kind) for kind in _by_the_street(criterion, lead)
        ]
        rows += [Duty(unit, "assist", criterion=criterion.code) for unit in assisting(criterion, leads)]
    return [*rows, Duty(STREET_OFFICE, "lead", division=True)]


def assisting(criterion: shipped.Criterion, leads: dict[str, str]) -> list[str]:
    """Keys of the units here that assist a criterion."""
    return list(dict.fromkeys(leads[name] for name in criterion.assisting if name in leads))


def _by_the_street(criterion: shipped.Criterion, lead: str | None) -> Iterator[str]:
    """The types of sites at which the street, not a department, answers for the criterion."""
    if lead != STREET_OFFICE and criterion.family in COMMUNITY_FAMILIES:
        yield from (kind for kind in criterion.site_types if kind in COMMUNITY_TYPES)


class Duties:
    """Answers for one problem after the other."""

    def __init__(self, units: list[Unit]):
        self.leads = lead_units(units)
        self.criteria = {each.code: each for each in shipped.edition().criteria}

    def who(self, site: Site, code: str) -> tuple[str, str]:
        """(lead, who handles it): what the street leads goes on to the community."""
        owner = owner_of(site)
        if owner:
            return owner, owner
        criterion = self.criteria.get(code)
        lead = self.leads.get(criterion.lead) if criterion else None
        own = criterion is not None and site.type in _by_the_street(criterion, lead)
        if lead is None or lead == STREET_OFFICE or own:
            return STREET_OFFICE, community_of(site)
        return lead, lead

    def assists(self, code: str, lead: str) -> tuple[str, ...]:
        """Who assists the lead with a criterion, in the order of the edition."""
        return tuple(unit for unit in assisting(self.criteria[code], self.leads) if unit != lead)
