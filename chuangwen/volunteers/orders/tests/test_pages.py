"""The pages of orders, the open pages, sheets and API."""

import uuid
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from chuangwen.intake import guard
from chuangwen.intake.sealing import unseal
from chuangwen.kernel import clock, importing
from chuangwen.kernel.models import AuditEntry
from chuangwen.kernel.sheets import write_table
from chuangwen.volunteers.orders import actions, queries, sheets
from chuangwen.volunteers.orders.actions.placing import link_of
from chuangwen.volunteers.orders.install import install_services
from chuangwen.volunteers.orders.models import OrderRules, ServiceItem, ServiceKind, ServiceOrder

from .ground import MONDAY, make_item, make_order, serve, team_with_leader


@pytest.fixture(autouse=True)
def monday(db):
    with clock.at(MONDAY):
        yield


def url(name, *args):
    return reverse(f"volunteers:{name}", args=args)


def signed_in(account):
    page = Client()
    page.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return page


def test_a_resident_orders_without_account_or_script_follows_and_rates(town, monkeypatch):
    item, page = make_item(), Client()
    crew = team_with_leader(town, "修理队", item)
    assert item.name in page.get(url("order-services")).content.decode()
    question = guard.question()
    monkeypatch.setattr(guard, "question", lambda: question)
    form = {
        "uid": uuid.uuid4(), "item": item.pk, "name": "陈婆婆", "phone": "13812345678", "community": town.communities[
            0
        ].code, "day": "2026-11-03",
        "part": "morning", "question": question.seal, "sum": "0", "address": "后街12号",
    }  # fmt: skip
    assert page.post(url("order-place"), form).status_code == 422, "a wrong sum"
    assert not ServiceOrder.objects.exists()
    monkeypatch.setattr(guard, "check", lambda given: None)
    answer = page.post(url("order-place"), form)
    assert answer.status_code == 303
    order = ServiceOrder.objects.get()
    assert unseal(order.phone, "service order") == "13812345678" and order.start.astimezone(clock.LOCAL).hour == 8
    body = page.get(answer["Location"]).content.decode()
    assert "待审核" in body and "陈**" in body and "13812345678" not in body and "data:image/svg" in body
    actions.approve_order(town.actors["clerk"], order_id=order.pk)
    serve(town, crew, order)
    followed = url("order-followed", link_of(order))
    assert "修好了电饭锅" in page.get(followed).content.decode()
    assert page.post(url("order-rate", link_of(order)), {"rating": "4", "words": "好"}).status_code == 303
    order.refresh_from_db()
    assert (order.state, order.rating) == ("done", 4)
    assert page.get(url("order-followed", "x" * 24)).status_code == 404


def test_the_desk_enters_checks_and_asks_the_best_team_by_forms_alone(town, sign_in):
    item = make_item()
    crew = team_with_leader(town, "修理队", item)
    grid, clerk = sign_in("grid_worker"), sign_in("clerk")
    form = {
        "kind": "order", "item": item.pk, "name": "李大爷", "division": town.communities[0].pk, "channel": "grid", "day": "2026-11-03",
        "phone": "13800001111",
    }  # fmt: skip
    answer = grid.post(url("order-new"), form)
    assert answer.status_code == 303
    order = ServiceOrder.objects.get()
    first = grid.get(answer["Location"]).content.decode()
    assert link_of(order) in first and link_of(order) not in grid.get(answer["Location"]).content.decode(), "the link is shown once"
    assert clerk.post(url("order-approve", order.pk)).status_code == 303
    body = clerk.get(url("order", order.pk)).content.decode()
    assert crew.team.name in body and "13800001111" not in body
    clerk.post(url("order-phone", order.pk))
    assert "13800001111" in clerk.get(url("order", order.pk)).content.decode()
    assert AuditEntry.objects.filter(verb="volunteers.see_order_phone").count() == 1, "the opening is recorded"
    assert clerk.post(url("order-dispatch", order.pk), {"team": crew.team.pk}).status_code == 303
    order.refresh_from_db()
    assert (order.state, order.team) == ("offered", crew.team)
    assert "李大爷" not in clerk.get(url("orders") + "?state=offered").content.decode()


def test_the_desk_directs_a_team_that_is_not_asked_by_the_form_alone(town, sign_in):
    item, clerk = make_item(), sign_in("clerk")
    crew, order = team_with_leader(town, "修理队", item), make_order(town, item)
    form = url("order-direct", order.pk)
    assert crew.team.name in clerk.get(form).content.decode()
    assert clerk.post(form, {"team": crew.team.pk, "reason": ""}).status_code == 422, "a reason is asked for"
    answer = clerk.post(form, {"team": crew.team.pk, "reason": "老人独自在家，不能等"})
    assert answer.status_code == 303, answer.content.decode()
    order.refresh_from_db()
    assert (order.state, order.team) == ("serving", crew.team)


def test_a_leader_takes_sends_begins_and_ends_on_the_phone_and_sees_the_address_only_then(town):
    item = make_item()
    crew = team_with_leader(town, "修理队", item)
    order = make_order(town, item)
    actions.open_order(town.actors["clerk"], order_id=order.pk)
    page = signed_in(crew.account)
    assert order.title in page.get(url("order-team")).content.decode()
    before = page.get(url("order-task", order.pk)).content.decode()
    assert "后街12号" not in before and "陈婆婆" not in before
    assert page.post(url("order-take", order.pk), {"team": crew.team.pk}).status_code == 303
    after = page.get(url("order-task", order.pk)).content.decode()
    assert "后街12号" in after and "陈婆婆" in after
    assert page.post(url("order-assign", order.pk), {"volunteers": [crew.leader.pk, crew.member.pk]}).status_code == 303
    assert page.post(url("order-begin", order.pk)).status_code == 303
    with clock.at(MONDAY + timedelta(minutes=40)):
        assert page.post(url("order-finish", order.pk), {"result": "修好了"}).status_code == 303
    order.refresh_from_db()
    assert order.state == "to_rate"
    assert page.get(url("order-task", order.pk)).content.decode().count("陈婆婆") == 0, "served: the name is gone from the phone"


