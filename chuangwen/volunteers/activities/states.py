"""The life of an activity as plain data: which step leads from which state to which. Pure."""

from enum import StrEnum


class Step(StrEnum):
    """What is done to an activity."""

    PLAN = "plan"
    EDIT = "edit"
    SHIFT = "shift"
    ASK = "ask"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    OPEN = "open"
    HOLD = "hold"
    CLOSE = "close"
    CALL_OFF = "call_off"
    PHOTOS = "photos"
    PRESENCE = "presence"
    RATE = "rate"


DRAFT, ASKED, APPROVED, OPEN, HELD, CLOSED, CALLED_OFF = "draft", "asked", "approved", "open", "held", "closed", "called_off"
STATES = (DRAFT, ASKED, APPROVED, OPEN, HELD, CLOSED, CALLED_OFF)
COMING = (APPROVED, OPEN)
SHOWN = (APPROVED, OPEN, HELD, CLOSED, CALLED_OFF)
"""What calendars tell: a draft is not yet anything."""

TRANSITIONS: dict[tuple[str, Step], str] = {
    (DRAFT, Step.ASK): ASKED,
    (ASKED, Step.SEND_BACK): DRAFT,
    (ASKED, Step.APPROVE): APPROVED,
    (APPROVED, Step.OPEN): OPEN,
    (OPEN, Step.HOLD): HELD,
    (HELD, Step.CLOSE): CLOSED,
    **{(state, Step.EDIT): state for state in (DRAFT, APPROVED, OPEN)},
    **{(state, Step.SHIFT): state for state in (DRAFT, APPROVED, OPEN)},
    **{(state, Step.CALL_OFF): CALLED_OFF for state in (DRAFT, ASKED, APPROVED, OPEN)},
    **{(state, Step.PRESENCE): state for state in (OPEN, HELD)},
    **{(state, Step.PHOTOS): state for state in (OPEN, HELD, CLOSED)},
    **{(state, Step.RATE): state for state in (HELD, CLOSED)},
}
"""Whatever is not here cannot be done."""


def after(state: str, step: Step) -> str | None:
    """The state that the step leads to; None: it cannot be done from here."""
    return TRANSITIONS.get((state, step))
