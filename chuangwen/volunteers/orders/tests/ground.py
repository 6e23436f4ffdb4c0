"""An item, two teams with leaders that have accounts, and orders in the small town."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from chuangwen.kernel import clock
from chuangwen.people.actors import actor_of
from chuangwen.testing.factories import make_account
from chuangwen.volunteers.corps.models import Membership, Skill
from chuangwen.volunteers.corps.tests.standing import make_team, make_volunteer
from chuangwen.volunteers.orders import actions
from chuangwen.volunteers.orders.models import ServiceItem, ServiceKind, TeamOffer

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=clock.LOCAL)
PROOF: dict[str, Any] = {}


def make_item(name: str = "家电检修", **more: Any) -> ServiceItem:
    kind = ServiceKind.objects.get_or_create(code="repair", defaults={"name": "便民维修"})[0]
    skill = Skill.objects.get_or_create(code="repair", defaults={"name": "家电维修"})[0]
    item = ServiceItem.objects.create(code=more.pop("code", f"t{ServiceItem.objects.count()}"), kind=kind, name=name, **more)
    item.skills.add(skill)
    return item


def team_with_leader(town: Any, name: str, item: ServiceItem | None, community: int = 0, **more: Any) -> SimpleNamespace:
    """A team whose leader signs in as a resident, with one more member."""
    account = make_account(f"leader-{name}", town.roles["resident"], None)
    leader = make_volunteer(town.communities[community], f"{name}队长", account)
    team = make_team(town.communities[community], town.units["community"], name, leader, **more)
    member = make_volunteer(town.communities[community], f"{name}队员")
    for one in (leader, member):
        Membership.objects.create(team=team, volunteer=one, state="member", asked_at=clock.now(), joined_on=clock.today())
    if item is not None:
        TeamOffer.objects.create(team=team, item=item, since=clock.today())
    return SimpleNamespace(team=team, leader=leader, member=member, account=account, actor=actor_of(account))


def make_order(town: Any, item: ServiceItem | None, **more: Any) -> Any:
    now = clock.now()
    facts = {
        "name": "陈婆婆", "division": town.communities[0], "start": now + timedelta(hours=1), "end": now + timedelta(days=1), "channel": "phone",
        "phone": "13800000000", "address": "后街12号",
    } | more  # fmt: skip
    return actions.enter_order(town.actors["clerk"], item=item, **facts)


def serve(town: Any, crew: Any, order: Any) -> Any:
    """From waiting to waiting for a rating."""
    actions.dispatch_order(town.actors["clerk"], order_id=order.pk, serving_team_id=crew.team.pk)
    actions.take_order(crew.actor, order_id=order.pk, serving_team_id=crew.team.pk)
    actions.assign_volunteers(crew.actor, order_id=order.pk, volunteer_ids=[crew.leader.pk, crew.member.pk])
    start = clock.now()
    actions.begin_service(crew.actor, order_id=order.pk)
    with clock.at(start + timedelta(minutes=50)):
        return actions.finish_service(crew.actor, order_id=order.pk, result="修好了电饭锅")
