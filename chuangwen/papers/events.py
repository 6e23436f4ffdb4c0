"""What the room says to the rooms on its right, inside the transaction of the action."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PaperMoved:
    """A verb of ``states`` was done to a paper. ``before == after`` where the state stays."""

    paper_id: int
    verb: str
    before: str
    after: str


@dataclass(frozen=True)
class PaperSent:
    """A paper went out to units that had not had it."""

    paper_id: int
    unit_ids: tuple[int, ...]
