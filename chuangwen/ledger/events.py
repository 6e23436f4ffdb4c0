"""What the ledger says to the rooms on its right, inside the transaction of the action."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FactsEntered:
    """Facts were entered, corrected or taken back; ``fact_ids`` are the new ones."""

    fact_ids: tuple[int, ...]
