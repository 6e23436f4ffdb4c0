"""The pages of operations, their sheets and REST."""

import json
import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from chuangwen.duties.operations import actions
from chuangwen.duties.operations.models import Operation, OperationPhoto, Segment
from chuangwen.duties.operations.tests.ground import at, drafted, metric, metrics, running, tell
from chuangwen.kernel import clock, importing
from chuangwen.ledger.models import Fact
from chuangwen.people import actions as people
from chuangwen.testing.pictures import jpeg
from chuangwen.testing.sheets import sheet


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def tuesday():
    with clock.at(at(17, 15)):
        yield


def test_an_office_draws_an_operation_up_on_pages_and_lets_it_begin(town, sign_in, tuesday):
    client = sign_in("clerk")
    known = metrics()
    given = {"name": "背街小巷清洁月", "kind": "hygiene", "division": town.street.pk, "starts_on": "2026-11-17", "ends_on": "2026-12-16",
             "rhythm": "week", "window": "14", "remind": "on", "problems": [town.kinds["sticker"].pk]}  # fmt: skip
    assert client.post(reverse("duties:operation-new"), given | {"ends_on": "2026-11-01"}).status_code == 422
    made = client.post(reverse("duties:operation-new"), given)
    operation = Operation.objects.get()
    page = client.get(made.headers["Location"])
    assert "选择参加并上报数据的单位" in text_of(page)
    assert client.post(reverse("duties:operation-start", args=[operation.pk])).status_code == 422
    counted = reverse("duties:operation-counted", args=[operation.pk])
    assert client.post(counted, {"metric": known["stickers"].pk, "part": "work", "target": "0"}).status_code == 422
    assert client.post(counted, {"metric": known["stickers"].pk, "part": "work", "target": "500"}).status_code == 303
    units = reverse("duties:operation-units", args=[operation.pk])
    assert client.post(units, {"telling": [town.units["community"].pk]}).status_code == 303
    segment = {"name": "健康北路", "unit": town.units["community2"].pk, "leader": "党工委委员", "content": "清理牛皮癣", "order": "1"}
    assert client.post(reverse("duties:operation-segment-new", args=[operation.pk]), segment).status_code == 303
    assert client.post(reverse("duties:operation-start", args=[operation.pk])).status_code == 303
    shown = text_of(client.get(operation.get_absolute_url()))
    assert "健康北路" in shown and "清理牛皮癣" in shown and "500" in shown and "第2社区居委会" in shown
    assert client.get(reverse("duties:operations")).status_code == 200


def test_a_unit_tells_its_day_sees_yesterday_and_blank_is_not_nought(town, sign_in, tuesday):
    operation = running(town)
    with clock.at(at(16)):
        tell(town, operation, 16, area="42.5")
    client, known = sign_in("grid_worker"), metrics()
    first = client.get(reverse("duties:operations-today"))
    assert first.status_code == 303, "the one operation opens at once"
    page = client.get(first.headers["Location"])
    assert re.search(r"昨天\s*42.5", text_of(page)) and re.search(r"昨天\s*未报", text_of(page))
    address = first.headers["Location"]
    assert client.post(address, {"day": "2026-11-17"}).status_code == 422
    sent = client.post(address, {"day": "2026-11-17", f"m{known['area'].pk}": "0", f"m{known['people'].pk}": "", "note": "下雨"})
    assert sent.status_code == 303, text_of(sent)[-600:]
    [fact] = Fact.objects.filter(ends_on=date(2026, 11, 17))
    assert (fact.amount, fact.note) == (0, "下雨")
    again = client.get(address).content.decode()
    assert re.search(rf'name="m{known["area"].pk}" value="0"', again)
    assert client.post(address, {"day": "2026-11-18", f"m{known['area'].pk}": "3"}).status_code == 422


def test_what_the_ledger_knows_is_asked_about_on_the_page(town, sign_in, tuesday):
    from decimal import Decimal

    from chuangwen.ledger import actions as ledger

    operation, area, unit = running(town), metrics()["area"], town.units["community"]
    [fact] = ledger.enter_facts(town.actors["clerk"], entries=[ledger.NewFact(area, Decimal(80), clock.today(), unit, unit.division)])
    client = sign_in("clerk")
    address = f"{reverse('duties:operation-today', args=[operation.pk])}?unit={unit.pk}"
    assert "80平方米" in text_of(client.get(address))
    given = {"day": "2026-11-17", f"m{area.pk}": "80"}
    asked = client.post(address, given)
    assert asked.status_code == 409 and f"take:{fact.pk}" in asked.content.decode()
    assert client.post(address, given | {f"d{area.pk}": f"take:{fact.pk}"}).status_code == 303
    assert Fact.objects.get(counts=True, metric=area).operation == operation.name
    known = text_of(client.get(reverse("duties:operation-counted", args=[operation.pk])))
    assert "拆除乱搭建" in known


