"""A rule is read strictly and unrolls to the days that a person would tick off in a calendar."""

from calendar import monthrange
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.duties.rhythm import recurring, rules, shapes
from chuangwen.duties.rhythm.recurring import Rule, WrongRule, read
from chuangwen.duties.rhythm.rules import AFTER, BEFORE, DAYS, PERIODS, SKIP, STAY, Plan, Span
from chuangwen.kernel.holidays import statutory_calendar
from chuangwen.kernel.worktime import WorkCalendar

PLAIN = WorkCalendar()
YEAR = st.dates(date(2025, 1, 1), date(2027, 12, 31))
numbers = st.sets(st.sampled_from([*range(1, 32), *range(-31, 0)]), min_size=1, max_size=4).map(lambda found: tuple(sorted(found)))
weekdays = st.sets(st.integers(0, 6), min_size=1, max_size=7).map(lambda found: tuple((None, day) for day in sorted(found)))
nth = st.sets(st.tuples(st.sampled_from([1, 2, 3, 4, 5, -1, -2]), st.integers(0, 6)), min_size=1, max_size=3).map(
    lambda found: tuple(sorted(found, key=lambda pair: (pair[0], pair[1])))
)
daily = st.builds(Rule, st.just("DAILY"), st.integers(1, 10))
weekly = st.builds(Rule, st.just("WEEKLY"), st.integers(1, 4), by_day=weekdays)
monthly = st.builds(Rule, st.just("MONTHLY"), st.integers(1, 4), month_days=numbers)
monthly_nth = st.builds(Rule, st.just("MONTHLY"), st.integers(1, 3), by_day=nth)
months = st.sets(st.integers(1, 12), min_size=1, max_size=4).map(lambda found: tuple(sorted(found)))
yearly = st.builds(Rule, st.just("YEARLY"), st.just(1), months, numbers)
any_rule = st.one_of(daily, weekly, monthly, monthly_nth, yearly)


def holds(rule: Rule, begins: date, day: date) -> bool:
    """Whether a day is one of the rule's: looked at by itself, as a person would."""
    length = monthrange(day.year, day.month)[1]
    if rule.frequency == "DAILY":
        return (day - begins).days % rule.interval == 0
    if rule.frequency == "WEEKLY":
        weeks = (recurring.week_of(day) - recurring.week_of(begins)).days // 7
        return weeks % rule.interval == 0 and (None, day.weekday()) in rule.by_day
    if rule.frequency == "MONTHLY" and ((day.year - begins.year) * 12 + day.month - begins.month) % rule.interval:
        return False
    if rule.months and day.month not in rule.months:
        return False
    if rule.by_day:
        from_start, from_end = (day.day - 1) // 7 + 1, -((length - day.day) // 7 + 1)
        return (from_start, day.weekday()) in rule.by_day or (from_end, day.weekday()) in rule.by_day
    return day.day in rule.month_days or day.day - length - 1 in rule.month_days


@given(any_rule, YEAR, YEAR, st.integers(0, 120))
def test_a_rule_unrolls_to_the_days_that_it_describes(rule, begins, first, length):
    last = first + timedelta(days=length)
    wanted = [day for n in range(length + 1) if (day := first + timedelta(days=n)) >= begins and holds(rule, begins, day)]
    assert recurring.days(rule, begins=begins, first=first, last=last) == wanted


@given(any_rule)
def test_a_rule_is_read_as_it_is_written(rule):
    assert read(rule.text) == rule


