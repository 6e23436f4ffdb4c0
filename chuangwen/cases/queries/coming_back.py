"""Closed cases that a new one may be the rebound of, where the rule is not sure: offered to the clerk, never linked by itself."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.cases import loop_settings, rules
from chuangwen.cases.actions.coming_back import point_of
from chuangwen.cases.models import Case, State
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.geography import Box, Point, distance
from chuangwen.places.models import Site

MOST = 5
READ = 50
"""At most so many closed cases are looked at more closely."""

SAME_FAMILY, NEAR = _("same site, same family"), _("same kind near by")


@dataclass(frozen=True)
class PerhapsBack:
    """A closed case that may be back, why it comes into question, and how far it was (metres; None at the same site)."""

    case: Case
    why: str | Promise
    metres: int | None = None


def perhaps_back(actor: Actor, case: Case) -> list[PerhapsBack]:
    """Closed within the window before this was reported, not found back yet, seen by the actor: at the same site for the same criterion,
    kind or family, or the same kind within the radius. The nearest first. At most three queries."""
    if case.rebound_of_id is not None or case.kind_id is None and case.family_id is None:
        return []
    settings = loop_settings.get()
    since = rules.rebounds_since(case.reported_at, settings.rebound_days)
    closed = access.scoped(actor, "cases.see", Case).filter(
        state=State.CLOSED, closed_at__gte=since, closed_at__lte=case.reported_at, rebounded_at__isnull=True
    )
    found: dict[int, PerhapsBack] = {}
    if case.site_id is not None:
        alike = Q(family=case.family_id) if case.family_id is not None else Q(pk__in=[])
        if case.kind_id is not None:
            alike |= Q(kind=case.kind_id)
        if case.criterion_id is not None:
            alike |= Q(criterion=case.criterion_id)
        for old in closed.filter(alike, site=case.site_id).order_by("-closed_at")[:READ]:
            found[old.pk] = PerhapsBack(old, SAME_FAMILY)
    for old, metres in _near(closed, case, settings.rebound_metres):
        found.setdefault(old.pk, PerhapsBack(old, NEAR, metres))
    found.pop(case.pk, None)
    ordered = sorted(found.values(), key=lambda one: (one.case.kind_id != case.kind_id, one.metres or 0, -one.case.pk))
    return ordered[:MOST]


def _near(closed: QuerySet[Case], case: Case, metres: int) -> list[tuple[Case, int]]:
    """Of the same kind within so many metres, where one of the two names no site."""
    point = point_of(case)
    if point is None or case.kind_id is None:
        return []
    box = Box.within(point, metres)
    inside = {"lat__gte": box.south, "lat__lte": box.north, "lon__gte": box.west, "lon__lte": box.east}
    without = closed.filter(site__isnull=True, kind=case.kind_id, **inside).order_by("-closed_at")[:READ]
    rows = list(without)
    if case.site_id is None:
        sites = Site.objects.filter(**inside).order_by().values("pk")
        rows += list(closed.filter(site__in=sites, kind=case.kind_id).order_by("-closed_at")[:READ])
    measured = [
        (old, round(distance(point, Point(old.lat, old.lon)))) for old in rows if old.lat is not None and old.lon is not None
    ]
    return [(old, far) for old, far in measured if far <= metres]
