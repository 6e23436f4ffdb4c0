"""The style guide in a real browser: nothing serious for axe, nothing blocked by the policy, nothing wider than a phone."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desk", "phone"])
def page(request, browser):
    width, height = request.param
    page = browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
    page.said = []
    page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.said.append(str(error)))
    yield page
    page.context.close()


def test_every_component_is_drawn_and_can_be_used_by_everybody(live_server, settings, page):
    from axe_playwright_python.sync_playwright import Axe

    settings.DEBUG = True
    page.goto(f"{live_server.url}/styleguide/")
    page.wait_for_selector("[data-chart] canvas")
    page.wait_for_selector(".cw-cluster")
    assert page.locator("[data-chart]").count() == page.locator("[data-chart]:has(canvas)").count()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    serious = [found for found in Axe().run(page).response["violations"] if found["impact"] in ("serious", "critical")]
    assert [(found["id"], found["nodes"][0]["target"]) for found in serious] == []
    assert page.said == []


def test_a_question_is_asked_before_a_form_is_sent_and_the_map_is_used_by_keyboard(live_server, settings, page):
    settings.DEBUG = True
    page.goto(f"{live_server.url}/styleguide/")
    for selector, value in (("#id_site", "点位"), ("#id_found", "2026-11-20"), ("#id_problem", "问题")):
        page.fill(selector, value)
    page.select_option("#id_family", "fire")
    page.check("#id_severity_0")
    page.click("button[data-confirm]")
    assert page.locator("#confirm-dialog").evaluate("dialog => dialog.open")
    page.click("#confirm-dialog button[value=no]")
    assert not page.locator("#confirm-dialog").evaluate("dialog => dialog.open")
    page.wait_for_selector(".cw-cluster")
    places = page.locator("[data-map-count]").inner_text()
    page.locator(".cw-cluster").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("before => document.querySelector('[data-map-count]').innerText !== before", arg=places)
    assert page.said == []


def test_no_question_is_asked_before_what_has_to_be_filled_in(live_server, settings, page):
    settings.DEBUG = True
    page.goto(f"{live_server.url}/styleguide/")
    page.evaluate(
        """() => document.getElementById("content").insertAdjacentHTML("afterbegin",
             '<form id="asking" novalidate data-confirm="Sure?"><input id="tick" type="checkbox" required><button>Go</button></form>')"""
    )
    page.click("#asking button")
    assert not page.locator("#confirm-dialog").evaluate("dialog => dialog.open")
    assert page.evaluate("document.activeElement.id") == "tick"
    assert page.locator("#tick").evaluate("field => field.validationMessage") == "请先填写或勾选这一项。"
    page.check("#tick")
    page.click("#asking button")
    assert page.locator("#confirm-dialog").evaluate("dialog => dialog.open")
    assert page.said == []
