"""Scores of large rounds take longer than a second."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chuangwen.fieldwork.models import Round
from chuangwen.kernel import access, importing, jobs
from chuangwen.kernel.models import Job
from chuangwen.scoring import actions
from chuangwen.scoring.appraisal import jobs as _appraisal  # noqa: F401 - registers the jobs of that part
from chuangwen.scoring.models import Scheme
from chuangwen.scoring.outlook import jobs as outlook_jobs  # noqa: F401 - registers the job of the outlook


@jobs.register("scoring.compute", label=_("Compute a score sheet"))
def compute(run: jobs.Run) -> dict[str, Any]:
    """Compute the sheet of a round by a scheme. Run twice, it finds the sheet that is there."""
    actor = importing.carried(run.arguments["actor"])
    round = access.fetch(actor, "scoring.compute", Round, pk=run.arguments["round"])
    scheme = access.fetch(actor, "scoring.see_schemes", Scheme, pk=run.arguments["scheme"])
    sheet = actions.compute_round(actor, round=round, scheme=scheme, tell=run.progress)
    Job.objects.filter(pk=run.job.pk).update(result_url=reverse("scoring:sheet", args=[sheet.pk]))
    return {"sheet": sheet.pk}
