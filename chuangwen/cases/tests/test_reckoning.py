"""Deadlines that run follow an edit of the calendar; and what has no deadline stands last on every database."""

from datetime import date

import pytest
from django.urls import reverse

from chuangwen.cases import actions
from chuangwen.cases.actions.reckoning import reckon_anew
from chuangwen.cases.jobs import RECKON, reckon_job
from chuangwen.cases.models import Case, Objection, State
from chuangwen.kernel import access, clock, jobs, office_calendar
from chuangwen.kernel import actions as kernel
from chuangwen.kernel.models import AuditEntry, Job

FRIDAY = date(2026, 11, 20)


def due(case: Case) -> str:
    return f"{Case.objects.get(pk=case.pk).due_at.astimezone(clock.LOCAL):%m-%d %H:%M}"


def edit(first: date, last: date | None = None, *, works: bool = False) -> None:
    """The office edits days, and the job that follows is done."""
    kernel.set_days(access.SYSTEM, first=first, last=last or first, works=works, name="临时放假")
    run_job()


def run_job() -> dict:
    job = Job.objects.filter(kind=RECKON, state=Job.State.QUEUED).order_by("-pk").first()
    assert job is not None, "an edit of the calendar queues the job"
    answer = reckon_job(jobs.Run(job))
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
    return answer


def test_a_day_off_moves_what_is_due_and_the_history_and_the_trail_say_so(loop):
    case = loop.at(State.RECTIFYING)  # three working days from Tuesday
    assert due(case) == "11-20 17:30"
    edit(FRIDAY)
    assert due(case) == "11-23 17:30"
    event = case.events.order_by("-pk").first()
    assert event.verb == "clock" and event.data["calendar"] and event.account_id is None
    assert event.data["was_due"] != event.data["due_at"]
    entry = AuditEntry.objects.filter(verb="cases.clock").latest("number")
    assert entry.after["moved"] == [case.pk] and entry.after["calendar"] == {"first": "2026-11-20", "last": "2026-11-20"}


def test_done_again_it_changes_nothing(loop):
    case = loop.at(State.RECTIFYING)
    edit(FRIDAY)
    entries, events = AuditEntry.objects.count(), case.events.count()
    assert reckon_anew(FRIDAY, FRIDAY)["moved"] == 0
    assert (AuditEntry.objects.count(), case.events.count()) == (entries, events)


def test_what_was_overdue_by_a_day_that_is_free_now_is_in_time_again(loop, tuesday):
    case = loop.at(State.RECTIFYING)
    from datetime import timedelta

    with clock.at(tuesday + timedelta(days=4)):  # Saturday
        actions.run_clocks()
        assert Case.objects.get(pk=case.pk).urgency == "overdue"
        edit(FRIDAY)
        assert Case.objects.get(pk=case.pk).urgency == "half"


def test_extensions_and_pauses_count_as_before(loop):
    case = loop.at(State.RECTIFYING)
    loop.do("ask_extension", case)
    loop.do("grant_extension", case)
    before = due(case)
    edit(date(2026, 11, 28), works=True)  # a Saturday that is worked lies after it
    assert due(case) == before == "11-24 17:30"
    edit(FRIDAY)
    assert due(case) == "11-25 17:30"


@pytest.mark.parametrize("state", [State.SUBMITTED, State.DEFERRED, State.REFUSED])
def test_a_clock_that_stands_still_and_the_offices_own_follow_too(loop, state):
    case = loop.at(state)
    row = Case.objects.get(pk=case.pk)
    before, next_at, urgency = row.due_at, row.next_at, row.urgency
    edit(date(2026, 11, 18), date(2026, 11, 20))
    row.refresh_from_db()
    assert row.due_at > before and row.state == state
    if state != State.REFUSED:
        assert (row.next_at, row.urgency) == (next_at, urgency), "nothing runs"


def test_closed_cases_and_limits_in_calendar_days_stay(loop):
    from chuangwen.kernel.worktime import Limit

    closed = loop.at(State.CLOSED)
    plain = loop.do("dispatch", loop.report(), limit=Limit(3, "calendar_days"))
    before = due(closed), due(plain)
    edit(FRIDAY)
    assert (due(closed), due(plain)) == before


def test_other_hours_of_work_are_followed(loop):
    from datetime import time

    case = loop.at(State.RECTIFYING)
    kernel.set_hours(access.SYSTEM, spans=[(time(9), time(12)), (time(13), time(16))])
    assert run_job()["moved"] == 1
    assert due(case) == "11-20 16:00"


def test_an_objection_is_answered_by_the_calendar_too(loop):
    case = loop.at(State.CLOSED)
    said = actions.dispute(access.SYSTEM, case_id=case.pk, words="没解决")
    edit(date(2026, 11, 18), date(2026, 11, 19))
    assert Objection.objects.get().due_at > said.due_at


def test_thousands_of_questions_are_not_asked(loop):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            reckon_anew()
        return len(seen)

    loop.at(State.RECTIFYING)
    office_calendar.forget()
    few = asked()
    for _n in range(5):
        loop.at(State.RECTIFYING)
    assert asked() <= few + 1


def test_by_deadline_what_has_none_stands_last_either_way(loop, sign_in):
    late, early, none = loop.at(State.RECTIFYING), loop.at(State.RECTIFYING), loop.report()
    Case.objects.filter(pk=early.pk).update(due_at=clock.now())
    client = sign_in("clerk")

    def order(word: str) -> list[int]:
        rows = client.get(f"{reverse('cases:list')}?sort={word}").context["rows"].objects
        return [row.pk for row in rows if row.pk in (late.pk, early.pk, none.pk)]

    assert order("due") == [early.pk, late.pk, none.pk]
    assert order("-due") == [late.pk, early.pk, none.pk]
