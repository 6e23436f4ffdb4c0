"""A deadline told day by day adds up to its limit."""

from datetime import date, datetime, time, timedelta

import pytest

from chuangwen.kernel.clock import LOCAL
from chuangwen.kernel.due_steps import Why, tell
from chuangwen.kernel.holidays import holiday_years, statutory_calendar
from chuangwen.kernel.worktime import Limit

NAMES = {one.day: one.name for one in holiday_years()[2026].days}


def told(text, amount, unit):
    return tell(statutory_calendar(), datetime.fromisoformat(text).replace(tzinfo=LOCAL), Limit(amount, unit), NAMES)


def test_working_days_over_the_national_holiday():
    found = told("2026-09-30T16:00", 5, "working_days")
    assert [(s.first.day, s.last.day, s.why, s.name, s.amount) for s in found.steps] == [
        (30, 30, Why.START, "", 0),
        (1, 7, Why.HOLIDAY, "国庆节", 0),
        (8, 9, Why.COUNTS, "", 2),
        (10, 10, Why.SHIFTED, "国庆节", 1),
        (11, 11, Why.WEEKEND, "", 0),
        (12, 13, Why.COUNTS, "", 2),
    ]
    assert found.due == datetime(2026, 10, 13, 17, 30, tzinfo=LOCAL)


def test_what_arrives_in_the_evening_is_counted_from_the_morning():
    found = told("2026-11-18T19:00", 1, "working_days")
    assert found.counted_from == datetime(2026, 11, 19, 8, 30, tzinfo=LOCAL)
    assert [step.why for step in found.steps] == [Why.BEFORE, Why.START, Why.COUNTS]


def test_calendar_days_count_holidays():
    found = told("2026-09-30T16:00", 3, "calendar_days")
    assert [(step.why, step.amount) for step in found.steps] == [(Why.START, 0), (Why.COUNTS, 3)]


@pytest.mark.parametrize("unit, amount", [("working_hours", 4), ("working_hours", 30), ("working_days", 7), ("calendar_days", 9)])
@pytest.mark.parametrize("hour", [6, 11, 13, 16, 22])
@pytest.mark.parametrize("day", [date(2026, 2, 13), date(2026, 4, 3), date(2026, 9, 26), date(2026, 11, 20)])
def test_the_steps_add_up_to_the_limit(unit, amount, hour, day):
    start = datetime.combine(day, time(hour), LOCAL)
    found = tell(statutory_calendar(), start, Limit(amount, unit), NAMES)
    assert sum(step.amount for step in found.steps) == (amount * 60 if unit == "working_hours" else amount)
    assert found.steps[0].first == day and found.steps[-1].last == found.due.date()
    for earlier, later in zip(found.steps, found.steps[1:], strict=False):
        assert later.first == earlier.last + timedelta(days=1)
