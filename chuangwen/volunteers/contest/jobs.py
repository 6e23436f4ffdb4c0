"""What contests do by themselves."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel import jobs
from chuangwen.volunteers.contest.actions.proposing import propose_next


@jobs.register("volunteers.contests", every=timedelta(days=1), label=_("The next project contest by its rhythm"))
def contests_job(run: jobs.Run) -> dict[str, Any]:
    """Draft the next contest out of the last. Run twice it drafts once."""
    return {"proposed": propose_next()}
