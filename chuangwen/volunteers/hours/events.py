"""What the parts to the right hear of hours, inside the transaction of the action."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CorrectionDecided:
    """A proposed correction was agreed to, or not."""

    correction_id: int
    agreed: bool
