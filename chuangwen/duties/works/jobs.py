"""What works do by themselves."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.duties.works.actions import waiting
from chuangwen.kernel import jobs


@jobs.register("duties.works", every=timedelta(minutes=15), label=_("Works that slip, and the cases that wait for them"))
def works_job(run: jobs.Run) -> dict[str, Any]:
    """Find works whose end has passed, and bring back every case that waits for a work that slipped or ended."""
    return waiting.look_after()
