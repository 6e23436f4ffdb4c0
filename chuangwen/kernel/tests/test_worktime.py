"""Deadlines: by hand on the calendar of 2026, and what must hold for any start, limit and pause."""

from datetime import date, datetime, time, timedelta
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuangwen.kernel.holidays import holiday_years, is_published, statutory_calendar, statutory_days
from chuangwen.kernel.worktime import LOCAL, UNITS, DayKind, Limit, WorkCalendar

CALENDAR = statutory_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


HAND_CASES = [
    # within a day, over the noon break, over night
    ("2026-03-03T09:00", 2, "working_hours", "2026-03-03T11:00"),
    ("2026-03-03T11:00", 2, "working_hours", "2026-03-03T15:30"),
    ("2026-03-03T08:30", 4, "working_hours", "2026-03-03T15:00"),
    ("2026-03-03T17:00", 4, "working_hours", "2026-03-04T12:00"),
    # exactly at the end of hours, not at the beginning of the next
    ("2026-03-03T08:30", 13, "working_hours", "2026-03-04T17:30"),
    # from outside hours: the next working moment
    ("2026-03-03T06:00", 1, "working_hours", "2026-03-03T09:30"),
    ("2026-03-03T13:00", 1, "working_hours", "2026-03-03T15:30"),
    ("2026-03-06T20:00", 1, "working_hours", "2026-03-09T09:30"),
    ("2026-03-07T10:00", 1, "working_hours", "2026-03-09T09:30"),
    # working days: the start day does not count
    ("2026-03-03T09:00", 1, "working_days", "2026-03-04T17:30"),
    ("2026-03-03T09:00", 3, "working_days", "2026-03-06T17:30"),
    ("2026-03-05T09:00", 3, "working_days", "2026-03-10T17:30"),
    # what arrives on Friday evening or at the weekend arrives on Monday
    ("2026-03-06T18:00", 1, "working_days", "2026-03-10T17:30"),
    ("2026-03-07T10:00", 1, "working_days", "2026-03-10T17:30"),
    ("2026-03-09T07:00", 1, "working_days", "2026-03-10T17:30"),
    # calendar days
    ("2026-03-06T18:00", 1, "calendar_days", "2026-03-07T23:59:59"),
    ("2026-02-27T00:00", 3, "calendar_days", "2026-03-02T23:59:59"),
    # Spring Festival 2026: off from 15 to 23 February, worked on Saturdays 14 and 28
    ("2026-02-13T09:00", 1, "working_days", "2026-02-14T17:30"),
    ("2026-02-13T09:00", 2, "working_days", "2026-02-24T17:30"),
    ("2026-02-13T09:00", 7, "working_days", "2026-03-02T17:30"),
    ("2026-02-14T17:00", 1, "working_hours", "2026-02-24T09:00"),
    ("2026-02-17T12:00", 4, "working_hours", "2026-02-24T15:00"),
    ("2026-02-17T12:00", 3, "working_days", "2026-02-27T17:30"),
    ("2026-02-27T17:00", 1, "working_hours", "2026-02-28T09:00"),
    ("2026-02-14T09:00", 7, "calendar_days", "2026-02-21T23:59:59"),
    # National Day 2026: off from 1 to 7 October, worked on Sunday 20 September and Saturday 10 October
    ("2026-09-30T09:00", 2, "working_days", "2026-10-09T17:30"),
    ("2026-10-08T09:00", 2, "working_days", "2026-10-10T17:30"),
    ("2026-09-19T09:00", 1, "working_hours", "2026-09-20T09:30"),
    # 2025: Spring Festival off from 28 January to 4 February, worked on Sunday 26 January
    ("2025-01-25T09:00", 2, "working_days", "2025-02-05T17:30"),
]


@pytest.mark.parametrize(("start", "amount", "unit", "expected"), HAND_CASES)
def test_a_deadline_falls_where_the_calendar_puts_it(start, amount, unit, expected):
    assert CALENDAR.due(at(start), Limit(amount, unit)) == at(expected)


def test_shifted_days_are_worked_and_holidays_are_not():
    assert CALENDAR.is_workday(date(2026, 2, 14)) and CALENDAR.is_workday(date(2026, 1, 4))
    assert not CALENDAR.is_workday(date(2026, 2, 16)) and not CALENDAR.is_workday(date(2026, 10, 1))
    assert CALENDAR.is_workday(date(2026, 2, 24)) and not CALENDAR.is_workday(date(2026, 3, 1))
    assert CALENDAR.workdays_between(date(2026, 2, 9), date(2026, 3, 1)) == 6 + 5


@pytest.mark.parametrize(("year", "workdays"), [(2025, 248), (2026, 248)])
def test_a_published_year_has_the_working_days_of_its_notice(year, workdays):
    """By hand: weekdays of the year, less holidays on weekdays, plus shifted weekend days."""
    assert is_published(year)
    assert CALENDAR.workdays_between(date(year, 1, 1), date(year, 12, 31)) == workdays


