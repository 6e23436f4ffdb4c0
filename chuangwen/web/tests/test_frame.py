"""The frame of every page: navigation, headers, language, text size, and readable errors."""

import re
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from django.utils import translation

import chuangwen
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor, Grant
from chuangwen.kernel.models import Counter
from chuangwen.web import icons, navigation
from chuangwen.web.middleware import content_security_policy, tile_origin

PACKAGE = Path(chuangwen.__file__).parent


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


def waiting(_request):
    return Counter.objects.filter(name__startswith="waits-")


@pytest.fixture
def entries(monkeypatch, db):
    Counter.objects.bulk_create(Counter(name=f"waits-{n}") for n in range(3))
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register(navigation.NavEntry(navigation.SYSTEM, "Jobs", "job-indicator", "activity", verb="kernel.see_jobs"))
    navigation.register(
        navigation.NavEntry(navigation.CASES, "Sample", "sample", "list-check", badge=waiting, phone=True)
    )
    navigation.register(navigation.NavEntry(navigation.CASES, "Gone", "no-such-page", "flag"))


def shown(actor, path="/"):
    request = RequestFactory().get(path)
    request.actor = actor
    return {entry.label: entry for group in navigation.shown(request) for entry in group.entries}


def test_a_person_sees_the_entries_of_their_verbs_and_nobody_sees_none(entries):
    assert list(shown(Actor(account_id=1))) == ["Sample"]
    keeper = Actor(account_id=1, grants={"kernel.see_jobs": (Grant(access.ALL),)})
    assert list(shown(keeper)) == ["Sample", "Jobs"]
    assert shown(access.NOBODY) == {}


def test_the_entry_of_the_page_or_of_what_stands_below_it_is_active(entries):
    assert shown(Actor(account_id=1), "/sample/12/")["Sample"].active
    assert not shown(Actor(account_id=1), "/other/")["Sample"].active
    assert shown(Actor(account_id=1))["Sample"].badge == 3


def test_what_is_not_sure_of_its_place_on_the_bar_of_a_phone_gives_way_to_others(entries):
    for n in range(1, 5):
        unsure = "kernel.see_jobs" if n == 1 else None
        navigation.register(
            navigation.NavEntry(navigation.HOME, f"N{n}", f"style{n}", "flag", order=n, phone=True, phone_sure=unsure)
        )

    def bar(actor, few=False):
        found = [navigation.ShownEntry(e.label, e.url_name, e.icon, False, None, e.phone, e.top, navigation._sure(e, actor))
                 for e in navigation.entries() if e.phone]
        return [e.label for e in navigation.phone_bar([navigation.ShownGroup("home", "", found[:4] if few else found)])]

    keeper = Actor(account_id=1, grants={"kernel.see_jobs": (Grant(access.ALL),)})
    assert bar(keeper) == ["N1", "N2", "N3", "N4"]
    assert bar(Actor(account_id=1)) == ["N2", "N3", "N4", "Sample"]
    assert bar(Actor(account_id=1), few=True) == ["N1", "N2", "N3", "N4"], "where there is room it stays"


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(settings):
    settings.MAP_TILES = ""
    policy = content_security_policy()
    assert "unsafe" not in policy
    assert "http" not in policy
    settings.MAP_TILES = "https://{s}.tiles.example/{z}/{x}/{y}.png?key=1"
    assert "img-src 'self' data: blob: https://*.tiles.example;" in content_security_policy()
    assert tile_origin("javascript:alert(1)") is None


@pytest.mark.django_db
def test_every_page_carries_the_headers_and_is_kept_by_nobody(client, settings):
    settings.DEBUG = True
    page = client.get("/styleguide/")
    assert page.status_code == 200
    assert page["Content-Security-Policy"].startswith("default-src 'self'")
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["X-Frame-Options"] == "DENY"
    assert page["Cache-Control"] == "private, no-store"
    assert page["Content-Language"] == "zh-hans"


@pytest.mark.django_db
def test_the_style_guide_is_there_for_builders_and_administrators_alone(client, settings):
    settings.DEBUG = False
    assert client.get("/styleguide/").status_code == 404


@pytest.mark.django_db
def test_the_page_is_chinese_whatever_the_browser_was_bought_with_until_a_person_chooses(client):
    assert "这里没有内容" in client.get("/nothing/", headers={"Accept-Language": "en"}).content.decode()
    answer = client.post("/language/", {"language": "en", "next": "/nothing/"})
    assert answer["Location"] == "/nothing/"
    assert "There is nothing here" in client.get("/nothing/").content.decode()
    assert client.post("/language/", {"language": "xx"}).status_code == 404
    assert client.get("/language/").status_code == 405


