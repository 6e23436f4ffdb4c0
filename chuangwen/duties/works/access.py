"""The verbs of works: the office plans and grants, the responsible unit keeps them. Cases are deferred by whoever may defer cases."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

_UNITS = {"unit_head": "unit", "liaison": "unit"}
SEE = declare("duties.see_works", _("See works"), changes=False, default={"clerk": "division", "leader": "division"} | _UNITS)
PLAN = declare("duties.plan_works", _("Plan works"), default={"clerk": "division"})
KEEP = declare("duties.keep_works", _("Keep the records of works"), default={"clerk": "division"} | _UNITS)
