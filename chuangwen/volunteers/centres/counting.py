"""Activities that centres held: each a fact of the ledger at the centre's site, from which results and appraisals count. Nobody reports them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.volunteers.activities.models import Activity
from chuangwen.volunteers.centres.actions.base import count_facts
from chuangwen.volunteers.centres.models import Centre

METRIC = "practice-activities"


def holders(activities: Iterable[Activity]) -> dict[int, Centre]:
    """Activity -> the centre in use that held it: the one at whose site it was; else the one that the team's unit answers for, where there are
    several the highest of them (the station, not a post below it). Activities without one are left out. One query."""
    by_site: dict[int, Centre] = {}
    by_unit: dict[int, Centre] = {}
    for centre in Centre.objects.filter(state=Centre.State.OPEN).select_related("unit", "division", "site").order_by("path"):
        by_site[centre.site_id] = centre
        known = by_unit.get(centre.unit_id)
        if known is None or centre.depth < known.depth:
            by_unit[centre.unit_id] = centre
    found = {one.pk: by_site.get(one.site_id or 0) or by_unit.get(one.team.unit_id) for one in activities}
    return {key: centre for key, centre in found.items() if centre is not None}


def count_activities(keys: Sequence[int]) -> int:
    """Count these activities, which were held, for the centres that held them; each once, however often it is asked.
    How many have a centre. Not a verb of anybody: closing the activity asked its policy."""
    rows = Activity.objects.filter(pk__in=keys, first_at__isnull=False, last_at__isnull=False).select_related("team").order_by("pk")
    found = {row.pk: row for row in rows}
    of_centre: dict[tuple[int, bool], list[Activity]] = defaultdict(list)
    held_by = holders(found.values())
    for key, centre in held_by.items():
        of_centre[centre.pk, found[key].generated].append(found[key])
    for (_centre, generated), held in of_centre.items():
        said = []
        for one in held:
            assert one.last_at is not None
            day = min(one.last_at.astimezone(clock.LOCAL).date(), clock.today())
            said.append((METRIC, f"activity/{one.uid}", day, f"{one.number} {one.title}"[:200], one.get_absolute_url()))
        count_facts(SYSTEM, held_by[held[0].pk], said, generated=generated)
    return len(held_by)
