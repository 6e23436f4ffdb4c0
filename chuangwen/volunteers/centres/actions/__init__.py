"""What is done with practice centres, each verb one function."""

from chuangwen.volunteers.centres.actions.chain import make_chain
from chuangwen.volunteers.centres.actions.checks import record_check
from chuangwen.volunteers.centres.actions.figures import enter_published, remove_figure, save_figure
from chuangwen.volunteers.centres.actions.information import adopt_information, send_information, strike_information
from chuangwen.volunteers.centres.actions.keeping import remove_platform, remove_room, save_platform, save_room
from chuangwen.volunteers.centres.actions.making import bring_centres, close_centre, edit_centre, make_centre, open_centre
from chuangwen.volunteers.centres.actions.standard import bring_standard
from chuangwen.volunteers.centres.actions.tasks import accept_task, call_off_task, give_tasks, report_task, send_back_task

__all__ = [
    "accept_task", "adopt_information", "bring_centres", "bring_standard", "call_off_task", "close_centre", "edit_centre", "enter_published",
    "give_tasks", "make_centre", "make_chain", "open_centre", "record_check", "remove_figure", "remove_platform", "remove_room", "report_task",
    "save_figure", "save_platform", "save_room", "send_back_task", "send_information", "strike_information",
]  # fmt: skip
