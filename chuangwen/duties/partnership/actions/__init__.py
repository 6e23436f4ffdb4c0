"""What is done to partnerships."""

from chuangwen.duties.partnership.actions.giving import correct_input, record_input
from chuangwen.duties.partnership.actions.living import adopt_package, call_off_pair, edit_pair, finish_pair, reopen_pair
from chuangwen.duties.partnership.actions.making import bring_pairs, draw_pairs, make_pair, save_partnership_settings
from chuangwen.duties.partnership.actions.packing import drop_item, save_item, save_need
from chuangwen.duties.partnership.actions.visiting import (
    cancel_partner_visit,
    hold_partner_visit,
    plan_partner_visit,
    record_contact,
)

__all__ = [
    "adopt_package",
    "bring_pairs",
    "call_off_pair",
    "cancel_partner_visit",
    "correct_input",
    "draw_pairs",
    "drop_item",
    "edit_pair",
    "finish_pair",
    "hold_partner_visit",
    "make_pair",
    "plan_partner_visit",
    "record_contact",
    "record_input",
    "reopen_pair",
    "save_item",
    "save_need",
    "save_partnership_settings",
]
