"""What is done to teams and volunteers."""

from chuangwen.volunteers.corps.actions.bringing import bring_teams, bring_volunteers
from chuangwen.volunteers.corps.actions.members import ask_to_join, decide_membership, leave_team, make_deputy, remove_member
from chuangwen.volunteers.corps.actions.own import (
    come_back,
    file_document,
    save_own,
    save_volunteer,
    show_phone,
    sign_off,
    sign_off_for,
    take_break,
)
from chuangwen.volunteers.corps.actions.registering import (
    become_volunteer,
    confirm_volunteer,
    enrol_volunteer,
    make_first_link,
    register,
    set_first_password,
    turn_away,
)
from chuangwen.volunteers.corps.actions.teams import change_leader, close_team, go_on_with_team, make_team, pause_team, save_team
from chuangwen.volunteers.corps.actions.training import (
    add_trained,
    insure,
    record_insurance,
    record_training,
    save_skill,
    strike_trained,
)

__all__ = [
    "add_trained",
    "ask_to_join",
    "become_volunteer",
    "bring_teams",
    "bring_volunteers",
    "change_leader",
    "close_team",
    "come_back",
    "confirm_volunteer",
    "decide_membership",
    "enrol_volunteer",
    "file_document",
    "go_on_with_team",
    "insure",
    "leave_team",
    "make_deputy",
    "make_first_link",
    "make_team",
    "pause_team",
    "record_insurance",
    "record_training",
    "register",
    "remove_member",
    "save_own",
    "save_skill",
    "save_team",
    "save_volunteer",
    "set_first_password",
    "show_phone",
    "sign_off",
    "sign_off_for",
    "strike_trained",
    "take_break",
    "turn_away",
]
