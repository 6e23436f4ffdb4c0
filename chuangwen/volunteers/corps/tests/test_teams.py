"""Teams: the tree, leaders, members, closing; training and insurance; sheets and API."""

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from chuangwen.kernel import clock, importing
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.sheets import write_table
from chuangwen.people.actions import make_token
from chuangwen.volunteers.corps import actions, queries, sheets
from chuangwen.volunteers.corps.install import install_skills
from chuangwen.volunteers.corps.models import Membership, Skill, Team, Trained, Volunteer

from .ground import enrolled, make_volunteer, member, team_of

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"volunteers:{name}", args=args)


def test_a_team_stands_only_under_what_holds_it_and_numbers_have_no_gaps(town):
    corps = team_of(town, "总队", kind="corps", division=town.street)
    brigade = team_of(town, "支队", kind="brigade", parent_id=corps.pk)
    team = team_of(town, "服务队", parent_id=brigade.pk)
    for kind, parent in (("brigade", team), ("corps", brigade), ("team", team), ("special", team)):
        with pytest.raises(Refusal):
            team_of(town, "不行", kind=kind, parent_id=parent.pk)
    with pytest.raises(Refusal):
        team_of(town, "服务队")
    later = team_of(town, "专业队", kind="special", parent_id=corps.pk)
    numbers = [int(one.number[5:]) for one in (corps, brigade, team, later)]
    assert numbers == list(range(numbers[0], numbers[0] + 4)), "what was refused took no number"
    tree = queries.tree(town.actors["clerk"])
    assert [node["team"].name for node in tree] == ["总队"]
    assert [(node["team"].name, len(node["below"])) for node in tree[0]["below"]] == [("支队", 1), ("专业队", 0)]


def test_a_liaison_makes_teams_of_the_own_unit_alone(town):
    liaison = town.actors["liaison"]
    facts = {"name": "联络员队", "kind": "team", "division": town.communities[0]}
    with pytest.raises(Denied):
        actions.make_team(liaison, unit=town.units["community"], **facts)
    assert actions.make_team(liaison, unit=town.units["department"], **facts).unit == town.units["department"]
    with pytest.raises(Denied):
        actions.make_team(town.actors["resident"], unit=town.units["department"], **facts)


def test_what_somebody_else_changed_is_not_written_over(town):
    team = team_of(town)
    facts = {"name": "改名", "division": team.division, "unit": team.unit}
    actions.save_team(SYSTEM, team_id=team.pk, expected=team.revision, reach=500, **facts)
    with pytest.raises(Conflict):
        actions.save_team(SYSTEM, team_id=team.pk, expected=team.revision, **facts)
    team.refresh_from_db()
    assert (team.name, team.reach) == ("改名", 500)


def test_the_history_keeps_who_led_when_and_a_minor_leads_nothing(town, sign_in):
    team, first, second = team_of(town), enrolled(town, "甲示例"), enrolled(town, "乙示例")
    child = enrolled(town, "丙示例", born_on=queries.years_before(clock.today(), 16))
    actions.change_leader(SYSTEM, team_id=team.pk, volunteer_id=first.pk)
    actions.change_leader(SYSTEM, team_id=team.pk, volunteer_id=second.pk, reason="换届")
    with pytest.raises(Refusal):
        actions.change_leader(SYSTEM, team_id=team.pk, volunteer_id=child.pk)
    with pytest.raises(Refusal):
        actions.change_leader(SYSTEM, team_id=team.pk, volunteer_id=second.pk)
    assert [row["title"] for row in queries.trail(team)] == ["即日起负责人：乙示例：换届", "即日起负责人：甲示例", "成立"]
    assert member(team, first) and member(team, second)
    page = sign_in("clerk").get(team.get_absolute_url()).content.decode()
    assert "换届" in page and "甲示例" in page


