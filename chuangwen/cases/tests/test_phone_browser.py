"""The liaison's and the patrol's screens in a real browser the size of a phone, with a camera, without signal and with."""

from contextlib import suppress

import pytest
from django.db import OperationalError

from chuangwen.cases import actions
from chuangwen.cases.errors import Incomplete
from chuangwen.cases.models import Case, CaseEvent, State
from chuangwen.cases.tests.loop import Loop
from chuangwen.cases.tests.phone_screens import SMALL, Handset, handset, with_camera
from chuangwen.cases.tests.pictures import jpeg
from chuangwen.evidence.actions import take_in
from chuangwen.people.models import Post
from chuangwen.testing.factories import LONG_AGO

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HERE = (21.66, 110.92)


@pytest.fixture(scope="module")
def browser(chromium):
    yield from with_camera(chromium)


@pytest.fixture
def loop(town):
    return Loop(town)


@pytest.fixture
def phone(town, live_server, settings, browser):
    """``phone("liaison")`` is a phone that this person has just opened for the first time."""
    settings.DEBUG = True
    opened: list[Handset] = []

    def make(role: str, address: str = "#/", **more) -> Handset:
        found = handset(browser, town.accounts[role], live_server.url, **more)
        opened.append(found)
        found.open(address)
        return found

    yield make
    for found in opened:
        found.put_away()
    assert [said for found in opened for said in found.said] == []


def pictured(loop: Loop, **more) -> Case:
    """A dispatched case with a real photo of how it was."""
    photo = take_in(loop.actors["grid_worker"], jpeg(7))
    case = loop.report(before_photos=[photo.pk], **more)
    return loop.do("dispatch", case)


def wait_sent(found: Handset) -> None:
    found.page.wait_for_function("() => !document.querySelector('nav.tabs .count.alarm')")


def until(check, found: Handset, *, tries: int = 60):
    """Wait until the database says so; the server works in another thread."""
    for _ in range(tries):
        with suppress(OperationalError):  # SQLite in memory, while the server writes
            if value := check():
                return value
        found.page.wait_for_timeout(250)
    raise AssertionError("it did not come")


def test_a_liaison_answers_with_a_photo_in_six_taps_without_signal_and_it_is_sent_when_there_is_one(loop, phone):
    case = pictured(loop)
    liaison = phone("liaison", "#/cases")
    page = liaison.page
    page.wait_for_selector(f"[data-case='{case.pk}'] img")
    page.wait_for_timeout(3500)  # the photos come along by themselves
    liaison.offline()
    page.click(f"[data-case='{case.pk}']")
    page.click("text=拍照报送整改")
    page.wait_for_selector(".viewfinder .overlay")
    strength = page.locator(".viewfinder input[type=range]")
    strength.fill("80")
    assert page.locator(".viewfinder .overlay").evaluate("one => one.style.opacity") == "0.8"
    liaison.shoot()
    page.wait_for_selector(".case-pair figure >> nth=1")
    assert page.locator(".foot .btn.primary").is_disabled()
    page.click(".sentences .chip >> nth=0")
    page.click(".foot .btn.primary")
    page.wait_for_selector("text=本机已办")
    card = page.inner_text(f"[data-case='{case.pk}']")
    assert ("待发送" in card or "发送中" in card) and Case.objects.get(pk=case.pk).state == State.DISPATCHED, (
        "what has not arrived is not shown as done"
    )
    liaison.offline(False)
    until(lambda: Case.objects.get(pk=case.pk).state == State.SUBMITTED, liaison)
    case.refresh_from_db()
    assert case.measure == "已清理干净" and case.photo_links.filter(stage="after").count() == 1


def test_what_was_begun_is_there_after_the_phone_died(loop, phone):
    case = pictured(loop)
    liaison = phone("liaison", f"#/case/{case.pk}")
    page = liaison.page
    page.click("text=拍照报送整改")
    liaison.shoot()
    page.click(".sentences .chip >> nth=1")
    page.wait_for_timeout(500)
    page.reload()
    liaison.type_pin()
    page.wait_for_selector(".case-pair figure >> nth=1")
    assert page.locator("textarea").input_value() == "已清除并冲洗"
    page.click("text=重拍")
    liaison.shoot()
    page.wait_for_timeout(500)
    assert page.locator(".case-pair figure").count() == 2


