"""The import pages, from the upload to the result, as a browser without scripts would use them."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from chuangwen.kernel import access, importing, jobs, sheets
from chuangwen.kernel.importing import IMPORTERS
from chuangwen.kernel.models import AuditEntry, ImportRun, Job
from chuangwen.kernel.sheets import Column
from chuangwen.places.models import Division
from chuangwen.web.system import forms

pytestmark = pytest.mark.django_db(transaction=True)
CODES = [Column("code", "区划代码"), Column("name", "名称")]


@pytest.fixture
def clerk(enter):
    return enter("clerk")


def book(*rows, columns=CODES) -> bytes:
    return sheets.write_table(columns, [list(row) for row in rows])


def upload(client, kind, content, name="区划.xlsx", **parameters):
    file = SimpleUploadedFile(name, content)
    return client.post(f"/imports/kinds/{kind}/", {"file": file} | {f"p_{k}": v for k, v in parameters.items()})


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


NEW = [("440902003101", "光明社区"), ("440902003102", "胜利社区")]


def test_a_sheet_goes_from_the_upload_to_the_result(clerk, town):
    before = Division.objects.count()
    answer = upload(clerk, "divisions", book(*NEW))
    run = ImportRun.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"/imports/runs/{run.pk}/"

    waiting = text(clerk.get(answer["Location"]))
    assert 'hx-trigger="every 1s"' in waiting and "确认导入" not in waiting
    assert "已导入" not in waiting

    jobs.run_waiting()
    shown = text(clerk.get(answer["Location"]))
    assert "将新增 2 条，0 条不变。" in shown and "光明社区" in shown and "确认导入" in shown
    assert Division.objects.count() == before

    assert clerk.post(f"/imports/runs/{run.pk}/confirm/").status_code == 302
    jobs.run_waiting()
    assert "导入完成。" in text(clerk.get(answer["Location"]))
    assert Division.objects.filter(code__in=[code for code, _name in NEW]).count() == 2
    assert AuditEntry.objects.filter(verb="kernel.import").count() == 1


def test_the_same_file_again_finds_nothing_to_do(clerk):
    for wanted in ("确认导入", "不会有任何改动"):
        ImportRun.objects.update(created_at="2026-01-01T00:00:00Z")
        page = upload(clerk, "divisions", book(*NEW))["Location"]
        jobs.run_waiting()
        shown = text(clerk.get(page))
        assert wanted in shown
        clerk.post(f"{page}confirm/")
        jobs.run_waiting()
    assert "确认导入" not in shown
    assert AuditEntry.objects.filter(verb="kernel.import").count() == 1


def test_two_taps_on_any_button_do_one_thing(clerk):
    content = book(*NEW)
    first, second = upload(clerk, "divisions", content), upload(clerk, "divisions", content)
    assert first["Location"] == second["Location"] and Job.objects.count() == 1
    jobs.run_waiting()
    clerk.post(f"{first['Location']}confirm/")
    clerk.post(f"{first['Location']}confirm/")
    assert jobs.run_waiting() == 1
    assert AuditEntry.objects.filter(verb="kernel.import").count() == 1


def test_wrong_cells_are_named_by_row_and_column_and_nothing_is_stored(clerk):
    before = Division.objects.count()
    page = upload(clerk, "divisions", book(NEW[0], ("4409020031", "十位社区"), (NEW[1][0], "")))["Location"]
    jobs.run_waiting()
    shown = text(clerk.get(page))
    assert "表格有 2 处问题。" in shown and "确认导入" not in shown
    assert "A 区划代码" in shown and "4409020031" in shown and "B 区划名称" in shown
    clerk.post(f"{page}confirm/")
    assert jobs.run_waiting() == 0
    assert Division.objects.count() == before

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(clerk.get(f"{page}problems.xlsx").content)).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert any(row[0] == "3" and "4409020031" in str(row) for row in rows) and any(row[0] == "4" for row in rows)


@pytest.mark.parametrize(
    "content, sentence",
    [
        ("只是一段文字，没有表格".encode() * 3, "没有找到列名相符的表格"),
        (b"PK\x03\x04 cut off", "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "另存为"),
        (b"%PDF-1.7 ....", "不是 Excel 工作簿"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_with_what_to_do(clerk, content, sentence):
    page = upload(clerk, "divisions", content)["Location"]
    jobs.run_waiting()
    shown = text(clerk.get(page))
    assert "表格未被接收，没有保存任何内容。" in shown and sentence in shown
    assert "上传改正后的文件" in shown and "Traceback" not in shown


def test_a_file_that_is_missing_empty_or_too_large_is_said_so_at_once(clerk, monkeypatch):
    assert clerk.post("/imports/kinds/divisions/", {}).status_code == 422
    empty = upload(clerk, "divisions", b"")
    assert empty.status_code == 422 and "空" in text(empty)
    monkeypatch.setattr(forms, "LARGEST", 1_048_576)
    large = upload(clerk, "divisions", b"x" * 1_048_577)
    assert large.status_code == 422 and "文件超过 1 MB。" in text(large)
    assert not ImportRun.objects.exists() and not Job.objects.exists()


def test_what_only_a_person_can_decide_is_asked_and_taken(clerk, town):
    nameless = town.street.add_child(code=None, name="光明社区", level=Division.Level.VILLAGE)
    page = upload(clerk, "divisions", book(NEW[0]))["Location"]
    jobs.run_waiting()
    shown = text(clerk.get(page))
    assert "需要您来判断" in shown and "将新增 1 条" in shown
    field = re.search(r'name="(q_[0-9a-f]+)"', shown)[1]

    assert clerk.post(f"{page}answers/", {field: "nonsense"}).status_code == 422
    assert clerk.post(f"{page}answers/", {field: "join"}).status_code == 302
    jobs.run_waiting()
    shown = text(clerk.get(page))
    assert "将更新 1 条" in shown
    assert re.search(rf'value="join"[^>]*name="{field}"[^>]*checked|name="{field}"[^>]*value="join"[^>]*checked', shown)

    clerk.post(f"{page}confirm/")
    jobs.run_waiting()
    nameless.refresh_from_db()
    assert nameless.code == NEW[0][0]


def test_an_answer_that_was_changed_and_not_read_again_is_not_lost_by_confirming(clerk, town):
    town.street.add_child(code=None, name="光明社区", level=Division.Level.VILLAGE)
    page = upload(clerk, "divisions", book(NEW[0]))["Location"]
    jobs.run_waiting()
    field = re.search(r'name="(q_[0-9a-f]+)"', text(clerk.get(page)))[1]
    clerk.post(f"{page}confirm/", {field: "join"})
    jobs.run_waiting()
    shown = text(clerk.get(page))
    assert "您改了选择" in shown and "将更新 1 条" in shown and not Division.objects.filter(code=NEW[0][0]).exists()
    clerk.post(f"{page}confirm/", {field: "join"})
    jobs.run_waiting()
    assert Division.objects.get(code=NEW[0][0]).name == "光明社区" and Division.objects.filter(name="光明社区").count() == 1


def test_what_an_importer_asks_besides_the_file_is_offered_kept_and_checked(clerk):
    page = text(clerk.get("/imports/kinds/observations/?round=第一轮"))
    assert 'value="第一轮"' in page and 'type="date"' in page
    wrong = upload(clerk, "observations", book(), round="", date="2016-13-40")
    assert wrong.status_code == 422 and text(wrong).count("invalid-feedback") == 2


def test_a_real_round_is_brought_in_through_the_pages(clerk, wujiang):
    page = upload(clerk, "observations", (wujiang / "observations.xlsx").read_bytes(), "observations.xlsx", round="2016")[
        "Location"
    ]
    jobs.run_waiting()
    shown = text(clerk.get(page))
    assert "228" in shown and "73" in shown
    clerk.post(f"{page}confirm/")
    jobs.run_waiting()
    run = ImportRun.objects.get()
    assert run.state == ImportRun.State.APPLIED and run.report["creates"] == 228
    assert "导入完成。" in text(clerk.get(page))
    assert "round=2016" in text(clerk.get(page))


@pytest.mark.parametrize("kind", sorted({"divisions", "grids", "sites", "units", "standard", "observations", "cases"}))
def test_every_kind_has_a_page_and_a_template_that_reads_back_empty(clerk, settings, kind):
    settings.ROOT_URLCONF = "chuangwen.config.urls"
    page = clerk.get(f"/imports/kinds/{kind}/")
    assert page.status_code == 200 and 'type="file"' in text(page)
    template = clerk.get(f"/imports/kinds/{kind}/template.xlsx")
    assert template["Content-Type"] == sheets_type() and "attachment" in template["Content-Disposition"]
    content = b"".join(template) if template.streaming else template.content
    read = sheets.read_sheet(content, IMPORTERS[kind].columns)
    assert read.rows == [] and not read.problems and not read.unknown_columns
    assert importing._remarks(read) == []
    assert reverse(IMPORTERS[kind].page)


def sheets_type() -> str:
    return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_a_killed_worker_leaves_a_page_that_says_so_and_a_second_one_that_ends_it(clerk):
    page = upload(clerk, "divisions", book(*NEW))["Location"]
    jobs.run_waiting()
    clerk.post(f"{page}confirm/")
    job = jobs._claim("killed")
    Job.objects.filter(pk=job.pk).update(lease_until="2026-01-01T00:00:00Z")
    assert "处理中" in text(clerk.get(page))
    assert jobs.put_back_lost() == 1
    jobs.run_waiting()
    assert "导入完成。" in text(clerk.get(page))
    assert AuditEntry.objects.filter(verb="kernel.import").count() == 1


def test_a_stopped_reading_can_be_begun_again(clerk):
    page = upload(clerk, "divisions", book(*NEW))["Location"]
    job = Job.objects.get()
    clerk.post(f"/jobs/{job.pk}/cancel/")
    assert "读取或导入被中断，没有保存任何内容。" in text(clerk.get(page))
    clerk.post(f"{page}answers/")
    jobs.run_waiting()
    assert "确认导入" in text(clerk.get(page))


def test_the_part_that_htmx_asks_for_is_the_part_alone(clerk):
    page = upload(clerk, "divisions", book(*NEW))["Location"]
    jobs.run_waiting()
    part = clerk.get(page, headers={"HX-Request": "true", "HX-Target": "import-run"})
    assert text(part).startswith('<div id="import-run"') and "确认导入" in text(part)


def test_ones_own_imports_are_listed_and_those_of_others_are_not(clerk, enter):
    content = book(*NEW)
    page = upload(clerk, "divisions", content, "我的表.xlsx")["Location"]
    other = enter("system_admin")
    assert "我的表.xlsx" in text(clerk.get("/imports/history/")) and "我的表.xlsx" in text(clerk.get("/imports/"))
    assert "我的表.xlsx" not in text(other.get("/imports/history/"))
    for url in (page, f"{page}file/", f"{page}problems.xlsx"):
        assert other.get(url).status_code == 404
    for url in (f"{page}confirm/", f"{page}answers/"):
        assert other.post(url).status_code == 404
    assert b"".join(clerk.get(f"{page}file/").streaming_content) == content


@pytest.mark.parametrize("role", access.ROLES)
def test_each_role_sees_the_kinds_that_it_may_bring_in_and_no_others(enter, town, role):
    client, actor = enter(role), town.actors[role]
    overview = client.get("/imports/")
    assert overview.status_code == (200 if actor.may("kernel.import") else 403)
    for kind, importer in IMPORTERS.items():
        allowed = importer.granted(actor)
        assert client.get(f"/imports/kinds/{kind}/").status_code == (200 if allowed else 403)
        assert client.get(f"/imports/kinds/{kind}/template.xlsx").status_code == (200 if allowed else 403)
        assert upload(client, kind, b"x").status_code != 302 or allowed
        assert (f"/imports/kinds/{kind}/" in text(overview)) is allowed
    assert ImportRun.objects.exists() is any(
        importer.granted(actor) and not importer.parameters for importer in IMPORTERS.values()
    )


def test_who_is_not_signed_in_is_asked_to_sign_in_and_an_unknown_kind_is_not_there(clerk):
    for url in ("/imports/", "/imports/kinds/divisions/", "/imports/kinds/divisions/template.xlsx", "/imports/history/"):
        answer = Client().get(url)
        assert answer.status_code == 302 and "/sign-in/" in answer["Location"]
    assert clerk.get("/imports/kinds/nothing/").status_code == 404
    assert clerk.get("/imports/runs/999999/").status_code == 404
    assert clerk.get(f"/imports/runs/{2**70}/").status_code == 404
    assert clerk.get("/imports/runs/1/confirm/").status_code == 405


def test_the_history_costs_the_same_at_any_length(clerk, django_assert_max_num_queries, town):
    moment = "2026-01-01T00:00:00Z"
    ImportRun.objects.bulk_create(
        ImportRun(kind="sites", file_key="0" * 64, file_name=f"{n}.xlsx", account=town.accounts["clerk"], created_at=moment)
        for n in range(60)
    )
    with django_assert_max_num_queries(14):
        assert clerk.get("/imports/history/?size=50").status_code == 200


def test_a_fact_of_an_importer_is_told_in_words(clerk):
    from chuangwen.web.system import words

    importer = IMPORTERS["observations"]
    told = words.told(
        importer, {"rows_counted": 1228, "nobody_named": 1, "areas": ["甲", "乙"], "made": {"sites": 3, "areas": 0}}
    )
    assert told.facts == [("计入的行", "1,228"), ("区域", "甲、乙"), ("新增 · 点位", "3")]
    assert words.told(importer, {"unplaced": [{"row": 4, "reason": "没有点位"}]}).tables[0].columns == ["行", "原因"]


def test_the_report_that_was_shown_is_the_one_that_counts(clerk, town):
    page = upload(clerk, "divisions", book(*NEW))["Location"]
    jobs.run_waiting()
    town.street.add_child(code=NEW[0][0], name="别的名字", level=Division.Level.VILLAGE)
    clerk.post(f"{page}confirm/")
    jobs.run_waiting()
    shown = text(clerk.get(page))
    assert "您查看之后，系统中的数据有了变化" in shown and "确认导入" in shown
    assert not Division.objects.filter(code=NEW[1][0]).exists()
