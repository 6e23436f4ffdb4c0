"""The life of a work as plain data: which step leads from which state to which. Pure."""

from enum import StrEnum


class Step(StrEnum):
    """What is done to a work."""

    PLAN = "plan"
    EDIT = "edit"
    STAGE = "stage"
    MONEY = "money"
    GRANT = "grant"
    CONTRACT = "contract"
    PHOTOS = "photos"
    START = "start"
    STOP = "stop"
    GO_ON = "go_on"
    SLIP = "slip"
    DEFER = "defer"
    RETURN = "return"
    FINISH = "finish"
    CALL_OFF = "call_off"


PLANNED, RUNNING, STOPPED, FINISHED, CALLED_OFF = "planned", "running", "stopped", "finished", "called_off"
STATES = (PLANNED, RUNNING, STOPPED, FINISHED, CALLED_OFF)
OPEN = (PLANNED, RUNNING, STOPPED)
ENDED = (FINISHED, CALLED_OFF)

TRANSITIONS: dict[tuple[str, Step], str] = {
    **{(state, step): state for state in OPEN for step in (
        Step.EDIT, Step.STAGE, Step.MONEY, Step.GRANT, Step.CONTRACT, Step.PHOTOS, Step.SLIP, Step.DEFER, Step.RETURN,
    )},
    **{(FINISHED, step): FINISHED for step in (Step.MONEY, Step.GRANT, Step.PHOTOS, Step.RETURN)},  # money comes late, and photos
    (CALLED_OFF, Step.RETURN): CALLED_OFF,
    (PLANNED, Step.START): RUNNING,
    (RUNNING, Step.STOP): STOPPED,
    (STOPPED, Step.GO_ON): RUNNING,
    (RUNNING, Step.FINISH): FINISHED,
    (PLANNED, Step.CALL_OFF): CALLED_OFF,
    (RUNNING, Step.CALL_OFF): CALLED_OFF,
    (STOPPED, Step.CALL_OFF): CALLED_OFF,
}  # fmt: skip
"""Whatever is not here cannot be done."""


def after(state: str, step: Step) -> str | None:
    """The state that the step leads to; None: it cannot be done from here."""
    return TRANSITIONS.get((state, step))