def test_a_team_is_joined_by_asking_and_left_at_will(town, sign_in):
    volunteer = make_volunteer(town.communities[0], "王甲", town.accounts["resident"])
    team, actor = team_of(town), town.actors["resident"]
    row = actions.ask_to_join(actor, team_id=team.pk)
    with pytest.raises(Conflict):
        actions.ask_to_join(actor, team_id=team.pk)
    with pytest.raises(Denied):
        actions.decide_membership(town.actors["audit_admin"], membership_id=row.pk, take=True)
    with pytest.raises(Refusal):
        actions.decide_membership(town.actors["clerk"], membership_id=row.pk, take=False)
    actions.decide_membership(town.actors["clerk"], membership_id=row.pk, take=True)
    with pytest.raises(Conflict):
        actions.decide_membership(town.actors["clerk"], membership_id=row.pk, take=True)
    page = sign_in("resident")
    assert team.name in page.get(url("me")).content.decode()
    assert page.post(url("leave", row.pk)).status_code == 303
    assert Membership.objects.get(volunteer=volunteer).state == "left"
    assert page.post(url("join", team.pk)).status_code == 303 and member(team, volunteer, "asked")


def test_nobody_leaves_for_somebody_else_and_the_leader_stays_until_replaced(town):
    leader = make_volunteer(town.communities[0], "队长", town.accounts["grid_worker"])
    team = team_of(town)
    actions.change_leader(SYSTEM, team_id=team.pk, volunteer_id=leader.pk)
    row = member(team, leader)
    with pytest.raises(Missing):
        actions.leave_team(town.actors["resident"], membership_id=row.pk)
    with pytest.raises(Refusal):
        actions.leave_team(town.actors["grid_worker"], membership_id=row.pk)
    with pytest.raises(Refusal):
        actions.remove_member(town.actors["clerk"], membership_id=row.pk, reason="x")


def test_the_leader_sees_the_team_on_the_phone_and_decides_there(town, sign_in):
    leader = make_volunteer(town.communities[0], "队长", town.accounts["grid_worker"])
    make_volunteer(town.communities[0], "王甲", town.accounts["resident"])
    team, page = team_of(town), sign_in("grid_worker")
    actions.change_leader(SYSTEM, team_id=team.pk, volunteer_id=leader.pk)
    row = actions.ask_to_join(town.actors["resident"], team_id=team.pk)
    assert "王甲" in page.get(url("led", team.pk)).content.decode()
    assert sign_in("resident").get(url("led", team.pk)).status_code == 404
    assert page.post(url("led-take", row.pk)).status_code == 303
    assert page.post(url("led-deputy", row.pk), {"deputy": "1"}).status_code == 303
    row.refresh_from_db()
    assert row.state == "deputy"
    assert page.post(url("led-remove", row.pk), {"reason": "搬走"}).status_code == 303


def test_a_paused_team_takes_nobody_and_a_closed_one_ends_its_memberships(town):
    make_volunteer(town.communities[0], "王甲", town.accounts["resident"])
    brigade = team_of(town, "支队", kind="brigade")
    team, one = team_of(town, parent_id=brigade.pk), enrolled(town)
    actions.change_leader(SYSTEM, team_id=team.pk, volunteer_id=one.pk)
    actions.pause_team(SYSTEM, team_id=team.pk, reason="装修")
    with pytest.raises(Refusal):
        actions.ask_to_join(town.actors["resident"], team_id=team.pk)
    with pytest.raises(Refusal):
        actions.close_team(SYSTEM, team_id=brigade.pk, reason="撤并")
    actions.close_team(SYSTEM, team_id=team.pk, reason="撤并")
    team.refresh_from_db()
    assert (team.state, team.leader, team.closed_on) == ("closed", None, clock.today())
    assert Membership.objects.get(team=team, volunteer=one).state == "left"
    for act in (actions.go_on_with_team, lambda actor, team_id: actions.pause_team(actor, team_id=team_id, reason="x")):
        with pytest.raises(Conflict):
            act(SYSTEM, team_id=team.pk)
    assert team_of(town).pk != team.pk, "a closed team's name is free again"


def test_every_form_of_the_desk_does_what_it_says(town, sign_in):
    page, community = sign_in("clerk"), town.communities[0].code
    form = {"name": "新队", "kind": "team", "division": community, "unit": town.units["community"].pk, "reach": 900, "weekly": 3}
    assert page.post(url("team-new"), form).status_code == 303
    team = Team.objects.get()
    assert (team.reach, team.weekly) == (900, 3)
    assert page.post(url("team-edit", team.pk), form | {"name": "改名", "revision": team.revision}).status_code == 303
    one = enrolled(town, team_id=team.pk)
    assert page.post(url("team-leader", team.pk), {"leader": one.pk}).status_code == 303
    assert page.post(url("team-pause", team.pk), {"reason": "休整"}).status_code == 303
    assert page.post(url("team-go-on", team.pk)).status_code == 303
    assert "改名" in page.get(url("team-tree")).content.decode()
    team.refresh_from_db()
    assert (team.name, team.leader, team.state) == ("改名", one, "active")
    assert page.post(url("team-close", team.pk), {"reason": "撤并"}).status_code == 303


