"""What the room does by itself."""

from datetime import timedelta
from typing import Any

from chuangwen.kernel import jobs
from chuangwen.messaging.delivering import deliver


@jobs.register("messaging.deliver", every=timedelta(minutes=1))
def deliver_job(run: jobs.Run) -> dict[str, Any]:
    """Send what is due; try again what failed."""
    return deliver()
