"""What the parts to the right hear."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HoursCounted:
    """An entry of service counts from now on: its presence ended, a correction took its place, or it came from another system."""

    entry_id: int


@dataclass(frozen=True)
class HoursStruck:
    """An entry counts no longer; what was earned for it is taken back."""

    entry_id: int
