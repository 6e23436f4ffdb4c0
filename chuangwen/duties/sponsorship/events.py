"""What the sponsorship plan tells rooms to the right."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SponsorshipMoved:
    """A plan went from one state to another."""

    plan_id: int
    before: str
    after: str
