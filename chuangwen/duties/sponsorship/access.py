"""The verbs of the sponsorship plan. A unit that sponsors sees the plan once it is signed."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

SEE = declare(
    "duties.see_sponsorship",
    _("See sponsorship plans"),
    changes=False,
    default={"clerk": "division", "leader": "division", "unit_head": "unit", "liaison": "unit"},
)
PLAN = declare("duties.plan_sponsorship", _("Make and solve sponsorship plans"), default={"clerk": "division"})
SIGN = declare("duties.sign_sponsorship", _("Sign a sponsorship plan"), default={"leader": "division"})
