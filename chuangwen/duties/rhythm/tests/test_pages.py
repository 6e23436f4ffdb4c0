"""The pages of duties: a unit's week, the office's overview, the editor with its preview, calendars; and the same over REST."""

import random
import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from chuangwen.duties.rhythm import actions, laying
from chuangwen.duties.rhythm.examples import EXAMPLES
from chuangwen.duties.rhythm.models import Duty, DutyRecord, FeedLink, Occurrence
from chuangwen.duties.rhythm.views.occurrences import OccurrenceList
from chuangwen.kernel import calendar_text, clock
from chuangwen.people import actions as people
from chuangwen.testing.pictures import jpeg

DAY = {"kind": "days", "rule": "FREQ=WEEKLY;BYDAY=MO,WE,FR"}
FORM = {
    "name": "周五清洁家园", "content": "整治卫生黑点", "shape": "weekdays", "times": "1", "every": "1", "weekdays": ["4"],
    "on_day_off": "before", "once_a_day": "on", "starts_on": "2026-11-18", "proofs": ["record"], "remind": "on", "kinds": ["community"],
}  # fmt: skip


def first(duty, unit):
    return Occurrence.objects.filter(duty=duty, unit=unit).order_by("first")[0]


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_unit_sees_its_week_and_records_what_nothing_else_shows(town, duty_of, sign_in):
    duty = duty_of(**DAY)
    duty_of(name="到一线", proofs=["fieldwork.visit"], rule="FREQ=DAILY", kind="days")
    client = sign_in("grid_worker")
    page = client.get(reverse("duties:week"))
    assert page.status_code == 200 and "入户宣传" in text_of(page) and "走访点位" in text_of(page)
    row = first(duty, town.units["community"])
    address = reverse("duties:record", args=[row.pk])
    assert address in page.content.decode()
    answer = client.post(address, {"day": "2026-11-18", "what": "入户 40 户", "people": "6"})
    assert answer.status_code == 303, answer.content.decode()[-2000:]
    row.refresh_from_db()
    assert row.state == "kept" and DutyRecord.objects.get().people == 6
    assert "入户 40 户" in text_of(client.get(answer.headers["Location"]))


def test_a_short_record_takes_a_photo(town, duty_of, sign_in):
    from django.core.files.uploadedfile import SimpleUploadedFile

    row = first(duty_of(**DAY), town.units["community"])
    photo = SimpleUploadedFile("a.jpg", jpeg(7), "image/jpeg")
    answer = sign_in("grid_worker").post(
        reverse("duties:record", args=[row.pk]), {"day": "2026-11-18", "what": "入户", "people": "", "photo": photo}
    )
    assert answer.status_code == 303, text_of(answer)[-1500:]
    assert DutyRecord.objects.get().photo is not None


def test_the_form_for_a_short_record_is_refused_where_other_records_show_it(town, duty_of, sign_in):
    duty = duty_of(name="到一线", proofs=["fieldwork.visit"], rule="FREQ=DAILY", kind="days")
    row = first(duty, town.units["community"])
    assert sign_in("grid_worker").get(reverse("duties:record", args=[row.pk])).status_code == 422


def test_the_office_sees_units_by_duties_and_opens_each_figure(town, duty_of, sign_in):
    duty = duty_of(**DAY)
    actions.record_done(town.actors["clerk"], duty_id=duty.pk, unit=town.units["community"], day=clock.today(), what="入户")
    client = sign_in("clerk")
    page = client.get(reverse("duties:overview"))
    assert page.status_code == 200
    assert "第1社区居委会" in text_of(page) and "每周一、三、五" in text_of(page)
    shown = client.get(reverse("duties:occurrences"), {"duty": duty.pk, "last_from": "2026-11-16", "last_to": "2026-11-22"})
    assert shown.status_code == 200 and text_of(shown).count("入户宣传") >= 4
    other = client.get(reverse("duties:overview"), {"week": "2026-11-09", "kind": "department"})
    assert other.status_code == 200 and "第1社区居委会" not in text_of(other)


def test_the_list_begins_with_what_runs_now_then_what_was_just_missed_then_what_lies_ahead(town, duty_of, sign_in):
    duty, today = duty_of(**DAY), clock.today()
    unit = town.units["community"]
    Occurrence.objects.all().delete()
    spans = [(-30, -24), (-9, -3), (-3, -1), (-2, 4), (0, 0), (-1, 1), (1, 3), (30, 36)]
    for first_day, last_day in random.Random(5).sample(spans, len(spans)):
        Occurrence.objects.create(
            duty=duty, unit=unit, first=today + timedelta(days=first_day), last=today + timedelta(days=last_day), wanted=1,
            changed_at=clock.now(), state="missed" if last_day < 0 else "open",
        )  # fmt: skip
    client = sign_in("clerk")

    def days(query: str) -> list[tuple[int, int]]:
        keys = re.findall(r'name="selected" value="(\d+)"', client.get(reverse("duties:occurrences") + query).content.decode())
        found = Occurrence.objects.in_bulk([int(key) for key in keys])
        return [((found[int(key)].first - today).days, (found[int(key)].last - today).days) for key in keys]

    running, over, ahead = [(0, 0), (-1, 1), (-2, 4)], [(-3, -1), (-9, -3), (-30, -24)], [(1, 3), (30, 36)]
    assert days("") == running + over + ahead
    assert days("?state=missed") == over
    assert days("?when=ahead") == ahead
    assert days("?sort=-time") == sorted(spans, key=lambda span: -span[1])


