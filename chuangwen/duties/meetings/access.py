"""The verbs of meetings. A unit sees a meeting once it is invited."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

SEE = declare(
    "duties.see_meetings",
    _("See meetings"),
    changes=False,
    default={"clerk": "division", "leader": "division", "unit_head": "unit", "liaison": "unit"},
)
PLAN = declare("duties.plan_meeting", _("Plan meetings, invite units, write the agenda"), default={"clerk": "division", "leader": "division"})
KEEP = declare("duties.keep_minutes", _("Write minutes and resolutions of a meeting"), default={"clerk": "division"})
CONFIRM = declare("duties.confirm_minutes", _("Confirm the minutes of a meeting"), default={"leader": "division"})
