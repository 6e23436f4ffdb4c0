"""A forecast simulates thousands of assessments: work for a job."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel import access, importing, jobs
from chuangwen.kernel.models import Job
from chuangwen.scoring.outlook import actions
from chuangwen.scoring.outlook.models import AssessmentPlan


@jobs.register("scoring.outlook", label=_("Compute the outlook"))
def compute(run: jobs.Run) -> dict[str, Any]:
    """The outlook of a plan. Run twice it makes two forecasts of the same figures."""
    actor = importing.carried(run.arguments["actor"])
    plan = access.fetch(actor, "scoring.forecast", AssessmentPlan, pk=run.arguments["plan"])
    forecast = actions.forecast(actor, plan=plan, tell=run.progress)
    Job.objects.filter(pk=run.job.pk).update(result_url=forecast.address)
    return {"forecast": forecast.pk}
