"""What operations say to the rooms on the right, inside the transaction of the action."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OperationMoved:
    """An operation went from one state to another."""

    operation_id: int
    before: str
    after: str
