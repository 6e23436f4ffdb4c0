"""The life of an order as plain data: which step leads from which state to which. Pure."""

from enum import StrEnum


class Step(StrEnum):
    """What is done to an order."""

    PLACE = "place"
    EDIT = "edit"
    APPROVE = "approve"
    REFUSE = "refuse"
    DISPATCH = "dispatch"
    OPEN = "open"
    DIRECT = "direct"
    TAKE = "take"
    DECLINE = "decline"
    LAPSE = "lapse"
    RECALL = "recall"
    ASSIGN = "assign"
    BEGIN = "begin"
    FINISH = "finish"
    RATE = "rate"
    CLOSE = "close"
    CANCEL = "cancel"
    CALL = "call"


PENDING, REFUSED, WAITING, OFFERED = "pending", "refused", "waiting", "offered"
SERVING, TO_RATE, DONE, CANCELLED = "serving", "to_rate", "done", "cancelled"
STATES = (PENDING, REFUSED, WAITING, OFFERED, SERVING, TO_RATE, DONE, CANCELLED)
OPEN = (PENDING, WAITING, OFFERED, SERVING)
"""Somebody still waits for a service."""
SERVED = (TO_RATE, DONE)
ENDED = (REFUSED, DONE, CANCELLED)
WITH_TEAM = (OFFERED, SERVING, TO_RATE, DONE)

TRANSITIONS: dict[tuple[str, Step], str] = {
    (PENDING, Step.EDIT): PENDING,
    (WAITING, Step.EDIT): WAITING,
    (PENDING, Step.APPROVE): WAITING,
    (PENDING, Step.REFUSE): REFUSED,
    (WAITING, Step.REFUSE): REFUSED,
    (WAITING, Step.DISPATCH): OFFERED,
    (WAITING, Step.OPEN): OFFERED,
    (WAITING, Step.DIRECT): SERVING,
    (OFFERED, Step.TAKE): SERVING,
    (OFFERED, Step.DECLINE): WAITING,
    (OFFERED, Step.LAPSE): WAITING,
    (OFFERED, Step.RECALL): WAITING,
    (SERVING, Step.RECALL): WAITING,
    (SERVING, Step.ASSIGN): SERVING,
    (SERVING, Step.BEGIN): SERVING,
    (SERVING, Step.FINISH): TO_RATE,
    (TO_RATE, Step.RATE): DONE,
    (DONE, Step.RATE): DONE,
    (TO_RATE, Step.CLOSE): DONE,
    (TO_RATE, Step.CALL): TO_RATE,
    (DONE, Step.CALL): DONE,
    (PENDING, Step.CANCEL): CANCELLED,
    (WAITING, Step.CANCEL): CANCELLED,
    (OFFERED, Step.CANCEL): CANCELLED,
    (SERVING, Step.CANCEL): CANCELLED,
}
"""Whatever is not here cannot be done. A directive is not asked about: the team has it; only the office takes it back."""


def after(state: str, step: Step) -> str | None:
    """The state that the step leads to; None: it cannot be done from here."""
    return TRANSITIONS.get((state, step))
