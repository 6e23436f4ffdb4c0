"""What rooms bring to the one field that finds everything. The page of the search knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from chuangwen.kernel.access import Actor


@dataclass(frozen=True)
class Found:
    """A line of what was found: where it leads, its name, and what tells it from others of that name."""

    url: str
    title: str
    beside: str = ""


@dataclass(frozen=True)
class Searched:
    """A kind of thing that is searched. ``find(actor, text, most)`` gives at most ``most`` of them by one query, through the actor's own scope;
    it is asked only where the actor holds ``verb``. ``text`` is not empty."""

    key: str
    label: str | Promise
    verb: str
    find: Callable[[Actor, str, int], list[Found]]
    order: int = 100


_kinds: dict[str, Searched] = {}


def register(kind: Searched) -> None:
    """Bring a kind in; once for each key."""
    assert kind.key not in _kinds, kind.key
    _kinds[kind.key] = kind


def brought(actor: Actor, text: str, most: int) -> list[tuple[Searched, list[Found]]]:
    """What the rooms find, kind by kind in their order; kinds of which nothing was found are left out."""
    asked = [(kind, kind.find(actor, text, most)) for kind in sorted(_kinds.values(), key=lambda one: one.order) if actor.may(kind.verb)]
    return [(kind, rows) for kind, rows in asked if rows]
