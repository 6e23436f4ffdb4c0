"""The life of a special operation as plain data: which step leads from which state to which. Pure."""

from enum import StrEnum


class Step(StrEnum):
    """What is done to an operation."""

    EDIT = "edit"
    START = "start"
    TELL = "tell"
    """A unit tells the figures of a day, or brings photos."""
    REMIND = "remind"
    END = "end"
    REPORT = "report"
    CANCEL = "cancel"


DRAFT, RUNNING, ENDED, REPORTED, CANCELLED = "draft", "running", "ended", "reported", "cancelled"
STATES = (DRAFT, RUNNING, ENDED, REPORTED, CANCELLED)

TRANSITIONS: dict[tuple[str, Step], str] = {
    (DRAFT, Step.EDIT): DRAFT,
    (DRAFT, Step.START): RUNNING,
    (DRAFT, Step.CANCEL): CANCELLED,
    (RUNNING, Step.EDIT): RUNNING,  # units, segments, targets and the last day; its name and area stand on facts by now
    (RUNNING, Step.TELL): RUNNING,
    (RUNNING, Step.REMIND): RUNNING,
    (RUNNING, Step.END): ENDED,
    (RUNNING, Step.CANCEL): CANCELLED,
    (ENDED, Step.TELL): ENDED,  # figures of its last days that come late
    (ENDED, Step.REMIND): ENDED,
    (ENDED, Step.REPORT): REPORTED,
}
"""Whatever is not here cannot be done."""

ALIVE = (RUNNING, ENDED)
"""Figures can still come."""
TOLD = (RUNNING, ENDED, REPORTED)
"""Units see it."""


def after(state: str, step: Step) -> str | None:
    """The state that the step leads to; None: it cannot be done from here."""
    return TRANSITIONS.get((state, step))
