"""What photos are evidence for. Rooms to the right make their subjects known; this room knows none of them.

subjects.register("cases.case", lambda actor, key: Subject("CW…", "/cases/12/"))
"""

from collections.abc import Callable
from dataclasses import dataclass

from chuangwen.kernel.access import Actor


@dataclass(frozen=True)
class Subject:
    """What it is called, and its page (empty where the person may not open it)."""

    label: str
    url: str = ""


_known: dict[str, Callable[[Actor, str], Subject | None]] = {}


def register(kind: str, find: Callable[[Actor, str], Subject | None]) -> None:
    """``find(actor, key)`` tells the subject of ``about="kind:key"``, or None; registering the same kind again replaces it."""
    _known[kind] = find


def of(actor: Actor, about: str) -> Subject | None:
    """The subject that ``about`` names, if its room knows it."""
    kind, _colon, key = about.partition(":")
    return _known[kind](actor, key) if kind in _known else None
