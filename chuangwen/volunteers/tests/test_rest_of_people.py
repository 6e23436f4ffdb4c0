"""Care, credits, contests and teams by the interface: what a page's form refuses is refused in the same words, to whoever may ask at all."""

from datetime import timedelta

from chuangwen.kernel import clock
from chuangwen.kernel.models import AuditEntry
from chuangwen.volunteers.care.models import CareDue, CarePlan
from chuangwen.volunteers.care.tests import ground as care
from chuangwen.volunteers.contest.models import Contest, Juror
from chuangwen.volunteers.contest.tests import ground as contests
from chuangwen.volunteers.corps.models import Membership
from chuangwen.volunteers.corps.tests.standing import make_team, make_volunteer
from chuangwen.volunteers.credits.models import CreditAccount, CreditVoucher
from chuangwen.volunteers.credits.tests.ground import make_ground, served


def test_the_rhythm_of_a_plan_is_set_and_what_is_left_out_stays(town, ask):
    with clock.at(care.at()):
        person = care.make_person(town)
        clerk, path = town.actors["clerk"], f"care/people/{person.pk}"
        before = ask(clerk, f"{path}/plan").json()
        told = ask(clerk, f"{path}/rhythm", {"visit_every": "week", "visit_times": 3, "revision": before["revision"]})
        assert told.status_code == 200
        rows = {row["kind"]: row for row in told.json()["rhythms"]}
        assert rows["visit"]["times"] == 3 and {"call", "event"} <= set(rows), "kinds that were left out stay"
        again = ask(clerk, f"{path}/rhythm", {"visit_every": "", "revision": before["revision"]})
        assert again.status_code == 409, "changed meanwhile"
        ended = ask(clerk, f"{path}/rhythm", {"event_every": ""})
        assert "event" not in {row["kind"] for row in ended.json()["rhythms"]}
        assert ask(clerk, f"{path}/rhythm", {"call_times": 9}).status_code == 422
        assert ask(town.actors["resident"], f"{path}/rhythm", {"call_every": "day"}).status_code in (403, 404)


def test_a_pair_is_chosen_of_those_proposed_and_nobody_is_named_twice(town, ask):
    with clock.at(care.at()):
        person, folk = care.make_person(town), care.Neighbours(town)
        clerk, path = town.actors["clerk"], f"care/people/{person.pk}"
        offered = ask(clerk, f"{path}/proposals").json()
        assert {one["volunteer"] for one in offered} == {one.pk for one in folk.volunteers}
        one, two, three = (volunteer.pk for volunteer in folk.volunteers[:3])
        told = ask(clerk, f"{path}/helpers", {"pair": [one, two], "stand_ins": [three]}).json()
        assert [(row["volunteer"], row["role"]) for row in told["helpers"]] == [(one, "first"), (two, "second"), (three, "stand_in")]
        kept = ask(clerk, f"{path}/helpers", {"stand_ins": []}).json()
        assert [row["volunteer"] for row in kept["helpers"]] == [one, two]
        twice = ask(clerk, f"{path}/helpers", {"pair": [one, one]})
        assert (twice.status_code, twice.json()["code"]) == (422, "volunteers.helpers")
        stranger = ask(clerk, f"{path}/helpers", {"pair": [2**40]})
        assert stranger.status_code == 422 and "first" in stranger.json()["fields"]


def test_somebody_goes_away_comes_back_is_handed_over_and_the_care_ends(town, ask):
    with clock.at(care.at()):
        person, folk = care.make_person(town), care.Neighbours(town)
        clerk, path = town.actors["clerk"], f"care/people/{person.pk}"
        late = ask(clerk, f"{path}/away", {"reason": "走亲戚", "until": "2026-10-01"})
        assert (late.status_code, late.json()["code"]) == (422, "volunteers.away")
        away = ask(clerk, f"{path}/away", {"reason": "走亲戚", "until": "2026-11-09"}).json()
        assert (away["state"], away["away_until"]) == ("away", "2026-11-09")
        assert ask(clerk, f"{path}/back", {}).json()["state"] == "running"
        due = CareDue.objects.filter(plan__person=person, kind="call", state="open").first()
        excused = ask(clerk, f"care/owed/{due.pk}/excuse", {"reason": "住在女儿家"})
        assert (excused.status_code, excused.json()["state"]) == (200, "excused")
        sick = ask(clerk, f"{path}/away", {"reason": "糖尿病住院"})
        assert sick.status_code == 422, "nothing about health"
        handed = ask(clerk, f"{path}/hand-over", {"team": folk.team.pk, "unit": town.units["community2"].pk}).json()
        assert (handed["team"], handed["unit"]) == (folk.team.pk, town.units["community2"].pk)
        assert ask(town.actors["leader"], f"{path}/end", {"reason": "迁出"}).status_code == 403
        assert ask(clerk, f"{path}/end", {"reason": " "}).status_code == 422
        assert ask(clerk, f"{path}/end", {"reason": "随子女迁出"}).json()["state"] == "ended"
        assert CarePlan.objects.get(person=person).state == "ended"


