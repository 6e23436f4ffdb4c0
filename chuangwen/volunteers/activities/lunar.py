"""Days of the lunar calendar: the rules of GB/T 33661-2017 《农历的编算和颁行》 on new moons and solar longitudes by Jean Meeus, *Astronomical
Algorithms*, 2nd edition, chapters 25 and 49 (new moons to about a minute, longitudes to about 0.01°). Pure. Good for 1950 to 2100."""

from __future__ import annotations

import math
from datetime import date, timedelta
from functools import lru_cache

SYNODIC, FIRST_NEW_MOON = 29.530588861, 2451550.09766
"""Days, and the day (JDE) of the new moon of January 2000 with k = 0."""
BEIJING = 8 / 24
WINTER = 270.0
_TERMS = (  # amount in days, power of E, multiples of M, M', F
    (-0.40720, 0, 0, 1, 0), (0.17241, 1, 1, 0, 0), (0.01608, 0, 0, 2, 0), (0.01039, 0, 0, 0, 2), (0.00739, 1, -1, 1, 0),
    (-0.00514, 1, 1, 1, 0), (0.00208, 2, 2, 0, 0), (-0.00111, 0, 0, 1, -2), (-0.00057, 0, 0, 1, 2), (0.00056, 1, 1, 2, 0),
    (-0.00042, 0, 0, 3, 0), (0.00042, 1, 1, 0, 2), (0.00038, 1, 1, 0, -2), (-0.00024, 1, -1, 2, 0), (-0.00007, 0, 2, 1, 0),
)  # fmt: skip
_PLANETS = (
    (0.000325, 299.77, 0.107408), (0.000165, 251.88, 0.016321), (0.000164, 251.83, 26.651886), (0.000126, 349.42, 36.412478),
    (0.000110, 84.66, 18.206239), (0.000062, 141.74, 53.303771), (0.000060, 207.14, 2.453732), (0.000056, 154.84, 7.306860),
    (0.000047, 34.52, 27.261239), (0.000042, 207.19, 0.121824), (0.000040, 291.34, 1.844379), (0.000037, 161.72, 24.198154),
    (0.000035, 239.56, 25.513099), (0.000023, 331.55, 3.592518),
)  # fmt: skip


def _delta(year: float) -> float:
    """Terrestrial time minus universal time in days (Espenak and Meeus, polynomials of 1986 to 2050; flat enough beside the rule)."""
    t = year - 2000
    return (63.86 + 0.3345 * t - 0.060374 * t**2 + 0.0017275 * t**3 if t < 5 else 62.92 + 0.32217 * t + 0.005589 * t**2) / 86400


def _new_moon(k: int) -> float:
    """The day (JDE, terrestrial time) of the new moon with this number."""
    t = k / 1236.85
    e = 1 - 0.002516 * t - 0.0000074 * t**2
    m, moon, node = 2.5534 + 29.1053567 * k, 201.5643 + 385.81693528 * k + 0.0107582 * t**2, 160.7108 + 390.67050284 * k - 0.0016118 * t**2
    day = FIRST_NEW_MOON + SYNODIC * k + 0.00015437 * t**2
    day += sum(a * e**p * math.sin(math.radians(x * m + y * moon + z * node)) for a, p, x, y, z in _TERMS)
    day -= 0.00017 * math.sin(math.radians(124.7746 - 1.56375588 * k))
    return day + sum(a * math.sin(math.radians(at + by * k)) for a, at, by in _PLANETS)


def _sun(day: float) -> float:
    """Apparent longitude of the sun in degrees at a day (JDE)."""
    t = (day - 2451545.0) / 36525
    m = math.radians(357.52911 + 35999.05029 * t - 0.0001537 * t**2)
    centre = (
        (1.914602 - 0.004817 * t) * math.sin(m) + (0.019993 - 0.000101 * t) * math.sin(2 * m) + 0.000289 * math.sin(3 * m)
    )
    omega = math.radians(125.04 - 1934.136 * t)
    return (280.46646 + 36000.76983 * t + 0.0003032 * t**2 + centre - 0.00569 - 0.00478 * math.sin(omega)) % 360


def _local(day: float, year: int) -> date:
    """The date in Beijing of a moment (JDE)."""
    return date(2000, 1, 1) + timedelta(days=math.floor(day - _delta(year) + BEIJING - 2451544.5))


@lru_cache(maxsize=512)
def solar_term(year: int, longitude: float) -> date:
    """The day in Beijing on which the sun reaches this longitude (0, 15, … 345 degrees) in a year: 清明 is 15, 冬至 270."""
    turn = ((longitude - 280) % 360) / 360
    day = 2451544.5 + (year - 2000) * 365.2422 + turn * 365.2422
    for _step in range(6):
        day += ((longitude - _sun(day) + 180) % 360 - 180) * 365.2422 / 360
    return _local(day, year)


def _moons(first: date, last: date) -> list[date]:
    """The days of new moon from the last one not after ``first`` to the first one not before ``last``."""
    k = math.floor(((first - date(2000, 1, 6)).days) / SYNODIC) - 1
    found: list[date] = []
    while not found or found[-1] < last:
        found.append(_local(_new_moon(k), first.year))
        k += 1
    while len(found) > 1 and found[1] <= first:
        found.pop(0)
    return found


@lru_cache(maxsize=256)
def months(year: int) -> tuple[tuple[int, bool, date, int], ...]:
    """The lunar months from the eleventh of the year before (the month of the winter solstice) to the tenth of ``year``: number, whether it is
    a leap month, first day, length in days. A span of thirteen months has a leap month: the first without a principal term (4.3)."""
    solstice, following = solar_term(year - 1, WINTER), solar_term(year, WINTER)
    moons = _moons(solstice, following)
    while moons[-1] > following:
        moons.pop()
    count = len(moons) - 1
    terms = {solar_term(year - 1, WINTER), solar_term(year - 1, 300.0)}
    terms |= {solar_term(year, float(angle)) for angle in range(0, 360, 30)}
    found: list[tuple[int, bool, date, int]] = []
    number, leap_left = 11, count == 13
    for index in range(count):
        start, end = moons[index], moons[index + 1]
        without = not any(start <= term < end for term in terms)
        if index and leap_left and without:
            leap_left = False
            found.append((found[-1][0], True, start, (end - start).days))
            continue
        if index:
            number = number % 12 + 1
        found.append((number, False, start, (end - start).days))
    return tuple(found)


def day_of(year: int, month: int, day: int) -> date:
    """The date of a day of a lunar month (no leap month) of the lunar year that begins in ``year``. ``day`` 0 is the last of the month.

    >>> day_of(2026, 1, 1), day_of(2026, 5, 5), day_of(2025, 12, 8)
    (datetime.date(2026, 2, 17), datetime.date(2026, 6, 19), datetime.date(2026, 1, 26))
    """
    table = months(year + 1) if month >= 11 else months(year)
    wanted = next((start, length) for number, leap, start, length in table if number == month and not leap)
    return wanted[0] + timedelta(days=(day or wanted[1]) - 1)
