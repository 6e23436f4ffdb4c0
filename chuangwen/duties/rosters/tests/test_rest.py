"""What the pages do with grounds, pools, rosters and turns other programs do by the interface: the same actions, the same words when something
is refused."""

from datetime import timedelta

import pytest

from chuangwen.duties.rosters import actions, queries
from chuangwen.duties.rosters.gathering import question_of
from chuangwen.duties.rosters.models import PoolDay, PoolPerson, PostShift, RosterGround, RosterLink
from chuangwen.duties.rosters.tests.ground import arranged, make_ground, make_pool, make_roster, next_monday, published, turn_at
from chuangwen.kernel import clock, jobs
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.models import AuditEntry

SHIFT = "早高峰 07:00-09:00 1-2人 每天"


@pytest.fixture
def ask(rest):
    """``ask(role, path, body)`` below ``/api/v1/rosters``."""
    return lambda role, path="", body=None: rest(role, f"rosters{path}", body)


def test_a_ground_is_divided_into_segments_and_posts_with_shifts(town, ask):
    answer = ask("clerk", "/grounds", {"name": "火车站广场", "division": town.street.code, "site": town.sites[0].code, "floor": 3})
    ground = answer.json()
    assert answer.status_code == 201 and (ground["division"], ground["site"], ground["floor"]) == (town.street.code, town.sites[0].code, 3)
    at = f"/grounds/{ground['id']}"
    unit = town.units["department"].pk
    segment = ask("clerk", f"{at}/segments", {"name": "第一段面", "leader": "副主任", "unit": unit}).json()["segments"][0]
    assert (segment["leader"], segment["unit"]) == ("副主任", unit)
    body = {"name": "站前路口", "segment": segment["id"], "qualification": "交通指挥", "shifts": [SHIFT, "晚高峰 17:00-19:00 2人 工作日"]}
    post = ask("clerk", f"{at}/posts", body).json()
    assert [shift["line"] for shift in post["shifts"]] == [SHIFT, "晚高峰 17:00-19:00 2人 工作日"]
    changed = ask("clerk", f"{at}/posts/{post['id']}", {"shifts": [SHIFT], "on_floor": False}).json()
    assert [shift["name"] for shift in changed["shifts"]] == ["早高峰"] and (changed["segment"], changed["on_floor"]) == (segment["id"], False)
    assert PostShift.objects.filter(active=False).count() == 1
    renamed = ask("clerk", f"{at}/segments/{segment['id']}", {"name": "东段"}).json()["segments"][0]
    assert (renamed["name"], renamed["leader"]) == ("东段", "副主任"), "what is left out stays"
    assert ask("clerk", f"{at}", {"floor": None, "expected_version": 0}).json()["floor"] is None
    assert ask("clerk", f"{at}", {"floor": 5, "expected_version": 0}).status_code == 409
    assert ask("clerk", f"/segments/{segment['id']}/remove", {}).json()["segments"] == []
    assert ask("clerk", at).json()["posts"][0]["segment"] is None, "its posts stay"
    assert AuditEntry.objects.filter(verb="duties.plan_roster", channel="api").count() == 7