@pytest.mark.django_db
def test_from_an_answer_to_a_post_the_language_leads_to_a_page_that_can_be_opened(client):
    """An error that answers a POST stands at an address that cannot be opened: there one goes back to the page before."""
    def leads_to(**asked):
        page = client.post("/nothing/", **asked).content.decode()
        return set(re.findall(r'name="next" value="([^"]*)"', page))

    assert leads_to(headers={"Referer": "http://testserver/styleguide/?q=1"}) == {"http://testserver/styleguide/?q=1"}
    assert leads_to() == {"/"}
    assert leads_to(headers={"Referer": "https://elsewhere.example/"}) == {"/"}
    assert set(re.findall(r'name="next" value="([^"]*)"', client.get("/nothing/?a=1").content.decode())) == {"/nothing/?a=1"}


@pytest.mark.django_db
def test_large_text_is_remembered_on_the_device(client):
    assert 'class="cw-large"' not in client.get("/nothing/").content.decode()
    client.post("/text-size/", {"large": "1", "next": "https://elsewhere.example/"})
    assert 'class="cw-large"' in client.get("/nothing/").content.decode()
    client.post("/text-size/", {"large": "0"})
    assert 'class="cw-large"' not in client.get("/nothing/").content.decode()


@pytest.mark.django_db
def test_nobody_is_sent_to_another_site(client):
    for target in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"):
        assert client.post("/text-size/", {"large": "1", "next": target})["Location"] == "/", target


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/refuse/", 409, "已被他人签收"),
        ("/deny/", 403, "不允许"),
        ("/nothing/", 404, "这里没有内容"),
        ("/break/", 500, "系统出错了"),
    ],
)
def test_an_error_says_what_happened_and_what_to_do_now(client, address, status, words):
    page = client.get(address)
    assert page.status_code == status
    body = page.content.decode()
    assert words in body
    assert re.search(r"请[^<]{4,}|如[^<]{4,}", body), "what to do now"
    assert "Traceback" not in body
    part = client.get(address, headers={"HX-Request": "true"})
    assert part.status_code == status
    assert part["HX-Retarget"] == "#messages"
    assert "<html" not in part.content.decode()


@pytest.mark.django_db
def test_a_body_that_is_too_large_and_a_form_that_is_too_old_are_said_so(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert client.post("/read/", {"a": "x" * 200}).status_code in (200, 413)
    answer = client.post("/read/", "a=" + "x" * 200, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "内容过大" in answer.content.decode()
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    answer = strict.post("/text-size/", {"large": "1"})
    assert answer.status_code == 403
    assert "表单已过期" in answer.content.decode()


def templates() -> list[Path]:
    return sorted(PACKAGE.glob("*/templates/**/*.html"))


def test_no_template_of_the_house_holds_inline_scripts_or_styles():
    inline = re.compile(
        r"<script(?![^>]*\b(src=|type=\"application/json\"))|<style|\sstyle=|\son[a-z]+=\"|javascript:", re.IGNORECASE
    )
    found = [
        f"{path.relative_to(PACKAGE)}: {hit.group()}"
        for path in templates()
        for hit in inline.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_icon_that_a_page_names_is_carried():
    named = re.compile(r"""\{% icon ["']([\w-]+)["']""")
    missing = {
        name
        for path in templates()
        for name in named.findall(path.read_text(encoding="utf-8"))
        if not (icons.FOLDER / f"{name}.svg").exists()
    }
    assert missing == set()
    with pytest.raises(LookupError):
        icons.drawing("no-such-icon")
    with pytest.raises(LookupError):
        icons.drawing("../apps")


def test_the_carried_packages_are_those_of_the_list():
    import runpy

    vendor = runpy.run_path(str(PACKAGE.parent / "tools" / "vendor.py"))
    assert vendor["LIST"].read_text() == vendor["listing"]()


def test_an_icon_with_a_word_is_read_aloud_and_one_without_is_not():
    assert 'aria-hidden="true"' in icons.icon("home")
    assert 'aria-label="&lt;b&gt;"' in icons.icon("home", label="<b>")


def test_traditional_chinese_has_its_own_words():
    with translation.override("zh-hant"):
        assert translation.gettext("Sign out") == "退出登錄"
