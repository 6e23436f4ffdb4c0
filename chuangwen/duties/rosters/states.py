"""The life of a roster as plain data: which step leads from which state to which. Pure."""

from enum import StrEnum


class Step(StrEnum):
    """What is done to a roster."""

    EDIT = "edit"
    ASK = "ask"
    SOLVE = "solve"
    MOVE = "move"
    PUBLISH = "publish"
    CANCEL = "cancel"


DRAFT, ASKING, SOLVED, PUBLISHED, CANCELLED = "draft", "asking", "solved", "published", "cancelled"
STATES = (DRAFT, ASKING, SOLVED, PUBLISHED, CANCELLED)

TRANSITIONS: dict[tuple[str, Step], str] = {
    (DRAFT, Step.EDIT): DRAFT,
    (ASKING, Step.EDIT): ASKING,
    (SOLVED, Step.EDIT): DRAFT,  # what was arranged was by other rules
    (DRAFT, Step.ASK): ASKING,
    (DRAFT, Step.SOLVE): SOLVED,
    (ASKING, Step.SOLVE): SOLVED,
    (SOLVED, Step.SOLVE): SOLVED,  # what was moved by hand stays
    (SOLVED, Step.MOVE): SOLVED,
    (PUBLISHED, Step.MOVE): PUBLISHED,  # calendars hear of it
    (SOLVED, Step.PUBLISH): PUBLISHED,
    (DRAFT, Step.CANCEL): CANCELLED,
    (ASKING, Step.CANCEL): CANCELLED,
    (SOLVED, Step.CANCEL): CANCELLED,
    (PUBLISHED, Step.CANCEL): CANCELLED,
}
"""Whatever is not here cannot be done."""

OPEN = (DRAFT, ASKING, SOLVED)


def after(state: str, step: Step) -> str | None:
    """The state that the step leads to; None: it cannot be done from here."""
    return TRANSITIONS.get((state, step))
