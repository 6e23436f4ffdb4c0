"""Papers that take longer than a second: the dispatch sheets of all units of a round, a PDF; and what is drafted by itself."""

import io
import zipfile
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from chuangwen.fieldwork.models import Round
from chuangwen.kernel import access, files, importing, jobs
from chuangwen.kernel.errors import Refusal
from chuangwen.papers import actions, queries
from chuangwen.papers.models import Paper


@jobs.register("papers.dispatch_sheets", label=pgettext_lazy("paper", "Dispatch sheets"))
def dispatch_sheets(run: jobs.Run) -> dict[str, Any]:
    """A draft for each unit with open cases of the round that has none yet; each in a transaction of its own, so that it can go on. All of
    them as Word files in one ZIP, whose key is in the answer."""
    actor = importing.carried(run.arguments["actor"])
    round = access.fetch(actor, "fieldwork.see_rounds", Round, pk=run.arguments["round"])
    there = dict(
        Paper.objects.filter(kind=Paper.Kind.DISPATCH_SHEET, round=round, state=Paper.State.DRAFT).values_list("unit_id", "pk")
    )
    units = list(queries.units_with_open_cases(round))
    made, left_out = 0, []
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for number, unit in enumerate(units, 1):
            run.progress(number - 1, len(units), unit.name)
            try:
                known = there.get(unit.pk)
                if known is None:
                    known = actions.draft_paper(actor, kind=Paper.Kind.DISPATCH_SHEET, round=round, unit=unit).pk
                    made += 1
                archive.writestr(f"{number:03d}_{safe(unit.name)}.docx", actions.docx_of(actor, paper_id=known))
            except Refusal as refusal:
                left_out.append(f"{unit.name}：{refusal}")
    return {"made": made, "already": len(there), "left_out": left_out, "file": files.store(packed.getvalue())}


def safe(name: str) -> str:
    """A name as a file may have it."""
    return "".join(c for c in name if c.isalnum() or c in "（）()-_")[:60] or "单位"


@jobs.register("papers.pdf", label="PDF")
def pdf(run: jobs.Run) -> dict[str, Any]:
    """Make and keep the PDF of a Word file that is kept already: whoever asked for it was let in then.
    How long LibreOffice takes is not known, so the bar tells no share."""

    def waiting() -> None:
        run.progress(0, 0, _("Making the PDF"))

    return {"bytes": actions.convert_kept(pdf_id=run.arguments.get("pdf", 0), waiting=waiting)}


@jobs.register(
    "papers.scheduled", every=timedelta(minutes=5), label=pgettext_lazy("paper", "Papers that are drafted by themselves")
)
def scheduled(run: jobs.Run) -> dict[str, Any]:
    """Draft what has come due."""
    return dict(actions.draft_scheduled())
