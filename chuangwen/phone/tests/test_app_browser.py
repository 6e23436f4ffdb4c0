"""The app in a real browser the size of a phone: a round without signal from start to end, and what may come in between."""

import json
import os
import re
import zipfile

import pytest

from chuangwen.phone.tests.in_the_field import PIN, Line, Phone, copy_of, ground, leave, served
from tests.demo_server import filled

pytestmark = pytest.mark.browser

MOST_TAPS = 6


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    found = copy_of(filled(tmp_path_factory), tmp_path_factory.mktemp("field") / "home")
    yield found
    leave(found)


@pytest.fixture(scope="module")
def town(home):
    with served(home) as port:
        yield port


@pytest.fixture(scope="module")
def playwright(chromium):
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as started:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield started


@pytest.fixture
def line(town):
    line = Line(town)
    yield line
    line.end()


@pytest.fixture
def phone(playwright, chromium, line, tmp_path):
    phone = Phone(playwright, chromium, tmp_path / "profile", f"http://127.0.0.1:{line.port}")
    yield phone
    phone.close()
    assert phone.said == []


@pytest.fixture
def round_of(home, request):
    """``round_of(4)``: a new round with four places of the inspector; the one before has ended."""

    def make(count: int, user: str = "inspector") -> dict:
        name = f"{request.node.name[:60]} {count}"
        return ground(home, "begin", name, count, user)

    return make


def rate(page, place: int, result: int) -> int:
    """A finding with a photo and words at the n-th criterion of the list; how many taps it took."""
    taps = 0

    def tap(selector: str) -> None:
        nonlocal taps
        page.click(selector)
        taps += 1

    tap(f".criterion >> nth={place} >> a.row")
    tap(f".grading .choice-one >> nth={result}")
    tap(".foot .btn >> nth=0")
    page.wait_for_selector(".shutter:not(:disabled)")
    tap(".shutter")
    page.wait_for_selector(".photos img[src]")
    tap(".finding .chips .chip >> nth=0")
    page.evaluate("window.__before = location.hash")
    tap(".foot .btn.primary")
    page.wait_for_function("() => location.hash !== window.__before")
    return taps


def test_a_round_is_walked_without_signal_and_everything_arrives_once(home, phone, line, round_of):
    facts = round_of(4)
    phone.first_time()
    line.cut()
    phone.context.set_offline(True)
    phone.reopen()  # the page itself comes from the phone
    page = phone.page
    assert page.locator(".offline").count() == 1
    phone.begin()
    assert rate(page, 0, -1) <= MOST_TAPS
    phone.go(page.evaluate("location.hash.replace(/\\/[^/]+$/, '')"))
    page.wait_for_selector(".criterion")
    phone.all_in_order_and_finish()
    for _ in range(2):
        phone.begin()
        phone.all_in_order_and_finish()
    page.wait_for_selector(".next-stop")
    page.click(".next-stop .btn >> nth=2")  # cannot go
    page.click("dialog.sheet[open] .chip >> nth=1")
    page.click("dialog.sheet[open] footer .btn.primary")
    page.wait_for_selector("dialog.sheet", state="detached")
    assert page.locator(".next-stop").count() == 0
    phone.wait_for_states(*["待上传"] * 4)
    phone.reopen()  # a day later, still without signal
    phone.wait_for_states(*["待上传"] * 4)
    line.mend()
    phone.context.set_offline(False)
    phone.wait_for_states(*["已上传"] * 4)
    told = ground(home, "stored", facts["round"])
    assert (told["visits"], told["done"], told["photos"], told["skipped"]) == (3, 3, 1, ["正在施工"])
    assert told["sites"] == sorted(facts["sites"][:3])
    assert len(told["findings"]) == 1 and told["findings"][0]["note"]
    phone.reopen()
    phone.wait_for_states(*["已上传"] * 4)
    again = ground(home, "stored", facts["round"])
    assert again | {"ages": None} == told | {"ages": None}


