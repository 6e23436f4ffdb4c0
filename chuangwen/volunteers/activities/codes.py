"""The code on the spot: time-based one-time passwords (RFC 6238 on RFC 4226: HMAC-SHA-1, thirty seconds). Pure, the moment is passed in."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

STEP = 30
DIGITS = 6
WINDOW = 2
"""Steps before and after the time that a phone states: it is typed in a minute, and clocks differ. RFC 6238, 5.2, asks for few."""


def step_of(at: datetime) -> int:
    """The number of the thirty seconds that a moment lies in."""
    return int(at.timestamp()) // STEP


def code_of(key: bytes, step: int, *, digits: int = DIGITS) -> str:
    """The code of a step (RFC 4226, 5.3)."""
    digest = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(key: bytes, code: str, at: datetime, *, window: int = WINDOW) -> int | None:
    """The step nearest to the moment whose code this is, at most ``window`` away; None where it is none of them."""
    given = "".join(sign for sign in code if sign.isascii() and sign.isdigit())
    if len(given) != DIGITS:
        return None
    middle = step_of(at)
    for step in sorted(range(middle - window, middle + window + 1), key=lambda one: abs(one - middle)):
        if step >= 0 and hmac.compare_digest(code_of(key, step), given):
            return step
    return None
