"""What became of that for which deferred cases waited: rooms to the right that plan it say so, and the case's history tells it.

A case is deferred against a plan in words; which work that is, and whether it is late, this room does not know. Nothing is registered in a
house without such a room: then a case comes back because its day came.
"""

from collections.abc import Callable, Collection, Mapping

Tell = Callable[[Collection[int]], Mapping[int, str]]
"""Keys of cases whose day has come, to a sentence for each of which something is known."""

_tellers: dict[str, Tell] = {}


def register(name: str, tell: Tell) -> None:
    """Make known who can tell; registering the same name again replaces it."""
    _tellers[name] = tell


def what_became(case_ids: Collection[int]) -> dict[int, str]:
    """A sentence (at most 300 characters) for each of these cases about which somebody knows one. No query without cases."""
    found: dict[int, str] = {}
    if case_ids:
        for tell in _tellers.values():
            found |= {key: words[:300] for key, words in tell(case_ids).items()}
    return found
