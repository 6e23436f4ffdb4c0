"""What a certificate can tell beside hours, where the volunteer asks for it. The part that holds it registers; ``hours`` knows none of them."""

from collections.abc import Callable
from datetime import date
from typing import Any

_found: dict[str, Callable[[int, date, date], list[dict[str, Any]]]] = {}


def register(name: str, find: Callable[[int, date, date], list[dict[str, Any]]]) -> None:
    """``find(volunteer_id, first, last)`` gives lines ``{id, title, level, given_by, day}``; ``day`` as YYYY-MM-DD."""
    _found[name] = find


def commendations(volunteer_id: int, first: date, last: date) -> list[dict[str, Any]]:
    """What the volunteer was given in that time, as the certificate keeps it."""
    return [line for find in _found.values() for line in find(volunteer_id, first, last)]
