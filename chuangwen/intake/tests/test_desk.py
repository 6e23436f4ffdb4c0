"""The desk: hotline orders by form and by sheet, chats by paste and by ZIP, and nothing that enters unseen."""

import contextlib
import io
import uuid
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chuangwen.cases.models import Case, DeadlineRule, LimitUnit, Source, State
from chuangwen.cases.tests.loop import Loop
from chuangwen.evidence.models import Photo
from chuangwen.intake.desk import actions, archive
from chuangwen.intake.forgetting import forget
from chuangwen.intake.models import Channel, ChatPaste, ChatProposal, Report
from chuangwen.intake.sealing import unseal
from chuangwen.kernel import clock, importing
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.models import AuditEntry
from chuangwen.standards.models import Kind
from chuangwen.testing.pictures import jpeg
from chuangwen.testing.sheets import sheet

pytestmark = pytest.mark.django_db

CHAT = """张三 2026/11/16 9:30
{site}门口垃圾桶满了，电话13812345678

张三 2026/11/16 9:31
[图片]

李四 2026/11/16 9:40
收到

王五 2026/11/16 9:55
小广告贴满了墙
"""


def zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return target.getvalue()


# -- hotline orders ---------------------------------------------------------------------------------------------------


def test_an_order_becomes_a_case_with_the_hotlines_deadline(town, tuesday, sign_in):
    DeadlineRule.objects.create(source=Source.HOTLINE, amount=2, unit=LimitUnit.WORKING_DAYS)
    facts = {
        "uid": uuid.uuid4(), "description": "来电反映路灯不亮", "site": town.sites[0].code, "reference": "RX0001", "contact": "13812345678",
        "wanted_by": "2026-11-19T17:30",
    }  # fmt: skip
    clerk = sign_in("clerk")
    answer = clerk.post(reverse("intake:desk"), facts)
    assert answer.status_code == 303 and "saved=" in answer["Location"]
    report = Report.objects.get()
    assert (report.channel, report.case.source, report.reference) == (Channel.HOTLINE, Source.HOTLINE, "RX0001")
    assert unseal(report.contact) == "13812345678" and report.case.reported_by == town.accounts["clerk"]
    again = clerk.post(reverse("intake:desk"), facts | {"uid": uuid.uuid4()})
    assert "known=" in again["Location"] and Report.objects.count() == 1
    assert str(report.case.number) in clerk.get(again["Location"]).content.decode()
    case = Loop(town).do("dispatch", report.case, limit=None)
    assert (case.limit_amount, case.limit_unit) == (2, LimitUnit.WORKING_DAYS)


def test_what_is_open_already_is_shown_while_one_types(town, tuesday, sign_in):
    loop = Loop(town)
    known = loop.report(description="新村路垃圾桶满溢有异味")
    elsewhere = loop.report(town.actors["clerk"], description="公厕没有洗手液")
    page = (
        sign_in("clerk")
        .get(reverse("intake:desk-alike"), {"description": "新村路垃圾桶满了", "site": "", "reference": ""})
        .content.decode()
    )
    assert known.number in page and elsewhere.number not in page


def test_a_known_order_number_is_told_while_one_types(town, tuesday, sign_in):
    received = actions.enter(town.actors["clerk"], description="路灯不亮", site=town.sites[0], reference="RX9")
    page = sign_in("clerk").get(reverse("intake:desk-alike"), {"description": "", "reference": "RX9"}).content.decode()
    assert received.report.case.number in page


def test_cases_of_another_town_are_not_shown_to_the_desk(town, other_town, tuesday, sign_in):
    far = Loop(other_town).report(
        description="新村路垃圾桶满溢有异味", site=other_town.sites[0], kind=other_town.kinds["sticker"]
    )
    page = sign_in("clerk").get(reverse("intake:desk-alike"), {"description": "新村路垃圾桶满了"}).content.decode()
    assert far.number not in page
    with pytest.raises(Denied):
        actions.enter(town.actors["clerk"], description="越界", site=other_town.sites[0])


