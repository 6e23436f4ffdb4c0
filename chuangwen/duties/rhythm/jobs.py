"""What duties do by themselves."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.duties.rhythm import laying, reminding
from chuangwen.kernel import clock, jobs


@jobs.register("duties.rhythm", every=timedelta(minutes=30), label=_("What is owed, and what was kept"))
def rhythm_job(run: jobs.Run) -> dict[str, Any]:
    """Lay out what is owed in the weeks ahead, find what was kept and missed, remind once; by day alone."""
    found = {"laid_out": laying.lay_all(), "changed": laying.find_kept(), "reminded": 0}
    if clock.now().astimezone(clock.LOCAL).hour >= reminding.FROM_HOUR:
        found["reminded"] = reminding.remind()
    return found
