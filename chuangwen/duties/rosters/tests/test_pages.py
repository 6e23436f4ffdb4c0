"""Pages, private links, calendars, sheets and the API of rosters."""

import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from chuangwen.duties.rhythm import actions as rhythm
from chuangwen.duties.rosters import actions, queries, sheets
from chuangwen.duties.rosters.gathering import question_of
from chuangwen.duties.rosters.models import DutyPost, PoolDay, PoolPerson, PostDay, PostShift, RosterTurn
from chuangwen.duties.rosters.tests.ground import (
    arranged,
    make_ground,
    make_pool,
    make_roster,
    next_monday,
    published,
    turn_at,
)
from chuangwen.kernel import clock, importing
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.sheets import write_table
from chuangwen.people.actions import make_token


def url(name, *args):
    return reverse(f"duties:{name}", args=args)


def text_of(answer):
    return answer.content.decode()


def events_of(text):
    """The events of a calendar as plain lists of properties, lines unfolded: read as RFC 5545 says, not as we write."""
    unfolded = re.sub(r"\r\n[ \t]", "", text)
    found, event = [], None
    for line in unfolded.split("\r\n"):
        if line == "BEGIN:VEVENT":
            event = {}
        elif line == "END:VEVENT":
            found.append(event)
            event = None
        elif event is not None:
            name, _, value = line.partition(":")
            event[name.split(";")[0]] = value
    return {event["UID"]: event for event in found}


def test_the_office_sees_the_month_where_people_are_missing_and_the_way_on(town, sign_in):
    make_pool(town)
    roster = make_roster(town)
    person = PoolPerson.objects.get(name="甲")
    for one in (person, PoolPerson.objects.get(name="乙")):
        actions.say_day(town.actors["clerk"], pool_id=one.pk, day=roster.starts_on, word="cannot")
    client = sign_in("clerk")
    assert client.get(url("roster", roster.pk)).status_code == 200
    roster = actions.solve_roster(town.actors["clerk"], roster_id=roster.pk)
    page = text_of(client.get(url("roster", roster.pk), {"week": 1}))
    assert "站前路口" in page and roster.lacks[0][:20] in page and url("roster-publish", roster.pk) in page
    assert client.post(url("roster-publish", roster.pk), {"seen": "on"}).status_code == 303
    assert url("roster-publish", roster.pk) not in text_of(client.get(url("roster", roster.pk)))
    for name in ("roster-gaps", "roster-print"):
        assert "站前路口" in text_of(client.get(url(name, roster.pk)))
    rows = list(load_workbook(io.BytesIO(client.get(url("roster-table", roster.pk)).content)).active.iter_rows(values_only=True))
    assert any("站前路口" in map(str, row) for row in rows) and any("缺1" in str(cell) for row in rows for cell in row)


def test_a_turn_offers_who_is_free_and_says_what_a_try_breaks(town, sign_in):
    roster = arranged(town)
    turn = turn_at(roster, "站前路口")
    client, unskilled = sign_in("clerk"), PoolPerson.objects.get(name="丙")
    page = text_of(client.get(turn.get_absolute_url(), {"person": unskilled.pk}))
    assert "丙" in page
    assert 'name="accept"' not in page, "what nobody could do is not offered"
    assert client.post(url("roster-move", turn.pk), {"person": unskilled.pk, "accept": "1"}).status_code == 422
    assert sign_in("liaison").get(turn.get_absolute_url()).status_code == 200
    assert sign_in("inspector").get(turn.get_absolute_url()).status_code == 404


def test_grounds_segments_and_posts_are_entered_in_pages(town, sign_in):
    client = sign_in("clerk")
    answer = client.post(url("roster-ground-new"), {"name": "人民路", "division": town.street.pk, "stretch": "解放路至站前路", "floor": "80"})
    assert answer.status_code == 303
    place = answer.headers["Location"]
    pk = int(place.rstrip("/").split("/")[-1])
    segment = {"name": "北段", "order": "1", "leader": "分管副主任", "unit": town.units["department"].pk, "content": "乱停乱放"}
    assert client.post(url("roster-segment-new", pk), segment).status_code == 303
    shifts = "早高峰 07:30-09:00,17:30-19:00 2人 工作日"
    post = {"name": "路口", "kind": "fixed", "order": "1", "shifts": shifts, "on_floor": "on", "active": "on"}
    assert client.post(url("roster-post-new", pk), post).status_code == 303
    wrong = client.post(url("roster-post-new", pk), post | {"name": "另一路口", "shifts": "早高峰 两个人"})
    assert wrong.status_code == 422 and "07:30-09:00" in text_of(wrong)
    page = text_of(client.get(place))
    assert "北段" in page and "分管副主任" in page
    assert "07:30-09:00,17:30-19:00" in text_of(client.get(url("roster-posts", pk)))
    made = DutyPost.objects.get(name="路口")
    assert "早高峰 07:30-09:00,17:30-19:00 2人 工作日" in text_of(client.get(url("roster-post", pk, made.pk)))


