"""Sponsors by places: who answers for what, seen at once. Pure arrangement of the lines of a plan."""

from __future__ import annotations

from dataclasses import dataclass

from chuangwen.duties.sponsorship.models import PlanPair, PlanPlace, PlanSponsor
from chuangwen.duties.sponsorship.queries import PlaceLine

PAGE = 200
"""So many sponsors stand on one page; places are columns, all of them, at most so many."""
MOST_PLACES = 500


@dataclass(frozen=True)
class Row:
    """A sponsor with a cell for each place: its pair there, or None."""

    sponsor: PlanSponsor
    cells: list[tuple[PlanPair, bool] | None]

    @property
    def count(self) -> int:
        return sum(1 for cell in self.cells if cell is not None)


def arranged(sponsors: list[PlanSponsor], lines: list[PlaceLine]) -> list[Row]:
    """A row for each sponsor, in their order, with the pairs of the lines in the order of places."""
    there: dict[tuple[int, int], tuple[PlanPair, bool]] = {}
    for line in lines:
        for one in (*line.leaders, *line.departments, *line.offices):
            there[one.pair.sponsor_id, line.place.pk] = (one.pair, one.fresh)
    return [Row(sponsor, [there.get((sponsor.pk, line.place.pk)) for line in lines]) for sponsor in sponsors]


def heads(lines: list[PlaceLine]) -> list[tuple[PlanPlace, int]]:
    """The places with how many sponsors each has."""
    return [(line.place, len(line.leaders) + len(line.departments) + len(line.offices)) for line in lines]
