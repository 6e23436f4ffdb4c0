"""The verbs of papers. In which state which may be done is said by ``states.TRANSITIONS``."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.kernel.access import DIVISION, UNIT, declare

CLERK = {"clerk": DIVISION}
OFFICE = {"clerk": DIVISION, "leader": DIVISION}
UNITS = {"unit_head": UNIT, "liaison": UNIT}

SEE = declare("papers.see", _("See papers"), changes=False, default=OFFICE | UNITS)
DRAFT = declare("papers.draft", _("Draft papers"), default=CLERK)
CHECK = declare("papers.check", pgettext_lazy("paper", "Check papers and ask for countersignatures"), default=OFFICE)
COUNTERSIGN = declare(
    "papers.countersign", pgettext_lazy("paper", "Countersign papers"), default={"leader": UNIT, "unit_head": UNIT}
)
SIGN = declare(
    "papers.sign", pgettext_lazy("paper", "Sign a paper: number it and keep it for good"), default={"leader": DIVISION}
)
SEND = declare("papers.send", pgettext_lazy("paper", "Send papers to units"), default=CLERK)
RECEIVE = declare("papers.receive", pgettext_lazy("paper", "Receive papers for a unit"), default=UNITS)
INSTRUCT = declare("papers.instruct", pgettext_lazy("paper", "Record a leader's instruction on a paper"), default=OFFICE)
ARCHIVE = declare("papers.archive", pgettext_lazy("paper", "Archive papers"), default=CLERK)
EDIT_OFFICE = declare("papers.edit_office", _("Set the issuing office and its numbers"), default=CLERK)
EDIT_TEMPLATES = declare("papers.edit_templates", pgettext_lazy("paper", "Keep the templates of papers"), default=CLERK)
EDIT_SCHEDULES = declare(
    "papers.edit_schedules", pgettext_lazy("paper", "Say which papers are drafted by themselves"), default=CLERK
)
