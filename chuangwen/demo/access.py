"""The verb of the demonstration: a word of the audit trail, granted to nobody, done on the command line."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

FILL = declare("demo.fill", _("Fill in the demonstration town"))
