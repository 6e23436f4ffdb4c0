"""What rooms to the right know of the risk of a site: they register a function at start, the draw asks them all.

``cases`` tells how many open and rebounded cases a site has. A function takes the identifiers of sites and gives counts by site; it asks the
database once, however many sites there are. A site that it does not name has none.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class CaseCounts:
    """Cases at a site: ``open`` are those not closed on the day asked for, ``rebounded`` those that came back within the window."""

    open: int = 0
    rebounded: int = 0


Provider = Callable[[Collection[int]], Mapping[int, CaseCounts]]

_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Make a provider known under a name; the same name again replaces it."""
    _providers[name] = provider


def counts(site_ids: Collection[int]) -> dict[int, CaseCounts]:
    """Site -> the counts of all providers together. As many queries as there are providers."""
    found: dict[int, CaseCounts] = {}
    for provider in _providers.values():
        for site, count in provider(site_ids).items():
            before = found.get(site, CaseCounts())
            found[site] = CaseCounts(before.open + count.open, before.rebounded + count.rebounded)
    return found
