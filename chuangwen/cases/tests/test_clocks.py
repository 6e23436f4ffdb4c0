"""The clocks of cases over weekends, holidays and shifted days; half, overdue, supervision; pauses and extensions."""

from datetime import date, datetime, timedelta

import pytest

from chuangwen.cases import actions, clocks
from chuangwen.cases.clocks import Rule, choose_limit, run, urgency_at
from chuangwen.cases.models import Case, CaseEvent, DeadlineRule, State, Urgency
from chuangwen.kernel import clock
from chuangwen.kernel.holidays import statutory_calendar
from chuangwen.kernel.models import AuditEntry, CalendarDay
from chuangwen.kernel.worktime import Limit, WorkCalendar

PLAIN = WorkCalendar()
HOURS, DAYS, CALENDAR = "working_hours", "working_days", "calendar_days"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.LOCAL)


def shown(moment: datetime) -> str:
    return moment.astimezone(clock.LOCAL).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("start", "limit", "half", "due", "supervise"),
    [
        # Tuesday morning, four hours: 3 until noon, one after 14:30
        ("2026-11-17 09:00", Limit(4, HOURS), "2026-11-17 11:00", "2026-11-17 15:30", "2026-11-18 10:30"),
        # Friday 17:00: half an hour then, the rest on Monday
        ("2026-11-20 17:00", Limit(4, HOURS), "2026-11-23 10:00", "2026-11-23 12:00", "2026-11-24 09:30"),
        ("2026-11-17 09:00", Limit(3, DAYS), "2026-11-19 08:45", "2026-11-20 17:30", "2026-11-25 17:30"),
        # over a weekend; two days start on Friday, end on Tuesday
        ("2026-11-20 16:00", Limit(2, DAYS), "2026-11-23 16:45", "2026-11-24 17:30", "2026-11-26 17:30"),
        ("2026-11-20 16:00", Limit(2, CALENDAR), "2026-11-21 19:59", "2026-11-22 23:59", "2026-11-24 23:59"),
    ],
)
def test_the_moments_of_a_clock_by_hand(start, limit, half, due, supervise):
    found = run(PLAIN, at(start), limit)
    assert (shown(found.half_at), shown(found.due_at), shown(found.supervise_at)) == (half, due, supervise)


def test_the_national_day_of_2026_and_its_shifted_days_do_not_count_as_plain_ones():
    # State Council notice for 2026: off from 1 to 7 October; Sunday 20 September and Saturday 10 October are worked.
    calendar = statutory_calendar()
    assert shown(run(calendar, at("2026-09-30 10:00"), Limit(3, DAYS)).due_at) == "2026-10-10 17:30"
    assert shown(run(PLAIN, at("2026-09-30 10:00"), Limit(3, DAYS)).due_at) == "2026-10-05 17:30"


def test_a_pause_moves_every_moment_and_time_in_it_is_not_used():
    pause = (at("2026-11-18 09:00"), at("2026-11-20 09:00"))
    free, rested = (
        run(PLAIN, at("2026-11-17 09:00"), Limit(3, DAYS)),
        run(PLAIN, at("2026-11-17 09:00"), Limit(3, DAYS), pauses=[pause]),
    )
    assert shown(free.due_at) == "2026-11-20 17:30"
    assert shown(rested.due_at) == "2026-11-24 17:30"
    assert shown(rested.supervise_at) == "2026-11-27 17:30"
    assert rested.half_at > free.half_at


@pytest.mark.parametrize(
    ("limit", "days", "due"),
    [
        (Limit(4, HOURS), 1, "2026-11-18 17:30"),
        (Limit(3, DAYS), 2, "2026-11-24 17:30"),
        (Limit(4, CALENDAR), 1, "2026-11-23 17:30"),  # due on Saturday night; one working day more is Monday
        (Limit(2, CALENDAR), 1, "2026-11-20 17:30"),  # due on Thursday night
    ],
)
def test_an_extension_ends_with_the_hours_of_its_last_working_day(limit, days, due):
    found = run(PLAIN, at("2026-11-17 09:00"), limit, extension_days=days)
    assert shown(found.due_at) == due
    assert at("2026-11-17 09:00") < found.half_at < found.due_at < found.supervise_at


