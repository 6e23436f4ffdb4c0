"""The PDF of a paper: made by a job, once for each file, kept; and what is said where it cannot be made."""

import os
import threading
import time
from datetime import timedelta

import pytest
from django.urls import reverse

from chuangwen.kernel import actions as kernel_actions
from chuangwen.kernel import clock, files, jobs
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.models import Job
from chuangwen.papers import actions
from chuangwen.papers.actions import printing
from chuangwen.papers.layout import OfficeMissing, pdf
from chuangwen.papers.models import Paper, PaperPdf
from chuangwen.testing.factories import Town

from .life import draft, signed, some_cases


@pytest.fixture
def office(monkeypatch):
    """LibreOffice without its seconds: what it was given, one entry for each conversion."""
    given: list[bytes] = []

    def convert(document: bytes, **_more: object) -> bytes:
        given.append(document)
        return b"%PDF-1.7 " + str(len(given)).encode()

    monkeypatch.setattr(printing, "convert", convert)
    return given


def page_of(paper: Paper) -> str:
    return reverse("papers:pdf", args=[paper.pk])


def test_no_page_waits_for_the_office_and_the_second_opening_finds_the_pdf(town, sign_in, office):
    some_cases(town)
    paper, page = draft(town), sign_in("clerk")
    waits = page.get(reverse("papers:file", args=[paper.pk, "pdf"]))
    assert (waits.status_code, waits["Location"], PaperPdf.objects.count()) == (302, page_of(paper), 0), "a GET starts nothing"
    assert "还没有生成过" in page.get(page_of(paper)).content.decode()
    assert page.post(page_of(paper))["Location"] == page_of(paper)
    body = page.get(page_of(paper)).content.decode()
    assert "正在生成 PDF" in body and "<progress" in body and office == []
    jobs.run_waiting()
    row = PaperPdf.objects.get()
    address = reverse("papers:pdf-file", args=[paper.pk, row.pk])
    assert f'href="{address}"' in page.get(page_of(paper)).content.decode()
    assert row.job.result_url == address and row.job.title == f"PDF {paper.title}"
    assert page.post(page_of(paper))["Location"] == address, "the second time leads to the file at once"
    answer = page.get(reverse("papers:file", args=[paper.pk, "pdf"]))
    assert (answer["Content-Type"], answer.content, len(office)) == ("application/pdf", b"%PDF-1.7 1", 1)


def test_the_minute_alone_makes_no_other_pdf_a_changed_figure_does(town, office):
    some_cases(town)
    clerk, paper = town.actors["clerk"], draft(town)
    actions.ask_pdf(clerk, paper_id=paper.pk)
    jobs.run_waiting()
    with clock.at(clock.now() + timedelta(minutes=3)):
        assert actions.kept_pdf(clerk, paper_id=paper.pk) == b"%PDF-1.7 1"
        assert actions.ask_pdf(clerk, paper_id=paper.pk).pdf_key, "nothing to do"
        some_cases(town, 1, late=0)
        assert actions.kept_pdf(clerk, paper_id=paper.pk) is None
        second = actions.ask_pdf(clerk, paper_id=paper.pk)
    assert not second.pdf_key and PaperPdf.objects.count() == 2
    jobs.run_waiting()
    first = PaperPdf.objects.first()
    assert actions.kept_pdf_file(clerk, paper_id=paper.pk, pdf_id=first.pk) == b"%PDF-1.7 1", "who asked then still has it"


def test_a_signed_paper_has_its_own_pdf_and_not_that_of_its_draft(town, office):
    some_cases(town)
    clerk, paper = town.actors["clerk"], draft(town)
    earlier = actions.ask_pdf(clerk, paper_id=paper.pk)
    signed(town, paper)
    jobs.run_waiting()
    paper.refresh_from_db()
    assert len(office) == 2 and files.read(paper.docx_key) == office[1]
    assert actions.kept_pdf(clerk, paper_id=paper.pk) == b"%PDF-1.7 2" == files.read(paper.pdf_key)
    with pytest.raises(Missing):
        actions.kept_pdf_file(clerk, paper_id=paper.pk, pdf_id=earlier.pk)
    PaperPdf.objects.all().delete()
    assert actions.ask_pdf(clerk, paper_id=paper.pk).pdf_key == paper.pdf_key, "one that was kept before needs no job"


