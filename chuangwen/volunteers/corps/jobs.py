"""What the register of volunteers does by itself."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel import jobs
from chuangwen.volunteers.corps import counting, forgetting


@jobs.register(
    "volunteers.forget", every=timedelta(hours=12),
    label=_("Birthdays and guardians of volunteers who have come of age, links that are over"),
)  # fmt: skip
def forget_job(run: jobs.Run) -> dict[str, Any]:
    """Take away what is needed no longer."""
    return forgetting.forget()


@jobs.register("volunteers.count_corps", every=timedelta(hours=6), label=_("Registered volunteers and teams, counted for the ledger"))
def count_job(run: jobs.Run) -> dict[str, Any]:
    """Run twice it writes once."""
    return counting.count_corps()