def test_a_pause_within_the_extension_moves_its_end():
    pause = (at("2026-11-23 08:30"), at("2026-11-24 18:00"))
    assert shown(run(PLAIN, at("2026-11-17 09:00"), Limit(3, DAYS), extension_days=2).due_at) == "2026-11-24 17:30"
    assert (
        shown(run(PLAIN, at("2026-11-17 09:00"), Limit(3, DAYS), pauses=[pause], extension_days=2).due_at) == "2026-11-26 17:30"
    )


def test_urgency_changes_at_its_moments_and_the_due_moment_itself_is_in_time():
    half, due, supervise = at("2026-11-17 11:00"), at("2026-11-17 15:30"), at("2026-11-18 10:30")
    second = timedelta(seconds=1)
    expected = [
        (half - second, Urgency.ON_TIME), (half, Urgency.HALF), (due, Urgency.HALF), (due + second, Urgency.OVERDUE),
        (supervise, Urgency.OVERDUE), (supervise + second, Urgency.SUPERVISION),
    ]  # fmt: skip
    for moment, urgency in expected:
        assert urgency_at(moment, half, due, supervise) == urgency, moment
        following = clocks.next_look(moment, half, due, supervise)
        assert following is None and urgency == Urgency.SUPERVISION or following > moment
        if following is not None:
            assert urgency_at(following, half, due, supervise) != urgency, "one looks when something has changed"
    assert urgency_at(due, None, None, None) == Urgency.NONE


def test_the_strongest_rule_of_the_table_holds():
    table = [
        Rule(Limit(9, DAYS)), Rule(Limit(1, DAYS), severity=4), Rule(Limit(2, DAYS), family=1), Rule(Limit(3, DAYS), family=1, severity=4),
        Rule(Limit(4, DAYS), kind=7), Rule(Limit(5, DAYS), source="leader"), Rule(Limit(6, DAYS), source="leader", kind=7),
    ]  # fmt: skip

    def amount(**facts):
        return choose_limit(table, **{"source": "patrol", "kind": None, "family": None, "severity": 2} | facts).limit.amount

    assert amount() == 9
    assert amount(severity=4) == 1
    assert amount(family=1) == 2
    assert amount(family=1, severity=4) == 3
    assert amount(family=1, kind=7, severity=4) == 4
    assert amount(source="leader") == amount(source="leader", family=1) == 5
    assert amount(source="leader", kind=7) == 6
    assert choose_limit([Rule(Limit(1, DAYS), kind=3)], source="patrol", kind=4, family=None, severity=2) is None


def test_dispatch_takes_its_limit_from_the_table_and_its_days_from_the_calendar(loop):
    DeadlineRule.objects.create(kind=loop.town.kinds["sticker"], amount=2, unit=DAYS)
    CalendarDay.objects.create(day=date(2026, 11, 18), works=False, name="测试放假")
    case = actions.dispatch(loop.clerk, case_id=loop.report().pk, lead=loop.town.units["department"])
    assert shown(case.due_at) == "2026-11-20 17:30", "Wednesday was declared a day off"


def test_the_job_finds_what_is_half_over_and_late_without_anybody_looking(loop):
    case = loop.at(State.DISPATCHED)
    steps = [("2026-11-18 17:00", Urgency.ON_TIME), ("2026-11-19 09:00", Urgency.HALF), ("2026-11-20 17:31", Urgency.OVERDUE),
             ("2026-11-26 08:00", Urgency.SUPERVISION), ("2026-12-26 08:00", Urgency.SUPERVISION)]  # fmt: skip
    for moment, urgency in steps:
        with clock.at(at(moment)):
            actions.run_clocks()
        case.refresh_from_db()
        assert case.urgency == urgency, moment
    told = list(CaseEvent.objects.filter(case=case, verb="clock").values_list("data__urgency", flat=True))
    assert told == ["half", "overdue", "supervision"], "each is told once"
    assert AuditEntry.objects.filter(verb="cases.clock").count() == 3
    assert case.next_at is None, "the job has no more to do with it"
    assert case.version == 1, "nobody's open form is disturbed"


