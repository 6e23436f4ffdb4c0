"""A clock that was set back: cases, their trail and jobs stay whole."""

from datetime import timedelta

from chuangwen.cases import actions as cases
from chuangwen.cases.models import Case, CaseEvent, State
from chuangwen.cases.tests.loop import Loop
from chuangwen.kernel import clock, jobs
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.audit import broken_links
from chuangwen.kernel.models import Job


def test_a_clock_set_back_while_a_case_is_closed_leaves_a_whole_case_and_a_whole_trail(town):
    now = clock.now()
    with clock.at(now):
        loop = Loop(town)
        case = loop.at(State.SUBMITTED)
    with clock.at(now - timedelta(days=3)):
        loop.do("verify", case)
        case = loop.do("close", case)
    with clock.at(now + timedelta(hours=1)):
        cases.tick()
    case = Case.objects.get(pk=case.pk)
    assert case.state == State.CLOSED and case.closed_at is not None
    assert case.handled_minutes is None or case.handled_minutes >= 0
    assert [event.verb for event in CaseEvent.objects.filter(case=case).order_by("pk")][-2:] == ["verify", "close"]
    assert list(broken_links()) == []


def test_a_clock_set_back_while_a_case_is_with_the_unit_never_makes_time_run_backwards(town):
    now = clock.now()
    with clock.at(now):
        loop = Loop(town)
        case = loop.at(State.DISPATCHED)
        due = case.due_at
    with clock.at(now - timedelta(days=400)):
        cases.tick()
        case = loop.do("sign_for", case)
        case = loop.do("submit", case)
        case = loop.do("send_back", case)
    with clock.at(now + timedelta(hours=1)):
        cases.tick()
        case = loop.do("submit", Case.objects.get(pk=case.pk))
        loop.do("verify", case)
        case = loop.do("close", Case.objects.get(pk=case.pk))
    assert case.state == State.CLOSED and due is not None
    assert case.handled_minutes is None or case.handled_minutes >= 0
    assert list(broken_links()) == []


def test_a_clock_set_back_while_a_job_holds_its_lease_runs_it_once_to_the_end(db):
    runs = []
    jobs.HANDLERS["test.counted"] = jobs.Handler("test.counted", lambda run: runs.append(run.job.pk))
    try:
        now = clock.now()
        with clock.at(now):
            job = jobs.start(SYSTEM, "test.counted")
            held = jobs._claim("worker-one")
        with clock.at(now - timedelta(days=30)):
            assert jobs.put_back_lost() == 0 and jobs._claim("worker-two") is None, "the lease still holds"
            jobs.run_one(held)
        job.refresh_from_db()
        assert job.state == Job.State.DONE and runs == [job.pk]
    finally:
        del jobs.HANDLERS["test.counted"]


def test_a_job_whose_worker_died_is_taken_up_again_after_the_clock_was_set_back(db):
    jobs.HANDLERS["test.counted"] = jobs.Handler("test.counted", lambda run: {"ran": True})
    try:
        now = clock.now()
        with clock.at(now):
            job = jobs.start(SYSTEM, "test.counted")
            jobs._claim("killed")
        with clock.at(now - timedelta(minutes=10)):
            assert jobs.put_back_lost() == 0
        with clock.at(now + jobs.LEASE + timedelta(seconds=1)):
            assert jobs.put_back_lost() == 1 and jobs.run_waiting() == 1
        job.refresh_from_db()
        assert job.state == Job.State.DONE
    finally:
        del jobs.HANDLERS["test.counted"]
