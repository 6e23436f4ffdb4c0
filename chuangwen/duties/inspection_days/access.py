"""The verbs of inspection days. Few see the whole; a unit sees the places at which it stands."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

UNITS = {"unit_head": "unit", "liaison": "unit", "grid_worker": "unit"}

SEE = declare(
    "duties.see_inspections", _("See inspection days as a whole"), changes=False, default={"clerk": "division", "leader": "division"}
)
SEE_PLACE = declare(
    "duties.see_inspected_place",
    _("See a drawn place and who stands there"),
    changes=False,
    default={"clerk": "division", "leader": "division"} | UNITS,
)
PLAN = declare("duties.plan_inspection", _("Prepare, start, end and close inspection days"), default={"clerk": "division"})
PLACE = declare("duties.enter_drawn_place", _("Enter drawn places and who stands there"), default={"clerk": "division", "leader": "division"})
REPORT = declare(
    "duties.report_inspected",
    _("Report a problem at a drawn place"),
    default={"clerk": "division", "leader": "division"} | UNITS,
)
CALL = declare(
    "duties.open_inspection_phones",
    _("Open the telephone list of an inspection day (recorded)"),
    changes=False,
    default={"clerk": "division", "leader": "division"},
)
FIND = declare("duties.work_up_inspection", _("Keep the list of what is to be done after an inspection"), default={"clerk": "division"})
