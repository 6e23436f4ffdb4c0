"""The verbs of the load meter."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

SEE = declare(
    "duties.see_load",
    _("See what falls on units"),
    changes=False,
    default={"clerk": "division", "leader": "division", "unit_head": "unit", "liaison": "unit"},
)
SET = declare("duties.set_load", _("Set limits to what falls on units"), default={"clerk": "division", "leader": "division"})