def test_the_list_reads_what_runs_now_from_the_index_of_days_and_sorts_no_table(town, duty_of):
    if connection.vendor != "sqlite":
        pytest.skip("the words of the plan are SQLite's")
    plans = [Occurrence.objects.filter(rows).order_by(*order)[:21].explain() for rows, order in OccurrenceList().stretches()]
    assert all("duties_last_state" in plan and "FOR ORDER BY" not in plan for plan in plans[:2]), plans


@pytest.mark.parametrize("query", [{"week": "x"}, {"week": "0001-01-01"}, {"week": "9999-12-31"}, {"page": "99999"}, {"kind": "'"}])
def test_an_address_that_makes_no_sense_is_answered(town, duty_of, sign_in, query):
    duty_of(**DAY)
    for name in ("overview", "week"):
        assert sign_in("clerk").get(reverse(f"duties:{name}"), query).status_code == 200


def test_the_list_is_exported_and_many_are_excused_at_once(town, duty_of, sign_in):
    duty_of(**DAY)
    client = sign_in("clerk")
    book = CalamineWorkbook.from_filelike(BytesIO(client.get(reverse("duties:occurrences"), {"export": "xlsx"}).content))
    rows = book.get_sheet_by_index(0).to_python()
    assert any("第1社区居委会" in str(cell) for line in rows for cell in line)
    keys = list(Occurrence.objects.filter(first=clock.today()).values_list("pk", flat=True))
    answer = client.post(
        reverse("duties:occurrences"), {"action": "excuse", "pk": keys, "reason": "防汛", "confirmed": "1", "selected": keys}
    )
    assert answer.status_code in (200, 302, 303)


def test_the_editor_shows_the_next_dates_in_words_and_saves(town, sign_in, wednesday):
    client = sign_in("clerk")
    given = FORM | {"division": town.street.pk}
    page = client.get(reverse("duties:duty-new"))
    assert page.status_code == 200 and all(one.name in text_of(page) for one in EXAMPLES)
    seen = client.post(reverse("duties:duty-preview"), given, headers={"HX-Request": "true"})
    assert "每周五" in text_of(seen) and "11月20日" in text_of(seen) and not Duty.objects.exists()
    wrong = client.post(reverse("duties:duty-preview"), given | {"shape": "written", "written": "FREQ=HOURLY"})
    assert "FREQ" in text_of(wrong) and wrong.status_code == 200
    saved = client.post(reverse("duties:duty-new"), given)
    assert saved.status_code == 303, text_of(saved)[-1500:]
    duty = Duty.objects.get()
    assert (duty.rule, duty.kind, duty.rhythm) == ("FREQ=WEEKLY;BYDAY=FR", "days", "每周五")
    again = client.get(reverse("duties:duty-edit", args=[duty.pk]))
    assert re.search(r'value="4"[^>]*checked', again.content.decode())
    assert client.get(saved.headers["Location"]).status_code == 200
    assert client.get(reverse("duties:duties")).status_code == 200


@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: one.key)
def test_each_example_of_a_paper_can_be_saved_as_it_is_offered(town, sign_in, wednesday, one):
    client = sign_in("clerk")
    page = client.get(reverse("duties:duty-new"), {"example": one.key})
    assert one.name in page.content.decode()
    duty = actions.save_duty(town.actors["clerk"], division=town.street, starts_on=clock.today(), **one.facts())
    assert duty.rhythm and list(duty.proofs)


@pytest.mark.parametrize(
    "wrong",
    [{"month_days": "40", "shape": "month_days"}, {"weekdays": []}, {"times": "0"}, {"starts_on": "x"}, {"proofs": ["x"]},
     {"ends_on": "2026-01-01"}, {"name": ""}, {"shape": "written", "written": ""}, {"month_days": "二", "shape": "month_days"}],
)  # fmt: skip
def test_what_is_wrong_in_the_editor_stands_beside_its_field(town, sign_in, wednesday, wrong):
    answer = sign_in("clerk").post(reverse("duties:duty-new"), FORM | {"division": town.street.pk} | wrong)
    assert answer.status_code == 422 and not Duty.objects.exists()


