"""What the pages do with volunteers other programs do by the interface: the same actions, the same two people, the same refusals."""

from datetime import timedelta
from decimal import Decimal

import pytest

from chuangwen.cases.tests.loop import make_photo
from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.models import AuditEntry
from chuangwen.people.models import Account, Post
from chuangwen.testing.factories import make_account
from chuangwen.volunteers.activities import actions as activities
from chuangwen.volunteers.activities.tests import ground as shifts
from chuangwen.volunteers.contest.tests import ground as contests
from chuangwen.volunteers.corps.tests.standing import make_team, make_volunteer
from chuangwen.volunteers.credits import actions as credits
from chuangwen.volunteers.credits.tests.ground import make_ground
from chuangwen.volunteers.hours.tests.ground import make_doubt
from chuangwen.volunteers.orders.actions.placing import link_of
from chuangwen.volunteers.orders.tests import ground as orders
from chuangwen.volunteers.presence.models import ServiceEntry
from chuangwen.volunteers.presence.tests.standing import make_entry


def second_clerk(town):
    return make_account("clerk-two", town.roles["clerk"], town.units["office"], kind=Post.Kind.MEMBER)


def test_presence_begins_and_ends_by_the_code_on_the_spot(town, ask):
    with clock.at(shifts.at(hour=8)):
        team, _leader, _lead = shifts.ground(town)
        _activity, shift = shifts.make_activity(town, team)
        _volunteer, actor = shifts.person(town, "甲")
        activities.sign_up(actor, activity_shift_id=shift.pk)
    with clock.at(shifts.at(hour=9)):
        code = shifts.code_at(shift, clock.now())
        wrong = ask(actor, f"activities/shifts/{shift.pk}/begin", {"code": f"{(int(code) + 1) % 10**6:06d}"})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "volunteers.wrong_code")
        begun = ask(actor, f"activities/shifts/{shift.pk}/begin", {"code": code, "lat": 21.66, "lon": 110.92, "accuracy": 12})
        assert begun.status_code == 200 and begun.json()["state"] == "open"
        assert ask(town.accounts["inspector"], f"activities/shifts/{shift.pk}/begin", {"code": code}).status_code == 403
    with clock.at(shifts.at(hour=10)):
        ended = ask(actor, f"activities/shifts/{shift.pk}/end", {"code": shifts.code_at(shift, clock.now())})
        assert ended.json()["state"] == "ended" and ended.json()["uid"] == begun.json()["uid"]
    assert ServiceEntry.objects.get().minutes == 60


@pytest.fixture
def served(town):
    """Entries of a volunteer that no account of the test wrote."""
    volunteer = make_volunteer(town.communities[0], "张三丰", town.accounts["resident"])
    team = make_team(town.communities[0], town.units["community"], "邻里服务队", make_volunteer(town.communities[0], "李队长"))
    return [make_entry(volunteer, team, days=n) for n in (2, 3)]


def test_hours_are_corrected_by_two_and_doubts_settled(town, served, ask):
    one, two = town.accounts["clerk"], second_clerk(town)
    entry, doubted = served
    made = ask(one, f"volunteer-hours/entries/{entry.pk}/corrections", {"minutes": 15, "reason": "提前离开"}).json()
    assert (made["state"], made["was"], made["minutes"]) == ("proposed", entry.minutes, 15)
    agree = f"volunteer-hours/corrections/{made['id']}/agree"
    assert ask(one, agree, {"answer": ""}).json()["code"] == "hours.two_people"
    assert ask(two, agree, {"answer": "核对过签到表"}).json()["state"] == "agreed"
    entry.refresh_from_db()
    assert not entry.counts and entry.corrected_by.minutes == 15
    assert [row["id"] for row in ask(one, "volunteer-hours/corrections?state=agreed").json()["items"]] == [made["id"]]
    doubt = make_doubt(doubted, "rest")
    assert ask(one, "volunteer-hours/doubts?state=open").json()["items"][0]["entries"] == [doubted.pk]
    strike = f"volunteer-hours/doubts/{doubt.pk}/strike"
    assert ask(one, strike, {"entries": [entry.pk], "reason": "不在场"}).status_code == 422
    assert ask(one, strike, {"entries": [doubted.pk], "reason": "不在场"}).json()["state"] == "struck"
    doubted.refresh_from_db()
    assert not doubted.counts and AuditEntry.objects.filter(verb="volunteers.settle_doubts", channel="api").exists()
    assert ask(town.accounts["inspector"], strike, {"entries": [], "reason": "x"}).status_code == 403


def test_a_certificate_is_asked_for_issued_and_verified(town, served, ask):
    clerk, today = town.accounts["clerk"], clock.today()
    body = {"volunteer": served[0].volunteer_id, "starts_on": f"{today - timedelta(days=30)}", "ends_on": f"{today}"}
    asked = ask(clerk, "volunteer-hours/certificates", body).json()
    issued = ask(clerk, f"volunteer-hours/certificates/{asked['id']}/issue", {}).json()
    assert issued["state"] == "issued" and issued["minutes"] == sum(entry.minutes for entry in served)
    told = ask(clerk, "volunteer-hours/verify", {"code": issued["code"]}).json()
    assert told["genuine"] and told["valid"] and told["number"] == issued["number"]
    ask(clerk, f"volunteer-hours/certificates/{asked['id']}/withdraw", {"reason": "开错时段"})
    assert not ask(clerk, "volunteer-hours/verify", {"code": issued["code"]}).json()["valid"]


