"""What hours do by themselves: all records are looked at every day, fresh ones soon after they count."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel import clock, jobs
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.models import Job
from chuangwen.volunteers.hours import actions, counting, scanning
from chuangwen.volunteers.presence.models import ServiceEntry

FRESH = "volunteers.fresh_hours"
WAIT = timedelta(minutes=2)
MOST = 2_000
RECENT = timedelta(days=35)
"""So far back the ledger follows at once what counts; older days the daily job."""


@jobs.register("volunteers.hours", every=timedelta(days=1), label=_("Looking for what cannot be true in service records"))
def hours_job(run: jobs.Run) -> dict[str, Any]:
    """Look at all records of the last months; notes of leave that explain nothing any more are deleted; the ledger says what was served."""
    return scanning.look() | {"forgotten": actions.forget_off_duty(), "ledger": counting.count_hours()}


@jobs.register(FRESH, label=_("Looking at fresh service records"))
def fresh_job(run: jobs.Run) -> dict[str, Any]:
    """Look at what was made since the job was queued, a little before that, and what lies near it."""
    since = run.job.created_at - timedelta(minutes=1)
    keys = list(ServiceEntry.objects.filter(counts=True, made_at__gte=since).order_by("pk").values_list("pk", flat=True)[:MOST])
    return scanning.look_at_fresh(keys) | {"ledger": counting.count_hours(clock.today() - RECENT)}


def queue() -> None:
    """Have fresh records looked at in a moment; one job stands for all that count until then."""
    if not Job.objects.filter(kind=FRESH, state=Job.State.QUEUED, not_before__gt=clock.now()).exists():
        jobs.start(SYSTEM, FRESH, delay=WAIT)