def test_a_case_that_was_closed_meanwhile_asks_and_becomes_a_remark(loop, phone):
    case = pictured(loop)
    liaison = phone("liaison", f"#/case/{case.pk}")
    page = liaison.page
    page.wait_for_selector(".case-what")
    liaison.offline()
    page.click("text=拍照报送整改")
    liaison.shoot()
    page.click(".sentences .chip >> nth=0")
    page.click(".foot .btn.primary")
    for verb in ("sign_for", "submit", "verify", "close"):
        loop.do(verb, case, loop.actors["unit_head"] if verb in ("sign_for", "submit") else None)
    liaison.offline(False)
    page.wait_for_selector("nav.tabs .count.alarm")
    page.click("nav.tabs a[href='#/queue']")
    page.click("main .row")
    assert case.number in page.inner_text("main .notice")
    page.click("text=改为备注")
    event = until(lambda: CaseEvent.objects.filter(case=case, verb="comment").first(), liaison)
    assert event.photo_links.count() == 1 and Case.objects.get(pk=case.pk).state == State.CLOSED


def test_an_answer_that_was_not_taken_comes_back_with_its_photo_to_be_changed(loop, phone, monkeypatch):
    case = pictured(loop)
    liaison = phone("liaison", f"#/case/{case.pk}")
    page = liaison.page
    page.wait_for_selector(".case-what")
    liaison.offline()
    page.click("text=拍照报送整改")
    liaison.shoot()
    page.click(".sentences .chip >> nth=0")
    page.click(".foot .btn.primary")

    def refusing(*_given, **_more):
        raise Incomplete("这样不行", field="measure")

    with monkeypatch.context() as patch:
        patch.setattr(actions, "submit", refusing)
        liaison.offline(False)
        page.wait_for_selector("nav.tabs .count.alarm")
        assert "未被接收" in page.inner_text(f"[data-case='{case.pk}']")
    page.click("nav.tabs a[href='#/queue']")
    page.click("main .row")
    page.click("main .btn.primary")
    page.wait_for_selector(".case-pair figure >> nth=1")
    page.fill("textarea", "已重新清理")
    page.click(".foot .btn.primary")
    until(lambda: Case.objects.get(pk=case.pk).state == State.SUBMITTED, liaison)
    assert Case.objects.get(pk=case.pk).measure == "已重新清理"


def test_who_is_liaison_and_grid_worker_has_both(loop, grid, phone):
    town = loop.town
    Post.objects.create(
        person=town.accounts["liaison"].person, unit=town.units["community"], kind=Post.Kind.GRID_WORKER,
        role=town.roles["grid_worker"], grid=grid, starts_on=LONG_AGO,
    )  # fmt: skip
    both = phone("liaison", "#/")
    both.page.wait_for_selector("text=第1网格巡查")
    tabs = both.page.locator("nav.tabs a").all_inner_texts()
    assert any("本单位问题" in tab for tab in tabs) and any("巡查" in tab for tab in tabs)


def test_time_is_asked_for_and_what_is_not_ours_goes_back(loop, phone):
    case, other = pictured(loop), loop.do("dispatch", loop.report(kind=loop.town.kinds["parking"]))
    liaison = phone("liaison", f"#/case/{case.pk}")
    page = liaison.page
    page.click("[aria-label=更多操作]")
    page.click("dialog .row:has-text('申请延期')")
    page.click("dialog .choice-one[data-value='5']")
    page.click("dialog .stepper [aria-label=加一天]")
    page.click("dialog .chip:has-text('需采购材料')")
    page.click("dialog .btn.primary")
    until(lambda: Case.objects.get(pk=case.pk).extension_asked == 6, liaison)

    liaison.go(f"#/case/{other.pk}")
    page.wait_for_selector(f"header.top h1:has-text('{other.number}')")
    page.click("[aria-label=更多操作]")
    page.click("dialog .row:has-text('拒签')")
    page.click("dialog .chip >> nth=0")
    page.fill("dialog input[type=search]", "scjd")
    page.click("dialog .row:has-text('市场监督局')")
    page.click("dialog .btn.danger")
    until(lambda: Case.objects.get(pk=other.pk).state == State.REFUSED, liaison)
    assert "市场监督局" in CaseEvent.objects.get(case=other, verb="refuse").note


def test_signed_for_without_signal_is_shown_as_on_its_way(loop, phone):
    case = pictured(loop)
    liaison = phone("liaison", f"#/case/{case.pk}")
    page = liaison.page
    page.wait_for_selector("text=签收")
    liaison.offline()
    page.click(".foot >> text=签收")
    page.wait_for_selector(".list .row:has-text('签收'):has-text('待发送')")
    assert page.locator(".foot >> text=签收").count() == 0
    liaison.offline(False)
    until(lambda: Case.objects.get(pk=case.pk).state == State.RECTIFYING, liaison)


@pytest.fixture
def grid(town):
    lon, lat = 110.92, 21.66
    ring = [[lon - 0.004, lat - 0.004], [lon + 0.004, lat - 0.004], [lon + 0.004, lat + 0.004], [lon - 0.004, lat + 0.004],
            [lon - 0.004, lat - 0.004]]  # fmt: skip
    town.grid.outline = {"type": "Polygon", "coordinates": [ring]}
    town.grid.save()
    Post.objects.filter(person=town.accounts["grid_worker"].person).update(grid=town.grid)
    return town.grid