def test_a_phone_that_dies_gives_back_the_draft_as_it_was(phone, round_of):
    facts = round_of(2)
    phone.first_time()
    page = phone.page
    phone.begin()
    rate(page, 0, -1)
    page.wait_for_timeout(500)  # the next criterion has come in
    page.click(".grading .choice-one >> nth=-1")
    page.fill("textarea.input", "北门两处破损")
    page.wait_for_function("() => !document.querySelector('.busy')")
    page.wait_for_timeout(300)
    where = page.evaluate("location.hash")
    phone.kill()
    phone.start()
    phone.reopen()
    page = phone.page
    page.wait_for_selector(".grading")
    assert page.evaluate("location.hash") == where
    assert page.input_value("textarea.input") == "北门两处破损"
    assert page.locator(".grading .choice-one >> nth=-1").get_attribute("aria-checked") == "true"
    phone.go(re.sub(r"/[^/]+$", "", where))
    page.wait_for_selector(".criterion .badge")
    assert page.locator(".criterion .badge").count() == 2
    assert facts["names"][0] in page.inner_text("h1")


def noise(tmp_path, side: int = 1400):
    """A photo of about two megabytes, different each time."""
    from PIL import Image

    path = tmp_path / "noise.jpg"
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(path, "JPEG", quality=80)
    return path


def test_a_photo_goes_on_at_the_byte_after_the_line_was_cut_and_the_phone_killed(home, phone, line, round_of, tmp_path):
    facts = round_of(1)
    phone.first_time()
    page = phone.page
    phone.go("#/me")
    page.locator("label.toggle input").nth(1).check()  # originals
    phone.begin()
    page.click(".criterion >> nth=0 >> a.row")
    page.click(".grading .choice-one >> nth=-1")
    with page.expect_file_chooser() as chosen:
        page.click(".photos .add")
    chosen.value.set_files(noise(tmp_path))
    page.wait_for_selector(".photos img[src]")
    page.wait_for_timeout(300)
    line.limit = 700_000
    phone.go(re.sub(r"/[^/]+$", "", page.evaluate("location.hash")))
    page.wait_for_selector(".criterion")
    phone.all_in_order_and_finish()
    until = 100
    while not line.broken and until:
        page.wait_for_timeout(200)
        until -= 1
    assert line.broken, "the photo was not on its way"
    page.wait_for_timeout(500)
    phone.kill()
    before = len(line.asked)
    line.mend()
    phone.start()
    phone.reopen()
    phone.wait_for_states("已上传")
    later = [(first, headers) for first, headers in line.asked[before:] if "/evidence/uploads/" in first]
    assert later[0][0].startswith("HEAD "), "the phone asks how far it came"
    offsets = [int(headers["upload-offset"]) for first, headers in later if first.startswith("PATCH ")]
    assert offsets[0] >= 256 * 1024, "nothing that arrived is sent again"
    assert not [first for first, _ in later if first.startswith("POST ")], "no upload is begun anew"
    assert ground(home, "stored", facts["round"])["photos"] == 1


def finished_without_signal(phone, line) -> None:
    """The first place of the route, all in order, while the line is cut."""
    line.cut()
    phone.begin()
    phone.all_in_order_and_finish()


def test_a_place_that_was_taken_off_is_asked_about_and_the_choice_is_kept(home, phone, line, round_of):
    facts = round_of(2)
    phone.first_time()
    finished_without_signal(phone, line)
    ground(home, "take-off", facts["round"], facts["sites"][0])
    line.mend()
    phone.wait_for_states("需您选择")
    phone.page.click("main .list a")
    phone.page.wait_for_selector(".card .btn")
    labels = phone.page.locator(".card .btn").all_inner_texts()
    assert len(labels) == 2, "keep it, or drop it"
    phone.page.click(".card .btn >> nth=0")
    phone.wait_for_states("已上传")
    assert ground(home, "stored", facts["round"])["sites"] == [facts["sites"][0]]