def test_who_asks_while_it_is_made_waits_for_the_same_job_and_is_told_so(town, sign_in, office):
    some_cases(town)
    paper = draft(town)
    sign_in("clerk").post(page_of(paper))
    other = sign_in("leader")
    assert other.post(page_of(paper))["Location"] == page_of(paper)
    body = other.get(page_of(paper)).content.decode()
    assert "正在生成 PDF" in body and 'hx-trigger="every 2s"' in body and "<progress" not in body
    assert Job.objects.filter(kind="papers.pdf").count() == 1
    jobs.run_waiting()
    assert len(office) == 1 and "打开 PDF" in other.get(page_of(paper)).content.decode()


def test_a_missing_office_is_told_with_the_package_and_can_be_tried_again(town, sign_in, monkeypatch, office):
    some_cases(town)
    paper, page = draft(town), sign_in("clerk")
    page.post(page_of(paper))
    with monkeypatch.context() as patched:
        patched.setattr(printing, "convert", lambda *_given, **_more: (_ for _ in ()).throw(OfficeMissing()))
        jobs.run_waiting()
    body = page.get(page_of(paper)).content.decode()
    assert "PDF 未能生成" in body and "libreoffice-writer" in body and "重新生成" in body
    page.post(page_of(paper))
    jobs.run_waiting()
    assert "PDF 已生成" in page.get(page_of(paper)).content.decode()


def test_a_broken_office_and_a_damaged_file_are_told_in_a_sentence(town, sign_in, monkeypatch, tmp_path):
    broken = tmp_path / "soffice"
    broken.write_text("#!/bin/sh\necho cannot open the profile\nexit 77\n")
    broken.chmod(0o755)
    monkeypatch.setattr(pdf, "office", lambda: str(broken))
    some_cases(town)
    paper, page = draft(town), sign_in("clerk")
    page.post(page_of(paper))
    jobs.run_waiting()
    assert "LibreOffice 未能把文件转成 PDF" in page.get(page_of(paper)).content.decode()


def test_stopping_ends_the_office_at_once_and_is_told(town, sign_in, monkeypatch, tmp_path):
    slow = tmp_path / "soffice"
    slow.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nsleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr(pdf, "office", lambda: str(slow))
    some_cases(town)
    paper, page = draft(town), sign_in("clerk")
    page.post(page_of(paper))
    job = Job.objects.get(kind="papers.pdf")
    steps = iter(range(100))
    monkeypatch.setattr(
        jobs.Run, "progress", lambda run, *_told: _cancelled(town, job) if next(steps) == 1 else None
    )
    begun = time.monotonic()
    jobs.run_waiting()
    assert time.monotonic() - begun < 20
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
    body = page.get(page_of(paper)).content.decode()
    assert "已停止生成 PDF" in body and "重新生成" in body


def _cancelled(town: Town, job: Job) -> None:
    kernel_actions.cancel_job(town.actors["clerk"], job_id=job.pk)
    raise jobs.Cancelled


def test_a_discarded_draft_ends_its_job_without_the_office(town, office):
    some_cases(town)
    paper = draft(town)
    actions.ask_pdf(town.actors["clerk"], paper_id=paper.pk)
    actions.discard_draft(town.actors["clerk"], paper_id=paper.pk)
    jobs.run_waiting()
    assert (office, Job.objects.get(kind="papers.pdf").state) == ([], Job.State.DONE)


def test_nobody_gets_a_pdf_of_another_town(town, other_town, office):
    some_cases(town)
    paper = draft(town)
    row = actions.ask_pdf(town.actors["clerk"], paper_id=paper.pk)
    jobs.run_waiting()
    for try_it in (
        lambda who: actions.ask_pdf(who, paper_id=paper.pk),
        lambda who: actions.kept_pdf(who, paper_id=paper.pk),
        lambda who: actions.kept_pdf_file(who, paper_id=paper.pk, pdf_id=row.pk),
    ):
        with pytest.raises(Missing):
            try_it(other_town.actors["clerk"])


def test_parallel_openings_make_one_job(shared_database):
    from chuangwen.testing.factories import make_town

    town = make_town()
    some_cases(town)
    paper = draft(town)
    found, ready = [], threading.Barrier(4)

    def ask() -> None:
        from django.db import connection

        ready.wait()
        try:
            found.append(actions.ask_pdf(town.actors["clerk"], paper_id=paper.pk).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _number in range(4)]
    with clock.at(clock.now()):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 4 and len(set(found)) == 1 and Job.objects.filter(kind="papers.pdf").count() == 1
