"""Where a report is: from a site, a point on the map or a community that somebody chose. Reads public names of places alone."""

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from chuangwen.kernel.geography import Box, Datum, Point, distance
from chuangwen.kernel.lazy_json import plain
from chuangwen.places.models import Division, Site

AT_SITE = 80
"""Metres: nearer than that to a site, a point is taken to be there."""
REACH = 3_000
"""Metres around a point in which sites tell its community."""
SUGGESTED = 8
MOST_DIVISIONS = 400


@dataclass(frozen=True)
class Place:
    """``site`` is None where none is near; ``near`` is the nearest site, for what its type says."""

    division: Division | None
    site: Site | None = None
    near: Site | None = None


def sites() -> QuerySet[Site]:
    return Site.objects.filter(active=True, division__isnull=False).select_related("type", "division", "grid")


def site_by_code(code: str) -> Site | None:
    """The site of a QR code or a link."""
    return sites().filter(code__iexact=code.strip()).first() if 0 < len(code.strip()) <= 40 else None


def sites_like(text: str) -> list[Site]:
    """At most eight sites in use whose name or code holds what was typed. One query."""
    found = sites()
    words = text.split()[:3]
    if not words or len("".join(words)) < 2:
        return []
    for word in words:
        found = found.filter(Q(name__icontains=word) | Q(code__istartswith=word))
    return list(found.order_by("name", "pk")[:SUGGESTED])


def nearest(point: Point, metres: float = REACH) -> tuple[Site, float] | None:
    """The nearest site in use and how far it is, in metres. One query."""
    box = Box.within(point, metres)
    rows = sites().filter(lat__gte=box.south, lat__lte=box.north, lon__gte=box.west, lon__lte=box.east)
    found = [(distance(point, Point(site.lat or 0, site.lon or 0)), site.pk, site) for site in rows[:3_000]]
    if not found:
        return None
    metres_away, _key, site = min(found)
    return (site, metres_away) if metres_away <= metres else None


def place_at(point: Point) -> Place:
    """The community (by its outline, else the one of the nearest site) and the site at a point in WGS-84. At most four queries."""
    found = nearest(point)
    inside = _inside(point, [found[0].division_id] if found and found[0].division_id else [])
    division = inside or (found[0].division if found else None)
    if found is None:
        return Place(division)
    site, metres = found
    at = site if metres <= AT_SITE and site.division == division else None
    return Place(division, at, site)


def _inside(point: Point, first: list[int]) -> Division | None:
    """The lowest division whose outline holds the point; ``first`` are looked at before all others."""
    rows = Division.objects.filter(active=True, outline__isnull=False)
    for chosen in (
        rows.filter(pk__in=first),
        rows.filter(level=Division.Level.VILLAGE).exclude(pk__in=first),
        rows.filter(level=Division.Level.TOWN),
    ):
        for division in chosen.order_by("pk")[:2_000]:
            if _holds(division, point):
                return division
    return None


def _holds(division: Division, point: Point) -> bool:
    geometry = plain(division.outline)
    try:
        shapes = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        return any(_in_ring(shape[0], point) and not any(_in_ring(hole, point) for hole in shape[1:]) for shape in shapes)
    except (ValueError, TypeError, KeyError, IndexError):  # somebody drew an outline that is none
        return False


def _in_ring(ring: list[list[float]], point: Point) -> bool:
    """Whether a point lies in a closed line of [longitude, latitude]: how often a ray to the east crosses it."""
    inside = False
    for (x1, y1, *_z1), (x2, y2, *_z2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > point.lat) != (y2 > point.lat) and point.lon < (x2 - x1) * (point.lat - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def communities() -> list[tuple[str, list[tuple[str, str]]]]:
    """Towns with their communities, for a page to choose from: [(town, [(code, name)])]; towns alone where there are very many."""
    rows = list(
        Division.objects.filter(active=True, code__isnull=False, level__gte=Division.Level.TOWN)
        .order_by("path")
        .values_list("path", "code", "name", "level")[: MOST_DIVISIONS * 4]
    )
    villages = sum(level == Division.Level.VILLAGE for *_rest, level in rows)
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    for _path, code, name, level in rows:
        if name == code:
            continue
        if level == Division.Level.TOWN:
            groups.append((name, [(code or "", name)]))
        elif groups and villages <= MOST_DIVISIONS:
            groups[-1][1].append((code or "", name))
        elif not groups:
            groups.append(("", [(code or "", name)]))
    return groups


def named_in(address: str) -> Division | None:
    """The community (else the town) whose name stands in an address, the longest name first; None where none does, or two as long. One query."""
    rows = Division.objects.filter(active=True, level__gte=Division.Level.TOWN).only("id", "path", "name", "short_name", "level", "code")
    found = [
        (row.level, len(name), row.pk, row)
        for row in rows[: MOST_DIVISIONS * 20]
        for name in {row.name, row.short_name}
        if len(name) >= 2 and name != row.code and name in address
    ]
    if not found:
        return None
    level, length, _pk, best = max(found, key=lambda each: each[:3])
    return best if all(row == best for other, size, _other, row in found if (other, size) == (level, length)) else None


def division_by_code(code: str) -> Division | None:
    return Division.objects.filter(active=True, level__gte=Division.Level.TOWN, code=code).first() if len(code) == 12 else None


def ground() -> dict[str, Any]:
    """GeoJSON of the outlines of communities (towns where there are none), five decimals (a metre), with nothing but their names."""
    rows = Division.objects.filter(active=True, outline__isnull=False)
    chosen = rows.filter(level=Division.Level.VILLAGE)
    if not chosen.exists():
        chosen = rows.filter(level__lte=Division.Level.TOWN)
    features = [
        {"type": "Feature", "properties": {"title": str(row)}, "geometry": _rounded(plain(row.outline))}
        for row in chosen.order_by("path")[:2_000]
    ]
    return {"type": "FeatureCollection", "features": features}


def _rounded(geometry: Any) -> Any:
    return json.loads(json.dumps(geometry), parse_float=lambda text: round(float(text), 5))


def point_of(lat: float | None, lon: float | None, datum: str) -> Point | None:
    """The point in WGS-84; None for none or for one that is not on earth."""
    if lat is None or lon is None:
        return None
    try:
        return Point(lat, lon, Datum(datum.upper())).to(Datum.WGS84)
    except ValueError:
        return None
