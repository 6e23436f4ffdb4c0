"""The PDF of a paper for pages: made by a job, once for each Word file, and kept.

What identifies a PDF is the SHA-256 of the Word file that it was made from. A draft says on itself when it was printed, so that the same
draft would be another file each minute; therefore it is composed as of the moment of the last one: when the digest is the same, nothing but
the time has changed, and the last one is the PDF of this draft too.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from chuangwen.kernel import clock, files, jobs
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing
from chuangwen.papers import queries
from chuangwen.papers.actions.printing import as_pdf, docx_at, file_to_read
from chuangwen.papers.models import Paper, PaperPdf

KIND = "papers.pdf"


def kept_pdf(actor: Actor, *, paper_id: int) -> bytes | None:
    """The PDF of the paper as it is now, where it was made before; None where it has to be made. Raises Denied, Missing, Refusal."""
    paper = file_to_read(actor, paper_id)
    if paper.pdf_key:
        return files.read(paper.pdf_key)
    last = _same(paper)
    return files.read(last.pdf_key) if last is not None and last.pdf_key else None


def kept_pdf_file(actor: Actor, *, paper_id: int, pdf_id: int) -> bytes:
    """A PDF that was made of this paper, whatever has changed since. Raises Denied, Missing."""
    paper = file_to_read(actor, paper_id)
    row = queries.pdfs_of(paper).exclude(pdf_key="").filter(pk=pdf_id).first()
    if row is None:
        raise Missing(_("There is no such file."))
    return files.read(row.pdf_key)


def ask_pdf(actor: Actor, *, paper_id: int) -> PaperPdf:
    """Have the PDF of the paper made as it is now: the one that is there, the one that is being made for somebody else, or a new job. One that
    failed or was stopped is tried again. Raises Denied, Missing, Refusal."""
    paper = file_to_read(actor, paper_id)
    same = _same(paper)
    if same is not None:
        return queue_pdf(actor, paper, same.docx_key, same.made_at)
    if paper.is_signed:
        return queue_pdf(actor, paper, paper.docx_key, paper.issued_at or clock.now())
    moment = clock.now()
    content = docx_at(paper, moment)
    return queue_pdf(actor, paper, files.store(content), moment)


def queue_pdf(actor: Actor, paper: Paper, docx_key: str, moment: datetime) -> PaperPdf:
    """The row of a kept Word file of the paper, with a job that makes the PDF unless it is there or under way."""
    facts = {"made_at": moment, "pdf_key": paper.pdf_key if paper.docx_key == docx_key else ""}
    with transaction.atomic():
        known, _new = PaperPdf.objects.get_or_create(paper=paper, docx_key=docx_key, defaults=facts)
        row = PaperPdf.objects.select_for_update(of=("self",)).select_related("job").get(pk=known.pk)
        if row.pdf_key or (row.job is not None and not row.job.ended):
            return row
        address = reverse("papers:pdf-file", args=[paper.pk, row.pk])
        title = f"PDF {paper.number or paper.title}"[:200]
        row.job = jobs.start(actor, KIND, {"pdf": row.pk}, title=title, result_url=address)
        row.save(update_fields=["job"])
    return row


def convert_kept(*, pdf_id: int, waiting: Callable[[], None] | None = None) -> int:
    """Make the PDF of a row where it is not there yet; returns its bytes (0 where the draft is gone). What is done twice is kept once.
    ``waiting`` as in ``printing.as_pdf``. Raises Refusal."""
    row = PaperPdf.objects.select_related("paper").filter(pk=pdf_id).first()
    if row is None:
        return 0
    if not row.pdf_key:
        made = files.store(as_pdf(files.read(row.docx_key), waiting))
        PaperPdf.objects.filter(pk=row.pk, pdf_key="").update(pdf_key=made)
        row.refresh_from_db(fields=["pdf_key"])
    Paper.objects.filter(pk=row.paper_id, docx_key=row.docx_key, pdf_key="").update(pdf_key=row.pdf_key)
    return len(files.read(row.pdf_key))


def _same(paper: Paper) -> PaperPdf | None:
    """The last row of the paper, if the paper is still what it was then."""
    last = queries.pdfs_of(paper).last()
    if last is None or paper.is_signed:
        return last
    return last if hashlib.sha256(docx_at(paper, last.made_at)).hexdigest() == last.docx_key else None
