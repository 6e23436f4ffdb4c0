"""The kernel's pages in a real browser: a sheet turns into its preview by itself, and every page is fit for a phone and for axe."""

import pytest
from django.test import Client

from chuangwen.kernel import jobs, sheets
from chuangwen.kernel.calendar_install import install_calendar
from chuangwen.kernel.models import ImportRun, Job
from chuangwen.kernel.sheets import Column
from chuangwen.web.tests.test_browser import page  # noqa: F401 - the fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def signed_in(page, live_server, enter):  # noqa: F811 - the fixture of the other file
    """``signed_in("clerk")`` puts that role's session into the browser."""

    def make(role: str) -> Client:
        client = enter(role)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return client

    return make


def test_a_sheet_turns_into_its_preview_and_its_result_by_itself(page, live_server, signed_in, tmp_path):  # noqa: F811
    signed_in("clerk")
    file = tmp_path / "新增社区.xlsx"
    file.write_bytes(sheets.write_table([Column("c", "区划代码"), Column("n", "名称")], [["440902003101", "光明社区"]]))
    page.goto(f"{live_server.url}/imports/kinds/divisions/")
    page.set_input_files("input[type=file]", file)
    page.click("text=读取并预览")
    page.wait_for_selector("#import-run progress")
    jobs.run_waiting()
    page.wait_for_selector("text=将新增 1 条")
    page.click("text=确认导入")
    page.wait_for_selector("#import-run progress")
    jobs.run_waiting()
    page.wait_for_selector("text=导入完成。")
    assert ImportRun.objects.get().state == ImportRun.State.APPLIED
    assert Job.objects.count() == 2
    assert page.said == []


def test_a_deadline_is_worked_out_without_leaving_the_page(page, live_server, signed_in):  # noqa: F811
    install_calendar()
    signed_in("leader")
    page.goto(f"{live_server.url}/calendar/?year=2026")
    page.fill("[name=start]", "2026-09-30T16:00")
    page.fill("[name=amount]", "5")
    page.click("main button:has-text('计算')")
    page.wait_for_selector("text=2026年10月13日 17:30")
    assert page.url.endswith("/calendar/?year=2026")
    assert page.said == []


@pytest.mark.parametrize(
    "role, path",
    [
        ("clerk", "/imports/"),
        ("clerk", "/imports/kinds/sites/"),
        ("clerk", "/imports/runs/{run}/"),
        ("clerk", "/calendar/?year=2026"),
        ("clerk", "/calendar/days/"),
        ("system_admin", "/jobs/"),
        ("audit_admin", "/audit/"),
        ("audit_admin", "/audit/check/"),
    ],
)
def test_a_page_is_no_wider_than_its_window_and_axe_finds_nothing_serious(page, live_server, signed_in, role, path):  # noqa: F811
    from axe_playwright_python.sync_playwright import Axe

    install_calendar()
    client = signed_in(role)
    run = 0
    if "{run}" in path:
        content = sheets.write_table([Column("c", "点位名称"), Column("t", "点位类型")], [["", "农贸市场"]])
        from django.core.files.uploadedfile import SimpleUploadedFile

        client.post("/imports/kinds/sites/", {"file": SimpleUploadedFile("点位.xlsx", content)})
        jobs.run_waiting()
        run = ImportRun.objects.get().pk
    page.goto(live_server.url + path.format(run=run))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    serious = [found for found in Axe().run(page).response["violations"] if found["impact"] in ("serious", "critical")]
    assert [(found["id"], found["nodes"][0]["target"]) for found in serious] == []
    assert page.said == []
