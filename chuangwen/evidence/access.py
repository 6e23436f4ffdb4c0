"""The verbs of evidence."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

WORKERS = ("clerk", "leader", "unit_head", "liaison", "inspector", "grid_worker")
CHECKERS = dict.fromkeys(("clerk", "leader", "inspector"), "division")

ADD = declare("evidence.add", _("Add a photo"), default=dict.fromkeys((*WORKERS, "resident"), "own"))
SEE_ORIGINAL = declare(
    "evidence.see_original",
    _("Open a photo as it came, with its capture data"),
    changes=False,
    default={"clerk": "all", "leader": "all", "inspector": "own", "audit_admin": "all"},
)
EXAMINE = declare(
    "evidence.examine",
    _("Hand in a photo as evidence"),
    default=dict.fromkeys((*WORKERS, "resident"), "own"),
)
SEE_DOUBTS = declare(
    "evidence.see_doubts",
    _("See which photos are doubted"),
    changes=False,
    default=CHECKERS | {"audit_admin": "all"},
)
DECIDE = declare("evidence.decide", _("Decide a doubt about a photo"), default=CHECKERS)
ASK_RELEASE = declare(
    "evidence.ask_release",
    _("Ask for a photo to be released for everybody"),
    default=dict.fromkeys(("clerk", "leader"), "division"),
)
RELEASE = declare(
    "evidence.release", _("Cover faces and number plates, and release a photo for everybody"), default={"clerk": "division"}
)
