"""Checking the audit chain as a job, for the page: reads every entry, says how far it is, and what does not hold."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel import access, audit, clock, jobs
from chuangwen.kernel.access import Actor
from chuangwen.kernel.models import AuditEntry, AuditHead, Job

KIND = "kernel.check_trail"
TOLD = 100  # broken places named in the result


@jobs.register(KIND, label=gettext_lazy("Check of the audit chain"))
def _check(run: jobs.Run) -> dict[str, Any]:
    total = AuditEntry.objects.count()
    run.progress(0, total, _("Reading the entries"))
    breaks = [
        {"number": found.number, "reason": str(found.reason)}
        for found in audit.broken_links(lambda read: run.progress(read, max(total, read), _("Reading the entries")))
    ]
    head = AuditHead.objects.filter(pk=1).first()
    return {
        "entries": total,
        "break_count": len(breaks),
        "breaks": breaks[:TOLD],
        "head": head.hash if head else "",
        "checked_at": clock.now().isoformat(),
    }


def start(actor: Actor) -> Job:
    """Queue a check; while one waits or runs, that one is the answer. Raises Denied."""
    access.require(actor, "kernel.see_audit")
    with transaction.atomic():
        AuditHead.objects.select_for_update().filter(pk=1).first()
        under_way = Job.objects.filter(kind=KIND, state__in=(Job.State.QUEUED, Job.State.RUNNING)).order_by("-pk").first()
        return under_way or jobs.start(actor, KIND, title=_("Check of the audit chain"))


def last() -> Job | None:
    """The newest check, ended or not."""
    return Job.objects.filter(kind=KIND).order_by("-pk").first()
