"""The verbs of scoring."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

SEE_SCORES = declare(
    "scoring.see_scores",
    _("See scores"),
    changes=False,
    default={"clerk": "division", "leader": "division", "unit_head": "division", "inspector": "division"},
)
COMPUTE = declare("scoring.compute", _("Compute scores"), default={"clerk": "division"})
SIGN = declare("scoring.sign", _("Sign a score sheet"), default={"leader": "division"})
SEE_SCHEMES = declare(
    "scoring.see_schemes", _("See schemes"), changes=False, default={"clerk": "all", "leader": "all", "inspector": "all"}
)
EDIT_SCHEME = declare("scoring.edit_scheme", _("Write schemes"), default={"clerk": "all"})
SEE_OUTLOOK = declare(
    "scoring.see_outlook", _("See the outlook"), changes=False, default={"clerk": "division", "leader": "division"}
)
FORECAST = declare("scoring.forecast", _("Compute the outlook"), default={"clerk": "division", "leader": "division"})
PLAN_OUTLOOK = declare("scoring.plan_outlook", _("Write assessment plans and hours of work"), default={"clerk": "division"})

from chuangwen.scoring.appraisal import access as _appraisal  # noqa: E402, F401 - declares the verbs of that part
