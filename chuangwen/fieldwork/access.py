"""The verbs of fieldwork."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

SEE_ROUNDS = declare(
    "fieldwork.see_rounds",
    _("See rounds"),
    changes=False,
    default={"clerk": "division", "leader": "division", "unit_head": "division", "liaison": "division", "inspector": "division"},
)
EDIT_ROUND = declare("fieldwork.edit_round", _("Plan, open and close rounds"), default={"clerk": "division"})
DRAW = declare("fieldwork.draw", _("Draw the sites of a round"), default={"clerk": "division"})
EDIT_SETTINGS = declare(
    "fieldwork.edit_settings",
    _("Change the inspection cap and the risk weights"),
    default={"clerk": "all"},
)
SEE_AGREEMENT = declare(
    "fieldwork.see_agreement",
    _("See how far two ratings agree"),
    changes=False,
    default={"clerk": "division", "leader": "division"},
)
SEE_ROUTES = declare(
    "fieldwork.see_routes",
    _("See the routes of a round"),
    changes=False,
    default={"clerk": "division", "leader": "division", "inspector": "own"},
)
PLAN_ROUTES = declare("fieldwork.plan_routes", _("Plan routes and change them by hand"), default={"clerk": "division"})
SEE_OBSERVATIONS = declare(
    "fieldwork.see_observations",
    _("See observations"),
    changes=False,
    default={"clerk": "division", "leader": "division", "unit_head": "unit", "liaison": "unit", "inspector": "division"},
)
OBSERVE = declare("fieldwork.observe", _("Record an observation"), default={"clerk": "division", "inspector": "division"})
EDIT_OBSERVATION = declare(
    "fieldwork.edit_observation", _("Correct an observation"), default={"clerk": "division", "inspector": "own"}
)
IMPORT_OBSERVATIONS = declare(
    "fieldwork.import_observations", _("Bring in a round's observations"), default={"clerk": "division"}
)
