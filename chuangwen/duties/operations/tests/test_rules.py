"""When figures are asked, how far an operation is, what it came to for each hand, which days are compared afterwards."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.duties.operations import rules, states, words
from chuangwen.duties.operations.states import STATES, Step
from chuangwen.kernel.holidays import statutory_calendar
from chuangwen.ledger.models import Metric

CALENDAR = statutory_calendar()
SOME_DAY = st.dates(date(2024, 1, 1), date(2027, 12, 1))


def test_every_day_each_working_day_or_once_a_week():
    first, last = date(2026, 11, 18), date(2026, 11, 30)
    assert [one.first for one in rules.asked(rules.DAY, CALENDAR, first, last)] == [first + timedelta(days=n) for n in range(13)]
    assert all(CALENDAR.is_workday(one.first) for one in rules.asked(rules.WORKDAY, CALENDAR, first, last))
    weeks = rules.asked(rules.WEEK, CALENDAR, first, last)
    assert [(one.first.day, one.last.day, one.due.day) for one in weeks] == [(18, 22, 20), (23, 29, 27), (30, 30, 30)]


def test_a_week_without_a_working_day_is_due_on_its_last_day():
    # 2026-10-03 and -04 are a weekend within the national holiday.
    assert [one.due for one in rules.asked(rules.WEEK, CALENDAR, date(2026, 10, 3), date(2026, 10, 4))] == [date(2026, 10, 4)]


@given(SOME_DAY, st.integers(0, 60), st.sampled_from((rules.DAY, rules.WEEK)))
def test_the_days_of_an_operation_are_asked_once_each(first, length, rhythm):
    last = first + timedelta(days=length)
    spans = rules.asked(rhythm, CALENDAR, first, last)
    covered = [one.first + timedelta(days=n) for one in spans for n in range((one.last - one.first).days + 1)]
    assert covered == [first + timedelta(days=n) for n in range(length + 1)]
    assert all(one.first <= one.due <= one.last for one in spans)
    for day in covered:
        found = rules.asked_on(spans, day)
        assert found is not None and found.first <= day <= found.last
    assert rules.asked_on(spans, last + timedelta(days=1)) is None and rules.asked_on(spans, first - timedelta(days=1)) is None


@given(SOME_DAY, st.integers(0, 40), st.sampled_from((rules.DAY, rules.WORKDAY, rules.WEEK)), st.sets(st.integers(-5, 50)))
def test_how_often_a_unit_told_is_how_many_spans_its_days_fulfil(first, length, rhythm, told):
    spans = rules.asked(rhythm, CALENDAR, first, first + timedelta(days=length))
    days = {first + timedelta(days=n) for n in told}
    assert rules.times_told(spans, {1: days, 2: set()}) == {1: sum(rules.told(span, days) for span in spans), 2: 0}


def test_the_burn_up_adds_day_by_day_and_stops_today():
    first, last = date(2026, 11, 16), date(2026, 11, 20)
    done = {first: Decimal(200), first + timedelta(days=2): Decimal("50.5")}
    points = rules.burn_up(done, Decimal(1000), first, last, first + timedelta(days=2))
    told = [(point.done, point.until, point.even) for point in points]
    assert told == [(200, 200, 200), (0, 200, 400), (Decimal("50.5"), Decimal("250.5"), 600)]


@pytest.mark.parametrize(
    ("done", "day", "behind", "per_day"),
    [(200, 16, False, 200), (199, 16, True, Fraction(801, 4)), (1000, 17, False, None), (0, 20, True, None), (1200, 20, False, None)],
)
def test_behind_is_less_than_an_even_pace(done, day, behind, per_day):
    found = rules.standing(Decimal(done), Decimal(1000), date(2026, 11, 16), date(2026, 11, 20), date(2026, 11, day))
    assert (found.behind, found.per_day) == (behind, per_day)
    assert found.missing == max(1000 - done, 0)


def test_without_a_target_nothing_is_promised():
    found = rules.standing(Decimal(5), None, date(2026, 11, 16), date(2026, 11, 20), date(2026, 11, 18))
    assert (found.share, found.behind, found.missing, found.time) == (None, False, 0, Fraction(3, 5))


def test_result_per_effort_is_exact_and_nothing_where_none_was_told():
    assert rules.per_effort(Decimal("25945"), Decimal("1200")) == Fraction(25945, 1200)
    assert rules.per_effort(Decimal(5), Decimal(0)) is None
    assert rules.cost_of_one(Decimal("400000.50"), Decimal(4)) == Fraction(800001, 8)
    assert rules.cost_of_one(Decimal(1), Decimal(0)) is None and rules.cost_of_one(Decimal(0), Decimal(3)) is None


@given(SOME_DAY, st.integers(0, 40), st.integers(1, 90), st.integers(-50, 200))
def test_the_windows_are_of_the_same_length_and_touch_the_operation(first, length, days, passed):
    last = first + timedelta(days=length)
    found = rules.window(first, last, days, last + timedelta(days=passed))
    if passed < 2:
        assert found is None
        return
    assert found.days == min(days, passed - 1) and found.over == (passed > days)
    assert (found.before[1] - found.before[0]).days == (found.after[1] - found.after[0]).days == found.days - 1
    assert found.before[1] + timedelta(days=1) == first and found.after[0] == last + timedelta(days=1)


def test_the_life_of_an_operation_is_what_the_table_says_and_nothing_else():
    allowed = {
        ("draft", "edit", "draft"), ("draft", "start", "running"), ("draft", "cancel", "cancelled"), ("running", "edit", "running"),
        ("running", "tell", "running"), ("running", "remind", "running"), ("running", "end", "ended"), ("running", "cancel", "cancelled"),
        ("ended", "tell", "ended"), ("ended", "remind", "ended"), ("ended", "report", "reported"),
    }  # fmt: skip
    assert {(a, step.value, b) for a in STATES for step in Step if (b := states.after(a, step)) is not None} == allowed


def test_what_each_day_left_has_to_bring_is_told_in_whole_pieces_that_reach_the_target():
    found = rules.standing(Decimal(1172), Decimal(1500), date(2026, 11, 18), date(2026, 12, 7), date(2026, 11, 30))
    assert found.per_day == Fraction(328, 7)
    assert "47辆次" in words.still(found, Metric(measure="辆次", digits=0))
    assert "46.86吨" in words.still(found, Metric(measure="吨", digits=2))
