"""What is done to the record beside hours."""

from chuangwen.volunteers.record.actions.appraising import appraise_services, withdraw_appraisal
from chuangwen.volunteers.record.actions.commending import bring_commendations, enter_commendation, withdraw_commendation
from chuangwen.volunteers.record.actions.complaining import answer_complaint, complain_by_link, show_complainant, take_complaint
from chuangwen.volunteers.record.actions.governing import save_record_rules
from chuangwen.volunteers.record.actions.objecting import (
    object_to_record,
    refuse_objection,
    take_back_objection,
    uphold_objection,
)

__all__ = [
    "answer_complaint",
    "appraise_services",
    "bring_commendations",
    "complain_by_link",
    "enter_commendation",
    "object_to_record",
    "refuse_objection",
    "save_record_rules",
    "show_complainant",
    "take_back_objection",
    "take_complaint",
    "uphold_objection",
    "withdraw_appraisal",
    "withdraw_commendation",
]
