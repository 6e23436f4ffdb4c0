"""To which places a team is not sent: those of the unit that employs it or one of its members."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import Q

from chuangwen.fieldwork.models import RoundSite, RoundTeam, TeamMember
from chuangwen.people.models import Post, Unit
from chuangwen.standards.models import Responsibility
from chuangwen.standards.responsibility import Candidate, Problem, fits

ANSWERING = (Responsibility.Part.OWNER, Responsibility.Part.LEAD)


def own_places(teams: Collection[RoundTeam], places: Collection[RoundSite], first: date, last: date) -> dict[int, frozenset[int]]:
    """Team -> keys of the places to which it is not sent, over the days from ``first`` to ``last``. At most four queries.

    A place is a unit's own where the unit owns the site or leads for it or for its type, or where it is the committee of the community in
    which the site lies. The places come with ``site`` and ``site__division``.
    """
    employers = _employers(teams, first, last)
    units = {unit for found in employers.values() for unit in found}
    if not units or not places:
        return {team.pk: frozenset() for team in teams}
    over = Q(starts_on__lte=last) & (Q(ends_on__isnull=True) | Q(ends_on__gte=first))
    rows: dict[int, list[Candidate]] = defaultdict(list)
    for row in (
        Responsibility.objects.filter(over, unit__in=units, part__in=ANSWERING, criterion=None, kind=None, family=None)
        .filter(Q(site__isnull=False) | Q(site_type__isnull=False))
        .values_list("unit", "part", "site_type", "site", "division__path", "unit__division__path")
    ):
        unit, part, site_type, site, division, stands = row
        rows[unit].append(
            Candidate(unit, part, site_type=site_type, site=site, division=division or "", unit_division=stands or "")
        )
    homes = dict(
        Unit.objects.filter(pk__in=units, kind=Unit.Kind.COMMUNITY, division__isnull=False).values_list("pk", "division__path")
    )
    own: dict[int, set[int]] = defaultdict(set)
    for place in places:
        path = place.site.division.path if place.site.division else ""
        problem = Problem(site_type=place.site.type_id, site=place.site_id, division=path)
        for unit in units:
            if (unit in homes and path.startswith(homes[unit])) or any(fits(row, problem) for row in rows[unit]):
                own[unit].add(place.pk)
    return {team.pk: frozenset().union(*(own[unit] for unit in employers[team.pk])) for team in teams}


def _employers(teams: Collection[RoundTeam], first: date, last: date) -> dict[int, set[int]]:
    """Team -> units that employ it or a member."""
    found = {team.pk: {team.unit_id} if team.unit_id else set[int]() for team in teams}
    people = dict(
        TeamMember.objects.filter(team__in=teams, account__person__isnull=False).order_by().values_list("account__person", "team")
    )
    posts = Post.objects.filter(
        Q(starts_on__lte=last) & (Q(ends_on__isnull=True) | Q(ends_on__gte=first)), person__in=people
    ).values_list("person", "unit")
    for person, unit in posts:
        found[people[person]].add(unit)
    return found
