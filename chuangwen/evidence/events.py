"""What the room says to the rooms on its right, inside the transaction of the action."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PhotosExamined:
    """Photos were compared with all earlier ones and with their before photos; ``doubts`` is how many doubts of them are undecided."""

    photo_ids: tuple[int, ...]
    about: str
    doubts: int


@dataclass(frozen=True)
class DoubtDecided:
    """A person decided a doubt; ``decision`` is a value of ``Doubt.Decision``."""

    doubt_id: int
    photo_id: int
    about: str
    decision: str
