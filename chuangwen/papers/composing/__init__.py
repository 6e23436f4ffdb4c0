"""From facts to papers: a module per kind, each of which describes itself to the registry.

kind = KINDS["bulletin"]
layout, figures = kind.compose(kind.gather(subject), texts, frame)
"""

from chuangwen.papers.composing import (  # noqa: F401  they add themselves to the registry, in the order of the page
    annual_appraisal,
    briefing,
    bulletin,
    certificate,
    dispatch_sheet,
    express,
    hq_order,
    meeting_minutes,
    operation,
    rectification,
    sponsorship,
    supervision,
    talk_notice,
    work_report,
)  # isort: skip
from chuangwen.papers.composing.base import Frame, Office, Texts
from chuangwen.papers.composing.registry import (
    CASES,
    KINDS,
    OPERATION,
    PERIOD,
    PLAN,
    ROUND,
    UNIT,
    PaperKind,
    Subject,
    TextField,
)

__all__ = [
    "CASES", "KINDS", "OPERATION", "PERIOD", "PLAN", "ROUND", "UNIT", "Frame", "Office", "PaperKind", "Subject", "TextField", "Texts",
]  # fmt: skip