def test_trainings_and_policies_are_recorded_with_whom_they_are_about(town, served, ask):
    clerk, today, volunteer = town.accounts["clerk"], clock.today(), served[0].volunteer
    where = {"division": town.communities[0].code, "unit": town.units["community"].pk, "volunteers": [volunteer.pk]}
    made = ask(clerk, "volunteers/trainings", where | {"title": "急救", "day": f"{today}", "minutes": 90})
    assert made.status_code == 201 and made.json()["people"] == 1
    key = made.json()["id"]
    assert ask(clerk, f"volunteers/trainings/{key}/strike", {"volunteer": volunteer.pk}).json()["people"] == 0
    unknown = ask(clerk, "volunteers/trainings", where | {"title": "急救", "day": f"{today}", "minutes": 90, "skill": "no-such"})
    assert unknown.status_code == 422
    policy = where | {"insurer": "示例保险", "policy_number": "P-1", "starts_on": f"{today}", "ends_on": f"{today + timedelta(days=364)}"}
    assert ask(clerk, "volunteers/insurances", policy).json()["people"] == 1
    assert ask(clerk, "volunteers/insurances", policy).status_code == 422
    assert volunteer.person.name not in ask(clerk, "volunteers/insurances").content.decode()


def test_a_juror_scores_and_the_office_counts_and_publishes(town, ask):
    with clock.at(shifts.at()):
        contest, entries, jurors = contests.judged(town)
        first = ask(jurors[0], "contests/judging").json()[0]
        assert [one["id"] for one in first["entries"]] == [entry.pk for entry in entries]
        assert ask(jurors[0], f"contests/entries/{entries[2].pk}/conflict", {"reason": "曾是队员"}).status_code == 200
        for number, juror in enumerate(jurors):
            for place, entry in enumerate(entries):
                points = [{"criterion": one["id"], "points": 40 - 10 * place} for one in first["criteria"]]
                answer = ask(juror, f"contests/entries/{entry.pk}/score", {"points": points})
                assert answer.status_code == (403 if number == 0 and place == 2 else 200)
        assert Decimal(ask(jurors[0], "contests/judging").json()[0]["entries"][0]["given"][0]["points"]) == 40
        clerk = town.accounts["clerk"]
        counted = ask(clerk, f"contests/{contest.pk}/count", {})
        assert counted.json()["state"] == "counted" and [row["rank"] for row in counted.json()["results"]] == [1, 2, None]
        assert ask(clerk, f"contests/{contest.pk}/publish", {"verdict": "务实"}).status_code == 422, "a prize has a word"
        reasons = [{"entry": row["entry"], "words": "扎实"} for row in counted.json()["results"] if row["prize"]]
        published = ask(clerk, f"contests/{contest.pk}/publish", {"verdict": "务实", "reasons": reasons})
        assert published.json()["state"] == "published"


def test_conduct_earns_once_somebody_else_confirms_it(town, ask):
    ground = make_ground(town)
    rule = credits.save_credit_rule(SYSTEM, programme_id=ground.programme.pk, source="conduct", name="文明行为", amount=2)
    worker, clerk = town.accounts["grid_worker"], town.accounts["clerk"]
    assert rule.pk in [row["id"] for row in ask(clerk, "credits/rules").json()]
    photo = make_photo(town.actors["clerk"])
    body = {"rule": rule.pk, "account": ground.household.pk, "day": f"{clock.today()}", "photo_ids": [photo]}
    record = ask(clerk, "credits/conduct", body).json()
    confirm = f"credits/conduct/{record['id']}/confirm"
    assert ask(worker, confirm, {}).status_code == 403
    assert ask(clerk, confirm, {}).json()["code"] == "volunteers.two_eyes"
    assert ask(second_clerk(town), confirm, {}).json()["state"] == "confirmed"
    ground.household.refresh_from_db()
    assert ground.household.balance == 2
    struck = ask(second_clerk_again(), f"credits/conduct/{record['id']}/strike", {"reason": "不是这一户"}).json()
    ground.household.refresh_from_db()
    assert (struck["state"], ground.household.balance) == ("struck", 0)


def second_clerk_again():
    return Account.objects.get(username="clerk-two")


def test_an_order_is_taken_served_and_rated(town, ask):
    with clock.at(orders.MONDAY):
        item = orders.make_item()
        crew, order = orders.team_with_leader(town, "修理队", item), orders.make_order(town, item)
        clerk, path = town.accounts["clerk"], f"orders/{order.pk}"
        ask(clerk, f"{path}/open", {})
        assert ask(clerk, f"{path}/take", {"team": crew.team.pk}).status_code == 404
        taken = ask(crew.account, f"{path}/take", {"team": crew.team.pk})
        assert taken.json()["state"] == "serving" and "陈婆婆" not in taken.content.decode()
        assert ask(crew.account, f"{path}/assign", {"volunteers": [crew.member.pk]}).status_code == 200
        assert ask(crew.account, f"{path}/begin", {"lat": 21.66, "lon": 110.92}).status_code == 200
    with clock.at(orders.MONDAY + timedelta(minutes=50)):
        assert ask(crew.account, f"{path}/finish", {"result": "修好了"}).json()["state"] == "to_rate"
        given = {"token": link_of(order), "rating": 5}
        assert ask(crew.account, "orders/rate", given).status_code == 403, "who served does not rate"
        assert ask(town.accounts["resident"], "orders/rate", given).json() == {"number": order.number, "state": "done", "rating": 5}
    other = orders.make_order(town, item)
    directed = ask(clerk, f"orders/{other.pk}/direct", {"team": crew.team.pk, "reason": "老人已等三天"}).json()
    assert (directed["state"], directed["team"]) == ("serving", crew.team.pk)
