"""What a presence can be at. The part that holds it registers here in its ``listeners.py``; ``presence`` knows none of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Attended:
    """What is known of something that is attended. ``start`` and ``end`` bound what counts (None: no bound); ``lat``, ``lon`` where it is,
    ``place`` in words; ``link`` its page, which opens with ``verb`` (empty: to whoever sees the hours); ``content`` what is done, ``object``
    for whom, ``responsible`` who answers for it (service information of 民政部令第67号)."""

    title: str
    link: str = ""
    start: datetime | None = None
    end: datetime | None = None
    team_id: int | None = None
    lat: float | None = None
    lon: float | None = None
    place: str = ""
    content: str = ""
    object: str = ""
    responsible: str = ""
    verb: str = ""


_finders: dict[str, Callable[[Sequence[int]], Mapping[int, Attended]]] = {}


def register(source: str, find: Callable[[Sequence[int]], Mapping[int, Attended]]) -> None:
    """``find(keys)`` tells what is known of each, in a constant number of queries; keys that do not exist are left out."""
    _finders[source] = find


def find(source: str, keys: Sequence[int]) -> Mapping[int, Attended]:
    """What is known of these; empty for a source that no part brings."""
    return _finders[source](keys) if source in _finders and keys else {}
