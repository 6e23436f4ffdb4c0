"""The verbs of care. Few see a cared person: the pair and those who stand in, the leader of their team, the community and the office."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

ANYBODY = ("clerk", "leader", "unit_head", "liaison", "inspector", "grid_worker", "resident")

SEE = declare(
    "volunteers.see_care", _("See how care stands, with names covered"), changes=False,
    default={"clerk": "division", "leader": "division", "unit_head": "unit", "liaison": "unit"},
)  # fmt: skip
OPEN = declare(
    "volunteers.open_cared_person", _("Open the page of a cared person (each opening is recorded)"), changes=False,
    default={"clerk": "division", "unit_head": "unit", "liaison": "unit"},
)  # fmt: skip
MANAGE = declare(
    "volunteers.manage_care", _("Keep cared people, their plans and pairs"),
    default={"clerk": "division", "unit_head": "unit", "liaison": "unit"},
)  # fmt: skip
PAIR = declare("volunteers.pair_care", _("Pair many cared people with volunteers"), default={"clerk": "division"})
TAKE_OUT = declare("volunteers.take_out_care", _("Take lists of cared people out of the program"), changes=False, default={"clerk": "division"})
SET = declare("volunteers.set_care", _("Set when care raises an alarm and how long it keeps data"), default={"clerk": "division"})
KEEP = declare("volunteers.keep_care", _("Look after people to whom one is paired"), default=dict.fromkeys(ANYBODY, "own"))
LEAD = declare("volunteers.lead_care", _("Look after the pairs of one's own team"), default=dict.fromkeys(ANYBODY, "own"))
