"""Webhooks without a database: which events there are, how a message is signed, when it is tried again. Pure."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import pgettext_lazy

from chuangwen.cases.models import State, Urgency, Verb

CREATED, CHANGED, DISPATCHED, CLOSED = "case.created", "case.changed", "case.dispatched", "case.closed"
REJECTED, MERGED, DISPUTED, REOPENED, OVERDUE, PING = (
    "case.rejected", "case.merged", "case.disputed", "case.reopened", "case.overdue", "ping",
)  # fmt: skip
EVENTS = [
    (CREATED, pgettext_lazy("webhook", "a case was reported")),
    (DISPATCHED, pgettext_lazy("webhook", "it was given to a unit")),
    (CHANGED, pgettext_lazy("webhook", "its state changed otherwise")),
    (OVERDUE, pgettext_lazy("webhook", "its time has run out")),
    (CLOSED, pgettext_lazy("webhook", "it was closed")),
    (REJECTED, pgettext_lazy("webhook", "it was not accepted")),
    (MERGED, pgettext_lazy("webhook", "it was put together with another")),
    (DISPUTED, pgettext_lazy("webhook", "somebody says that it is not solved")),
    (REOPENED, pgettext_lazy("webhook", "it goes on as a new case")),
]
WORDS = dict(EVENTS) | {PING: pgettext_lazy("webhook", "a test")}
_BY_STATE = {State.DISPATCHED: DISPATCHED, State.CLOSED: CLOSED, State.REJECTED: REJECTED, State.MERGED: MERGED}

AGAIN = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440)
)
"""How long after each failure it is tried again; after the last one it is given up, about two days after the first."""
GRACE = timedelta(days=2)
"""So long after a change of the secret both sign."""
SIGNATURE, TIMESTAMP, EVENT, DELIVERY = (
    "X-Chuangwen-Signature", "X-Chuangwen-Timestamp", "X-Chuangwen-Event", "X-Chuangwen-Delivery",
)  # fmt: skip


def event_of(verb: str, before: str, after: str) -> str:
    """What a move of a case is called; nothing for what is nobody's business outside (remarks, more time asked for, corrections)."""
    if not before:
        return CREATED
    if verb in (Verb.REBOUND, Verb.ANSWER_DISPUTE):
        return REOPENED
    if verb == Verb.DISPUTE:
        return DISPUTED
    if before == after:
        return DISPATCHED if verb == Verb.REDISPATCH else ""
    return _BY_STATE.get(State(after), CHANGED)


def event_of_clock(urgency: str) -> str:
    return OVERDUE if urgency == Urgency.OVERDUE else ""


def signature(secrets: Iterable[str], timestamp: int, body: bytes) -> str:
    """``v1=<hex>`` for each secret, with commas between: HMAC-SHA-256 over the timestamp, a dot and the body."""
    signed = f"{timestamp}.".encode() + body
    return ",".join(f"v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}" for secret in secrets if secret)


def again_after(tried: int) -> timedelta | None:
    """How long to wait after the ``tried``-th failure (from 1); None when it is given up."""
    return AGAIN[tried - 1] if 0 < tried <= len(AGAIN) else None
