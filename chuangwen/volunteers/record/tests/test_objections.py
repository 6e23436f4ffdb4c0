"""An objection is answered once, with a reason, by somebody without a hand in it; of hours by two people. A complaint stays with who
answers it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from chuangwen.intake.sealing import hash_of
from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.lives import NotNow
from chuangwen.kernel.models import AuditEntry
from chuangwen.messaging.models import Notice
from chuangwen.testing.threads import at_once
from chuangwen.volunteers.hours import actions as hours
from chuangwen.volunteers.hours import queries as hours_queries
from chuangwen.volunteers.hours.models import HoursCorrection
from chuangwen.volunteers.hours.tests.ground import at, served
from chuangwen.volunteers.orders.models import ServiceOrder
from chuangwen.volunteers.record import actions, forgetting, jobs, queries
from chuangwen.volunteers.record.access import complainant
from chuangwen.volunteers.record.models import RecordObjection, RecordRules, ServiceComplaint

from .ground import GIVEN, make_ground

TOKEN = "a-link-of-twenty-four-ch"


@pytest.fixture(autouse=True)
def now(db):
    with clock.at(at(20, day=20)):
        yield


@pytest.fixture
def ground(town):
    return make_ground(town)


@pytest.fixture
def entry(ground):
    return served(ground.volunteer, ground.team, at(9), at(11))


def object_to(ground, entry, actor=None, **changes):
    facts = {"volunteer_id": ground.volunteer.pk, "kind": "hours", "target_id": entry.pk, "minutes": 150, "words": "延长了半小时"} | changes
    return actions.object_to_record(actor or ground.who.own, **facts)


def test_an_objection_to_hours_becomes_a_correction_by_two_people(ground, entry):
    row = object_to(ground, entry)
    assert (row.state, row.due_on, row.unit) == ("open", date(2026, 12, 4), ground.team.unit), "ten working days"
    assert Notice.objects.filter(key=f"objection:{row.pk}").exists()
    actions.uphold_objection(ground.who.clerk, record_objection_id=row.pk, answer="属实")
    row.refresh_from_db()
    assert row.state == "correcting" and entry.counts and row.correction.minutes == 150 and "延长了半小时" in row.correction.reason
    with pytest.raises(Denied):
        hours.agree_correction(ground.who.clerk, hours_correction_id=row.correction_id)
    hours.agree_correction(ground.who.head, hours_correction_id=row.correction_id)
    row.refresh_from_db()
    assert row.state == "upheld" and hours_queries.totals(ground.volunteer).minutes == 150
    assert Notice.objects.filter(key=f"objection:{row.pk}:confirm").exists()


def test_a_correction_that_is_not_agreed_to_is_the_answer_with_its_reason(ground, entry):
    row = object_to(ground, entry)
    actions.uphold_objection(ground.who.clerk, record_objection_id=row.pk, answer="属实")
    row.refresh_from_db()
    hours.refuse_correction(ground.who.head, hours_correction_id=row.correction_id, answer="签退记录无误")
    row.refresh_from_db()
    assert (row.state, row.answer, row.answered_by) == ("refused", "签退记录无误", ground.accounts["unit_head"])
    assert hours_queries.totals(ground.volunteer).minutes == 120


def test_a_refusal_says_why_and_is_told(ground, entry):
    row = object_to(ground, entry)
    for words in ("", " \n"):
        with pytest.raises(Refusal):
            actions.refuse_objection(ground.who.clerk, record_objection_id=row.pk, answer=words)
    with pytest.raises(Conflict):
        actions.refuse_objection(ground.who.clerk, record_objection_id=row.pk, answer="无误", expected=5)
    actions.refuse_objection(ground.who.clerk, record_objection_id=row.pk, answer="签退记录无误", expected=1)
    with pytest.raises(NotNow):
        actions.uphold_objection(ground.who.head, record_objection_id=row.pk, answer="改主意")
    told = Notice.objects.get(key=f"objection:{row.pk}:refuse")
    assert "签退记录无误" in told.title and not HoursCorrection.objects.exists()
    assert AuditEntry.objects.order_by("-number").first().verb == "volunteers.answer_objections"


def test_an_appraisal_and_a_commendation_that_are_objected_to_are_withdrawn_with_the_answer(ground, entry):
    appraisal = actions.appraise_services(ground.who.leader, entries=[entry.pk], grade="lacking", remark="迟到")[0]
    given = actions.enter_commendation(ground.who.clerk, volunteer_id=ground.volunteer.pk, day=date(2026, 3, 5), **GIVEN)
    for kind, target, who in (("appraisal", appraisal, ground.who.clerk), ("commendation", given, ground.who.head)):
        row = object_to(ground, entry, kind=kind, target_id=target.pk, minutes=None, words="不对")
        actions.uphold_objection(who, record_objection_id=row.pk, answer="核实，撤回")
        target.refresh_from_db()
        row.refresh_from_db()
        assert (target.state, target.reason, row.state) == ("withdrawn", "核实，撤回", "upheld")


def test_nobody_answers_what_they_wrote_or_what_is_their_own(ground, entry):
    given = actions.enter_commendation(ground.who.clerk, volunteer_id=ground.volunteer.pk, day=date(2026, 3, 5), **GIVEN)
    row = object_to(ground, entry, kind="commendation", target_id=given.pk, minutes=None)
    with pytest.raises(Denied, match="经手|参与"):
        actions.uphold_objection(ground.who.clerk, record_objection_id=row.pk, answer="成立")
    entry.made_by = ground.accounts["clerk"]
    entry.save()
    hours_row = object_to(ground, entry)
    with pytest.raises(Denied):
        actions.refuse_objection(ground.who.clerk, record_objection_id=hours_row.pk, answer="无误")
    by_desk = object_to(ground, entry, ground.who.clerk, kind="missing", target_id=None, minutes=None, words="监护人反映少记一次")
    with pytest.raises(Denied):
        actions.refuse_objection(ground.who.clerk, record_objection_id=by_desk.pk, answer="无误")
    ground.volunteer.person = ground.accounts["unit_head"].person
    ground.volunteer.save()
    with pytest.raises(Denied, match="本人"):
        actions.refuse_objection(ground.who.head, record_objection_id=hours_row.pk, answer="无误")
    assert set(RecordObjection.objects.values_list("state", flat=True)) == {"open"}


def test_only_ones_own_record_is_objected_to_and_only_what_stands_in_it(ground, entry, other_town):
    other = served(ground.leader, ground.team, at(9, day=3), at(11, day=3), source_id=2)
    with pytest.raises(Missing):
        object_to(ground, entry, ground.who.stranger)
    with pytest.raises(Missing):
        object_to(ground, entry, other_town.actors["clerk"])
    for kind, target in (("hours", other.pk), ("hours", None), ("appraisal", 9), ("commendation", 9)):
        with pytest.raises(Missing):
            object_to(ground, entry, kind=kind, target_id=target)
    for wrong in ({"minutes": None}, {"minutes": 1441}, {"minutes": -1}, {"minutes": 120}, {"words": " "}, {"kind": "weather"}):
        with pytest.raises(Refusal):
            object_to(ground, entry, **wrong)
    object_to(ground, entry)
    with pytest.raises(Conflict):
        object_to(ground, entry)
    type(entry).objects.filter(pk=other.pk).update(counts=False)
    with pytest.raises(Conflict):
        object_to(ground, other, SYSTEM, volunteer_id=ground.leader.pk)


def test_pages_of_an_objection_are_for_the_volunteer_and_for_who_answers(ground, entry, sign_in, client):
    row = object_to(ground, entry)
    assert sign_in("resident").get(row.get_absolute_url()).status_code == 200
    clerk = sign_in("clerk")
    assert "延长了半小时" in clerk.get(reverse("volunteers:record-objections")).content.decode()
    assert clerk.post(reverse("volunteers:record-objection-refuse", args=[row.pk]), {"answer": ""}).status_code == 422
    assert sign_in("resident").post(reverse("volunteers:record-objection-refuse", args=[row.pk]), {"answer": "x"}).status_code == 403
    client.force_login(ground.stranger.person.account)
    assert client.get(row.get_absolute_url()).status_code == 404
    own = sign_in("resident")
    assert own.post(reverse("volunteers:record-objection-take-back", args=[row.pk])).status_code == 303
    row.refresh_from_db()
    assert row.state == "taken_back"
    asked = own.post(
        reverse("volunteers:record-object-hours", args=[entry.pk]), {"hours": "2", "minutes": "30", "words": "还是少了"}
    )
    assert asked.status_code == 303 and RecordObjection.objects.filter(state="open", minutes=150).exists()


def test_the_office_sets_the_days_and_who_answers_is_reminded_once(ground, entry):
    actions.save_record_rules(ground.who.clerk, objection_days=1, complaint_days=5, keep_days=90)
    for wrong in ({"objection_days": 0}, {"complaint_days": 61}, {"keep_days": 1}):
        with pytest.raises(Refusal):
            actions.save_record_rules(ground.who.clerk, **({"objection_days": 1, "complaint_days": 5, "keep_days": 90} | wrong))
    with pytest.raises(Denied):
        actions.save_record_rules(ground.who.head, objection_days=1, complaint_days=5, keep_days=90)
    assert RecordRules.objects.get().objection_days == 1
    row = object_to(ground, entry)
    assert row.due_on == date(2026, 11, 23), "the Monday after a Friday"
    with clock.at(at(9, day=23)):
        assert jobs.remind() == 1 and jobs.remind() == 1
        assert Notice.objects.filter(key=f"objection-due:{row.pk}").count() == 1
    with clock.at(at(9, day=24)):
        assert queries.objections(ground.who.clerk).filter(queries.late(clock.today())).get() == row


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_the_same_objection_give_one_answer(shared_database, ground):
    entry = served(ground.volunteer, ground.team, at(9), at(11))
    row = object_to(ground, entry)

    def answer(n):
        with clock.at(at(20, day=20)):
            try:
                if n % 2:
                    return actions.refuse_objection(ground.who.head, record_objection_id=row.pk, answer="无误").state
                return actions.uphold_objection(ground.who.clerk, record_objection_id=row.pk, answer="属实").state
            except NotNow:
                return None

    answers = [one for one in at_once(answer, 4) if one]
    row.refresh_from_db()
    assert len(answers) == 1 and row.state == answers[0]
    assert HoursCorrection.objects.count() == (1 if row.state == "correcting" else 0)


# -- complaints --------------------------------------------------------------------------------------------------------


@pytest.fixture
def order(ground):
    now = clock.now()
    return ServiceOrder.objects.create(
        uid="00000000-0000-4000-8000-000000000001", number="FW1", kind="need", words="修灯", name="示例", channel="page", state="to_rate",
        division=ground.communities[0], start=now, end=now + timedelta(hours=1), team=ground.team, placed_at=now, finished_at=now,
        token_hash=hash_of(TOKEN),
    )  # fmt: skip


def test_who_holds_the_link_complains_and_reads_the_answer_there(ground, order, client, sign_in):
    address = reverse("volunteers:record-complain", args=[TOKEN])
    assert address in client.get(reverse("volunteers:order-followed", args=[TOKEN])).content.decode()
    assert client.post(address, {"words": " "}).status_code == 422
    assert client.post(address, {"words": "等了半天没有人来"}).status_code == 303
    assert client.post(address, {"words": "再说一遍"}).status_code == 422, "one waits"
    row = ServiceComplaint.objects.get()
    assert (row.team, row.source, row.source_id, row.name, row.phone) == (ground.team, "order", order.pk, "", "")
    assert client.get(reverse("volunteers:record-complain", args=["x" * 24])).status_code == 404
    actions.answer_complaint(ground.who.clerk, service_complaint_id=row.pk, founded=True, answer="已登门道歉")
    assert "已登门道歉" in client.get(address).content.decode()
    for role in ("resident", "liaison", "grid_worker", "inspector"):
        assert sign_in(role).get(row.get_absolute_url()).status_code == 403, role


def test_nothing_is_complained_about_before_anybody_served_or_without_the_link(ground, order):
    who = complainant("居民", "192.0.2.1")
    ServiceOrder.objects.filter(pk=order.pk).update(state="waiting", team=None, finished_at=None)
    with pytest.raises(Refusal):
        actions.complain_by_link(who, token=TOKEN, words="没有人来")
    with pytest.raises(Missing):
        actions.complain_by_link(who, token="y" * 24, words="没有人来")
    with pytest.raises(Denied):
        actions.complain_by_link(ground.who.own, token=TOKEN, words="没有人来")


def test_a_complaint_taken_down_hides_who_made_it_and_forgets_them_in_time(ground, order):
    facts = {"team_id": ground.team.pk, "day": clock.today(), "words": "态度不好"}
    for wrong in ({"phone": "打单位电话"}, {"day": date(2027, 1, 1)}, {"words": ""}, {"order_number": "FW9"}):
        with pytest.raises(Refusal):
            actions.take_complaint(ground.who.clerk, **(facts | wrong))
    row = actions.take_complaint(ground.who.clerk, name="示例居民", phone="19900000003", order_number="FW1", **facts)
    assert "19900000003" not in row.phone and row.source_id == order.pk
    assert actions.show_complainant(ground.who.clerk, service_complaint_id=row.pk) == "19900000003"
    assert AuditEntry.objects.order_by("-number").first().verb == "volunteers.answer_complaints"
    with pytest.raises(Denied):
        actions.show_complainant(ground.who.leader, service_complaint_id=row.pk)
    with clock.at(at(9, day=21) + timedelta(days=400)):
        assert forgetting.forget() == 0, "not answered yet"
    actions.answer_complaint(ground.who.clerk, service_complaint_id=row.pk, founded=False, answer="当天未服务")
    with clock.at(at(9, day=21) + timedelta(days=400)):
        assert (forgetting.forget(), forgetting.forget()) == (1, 0)
    row.refresh_from_db()
    assert (row.name, row.phone, row.words, row.answer) == ("", "", "态度不好", "当天未服务")


def test_who_led_or_was_there_does_not_answer(ground, order):
    row = actions.complain_by_link(complainant("居民", "192.0.2.1"), token=TOKEN, words="没有人来")
    ground.leader.person = ground.accounts["clerk"].person
    ground.leader.save()
    with pytest.raises(Denied, match="本人"):
        actions.answer_complaint(ground.who.clerk, service_complaint_id=row.pk, founded=False, answer="没有的事")
    actions.answer_complaint(ground.who.head, service_complaint_id=row.pk, founded=True, answer="属实")
    with pytest.raises(NotNow):
        actions.answer_complaint(ground.who.head, service_complaint_id=row.pk, founded=False, answer="改主意")


def test_the_desk_of_another_town_sees_no_complaint(ground, order, other_town):
    row = actions.complain_by_link(complainant("居民", "192.0.2.1"), token=TOKEN, words="没有人来")
    assert not queries.complaints(other_town.actors["clerk"]).exists()
    with pytest.raises(Missing):
        actions.answer_complaint(other_town.actors["clerk"], service_complaint_id=row.pk, founded=True, answer="x")
