"""What is done about care."""

from chuangwen.volunteers.care.actions.alarms import close_care_alarm, save_care_settings
from chuangwen.volunteers.care.actions.helping import pair_many, set_helpers
from chuangwen.volunteers.care.actions.looking import look_from_above
from chuangwen.volunteers.care.actions.people import (
    bring_cared_people,
    come_back,
    edit_cared_person,
    end_care,
    go_away,
    make_cared_person,
    save_care_rhythm,
)
from chuangwen.volunteers.care.actions.recording import (
    begin_care_visit,
    end_care_visit,
    excuse_care,
    record_care,
    record_gathering,
    report_need,
)

__all__ = [
    "begin_care_visit",
    "bring_cared_people",
    "close_care_alarm",
    "come_back",
    "edit_cared_person",
    "end_care",
    "end_care_visit",
    "excuse_care",
    "go_away",
    "look_from_above",
    "make_cared_person",
    "pair_many",
    "record_care",
    "record_gathering",
    "report_need",
    "save_care_rhythm",
    "save_care_settings",
    "set_helpers",
]