def test_a_training_qualifies_until_its_last_day_and_no_longer(town):
    install_skills()
    skill, plain = Skill.objects.get(code="first-aid"), Skill.objects.get(code="haircut")
    one, two, today = enrolled(town, "甲示例"), enrolled(town, "乙示例", skills=[skill.pk, plain.pk]), clock.today()
    training = actions.record_training(
        SYSTEM, title="急救", day=today, minutes=240, division=town.street, unit=town.units["office"], skill_id=skill.pk, months=12,
        volunteers=[one.pk],
    )  # fmt: skip
    people, last = Volunteer.objects.all(), Trained.objects.get().until
    assert list(queries.qualified(people, skill, last)) == [one] and not queries.qualified(people, skill, last + timedelta(days=1)).exists()
    assert list(queries.qualified(people, plain, today)) == [two], "what takes no training is believed"
    assert actions.add_trained(SYSTEM, training_id=training.pk, volunteers=[one.pk, two.pk]) == 1
    actions.strike_trained(SYSTEM, training_id=training.pk, volunteer_id=one.pk)
    assert list(queries.qualified(people, skill, today)) == [two]


def test_one_policy_has_to_cover_all_days(town):
    team, one, two = team_of(town), enrolled(town, "甲示例"), enrolled(town, "乙示例")
    Membership.objects.create(team=team, volunteer=one, state="member", asked_at=clock.now(), joined_on=clock.today())
    today = clock.today()
    facts = {"insurer": "示例保险", "division": town.street, "unit": town.units["office"]}
    actions.record_insurance(SYSTEM, policy_number="A", starts_on=today, ends_on=today + timedelta(days=9), teams=[team.pk], **facts)
    late = actions.record_insurance(SYSTEM, policy_number="B", starts_on=today + timedelta(days=5), ends_on=today + timedelta(days=30), **facts)
    assert actions.insure(SYSTEM, insurance_id=late.pk, volunteers=[one.pk]) == 1
    people = Volunteer.objects.all()
    assert list(queries.not_insured(people, today, today + timedelta(days=9))) == [two]
    assert set(queries.not_insured(people, today, today + timedelta(days=12))) == {one, two}
    with pytest.raises(Refusal):
        actions.record_insurance(SYSTEM, policy_number="A", starts_on=today, ends_on=today, **facts)


def test_trainings_policies_and_skills_are_kept_by_forms(town, sign_in):
    install_skills()
    page, one, community = sign_in("clerk"), enrolled(town), town.communities[0].code
    place = {"division": community, "unit": town.units["community"].pk, "numbers": one.number}
    training = {"title": "急救培训", "day": clock.today(), "hours": "1.5", "months": 0} | place
    assert page.post(url("training-new"), training | {"numbers": "V1"}).status_code == 422
    assert page.post(url("training-new"), training).status_code == 303
    assert Trained.objects.get().training.minutes == 90
    policy = {"insurer": "示例保险", "policy_number": "P1", "starts_on": clock.today(), "ends_on": clock.today()} | place
    assert page.post(url("insurance-new"), policy).status_code == 303
    assert "示例保险" in page.get(one.get_absolute_url()).content.decode()
    assert page.post(url("skill-new"), {"name": "修鞋", "group": "居家服务", "active": "on"}).status_code == 303
    assert Skill.objects.get(name="修鞋").active


# -- sheets and API ---------------------------------------------------------------------------------------------------


def brought(actor, kind, columns, rows):
    content = write_table(columns, rows)
    return importing.bring_in(actor, kind, content, {}, file_name="表.xlsx")


