"""What an operation puts on units: each time that figures are asked of a unit is a form."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from chuangwen.duties.operations import rules
from chuangwen.duties.operations.models import Operation
from chuangwen.duties.rhythm.recurring import week_of
from chuangwen.kernel import clock, office_calendar, workload


def spans(operation: Operation) -> list[rules.Asked]:
    """When the operation asks for figures."""
    return rules.asked(operation.rhythm, office_calendar.calendar(), operation.starts_on, operation.ends_on)


def key_of(operation: Operation) -> str:
    return f"duties.operation:{operation.pk}"


def by_week(operation: Operation) -> dict[date, int]:
    """How often figures are asked by the Monday of the week in which they are due."""
    found: dict[date, int] = defaultdict(int)
    for span in spans(operation):
        found[week_of(span.due)] += 1
    return found


def planned(operation: Operation) -> list[workload.Planned]:
    """What it puts on its units from this week on."""
    if operation.pk is None:
        return []
    this = week_of(clock.today())
    weeks = {monday: count for monday, count in by_week(operation).items() if monday >= this}
    units = operation.units.filter(tells=True).order_by().values_list("unit", flat=True)
    return [workload.Planned(unit, monday, workload.FORMS, count, key_of(operation)) for unit in units for monday, count in weeks.items()]