def test_a_roster_is_made_asked_for_arranged_published_and_called_off(town, ask):
    ground, people = make_ground(town), make_pool(town)
    start = next_monday()
    body = {"ground": ground.pk, "starts_on": f"{start}", "ends_on": f"{start + timedelta(days=6)}", "seconds": 10, "early_before": "07:30"}
    body["units"] = sorted(town.units[name].pk for name in ("department", "community"))
    made = ask("clerk", "", body)
    roster = made.json()
    assert made.status_code == 201 and (roster["state"], roster["rules"]["early_before"], roster["units"]) == ("draft", 450, body["units"])
    at = f"/{roster['id']}"
    edited = ask("clerk", f"{at}/edit", {"per_week": 4, "approve": False}).json()
    assert (edited["rules"]["per_week"], edited["rules"]["approve"], edited["units"]) == (4, False, body["units"])
    asked = ask("clerk", f"{at}/ask", {"answers_by": f"{start}"}).json()
    assert (asked["state"], asked["answers_by"]) == ("asking", f"{start}")
    day = {"day": f"{start}", "word": "cannot"}
    assert ask("liaison", f"/people/{people[0].pk}/days", day).json() == [day], "one's own"
    assert ask("clerk", f"/people/{people[2].pk}/days", day).json() == [day], "of a pool that one keeps"
    assert ask("liaison", f"/people/{people[0].pk}/days", day | {"word": ""}).json() == []
    assert ask("clerk", f"/people/{people[2].pk}/days").json() == [day]
    job = ask("clerk", f"{at}/arrange", {}).json()["job"]
    assert ask("clerk", f"{at}/arrange").json()["state"] == "queued"
    stopped = ask("clerk", f"{at}/arrange/cancel", {}).json()
    assert (stopped["job"], stopped["state"]) == (job, "cancelled")
    again = ask("clerk", f"{at}/arrange", {}).json()["job"]
    jobs.run_waiting()
    assert again != job and ask("clerk", f"{at}/arrange").json()["state"] == "done"
    out = ask("clerk", f"{at}/publish", {}).json()
    assert out["state"] == "published" and not [t for t in out["turns"] if t["day"] == f"{start}" and t["name"] == "丙"]
    assert ask("clerk", f"{at}/edit", {"per_week": 3}).status_code == 409
    mine = ask("liaison", "/mine").json()
    assert mine["people"] == [people[0].pk] and len(mine["turns"]) == len([t for t in out["turns"] if t["name"] == "甲"])
    assert ask("clerk", f"{at}/cancel", {}).json()["state"] == "cancelled"
    assert ask("liaison", "/mine").json()["turns"] == []


def test_turns_are_swapped_and_stood_in_for(town, ask):
    roster = published(town)
    people = {person.name: person for person in PoolPerson.objects.all()}
    turn = turn_at(roster, "站前路口")
    other = people["乙" if turn.person.name == "甲" else "甲"]
    asks, answers = ("liaison", "grid_worker") if other == people["乙"] else ("grid_worker", "liaison")
    exchange = roster.turns.filter(shift__post__name="站前路口", person=other, called_off=False).exclude(day=turn.day).first()
    body = {"person": other.pk, "reason": "家中有事"} | ({"in_exchange": exchange.pk} if exchange is not None else {})
    made = ask(asks, f"/turns/{turn.pk}/change", body)
    assert made.status_code == 201, made.content.decode()
    change = made.json()
    assert (change["state"], change["to_unit"], change["reason"]) == ("asked", str(other.unit), "家中有事")
    assert ask(asks, f"/turns/{turn.pk}/change", body).json()["code"] == "duties.change_open"
    assert change["id"] in [row["id"] for row in ask(answers, "/mine").json()["asked"]]
    assert change["id"] in [row["id"] for row in ask(answers, "/changes?state=asked").json()["items"]]
    agreed = ask(answers, f"/changes/{change['id']}/answer", {"yes": True}).json()
    assert agreed["state"] == "agreed", "the office approves"
    assert ask(answers, f"/changes/{change['id']}/answer", {"yes": True}).json()["code"] == "duties.change_answered"
    assert ask(answers, f"/changes/{change['id']}/decide", {"yes": True}).status_code == 403
    assert ask("clerk", f"/changes/{change['id']}/decide", {"yes": True}).json()["state"] == "done"
    assert roster.turns.filter(shift=turn.shift, day=turn.day, person=other, called_off=False, stands_in=True).exists()
    assert ask("clerk", "/changes?state=x").status_code == 422


def test_a_pool_is_kept_and_its_links_given_and_withdrawn(town, ask):
    unit = town.units["department"]
    person = ask("liaison", "/people", {"unit": unit.pk, "name": "丁", "qualifications": ["交通指挥", "急救"]}).json()
    assert (person["qualifications"], person["active"], person["leads"]) == (["交通指挥", "急救"], True, False)
    changed = ask("liaison", f"/people/{person['id']}", {"active": False}).json()
    assert (changed["active"], changed["name"], changed["qualifications"]) == (False, "丁", ["交通指挥", "急救"])
    assert [row["id"] for row in ask("liaison", "/people").json()["items"]] == [person["id"]]
    ask("liaison", f"/people/{person['id']}", {"active": True})
    given = ask("liaison", f"/people/{person['id']}/link", {}).json()
    assert "/private/" in given["page"] and given["feed"].endswith(".ics")
    calendar = ask("liaison", "/links", {"unit": unit.pk}).json()
    assert calendar["page"] == ""
    listed = ask("liaison", "/links")
    assert [row["person"] for row in listed.json()["items"]] == [None, person["id"]]
    assert given["page"].rstrip("/").rpartition("/")[2] not in listed.content.decode(), "the secret is told once"
    assert ask("liaison", f"/links/{given['id']}/withdraw", {}).json()["withdrawn_at"] is not None
    assert RosterLink.objects.filter(withdrawn_at__isnull=True).count() == 1