def test_what_is_kept_of_a_person_is_changed_by_its_parts_and_plans_name_nobody(town, ask):
    with clock.at(care.at()):
        person = care.make_person(town)
        clerk = town.actors["clerk"]
        told = ask(clerk, f"care/people/{person.pk}", {"address": "3栋502", "notes": "说话大声些"}).json()
        assert (told["address"], told["notes"], told["name"], told["phone"]) == ("3栋502", "说话大声些", "赵婆婆", "19900000011")
        opened = AuditEntry.objects.filter(verb="volunteers.open_cared_person").count()
        assert "赵" not in ask(clerk, f"care/people/{person.pk}/plan").content.decode()
        assert AuditEntry.objects.filter(verb="volunteers.open_cared_person").count() == opened, "a plan names nobody: nothing was opened"


def test_households_and_shops_take_part_by_the_desk_and_lists_compare_nobody(town, ask):
    ground = make_ground(town)
    clerk = town.actors["clerk"]
    made = ask(clerk, "credits/holders/households", {"name": "8栋101户", "division": town.communities[0].code})
    assert made.status_code == 201 and made.json()["kind"] == "household"
    again = ask(clerk, "credits/holders/households", {"name": "8栋101户", "division": town.communities[0].code})
    assert again.json()["id"] == made.json()["id"], "the same door is the same account"
    missing = ask(clerk, "credits/holders/shops", {"site": "没有这家店"})
    assert missing.status_code == 422 and "site" in missing.json()["fields"]
    rows = ask(clerk, "credits/holders").json()["items"]
    assert len(rows) == 4 and not any("balance" in row for row in rows)
    assert all("志愿者" not in row["name"] for row in rows), "volunteers stand covered"
    whole = ask(clerk, f"credits/holders/{ground.household.pk}").json()
    assert whole["balance"] == 0
    assert ask(clerk, f"credits/holders/{ground.mine.pk}/out", {"reason": "x"}).json()["code"] == "volunteers.credit_own_will"
    out = ask(clerk, f"credits/holders/{ground.household.pk}/out", {"reason": "搬走"})
    assert out.json()["state"] == "left"
    assert ask(town.actors["resident"], "credits/holders").status_code == 403


def test_vouchers_are_taken_handed_back_and_cancelled_and_credits_return(town, ask):
    ground = make_ground(town)
    served(ground, 600)
    resident, clerk = town.actors["resident"], town.actors["clerk"]
    poor = ask(clerk, f"credits/holders/{ground.household.pk}/redeem", {"reward": ground.reward.pk})
    assert "5" in poor.json()["message"] and poor.status_code == 422
    before = CreditAccount.objects.get(pk=ground.mine.pk).balance
    one = ask(resident, "credits/mine/redeem", {"reward": ground.reward.pk}).json()
    two = ask(resident, "credits/mine/redeem", {"reward": ground.reward.pk}).json()
    assert ask(resident, f"credits/mine/vouchers/{one['id']}/back", {}).json()["state"] == "cancelled"
    assert ask(resident, f"credits/mine/vouchers/{one['id']}/back", {}).status_code == 409
    shown = ask(clerk, "credits/vouchers", None).json()["items"]
    assert two["code"] not in str(shown) and {row["tail"] for row in shown} == {one["code"][-4:], two["code"][-4:]}
    assert ask(clerk, f"credits/vouchers/{two['id']}/cancel", {"reason": " "}).status_code == 422
    assert ask(clerk, f"credits/vouchers/{two['id']}/cancel", {"reason": "兑换点停业"}).json()["state"] == "cancelled"
    assert CreditAccount.objects.get(pk=ground.mine.pk).balance == before
    assert not CreditVoucher.objects.filter(state="open").exists()
    assert ask(resident, "credits/mine/leave", {}).json()["state"] == "left"
    assert ask(resident, "credits/mine/join", {}).json()["state"] == "active"
    passed = ask(resident, "credits/mine/transfer", {"to_number": ground.household.number, "amount": 1})
    assert passed.json()["code"] == "volunteers.no_transfers"
    assert [row["name"] for row in ask(clerk, "credits/places").json()] == ["积分超市"]


