"""What is done to sponsorship plans."""

from chuangwen.duties.sponsorship.actions.living import end_plan, move_pair, sign_plan, start_plan
from chuangwen.duties.sponsorship.actions.making import (
    edit_plan,
    make_plan,
    new_version,
    remove_place,
    remove_sponsor,
    remove_wish,
    save_place,
    save_sponsor,
    save_wish,
    take_from_records,
)
from chuangwen.duties.sponsorship.actions.solving import solve_plan, start_solving

__all__ = [
    "edit_plan",
    "end_plan",
    "make_plan",
    "move_pair",
    "new_version",
    "remove_place",
    "remove_sponsor",
    "remove_wish",
    "save_place",
    "save_sponsor",
    "save_wish",
    "sign_plan",
    "solve_plan",
    "start_plan",
    "start_solving",
    "take_from_records",
]
