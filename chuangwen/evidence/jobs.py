"""What the room does by itself."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.evidence import uploads
from chuangwen.evidence.actions.examining import COMPARE, compare, compare_left_over
from chuangwen.evidence.actions.redacting import PROPOSE, propose
from chuangwen.evidence.models import Examination
from chuangwen.kernel import jobs


@jobs.register(COMPARE, label=_("Comparing photos"))
def compare_job(run: jobs.Run) -> dict[str, Any]:
    """Compare photos that were handed in. Done again after a crash it goes on with those that still wait."""
    wanted = run.arguments["examinations"]
    waiting = (
        Examination.objects.filter(pk__in=wanted, state=Examination.State.WAITING).order_by("pk").values_list("pk", flat=True)
    )
    doubts = 0
    for done, pk in enumerate(list(waiting)):
        run.progress(done, len(wanted))
        doubts += compare(pk)
    return {"photos": len(wanted), "doubts": doubts}


@jobs.register("evidence.tidy_uploads", every=timedelta(days=1), label=_("Throwing away uploads that were given up"))
def tidy_uploads(run: jobs.Run) -> dict[str, Any]:
    """Take away photos that began to arrive and with which nobody has gone on for a week."""
    return {"uploads": uploads.tidy()}


@jobs.register(PROPOSE, label=_("Looking for faces and number plates"))
def propose_job(run: jobs.Run) -> dict[str, Any]:
    """Propose what to cover in photos that wait for their release."""
    wanted = run.arguments["photos"]
    found = 0
    for done, pk in enumerate(wanted):
        run.progress(done, len(wanted))
        found += len(propose(pk))
    return {"photos": len(wanted), "found": found}


LONG = timedelta(minutes=30)


@jobs.register("evidence.left_over", every=timedelta(minutes=10))
def left_over_job(run: jobs.Run) -> dict[str, Any]:
    """Compare photos whose comparison was lost with its worker."""
    return {"photos": compare_left_over(LONG)}
