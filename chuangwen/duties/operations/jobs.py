"""What operations do by themselves."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.duties.operations import actions, reminding
from chuangwen.duties.operations.models import Operation
from chuangwen.kernel import clock, jobs
from chuangwen.kernel.access import SYSTEM


@jobs.register("duties.operations", every=timedelta(minutes=30), label=_("Special operations: what is over ends, who has not told is reminded"))
def operations_job(run: jobs.Run) -> dict[str, Any]:
    """End what is over; remind in the afternoon."""
    today = clock.today()
    over = list(Operation.objects.filter(state=Operation.State.RUNNING, ends_on__lt=today).values_list("pk", flat=True))
    for key in over:
        actions.end_operation(SYSTEM, operation_id=key)
    reminded = reminding.remind_all(today) if clock.now().astimezone(clock.LOCAL).hour >= reminding.FROM_HOUR else 0
    return {"ended": len(over), "reminded": reminded}
