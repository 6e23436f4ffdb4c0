"""The verbs of credits. Nobody need take part; whoever does sees their own credits only."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import ALL, DIVISION, OWN, UNIT, declare

_COMMUNITY = {"clerk": DIVISION, "grid_worker": DIVISION, "unit_head": UNIT, "liaison": UNIT}
SEE = declare("volunteers.see_credits", _("See the programme of credits"), changes=False, default=_COMMUNITY | {"leader": DIVISION})
SPEND = declare(
    "volunteers.spend_credits",
    _("Take part in the programme of credits, and spend one's own"),
    default=dict.fromkeys(("clerk", "leader", "unit_head", "liaison", "inspector", "grid_worker", "resident"), OWN),
)
RECORD = declare("volunteers.record_conduct", _("Enter households and shops, and record conduct with evidence"), default=_COMMUNITY)
CONFIRM = declare("volunteers.confirm_conduct", _("Confirm recorded conduct, or strike it"), default={"clerk": DIVISION, "unit_head": UNIT})
RUN = declare("volunteers.run_credits", _("Run the programme of credits: rules, rewards, stock, places"), default={"clerk": DIVISION})
TAKE = declare("volunteers.take_vouchers", _("Take vouchers and hand rewards out"), default={"clerk": DIVISION})
AUDIT = declare(
    "volunteers.audit_credits",
    _("Check the ledger of credits"),
    changes=False,
    default={"clerk": DIVISION, "leader": DIVISION, "audit_admin": ALL},
)
