"""A paper as a file: Word at once, PDF as soon as it is made, with a page that waits for it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.kernel import actions as kernel_actions
from chuangwen.kernel.models import Job
from chuangwen.papers import actions, queries
from chuangwen.papers.models import Paper, PaperPdf
from chuangwen.papers.views.papers import crumbs
from chuangwen.web.downloads import DOCUMENT, PDF, download
from chuangwen.web.form_pages import go_to
from chuangwen.web.views import AccessMixin, PageMixin


def file_name(paper: Paper, form: str) -> str:
    return f"{paper.number or '草稿'} {paper.title}.{form}"


class PaperFiles(AccessMixin):
    """What the files of a paper have in common."""

    required_verb = "papers.see"
    kwargs: dict[str, Any]

    def find(self) -> Paper:
        return access.fetch(self.actor, "papers.see", queries.readable(self.actor), pk=self.kwargs["pk"])


class Download(PaperFiles, View):
    """The paper as a file; a PDF that was not made yet is asked for on its page."""

    def get(self, request: HttpRequest, pk: int, form: str) -> HttpResponse:
        paper = self.find()
        if form == "docx":
            return download(actions.docx_of(self.actor, paper_id=pk), file_name(paper, form), DOCUMENT)
        content = actions.kept_pdf(self.actor, paper_id=pk)
        if content is None:
            return HttpResponseRedirect(reverse("papers:pdf", args=[pk]))
        return download(content, file_name(paper, form), PDF, inline=True)


class PdfFile(PaperFiles, View):
    """A PDF that was made of the paper."""

    def get(self, request: HttpRequest, pk: int, made: int) -> HttpResponse:
        paper = self.find()
        content = actions.kept_pdf_file(self.actor, paper_id=pk, pdf_id=made)
        return download(content, file_name(paper, "pdf"), PDF, inline=True)


class PdfPage(PaperFiles, PageMixin, View):
    """The PDF while it is made, and the link when it is there. Asking for it (POST) starts one job, whoever asks."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        paper = self.find()
        self.title, self.lead, self.breadcrumbs = "PDF", paper.title, crumbs(paper)
        row = queries.pdfs_of(paper).last()
        job = row.job if row is not None else None
        own = job is not None and kernel_actions.visible_jobs(self.actor).filter(pk=job.pk).exists()
        context = self.get_context_data(
            paper=paper,
            row=row,
            job=job if own else None,
            busy=row is not None and not row.pdf_key and job is not None and not job.ended,
            told=told(row, job),
        )
        return render(request, "papers/pdf.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = actions.ask_pdf(self.actor, paper_id=pk)
        return go_to(reverse("papers:pdf-file", args=[pk, row.pk]) if row.pdf_key else reverse("papers:pdf", args=[pk]))


def told(row: PaperPdf | None, job: Job | None) -> str:
    """How it stands, as a sentence."""
    if row is None:
        return pgettext("paper", "No PDF of this paper has been made yet.")
    if row.pdf_key:
        return pgettext("paper", "The PDF is made.")
    if job is None or job.state == Job.State.CANCELLED:
        return pgettext("paper", "Making the PDF was stopped. It can be asked for again; the Word file is there.")
    if job.state == Job.State.FAILED:
        return pgettext("paper", "The PDF could not be made: %(reason)s") % {"reason": job.error}
    return pgettext("paper", "The PDF is being made; the link appears here. You may leave this page.")
