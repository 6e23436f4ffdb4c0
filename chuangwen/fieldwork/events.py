"""What fieldwork tells the rooms to its right."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ObservationRecorded:
    """An observation was recorded or corrected at the desk."""

    observation_id: int


@dataclass(frozen=True)
class RoundClosed:
    round_id: int
