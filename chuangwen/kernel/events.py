"""What a left room must tell a right one.

An event is a frozen dataclass. ``say`` calls the listeners inside the transaction of whoever speaks: what a
listener writes stands or falls with it. What must happen only if the transaction holds goes through
``django.db.transaction.on_commit`` or a job.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")
_listeners: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def hears(event: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Decorator: call the function for each such event."""

    def register(listener: Callable[[E], None]) -> Callable[[E], None]:
        if listener not in _listeners[event]:
            _listeners[event].append(listener)
        return listener

    return register


def say(event: object) -> None:
    """Tell everyone who listens, in the order of registration."""
    for listener in _listeners[type(event)]:
        listener(event)
