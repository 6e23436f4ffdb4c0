"""What is done with contests, each verb one function."""

from chuangwen.volunteers.contest.actions.entering import (
    add_entry_papers,
    admit_entry,
    edit_entry,
    enter_project,
    reject_entry,
    withdraw_entry,
)
from chuangwen.volunteers.contest.actions.judging import add_juror, declare_conflict, remove_juror, score_entry
from chuangwen.volunteers.contest.actions.living import (
    call_contest,
    call_off_contest,
    close_entries,
    count_again,
    count_contest,
    edit_contest,
    plan_contest,
    publish_contest,
    reopen_entries,
)

__all__ = [
    "add_entry_papers", "add_juror", "admit_entry", "call_contest", "call_off_contest", "close_entries", "count_again", "count_contest",
    "declare_conflict", "edit_contest", "edit_entry", "enter_project", "plan_contest", "publish_contest", "reject_entry",
    "remove_juror", "reopen_entries", "score_entry", "withdraw_entry",
]  # fmt: skip
