"""Pure rules of the phone: when something happened although the phone's clock was wrong, and whether two entries are the same."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

TELL_FROM = timedelta(minutes=5)
"""A phone's clock that is off by more is told to its owner."""
OLDEST = timedelta(days=366)
"""No phone keeps an entry longer than this: an older moment is a wrong clock."""


@dataclass(frozen=True)
class Moment:
    """When an entry was made. ``skew``: how far the phone's clock is behind the server's, None where it did not say; ``told``: the phone's
    time could be used, put right by the skew; otherwise ``at`` is when it came in."""

    at: datetime
    skew: timedelta | None
    told: bool

    @property
    def off(self) -> bool:
        """Whether the phone's clock is to be mentioned."""
        return self.skew is not None and abs(self.skew) > TELL_FROM


def moment(made_at: datetime | None, sent_at: datetime | None, received_at: datetime) -> Moment:
    """The moment by the server's clock: the phone's time plus (received - sent). Never in the future, never older than ``OLDEST``.

    A phone whose clock was set between making and sending says things that cannot be (made after it was sent, years ago): then the
    moment of receipt stands in, because nothing better is known. All moments are aware.
    """
    skew = received_at - sent_at if sent_at is not None else None
    if made_at is None:
        return Moment(received_at, skew, False)
    before = (sent_at if sent_at is not None else received_at) - made_at
    if before < timedelta(0) or before > OLDEST:
        return Moment(received_at, skew, False)
    return Moment(received_at - before, skew, True)


def content_hash(kind: str, made_at: str | None, photos: list[str], data: dict[str, Any]) -> str:
    """SHA-256 of what was entered: the same for each repetition, whenever and with whatever choice it is sent."""
    facts = [kind, made_at, sorted(photos), data]
    return hashlib.sha256(json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
