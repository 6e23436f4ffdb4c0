"""The verbs of hours: one's own record and certificates; the desk's records, corrections, doubts; the ladder of stars."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

_OWN = dict.fromkeys(("clerk", "leader", "unit_head", "liaison", "inspector", "grid_worker", "resident"), "own")
_UNITS = {"unit_head": "unit", "liaison": "unit"}

OWN = declare("volunteers.own_hours", _("See one's own service record"), changes=False, default=_OWN)
SEE = declare("volunteers.see_hours", _("See the service records of volunteers"), changes=False, default={"clerk": "division"} | _UNITS)
PROPOSE = declare("volunteers.propose_corrections", _("Propose corrections of hours"), default={"clerk": "division"} | _UNITS)
DECIDE = declare("volunteers.decide_corrections", _("Decide on corrections of hours"), default={"clerk": "division", "unit_head": "unit"})
TRANSFER = declare("volunteers.transfer_hours", _("Take over hours from other systems"), default={"clerk": "division"})
DOUBTS = declare("volunteers.settle_doubts", _("Settle doubts about hours"), default={"clerk": "division", "unit_head": "unit"})
ASK = declare(
    "volunteers.ask_certificates", _("Ask for certificates of service"),
    default=_OWN | {"clerk": "division", "grid_worker": "division"} | _UNITS,
)  # fmt: skip
ISSUE = declare("volunteers.issue_certificates", _("Issue certificates of service"), default={"clerk": "division", "unit_head": "unit"})
SHARE = declare("volunteers.register_shared_devices", _("Register phones and tablets that many sign in with"), default={"clerk": "division"})
NOTE = declare(
    "volunteers.note_off_duty", _("Note when office holders were on leave or work by shifts"), default={"clerk": "division"} | _UNITS
)
NOTE_OWN = declare("volunteers.note_own_off_duty", _("Note one's own leave or shifts"), default=_OWN)
LADDER = declare("volunteers.set_stars", _("Set the ladder of stars"), default={"clerk": "division"})
