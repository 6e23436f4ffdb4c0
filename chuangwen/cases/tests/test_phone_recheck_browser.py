"""A silent re-check on a phone: begun without signal, sent when there is one, the after photo laid over the viewfinder."""

from datetime import timedelta
from decimal import Decimal

import pytest

from chuangwen.cases import actions
from chuangwen.cases.models import Case, Recheck
from chuangwen.cases.rechecks import drawing
from chuangwen.cases.tests.loop import Loop, look_through
from chuangwen.cases.tests.phone_screens import handset, with_camera
from chuangwen.cases.tests.pictures import jpeg
from chuangwen.cases.tests.test_phone_browser import until
from chuangwen.evidence.actions import take_in
from chuangwen.kernel import clock
from chuangwen.testing.factories import make_account, make_unit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser(chromium):
    yield from with_camera(chromium)


def test_what_is_back_is_found_without_signal_and_goes_on_as_a_new_case(town, live_server, settings, browser):
    settings.DEBUG = True
    loop = Loop(town)
    case = loop.do("sign_for", loop.do("dispatch", loop.report(site=None, division=town.communities[0])))
    case = actions.submit(loop.unit, case_id=case.pk, measure="已清理", after_photos=[take_in(loop.unit, jpeg(9)).pk])
    look_through(case)
    loop.do("close", loop.do("verify", case))
    Case.objects.filter(pk=case.pk).update(closed_at=clock.now() - timedelta(days=7))
    account = make_account("second", town.roles["inspector"], make_unit("测评公司", "assessor", division=town.street))
    drawing.draw(loop.clerk, share=Decimal(100))
    row = Recheck.objects.get()
    assert row.assigned_to == account
    found = handset(browser, account, live_server.url, where=(21.66, 110.92))
    try:
        found.open("#/rechecks")
        page = found.page
        page.wait_for_selector(f"a[href='#/recheck/{row.pk}']")
        page.wait_for_timeout(1500)
        found.offline()
        page.click(f"a[href='#/recheck/{row.pk}']")
        page.wait_for_selector(".foot .btn.primary")
        assert page.locator(".foot .btn.primary").is_disabled()
        page.click("text=拍照 >> nth=0")
        found.shoot()
        page.wait_for_selector(".case-pair figure")
        page.click("[role=radio][data-value=back]")
        assert found.is_narrow()
        page.click(".foot .btn.primary")
        page.wait_for_selector("text=待发送")
        assert Recheck.objects.get().state == "planned", "what has not arrived is not done"
        found.offline(False)
        until(lambda: Recheck.objects.get().state == "done", found)
        done = Recheck.objects.get()
        assert (done.result, done.new_case.rebound_of_id, done.photo_links.count()) == ("back", case.pk, 1)
        assert done.lat == pytest.approx(21.66)
    finally:
        found.put_away()
    assert found.said == []
