"""One tap in a real browser, with and without signal."""

import pytest
from django.test import Client
from django.urls import reverse

from chuangwen.testing.factories import make_town
from chuangwen.volunteers.care.models import CareHelper, CareRecord

from .ground import Neighbours, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def phone(live_server, settings, browser, chromium, tmp_path):
    """A volunteer who looks after two, and a phone that can be killed and started again with what it kept. (who, first, second, start)"""
    settings.DEBUG = True
    town = make_town()
    folk = Neighbours(town)
    first, second = (folk.look_after(make_person(town, name, phone=f"199000000{n}1")) for n, name in enumerate(("赵婆婆", "钱爷爷"), 1))
    client = Client()
    client.force_login(folk.accounts[0], backend="allauth.account.auth_backends.AuthenticationBackend")
    said, open_now = [], []

    def start(offline=False):
        for context in open_now:
            context.close()
        context = browser.browser_type.launch_persistent_context(
            tmp_path, executable_path=chromium, args=["--no-sandbox"], viewport={"width": 390, "height": 844}, locale="zh-CN", offline=offline
        )
        open_now[:] = [context]
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.set_default_timeout(60_000)
        page.goto(live_server.url + reverse("volunteers:care-mine"))
        return page

    yield folk, first, second, start
    for context in open_now:
        context.close()
    assert said == []


def test_without_signal_the_page_opens_again_and_what_was_tapped_survives_a_kill_and_is_sent_once(phone):
    _folk, first, second, start = phone
    page = start()
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    page.locator("[data-care-standing]").first.wait_for()
    page.context.set_offline(True)
    page.reload()

    def card(one):
        return page.locator(f"[data-person='{one.pk}']")

    card(first).locator("button[value='call:well']").wait_for()
    body = page.inner_text("body")
    assert "赵" in body and not any(secret in body for secret in ("赵婆婆", "钱爷爷", "19900000011"))
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert not any(secret in kept for secret in ("婆婆", "爷爷", "199000000")), "the phone keeps no name and no number"
    card(first).locator("button[value='call:well']").dblclick()
    card(first).locator("[data-care-answer]:has-text('存在本机')").wait_for()
    card(second).locator("button[value='begin']").click()
    card(second).locator("button[value='end:well']").click()
    page.wait_for_selector("#queue li:nth-child(3)")
    assert page.locator("#queue li").count() == 3 and not CareRecord.objects.exists()
    page = start(offline=True)
    page.wait_for_selector("#queue li:nth-child(3)")
    assert not CareRecord.objects.exists()
    page.context.set_offline(False)
    page.wait_for_selector("#waiting", state="hidden")
    page.wait_for_selector("[data-care-answer]:has-text('已记录')")
    assert sorted(CareRecord.objects.values_list("plan__person", "kind", "outcome")) == sorted(
        [(first.pk, "call", "well"), (second.pk, "visit", "well")]
    )
    page.goto(page.url)
    page.wait_for_selector(f"article[data-person='{first.pk}']:has-text('赵婆婆')")
    assert page.locator("#waiting").is_hidden(), "and it is told once"


def test_what_is_refused_later_says_why_and_can_be_taken_out(phone):
    folk, first, _second, start = phone
    page = start()
    page.evaluate("navigator.serviceWorker.ready")
    page.context.set_offline(True)
    page.locator(f"[data-person='{first.pk}'] button[value='call:well']").click()
    page.wait_for_selector("#queue li")
    CareHelper.objects.filter(person=first, volunteer=folk.volunteers[0]).delete()
    page.context.set_offline(False)
    page.wait_for_selector("#queue li button")
    page.click("#queue li button")
    page.wait_for_selector("#waiting", state="hidden")
    assert not CareRecord.objects.exists()


def test_one_tap_shows_at_once_that_somebody_was_called_and_without_signal_it_is_sent_later(live_server, settings, browser):
    settings.DEBUG = True
    town = make_town()
    folk = Neighbours(town)
    first, second = (folk.look_after(make_person(town, name)) for name in ("赵婆婆", "钱爷爷"))
    client = Client()
    client.force_login(folk.accounts[0], backend="allauth.account.auth_backends.AuthenticationBackend")
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page, said = context.new_page(), []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.set_default_timeout(60_000)
    page.goto(live_server.url + reverse("volunteers:care-mine"))

    def card(person):
        return page.locator("article", has_text=person.name)

    assert "尚未问候" in card(first).inner_text()
    card(first).locator("button[value='call:well']").click()
    card(first).locator("[data-care-standing]:has-text('今日已问候')").wait_for()
    context.set_offline(True)
    card(second).locator("button[value='call:well']").click()
    card(second).locator("[data-care-answer]:has-text('存在本机')").first.wait_for()
    assert "尚未问候" in card(second).inner_text() and page.locator("#waiting").is_visible()
    context.set_offline(False)
    card(second).locator("[data-care-standing]:has-text('今日已问候')").wait_for()
    assert page.locator("#waiting").is_hidden()
    assert sorted(CareRecord.objects.values_list("plan__person", flat=True)) == sorted([first.pk, second.pk])
    context.close()
    assert said == []
