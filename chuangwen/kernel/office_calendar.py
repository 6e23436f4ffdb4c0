"""The office's calendar from the tables, as the pure calendar of ``worktime``."""

import time

from chuangwen.kernel.models import CalendarDay, WorkingHours
from chuangwen.kernel.worktime import WorkCalendar

KEPT_SECONDS = 10.0
_kept: tuple[float, WorkCalendar] | None = None


def calendar() -> WorkCalendar:
    """The work calendar in force; an edit by another process is seen after ten seconds at the latest."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > KEPT_SECONDS:
        days = dict(CalendarDay.objects.values_list("day", "works"))
        hours = list(WorkingHours.objects.order_by("starts").values_list("starts", "ends"))
        _kept = (time.monotonic(), WorkCalendar(days, hours) if hours else WorkCalendar(days))
    return _kept[1]


def forget() -> None:
    """Let the next question read the tables again (after an edit)."""
    global _kept
    _kept = None
