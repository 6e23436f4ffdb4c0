"""The life of an inspection as plain data, and what is still open of what was found. Pure."""

from enum import StrEnum


class Step(StrEnum):
    """What is done to an inspection."""

    EDIT = "edit"
    PLACE = "place"
    ASSIGN = "assign"
    REPORT = "report"
    FIND = "find"
    FOLLOW = "follow"
    START = "start"
    END = "end"
    RESUME = "resume"
    CLOSE = "close"


EXPECTED, ON, OVER, CLOSED = "expected", "on", "over", "closed"
STATES = (EXPECTED, ON, OVER, CLOSED)

TRANSITIONS: dict[tuple[str, Step], str] = {
    (EXPECTED, Step.EDIT): EXPECTED,
    (ON, Step.EDIT): ON,
    (EXPECTED, Step.PLACE): EXPECTED,  # some places are told the evening before
    (ON, Step.PLACE): ON,
    (EXPECTED, Step.ASSIGN): EXPECTED,
    (ON, Step.ASSIGN): ON,
    (EXPECTED, Step.REPORT): EXPECTED,
    (ON, Step.REPORT): ON,
    (ON, Step.FIND): ON,
    (OVER, Step.FIND): OVER,
    (ON, Step.FOLLOW): ON,
    (OVER, Step.FOLLOW): OVER,
    (EXPECTED, Step.START): ON,
    (ON, Step.END): OVER,
    (OVER, Step.RESUME): ON,  # they came back
    (OVER, Step.CLOSE): CLOSED,
}
"""Whatever is not here cannot be done. What is closed never changes."""

OPEN = (EXPECTED, ON)


def after(state: str, step: Step) -> str | None:
    """The state that the step leads to; None: it cannot be done from here."""
    return TRANSITIONS.get((state, step))


WAITING, THERE, LEFT = "waiting", "there", "left"
