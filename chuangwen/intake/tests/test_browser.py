"""The residents' pages in a real browser on a small phone: three steps, photos made small, a connection that breaks; nothing blocked by the
policy, nothing that axe calls serious, little over the wire. And the desk by keyboard alone."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from chuangwen.cases import actions as cases
from chuangwen.cases.models import Case, State
from chuangwen.cases.tests.loop import Loop
from chuangwen.intake.models import Follower, Report, Suggestion
from chuangwen.intake.residents import actions
from chuangwen.intake.tests.conftest import PLACE
from chuangwen.intake.tests.test_residents import SOMEBODY, closed
from chuangwen.testing.pictures import camera, jpeg

BUDGET = 200 * 1024
SMALL, PHONE, DESK = (320, 640), (390, 844), (1440, 900)


@pytest.mark.django_db
def test_the_first_load_is_at_most_200_kb_over_the_wire(ground):
    """The page, every file that it names and the worker that its script starts, compressed as the server sends them."""
    page = Client().get(reverse("intake:report") + f"?site={ground.sites[0].code}").content
    named = set(re.findall(r'(?:src|href|data-solver|data-pin)="/static/([^"]+)"', page.decode()))
    assert {"intake/report.js", "intake/open.js", "intake/solver.js", "intake/pin.js"} <= named
    sizes = {name: len(gzip.compress(Path(finders.find(name)).read_bytes(), 9)) for name in named}
    total = len(gzip.compress(page, 6)) + sum(sizes.values())
    assert total <= BUDGET, sizes
    assert not any("leaflet" in name or "htmx" in name or "tabler.min.js" in name for name in named), (
        "loaded when they are asked for"
    )


pages = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_page(live_server, settings, browser):
    """``open_page(PHONE)`` is a page of a browser; with ``role`` of somebody who is signed in."""
    settings.DEBUG = True
    said: list[str] = []
    contexts = []

    def make(size, cookie: str = "", **more):
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN", has_touch=size is not DESK, **more
        )
        if cookie:
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.set_default_timeout(40_000)
        return page

    make.said = said  # type: ignore[attr-defined]  # read by the test that asked for it
    yield make
    for context in contexts:
        context.close()
    assert [text for text in said if "ERR_INTERNET_DISCONNECTED" not in text and "429" not in text] == []


def cookie_of(town, role: str) -> str:
    client = Client()
    client.force_login(town.accounts[role], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["sessionid"].value


def narrow(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def serious(page) -> list:
    from axe_playwright_python.sync_playwright import Axe

    found = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
    return [(one["id"], one["nodes"][0]["target"], one["nodes"][0]["html"][:120]) for one in found]


def photo(seed: int = 1, size=(2400, 1800), **options) -> dict:
    return {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": jpeg(seed, size, **options)}


@pytest.mark.browser
@pages
def test_three_steps_on_a_phone_of_320_pixels_with_large_text(ground, live_server, open_page):
    lat, lon = PLACE
    page = open_page(SMALL, geolocation={"latitude": lat, "longitude": lon}, permissions=["geolocation"])
    page.context.add_cookies([{"name": "large_text", "value": "1", "url": live_server.url}])
    page.goto(live_server.url + reverse("intake:report"))
    assert page.locator(".in-step.is-here").count() == 1 and narrow(page) and serious(page) == []
    page.click("[data-next='2']")
    assert page.locator("#step-1").is_visible(), "words are asked for first"
    page.fill("#id_description", "垃圾桶满了，有异味")
    page.set_input_files("#id_photos", [photo(3)])
    page.wait_for_selector("[data-previews] img")
    page.click("[data-next='2']")
    page.click("[data-next='3']")
    assert page.locator("#step-2").is_visible(), "the place is asked for"
    page.click("[data-here]")
    page.wait_for_function(
        "name => document.querySelector('[data-said]').textContent.includes(name)", arg=str(ground.communities[0])
    )
    page.click("[data-open-map]")
    page.wait_for_selector(".in-pin")
    assert narrow(page) and serious(page) == []
    page.click("[data-next='3']")
    page.wait_for_selector("[data-summary] p")
    assert narrow(page) and serious(page) == []
    page.click("[data-send]")
    page.wait_for_url("**/r/**")
    assert narrow(page) and serious(page) == []
    report = Report.objects.get()
    stored = report.photos.get().photo
    assert report.case.site == ground.sites[0] and (stored.width, stored.height) == (1600, 1200) and stored.lat is None
    assert page.evaluate("localStorage.length") == 0
    assert report.case.number.split("-")[1] in page.inner_text("h1")


@pytest.mark.browser
@pages
def test_the_photos_own_place_is_taken_and_its_data_stay_behind(ground, live_server, open_page):
    page = open_page(PHONE)
    page.goto(live_server.url + reverse("intake:report"))
    page.set_input_files("#id_photos", [photo(4, (800, 600), exif=camera())])
    page.wait_for_function("() => document.getElementById('id_lat').value !== ''")
    assert abs(float(page.input_value("#id_lat")) - 21.66) < 0.01 and abs(float(page.input_value("#id_lon")) - 110.92) < 0.01


@pytest.mark.browser
@pages
def test_what_is_written_without_a_connection_is_kept_and_sent_when_it_is_back(ground, live_server, open_page):
    page = open_page(PHONE)
    url = live_server.url + reverse("intake:report") + f"?site={ground.sites[0].code}"
    page.goto(url)
    page.fill("#id_description", "路灯不亮三天了")
    page.set_input_files("#id_photos", [photo(5, (640, 480))])
    page.wait_for_selector("[data-previews] img")
    page.click("[data-next='2']")
    page.context.set_offline(True)
    page.click("[data-next='3']")
    page.click("[data-send]")
    page.wait_for_function("() => !document.querySelector('[data-note]').hidden")
    page.wait_for_function("() => (JSON.parse(localStorage.getItem('chuangwen-report') || '{}').photos || []).length === 1")
    page.wait_for_function("() => JSON.parse(localStorage.getItem('chuangwen-report')).waiting")
    assert not Report.objects.exists()
    page.context.set_offline(False)
    page.wait_for_url("**/r/**")
    report = Report.objects.get()
    assert report.case.description == "路灯不亮三天了" and report.photos.count() == 1


@pytest.mark.browser
@pages
def test_a_draft_outlives_the_page(ground, live_server, open_page):
    page = open_page(PHONE)
    page.goto(live_server.url + reverse("intake:report"))
    page.fill("#id_description", "人行道地砖松动")
    page.wait_for_function("() => localStorage.getItem('chuangwen-report')?.includes('人行道')")
    page.goto(live_server.url + reverse("intake:suggestions"))
    page.goto(live_server.url + reverse("intake:report"))
    page.wait_for_function("() => document.getElementById('id_description').value === '人行道地砖松动'")


@pytest.mark.browser
@pages
def test_the_same_near_by_is_followed_instead(ground, live_server, open_page):
    known = cases.report(ground.actors["clerk"], description="垃圾桶满溢没人清", site=ground.sites[0])
    page = open_page(PHONE)
    page.goto(live_server.url + reverse("intake:report") + f"?site={ground.sites[0].code}")
    page.fill("#id_description", "垃圾桶满溢没人管")
    page.click("[data-next='2']")
    page.click("[data-next='3']")
    page.wait_for_selector(".in-alike")
    assert serious(page) == []
    page.click(".in-alike button")
    page.wait_for_url("**/r/**")
    assert Follower.objects.get().case == known and Case.objects.count() == 1


@pytest.mark.browser
@pages
def test_without_script_the_form_is_one_page_that_works(ground, live_server, open_page):
    page = open_page(PHONE, java_script_enabled=False)
    page.goto(live_server.url + reverse("intake:report"))
    for name in ("#id_photos", "#id_description", "#id_community", "#id_kind", "#id_contact", "#id_sum", "[data-send]"):
        assert page.locator(name).is_visible(), name
    assert not page.locator("#id_website").is_visible() or page.locator("#id_website").bounding_box()["x"] < 0
    assert page.locator("[data-next]").first.is_hidden() and page.locator("[data-here]").is_hidden()


@pytest.mark.browser
@pages
def test_rating_and_saying_that_it_is_not_solved_on_a_phone(ground, live_server, open_page, monkeypatch):
    from chuangwen.intake import guard

    monkeypatch.setattr(guard, "check", lambda given: None)
    received = actions.send(SOMEBODY, proof={"altcha": "-"}, description="垃圾桶满了", site=ground.sites[0])
    closed(ground, received.report.case)
    page = open_page(SMALL)
    page.goto(live_server.url + reverse("intake:followed", args=[received.token]))
    assert narrow(page) and serious(page) == []
    page.click(".in-rate label:has-text('一般')")
    page.click("form[action$='/rate/'] button")
    page.wait_for_url("**said=rate")
    page.click("summary:has-text('没有解决')")
    page.fill("form[action$='/not-solved/'] textarea", "桶还是满的")
    page.click("form[action$='/not-solved/'] button")
    page.wait_for_url("**said=dispute")
    assert narrow(page) and serious(page) == []
    received.report.refresh_from_db()
    received.report.case.refresh_from_db()
    assert received.report.rating == 3 and received.report.case.disputed_at and received.report.case.state == State.CLOSED


@pytest.mark.browser
@pages
@pytest.mark.parametrize("size", [DESK, SMALL], ids=["desk", "phone"])
def test_suggestions_are_sent_after_the_work_against_machines(town, live_server, open_page, size):
    page = open_page(size)
    page.goto(live_server.url + reverse("intake:suggestions"))
    assert narrow(page) and serious(page) == []
    page.fill("#id_words", "同一张表不要填三次")
    page.click("main button[type=submit]")
    page.wait_for_url("**/suggestions/s/**")
    assert narrow(page) and serious(page) == [] and Suggestion.objects.count() == 1


@pytest.mark.browser
@pages
def test_the_desk_is_worked_by_keyboard_alone(town, live_server, open_page):
    loop = Loop(town)
    known = loop.report(description="墙上有小广告没人清")
    page = open_page(DESK, cookie_of(town, "clerk"))
    page.goto(live_server.url + reverse("intake:desk"))
    assert page.evaluate("document.activeElement.id") == "id_description"
    page.keyboard.type("墙上有小广告没人清理")
    page.wait_for_selector(f".in-known:has-text('{known.number}')")
    page.keyboard.press("Tab")
    page.keyboard.type(town.sites[0].code)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**saved=**")
    assert Report.objects.get().case.site == town.sites[0]
    assert page.evaluate("document.activeElement.id") == "id_description"


@pytest.mark.browser
@pages
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_offices_pages_are_sound(town, live_server, open_page, size):
    from chuangwen.intake.desk import actions as desk

    clerk = town.actors["clerk"]
    desk.enter(clerk, description="路灯不亮", site=town.sites[0], contact="13812345678", reference="RX1")
    row = desk.paste(clerk, text="张三 2026/11/20 9:30\n垃圾桶满了很臭\n李四 2026/11/20 9:31\n收到", title="网格群")
    page = open_page(size, cookie_of(town, "clerk"))
    report = Report.objects.get()
    for address in (
        reverse("intake:desk"), reverse("intake:reports"), reverse("intake:model"), reverse("intake:settings"), reverse("intake:chats"),
        reverse("intake:chat-new"), reverse("intake:chat", args=[row.pk]), reverse("intake:contact", args=[report.pk]),
        reverse("intake:suggestion-list"), reverse("cases:detail", args=[report.case_id]),
    ):  # fmt: skip
        page.goto(live_server.url + address)
        assert narrow(page), address
        assert serious(page) == [], address
