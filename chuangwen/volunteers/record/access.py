"""The verbs of the record beside hours. Seeing it goes with seeing hours (``volunteers.see_hours``, ``volunteers.own_hours``); complaints are
seen by who answers them and by nobody else."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import ALL, Actor, Grant, declare
from chuangwen.volunteers.corps.access import OWN_RECORDS

_UNITS = {"unit_head": "unit", "liaison": "unit"}

COMMEND = declare("volunteers.commend", _("Enter and withdraw commendations of volunteers"), default={"clerk": "division"} | _UNITS)
APPRAISE = declare("volunteers.appraise", _("Appraise services of volunteers"), default={"clerk": "division"} | _UNITS)
OBJECT = declare("volunteers.object", _("Object to what stands in a service record"), default=OWN_RECORDS | {"clerk": "division"} | _UNITS)
ANSWER = declare("volunteers.answer_objections", _("Answer objections to service records"), default={"clerk": "division", "unit_head": "unit"})
TAKE = declare(
    "volunteers.take_complaints", _("Take down complaints about services of volunteers"),
    default={"clerk": "division", "grid_worker": "division"} | _UNITS,
)  # fmt: skip
JUDGE = declare(
    "volunteers.answer_complaints", _("See and answer complaints about services of volunteers"),
    default={"clerk": "division", "unit_head": "unit"},
)  # fmt: skip
LIMITS = declare("volunteers.set_record_limits", _("Set within how many days objections and complaints are answered"), default={"clerk": ALL})
COMPLAIN = declare("volunteers.complain", _("Complain about a service by the link of the order"))
"""Granted to no role: whoever holds the link may."""


def complainant(name: str, address: str = "") -> Actor:
    """Somebody without an account, acting through the page of one order."""
    return Actor(name=name, grants={COMPLAIN: (Grant(ALL),)}, address=address)
