"""One tap in a real browser, with and without signal."""

import pytest
from django.test import Client
from django.urls import reverse

from chuangwen.testing.factories import make_town
from chuangwen.volunteers.care.models import CareRecord

from .ground import Neighbours, make_person


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
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
    assert "尚未问候" in card(second).inner_text() and page.locator("[data-care-waits]").is_visible()
    context.set_offline(False)
    card(second).locator("[data-care-standing]:has-text('今日已问候')").wait_for()
    assert page.locator("[data-care-waits]").is_hidden()
    assert sorted(CareRecord.objects.values_list("plan__person", flat=True)) == sorted([first.pk, second.pk])
    context.close()
    assert said == []
