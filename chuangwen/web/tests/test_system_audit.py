"""The audit pages: found, read, exported, verified; by the audit administrator alone."""

import io
import re
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from python_calamine import CalamineWorkbook

from chuangwen.kernel import access, actions, audit, clock, jobs
from chuangwen.kernel.access import Actor
from chuangwen.kernel.models import AuditEntry, Job
from chuangwen.web.system.differences import differences

pytestmark = pytest.mark.django_db(transaction=True)
WANG = Actor(account_id=71, name="王敏", channel="page", address="10.0.0.7")
LI = Actor(account_id=72, name="李强", channel="api", address="10.0.0.8")
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=clock.LOCAL)


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def auditor(enter):
    return enter("audit_admin")


@pytest.fixture
def trail(town):
    for number, (who, verb, title) in enumerate(
        [(WANG, "kernel.edit_calendar", "元旦"), (LI, "kernel.import", "点位表"), (WANG, "kernel.import", "区划表")]
    ):
        with clock.at(MONDAY + timedelta(days=number)), transaction.atomic():
            audit.record(who, verb, town.street, title=title, before={"name": "旧名"}, after={"name": "新名", "works": True})


@pytest.mark.parametrize(
    "query, found",
    [
        ("", "元旦 点位表 区划表"),
        ("?who=王敏", "元旦 区划表"),
        ("?verb=kernel.import", "点位表 区划表"),
        ("?at_from=2026-11-17&at_to=2026-11-17", "点位表"),
        ("?channel=api", "点位表"),
        ("?address=10.0.0.7", "元旦 区划表"),
        ("?q=点位", "点位表"),
        ("?who=王敏&verb=kernel.import", "区划表"),
    ],
)
def test_entries_are_found_by_who_verb_day_channel_address_and_object(auditor, trail, query, found):
    shown = text(auditor.get(f"/audit/{query}"))
    assert [word for word in ("元旦", "点位表", "区划表") if f"{word}</td>" in shown] == found.split()


def test_the_entries_of_one_object_stand_together(auditor, trail, town):
    with transaction.atomic():
        audit.record(LI, "kernel.import", town.sites[0], title="别的对象")
    shown = text(auditor.get(f"/audit/?object=places.division:{town.street.pk}"))
    assert "区划表" in shown and "别的对象" not in shown


def test_an_entry_shows_before_and_after_and_that_its_seal_holds(auditor, trail):
    shown = text(auditor.get("/audit/2/"))
    assert "<del>旧名</del>" in shown and "<ins>新名</ins>" in shown
    assert "李强" in shown and "10.0.0.8" in shown and "接口" in shown
    assert "内容和链接与封存时一致" in shown
    assert 'href="/audit/1/"' in shown and 'href="/audit/3/"' in shown
    AuditEntry.objects.filter(number=2).update(title="改过")
    assert "内容或链接在封存后被改动" in text(auditor.get("/audit/2/"))
    assert "内容和链接与封存时一致" in text(auditor.get("/audit/3/"))


def test_text_from_outside_is_shown_as_text(auditor, trail):
    with transaction.atomic():
        audit.record(LI, "kernel.import", title="<script>x</script>", after={"<b>k</b>": "<img src=x>"})
    shown = text(auditor.get("/audit/4/")) + text(auditor.get("/audit/"))
    assert "<script>x" not in shown and "<img src=x>" not in shown and "<b>k</b>" not in shown


def test_the_export_holds_the_rows_and_leaves_an_entry_itself(auditor, trail):
    answer = auditor.get("/audit/?verb=kernel.import&export=xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[6] for row in rows if row[6] in ("元旦", "点位表", "区划表")] == ["区划表", "点位表"]
    assert any("旧名 → 新名" in str(row) for row in rows)
    entry = AuditEntry.objects.order_by("-number").first()
    assert (entry.note, entry.verb, entry.after["rows"]) == ("export", "kernel.see_audit", 2)
    assert entry.actor_name == "测试audit_admin"


def test_the_chain_is_verified_by_a_job_and_the_result_stands_on_the_page(auditor, trail):
    assert "还没有在这里校验过" in text(auditor.get("/audit/check/"))
    assert auditor.post("/audit/check/").status_code == 302
    auditor.post("/audit/check/")
    assert Job.objects.count() == 1
    assert 'hx-trigger="every 1s"' in text(auditor.get("/audit/check/"))
    jobs.run_waiting()
    shown = text(auditor.get("/audit/check/"))
    assert "链条完整。" in shown and "共读取 3 条记录" in shown and "至少保存六个月" in shown
    AuditEntry.objects.filter(number=2).update(note="改过")
    auditor.post("/audit/check/")
    jobs.run_waiting()
    shown = text(auditor.get("/audit/check/"))
    assert "链条有 1 处断裂。" in shown and 'href="/audit/2/"' in shown
    assert "链条有断裂" in text(auditor.get("/audit/"))


@pytest.mark.parametrize("role", access.ROLES)
def test_the_trail_is_open_to_the_audit_administrator_alone(enter, trail, role):
    client, wanted = enter(role), 200 if role == "audit_admin" else 403
    for url in ("/audit/", "/audit/1/", "/audit/check/", "/audit/?export=xlsx"):
        assert client.get(url).status_code == wanted
    assert client.post("/audit/check/").status_code == (302 if role == "audit_admin" else 403)


def test_there_is_no_way_to_change_or_remove_an_entry(auditor, trail):
    for url in ("/audit/1/", "/audit/"):
        for method in ("put", "patch", "delete"):
            assert getattr(auditor, method)(url).status_code == 405
    assert auditor.post("/audit/1/").status_code == 405
    assert auditor.post("/audit/", {"action": "delete", "selected": "1"}).status_code == 403
    assert AuditEntry.objects.count() == 3


def test_who_is_not_signed_in_is_asked_to_and_a_number_that_is_not_is_not_there(auditor, trail):
    assert Client().get("/audit/").status_code == 302
    assert auditor.get("/audit/99/").status_code == 404
    assert auditor.get(f"/audit/{2**70}/").status_code == 404


def test_differences_are_told_in_the_words_of_the_field():
    rows = differences(
        {"state": "queued", "same": 1, "deep": {"name": "甲"}}, {"state": "done", "same": 1, "deep": {"name": "乙"}}, "kernel.job"
    )
    assert [(row.label, row.before, row.after, row.changed) for row in rows] == [
        ("状态", "排队中", "完成", True),
        ("deep · 名称", "甲", "乙", True),
        ("same", "1", "1", False),
    ]
    assert differences(None, None) == []
    assert [(row.before, row.after) for row in differences(None, {"works": False})] == [("—", "否")]


def test_an_edit_on_another_page_can_be_read_here(auditor, town):
    actions.set_days(town.actors["clerk"], first=date(2027, 5, 1), last=date(2027, 5, 2), works=False, name="劳动节")
    number = AuditEntry.objects.get().number
    shown = text(auditor.get(f"/audit/{number}/"))
    assert "劳动节" in shown and "2027-05-01 · 名称" in shown
