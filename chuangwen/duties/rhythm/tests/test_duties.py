"""Duties are laid out for who owes them, proved by records that are there, asked for once, excused with a reason, and never forgotten."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from chuangwen.cases import actions as cases
from chuangwen.cases.models import CaseEvent
from chuangwen.duties.rhythm import actions, laying, queries, reminding
from chuangwen.duties.rhythm.models import Duty, DutyRecord, Occurrence
from chuangwen.duties.rhythm.tests.conftest import at
from chuangwen.fieldwork.models import Round, Visit
from chuangwen.kernel import clock, workload
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.models import AuditEntry, CalendarDay
from chuangwen.kernel.office_calendar import forget
from chuangwen.messaging.models import Notice
from chuangwen.testing import factories

WEEK = date(2026, 11, 16)
DAY = {"kind": "days", "rule": "FREQ=WEEKLY;BYDAY=MO,WE,FR"}
State = Occurrence.State


def of(duty, unit, **more):
    return Occurrence.objects.get(duty=duty, unit=unit, **more)


def go_to(day, month=11):
    """The job on the morning of a day."""
    with clock.at(at(day, month=month)):
        laying.lay_all()
        laying.find_kept()


# -- laying out --------------------------------------------------------------------------------------------------------


def test_a_duty_is_laid_out_five_weeks_ahead_for_the_units_that_owe_it(town, duty_of):
    duty = duty_of(**DAY)
    rows = Occurrence.objects.filter(duty=duty)
    assert {row.unit for row in rows.select_related("unit")} == {town.units["community"], town.units["community2"]}
    days = sorted(rows.filter(unit=town.units["community"]).values_list("first", flat=True))
    assert days[0] == date(2026, 11, 18), "what is before today is not owed"
    assert days[:3] == [date(2026, 11, 18), date(2026, 11, 20), date(2026, 11, 23)]
    assert days[-1] <= date(2026, 11, 18) + timedelta(days=laying.AHEAD_DAYS)


def test_a_period_that_has_begun_when_the_duty_is_written_is_not_owed(town, duty_of):
    duty = duty_of()
    assert min(Occurrence.objects.filter(duty=duty).values_list("first", flat=True)) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("more", "names"),
    [({"kinds": []}, 5), ({"kinds": ["department"]}, 2), ({"kinds": [], "level": 5}, 2), ({"kinds": ["town_office"]}, 1)],
)
def test_who_owes_it_is_found_by_kind_and_level(town, duty_of, more, names):
    duty = duty_of(**more)
    assert queries.owing(duty, clock.today()).count() == names
    assert Occurrence.objects.filter(duty=duty).values("unit").distinct().count() == names


def test_who_owes_it_can_be_one_unit_and_those_below(town, duty_of):
    duty = duty_of(under=town.units["community"], kinds=[])
    assert list(queries.owing(duty, clock.today())) == [town.units["community"]]


def test_laying_out_again_changes_nothing_and_follows_units_that_come_and_go(town, duty_of):
    duty = duty_of(**DAY)
    count = Occurrence.objects.count()
    assert laying.lay_out(duty) == (0, 0)
    fresh = factories.make_unit("第3社区居委会", "community", parent=town.units["office"], division=town.communities[1])
    made, gone = laying.lay_out(duty)
    assert made and not gone and Occurrence.objects.filter(unit=fresh).exists()
    fresh.ends_on = clock.today() - timedelta(days=1)
    fresh.save()
    made, gone = laying.lay_out(duty)
    assert not made and gone
    assert Occurrence.objects.count() == count


def test_a_day_that_the_office_takes_off_moves_what_is_owed(town, duty_of):
    duty = duty_of(kind="days", rule="FREQ=WEEKLY;BYDAY=FR", on_day_off="before")
    CalendarDay.objects.create(day=date(2026, 11, 27), works=False, name="测试", source="测试")
    forget()
    try:
        laying.lay_out(duty)
        days = set(Occurrence.objects.filter(duty=duty).values_list("first", flat=True))
    finally:
        CalendarDay.objects.all().delete()
        forget()
    assert date(2026, 11, 26) in days and date(2026, 11, 27) not in days


def test_an_edited_duty_leaves_what_has_begun_as_it_was(town, duty_of):
    duty = duty_of(**DAY)
    actions.save_duty(
        town.actors["clerk"], duty_id=duty.pk, name="入户宣传", division=town.street, kind="days", rule="FREQ=WEEKLY;BYDAY=TH",
        starts_on=WEEK, proofs=["record"], kinds=["community"], expected_version=0,
    )  # fmt: skip
    days = sorted(Occurrence.objects.filter(unit=town.units["community"]).values_list("first", flat=True))
    assert days[:3] == [date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 26)]
    with pytest.raises(Conflict):
        actions.save_duty(
            town.actors["clerk"], duty_id=duty.pk, name="x", division=town.street, kind="days", rule="FREQ=DAILY", starts_on=WEEK,
            proofs=["record"], expected_version=0,
        )  # fmt: skip


def test_days_on_which_the_job_did_not_run_are_laid_out_later(town, duty_of):
    duty = duty_of(**DAY)
    Occurrence.objects.filter(first__gt=date(2026, 11, 18)).delete()
    go_to(25)
    assert Occurrence.objects.filter(duty=duty, first=date(2026, 11, 20), state=State.MISSED).count() == 2


def test_a_duty_that_ends_takes_away_what_would_begin_later(town, duty_of):
    duty = duty_of(**DAY)
    actions.end_duty(town.actors["clerk"], duty_id=duty.pk, on=date(2026, 11, 23))
    assert max(Occurrence.objects.values_list("first", flat=True)) == date(2026, 11, 23)
    with pytest.raises(Refusal):
        actions.end_duty(town.actors["clerk"], duty_id=duty.pk, on=date(2026, 11, 1))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"rule": "FREQ=HOURLY"}, "rule"), ({"rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "rule"), ({"proofs": []}, "proofs"),
        ({"proofs": ["nothing"]}, "proofs"), ({"times": 0}, "times"), ({"name": " "}, "name"), ({"ends_on": date(2026, 1, 1)}, "ends_on"),
        ({"kind": "x"}, "kind"), ({"on_day_off": "x"}, "on_day_off"), ({"level": 9}, "level"), ({"starts_on": date(1900, 1, 1)}, "starts_on"),
    ],
)  # fmt: skip
def test_what_makes_no_duty_is_refused_beside_its_field(duty_of, more, field):
    with pytest.raises(Refusal) as refused:
        duty_of(**more)
    assert field in refused.value.fields and not Duty.objects.exists()


def test_a_name_is_given_once_in_an_area(duty_of):
    duty_of()
    with pytest.raises(Refusal) as refused:
        duty_of()
    assert refused.value.code == "duties.name_taken"


def test_a_check_that_objects_stops_a_duty(duty_of, monkeypatch):
    def full(planned):
        assert {one.source for one in planned} == {workload.FORMS} and {one.monday for one in planned} >= {date(2026, 11, 23)}
        raise Refusal("满了", "load.full")

    monkeypatch.setitem(workload._checks, "test", full)
    with pytest.raises(Refusal):
        duty_of()
    assert not Duty.objects.exists()


# -- proof -------------------------------------------------------------------------------------------------------------


def visit(town, unit=None, *, account=None, day=18):
    round = Round.objects.first() or Round.objects.create(
        name="督导", edition=town.edition, division=town.street, starts_on=WEEK, ends_on=WEEK + timedelta(days=30)
    )
    return Visit.objects.create(round=round, site=town.sites[0], unit=unit, account=account, at=at(day))


def test_a_visit_that_exists_anyway_keeps_the_duty_and_nothing_is_recorded(town, duty_of):
    duty = duty_of(name="到一线", proofs=["fieldwork.visit"], rule="FREQ=DAILY", kind="days", on_day_off="skip")
    visit(town, town.units["community"])
    visit(town, account=town.accounts["grid_worker"], day=19)
    go_to(20)
    assert of(duty, town.units["community"], first=date(2026, 11, 18)).state == State.KEPT
    assert of(duty, town.units["community"], first=date(2026, 11, 19)).state == State.KEPT
    assert of(duty, town.units["community2"], first=date(2026, 11, 18)).state == State.MISSED
    assert of(duty, town.units["community2"], first=date(2026, 11, 20)).state == State.OPEN
    with clock.at(at(20)), pytest.raises(Refusal) as refused:
        actions.record_done(
            town.actors["clerk"], duty_id=duty.pk, unit=town.units["community2"], day=date(2026, 11, 20), what="已到"
        )
    assert refused.value.code == "duties.shown_elsewhere"


def test_an_answered_case_counts_for_the_unit_that_answered(town, duty_of):
    duty = duty_of(name="答复", proofs=["cases.answered"], rule="FREQ=DAILY", kind="days", kinds=["department"])
    clerk, unit = town.actors["clerk"], town.units["department"]
    case = cases.report(clerk, description="小广告", site=town.sites[0], kind=town.kinds["sticker"])
    CaseEvent.objects.create(case=case, verb="submit", at=at(18), unit=unit)
    CaseEvent.objects.create(case=case, verb="comment", at=at(18), unit=town.units["department2"])
    laying.find_kept()
    assert of(duty, unit, first=date(2026, 11, 18)).state == State.KEPT
    assert of(duty, town.units["department2"], first=date(2026, 11, 18)).state == State.OPEN


def test_two_visits_of_one_day_are_one_where_the_duty_says_so(town, duty_of):
    once = duty_of(name="两次", proofs=["fieldwork.visit"], times=2)
    every = duty_of(name="两次都算", proofs=["fieldwork.visit"], times=2, once_a_day=False)
    with clock.at(at(24)):
        visit(town, town.units["community"], day=24)
        visit(town, town.units["community"], day=24)
        laying.find_kept()
        assert of(once, town.units["community"], first=date(2026, 11, 23)).done == 1
        assert of(every, town.units["community"], first=date(2026, 11, 23)).state == State.KEPT


def test_a_short_record_keeps_it_and_is_not_taken_twice(town, duty_of):
    duty = duty_of(**DAY)
    unit, worker = town.units["community"], town.actors["grid_worker"]
    record = actions.record_done(worker, duty_id=duty.pk, unit=unit, day=date(2026, 11, 18), what="入户 40 户", people=6)
    assert of(duty, unit, first=date(2026, 11, 18)).state == State.KEPT
    with pytest.raises(Conflict):
        actions.record_done(worker, duty_id=duty.pk, unit=unit, day=date(2026, 11, 18), what="又一次")
    actions.remove_record(worker, record_id=record.pk)
    assert of(duty, unit, first=date(2026, 11, 18)).state == State.OPEN
    assert not DutyRecord.objects.exists()
    assert AuditEntry.objects.filter(verb="duties.record").count() == 2


@pytest.mark.parametrize(("day", "code"), [(19, "duties.not_owed"), (20, "duties.record_day")])
def test_a_record_is_of_a_day_that_is_owed_and_has_come(town, duty_of, day, code):
    duty = duty_of(**DAY)
    with pytest.raises(Refusal) as refused:
        actions.record_done(
            town.actors["clerk"], duty_id=duty.pk, unit=town.units["community"], day=date(2026, 11, day), what="入户"
        )
    assert refused.value.code == code


def test_a_record_that_comes_late_still_counts_until_the_result_stands(town, duty_of):
    duty = duty_of(name="到一线", proofs=["fieldwork.visit"], rule="FREQ=DAILY", kind="days")
    go_to(23)
    row = of(duty, town.units["community"], first=date(2026, 11, 18))
    assert row.state == State.MISSED and not row.settled
    visit(town, town.units["community"])
    go_to(24)
    row.refresh_from_db()
    assert row.state == State.KEPT
    Visit.objects.all().delete()
    go_to(4, month=12)
    row.refresh_from_db()
    assert row.settled and row.state == State.MISSED
    visit(town, town.units["community"])
    go_to(5, month=12)
    row.refresh_from_db()
    assert row.state == State.MISSED


def test_finding_what_was_kept_costs_the_same_for_two_units_and_for_forty(town, duty_of):
    def cost():
        with CaptureQueriesContext(connection) as counted:
            laying.find_kept()
        return len(counted)

    duty = duty_of(name="到一线", proofs=["fieldwork.visit", "cases.answered", "cases.patrolled"], rule="FREQ=DAILY", kind="days")
    few = cost()
    for n in range(38):
        factories.make_unit(f"社区{n}", "community", parent=town.units["office"], division=town.communities[1])
    Duty.objects.update(laid_on=clock.today() - timedelta(days=1))
    duty.refresh_from_db()
    laying.lay_out(duty)
    assert Occurrence.objects.filter(first=clock.today()).count() == 40
    assert cost() == few


def test_a_form_that_asks_for_what_is_known_is_pointed_out_with_what_is_there(town, duty_of):
    asked = duty_of(name="填报走访次数")
    shown = duty_of(name="走访", proofs=["fieldwork.visit", "record"])
    assert queries.known_already(asked) == []
    visit(town, town.units["community"])
    visit(town, town.units["community2"])
    visit(town, town.units["department"])
    with clock.at(at(19)):
        assert [count for _label, count in queries.known_already(asked)] == [2]
        assert queries.known_already(shown) == []


# -- excuses -----------------------------------------------------------------------------------------------------------


def test_a_unit_asks_and_the_office_excuses_with_a_reason(town, duty_of):
    duty = duty_of(**DAY, kinds=["department"])
    row = of(duty, town.units["department"], first=date(2026, 11, 18))
    actions.ask_excuse(town.actors["liaison"], occurrence_id=row.pk, reason="防汛值守")
    assert queries.asking(town.actors["clerk"]) == 1
    assert actions.excuse(town.actors["leader"], occurrence_ids=[row.pk], reason="防汛值守，情况属实") == 1
    row.refresh_from_db()
    assert (row.state, row.excused_by) == (State.EXCUSED, town.accounts["leader"])
    go_to(20)
    row.refresh_from_db()
    assert row.state == State.EXCUSED
    with clock.at(at(20)):
        actions.take_excuse_back(town.actors["clerk"], occurrence_id=row.pk)
    row.refresh_from_db()
    assert row.state == State.MISSED
    assert queries.unit_results(WEEK, date(2026, 11, 18))[row.unit_id].missed == 1


def test_declined_stays_owed_and_asking_without_a_reason_is_refused(town, duty_of):
    duty = duty_of(**DAY, kinds=["department"])
    row = of(duty, town.units["department"], first=date(2026, 11, 18))
    with pytest.raises(Refusal):
        actions.ask_excuse(town.actors["liaison"], occurrence_id=row.pk, reason=" ")
    actions.ask_excuse(town.actors["liaison"], occurrence_id=row.pk, reason="忙")
    actions.decline_excuse(town.actors["clerk"], occurrence_id=row.pk)
    row.refresh_from_db()
    assert row.state == State.OPEN and row.asked_at is None
    with pytest.raises(Conflict):
        actions.decline_excuse(town.actors["clerk"], occurrence_id=row.pk)


def test_what_is_another_units_or_towns_is_not_there(town, other_town, duty_of):
    duty = duty_of(**DAY, kinds=["department"])
    row = of(duty, town.units["department2"], first=date(2026, 11, 18))
    with pytest.raises(Missing):
        actions.ask_excuse(town.actors["liaison"], occurrence_id=row.pk, reason="忙")
    assert actions.excuse(other_town.actors["clerk"], occurrence_ids=[row.pk], reason="x") == 0
    with pytest.raises(Denied):
        actions.record_done(
            town.actors["grid_worker"], duty_id=duty.pk, unit=town.units["department2"], day=date(2026, 11, 18), what="x"
        )
    assert not queries.duties(other_town.actors["clerk"]).exists()
    assert list(queries.duties(town.actors["liaison"])) == [duty]
    assert not queries.duties(town.actors["grid_worker"]).exists()


# -- results and reminders ---------------------------------------------------------------------------------------------


def test_results_of_units_are_figures_of_what_is_over(town, duty_of):
    duty = duty_of(**DAY)
    unit = town.units["community"]
    actions.record_done(town.actors["clerk"], duty_id=duty.pk, unit=unit, day=date(2026, 11, 18), what="入户")
    go_to(24)
    with CaptureQueriesContext(connection) as counted:
        found = queries.unit_results(WEEK, date(2026, 11, 30))
    assert len(counted) == 1
    mine, other = found[unit.pk], found[town.units["community2"].pk]
    assert (mine.kept, mine.missed, mine.share) == (1, 2, 1 / 3)
    assert (other.kept, other.missed, other.share) == (0, 3, 0.0)
    assert mine.duties == {duty.pk: (1, 2, 0)}


def test_a_unit_is_reminded_once_of_all_that_ends(town, duty_of):
    duty_of(name="甲", kinds=["department"], starts_on=date(2026, 11, 23))
    duty_of(name="乙", kinds=["department"], starts_on=date(2026, 11, 23))
    duty_of(name="丙", kinds=["department"], starts_on=date(2026, 11, 23), remind=False)
    told = {}
    for day in (24, 25, 26, 27):
        with clock.at(at(day)):
            laying.lay_all()
            told[day] = reminding.remind()
    assert told == {24: 0, 25: 0, 26: 2, 27: 0}, "on the Thursday before the last working day, once"
    notice = Notice.objects.get(received__account=town.accounts["liaison"])
    assert "甲" in notice.text and "乙" in notice.text and "丙" not in notice.text


def test_what_is_done_or_asked_about_is_not_reminded_of(town, duty_of):
    duty = duty_of(kinds=["department"])
    with clock.at(at(24)):
        actions.record_done(
            town.actors["clerk"], duty_id=duty.pk, unit=town.units["department"], day=date(2026, 11, 24), what="已办"
        )
        row = of(duty, town.units["department2"], first=date(2026, 11, 23))
        Occurrence.objects.filter(pk=row.pk).update(asked_at=at(24), asked_reason="忙")
    with clock.at(at(26)):
        assert reminding.remind() == 0


class BruteForce(TestCase):
    """Kept and missed against counting by hand, over random records."""

    @settings(max_examples=15)
    @given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 13)), max_size=30), st.integers(1, 3), st.booleans())
    def test_what_the_job_finds_is_what_counting_by_hand_finds(self, visits, times, once_a_day):
        town = factories.make_town()
        with clock.at(at(16)):
            duty = actions.save_duty(
                town.actors["clerk"], name="到一线", division=town.street, kind="periods", rule="FREQ=WEEKLY;BYDAY=MO", starts_on=WEEK,
                proofs=["fieldwork.visit"], kinds=["community"], times=times, once_a_day=once_a_day,
            )  # fmt: skip
        units = [town.units["community"], town.units["community2"]]
        for unit, offset in visits:
            made = visit(town, units[unit])
            Visit.objects.filter(pk=made.pk).update(at=at(16 + offset if offset < 14 else 30))
        with clock.at(at(30)):
            laying.find_kept()
        for number, unit in enumerate(units):
            for week in (0, 1):
                days = [offset for who, offset in visits if who == number and week * 7 <= offset < week * 7 + 7]
                count = len(set(days)) if once_a_day else len(days)
                row = of(duty, unit, first=WEEK + timedelta(days=7 * week))
                assert (row.done, row.state) == (count, State.KEPT if count >= times else State.MISSED)
