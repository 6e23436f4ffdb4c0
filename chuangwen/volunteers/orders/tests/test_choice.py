"""Whoever orders may choose among the teams that offer it; the chosen one is asked first, wherever it can."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from chuangwen.intake import guard
from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Refusal
from chuangwen.people.actions import make_token
from chuangwen.volunteers.orders import actions, matching, pairing
from chuangwen.volunteers.orders.actions.placing import link_of
from chuangwen.volunteers.orders.install import install_services
from chuangwen.volunteers.orders.matching import Ask, Crew
from chuangwen.volunteers.orders.models import ServiceItem, ServiceOrder

from .ground import MONDAY, make_item, make_order, team_with_leader
from .test_matching import cheapest, small


@pytest.fixture(autouse=True)
def monday(db):
    with clock.at(MONDAY):
        yield


def form_for(town, item, **more):
    return {
        "uid": uuid.uuid4(), "item": item.pk, "name": "陈婆婆", "phone": "13812345678", "community": town.communities[0].code,
        "day": "2026-11-03", "part": "morning", "question": guard.question().seal, "sum": "0", "address": "后街12号",
    } | more  # fmt: skip


def test_a_resident_chooses_a_team_by_the_form_alone_and_the_desk_sees_it_first(town, sign_in, monkeypatch):
    item = make_item()
    near = team_with_leader(town, "甲队", item, lat=21.66, lon=110.92)
    far = team_with_leader(town, "乙队", item, lat=21.663, lon=110.92)
    team_with_leader(town, "丙队", None)
    page = Client()
    body = page.get(reverse("volunteers:order-place"), {"item": item.pk}).content.decode()
    assert "指定服务队" in body and "甲队" in body and "乙队" in body and "丙队" not in body, "only who offers it"
    assert "指定服务队" not in page.get(reverse("volunteers:order-place")).content.decode(), "nothing to choose before something is wanted"
    assert "2 支队伍可提供" in page.get(reverse("volunteers:order-services")).content.decode()
    monkeypatch.setattr(guard, "check", lambda given: None)
    assert page.post(reverse("volunteers:order-place"), form_for(town, item, team=far.team.pk)).status_code == 303
    order = ServiceOrder.objects.get()
    assert order.wished == far.team
    actions.approve_order(town.actors["clerk"], order_id=order.pk)
    ServiceOrder.objects.update(lat=21.66, lon=110.92)
    desk = sign_in("clerk").get(reverse("volunteers:order", args=[order.pk])).content.decode()
    assert desk.count("点单人选择的队伍") == 2 and desk.index("<strong>乙队") < desk.index("<strong>甲队")
    actions.dispatch_order(town.actors["clerk"], order_id=order.pk, serving_team_id=far.team.pk)
    assert "点单人选择的队伍" in order.asks.get().why
    actions.decline_order(far.actor, order_id=order.pk, reason="来不了")
    order.refresh_from_db()
    assert order.team == near.team, "it is passed on"
    assert page.get(reverse("volunteers:order-followed", args=[link_of(order)])).status_code == 200


def test_the_desk_enters_the_team_that_was_asked_for_by_telephone(town, sign_in):
    item, other = make_item(), make_item("家政")
    crew = team_with_leader(town, "甲队", item, lat=21.66, lon=110.92)
    stranger = team_with_leader(town, "丁队", other)
    team_with_leader(town, "丙队", None)
    desk = sign_in("clerk")
    body = desk.get(reverse("volunteers:order-new")).content.decode()
    assert "指定服务队" in body and "甲队" in body and "丁队" in body and "丙队" not in body, "only who offers something"
    form = {
        "kind": "order", "item": item.pk, "name": "李大爷", "division": town.communities[0].pk, "channel": "phone", "day": "2026-11-03",
        "phone": "13800001111",
    }  # fmt: skip
    refused = desk.post(reverse("volunteers:order-new"), form | {"team": stranger.team.pk})
    assert refused.status_code == 422 and "不在该处提供这项服务" in refused.content.decode()
    assert desk.post(reverse("volunteers:order-new"), form | {"team": crew.team.pk}).status_code == 303
    assert ServiceOrder.objects.get().wished == crew.team
    assert desk.post(reverse("volunteers:order-new"), form | {"name": "王大爷"}).status_code == 303
    assert ServiceOrder.objects.get(name="王大爷").wished is None


def test_the_desk_reads_why_the_chosen_team_cannot_be_asked(town, sign_in):
    item = make_item()
    crew = team_with_leader(town, "甲队", item, lat=21.66, lon=110.92, reach=500)
    order = make_order(town, item, wished=crew.team, lat=21.66, lon=110.92)
    page, url = sign_in("clerk"), reverse("volunteers:order", args=[order.pk])
    assert pairing.wish_fails(order) == ""

    def told():
        order.refresh_from_db()
        return page.get(url).content.decode()

    ServiceOrder.objects.update(lat=21.67)
    assert "1112 米，超出" in told()
    ServiceOrder.objects.update(lat=21.66)
    crew.team.offers.all().delete()
    crew.team.skills.clear()
    assert "不再提供这项服务" in told()
    crew.team.state = "paused"
    crew.team.save()
    assert "目前不接单" in told()
    order.wished = None
    order.save()
    assert "点单人选择的队伍" not in told() and pairing.wish_fails(order) == ""


def test_the_service_list_keeps_its_order_for_everybody(town, client):
    install_services()
    ServiceItem.objects.filter(order=1).update(order=99)
    wanted = [item.name for item in ServiceItem.objects.all()]
    assert wanted != [item.name for item in ServiceItem.objects.order_by("pk")]
    body = Client().get(reverse("volunteers:order-services")).content.decode()
    public = list(ServiceItem.objects.filter(public=True).values_list("name", flat=True))
    assert [name for name in re.findall(r"<strong>(.*?)</strong>", body) if name in public] == public
    headers = {"Authorization": f"Bearer {make_token(SYSTEM, town.accounts['clerk'], 'test')}"}
    assert [one["name"] for one in client.get("/api/v1/orders/items", headers=headers).json()] == wanted


def test_a_team_that_does_not_offer_it_or_is_elsewhere_is_not_chosen(town, other_town, monkeypatch):
    item, other = make_item(), make_item("理发", code="hair")
    crew, barber = team_with_leader(town, "甲队", item), team_with_leader(town, "理发队", other)
    monkeypatch.setattr(guard, "check", lambda given: None)
    page = Client()
    for wrong in (barber.team.pk, "999999", "x"):
        answer = page.post(reverse("volunteers:order-place"), form_for(town, item, team=wrong))
        assert answer.status_code == 422 and "不在该处提供" in answer.content.decode(), wrong
    with pytest.raises(Refusal):
        make_order(town, item, wished=barber.team)
    with pytest.raises(Refusal):
        make_order(town, None, words="聊天", kind="need", wished=crew.team)
    with pytest.raises(Refusal):
        actions.enter_order(
            SYSTEM, name="某人", division=other_town.communities[0], start=MONDAY, end=MONDAY.replace(hour=18), channel="phone", item=item,
            wished=crew.team,
        )  # fmt: skip
    assert not ServiceOrder.objects.exists()
    order = make_order(town, item, wished=crew.team)
    actions.edit_order(town.actors["clerk"], order_id=order.pk, name="陈婆婆", start=order.start, end=order.end, item=other)
    order.refresh_from_db()
    assert order.wished is None, "another service, which the team does not offer"


def test_the_api_takes_and_tells_the_chosen_team(town, client):
    item = make_item()
    crew = team_with_leader(town, "甲队", item)
    team_with_leader(town, "乙队", item)
    headers = {"Authorization": f"Bearer {make_token(SYSTEM, town.accounts['clerk'], 'test')}"}
    body = {
        "item": item.pk, "name": "陈婆婆", "division": town.communities[0].code, "start": "2026-11-03T08:00:00", "end": "2026-11-03T12:00:00",
        "wished": crew.team.pk,
    }  # fmt: skip
    made = client.post("/api/v1/orders", body, content_type="application/json", headers=headers)
    assert made.status_code == 201 and made.json()["wished"] == crew.team.pk
    told = client.get(f"/api/v1/orders/{made.json()['id']}/proposals", headers=headers).json()["items"]
    assert [(one["team_name"], one["other"]) for one in told] == [("甲队", 0), ("乙队", matching.OTHER)]
    missing = client.post("/api/v1/orders", body | {"wished": 99999}, content_type="application/json", headers=headers)
    assert missing.status_code == 404


def test_a_days_plan_gives_an_order_to_the_chosen_team_unless_it_has_no_room_or_refused():
    crews = [Crew(n, 21.66 + n * 0.003, 110.92, items=frozenset({1}), room={0: 1}) for n in range(3)]
    asks = [Ask(10, 1, 21.66, 110.92, slots=(0,), wished=2), Ask(11, 1, 21.66, 110.92, slots=(0,), wished=2)]
    answer = matching.solve(asks, crews)
    assert sorted(one.crew for one in answer.placed) == [0, 2] and not answer.unserved
    assert sorted(one.cost.other for one in answer.placed) == [0, matching.OTHER] and answer.points == answer.bound
    refused = Ask(12, 1, 21.66, 110.92, slots=(0,), wished=2, barred=frozenset({2}))
    only = matching.solve([refused], crews).placed[0]
    assert (only.crew, only.cost.other) == (0, 0), "who refused is passed over without a price"


@pytest.mark.parametrize("seed", range(20))
def test_a_choice_never_leaves_more_orders_unserved(seed):
    asks, crews = small(seed)
    wishing = [Ask(**{**vars(ask), "wished": (seed + n) % 4}) for n, ask in enumerate(asks)]
    plain, wished = matching.solve(asks, crews), matching.solve(wishing, crews)
    assert plain.points == cheapest(asks, crews)
    assert len(wished.unserved) == len(plain.unserved) and wished.points >= plain.points
