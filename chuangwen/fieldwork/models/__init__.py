"""Rounds, visits, observations."""

from chuangwen.fieldwork.models.observations import (
    Observation,
    ObservationPhoto,
    ObservationSheet,
    ObservationUnit,
    Visit,
)
from chuangwen.fieldwork.models.rounds import (
    Draw,
    FieldSettings,
    Round,
    RoundQuota,
    RoundSite,
    RoundTeam,
    TeamMember,
)

__all__ = [
    "Draw",
    "FieldSettings",
    "Observation",
    "ObservationPhoto",
    "ObservationSheet",
    "ObservationUnit",
    "Round",
    "RoundQuota",
    "RoundSite",
    "RoundTeam",
    "TeamMember",
    "Visit",
]