def test_a_phone_shows_my_turns_and_a_tap_says_a_day(town, sign_in):
    roster = published(town)
    client = sign_in("grid_worker")
    page = text_of(client.get(url("my-turns"), {"month": f"{roster.starts_on:%Y-%m}"}))
    assert "火车站广场" in page and "丙" not in page
    me, day = PoolPerson.objects.get(name="乙"), clock.today() + timedelta(days=1)
    part = client.post(url("roster-say", me.pk), {"day": day.isoformat(), "word": "cannot"}, headers={"HX-Request": "true"})
    assert part.status_code == 200 and "cw-month-cannot" in text_of(part) and "<html" not in text_of(part)
    assert client.post(url("roster-say", me.pk), {"day": day.isoformat(), "word": ""}).status_code == 303
    assert not PoolDay.objects.exists()
    assert "cw-month" not in text_of(sign_in("inspector").get(url("my-turns"))), "who is in no pool has no days"


def test_a_private_link_shows_one_persons_turns_and_nobody_elses(town, client, sign_in):
    roster = published(town)
    person = PoolPerson.objects.get(name="丙")
    given = text_of(sign_in("liaison").post(url("roster-link-give", person.pk)))
    token = re.search(r"/private/([A-Za-z0-9_-]+)/", given)[1]
    page = client.get(url("roster-private", token), {"month": f"{roster.starts_on:%Y-%m}"})
    assert page.status_code == 200 and "丙" in text_of(page) and "甲" not in text_of(page)
    assert page.headers["Referrer-Policy"] == "same-origin", "told to nobody else, and forms keep their origin"
    day = (clock.today() + timedelta(days=2)).isoformat()
    assert client.post(url("roster-private-say", token), {"day": day, "word": "prefers"}).status_code == 303
    assert PoolDay.objects.get().word == "prefers"
    assert client.get(url("roster-private", "x" * 32)).status_code == 404
    again = text_of(sign_in("liaison").post(url("roster-link-give", person.pk)))
    assert token not in again and client.get(url("roster-private", token)).status_code == 404, "a new link ends the old one"


def test_a_calendar_keeps_its_identifiers_counts_changes_and_cancels(town, client):
    roster = published(town)
    person = PoolPerson.objects.get(name="丙")
    _link, token = actions.give_link(town.actors["liaison"], pool_id=person.pk)
    _unit, other = actions.give_link(town.actors["clerk"], unit=town.units["department"])
    first = events_of(text_of(client.get(url("roster-feed", token))))
    turns = roster.turns.filter(person=person)
    assert set(first) == {f"turn-{turn.uid}@chuangwen" for turn in turns} and first
    one = first[f"turn-{turns.first().uid}@chuangwen"]
    assert one["STATUS"] == "CONFIRMED" and one["SEQUENCE"] == "1" and one["DTSTART"].endswith("T010000Z"), "09:00 here is 01:00 UTC"
    units_before = events_of(text_of(client.get(url("roster-feed", other))))
    assert "丙" not in str(units_before) and units_before
    actions.cancel_roster(town.actors["clerk"], roster_id=roster.pk)
    after = events_of(text_of(client.get(url("roster-feed", token))))
    assert set(after) == set(first)
    assert {event["STATUS"] for event in after.values()} == {"CANCELLED"}
    assert all(int(after[uid]["SEQUENCE"]) > int(first[uid]["SEQUENCE"]) for uid in first)
    units_after = events_of(text_of(client.get(url("roster-feed", other))))
    assert set(units_after) == set(units_before) and {event["STATUS"] for event in units_after.values()} == {"CANCELLED"}
    assert all(int(units_after[uid]["SEQUENCE"]) > int(units_before[uid]["SEQUENCE"]) for uid in units_before)


def test_the_board_of_today_counts_people_without_names(town, sign_in):
    roster = published(town, starts_on=clock.today(), days=2)
    client, shift = sign_in("clerk"), PostShift.objects.get(post__name="机动一队")
    page = text_of(client.get(url("roster-board")))
    assert "领导一" in page and "机动一队" in page and url("roster-count", shift.pk) in page
    answer = client.post(url("roster-count", shift.pk), {"day": clock.today().isoformat(), "present": "1", "note": ""})
    assert answer.status_code == 303 and PostDay.objects.get().present == 1
    assert client.get(url("roster-board"), {"day": "x"}).status_code == 200
    assert client.get(url("roster-gaps", roster.pk)).status_code == 200