def test_what_the_page_refuses_is_refused_in_its_words(town, ask, sign_in):
    ground, console = make_ground(town), sign_in("clerk")
    at, page = f"/grounds/{ground.pk}", f"/duties/rosters/grounds/{ground.pk}"
    for path, body, new in (
        ("/segments", {"name": ""}, "/segments/new/"), ("/segments", {"name": "第一段面", "order": 1}, "/segments/new/"),
        ("/posts", {"name": "甲岗", "shifts": ["早高峰 7点到9点"]}, "/posts/new/"), ("/posts", {"name": "甲岗", "kind": "x"}, "/posts/new/"),
        ("/posts", {"name": "甲岗", "segment": 2**40}, "/posts/new/"),
    ):  # fmt: skip
        answer = ask("clerk", f"{at}{path}", body)
        told = answer.json()
        assert answer.status_code == 422 and set(told["fields"]) <= set(body) and told["fields"], (path, told)
        sent = {"order": 1, "kind": "fixed", "shifts": SHIFT} | body | {"shifts": "\n".join(body.get("shifts", [SHIFT]))}
        shown = console.post(f"{page}{new}", sent)
        assert shown.status_code == 422 and all(words in shown.content.decode() for words in told["fields"].values()), told
    start = next_monday()
    roster = {"ground": ground.pk, "starts_on": f"{start}", "ends_on": f"{start + timedelta(days=40)}", "units": []}
    assert {"ends_on", "units"} <= ask("clerk", "", roster).json()["fields"].keys()
    assert ask("clerk", "", roster | {"rest_hours": 99}).json()["fields"].keys() >= {"rest_hours"}
    assert ask("clerk", "", roster | {"ground": 2**40}).json()["fields"].keys() >= {"ground"}
    assert ask("clerk", "/grounds", {"name": "无此地", "division": "000000000000"}).json()["fields"].keys() == {"division"}
    assert ask("clerk", "/people", {"unit": town.units["community"].pk, "name": "甲", "most_per_week": 9}).status_code == 422
    people = make_pool(town)
    assert ask("liaison", f"/people/{people[0].pk}/days", {"day": f"{clock.today()}", "word": "cannot"}).status_code == 422
    assert ask("liaison", f"/people/{people[0].pk}/days", {"day": f"{start}", "word": "never"}).status_code == 422
    made = make_roster(town, ground)
    assert ask("clerk", f"/{made.pk}/ask", {"answers_by": "2020-01-01"}).json()["fields"].keys() == {"answers_by"}
    assert ask("clerk", f"/{made.pk}/publish", {}).status_code == 409
    assert not PoolDay.objects.exists()
    turn = turn_at(published(town, starts_on=start + timedelta(days=7), ground=ground), "站前路口")
    mine = PoolPerson.objects.get(pk=turn.person_id)
    answer = ask("clerk", f"/turns/{turn.pk}/change", {"person": mine.pk})
    assert answer.status_code == 422 and answer.json()["fields"].keys() == {"person"}


PATHS = (
    ("/{roster}/edit", {}), ("/{roster}/ask", {"answers_by": "2030-01-01"}), ("/{roster}/arrange/cancel", {}), ("/{roster}/cancel", {}),
    ("/grounds/{ground}", {}), ("/grounds/{ground}/segments", {"name": "x"}), ("/grounds/{ground}/segments/{segment}", {}),
    ("/segments/{segment}/remove", {}), ("/grounds/{ground}/posts", {"name": "x"}), ("/grounds/{ground}/posts/{post}", {}),
    ("/turns/{turn}/change", {"person": 1}),
    ("/people/{person}", {}), ("/people/{person}/days", {"day": "2030-01-01"}), ("/people/{person}/link", {}), ("/links/{link}/withdraw", {}),
)  # fmt: skip
KEPT = ("/people", "/links", "/turns")
"""What those who keep a pool do as well; the others are the office's."""


