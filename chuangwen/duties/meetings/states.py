"""The life of a meeting as plain data, and how a resolution stands. Pure."""

from datetime import datetime
from enum import StrEnum


class Step(StrEnum):
    """What is done to a meeting."""

    EDIT = "edit"
    AGENDA = "agenda"
    INVITE = "invite"
    OPEN = "open"
    MINUTES = "minutes"
    ATTEND = "attend"
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    CLOSE = "close"
    CANCEL = "cancel"


PLANNED, INVITED, HELD, CONFIRMED, CLOSED, CANCELLED = "planned", "invited", "held", "confirmed", "closed", "cancelled"
STATES = (PLANNED, INVITED, HELD, CONFIRMED, CLOSED, CANCELLED)

TRANSITIONS: dict[tuple[str, Step], str] = {
    (PLANNED, Step.EDIT): PLANNED,
    (INVITED, Step.EDIT): INVITED,
    (PLANNED, Step.AGENDA): PLANNED,
    (INVITED, Step.AGENDA): INVITED,
    (HELD, Step.AGENDA): HELD,  # what comes up while it goes on
    (PLANNED, Step.INVITE): INVITED,
    (INVITED, Step.OPEN): HELD,
    (HELD, Step.MINUTES): HELD,
    (HELD, Step.ATTEND): HELD,
    (HELD, Step.RESOLVE): HELD,
    (HELD, Step.CONFIRM): CONFIRMED,
    (CONFIRMED, Step.CLOSE): CLOSED,
    (PLANNED, Step.CANCEL): CANCELLED,
    (INVITED, Step.CANCEL): CANCELLED,
}
"""Whatever is not here cannot be done. Confirmed minutes never change."""

AHEAD = (PLANNED, INVITED)
TOOK_PLACE = (HELD, CONFIRMED, CLOSED)


def after(state: str, step: Step) -> str | None:
    """The state that the step leads to; None: it cannot be done from here."""
    return TRANSITIONS.get((state, step))


NOTED, UNDER_WAY, LATE, DEFERRED, DONE, DROPPED = "noted", "under_way", "late", "deferred", "done", "dropped"
STANDINGS = (NOTED, UNDER_WAY, LATE, DEFERRED, DONE, DROPPED)
ENDED = (DONE, DROPPED)


def standing(state: str | None, due_at: datetime | None, now: datetime) -> str:
    """How a resolution stands, told from the state of its case (``state`` None: it has none yet) and never entered."""
    if state is None:
        return NOTED
    if state == "closed":
        return DONE
    if state in ("rejected", "merged"):
        return DROPPED
    if state == "deferred":
        return DEFERRED
    answered = state in ("submitted", "verified")  # the unit has done its part: the clock of the unit stands
    return LATE if due_at is not None and due_at < now and not answered else UNDER_WAY
