"""The page on which a code is typed in, in a real browser: mistakes, no signal, a phone that is lent."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from chuangwen.kernel import clock
from chuangwen.testing.factories import make_town
from chuangwen.volunteers.activities import actions
from chuangwen.volunteers.activities.actions.planning import ShiftPlan
from chuangwen.volunteers.presence.models import Presence

from .ground import code_at, ground, make_activity, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WRONG = "这不是当时现场显示的动态码"


def cookie_of(account):
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["sessionid"].value


@pytest.fixture
def on_the_spot(live_server, settings, browser):
    """A shift that is on, two volunteers with a place, and a phone. (shift, first, second, the page, what it said wrongly)"""
    settings.DEBUG = True
    town = make_town()
    team, _leader, _lead = ground(town)
    now = clock.now()
    _activity, shift = make_activity(town, team, shifts=[ShiftPlan(now + timedelta(minutes=5), now + timedelta(hours=2), 5)])
    people = []
    for name in ("甲", "乙"):
        volunteer, actor = person(town, name)
        actions.sign_up(actor, activity_shift_id=shift.pk)
        people.append(volunteer)
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(60_000)
    said = []
    page.on("pageerror", lambda error: said.append(str(error)))

    def become(volunteer):
        context.clear_cookies()
        context.add_cookies([{"name": "sessionid", "value": cookie_of(volunteer.person.account), "url": live_server.url}])
        page.goto(live_server.url + reverse("volunteers:activity-present"))
        page.wait_for_selector("#shifts button")

    yield shift, *people, page, become
    context.close()
    assert said == []


def enter(page, code):
    page.fill("#code", code)
    page.click("#go")
    page.wait_for_selector("#enter", state="hidden")


def right(shift):
    return code_at(shift, clock.now())


def wrong(shift):
    return str((int(right(shift)) + 500_000) % 1_000_000).zfill(6)


def test_whoever_mistypes_the_code_is_not_shown_as_present_and_tries_again(on_the_spot):
    shift, first, _second, page, become = on_the_spot
    become(first)
    page.click("#shifts button")
    enter(page, wrong(shift))
    page.wait_for_selector(f"#queue:has-text('{WRONG}')")
    assert page.inner_text("#shifts button") == "我到了"
    page.click("#shifts button")
    enter(page, right(shift))
    page.wait_for_selector("#waiting", state="hidden")
    assert page.inner_text("#shifts button") == "我离开", "and what was refused is gone"
    assert Presence.objects.get().volunteer == first


def test_without_signal_the_page_opens_and_sends_later_what_was_entered(on_the_spot):
    shift, first, _second, page, become = on_the_spot
    become(first)
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    page.wait_for_selector("#shifts button")
    page.context.set_offline(True)
    page.reload()
    page.click("#shifts button")
    enter(page, right(shift))
    page.wait_for_selector("#shifts:has-text('我离开')")
    assert page.locator("#queue li").count() == 1 and not Presence.objects.exists()
    page.context.set_offline(False)
    page.wait_for_selector("#waiting", state="hidden")
    assert Presence.objects.get().volunteer == first


def test_what_somebody_entered_without_signal_waits_for_them_on_a_phone_that_is_lent(on_the_spot):
    shift, first, second, page, become = on_the_spot
    become(first)
    page.evaluate("navigator.serviceWorker.ready")
    page.context.set_offline(True)
    page.click("#shifts button")
    enter(page, right(shift))
    page.wait_for_selector("#queue li")
    page.context.clear_cookies()
    page.context.set_offline(False)
    become(second)
    assert page.locator("#waiting").is_hidden() and page.inner_text("#shifts button") == "我到了"
    page.click("#shifts button")
    enter(page, right(shift))
    page.wait_for_selector("#waiting", state="hidden")
    assert [one.volunteer for one in Presence.objects.all()] == [second]
    become(first)
    page.wait_for_selector("#waiting", state="hidden")
    page.wait_for_selector("#shifts:has-text('我离开')")
    assert {one.volunteer for one in Presence.objects.all()} == {first, second}


def test_the_page_works_at_an_address_that_is_not_encrypted(on_the_spot):
    shift, first, _second, page, become = on_the_spot
    page.add_init_script("delete Crypto.prototype.randomUUID")
    become(first)
    page.click("#shifts button")
    enter(page, right(shift))
    page.wait_for_selector("#waiting", state="hidden")
    assert Presence.objects.get().volunteer == first
