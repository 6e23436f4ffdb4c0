"""The verbs of what comes in from outside. Residents need no account: what they may do goes with the link that they hold."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import ALL, DIVISION, OWN, ROLES, Actor, Grant, declare

OFFICE = {"clerk": DIVISION}

SEE_REPORTS = declare("intake.see_reports", _("See reports from outside"), changes=False, default=OFFICE | {"leader": DIVISION})
SEE_CONTACT = declare("intake.see_contact", _("See how a reporter can be reached"), changes=False, default=OFFICE)
ENTER = declare("intake.enter", _("Enter hotline sheets and chat messages"), default=OFFICE)
PASTE = declare("intake.paste", _("Look through pasted chat messages"), default={"clerk": OWN})
IMPORT = declare("intake.import", _("Bring in a hotline's sheet"), default=OFFICE)
SEE_MODEL = declare(
    "intake.see_model", _("See how good the proposals of kinds are"), changes=False, default={"clerk": ALL, "leader": ALL}
)
TRAIN = declare("intake.train", _("Train the proposals of kinds"), default={"clerk": ALL, "system_admin": ALL})
SEE_SUGGESTIONS = declare(
    "intake.see_suggestions", _("Read complaints and suggestions"), changes=False, default={"clerk": ALL, "leader": ALL}
)
ANSWER = declare("intake.answer", _("Answer a complaint or suggestion"), default={"clerk": ALL, "leader": ALL})
SETTINGS = declare("intake.settings", _("Set how reports from outside are taken in"), default={"clerk": ALL, "system_admin": ALL})
SUGGEST = declare("intake.suggest", _("Make a complaint or suggestion"), default=dict.fromkeys(ROLES, OWN))
FOLLOW = declare("intake.follow", _("Follow, rate and dispute one's report by its link"))
"""Granted to no role: whoever holds the link may."""

MANAGE_KEYS = declare("intake.manage_keys", _("Give other systems keys, and take them back"), default={"system_admin": ALL})
MANAGE_WEBHOOKS = declare("intake.manage_webhooks", _("Say which systems are told of cases"), default={"system_admin": ALL})
FORGET = declare("intake.forget", _("Delete contacts whose time is over"))
"""Done by the system on schedule."""

_EVERYWHERE = (Grant(ALL),)
_OUTSIDE = (
    "cases.report",
    "cases.comment",
    "cases.reject",
    "cases.dispute",
    "evidence.add",
    "evidence.ask_release",
    "intake.suggest",
    "intake.follow",
)


def resident(name: str, address: str = "") -> Actor:
    """Somebody without an account, acting through a page of this room. Whatever is done is bound to one report by its link."""
    return Actor(name=name, grants=dict.fromkeys(_OUTSIDE, _EVERYWHERE), address=address)


def system(name: str, address: str = "") -> Actor:
    """Another system that came with a key. What it brings is bound to the key, as a resident's is to the link."""
    return Actor(name=name, grants=dict.fromkeys(_OUTSIDE, _EVERYWHERE), channel="api", address=address)
