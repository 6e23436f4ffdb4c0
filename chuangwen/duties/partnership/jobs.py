"""What partnerships do by themselves."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.duties.partnership import reminding
from chuangwen.duties.rhythm.reminding import FROM_HOUR
from chuangwen.kernel import clock, jobs


@jobs.register("duties.partnership", every=timedelta(hours=1), label=_("Partnerships in which nothing happens"))
def partnership_job(run: jobs.Run) -> dict[str, Any]:
    """Remind once a week, by day alone; run again it tells nobody twice."""
    return {"reminded": reminding.remind() if clock.now().astimezone(clock.LOCAL).hour >= FROM_HOUR else 0}
