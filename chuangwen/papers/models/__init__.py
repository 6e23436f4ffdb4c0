"""The tables of the room: papers and their life, whom they reach, templates, schedules."""

from chuangwen.papers.models.papers import (
    Instruction,
    IssuingOffice,
    Kind,
    Paper,
    PaperEvent,
    PaperParty,
    PaperVersion,
    State,
)
from chuangwen.papers.models.pdfs import PaperPdf
from chuangwen.papers.models.schedules import PaperSchedule, ScheduledDraft
from chuangwen.papers.models.templates import PaperTemplate, TemplateVersion

__all__ = [
    "Instruction",
    "IssuingOffice",
    "Kind",
    "Paper",
    "PaperEvent",
    "PaperParty",
    "PaperPdf",
    "PaperSchedule",
    "PaperTemplate",
    "PaperVersion",
    "ScheduledDraft",
    "State",
    "TemplateVersion",
]