def test_photos_of_a_spot_stand_side_by_side_and_can_be_taken_off(town, sign_in, tuesday):
    operation = running(town)
    client = sign_in("grid_worker")
    address = reverse("duties:operation-photo-new", args=[operation.pk])
    for number, stage in enumerate(("before", "after")):
        photo = SimpleUploadedFile(f"{stage}.jpg", jpeg(30 + number), "image/jpeg")
        answer = client.post(address, {"unit": town.units["community"].pk, "spot": "花坛西侧", "stage": stage, "photos": photo})
        assert answer.status_code == 303, text_of(answer)[-500:]
    assert client.post(address, {"unit": town.units["community"].pk, "spot": "花坛西侧", "stage": "after"}).status_code == 422
    page = text_of(client.get(operation.get_absolute_url()))
    assert "花坛西侧" in page and "整治前" in page and "整治后" in page
    row = OperationPhoto.objects.filter(stage="before").get()
    assert client.post(reverse("duties:operation-photo-remove", args=[row.pk])).status_code == 303
    assert OperationPhoto.objects.count() == 1


def test_the_rest_of_its_life_on_pages(town, sign_in):
    operation = running(town)
    client = sign_in("clerk")
    with clock.at(at(18)):
        assert "尚有 2 个单位未上报" in text_of(client.get(operation.get_absolute_url()))
        assert client.post(reverse("duties:operation-remind", args=[operation.pk])).status_code == 303
        tell(town, operation, 18, area=100, people=4)
        assert client.post(reverse("duties:operation-end", args=[operation.pk])).status_code == 303
    with clock.at(at(25)):
        client = sign_in("clerk")
        page = text_of(client.get(operation.get_absolute_url()))
        assert "25 平方米" in page, "cleared for each person and day"
        report = reverse("duties:operation-report", args=[operation.pk])
        assert "情况报告签发后即为已报送" in page
        assert client.post(report, {"conclusion": "完成"}).status_code == 422
        told = {"paper": "茂创文〔2026〕31号", "reason": "由区里合并行文", "conclusion": "完成"}
        assert client.post(report, told).status_code == 303
        page = text_of(client.get(operation.get_absolute_url()))
        assert "已以 茂创文〔2026〕31号 报送" in page and "由区里合并行文" in page
        assert client.post(reverse("duties:operation-cancel", args=[operation.pk]), {"reason": "x"}).status_code == 422
    other, client = drafted(town, name="取消的行动"), sign_in("clerk")
    assert client.post(reverse("duties:operation-cancel", args=[other.pk]), {"reason": ""}).status_code == 422
    assert client.post(reverse("duties:operation-cancel", args=[other.pk]), {"reason": "与迎检冲突"}).status_code == 303
    assert "与迎检冲突" in text_of(client.get(other.get_absolute_url()))
    assert sign_in("grid_worker").get(other.get_absolute_url()).status_code == 404, "units see what has started"


def test_money_is_told_beside_what_it_brought_for_one_kind_of_work_and_for_several(town, sign_in):
    funds = metric("campaign-funds", "创建经费投入", "元", group="组织推进")
    alone, several = running(town), running(town, name="两项行动")
    for operation in (alone, several):
        actions.save_counted(town.actors["clerk"], operation_id=operation.pk, metric=funds, part="cost")
    actions.save_counted(town.actors["clerk"], operation_id=several.pk, metric=metrics()["stickers"])
    with clock.at(at(17)):
        for operation in (alone, several):
            quantities = {funds.pk: Decimal(8000), metrics()["area"].pk: Decimal(100)}
            actions.tell_day(
                town.actors["clerk"], operation_id=operation.pk, unit=town.units["community"], day=at(17).date(), quantities=quantities
            )
        page = sign_in("clerk")
        told, shared = (text_of(page.get(operation.get_absolute_url())) for operation in (alone, several))
    assert "125 平方米" in told and "单位成本 80 元" in told
    assert "125 平方米" in shared and "单位成本" not in shared, "the money was spent on both"


def test_the_sheet_tells_nought_from_not_told(town, sign_in, tuesday):
    operation = running(town)
    tell(town, operation, 17, area="12.5", people=0)
    content = sign_in("clerk").get(reverse("duties:operation-figures", args=[operation.pk])).content
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    line = next(row for row in rows if "第1社区居委会" in row)
    assert line[2:5] == [12.5, 0.0, ""]


