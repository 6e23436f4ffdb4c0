"""The kinds of notices: each room registers its own, with the word that people read and how urgent it is."""

from dataclasses import dataclass

from django.utils.functional import Promise

LOW, NORMAL, URGENT = 1, 2, 3


@dataclass(frozen=True)
class Kind:
    """``name`` is ``room.what``; ``urgency`` what it is told with where nothing else is said."""

    name: str
    label: str | Promise
    urgency: int = NORMAL


KINDS: dict[str, Kind] = {}


def register(name: str, label: str | Promise, urgency: int = NORMAL) -> str:
    """Make a kind known; returns its name."""
    KINDS[name] = Kind(name, label, urgency)
    return name


def label_of(name: str) -> str:
    return str(KINDS[name].label) if name in KINDS else name
