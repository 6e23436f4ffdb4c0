"""The order of a resident in a real browser: on a small phone with large type, with the proof against machines; leader and desk. Nothing serious
for axe, nothing blocked by the policy, nothing wider than the screen."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from chuangwen.kernel import clock
from chuangwen.testing.factories import make_town
from chuangwen.volunteers.orders import actions
from chuangwen.volunteers.orders.actions.placing import link_of
from chuangwen.volunteers.orders.models import ServiceOrder
from chuangwen.volunteers.presence.models import Presence

from .ground import make_item, make_order, serve, team_with_leader

SMALL, PHONE, DESK = (320, 640), (390, 844), (1440, 900)


def cookie_of(account):
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["sessionid"].value


def sound(page):
    """Nothing serious, nothing wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe

    found = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    folder = os.environ.get("CHUANGWEN_SHOTS", "")
    if folder:
        name = f"{page.viewport_size['width']}{page.url.split('8081')[-1].split('?')[0].replace('/', '-')}"[:80]
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_resident_orders_in_large_type_and_leader_and_desk_see_it(live_server, settings, browser):
    settings.DEBUG = True
    town = make_town()
    item, missing = make_item(about="检修电饭锅、电风扇等小家电"), make_item("手语陪同办事")
    crew = team_with_leader(town, "第一社区邻里维修服务队", item)
    said, contexts = [], []

    def open_page(size, cookie=""):
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
        contexts.append(context)
        if cookie:
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.set_default_timeout(90_000)
        return page

    def at(page, name, *args, query=""):
        page.goto(live_server.url + reverse(f"volunteers:{name}", args=args) + query)
        sound(page)

    page = open_page(SMALL)
    page.context.add_cookies([{"name": "large_text", "value": "1", "url": live_server.url}])
    at(page, "order-services")
    at(page, "order-place", query=f"?item={item.pk}")
    page.fill("#id_name", "陈婆婆")
    page.fill("#id_phone", "13800000000")
    page.select_option("#id_community", town.communities[0].code)
    page.click("button.btn-primary[type=submit]")
    page.wait_for_url("**/followed/**")
    sound(page)
    order = ServiceOrder.objects.get()
    assert order.item == item and order.number in page.inner_text("main")

    clerk = town.actors["clerk"]
    actions.approve_order(clerk, order_id=order.pk)
    make_order(town, missing)
    make_order(town, None, words="想学剪纸", kind="wish")
    desk = open_page(DESK, cookie_of(town.accounts["clerk"]))
    for name, *args in (("orders",), ("order", order.pk), ("order-demand",), ("order-items",), ("order-new",), ("order-plan-new",)):
        at(desk, name, *args)
    plan, _job = actions.make_order_plan(clerk, division=town.street, day=clock.today() + timedelta(days=1))
    actions.solve_order_plan(clerk, order_plan_id=plan.pk)
    at(desk, "order-plan", plan.pk)
    offered = make_order(town, item)
    actions.open_order(clerk, order_id=offered.pk)
    leader = open_page(PHONE, cookie_of(crew.account))
    at(leader, "order-team")
    at(leader, "order-task", offered.pk)
    leader.click("button.btn-primary[name=team]")
    leader.wait_for_load_state()
    sound(leader)
    serve(town, crew, order)
    at(page, "order-followed", link_of(order))
    page.check("input[name=rating][value='5']")
    page.locator("form", has=page.locator("input[name=rating]")).locator("[type=submit]").click()
    page.wait_for_url("**said=rate**")
    order.refresh_from_db()
    assert order.rating == 5
    for context in contexts:
        context.close()
    assert said == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_volunteer_begins_and_ends_an_order_without_signal_and_it_is_sent_once(live_server, settings, browser, chromium, tmp_path):
    settings.DEBUG = True
    town = make_town()
    item = make_item()
    crew = team_with_leader(town, "邻里维修队", item)
    order = make_order(town, item)
    actions.dispatch_order(town.actors["clerk"], order_id=order.pk, serving_team_id=crew.team.pk)
    actions.take_order(crew.actor, order_id=order.pk, serving_team_id=crew.team.pk)
    actions.assign_volunteers(crew.actor, order_id=order.pk, volunteer_ids=[crew.leader.pk])
    task, said, contexts = live_server.url + reverse("volunteers:order-task", args=[order.pk]), [], []

    def start(offline=False):
        for context in contexts:
            context.close()
        context = browser.browser_type.launch_persistent_context(
            tmp_path, executable_path=chromium, args=["--no-sandbox"], viewport={"width": 390, "height": 844}, locale="zh-CN", offline=offline
        )
        contexts[:] = [context]
        context.add_cookies([{"name": "sessionid", "value": cookie_of(crew.account), "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.set_default_timeout(60_000)
        page.goto(task)
        return page

    page = start()
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    page.wait_for_selector("form[data-own=begin]")
    page.context.set_offline(True)
    page.reload()
    page.click("#orders button:has-text('我到了')")
    page.click("#orders button:has-text('离开')")
    page.wait_for_selector("#queue li:nth-child(2)")
    kept = page.inner_text("body") + page.evaluate("JSON.stringify(localStorage)")
    assert not any(secret in kept for secret in ("陈婆婆", "后街12号", "13800000000"))
    page = start(offline=True)
    page.wait_for_selector("#queue li:nth-child(2)")
    assert not Presence.objects.exists()
    page.context.set_offline(False)
    page.wait_for_selector("#waiting", state="hidden")
    presence = Presence.objects.get()
    assert (presence.volunteer, presence.state, presence.source_id) == (crew.leader, "ended", order.pk)
    page.goto(task)
    page.wait_for_selector("form[data-own=begin]", state="hidden")
    assert page.locator("#waiting").is_hidden() and Presence.objects.count() == 1
    contexts[0].close()
    assert said == []
