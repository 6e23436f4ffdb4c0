"""The routes in a real browser: drawn on the map, moved by dragging and by keyboard, nothing serious for axe, nothing wider than a phone."""

from datetime import time, timedelta

import pytest
from django.conf import settings as project
from django.urls import reverse

from chuangwen.fieldwork import actions as rounds
from chuangwen.fieldwork.models import RoundSite, RoundTeam
from chuangwen.fieldwork.routing import actions
from chuangwen.kernel import clock
from chuangwen.testing.factories import make_site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def planned(town):
    """Two teams with three sites each, tomorrow."""
    day = clock.today() + timedelta(days=1)
    round = rounds.plan_round(
        town.actors["clerk"],
        name="浏览器里的路线",
        kind="monthly",
        edition=town.edition,
        division=town.street,
        starts_on=day,
        ends_on=day,
    )
    teams = [
        RoundTeam.objects.create(
            round=round, name=name, starts_at=time(9), ends_at=time(17), start_lat=21.66 + n / 40, start_lon=110.92
        )
        for n, name in enumerate(("甲组", "乙组"))
    ]
    for number in range(6):
        site = make_site(town.communities[0], town.types["market"], f"市场{number}", lat=21.66 + number / 200, lon=110.925)
        place = RoundSite.objects.create(round=round, site=site)
        actions.move_place(town.actors["clerk"], place_id=place.pk, team=teams[number // 3], day=day)
    RoundSite.objects.update(pinned=False)
    return round


@pytest.fixture(params=[pytest.param((1440, 900), marks=pytest.mark.long), (390, 844)], ids=["desk", "phone"])
def page(request, browser, live_server, sign_in, settings, planned):
    settings.DEBUG = True
    width, height = request.param
    page = browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
    cookie = sign_in("clerk").cookies[project.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": project.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page.said = []
    page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto(live_server.url + reverse("fieldwork:routes", args=[planned.pk]))
    page.wait_for_selector(".fw-route-stop:not(.is-start)")
    yield page
    page.context.close()


def order(planned, team):
    rows = RoundSite.objects.filter(round=planned, team__name=team).order_by("position")
    return list(rows.values_list("site__name", flat=True))


def test_every_stop_is_on_the_map_and_opens_by_keyboard(page, planned):
    from axe_playwright_python.sync_playwright import Axe

    marks = page.locator(".fw-route-stop:not(.is-start)")
    assert sorted(marks.all_inner_texts()) == ["A1", "A2", "A3", "B1", "B2", "B3"]
    assert page.locator(".cw-map path[stroke-width='3']").count() == 2
    page.locator(".fw-route-stop", has_text="B2").focus()
    page.keyboard.press("Enter")
    assert "市场" in page.locator(".leaflet-popup-content").inner_text()
    page.wait_for_function("() => getComputedStyle(document.querySelector('.leaflet-popup')).opacity === '1'")  # it fades in
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    serious = [found for found in Axe().run(page).response["violations"] if found["impact"] in ("serious", "critical")]
    assert [(found["id"], found["nodes"][0]["target"]) for found in serious] == []
    assert page.said == []


def test_a_site_is_moved_by_keyboard_and_pinned(page, planned):
    page.get_by_role("button", name="提前检查 市场2").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=已固定")
    team = planned.teams.order_by("name", "pk").last()
    assert order(planned, "甲组") == ["市场0", "市场2", "市场1"] and team is not None
    assert RoundSite.objects.get(site__name="市场2").pinned


def test_a_site_is_dragged_to_another_team(page, planned):
    if page.viewport_size["width"] < 500:
        pytest.skip("nothing is dragged on a phone: the arrows and the menu do it")
    item, target = page.locator("li[data-move]", has_text="市场1"), page.locator("li[data-move]", has_text="市场4")
    item.drag_to(target)
    page.wait_for_selector("text=已固定")
    assert order(planned, "乙组") == ["市场3", "市场1", "市场4", "市场5"]
    assert order(planned, "甲组") == ["市场0", "市场2"]
    assert page.said == []
