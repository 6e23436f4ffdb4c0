"""The life of a sponsorship plan as plain data: which step leads from which state to which. Pure."""

from enum import StrEnum


class Step(StrEnum):
    """What is done to a plan."""

    EDIT = "edit"
    SOLVE = "solve"
    MOVE = "move"
    SIGN = "sign"
    START = "start"
    END = "end"


DRAFT, SOLVED, ADJUSTED, SIGNED, RUNNING, ENDED = "draft", "solved", "adjusted", "signed", "running", "ended"
STATES = (DRAFT, SOLVED, ADJUSTED, SIGNED, RUNNING, ENDED)

TRANSITIONS: dict[tuple[str, Step], str] = {
    (DRAFT, Step.EDIT): DRAFT,
    (SOLVED, Step.EDIT): DRAFT,  # what was solved was another question
    (ADJUSTED, Step.EDIT): DRAFT,
    (DRAFT, Step.SOLVE): SOLVED,
    (SOLVED, Step.SOLVE): SOLVED,
    (ADJUSTED, Step.SOLVE): SOLVED,  # what was moved by hand is fixed first
    (SOLVED, Step.MOVE): ADJUSTED,
    (ADJUSTED, Step.MOVE): ADJUSTED,
    (SOLVED, Step.SIGN): SIGNED,
    (ADJUSTED, Step.SIGN): SIGNED,
    (SIGNED, Step.START): RUNNING,
    (RUNNING, Step.END): ENDED,
}
"""Whatever is not here cannot be done. A signed plan never changes; a change makes another version of it."""

OPEN = (DRAFT, SOLVED, ADJUSTED)
TOLD = (SIGNED, RUNNING, ENDED)
"""The units see it."""


def after(state: str, step: Step) -> str | None:
    """The state that the step leads to; None: it cannot be done from here."""
    return TRANSITIONS.get((state, step))