def test_an_entry_that_is_stuck_on_a_question_holds_up_no_other(home, phone, line, round_of):
    facts = round_of(3)
    phone.first_time()
    finished_without_signal(phone, line)
    ground(home, "take-off", facts["round"], facts["sites"][0])
    phone.begin()
    phone.all_in_order_and_finish()
    line.mend()
    phone.wait_for_states("需您选择", "已上传")
    phone.page.click("main .list a >> nth=0")
    phone.page.click(".buttons .btn.danger")
    phone.page.click("dialog.sheet[open] .btn.danger")
    phone.wait_for_states("已上传")


def test_a_sign_in_that_has_ended_keeps_the_queue_and_a_new_one_sends_it(home, phone, line, round_of):
    facts = round_of(2)
    phone.first_time()
    ground(home, "sign-out", "inspector")
    phone.begin()
    phone.all_in_order_and_finish()
    phone.page.wait_for_selector(".said .notice .btn")
    phone.begin()  # working goes on
    phone.wait_for_states("待上传")
    phone.context.clear_cookies()
    phone.page.click(".said .notice .btn")
    phone.page.wait_for_url("**/account/login/**")
    phone.sign_in()
    phone.ready()  # the sign-in opens the data: no PIN is asked again
    phone.wait_for_states("已上传")
    assert ground(home, "stored", facts["round"])["visits"] == 1


def test_a_wiped_phone_holds_nothing_and_says_so(home, phone, round_of):
    round_of(2)
    phone.first_time()
    phone.begin()
    phone.page.click(".criterion .icon-btn >> nth=0")
    ground(home, "wipe", "inspector")
    phone.page.evaluate("dispatchEvent(new Event('online'))")
    phone.page.wait_for_selector(".scene h1")
    assert "清除" in phone.page.inner_text(".scene h1")
    assert databases(phone.page) == []
    assert ground(home, "wiped", "inspector")["wiped"] >= 1


def databases(page) -> list[str]:
    """Names of the databases that hold an account's data."""
    names = page.evaluate("async () => (await indexedDB.databases()).map((one) => one.name)")
    return [name for name in names if re.fullmatch(r"chuangwen-phone-\d+", name)]


RAW = """async () => {
    const found = []
    for (const { name } of await indexedDB.databases()) {
        const told = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result) })
        const db = await told(indexedDB.open(name))
        for (const store of db.objectStoreNames) {
            const rows = await told(db.transaction(store).objectStore(store).getAll())
            for (const row of rows) {
                const walk = (value) => {
                    if (value instanceof ArrayBuffer) return new TextDecoder('utf-8').decode(value)
                    if (ArrayBuffer.isView(value)) return new TextDecoder('utf-8').decode(value)
                    if (value && typeof value === 'object') return Object.values(value).map(walk).join(' ')
                    return String(value)
                }
                found.push(`${name}/${store}: ${walk(row)}`)
            }
        }
        db.close()
    }
    return [...found, ...Object.values({ ...localStorage }), ...Object.values({ ...sessionStorage })]
}"""


def test_nothing_of_the_work_can_be_read_on_the_phone_without_the_pin(phone, round_of):
    facts = round_of(2)
    phone.first_time()
    page = phone.page
    phone.begin()
    page.click(".criterion >> nth=0 >> a.row")
    page.click(".grading .choice-one >> nth=-1")
    page.fill("textarea.input", "秘密的备注")
    page.wait_for_timeout(500)
    raw = page.evaluate(RAW)
    whole = "\n".join(raw)
    assert sum(f"chuangwen-phone-{''}" in row for row in raw) > 5, "the data is there"
    for secret in ("秘密的备注", *facts["names"], *facts["codes"], "cp_", "grade", "fieldwork.visit", PIN, "conform"):
        assert secret not in whole, f"{secret} can be read"


