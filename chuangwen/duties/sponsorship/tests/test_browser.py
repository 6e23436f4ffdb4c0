"""A plan in a real browser: a clash stands on the open page when the job ends; a name that is dragged is moved and stays where it was put."""

import pytest
from django.conf import settings as project

from chuangwen.duties.sponsorship import actions
from chuangwen.duties.sponsorship.models import PlanPair
from chuangwen.duties.sponsorship.tests.ground import make_plan, solved
from chuangwen.kernel import jobs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(browser, live_server, sign_in):
    """A page of the office; ``open`` goes to a plan."""
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    cookie = sign_in("clerk").cookies[project.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": project.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page.said = []
    page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.open = lambda plan: page.goto(live_server.url + plan.get_absolute_url())
    yield page
    page.context.close()


def dragged(page, name, place):
    page.locator("[data-pair]", has_text=name).drag_to(page.locator(f"[data-place='{place.pk}'] td").first)
    page.wait_for_url("**/pairs/**")


def test_a_clash_is_read_on_the_open_page_when_the_job_ends_and_the_table_when_it_is_put_right(desk, town):
    plan, clerk = make_plan(town), town.actors["clerk"]
    place = plan.places.order_by("pk").first()
    facts = {"plan_id": plan.pk, "place_id": place.pk, "name": place.name, "division": place.division}
    actions.save_place(clerk, **facts, least=9, most=9)
    desk.open(plan)
    desk.get_by_role("button", name="求解").click()
    desk.wait_for_selector("main progress")
    jobs.run_waiting()
    clash = desk.wait_for_selector("main .alert-danger", timeout=15_000)
    assert "没有符合全部规则的方案" in clash.inner_text() and place.name in clash.inner_text()
    assert desk.locator("main progress").count() == 0, "nothing says that it went well"
    actions.save_place(clerk, **facts, least=1, most=5)
    desk.get_by_role("button", name="求解").click()
    desk.wait_for_selector("main progress")
    jobs.run_waiting()
    desk.wait_for_selector("[data-pair]", timeout=15_000)
    assert desk.locator("main .alert-danger").count() == 0 and desk.said == []


def test_a_name_is_dragged_to_another_place_its_cost_is_read_and_it_stays_there(desk, town):
    plan = solved(town)
    pair = plan.pairs.select_related("place").get(sponsor__name="站所1")
    there = plan.places.exclude(pk=pair.place_id).get()
    desk.open(plan)
    dragged(desk, "站所1", there)
    told = desk.locator("main .card", has_text=f"如果换到{there.name}").first.inner_text()
    assert "分" in told and PlanPair.objects.filter(pk=pair.pk).exists(), "nothing is moved yet"
    desk.get_by_role("button", name="确认调整").click()
    desk.wait_for_selector("[data-sponsorship]")
    row = desk.locator(f"[data-place='{there.pk}']").inner_text()
    assert "站所1" in row and "人工" in row
    moved = PlanPair.objects.get(plan=plan, sponsor__name="站所1")
    assert moved.place == there and moved.by_hand
    again = actions.solve_plan(town.actors["clerk"], plan_id=plan.pk)
    assert PlanPair.objects.get(plan=again, sponsor__name="站所1").place == there, "what was put by hand is held"
    assert desk.said == []
