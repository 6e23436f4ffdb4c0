"""The tables of the room, package by package."""

from chuangwen.duties.load.models import LoadLimit
from chuangwen.duties.operations.models import Counted, Operation, OperationPhoto, OperationUnit, Segment
from chuangwen.duties.rhythm.models import Duty, DutyRecord, FeedLink, Occurrence
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
    "Operation",
    "OperationUnit",
    "Segment",
    "Counted",
    "OperationPhoto",
]
