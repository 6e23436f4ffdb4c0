"""Whoever plans something that falls on units asks here first; who keeps the limits answers.

Rooms that plan (rounds, duties) say what would fall on which unit in which week; the room that knows all of it registers a check,
which raises a Refusal with the reason and with alternatives. Nothing is registered in a house without that room: then nothing is refused.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

CHECKS = "checks"
DUTIES = "duties"
FORMS = "forms"
TASKS = "tasks"
SHIFTS = "shifts"
VISITS = "visits"
MEETINGS = "meetings"


@dataclass(frozen=True)
class Planned:
    """So much more of a source would fall on a unit in the week that begins on this Monday. ``key`` names the thing that is planned, where it
    is there already (``fieldwork.round:12``): what it puts on the unit now is not counted twice."""

    unit: int
    monday: date
    source: str
    count: int = 1
    key: str = ""


_checks: dict[str, Callable[[Sequence[Planned]], None]] = {}


def register(name: str, check: Callable[[Sequence[Planned]], None]) -> None:
    """Make a check known; registering the same name again replaces it."""
    _checks[name] = check


def ask(planned: Sequence[Planned]) -> None:
    """Let every check look at what is planned. Raises the Refusal of the first that objects."""
    if planned:
        for check in _checks.values():
            check(planned)
