"""Everything that can be done to meetings: one function per verb."""

from chuangwen.duties.meetings.actions.holding import (
    WrittenMeanwhile,
    confirm_minutes,
    mark_units,
    open_meeting,
    remove_resolution,
    save_resolution,
    write_minutes,
)
from chuangwen.duties.meetings.actions.planning import (
    cancel_meeting,
    close_meeting,
    edit_meeting,
    invite,
    move_item,
    plan_meeting,
    propose_agenda,
    remove_item,
    save_item,
)

__all__ = [
    "WrittenMeanwhile", "cancel_meeting", "close_meeting", "confirm_minutes", "edit_meeting", "invite", "mark_units", "move_item",
    "open_meeting", "plan_meeting", "propose_agenda", "remove_item", "remove_resolution", "save_item", "save_resolution", "write_minutes",
]  # fmt: skip