HEAD = ["工单编号", "来电时间", "来电人", "联系电话", "诉求内容", "社区", "详细地址", "问题类型", "办理时限"]
ROWS = [
    ["RX1", "2026-11-16 09:30", "张先生", "13812345678", "路灯不亮，晚上很黑", "第1社区", "学校门口", "", "2026-11-20"],
    ["RX2", "2026/11/16", "", "", "墙上小广告", "第2社区", "", "", ""],
    ["RX1", "2026-11-16 09:30", "张先生", "13812345678", "路灯不亮，晚上很黑", "第1社区", "学校门口", "", "2026-11-20"],
]


def test_a_sheet_of_orders_is_brought_in_once(town, tuesday):
    clerk = town.actors["clerk"]
    content = sheet(HEAD, *ROWS)
    plan = importing.preview(clerk, "hotline", content, {})
    assert (plan.creates, plan.unchanged, plan.problems) == (2, 1, [])
    importing.bring_in(clerk, "hotline", content, {}, file_name="热线.xlsx")
    reports = {report.reference: report for report in Report.objects.select_related("case__division")}
    assert set(reports) == {"RX1", "RX2"} and unseal(reports["RX1"].contact) == "13812345678"
    assert reports["RX1"].case.division == town.communities[0] and reports["RX1"].wanted_by.astimezone(clock.LOCAL).day == 20
    assert all(report.case.state == State.REPORTED for report in reports.values())
    again = importing.preview(clerk, "hotline", content, {})
    assert (again.creates, again.unchanged) == (0, 3)
    assert not any(
        "张先生" in str(row) for row in (*Case.objects.values(), *Report.objects.values(), *AuditEntry.objects.values())
    )


def test_wrong_cells_of_a_sheet_are_told_by_row(town, tuesday):
    rows = [
        ["A1", "昨天", "", "", "问题一", "第1社区", "", "", ""],
        ["A2", "", "", "", "问题二", "没有的社区", "", "", ""],
        ["A3", "", "", "", "", "第1社区", "", "", ""],
    ]
    plan = importing.preview(town.actors["clerk"], "hotline", sheet(HEAD, *rows), {})
    assert {problem.row for problem in plan.problems} == {2, 3, 4} and plan.creates == 0


# -- contacts ---------------------------------------------------------------------------------------------------------


def test_a_contact_is_shown_for_a_reason_that_stands_in_the_trail(town, tuesday, sign_in):
    report = actions.enter(town.actors["clerk"], description="路灯不亮", site=town.sites[0], contact="13812345678").report
    page = sign_in("clerk").get(reverse("cases:detail", args=[report.case_id])).content.decode()
    assert "138****5678" in page and "13812345678" not in page
    url = reverse("intake:contact", args=[report.pk])
    assert sign_in("clerk").post(url, {"reason": ""}).status_code == 422
    shown = sign_in("clerk").post(url, {"reason": "核实位置"}).content.decode()
    assert "13812345678" in shown
    entry = AuditEntry.objects.get(verb="intake.see_contact")
    assert entry.note == "核实位置" and "13812345678" not in str(entry.after)
    assert sign_in("leader").get(url).status_code == 403 and sign_in("liaison").get(url).status_code == 403


def test_contacts_are_deleted_on_schedule(town, tuesday):
    loop = Loop(town)
    ended = actions.enter(town.actors["clerk"], description="路灯不亮", site=town.sites[0], contact="13812345678").report
    still = actions.enter(town.actors["clerk"], description="小广告", site=town.sites[0], contact="13812345679").report
    loop.do("reject", ended.case)
    assert forget()["contacts"] == 0
    with clock.at(clock.now() + timedelta(days=31)):
        assert forget()["contacts"] == 1
    ended.refresh_from_db()
    still.refresh_from_db()
    assert ended.contact == "" and still.contact
    with clock.at(clock.now() + timedelta(days=181)):
        assert forget()["contacts"] == 1


def test_a_contact_of_another_installation_cannot_be_read(town, tuesday, settings):
    report = actions.enter(town.actors["clerk"], description="路灯不亮", site=town.sites[0], contact="13812345678").report
    settings.SECRET_KEY = "another"
    assert unseal(report.contact) == ""


