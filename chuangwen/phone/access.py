"""The verbs of the phone."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare
from chuangwen.kernel.verbs import EVERYBODY_IN_OFFICE

USE = declare(
    "phone.use", _("Use the phone app, see and wipe one's own phones"), default=dict.fromkeys(EVERYBODY_IN_OFFICE, "own")
)
SEE_DEVICES = declare("phone.see_devices", _("See everybody's phones"), changes=False, default={"system_admin": "all"})
WIPE = declare("phone.wipe", _("Wipe anybody's lost phone"), default={"system_admin": "all"})
