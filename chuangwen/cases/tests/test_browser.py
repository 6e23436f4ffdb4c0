"""A case from its report to its closing in a real browser: the liaison on a phone, one hand, with scripts; nothing blocked by the policy."""

import pytest
from django.test import Client
from django.urls import reverse

from chuangwen.cases.models import Case, State
from chuangwen.cases.tests.loop import Loop, compared
from chuangwen.cases.tests.pictures import jpeg
from chuangwen.standards.models import Responsibility
from chuangwen.testing.factories import LONG_AGO

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK, PHONE = (1440, 900), (390, 844)


@pytest.fixture
def people(town, live_server, settings, browser):
    """``people("liaison", PHONE)`` is a page of a browser in which the town's liaison has signed in."""
    settings.DEBUG = True
    said: list[str] = []
    contexts = []

    def open_for(role: str, size: tuple[int, int]):
        client = Client()
        client.force_login(town.accounts[role], backend="allauth.account.auth_backends.AuthenticationBackend")
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN", has_touch=size is PHONE)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.set_default_timeout(40_000)
        return page

    yield open_for
    for context in contexts:
        context.close()
    assert said == []


def photo(shade: int) -> dict:
    return {"name": f"IMG_{shade}.jpg", "mimeType": "image/jpeg", "buffer": jpeg(shade)}


def narrow(page) -> bool:
    """Nothing is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_from_report_to_close_with_the_liaison_on_a_phone(town, live_server, people):
    Responsibility.objects.create(unit=town.units["department"], kind=town.kinds["sticker"], starts_on=LONG_AGO)
    at = live_server.url

    worker = people("grid_worker", PHONE)
    worker.goto(at + reverse("cases:report"))
    worker.set_input_files("#id_before_photos", photo(1))
    worker.fill("#id_description", "墙上乱贴小广告")
    worker.click("[data-proposals] button:has-text('乱贴小广告')")
    assert worker.locator("#id_kind").input_value() == str(town.kinds["sticker"].pk)
    worker.locator("#id_site").press_sequentially("主次")
    worker.click("[data-suggest] [role=option]")
    assert town.sites[0].code in worker.locator("#id_site").input_value()
    assert narrow(worker)
    worker.click("button[type=submit]:has-text('提交')")
    worker.wait_for_url("**/reported/")
    case = Case.objects.get()
    assert case.number.split("-")[1] in worker.inner_text(".cw-number") and case.kind == town.kinds["sticker"]

    clerk = people("clerk", DESK)
    detail = at + reverse("cases:detail", args=[case.pk])
    clerk.goto(detail)
    clerk.click(".cw-do a:has-text('交办')")
    clerk.wait_for_selector("#verb-dialog[open] #id_lead")
    assert clerk.locator("#id_lead").input_value() == str(town.units["department"].pk)
    before = clerk.inner_text("#due-shown")
    clerk.fill("#id_amount", "9")
    clerk.wait_for_function("before => document.getElementById('due-shown').textContent.trim() !== before.trim()", arg=before)
    clerk.click("#verb-dialog button[type=submit]")
    clerk.wait_for_selector(".alert-success")

    liaison = people("liaison", PHONE)
    liaison.goto(at + reverse("cases:list") + "?waiting=to_sign")
    assert narrow(liaison)
    liaison.click(f"a:has-text('{case.description}')")
    liaison.wait_for_url(f"**/{case.pk}/")
    assert narrow(liaison)
    liaison.click(".cw-do button:has-text('签收')")
    liaison.wait_for_selector(".cw-do a:has-text('报送整改结果')")
    liaison.click(".cw-do a:has-text('报送整改结果')")
    liaison.wait_for_selector("#verb-dialog[open] textarea")
    liaison.set_input_files("#id_after_photos", photo(2))
    liaison.wait_for_selector("[data-previews] img")
    liaison.click("#verb-dialog .cw-phrases button >> nth=0")
    assert liaison.locator("#id_measure").input_value()
    assert narrow(liaison)
    liaison.click("#verb-dialog button[type=submit]")
    liaison.wait_for_selector(".alert-success")
    case.refresh_from_db()
    assert case.state == State.SUBMITTED
    for page in (liaison, clerk):  # a database in memory has no place for pages that ask for jobs while the worker's part is done here
        page.goto("about:blank")
    compared(case)

    clerk.goto(detail)
    clerk.click(".cw-pair [data-photos] a >> nth=0")
    assert clerk.locator("#lightbox").evaluate("dialog => dialog.open")
    clerk.click("#lightbox [data-close]")
    clerk.click(".cw-do a:has-text('核查通过')")
    clerk.wait_for_selector("#verb-dialog[open] #id_and_close")
    clerk.click("#verb-dialog button[type=submit]")
    clerk.wait_for_selector(".alert-success")
    case.refresh_from_db()
    assert case.state == State.CLOSED


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_everybody_can_use_the_pages_and_nothing_is_wider_than_the_screen(town, live_server, people, size):
    from axe_playwright_python.sync_playwright import Axe

    loop = Loop(town)
    case = loop.at(State.RECTIFYING, description="机动车占用人行道停放，盲道被完全阻断，行人须绕行机动车道，" * 6)
    addresses = [
        reverse("cases:list"), reverse("cases:detail", args=[case.pk]), reverse("cases:report"), reverse("cases:rates"),
        reverse("cases:deadlines"), reverse("cases:deadline-try"), reverse("cases:verb", args=[case.pk, "redispatch"]),
    ]  # fmt: skip
    page = people("clerk", size)
    for address in addresses:
        page.goto(live_server.url + address)
        assert narrow(page), address
        serious = [found for found in Axe().run(page).response["violations"] if found["impact"] in ("serious", "critical")]
        assert [(found["id"], found["nodes"][0]["target"]) for found in serious] == [], address
