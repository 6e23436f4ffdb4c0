"""The pages of care: covered lists, one page whose opening is recorded, the phone, the sheets, the interface."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from chuangwen.kernel import clock, importing
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.models import AuditEntry
from chuangwen.kernel.sheets import write_table
from chuangwen.people.actions import make_token
from chuangwen.testing import factories
from chuangwen.volunteers.care import actions, alarming, sheets
from chuangwen.volunteers.care.models import CareAlarm, CaredPerson, CareDue, CareHelper, CareRecord
from chuangwen.volunteers.presence.models import ServiceEntry

from .ground import DAY, Neighbours, at, make_person

NAME, PHONE, RELATIVE = "赵翠花婆婆", "19912345678", "19987654321"


@pytest.fixture(autouse=True)
def monday(db):
    with clock.at(at()):
        yield


@pytest.fixture
def folk(town):
    return Neighbours(town)


@pytest.fixture
def granny(town, folk):
    person = make_person(
        town, NAME, phone=PHONE, family_name="赵大", family_relation="儿子", family_phone=RELATIVE, family_consented_on=DAY, notes="敲门三下"
    )
    return folk.look_after(person)


def url(name, *args):
    return reverse(f"volunteers:{name}", args=args)


def as_volunteer(folk, n):
    client = Client()
    client.force_login(folk.accounts[n], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def openings():
    return AuditEntry.objects.filter(verb="volunteers.open_cared_person")


def test_lists_cover_names_and_one_page_shows_them_and_is_recorded(granny, sign_in):
    page = sign_in("clerk")
    actions.record_care(SYSTEM, person_id=granny.pk, uid=uuid4(), outcome="not_reached")
    for name in ("care", "care-today", "care-alarms", "care-birthdays"):
        body = page.get(url(name)).content.decode()
        assert NAME not in body and PHONE not in body, name
        assert name == "care-alarms" or "赵" in body
    assert not openings().exists()
    body = page.get(url("care-person", granny.pk)).content.decode()
    assert NAME in body and PHONE in body and RELATIVE not in body
    entry = openings().get()
    assert entry.object_id == str(granny.pk) and NAME not in entry.title and not entry.after["family_shown"]
    for role in ("leader", "inspector", "grid_worker", "liaison", "resident"):
        assert sign_in(role).get(url("care-person", granny.pk)).status_code == 404
    assert sign_in("inspector").get(url("care")).status_code == 403


def test_only_the_liaison_of_the_unit_that_looks_after_somebody_opens_their_page(granny, town):
    above = factories.make_unit("街道办事处", division=town.street)
    place = factories.make_unit("第1社区居委会", parent=above, division=town.communities[0])
    CaredPerson.objects.filter(pk=granny.pk).update(unit=place)
    for unit, opens in ((place, True), (above, False)):
        client = Client()
        client.force_login(
            factories.make_account(f"liaison-{unit.pk}", town.roles["liaison"], unit),
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
        body = client.get(url("care")).content.decode()
        assert ("赵" in body) is opens and NAME not in body and (granny.get_absolute_url() in body) is opens, unit
        for name in ("care-person", "care-person-edit"):
            assert client.get(url(name, granny.pk)).status_code == (200 if opens else 404), (unit, name)
        birthdays = client.get(url("care-birthdays")).content.decode()
        assert (granny.get_absolute_url() in birthdays) is opens
    assert openings().count() == 1


def test_the_relative_is_shown_to_the_pair_and_while_an_alarm_is_open(granny, folk, sign_in):
    assert RELATIVE in as_volunteer(folk, 0).get(url("care-person", granny.pk)).content.decode()
    assert RELATIVE not in as_volunteer(folk, 2).get(url("care-person", granny.pk)).content.decode(), "who stands in"
    with clock.at(at(18)):
        alarming.watch()
        page = sign_in("clerk")
        assert RELATIVE in page.get(url("care-person", granny.pk)).content.decode()
        alarm = CareAlarm.objects.get()
        assert page.post(url("care-alarm-close", alarm.pk), {"words": "在邻居家打牌"}).status_code == 303
        assert RELATIVE not in page.get(url("care-person", granny.pk)).content.decode()


def test_one_tap_on_the_phone_records_and_the_same_tap_again_is_the_same(granny, folk):
    phone, uid, milliseconds = as_volunteer(folk, 0), str(uuid4()), int(at(9, 55).timestamp() * 1000)
    now = int(clock.now().timestamp() * 1000)
    assert NAME in phone.get(url("care-mine")).content.decode()
    tap = {"person": granny.pk, "uid": uid, "what": "call:well", "at": milliseconds}

    def sent(page, *entries, when=now):
        return page.post(url("care-offline-send"), {"now": when, "entries": entries}, content_type="application/json")

    for _again in range(2):
        told = sent(phone, tap).json()["answers"][0]
        assert told["ok"] and told["uid"] == uid
        assert (told["row"]["word"], told["row"]["tone"]) == ("今日已问候", "ok"), "who has been called is not shown as still to be called"
    record = CareRecord.objects.get()
    assert record.at == at(9, 55) and record.volunteer == folk.volunteers[0]
    assert phone.post(url("care-keep"), {"person": granny.pk, "uid": str(uuid4()), "do": "call:not_reached"}).status_code == 303
    ahead = tap | {"uid": str(uuid4()), "at": milliseconds + 86_400_000}
    assert sent(phone, ahead, when=now + 86_400_000).json()["answers"][0]["ok"], "a phone whose clock is a day ahead"
    assert CareRecord.objects.order_by("pk").last().at == at(9, 55)
    refused = [{"what": what} for what in ("sleep", "call:fine", "call")]
    told = sent(phone, *(tap | {"uid": str(uuid4())} | wrong for wrong in refused)).json()["answers"]
    assert [one["ok"] for one in told] == [False] * 3 and all(one["words"] for one in told)
    for wrong in ({"uid": "x"}, {"what": 3}, {"at": "yesterday"}, {"person": "x"}, {"what": "end:well"}, {"began": "x"}, {"lat": "x", "lon": 1}):
        assert sent(phone, tap | {"uid": str(uuid4())} | wrong).status_code == 422, wrong
    stranger = as_volunteer(folk, 4)
    assert [one["ok"] for one in sent(stranger, tap | {"uid": str(uuid4())}).json()["answers"]] == [False]
    assert NAME not in stranger.get(url("care-mine")).content.decode()
    assert Client().post(url("care-offline-send")).status_code == 401


def test_what_a_phone_keeps_for_when_there_is_no_signal_names_nobody(granny, folk):
    phone = as_volunteer(folk, 0)
    told = phone.get(url("care-offline-data"))
    assert told["Cache-Control"] == "no-store"
    text, (row,) = told.content.decode(), told.json()["rows"]
    assert row["id"] == granny.pk and row["name"].startswith(NAME[0]) and row["visit"] == ""
    for secret in (NAME, PHONE, RELATIVE, granny.address or "—"):
        assert secret not in text
    assert "rows" not in phone.get(url("care-offline-data") + "?rows=0").json()
    assert as_volunteer(folk, 4).get(url("care-offline-data")).json()["rows"] == []
    shell = Client().get(url("care-offline")).content.decode()
    assert 'id="shell"' in shell and granny.masked_name not in shell and "csrfmiddlewaretoken" not in shell
    worker = Client().get(url("care-offline-worker")).content.decode()
    assert url("care-offline") in worker and "without_signal" in worker


def test_a_visit_on_the_phone_gives_hours_with_its_place(granny, folk):
    phone, uid = as_volunteer(folk, 1), str(uuid4())
    more = {"person": granny.pk, "uid": uid, "lat": "21.661", "lon": "110.921", "accuracy": "30"}
    phone.post(url("care-keep"), more | {"do": "begin", "at": at(9).isoformat()})
    phone.post(url("care-keep"), more | {"do": "end:well", "at": at(9, 45).isoformat(), "words": "一起浇花", "lat": "near"})
    entry = ServiceEntry.objects.get()
    assert entry.minutes == 45 and entry.presence.began_accuracy == 30 and entry.presence.ended_lat is None
    assert CareDue.objects.get(plan__person=granny, kind="visit", first=DAY).state == "kept"


def test_the_office_plans_by_forms_alone(town, folk, sign_in):
    page = sign_in("clerk")
    form = {
        "name": NAME, "phone": PHONE, "kind": "alone", "division": town.communities[0].pk, "unit": town.units["community"].pk,
        "birth_month": 12, "birth_day": 1, "consented_on": DAY, "consent": "paper", "team": folk.team.pk, "notes": "有高血压",
    }  # fmt: skip
    refused = page.post(url("care-person-new"), form)
    assert refused.status_code == 422 and "高血压" in refused.content.decode() and not CaredPerson.objects.exists()
    assert page.post(url("care-person-new"), form | {"notes": "敲门三下"}).status_code == 303
    person = CaredPerson.objects.get()
    for name, body in (
        ("care-helpers", {"first": folk.volunteers[0].pk, "second": folk.volunteers[1].pk, "third": folk.volunteers[2].pk}),
        ("care-rhythm", {"call_every": "workday", "visit_every": "week", "visit_times": 2, "event_every": ""}),
        ("care-record", {"kind": "call", "outcome": "well", "words": "精神很好"}),
        ("care-away", {"reason": "探亲", "until": DAY + timedelta(days=2)}),
        ("care-back", {}),
        ("care-person-edit", form | {"notes": "", "phone": "19900000099"}),
    ):
        assert page.post(url(name, person.pk), body).status_code in (302, 303), name
    person.refresh_from_db()
    rhythms = {row.kind: (row.span, row.times, row.on_day_off) for row in person.plan.rhythms.all()}
    assert rhythms == {"call": ("days", 1, "skip"), "visit": ("periods", 2, "stay"), "birthday": ("days", 1, "stay")}
    assert person.phone == "19900000099" and person.helpers.count() == 3
    due = CareDue.objects.filter(plan__person=person, kind="call", state="open").first()
    assert page.post(url("care-excuse", due.pk), {"reason": "赴宴"}).status_code == 303
    record = CareRecord.objects.get()
    assert page.post(url("care-need", record.pk), {"words": "楼道灯坏了", "way": "case"}).status_code == 303
    assert page.get(url("care-person", person.pk)).status_code == 200
    assert page.post(url("care-end", person.pk), {"reason": "搬走"}).status_code == 303
    assert page.get(url("care-person", person.pk)).status_code == 200


def test_many_are_paired_after_a_look_at_what_it_would_do(town, folk, sign_in):
    for n in range(3):
        make_person(town, f"李婆婆{n}", phone=f"1990001{n:04d}")
    page, form = sign_in("clerk"), {"division": town.street.pk}
    looked = page.post(url("care-pairing"), form)
    assert looked.status_code == 200 and not CareHelper.objects.exists() and 'name="apply"' in looked.content.decode()
    assert page.post(url("care-pairing"), form | {"apply": "1"}).status_code == 303
    assert CareHelper.objects.filter(role__in=CareHelper.PAIR).count() == 6
    body = {"division": town.street.pk, "alarm_at": "17:30", "step_minutes": 30, "keep_days": 90}
    assert page.post(url("care-settings"), body).status_code == 303


def test_the_birthday_list_is_a_page_a_sheet_and_paper(granny, sign_in):
    page = sign_in("clerk")
    asked = "?year=2026&quarter=4"
    assert "赵" in page.get(url("care-birthdays") + asked).content.decode()
    assert NAME in page.get(url("care-birthdays-print") + asked).content.decode()
    rows = list(load_workbook(io.BytesIO(page.get(url("care-birthdays-sheet") + asked).content)).active.values)
    assert any(NAME in row for row in rows) and any("第1社区" in str(row) for row in rows)
    assert AuditEntry.objects.filter(verb="volunteers.take_out_care").count() == 2
    other = page.get(url("care-birthdays-sheet") + "?year=2026&quarter=1").content
    assert NAME not in str(list(load_workbook(io.BytesIO(other)).active.values))
    assert sign_in("liaison").get(url("care-birthdays-sheet")).status_code == 403


def test_a_sheet_brings_people_once_and_refuses_words_about_health(town):
    clerk = town.actors["clerk"]
    row = {"name": "吴阿婆", "phone": "19900000031", "village": "第1社区", "kind": "alone", "birthday": "1948年3月5日", "consented_on": DAY}

    def bring(**changes):
        return importing.bring_in(clerk, "cared_people", write_table(sheets.PEOPLE, [row | changes]), {}, file_name="关爱对象.xlsx")

    assert bring()["creates"] == 1 and bring()["unchanged"] == 1 and bring(notes="请大声说话")["updates"] == 1
    person = CaredPerson.objects.get()
    assert (person.birth_year, person.birth_month, person.birth_day, person.notes) == (1948, 3, 5, "请大声说话")
    assert person.unit == town.units["community"] and person.plan.rhythms.count() == 4
    for changes, code in (
        ({"notes": "糖尿病"}, "volunteers.medical_word"), ({"birthday": "2-30"}, "birthday"), ({"village": "无此社区"}, "place"),
        ({"family_name": "吴大", "family_phone": "19900000032"}, "volunteers.family_consent"),
    ):  # fmt: skip
        with pytest.raises(importing.ImportRefused) as told:
            bring(phone="19900000039", **changes)
        assert [problem.code for problem in told.value.problems] == [code]


def test_the_interface_covers_names_records_openings_and_takes_records(granny, town, client):
    token = make_token(SYSTEM, town.accounts["clerk"], "test")
    head = {"Authorization": f"Bearer {token}"}
    listed = client.get("/api/v1/care/people", headers=head)
    assert NAME not in listed.content.decode() and listed.json()["items"][0]["pair"] == 2
    one = client.get(f"/api/v1/care/people/{granny.pk}", headers=head).json()
    assert one["name"] == NAME and one["family_phone"] is None and openings().count() == 1
    body = json.dumps({"uid": str(uuid4()), "outcome": "needs_help", "words": "灯坏了"})
    for _again in range(2):
        assert client.post(f"/api/v1/care/people/{granny.pk}/records", body, "application/json", headers=head).status_code == 201
    assert CareRecord.objects.count() == 1
    alarm = client.get("/api/v1/care/alarms", headers=head).json()["items"][0]
    closed = client.post(f"/api/v1/care/alarms/{alarm['id']}/close", json.dumps({"words": "换了灯泡"}), "application/json", headers=head)
    assert closed.json()["closing"] == "换了灯泡"
