"""Everything that can be done on inspection days: one function per verb."""

from chuangwen.duties.inspection_days.actions.finding import (
    drop_found,
    follow_as_case,
    follow_in_meeting,
    report_problem,
    save_found,
)
from chuangwen.duties.inspection_days.actions.living import (
    close_inspection,
    edit_inspection,
    end_inspection,
    open_phones,
    prepare_inspection,
    resume_inspection,
    start_inspection,
)
from chuangwen.duties.inspection_days.actions.placing import add_place, assign, mark_place, release, remove_place

__all__ = [
    "add_place", "assign", "close_inspection", "drop_found", "edit_inspection", "end_inspection", "follow_as_case", "follow_in_meeting",
    "mark_place", "open_phones", "prepare_inspection", "release", "remove_place", "report_problem", "resume_inspection", "save_found",
    "start_inspection",
]  # fmt: skip
