"""Cells and badges of teams and volunteers."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chuangwen.kernel import clock, codes
from chuangwen.volunteers.corps import rules
from chuangwen.volunteers.corps.models import Membership, Team, Volunteer
from chuangwen.web.templatetags.web import badge

TEAM_TONES = {"active": "ok", "paused": "wait", "closed": "quiet"}
PEOPLE_TONES = {"active": "ok", "applied": "wait", "paused": "quiet", "left": "quiet"}
MEMBER_TONES = {"asked": "wait", "member": "ok", "deputy": "ok", "left": "quiet", "refused": "quiet"}


def team_badge(team: Team) -> Any:
    return badge(team.get_state_display(), TEAM_TONES[team.state])


def person_badge(volunteer: Volunteer) -> Any:
    return badge(volunteer.get_state_display(), PEOPLE_TONES[volunteer.state])


def member_badge(row: Membership) -> Any:
    return badge(row.get_state_display(), MEMBER_TONES[row.state])


def leader_cell(team: Team) -> Any:
    return team.leader.person.name if team.leader else format_html('<span class="text-secondary">{}</span>', pgettext("volunteers", "nobody"))


def skills_cell(row: Any) -> str:
    return "、".join(skill.name for skill in row.skills.all())


def teams_cell(volunteer: Any) -> str:
    return "、".join(row.team.name for row in volunteer.inside)


def masked_phone(volunteer: Volunteer) -> str:
    return codes.mask_phone(volunteer.person.phone)


def minor_word(volunteer: Volunteer) -> str:
    """Of somebody under 18 how old; empty for others."""
    if volunteer.born_on is None:
        return ""
    years = rules.age(volunteer.born_on, clock.today())
    return _("%(count)d years old") % {"count": years} if years < rules.ADULT else ""


def free_cell(volunteer: Volunteer) -> str:
    """How many of the 21 parts of a week."""
    return str(len(rules.parts(volunteer.free))) if volunteer.free else ""


def policy_badge(insurance: Any) -> Any:
    today = clock.today()
    if insurance.ends_on < today:
        return badge(_("expired"), "quiet")
    return badge(pgettext("volunteers", "in force"), "ok") if insurance.starts_on <= today else badge(_("not yet begun"), "wait")