def test_a_wrong_pin_waits_longer_and_longer_and_a_forgotten_one_costs_nothing(phone, line, round_of):
    round_of(2)
    phone.first_time()
    finished_without_signal(phone, line)
    line.mend()
    line.cut()
    phone.open()
    for _ in range(4):
        phone.type_pin("111222")
        phone.page.wait_for_selector(".pin-said.tone-bad")
        phone.page.wait_for_function("() => !document.querySelector('.pin-dots .on')")
    phone.page.wait_for_selector(".pin.busy")
    assert re.search(r"\d+ 秒", phone.page.inner_text(".pin-said"))
    phone.open()
    phone.page.wait_for_selector(".pin.busy")  # a reload does not shorten it
    line.mend()
    phone.context.clear_cookies()
    phone.page.click(".scene-links .btn >> nth=0")
    phone.page.click("dialog.sheet[open] .btn.primary")
    phone.page.wait_for_url("**/account/login/**")
    phone.sign_in()
    phone.type_pin("471103")
    phone.page.wait_for_function("() => !document.querySelector('.pin-dots .on')")
    phone.type_pin("471103")
    phone.ready()
    phone.wait_for_states("已上传")
    phone.open()
    phone.type_pin("471103")
    phone.ready()


def test_another_account_on_the_phone_neither_sees_nor_sends_what_waits(home, phone, line, round_of):
    facts = round_of(2)
    phone.first_time()
    finished_without_signal(phone, line)
    phone.open()
    line.mend()
    phone.context.clear_cookies()
    phone.page.click(".scene-links .btn >> nth=1")
    phone.page.wait_for_url("**/account/login/**")
    phone.sign_in("clerk")
    phone.type_pin()
    phone.page.wait_for_function("() => !document.querySelector('.pin-dots .on')")
    phone.type_pin()
    phone.ready()
    assert phone.states() == []
    phone.go("#/me")
    phone.page.wait_for_selector(".who")
    assert "1 条" in phone.page.inner_text("main"), "it is said that another account's entry waits"
    assert phone.page.locator("text=清除没有待传记录的账号数据").count() == 0, "what waits cannot be thrown away by somebody else"
    assert facts["names"][0] not in phone.page.inner_text("body")
    assert ground(home, "stored", facts["round"])["visits"] == 0
    assert len(databases(phone.page)) == 2
    phone.page.context.clear_cookies()
    phone.open()
    phone.page.click(".scene-links .btn >> nth=1")
    phone.page.wait_for_url("**/account/login/**")
    phone.sign_in()
    phone.ready()
    phone.wait_for_states("已上传")


def test_a_full_phone_says_so_at_once_and_the_draft_in_hand_is_not_lost(home, phone, round_of):
    facts = round_of(1)
    phone.first_time()
    phone.begin()
    phone.close()  # a browser that is at work remembers for half a minute how much room there was
    phone.start()
    page = phone.page
    session = phone.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": phone.address, "quotaSize": 1})
    phone.reopen()  # a phone without room opens all the same
    page.wait_for_selector(".criterion")
    page.click(".criterion .icon-btn >> nth=0")
    page.click(".criterion .icon-btn >> nth=1")
    page.wait_for_selector(".said .notice.tone-bad")
    assert "空间已满" in page.inner_text(".said")
    assert page.locator(".criterion .badge").count() == 2, "what was entered is still in hand"
    session.send("Storage.overrideQuotaForOrigin", {"origin": phone.address})  # pictures were deleted
    page.click(".criterion .icon-btn >> nth=2")
    page.wait_for_selector(".said .notice.tone-bad", state="detached")
    page.wait_for_timeout(1500)  # the first two are written when there is room, and with them the notice goes; the third after them
    phone.reopen()
    page.wait_for_selector(".criterion .badge >> nth=2")
    assert page.locator(".criterion .badge").count() == 3
    phone.all_in_order_and_finish()
    phone.wait_for_states("已上传")
    assert ground(home, "stored", facts["round"])["visits"] == 1


