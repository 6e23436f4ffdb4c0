"""Datums against published pairs, and back again within half a metre."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.kernel.geography import Box, Datum, Point, distance, in_china, parse_point, path_length

in_the_country = st.builds(Point, st.floats(4, 53), st.floats(74, 135))


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
        ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
        ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
    ],
)
def test_the_offset_of_gcj02_is_the_published_one(wgs, gcj):
    moved = Point(*wgs).to(Datum.GCJ02)
    assert (moved.lat, moved.lon) == pytest.approx(gcj, abs=1e-6)


def test_the_offset_of_bd09_is_the_published_one():
    moved = Point(39.915, 116.404, Datum.BD09).to(Datum.GCJ02)
    assert (moved.lat, moved.lon) == pytest.approx((39.90865673957631, 116.39762729119315), abs=1e-5)


@given(in_the_country, st.sampled_from(Datum), st.sampled_from(Datum))
def test_there_and_back_is_the_same_place_within_half_a_metre(point, first, second):
    there = Point(point.lat, point.lon, first)
    back = there.to(second).to(first)
    assert back.datum is first
    assert distance(there, back) < 0.5


@given(in_the_country)
def test_in_china_the_datums_lie_hundreds_of_metres_apart(point):
    gcj, bd = point.to(Datum.GCJ02), point.to(Datum.BD09)
    assert 10 < distance(point, Point(gcj.lat, gcj.lon)) < 1500
    assert 300 < distance(Point(gcj.lat, gcj.lon), Point(bd.lat, bd.lon)) < 1800
    assert distance(point, gcj) < 0.5  # the same place, said in two ways
    assert point.to(Datum.CGCS2000).lat == point.lat


def test_abroad_gcj02_has_no_offset():
    assert Point(48.8566, 2.3522).to(Datum.GCJ02).lat == 48.8566


def test_distances():
    beijing, shanghai = Point(39.9042, 116.4074), Point(31.2304, 121.4737)
    assert distance(beijing, shanghai) == pytest.approx(1_067_000, rel=0.005)
    assert distance(Point(21.66, 110.92), Point(21.66, 110.92)) == 0
    assert distance(Point(0, 0), Point(0, 1)) == pytest.approx(math.radians(1) * 6_371_008.8)
    assert path_length([Point(0, 0), Point(0, 1), Point(0, 2)]) == pytest.approx(2 * math.radians(1) * 6_371_008.8)


@given(in_the_country, in_the_country)
def test_distance_is_the_same_both_ways(a, b):
    assert distance(a, b) == pytest.approx(distance(b, a), abs=1e-6)


@given(in_the_country, st.floats(1, 50_000), st.floats(0, 2 * math.pi))
def test_a_box_holds_everything_within_its_distance(centre, metres, bearing):
    box = Box.within(centre, metres)
    reach = math.degrees(metres * 0.999 / 6_371_008.8)
    lat = centre.lat + reach * math.cos(bearing)
    lon = centre.lon + reach * math.sin(bearing) / math.cos(math.radians(centre.lat))
    other = Point(lat, lon)
    if distance(centre, other) <= metres:
        assert other in box


def test_boxes():
    points = [Point(21.6, 110.9), Point(21.7, 110.8)]
    box = Box.around(points)
    assert (box.south, box.west, box.north, box.east) == (21.6, 110.8, 21.7, 110.9)
    assert all(point in box for point in points) and Point(22, 110.85) not in box
    assert Box.around([]) is None
    with pytest.raises(ValueError, match="box"):
        Box(2, 0, 1, 0)


def test_exchanged_and_missing_numbers_are_not_in_china():
    assert in_china(Point(21.66, 110.92))
    assert not in_china(Point(0, 0)) and not in_china(Point(-21.66, 110.92)) and not in_china(Point(48.8, 2.3))


@pytest.mark.parametrize(
    "text", ["21.66,110.92", " 21.66， 110.92 ", "110.92,21.66", "(21.66, 110.92)", "21.66°N 110.92°E", "110.92E,21.66N"]
)
def test_a_copied_pair_is_read(text):
    assert parse_point(text, Datum.GCJ02) == Point(21.66, 110.92, Datum.GCJ02)


@pytest.mark.parametrize("text", ["", "21.66", "21.66,110.92,3", "abc,def", "95,200", "21.66N,110.92N", "北21.66;东110.92"])
def test_what_is_no_pair_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011
        parse_point(text)


@pytest.mark.parametrize("pair", [(91, 0), (0, 181), (math.nan, 0), (0, math.inf)])
def test_a_place_that_is_nowhere_is_refused(pair):
    with pytest.raises(ValueError, match="earth"):
        Point(*pair)
