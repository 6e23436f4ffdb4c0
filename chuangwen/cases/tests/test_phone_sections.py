"""What the phone carries: a liaison's cases with all that an answer needs, a grid worker's grid, and marks that tell of every change."""

from datetime import timedelta

import pytest

from chuangwen.cases import actions, phone_sections
from chuangwen.cases.models import Case, State
from chuangwen.cases.tests.loop import make_photo
from chuangwen.kernel import access, clock
from chuangwen.kernel.worktime import Limit
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Post
from chuangwen.places.models import Grid
from chuangwen.testing.factories import make_site

OUTLINE = {"type": "Polygon", "coordinates": [[[110.9, 21.6], [110.94, 21.6], [110.94, 21.7], [110.9, 21.6]]]}


def listed(section: dict) -> list[str]:
    return [case["number"] for case in section["cases"]]


def one(section: dict, case: Case) -> dict:
    return next(row for row in section["cases"] if row["id"] == case.pk)


@pytest.fixture
def worker(loop):
    """The grid worker, whose post names the grid."""
    grid = loop.town.grid
    grid.outline = OUTLINE
    grid.save()
    Post.objects.filter(person=loop.town.accounts["grid_worker"].person).update(grid=grid)
    return actor_of(loop.town.accounts["grid_worker"])


# a unit's own


def test_a_liaison_carries_the_open_cases_of_the_unit_those_due_first_and_nobody_elses(loop):
    late = loop.at(State.DISPATCHED)
    soon = loop.report(loop.clerk, site=loop.town.sites[1])
    soon = loop.do("dispatch", soon, limit=Limit(1, "working_hours"))
    checked = loop.at(State.SUBMITTED, site=loop.town.sites[2])
    loop.at(State.CLOSED, site=loop.town.sites[2], kind=loop.town.kinds["paving"])
    loop.at(State.REPORTED, kind=loop.town.kinds["parking"])
    others = loop.do("dispatch", loop.report(kind=loop.town.kinds["paving"]), lead=loop.town.units["department2"])

    found = phone_sections.mine(loop.unit)
    assert listed(found) == [soon.number, *listed(found)[1:]] and set(listed(found)) == {late.number, soon.number, checked.number}
    assert others.number not in listed(found)
    assert [row["name"] for row in found["units"]] == ["城管局"]


def test_a_case_carries_what_an_answer_in_thirty_seconds_needs(loop):
    before = make_photo(loop.actors["grid_worker"])
    case = loop.report(before_photos=[before])
    case = loop.do("dispatch", case, note="请今天处理")
    case.refresh_from_db()
    row = one(phone_sections.mine(loop.unit), case)
    assert row["what"] == "墙上有小广告" and "第1社区" in row["where"] and row["version"] == case.version
    assert row["due_at"] == case.due_at.isoformat() and row["limit"] and row["urgency"] == "on_time"
    assert (
        [photo["id"] for photo in row["before"]] == [before] and row["before"][0]["view"].startswith("/") and row["after"] == []
    )
    assert row["may"] == ["sign_for", "submit", "ask_extension", "refuse", "comment"] and row["ours"] and row["part"] == "lead"
    assert row["dispatched"]["by"] == loop.clerk.name and row["said"][0]["note"] == "请今天处理"
    found = phone_sections.mine(loop.unit)
    assert found["measures"]["environment"] and found["reasons"]["not_ours"] and found["reasons"]["ask_time"]
    assert {"市场监督局"} <= {unit["name"] for unit in found["others"]} and "scjdj" in {u["initials"] for u in found["others"]}


