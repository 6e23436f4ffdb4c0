"""What is done about activities."""

from chuangwen.volunteers.activities.actions.attending import (
    begin_by_code,
    end_by_code,
    enter_presence,
    finish_presence,
    strike_presence,
)
from chuangwen.volunteers.activities.actions.feeding import give_calendar, give_team_calendar, withdraw_calendar
from chuangwen.volunteers.activities.actions.living import (
    add_activity_photos,
    approve_activity,
    ask_approval,
    call_off_activity,
    close_activity,
    hold_activity,
    open_sign_up,
    say_opinion,
    send_back_activity,
)
from chuangwen.volunteers.activities.actions.planning import (
    bring_activities,
    draft_again,
    edit_activity,
    make_activity,
    remove_shift,
    save_shift,
    save_theme,
)
from chuangwen.volunteers.activities.actions.signing import sign_up, sign_up_for, take_out, withdraw

__all__ = [
    "add_activity_photos",
    "approve_activity",
    "ask_approval",
    "begin_by_code",
    "bring_activities",
    "call_off_activity",
    "close_activity",
    "draft_again",
    "edit_activity",
    "end_by_code",
    "enter_presence",
    "finish_presence",
    "give_calendar",
    "give_team_calendar",
    "hold_activity",
    "make_activity",
    "open_sign_up",
    "remove_shift",
    "save_shift",
    "save_theme",
    "say_opinion",
    "send_back_activity",
    "sign_up",
    "sign_up_for",
    "strike_presence",
    "take_out",
    "withdraw",
    "withdraw_calendar",
]
