"""The verbs of unit appraisal."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

SEE = declare(
    "scoring.see_appraisals", _("See appraisals of units"), changes=False, default={"clerk": "division", "leader": "division"}
)
SEE_OWN = declare(
    "scoring.see_own_appraisal",
    _("See the own unit's appraisal"),
    changes=False,
    default={"clerk": "division", "leader": "division", "unit_head": "unit", "liaison": "unit"},
)
SEE_SCHEMES = declare(
    "scoring.see_appraisal_schemes",
    _("See schemes of unit appraisal"),
    changes=False,
    default={"clerk": "all", "leader": "all", "unit_head": "all", "liaison": "all"},
)
EDIT_SCHEME = declare("scoring.edit_appraisal_scheme", _("Write schemes of unit appraisal"), default={"clerk": "all"})
APPRAISE = declare("scoring.appraise", _("Compute an appraisal"), default={"clerk": "division"})
CHECK = declare("scoring.check_appraisal", _("Check an appraisal"), default={"clerk": "division", "leader": "division"})
CONDUCT = declare(
    "scoring.conduct_appraisal", _("Open an appraisal to objections, settle and publish it"), default={"clerk": "division"}
)
SIGN = declare("scoring.sign_appraisal", _("Sign an appraisal"), default={"leader": "division"})
OBJECT = declare("scoring.object", _("Object to the own unit's appraisal"), default={"unit_head": "unit", "liaison": "unit"})
ANSWER = declare("scoring.answer_objection", _("Answer objections to an appraisal"), default={"clerk": "division"})
ENTER = declare(
    "scoring.enter_manually",
    _("Enter awards and activities with evidence"),
    default={"clerk": "division", "liaison": "unit", "unit_head": "unit"},
)
CHECK_ENTRY = declare(
    "scoring.check_entry", _("Check what was entered by hand"), default={"clerk": "division", "leader": "division"}
)
DECIDE = declare("scoring.decide_consequence", _("Confirm what follows from an appraisal"), default={"leader": "division"})
