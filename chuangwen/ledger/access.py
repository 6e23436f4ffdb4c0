"""The verbs of the ledger: the office for its whole area, units for their own, grid workers for what they entered, leaders read."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

_WRITERS = {"clerk": "division", "unit_head": "unit", "liaison": "unit", "grid_worker": "own"}

SEE = declare("ledger.see", _("See the ledger"), changes=False, default=_WRITERS | {"leader": "division"})
ENTER = declare("ledger.enter", _("Enter facts in the ledger"), default=_WRITERS)
CORRECT = declare("ledger.correct", _("Correct and take back facts"), default=_WRITERS)
IMPORT = declare(
    "ledger.import",
    _("Bring sheets into the ledger"),
    default={"clerk": "division", "unit_head": "unit", "liaison": "unit"},
)
REMIND = declare("ledger.remind", _("Remind units of what they have not reported"), default={"clerk": "division", "leader": "division"})
EDIT_METRICS = declare("ledger.edit_metrics", _("Edit the dictionary of metrics"), default={"clerk": "all"})
