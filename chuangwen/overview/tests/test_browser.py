"""The three pages in a real browser: one phone screen, one sheet of paper, a slider for the keyboard, a screen that outlives silence."""

import io

import pytest

from tests.demo_server import filled, served
from tests.test_pages_in_browser import Looked, signed_in

pytestmark = pytest.mark.browser
PHONE, DESK, WALL = (390, 844), (1440, 900), (1920, 1080)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    with served(filled(tmp_path_factory)) as address:
        yield address


@pytest.fixture
def leader(town, browser):
    contexts = []

    def open_at(size, path):
        context, page = signed_in(browser, town, "leader", size)
        contexts.append(context)
        page.goto(f"{town}{path}", wait_until="networkidle")
        return page

    yield open_at
    for context in contexts:
        context.close()


def bottom_of(page, selector: str) -> float:
    return page.eval_on_selector(selector, "element => element.getBoundingClientRect().bottom")


def test_where_we_stand_what_changed_what_is_late_what_to_sign_and_what_would_help_fit_one_phone_screen(leader):
    page = leader(PHONE, "/leader/")
    visible = 844 - page.eval_on_selector(".cw-bottom", "element => element.offsetHeight")
    for part in ("standing", "week", "late", "sign", "help"):
        assert 0 < bottom_of(page, f".cw-lead-{part}") <= visible, part
    waiting = page.locator(".cw-lead-sign li")
    page.click(".cw-lead-sign .cw-count")
    assert waiting.count() > 2 and all(one.is_visible() for one in waiting.all())


def test_the_leaders_page_prints_on_one_sheet(leader):
    from pypdf import PdfReader

    page = leader(DESK, "/leader/")
    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(sheets) == 1
    assert [round(float(side) / 72 * 25.4) for side in sheets[0].mediabox[2:]] == [210, 297]


@pytest.mark.parametrize(
    ("size", "path"),
    [(DESK, "/leader/"), (PHONE, "/leader/"), (DESK, "/map/"), (DESK, "/map/?layer=areas"), (PHONE, "/map/"), (WALL, "/wall/")],
)
@pytest.mark.parametrize("large", [pytest.param(False, marks=pytest.mark.long), True])
def test_nothing_serious_is_found_also_with_large_letters(town, leader, size, path, large):
    page = leader(size, "/")
    if large:
        page.context.add_cookies([{"name": "large_text", "value": "1", "url": town}])
    looked = Looked(page, "large" if large else "plain")
    looked.at(f"{town}{path}", "leader")
    assert looked.wrong == []


def test_the_menu_of_a_phone_is_scrolled_to_its_end_and_leads_on(leader):
    page = leader(PHONE, "/cases/")
    page.click(".cw-bottom button")
    page.wait_for_selector("#side.show:not(.showing)")
    for key in ("volunteers", "system"):
        page.click(f"summary[data-nav={key}]", timeout=5000)
    page.click("details:has(summary[data-nav=system]) a >> nth=-1", timeout=5000)
    page.wait_for_url(lambda url: not url.endswith("/cases/"))
    assert page.locator("details:has(summary[data-nav=system])[open]").count() == 1


def test_the_navigation_shows_where_the_page_stands(leader):
    page = leader(DESK, "/cases/survival/")
    assert 0 < bottom_of(page, ".cw-nav [aria-current]") <= DESK[1]


def test_the_slider_is_moved_with_the_keyboard_and_keeps_its_day_in_the_address(leader):
    page = leader(DESK, "/map/")
    before = page.inner_text("[data-ground-day]")
    page.focus("#ground-slider")
    for _n in range(3):
        page.keyboard.press("ArrowLeft")
    day = page.input_value("#ground-day")
    page.wait_for_selector(f"#ground[data-shown='{day}']")
    assert page.inner_text("[data-ground-day]") != before and f"day={day}" in page.url
    assert page.get_attribute("#ground-slider", "aria-valuetext") == page.inner_text("[data-ground-day]")
    page.keyboard.press("Home")
    page.wait_for_selector(f"#ground[data-shown='{page.input_value('#ground-day')}']")
    assert page.input_value("#ground-day") == page.get_attribute("#ground-day", "min")


def test_the_big_screen_keeps_its_figures_while_the_server_is_silent_and_says_since_when(leader):
    page = leader(WALL, "/wall/")
    page.wait_for_selector("[data-wall][data-ready]")
    figures = page.inner_text(".cw-wall-figures")
    assert page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]") == [1080, 1920]
    page.route("**/wall/part/", lambda route: route.abort())
    page.evaluate("document.dispatchEvent(new Event('wall:renew'))")
    page.wait_for_selector("[data-wall-note]:not([hidden])")
    assert "没有应答" in page.inner_text("[data-wall-note]") and page.inner_text(".cw-wall-figures") == figures
    page.unroute("**/wall/part/")
    page.evaluate("document.dispatchEvent(new Event('wall:renew'))")
    page.wait_for_selector("[data-wall-note]", state="hidden")
    assert page.locator(".cw-wall-left canvas").count() == 2
