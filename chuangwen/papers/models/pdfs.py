"""The PDFs of papers, kept by the digest of the Word file that they were made from."""

from django.db import models

from chuangwen.kernel.models import Job
from chuangwen.papers.models.papers import Paper


class PaperPdf(models.Model):
    """A Word file of a paper as it was at ``made_at``, and its PDF once LibreOffice has made it.

    ``docx_key`` and ``pdf_key`` are keys of kept files (SHA-256 of the content); ``pdf_key`` is empty until then. ``job`` makes it: one
    for each file, however many people ask.
    """

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="pdfs")
    docx_key = models.CharField(max_length=64)
    pdf_key = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["paper", "docx_key"], name="one_pdf_per_file_of_a_paper")]

    def __str__(self) -> str:
        return f"{self.paper} {self.made_at}"