def test_a_machine_that_was_off_over_a_weekend_catches_up_in_bounded_batches(loop):
    cases = [loop.at(State.DISPATCHED).pk for _ in range(5)]
    with clock.at(at("2026-11-30 09:00")):
        looked = [actions.tick(batch=2) for _ in range(4)]
        assert actions.run_clocks() == 0
    assert looked == [2, 2, 1, 0]
    assert set(Case.objects.filter(pk__in=cases).values_list("urgency", flat=True)) == {Urgency.SUPERVISION}
    assert CaseEvent.objects.filter(verb="clock").count() == 5, "from on time to supervision in one step, told once"


def test_a_deferred_case_rests_and_is_woken_on_its_day(loop):
    case = loop.at(State.RECTIFYING)
    case = loop.do("defer", case, until=date(2026, 12, 1))
    with clock.at(at("2026-12-01 23:00")):
        assert actions.run_clocks() == 0
    case.refresh_from_db()
    assert (case.state, case.urgency) == (State.DEFERRED, Urgency.NONE)
    with clock.at(at("2026-12-02 00:05")):
        actions.run_clocks()
    case.refresh_from_db()
    assert (case.state, case.deferred_until, case.urgency) == (State.RECTIFYING, None, Urgency.ON_TIME)
    assert shown(case.due_at) == "2026-12-04 17:30", "three working days, none of them used when it was deferred"
    last = case.events.last()
    assert (last.verb, last.actor_name, last.before, last.after) == ("resume", "系统", State.DEFERRED, State.RECTIFYING)


def test_the_time_of_the_check_is_not_the_units(loop):
    case = loop.at(State.RECTIFYING)
    with clock.at(at("2026-11-19 10:00")):
        loop.do("submit", case)
    with clock.at(at("2026-11-25 10:00")):
        assert actions.run_clocks() == 0, "no clock runs while the office checks"
        case = loop.do("send_back", case)
    assert shown(case.due_at) == "2026-11-26 17:30", "four ends of working days passed in the check: 19, 20, 23, 24 November"
    assert case.rework == 1


def test_a_granted_extension_moves_the_deadline_and_a_late_case_is_on_time_again(loop):
    case = loop.at(State.DISPATCHED)
    with clock.at(at("2026-11-23 09:00")):
        actions.run_clocks()
        case.refresh_from_db()
        assert case.urgency == Urgency.OVERDUE
        loop.do("ask_extension", case, days=3)
        case = loop.do("grant_extension", case)
        assert shown(case.due_at) == "2026-11-25 17:30"
        assert case.urgency == Urgency.HALF
        assert (case.extension_days, case.extension_asked) == (3, None)
        loop.do("ask_extension", case, days=1)
        case = loop.do("grant_extension", case, days=2)
        assert (case.extension_days, shown(case.due_at)) == (5, "2026-11-27 17:30"), "the office may grant another number"


def test_arbitration_has_a_clock_of_its_own_and_the_case_tells_how_long_it_waited(loop):
    case = loop.at(State.REFUSED)
    assert shown(case.due_at) == "2026-11-18 17:30", "one working day for the office"
    with clock.at(at("2026-11-19 09:30")):
        actions.run_clocks()
        case.refresh_from_db()
        assert case.urgency == Urgency.OVERDUE
        case = loop.do("redispatch", case)
        assert shown(case.due_at) == "2026-11-24 17:30", "the unit's clock begins anew"
    assert case.events.last().data["waited_minutes"] == 360 + 390 + 60, "Tuesday from nine, Wednesday, an hour of Thursday"


def test_a_clock_set_back_makes_no_negative_times(loop):
    case = loop.at(State.RECTIFYING)
    with clock.at(at("2026-11-16 09:00")):
        case = loop.do("submit", case)
        case = loop.do("send_back", case)
        case = loop.do("submit", case)
        loop.do("verify", case)
        case = loop.do("close", case)
    assert case.handled_minutes == 0 and case.in_time
