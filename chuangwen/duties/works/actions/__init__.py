"""What is done to works."""

from chuangwen.duties.works.actions.living import (
    call_off_work,
    finish_work,
    go_on_with_work,
    slip_work,
    start_work,
    stop_work,
)
from chuangwen.duties.works.actions.making import add_work_photos, bring_works, edit_work, make_work, remove_stage, save_stage
from chuangwen.duties.works.actions.money import answer_fund, apply_for_fund, save_contract
from chuangwen.duties.works.actions.waiting import defer_case, give_back

__all__ = [
    "add_work_photos",
    "answer_fund",
    "apply_for_fund",
    "bring_works",
    "call_off_work",
    "defer_case",
    "edit_work",
    "finish_work",
    "give_back",
    "go_on_with_work",
    "make_work",
    "remove_stage",
    "save_contract",
    "save_stage",
    "slip_work",
    "start_work",
    "stop_work",
]
