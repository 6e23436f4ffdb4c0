"""The pages of partnerships, their sheet and their API."""

import io
import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from chuangwen.duties.partnership import actions, input_sheets, sheets
from chuangwen.duties.partnership.models import Partnership, PartnershipInput
from chuangwen.kernel import access, clock, importing
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.sheets import write_table
from chuangwen.ledger.install import install_metrics
from chuangwen.ledger.models import Fact
from chuangwen.people.actions import make_token

from .ground import DAY, at, make_pair, running


@pytest.fixture(autouse=True)
def monday(db):
    with clock.at(at(DAY.day)):
        yield


def url(name, *args):
    return reverse(f"duties:{name}", args=args)


def test_a_pair_is_made_met_and_furnished_by_forms_alone(town, sign_in):
    install_metrics()
    page = sign_in("clerk")
    form = {"unit": town.units["department"].pk, "division": town.communities[0].pk, "paired_on": DAY, "aim": "书香村"}
    assert page.post(url("partnership-new"), form).status_code == 303
    pair = Partnership.objects.get()
    assert "待首次对接" in page.get(url("partnership", pair.pk)).content.decode()
    unit = sign_in("liaison")
    assert unit.post(url("partnership-contact", pair.pk), {"day": DAY, "what": "座谈", "came": 5}).status_code == 303
    unit.post(url("partner-need-new", pair.pk), {"words": "缺图书", "kind": "culture", "state": "found"})
    unit.post(url("partner-item-new", pair.pk), {"words": "整理书屋", "due_on": DAY, "need": pair.needs.get().pk})
    assert unit.post(url("partnership-adopt", pair.pk)).status_code == 303
    given = {"kind": "goods", "name": "图书", "quantity": "500", "measure": "册", "day": DAY}
    assert unit.post(url("partner-input-new", pair.pk), given).status_code == 303
    again = unit.post(url("partner-input-new", pair.pk), given)
    assert again.status_code == 422 and "台账已有" in again.content.decode(), "the ledger asks whether it is the same"
    assert unit.post(url("partner-input-new", pair.pk), given | {"double": "leave"}).status_code == 303
    assert Fact.objects.count() == 1 and PartnershipInput.objects.count() == 2
    body = unit.get(url("partnership", pair.pk)).content.decode()
    for words in ("书香村", "缺图书", "整理书屋", "500册", "赠送图书", "商定共建套餐"):
        assert words in body
    printed = unit.get(url("partnership-print", pair.pk)).content.decode()
    assert "整理书屋" in printed and ">需求</th>" in printed and "任务量" not in printed


def test_the_list_says_who_has_not_met_and_where_nothing_happens(town, sign_in):
    actions.save_partnership_settings(town.actors["clerk"], division=town.street, silent_days=7, rings=[1])
    running(town)
    make_pair(town, unit="department2", place=1)
    with clock.at(at(1, 12)):
        page = sign_in("clerk")
        late = page.get(url("partnerships"), {"how": "overdue"}).content.decode()
        silent = page.get(url("partnerships"), {"how": "silent"}).content.decode()
        sheet = page.get(url("partnerships"), {"export": "xlsx"})
    rows_late = late.split("<tbody")[1].split("</tbody")[0]
    assert "市场监督局" in rows_late and "逾期" in rows_late and "城管局" not in rows_late
    assert silent.split("<tbody")[1].count("<tr") == 1 and "城管局" in silent
    rows = list(load_workbook(io.BytesIO(sheet.content)).active.iter_rows(values_only=True))
    assert any("城管局" in [str(cell) for cell in row] for row in rows)


def test_coverage_is_a_page_a_map_and_rings(town, sign_in):
    running(town)
    page = sign_in("leader")
    body = page.get(url("partner-coverage")).content.decode()
    assert "50%" in body and "由中心向外" in body
    points = page.get(url("partner-places")).json()["features"]
    assert {point["properties"]["tone"] for point in points} == {"ok", "bad"}
    rings = page.get(url("partner-rings")).json()["features"]
    assert len(rings) == 4 and all(ring["geometry"]["coordinates"][0][0] == ring["geometry"]["coordinates"][0][-1] for ring in rings)


