"""Kinds, names, hours and the life of a task."""

from datetime import UTC, datetime, time
from itertools import product

import pytest

from chuangwen.volunteers.centres import rules
from chuangwen.volunteers.centres.rules import TaskStep


@pytest.mark.parametrize(
    ("place", "kind", "name"),
    [
        ("鹤峰县", "centre", "鹤峰县新时代文明实践中心"), ("五里乡", "office", "五里乡新时代文明实践所"),
        ("新村社区居委会", "station", "新村社区新时代文明实践站"),
        ("南村村委会", "station", "南村新时代文明实践站"),
        ("大坪村村委会", "station", "大坪村新时代文明实践站"),
        ("高桥村村民委员会", "station", "高桥村新时代文明实践站"), ("东街居民委员会", "station", "东街新时代文明实践站"),
    ],
)  # fmt: skip
def test_a_centre_is_called_after_its_place_and_kind(place, kind, name):
    assert rules.centre_name(place, kind) == name


def test_the_chain_is_told_as_the_papers_tell_it():
    counts = {"centre": 1, "office": 9, "station": 218, "point": 4, "post": 3}
    assert rules.chain_words(counts) == "1+9+218+7" and rules.chain_words(counts, planned=True) == "1+9+218+N"
    assert rules.chain_words({}) == "0+0+0+0"


def test_what_hangs_where():
    assert rules.fits("station", 5, "office") is None and rules.fits("centre", 3, None) is None and rules.fits("office", 4, None) is None
    assert rules.fits("station", 5, None) == "parent" and rules.fits("office", 4, "station") == "parent"
    assert rules.fits("station", 4, "office") == "division" and rules.fits("centre", 5, None) == "division"


def test_it_is_open_on_its_days_within_its_hours():
    monday = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    assert rules.is_open(monday, time(8, 30), time(17, 30), 0b0011111)
    assert not rules.is_open(monday.replace(hour=18), time(8, 30), time(17, 30), 0b0011111)
    assert not rules.is_open(monday.replace(day=7), time(8, 30), time(17, 30), 0b0011111), "a Saturday"
    assert rules.is_open(monday.replace(day=7, hour=23), None, None, rules.EVERY_DAY)


def test_every_step_that_is_not_in_the_table_cannot_be_done():
    states = (rules.GIVEN, rules.REPORTED, rules.DONE, rules.CALLED_OFF)
    allowed = {(state, step) for state, step in product(states, TaskStep) if rules.after(state, step)}
    assert allowed == {
        ("given", "report"), ("given", "call_off"), ("reported", "accept"), ("reported", "send_back"), ("reported", "call_off"),
    }  # fmt: skip
