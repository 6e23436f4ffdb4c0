"""What cases tell a draw about the risk of sites."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from django.db.models import Count, Q

from chuangwen.cases.models import OPEN_STATES, Case
from chuangwen.fieldwork.risk import CaseCounts
from chuangwen.kernel import clock

REBOUNDED_WITHIN = timedelta(days=180)
"""A problem that came back longer ago says little of the site's present state."""
MOST_KEYS = 10_000


def counts_by_site(site_ids: Collection[int]) -> Mapping[int, CaseCounts]:
    """Site -> its open cases, and those that came back within half a year. One query."""
    back = Q(rebound_of__isnull=False, rebounded_at__gte=clock.now() - REBOUNDED_WITHIN)
    open_now = Q(state__in=OPEN_STATES)
    rows = Case.objects.filter(open_now | back)
    rows = rows.filter(site__in=site_ids) if len(site_ids) <= MOST_KEYS else rows.filter(site__isnull=False)
    found = rows.order_by().values_list("site").annotate(open=Count("pk", filter=open_now), back=Count("pk", filter=back))
    return {site: CaseCounts(open, rebounded) for site, open, rebounded in found}