def test_what_a_unit_recorded_already_is_offered_and_not_asked_again(town, sign_in):
    published(town, starts_on=clock.today(), days=2)
    shift = PostShift.objects.get(post__name="机动一队")
    shift.post.unit = town.units["department"]
    shift.post.save()
    duty = rhythm.save_duty(
        town.actors["clerk"], name="站前值守", division=town.street, kind="days", rule="FREQ=DAILY", on_day_off="stay", starts_on=clock.today(),
        proofs=["record"],
    )  # fmt: skip
    rhythm.record_done(town.actors["liaison"], duty_id=duty.pk, unit=town.units["department"], day=clock.today(), what="站前值守", people=17)
    page = text_of(sign_in("liaison").get(url("roster-count", shift.pk)))
    assert 'value="17"' in page and "站前值守" in page


def test_a_change_is_asked_and_answered_in_pages(town, sign_in):
    roster = published(town)
    clerk = sign_in("clerk")
    question = question_of(roster)
    turns = roster.turns.filter(person__leads=False).select_related("shift__post__unit").order_by("day", "pk")
    free = ((turn, one) for turn in turns for one in queries.reserves(question, turn.shift, turn.day) if one.account_id)
    turn, other = next(free)
    assert other.name in text_of(clerk.get(url("roster-change-ask", turn.pk)))
    answer = clerk.post(url("roster-change-ask", turn.pk), {"person": other.pk, "in_exchange": "", "reason": "家中有事"})
    assert answer.status_code == 303
    mine = sign_in(next(role for role, account in town.accounts.items() if account.pk == other.account_id))
    assert "家中有事" in text_of(mine.get(url("my-turns")))
    change = turn.changes.get()
    assert mine.post(url("roster-change-answer", change.pk), {"yes": "1"}).status_code in (302, 303)
    assert other.name in text_of(clerk.get(url("roster-changes")))
    assert clerk.post(url("roster-change-decide", change.pk), {"yes": "1"}).status_code in (302, 303)
    assert RosterTurn.objects.filter(shift=turn.shift, day=turn.day, person=other, called_off=False).exists()


def brought(town, kind, columns, rows, parameters=None):
    return importing.bring_in(town.actors["clerk"], kind, write_table(columns, rows), parameters or {}, file_name="表.xlsx")


def test_posts_and_people_come_in_by_sheets_and_the_same_sheet_changes_nothing(town):
    ground = make_ground(town)
    posts = [
        {"name": "东口", "shifts": "早高峰 07:30-09:00 2人 工作日", "kind": "fixed", "segment": "第二段面", "unit": "城管局",
         "qualification": "交通指挥"},
        {"name": "西口", "shifts": "白班 09:00-17:00 1-2人", "kind": "mobile"},
    ]  # fmt: skip
    people = [{"unit": "城管局", "name": "示例一", "qualifications": ["交通指挥", "急救"], "leads": ""},
              {"unit": "城管局", "name": "示例二", "leads": "1"}]  # fmt: skip
    given = (("roster_posts", sheets.POSTS, posts, {"ground": str(ground.pk)}), ("roster_people", sheets.PEOPLE, people, None))
    for kind, columns, rows, parameters in given:
        assert brought(town, kind, columns, rows, parameters)["creates"] == 2
        report = brought(town, kind, columns, rows, parameters)
        assert (report["creates"], report["updates"], report["unchanged"]) == (0, 0, 2), kind
    assert ground.segments.filter(name="第二段面").exists() and DutyPost.objects.get(name="东口").unit == town.units["department"]
    assert PoolPerson.objects.get(name="示例二").leads
    with pytest.raises(importing.ImportRefused) as told:
        brought(town, "roster_posts", sheets.POSTS, [{"name": "南口", "shifts": "早上"}], {"ground": str(ground.pk)})
    assert [problem.code for problem in told.value.problems] == ["shift_hours"]


def test_the_api_tells_a_roster_its_gaps_and_moves_a_turn(town, client):
    roster = arranged(town)
    headers = {"Authorization": f"Bearer {make_token(SYSTEM, town.accounts['clerk'], 'test')}"}
    told = client.get(f"/api/v1/rosters/{roster.pk}", headers=headers).json()
    assert told["gap"] == 0 and told["short"] == 0 and len(told["turns"]) == roster.turns.count()
    assert client.get("/api/v1/rosters", headers=headers).json()["items"][0]["id"] == roster.pk
    turn = next(one for one in told["turns"] if one["post"] == "站前路口")
    body = {"person": PoolPerson.objects.get(name="丙").pk, "accept": True}
    refused = client.post(f"/api/v1/rosters/turns/{turn['id']}/move", body, content_type="application/json", headers=headers)
    assert refused.status_code == 422
    out = client.post(f"/api/v1/rosters/{roster.pk}/publish", headers=headers)
    assert out.status_code == 200 and out.json()["state"] == "published"
    assert client.get(f"/api/v1/rosters/{roster.pk}/gaps", headers=headers).status_code == 200
    shift = PostShift.objects.get(post__name="机动一队")
    body = {"day": clock.today().isoformat(), "present": 3}
    counted = client.post(f"/api/v1/rosters/shifts/{shift.pk}/count", body, content_type="application/json", headers=headers)
    assert counted.json()["present"] == 3 and next_monday() > clock.today()