def test_solved_on_the_spot_before_after_kind_done_without_signal(loop, grid, phone):
    worker = phone("grid_worker", "#/patrol", where=HERE)
    page = worker.page
    page.wait_for_selector(".patrol-begin .btn")
    worker.offline()
    page.click(".patrol-begin .btn")
    worker.shoot()
    page.wait_for_selector("text=已整改，拍整改后照片")
    assert loop.town.sites[0].name in page.inner_text("main"), "the site is the one where the photo was taken"
    page.click("header .icon-btn >> nth=0")
    page.wait_for_function("() => document.querySelector('.row-lead img')?.complete")
    assert page.locator(".row-lead img").bounding_box()["width"] <= 70, "what was begun is a line and no large picture"
    assert page.locator(".row:has(.row-lead) .row-title").bounding_box()["width"] >= 90
    page.click(".row:has(.row-lead)")
    page.click("text=已整改，拍整改后照片")
    page.wait_for_selector(".viewfinder .overlay")
    worker.shoot()
    page.click(".chip.kind:has-text('乱贴小广告')")
    page.click(".foot .btn.primary:has-text('当场解决')")
    page.wait_for_selector(".badge:has-text('待发送')")
    assert not Case.objects.exists()
    worker.offline(False)
    case = until(lambda: Case.objects.filter(state=State.CLOSED).first(), worker)
    assert case.solved_on_spot and case.site == loop.town.sites[0] and case.kind == loop.town.kinds["sticker"]
    assert sorted(case.photo_links.values_list("stage", flat=True)) == ["after", "before"] and case.measure
    assert abs(case.lat - HERE[0]) < 1e-4


def test_what_is_reported_already_is_said_before_it_is_reported_again(loop, grid, phone):
    open_case = loop.report(loop.clerk)
    closed = loop.at(State.CLOSED, kind=loop.town.kinds["parking"])
    worker = phone("grid_worker", "#/patrol", where=HERE)
    page = worker.page
    page.click(".patrol-begin .btn")
    worker.shoot()
    page.click(".chip.kind:has-text('机动车乱停放')")
    page.wait_for_selector(f".notice:has-text('{closed.number}')")
    page.click(".chip.kind:has-text('乱贴小广告')")
    page.wait_for_selector(f".notice:has-text('{open_case.number}')")
    page.click("text=是同一件，补充我的照片")
    event = until(lambda: CaseEvent.objects.filter(case=open_case, verb="comment").first(), worker)
    assert event.photo_links.count() == 1 and Case.objects.count() == 2


def test_a_reported_problem_is_found_by_first_letters_and_reported_with_its_site_chosen(loop, grid, phone):
    worker = phone("grid_worker", "#/patrol")
    page = worker.page
    page.click(".patrol-begin .btn")
    worker.shoot()
    page.fill(".kinds input[type=search]", "lmps")
    page.click(".chip.kind:has-text('路面破损')")
    page.click("text=请选择位置")
    page.fill("dialog input[type=search]", "主次")
    page.click("dialog .list .row >> nth=0")
    page.click(".foot .btn.primary:has-text('上报创文办')")
    case = until(lambda: Case.objects.first(), worker)
    assert (case.kind, case.site, case.state) == (loop.town.kinds["paving"], loop.town.sites[0], State.REPORTED)
    assert case.lat == loop.town.sites[0].lat and case.photo_links.get().stage == "before"


def test_an_open_problem_of_the_grid_is_put_right_by_the_worker(loop, grid, phone):
    photo = take_in(loop.clerk, jpeg(9))
    case = loop.report(loop.clerk, before_photos=[photo.pk])
    worker = phone("grid_worker", "#/patrol")
    page = worker.page
    page.click(".choice-one[data-value=map]")
    page.wait_for_selector(".map .leaflet-marker-icon")
    assert page.locator(".map path").count() >= 1, "the outline of the grid"
    page.click(".map .leaflet-marker-icon")
    page.wait_for_selector(f"header.top h1:has-text('{case.number}')")
    page.click(".foot .btn.primary")
    worker.shoot()
    page.wait_for_selector(".sentences .chip[aria-pressed=true]")  # a sentence that fits the kind stands there, to be changed
    page.click(".foot .btn.primary:has-text('当场解决')")
    until(lambda: Case.objects.get(pk=case.pk).state == State.CLOSED, worker)


