"""What pages, API and sheets read of places."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.lazy_json import plain
from chuangwen.places.models import Asset, Division, Grid, Site, SiteType


def divisions(actor: Actor, verb: str = "places.see") -> QuerySet[Division]:
    return access.scoped(actor, verb, Division)


def sites(actor: Actor, verb: str = "places.see") -> QuerySet[Site]:
    return access.scoped(actor, verb, Site)


def grids(actor: Actor, verb: str = "places.see") -> QuerySet[Grid]:
    return access.scoped(actor, verb, Grid)


def tops(actor: Actor) -> list[Division]:
    """The highest divisions that the actor sees: the roots of what is theirs."""
    rows = divisions(actor)
    least = rows.order_by("depth").values_list("depth", flat=True).first()
    return list(rows.filter(depth=least).order_by("path")) if least else []


@dataclass
class Node:
    """A division with what lies in it and below it."""

    division: Division
    sites: int
    grids: int


def children(actor: Actor, above: Division | None) -> list[Node]:
    """The divisions right below ``above`` (None: the actor's highest) with how many sites and grids lie in each. Three queries."""
    rows = (
        tops(actor)
        if above is None
        else list(divisions(actor).filter(path__startswith=above.path, depth=above.depth + 1).order_by("path"))
    )
    length = len(rows[0].path) if rows else 0
    counts: dict[str, list[int]] = {row.path: [0, 0] for row in rows}
    for place, found in enumerate((sites(actor).filter(active=True), grids(actor))):
        if above is not None:
            found = found.filter(division__path__startswith=above.path)
        for path, count in found.order_by().values_list("division__path").annotate(Count("pk")):
            if path is not None and path[:length] in counts:
                counts[path[:length]][place] += count
    return [Node(row, *counts[row.path]) for row in rows]


def unnamed(actor: Actor) -> QuerySet[Division]:
    """Divisions of which only the code is known yet."""
    return divisions(actor).filter(name=F("code"))


# Gaps: what is missing, as conditions that the figure, the list behind it and the map share


def extinguishers(**more: Any) -> Exists:
    return Exists(Asset.objects.filter(site=OuterRef("pk"), kind=Asset.Kind.EXTINGUISHER, **more))


@dataclass(frozen=True)
class Gap:
    """Something that sites lack; ``condition`` picks them out of a queryset of sites."""

    key: str
    label: str | Promise
    condition: Callable[[], Q]


def _managed_types() -> QuerySet:
    """Types of which it is known of at least one site whether somebody looks after it: hospitals are not asked for a property company."""
    return Site.objects.filter(has_manager__isnull=False).order_by().values("type")


GAPS = (
    Gap("unmanaged", _("without a manager"), lambda: Q(has_manager=False)),
    Gap(
        "unmanaged_bare",
        _("without a manager and without extinguishers"),
        lambda: Q(extinguishers(quantity=0), has_manager=False),
    ),
    Gap("bare", _("without extinguishers"), lambda: Q(extinguishers(quantity=0))),
    Gap("unmanaged_unknown", _("without a manager, extinguishers not known"), lambda: Q(~extinguishers(), has_manager=False)),
    Gap("manager_unknown", _("manager not known"), lambda: Q(has_manager__isnull=True, type__in=_managed_types())),
    Gap("pointless", _("without coordinates"), lambda: Q(lat__isnull=True)),
    Gap("gridless", _("without a grid"), lambda: Q(grid__isnull=True)),
)


@dataclass(frozen=True)
class GapRow:
    """One line of the page: a site type or a division, how many sites, and per gap how many; ``query`` leads to the list behind."""

    name: str
    query: str
    total: int
    counts: dict[str, int]


def gap_counts(rows: QuerySet[Site], by: str | None = None) -> list[dict[str, Any]]:
    """Per value of ``by`` (or once for all) ``total`` and a count per gap, in one query."""
    names = {gap.key: Count("pk", filter=gap.condition()) for gap in GAPS}
    rows = rows.order_by()
    return list(rows.values(by).annotate(total=Count("pk"), **names)) if by else [rows.aggregate(total=Count("pk"), **names)]


def gaps_by_type(rows: QuerySet[Site], path: str = "") -> list[GapRow]:
    """A line per site type that lacks anything, the types with the most unmanaged estates first."""
    types = SiteType.objects.in_bulk()
    place = f"&division={path}" if path else ""
    found = [_row(types[row["type"]].name, f"type={row['type']}{place}", row) for row in gap_counts(rows, "type")]
    return sorted(found, key=lambda row: (-row.counts["unmanaged"], -row.counts["bare"], -row.total))


def gaps_by_division(rows: QuerySet[Site], nodes: Iterable[Division], type_id: int | None = None) -> list[GapRow]:
    """A line per division: the counts of everything below it."""
    counted = gap_counts(rows, "division__path")
    kind = f"&type={type_id}" if type_id else ""
    lines = []
    for node in nodes:
        inside = [row for row in counted if row["division__path"] and row["division__path"].startswith(node.path)]
        total = {key: sum(row[key] for row in inside) for key in ("total", *(gap.key for gap in GAPS))}
        if total["total"]:
            lines.append(_row(str(node), f"division={node.path}{kind}", total))
    return lines


def _row(name: str, query: str, row: dict[str, Any]) -> GapRow:
    return GapRow(name, query, row["total"], {gap.key: row[gap.key] for gap in GAPS})


# Map


def site_points(rows: QuerySet[Site]) -> dict[str, Any]:
    """GeoJSON of sites that have coordinates (WGS-84): key, name, type and a tone, and no more. One query."""
    pattern = reverse("places:site", args=[0]).replace("0", "{}")
    found = (
        rows.filter(lat__isnull=False, lon__isnull=False)
        .order_by()
        .values_list("pk", "name", "type__name", "lat", "lon", "has_manager")
    )
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]},
                "properties": {
                    "title": name,
                    "note": kind,
                    "url": pattern.format(pk),
                    "tone": "warn" if managed is False else "wait",
                },
            }
            for pk, name, kind, lat, lon, managed in found
            if lat is not None and lon is not None
        ],
    }


def outlines(rows: QuerySet[Division]) -> dict[str, Any]:
    """GeoJSON of the divisions that have an outline (WGS-84)."""
    found = rows.filter(outline__isnull=False, active=True).order_by("path")
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": plain(row.outline),
                "properties": {"title": str(row), "url": reverse("places:division", args=[row.pk]), "level": row.level},
            }
            for row in found
        ],
    }
