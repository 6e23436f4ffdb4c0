"""In a real browser: two pictures laid over each other and a decision on a phone; areas drawn, moved and removed."""

import json

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from chuangwen.evidence.actions import ask_for_release, examine, take_in
from chuangwen.evidence.models import Doubt, Redaction
from chuangwen.evidence.redaction import public_photo_url
from chuangwen.evidence.trial import changes, people
from chuangwen.kernel import jobs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK, PHONE = (1440, 900), (390, 844)


@pytest.fixture
def open_for(town, live_server, settings, browser):
    """``open_for("clerk", PHONE)`` is a page of a browser in which the town's clerk has signed in; nothing goes wrong in it."""
    settings.DEBUG = True
    said: list[str] = []
    contexts = []

    def make(role: str, size: tuple[int, int]):
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

    yield make
    for context in contexts:
        context.close()
    assert said == []


def serious(page) -> list[str]:
    """What axe finds serious or worse."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in ("serious", "critical")]


def narrow(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture
def doubt(town) -> Doubt:
    """An after photo that is its before photo, painted over."""
    actor, picture = town.actors["liaison"], people.peopled(3).picture
    before = take_in(actor, changes.jpeg(picture, 92))
    after = take_in(actor, changes.painted_over(picture, np.random.default_rng(1), (500, 500, 240, 200)))
    examine(actor, [after.pk], before_ids=[before.pk])
    jobs.run_waiting()
    return Doubt.objects.get(kind="from_before")


def test_the_earlier_photo_is_laid_over_this_one_and_decided_about_on_a_phone(town, live_server, open_for, doubt):
    page = open_for("clerk", PHONE)
    page.goto(f"{live_server.url}/evidence/doubts/{doubt.pk}/")
    page.wait_for_load_state("networkidle")
    assert page.locator(".ev-marks rect").count() >= 1 and narrow(page) and serious(page) == []
    page.click("[data-modes] [data-mode=slide]")
    frame, over = page.locator('[data-part="photo"] .ev-frame').bounding_box(), page.locator(".ev-over").bounding_box()
    assert over["width"] == pytest.approx(frame["width"] / 2, abs=4)
    laid = page.locator(".ev-over img").bounding_box()
    assert (laid["x"], laid["width"]) == (pytest.approx(frame["x"], abs=3), pytest.approx(frame["width"], abs=4))
    page.locator("[data-slider] input").fill("100")
    assert page.locator(".ev-over").bounding_box()["width"] == pytest.approx(frame["width"], abs=4)
    page.click("[data-modes] [data-mode=blink]")
    assert page.locator('[data-part="other"]').is_hidden()
    page.fill("input[name=note]", "标出的区域有改动")
    page.click("button[value=not_acceptable]")
    page.wait_for_load_state("networkidle")
    doubt.refresh_from_db()
    assert (doubt.decision, doubt.note) == ("not_acceptable", "标出的区域有改动")


def boxes(page) -> list[dict]:
    return json.loads(page.input_value("#cover-form input[name=boxes]"))


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_areas_are_drawn_moved_and_removed_and_the_picture_is_released(town, live_server, open_for, size):
    photo = take_in(town.actors["grid_worker"], changes.jpeg(people.peopled(3).picture, 90))
    ask_for_release(town.actors["clerk"], [photo.pk])
    jobs.run_waiting()
    page = open_for("clerk", size)
    page.goto(f"{live_server.url}/evidence/releases/{photo.pk}/")
    page.wait_for_load_state("networkidle")
    proposed = boxes(page)
    assert proposed and narrow(page) and serious(page) == []
    stage = page.locator("[data-cover]").bounding_box()
    at = lambda x, y: (stage["x"] + x * stage["width"], stage["y"] + y * stage["height"])  # noqa: E731
    page.mouse.move(*at(0.05, 0.05))
    page.mouse.down()
    page.mouse.move(*at(0.2, 0.15), steps=4)
    page.mouse.up()
    drawn = boxes(page)[-1]
    assert len(boxes(page)) == len(proposed) + 1 and drawn["by"] == "person"
    assert (drawn["x"], drawn["y"], drawn["w"], drawn["h"]) == pytest.approx((0.05, 0.05, 0.15, 0.1), abs=0.02)
    page.mouse.move(*at(0.1, 0.1))
    page.mouse.down()
    page.mouse.move(*at(0.4, 0.2), steps=4)
    page.mouse.up()
    assert (boxes(page)[-1]["x"], boxes(page)[-1]["y"]) == pytest.approx((0.35, 0.15), abs=0.02)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    assert (boxes(page)[-1]["x"], boxes(page)[-1]["h"]) == pytest.approx((0.34, 0.11), abs=0.02)
    page.click("[data-add]")
    assert len(boxes(page)) == len(proposed) + 2
    page.locator(".ev-box").last.focus()
    page.keyboard.press("Delete")
    wanted = boxes(page)
    assert len(wanted) == len(proposed) + 1
    page.click("#cover-form button[type=submit]")
    page.click("dialog[open] button.btn-primary, dialog[open] [data-yes]")
    page.wait_for_selector(".ev-public")
    row = Redaction.objects.get()
    assert [box["kind"] for box in row.boxes] == [box["kind"] for box in wanted] and row.confirmed_by_id == town.accounts[
        "clerk"
    ].pk
    assert Client().get(public_photo_url(photo)).status_code == 200