CLOCK = """(() => {
    const Real = Date
    window.__shift = %d
    class Moved extends Real {
        constructor(...given) { given.length ? super(...given) : super(Real.now() + window.__shift) }
        static now() { return Real.now() + window.__shift }
    }
    window.Date = Moved
    const steady = performance.now.bind(performance)
    window.__slept = 0
    performance.now = () => steady() + window.__slept
})()"""


def test_a_clock_that_is_wrong_or_set_in_between_refuses_nothing(home, phone, line, round_of):
    facts = round_of(2)
    phone.first_time()
    phone.context.add_init_script(CLOCK % (3 * 86_400_000))  # three days fast
    phone.reopen()
    finished_without_signal(phone, line)
    phone.page.evaluate("window.__shift = -5 * 86400000")  # set back by eight days while it waits
    phone.page.evaluate("dispatchEvent(new HashChangeEvent('hashchange'))")  # the route is drawn by that clock
    phone.page.wait_for_selector(".route-sum")
    phone.begin()
    phone.all_in_order_and_finish()
    line.mend()
    phone.wait_for_states("已上传", "已上传")
    told = ground(home, "stored", facts["round"])
    assert told["visits"] == 2
    assert all(abs(seconds) < 300 for seconds in told["ages"]), "the times are those of the server's clock"
    phone.page.click("main .list a >> nth=0")
    assert phone.page.locator("main .notice.tone-warn").count() == 1, "the wrong clock is mentioned"


def test_the_app_locks_itself_after_five_minutes_out_of_sight_and_not_before(phone, round_of):
    round_of(1)
    phone.first_time()
    phone.context.add_init_script(CLOCK % 0)
    phone.reopen()
    page = phone.page
    hide = """(hidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
        document.dispatchEvent(new Event('visibilitychange'))
    }"""
    page.evaluate(hide, True)
    page.evaluate("window.__slept += 4 * 60000")
    page.evaluate(hide, False)
    page.wait_for_timeout(400)
    assert page.locator(".pin").count() == 0
    page.evaluate(hide, True)
    page.evaluate("window.__slept += 6 * 60000")
    page.evaluate(hide, False)
    page.wait_for_selector(".pin")


def test_a_package_that_was_edited_meanwhile_keeps_the_draft_and_asks_what_holds(home, phone, line, round_of):
    facts = round_of(2)
    phone.first_time()
    page = phone.page
    phone.begin()
    page.click(".criterion .icon-btn >> nth=0")
    item = re.search(r"/i(\d+)", page.locator(".criterion a").first.get_attribute("href"))
    assert item
    line.cut()
    ground(home, "reword", item[1], "改过的标准：每二百米不少于三处")
    line.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("text=改过的标准")
    assert page.locator(".criterion .badge").count() == 1, "the draft is kept"
    phone.all_in_order_and_finish()
    phone.wait_for_states("需您选择")
    page.click("main .list a")
    page.click(".card .btn >> nth=0")
    phone.wait_for_states("已上传")
    assert ground(home, "stored", facts["round"])["visits"] == 1


def test_what_is_exported_holds_everything_and_can_be_read_elsewhere(phone, line, round_of, tmp_path):
    round_of(1)
    phone.first_time()
    line.cut()
    phone.begin()
    rate(phone.page, 0, -1)
    phone.go(re.sub(r"/[^/]+$", "", phone.page.evaluate("location.hash")))
    phone.page.wait_for_selector(".criterion")
    phone.all_in_order_and_finish()
    phone.wait_for_states("待上传")
    with phone.page.expect_download() as saved:
        phone.page.click(".buttons .btn >> nth=1")
    path = tmp_path / "out.zip"
    saved.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        told = json.loads(archive.read("entries.json"))
        entry = told["entries"][0]
        assert entry["kind"] == "fieldwork.visit" and entry["data"]["items"][0]["note"]
        photo = entry["photos"][0]
        import hashlib

        assert hashlib.sha256(archive.read(photo["file"])).hexdigest() == photo["sha256"]