def test_every_exception_in_the_data_really_is_one():
    """A shifted day is a Saturday or Sunday; every festival has a weekday off."""
    for entry in holiday_years().values():
        for holiday in entry.days:
            assert holiday.day.year == entry.year
            if holiday.kind is DayKind.WORK:
                assert holiday.day.weekday() >= 5
    names = {holiday.name for holiday in holiday_years()[2026].days}
    assert names == {"元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"}


def test_an_unpublished_year_says_so_and_follows_the_plain_week():
    assert not is_published(2027) and not is_published(2031)
    assert holiday_years()[2027].published is False
    assert CALENDAR.is_workday(date(2027, 2, 8)) and not CALENDAR.is_workday(date(2027, 2, 6))


def test_working_minutes_leave_out_noon_nights_and_holidays():
    assert CALENDAR.working_minutes_between(at("2026-03-03T11:00"), at("2026-03-03T15:00")) == 90
    assert CALENDAR.working_minutes_between(at("2026-02-14T17:00"), at("2026-02-24T09:00")) == 60
    assert CALENDAR.working_minutes_between(at("2026-02-15T00:00"), at("2026-02-23T23:00")) == 0
    assert CALENDAR.working_minutes_between(at("2026-03-03T15:00"), at("2026-03-03T11:00")) == 0


def test_a_pause_is_added_to_a_limit_of_hours():
    start, pause = at("2026-03-03T09:00"), (at("2026-03-03T10:00"), at("2026-03-04T10:00"))
    assert CALENDAR.due(start, Limit(4, "working_hours"), [pause]) == at("2026-03-04T15:30")
    assert CALENDAR.elapsed(start, at("2026-03-03T18:00"), "working_hours", [pause]) == 1
    # a pause after the due moment changes nothing
    assert CALENDAR.due(start, Limit(1, "working_hours"), [pause]) == at("2026-03-03T10:00")


def test_days_that_end_inside_a_pause_are_added_to_a_limit_of_days():
    start, pause = at("2026-03-03T09:00"), (at("2026-03-04T10:00"), at("2026-03-06T10:00"))
    assert CALENDAR.due(start, Limit(3, "working_days"), [pause]) == at("2026-03-10T17:30")
    assert CALENDAR.due(start, Limit(3, "calendar_days"), [pause]) == at("2026-03-08T23:59:59")
    within_a_day = (at("2026-03-04T10:00"), at("2026-03-04T16:00"))
    assert CALENDAR.due(start, Limit(3, "working_days"), [within_a_day]) == at("2026-03-06T17:30")


def test_overlapping_pauses_count_once():
    start = at("2026-03-03T09:00")
    one = [(at("2026-03-03T10:00"), at("2026-03-03T12:00"))]
    two = [(at("2026-03-03T10:00"), at("2026-03-03T11:30")), (at("2026-03-03T10:30"), at("2026-03-03T12:00"))]
    assert CALENDAR.due(start, Limit(2, "working_hours"), one) == CALENDAR.due(start, Limit(2, "working_hours"), two)


def test_an_open_pause_stops_the_clock():
    start, now, pause = at("2026-03-03T09:00"), at("2026-03-20T09:00"), (at("2026-03-03T10:00"), None)
    with pytest.raises(ValueError, match="open"):
        CALENDAR.due(start, Limit(4, "working_hours"), [pause])
    left = CALENDAR.remaining(start, Limit(4, "working_hours"), now, [pause])
    assert left.amount == 3 and not left.overdue and left.minutes == 180


def test_remaining_goes_below_zero_when_it_is_over():
    left = CALENDAR.remaining(at("2026-03-03T09:00"), Limit(1, "working_days"), at("2026-03-06T18:00"))
    assert (left.amount, left.overdue, left.due) == (-2, True, at("2026-03-04T17:30"))
    assert left.minutes == -2 * 390


@pytest.mark.parametrize(
    ("start", "amount", "unit", "expected"),
    [
        ("2026-03-03T08:30", 4, "working_hours", "2026-03-03T10:30"),
        ("2026-03-06T16:30", 2, "working_hours", "2026-03-06T17:30"),
        ("2026-03-03T17:30", 2, "working_days", "2026-03-05T11:45"),  # three days of work lie before it is due
        ("2026-03-03T23:59:59", 2, "calendar_days", "2026-03-04T23:59:59"),
    ],
)
def test_half_time_is_half_of_what_counts(start, amount, unit, expected):
    assert CALENDAR.half_time(at(start), Limit(amount, unit)) == at(expected)


def test_a_moment_in_another_zone_is_the_same_moment():
    there = datetime.fromisoformat("2026-03-03T01:00:00+00:00")
    assert CALENDAR.due(there, Limit(2, "working_hours")) == at("2026-03-03T11:00")