# -- chats ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def pasted(town, tuesday):
    Kind.objects.filter(code="sticker").update(keywords=["小广告"])
    content = zipped({"聊天/IMG_1.jpg": jpeg(31), "readme.doc": b"x"})
    return actions.paste(town.actors["clerk"], text=CHAT.format(site=town.sites[0].name), archive=content, title="网格一群")


def test_pasting_makes_proposals_and_no_case_and_keeps_no_name(town, pasted):
    assert not Case.objects.exists() and not Photo.objects.exists()
    rows = list(pasted.proposals.all())
    assert [(row.sender, row.likely, len(row.photos)) for row in rows] == [("张*", True, 1), ("李*", False, 0), ("王*", True, 0)]
    assert rows[0].site == town.sites[0] and rows[2].kind.code == "sticker" and "138****5678" in rows[0].text
    whole = str([*ChatPaste.objects.values(), *ChatProposal.objects.values(), *AuditEntry.objects.values()])
    assert not any(secret in whole for secret in ("张三", "李四", "王五", "13812345678"))
    assert any("1" in remark for remark in pasted.remarks)


def test_a_person_confirms_corrects_and_leaves_out(town, pasted, sign_in):
    clerk = sign_in("clerk")
    first, talk, last = pasted.proposals.all()
    page = clerk.get(reverse("intake:chat", args=[pasted.pk]))
    assert page.status_code == 200 and len(page.context["pairs"]) == 2
    photo = clerk.get(reverse("intake:chat-photo", args=[pasted.pk, 0, 0]))
    assert photo.status_code == 200 and photo["Content-Type"] == "image/jpeg"
    url = reverse("intake:chat-answer", args=[first.pk])
    facts = {f"p{first.pk}-description": "东汇城门口垃圾桶满溢", f"p{first.pk}-site": town.sites[0].code, "do": "confirm"}
    assert clerk.post(url, facts | {f"p{first.pk}-description": ""}).status_code == 422
    assert clerk.post(url, facts).status_code == 303
    case = Case.objects.get()
    assert case.description == "东汇城门口垃圾桶满溢" and case.photo_links.count() == 1 and case.source == Source.RESIDENT
    assert case.outside_report.channel == Channel.CHAT and case.reported_at.astimezone(clock.LOCAL).day == 16
    assert clerk.post(url, facts).status_code in (409, 422) and Case.objects.count() == 1
    assert clerk.post(reverse("intake:chat-answer", args=[last.pk]), {"do": "join", "into": case.number}).status_code == 303
    assert case.events.filter(verb="comment", note__contains="小广告").count() == 1
    assert clerk.post(reverse("intake:chat", args=[pasted.pk])).status_code == 303
    talk.refresh_from_db()
    assert talk.state == ChatProposal.State.DROPPED and talk.text == ""


def test_a_message_is_put_together_with_the_one_before_and_another_dropped(town, pasted):
    clerk = town.actors["clerk"]
    first, _talk, last = pasted.proposals.all()
    before = actions.put_together(clerk, proposal_id=last.pk)
    assert before.pk == first.pk and "小广告" in before.text and len(before.photos) == 1
    with pytest.raises(Conflict):
        actions.put_together(clerk, proposal_id=first.pk)
    actions.drop(clerk, proposal_id=first.pk)
    first.refresh_from_db()
    assert (first.text, first.photos) == ("", []) and not Case.objects.exists()


def test_a_photo_can_be_left_out(town, pasted):
    first = pasted.proposals.first()
    case = actions.confirm(town.actors["clerk"], proposal_id=first.pk, description="垃圾桶满", site=town.sites[0], without=[0])
    assert case.photo_links.count() == 0 and not Photo.objects.exists()


def test_nobody_elses_paste_can_be_seen_or_answered(town, other_town, pasted, sign_in):
    first = pasted.proposals.first()
    with pytest.raises(Missing):
        actions.drop(other_town.actors["clerk"], proposal_id=first.pk)
    stranger = sign_in("clerk", other_town)
    for url in (reverse("intake:chat", args=[pasted.pk]), reverse("intake:chat-photo", args=[pasted.pk, 0, 0])):
        assert stranger.get(url).status_code == 404
    assert stranger.post(reverse("intake:chat-answer", args=[first.pk]), {"do": "drop"}).status_code == 404
    assert sign_in("liaison").get(reverse("intake:chats")).status_code == 403


