"""The verbs of teams and volunteers. Whoever can be a volunteer holds the volunteer's own verbs for their own records; a team's leader holds
those of leaders for the team that they lead."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import ALL, OWN, Actor, Grant, declare

VOLUNTEERING = ("clerk", "leader", "unit_head", "liaison", "inspector", "grid_worker", "resident")
"""Roles whose people can be volunteers: everybody but the three administrators, who do no other work."""
OWN_RECORDS = dict.fromkeys(VOLUNTEERING, OWN)
_UNITS = {"unit_head": "unit", "liaison": "unit"}
_DESK = {"clerk": "division"} | _UNITS
_SEEING = _DESK | {"leader": "division", "grid_worker": "division"}

SEE_TEAMS = declare("volunteers.see_teams", _("See teams of volunteers"), changes=False, default=_SEEING)
MANAGE_TEAMS = declare("volunteers.manage_teams", _("Make and change teams of volunteers"), default=_DESK)
SEE_VOLUNTEERS = declare("volunteers.see_volunteers", _("See volunteers"), changes=False, default=_SEEING)
MANAGE_VOLUNTEERS = declare("volunteers.manage_volunteers", _("Confirm volunteers and keep their records"), default=_DESK)
ENROL = declare("volunteers.enrol", _("Register somebody as a volunteer at the desk"), default=_DESK | {"grid_worker": "division"})
SEE_PHONES = declare("volunteers.see_phones", _("See telephone numbers of volunteers in full"), changes=False, default=_DESK)
TRAIN = declare("volunteers.train", _("Record training and insurance of volunteers"), default=_DESK)
SKILLS = declare("volunteers.skills", _("Edit the list of skills"), default={"clerk": ALL})
REGISTER = declare("volunteers.register", _("Register as a volunteer"), default=OWN_RECORDS)
BE = declare("volunteers.be_volunteer", _("Keep one's own record as a volunteer"), default=OWN_RECORDS)
LEAD = declare("volunteers.lead_team", _("Lead one's team"), default=OWN_RECORDS)
FIRST_LINK = declare("volunteers.first_sign_in", _("Set one's first password by a link"))
"""Granted to no role: whoever holds the link may."""


def applicant(name: str, address: str = "") -> Actor:
    """Somebody without an account who registers on the open page, or opens the link that they were given."""
    return Actor(name=name, grants=dict.fromkeys((REGISTER, FIRST_LINK), (Grant(ALL),)), address=address)
