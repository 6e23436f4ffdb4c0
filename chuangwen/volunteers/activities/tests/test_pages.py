"""The pages: by forms alone from draft to result, what a volunteer does on the phone with and without signal, calendars, sheet, API."""

import io
import json
import re
import uuid
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from chuangwen.duties.rhythm import actions as rhythm
from chuangwen.kernel import clock, importing
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.sheets import write_table
from chuangwen.people.actions import make_token
from chuangwen.people.models import Account
from chuangwen.volunteers.activities import actions, queries, sheets
from chuangwen.volunteers.activities.models import Activity, SignUp
from chuangwen.volunteers.presence.models import Presence, ServiceEntry

from .ground import DAY, HOUR, at, attend, code_at, ground, make_activity, person


@pytest.fixture(autouse=True)
def before(db):
    with clock.at(at(date(2026, 11, 4), 10)):
        yield


def url(name, *args):
    return reverse(f"volunteers:{name}", args=args)


def signed_in(actor):
    client = Client()
    client.force_login(Account.objects.get(pk=actor.account_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_from_draft_to_result_by_forms_alone(town, sign_in):
    team, _leader, lead = ground(town)
    office, leader = sign_in("clerk"), signed_in(lead)
    form = {"title": "清洁家园", "kind": "clean", "team": team.pk, "starts_at": "2026-11-06T09:00", "ends_at": "2026-11-06T11:00", "places": 5}
    assert leader.post(url("activity-new"), form).status_code == 303
    activity = Activity.objects.get()
    assert leader.post(url("activity-ask", activity.pk)).status_code == 303
    assert office.post(url("activity-approve", activity.pk)).status_code == 303
    assert leader.post(url("activity-open", activity.pk)).status_code == 303
    volunteer, actor = person(town, "赵甲", team)
    page, shift = signed_in(actor), activity.shifts.get()
    assert "清洁家园" in page.get(url("activity-mine")).content.decode()
    assert page.post(url("activity-sign-up", shift.pk)).status_code == 303
    body = page.get(url("activity", activity.pk)).content.decode()
    assert "报名成功" in body and "赵甲" not in body.split("<main")[1], "nobody but the leader sees who comes"
    assert "赵甲" in leader.get(url("activity", activity.pk)).content.decode()
    there = f"{url('activity-present')}#{shift.pk}"
    assert there not in body, "two days before"
    with clock.at(at(hour=9)):
        assert there in signed_in(actor).get(url("activity", activity.pk)).content.decode(), "on the spot it is one tap"
    with clock.at(at(hour=12)):
        office, leader, page = sign_in("clerk"), signed_in(lead), signed_in(actor)
        enter = {"volunteer": volunteer.pk, "began_at": "2026-11-06T09:00", "ended_at": "2026-11-06T10:30"}
        assert leader.post(url("activity-enter", shift.pk), enter).status_code == 303
        assert leader.post(url("activity-hold", activity.pk)).status_code == 303
        assert leader.post(url("activity-close", activity.pk), {"result": "清理楼道", "served": "12"}).status_code == 303
        assert page.post(url("activity-opinion", activity.pk), {"grade": "5", "words": "组织得好"}).status_code == 303
        body = office.get(url("activity", activity.pk)).content.decode()
    assert "清理楼道" in body and "组织得好" in body and ServiceEntry.objects.get().minutes == 90


def test_the_code_page_shows_codes_ahead_and_only_to_who_leads(town):
    team, _leader, lead = ground(town)
    activity, shift = make_activity(town, team)
    stranger = person(town, "乙")[1]
    with clock.at(at(hour=9)):
        assert signed_in(stranger).get(url("activity-code", shift.pk)).status_code == 404
        assert signed_in(stranger).get(url("activity-code-image", shift.pk)).status_code == 404
        answer = signed_in(lead).get(url("activity-code", shift.pk))
        text = answer.content.decode().split('id="cw-codes"')[1].split(">", 1)[1].split("</script>")[0]
        given = json.loads(text)
        step = int(clock.now().timestamp()) // 30
        assert given["codes"][step - given["first"]] == code_at(shift, clock.now()) and len(given["codes"]) > 400
        assert answer["Cache-Control"] == "no-store"
        assert b"<svg" in signed_in(lead).get(url("activity-code-image", shift.pk)).content


def test_whoever_has_left_is_not_asked_to_come_again(town):
    team, _leader, _lead = ground(town)
    _activity, shift = make_activity(town, team)
    _volunteer, actor = person(town, "甲")
    actions.sign_up(actor, activity_shift_id=shift.pk)
    door = f'{url("activity-present")}#{shift.pk}"'
    with clock.at(at(hour=9)):
        assert door in signed_in(actor).get(url("activity-mine")).content.decode()
    attend(actor, shift, at(hour=9), at(hour=10))
    with clock.at(at(hour=10, minute=5)):
        assert door not in signed_in(actor).get(url("activity-mine")).content.decode()


def test_entries_of_a_phone_without_signal_are_taken_once_and_answered_one_by_one(town):
    team, _leader, _lead = ground(town)
    _activity, shift = make_activity(town, team)
    volunteer, actor = person(town, "甲")
    actions.sign_up(actor, activity_shift_id=shift.pk)
    begun, late = at(hour=9), at(date(2026, 11, 6), 20)

    def entry(what, moment, code=None, **more):
        return {
            "uid": str(uuid.uuid4()), "shift": shift.pk, "what": what, "code": code or code_at(shift, moment),
            "at": int(moment.timestamp() * 1000),
        } | more  # fmt: skip

    with clock.at(late):
        page = signed_in(actor)
        entries = [entry("begin", begun, lat=21.66, lon=110.92, accuracy=9.4), entry("end", begun + HOUR), entry("begin", begun, "000000")]
        body = {"now": int(late.timestamp() * 1000), "device": "d-1", "entries": entries}
        first = page.post(url("activity-present-send"), body, content_type="application/json").json()["answers"]
        assert [one["ok"] for one in first] == [True, True, False] and first[2]["words"]
        again = page.post(url("activity-present-send"), body | {"entries": entries[:2]}, content_type="application/json").json()
        assert [one["ok"] for one in again["answers"]] == [True, True]
        presence = Presence.objects.get()
        assert (presence.began_at, presence.ended_at, presence.began_accuracy) == (begun, begun + HOUR, 9)
        told = page.get(url("activity-present-data")).json()
        assert told["rows"] == [] or told["rows"][0]["state"] == "ended"
        for bad in ({}, {"now": "x", "entries": []}, {"now": 1, "entries": [{"uid": "x"}]}, {"now": 1, "entries": 3}):
            assert page.post(url("activity-present-send"), bad, content_type="application/json").status_code == 422
    assert Client().get(url("activity-present-data")).status_code == 401
    shell = Client().get(url("activity-present")).content.decode()
    assert 'id="shell"' in shell and "清洁家园" not in shell, "what is kept on the phone holds nothing of anybody's"
    assert "caches" in Client().get(url("activity-present-worker")).content.decode()


def test_calendars_tell_shifts_and_keep_what_was_called_off_as_cancelled(town):
    team, _leader, lead = ground(town)
    activity, shift = make_activity(town, team)
    other, second = make_activity(town, team, title="文明劝导", hour=15)
    actor = person(town, "甲")[1]
    rows = [actions.sign_up(actor, activity_shift_id=one.pk) for one in (shift, second)]
    _link, token = actions.give_calendar(actor)

    def text(token):
        return Client().get(url("activity-feed", token)).content.decode().replace("\r\n ", "")

    before = text(token)
    assert before.count("BEGIN:VEVENT") == 2 and "STATUS:CANCELLED" not in before and "DTSTART:20261106T010000Z" in before
    actions.withdraw(actor, sign_up_id=rows[1].pk)
    actions.call_off_activity(lead, activity_id=activity.pk, reason="暴雨")
    after = text(token)
    assert after.count("STATUS:CANCELLED") == 2 and "暴雨" in after and "甲" not in after
    _team_link, of_team = actions.give_team_calendar(lead, team_id=team.pk)
    assert text(of_team).count("STATUS:CANCELLED") == 1
    link, unit_token = rhythm.give_feed(town.actors["clerk"], unit=town.units["community"], name="社区")
    assert "文明劝导" in Client().get(reverse("duties:feed-text", args=[unit_token])).content.decode().replace("\r\n ", "")
    _new, _token = actions.give_calendar(actor)
    assert Client().get(url("activity-feed", token)).status_code == 404, "the address before gives nothing"


def test_the_calendar_of_a_month_shows_festivals_theme_and_activities(town, sign_in):
    team, _leader, _lead = ground(town)
    make_activity(town, team, title="敬老爱老")
    actions.save_theme(town.actors["clerk"], division=town.street, month=DAY, name="尊老敬老 邻里守望")
    page = sign_in("clerk")
    body = page.get(url("activity-calendar"), {"month": "2026-11"}).content.decode()
    assert "敬老爱老" in body and "尊老敬老 邻里守望" in body
    assert "重阳节" in page.get(url("activity-calendar"), {"month": "2026-10"}).content.decode()
    assert page.get(url("activity-calendar"), {"month": "随便"}).status_code == 200


def test_a_sheet_brings_drafts_once_and_the_list_goes_out(town, sign_in):
    team, _leader, lead = ground(town)
    clerk = town.actors["clerk"]
    row = {
        "title": "每周五清洁家园", "kind": "clean", "team": team.name, "day": DAY, "starts": "9点", "ends": "11：00", "places": 20,
        "place": "居民广场",
    }  # fmt: skip

    def bring(**changes):
        return importing.bring_in(clerk, "activities", write_table(sheets.ACTIVITIES, [row | changes]), {}, file_name="活动.xlsx")

    assert bring()["creates"] == 1 and bring()["unchanged"] == 1
    activity = Activity.objects.get()
    assert (activity.state, activity.shifts.get().places, activity.first_at) == ("draft", 20, at(hour=9))
    with pytest.raises(importing.ImportRefused):
        bring(team="没有这支队")
    for wrong in ({"starts": "上午"}, {"starts": "25:00"}, {"ends": "08:00"}):
        with pytest.raises(importing.ImportRefused):
            bring(**wrong)
    out = sign_in("clerk").get(url("activities"), {"export": "xlsx"})
    cells = [cell for line in load_workbook(io.BytesIO(out.content)).active.iter_rows(values_only=True) for cell in line]
    assert "每周五清洁家园" in cells and "居民广场" in cells


def test_a_volunteer_signs_up_by_the_api_and_another_town_sees_nothing(town, client):
    team, _leader, _lead = ground(town)
    activity, shift = make_activity(town, team, places=1)
    actor = person(town, "甲")[1]
    account = Account.objects.get(pk=actor.account_id)
    headers = {"Authorization": f"Bearer {make_token(SYSTEM, account, 'test')}"}
    told = client.post(f"/api/v1/activities/shifts/{shift.pk}/sign-up", headers=headers).json()
    assert told["state"] == "in" and SignUp.objects.get().pk == told["id"]
    assert client.get(f"/api/v1/activities/{activity.pk}", headers=headers).status_code == 403
    clerk = {"Authorization": f"Bearer {make_token(SYSTEM, town.accounts['clerk'], 'test')}"}
    whole = client.get(f"/api/v1/activities/{activity.pk}", headers=clerk).json()
    assert whole["shifts"][0] | {"id": 0, "starts_at": "", "ends_at": ""} == {
        "id": 0, "starts_at": "", "ends_at": "", "places": 1, "taken": 1, "waiting": 0,
    }  # fmt: skip
    assert client.post(f"/api/v1/activities/sign-ups/{told['id']}/withdraw", headers=headers).json()["state"] == "withdrawn"


def test_a_month_in_which_nobody_came_says_nought(town, sign_in):
    assert queries.figures(town.actors["clerk"])["came"] == 0
    body = sign_in("clerk").get(reverse("volunteers:activities")).content.decode()
    assert re.search(r"本月到场.{0,400}?>\s*0\b", body, re.S)