@pytest.mark.parametrize(
    "wrong", [(0, "working_days"), (-1, "working_days"), (1.5, "working_days"), (1, "weeks"), (True, "working_days")]
)
def test_a_limit_that_means_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match="limit"):
        Limit(*wrong)


@pytest.mark.parametrize("hours", [[], [(time(12), time(8))], [(time(8), time(12)), (time(11), time(17))]])
def test_working_hours_that_mean_nothing_are_refused(hours):
    with pytest.raises(ValueError, match="working hours"):
        WorkCalendar({}, hours)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        CALENDAR.due(datetime(2026, 3, 3, 9), Limit(1, "working_days"))  # noqa: DTZ001


def test_the_calendar_takes_an_administrators_entries_as_true_and_false():
    calendar = WorkCalendar({date(2026, 3, 4): False, date(2026, 3, 7): True})
    assert calendar.due(at("2026-03-03T09:00"), Limit(4, "working_days")) == at("2026-03-09T17:30")


moments = st.datetimes(datetime(2024, 12, 1), datetime(2027, 6, 1)).map(lambda moment: moment.replace(tzinfo=LOCAL))  # noqa: DTZ001
limits = st.builds(Limit, st.integers(1, 60), st.sampled_from(UNITS))
pauses = st.lists(
    st.tuples(moments, st.timedeltas(timedelta(0), timedelta(days=40))).map(lambda span: (span[0], span[0] + span[1])), max_size=4
)
calendars = st.sampled_from(
    [CALENDAR, WorkCalendar(), WorkCalendar(statutory_days(), [(time(9), time(17))]), WorkCalendar({}, [(time(0), time.max)])]
)


@given(calendars, moments, limits, pauses)
def test_at_the_due_moment_exactly_the_limit_is_used(calendar, start, limit, spans):
    due = calendar.due(start, limit, spans)
    assert due > start
    assert calendar.elapsed(start, due, limit.unit, spans) == limit.amount
    assert calendar.elapsed(start, due - timedelta(microseconds=1), limit.unit, spans) < limit.amount
    assert due.utcoffset() == timedelta(hours=8)


@given(calendars, moments, moments, limits, pauses)
def test_who_starts_later_is_never_due_earlier(calendar, one, other, limit, spans):
    early, late = sorted((one, other))
    assert calendar.due(early, limit) <= calendar.due(late, limit)
    longer = Limit(limit.amount + 1, limit.unit)
    assert calendar.due(early, limit, spans) < calendar.due(early, longer, spans)
    assert calendar.due(early, limit, spans) >= calendar.due(early, limit)


@given(calendars, moments, moments, moments)
@settings(deadline=None)
def test_working_minutes_add_up(calendar, a, b, c):
    a, b, c = sorted((a, b, c))
    whole = calendar.working_minutes_between(a, c)
    assert whole == pytest.approx(calendar.working_minutes_between(a, b) + calendar.working_minutes_between(b, c), abs=1e-6)
    assert 0 <= whole <= (c - a) / timedelta(minutes=1) + 1e-6


@given(calendars, moments, limits, pauses)
def test_half_time_lies_between_start_and_due(calendar, start, limit, spans):
    half, due = calendar.half_time(start, limit, spans), calendar.due(start, limit, spans)
    assert start < half <= due


@given(moments, st.integers(1, 300))
@settings(deadline=None)
def test_hours_end_inside_working_hours_and_days_at_their_end(start, amount):
    assert CALENDAR.is_working(CALENDAR.due(start, Limit(amount, "working_hours")) - timedelta(microseconds=1))
    due = CALENDAR.due(start, Limit(amount, "working_days"))
    assert due.time() == time(17, 30) and CALENDAR.is_workday(due.date())
    assert CALENDAR.due(start, Limit(amount, "calendar_days")).time() == time(23, 59, 59)


def test_working_days_by_counting_them_one_by_one():
    start = at("2026-01-30T10:00")
    day, left = start.date(), 30
    while left:
        day += timedelta(days=1)
        left -= CALENDAR.is_workday(day)
    assert CALENDAR.due(start, Limit(30, "working_days")).date() == day == CALENDAR.workday_after(start.date(), 30)


def test_the_far_past_of_a_clock_set_back_is_an_error_and_not_a_wrong_date():
    with pytest.raises(ValueError, match="1990"):
        CALENDAR.due(at("1970-01-01T00:00"), Limit(1, "working_days"))


def test_a_deadline_costs_microseconds_and_no_more_when_it_is_far_away():
    """Generous to a busy machine: typical is 5 µs. What must not happen is counting day by day."""

    start = at("2026-02-13T09:00")

    def cost(limit: Limit) -> float:
        begun = perf_counter()
        for _ in range(2000):
            CALENDAR.due(start, limit)
        return (perf_counter() - begun) / 2000

    near = min(cost(Limit(1, "working_days")) for _ in range(5))
    far = min(cost(Limit(3000, "working_days")) for _ in range(5))
    assert near < 500e-6 and far < near * 3
