"""The pages of the sponsorship plan, its sheets and its API."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from chuangwen.duties.sponsorship import actions, sheets
from chuangwen.duties.sponsorship.models import PlanWish, SponsorshipPlan
from chuangwen.duties.sponsorship.views import pairs
from chuangwen.kernel import importing
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.sheets import write_table
from chuangwen.people.actions import make_token

from .ground import END, START, make_plan, names, solved


def url(name, *args):
    return reverse(f"duties:{name}", args=args)


def test_the_page_of_a_plan_shows_who_answers_for_what_and_the_figures(town, sign_in):
    plan = solved(town)
    body = sign_in("clerk").get(url("sponsorship", plan.pk)).content.decode()
    for name in ("领导1", "部门1", "站所2", *(str(row) for row in town.communities)):
        assert name in body
    assert "均衡指标" in body and "已证明为最优方案" in body


def test_why_a_pair_is_so_stands_on_its_page_and_a_move_is_tried_before_it_is_made(town, sign_in):
    plan = solved(town)
    page = sign_in("clerk")
    pair = plan.pairs.get(sponsor__name="站所1")
    there = plan.places.exclude(pk=pair.place_id).get()
    body = page.get(url("sponsorship-pair", pair.pk)).content.decode()
    assert "公里" in body and "不用这一对时，最优方案的代价为" in body
    tried = page.get(url("sponsorship-pair", pair.pk), {"place": there.pk}).content.decode()
    assert f"如果换到{there.name}" in tried and "确认调整" in tried
    answer = page.post(url("sponsorship-move", pair.pk), {"place": there.pk, "revision": plan.revision})
    assert answer.status_code == 303
    assert "站所1" in names(plan)[there.name]
    again = page.post(url("sponsorship-move", plan.pairs.get(sponsor__name="站所1").pk), {"place": pair.place_id, "revision": plan.revision})
    assert again.status_code == 409, "somebody who looks at an old page is told so"


def test_a_plan_is_made_filled_and_solved_by_forms_alone(town, sign_in):
    page = sign_in("clerk")
    form = {"name": "新方案", "division": town.street.pk, "starts_on": START, "ends_on": END, "seconds": 5}
    answer = page.post(url("sponsorship-new"), form | dict.fromkeys(("leaders_each", "departments_each", "offices_each"), 0) | {
        "charge": 10, "near_department": 0, "near_office": 1, "weak": 40, "enough": 90, "overload": 20, "tolerance": 125, "change": 2,
        "weight_staff": 50, "weight_budget": 30, "weight_result": 20,
    })  # fmt: skip
    plan = SponsorshipPlan.objects.get()
    assert answer["Location"] == url("sponsorship-records", plan.pk)
    leader = town.accounts["leader"].person
    page.post(url("sponsorship-records", plan.pk), {"most": 3, "departments": [town.units["department"].pk, town.units["department2"].pk]})
    page.post(
        url("sponsorship-sponsor-new", plan.pk), {"name": leader.name, "kind": 0, "capacity": 2, "least": 1, "charges": [plan.places.first().pk]}
    )
    assert plan.sponsors.count() == 3 and plan.places.count() == 2
    answer = page.post(url("sponsorship-wish-new", plan.pk), {
        "sponsor": plan.sponsors.get(kind=0).pk, "place": plan.places.first().pk, "kind": "fixed", "reason": "agreed",
    })  # fmt: skip
    assert answer.status_code == 303 and PlanWish.objects.count() == 1
    assert page.post(url("sponsorship-solve", plan.pk)).status_code == 303
    assert page.get(url("sponsorship", plan.pk)).status_code == 200


def test_a_clash_is_read_on_the_page(town, sign_in):
    plan = make_plan(town)
    clerk = town.actors["clerk"]
    place = plan.places.first()
    actions.save_place(clerk, plan_id=plan.pk, place_id=place.pk, name=place.name, least=9, most=9)
    actions.solve_plan(clerk, plan_id=plan.pk)
    body = sign_in("clerk").get(url("sponsorship", plan.pk)).content.decode()
    assert "没有符合全部规则的方案" in body and place.name in body


def test_the_changes_against_the_plan_in_force_are_listed(town, sign_in):
    plan = solved(town)
    actions.sign_plan(town.actors["leader"], plan_id=plan.pk)
    actions.start_plan(town.actors["clerk"], plan_id=plan.pk)
    fresh = actions.new_version(town.actors["clerk"], plan_id=plan.pk)
    fresh = actions.solve_plan(town.actors["clerk"], plan_id=fresh.pk)
    page = sign_in("clerk")
    assert "没有变动" in page.get(url("sponsorship-changes", fresh.pk)).content.decode()
    one, other = (fresh.pairs.get(sponsor__name=name) for name in ("站所1", "站所2"))
    actions.move_pair(town.actors["clerk"], pair_id=one.pk, with_pair_id=other.pk)
    body = page.get(url("sponsorship-changes", fresh.pk)).content.decode()
    assert "站所1" in body and "站所2" in body and "部门1" not in body


def rows_of(content):
    return [list(row) for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]


def test_the_table_goes_out_as_a_sheet_with_every_place(town, sign_in):
    plan = solved(town)
    answer = sign_in("clerk").get(url("sponsorship-table", plan.pk))
    text = str(rows_of(answer.content))
    for place, sponsors in names(plan).items():
        assert place in text
        assert all(name in text for name in sponsors)


def brought(town, kind, plan, rows):
    columns = {"sponsorship_sponsors": sheets.SPONSORS, "sponsorship_places": sheets.PLACES, "sponsorship_wishes": sheets.WISHES}[kind]
    content = write_table(columns, rows)
    return importing.bring_in(town.actors["clerk"], kind, content, {"plan": str(plan.pk)}, file_name="表.xlsx")


def test_sponsors_places_and_wishes_come_in_by_sheets_and_the_same_sheet_changes_nothing(town):
    plan = actions.make_plan(town.actors["clerk"], name="表格", division=town.street, starts_on=START, ends_on=END)
    places = [{"name": "甲村", "need": 300, "least": 1, "most": 2}, {"name": "乙村", "need": 200, "least": 1, "most": 2}]
    sponsors = [{"name": "某部门", "kind": 1, "staff": 20, "capacity": 2}, {"name": "某领导", "kind": 0, "capacity": 2, "charges": ["甲村"]}]
    wishes = [{"sponsor": "某部门", "place": "乙村", "kind": "forbidden", "reason": "relatives"}]
    given = (("sponsorship_places", places), ("sponsorship_sponsors", sponsors), ("sponsorship_wishes", wishes))
    for kind, rows in given:
        assert brought(town, kind, plan, rows)["creates"] == len(rows)
    for kind, rows in given:
        report = brought(town, kind, plan, rows)
        assert (report["creates"], report["updates"], report["unchanged"]) == (0, 0, len(rows)), kind
    assert plan.charges.get().place.name == "甲村"
    assert plan.wishes.get().reason == "relatives"


def test_a_sheet_that_names_what_is_not_there_is_told_row_by_row(town):
    plan = make_plan(town)
    with pytest.raises(importing.ImportRefused) as told:
        brought(town, "sponsorship_wishes", plan, [{"sponsor": "无此单位", "place": "无此村", "kind": "fixed"}])
    assert [problem.code for problem in told.value.problems] == ["unknown_sponsor"]


def test_the_api_tells_a_plan_and_moves_a_pair(town, client):
    plan = solved(town)
    headers = {"Authorization": f"Bearer {make_token(SYSTEM, town.accounts['clerk'], 'test')}"}
    told = client.get(f"/api/v1/sponsorship/{plan.pk}", headers=headers).json()
    assert told["gap"] == 0 and len(told["pairs"]) == 8
    pair = next(one for one in told["pairs"] if one["sponsor"] == "站所1")
    there = plan.places.exclude(name=pair["place"]).get()
    body = {"place": there.pk, "expected_revision": told["revision"]}
    moved = client.post(f"/api/v1/sponsorship/pairs/{pair['id']}/move", body, content_type="application/json", headers=headers)
    assert moved.status_code == 200 and moved.json()["state"] == "adjusted"
    other = moved.json()["pairs"][0]["id"]
    again = client.post(f"/api/v1/sponsorship/pairs/{other}/move", body, content_type="application/json", headers=headers)
    assert again.status_code == 409


def test_sponsors_by_places_stand_in_a_matrix_and_each_mark_opens_its_pair(town, sign_in):
    plan = solved(town)
    body = sign_in("clerk").get(url("sponsorship-matrix", plan.pk)).content.decode()
    assert body.count("cw-matrix-pair") == plan.pairs.count()
    assert all(url("sponsorship-pair", pair.pk) in body for pair in plan.pairs.all())
    empty = make_plan(town, name="空方案") if not SponsorshipPlan.objects.filter(name="空方案").exists() else None
    assert empty is None or sign_in("clerk").get(url("sponsorship-matrix", empty.pk)).status_code == 200


def test_the_paper_of_a_plan_holds_that_plan_even_when_a_newer_one_is_signed(town):
    from chuangwen.papers import actions as papers

    first = solved(town, exact=False)
    actions.sign_plan(town.actors["leader"], plan_id=first.pk)
    paper = papers.draft_paper(town.actors["clerk"], kind="sponsorship", plan=first)
    newer = solved(town, name="较新的方案", exact=False)
    actions.sign_plan(town.actors["leader"], plan_id=newer.pk)
    papers.change_draft(town.actors["clerk"], paper_id=paper.pk, content={"opening": "修改"})
    paper.refresh_from_db()
    assert paper.plan == first and all(figure["parameters"]["包保方案"] == str(first) for figure in paper.figures)


def test_pairs_that_have_to_be_and_must_not_be_are_called_so_on_every_page(town, sign_in):
    plan = make_plan(town)
    clerk, place = town.actors["clerk"], plan.places.first()
    for kind, sponsor in (("fixed", "部门1"), ("forbidden", "部门2")):
        actions.save_wish(clerk, plan_id=plan.pk, sponsor=plan.sponsors.get(name=sponsor), place=place, kind=kind)
    page = sign_in("clerk")
    names_of = ("sponsorship", "sponsorship-wishes", "sponsorship-wish-new")
    bodies = [page.get(url(name, plan.pk)).content.decode().partition("<main")[2].partition("</main>")[0] for name in names_of]
    assert "固定、回避结对" in bodies[0]
    for body in bodies:
        assert "必须结对" in body and "不得结对" in body and "意见" not in body


def test_the_list_of_pairs_says_what_the_next_best_costs_as_far_as_it_is_known(town, sign_in, monkeypatch):
    exact, rough = solved(town), solved(town, name="未证明的方案", exact=False)
    page = sign_in("clerk")

    def shown(plan):
        return page.get(url("sponsorship-pairs", plan.pk)).content.decode().partition("<main")[2].partition("</main>")[0]

    assert "次优代价" in shown(exact) and "至多" not in shown(exact).partition("<table")[2]
    assert "次优代价" in shown(rough) and "只给出上限" in shown(rough)
    assert "至多 " in shown(rough).partition("<table")[2], shown(rough).partition("<table")[2]
    monkeypatch.setattr(pairs, "MOST_COMPARED", 3)
    assert "次优代价" not in shown(rough).partition("<table")[2] and "不逐对试算" in shown(rough)
