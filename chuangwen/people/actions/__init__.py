"""One function per verb that changes something in the room."""

from chuangwen.people.actions.accounts import (
    assign_role,
    close_account,
    end_session,
    end_sessions,
    make_account,
    open_account,
    reset_password,
    reset_second_factor,
    unlock,
)
from chuangwen.people.actions.posts import (
    access_person,
    appoint,
    appointable_roles,
    change_person,
    change_post,
    end_post,
    merge_persons,
    reveal_phone,
)
from chuangwen.people.actions.roles import change_role, install_roles, restore_defaults, set_grants
from chuangwen.people.actions.tokens import make_token, withdraw_token
from chuangwen.people.actions.units import change_unit, close_unit, make_unit, move_unit, rename_unit

__all__ = [
    "access_person",
    "appoint",
    "appointable_roles",
    "assign_role",
    "change_person",
    "change_post",
    "change_role",
    "change_unit",
    "close_account",
    "close_unit",
    "end_post",
    "end_session",
    "end_sessions",
    "install_roles",
    "make_account",
    "make_token",
    "make_unit",
    "merge_persons",
    "move_unit",
    "open_account",
    "rename_unit",
    "reset_password",
    "reset_second_factor",
    "restore_defaults",
    "reveal_phone",
    "set_grants",
    "unlock",
    "withdraw_token",
]
