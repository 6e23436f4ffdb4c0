"""The tables of the room, package by package."""

from chuangwen.duties.inspection_days.models import AfterItem, DrawnPlace, Inspection, InspectionEvent, PlaceAssignment
from chuangwen.duties.load.models import LoadLimit
from chuangwen.duties.meetings.models import AgendaItem, Meeting, MeetingEvent, MeetingUnit, Resolution
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
    "Meeting",
    "MeetingUnit",
    "AgendaItem",
    "Resolution",
    "MeetingEvent",
    "Inspection",
    "DrawnPlace",
    "PlaceAssignment",
    "AfterItem",
    "InspectionEvent",
]
