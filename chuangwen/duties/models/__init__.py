"""The tables of the room, package by package."""

from chuangwen.duties.load.models import LoadLimit
from chuangwen.duties.rhythm.models import Duty, DutyRecord, FeedLink, Occurrence
from chuangwen.duties.rosters.models import (
    DutyPost,
    PoolDay,
    PoolPerson,
    PostDay,
    PostShift,
    Roster,
    RosterEvent,
    RosterGround,
    RosterLink,
    RosterSegment,
    RosterTurn,
    RosterUnit,
    TurnChange,
)
from chuangwen.duties.sponsorship.models import (
    PlanCharge,
    PlanEvent,
    PlanPair,
    PlanPlace,
    PlanSponsor,
    PlanWish,
    SponsorshipPlan,
)

__all__ = [
    "Duty",
    "DutyRecord",
    "FeedLink",
    "LoadLimit",
    "Occurrence",
    "PlanCharge",
    "PlanEvent",
    "PlanPair",
    "PlanPlace",
    "PlanSponsor",
    "PlanWish",
    "SponsorshipPlan",
    "DutyPost",
    "PoolDay",
    "PoolPerson",
    "PostDay",
    "PostShift",
    "Roster",
    "RosterEvent",
    "RosterGround",
    "RosterLink",
    "RosterSegment",
    "RosterTurn",
    "RosterUnit",
    "TurnChange",
]
