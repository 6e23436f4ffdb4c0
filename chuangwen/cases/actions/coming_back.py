"""Problems that come back: the rule that links a new case to the closed one it is the rebound of, at the moment it is reported.

Sure is: the same site and the same criterion (or kind), or, where neither names a site, the same kind within the radius; closed within the
window. A closed problem comes back once: who reports it again meanwhile tells of the same rebound, which the clerk is offered for merging.
What is only likely is offered to the clerk (``queries.coming_back``) and never linked by itself.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from chuangwen.cases import loop_settings, rules
from chuangwen.cases.models import Case, State
from chuangwen.kernel.geography import Box, Point, distance
from chuangwen.kernel.prepared import Prepared

KNOWN = ("pk", "number", "state", "site_id", "criterion_id", "kind_id", "family_id", "lat", "lon", "closed_at", "rebounded_at")


def _last_closed(column: str) -> Prepared:
    """The last closed case of a site for a criterion or kind that has not come back: asked for every report, so compiled once."""
    return Prepared(
        lambda site, what, since: Case.objects.filter(
            site=site, state=State.CLOSED, closed_at__gte=since, rebounded_at__isnull=True, **{column: what}
        )
        .order_by("-closed_at")
        .values_list("pk")[:1],
        site=-1, what=-2, since=datetime(1990, 1, 1, tzinfo=UTC),
    )  # fmt: skip


_SAME_CRITERION, _SAME_KIND = _last_closed("criterion"), _last_closed("kind")


def came_back(case: Case, now: datetime) -> Case | None:
    """The case that ``case``, not stored yet, is surely the rebound of, claimed for it; None for a new problem. One query, two more where
    one is found.

    Of two reports at the same moment one gets the closed case, the other none: the row is claimed by a conditional update.
    """
    found = closed_before(case, now)
    return found if found is not None and claim(found, now) else None


def claim(old: Case, now: datetime) -> bool:
    """Note on a closed case that its problem is back; False when that was noted before."""
    return bool(Case.objects.filter(pk=old.pk, rebounded_at__isnull=True).update(rebounded_at=now))


def closed_before(case: Case, now: datetime) -> Case | None:
    """The last closed case of surely the same problem that has not come back yet. One query at most."""
    if case.criterion_id is None and case.kind_id is None:
        return None
    settings = loop_settings.get()
    closed = Case.objects.filter(
        state=State.CLOSED, closed_at__gte=rules.rebounds_since(now, settings.rebound_days), rebounded_at__isnull=True
    ).only(*KNOWN)
    if case.site_id is not None:
        asked = _SAME_CRITERION if case.criterion_id is not None else _SAME_KIND
        found = asked.first(
            site=case.site_id, what=case.criterion_id or case.kind_id, since=rules.rebounds_since(now, settings.rebound_days)
        )
        return closed.get(pk=found[0]) if found is not None else None
    point = point_of(case)
    if point is None or case.kind_id is None:
        return None
    box = Box.within(point, settings.rebound_metres)
    near = closed.filter(
        site__isnull=True, kind_id=case.kind_id, lat__gte=box.south, lat__lte=box.north, lon__gte=box.west, lon__lte=box.east
    )
    inside = [old for old in near if (other := point_of(old)) is not None and distance(point, other) <= settings.rebound_metres]
    return max(inside, key=lambda old: (old.closed_at, old.pk), default=None)


def link_many(cases: Iterable[Case], now: datetime) -> dict[int, Case]:
    """The same for new cases of a round, stored or not: sets ``rebound_of`` on those that are surely rebounds and gives, by the place in
    the list, what each came back from. One query for all and one for each that is found."""
    fresh = list(cases)
    sites = {case.site_id for case in fresh if case.site_id is not None}
    if not sites:
        return {}
    closed = Case.objects.filter(
        site__in=sites, state=State.CLOSED, closed_at__gte=rules.rebounds_since(now, loop_settings.get().rebound_days),
        rebounded_at__isnull=True,
    ).only(*KNOWN)  # fmt: skip
    last: dict[tuple[int | None, str, int], Case] = {}
    for old in closed.order_by("closed_at", "pk"):
        if old.criterion_id is not None:
            last[old.site_id, "criterion", old.criterion_id] = old
        if old.kind_id is not None:
            last[old.site_id, "kind", old.kind_id] = old
    found: dict[int, Case] = {}
    for place, case in enumerate(fresh):
        key = ("criterion", case.criterion_id) if case.criterion_id is not None else ("kind", case.kind_id)
        old = last.get((case.site_id, key[0], key[1])) if key[1] is not None else None
        if old is not None and claim(old, now):
            case.rebound_of, found[place] = old, old
    return found


def point_of(case: Case) -> Point | None:
    """Where a case is, in WGS-84; None where that is not known."""
    return Point(case.lat, case.lon) if case.lat is not None and case.lon is not None else None
