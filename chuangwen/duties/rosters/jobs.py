"""A roster is arranged by a job: it takes as long as it was given."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.duties.rosters import actions
from chuangwen.duties.rosters.actions.solving import JOB
from chuangwen.kernel import importing, jobs


@jobs.register(JOB, label=_("Arrange a roster"))
def arrange(run: jobs.Run) -> dict[str, Any]:
    """Run twice it arranges twice; only the first answer to a revision is stored."""
    roster = actions.solve_roster(importing.carried(run.arguments["actor"]), roster_id=run.arguments["roster"], tell=run.progress)
    return {"roster": roster.pk, "points": roster.points, "short": roster.figures.get("short", 0)}