def test_excuses_are_asked_for_granted_declined_and_taken_back_on_pages(town, duty_of, sign_in):
    row = first(duty_of(**DAY, kinds=["department"]), town.units["department"])
    liaison, clerk = sign_in("liaison"), sign_in("clerk")
    page = row.get_absolute_url()
    assert liaison.post(reverse("duties:ask-excuse", args=[row.pk]), {"reason": "防汛值守"}).status_code == 303
    assert "防汛值守" in text_of(clerk.get(page))
    assert clerk.post(reverse("duties:decline-excuse", args=[row.pk])).status_code == 303
    assert clerk.post(reverse("duties:excuse", args=[row.pk]), {"reason": ""}).status_code == 422
    assert clerk.post(reverse("duties:excuse", args=[row.pk]), {"reason": "防汛"}).status_code == 303
    assert "防汛" in text_of(liaison.get(page))
    assert clerk.post(reverse("duties:excuse-back", args=[row.pk])).status_code == 303
    assert clerk.post(reverse("duties:duty-end", args=[row.duty_id]), {"on": "2026-11-20"}).status_code == 303


# -- calendars ---------------------------------------------------------------------------------------------------------


def unfolded(text):
    return text.replace("\r\n ", "").split("\r\n")


def test_a_calendar_is_read_by_its_secret_alone_keeps_its_identifiers_and_is_withdrawn(town, duty_of, sign_in):
    duty = duty_of(**DAY)
    unit = town.units["community"]
    given = sign_in("clerk").post(reverse("duties:feed-new"), {"unit": unit.pk, "name": "联络员手机"})
    address = re.search(r"http://testserver(/duties/calendars/[\w-]+\.ics)", given.content.decode())[1]
    answer = Client().get(address)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    lines = unfolded(answer.content.decode())
    uids = [line for line in lines if line.startswith("UID:")]
    assert len(uids) == len(set(uids)) == Occurrence.objects.filter(unit=unit).count()
    assert "DTSTART;VALUE=DATE:20261118" in lines and "STATUS:CANCELLED" not in lines
    row = first(duty, unit)
    actions.excuse(town.actors["clerk"], occurrence_ids=[row.pk], reason="防汛")
    changed = unfolded(Client().get(address).content.decode())
    assert [line for line in changed if line.startswith("UID:")] == uids
    assert changed.count("STATUS:CANCELLED") == 1 and "SEQUENCE:1" in changed
    person = town.accounts["grid_worker"].person
    assert person.name not in answer.content.decode()
    link = FeedLink.objects.get()
    assert link.token_hash not in address
    assert sign_in("clerk").get(reverse("duties:feeds")).status_code == 200
    assert sign_in("clerk").post(reverse("duties:feed-withdraw", args=[link.pk])).status_code == 303
    assert Client().get(address).status_code == 404
    assert Client().get(reverse("duties:feed-text", args=["x" * 32])).status_code == 404


def test_identifiers_stay_when_occurrences_are_laid_out_anew(town, duty_of):
    duty = duty_of(**DAY)
    from chuangwen.duties.rhythm.calendars import calendar_of

    link, _token = actions.give_feed(town.actors["clerk"], unit=town.units["community"], name="x")
    before = [line for line in unfolded(calendar_of(link, "http://x")) if line.startswith("UID:")]
    Occurrence.objects.filter(first__gt=clock.today()).delete()
    laying.lay_out(duty)
    assert [line for line in unfolded(calendar_of(link, "http://x")) if line.startswith("UID:")] == before


def test_no_line_of_a_calendar_is_too_long_and_nothing_breaks_out_of_its_value():
    event = calendar_text.Event(
        "u", date(2026, 1, 1), date(2026, 1, 3), "甲；乙;丙,丁\\戊\nEND:VEVENT\x07" + "长" * 80, clock.now(), cancelled=True
    )
    text = calendar_text.calendar_text("名称", [event], now=clock.now())
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = unfolded(text)
    assert lines.count("END:VEVENT") == 1 and "DTEND;VALUE=DATE:20260104" in lines
    assert any(line.startswith("SUMMARY:甲；乙\\;丙\\,丁\\\\戊\\nEND:VEVENT长") for line in lines)


# -- REST --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def api(town):
    def make(role):
        token = people.make_token(town.actors["system_admin"], town.accounts[role], "测试")
        return Client(headers={"Authorization": f"Bearer {token}"})

    return make


