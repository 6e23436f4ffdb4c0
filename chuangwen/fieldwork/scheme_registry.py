"""Which schemes a round can name: scoring, to the right, fills this at start."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class SchemeChoice:
    """A scheme that a round can be scored by: ``code`` and ``version`` are what the round keeps."""

    code: str
    version: int
    label: str


_source: Callable[[], Sequence[SchemeChoice]] | None = None


def register(source: Callable[[], Sequence[SchemeChoice]]) -> None:
    """Say where the schemes come from; asked for each time a form is shown."""
    global _source
    _source = source


def choices() -> Sequence[SchemeChoice]:
    """All schemes, as scoring orders them; none where no scoring is there."""
    return _source() if _source is not None else ()
