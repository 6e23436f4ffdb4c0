"""The pages of works, their sheet, their API, and what stands on the page of a case."""

import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from chuangwen.cases.models import Case, State
from chuangwen.duties.works import actions, sheets
from chuangwen.duties.works.models import Work
from chuangwen.kernel import clock, importing
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.sheets import write_table
from chuangwen.people.actions import make_token

from .ground import DAY, END, at, make_case, make_work, waiting


@pytest.fixture(autouse=True)
def monday(db):
    with clock.at(at(DAY)):
        yield


def url(name, *args):
    return reverse(f"duties:{name}", args=args)


def test_a_work_is_planned_done_and_finished_by_forms_alone(town, sign_in):
    page, unit = sign_in("clerk"), sign_in("liaison")
    form = {
        "name": "后街路面", "kind": "road", "division": town.communities[0].pk, "unit": town.units["department"].pk, "budget": "186000.10",
        "planned_start": DAY, "planned_end": END,
    }  # fmt: skip
    assert page.post(url("work-new"), form).status_code == 303
    work = Work.objects.get()
    for name, body in (
        ("work-stage-new", {"name": "路基", "order": 0, "planned_start": DAY, "planned_end": END}),
        ("work-fund-new", {"source": "街道财政", "applied": "1000.50", "applied_on": DAY}),
        ("work-contract-new", {"number": "HD-1", "contractor": "市政公司", "amount": "900", "signed_on": DAY}),
        ("work-start", {"on": DAY}),
    ):
        assert unit.post(url(name, work.pk), body).status_code == 303, name
    case = make_case(town)
    assert page.post(url("work-defer", work.pk), {"number": case.number, "reason": "等施工"}).status_code == 303
    body = unit.get(url("work", work.pk)).content.decode()
    for words in ("路基", "186,000.10", "1,000.50", "市政公司", "等待中", "cw-gantt-plan", case.number):
        assert words in body
    assert unit.post(url("work-finish", work.pk), {"on": DAY, "result": "修好了"}).status_code == 303
    case.refresh_from_db()
    assert case.state == State.RECTIFYING


def test_the_page_of_a_case_shows_for_what_it_waits_and_how_far_that_slipped(town, sign_in):
    work = make_work(town)
    case = make_case(town)
    page = sign_in("clerk")
    assert "挂到工程缓办" in page.get(reverse("cases:detail", args=[case.pk])).content.decode()
    answer = page.post(url("work-for-case", case.pk), {"work": work.pk, "reason": "已列入该工程"})
    assert answer.status_code == 303 and Case.objects.get(pk=case.pk).state == State.DEFERRED
    later = work.planned_end + timedelta(days=10)
    page.post(url("work-slip", work.pk), {"planned_end": later, "reason": "雨季"})
    body = page.get(reverse("cases:detail", args=[case.pk])).content.decode()
    assert "推迟到 2026年12月28日" in body and "雨季" in body and "已退回" in body


def test_the_chart_draws_a_bar_for_each_work_and_keeps_the_filters(town, sign_in):
    make_work(town)
    make_work(town, name="管网改造", kind="drainage")
    page = sign_in("leader")
    assert page.get(url("works-chart")).content.decode().count("cw-gantt-plan") == 2
    assert page.get(url("works-chart"), {"kind": "drainage"}).content.decode().count("cw-gantt-plan") == 1
    part = page.get(url("works-chart"), {"kind": "road"}, headers={"HX-Request": "true", "HX-Target": "chart"}).content.decode()
    assert "hx-swap-oob" in part and part.count("cw-gantt-plan") == 1


def test_a_sheet_of_works_is_brought_with_contract_and_money_and_keeps_the_end(town, sign_in):
    clerk = town.actors["clerk"]
    row = {
        "name": "后街路面", "kind": "road", "village": "第1社区", "unit": "城管局", "planned_start": DAY, "planned_end": END,
        "budget": "186000.10", "applied": "1000", "granted": "800.05", "fund_source": "财政", "contract": "HD-1", "contractor": "市政公司",
        "amount": "990",
    }  # fmt: skip

    def bring(**changes):
        return importing.bring_in(clerk, "works", write_table(sheets.WORKS, [row | changes]), {}, file_name="工程.xlsx")

    assert bring()["creates"] == 1
    work = Work.objects.get()
    assert (str(work.budget), str(work.funds.get().granted), work.contracts.get().contractor) == ("186000.10", "800.05", "市政公司")
    assert bring()["unchanged"] == 1 and bring(content="修复井盖")["updates"] == 1
    with pytest.raises(importing.ImportRefused) as told:
        bring(planned_end=END + timedelta(days=30))
    assert [problem.code for problem in told.value.problems] == ["planned_end"], "cases wait for it"
    out = sign_in("clerk").get(url("works"), {"export": "xlsx"})
    cells = [cell for line in load_workbook(io.BytesIO(out.content)).active.iter_rows(values_only=True) for cell in line]
    assert "后街路面" in cells and 186000.1 in [float(cell) for cell in cells if isinstance(cell, (int, float))]


def test_the_api_slips_a_work_and_tells_what_came_back(town, client):
    work = make_work(town)
    case = waiting(town, work)
    headers = {"Authorization": f"Bearer {make_token(SYSTEM, town.accounts['clerk'], 'test')}"}
    body = {"planned_end": (END + timedelta(days=20)).isoformat(), "reason": "雨季", "expected_revision": 99}
    path = f"/api/v1/works/{work.pk}/slip"
    assert client.post(path, body, content_type="application/json", headers=headers).status_code == 409
    told = client.post(path, body | {"expected_revision": None}, content_type="application/json", headers=headers).json()
    assert told["slipped_days"] == 20 and [one["case"] for one in told["cases"] if one["returned_at"]] == [case.pk]
    assert date.fromisoformat(told["first_end"]) == END
    assert client.get("/api/v1/works", headers=headers).json()["items"][0]["id"] == work.pk
    actions.call_off_work(town.actors["clerk"], work_id=work.pk, reason="无资金")
    assert work.events.first().words == "工程终止：无资金"
    assert client.get("/api/v1/works?state=planned", headers=headers).json()["items"] == []
