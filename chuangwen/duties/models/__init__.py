"""The tables of the room, package by package."""

from chuangwen.duties.load.models import LoadLimit
from chuangwen.duties.partnership.models import (
    Partnership,
    PartnershipEvent,
    PartnershipInput,
    PartnershipItem,
    PartnershipNeed,
    PartnershipParty,
    PartnershipPhoto,
    PartnershipSettings,
    PartnershipVisit,
)
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
from chuangwen.duties.works.models import Work, WorkCase, WorkContract, WorkEvent, WorkFund, WorkPhoto, WorkStage

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
    "Partnership",
    "PartnershipEvent",
    "PartnershipInput",
    "PartnershipItem",
    "PartnershipNeed",
    "PartnershipParty",
    "PartnershipPhoto",
    "PartnershipSettings",
    "PartnershipVisit",
    "Work",
    "WorkCase",
    "WorkContract",
    "WorkEvent",
    "WorkFund",
    "WorkPhoto",
    "WorkStage",
]
