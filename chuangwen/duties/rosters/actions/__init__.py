"""What is done to grounds, pools and rosters."""

from chuangwen.duties.rosters.actions.changing import answer_change, ask_change, decide_change, move_turn
from chuangwen.duties.rosters.actions.changing_by_link import answer_change_by_link, ask_change_by_link
from chuangwen.duties.rosters.actions.counting import count_present
from chuangwen.duties.rosters.actions.dividing import remove_segment, save_duty_post, save_ground, save_segment
from chuangwen.duties.rosters.actions.living import ask_days, cancel_roster, edit_roster, make_roster, publish_roster
from chuangwen.duties.rosters.actions.pooling import give_link, save_pool_person, say_day, withdraw_link
from chuangwen.duties.rosters.actions.solving import solve_roster, start_arranging
from chuangwen.duties.rosters.actions.withdrawing import withdraw_change, withdraw_change_by_link

__all__ = [
    "answer_change",
    "answer_change_by_link",
    "ask_change",
    "ask_change_by_link",
    "ask_days",
    "cancel_roster",
    "count_present",
    "decide_change",
    "edit_roster",
    "give_link",
    "make_roster",
    "move_turn",
    "publish_roster",
    "remove_segment",
    "save_duty_post",
    "save_ground",
    "save_pool_person",
    "save_segment",
    "say_day",
    "solve_roster",
    "start_arranging",
    "withdraw_change",
    "withdraw_change_by_link",
    "withdraw_link",
]
