"""What care does by itself."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel import clock, jobs
from chuangwen.kernel.access import SYSTEM
from chuangwen.volunteers.care import alarming, forgetting, helpers, laying
from chuangwen.volunteers.care.actions.people import bring_back


@jobs.register("volunteers.care", every=timedelta(minutes=15), label=_("Care: what is owed, what was kept, and the alarm of the day"))
def care_job(run: jobs.Run) -> dict[str, Any]:
    """Lay out what is owed, find what was kept and missed, hand over whom somebody left, and raise the alarms of the day."""
    told = {"back": bring_back(SYSTEM, clock.today()), "laid_out": laying.lay_all(), "changed": laying.find_kept()}
    return told | {"handed_over": helpers.look_after()} | alarming.watch()


@jobs.register("volunteers.care_forget", every=timedelta(days=1), label=_("Care: deleting what is no longer needed"))
def forget_job(run: jobs.Run) -> dict[str, Any]:
    """Delete what is kept of people who are no longer looked after, when the days of their area have passed."""
    return {"deleted": forgetting.forget()}
