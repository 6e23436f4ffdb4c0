"""What activities do by themselves."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel import jobs
from chuangwen.volunteers.activities.actions.living import hold_what_is_over
from chuangwen.volunteers.activities.reminding import remind


@jobs.register("volunteers.activities", every=timedelta(minutes=10), label=_("Activities: reminders, and those that are over"))
def activities_job(run: jobs.Run) -> dict[str, Any]:
    """Remind who comes tomorrow, and say of what is over that it was held."""
    return {"held": hold_what_is_over(), "reminded": remind()}
