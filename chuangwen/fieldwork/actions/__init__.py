"""What is done with rounds and observations."""

from chuangwen.fieldwork.actions.draws import draw_reratings, draw_sites
from chuangwen.fieldwork.actions.observations import (
    add_photos,
    check_result,
    correct_observation,
    record_observation,
    record_rest,
)
from chuangwen.fieldwork.actions.places import (
    add_place,
    finish_place,
    finish_site,
    give_to_team,
    leave_out,
    merge_places,
    put_back,
    skip_place,
    unmerge_place,
)
from chuangwen.fieldwork.actions.planning import remove_team, save_settings, save_team, set_quotas
from chuangwen.fieldwork.actions.rounds import MOVES, MOVES_IN_ORDER, edit_round, move_round, plan_round, set_published

__all__ = [
    "MOVES",
    "MOVES_IN_ORDER",
    "add_photos",
    "add_place",
    "check_result",
    "correct_observation",
    "draw_reratings",
    "draw_sites",
    "edit_round",
    "finish_place",
    "finish_site",
    "give_to_team",
    "leave_out",
    "merge_places",
    "move_round",
    "plan_round",
    "put_back",
    "record_observation",
    "record_rest",
    "remove_team",
    "save_settings",
    "save_team",
    "set_published",
    "set_quotas",
    "skip_place",
    "unmerge_place",
]
