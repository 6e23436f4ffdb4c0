"""A plan is solved by a job: it takes as long as it was given."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.duties.sponsorship import actions
from chuangwen.duties.sponsorship.actions.solving import JOB
from chuangwen.kernel import importing, jobs


@jobs.register(JOB, label=_("Solve a sponsorship plan"))
def solve(run: jobs.Run) -> dict[str, Any]:
    """Run twice it solves twice; only the first answer to a revision is stored."""
    plan = actions.solve_plan(importing.carried(run.arguments["actor"]), plan_id=run.arguments["plan"], tell=run.progress)
    return {"plan": plan.pk, "points": plan.points, "clashes": len(plan.clashes)}
