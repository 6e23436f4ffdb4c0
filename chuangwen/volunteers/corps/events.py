"""What the parts to the right hear of teams and volunteers, inside the transaction of the action."""

from dataclasses import dataclass


@dataclass(frozen=True)
class VolunteerMoved:
    """A volunteer's state changed (``Volunteer.State``): confirmed, on a break, back, signed off."""

    volunteer_id: int
    before: str
    after: str


@dataclass(frozen=True)
class MemberLeft:
    """A volunteer is in a team no longer: what they did there needs somebody else."""

    team_id: int
    volunteer_id: int


@dataclass(frozen=True)
class TeamClosed:
    """A team takes nothing more."""

    team_id: int