def test_segments_come_in_by_a_sheet_and_the_same_sheet_twice_changes_nothing(town):
    operation = drafted(town)
    clerk, parameters = town.actors["clerk"], {"operation": str(operation.pk)}
    titles = ["序号", "段面", "责任领导", "责任单位", "责任内容"]
    content = sheet(titles, [1, "站前广场", "党委委员", "第1社区居委会", "保洁"], [2, "出站口", "", "城管局", "劝离摊贩"])
    done = importing.bring_in(clerk, "operation_segments", content, parameters)
    assert (done["creates"], done["result"], Segment.objects.count()) == (2, {"created": 2, "changed": 0}, 2)
    assert operation.units.filter(unit=town.units["department"]).exists()
    again = importing.bring_in(clerk, "operation_segments", content, parameters)
    assert (again["creates"], again["updates"], again["unchanged"], again["result"]) == (0, 0, 2, {})
    wrong = sheet(["段面", "责任单位"], ["站前广场", "没有的单位"], ["出站口", "城管局"], ["出站口", "城管局"])
    with pytest.raises(importing.ImportRefused) as refused:
        importing.bring_in(clerk, "operation_segments", wrong, parameters)
    assert [(one.row, one.code) for one in refused.value.problems] == [(2, "unknown_unit"), (4, "twice")]


def test_operations_over_rest(town, tuesday):
    operation = running(town)

    def api(role):
        token = people.make_token(town.actors["system_admin"], town.accounts[role], "测试")
        return Client(headers={"Authorization": f"Bearer {token}"})

    worker, base = api("grid_worker"), f"/api/v1/operations/{operation.pk}"
    day = {"unit_id": town.units["community"].pk, "day": "2026-11-17", "figures": [{"metric": "illegal-buildings", "quantity": "100.5"}]}
    told = worker.post(f"{base}/days", json.dumps(day), content_type="application/json")
    assert told.status_code == 201 and len(told.json()["facts"]) == 1
    assert worker.post(f"{base}/days", json.dumps(day), content_type="application/json").json() == {"facts": []}
    found = worker.get(base).json()
    assert found["counted"][0]["share"] == "201/2000"
    assert [(one["times_told"], one["now"]) for one in found["units"] if one["unit"] == town.units["community"].pk] == [(1, True)]
    assert worker.get("/api/v1/operations").json()["items"][0]["name"] == operation.name
    assert worker.post(f"{base}/end").status_code == 403 and worker.get(f"{base}/afterwards").status_code == 404
    assert api("clerk").post(f"{base}/end").json()["state"] == "ended"
    told = {"paper": "茂创文〔2026〕31号", "reason": "由区里合并行文"}
    for wrong in ({}, {"paper": "无", "reason": "x"}, {"paper": "9号", "reason": ""}, {"paper": "9号" * 99, "reason": "x"}):
        assert api("clerk").post(f"{base}/report", json.dumps(wrong), content_type="application/json").status_code == 422
    assert worker.post(f"{base}/report", json.dumps(told), content_type="application/json").status_code == 403
    assert api("clerk").post(f"{base}/report", json.dumps(told), content_type="application/json").json()["report_paper"] == told["paper"]


def test_the_page_shows_the_first_units_and_the_way_to_the_rest_and_figures_open(town, sign_in, tuesday, monkeypatch):
    monkeypatch.setattr("chuangwen.duties.operations.views.life.PER_PAGE", 2)
    monkeypatch.setattr("chuangwen.duties.operations.views.life.NAMED", 1)
    operation, client = running(town), sign_in("clerk")
    tell(town, operation, 16, area="42.5")
    tell(town, operation, 16, unit="community2", area="7.25")

    def table(page):
        body = client.get(operation.get_absolute_url(), {"units": page}).content.decode()
        part = body.split('id="units"')[1].split('id="segments"')[0]
        return body, part, re.findall(r'<th scope="row"[^>]*>([^<]+)', part)

    body, first, names = table("1")
    assert len(names) == 3 and "共 3 条" in first and "?units=2#units" in first, "two units and the sum"
    assert "49.75" in first, "the sum is of all units, not of the page"
    assert " …</div>" in body, "of those who have not told, the first is named"
    _body, second, rest = table("2")
    assert len(rest) == 2 and not set(names[:2]) & set(rest)
    assert table("99")[2] == rest and table("nonsense")[2] == names, "beyond the end the last page, nonsense the first"
    [address] = re.findall(r'href="([^"]+)">42.5<', first + second)
    listed = client.get(address.replace("&amp;", "&")).content.decode().split("<tbody")[1]
    assert "42.5" in listed and "7.25" not in listed


def test_what_a_button_refuses_leads_back_to_the_page_on_which_it_stood(town, sign_in):
    operation = running(town)
    clerk, page = sign_in("clerk"), reverse("duties:operation", args=[operation.pk])
    address = reverse("duties:operation-start", args=[operation.pk])
    answer = clerk.post(address, headers={"Referer": f"http://testserver{page}"})
    assert answer.status_code in (409, 422) and f'href="http://testserver{page}"' in answer.content.decode()
    elsewhere = clerk.post(address, headers={"Referer": "https://example.org/x"})
    assert "example.org" not in elsewhere.content.decode()
