"""The life of a partnership as plain data: which step leads from which state to which. Pure."""

from enum import StrEnum


class Step(StrEnum):
    """What is done to a pair."""

    PAIR = "pair"
    EDIT = "edit"
    CONTACT = "contact"
    NEED = "need"
    PACKAGE = "package"
    ADOPT = "adopt"
    INPUT = "input"
    VISIT = "visit"
    PROGRESS = "progress"
    FINISH = "finish"
    REOPEN = "reopen"
    CALL_OFF = "call_off"


PAIRED, CONTACTED, RUNNING, FINISHED, CALLED_OFF = "paired", "contacted", "running", "finished", "called_off"
STATES = (PAIRED, CONTACTED, RUNNING, FINISHED, CALLED_OFF)
OPEN = (PAIRED, CONTACTED, RUNNING)
ALIVE = (CONTACTED, RUNNING)
"""The two have met: such a pair covers its place."""

TRANSITIONS: dict[tuple[str, Step], str] = {
    (PAIRED, Step.EDIT): PAIRED,
    (CONTACTED, Step.EDIT): CONTACTED,
    (RUNNING, Step.EDIT): RUNNING,
    (PAIRED, Step.CONTACT): CONTACTED,  # the first talk, the first look at the place
    (CONTACTED, Step.CONTACT): CONTACTED,
    (RUNNING, Step.CONTACT): RUNNING,
    (CONTACTED, Step.NEED): CONTACTED,  # nobody knows what is needed before they were there
    (RUNNING, Step.NEED): RUNNING,
    (CONTACTED, Step.PACKAGE): CONTACTED,
    (RUNNING, Step.PACKAGE): RUNNING,
    (CONTACTED, Step.ADOPT): RUNNING,  # a package with at least one item and the highlight aimed at
    (CONTACTED, Step.INPUT): CONTACTED,
    (RUNNING, Step.INPUT): RUNNING,
    (PAIRED, Step.VISIT): PAIRED,  # planned ahead
    (CONTACTED, Step.VISIT): CONTACTED,
    (RUNNING, Step.VISIT): RUNNING,
    (RUNNING, Step.PROGRESS): RUNNING,
    (RUNNING, Step.FINISH): FINISHED,
    (FINISHED, Step.REOPEN): RUNNING,
    (PAIRED, Step.CALL_OFF): CALLED_OFF,
    (CONTACTED, Step.CALL_OFF): CALLED_OFF,
    (RUNNING, Step.CALL_OFF): CALLED_OFF,
}
"""Whatever is not here cannot be done."""


def after(state: str, step: Step) -> str | None:
    """The state that the step leads to; None: it cannot be done from here."""
    return TRANSITIONS.get((state, step))
