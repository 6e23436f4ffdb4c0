"""Every page of the console in a real browser, as those it is for, on a desk and on a phone: nothing in the console, nothing blocked,
nothing to scroll sideways, no English left over, nothing that axe calls serious.

Pages are found by following links from the home page of each role, in the demonstration town; the others are opened with what stands for them
in the walks. With CHUANGWEN_SCREENSHOTS=1 the pictures
of the README are taken as well.
"""

import io
import os
import re
from collections import Counter, deque
from collections.abc import Iterator
from contextvars import copy_context
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.urls import Resolver404, resolve

from chuangwen.demo.filling.people import PASSWORD
from chuangwen.kernel.access import ROLES
from chuangwen.testing.fixtures import connection_kept
from chuangwen.web.middleware import LARGE_TEXT_COOKIE
from tests.demo_server import filled, served
from tests.routes import routes
from tests.samples import samples_of
from tests.walk import Visitor
from tests.world import World, make_world

pytestmark = pytest.mark.browser

SIZES = {"desk": (1440, 900), "phone": (390, 844)}
PICTURES = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
PARTS = {
    "intake:challenge", "intake:chat-photo", "intake:desk-alike", "intake:ground", "intake:own-photo", "intake:sites",
    "cases:due", "cases:point", "cases:sites", "fieldwork:record-sites",  "mfa_download_recovery_codes", "places:branch",
    "places:outlines", "places:points", "places:site-point", "scoring:file", "scoring:outlook-repairs",
    "scoring:outlook-visits", "styleguide-places",
    "map-areas", "map-sites", "map-squares", "wall-display-outlines", "wall-display-part", "wall-outlines", "wall-part",
    "duties:feed-text", "duties:load-sheet", "duties:roster-feed",
    "duties:meeting-sheet", "duties:inspection-board", "duties:inspection-sheet",
    "duties:inspection-phones-file", "duties:inspection-phones-sheet",
}  # fmt: skip
"""Addresses that answer with data, a file or a part of a page."""
NOT_BY_LINK = {
    "intake:followed": "opened by the secret link of a report; intake/tests look at it",
    "intake:suggestion": "opened by the secret link of a suggestion; intake/tests look at it",
    "intake:contact": "linked from the page of a case whose reporter left a contact; intake/tests look at it",
    "duties:roster-private": "opened by the private link of a person; duties/rosters/tests look at it",
    "duties:roster-private-change": "opened from the private link of a person; duties/rosters/tests look at it",
    "wall-display": "opened by the secret link of a screen; overview/tests look at it",
    "papers:job": "shown while papers are drafted in numbers",
    "cases:from-round-job": "shown while very many losses are turned into cases",
    "cases:reported": "shown to who has just reported",
    "styleguide": "for whoever builds pages; it has a test of its own",
    "account_inactive": "shown to a closed account",
    "account_signup": "leads to the page to sign in",
    "mfa_authenticate": "the second step of signing in",
    "mfa_reauthenticate": "asked when the second step is older than a quarter of an hour",
    "account_reauthenticate": "asked when the password is older than a quarter of an hour",
    "mfa_deactivate_totp": "for who has a second factor",
    "mfa_view_recovery_codes": "for who has a second factor",
    "mfa_generate_recovery_codes": "for who has a second factor",
}
"""Pages that no link in the demonstration town leads to: each with the reason."""
LATIN = re.compile(r"[A-Za-z]{4,}")
ALLOWED = {
    "Word", "Excel", "WGS", "xlsx", "docx", "JSON", "json", "CSRF", "SHA", "Ed25519", "UUID", "HTML", "TOTP", "BD", "GCJ", "CGCS", "SM3",
    "JPEG", "PNG", "WebP", "HEIC", "English", "Bearer", "Authorization", "https", "http", "REST", "OpenAPI", "geojson", "GeoJSON", "Hedong",
    "Chuangwen", "cwscore", "cwappraisal", "AGPL", "JetBrains", "Webhook", "Apprise", "HTTP", "jurisdiction", "Enter",
    "Wilson", "Newcombe", "Greenwood", "Kaplan", "Meier", "assessor", "duizhang", "group",
} | {part for role in ROLES for part in role.split("_")}  # fmt: skip
"""Latin words that belong there: names of formats and standards, of who found a formula, and the user names of the demonstration."""
WORDS = """() => {
    const beside = 'code, pre, kbd, samp, textarea, select, input, script, style, svg, [translate=no], .font-monospace, [hidden]'
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found = []
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement
        const text = walker.currentNode.textContent.trim()
        if (text && !element.closest(beside) && element.getClientRects().length) found.push(text)
    }
    return found
}"""


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    with served(filled(tmp_path_factory)) as address:
        yield address


