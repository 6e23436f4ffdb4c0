"""Hours are honest: two people correct, doubts are settled by others, transfers come once, and all of it stays to be seen."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from chuangwen.kernel import clock, events, importing, jobs
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.lives import NotNow
from chuangwen.kernel.models import AuditEntry, Job
from chuangwen.kernel.sheets import write_table
from chuangwen.people.models import Post
from chuangwen.testing.threads import at_once
from chuangwen.volunteers.corps.tests.standing import make_team, make_volunteer
from chuangwen.volunteers.hours import actions, queries, scanning, sheets, words
from chuangwen.volunteers.hours.install import install_stars
from chuangwen.volunteers.hours.models import Doubt, HoursCorrection, StarLevel
from chuangwen.volunteers.hours.rules import CERTIFICATES, CORRECTIONS, DOUBTS, Certify, Fix, Judge
from chuangwen.volunteers.orders.tests.ground import make_item, make_order
from chuangwen.volunteers.presence.events import HoursCounted, HoursStruck
from chuangwen.volunteers.presence.models import ServiceEntry
from chuangwen.volunteers.presence.recording import strike

from .ground import at, make_doubt, served


@pytest.fixture(autouse=True)
def now(db):
    with clock.at(at(20, day=20)):
        yield


@pytest.fixture
def ground(town):
    town.volunteer = make_volunteer(town.communities[0], "张三丰", town.accounts["resident"])
    town.leader = make_volunteer(town.communities[0], "李队长")
    town.team = make_team(town.communities[0], town.units["department"], "邻里服务队", town.leader)
    return town


@pytest.fixture
def entry(ground):
    return served(ground.volunteer, ground.team, at(9), at(11))


def heard(monkeypatch):
    told = []
    monkeypatch.setattr(events, "say", lambda event: told.append((type(event), event.entry_id)) if hasattr(event, "entry_id") else None)
    return told


def test_a_correction_takes_two_people_and_both_entries_stay(ground, entry, monkeypatch):
    clerk, head = ground.actors["clerk"], ground.actors["unit_head"]
    proposal = actions.propose_correction(clerk, service_entry_id=entry.pk, minutes=45, reason="中途离开")
    with pytest.raises(Denied):
        actions.agree_correction(clerk, hours_correction_id=proposal.pk)
    with pytest.raises(Conflict):
        actions.propose_correction(head, service_entry_id=entry.pk, minutes=30, reason="再提")
    told = heard(monkeypatch)
    made = actions.agree_correction(head, hours_correction_id=proposal.pk, answer="属实")
    entry.refresh_from_db()
    assert (entry.counts, entry.minutes, made.counts, made.minutes, made.corrects) == (False, 120, True, 45, entry)
    assert made.presence_id == entry.presence_id and "中途离开" in entry.reason and made.reason == "中途离开"
    assert told == [(HoursStruck, entry.pk), (HoursCounted, made.pk)]
    with pytest.raises(NotNow):
        actions.agree_correction(head, hours_correction_id=proposal.pk)
    assert queries.totals(ground.volunteer).minutes == 45
    assert AuditEntry.objects.order_by("-number").first().verb == "volunteers.decide_corrections"


def test_who_wrote_a_correction_is_told_that_somebody_else_agrees_and_not_to_ask_for_a_role(ground, entry, sign_in):
    page = sign_in("clerk")
    proposal = actions.propose_correction(ground.actors["clerk"], service_entry_id=entry.pk, minutes=45, reason="中途离开")
    answer = page.post(reverse("volunteers:hours-agree", args=[proposal.pk]))
    told = answer.content.decode()
    assert answer.status_code == 403 and "请返回上一页，按上面的说明办理。" in told and "管理员" not in told


def test_a_correction_of_a_correction_names_it_and_one_of_a_replaced_entry_is_refused(ground, entry):
    clerk, head = ground.actors["clerk"], ground.actors["unit_head"]
    first = actions.agree_correction(
        head, hours_correction_id=actions.propose_correction(clerk, service_entry_id=entry.pk, minutes=45, reason="一").pk
    )
    with pytest.raises(Conflict):
        actions.propose_correction(clerk, service_entry_id=entry.pk, minutes=50, reason="二")
    second = actions.agree_correction(
        clerk, hours_correction_id=actions.propose_correction(head, service_entry_id=first.pk, minutes=0, reason="未到场").pk
    )
    assert [row.pk for row in queries.history(first)] == [entry.pk, first.pk, second.pk]
    assert queries.totals(ground.volunteer).minutes == 0


def test_nobody_corrects_or_judges_hours_of_their_own(ground):
    clerk = ground.actors["clerk"]
    own = make_volunteer(ground.communities[0], "文员")
    own.person = ground.accounts["clerk"].person
    own.save()
    entry = served(own, ground.team, at(9), at(11))
    with pytest.raises(Denied, match="本人"):
        actions.propose_correction(clerk, service_entry_id=entry.pk, minutes=600, reason="多记")
    proposal = actions.propose_correction(ground.actors["unit_head"], service_entry_id=entry.pk, minutes=600, reason="多记")
    with pytest.raises(Denied, match="本人"):
        actions.agree_correction(clerk, hours_correction_id=proposal.pk)
    with pytest.raises(Denied):
        actions.explain_doubt(clerk, hours_doubt_id=make_doubt(entry, "own").pk, reason="没事")
    assert HoursCorrection.objects.get().state == "proposed" and entry.counts


def test_a_refusal_says_why_and_leaves_the_entry_as_it_is(ground, entry):
    proposal = actions.propose_correction(ground.actors["clerk"], service_entry_id=entry.pk, minutes=45, reason="早退")
    head = ground.actors["unit_head"]
    with pytest.raises(Refusal):
        actions.refuse_correction(head, hours_correction_id=proposal.pk, answer="  ")
    with pytest.raises(Conflict):
        actions.refuse_correction(head, hours_correction_id=proposal.pk, answer="签到无误", expected=9)
    actions.refuse_correction(head, hours_correction_id=proposal.pk, answer="签到无误", expected=1)
    entry.refresh_from_db()
    assert entry.counts and entry.minutes == 120
    for minutes, reason in ((120, "同"), (1441, "多"), (-1, "负"), (30, "")):
        with pytest.raises(Refusal):
            actions.propose_correction(head, service_entry_id=entry.pk, minutes=minutes, reason=reason)


def test_the_database_itself_knows_that_it_takes_two(ground, entry):
    me = ground.accounts["clerk"]
    with pytest.raises(IntegrityError), transaction.atomic():
        HoursCorrection.objects.create(
            entry=entry, minutes=1, reason="x", proposed_at=clock.now(), proposed_by=me, decided_by=me, decided_at=clock.now(), state="refused"
        )


def test_the_desk_of_another_town_reaches_nothing(ground, entry, other_town):
    with pytest.raises(Missing):
        actions.propose_correction(other_town.actors["clerk"], service_entry_id=entry.pk, minutes=1, reason="x")
    with pytest.raises(Missing):
        actions.strike_doubt(other_town.actors["clerk"], hours_doubt_id=make_doubt(entry, "k").pk, entries=[entry.pk], reason="x")


def test_only_what_the_tables_say_can_be_done():
    for table, states, steps in (
        (CORRECTIONS, ("proposed", "agreed", "refused"), Fix), (DOUBTS, ("open", "explained", "struck", "lapsed"), Judge),
        (CERTIFICATES, ("asked", "issued", "refused", "withdrawn"), Certify),
    ):
        assert {(state, step) for state in states for step in steps} >= set(table)
        assert all(after in states and after != before for (before, _step), after in table.items())


# -- transfers ---------------------------------------------------------------------------------------------------------


def sheet(ground, **changes):
    row = {
        "volunteer": ground.volunteer.number, "name": "张三丰", "title": "社区清洁日", "day": date(2026, 5, 1), "hours": "2.5",
        "system": "全国志愿服务信息系统", "number": "R-1",
    } | changes  # fmt: skip
    return write_table(sheets.TRANSFERS, [row])


def test_hours_of_another_system_come_once_and_are_marked(ground):
    clerk = ground.actors["clerk"]

    def bring(**changes):
        return importing.bring_in(clerk, "volunteer-hours", sheet(ground, **changes), {}, file_name="转入.xlsx")

    assert bring()["creates"] == 1
    entry = ServiceEntry.objects.get()
    assert (entry.kind, entry.minutes, entry.from_system, entry.from_number) == ("transfer", 150, "全国志愿服务信息系统", "R-1")
    assert "全国志愿服务信息系统" in words.origin(entry) and queries.totals(ground.volunteer).transferred == 150
    assert bring()["unchanged"] == 1 and ServiceEntry.objects.count() == 1
    with pytest.raises(importing.ImportRefused) as told:
        bring(hours="3")
    assert [problem.code for problem in told.value.problems] == ["differs"]
    strike(entry, "原系统已撤销")
    assert bring()["unchanged"] == 1 and queries.totals(ground.volunteer).minutes == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"name": "别人"}, "name"), ({"volunteer": "V9"}, "volunteer"), ({"hours": "0"}, "hours"), ({"day": date(2027, 1, 1)}, "day")],
)
def test_a_sheet_that_cannot_be_right_is_refused_with_the_cell(ground, changes, code):
    with pytest.raises(importing.ImportRefused) as told:
        importing.bring_in(ground.actors["clerk"], "volunteer-hours", sheet(ground, **changes), {}, file_name="转入.xlsx")
    assert [problem.code for problem in told.value.problems] == [code]


# -- doubts ------------------------------------------------------------------------------------------------------------


def test_the_daily_look_finds_explains_and_does_not_ask_twice(ground, entry):
    other = served(ground.volunteer, ground.team, at(10), at(12), source_id=2)
    assert scanning.look()["new"] == 1
    doubt = Doubt.objects.get()
    assert (doubt.kind, doubt.team, {row.entry_id for row in doubt.records.all()}) == ("overlap", ground.team, {entry.pk, other.pk})
    assert "1 小时" in words.sentence(doubt)
    assert scanning.look()["new"] == 0
    actions.explain_doubt(ground.actors["clerk"], hours_doubt_id=doubt.pk, reason="两项在同一地点合并开展")
    assert scanning.look()["new"] == 0, "it was explained"
    assert entry.counts and Doubt.objects.count() == 1


def test_striking_takes_out_what_was_chosen_and_keeps_the_rest(ground, entry, monkeypatch):
    other = served(ground.volunteer, ground.team, at(10), at(12), source_id=2)
    scanning.look()
    doubt, clerk = Doubt.objects.get(), ground.actors["clerk"]
    for chosen in ([], [999_999]):
        with pytest.raises(Refusal):
            actions.strike_doubt(clerk, hours_doubt_id=doubt.pk, entries=chosen, reason="重复")
    told = heard(monkeypatch)
    actions.strike_doubt(clerk, hours_doubt_id=doubt.pk, entries=[other.pk], reason="重复签到")
    other.refresh_from_db()
    assert (other.counts, other.reason) == (False, "重复签到") and told == [(HoursStruck, other.pk)]
    assert queries.totals(ground.volunteer).minutes == 120
    with pytest.raises(NotNow):
        actions.explain_doubt(clerk, hours_doubt_id=doubt.pk, reason="改主意")
    assert scanning.look()["new"] == 0


def test_who_led_entered_or_wrote_the_records_does_not_settle_the_doubt(ground, entry):
    clerk, head = ground.actors["clerk"], ground.actors["unit_head"]
    entry.made_by = ground.accounts["clerk"]
    entry.save()
    doubt = make_doubt(entry, "k")
    with pytest.raises(Denied):
        actions.explain_doubt(clerk, hours_doubt_id=doubt.pk, reason="没事")
    ground.leader.person = ground.accounts["unit_head"].person
    ground.leader.save()
    with pytest.raises(Denied):
        actions.explain_doubt(head, hours_doubt_id=doubt.pk, reason="没事")
    assert Doubt.objects.get().state == "open"


def test_a_doubt_lapses_when_its_records_were_put_right(ground, entry):
    other = served(ground.volunteer, ground.team, at(10), at(12), source_id=2)
    scanning.look()
    strike(other, "本人申请撤销")
    assert scanning.look()["lapsed"] == 1
    assert Doubt.objects.get().state == "lapsed" and Doubt.objects.get().reason


def test_office_hours_come_from_the_calendar_and_from_posts_of_that_day(ground):
    person = ground.volunteer.person
    served(ground.volunteer, ground.team, at(9, day=3), at(11, day=3))
    assert scanning.look()["new"] == 0, "a resident may come on a Tuesday morning"
    Post.objects.create(person=person, unit=ground.units["department"], kind="member", starts_on=date(2026, 11, 5))
    assert scanning.look()["new"] == 0, "not yet in office on that day"
    served(ground.volunteer, ground.team, at(9, day=10), at(11, day=10), source_id=5)
    served(ground.volunteer, ground.team, at(9, day=14), at(11, day=14), source_id=6)
    assert scanning.look()["new"] == 1, "Tuesday, not Saturday"
    assert Doubt.objects.get().kind == "working_time"


def test_fresh_records_are_looked_at_soon_by_one_job(ground, entry, monkeypatch):
    served(ground.volunteer, ground.team, at(10), at(12), source_id=2)
    for key in (1, 2, 3):
        events.say(HoursCounted(key))
    assert Job.objects.filter(kind="volunteers.fresh_hours").count() == 1
    with clock.at(clock.now() + timedelta(minutes=3)):
        jobs.run_waiting()
    assert Job.objects.get(kind="volunteers.fresh_hours").state == "done" and Doubt.objects.get().kind == "overlap"


def test_the_look_asks_the_same_few_questions_however_many_records_there_are(ground, django_assert_max_num_queries):
    for n in range(12):
        served(make_volunteer(ground.communities[0], f"某{n}", number=f"X{n}"), ground.team, at(9), at(11), source_id=n)
    with django_assert_max_num_queries(12):
        scanning.look()


# -- stars -------------------------------------------------------------------------------------------------------------


def test_stars_come_from_what_counts_and_the_ladder_is_the_offices(ground, entry):
    assert install_stars() == 5 and install_stars() == 0
    clerk = ground.actors["clerk"]
    assert queries.totals(ground.volunteer).standing.now is None
    assert actions.set_stars(clerk, hours={1: 2, 2: 100}) == 2
    star = queries.totals(ground.volunteer).standing
    assert star.now.name == "一星级志愿者" and star.missing == 98 * 60
    for wrong in ({1: 200}, {1: 0}, {9: 5}, {2: 600}):
        with pytest.raises(Refusal):
            actions.set_stars(clerk, hours=wrong)
    actions.set_stars(clerk, hours={1: 100, 2: 300})
    assert list(StarLevel.objects.values_list("hours", flat=True)) == [100, 300, 600, 1000, 1500]


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_the_same_moment_make_one_entry(shared_database, ground):
    entry = served(ground.volunteer, ground.team, at(9), at(11))
    proposal = actions.propose_correction(ground.actors["clerk"], service_entry_id=entry.pk, minutes=45, reason="早退")

    def decide(_n):
        with clock.at(at(20, day=20)):
            try:
                return actions.agree_correction(SYSTEM, hours_correction_id=proposal.pk).pk
            except NotNow:
                return None

    made = [key for key in at_once(decide, 4) if key]
    assert len(made) == 1 and ServiceEntry.objects.filter(kind="correction").count() == 1
    assert ServiceEntry.objects.filter(counts=True).count() == 1


def test_no_link_leads_a_volunteer_from_their_hours_to_a_page_of_the_desk(ground):
    order = make_order(ground, make_item())
    row = served(ground.volunteer, ground.team, at(9), at(11), source="order", source_id=order.pk)
    mine, desk = (queries.attended([row], ground.actors[role])["order", order.pk] for role in ("resident", "clerk"))
    assert mine.title == desk.title and mine.link == ""
    assert desk.link == order.get_absolute_url()
