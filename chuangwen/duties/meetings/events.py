"""What meetings tell rooms to the right."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MeetingMoved:
    """A meeting went from one state to another."""

    meeting_id: int
    before: str
    after: str