def test_no_position_is_asked_for_but_for_a_finding(loop, grid, phone):
    worker = phone("grid_worker", "#/", where=HERE)
    page = worker.page
    page.evaluate("""() => {
      window.asked = []; const real = navigator.geolocation;
      Object.defineProperty(navigator, 'geolocation', { value: {
        getCurrentPosition: (...given) => { window.asked.push('once'); real.getCurrentPosition(...given); },
        watchPosition: () => { window.asked.push('watch'); },
      } });
    }""")
    for address in ("#/patrol", "#/", "#/queue", "#/me", "#/patrol"):
        worker.go(address)
        page.wait_for_timeout(200)
    assert page.evaluate("window.asked") == []
    page.click(".patrol-begin .btn")
    worker.shoot()
    page.wait_for_selector(".kinds")
    assert page.evaluate("window.asked") == ["once"]


@pytest.mark.parametrize(
    ("size", "large"), [pytest.param(None, False, marks=pytest.mark.long), (SMALL, True)], ids=["phone", "small and large letters"]
)
def test_everybody_can_use_the_screens(loop, grid, phone, size, large):
    from axe_playwright_python.sync_playwright import Axe

    case = pictured(loop, description="机动车占用人行道停放，盲道被完全阻断，行人须绕行机动车道，" * 3)
    actions.send_back(loop.clerk, case_id=loop.do("submit", case).pk, reason="照片与现场不符")
    open_case = loop.report(loop.clerk, site=loop.town.sites[2])
    more = {"size": size} if size else {}
    for role, addresses in {
        "liaison": ["#/", "#/cases", f"#/case/{case.pk}", f"#/case/{case.pk}/answer"],
        "grid_worker": ["#/", "#/patrol", f"#/patrol/case/{open_case.pk}"],
    }.items():
        found = phone(role, "#/", **more)
        page = found.page
        if large:
            page.evaluate("document.documentElement.classList.add('large')")
        for address in addresses:
            found.go(address)
            page.wait_for_timeout(500)
            assert found.is_narrow(), address
            serious = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
            assert [(one["id"], one["nodes"][0]["target"]) for one in serious] == [], address


def test_what_is_near_and_what_is_the_same_is_decided_on_the_phone(live_server, browser):
    page = browser.new_page()
    page.goto(f"{live_server.url}/phone/")
    said = page.evaluate("""async () => {
      const { nearest, alike, closedBefore, areaAt } = await import("/static/cases/phone/near.js");
      const metres = (a, b) => Math.hypot((a.lat - b.lat) * 111_000, (a.lon - b.lon) * 103_000);
      const at = (north, more) => ({ lat: 21.66 + north / 111_000, lon: 110.92, ...more });
      const square = (side) => ({ type: "Polygon", coordinates: [[[0, 0], [side, 0], [side, side], [0, side], [0, 0]]] });
      const holed = { type: "Polygon", coordinates: [square(10).coordinates[0], [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]]] };
      const grids = [{ id: 1, parent: null, outline: square(10) }, { id: 2, parent: 1, outline: square(2) },
        { id: 3, parent: 1, outline: null }];
      const rows = [at(0, { id: 1, kind: 7, site: 5 }), at(30, { id: 2, kind: 8, site: null }),
        { id: 3, kind: 9, site: null, lat: null, lon: null }];
      const here = at(0);
      return {
        near: nearest([at(60, { id: "far" }), at(20, { id: "close" }), { id: "nowhere", lat: null, lon: null }], here, metres)?.id,
        none: nearest([at(100, { id: "far" })], here, metres),
        unsure: nearest([at(100, { id: "far" })], { ...here, accuracy: 120 }, metres)?.id,
        lost: nearest([at(900, { id: "far" })], { ...here, accuracy: 5000 }, metres),
        site: alike(rows, { kind: 7, site: 5, where: null }, metres)?.id,
        other_site: alike(rows, { kind: 7, site: 6, where: here }, metres),
        point: alike(rows, { kind: 8, site: 5, where: here }, metres)?.id,
        far: alike(rows, { kind: 8, site: null, where: at(120) }, metres),
        nowhere: alike(rows, { kind: 9, site: null, where: here }, metres),
        closed: closedBefore([{ number: "b", site: 5, kind: 7 }, { number: "a", site: 5, kind: 7 }], { site: 5, kind: 7 })?.number,
        small: areaAt({ grids, by_grid: true }, { lat: 1, lon: 1 })?.id,
        large: areaAt({ grids, by_grid: true }, { lat: 5, lon: 5 })?.id,
        outside: areaAt({ grids, by_grid: true }, { lat: 50, lon: 50 })?.id,
        unknown: areaAt({ grids, by_grid: false }, { lat: 50, lon: 50 }),
        hole: areaAt({ grids: [{ id: 9, parent: null, outline: holed }], by_grid: false }, { lat: 5, lon: 5 }),
      };
    }""")
    page.close()
    assert said == {
        "near": "close", "none": None, "unsure": "far", "lost": None, "site": 1, "other_site": None, "point": 2, "far": None,
        "nowhere": None, "closed": "b", "small": 2, "large": 1, "outside": 1, "unknown": None, "hole": None,
    }  # fmt: skip
