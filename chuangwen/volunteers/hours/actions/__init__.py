"""What is done to hours."""

from chuangwen.volunteers.hours.actions.certifying import (
    ask_certificate,
    issue_certificate,
    refuse_certificate,
    set_stars,
    withdraw_certificate,
)
from chuangwen.volunteers.hours.actions.correcting import agree_correction, propose_correction, refuse_correction
from chuangwen.volunteers.hours.actions.doubting import explain_doubt, strike_doubt
from chuangwen.volunteers.hours.actions.off_duty import (
    bring_off_duty,
    forget_off_duty,
    note_off_duty,
    note_own_off_duty,
    withdraw_off_duty,
)
from chuangwen.volunteers.hours.actions.sharing import end_shared_device, register_shared_device
from chuangwen.volunteers.hours.actions.transferring import take_over_hours

__all__ = [
    "agree_correction",
    "ask_certificate",
    "bring_off_duty",
    "end_shared_device",
    "explain_doubt",
    "forget_off_duty",
    "issue_certificate",
    "note_off_duty",
    "note_own_off_duty",
    "propose_correction",
    "refuse_certificate",
    "refuse_correction",
    "register_shared_device",
    "set_stars",
    "strike_doubt",
    "take_over_hours",
    "withdraw_certificate",
    "withdraw_off_duty",
]
