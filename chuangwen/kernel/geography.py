"""Points on the map and the three datums that a phone, a portal and a surveyor give them in.

Pure. A point always carries its datum: WGS-84 (satellites, EXIF), CGCS2000 (Tianditu; the same as WGS-84 within centimetres),
GCJ-02 (phones in China, WeChat, Amap: WGS-84 with the prescribed offset), BD-09 (Baidu: GCJ-02 with a further one). Distances are
metres. Between the offset datums and WGS-84 there is no closed inverse; it is found by iteration to well below 0.5 m.
"""

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any

_MEAN_RADIUS = 6_371_008.8  # of the earth, metres
_SEMI_MAJOR = 6_378_245.0  # Krasovsky 1940, which GCJ-02 is reckoned on
_ECCENTRICITY = 0.006_693_421_622_965_943
_BD_TURN = math.pi * 3000 / 180
_CLOSE = 1e-9  # degrees, a tenth of a millimetre


class Datum(StrEnum):
    """What latitude and longitude are measured in."""

    WGS84 = "WGS84"
    GCJ02 = "GCJ02"
    BD09 = "BD09"
    CGCS2000 = "CGCS2000"


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees north and east. Raises ValueError outside −90 to 90 and −180 to 180."""

    lat: float
    lon: float
    datum: Datum = Datum.WGS84

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError(f"no place on earth: {self.lat}, {self.lon}")
        if not isinstance(self.datum, Datum):
            object.__setattr__(self, "datum", Datum(self.datum))

    def to(self, datum: Datum) -> "Point":
        """The same place in another datum."""
        if datum == self.datum:
            return self
        lat, lon = self.lat, self.lon
        if self.datum is Datum.BD09:
            lat, lon = _inverse(_bd_from_gcj, lat, lon)
        if self.datum in (Datum.BD09, Datum.GCJ02) and datum in (Datum.WGS84, Datum.CGCS2000):
            lat, lon = _inverse(_gcj_from_wgs, lat, lon)
        elif self.datum in (Datum.WGS84, Datum.CGCS2000) and datum in (Datum.GCJ02, Datum.BD09):
            lat, lon = _gcj_from_wgs(lat, lon)
        if datum is Datum.BD09:
            lat, lon = _bd_from_gcj(lat, lon)
        return Point(lat, lon, Datum(datum))

    def rounded(self, digits: int = 6) -> "Point":
        """With so many digits after the point; six are 11 cm."""
        return replace(self, lat=round(self.lat, digits), lon=round(self.lon, digits))

    def __str__(self) -> str:
        return f"{self.lat:.6f},{self.lon:.6f}"


@dataclass(frozen=True, slots=True)
class Box:
    """A box between two parallels and two meridians, edges included; it does not cross the 180th meridian."""

    south: float
    west: float
    north: float
    east: float

    def __post_init__(self) -> None:
        if self.south > self.north or self.west > self.east:
            raise ValueError("a box has its south below its north and its west before its east")

    def __contains__(self, point: Point) -> bool:
        return self.south <= point.lat <= self.north and self.west <= point.lon <= self.east

    @property
    def centre(self) -> Point:
        return Point((self.south + self.north) / 2, (self.west + self.east) / 2)

    @classmethod
    def around(cls, points: Iterable[Point]) -> "Box | None":
        """The smallest box that holds all points (of one datum); None for none."""
        points = list(points)
        if not points:
            return None
        lats, lons = [p.lat for p in points], [p.lon for p in points]
        return cls(min(lats), min(lons), max(lats), max(lons))

    @classmethod
    def within(cls, point: Point, metres: float) -> "Box":
        """A box that holds every place no further than ``metres`` from ``point`` (and the corners beyond)."""
        return cls(point.lat, point.lon, point.lat, point.lon).grown(metres)

    def grown(self, metres: float) -> "Box":
        """A box larger by ``metres`` on each side."""
        up = math.degrees(metres / _MEAN_RADIUS) * 1.0001
        furthest = min(max(abs(self.south), abs(self.north)) + up, 89.9)
        across = up / math.cos(math.radians(furthest))
        return Box(
            south=max(self.south - up, -90.0),
            west=max(self.west - across, -180.0),
            north=min(self.north + up, 90.0),
            east=min(self.east + across, 180.0),
        )


CHINA = Box(south=0.8293, west=72.004, north=55.8271, east=137.8347)
"""Where the offset of GCJ-02 applies: China and much beside it. Outside, GCJ-02 is WGS-84."""
_TERRITORY = Box(south=3.4, west=73.4, north=53.6, east=135.2)


def in_china(point: Point) -> bool:
    """Whether a point can lie in China: a box around it, good for finding exchanged or missing numbers, not for borders."""
    return point in _TERRITORY


def distance(a: Point, b: Point) -> float:
    """Metres along a great circle; 0.5 % at most from the way on the ellipsoid. Points of unlike datums are converted first."""
    if a.datum != b.datum:
        a, b = a.to(Datum.WGS84), b.to(Datum.WGS84)
    lat1, lat2 = math.radians(a.lat), math.radians(b.lat)
    half_lat, half_lon = (lat2 - lat1) / 2, math.radians(b.lon - a.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * _MEAN_RADIUS * math.asin(math.sqrt(min(chord, 1.0)))


def centre_of_gravity(outline: Any) -> tuple[float, float] | None:
    """Of a GeoJSON Polygon or MultiPolygon in degrees: (latitude, longitude) of the middle of its area, holes left out; None for anything else
    or for no area. Degrees are taken as a plane: good to some metres for the outline of a community.

    >>> centre_of_gravity({"type": "Polygon", "coordinates": [[[110, 21], [112, 21], [112, 22], [110, 22], [110, 21]]]})
    (21.5, 111.0)
    """
    kind, parts = outline.get("type"), outline.get("coordinates")
    polygons = {"Polygon": [parts], "MultiPolygon": parts}.get(kind) or []
    area = north = east = 0.0
    for rings in polygons:
        for number, ring in enumerate(rings):
            (lon0, lat0), twice, up, across = ring[0][:2], 0.0, 0.0, 0.0
            for one, two in pairwise(ring):
                x1, y1, x2, y2 = one[0] - lon0, one[1] - lat0, two[0] - lon0, two[1] - lat0
                cross = x1 * y2 - x2 * y1
                twice, across, up = twice + cross, across + (x1 + x2) * cross, up + (y1 + y2) * cross
            if not twice:
                continue
            share = abs(twice) * (1 if number == 0 else -1)
            area, north, east = area + share, north + share * (lat0 + up / 3 / twice), east + share * (lon0 + across / 3 / twice)
    return (north / area, east / area) if area > 0 else None


def path_length(points: Iterable[Point]) -> float:
    """Metres from the first point through all others to the last."""
    points = list(points)
    return sum(distance(a, b) for a, b in zip(points, points[1:], strict=False))


_NUMBER = r"([+-]?\d{1,3}(?:\.\d+)?)\s*°?([NSEW北南东西])?"
_PAIR = re.compile(rf"\(?{_NUMBER}\s*[,;、\s]\s*{_NUMBER}\)?")
_AXES = {
    **dict.fromkeys("N北", ("lat", 1)),
    **dict.fromkeys("S南", ("lat", -1)),
    **dict.fromkeys("E东", ("lon", 1)),
    **dict.fromkeys("W西", ("lon", -1)),
}


def parse_point(text: str, datum: Datum = Datum.WGS84) -> Point:
    """A pair of numbers as people copy it: ``21.66,110.92``, ``110.92, 21.66`` or ``21.66°N 110.92°E``.

    Latitude comes first, unless letters or the numbers say otherwise: a first number above 53.6 with a second one that can be
    a latitude in China is a longitude. Raises ValueError.
    """
    found = _PAIR.fullmatch(unicodedata.normalize("NFKC", text).strip().upper())
    if not found:
        raise ValueError(f"not a pair of latitude and longitude: {text!r}")
    first, second = float(found[1]), float(found[3])
    if found[2] or found[4]:
        axes = [_AXES.get(found[2] or ""), _AXES.get(found[4] or "")]
        values = {axis[0]: axis[1] * value for axis, value in zip(axes, (first, second), strict=True) if axis}
        if set(values) != {"lat", "lon"}:
            raise ValueError(f"not a pair of latitude and longitude: {text!r}")
        return Point(values["lat"], values["lon"], datum)
    if first > _TERRITORY.north and _TERRITORY.south <= second <= _TERRITORY.north:
        first, second = second, first
    return Point(first, second, datum)


# The offsets


def _gcj_from_wgs(lat: float, lon: float) -> tuple[float, float]:
    if not (CHINA.south <= lat <= CHINA.north and CHINA.west <= lon <= CHINA.east):
        return lat, lon
    x, y = lon - 105.0, lat - 35.0
    root, product = math.sqrt(abs(x)), x * y
    common = _waves((20.0, 6.0, x), (20.0, 2.0, x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * product + 0.2 * root
    north += common + _waves((20.0, 1.0, y), (40.0, 1 / 3, y)) + _waves((160.0, 1 / 12, y), (320.0, 1 / 30, y))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * product + 0.1 * root
    east += common + _waves((20.0, 1.0, x), (40.0, 1 / 3, x)) + _waves((150.0, 1 / 12, x), (300.0, 1 / 30, x))
    phi = math.radians(lat)
    flattening = 1 - _ECCENTRICITY * math.sin(phi) ** 2
    along_meridian = _SEMI_MAJOR * (1 - _ECCENTRICITY) / (flattening * math.sqrt(flattening))
    along_parallel = _SEMI_MAJOR / math.sqrt(flattening) * math.cos(phi)
    return lat + math.degrees(north / along_meridian), lon + math.degrees(east / along_parallel)


def _waves(*waves: tuple[float, float, float]) -> float:
    """Two thirds of a sum of sines: (amplitude, frequency in half turns per degree, degrees)."""
    return sum(amplitude * math.sin(frequency * degrees * math.pi) for amplitude, frequency, degrees in waves) * 2 / 3


def _bd_from_gcj(lat: float, lon: float) -> tuple[float, float]:
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * _BD_TURN)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _BD_TURN)
    return radius * math.sin(angle) + 0.006, radius * math.cos(angle) + 0.0065


def _inverse(forward, lat: float, lon: float) -> tuple[float, float]:
    """The place that ``forward`` takes to (lat, lon): the offset changes slowly, so taking it off again and again converges."""
    guess_lat, guess_lon = lat, lon
    for _ in range(30):
        reached_lat, reached_lon = forward(guess_lat, guess_lon)
        miss_lat, miss_lon = reached_lat - lat, reached_lon - lon
        guess_lat, guess_lon = guess_lat - miss_lat, guess_lon - miss_lon
        if abs(miss_lat) < _CLOSE and abs(miss_lon) < _CLOSE:
            break
    return guess_lat, guess_lon
