"""Assessors are in town: places are entered in seconds, the right units stand there, problems go out at once, nothing found is forgotten."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from chuangwen.cases import actions as cases
from chuangwen.cases.models import Case
from chuangwen.duties.inspection_days import actions, figures, queries, sheets, states, telling
from chuangwen.duties.inspection_days.models import AfterItem, DrawnPlace, Inspection, PlaceAssignment
from chuangwen.duties.meetings import actions as meetings
from chuangwen.duties.meetings.tests.test_meetings import held
from chuangwen.duties.sponsorship import actions as sponsorship
from chuangwen.duties.sponsorship.tests.ground import solved
from chuangwen.kernel import clock, importing
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.models import AuditEntry
from chuangwen.kernel.sheets import write_table
from chuangwen.messaging.models import Received
from chuangwen.people.actions import make_token
from chuangwen.people.models import Unit
from chuangwen.testing import factories

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=clock.LOCAL)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def wednesday():
    with clock.at(NOW):
        yield


@pytest.fixture
def inspection(town):
    """Two days from today, begun."""
    clerk = town.actors["clerk"]
    made = actions.prepare_inspection(clerk, name="省级实地测评", division=town.street, first=TODAY, last=TODAY + timedelta(days=1))
    return actions.start_inspection(clerk, inspection_id=made.pk)


def drawn(town, inspection, text="第1社区", **more):
    return actions.add_place(town.actors["clerk"], inspection_id=inspection.pk, text=text, **more)


def reported(town, place, text="积水", **more):
    return actions.report_problem(town.actors["clerk"], drawn_id=place.pk, description=text, **more)


def test_what_is_closed_never_changes_and_they_may_come_back():
    assert not [step for (state, step) in states.TRANSITIONS if state == states.CLOSED]
    assert states.after(states.OVER, states.Step.RESUME) == states.ON


def test_a_few_letters_name_a_place_and_the_right_units_stand_there(town, inspection):
    plan = solved(town, exact=False)
    sponsorship.sign_plan(town.actors["leader"], plan_id=plan.pk)
    sponsorship.start_plan(town.actors["clerk"], plan_id=plan.pk)
    place = drawn(town, inspection, "第1社")
    rows = {row.unit: row for row in place.assignments.select_related("unit")}
    assert place.division == town.communities[0] and place.site is None
    assert rows[town.units["community"]].part == "lead" and rows[town.units["office"]].part == "standby"
    sponsors = set(Unit.objects.filter(pk__in=plan.pairs.filter(place__division=place.division).values("sponsor__unit")))
    assert sponsors <= set(rows) and all(row.post is None for row in rows.values())


def test_units_that_stand_there_are_told_at_once_and_once(town, inspection):
    place = drawn(town, inspection)
    unit = town.units["department"]
    for task in ("疏导车辆", "疏导车辆和摊点"):
        actions.assign(town.actors["clerk"], drawn_id=place.pk, unit=unit, task=task)
    told = Received.objects.filter(notice__key=f"{telling.DRAWN}:{place.pk}:{unit.pk}").select_related("notice")
    assert {row.account for row in told} == {town.accounts["unit_head"], town.accounts["liaison"]} and len(told) == 2
    assert told[0].notice.urgency == 3 and told[0].notice.link == place.get_absolute_url() and "疏导车辆" in told[0].notice.text


def test_a_site_is_found_by_its_name_or_code(town, inspection):
    site = town.sites[1]
    assert drawn(town, inspection, site.code).site == site
    with pytest.raises(Refusal, match="已经登记"):
        drawn(town, inspection, site.name)
    assert drawn(town, inspection, site.name, day=TODAY + timedelta(days=1)).site == site


@pytest.mark.parametrize(
    ("text", "words"), [("社区", "第1社区"), ("没有的地方", "没有这个名称"), (" ", "请输入"), ("\x00", "请输入")]
)
def test_a_name_that_fits_several_or_nothing_is_refused_with_what_to_do(town, inspection, text, words):
    with pytest.raises(Refusal) as refused:
        drawn(town, inspection, text)
    assert words in str(refused.value) and not inspection.places.exists()


def test_a_place_on_another_day_or_of_another_town_is_refused(town, other_town, inspection):
    with pytest.raises(Refusal):
        drawn(town, inspection, day=TODAY + timedelta(days=9))
    with pytest.raises(Refusal):
        drawn(town, inspection, other_town.sites[0].code)
    place = drawn(town, inspection)
    with pytest.raises(Refusal):
        actions.assign(town.actors["clerk"], drawn_id=place.pk, unit=other_town.units["department"])


def test_a_problem_goes_out_at_once_with_the_short_time(town, inspection):
    place = drawn(town, inspection)
    case = reported(town, place, seen_by="assessors")
    assert case.state == "dispatched" and case.lead_unit == town.units["community"] and case.source == "higher"
    assert case.due_at == datetime(2026, 11, 18, 15, 30, tzinfo=clock.LOCAL) or case.due_at - NOW <= timedelta(hours=8)
    assert case.limit_unit == "working_hours" and case.limit_amount == inspection.hours


def test_the_same_report_twice_is_one_case(town, inspection):
    from chuangwen.kernel.identifiers import new_uid

    place, uid = drawn(town, inspection), new_uid()
    assert reported(town, place, uid=uid).pk == reported(town, place, uid=uid).pk and Case.objects.count() == 1


def test_a_unit_reports_and_sees_where_it_stands_and_nowhere_else(town, inspection):
    worker = town.actors["grid_worker"]
    mine, other = drawn(town, inspection), drawn(town, inspection, "第2社区")
    assert actions.report_problem(worker, drawn_id=mine.pk, description="垃圾").reported_by_id == worker.account_id
    assert queries.place_sheet(worker, mine.pk).place == mine and list(queries.own_places(worker)) == [mine]
    for again in (lambda: queries.place_sheet(worker, other.pk), lambda: actions.report_problem(worker, drawn_id=other.pk, description="x")):
        with pytest.raises(Missing):
            again()
    with pytest.raises(Denied):
        queries.access.require(worker, queries.SEE)


def test_the_board_counts_what_is_at_drawn_places_since_the_first_day(town, inspection):
    place = drawn(town, inspection)
    outside = cases.report(town.actors["clerk"], description="别处", division=town.communities[1])
    before = cases.report(town.actors["clerk"], description="以前", division=town.communities[0])
    Case.objects.filter(pk=before.pk).update(reported_at=NOW - timedelta(days=3))
    case = reported(town, place)
    shown = queries.board(town.actors["clerk"], inspection)
    assert [row.pk for row in shown.problems] == [case.pk] and shown.counts == {"problems": 1, "put_right": 0, "late": 0}
    assert shown.lines[0].problems == 1 and outside.pk not in [row.pk for row in shown.problems]
    sheet = queries.place_sheet(town.actors["clerk"], place.pk)
    assert [row.pk for row in sheet.open] == [before.pk] and [row.pk for row in sheet.found] == [case.pk]


def test_a_problem_counts_at_its_site_and_at_the_community_around_it_and_late_ones_are_told_apart(town, inspection):
    site = next(site for site in town.sites if site.division == town.communities[0])
    area, spot, other = drawn(town, inspection), drawn(town, inspection, site.code), drawn(town, inspection, "第2社区")
    at_site, around = reported(town, spot), reported(town, area)
    outside = cases.report(town.actors["clerk"], description="县里", division=town.street)
    Case.objects.filter(pk__in=[at_site.pk, around.pk]).update(state="dispatched", due_at=NOW + timedelta(hours=8))
    Case.objects.filter(pk=at_site.pk).update(due_at=NOW - timedelta(hours=1))
    shown = queries.board(town.actors["clerk"], inspection)
    counted = {line.place.pk: (line.problems, line.late) for line in shown.lines}
    assert counted == {area.pk: (2, 1), spot.pk: (1, 1), other.pk: (0, 0)}
    assert shown.counts["problems"] == 2 and outside.pk not in [row.pk for row in shown.problems]


def test_the_board_costs_the_same_for_one_place_and_for_many(town, inspection):
    drawn(town, inspection)

    def cost():
        with CaptureQueriesContext(connection) as counted:
            queries.board(town.actors["clerk"], inspection)
        return len(counted)

    few = cost()
    for n in range(12):
        row = factories.make_division(f"4409020031{n:02d}", f"新{n}村", 5, town.street)
        place = DrawnPlace.objects.create(inspection=inspection, division=row, day=TODAY, known_at=NOW)
        PlaceAssignment.objects.create(place=place, unit=town.units["department"])
    assert cost() == few


def test_the_phone_list_holds_one_contact_each_and_its_opening_is_recorded(town, inspection):
    drawn(town, inspection)
    Unit.objects.filter(pk=town.units["community"].pk).update(phone="0668-2223333")
    lines = actions.open_phones(town.actors["clerk"], inspection_id=inspection.pk)
    assert "0668-2223333" in [line.phone for line in lines]
    assert len(lines) == len({line.unit for line in lines})
    assert AuditEntry.objects.filter(verb="duties.open_inspection_phones", object_id=str(inspection.pk)).count() == 1
    with pytest.raises(Denied):
        actions.open_phones(town.actors["grid_worker"], inspection_id=inspection.pk)


def test_everything_found_becomes_a_case_a_resolution_or_is_dropped_before_the_end(town, inspection):
    clerk, unit, due = town.actors["clerk"], town.units["department"], date(2026, 12, 1)
    place = drawn(town, inspection)
    found = [actions.save_found(clerk, inspection_id=inspection.pk, found=text, place=place) for text in ("公益广告褪色", "盲道被占", "误判")]
    actions.end_inspection(clerk, inspection_id=inspection.pk)
    with pytest.raises(Refusal, match="3 项"):
        actions.close_inspection(clerk, inspection_id=inspection.pk, summary="顺利")
    case = actions.follow_as_case(clerk, after_id=found[0].pk, unit=unit, due_on=due)
    assert case.lead_unit == unit and case.division == place.division and "公益广告褪色" in case.description
    meeting = held(town, meetings.plan_meeting(
        clerk, title="反馈问题整改推进会", kind="promotion", division=town.street, convener=town.units["office"], place="会议室",
        starts_at=NOW + timedelta(hours=1), units=[unit],
    ))  # fmt: skip
    actions.follow_in_meeting(clerk, after_id=found[1].pk, meeting_id=meeting.pk, unit=unit, due_on=due)
    meetings.confirm_minutes(town.actors["leader"], meeting_id=meeting.pk)
    assert AfterItem.objects.get(pk=found[1].pk).resolution.case.source == "meeting"
    actions.drop_found(clerk, after_id=found[2].pk, reason="当场已说明")
    with pytest.raises(Refusal):
        actions.follow_as_case(clerk, after_id=found[2].pk, unit=unit, due_on=due)
    closed = actions.close_inspection(clerk, inspection_id=inspection.pk, summary="顺利")
    assert closed.figures["found"] == 3 and closed.figures["followed"] == 2 and closed.figures["places"] == 1
    with pytest.raises(Conflict):
        drawn(town, inspection, "第2社区")


def test_a_thing_without_unit_or_day_is_not_followed(town, inspection):
    row = actions.save_found(town.actors["clerk"], inspection_id=inspection.pk, found="广告褪色")
    for more in ({}, {"unit": town.units["department"]}, {"unit": town.units["department"], "due_on": TODAY}):
        with pytest.raises(Refusal):
            actions.follow_as_case(town.actors["clerk"], after_id=row.pk, **more)
    assert not Case.objects.exists()


# -- pages -------------------------------------------------------------------------------------------------------------


def test_the_board_answers_304_until_something_changes(town, inspection, sign_in):
    client, address = sign_in("clerk"), reverse("duties:inspection-board", args=[inspection.pk])
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    place = drawn(town, inspection)
    fresh = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert fresh.status_code == 200 and "第1社区" in fresh.content.decode()
    case = reported(town, place)
    with CaptureQueriesContext(connection) as counted:
        later = client.get(address, headers={"If-None-Match": fresh.headers["ETag"]})
    assert later.status_code == 200 and case.number in later.content.decode()
    with CaptureQueriesContext(connection) as cheap:
        assert client.get(address, headers={"If-None-Match": later.headers["ETag"]}).status_code == 304
    inspection.refresh_from_db()
    seen = figures.mark(inspection, list(inspection.places.all()))
    assert len(cheap) < len(counted)
    with clock.at(NOW + timedelta(days=2)):
        assert figures.mark(inspection, list(inspection.places.all())) != seen  # it is late now


def test_a_day_goes_by_on_its_pages(town, sign_in):
    client = sign_in("clerk")
    form = {"name": "市级测评", "division": town.street.pk, "first": TODAY.isoformat(), "last": TODAY.isoformat(), "hours": "4"}
    made = client.post(reverse("duties:inspection-new"), form)
    assert made.status_code == 303, made.content.decode()[-2000:]
    row = Inspection.objects.get()
    assert client.post(reverse("duties:inspection-start", args=[row.pk])).status_code == 303
    new = reverse("duties:inspection-place-new", args=[row.pk])
    assert client.post(new, {"text": "第1社区", "day": TODAY.isoformat()}).status_code == 303
    assert client.post(new, {"text": "社区", "day": TODAY.isoformat()}).status_code == 422
    place = row.places.get()
    assert client.post(reverse("duties:inspection-place-state", args=[place.pk]), {"state": "there"}).status_code in (302, 303)
    answer = client.post(reverse("duties:inspection-problem", args=[place.pk]), {"description": "垃圾满溢", "seen_by": "ourselves"})
    assert answer.status_code == 303, answer.content.decode()[-2000:]
    for name, key in (("inspection", row.pk), ("inspection-place", place.pk), ("after-list", row.pk)):
        assert client.get(reverse(f"duties:{name}", args=[key])).status_code == 200
    assert "垃圾满溢" in client.get(reverse("duties:inspection", args=[row.pk])).content.decode()
    assert client.post(reverse("duties:after-new", args=[row.pk]), {"found": "台账不全", "place": place.pk}).status_code == 303
    item = AfterItem.objects.get()
    follow = reverse("duties:after-follow", args=[item.pk])
    assert client.post(follow, {"way": "meeting"}).status_code == 422
    given = {"way": "case", "unit": town.units["department"].pk, "due_on": "2026-12-01"}
    assert client.post(follow, given).status_code == 303
    phones = client.get(reverse("duties:inspection-phones", args=[row.pk]))
    assert phones.status_code == 200 and phones.headers["Cache-Control"] == "private, no-store"
    kept = client.get(reverse("duties:inspection-phones-file", args=[row.pk])).content.decode()
    assert "<script" not in kept and "src=" not in kept and "stylesheet" not in kept
    book = CalamineWorkbook.from_filelike(BytesIO(client.get(reverse("duties:inspection-sheet", args=[row.pk])).content))
    assert any("第1社区" in str(cell) for line in book.get_sheet_by_index(0).to_python() for cell in line)
    assert client.post(reverse("duties:inspection-end", args=[row.pk])).status_code == 303
    assert client.post(reverse("duties:inspection-close", args=[row.pk]), {"summary": "总体平稳"}).status_code == 303
    assert "总体平稳" in client.get(reverse("duties:inspection", args=[row.pk])).content.decode()
    assert sign_in("liaison").get(reverse("duties:inspection", args=[row.pk])).status_code == 403


def test_people_are_counted_at_each_place_and_together(town, inspection):
    clerk, place, other = town.actors["clerk"], drawn(town, inspection), drawn(town, inspection, "主次干道1")
    row = actions.assign(clerk, drawn_id=place.pk, unit=town.units["community"], part="lead", people=6)
    actions.assign(clerk, drawn_id=place.pk, unit=town.units["department"], people=3)
    for wrong in (0, -1, 1000):
        with pytest.raises(Refusal) as told:
            actions.assign(clerk, drawn_id=place.pk, unit=town.units["department"], people=wrong)
        assert told.value.code == "duties.drawn_people"
    shown = queries.board(clerk, inspection)
    lines = {line.place.pk: line for line in shown.lines}
    assert (lines[place.pk].people, lines[other.pk].people, shown.people, shown.staffed) == (9, 0, 9, 1)
    assert shown.unsaid == PlaceAssignment.objects.filter(people__isnull=True).count() > 0
    again = actions.assign(clerk, drawn_id=place.pk, unit=town.units["community"], part="lead", people=8)
    assert again.pk == row.pk and figures.of(inspection).people == 11
    entry = AuditEntry.objects.filter(verb="duties.enter_drawn_place").latest("pk")
    assert entry.after["people"] == 8


def test_who_is_where_goes_out_as_a_sheet_with_totals_and_comes_in_again(town, inspection):
    clerk, place = town.actors["clerk"], drawn(town, inspection)
    actions.assign(clerk, drawn_id=place.pk, unit=town.units["department"], people=4, task="交通秩序")
    out = sheets.places_sheet(inspection, queries.board(clerk, inspection).lines)
    assert "1 处抽中点位中 1 处共 4 人" in CalamineWorkbook.from_filelike(BytesIO(out)).get_sheet_by_index(0).to_python()[0][0]
    given = {"inspection": str(inspection.pk)}
    report = importing.bring_in(clerk, "inspection_assignments", out, given)
    assert (report["creates"], report["updates"]) == (0, 0) and report["unchanged"] > 0
    rows = [
        {"place": str(place), "unit": "城管局", "people": 7, "task": "交通秩序"},
        {"place": "主次干道1", "day": TODAY + timedelta(days=1), "unit": "城管局", "people": 5, "part": "待命"},
    ]
    report = importing.bring_in(clerk, "inspection_assignments", write_table(sheets.ASSIGNED, rows), given)
    assert (report["creates"], report["updates"]) == (1, 1)
    assert queries.board(clerk, inspection).people == 12
    fresh = PlaceAssignment.objects.get(place__site__name="主次干道1", unit=town.units["department"])
    assert (fresh.part, fresh.people, fresh.place.day) == ("standby", 5, TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"place": "没有这里", "unit": "城管局", "people": 2}, "unknown_place"),
        ({"place": "第1社区", "unit": "没有这个单位", "people": 2}, "unknown_unit"),
        ({"place": "第1社区", "unit": "城管局", "post": "没有这个职务"}, "unknown_post"),
        ({"place": "第1社区", "people": 2}, "unit_missing"),
        ({"place": "第1社区", "unit": "城管局", "day": date(2026, 1, 1)}, "drawn_day"),
    ],
)
def test_a_row_that_means_nothing_is_told_with_its_cell_and_nothing_comes_in(town, inspection, row, code):
    with pytest.raises(importing.ImportRefused) as told:
        importing.bring_in(
            town.actors["clerk"], "inspection_assignments", write_table(sheets.ASSIGNED, [row]), {"inspection": str(inspection.pk)}
        )
    assert [problem.code for problem in told.value.problems] == [code] and not inspection.places.exists()


def test_numbers_of_people_stand_on_pages_and_in_rest(town, inspection, sign_in, client):
    place, form = drawn(town, inspection), {"unit": town.units["department"].pk, "post": "", "part": "present", "people": "5", "task": ""}
    office = sign_in("clerk")
    assign = reverse("duties:inspection-assign", args=[place.pk])
    assert office.post(assign, form | {"people": "0"}).status_code == 422
    assert office.post(assign, form).status_code == 303
    row = place.assignments.get(unit=town.units["department"])
    assert 'value="5"' in office.get(assign, {"row": row.pk}).content.decode()
    assert office.get(assign, {"row": "x"}).status_code == 200
    assert "点位到场人数" in office.get(reverse("duties:inspection", args=[inspection.pk])).content.decode()
    assert "共 5 人" in office.get(reverse("duties:inspection-place", args=[place.pk])).content.decode()
    headers = {"Authorization": f"Bearer {make_token(SYSTEM, town.accounts['clerk'], 'test')}"}
    body = {"unit": town.units["department"].pk, "people": 9}
    path = f"/api/v1/inspections/places/{place.pk}/assign"
    told = client.post(path, body, content_type="application/json", headers=headers).json()
    assert told["people"] == 9 and {one["people"] for one in told["assigned"]} == {9, None}
    assert client.post(path, body | {"people": 0}, content_type="application/json", headers=headers).status_code == 422
    assert client.get(f"/api/v1/inspections/{inspection.pk}", headers=headers).json()["people"] == 9