def rows_of(town):
    """A roster with all that stands around it, by the words of PATHS."""
    roster = arranged(town)
    ground = RosterGround.objects.get(pk=roster.ground_id)
    person = PoolPerson.objects.get(unit=town.units["department"], name="丙")
    link, _token = actions.give_link(SYSTEM, pool_id=person.pk)
    return {
        "roster": roster.pk, "ground": ground.pk, "segment": ground.segments.get().pk, "post": ground.posts.first().pk,
        "turn": roster.turns.first().pk, "person": person.pk, "link": link.pk,
    }  # fmt: skip


def test_who_may_not_is_told_so_and_another_towns_rows_are_not_there(town, other_town, ask):
    here, there = rows_of(town), rows_of(other_town)
    for path, body in PATHS:
        if not path.startswith(KEPT):
            for role in ("leader", "liaison", "grid_worker"):
                assert ask(role, path.format(**here), body).status_code == 403, (role, path)
        assert ask("resident", path.format(**here), body).status_code == 403, path
        assert ask("clerk", path.format(**there), body).status_code == 404, path
    assert ask("clerk", f"/grounds/{here['ground']}/segments/{there['segment']}", {}).status_code == 404
    assert ask("clerk", f"/grounds/{here['ground']}/posts/{there['post']}", {}).status_code == 404
    assert ask("grid_worker", f"/people/{here['person']}/days", {"day": "2030-01-01"}).status_code == 404, "somebody else's days"
    assert ask("clerk", "/grounds", {"name": "x", "division": other_town.street.code}).status_code == 403
    assert ask("clerk", "/links", {"unit": other_town.units["department"].pk}).status_code == 422
    for path in (f"/grounds/{there['ground']}", f"/people/{there['person']}/days", f"/{there['roster']}/arrange"):
        assert ask("clerk", path).status_code == 404, path
    for path in ("/people", "/links", "/changes", "/mine", "/grounds"):
        assert ask("resident", path).status_code == 403, path


def test_who_is_on_duty_on_a_day_is_told_with_the_names_that_the_account_sees(town, ask):
    roster = published(town)
    turn = roster.turns.filter(person__leads=False).select_related("shift__post", "person").order_by("day", "pk").first()
    board = ask("clerk", f"/today?day={turn.day}").json()[0]
    row = next(one for one in board["posts"] if one["shift"] == turn.shift_id)
    there = roster.turns.filter(day=turn.day, shift=turn.shift_id, called_off=False)
    assert (board["roster"], row["post"], row["planned"], row["needed"]) == (roster.pk, turn.shift.post.name, there.count(), turn.shift.least)
    assert sorted(row["people"]) == sorted(there.values_list("person__name", flat=True)) and (row["others"], row["present"]) == (0, None)
    seen = ask("grid_worker", f"/today?day={turn.day}")
    if seen.json():
        rows = {one["shift"]: one for one in seen.json()[0]["posts"]}
        assert all(len(one["people"]) + one["others"] == one["planned"] for one in rows.values())
    assert ask("clerk", "/today?day=1990-01-01").status_code == 422
    assert ask("clerk", f"/today?day={roster.ends_on + timedelta(days=400)}").json() == []
    assert ask("resident", "/today").status_code == 403


def test_who_could_take_a_turn_is_told_to_whoever_makes_the_roster(town, ask):
    roster = published(town)
    question = question_of(roster)
    turn, free = next(
        (turn, [one for one in queries.reserves(question, turn.shift, turn.day) if one.pk != turn.person_id])
        for turn in roster.turns.filter(person__leads=False).select_related("shift__post__unit", "person").order_by("day", "pk")
        if queries.reserves(question, turn.shift, turn.day)
    )
    told = ask("clerk", f"/turns/{turn.pk}/reserves?limit=1").json()
    assert told["items"][0]["person"] == free[0].pk and told["more"] == len(free) - 1
    moved = ask("clerk", f"/turns/{turn.pk}/move", {"person": told["items"][0]["person"], "accept": True})
    assert moved.status_code == 200, "what is offered can be done"
    other = roster.turns.filter(called_off=False).exclude(pk=turn.pk).first()
    assert ask("clerk", f"/turns/{turn.pk}/reserves").status_code == 404, "it went elsewhere"
    assert ask("clerk", f"/turns/{other.pk}/reserves?limit=0").status_code == 422
    assert ask("liaison", f"/turns/{other.pk}/reserves").status_code == 403
