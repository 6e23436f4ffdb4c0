"""Centres, their standard, their tasks and what they count."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from chuangwen.fieldwork.models import Round
from chuangwen.fieldwork.queries import items_for
from chuangwen.kernel import clock
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.lives import NotNow
from chuangwen.ledger.models import Fact
from chuangwen.messaging.models import Notice, Received
from chuangwen.places.models import Site, SiteType
from chuangwen.standards.models import ChecklistItem, Criterion, Edition
from chuangwen.volunteers.centres import actions, published
from chuangwen.volunteers.centres.actions.chain import plan_chain
from chuangwen.volunteers.centres.actions.making import site_types
from chuangwen.volunteers.centres.models import Centre, CentreFigure, CentreTask
from chuangwen.volunteers.centres.standard import ITEMS

from .ground import DAY, at, make_county, make_office, make_station, make_task, with_metrics, with_standard


@pytest.fixture(autouse=True)
def monday(db):
    with clock.at(at(DAY)):
        yield


def test_a_station_hangs_under_its_office_and_is_a_site_of_its_type_with_hours(town):
    office = make_office(town)
    station = make_station(town, office, opens_at=time(8, 30), closes_at=time(17, 30), address="后街1号")
    assert station.get_parent() == office and station.site.type.code == "practice-station" and station.site.opens_at == time(8, 30)
    for wrong in (
        {"kind": "station", "division": town.street, "above": office}, {"kind": "station", "division": town.communities[0], "above": None},
        {"kind": "office", "division": town.street, "above": station},
    ):  # fmt: skip
        with pytest.raises(Refusal):
            actions.make_centre(town.actors["clerk"], name="错", unit=town.units["office"], **wrong)


def test_what_it_does_counts_for_its_unit_so_the_unit_lies_around_it(town):
    office = make_office(town)
    with pytest.raises(Refusal) as wrong:
        make_station(town, office, 1, unit=town.units["community"])
    assert "unit" in wrong.value.fields


def test_a_site_of_another_type_or_of_another_centre_is_not_taken(town):
    office = make_office(town)
    with pytest.raises(Refusal) as wrong:
        make_station(town, office, site=town.sites[0])
    assert wrong.value.code == "centres.site_type"
    station = make_station(town, office)
    with pytest.raises(Conflict):
        make_station(town, office, site=station.site)


def test_a_centre_is_given_up_after_those_below_it_and_taken_up_again(town):
    clerk = town.actors["clerk"]
    office = make_office(town)
    station = make_station(town, office)
    with pytest.raises(Conflict):
        actions.close_centre(clerk, centre_id=office.pk, reason="合并")
    actions.close_centre(clerk, centre_id=station.pk, reason="搬迁")
    actions.close_centre(clerk, centre_id=office.pk, reason="合并")
    with pytest.raises(Conflict):
        actions.open_centre(clerk, centre_id=station.pk)
    actions.open_centre(clerk, centre_id=office.pk)
    assert actions.open_centre(clerk, centre_id=station.pk).closed_why == ""


def test_another_unit_neither_sees_nor_keeps_it(town, other_town):
    station = make_station(town, make_office(town))
    with pytest.raises(Missing):
        actions.save_room(town.actors["liaison"], centre_id=station.pk, name="活动室")
    with pytest.raises(Missing):
        actions.close_centre(other_town.actors["clerk"], centre_id=station.pk, reason="不是我的")
    with pytest.raises(Denied):
        actions.make_chain(town.actors["liaison"], division=town.street)


def test_the_chain_of_a_county_is_planned_made_once_and_fills_what_is_missing(town, django_assert_max_num_queries):
    county, unit = make_county()
    clerk = town.actors["clerk"].unhindered()
    before = Centre.objects.count()
    site_types()
    plan = plan_chain(county, unit)
    assert plan.words == "1+3+12+N" and Centre.objects.count() == before, "planning writes nothing"
    with django_assert_max_num_queries(30):
        assert actions.make_chain(clerk, division=county, unit=unit) == {"centre": 1, "office": 3, "station": 12}
    assert Centre.find_problems() == ([], [], [], [], []), "the tree is whole"
    top = Centre.objects.get(kind="centre")
    assert top.get_children().count() == 3 and top.get_descendants().count() == 15
    assert all(row.get_parent().division.path == row.division.path[:-4] for row in Centre.objects.filter(kind="station"))
    assert Site.objects.filter(practice_centre__isnull=False).count() == 16
    assert actions.make_chain(clerk, division=county, unit=unit) == {}
    gone = Centre.objects.filter(kind="station").first()
    actions.close_centre(clerk, centre_id=gone.pk, reason="并村")
    assert actions.make_chain(clerk, division=county, unit=unit) == {"station": 1}
    assert Centre.find_problems() == ([], [], [], [], [])


def test_a_chain_without_somebody_who_answers_is_refused_and_says_how_many(town):
    county, _unit = make_county()
    with pytest.raises(Refusal) as wrong:
        actions.make_chain(town.actors["clerk"].unhindered(), division=county)
    assert wrong.value.code == "centres.chain_unit" and "15" in str(wrong.value)


def test_the_chain_of_a_street_uses_the_units_and_sites_that_are_there(town):
    kind = SiteType.objects.create(code="practice-station", name="新时代文明实践站")
    site = Site.objects.create(code="S1", name="第1社区实践站", type=kind, division=town.communities[0])
    made = actions.make_chain(town.actors["clerk"], division=town.street)
    assert made == {"office": 1, "station": 2}
    first = Centre.objects.get(kind="station", division=town.communities[0])
    assert first.site == site and first.unit == town.units["community"] and Site.objects.filter(type=kind).count() == 2


def test_the_standard_becomes_a_checklist_by_which_a_station_is_inspected_like_any_site(town):
    made = with_standard(town)
    assert made == ChecklistItem.objects.count() == sum(len(item.kinds) for item in ITEMS)
    assert {item.part for item in ITEMS} == {"两牌", "两制度", "一栏", "一背景", "两公开", "四展示"}
    station = make_station(town, make_office(town))
    round = Round.objects.create(
        name="检查", kind=Round.Kind.choices[0][0], edition=town.edition, division=town.street, starts_on=DAY, ends_on=DAY
    )
    asked = items_for(round, station.site)
    assert [item.text[:4] for item in asked][:2] == ["门口挂有", "志愿服务"] and len(asked) == 12
    assert "不少于1次" in Criterion.objects.get(code="E2.9.5").text


def test_the_standard_goes_into_a_draft_or_an_unused_edition_and_once(town):
    from chuangwen.kernel.access import SYSTEM

    with_standard(town)
    with pytest.raises(Conflict):
        actions.bring_standard(SYSTEM, edition_id=town.edition.pk)
    with pytest.raises(Refusal) as wrong:
        actions.bring_standard(SYSTEM, edition_id=Edition.objects.create(name="空", state="draft").pk)
    assert wrong.value.code == "centres.no_indicator"


def test_a_self_check_answers_every_point_and_says_what_is_wanting(town):
    with_standard(town)
    station, clerk = make_station(town, make_office(town)), town.actors["clerk"]
    items = list(ChecklistItem.objects.filter(site_type=station.site.type))
    answers = {item.pk: "yes" for item in items}
    with pytest.raises(Refusal) as wrong:
        actions.record_check(clerk, centre_id=station.pk, day=DAY, answers=dict(list(answers.items())[:-1]))
    assert wrong.value.code == "centres.unanswered"
    answers[items[0].pk], answers[items[1].pk] = "no", "not_here"
    with pytest.raises(Refusal) as wrong:
        actions.record_check(clerk, centre_id=station.pk, day=DAY, answers=answers)
    assert f"note_{items[0].pk}" in wrong.value.fields
    check = actions.record_check(clerk, centre_id=station.pk, day=DAY, answers=answers, notes={items[0].pk: "牌匾褪色"})
    assert (check.met, check.asked) == (10, 11) and check.items.count() == 12
    with pytest.raises(Refusal):
        actions.record_check(clerk, centre_id=station.pk, day=DAY + timedelta(days=1), answers=answers, notes={items[0].pk: "x"})


def test_a_task_is_reported_with_evidence_accepted_and_counts_once_in_the_ledger(town):
    with_metrics()
    clerk, station = town.actors["clerk"], make_station(town, make_office(town))
    task = make_task(town, station)
    with pytest.raises(Refusal) as wrong:
        actions.report_task(clerk, task_id=task.pk, result="讲了一场", done_on=DAY)
    assert wrong.value.code == "centres.evidence"
    with pytest.raises(NotNow):
        actions.accept_task(clerk, task_id=task.pk)
    actions.report_task(clerk, task_id=task.pk, result="讲了一场", done_on=DAY, link="https://example.org/1")
    actions.send_back_task(clerk, task_id=task.pk, reason="缺照片")
    with clock.at(at(date(2026, 11, 25))):
        actions.report_task(clerk, task_id=task.pk, result="讲了两场", done_on=date(2026, 11, 25), link="https://example.org/2")
        done = actions.accept_task(clerk, task_id=task.pk)
        with pytest.raises(NotNow):
            actions.accept_task(clerk, task_id=task.pk)
    fact = Fact.objects.get()
    assert not done.in_time and fact.metric.code == "practice-tasks-late" and fact.unit == town.units["community"]
    assert fact.quantity == 1 and fact.site == station.site and fact.source_url == done.get_absolute_url() and done.returns == 1


def test_two_tasks_of_one_day_are_two_facts(town):
    with_metrics()
    clerk, station = town.actors["clerk"], make_station(town, make_office(town))
    for n in range(2):
        task = make_task(town, station, title=f"任务{n}")
        actions.report_task(clerk, task_id=task.pk, result="做了", done_on=DAY, link="https://example.org/")
        actions.accept_task(clerk, task_id=task.pk)
    assert Fact.objects.filter(metric__code="practice-tasks-in-time", counts=True).count() == 2


def test_information_counts_when_sent_and_when_adopted_and_no_longer_when_struck(town):
    with_metrics()
    clerk, station = town.actors["clerk"], make_station(town, make_office(town))
    row = actions.send_information(clerk, centre_id=station.pk, title="理论宣讲进小区", sent_on=DAY)
    with pytest.raises(Refusal):
        actions.adopt_information(clerk, information_id=row.pk, level="city", adopted_on=DAY)
    actions.adopt_information(clerk, information_id=row.pk, level="city", adopted_on=DAY, link="https://example.org/n")
    counting = Fact.objects.filter(counts=True)
    assert sorted(counting.values_list("metric__code", flat=True)) == ["practice-info-adopted", "practice-info-sent"]
    actions.strike_information(clerk, information_id=row.pk, reason="重复报送")
    assert counting.count() == 0 and Fact.objects.count() == 4, "taken back by corrections, nothing is deleted"


def test_the_figures_of_the_bulletin_are_entered_once_with_source_and_day(town):
    county, _unit = make_county("422828000000", 1, 1)
    clerk = town.actors["clerk"].unhindered()
    assert actions.enter_published(clerk, division=county) == 8 and actions.enter_published(clerk, division=county) == 0
    rows = {row.name: row for row in CentreFigure.objects.filter(division=county)}
    assert [int(rows[f"新时代文明实践{word}"].quantity) for word in ("中心", "所", "站")] == [1, 9, 218]
    assert rows["志愿者"].about and int(rows["志愿者"].quantity) == 23000 and rows["志愿者"].source == published.SOURCE
    daye = {row.name: int(row.quantity) for row in published.FIGURES["420281"]}
    names = ("镇级志愿服务支队", "村（社区）级志愿服务小队", "特色志愿服务队", "农村祠堂转化的文化活动阵地")
    assert [daye[name] for name in names] == [14, 439, 12, 643]
    with pytest.raises(Refusal):
        actions.enter_published(clerk, division=town.street)


def test_a_task_for_all_stations_is_one_for_each(town):
    office = make_office(town)
    rows = [make_station(town, office, n) for n in (0, 1)]
    given = actions.give_tasks(town.actors["clerk"], centre_ids=[row.pk for row in rows], title="清洁家园", due_on=DAY)
    assert len(given) == 2 == CentreTask.objects.filter(state="given").count()
    with pytest.raises(Refusal):
        actions.give_tasks(town.actors["clerk"], centre_ids=[rows[0].pk, 10**9], title="清洁家园", due_on=DAY)


def test_a_unit_hears_once_of_a_task_for_its_centres_and_again_when_it_comes_back(town):
    office = make_office(town)
    rows = [make_station(town, office, n) for n in (0, 1)]
    Centre.objects.filter(pk__in=[row.pk for row in rows]).update(unit=town.units["department"])
    given = actions.give_tasks(town.actors["clerk"], centre_ids=[row.pk for row in rows], title="清洁家园", due_on=DAY)
    hear = {town.accounts[role].pk for role in ("unit_head", "liaison")}
    heard = Notice.objects.filter(kind="volunteers.centre_task_given")
    assert [(row.title, row.link) for row in heard] == [("文明实践任务：清洁家园", reverse("volunteers:centre-tasks"))]
    assert set(Received.objects.filter(notice__in=heard).values_list("account", flat=True)) == hear
    actions.call_off_task(town.actors["clerk"], task_id=given[0].pk, reason="改期")
    back = Notice.objects.get(kind="volunteers.centre_task_returned")
    assert (back.title, back.text) == ("任务收回：清洁家园", "改期")
