"""The pages: what a figure opens is what it counts; entering asks about doubles; a sheet goes from upload to the ledger."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from chuangwen.kernel import clock, jobs
from chuangwen.kernel.models import ImportRun
from chuangwen.kernel.sheets import Column, read_sheet
from chuangwen.ledger import actions
from chuangwen.ledger.models import Fact, SheetLayout, SheetUpload
from chuangwen.ledger.tests.ground import DAY, enter, make_metric, sheet
from chuangwen.testing.pictures import jpeg


@pytest.fixture(autouse=True)
def _today():
    with clock.at(datetime(2026, 11, 21, 10, tzinfo=clock.LOCAL)):
        yield


def links(html: str, path: str) -> set[str]:
    return {found.replace("&amp;", "&") for found in re.findall(r'href="([^"]+)"', html) if path in found}


def some_facts(town):
    banners, volunteers = make_metric(code="banners"), make_metric("last", code="volunteers", measure="人")
    for n in range(12):
        unit = town.units["community" if n % 2 else "community2"]
        operation = "清洁家园" if n % 3 else ""
        enter(town, banners, n + 1, unit=unit, ends_on=DAY - timedelta(days=n * 5), operation=operation)
        enter(town, volunteers, 100 + n, unit=unit, ends_on=DAY - timedelta(days=n * 5))
    first = Fact.objects.filter(metric=banners, counts=True).first()
    actions.correct_fact(town.actors["clerk"], fact_id=first.pk, quantity=Decimal(50), reason="改")
    actions.withdraw_fact(town.actors["clerk"], fact_id=Fact.objects.filter(metric=banners, counts=True).last().pk, reason="撤")
    return banners, volunteers


def test_every_total_opens_exactly_the_facts_that_it_counts(town, sign_in):
    metrics, clerk, opened = some_facts(town), sign_in("clerk"), 0
    for metric in metrics:
        for query in (
            {},
            {"division": town.communities[0].path},
            {"unit": town.units["community"].path},
            {"operation": "清洁家园"},
        ):
            page = clerk.get(metric.get_absolute_url(), query)
            total, rows = page.context["total"], clerk.get(page.context["facts_url"])
            assert rows.context["rows"].count == total.count, (metric, query)
            assert total.count or (query and metric.is_stock)
            if not total.count:
                continue
            opened += 1
            for table in page.context["tables"]:
                for row in table["rows"]:
                    assert clerk.get(row["facts"]).context["rows"].count == row["count"], (metric, query, row)
                    opened += 1
            for link, (_name, _link, _values) in zip(page.context["chart"].links, page.context["chart"].body(), strict=True):
                if link is not None:
                    assert clerk.get(link).context["rows"].count > 0
    assert opened > 20


def test_the_totals_page_and_its_sheet_say_the_same(town, sign_in):
    banners, volunteers = some_facts(town)
    clerk = sign_in("clerk")
    query = {"start": "2026-01-01", "end": "2026-11-21"}
    page = clerk.get(reverse("ledger:totals"), query)
    shown = {row["metric"].pk: row["total"] for _group, rows in page.context["groups"] for row in rows}
    answer = clerk.get(reverse("ledger:totals"), query | {"export": "xlsx"})
    columns = [Column("metric", "指标"), Column("total", "合计", kind="decimal"), Column("count", "记录", kind="int")]
    found = {row.values["metric"]: row.values["total"] for row in read_sheet(answer.content, columns).rows}
    assert {metric.pk: f"{found[metric.name]:,f}" for metric in (banners, volunteers)} == shown
    # 2 to 12 as entered, the newest corrected to 50, the oldest (12) taken back; the newest of each community of the stock.
    assert found == {banners.name: Decimal(sum(range(2, 12)) + 50), volunteers.name: Decimal(201)}


def test_the_dictionary_says_in_what_is_counted_and_who_reports_it_on_the_page_and_in_the_sheet(town, sign_in):
    asked, free = make_metric(code="asked", measure="户次", reporter_kind="community"), make_metric(code="free", measure="块")
    clerk = sign_in("clerk")
    page = re.sub(r"<[^>]+>", " ", clerk.get(reverse("ledger:metrics")).content.decode())
    for metric, measure, reporter in ((asked, "户次", "社区"), (free, "块", "不限")):
        assert re.search(rf"{metric.name}\s.*?\s{measure}\s+{reporter}", page, re.S), page
    content = clerk.get(reverse("ledger:metrics"), {"export": "xlsx"}).content
    columns = [Column("metric", "指标"), Column("measure", "计量单位"), Column("reporter", "填报单位类型")]
    rows = {row.values["metric"]: (row.values["measure"], row.values["reporter"]) for row in read_sheet(content, columns).rows}
    assert rows[asked.name][0] == "户次" and "社区" in rows[asked.name][1] and rows[free.name] == ("块", "不限")


def test_a_day_is_entered_at_once_and_doubles_are_asked_about(town, sign_in):
    one, share = make_metric(code="one", reporter_kind="community", rhythm="day"), make_metric("share", code="share")
    clerk, unit = sign_in("clerk"), town.units["community"]
    address = f"{reverse('ledger:enter')}?unit={unit.pk}"
    page = clerk.get(address)
    assert page.context["top"][0]["metric"] == one and page.context["form"]["unit"].initial == unit
    data = {"unit": unit.pk, "day": "2026-11-20", f"m{one.pk}": "12", f"m{share.pk}": "9", f"b{share.pk}": "10"}
    form = {"uid": page.context["form"]["uid"].initial, "operation": "", "source_words": "", "division": ""}
    answer = clerk.post(address, data | form)
    assert answer.status_code == 303 and Fact.objects.count() == 2
    assert clerk.get(answer.headers["Location"]).context["rows"].count == 2
    assert clerk.post(address, data | form).status_code == 303 and Fact.objects.count() == 2, "the same form twice is stored once"
    other = form | {"uid": "0197aaaa-0000-7000-8000-000000000001"}
    asked = clerk.post(address, data | other | {f"m{one.pk}": "15"})
    assert asked.status_code == 409 and "台账里可能已有" in asked.content.decode() and Fact.objects.count() == 2
    old = Fact.objects.get(metric=one)
    decided = {f"d{one.pk}": f"correct:{old.pk}", f"d{share.pk}": "leave"}
    assert clerk.post(address, data | other | {f"m{one.pk}": "15"} | decided).status_code == 303
    assert Fact.objects.get(metric=one, counts=True).quantity == 15 and Fact.objects.count() == 3


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"m": ""}, "请至少填写一项数量"),
        ({"m": "-1"}, "0"),
        ({"m": "1e99"}, "数字"),
        ({"m": "1.23456"}, "4"),
        ({"day": "2027-01-01"}, "日期不能晚于今天"),
        ({"unit": "999999"}, ""),
        ({"division": "x"}, ""),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(town, sign_in, changes, words):
    metric = make_metric()
    data = {
        "unit": town.units["community"].pk,
        "day": "2026-11-20",
        f"m{metric.pk}": "1",
        "division": "",
        "operation": "",
        "source_words": "",
    }
    data |= {(f"m{metric.pk}" if key == "m" else key): value for key, value in changes.items()}
    answer = sign_in("clerk").post(reverse("ledger:enter"), data)
    assert answer.status_code == 422 and words in answer.content.decode() and not Fact.objects.exists()


def test_one_fact_with_photos_and_its_chain_on_the_page(town, sign_in):
    metric, clerk = make_metric(), sign_in("clerk")
    data = {
        "quantity": "7", "ends_on": "2026-11-20", "starts_on": "2026-11-18", "unit": town.units["community"].pk, "division": "", "site": "",
        "operation": "六乱整治", "source_words": "第3页", "source_url": "", "note": "",
        "photos": SimpleUploadedFile("a.jpg", jpeg(5), "image/jpeg"),
    }  # fmt: skip
    answer = clerk.post(reverse("ledger:metric-enter", args=[metric.pk]), data)
    fact = Fact.objects.get()
    assert answer.headers["Location"] == fact.get_absolute_url() and fact.photos.count() == 1
    correct = clerk.post(reverse("ledger:fact-correct", args=[fact.pk]), {"quantity": "8", "reason": "漏数", "note": ""})
    newest = Fact.objects.get(counts=True)
    assert correct.headers["Location"] == newest.get_absolute_url() and newest.photos.count() == 1
    page = clerk.get(fact.get_absolute_url())
    assert page.context["newest"] == newest and len(page.context["chain"]) == 2 and not page.context["may_correct"]
    gone = clerk.post(reverse("ledger:fact-withdraw", args=[newest.pk]), {"reason": "误报"})
    assert gone.status_code == 303 and not Fact.objects.filter(counts=True).exists()
    assert clerk.post(reverse("ledger:fact-correct", args=[newest.pk]), {"quantity": "8", "reason": "再改"}).status_code == 422


def test_a_sheet_goes_from_upload_over_its_layout_to_the_ledger(town, sign_in):
    make_metric(code="banners", name="悬挂横幅")
    clerk, unit = sign_in("clerk"), town.units["community"]
    content = sheet(["日期", "横幅条数"], ["2026-11-20", 12])
    file = SimpleUploadedFile("宣传.xlsx", content)
    answer = clerk.post(reverse("ledger:sheet-new"), {"unit": unit.pk, "file": file, "day": ""})
    upload = SheetUpload.objects.get()
    assert answer.headers["Location"] == reverse("ledger:sheet-layout", args=[upload.pk])
    page = clerk.get(answer.headers["Location"])
    assert [column["title"] for column in page.context["columns"]] == ["日期", "横幅条数"]
    refused = clerk.post(answer.headers["Location"], {"name": "宣传", "c0": "day", "c1": ""})
    assert refused.status_code == 422 and "没有一列是数量" in refused.content.decode()
    answer = clerk.post(answer.headers["Location"], {"name": "宣传", "c0": "day", "c1": "metric:banners"})
    run = ImportRun.objects.get()
    jobs.run_waiting()
    shown = clerk.get(answer.headers["Location"])
    assert shown.status_code == 200 and shown.context["report"]["creates"] == 1
    clerk.post(reverse("import-confirm", args=[run.pk]))
    jobs.run_waiting()
    assert Fact.objects.get().quantity == 12 and SheetLayout.objects.get().unit == unit
    again = clerk.post(
        reverse("ledger:sheet-new"), {"unit": unit.pk, "file": SimpleUploadedFile("十二月.xlsx", content), "day": ""}
    )
    assert again.headers["Location"].startswith("/"), "a known sheet is read at once"
    assert ImportRun.objects.count() == 2 and SheetUpload.objects.count() == 1
    for bad in (b"", b"no sheet", b"PK\x03\x04broken", sheet([1, 2], [3, 4])):
        answer = clerk.post(reverse("ledger:sheet-new"), {"unit": unit.pk, "file": SimpleUploadedFile("x.xlsx", bad), "day": ""})
        assert answer.status_code == 422


@pytest.mark.parametrize(
    "query",
    [
        {"start": "9999-99-99"},
        {"start": "0001-01-01", "end": "9999-12-31"},
        {"division": "9" * 300},
        {"by": "x"},
    ],
)
def test_a_scope_that_cannot_be_is_answered_by_the_usual(town, sign_in, query):
    metric = make_metric()
    enter(town, metric, 1)
    for address in (metric.get_absolute_url(), reverse("ledger:totals")):
        assert sign_in("clerk").get(address, query).status_code == 200


def test_a_metric_is_added_and_taken_out_of_use(town, sign_in):
    clerk = sign_in("clerk")
    data = {
        "name": "路灯亮灯", "group": "设施改善", "measure": "盏", "adds": "share", "digits": "1", "explanation": "", "direction": "at_least",
        "target": "96", "span": "", "reporter_kind": "", "rhythm": "", "aliases": "亮灯率、路灯", "active": "on",
    }  # fmt: skip
    answer = clerk.post(reverse("ledger:metric-new"), data)
    page = clerk.get(answer.headers["Location"])
    assert page.context["threshold"] == "≥ 96%" and page.context["metric"].aliases == ["亮灯率", "路灯"]
    assert clerk.post(reverse("ledger:metric-new"), data).status_code == 422
    assert sign_in("liaison").post(reverse("ledger:metric-new"), data).status_code == 403


def test_the_list_of_facts_is_exported_with_what_was_replaced(town, sign_in):
    some_facts(town)
    answer = sign_in("clerk").get(reverse("ledger:facts"), {"export": "xlsx", "state": "replaced"})
    columns = [Column("metric", "指标"), Column("quantity", "数量", kind="decimal"), Column("state", "状态")]
    assert {row.values["state"] for row in read_sheet(answer.content, columns).rows} == {"已更正"}
