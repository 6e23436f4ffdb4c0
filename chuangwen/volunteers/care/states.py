"""The life of a care plan as a table of states. Pure."""

from enum import StrEnum

RUNNING, AWAY, ENDED = "running", "away", "ended"
STATES = (RUNNING, AWAY, ENDED)


class Step(StrEnum):
    """What is done to a plan."""

    MAKE = "make"
    EDIT = "edit"
    RHYTHM = "rhythm"
    HELPERS = "helpers"
    HAND_OVER = "hand_over"
    RECORD = "record"
    EXCUSE = "excuse"
    ALARM = "alarm"
    LOOK = "look"
    GO_AWAY = "go_away"
    COME_BACK = "come_back"
    END = "end"


_STAYING = (Step.EDIT, Step.RHYTHM, Step.HELPERS, Step.HAND_OVER, Step.RECORD, Step.EXCUSE, Step.ALARM, Step.LOOK)
AFTER: dict[tuple[str, Step], str] = {
    **{(state, step): state for state in (RUNNING, AWAY) for step in _STAYING},
    (RUNNING, Step.GO_AWAY): AWAY,
    (AWAY, Step.GO_AWAY): AWAY,
    (AWAY, Step.COME_BACK): RUNNING,
    (RUNNING, Step.END): ENDED,
    (AWAY, Step.END): ENDED,
    (ENDED, Step.ALARM): ENDED,
}
"""An alarm that is still open when a plan ends is closed by whoever looked."""


def after(state: str, step: Step) -> str | None:
    """The state after a step; None where it cannot be taken."""
    return AFTER.get((state, step))