def test_teams_and_volunteers_of_a_sheet_come_once_and_again_change_nothing(town):
    install_skills()
    clerk, place = town.actors["clerk"], town.communities[0].name
    unit = town.units["community"].name
    teams = [
        {"name": "总支队", "kind": "brigade", "division": place, "unit": unit},
        {"name": "邻里队", "kind": "team", "parent": "总支队", "division": place, "unit": unit, "skills": ["理发"], "reach": 800},
    ]
    people = [
        {"name": "王示例", "phone": "19900000077", "division": place, "skills": ["理发", "手语"], "free": ["周六上午", "周日"],
         "team": "邻里队"},
        {"name": "李示例", "phone": "19900000078", "division": place},
    ]
    for _time in range(2):
        brought(clerk, "volunteer-teams", sheets.TEAMS, teams)
        brought(clerk, "volunteers", sheets.VOLUNTEERS, people)
    assert Team.objects.count() == 2 and Team.objects.get(name="邻里队").get_parent().name == "总支队"
    one = Volunteer.objects.get(person__name="王示例")
    assert (Volunteer.objects.count(), one.free, one.skills.count(), one.state) == (2, 1 << 15 | 0b111 << 18, 2, "active")
    assert member(Team.objects.get(name="邻里队"), one)


def test_rows_that_are_wrong_are_named_and_nothing_is_written(town):
    clerk, place = town.actors["clerk"], town.communities[0].name
    plan_rows = [
        {"name": "王示例", "phone": "19900000077", "division": "没有的社区"},
        {"name": "李示例", "phone": "19900000078", "division": place, "skills": ["飞行"]},
        {"name": "张示例", "phone": "19900000079", "division": place, "free": ["礼拜八"]},
        {"name": "赵示例", "phone": "19900000080", "division": place, "born_on": queries.years_before(clock.today(), 10)},
        {"name": "钱示例", "phone": "19900000081", "division": place, "team": "没有的队"},
        {"name": "孙示例", "phone": "19900000082", "division": place},
        {"name": "孙示例", "phone": "19900000082", "division": place},
    ]
    with pytest.raises(Refusal):
        brought(clerk, "volunteers", sheets.VOLUNTEERS, plan_rows)
    assert not Volunteer.objects.exists()


def test_lists_export_the_terms_of_the_standard_with_masked_numbers(town, sign_in):
    one = enrolled(town)
    book = load_workbook(io.BytesIO(sign_in("clerk").get(url("volunteers"), {"export": "xlsx"}).content))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    flat = [value for row in cells for value in row]
    assert {"志愿者编号", "服务类别", "服务区域", "注册日期"} <= set(flat)
    assert one.number in flat and "199****0078" in flat and "19900000078" not in flat


def test_the_api_gives_teams_and_masked_people_and_enrols(town, client):
    team, one = team_of(town), enrolled(town)
    head = {"Authorization": f"Bearer {make_token(SYSTEM, town.accounts['clerk'], 'x')}"}
    found = client.get("/api/v1/volunteers/teams", headers=head).json()["items"]
    assert [row["number"] for row in found] == [team.number]
    people = client.get("/api/v1/volunteers/people", headers=head).json()["items"]
    assert (people[0]["phone"], people[0]["document_on_file"]) == ("199****0078", False)
    body = {"name": "新示例", "phone": "19900000099", "division": town.communities[0].code, "agrees": True, "team": team.pk}
    made = client.post("/api/v1/volunteers/people", body, content_type="application/json", headers=head)
    assert made.status_code == 201 and made.json()["teams"] == [team.pk]
    assert client.post(f"/api/v1/volunteers/teams/{team.pk}/leader", {"volunteer": one.pk}, content_type="application/json",
                       headers=head).json()["leader"] == one.pk  # fmt: skip


def test_the_code_of_a_team_leads_to_registering_for_it(town, sign_in):
    leader = make_volunteer(town.communities[0], "队长", town.accounts["grid_worker"])
    team, address = team_of(town), url("register")
    actions.change_leader(SYSTEM, team_id=team.pk, volunteer_id=leader.pk)
    for page, where in (("clerk", team.get_absolute_url()), ("grid_worker", url("led", team.pk))):
        assert f"{address}?team={team.pk}" in sign_in(page).get(where).content.decode()
    assert Client().get(address, {"team": team.pk}).context["form"].initial["team"] == team.pk
    assert sign_in("clerk").get(address, {"team": team.pk})["Location"] == f"{url('become')}?team={team.pk}"
    actions.pause_team(SYSTEM, team_id=team.pk, reason="休整")
    assert f"?team={team.pk}" not in sign_in("clerk").get(team.get_absolute_url()).content.decode()