def test_a_contest_is_made_called_and_closed_by_its_holder(town, ask):
    with clock.at(care.at()):
        clerk = town.actors["clerk"]
        body = {"title": "双月赛", "division": town.street.code, "unit": town.units["office"].pk, "least_jurors": 1}
        wrong = ask(clerk, "contests", body | {"criteria": [{"name": "", "most": 10}]})
        assert wrong.status_code == 422
        upside = ask(clerk, "contests", body | {"starts_on": "2026-11-20", "entries_until": "2026-11-10"})
        assert upside.json()["code"] == "contest.days"
        made = ask(clerk, "contests", body | {"criteria": [{"name": "成效", "about": "受益人群", "most": 100}]})
        assert made.status_code == 201 and made.json()["state"] == "draft"
        path = f"contests/{made.json()['id']}"
        assert ask(clerk, "contests", body).status_code == 409, "the title is taken"
        changed = ask(clerk, path, {"second": 5}).json()
        assert [one["name"] for one in changed["criteria"]] == ["成效"] and Contest.objects.get(pk=changed["id"]).second == 5
        assert ask(clerk, f"{path}/call", {}).json()["state"] == "open"
        team = contests.make_teams(town, 1)[0]
        entry = ask(clerk, f"{path}/entries", {"team": team.pk, "title": "银龄陪伴", "summary": "每周陪伴"}).json()
        undecided = ask(clerk, f"{path}/close", {})
        assert undecided.json()["code"] == "contest.undecided"
        assert ask(clerk, f"contests/entries/{entry['id']}/reject", {"reason": "材料不全"}).json()["state"] == "rejected"
        assert ask(clerk, f"contests/entries/{entry['id']}", {"budget": "1200.50"}).json()["budget"] == "1200.50"
        assert ask(clerk, f"contests/entries/{entry['id']}/admit", {}).json()["state"] == "admitted"
        nobody = ask(clerk, f"{path}/jurors", {"username": "没有这个人"})
        assert nobody.status_code == 422 and "username" in nobody.json()["fields"]
        account = town.accounts["inspector"]
        juror = ask(clerk, f"{path}/jurors", {"username": account.username})
        assert juror.status_code == 201 and Juror.objects.get(pk=juror.json()["id"]).account == account
        assert ask(town.actors["resident"], f"{path}/jurors").status_code == 403
        assert ask(clerk, f"{path}/close", {}).json()["state"] == "judging"
        assert ask(clerk, f"{path}/reopen", {}).json()["state"] == "open"
        assert ask(clerk, f"contests/jurors/{juror.json()['id']}/remove", {}).json()["left_on"] == clock.today().isoformat()
        assert ask(clerk, f"{path}/close", {}).status_code == 422, "nobody is left to judge"
        assert ask(clerk, f"contests/entries/{entry['id']}/withdraw", {}).json()["state"] == "withdrawn"
        assert ask(clerk, f"{path}/call-off", {"reason": "无人评审"}).json()["state"] == "called_off"


def test_a_volunteer_asks_to_join_and_the_leader_decides(town, ask):
    place, unit = town.communities[0], town.units["community"]
    leader = make_volunteer(place, "队长", town.accounts["grid_worker"])
    asker = make_volunteer(place, "申请人", town.accounts["resident"])
    team = make_team(place, unit, "助学队", leader)
    resident, worker, clerk = (town.actors[role] for role in ("resident", "grid_worker", "clerk"))
    asked = ask(resident, f"volunteers/teams/{team.pk}/join", {})
    assert asked.status_code == 201 and (asked.json()["state"], asked.json()["volunteer"]) == ("asked", asker.pk)
    assert ask(resident, f"volunteers/teams/{team.pk}/join", {}).json()["code"] == "volunteers.member"
    key = asked.json()["id"]
    assert ask(resident, f"volunteers/memberships/{key}/decide", {"take": True}).status_code in (403, 404), "not the one who asks"
    assert ask(worker, f"volunteers/memberships/{key}/decide", {"take": False}).status_code == 422, "without a reason"
    assert ask(worker, f"volunteers/memberships/{key}/decide", {"take": True}).json()["state"] == "member"
    assert ask(clerk, f"volunteers/memberships/{key}/deputy", {}).json()["state"] == "deputy"
    assert [row["id"] for row in ask(clerk, f"volunteers/teams/{team.pk}/members").json()["items"]] == [key]
    assert ask(resident, f"volunteers/teams/{team.pk}/members").status_code in (403, 404), "who is in it concerns leader and desk"
    assert [row["team_name"] for row in ask(resident, "volunteers/memberships/mine").json()] == ["助学队"]
    assert ask(resident, f"volunteers/memberships/{key}/leave", {"reason": "时间不够"}).json()["state"] == "left"
    assert Membership.objects.get(pk=key).left_on == clock.today()
    again = ask(resident, f"volunteers/teams/{team.pk}/join", {}).json()["id"]
    ask(worker, f"volunteers/memberships/{again}/decide", {"take": True})
    assert ask(worker, f"volunteers/memberships/{again}/remove", {"reason": " "}).status_code == 422
    assert ask(worker, f"volunteers/memberships/{again}/remove", {"reason": "长期不参加"}).json()["state"] == "left"
    assert ask(clerk, f"volunteers/teams/{team.pk}/pause", {"reason": "休整"}).json()["state"] == "paused"
    assert ask(resident, f"volunteers/teams/{team.pk}/join", {}).status_code == 422
    assert ask(clerk, f"volunteers/teams/{team.pk}/go-on", {}).json()["state"] == "active"
    assert clock.today() - timedelta(days=1) < Membership.objects.get(pk=again).left_on
