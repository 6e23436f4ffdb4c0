"""Care from day to day: what is owed, what is recorded and by whom, hours, alarms, and nobody forgotten when somebody leaves."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.lives import NotNow
from chuangwen.kernel.models import AuditEntry
from chuangwen.messaging.models import Notice
from chuangwen.testing.threads import at_once
from chuangwen.volunteers.care import actions, alarming, forgetting, helpers, laying
from chuangwen.volunteers.care.models import CareAlarm, CaredPerson, CareDue, CareHelper, CarePlan, CareRecord
from chuangwen.volunteers.corps.models import Membership, Volunteer
from chuangwen.volunteers.presence.models import Presence, ServiceEntry

from .ground import DAY, Neighbours, at, make_person


@pytest.fixture(autouse=True)
def monday(db):
    with clock.at(at()):
        yield


@pytest.fixture
def folk(town):
    return Neighbours(town)


@pytest.fixture
def granny(town, folk):
    return folk.look_after(make_person(town))


def call(folk, n, person, outcome="well", **more):
    return actions.record_care(folk.actor(n), person_id=person.pk, uid=more.pop("uid", uuid4()), outcome=outcome, **more)


def dues(person, kind="call"):
    return CareDue.objects.filter(plan__person=person, kind=kind)


def test_what_is_owed_is_laid_out_once_however_often_it_is_asked(granny):
    assert dues(granny).count() == 15 and dues(granny, "visit").count() == 3
    # The party of the month began before the plan did; the birthday lies beyond the two weeks.
    assert dues(granny, "event").count() == 0 and dues(granny, "birthday").count() == 0
    before = list(CareDue.objects.order_by("pk").values())
    CarePlan.objects.update(laid_on=None)
    assert laying.lay_all() == 0 and laying.lay_all() == 0
    assert list(CareDue.objects.order_by("pk").values()) == before
    with clock.at(at(days=5)):
        assert laying.lay_all() == 5 + 1
        assert dues(granny, "birthday").get().first == date(2026, 11, 20)


def test_a_new_rhythm_changes_what_lies_ahead_and_not_what_has_begun(granny):
    calls = {"kind": "call", "rule": "FREQ=WEEKLY;BYDAY=MO,WE,FR"}
    visits = {"kind": "visit", "rule": "FREQ=WEEKLY;BYDAY=MO", "span": "periods", "times": 2}
    actions.save_care_rhythm(SYSTEM, person_id=granny.pk, rhythms=[calls, visits])
    assert [due.first.weekday() for due in dues(granny).order_by("first")][:4] == [0, 2, 4, 0]
    assert set(dues(granny, "visit").filter(first__gt=DAY).values_list("wanted", flat=True)) == {2}
    with pytest.raises(Refusal, match="FREQ"):
        actions.save_care_rhythm(SYSTEM, person_id=granny.pk, rhythms=[{"kind": "call", "rule": "FREQ=HOURLY"}])
    work = [{"kind": "call", "rule": "FREQ=DAILY", "on_day_off": "skip"}]
    actions.save_care_rhythm(SYSTEM, person_id=granny.pk, rhythms=work)
    assert all(due.first.weekday() < 5 for due in dues(granny).filter(first__gt=DAY))


def test_a_call_is_kept_missed_or_excused_and_a_late_one_still_counts(folk, granny):
    call(folk, 0, granny)
    assert dues(granny).get(first=DAY).state == "kept"
    with clock.at(at(days=3)):
        assert laying.find_kept() == 2
        before = dues(granny).filter(first__lt=clock.today()).order_by("first").values_list("state", flat=True)
        assert list(before) == ["kept", "missed", "missed"]
        call(folk, 1, granny, at=at(days=1))
        assert dues(granny).get(first=DAY + timedelta(1)).state == "kept"
        actions.excuse_care(SYSTEM, due_id=dues(granny).get(first=DAY + timedelta(2)).pk, reason="去女儿家吃饭")
        assert dues(granny).get(first=DAY + timedelta(2)).state == "excused"
        with pytest.raises(Refusal):
            call(folk, 0, granny, at=at(days=-9))
        with pytest.raises(Refusal):
            call(folk, 0, granny, at=at(days=4))


def test_a_call_that_reached_nobody_keeps_nothing(folk, granny):
    call(folk, 0, granny, "not_reached")
    assert dues(granny).get(first=DAY).state == "open"


def test_the_same_record_again_is_the_same_record(folk, granny, town):
    uid = uuid4()
    first = call(folk, 0, granny, uid=uid)
    assert call(folk, 0, granny, uid=uid) == first and CareRecord.objects.count() == 1
    other = folk.look_after(make_person(town, "钱伯", phone="19900000012"))
    with pytest.raises(Refusal):
        call(folk, 0, other, uid=uid)


def test_words_about_health_are_refused_wherever_one_can_write(town, folk, granny):
    for do in (
        lambda: call(folk, 0, granny, words="她血压高"),
        lambda: make_person(town, "孙婆婆", notes="有糖尿病"),
        lambda: actions.go_away(SYSTEM, person_id=granny.pk, reason="住院"),
        lambda: actions.end_care(SYSTEM, person_id=granny.pk, reason="因病"),
    ):
        with pytest.raises(Refusal) as refused:
            do()
        assert refused.value.code == "volunteers.medical_word" and refused.value.fields


def test_nothing_is_kept_without_consent_and_no_relative_without_theirs(town):
    for wrong, field in (
        ({"consented_on": None}, "consented_on"), ({"family_name": "赵大"}, "family_consented_on"), ({"birth_day": 31}, "birth_day"),
        ({"consented_on": DAY + timedelta(1)}, "consented_on"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            make_person(town, **wrong)
        assert field in refused.value.fields
    assert make_person(town, family_name="赵大", family_phone="19900000013", family_consented_on=DAY).has_family
    with pytest.raises(Refusal):
        make_person(town)


def test_a_visit_gives_hours_of_its_own_length_under_a_title_that_names_nobody(folk, granny):
    uid, actor = uuid4(), folk.actor(0)
    actions.begin_care_visit(actor, person_id=granny.pk, uid=uid)
    assert actions.begin_care_visit(actor, person_id=granny.pk, uid=uid).uid == uid
    with clock.at(at(11, 15)):
        actions.end_care_visit(actor, person_id=granny.pk, uid=uid, outcome="well", words="一起包饺子")
        actions.end_care_visit(actor, person_id=granny.pk, uid=uid, outcome="needs_help")
    record, entry = CareRecord.objects.get(), ServiceEntry.objects.get()
    assert (record.outcome, entry.minutes, entry.source, entry.source_id) == ("well", 75, "care", record.pk)
    assert entry.team == folk.team and granny.name not in entry.title and granny.division.name in entry.title
    assert CareAlarm.objects.count() == 0
    with pytest.raises(Refusal):
        actions.end_care_visit(folk.actor(1), person_id=granny.pk, uid=uuid4(), outcome="well")


def test_a_call_counts_its_minutes_only_where_the_plan_says_so(folk, granny):
    span = {"began_at": at(9, 30), "ended_at": at(9, 42)}
    call(folk, 0, granny, **span)
    assert not ServiceEntry.objects.exists()
    CarePlan.objects.update(calls_count=True)
    call(folk, 0, granny)
    assert not Presence.objects.exists(), "a tap is no length"
    call(folk, 0, granny, **span)
    assert ServiceEntry.objects.get().minutes == 12
    actions.begin_care_visit(folk.actor(0), person_id=granny.pk, uid=uuid4())
    record = call(folk, 0, granny, began_at=at(9, 50), ended_at=at(9, 59))
    assert record.presence is None and ServiceEntry.objects.count() == 1, "one is present at one thing"


def test_only_the_pair_who_stands_in_the_leader_and_the_office_reach_a_person(town, folk, granny):
    for n in (0, 1, 2, 5):
        assert call(folk, n, granny).volunteer == folk.volunteers[n]
    for n in (3, 4):
        with pytest.raises(Missing):
            call(folk, n, granny)
    for role in ("clerk",):
        assert actions.record_care(town.actors[role], person_id=granny.pk, uid=uuid4(), outcome="well").volunteer is None
    for role in ("leader", "inspector", "grid_worker", "liaison"):
        with pytest.raises((Denied, Missing)):
            actions.record_care(town.actors[role], person_id=granny.pk, uid=uuid4(), outcome="well")
    with pytest.raises(Missing):
        actions.set_helpers(folk.actor(0), person_id=granny.pk, pair=[folk.volunteers[0]])
    actions.set_helpers(folk.actor(5), person_id=granny.pk, pair=[folk.volunteers[3], folk.volunteers[1]])
    with pytest.raises(Missing):
        call(folk, 0, granny)


# -- alarms ------------------------------------------------------------------------------------------------------------


def told(stage):
    return set(Notice.objects.filter(key__endswith=f":{stage}", kind="volunteers.care_alarm").values_list("received__account", flat=True))


def test_when_nobody_called_the_pair_is_told_then_the_leader_then_the_community(town, folk, granny):
    with clock.at(at(17, 59)):
        assert alarming.watch() == {"raised": 0, "told": 0}
    with clock.at(at(18)):
        assert alarming.watch() == {"raised": 1, "told": 1} and alarming.watch() == {"raised": 0, "told": 0}
        assert told(1) == {folk.accounts[n].pk for n in (0, 1, 2)} and not told(2)
    with clock.at(at(19)):
        assert alarming.watch()["told"] == 1 and told(2) == {folk.accounts[5].pk}
    with clock.at(at(20)):
        assert alarming.watch()["told"] == 1 and alarming.watch()["told"] == 0
    notice = Notice.objects.first()
    assert granny.name not in notice.title and "赵" in notice.title and notice.urgency == 3
    with clock.at(at(20, 30)):
        call(folk, 2, granny)
    alarm = CareAlarm.objects.get()
    assert alarm.closed_at is not None and alarm.closing and dues(granny).get(first=DAY).state == "kept"


def test_the_hour_is_that_of_the_area_and_stages_without_anybody_are_passed_over(town, folk):
    from datetime import time

    person = make_person(town)
    actions.save_care_settings(SYSTEM, division=town.street, alarm_at=time(15), step_minutes=30, keep_days=30)
    with clock.at(at(15)):
        alarming.watch()
    alarm = CareAlarm.objects.get(plan__person=person)
    assert alarm.stage == 3 and alarm.next_at is None


def test_no_alarm_for_whom_somebody_reached_who_is_away_or_excused(folk, granny, town):
    call(folk, 0, granny)
    away = make_person(town, "钱伯", phone="19900000012")
    actions.go_away(SYSTEM, person_id=away.pk, reason="去广州女儿家", until=DAY + timedelta(3))
    excused = make_person(town, "孙婆婆", phone="19900000013")
    actions.excuse_care(SYSTEM, due_id=dues(excused).get(first=DAY).pk, reason="赴宴")
    with clock.at(at(20)):
        assert alarming.watch()["raised"] == 0
    assert set(dues(away).filter(first__lte=DAY + timedelta(3)).values_list("state", flat=True)) == {"excused"}
    assert set(dues(away).filter(first__gt=DAY + timedelta(3)).values_list("state", flat=True)) == {"open"}
    with clock.at(at(days=4)):
        from chuangwen.volunteers.care.actions.people import bring_back

        assert bring_back(SYSTEM, clock.today()) == 1
    assert CarePlan.objects.get(person=away).state == "running"


def test_who_needs_help_is_told_to_all_at_once_and_closed_by_who_looked(town, folk, granny):
    call(folk, 0, granny, "needs_help", words="门锁坏了，出不了门")
    alarm = CareAlarm.objects.get()
    assert (alarm.stage, alarm.cause) == (3, "help") and told(1) and told(2)
    assert dues(granny).get(first=DAY).state == "kept"
    with pytest.raises(Missing):
        actions.close_care_alarm(folk.actor(3), alarm_id=alarm.pk, words="已开锁")
    actions.close_care_alarm(folk.actor(5), alarm_id=alarm.pk, words="请锁匠开了门")
    with pytest.raises(Conflict):
        actions.close_care_alarm(SYSTEM, alarm_id=alarm.pk, words="再关一次")


def test_a_need_goes_on_as_a_case_without_the_name(town, folk, granny):
    record = actions.record_care(town.actors["clerk"], person_id=granny.pk, uid=uuid4(), outcome="needs_help", words="楼道灯坏了")
    with pytest.raises(Refusal):
        actions.report_need(town.actors["clerk"], record_id=record.pk, words=f"{granny.name}家楼道灯坏了")
    actions.report_need(town.actors["clerk"], record_id=record.pk, words="三楼楼道灯坏了")
    record.refresh_from_db()
    assert record.case.description == "三楼楼道灯坏了" and record.case.division == granny.division
    with pytest.raises(Refusal):
        actions.report_need(town.actors["clerk"], record_id=record.pk, words="三楼楼道灯坏了")


def test_one_evening_for_many_is_noted_once(town, granny):
    two = make_person(town, "钱伯", phone="19900000012")
    with clock.at(at(days=18)):
        laying.lay_all()
        both = {"person_ids": [granny.pk, two.pk], "kind": "birthday", "day": clock.today(), "words": "四季度集体生日会"}
        assert actions.record_gathering(SYSTEM, **both) == 2 and actions.record_gathering(SYSTEM, **both) == 0
    assert dues(granny, "birthday").get().state == "kept"


# -- nobody is forgotten -----------------------------------------------------------------------------------------------


def roles(person):
    return {row.role: row.volunteer for row in person.helpers.select_related("volunteer")}


def test_when_a_volunteer_leaves_who_stands_in_moves_up_and_the_leaver_sees_nobody(folk, granny):
    one, two, three = folk.volunteers[:3]
    one.state = Volunteer.State.PAUSED
    one.save()
    assert roles(granny) == {"first": three, "second": two}
    with pytest.raises((Denied, Missing)):
        call(folk, 0, granny)
    two.state, two.left_on = Volunteer.State.LEFT, DAY
    two.save()
    assert roles(granny) == {"first": three}
    notices = Notice.objects.filter(kind="volunteers.care_handed_over").order_by("pk")
    assert folk.accounts[5].pk in notices[0].received.values_list("account", flat=True)
    assert notices.count() == 2 and granny.name not in notices[1].title
    proposed = [volunteer for _choice, volunteer in helpers.proposals(granny)]
    assert proposed[0] == folk.volunteers[3] and not {one, two, three} & set(proposed), "the nearest who is free, and nobody who left"


def test_who_leaves_the_team_of_the_plan_is_handed_over_and_bulk_changes_are_found(folk, granny):
    member = Membership.objects.create(team=folk.team, volunteer=folk.volunteers[0], state="member", asked_at=clock.now(), joined_on=DAY)
    member.state, member.left_on = "left", DAY
    member.save()
    assert folk.volunteers[0] not in roles(granny).values()
    Volunteer.objects.filter(pk=folk.volunteers[1].pk).update(state="paused")
    assert helpers.look_after() == 1 and helpers.look_after() == 0
    assert roles(granny) == {"first": folk.volunteers[2]}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(leaving=st.permutations(range(5)))
def test_whoever_leaves_in_whatever_order_a_pair_is_whole_as_long_as_somebody_stands_in(folk, town, leaving):
    person = folk.look_after(make_person(town, f"周婆婆{CaredPerson.objects.count()}"))
    Volunteer.objects.update(state="active")
    actions.set_helpers(SYSTEM, person_id=person.pk, pair=folk.volunteers[:2], stand_ins=folk.volunteers[2:5])
    for gone, n in enumerate(leaving, 1):
        Volunteer.objects.filter(pk=folk.volunteers[n].pk).update(state="paused")
        helpers.hand_over(folk.volunteers[n].pk)
        here = list(person.helpers.values_list("role", "volunteer"))
        assert len(here) == 5 - gone and sum(role in CareHelper.PAIR for role, _who in here) == min(2, 5 - gone)
    Volunteer.objects.update(state="active")


def test_many_are_paired_evenly_and_what_was_made_by_hand_stays(town, folk):
    people = [make_person(town, f"李婆婆{n}", phone=f"1990000{n:04d}") for n in range(4)]
    hand = [folk.volunteers[0], folk.volunteers[4]]
    actions.set_helpers(SYSTEM, person_id=people[0].pk, pair=hand)
    found = actions.pair_many(town.actors["clerk"], division=town.street)
    assert not found.short and found.gap == 0
    load = CareHelper.objects.filter(role__in=CareHelper.PAIR).values_list("volunteer", flat=True)
    assert len(load) == 8 and max(map(list(load).count, load)) == 2
    assert {roles(people[0])["first"], roles(people[0])["second"]} == set(hand)
    assert actions.pair_many(town.actors["clerk"], division=town.street).pairs == []
    actions.pair_many(town.actors["clerk"], division=town.street, anew=True)
    assert {roles(people[0])["first"], roles(people[0])["second"]} == set(hand) and CareHelper.objects.count() == 12
    with pytest.raises(Denied):
        actions.pair_many(town.actors["liaison"], division=town.street)


# -- ending and forgetting ---------------------------------------------------------------------------------------------


def test_who_left_is_seen_by_no_pair_and_deleted_when_the_days_are_over(town, folk, granny):
    uid = uuid4()
    actions.begin_care_visit(folk.actor(0), person_id=granny.pk, uid=uid)
    with clock.at(at(11)):
        actions.end_care_visit(folk.actor(0), person_id=granny.pk, uid=uid, outcome="well")
    stays = make_person(town, "钱伯", phone="19900000012")
    actions.end_care(SYSTEM, person_id=granny.pk, reason="搬到儿子家")
    with pytest.raises(Missing):
        call(folk, 0, granny)
    with pytest.raises(NotNow):
        actions.go_away(SYSTEM, person_id=granny.pk, reason="再走")
    with clock.at(at(days=180)):
        assert forgetting.forget() == 0
    with clock.at(at(days=181)):
        assert forgetting.forget() == 1 and forgetting.forget() == 0
    assert list(CaredPerson.objects.all()) == [stays] and not CareRecord.objects.exists()
    assert ServiceEntry.objects.get().minutes == 60, "the hours of the volunteer stay"
    gone = AuditEntry.objects.filter(object_id=str(granny.pk), note__gt="").order_by("-pk").first()
    assert gone is not None and granny.name not in f"{gone.title}{gone.before}{gone.after}"


def test_fifty_taps_with_one_identifier_are_one_record(shared_database, town):
    with clock.at(at()):
        folk = Neighbours(town)
        person, uid = folk.look_after(make_person(town)), uuid4()
        actor = folk.actor(0)

        def tap(_n):
            with clock.at(at()):
                return actions.record_care(actor, person_id=person.pk, uid=uid, outcome="well").pk

        assert len(set(at_once(tap, 16))) == 1 and CareRecord.objects.count() == 1