def test_duties_over_rest(town, duty_of, api):
    duty = duty_of(**DAY)
    clerk, worker = api("clerk"), api("grid_worker")
    listed = clerk.get("/api/v1/duties").json()
    assert [one["name"] for one in listed["items"]] == ["入户宣传"] and listed["items"][0]["rhythm"] == "每周一、三、五"
    whole = clerk.get(f"/api/v1/duties/{duty.pk}").json()
    assert whole["owing"] == 2 and whole["next_dates"][0]["first"] == "2026-11-18"
    made = clerk.post(
        "/api/v1/duties",
        {"name": "每月两次", "division": town.street.code, "rule": "FREQ=MONTHLY;BYMONTHDAY=1", "times": 2, "starts_on": "2026-11-18",
         "proofs": ["record"], "kinds": ["community"]},
        content_type="application/json",
    )  # fmt: skip
    assert made.status_code == 201 and made.json()["rhythm"] == "每月 2 次"
    rows = worker.get("/api/v1/duties/occurrences", {"duty": duty.pk, "last": "2026-11-18"}).json()["items"]
    assert [(row["unit_name"], row["state"]) for row in rows] == [("第1社区居委会", "open")]
    done = worker.post(
        f"/api/v1/duties/occurrences/{rows[0]['id']}/record", {"day": "2026-11-18", "what": "入户"}, content_type="application/json"
    )
    assert done.status_code == 200 and done.json()["state"] == "kept" and done.json()["records"][0]["what"] == "入户"
    refused = worker.post(f"/api/v1/duties/occurrences/{rows[0]['id']}/excuse", {"reason": "x"}, content_type="application/json")
    assert refused.status_code == 403
    results = clerk.get("/api/v1/duties/results", {"first": "2026-11-16", "last": "2026-11-22"}).json()
    assert results == [{"unit": town.units["community"].pk, "kept": 1, "missed": 0, "excused": 0, "share": 1.0}]
    assert clerk.get("/api/v1/duties/occurrences", {"state": "x"}).status_code == 422


# -- sheets ------------------------------------------------------------------------------------------------------------

TITLES = ["职责名称", "单位类别", "频次", "次数", "固定日", "遇休息日", "完成依据", "开始日期"]


def test_duties_come_in_by_a_sheet_and_the_same_sheet_twice_changes_nothing(town, wednesday):
    from chuangwen.kernel.importing import bring_in
    from chuangwen.testing.sheets import sheet

    clerk = town.actors["clerk"]
    rows = [
        ["入户宣传", "社区", "每月", 2, "", "", "登记一次", "2026-12-01"],
        ["周五清洁家园", "社区、街道", "每周固定日", "", "五", "提前", "登记一次、走访点位", "2026-11-20"],
    ]
    made = bring_in(clerk, "duties", sheet(TITLES, *rows), {})
    assert made["result"] == {"created": 2, "changed": 0}
    told = {duty.name: (duty.rhythm, duty.division, duty.kinds, duty.proofs) for duty in Duty.objects.all()}
    assert told["入户宣传"] == ("每月 2 次", town.street, ["community"], ["record"])
    assert told["周五清洁家园"][0] == "每周五" and told["周五清洁家园"][3] == ["record", "fieldwork.visit"]
    again = bring_in(clerk, "duties", sheet(TITLES, *rows), {})
    assert (again["unchanged"], again["result"], Duty.objects.get(name="入户宣传").version) == (2, {}, 0)
    changed = bring_in(clerk, "duties", sheet(TITLES, ["入户宣传", "社区", "每月", 3, "", "", "登记一次", "2026-12-01"]), {})
    assert changed["result"] == {"created": 0, "changed": 1} and Duty.objects.get(name="入户宣传").times == 3


def test_what_is_wrong_in_a_sheet_of_duties_stands_with_its_row(town, wednesday):
    from chuangwen.kernel.importing import ImportRefused, bring_in
    from chuangwen.testing.sheets import sheet

    good = ["入户宣传", "社区", "每月", 2, "", "", "登记一次", "2026-12-01"]
    rows = [
        good, good, ["甲", "居民", *good[2:]], [*good[:6], "打卡", good[7]], ["乙", "社区", "每周固定日", "", "", "", "登记一次", "2026-12-01"],
        ["丙", "社区", "每天", "", "", "", "登记一次", "2026-12-01"], ["丁", "社区", "每月", 2, "", "", "登记一次", "2199-12-01"],
    ]  # fmt: skip
    with pytest.raises(ImportRefused) as refused:
        bring_in(town.actors["clerk"], "duties", sheet(TITLES, *rows), {})
    found = sorted((one.row, one.code) for one in refused.value.problems)
    assert found == [(3, "twice"), (4, "unknown_kind"), (5, "unknown_proof"), (6, "days"), (7, "not_a_choice"), (8, "duties.starts_on")]
    assert not Duty.objects.exists()


def test_the_list_says_in_which_order_it_stands_where_no_column_is_sorted_by(town, duty_of, sign_in):
    duty_of(**DAY)
    page = sign_in("clerk").get(reverse("duties:occurrences")).content.decode()
    assert "默认先列正在进行的，再列刚到期的，最后列尚未开始的。" in page and 'aria-sort="' not in page
