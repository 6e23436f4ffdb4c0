"""The verbs of rosters."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

SEE = declare(
    "duties.see_roster",
    _("See posts and rosters"),
    changes=False,
    default={"clerk": "division", "leader": "division", "unit_head": "unit", "liaison": "unit", "grid_worker": "unit"},
)
PLAN = declare("duties.plan_roster", _("Divide grounds into posts; make and publish rosters"), default={"clerk": "division"})
POOL = declare("duties.keep_pool", _("Keep the pool of a unit"), default={"clerk": "division", "unit_head": "unit", "liaison": "unit"})
OWN = declare(
    "duties.own_turns",
    _("See one's own turns and say on which days one can come"),
    default=dict.fromkeys(("clerk", "leader", "unit_head", "liaison", "inspector", "grid_worker"), "own"),
)
CHANGE = declare(
    "duties.change_turn",
    _("Ask for a change of turns, withdraw and answer one"),
    default={"clerk": "division", "unit_head": "unit", "liaison": "unit"} | dict.fromkeys(("leader", "inspector", "grid_worker"), "own"),
)
APPROVE = declare("duties.approve_change", _("Approve changes of turns"), default={"clerk": "division"})
COUNT = declare(
    "duties.count_present",
    _("Record how many people are at a post"),
    default={"clerk": "division", "unit_head": "unit", "liaison": "unit", "grid_worker": "unit"},
)