def test_whom_to_call_is_told_to_whom_may_call_and_the_number_of_the_office_to_everybody(loop):
    office = loop.town.units["office"]
    office.phone = "0668-2900000"
    office.save()
    case = loop.at(State.DISPATCHED)
    assert one(phone_sections.mine(loop.unit), case)["dispatched"]["phone"] == "0668-2900000"
    from chuangwen.testing.factories import make_account

    desk = make_account("desk", loop.town.roles["liaison"], office, kind=Post.Kind.LIAISON)
    row = one(phone_sections.mine(loop.unit), case)
    assert (row["dispatched"]["contact"], row["dispatched"]["phone"]) == (desk.person.name, "19900000000")
    from chuangwen.people.models import RoleGrant

    RoleGrant.objects.filter(role=loop.town.roles["liaison"], verb="people.call").delete()
    assert one(phone_sections.mine(loop.town.actors["liaison"]), case)["dispatched"]["phone"] == "0668-2900000"


def test_what_was_sent_back_says_why_and_what_was_passed_on_is_with_the_unit_below(loop):
    case = loop.do("send_back", loop.at(State.SUBMITTED), reason="照片与现场不符")
    row = one(phone_sections.mine(loop.unit), case)
    assert row["rework"] == 1 and row["said"][-1]["note"] == "照片与现场不符" and len(row["after"]) == 1
    passed = loop.do("pass_on", loop.at(State.DISPATCHED, kind=loop.town.kinds["paving"]))
    row = one(phone_sections.mine(loop.unit), passed)
    assert row["handler"] == "城管中队" and "hand_back" in row["may"]


def test_who_only_assists_sees_the_case_and_can_add_a_remark(loop):
    case = loop.do("dispatch", loop.report(), lead=loop.town.units["department2"], assists=[loop.town.units["department"]])
    row = one(phone_sections.mine(loop.unit), case)
    assert row["part"] == "assist" and not row["ours"] and row["may"] == ["comment"]


def test_the_mark_of_a_liaison_changes_with_every_event_and_with_nothing_else(loop):
    case = loop.at(State.DISPATCHED)
    marks = [phone_sections.mine_mark(loop.unit)]
    assert phone_sections.mine_mark(loop.unit) == marks[0]
    for verb in ("sign_for", "comment", "ask_extension", "submit"):
        loop.do(verb, case)
        marks.append(phone_sections.mine_mark(loop.unit))
    loop.report(kind=loop.town.kinds["parking"])
    assert phone_sections.mine_mark(loop.unit) == marks[-1], "what is not theirs does not change it"
    loop.do("verify", case)
    marks.append(phone_sections.mine_mark(loop.unit))
    assert len(set(marks)) == len(marks)
    assert phone_sections.mine_mark(loop.town.actors["unit_head"]) != marks[-1], "addresses of photos are made for one account"
    with clock.at(clock.now() + timedelta(hours=13)):
        assert phone_sections.mine_mark(loop.unit) != marks[-1], "addresses of photos have a time"


