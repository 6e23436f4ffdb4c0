"""What the ladder says to the rooms on its right, inside the transaction of the action."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StepMoved:
    """Something happened to a step. ``verb`` is the word of ``states.StepVerb``, or ``overdue`` where the clock found a wait that is over
    (an appeal not decided in time); ``before`` is empty for a new one."""

    step_id: int
    verb: str
    before: str
    after: str


@dataclass(frozen=True)
class StepIssued:
    """A step was sent, with its number: it wants its paper (supervision order, order of the headquarters, notice of a talk). Reminders have
    no paper and say ``StepMoved`` alone."""

    step_id: int
    level: int
    number: str
