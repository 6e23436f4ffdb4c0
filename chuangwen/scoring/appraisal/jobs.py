"""A month of a city takes longer than a second."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chuangwen.kernel import access, importing, jobs
from chuangwen.kernel.access import Actor
from chuangwen.kernel.models import Job
from chuangwen.places.models import Division
from chuangwen.scoring.appraisal.actions import compute_appraisal
from chuangwen.scoring.appraisal.models import AppraisalScheme
from chuangwen.scoring.appraisal.periods import Span, span_of


@jobs.register("scoring.appraise", label=_("Compute an appraisal"))
def appraise(run: jobs.Run) -> dict[str, Any]:
    """Compute a period. Run twice, it finds the version that is there."""
    actor = importing.carried(run.arguments["actor"])
    division = access.fetch(actor, "scoring.appraise", Division, pk=run.arguments["division"])
    scheme = access.fetch(actor, "scoring.see_appraisal_schemes", AppraisalScheme, pk=run.arguments["scheme"])
    span = span_of(run.arguments["period"], date.fromisoformat(run.arguments["day"]))
    appraisal = compute_appraisal(
        actor, scheme=scheme, division=division, span=span, reason=run.arguments.get("reason", ""), tell=run.progress
    )
    return {"appraisal": appraisal.pk, "url": reverse("scoring:appraisal", args=[appraisal.pk])}


def start(actor: Actor, *, scheme: AppraisalScheme, division: Division, span: Span, reason: str = "") -> Job:
    """Queue it. Raises Denied."""
    access.require(actor, "scoring.appraise", division=division)
    return jobs.start(
        actor,
        "scoring.appraise",
        {
            "actor": importing.carry(actor),
            "division": division.pk,
            "scheme": scheme.pk,
            "period": span.kind,
            "day": span.start.isoformat(),
            "reason": reason,
        },
        title=f"{span.label} {scheme.name}",
        result_url=reverse("scoring:appraisals"),
    )
