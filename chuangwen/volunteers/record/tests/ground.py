"""A volunteer, a team with its leader, and entries in the small town."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from chuangwen.kernel import clock
from chuangwen.people.actors import actor_of
from chuangwen.testing.factories import make_account
from chuangwen.volunteers.corps.models import Membership
from chuangwen.volunteers.corps.tests.standing import make_team, make_volunteer


def make_ground(town: Any) -> Any:
    """The resident is a volunteer; a second resident leads the team; a third one is in no relation to anything."""
    town.volunteer = make_volunteer(town.communities[0], "张三丰", town.accounts["resident"])
    account = make_account("team-leader", town.roles["resident"], None)
    town.leader = make_volunteer(town.communities[0], "李队长", account)
    town.team = make_team(town.communities[0], town.units["department"], "邻里服务队", town.leader)
    for one in (town.volunteer, town.leader):
        Membership.objects.create(team=town.team, volunteer=one, state="member", asked_at=clock.now(), joined_on=clock.today())
    stranger = make_account("stranger", town.roles["resident"], None)
    town.stranger = make_volunteer(town.communities[0], "王路人", stranger)
    town.who = SimpleNamespace(
        clerk=town.actors["clerk"], head=town.actors["unit_head"], own=actor_of(town.accounts["resident"]), leader=actor_of(account),
        stranger=actor_of(stranger),
    )  # fmt: skip
    return town


GIVEN: dict[str, Any] = {"title": "优秀志愿者", "level": "county", "given_by": "区文明办", "document_number": "文明办〔2026〕3号"}
