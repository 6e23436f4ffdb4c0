"""What credits do by themselves."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel import jobs
from chuangwen.volunteers.credits import lapsing


@jobs.register("volunteers.credits", every=timedelta(hours=6), label=_("Credits and vouchers that lapse"))
def credits_job(run: jobs.Run) -> dict[str, Any]:
    """Tell who has credits that lapse soon, end vouchers and credits whose day is over, close programmes. Run again it does nothing twice."""
    return lapsing.lapse()