CUT_OFF = """() => [...document.querySelectorAll('main .btn, main h1, main h2, main .cw-badge')].filter(one =>
    one.getClientRects().length && one.scrollWidth > one.clientWidth + 2 && getComputedStyle(one).overflow != 'visible'
).map(one => one.textContent.trim().slice(0, 40))"""
"""Buttons, titles and badges whose words do not fit."""


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href") and "download" not in given:
            self.found.append(given["href"])


def name_of(path: str) -> str:
    """What the address is called; the verbs of the loop each for itself."""
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    return f"{match.view_name} {match.kwargs['verb']}" if "verb" in match.kwargs else match.view_name


def signed_in(browser, address: str, role: str, size: tuple[int, int]):
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN", device_scale_factor=1)
    page = context.new_page()
    page.goto(f"{address}/account/login/")
    page.fill("input[name=login]", role)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit], form button[type=submit]")
    page.wait_for_url(lambda url: "/account/login/" not in url)
    return context, page


class Looked:
    """What was wrong on the pages seen so far."""

    def __init__(self, page, size: str):
        self.page, self.size, self.wrong, self.said = page, size, [], []
        page.on("console", lambda message: self.said.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def at(self, url: str, role: str) -> None:
        """Open the page and look at it."""
        from axe_playwright_python.sync_playwright import Axe

        self.said.clear()
        answer = self.page.goto(url, wait_until="networkidle")
        where = f"{self.size} {role} {urlsplit(url).path}"
        if answer is None or answer.status >= 400:
            self.wrong.append(f"{where}: answered {answer.status if answer else 'nothing'}")
            return
        self.wrong += [f"{where}: console: {text[:200]}" for text in dict.fromkeys(self.said)]
        too_wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if too_wide > 0:
            self.wrong.append(f"{where}: {too_wide} pixels to scroll sideways")
        words = {word for text in self.page.evaluate(WORDS) for word in LATIN.findall(NOT_WORDS.sub(" ", text))}
        words -= ALLOWED | BELONGS.get(name_of(urlsplit(url).path), set())
        if words and name_of(urlsplit(url).path) not in AS_RECORDED:
            self.wrong.append(f"{where}: in English: {'、'.join(sorted(words)[:8])}")
        for found in Axe().run(self.page).response["violations"]:
            if found["impact"] in ("serious", "critical"):
                self.wrong.append(f"{where}: axe {found['id']}: {found['nodes'][0]['target']} {found['nodes'][0]['html'][:160]}")


BELONGS = {
    "fieldwork:round-published": {"index", "indicators", "departments", "areas", "possible"},
    "my-account": {"Chrome", "HeadlessChrome", "Linux", "Chromium"},
    "papers:fields": {
        "back", "count", "index", "kind", "level", "name", "number", "overdue", "place", "problem", "sent", "text", "unit",
        "closed", "rate", "time", "value",
    },
    "phone:devices": {"Chrome", "HeadlessChrome", "Linux", "Chromium"},
    "intake:system-new": {"media"},
    "intake:system": {"media"},
    "places:division-edit": {"Polygon", "MultiPolygon"},
    "standards:item-new": {"count"},
    "standards:item-edit": {"count"},
}
"""Latin words of single pages: the names in a file's format, of a browser."""
AS_RECORDED = {"audit", "audit-entry"}
"""Pages that show data as they were recorded, names of columns and all."""
NOT_WORDS = re.compile(
    r"\b[0-9a-f]{4,}(-[0-9a-f]{4,})*\b|\b[\w.-]+\.(csv|xlsx|json|docx|pdf|jpg)\b|\{\w+\}|Ctrl|Open311|\bFW\w+"
    r"|\w+://\S+|chuangwen( [a-z-]+)+"
)
"""Fingerprints, names of files, the names in a pattern, keys of the keyboard, addresses, commands."""


def links_of(html: str, url: str) -> list[str]:
    reader = _Links()
    reader.feed(html)
    return [urljoin(url, link).split("#")[0] for link in reader.found]


SEEDS = ("/", "/search/?q=河东", "/account/logout/", "/account/password/forgotten/")
FETCHED = 2
"""So many records of one kind are opened to look for links; the first is looked at."""


def pages_of(context, town: str) -> Iterator[tuple[str, str]]:
    """Name and address of every page that links lead to from home, for who is signed in; each kind of page FETCHED times."""
    waiting = deque(f"{town}{seed}" for seed in SEEDS)
    known, fetched = set(waiting), Counter[str]()
    while waiting:
        url = waiting.popleft()
        name = name_of(urlsplit(url).path)
        if fetched[name] >= FETCHED:
            continue
        fetched[name] += 1
        answer = context.request.get(url, max_redirects=0)
        if not answer.headers.get("content-type", "").startswith("text/html") or answer.status in (301, 302):
            continue
        if answer.headers.get("content-disposition", "").startswith("attachment"):
            continue  # a page to keep, such as the list of telephones
        yield name, url
        for link in links_of(answer.text(), url):
            if (
                link.startswith(f"{town}/")
                and "export=" not in link
                and link not in known
                and fetched[name_of(urlsplit(link).path)] < FETCHED
            ):
                known.add(link)
                waiting.append(link)


def bring_a_sheet(page, town: str) -> None:
    """So that there is an import and a job to look at."""
    page.goto(f"{town}/imports/kinds/sites/")
    page.set_input_files(
        "main input[type=file]", {"name": "点位.xlsx", "mimeType": "application/octet-stream", "buffer": b"a sheet"}
    )
    page.click("main form button[type=submit]")
    page.wait_for_url("**/imports/runs/*/")


@pytest.fixture(scope="module")
def linked(town, browser) -> dict[str, list[tuple[str, str]]]:
    """By role, name and address of the pages that its links lead to and that no role before it reached; the home page for each."""
    found: dict[str, list[tuple[str, str]]] = {}
    seen = {"account_login"}
    for role in ROLES:
        context, page = signed_in(browser, town, role, SIZES["desk"])
        if role == "clerk":
            bring_a_sheet(page, town)
        found[role] = []
        for name, url in pages_of(context, town):
            if name not in seen or name == "home":
                seen.add(name)
                found[role].append((name, url))
        context.close()
    return found


@pytest.mark.parametrize("size", SIZES)
def test_every_page_that_links_lead_to_is_sound_for_those_it_is_for(town, browser, linked, size):
    wrong: list[str] = []
    context = browser.new_context(viewport={"width": SIZES[size][0], "height": SIZES[size][1]}, locale="zh-CN")
    looked = Looked(context.new_page(), size)
    looked.at(f"{town}/account/login/", "nobody")
    context.close()
    wrong += looked.wrong
    for role in ROLES:
        context, page = signed_in(browser, town, role, SIZES[size])
        looked = Looked(page, size)
        for _name, url in linked[role]:
            looked.at(url, role)
        wrong += looked.wrong
        context.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.long
def test_pages_of_volunteers_fit_a_phone_in_large_type(town, browser, linked):
    """Old people read them: nothing to scroll sideways, no button whose words are cut off."""
    wrong, count = [], 0
    for role in ROLES:
        context, page = signed_in(browser, town, role, SIZES["phone"])
        context.add_cookies([{"name": LARGE_TEXT_COOKIE, "value": "1", "url": town}])
        for name, url in linked[role]:
            if not name.startswith("volunteers:"):
                continue
            count += 1
            page.goto(url, wait_until="load")
            if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
                wrong.append(f"{role} {urlsplit(url).path}: to scroll sideways")
            wrong += [f"{role} {urlsplit(url).path}: cut off: {text}" for text in page.evaluate(CUT_OFF)]
        context.close()
    assert not wrong, "\n".join(wrong)
    assert count > 60


@pytest.mark.parametrize("size", SIZES)
def test_pages_that_no_link_in_the_town_leads_to_are_sound_with_what_stands_for_them(db, browser, linked, size):
    """Forms of states that the town does not have today, pages behind secret links: opened with the samples of the walks (tests/samples.py)."""
    with connection_kept():
        looked_at_in_the_world(make_world(), browser, linked, size)


def looked_at_in_the_world(world: World, browser, linked, size: str) -> None:
    reached = {name for pages in linked.values() for name, _url in pages}
    visitors = {role: Visitor(world.here, role) for role in ROLES} | {"nobody": Visitor(None, "nobody")}
    wrong, count = [], 0
    for route in routes():
        if not is_page(route) or route.name in reached | PARTS | set(NOT_BY_LINK):
            continue
        for verb, sample in samples_of(route).items():
            role, path = opened(visitors, route, sample, world.here)
            if role is None:
                continue
            count += 1
            context = browser.new_context(viewport={"width": SIZES[size][0], "height": SIZES[size][1]}, locale="zh-CN")
            page = context.new_page()
            page.route("**/*", answered_by(visitors[role]))
            looked = Looked(page, size)
            looked.at(f"http://localhost{path}", f"{role} {route.name} {verb}".strip())
            wrong += looked.wrong
            context.close()
    assert not wrong, "\n".join(wrong)
    assert count > 30


def opened(visitors, route, sample, place) -> tuple[str | None, str]:
    """The first role for which the address answers with a whole page, and the path; none where it answers with data, a file, a part of a
    page, or leads elsewhere."""
    for role, visitor in visitors.items():
        answer = visitor.ask(route, "GET", sample, place, "clerk" if role == "nobody" else role)
        if answer.status_code == 200 and answer.headers.get("content-type", "").startswith("text/html"):
            if answer.streaming or answer.headers.get("content-disposition") or b"<html" not in answer.content[:500]:
                return None, ""
            query = f"?{urlencode(sample.query(place))}" if sample.query else ""
            return role, route.url(sample.find(place, "clerk" if role == "nobody" else role)) + query
    return None, ""


def answered_by(visitor):
    """What the browser asks for is answered by the program in this process, as this visitor, out of the transaction of the test: in the context
    of the test, for its connection to the database is found there."""
    context = copy_context()

    def answer(asked) -> None:
        parts = urlsplit(asked.request.url)
        if parts.path.startswith("/static/"):
            found = finders.find(parts.path.removeprefix("/static/"))
            asked.fulfill(path=found) if found else asked.fulfill(status=404)
            return
        told = context.run(visitor.client.get, f"{parts.path}?{parts.query}" if parts.query else parts.path)
        body = b"".join(told.streaming_content) if told.streaming else told.content
        asked.fulfill(status=told.status_code, headers=dict(told.headers), body=body)

    return answer


def is_page(route) -> bool:
    """Whether the address is a page to look at: it takes GET, and its name is no file's and no part's."""
    view = getattr(route.view, "view_class", None)
    return not route.api and view is not None and hasattr(view, "get") and "get" in view.http_method_names


def first_link(page, town: str, path: str, pattern: str) -> str:
    """The first address of this pattern that a page links to."""
    page.goto(f"{town}{path}", wait_until="networkidle")
    found = [link for link in links_of(page.content(), page.url) if re.search(pattern, urlsplit(link).path)]
    assert found, f"{path} links to nothing like {pattern}"
    return found[0]


SHOT_SIZES = SIZES | {"wall": (1920, 1080)}
SHOTS = {
    "home-desktop": ("clerk", "desk", "/", ""),
    "case-desktop": ("clerk", "desk", "/cases/?state=submitted", r"^/cases/\d+/$"),
    "scores-desktop": ("clerk", "desk", "/scoring/sheets/", r"^/scoring/sheets/\d+/$"),
    "map-desktop": ("clerk", "desk", "/map/", ""),
    "leader-phone": ("leader", "phone", "/leader/", ""),
    "wall-screen": ("leader", "wall", "/wall/", ""),
    "home-phone": ("liaison", "phone", "/", ""),
    "case-phone": ("liaison", "phone", "/cases/?urgency=overdue", r"^/cases/\d+/$"),
}
"""Name of the picture: who looks, on what, where, and which link of that page is followed."""
MOST_BYTES = 200_000


def small_png(content: bytes) -> bytes:
    """The picture with as many colours as fit into MOST_BYTES."""
    from PIL import Image

    picture = Image.open(io.BytesIO(content)).convert("RGB")
    for colours in (256, 128, 64, 32):
        target = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
        if target.tell() <= MOST_BYTES:
            break
    return target.getvalue()


@pytest.mark.skipif(
    os.environ.get("CHUANGWEN_SCREENSHOTS") != "1", reason="pictures of the README are taken with CHUANGWEN_SCREENSHOTS=1"
)
def test_the_pictures_of_the_readme_are_taken(town, browser):
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, (role, size, path, pattern) in SHOTS.items():
        context, page = signed_in(browser, town, role, SHOT_SIZES[size])
        page.goto(first_link(page, town, path, pattern) if pattern else f"{town}{path}", wait_until="networkidle")
        page.wait_for_timeout(800)  # charts and the map are drawn
        content = small_png(page.screenshot())
        assert len(content) <= MOST_BYTES
        (PICTURES / f"{name}.png").write_bytes(content)
        context.close()