@pytest.mark.parametrize("section", ["mine", "grid"])
def test_more_cases_ask_no_more_questions(loop, worker, section, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    actor, make, mark = {
        "mine": (loop.unit, phone_sections.mine, phone_sections.mine_mark),
        "grid": (worker, phone_sections.grid, phone_sections.grid_mark),
    }[section]

    def add():
        case = loop.report(
            worker, before_photos=[make_photo(worker)], site=make_site(loop.town.communities[0], loop.town.types["market"])
        )
        loop.do("dispatch", case)

    def asked(function) -> int:
        with CaptureQueriesContext(connection) as queries:
            function(actor)
        return len(queries)

    add()
    make(actor)
    few = asked(make), asked(mark)
    for _ in range(4):
        add()
    assert (asked(make), asked(mark)) == few
    assert few[0] <= 14 and few[1] <= 8


# a grid's own


def test_a_grid_worker_carries_the_grid_of_the_post_with_its_small_grids(loop, worker):
    town = loop.town
    small = Grid.objects.create(division=town.communities[0], parent=town.grid, code="G-small", name="第1微网格")
    foreign = Grid.objects.create(division=town.communities[0], code="G-other", name="第2网格")
    inside = make_site(town.communities[0], town.types["market"], "微网格里的市场", grid=small)
    beside = make_site(town.communities[0], town.types["market"], "别的网格的市场", grid=foreign)
    nowhere = make_site(town.communities[0], town.types["market"], "没有网格的市场")
    far = make_site(town.communities[1], town.types["market"], "别的社区的市场")
    cases = {site.pk: loop.report(loop.clerk, site=site) for site in (inside, beside, nowhere, far)}

    found = phone_sections.grid(worker)
    assert found["by_grid"] and {grid["name"] for grid in found["grids"]} == {"第1网格", "第1微网格"}
    assert next(grid for grid in found["grids"] if grid["name"] == "第1网格")["outline"] == OUTLINE
    names = {site["name"] for site in found["sites"]}
    assert {"微网格里的市场", "没有网格的市场"} <= names and not names & {"别的网格的市场", "别的社区的市场"}
    assert {row["id"] for row in found["cases"]} == {cases[inside.pk].pk, cases[nowhere.pk].pk}


def test_without_a_grid_the_division_of_the_unit_is_the_grid(loop):
    town = loop.town
    near, far = loop.report(loop.clerk, site=town.sites[0]), loop.report(loop.clerk, site=town.sites[1])
    found = phone_sections.grid(town.actors["grid_worker"])
    assert not found["by_grid"] and {site["id"] for site in found["sites"]} == {town.sites[0].pk, town.sites[2].pk}
    assert listed(found) == [near.number] and far.number not in listed(found)


def test_the_grid_tells_the_words_for_reporting_and_what_was_closed_lately(loop, worker):
    kind = loop.town.kinds["sticker"]
    kind.keywords = ["牛皮癣", "小广告"]
    kind.save()
    closed = loop.at(State.CLOSED)
    closed.refresh_from_db()
    found = phone_sections.grid(worker)
    told = next(one for one in found["kinds"] if one["id"] == kind.pk)
    assert told["words"] == ["牛皮癣", "小广告"] and told["initials"] == "ltxgg"
    assert found["families"][0]["phrases"], "sentences to tap"
    assert found["closed"] == [
        {"number": closed.number, "site": closed.site_id, "kind": closed.kind_id, "closed_at": closed.closed_at.isoformat()}
    ]
    with clock.at(clock.now() + timedelta(days=31)):
        assert phone_sections.grid(worker)["closed"] == [], "after the window nothing comes back"


def test_the_mark_of_a_grid_changes_with_sites_kinds_cases_and_outlines(loop, worker):
    marks = [phone_sections.grid_mark(worker)]

    def changed(what: str) -> None:
        mark = phone_sections.grid_mark(worker)
        assert mark != marks[-1], what
        marks.append(mark)

    case = loop.report(worker)
    changed("a report")
    loop.do("reject", case)
    changed("an end")
    loop.at(State.CLOSED)
    changed("a closing")
    loop.town.kinds["sticker"].keywords = ["牛皮癣"]
    loop.town.kinds["sticker"].save()
    changed("a word")
    site = loop.town.sites[0]
    site.name = "新名字路"
    site.save()
    changed("a name")
    loop.town.grid.outline = OUTLINE | {"note": "moved"}
    loop.town.grid.save()
    changed("an outline")
    assert phone_sections.grid_mark(worker) == marks[-1]


def test_a_problem_that_was_only_reported_can_be_solved_on_the_spot_by_the_worker(loop, worker):
    case = loop.report(loop.clerk)
    assert one(phone_sections.grid(worker), case)["may"] == ["comment", "solve_on_spot"]


def test_nobody_carries_what_they_may_not_see(loop, other_town):
    loop.at(State.DISPATCHED)
    assert phone_sections.mine(other_town.actors["liaison"])["cases"] == []
    assert phone_sections.grid(other_town.actors["grid_worker"])["cases"] == []
    assert phone_sections.mine(access.NOBODY)["cases"] == [] and actions.report is not None
