"""What falls on units is counted week by week from what is there; planning beyond a limit is refused with the reason and with what would do."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from chuangwen.cases import actions as cases
from chuangwen.duties.load import actions, checking, install, queries, rules, sources
from chuangwen.duties.load.checking import TooMuch, check
from chuangwen.duties.load.models import LoadLimit
from chuangwen.duties.rhythm import actions as rhythm
from chuangwen.duties.rhythm.models import Duty
from chuangwen.fieldwork import actions as fieldwork
from chuangwen.fieldwork.models import Round, RoundSite
from chuangwen.kernel import clock, workload
from chuangwen.kernel.errors import Denied, Refusal
from chuangwen.kernel.workload import Planned
from chuangwen.people import actions as people
from chuangwen.testing import factories

THIS, NEXT = date(2026, 11, 16), date(2026, 11, 23)
WEEK = timedelta(days=7)


def limit(source, kind="community", per_week=1):
    return LoadLimit.objects.create(source=source, unit_kind=kind, per_week=per_week)


def round_at(town, day=NEXT, name="督导"):
    return Round.objects.create(name=name, edition=town.edition, division=town.street, starts_on=day, ends_on=day + WEEK)


# -- arithmetic --------------------------------------------------------------------------------------------------------

slots = st.tuples(st.integers(1, 3), st.sampled_from([THIS, NEXT, NEXT + WEEK]), st.sampled_from(["forms", "checks"]))
filled = st.dictionaries(slots, st.integers(0, 5))
allowed = st.dictionaries(st.tuples(st.integers(1, 3), st.sampled_from(["forms", "checks"])), st.integers(0, 6))


@given(filled, st.dictionaries(slots, st.integers(1, 4)), allowed)
def test_a_slot_is_broken_exactly_where_the_sum_is_beyond_its_limit(there, more, limits):
    broken = {(one.unit, one.monday, one.source) for one in rules.overloads(there, more, limits)}
    for slot, count in more.items():
        known = limits.get((slot[0], slot[2]))
        assert (slot in broken) == (known is not None and there.get(slot, 0) + count > known)


@given(filled, st.dictionaries(slots, st.integers(1, 4), min_size=1), allowed)
def test_a_week_that_is_offered_has_room_for_all_that_was_broken(there, more, limits):
    broken = rules.overloads(there, more, limits)
    weeks = rules.mondays(THIS, 5)
    offered = rules.other_weeks(there, limits, broken, weeks)
    for week in offered:
        moved = {}
        for one in broken:
            slot = (one.unit, week, one.source)
            moved[slot] = max(one.more, moved.get(slot, 0))
        assert rules.overloads(there, moved, limits) == []
        assert week not in {one.monday for one in broken}
    if not broken:
        assert offered == weeks


@given(filled, allowed, st.integers(1, 4))
def test_a_unit_that_is_offered_has_room_that_week(there, limits, more):
    one = rules.Overload(1, NEXT, "forms", 3, more, 2)
    for unit in rules.other_units(there, limits, one, [1, 2, 3]):
        assert unit != 1 and rules.overloads(there, {(unit, NEXT, "forms"): more}, limits) == []


# -- what falls on units -----------------------------------------------------------------------------------------------


def test_duties_rounds_and_problems_fall_on_units_in_their_weeks(town, duty_of):
    unit = town.units["community"]
    duty_of(name="入户", times=2)
    duty_of(name="巡查", proofs=["fieldwork.visit"], kind="days", rule="FREQ=WEEKLY;BYDAY=MO,WE")
    round = round_at(town)
    for site in town.sites:
        RoundSite.objects.create(round=round, site=site, day=NEXT + timedelta(days=1))
    case = cases.report(town.actors["clerk"], description="小广告", site=town.sites[0], kind=town.kinds["sticker"])
    type(case).objects.filter(pk=case.pk).update(
        handling_unit=unit, lead_unit=unit, state="submitted", due_at=datetime(2026, 11, 29, 23, 30, tzinfo=clock.LOCAL)
    )
    found = sources.burdens([unit.pk], NEXT, NEXT + timedelta(days=6))
    by_source = queries.amounts(found)
    assert by_source == {
        (unit.pk, NEXT, "forms"): 2, (unit.pk, NEXT, "duties"): 2, (unit.pk, NEXT, "checks"): 1, (unit.pk, NEXT, "tasks"): 1,
    }  # fmt: skip
    assert [one.done for one in found if one.source == "tasks"] == [1]


def test_the_table_costs_the_same_for_two_units_and_for_thirty(town, duty_of):
    duty_of(name="入户")

    def cost():
        with CaptureQueriesContext(connection) as counted:
            queries.table(town.actors["clerk"], kind="community")
        return len(counted)

    few = cost()
    for n in range(28):
        factories.make_unit(f"社区{n}", "community", parent=town.units["office"], division=town.communities[1])
    assert cost() == few
    assert queries.table(town.actors["clerk"], kind="community").count == 30


def test_a_cell_is_full_at_its_limit_and_too_much_beyond(town, duty_of):
    duty_of(name="入户", times=2)
    limit("forms", per_week=2)
    cell = queries.table(town.actors["clerk"], kind="community").cells[town.units["community"].pk, NEXT]
    assert (cell.planned, cell.over, cell.tone, cell.level) == (2, [], "warn", 4)
    assert [words.rpartition(" ")[2] for words in cell.filled] == ["2/2"] and "已满" in cell.filled[0], "it is said which limit is full"
    LoadLimit.objects.update(per_week=1)
    cell = queries.table(town.actors["clerk"], kind="community").cells[town.units["community"].pk, NEXT]
    assert (cell.over, cell.tone) == (["forms"], "bad")


# -- planning keeps to the limits --------------------------------------------------------------------------------------


def test_a_duty_that_breaks_a_limit_is_refused_with_the_reason(town, duty_of):
    duty_of(name="入户")
    limit("forms", per_week=1)
    with pytest.raises(TooMuch) as refused:
        duty_of(name="再填一张表")
    told = str(refused.value)
    assert "第1社区居委会" in told and "11月23日" in told and "最多 1" in told and "另有 1 个单位" in told
    assert Duty.objects.count() == 1
    duty_of(name="已有记录的职责", proofs=["fieldwork.visit"])
    assert Duty.objects.count() == 2, "what is not asked for again is no form"


def test_other_weeks_and_units_with_room_are_named(town, duty_of, wednesday):
    unit, beside = town.units["community"], town.units["community2"]
    limit("forms", per_week=1)
    rhythm.save_duty(
        town.actors["clerk"], name="一次", division=town.street, kind="days", rule="FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=25", proofs=["record"],
        starts_on=THIS, under=unit,
    )  # fmt: skip
    with pytest.raises(TooMuch) as refused:
        check([Planned(unit.pk, NEXT, workload.FORMS, 1)])
    assert refused.value.weeks[:2] == [THIS, NEXT + WEEK] and refused.value.units == [beside]
    assert "第2社区居委会" in str(refused.value)
    check([Planned(unit.pk, NEXT + WEEK, workload.FORMS, 1), Planned(beside.pk, NEXT, workload.FORMS, 1)])


def test_what_is_planned_again_is_not_counted_twice(town, duty_of):
    duty = duty_of(name="入户", times=2)
    limit("forms", per_week=2)
    again = {"duty_id": duty.pk, "kind": "periods", "rule": "FREQ=WEEKLY;BYDAY=MO", "starts_on": THIS, "proofs": ["record"]}
    again |= {"name": "入户", "division": town.street, "kinds": ["community"]}
    rhythm.save_duty(town.actors["clerk"], times=2, content="改了内容", **again)
    LoadLimit.objects.update(per_week=1)
    rhythm.save_duty(town.actors["clerk"], times=2, content="原来就超", **again)
    with pytest.raises(TooMuch):
        rhythm.save_duty(town.actors["clerk"], times=3, **again)


def test_weeks_that_are_over_and_sources_without_a_limit_are_not_held_against_anybody(town, wednesday):
    limit("checks", per_week=0)
    unit = town.units["community"]
    check([Planned(unit.pk, THIS - WEEK, workload.CHECKS, 9), Planned(unit.pk, NEXT, workload.FORMS, 99)])
    check([Planned(town.units["department"].pk, NEXT, workload.CHECKS, 9)])
    with pytest.raises(TooMuch):
        check([Planned(unit.pk, NEXT, workload.CHECKS, 1)])


def test_a_round_that_would_come_once_too_often_is_not_planned(town, wednesday):
    limit("checks", per_week=1)
    clerk = town.actors["clerk"]
    fieldwork.add_place(clerk, round_id=round_at(town).pk, site=town.sites[0], reason="群众反映集中")
    second = round_at(town, name="又一轮")
    with pytest.raises(TooMuch):
        fieldwork.add_place(clerk, round_id=second.pk, site=town.sites[2], reason="群众反映集中")
    with pytest.raises(TooMuch):
        fieldwork.set_quotas(clerk, round_id=second.pk, quotas={(town.types["market"], town.communities[0]): 1})
    fieldwork.add_place(clerk, round_id=Round.objects.get(name="督导").pk, site=town.sites[2], reason="同一轮再加一处")
    fieldwork.add_place(clerk, round_id=second.pk, site=town.sites[1], reason="另一社区")


# -- limits and pages --------------------------------------------------------------------------------------------------


def test_limits_are_set_by_the_office_and_installed_once(town):
    assert install.install_limits() == len(install.USUAL) and install.install_limits() == 0
    clerk = town.actors["clerk"]
    assert actions.set_limits(clerk, limits={("forms", "community"): 2, ("checks", "community"): None}) == 2
    assert LoadLimit.objects.get(source="forms", unit_kind="community").per_week == 2
    assert not LoadLimit.objects.filter(source="checks").exists()
    for wrong in ({("x", "community"): 1}, {("forms", "x"): 1}, {("forms", "community"): 1000}):
        with pytest.raises(Refusal):
            actions.set_limits(clerk, limits=wrong)
    with pytest.raises(Denied):
        actions.set_limits(town.actors["liaison"], limits={})


def test_the_pages_show_weeks_open_rows_and_export(town, duty_of, sign_in):
    duty_of(name="入户宣传")
    limit("forms")
    client = sign_in("clerk")
    page = client.get(reverse("duties:load"))
    assert page.status_code == 200 and "已满" in page.content.decode() and "第1社区居委会" in page.content.decode()
    rows = client.get(reverse("duties:load-week", args=[town.units["community"].pk]), {"week": NEXT.isoformat()})
    assert "入户宣传" in rows.content.decode()
    book = CalamineWorkbook.from_filelike(BytesIO(client.get(reverse("duties:load-sheet")).content)).get_sheet_by_index(0).to_python()
    assert len(book) > 16
    assert client.get(reverse("duties:load"), {"kind": "x", "source": "x", "week": "x", "page": "x"}).status_code == 200
    saved = client.post(reverse("duties:load-limits"), {"forms_community": "5", "checks_community": ""})
    assert saved.status_code == 303 and LoadLimit.objects.get().per_week == 5
    assert client.post(reverse("duties:load-limits"), {"forms_community": "-1"}).status_code == 422
    assert sign_in("grid_worker").get(reverse("duties:load")).status_code == 403


def test_a_refused_duty_keeps_the_form_and_says_why(town, duty_of, sign_in):
    duty_of(name="入户")
    limit("forms")
    answer = sign_in("clerk").post(
        reverse("duties:duty-new"),
        {"name": "再填一张表", "division": town.street.pk, "shape": "week", "times": "1", "every": "1", "on_day_off": "skip",
         "starts_on": "2026-11-18", "proofs": ["record"], "kinds": ["community"]},
    )  # fmt: skip
    assert answer.status_code == 422 and "最多 1" in answer.content.decode() and "再填一张表" in answer.content.decode()


def test_load_over_rest(town, other_town, duty_of):
    duty_of(name="入户")
    limit("forms")
    token = people.make_token(town.actors["system_admin"], town.accounts["clerk"], "测试")
    api = Client(headers={"Authorization": f"Bearer {token}"})
    unit = town.units["community"].pk
    items = api.get("/api/v1/load", {"kind": "community", "around": "2026-11-18"}).json()["items"]
    there = next(one for one in items if (one["unit"], one["monday"]) == (unit, "2026-11-23"))
    assert (there["planned"], there["done"], there["turns"], there["over"]) == (1, 0, 0, []) and isinstance(there["full"], list)
    asked = {"planned": [{"unit": unit, "day": "2026-11-25", "source": "forms"}]}
    found = api.post("/api/v1/load/check", asked, content_type="application/json").json()
    assert found["broken"] == [{"unit": unit, "monday": "2026-11-23", "source": "forms", "there": 1, "more": 1, "limit": 1}]
    assert found["other_weeks"][0] == "2026-11-16"
    elsewhere = {"planned": [{"unit": other_town.units["community"].pk, "day": "2026-11-25", "source": "forms"}]}
    assert api.post("/api/v1/load/check", elsewhere, content_type="application/json").status_code == 422
    assert api.get("/api/v1/load", {"source": "x"}).status_code == 422


def test_without_a_limit_a_check_costs_one_query(town, wednesday):
    with CaptureQueriesContext(connection) as counted:
        checking.check([Planned(town.units["community"].pk, NEXT, workload.FORMS, 5)])
    assert len(counted) == 1


def test_turns_at_posts_stand_apart_from_what_falls_on_the_staff(town):
    unit = town.units["community"].pk
    found = [
        sources.Burden(unit, NEXT, workload.SHIFTS, "广场", ("duties:roster", 1), planned=12),
        sources.Burden(unit, NEXT, workload.FORMS, "表", ("duties:operation", 1), planned=2),
    ]  # fmt: skip
    cell = queries.cells_of(found, {(unit, workload.SHIFTS): 12})[unit, NEXT]
    assert (cell.planned, cell.turns, cell.tone) == (2, 12, "warn") and [words.rpartition(" ")[2] for words in cell.filled] == ["12/12"]
    alone = queries.cells_of(found[:1], {}, workload.SHIFTS)[unit, NEXT]
    assert (alone.planned, alone.turns) == (12, 0), "where turns alone are looked at they are the figure"
