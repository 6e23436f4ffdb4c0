"""Service orders of the street: the service list, what teams offer, and some 120 orders in all states. Names, addresses and what was said are
generated; each order went the way that orders go, by the room's own actions, on its own day."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chuangwen.demo.filling.keys import Keys
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.ledger.models import Fact
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Account, Person
from chuangwen.places.models import Division
from chuangwen.volunteers.corps.models import Membership, Team, Volunteer
from chuangwen.volunteers.orders import actions, rules
from chuangwen.volunteers.orders.access import orderer
from chuangwen.volunteers.orders.actions.counting import ORDERS as ORDERS_MET
from chuangwen.volunteers.orders.actions.counting import WISHES as WISHES_MET
from chuangwen.volunteers.orders.actions.placing import link_of
from chuangwen.volunteers.orders.actions.planning import waiting
from chuangwen.volunteers.orders.install import install_services
from chuangwen.volunteers.orders.models import OrderCallback, OrderPlan, OrderRules, ServiceItem, ServiceOrder, TeamOffer
from chuangwen.volunteers.orders.pairing import choosable

ORDERS = 120
FAMILY, GIVEN = "陈李黄梁吴林张杨何罗", ("婆婆", "大爷", "阿姨", "叔叔", "奶奶")
WISHES = ("想要一个新书包", "想拍一张全家福", "想学用手机视频通话", "想去看一次海", "想要一副老花镜", "想有人陪着下棋")
NEEDS = ("想有人教方言童谣", "楼下无障碍坡道想装扶手", "希望有宠物寄养互助", "想找人一起学插花")
MET = (
    ("想要一个新书包", "送去书包和文具", "孩子很喜欢，谢谢志愿者"), ("想拍一张全家福", "上门拍照，冲印装框送到", "第一次有全家福，谢谢"),
    ("想学用手机视频通话", "教会视频通话，留下说明", "能和孙子视频了，太感谢了"), ("想要一副老花镜", "验光后配好送到", "看报纸清楚了，谢谢"),
    ("想有人陪着下棋", "陪下了三盘棋，约好每周再来", "老人很高兴，感谢"), ("想把旧被子翻新", "取走翻新后送回", "又软又暖，谢谢"),
)  # fmt: skip
"""Small wishes that were met: the wish, what was done, how it was thanked for."""
EVERY_WISH = 7
"""Of the orders that were served each seventh is a small wish."""
CALLED = (
    ("content", "按约定时间到，服务满意"), ("content", "很满意，还想再预约"), ("partly", "服务可以，比约定晚了半小时"), ("unreached", ""),
)  # fmt: skip
CALL_SHARE, LEFT_OPEN = 25, 3
"""Percent of served orders that are called back in the demonstration; so many of the newest still wait for it."""
SAID = ("很及时，谢谢志愿者", "态度好，手艺也好", "就是来得晚了一点", "满意", "")
FATES = (
    *["rated"] * 44, *[
        "to_rate"
    ] * 12, *["serving"] * 12, *["offered"] * 10, *["open"] * 8, *["waiting"] * 14, *["pending"] * 10, *["refused"] * 5,
    *["cancelled"] * 5,
)  # fmt: skip


def fill_volunteers_orders(keys: Keys) -> dict[str, int]:
    """Write the service list, the offers and the orders; how many orders there are."""
    rng = random.Random(f"orders {keys.data.today.isoformat()}")
    clerk = replace(actor_of(keys.accounts["clerk"]), channel="command")
    install_services()
    OrderRules.objects.update_or_create(pk=1, defaults={"call_share": CALL_SHARE})
    places = [row for row in keys.divisions.values() if row.level == Division.Level.VILLAGE]
    teams = _teams(keys, places, rng)
    items = list(ServiceItem.objects.filter(active=True).order_by("pk"))
    _offers(keys, teams, items, rng)
    teams = list(Team.objects.filter(pk__in=[team.pk for team in teams]).select_related("division").prefetch_related("offers"))
    fates = list(FATES)
    rng.shuffle(fates)
    seen: Counter[str] = Counter()
    for number, fate in enumerate(fates[:ORDERS]):
        _order(keys, clerk, rng, rng.choice(places), items, teams, fate, number, seen[fate])
        seen[fate] += 1
    ServiceOrder.objects.filter(generated=False).update(generated=True)
    Fact.objects.filter(metric__code__in=(ORDERS_MET, WISHES_MET), generated=False).update(generated=True)
    _choices(rng)
    _call_back(keys, clerk)
    return {"service_orders": ServiceOrder.objects.count(), "order_plans": _plan(keys, clerk)}


def _choices(rng: random.Random) -> None:
    """Of the orders that no team has been asked about yet some chose a team among those that offer it."""
    rows = ServiceOrder.objects.filter(state__in=("pending", "waiting"), item__isnull=False).select_related("item", "division")
    for order in rows.order_by("pk"):
        teams = list(choosable(order.item, order.division)[:20]) if order.item is not None and rng.random() < 0.4 else []
        if teams:
            order.wished = rng.choice(teams)
            order.save(update_fields=["wished"])


def _call_back(keys: Keys, clerk: Actor) -> None:
    """Those who were drawn were called on the next working morning, but for the newest, who wait."""
    drawn = list(OrderCallback.objects.filter(result="").order_by("drawn_at", "pk"))
    for n, row in enumerate(drawn[: max(0, len(drawn) - LEFT_OPEN)]):
        result, words = CALLED[n % len(CALLED)]
        morning = (row.drawn_at.astimezone(clock.LOCAL) + timedelta(days=1)).replace(hour=10, minute=5 + n % 40)
        morning += timedelta(days=7 - morning.weekday() if morning.weekday() > 4 else 0)
        for attempt in range(3 if result == "unreached" else 1):
            moment = morning + timedelta(hours=attempt)
            if moment < keys.now:
                with clock.at(moment):
                    actions.call_back(clerk, callback_id=row.pk, result=result, words=words)


def _plan(keys: Keys, clerk: Actor) -> int:
    """What waits for tomorrow matched together and not given out yet, so that the desk has a plan to look at. How many plans there are."""
    day, street = keys.data.today + timedelta(days=1), keys.street
    if waiting(street, day).exists():
        plan = OrderPlan.objects.create(division=street, day=day, made_at=clock.now(), made_by_id=clerk.account_id)
        actions.solve_order_plan(clerk, order_plan_id=plan.pk)
    return OrderPlan.objects.count()


def _teams(keys: Keys, places: list[Division], rng: random.Random) -> list[Team]:
    """The teams at work whose leaders can answer; where the town has none yet, a few."""
    found = list(Team.objects.filter(state=Team.State.ACTIVE, leader__isnull=False).select_related("leader__person")[:60])
    if not found:
        for number, place in enumerate(places[:8]):
            person = Person.objects.create(name=f"{rng.choice(FAMILY)}队长", phone=f"1990000{number:04d}", generated=True)
            leader = Volunteer.objects.create(
                number=f"HDZ{number:04d}", person=person, state=Volunteer.State.ACTIVE, division=place, registered_on=keys.data.today,
                generated=True
            )
            team = Team.add_root(
                number=f"HDD{number:03d}", name=f"{place.name}邻里服务队", kind=Team.Kind.TEAM, unit=keys.units[
                    "office"
                ] if "office" in keys.units
                else next(
                    iter(keys.units.values())
                ), division=place, leader=leader, started_on=keys.data.today, generated=True,
            )  # fmt: skip
            Membership.objects.create(team=team, volunteer=leader, state="member", asked_at=keys.now, joined_on=keys.data.today)
            found.append(team)
    for team in found:
        person = team.leader.person if team.leader else None
        if person is not None and not hasattr(person, "account"):
            account = Account(username=f"duizhang{team.pk}", person=person, base_role=keys.roles.get("resident"))
            account.set_unusable_password()
            account.save()
    return found


def _offers(keys: Keys, teams: list[Team], items: list[ServiceItem], rng: random.Random) -> None:
    """Each team offers a few things of the list; some things are offered by nobody."""
    offered = [item for number, item in enumerate(items) if number % 9 != 4]
    TeamOffer.objects.bulk_create([
        TeamOffer(team=team, item=item, since=keys.data.today) for team in teams for item in rng.sample(offered, min(14, len(offered)))
    ], ignore_conflicts=True)  # fmt: skip


def _order(
    keys: Keys, clerk: Actor, rng: random.Random, place: Division, items: list[ServiceItem], teams: list[Team], fate: str, number: int, nth: int
) -> None:
    """One order as far as it came. What goes to a team is something that a team near by offers."""
    team = min(rng.sample(teams, min(4, len(teams))), key=lambda one: one.division_id != place.pk)
    near = {offer.item_id: team for offer in team.offers.all()}
    if fate not in ("pending", "waiting", "refused", "cancelled"):
        items = [item for item in items if item.pk in near] or items
        place = team.division
    moment = _moment(keys, rng, fate, nth)
    moment = min(moment, keys.now - timedelta(hours=3))
    with clock.at(moment):
        wish = MET[nth // EVERY_WISH % len(MET)] if fate in ("rated", "to_rate") and nth % EVERY_WISH == 3 else None
        order = _placed(keys, clerk, rng, place, items, fate, number, wish[0] if wish else "")
        if fate == "pending":
            return
        if order.state == "pending":
            if fate == "refused":
                actions.refuse_order(clerk, order_id=order.pk, reason="属于物业维修范围，已转告物业服务中心")
                return
            actions.approve_order(clerk, order_id=order.pk)
        if fate == "waiting":
            return
    with clock.at(moment + timedelta(minutes=20)):
        if fate == "cancelled":
            actions.cancel_order(clerk, order_id=order.pk, reason="家人已帮忙解决")
            return
        if fate == "open":
            actions.open_order(clerk, order_id=order.pk)
            return
        if wish:
            actions.direct_order(clerk, order_id=order.pk, serving_team_id=team.pk, reason="微心愿由就近队伍认领")
            _served(keys, rng, order, team, moment, fate, wish)
            return
        team = near.get(order.item_id or 0)
        if team is None:
            return
        try:
            actions.dispatch_order(clerk, order_id=order.pk, serving_team_id=team.pk)
        except Refusal:
            return
        if fate == "offered":
            return
    _served(keys, rng, order, team, moment, fate)


def _moment(keys: Keys, rng: random.Random, fate: str, nth: int) -> datetime:
    """When the ``nth`` of a fate came in: nobody is at two services at once."""
    ago = 3 + nth if fate == "rated" else 2 + nth % 5 if fate == "to_rate" else 3 + nth * 7 if fate in ("refused", "cancelled") else nth % 3
    hour = 11 + nth // 5 * 2 if fate == "to_rate" else 8
    return (keys.now.astimezone(clock.LOCAL) - timedelta(days=ago)).replace(hour=hour, minute=rng.randint(0, 29))


def _placed(
    keys: Keys, clerk: Actor, rng: random.Random, place: Division, items: list[ServiceItem], fate: str, number: int, wished_for: str = ""
) -> ServiceOrder:
    day = clock.today() + timedelta(days=rng.randint(0, 3) + 1)
    start, end = rules.span_of(day, rng.choice(("morning", "afternoon", "")), clock.LOCAL)
    facts: dict[str, Any] = {
        "name": rng.choice(FAMILY) + rng.choice(GIVEN), "phone": f"199{number:08d}", "division": place, "start": start, "end": end,
        "address": f"{rng.randint(1, 60)}号{rng.randint(1, 8)}0{rng.randint(1, 4)}房",
    }  # fmt: skip
    kind = rng.random()
    if wished_for:
        facts |= {"kind": "wish", "words": wished_for}
    elif fate in ("pending", "waiting") and kind < 0.35:
        wish = kind < 0.2
        facts |= {"kind": "wish" if wish else "need", "words": rng.choice(WISHES if wish else NEEDS)}
    else:
        facts["item"] = rng.choice(items)
    channel = "phone" if fate not in ("pending", "refused") else rng.choice(("grid", "neighbour"))
    actor = clerk
    if fate in ("pending", "refused"):
        actor = replace(clerk, grants={key: value for key, value in clerk.grants.items() if key != "volunteers.review_orders"}, is_system=False)
    return actions.enter_order(
        actor, channel=channel, helper=f"{rng.choice(FAMILY)}邻居" if channel == "neighbour" else "", generated=True, **facts
    )


def _served(
    keys: Keys, rng: random.Random, order: ServiceOrder, team: Team, moment: datetime, fate: str, wish: tuple[str, str, str] | None = None
) -> None:
    """The team takes it, goes, ends it, and it is rated; who had a small wish gives thanks."""
    fresh = Team.objects.select_related("leader__person__account").get(pk=team.pk)
    leader = replace(actor_of(fresh.leader.person.account), channel="command")
    with clock.at(moment + timedelta(minutes=50)):
        if wish is None:
            actions.take_order(leader, order_id=order.pk, serving_team_id=team.pk)
        people = Membership.objects.filter(team=team, state__in=Membership.IN, volunteer__state=Volunteer.State.ACTIVE).order_by("pk")
        sent = list(people.values_list("volunteer", flat=True)[:2])
        if not sent:
            return
        actions.assign_volunteers(leader, order_id=order.pk, volunteer_ids=sent)
    if fate == "serving":
        return
    begin = min(max(moment + timedelta(hours=1), moment), keys.now - timedelta(hours=1, minutes=40))
    try:
        with clock.at(begin):
            actions.begin_service(leader, order_id=order.pk)
        with clock.at(begin + timedelta(minutes=min(90, order.minutes))):
            actions.finish_service(leader, order_id=order.pk, result=wish[1] if wish else f"{order.title}已完成")
    except Refusal:
        return
    if fate == "rated":
        with clock.at(min(begin + timedelta(hours=1, minutes=35), keys.now)):
            address = f"192.0.2.{order.pk % 250 + 1}"
            actions.rate_by_link(
                orderer("居民", address), token=link_of(order), words=wish[2] if wish else rng.choice(SAID),
                rating=5 if wish else rng.choices((5, 4, 3, 2), (60, 28, 9, 3))[0],
            )
