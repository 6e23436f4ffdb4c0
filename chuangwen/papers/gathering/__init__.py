"""What papers tell, gathered from the rooms to the left by named queries: rows in, plain facts out."""

from chuangwen.papers.gathering.appraisals import appraisal_facts
from chuangwen.papers.gathering.meetings import meeting_facts
from chuangwen.papers.gathering.operations import operation_facts
from chuangwen.papers.gathering.periods import period_facts, report_facts
from chuangwen.papers.gathering.rounds import round_facts
from chuangwen.papers.gathering.sponsorship import sponsorship_facts
from chuangwen.papers.gathering.units import case_lines, unit_cases

__all__ = [
    "appraisal_facts", "case_lines", "meeting_facts", "operation_facts", "period_facts", "report_facts", "round_facts", "sponsorship_facts",
    "unit_cases",
]  # fmt: skip
