"""Jobs: each runs to an end that is told; a killed one runs again; a cancelled one stops."""

from datetime import timedelta

import pytest
from django.db import transaction

from chuangwen.kernel import clock, jobs
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.models import Job

SEEN: list[int] = []


@jobs.register("test.add")
def _add(run: jobs.Run) -> dict:
    SEEN.append(run.arguments["n"])
    return {"n": run.arguments["n"]}


@jobs.register("test.refuse")
def _refuse(run: jobs.Run) -> dict:
    raise Refusal("不行")


@jobs.register("test.break")
def _break(run: jobs.Run) -> dict:
    raise ZeroDivisionError("boom")


@jobs.register("test.stop")
def _stop(run: jobs.Run) -> dict:
    for step in range(3):
        Job.objects.filter(pk=run.job.pk).update(cancel_asked=True)
        run._told = 0.0
        run.progress(step, 3)
    return {}


@pytest.fixture(autouse=True)
def _clean():
    SEEN.clear()


@pytest.mark.django_db(transaction=True)
def test_a_job_runs_once_and_tells_its_result():
    job = jobs.start(SYSTEM, "test.add", {"n": 7})
    assert jobs.run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.result, SEEN) == (Job.State.DONE, {"n": 7}, [7])
    assert jobs.run_waiting() == 0


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_transaction_that_was_rolled_back_never_runs():
    with pytest.raises(RuntimeError), transaction.atomic():
        jobs.start(SYSTEM, "test.add", {"n": 1})
        raise RuntimeError
    assert jobs.run_waiting() == 0


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_told_in_its_own_words():
    job = jobs.start(SYSTEM, "test.refuse")
    jobs.run_waiting()
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, "不行")


@pytest.mark.django_db(transaction=True)
def test_an_unexpected_error_ends_the_job_and_is_told():
    job = jobs.start(SYSTEM, "test.break")
    jobs.run_waiting()
    job.refresh_from_db()
    assert job.state == Job.State.FAILED and "boom" in job.error


@pytest.mark.django_db(transaction=True)
def test_a_running_job_stops_when_asked():
    job = jobs.start(SYSTEM, "test.stop")
    jobs.run_waiting()
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_a_waiting_job_that_is_cancelled_never_runs():
    job = jobs.start(SYSTEM, "test.add", {"n": 1})
    jobs.cancel(job)
    assert jobs.run_waiting() == 0 and SEEN == []


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_is_gone_runs_again_and_fails_after_the_third_time():
    job = jobs.start(SYSTEM, "test.add", {"n": 1})
    for attempt in range(1, 4):
        taken = jobs._claim("somebody")
        assert taken is not None and taken.attempts == attempt
        Job.objects.filter(pk=job.pk).update(lease_until=clock.now() - timedelta(seconds=1))
        assert jobs.put_back_lost() == 1
    job.refresh_from_db()
    assert job.state == Job.State.FAILED and "三次" in job.error


@pytest.mark.django_db(transaction=True)
def test_a_job_is_taken_by_one_worker_only():
    jobs.start(SYSTEM, "test.add", {"n": 1})
    assert jobs._claim("one") is not None
    assert jobs._claim("two") is None


@pytest.mark.django_db(transaction=True)
def test_what_recurs_is_queued_once_per_period(monkeypatch):
    monkeypatch.setattr(jobs, "HANDLERS", {"test.add": jobs.Handler("test.add", _add, timedelta(hours=1))})
    jobs.queue_due()
    jobs.queue_due()
    assert Job.objects.filter(kind="test.add").count() == 1
