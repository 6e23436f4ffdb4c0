"""What the rooms to the right hear of units."""

from dataclasses import dataclass


@dataclass(frozen=True)
class UnitClosed:
    """A unit has a last day; what is open with it needs another."""

    unit_id: int


@dataclass(frozen=True)
class UnitMoved:
    """A unit has another superior: the paths of it and of everything below it changed."""

    unit_id: int
