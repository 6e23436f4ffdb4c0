"""The till of a place in a real browser while its network is gone."""

import pytest
from django.urls import reverse

from chuangwen.kernel.access import SYSTEM
from chuangwen.testing.factories import make_town
from chuangwen.volunteers.credits import actions, checking
from chuangwen.volunteers.credits.actions.spending import UsedAlready
from chuangwen.volunteers.credits.models import CreditRule

from .ground import make_ground
from .standing import credited

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def till(live_server, settings, browser):
    """A place with its page open on a phone, and two vouchers. (page, first, second, the place's token)"""
    settings.DEBUG = True
    ground = make_ground(make_town(), account=False)
    credited(ground.mine, 50, CreditRule.objects.get(source="hours"))
    vouchers = [actions.redeem(SYSTEM, credit_account_id=ground.mine.pk, reward_id=ground.reward.pk) for _n in range(2)]
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(20_000)
    said = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(live_server.url + reverse("volunteers:credit-till", args=[ground.token]), wait_until="networkidle")
    yield page, *vouchers, ground.token
    context.close()
    assert said == []


def take(page, code):
    page.fill("[name=code]", code)
    page.click("#till button[type=submit]")


def test_what_is_handed_out_without_a_network_is_entered_once_when_it_is_back(till):
    page, first, _second, _token = till
    page.context.set_offline(True)
    take(page, first.code)
    page.wait_for_selector("#kept-said:has-text('已存在本机')")
    take(page, first.code)
    page.wait_for_selector("#kept-said:has-text('请勿重复发放')")
    take(page, str((int(first.code) + 1) % 10**12).zfill(12))
    page.wait_for_selector("#kept-said:has-text('这不是券码')")
    assert page.locator("#kept-list li").count() == 1
    first.refresh_from_db()
    assert first.state == "open"
    page.context.set_offline(False)
    page.wait_for_selector("#kept-said:has-text('已补录')")
    first.refresh_from_db()
    assert first.state == "used" and first.entered_at is not None and page.locator("#kept-list li").count() == 0
    assert checking.check().differences == []


def test_what_was_used_elsewhere_meanwhile_stays_on_the_phone_with_why(till):
    page, _first, second, token = till
    page.context.set_offline(True)
    take(page, second.code)
    page.wait_for_selector("#kept-list li")
    actions.use_voucher_by_link(token, code=second.code)
    page.context.set_offline(False)
    page.wait_for_selector("#kept-list li:has-text('已使用')")
    page.click("#kept-list button")
    page.wait_for_selector("#kept", state="hidden")


def test_the_same_report_of_a_use_again_is_the_same_use_and_another_is_refused(till):
    _page, first, second, token = till
    told = second.made_at
    used = [actions.use_voucher_by_link(token, code=second.code, used_at=told) for _turn in range(2)]
    assert used[0].pk == used[1].pk and used[1].tried_again == 0
    actions.use_voucher_by_link(token, code=first.code)
    with pytest.raises(UsedAlready):
        actions.use_voucher_by_link(token, code=first.code, used_at=first.made_at)
