"""All sources together have a limit of their own: it stops planning though no source is too much, and what is offered instead fits it."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.duties.load import install, queries, rules, sources
from chuangwen.duties.load.checking import TooMuch, check, find
from chuangwen.duties.load.models import LoadLimit
from chuangwen.duties.load.rules import TOTAL
from chuangwen.duties.rhythm import actions as rhythm
from chuangwen.duties.rhythm.models import Duty
from chuangwen.kernel import workload
from chuangwen.kernel.models import AuditEntry
from chuangwen.kernel.workload import Planned

THIS, NEXT = date(2026, 11, 16), date(2026, 11, 23)
WEEK = timedelta(days=7)


def limit(source=TOTAL, kind="community", per_week=5):
    return LoadLimit.objects.create(source=source, unit_kind=kind, per_week=per_week)


# -- arithmetic --------------------------------------------------------------------------------------------------------

slots = st.tuples(st.integers(1, 3), st.sampled_from([THIS, NEXT, NEXT + WEEK]), st.sampled_from(["forms", "checks", "shifts"]))
filled = st.dictionaries(slots, st.integers(0, 5))
plans = st.dictionaries(slots, st.integers(1, 4), min_size=1)
allowed = st.dictionaries(st.tuples(st.integers(1, 3), st.sampled_from(["forms", "checks", TOTAL])), st.integers(0, 9))


def in_all(amounts):
    """Unit and week -> everything but turns at posts."""
    found = defaultdict(int)
    for (unit, monday, source), count in amounts.items():
        found[unit, monday] += count if source != "shifts" else 0
    return found


@given(filled, plans, allowed)
def test_a_total_is_broken_exactly_where_all_that_counts_is_beyond_it(there, more, limits):
    found = rules.overloads(rules.with_totals(there), rules.with_totals(more), limits)
    stands, comes = in_all(there), in_all(more)
    expected = {
        (unit, monday) for (unit, monday), count in comes.items()
        if count and (unit, TOTAL) in limits and stands[unit, monday] + count > limits[unit, TOTAL]
    }  # fmt: skip
    assert {(one.unit, one.monday) for one in found if one.source == TOTAL} == expected
    for one in found:
        assert {(part.source, part.there, part.more) for part in one.parts} == {
            (source, there.get((one.unit, one.monday, source), 0), more.get((one.unit, one.monday, source), 0))
            for unit, monday, source in {*there, *more} if (unit, monday) == (one.unit, one.monday)
        }  # fmt: skip


@given(filled, plans, allowed)
def test_a_week_that_is_offered_has_room_for_all_of_it_within_the_total(there, more, limits):
    broken = rules.overloads(rules.with_totals(there), rules.with_totals(more), limits)
    for week in rules.other_weeks(rules.with_totals(there), limits, broken, rules.mondays(THIS, 4)):
        for one in broken:
            moved = {(one.unit, week, part.source): part.more for part in one.parts}
            assert rules.overloads(rules.with_totals(there), rules.with_totals(moved), limits) == []


@given(filled, plans, allowed)
def test_a_unit_that_is_offered_has_room_for_all_of_it_within_the_total(there, more, limits):
    for one in rules.overloads(rules.with_totals(there), rules.with_totals(more), limits):
        for unit in rules.other_units(rules.with_totals(there), limits, one, [1, 2, 3]):
            moved = {(unit, one.monday, part.source): part.more for part in one.parts}
            assert unit != one.unit and rules.overloads(rules.with_totals(there), rules.with_totals(moved), limits) == []


# -- planning ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def four(town, duty_of):
    """Each community owes four things in each week: two records, two checks of its own; every source has room for more, all together for one."""
    duty_of(name="入户", times=2)
    duty_of(name="巡查", times=2, proofs=["fieldwork.visit"])
    limit("forms", per_week=4)
    limit("duties", per_week=4)
    limit(per_week=5)


def test_a_duty_is_stopped_by_the_total_though_no_source_is_beyond_its_limit(four, duty_of):
    with pytest.raises(TooMuch) as refused:
        duty_of(name="再填两张表", times=2)
    assert {one.source for one in refused.value.broken} == {TOTAL}
    told = str(refused.value)
    assert "第1社区居委会" in told and "合计超限：已有 4 项，最多 5 项，又安排 2 项" in told
    assert f"{LoadLimit.Source.FORMS.label} 2+2" in told and f"{LoadLimit.Source.DUTIES.label} 2" in told
    assert Duty.objects.count() == 2
    duty_of(name="只填一张表")
    assert Duty.objects.count() == 3, "one more still fits"


def test_other_weeks_and_units_that_are_named_fit_the_total(town, four, duty_of):
    unit, beside = town.units["community"], town.units["community2"]
    once = {"division": town.street, "kind": "days", "proofs": ["record"], "starts_on": THIS}
    rhythm.save_duty(town.actors["clerk"], name="一次", rule="FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=25", under=unit, **once)
    with pytest.raises(TooMuch) as refused:
        check([Planned(unit.pk, NEXT, workload.DUTIES)])
    assert refused.value.units == [beside] and THIS in refused.value.weeks and NEXT not in refused.value.weeks
    for week in refused.value.weeks:
        check([Planned(unit.pk, week, workload.DUTIES)])
    check([Planned(beside.pk, NEXT, workload.DUTIES)])
    rhythm.save_duty(town.actors["clerk"], name="又一次", rule="FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=26", under=beside, **once)
    with pytest.raises(TooMuch) as refused:
        check([Planned(unit.pk, NEXT, workload.DUTIES)])
    assert refused.value.units == [], "beside it there is room for the source, and none in all"


def test_a_week_that_the_plan_fills_itself_is_not_offered(town, four):
    unit = town.units["community"].pk
    broken, weeks, _others, _units = find([Planned(unit, NEXT, workload.FORMS, 2), Planned(unit, NEXT + WEEK, workload.FORMS, 1)])
    assert [one.monday for one in broken] == [NEXT]
    assert NEXT + WEEK not in weeks, "with its own one there is no room for two more"


def test_moving_what_is_there_and_turns_at_posts_do_not_break_the_total(town, four):
    unit = town.units["community"].pk
    check([Planned(unit, NEXT, workload.SHIFTS, 40)])
    key = f"duties.duty:{Duty.objects.get(name='入户').pk}"
    check([Planned(unit, NEXT, workload.FORMS, 3, key)])
    with pytest.raises(TooMuch):
        check([Planned(unit, NEXT, workload.FORMS, 4, key)])


def test_the_shipped_totals_hold_the_fullest_week_of_a_town_as_the_demonstration_is(town, wednesday):
    install.install_limits()
    unit = town.units["community"].pk
    seen = {workload.FORMS: 3, workload.DUTIES: 2, workload.CHECKS: 1, workload.TASKS: 2, workload.MEETINGS: 2, workload.VISITS: 1}
    check([Planned(unit, NEXT, source, count) for source, count in seen.items()])
    with pytest.raises(TooMuch) as refused:
        check([Planned(unit, NEXT, source, count) for source, count in (seen | {workload.VISITS: 6}).items()])
    assert [one.source for one in refused.value.broken] == [TOTAL]


# -- pages and REST ----------------------------------------------------------------------------------------------------


def test_the_table_shows_the_total_against_its_limit(town, four, sign_in):
    unit = town.units["community"]
    shown = queries.table(town.actors["clerk"], kind="community")
    cell = shown.cells[unit.pk, NEXT]
    assert (cell.planned, cell.limit, cell.tone) == (4, 5, "")
    assert {cell.limit for _unit, cells in shown.lines for _week, cell in cells} == {5}, "an empty week too"
    LoadLimit.objects.filter(source=TOTAL).update(per_week=3)
    shown = queries.table(town.actors["clerk"], kind="community")
    cell = shown.cells[unit.pk, NEXT]
    assert (cell.over, cell.tone) == ([TOTAL], "bad") and "4/3" in cell.filled[0]
    alone = queries.table(town.actors["clerk"], kind="community", source="forms").cells[unit.pk, NEXT]
    assert (alone.limit, alone.over) == (None, [])
    client = sign_in("clerk")
    assert "/3</span>" in client.get(reverse("duties:load")).content.decode()
    page = client.get(reverse("duties:load-week", args=[unit.pk]), {"week": NEXT.isoformat()}).content.decode()
    assert "全部来源" in page and "上限 3" in page


def test_turns_at_posts_are_no_part_of_the_total(town):
    unit = town.units["community"].pk
    found = [
        sources.Burden(unit, NEXT, workload.SHIFTS, "广场", ("duties:roster", 1), planned=12),
        sources.Burden(unit, NEXT, workload.FORMS, "表", ("duties:operation", 1), planned=2),
    ]  # fmt: skip
    cell = queries.cells_of(found, {(unit, TOTAL): 3})[unit, NEXT]
    assert (cell.planned, cell.turns, cell.tone) == (2, 12, "")


def test_a_total_is_set_on_the_page_of_the_limits_and_told_in_the_trail(town, sign_in):
    address = reverse("duties:load-limits")
    client = sign_in("clerk")
    assert "全部来源合计" in client.get(address).content.decode()
    assert client.post(address, {"total_community": "12", "forms_community": "4"}).status_code == 303
    assert LoadLimit.objects.get(source=TOTAL).per_week == 12
    entry = AuditEntry.objects.filter(verb="duties.set_load").latest("pk")
    assert (entry.before, entry.after) == ({}, {"total/community": 12, "forms/community": 4})
    assert client.post(address, {"total_community": "x"}).status_code == 422
    assert client.post(address, {"total_community": ""}).status_code == 303 and not LoadLimit.objects.exists()
    assert sign_in("unit_head").post(address, {"total_community": "12"}).status_code == 403 and not LoadLimit.objects.exists()


def test_limits_are_listed_set_and_taken_away_over_rest(rest):
    row = {"source": "total", "kind": "community", "per_week": 12}
    assert rest("clerk", "load/limits", row).json() == [row]
    assert rest("clerk", "load/limits", row | {"per_week": 9}).json() == rest("clerk", "load/limits").json() == [row | {"per_week": 9}]
    for wrong, code in (({"source": "x"}, "load.unknown"), ({"kind": "x"}, "load.unknown"), ({"per_week": 1000}, "load.limit")):
        answer = rest("clerk", "load/limits", row | wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert rest("clerk", "load/limits", {"source": "total"}).status_code == 422
    for path, body in (("limits", None), ("limits", row), ("limits/remove", row)):
        assert rest("unit_head", f"load/{path}", body).status_code == 403
    assert rest("clerk", "load/limits/remove", {"source": "total", "kind": "community"}).json() == []
    assert AuditEntry.objects.filter(verb="duties.set_load", channel="api").count() == 3


def test_a_check_over_rest_says_what_falls_in_the_week_by_source(town, four, rest):
    unit = town.units["community"].pk
    found = rest("clerk", "load/check", {"planned": [{"unit": unit, "day": "2026-11-25", "source": "forms", "count": 2}]}).json()
    parts = [{"source": "duties", "there": 2, "more": 0}, {"source": "forms", "there": 2, "more": 2}]
    one = {"unit": unit, "monday": "2026-11-23", "source": "total", "there": 4, "more": 2, "limit": 5, "parts": parts}
    assert found["broken"] == [one] and found["other_weeks"][0] == "2026-11-16" and found["other_units"] == []
    assert rest("clerk", "load/check", {"planned": [{"unit": unit, "day": "2026-11-25", "source": "total"}]}).status_code == 422


def test_where_no_total_is_set_the_office_sees_it_and_takes_the_usual_ones_with_one_tap(sign_in):
    LoadLimit.objects.all().delete()
    LoadLimit.objects.create(source="forms", unit_kind="community", per_week=4)
    assert install.install_limits() == 0, "an upgrade sets nothing by itself"
    clerk, page, address = sign_in("clerk"), reverse("duties:load"), reverse("duties:load-usual-totals")
    assert address in clerk.get(page).content.decode()
    head = sign_in("unit_head")
    assert address not in head.get(page).content.decode() and head.post(address).status_code == 403
    assert not LoadLimit.objects.filter(source=TOTAL).exists()
    clerk = sign_in("clerk")
    assert clerk.get(address).status_code == 405 and clerk.post(address).status_code in (302, 303)
    assert dict(LoadLimit.objects.filter(source=TOTAL).values_list("unit_kind", "per_week")) == {"community": 15, "town_office": 20}
    assert LoadLimit.objects.get(source="forms").per_week == 4, "the others stay"
    assert address not in clerk.get(page).content.decode()
    LoadLimit.objects.filter(source=TOTAL, unit_kind="community").update(per_week=9)
    clerk.post(address)
    assert LoadLimit.objects.get(source=TOTAL, unit_kind="community").per_week == 9, "what was set by hand is never written over"