def test_a_stranger_reaches_no_task(town, sign_in):
    item = make_item()
    crew = team_with_leader(town, "修理队", item)
    order = make_order(town, item)
    actions.dispatch_order(town.actors["clerk"], order_id=order.pk, serving_team_id=crew.team.pk)
    assert sign_in("resident").get(url("order-task", order.pk)).status_code == 404
    assert signed_in(team_with_leader(town, "别队", item).account).get(url("order-task", order.pk)).status_code == 404


def test_what_is_asked_for_and_offered_by_nobody_stands_for_planning(town, sign_in):
    offered, missing = make_item("家电检修"), make_item("手语陪同")
    team_with_leader(town, "修理队", offered)
    for item in (offered, missing, missing):
        make_order(town, item)
    make_order(town, None, words="想学剪纸", kind="wish")
    found = queries.demand(town.actors["clerk"])
    assert [line.item for line in found.missing] == [missing] and found.lines[0].asked == 2
    assert [order.words for order in found.words] == ["想学剪纸"]
    assert sum(line.asked for line in found.areas) == 4
    body = sign_in("leader").get(url("order-demand")).content.decode()
    assert "手语陪同" in body and "想学剪纸" in body


def test_a_team_says_what_it_offers_and_no_other_team_does(town):
    item, more = make_item("家电检修"), make_item("缝补")
    crew, other = team_with_leader(town, "修理队", item), team_with_leader(town, "别队", None)
    page = signed_in(crew.account)
    assert page.post(url("order-offers", crew.team.pk), {"items": [more.pk]}).status_code == 303
    assert queries.offers_of(crew.team) == [more.pk]
    assert signed_in(other.account).post(url("order-offers", crew.team.pk), {"items": []}).status_code == 404


def test_the_shipped_list_has_64_items_in_ten_kinds_and_is_put_in_once(db):
    assert install_services() == 64
    assert (ServiceKind.objects.count(), ServiceItem.objects.count()) == (10, 64)
    assert ServiceItem.objects.filter(skills__isnull=True).count() == 1, "a small wish needs no skill of its own"
    ServiceItem.objects.first().delete()
    assert install_services() == 0 and ServiceItem.objects.count() == 63


def test_collected_needs_and_the_service_list_come_in_by_sheet_once(town):
    make_item("家电检修")
    clerk = town.actors["clerk"]
    rows = [
        {
            "kind": "order", "item": "家电检修", "name": "陈某", "phone": "19900000000", "village": "第1社区", "day": date(2026, 11, 5),
            "part": "morning"
        },
        {"kind": "wish", "words": "一个书包", "name": "李某", "village": "第1社区", "day": date(2026, 11, 5)},
    ]

    def bring(kind, columns, lines):
        return importing.bring_in(clerk, kind, write_table(columns, lines), {}, file_name="表.xlsx")

    assert bring("service-orders", sheets.ORDERS, rows)["creates"] == 2
    assert bring("service-orders", sheets.ORDERS, rows)["unchanged"] == 2
    assert set(ServiceOrder.objects.values_list("channel", "state")) == {("sheet", "waiting")} and ServiceOrder.objects.count() == 2
    with pytest.raises(importing.ImportRefused):
        bring("service-orders", sheets.ORDERS, [rows[0] | {"item": "不存在的项目"}])
    line = {"name": "磨刀", "kind": "便民维修", "minutes": 30, "skills": "家电维修"}
    assert bring("service-items", sheets.ITEMS, [line])["creates"] == 1
    assert bring("service-items", sheets.ITEMS, [line])["unchanged"] == 1
    assert bring("service-items", sheets.ITEMS, [line | {"people": 4}])["updates"] == 1
    assert ServiceItem.objects.get(name="磨刀").people == 4
    with pytest.raises(importing.ImportRefused):
        bring("service-items", sheets.ITEMS, [line | {"skills": "飞行"}])


def test_rules_are_edited_within_their_bounds(town, sign_in):
    page = sign_in("clerk")
    good = {"accept_hours": 2, "open_hours": 8, "most_passes": 1, "rate_days": 5, "call_share": 20, "call_days": 2}
    assert page.post(url("order-rules"), good).status_code == 303
    assert page.post(url("order-rules"), good | {"call_share": 101}).status_code == 422
    assert OrderRules.objects.get().call_share == 20


def test_the_api_enters_proposes_and_dispatches_without_names(town, sign_in):
    item = make_item()
    crew = team_with_leader(town, "修理队", item)
    page = sign_in("clerk")
    body = {
        "item": item.pk, "name": "陈婆婆", "phone": "13800000000", "division": town.communities[0].code, "start": MONDAY.isoformat(),
        "end": (MONDAY + timedelta(days=1)).isoformat(),
    }  # fmt: skip
    made = page.post("/api/v1/orders", body, content_type="application/json")
    assert made.status_code == 201 and "陈婆婆" not in made.content.decode()
    key = made.json()["id"]
    proposals = page.get(f"/api/v1/orders/{key}/proposals").json()
    assert [one["team"] for one in proposals["items"]] == [crew.team.pk]
    asked = page.post(f"/api/v1/orders/{key}/dispatch", {"team": crew.team.pk}, content_type="application/json")
    assert asked.json()["state"] == "offered"
    assert page.post(f"/api/v1/orders/{key}/dispatch", {"team": crew.team.pk}, content_type="application/json").status_code == 409
