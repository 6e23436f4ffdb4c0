"""The app's page, worker and manifest as the server gives them; its words and drawings as its modules use them."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from chuangwen.phone import icons, screens
from chuangwen.phone.views import shell
from chuangwen.phone.words import WORDS

PACKAGE = Path(settings.BASE_DIR)
MOST_FIRST = 200 * 1024
"""So many bytes may come over the line before the app is there, compressed."""


def sources() -> dict[str, str]:
    return {
        str(path.relative_to(PACKAGE)): path.read_text(encoding="utf-8")
        for path in [*PACKAGE.glob("phone/static/phone/*.js"), *PACKAGE.glob("*/static/*/phone/*.js")]
    }


def said(text: str) -> set[str]:
    return set(re.findall(r'\bt\("((?:[^"\\]|\\.)*)"', text))


def test_whatever_the_modules_say_is_among_the_words_that_the_page_carries():
    brought = set(WORDS).union(*(screen.words for screen in screens.everything()))
    missing = {name: sorted(said(text) - brought) for name, text in sources().items() if said(text) - brought}
    assert missing == {}


def test_the_app_has_no_word_that_nobody_says():
    own = set().union(*(said(text) for name, text in sources().items() if name.startswith("phone/")))
    assert sorted(set(WORDS) - own) == []


def test_whatever_the_modules_draw_is_among_the_drawings_that_the_page_carries():
    used = {
        name
        for text in sources().values()
        for pattern in (r'\bicon\("([\w-]+)"', r'\bicon: "([\w-]+)"')
        for name in re.findall(pattern, text)
    } | {screen.icon for screen in screens.everything()}
    assert sorted(used - set(icons.ICONS)) == []


def test_every_module_that_a_module_asks_for_is_kept_for_when_there_is_no_signal():
    kept = {*shell.modules(), *shell.LATER, *shell.FIRST}
    for name, text in sources().items():
        parts = name.replace("/static/", "/", 1).split("/")[1:]
        for found in re.findall(r'(?:from|import\()\s*"(\.[^"]+)"', text):
            wanted = (Path("/", *parts[:-1]) / found).resolve().relative_to("/").as_posix()
            assert wanted in kept, f"{name} asks for {found}"


@pytest.mark.django_db
def test_the_page_is_for_anybody_and_tells_nothing_of_anybody(town, sign_in):
    nobody, clerk = Client().get("/phone/"), sign_in("clerk").get("/phone/")
    assert nobody.status_code == 200
    assert nobody.content == clerk.content, "a page that phones keep is the same for everybody"
    told = json.loads(re.search(rb'<script id="phone-shell" type="application/json">(.*?)</script>', nobody.content, re.S)[1])
    assert told["words"]["Queue"] == "待传" and told["language"] == "zh-hans"
    assert b"<script>" not in nobody.content and b"style=" not in nobody.content


@pytest.mark.django_db
def test_the_session_says_who_is_signed_in_and_gives_what_a_form_needs(town, sign_in):
    assert Client().get("/phone/api/session").json()["account"] is None
    told = sign_in("inspector").get("/phone/api/session")
    assert told.json()["account"]["id"] == town.accounts["inspector"].pk
    assert told.json()["csrf"] and told["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_the_worker_names_every_file_and_changes_its_version_with_them(monkeypatch):
    answer = Client().get("/phone/sw.js")
    assert answer["Content-Type"].startswith("text/javascript") and answer["Cache-Control"] == "no-cache"
    text = answer.content.decode()
    files = json.loads(re.search(r"const FILES = (\[.*?\]);", text)[1])
    assert {"/static/phone/app.js", "/static/phone/phone.css", "/static/vendor/jsqr/jsqr.js"} <= set(files)
    version = re.search(r'const VERSION = "(\w+)"', text)[1]
    shell.version.cache_clear()
    monkeypatch.setattr(shell, "WORDS", (*WORDS, "one more"))
    assert shell.version() != version
    shell.version.cache_clear()


@pytest.mark.django_db
def test_the_first_load_fits_into_two_hundred_kilobytes():
    page = Client().get("/phone/")
    total = len(gzip.compress(page.content, 6))
    names = [*shell.styles(), *shell.modules(), *shell.FIRST, *shell.PICTURES]
    for name in names:
        if name in shell.LATER:
            continue
        room, _, _rest = name.partition("/")
        places = [PACKAGE / room / "static" / name, PACKAGE / "web" / "static" / name]
        content = next(path for path in places if path.exists()).read_bytes()
        total += len(gzip.compress(content, 6)) if name.endswith((".js", ".css", ".svg")) else len(content)
    assert total <= MOST_FIRST, f"{total} bytes"
