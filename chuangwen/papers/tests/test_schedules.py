"""Periods, and what is drafted by itself: each period once, missed ones caught up, days off moved."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.kernel import clock
from chuangwen.kernel.clock import LOCAL
from chuangwen.kernel.errors import Denied, Refusal
from chuangwen.kernel.worktime import WorkCalendar
from chuangwen.papers import actions
from chuangwen.papers.models import Paper, PaperSchedule, ScheduledDraft
from chuangwen.papers.periods import EVERY, Period, due_periods, period_of, read_period
from chuangwen.papers.tests.life import some_cases
from chuangwen.testing.factories import make_town
from chuangwen.testing.threads import at_once

PLAIN = WorkCalendar()
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(st.sampled_from(EVERY), DAYS)
def test_a_day_lies_in_its_period_and_periods_follow_each_other_without_gap(every, day):
    period = period_of(every, day)
    assert period.start <= day <= period.end and period.kind in EVERY
    assert period.before().end == period.start - timedelta(days=1)
    assert period_of(every, period.end) == period


def test_periods_are_called_as_papers_call_them():
    assert Period(date(2026, 11, 16), date(2026, 11, 22)).label == "2026年11月16日至22日"
    assert period_of("quarter", date(2026, 11, 3)).label == "2026年第四季度"
    assert period_of("month", date(2026, 12, 31)).label == "2026年12月"
    assert Period(date(2025, 12, 29), date(2026, 1, 4)).days == "2025年12月29日至2026年1月4日"


@pytest.mark.parametrize(
    "text, start, end",
    [
        ("last-week", date(2026, 11, 16), date(2026, 11, 22)),
        ("2026-W47", date(2026, 11, 16), date(2026, 11, 22)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-11-03..2026-11-05", date(2026, 11, 3), date(2026, 11, 5)),
    ],
)
def test_a_period_is_read_as_people_write_it(text, start, end):
    assert read_period(text, date(2026, 11, 25)) == Period(start, end)


def test_what_is_no_period_is_refused():
    for text in ("", "soon", "2026-13", "2026Q5", "2026-11-05..2026-11-03", "2026-W60"):
        with pytest.raises(ValueError):
            read_period(text, date(2026, 11, 25))


def test_missed_weeks_are_due_once_each_and_a_day_off_moves_to_the_next_worked_one():
    monday = date(2026, 11, 23)
    now = datetime.combine(monday, time(7, 59), LOCAL)
    since = datetime(2026, 11, 3, tzinfo=LOCAL)
    due = due_periods("week", 1, time(8), since, now, PLAIN, on_workday=True)
    assert [period.start for period, _at in due] == [date(2026, 11, 2), date(2026, 11, 9)]
    due = due_periods("week", 1, time(8), since, now + timedelta(minutes=1), PLAIN, on_workday=True)
    assert due[-1][0] == Period(date(2026, 11, 16), date(2026, 11, 22))
    off = WorkCalendar({monday: False})
    assert due_periods("week", 1, time(8), since, now + timedelta(hours=3), off, on_workday=True)[-1][0].start == date(
        2026, 11, 9
    )
    later = due_periods("week", 1, time(8), since, now + timedelta(days=1, hours=3), off, on_workday=True)
    assert later[-1][1].date() == date(2026, 11, 24)


FACTS = {"name": "周报", "kind": "bulletin", "every": "week", "day": 1, "at": time(8), "on_workday": True, "active": True}


def test_the_weekly_bulletin_is_drafted_by_itself_and_waits(town):
    some_cases(town)
    schedule = actions.save_schedule(town.actors["clerk"], division=town.street, facts=FACTS)
    assert actions.draft_scheduled() == {"made": 0, "nothing": 0}, "what was due before it was made is not drafted"
    with clock.at(clock.now() + timedelta(days=15)):
        assert actions.draft_scheduled()["made"] == 2
        assert actions.draft_scheduled() == {"made": 0, "nothing": 0}
    papers = Paper.objects.filter(kind="bulletin")
    assert {paper.state for paper in papers} == {"draft"} and {paper.division for paper in papers} == {town.street}
    assert ScheduledDraft.objects.filter(schedule=schedule).count() == 2


def test_workers_at_once_draft_a_period_once(shared_database):
    town = make_town()
    schedule = actions.save_schedule(town.actors["clerk"], division=town.street, facts=FACTS)
    PaperSchedule.objects.filter(pk=schedule.pk).update(since=clock.now() - timedelta(days=8))
    made = at_once(lambda _n: actions.draft_scheduled()["made"], 4)
    assert sum(made) == Paper.objects.count() == ScheduledDraft.objects.count() >= 1


def test_a_schedule_that_makes_no_sense_is_refused(town, other_town):
    clerk = town.actors["clerk"]
    with pytest.raises(Refusal):
        actions.save_schedule(clerk, division=town.street, facts=FACTS | {"day": 9})
    with pytest.raises(Refusal):
        actions.save_schedule(clerk, division=town.street, facts=FACTS | {"kind": "dispatch_sheet"})
    with pytest.raises(Denied):
        actions.save_schedule(clerk, division=other_town.street, facts=FACTS)