def test_each_figure_of_the_rings_opens_the_places_that_it_counts(town, sign_in):
    running(town)
    make_pair(town, unit="department2", place=1)
    page = sign_in("leader")
    body = page.get(url("partner-coverage")).content.decode()
    links = re.findall(r'<td class="text-end"><a href="([^"]+coverage/list/[^"]+)">(\d+)<', body)
    assert len(links) == 2 and "stand=met" in body
    for link, number in links:
        rows = page.get(link.replace("&amp;", "&")).content.decode().split("<tbody")[1].split("</tbody")[0]
        assert rows.count("<tr") == int(number), link
    met, waits = (
        page.get(url("partner-ringed"), {"area": town.street.path, "stand": stand}).content.decode().split("<tbody")[1]
        for stand in ("met", "waits")
    )  # fmt: skip
    assert "城管局" in met and "城管局" not in waits and "市场监督局" in waits
    sheet = page.get(url("partner-ringed"), {"area": town.street.path, "export": "xlsx"})
    cells = [str(cell) for row in load_workbook(io.BytesIO(sheet.content)).active.iter_rows(values_only=True) for cell in row]
    assert "已对接" in cells and "已结对未对接" in cells
    for wrong in ({"ring": "99"}, {"stand": "drop"}, {"area": "x' or 1=1"}):
        assert page.get(url("partner-ringed"), wrong).status_code == 200
    assert sign_in("resident").get(url("partner-ringed")).status_code == 403


def test_a_sheet_of_pairs_is_brought_and_brought_again_changes_nothing(town):
    clerk = town.actors["clerk"]
    columns = [column for column in sheets.PAIRS if column.key in ("unit", "village", "paired_on", "aim")]
    rows = [
        {"unit": "城管局", "village": "第1社区", "paired_on": DAY, "aim": "书香村"},
        {"unit": "市场监督局", "village": "第2社区", "paired_on": DAY, "aim": ""},
    ]
    content = write_table(columns, rows)
    report = importing.bring_in(clerk, "partnerships", content, {}, file_name="结对.xlsx")
    assert report["creates"] == 2 and Partnership.objects.count() == 2
    again = importing.bring_in(clerk, "partnerships", content, {}, file_name="结对.xlsx")
    assert (again["creates"], again["updates"], again["unchanged"]) == (0, 0, 2)
    with pytest.raises(importing.ImportRefused) as told:
        strange = write_table(columns, [{"unit": "无此单位", "village": "第1社区", "paired_on": DAY}])
        importing.bring_in(clerk, "partnerships", strange, {}, file_name="结对.xlsx")
    assert [problem.code for problem in told.value.problems] == ["unit"]


def test_what_was_put_in_comes_by_sheet_and_the_exported_list_changes_nothing(town, sign_in):
    pair, liaison = running(town), town.actors["liaison"]
    row = {"name": "更换宣传栏", "kind": "goods", "quantity": 14, "measure": "块", "day": clock.today(), "village": "第1社区", "unit": "城管局"}
    said = importing.bring_in(liaison, "partner_inputs", write_table(input_sheets.INPUTS, [row]), {}, file_name="投入.xlsx")
    assert said["creates"] == 1 and str(pair.inputs.get().quantity.normalize()) == "14"
    out = sign_in("clerk").get(url("partner-inputs"), {"export": "xlsx"}).content
    again = importing.bring_in(town.actors["clerk"], "partner_inputs", out, {}, file_name="投入.xlsx")
    assert (again["creates"], again["unchanged"], pair.inputs.count()) == (0, 1, 1)
    for wrong, code in (({"unit": "市场监督局"}, "pair"), ({"measure": ""}, "measure"), ({"quantity": 0}, "quantity")):
        with pytest.raises(importing.ImportRefused) as told:
            importing.bring_in(liaison, "partner_inputs", write_table(input_sheets.INPUTS, [row | wrong]), {}, file_name="投入.xlsx")
        assert [problem.code for problem in told.value.problems] == [code]
    with pytest.raises(access.Denied):
        importing.bring_in(town.actors["resident"], "partner_inputs", out, {}, file_name="投入.xlsx")


def test_the_api_gives_pairs_and_takes_inputs_and_corrections(town, client):
    pair = running(town)
    token = make_token(SYSTEM, town.accounts["liaison"], "test")
    headers = {"Authorization": f"Bearer {token}"}
    base = f"/api/v1/partnerships/{pair.pk}"
    body = {"kind": "goods", "name": "水泥", "quantity": "2.5", "measure": "吨", "day": "2026-11-02"}
    made = client.post(f"{base}/inputs", body, content_type="application/json", headers=headers)
    assert made.status_code == 201 and Decimal(made.json()["quantity"]) == Decimal("2.5")
    path = f"{base}/inputs/{made.json()['id']}/correct"
    right = client.post(path, {"quantity": "2", "reason": "点错"}, content_type="application/json", headers=headers)
    assert right.status_code == 201 and right.json()["corrects"] == made.json()["id"]
    whole = client.get(base, headers=headers).json()
    assert [row["counts"] for row in whole["inputs"]].count(True) == 1 and whole["state"] == "running"
    clerk = {"Authorization": f"Bearer {make_token(SYSTEM, town.accounts['clerk'], 'test')}"}
    rings = client.get("/api/v1/partnerships/coverage", headers=clerk).json()
    assert rings["places"] == 2 and rings["share"] == 0.5
    assert date.fromisoformat(whole["contacted_on"]) == DAY