@pytest.mark.parametrize(
    "text",
    ["", "FREQ=HOURLY", "FREQ=WEEKLY;COUNT=3", "FREQ=WEEKLY;UNTIL=20270101", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=1MO", "INTERVAL=2",
     "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=53", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=WEEKLY;BYMONTHDAY=1",
     "FREQ=MONTHLY;BYSETPOS=1", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;", "每周一", "FREQ=MONTHLY;BYMONTH=１", "FREQ=DAILY;BYHOUR=3", "X" * 500],
)  # fmt: skip
def test_what_an_office_never_means_is_refused(text):
    with pytest.raises(WrongRule):
        read(text)


@given(st.text(max_size=60))
def test_any_text_is_a_rule_or_refused(text):
    with suppress(WrongRule):
        assert read(read(text).text) == read(text)


def test_a_rule_that_never_holds_ends():
    never = read("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31")
    assert recurring.days(never, begins=date(2020, 1, 1), first=date(2020, 1, 1), last=date(2030, 1, 1)) == []


# -- on the work calendar ----------------------------------------------------------------------------------------------

plans = st.builds(
    Plan, st.just(DAYS), any_rule, st.dates(date(2025, 1, 1), date(2026, 6, 1)), st.none() | st.dates(date(2026, 6, 1), date(2027, 1, 1)),
    st.integers(1, 5), st.booleans(), st.sampled_from([STAY, SKIP, BEFORE, AFTER]),
)  # fmt: skip


def owed_days(plan: Plan, calendar: WorkCalendar, first: date, last: date) -> list[date]:
    """Brute force: every day of the rule for years around, moved one by one."""
    found = set()
    day = plan.begins
    while day <= min(plan.until or date(2028, 1, 1), last + timedelta(days=60)):
        if holds(plan.rule, plan.begins, day):
            moved = day
            step = {BEFORE: -1, AFTER: 1}.get(plan.on_day_off, 0)
            while step and not calendar.is_workday(moved):
                moved += timedelta(days=step)
            if plan.on_day_off == STAY or calendar.is_workday(moved):
                found.add(moved)
        day += timedelta(days=1)
    return sorted(day for day in found if first <= day <= last)


@given(plans, st.dates(date(2025, 6, 1), date(2026, 11, 1)), st.integers(0, 60))
def test_days_are_owed_on_the_statutory_calendar_as_the_duty_says(plan, first, length):
    last, calendar = first + timedelta(days=length), statutory_calendar()
    found = rules.spans(plan, calendar, first, last)
    assert [span.first for span in found] == owed_days(plan, calendar, first, last)
    assert all(span.first == span.last and span.wanted == plan.times for span in found)
    if plan.on_day_off != STAY:
        assert all(calendar.is_workday(span.first) for span in found)


@given(plans, st.dates(date(2025, 6, 1), date(2026, 11, 1)), st.integers(0, 40), st.integers(0, 40))
def test_looking_twice_finds_what_looking_once_finds(plan, first, length, more):
    middle = first + timedelta(days=length)
    last = middle + timedelta(days=1 + more)
    for kind in (DAYS, PERIODS):
        plan = Plan(kind, plan.rule, plan.begins, plan.until, plan.times, plan.once_a_day, plan.on_day_off)
        calendar = statutory_calendar()
        parts = rules.spans(plan, calendar, first, middle) + rules.spans(plan, calendar, middle + timedelta(days=1), last)
        assert parts == rules.spans(plan, calendar, first, last)


@given(plans, st.dates(date(2025, 6, 1), date(2026, 11, 1)), st.integers(0, 90))
def test_periods_follow_each_other_without_a_gap_and_ask_no_more_than_there_are_working_days(plan, first, length):
    calendar, last = statutory_calendar(), first + timedelta(days=length)
    plan = Plan(PERIODS, plan.rule, plan.begins, plan.until, plan.times, plan.once_a_day, plan.on_day_off)
    found = rules.spans(plan, calendar, first, last)
    for span in found:
        assert holds(plan.rule, plan.begins, span.first) and holds(plan.rule, plan.begins, span.last + timedelta(days=1))
        inside = [span.first + timedelta(days=n) for n in range(1, (span.last - span.first).days + 1)]
        assert not any(holds(plan.rule, plan.begins, day) for day in inside)
        workdays = sum(calendar.is_workday(day) for day in [span.first, *inside])
        if plan.on_day_off == STAY:
            assert span.wanted == plan.times
        elif plan.once_a_day:
            assert span.wanted == min(plan.times, workdays) > 0
        else:
            assert span.wanted == plan.times and workdays > 0
        assert plan.until is None or span.last <= plan.until
        assert plan.begins <= span.first
    if plan.on_day_off == STAY and plan.until is None:
        starts = [day for n in range(length + 1) if (day := first + timedelta(days=n)) >= plan.begins and holds(plan.rule, plan.begins, day)]
        assert [span.first for span in found][: len(starts)] == starts[: len(found)]


def test_the_national_day_week_moves_and_shrinks_as_the_duty_says():
    """1 to 7 October 2026 are off, 10 October (a Saturday) is worked."""
    calendar = statutory_calendar()
    assert not calendar.is_workday(date(2026, 10, 2)) and calendar.is_workday(date(2026, 10, 10))
    friday = read("FREQ=WEEKLY;BYDAY=FR")

    def days(on_day_off):
        plan = Plan(DAYS, friday, date(2026, 9, 1), on_day_off=on_day_off)
        return [span.first.day for span in rules.spans(plan, calendar, date(2026, 9, 28), date(2026, 10, 11))]

    assert days(STAY) == [2, 9]
    assert days(SKIP) == [9]
    assert days(BEFORE) == [30, 9]
    assert days(AFTER) == [28, 8, 9], "the Mid-Autumn Friday, 25 September, moves to Monday"
    every = Plan(DAYS, read("FREQ=DAILY"), date(2026, 9, 1), on_day_off=SKIP)
    assert date(2026, 10, 10) in [span.first for span in rules.spans(every, calendar, date(2026, 10, 1), date(2026, 10, 11))]
    thrice = Plan(PERIODS, read("FREQ=WEEKLY;BYDAY=MO"), date(2026, 9, 1), times=4)
    assert rules.spans(thrice, calendar, date(2026, 9, 28), date(2026, 9, 28)) == [Span(date(2026, 9, 28), date(2026, 10, 4), 3)]


# -- kept and missed ---------------------------------------------------------------------------------------------------


@given(st.lists(st.dates(date(2026, 3, 1), date(2026, 3, 31)), max_size=40), st.dates(date(2026, 3, 1), date(2026, 3, 31)),
       st.integers(0, 12), st.integers(1, 6), st.booleans(), st.booleans(), st.dates(date(2026, 3, 1), date(2026, 4, 10)))  # fmt: skip
def test_kept_and_missed_are_what_counting_one_by_one_says(proved, first, length, wanted, once_a_day, excused, today):
    span = Span(first, first + timedelta(days=length), wanted)
    count, seen = 0, set()
    for day in proved:
        if day < span.first or day > span.last or (once_a_day and day in seen):
            continue
        seen.add(day)
        count += 1
    done = rules.done(sorted(proved), span, once_a_day=once_a_day)
    assert done == count
    state = rules.standing(wanted=wanted, done=done, last=span.last, excused=excused, today=today)
    if count >= wanted:
        assert state == "kept"
    elif excused:
        assert state == "excused"
    else:
        assert state == ("missed" if today > span.last else "open")


@given(st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(0, 31))
def test_a_reminder_comes_inside_the_time_and_on_a_working_day_where_there_is_one(first, length):
    calendar, span = statutory_calendar(), Span(first, first + timedelta(days=length), 1)
    day = rules.reminder_day(span, calendar)
    assert span.first <= day <= span.last
    workdays = [d for n in range(length + 1) if calendar.is_workday(d := first + timedelta(days=n))]
    if len(workdays) > 2:
        assert day == workdays[-2]


# -- words and shapes --------------------------------------------------------------------------------------------------

shape_kinds = st.one_of(
    st.builds(shapes.Shape, st.just(shapes.WEEK), every=st.integers(1, 4)), st.just(shapes.Shape(shapes.MONTH)),
    st.just(shapes.Shape(shapes.QUARTER)), st.just(shapes.Shape(shapes.WORKDAYS)),
    st.builds(shapes.Shape, st.just(shapes.WEEKDAYS), st.sets(st.integers(0, 6), min_size=1).map(lambda d: tuple(sorted(d))),
              every=st.integers(1, 4)),
    st.builds(shapes.Shape, st.just(shapes.MONTH_DAYS), month_days=numbers),
)  # fmt: skip


@given(shape_kinds)
def test_what_was_chosen_is_offered_again_when_it_is_edited(shape):
    assert shapes.shape_of(shape.kind, shape.rule(), SKIP) == shape


@given(any_rule, st.sampled_from([DAYS, PERIODS]), st.integers(1, 9))
def test_every_rule_has_words_and_a_shape_that_leads_back_to_it(rule, kind, times):
    assert shapes.words(kind, rule, times, SKIP)
    assert shapes.shape_of(kind, rule, STAY).rule() == rule


def test_words_are_those_of_the_trade():
    from django.utils import translation

    with translation.override("zh-hans"):
        said = lambda kind, text, times=1, off=SKIP: shapes.words(kind, read(text), times, off)  # noqa: E731
        assert said(DAYS, "FREQ=WEEKLY;BYDAY=MO,WE") == "每周一、三"
        assert said(PERIODS, "FREQ=WEEKLY;BYDAY=MO", 2) == "每周 2 次"
        assert said(PERIODS, "FREQ=MONTHLY;BYMONTHDAY=1", 2) == "每月 2 次"
        assert said(DAYS, "FREQ=DAILY") == "每个工作日"
        assert said(DAYS, "FREQ=DAILY", off=STAY) == "每天"
        assert said(DAYS, "FREQ=MONTHLY;BYMONTHDAY=1,15") == "每月1日、15日"
        assert said(DAYS, "FREQ=MONTHLY;BYMONTHDAY=-1") == "每月最后一日"
        assert said(DAYS, "FREQ=MONTHLY;BYDAY=1MO") == "每月第 1 个星期一"
        assert said(DAYS, "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR") == "每 2 周的周五"
