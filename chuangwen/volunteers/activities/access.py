"""The verbs of activities: teams plan and lead them, the office approves, volunteers take part on their own."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

SERVING = ("clerk", "leader", "unit_head", "liaison", "inspector", "grid_worker", "resident")
"""Everybody who can be a volunteer."""
_OWN = dict.fromkeys(SERVING, "own")
_DESK = {"clerk": "division", "unit_head": "unit", "liaison": "unit"}
SEE = declare(
    "volunteers.see_activities", _("See all activities"), changes=False,
    default=_DESK | {"leader": "division", "grid_worker": "division"},
)  # fmt: skip
PLAN = declare("volunteers.plan_activities", _("Plan activities of one's teams"), default=_OWN | _DESK)
APPROVE = declare("volunteers.approve_activities", _("Approve activities, set the themes of months"), default={"clerk": "division"})
LEAD = declare("volunteers.lead_activities", _("Lead activities: who was there, result, photos"), default=_OWN | _DESK)
TAKE_PART = declare("volunteers.take_part", _("Sign up for activities, be present, say how they were"), default=_OWN)
