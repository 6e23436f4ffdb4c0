"""The pages of jobs: one's own, everybody's for the administrator, stopped and run again."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from chuangwen.kernel import access, clock, jobs
from chuangwen.kernel.models import AuditEntry, Job

pytestmark = pytest.mark.django_db(transaction=True)


@jobs.register("test.web_job", label="试验任务")
def _job(run: jobs.Run) -> dict:
    return {"rows_read": 12}


def make(account, title="某项工作", state=Job.State.QUEUED, **more) -> Job:
    moment = clock.now()
    return Job.objects.create(
        kind="test.web_job", title=title, state=state, account=account, created_at=moment, not_before=moment, **more
    )


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_person_sees_their_own_jobs_and_the_administrator_everybodys(enter, town):
    mine = make(town.accounts["liaison"])
    assert "某项工作" in text(enter("liaison").get("/jobs/"))
    assert "某项工作" not in text(enter("clerk").get("/jobs/"))
    everybody = text(enter("system_admin").get("/jobs/"))
    assert "某项工作" in everybody and "测试liaison" in everybody
    assert enter("liaison").get(f"/jobs/{mine.pk}/").status_code == 200
    assert enter("clerk").get(f"/jobs/{mine.pk}/").status_code == 404
    assert enter("system_admin").get(f"/jobs/{mine.pk}/").status_code == 200


def test_the_jobs_of_another_cannot_be_watched_stopped_or_run_again(enter, town):
    job = make(town.accounts["liaison"])
    clerk = enter("clerk")
    assert clerk.get(f"/jobs/{job.pk}/progress/").status_code == 286
    for verb in ("cancel", "retry"):
        assert clerk.post(f"/jobs/{job.pk}/{verb}/").status_code == 404
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED


def test_the_progress_asks_again_until_the_job_has_ended_and_then_tells_the_page(enter, town):
    job = make(town.accounts["clerk"], state=Job.State.RUNNING, done=30, total=120)
    clerk = enter("clerk")
    going = clerk.get(f"/jobs/{job.pk}/progress/")
    assert 'hx-trigger="every 1s"' in text(going) and "30 / 120" in text(going) and not going.has_header("HX-Trigger")
    Job.objects.update(state=Job.State.DONE, result_url="/imports/")
    ended = clerk.get(f"/jobs/{job.pk}/progress/")
    assert "hx-trigger" not in text(ended) and ended["HX-Trigger"] == "jobs-changed"
    assert 'hx-trigger="jobs-changed from:body"' not in text(clerk.get(f"/jobs/{job.pk}/"))


def test_a_job_is_stopped_and_run_again_by_its_owner(enter, town):
    job = make(town.accounts["clerk"])
    clerk = enter("clerk")
    assert "重新运行" not in text(clerk.get(f"/jobs/{job.pk}/"))
    assert "已停止" in text(clerk.post(f"/jobs/{job.pk}/cancel/"))
    assert "重新运行" in text(clerk.get(f"/jobs/{job.pk}/"))
    assert clerk.post(f"/jobs/{job.pk}/retry/").status_code == 302
    jobs.run_waiting()
    done = text(clerk.get(f"/jobs/{job.pk}/"))
    assert "完成" in done and "读取行数" in done and "12" in done
    assert clerk.post(f"/jobs/{job.pk}/retry/").status_code == 409
    assert AuditEntry.objects.filter(verb="kernel.cancel_job").count() == 2


def test_a_failed_job_says_why(enter, town):
    job = make(town.accounts["clerk"], state=Job.State.FAILED, error="磁盘已满")
    assert "磁盘已满" in text(enter("clerk").get(f"/jobs/{job.pk}/"))


def test_jobs_are_found_by_state_and_title(enter, town):
    make(town.accounts["clerk"], "甲任务", Job.State.FAILED)
    make(town.accounts["clerk"], "乙任务", Job.State.DONE)
    clerk = enter("clerk")
    failed = text(clerk.get("/jobs/?state=failed"))
    assert "甲任务" in failed and "乙任务" not in failed
    assert "甲任务" not in text(clerk.get("/jobs/?q=乙"))


def test_the_sign_in_the_top_bar_counts_what_waits_and_links_to_it(enter, town):
    assert text(enter("clerk").get("/jobs/indicator/")).strip() == ""
    job = make(town.accounts["clerk"])
    shown = text(enter("clerk").get("/jobs/indicator/"))
    assert "1 项任务进行中" in shown and f'href="/jobs/{job.pk}/"' in shown
    assert text(enter("leader").get("/jobs/indicator/")).strip() == ""


@pytest.mark.parametrize("role", access.ROLES)
def test_each_role_that_may_see_jobs_has_the_list(enter, town, role):
    wanted = 200 if town.actors[role].may("kernel.see_jobs") else 403
    assert enter(role).get("/jobs/").status_code == wanted


def test_who_is_not_signed_in_sees_no_job(town):
    job = make(town.accounts["clerk"])
    assert Client().get("/jobs/").status_code == 302
    assert Client().get(f"/jobs/{job.pk}/").status_code == 302
    assert Client().get(f"/jobs/{job.pk}/progress/").status_code == 286
    assert Client().post(f"/jobs/{job.pk}/retry/").status_code == 302
    assert Client().post(f"/jobs/{job.pk}/cancel/").status_code == 403
    assert text(Client().get("/jobs/indicator/")).strip() == ""


def test_the_list_costs_the_same_at_any_length(enter, town, django_assert_max_num_queries):
    moment = clock.now() - timedelta(days=1)
    Job.objects.bulk_create(
        Job(kind="test.web_job", title=f"{n}", account=town.accounts["clerk"], created_at=moment, not_before=moment)
        for n in range(60)
    )
    client = enter("system_admin")
    with django_assert_max_num_queries(14):
        assert client.get("/jobs/?size=50").status_code == 200
