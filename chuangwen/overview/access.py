"""The verbs of the room."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

LEAD = declare(
    "overview.see_standing", _("See the leader's page"), changes=False, default={"clerk": "division", "leader": "division"}
)
SET_TARGET = declare(
    "overview.set_target", _("Set the target of the campaign"), default={"clerk": "division", "leader": "division"}
)
SEE_WALL = declare(
    "overview.see_wall", _("Open the big screen"), changes=False, default={"clerk": "division", "leader": "division"}
)
MANAGE_DISPLAYS = declare(
    "overview.manage_displays", _("Give and withdraw links for big screens"), default={"system_admin": "all"}
)
