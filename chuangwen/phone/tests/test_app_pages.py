"""What the app looks and feels like: installable, readable by everybody, on small screens, with large text; found by code and first letters;
a new version; a page that is not secure."""

# ruff: noqa: F811 - fixtures of the other file are named by the arguments that take them
import re

import pytest

from chuangwen.phone.tests.in_the_field import Phone, ground
from chuangwen.phone.tests.test_app_browser import home, line, phone, playwright, round_of, town  # noqa: F401

pytestmark = pytest.mark.browser

MOST_FIRST = 200 * 1024
SMALL_TARGETS = """() => [...document.querySelectorAll('button, a[href], input:not([type=hidden]), [role=radio]')]
    .filter((one) => one.getClientRects().length && !one.closest('.leaflet-container') && !one.closest('.toggle'))
    .filter((one) => { const box = one.getBoundingClientRect(); return box.height < 43.5 || box.width < 43.5 })
    .map((one) => [one, one.getBoundingClientRect()])
    .map(([one, box]) => `${one.outerHTML.slice(0, 80)} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


class Looks:
    """Each screen is looked at as it comes by; ``wrong`` collects what is wrong with it."""

    def __init__(self, phone: Phone, kind: str):
        self.phone, self.kind, self.wrong = phone, kind, []

    def at(self, name: str) -> None:
        from axe_playwright_python.sync_playwright import Axe

        page = self.phone.page
        page.wait_for_timeout(250)
        page.evaluate("document.querySelector('.toasts')?.replaceChildren()")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            self.wrong.append(f"{self.kind} {name}: {wide} pixels to scroll sideways")
        self.wrong += [f"{self.kind} {name}: too small for a thumb: {one}" for one in page.evaluate(SMALL_TARGETS)]
        for found in Axe().run(page).response["violations"]:
            if found["impact"] in ("serious", "critical"):
                node = found["nodes"][0]
                self.wrong.append(f"{self.kind} {name}: axe {found['id']}: {node['target']} {node['html'][:140]}")


def walk(looks: Looks, line) -> None:
    """Through every screen of the app's own and the inspector's."""
    phone, page = looks.phone, looks.phone.page
    page.wait_for_selector(".next-stop")
    looks.at("today")
    page.click(".next-stop .btn >> nth=2")
    looks.at("cannot go")
    page.keyboard.press("Escape")
    phone.begin()
    page.click(".criterion .icon-btn >> nth=0")
    looks.at("visit")
    for place in range(3):
        page.click(f".criterion >> nth={place} >> a.row")
        page.wait_for_selector(".grading")
        page.click(".grading .choice-one >> nth=-1")
        looks.at(f"finding {place}")
        if place == 0:
            page.click(".foot .btn >> nth=0")
            page.wait_for_selector(".shutter:not(:disabled)")
            looks.at("camera")
            page.click(".shutter")
            page.wait_for_selector(".photos img[src]")
            page.click(".photos button >> nth=0")
            looks.at("photo")
            page.keyboard.press("Escape")
        page.click(".top .icon-btn >> nth=0")
        page.wait_for_selector(".criterion")
    page.click(".foot .btn >> nth=0")
    looks.at("all in order")
    page.click("dialog.sheet[open] footer .btn.primary")
    page.wait_for_selector(".visit-sum .tone-ok")
    page.click(".foot .btn.primary")
    looks.at("finish")
    line.cut()
    page.click("dialog.sheet[open] footer .btn.primary")
    page.wait_for_selector("dialog.sheet", state="detached")
    phone.states()
    looks.at("queue")
    page.click("main .list a")
    page.wait_for_selector(".entry .buttons")
    looks.at("entry")
    line.mend()
    phone.go("#/sites")
    page.wait_for_selector("main .list .row")
    looks.at("sites")
    page.click("main .choice-one >> nth=2")
    page.wait_for_selector(".leaflet-container .pin")
    looks.at("map")
    page.click("main .choice-one >> nth=0")
    phone.go("#/me")
    page.wait_for_selector(".who")
    looks.at("me")
    phone.open()
    page.wait_for_selector(".pin-key")
    looks.at("locked")
    phone.type_pin()
    phone.ready()


@pytest.mark.parametrize("kind", ["narrow and large", *(pytest.param(kind, marks=pytest.mark.long) for kind in ("ordinary", "dark"))])
def test_every_screen_is_for_everybody(playwright, chromium, line, round_of, tmp_path, kind):
    round_of(3)
    more = {
        "ordinary": {},
        "narrow and large": {"viewport": {"width": 320, "height": 640}},
        "dark": {"color_scheme": "dark"},
    }[kind]
    found = Phone(playwright, chromium, tmp_path / "profile", f"http://127.0.0.1:{line.port}", **more)
    try:
        looks = Looks(found, kind)
        found.open()
        found.page.wait_for_selector(".scene .btn")
        looks.at("welcome")
        found.first_time()
        if kind == "narrow and large":
            found.go("#/me")
            found.page.locator("label.toggle input").first.check()
            found.go("#/")
        walk(looks, line)
        assert looks.wrong == []
        assert found.said == []
    finally:
        found.close()


def test_it_can_be_put_on_the_home_screen(phone, round_of):
    round_of(1)
    phone.first_time()
    session = phone.context.new_cdp_session(phone.page)
    told = session.send("Page.getAppManifest")
    assert told["errors"] == [] and told["url"].endswith("/phone/manifest.webmanifest")
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []


def test_the_first_load_over_the_line_is_small(phone):
    session = phone.context.new_cdp_session(phone.page)
    session.send("Network.enable")
    total = []
    session.on("Network.loadingFinished", lambda event: total.append(event["encodedDataLength"]))
    phone.page.add_init_script("Object.defineProperty(navigator, 'serviceWorker', { value: undefined })")
    phone.open()
    phone.page.wait_for_selector(".scene .btn")
    phone.page.wait_for_load_state("networkidle")
    assert 20_000 < sum(total) <= MOST_FIRST, f"{sum(total)} bytes"


def test_a_site_is_found_by_first_letters_by_its_code_and_by_what_is_printed(phone, round_of):
    facts = round_of(6)
    phone.first_time()
    page = phone.page
    phone.go("#/sites")
    page.fill(".search input", facts["initials"][3])
    page.wait_for_selector("main .list .row")
    assert facts["names"][3] in page.locator("main .row-title").all_inner_texts()
    page.fill(".search input", facts["codes"][2])
    assert page.locator("main .row-title").all_inner_texts() == [facts["names"][2]]
    page.fill(".search input", "没有这样的点位")
    page.wait_for_selector("main .empty")
    for printed in (
        facts["codes"][4],
        f"https://town.example/places/sites/{facts['sites'][4]}/",
        f"https://x.example/q/{facts['codes'][4]}",
        f"https://town.example/report/?site={facts['codes'][4]}",
    ):
        # The camera shows what a person would hold before it.
        page.evaluate(
            """text => { window.BarcodeDetector = class { async detect() { return [{ rawValue: text }] } } }""", printed
        )
        phone.go("#/sites")
        page.wait_for_selector(".tools .icon-btn")
        page.click(".tools .icon-btn >> nth=0")
        page.wait_for_function("name => document.querySelector('h1').innerText === name", arg=facts["names"][4])
        assert page.evaluate("location.hash").startswith("#/visit/s")


@pytest.mark.long
def test_a_code_is_read_where_the_phone_has_no_reader_of_its_own(phone, round_of, tmp_path):
    import segno

    facts = round_of(2)
    segno.make_qr(facts["codes"][1]).save(str(tmp_path / "code.png"), scale=8, border=4)
    phone.first_time()
    page = phone.page
    page.evaluate("delete window.BarcodeDetector")
    phone.go("#/sites")
    page.wait_for_selector(".tools .icon-btn")
    page.click(".tools .icon-btn >> nth=0")
    page.wait_for_selector("dialog.viewfinder[open]")
    with page.expect_file_chooser() as chosen:
        page.click("dialog.viewfinder .btn.quiet")
    chosen.value.set_files(tmp_path / "code.png")
    page.wait_for_function("name => document.querySelector('h1').innerText === name", arg=facts["names"][1])


def test_a_criterion_is_found_by_the_words_of_inspectors_and_by_first_letters(phone, round_of):
    round_of(1)
    phone.first_time()
    page = phone.page
    phone.begin()
    everything = page.locator(".criterion").count()
    page.fill(".search input", "gygg")
    page.wait_for_function("count => document.querySelectorAll('.criterion').length < count", arg=everything)
    assert all("公益广告" in text for text in page.locator(".criterion .row-title").all_inner_texts())
    page.fill(".search input", "褪色")
    assert 0 < page.locator(".criterion").count() < everything


@pytest.mark.long
def test_the_first_time_it_is_said_until_when_the_connection_is_needed(phone, line, round_of):
    round_of(1)
    phone.first_time()
    phone.page.wait_for_function("() => !document.querySelector('.said .offline')")
    kept = phone.page.evaluate("async () => (await (await caches.open((await caches.keys())[0])).keys()).map((one) => one.url)")
    assert any("/jsqr." in name for name in kept) and any("/leaflet." in name for name in kept)
    line.cut()
    phone.context.set_offline(True)
    phone.go("#/sites")
    phone.page.wait_for_selector("main .choice-one")
    phone.page.click("main .choice-one >> nth=2")
    phone.page.wait_for_selector(".leaflet-container .pin")  # the map, the first time, without signal
    assert phone.page.locator(".said .offline").count() == 1
    line.mend()
    phone.context.set_offline(False)
    phone.page.wait_for_selector(".said .offline", state="detached")  # said at once, though nothing waits to be sent


@pytest.mark.long
def test_a_new_version_is_offered_and_taken_without_losing_the_draft(home, phone, line, round_of):
    round_of(1)
    phone.first_time()
    page = phone.page
    phone.begin()
    page.click(".criterion .icon-btn >> nth=0")
    version = page.evaluate("async () => /const VERSION = \"(\\w+)\"/.exec(await (await fetch('/phone/sw.js')).text())[1]")
    line.instead = (version.encode(), version[::-1].encode())
    page.evaluate("async () => { await (await navigator.serviceWorker.getRegistration('/phone/')).update() }")
    page.wait_for_selector(".said .notice .btn")
    assert page.locator(".criterion .badge").count() == 1, "nothing is taken away while somebody works"
    page.click(".said .notice .btn")
    phone.type_pin()
    page.wait_for_selector(".criterion .badge")
    assert page.evaluate("async () => (await caches.keys()).join()") == f"chuangwen-phone-{version[::-1]}"


@pytest.mark.long
def test_a_page_that_is_not_secure_works_while_it_is_open_and_says_so(home, playwright, chromium, line, round_of, tmp_path):
    facts = round_of(2)
    found = Phone(playwright, chromium, tmp_path / "profile", f"http://phone.test:{line.port}")
    try:
        found.open()
        found.page.click(".scene .btn.primary")
        found.page.wait_for_url("**/account/login/**")
        found.sign_in()
        found.ready()
        assert "https" in found.page.inner_text(".said .notice")
        found.begin()
        found.all_in_order_and_finish()
        found.wait_for_states("已上传")
        assert ground(home, "stored", facts["round"])["visits"] == 1
        assert found.page.evaluate("async () => (await indexedDB.databases()).length") == 0, "what cannot be shut is not written"
        assert [said for said in found.said if "Cross-Origin-Opener-Policy" not in said] == []
    finally:
        found.close()


def test_signing_out_with_something_to_send_asks_for_it_first(phone, line, round_of):
    round_of(1)
    phone.first_time()
    line.cut()
    phone.begin()
    phone.all_in_order_and_finish()
    phone.go("#/me")
    phone.page.wait_for_selector(".who")
    phone.page.click("text=退出登录")
    phone.page.wait_for_selector("dialog.sheet[open]")
    assert "1 条" in phone.page.inner_text("dialog.sheet[open] h2")
    phone.page.click("dialog.sheet[open] .btn.primary")
    phone.wait_for_states("待上传")
    line.mend()
    phone.wait_for_states("已上传")
    phone.go("#/me")
    phone.page.wait_for_selector(".who")
    phone.page.click("text=退出登录")
    phone.page.click("dialog.sheet[open] .btn.danger")
    phone.page.wait_for_selector(".scene h1")
    names = phone.page.evaluate("async () => (await indexedDB.databases()).map((one) => one.name)")
    assert [name for name in names if re.fullmatch(r"chuangwen-phone-\d+", name)] == []