def test_old_pastes_are_deleted(town, pasted):
    with clock.at(clock.now() + timedelta(days=31)):
        assert forget()["pastes"] > 0
    assert not ChatPaste.objects.exists()


def test_the_page_takes_a_zip_alone_with_the_text_in_it(town, tuesday, sign_in):
    text = CHAT.format(site="东门").encode("gb18030")
    content = zipped({"聊天记录.txt": text, "1.jpg": jpeg(40)})
    answer = sign_in("clerk").post(
        reverse("intake:chat-new"), {"archive": SimpleUploadedFile("群.zip", content, "application/zip")}
    )
    assert answer.status_code == 303 and ChatProposal.objects.filter(likely=True).count() == 2
    assert sign_in("clerk").post(reverse("intake:chat-new"), {"text": "  "}).status_code == 422


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"no zip at all", b"\x00" * 5000, jpeg(1)], ids=["empty", "head", "text", "zeros", "photo"]
)
def test_what_is_no_archive_is_refused(content):
    with pytest.raises(Refusal):
        archive.unpack(content)


def test_bombs_and_scripts_in_an_archive_are_left_out(monkeypatch):
    monkeypatch.setattr(archive, "MAX_BYTES", 2**20)
    found = archive.unpack(
        zipped(
            {
                "bomb.jpg": b"\xff\xd8" + b"\x00" * 2**23,
                "evil.png": b"<svg onload=alert(1)>",
                "../../up.jpg": jpeg(3),
                "good.jpg": jpeg(2),
            }
        )
    )
    assert set(found.photos) == {"up.jpg", "good.jpg"} and len(found.remarks) == 2
    monkeypatch.setattr(archive, "MOST_ENTRIES", 2)
    with pytest.raises(Refusal):
        archive.unpack(zipped({f"{n}.jpg": b"x" for n in range(3)}))
    monkeypatch.setattr(archive, "MOST_ENTRIES", 2_000)
    monkeypatch.setattr(archive, "MOST_TOGETHER", 1_000)
    with pytest.raises(Refusal):
        archive.unpack(zipped({"a.jpg": jpeg(2), "b.jpg": jpeg(4)}))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.integers(0, 200))
def test_damaged_archives_never_break_anything(junk, at):
    whole = zipped({"1.jpg": jpeg(5, (64, 48)), "a.txt": "张三 9:30\n垃圾".encode()})
    for content in (junk, whole[:at] + junk + whole[at:], whole[: len(whole) - at]):
        with contextlib.suppress(Refusal):
            archive.unpack(content)


# -- lists ------------------------------------------------------------------------------------------------------------


def test_the_list_of_reports_shows_ones_own_area_in_a_constant_number_of_queries(
    town, other_town, tuesday, sign_in, django_assert_max_num_queries
):
    actions.enter(other_town.actors["clerk"], description="别处", site=other_town.sites[0])
    clerk = sign_in("clerk")
    for _n in range(15):
        actions.enter(town.actors["clerk"], description="路灯不亮", site=town.sites[0], contact="13812345678")
    with django_assert_max_num_queries(14):
        page = clerk.get(reverse("intake:reports"))
    assert page.content.decode().count("路灯不亮") >= 15
    assert "别处" not in page.content.decode() and "1381" not in page.content.decode()


def test_settings_are_changed_and_hold(town, sign_in):
    facts = {
        "contact_days": 10,
        "contact_longest": 90,
        "reports_per_hour": 2,
        "reports_per_day": 9,
        "near_metres": 80,
        "telephone": "12345",
        "opening": "欢迎反映",
    }
    assert sign_in("clerk").post(reverse("intake:settings"), facts).status_code == 303
    page = sign_in("clerk").get(reverse("intake:report")).content.decode()
    assert "12345" in page and "欢迎反映" in page
    assert sign_in("clerk").post(reverse("intake:settings"), facts | {"near_metres": 0}).status_code == 422
    assert sign_in("liaison").get(reverse("intake:settings")).status_code == 403
