"""The verbs of messages. One's own inbox and preferences need no verb: they are there for whoever is signed in."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import ALL, declare

EDIT_CHANNELS = declare("messaging.edit_channels", _("Set up the ways on which messages go out"), default={"system_admin": ALL})
SEE_DELIVERIES = declare(
    "messaging.see_deliveries", _("See what was delivered"), changes=False, default={"system_admin": ALL}
)
RETRY = declare("messaging.retry", _("Send a failed message again"), default={"system_admin": ALL})
