"""The verbs of practice centres: the office plans the chain and gives tasks, the unit that answers keeps its centre."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

_UNITS = {"unit_head": "unit", "liaison": "unit"}
SEE = declare(
    "volunteers.see_centres", _("See practice centres"), changes=False,
    default={"clerk": "division", "leader": "division", "inspector": "division", "grid_worker": "division"} | _UNITS,
)  # fmt: skip
PLAN = declare("volunteers.plan_centres", _("Set up practice centres and give them tasks"), default={"clerk": "division"})
KEEP = declare("volunteers.keep_centres", _("Keep the records of a practice centre"), default={"clerk": "division"} | _UNITS)
