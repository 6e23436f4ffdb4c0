"""The inputs of a draw, read from the database: quotas, cap, points and what is known of every site that could be drawn."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from os.path import commonprefix
from typing import Any

from django.db.models import Count, Max, Q

from chuangwen.fieldwork import drawing, risk
from chuangwen.fieldwork.models import FieldSettings, Observation, Round, RoundQuota, RoundSite, Visit
from chuangwen.fieldwork.queries import LOSS
from chuangwen.kernel import clock
from chuangwen.places.models import Division, Site

LOOKED_BACK = 400
"""Results older than so many days before the round say nothing of a site any more."""


def settings() -> FieldSettings:
    """The settings of the room; the shipped ones where nobody changed them."""
    return FieldSettings.objects.filter(pk=1).first() or FieldSettings(pk=1)


def area_key(area: Division) -> str:
    """How a draw names an area: its 12-digit code, else its identifier in the database."""
    return area.code or f"#{area.pk}"


def frame(round: Round, quotas: Collection[RoundQuota]) -> dict[str, Any]:
    """The inputs of ``drawing.draw`` for a round, with names for people. The quotas come with site_type and area. Ten queries.

    ``waited`` counts calendar days from the last visit, or observation, to the first day of the round. ``visits`` counts days on
    which the site was visited within the cap's days that end with the round's last day, and places waiting in other rounds so near
    that the cap reaches over both; a place in a round of the same days is one visit with this one and does not count.
    """
    chosen = settings()
    quotas = [quota for quota in quotas if quota.count]
    strata = {(quota.site_type_id, quota.area.path): quota for quota in quotas}
    around = commonprefix([quota.area.path for quota in quotas])
    found = Site.objects.filter(active=True, type__in={quota.site_type_id for quota in quotas}, division__path__startswith=around)
    rows = [
        (pk, code, name, quota)
        for pk, code, name, type_id, path in found.order_by("code").values_list("pk", "code", "name", "type_id", "division__path")
        if (quota := _stratum(strata, type_id, path)) is not None
    ]
    ids = [row[0] for row in rows]
    last = last_visits(ids, round)
    visits = visits_within(ids, round, chosen.cap_days)
    results = last_results(ids, round.starts_on)
    cases = risk.counts(ids)
    added = set(
        RoundSite.objects.filter(round=round, purpose=RoundSite.Purpose.ADDED, skipped_at__isnull=True).values_list(
            "site_id", flat=True
        )
    )
    sites = []
    for pk, code, name, quota in rows:
        count, (read, losses) = cases.get(pk, risk.CaseCounts()), results.get(pk, (0, 0))
        sites.append(
            {
                "code": code,
                "name": name,
                "type": quota.site_type.code,
                "area": area_key(quota.area),
                "waited": max(0, (round.starts_on - last[pk]).days) if pk in last else None,
                "open": count.open,
                "rebounded": count.rebounded,
                "read": read,
                "losses": losses,
                "visits": visits.get(pk, 0),
                "added": pk in added,
            }
        )
    told = {
        "cap": {"visits": chosen.cap_visits, "days": chosen.cap_days},
        "points": chosen.points,
        "quotas": [
            {
                "type": quota.site_type.code,
                "type_name": quota.site_type.name,
                "area": area_key(quota.area),
                "area_name": quota.area.name,
                "count": quota.count,
            }
            for quota in quotas
        ],
        "sites": sites,
    }
    return drawing.in_order(told)


def _stratum(strata: dict[tuple[int, str], RoundQuota], type_id: int, path: str) -> RoundQuota | None:
    """The quota that a site of a type at a place of the tree belongs to: that of its division or of one above."""
    paths = (path[:length] for length in range(len(path), 0, -Division.steplen))
    return next((quota for above in paths if (quota := strata.get((type_id, above)))), None)


def local_day(at: datetime) -> date:
    """The day in China of a moment."""
    return at.astimezone(clock.LOCAL).date()


def last_visits(ids: Collection[int], round: Round) -> dict[int, date]:
    """Site -> the day on which it was visited last, in any other round; sheets that name no visit count by the day of their observations.
    Two queries."""
    found = {
        site: local_day(at)
        for site, at in _of(Visit.objects.exclude(round=round), ids).values_list("site").annotate(last=Max("at"))
    }
    loose = _of(Observation.objects.exclude(round=round).filter(visit__isnull=True), ids)
    for site, day in loose.values_list("site").annotate(last=Max("observed_on")):
        found[site] = max(day, found.get(site, day))
    return found


def visits_within(ids: Collection[int], round: Round, days: int) -> dict[int, int]:
    """Site -> how many visits count against its cap. Three queries."""
    since = round.ends_on - timedelta(days=days - 1)
    start = datetime.combine(since, time.min, clock.LOCAL)
    seen: dict[int, set[date]] = defaultdict(set)
    for site, at in _of(Visit.objects.filter(at__gte=start), ids).values_list("site", "at"):
        seen[site].add(local_day(at))
    loose = _of(Observation.objects.filter(visit__isnull=True, observed_on__gte=since), ids)
    for site, day in loose.values_list("site", "observed_on").distinct():
        seen[site].add(day)
    found = {site: len(each) for site, each in seen.items()}
    near = Q(round__ends_on__gte=since, round__starts_on__lte=round.starts_on + timedelta(days=days - 1))
    same = Q(round__starts_on__lte=round.ends_on, round__ends_on__gte=round.starts_on)
    waiting = _of(open_places().filter(near & ~same, merged_with__isnull=True).exclude(round=round), ids)
    for site, count in waiting.values_list("site").annotate(count=Count("pk")):
        found[site] = found.get(site, 0) + count
    return found


def last_results(ids: Collection[int], before: date) -> dict[int, tuple[int, int]]:
    """Site -> (observations, losses) of the last round in which it was looked at. One query."""
    rows = (
        _of(Observation.objects.filter(placed=True, observed_on__gte=before - timedelta(days=LOOKED_BACK)), ids)
        .values_list("site", "round")
        .annotate(day=Max("observed_on"), read=Count("pk"), losses=Count("pk", filter=LOSS))
    )
    found: dict[int, tuple[date, int, int, int]] = {}
    for site, round_id, day, read, losses in rows:
        found[site] = max(found.get(site, (day, round_id, read, losses)), (day, round_id, read, losses))
    return {site: (read, losses) for site, (_day, _round, read, losses) in found.items()}


def open_places() -> Any:
    """Places of rounds not closed that are still to be visited."""
    return RoundSite.objects.filter(done_at__isnull=True, skipped_at__isnull=True).exclude(round__state=Round.State.CLOSED)


MOST_KEYS = 10_000


def _of(rows: Any, ids: Collection[int]) -> Any:
    """Rows of these sites, unsorted; beyond what a statement takes, of all sites: the others are not looked up afterwards."""
    return (rows.filter(site__in=ids) if len(ids) <= MOST_KEYS else rows.filter(site__isnull=False)).order_by()
