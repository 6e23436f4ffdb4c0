"""What the room says to the rooms on its right, inside the transaction of the action."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CaseMoved:
    """A verb was done to a case. ``before`` is empty for a new one; ``before == after`` where the state stays.

    ``verb`` is the word of ``states.Verb`` ("dispatch", "close", "clock" …).
    """

    case_id: int
    verb: str
    before: str
    after: str


@dataclass(frozen=True)
class ClockRan:
    """The clock of a case passed half, its end or the moment of supervision, or a deferral ended. ``urgency`` is the new one."""

    case_id: int
    urgency: str
