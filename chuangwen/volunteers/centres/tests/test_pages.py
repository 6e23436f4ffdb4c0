"""The pages of centres by forms alone, the page for everybody, the sheet, the API, and an appraisal from what centres recorded."""

from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from chuangwen.kernel import clock, importing
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.sheets import write_table
from chuangwen.people.actions import make_token
from chuangwen.scoring.appraisal.inputs import facts_table
from chuangwen.scoring.appraisal.periods import span_of
from chuangwen.scoring.engine.appraisal.scheme import read_appraisal_scheme
from chuangwen.standards.models import ChecklistItem
from chuangwen.volunteers.centres import actions, sheets
from chuangwen.volunteers.centres.install import SCHEME
from chuangwen.volunteers.centres.models import Centre, CentreFigure, CentreTask

from .ground import DAY, at, make_county, make_office, make_station, make_task, with_metrics, with_standard


@pytest.fixture(autouse=True)
def monday(db):
    with clock.at(at(DAY)):
        yield


def url(name, *args):
    return reverse(f"volunteers:{name}", args=args)


def test_a_station_is_set_up_checked_and_given_a_task_by_forms_alone(town, sign_in):
    with_standard(town)
    clerk, office = sign_in("clerk"), make_office(town)
    form = {
        "name": "第1社区新时代文明实践站", "kind": "station", "division": town.communities[0].pk, "above": office.pk,
        "unit": town.units["community"].pk, "opens_at": "08:30", "closes_at": "17:30", "open_days": ["0", "1", "2", "3", "4"], "public": "on",
    }  # fmt: skip
    answer = clerk.post(url("centre-new"), form)
    assert answer.status_code == 303, answer.content.decode()
    station = Centre.objects.get(kind="station")
    for name, body in (
        ("centre-room-new", {"name": "活动室", "area": "60.5", "use": "宣讲"}),
        ("centre-information-new", {"title": "宣讲进小区", "sent_on": DAY}),
    ):
        assert clerk.post(url(name, station.pk), body).status_code == 303, name
    platform = {"kind": "theory", "lead": town.units["department"].pk, "members": [town.units["department2"].pk]}
    assert clerk.post(url("centre-platform-new", office.pk), platform).status_code == 303
    items = ChecklistItem.objects.filter(site_type=station.site.type)
    answers = {"day": DAY} | {f"item_{item.pk}": "yes" for item in items}
    assert clerk.post(url("centre-check-new", station.pk), answers).status_code == 303
    assert clerk.post(url("centre-task-new"), {"title": "清洁家园", "due_on": DAY, "centres": [station.pk]}).status_code == 303
    task = CentreTask.objects.get()
    report = {"result": "清理两处", "done_on": DAY, "link": "https://example.org/"}
    assert clerk.post(url("centre-task-report", task.pk), report).status_code == 303
    assert clerk.post(url("centre-task-accept", task.pk)).status_code == 303
    page = clerk.get(url("centre", station.pk)).content.decode()
    for words in ("活动室", "宣讲进小区", "清洁家园", "按期完成", "周一至周五 08:30–17:30", "正在开放", "12 项中达到 12 项"):
        assert words in page, words
    assert "理论宣讲" in clerk.get(url("centre", office.pk)).content.decode()
    assert "0+1+1+0" in clerk.get(url("centre-tree")).content.decode()


def test_everybody_sees_where_and_when_and_no_page_that_was_closed(town):
    station = make_station(town, make_office(town), opens_at=time(8, 30), closes_at=time(17, 30), address="后街1号", phone="0668-0000000")
    page = Client().get(url("centre-open", station.number))
    assert page.status_code == 200 and all(word in page.content.decode() for word in ("后街1号", "0668-0000000", "正在开放"))
    assert "近期活动" not in page.content.decode() and "免费点单" not in page.content.decode(), "nothing of what there is not"
    with clock.at(at(DAY, 20)):
        assert "现在未开放" in Client().get(url("centre-open", station.number)).content.decode()
    actions.close_centre(town.actors["clerk"], centre_id=station.pk, reason="合并")
    assert Client().get(url("centre-open", station.number)).status_code == 404


def test_the_chain_is_looked_at_before_it_is_made(town, sign_in):
    clerk = sign_in("clerk")
    form = {"division": town.street.pk, "unit": ""}
    page = clerk.post(url("centre-chain"), form)
    assert page.status_code == 200 and "第1社区新时代文明实践站" in page.content.decode() and not Centre.objects.exists()
    assert clerk.post(url("centre-chain"), form | {"make": "1"}).status_code == 303
    assert Centre.objects.count() == 3
    assert "阵地链已完整" in clerk.post(url("centre-chain"), form).content.decode()


def test_published_figures_stand_beside_what_the_program_counts(town, sign_in):
    county, unit = make_county("422828000000", 2, 2)
    actions.make_chain(SYSTEM, division=county, unit=unit)
    actions.enter_published(SYSTEM, division=county)
    CentreFigure.objects.update(division=town.street)  # so that the clerk of the town sees them
    page = sign_in("clerk").get(url("centre-figures")).content.decode()
    assert "218" in page and "1,200 支" in page and "简报第七期" in page


def test_a_sheet_sets_up_those_above_first_and_changes_known_ones(town):
    rows = [
        {"name": "河东街道实践所", "kind": "实践所", "town": "河东街道", "unit": town.units["office"].name, "hours": "8:30-17:30"},
        {"name": "第1社区实践站", "kind": "站", "village": "第1社区", "above": "河东街道实践所", "unit": "第1社区居委会"},
    ]

    def bring(*some):
        return importing.bring_in(town.actors["clerk"], "centres", write_table(sheets.CENTRES, list(some)), {}, file_name="阵地.xlsx")

    assert bring(*rows)["creates"] == 2
    station = Centre.objects.get(kind="station")
    assert station.get_parent().name == "河东街道实践所" and station.get_parent().site.closes_at == time(17, 30)
    assert bring(*rows)["unchanged"] == 2 and bring(rows[1] | {"phone": "0668-1"})["updates"] == 1
    for wrong, code in (({"above": "没有的"}, "above"), ({"kind": "实践所"}, "place"), ({"hours": "早到晚"}, "hours")):
        with pytest.raises(importing.ImportRefused) as told:
            bring(rows[1] | {"name": "另一个"} | wrong)
        assert [problem.code for problem in told.value.problems] == [code]


def test_everybody_sees_what_is_coming_at_a_centre_and_what_can_be_ordered(town):
    from chuangwen.volunteers.activities.tests.ground import ground as team_of
    from chuangwen.volunteers.activities.tests.ground import make_activity
    from chuangwen.volunteers.orders.tests.ground import make_item

    office = make_office(town)
    here, elsewhere = (make_station(town, office, n) for n in (0, 1))
    team, leader, _lead = team_of(town)
    make_activity(town, team, title="周五清洁楼道", day=DAY + timedelta(days=4), places=7)
    make_activity(town, team, title="尚未批准的活动", day=DAY + timedelta(days=5), opened=False)
    make_item("家电维修")
    for centre, seen in ((here, True), (elsewhere, False), (office, True)):
        text = Client().get(url("centre-open", centre.number)).content.decode()
        assert ("周五清洁楼道" in text, "余 7 个名额" in text) == (seen, seen), centre
        assert "尚未批准" not in text and leader.person.name not in text
        assert "1 项服务可免费点单" in text


def test_the_page_of_the_standard_names_its_thresholds(sign_in):
    page = sign_in("clerk").get(reverse("volunteers:centre-standard")).content.decode()
    assert "每季度更新不少于1次" in page and "可容纳20人以上活动" in page and "{" not in page.split("<main", 1)[1].split("</main>", 1)[0]


def test_an_appraisal_of_stations_reads_what_they_recorded(town):
    with_metrics()
    clerk, station = town.actors["clerk"], make_station(town, make_office(town))
    for done in (DAY, DAY + timedelta(days=30)):
        task = make_task(town, station, due=date(2026, 11, 20))
        with clock.at(at(done)):
            actions.report_task(clerk, task_id=task.pk, result="做了", done_on=done, link="https://example.org/")
            actions.accept_task(clerk, task_id=task.pk)
    row = actions.send_information(clerk, centre_id=station.pk, title="宣讲", sent_on=DAY, link="https://example.org/")
    actions.adopt_information(clerk, information_id=row.pk, level="city", adopted_on=DAY)
    unit = town.units["community"]
    table = facts_table({unit.pk: unit.name}, span_of("month", DAY)).to_pylist()
    wanted = {name for measure in read_appraisal_scheme(SCHEME).measures if measure.kind == "tally" for name in measure.kinds}
    told = {row["metric"]: int(row["quantity"]) for row in table}
    assert told == {"按期完成文明实践任务": 1, "报送文明实践信息": 1, "文明实践信息采用": 1} and set(told) < wanted
    # the one that was done in December counts there, and late
    later = facts_table({unit.pk: unit.name}, span_of("month", date(2026, 12, 2))).to_pylist()
    assert [row["metric"] for row in later] == ["逾期完成文明实践任务"]


def test_the_results_of_a_month_that_is_over_are_found(town, sign_in):
    station = make_station(town, make_office(town))
    task = make_task(town, station, due=date(2026, 11, 20))
    with clock.at(at(DAY)):
        actions.report_task(town.actors["clerk"], task_id=task.pk, result="做了", done_on=DAY, link="https://example.org/")
        actions.accept_task(town.actors["clerk"], task_id=task.pk)
    with clock.at(at(date(2026, 12, 1))):
        page = sign_in("clerk")
        for query, counted in (("", 0), ("?month=2026-11", 1), ("?month=1999-13", 0)):
            told = page.get(reverse("volunteers:centre-results") + query)
            row = next(row for row in told.context["rows"].objects if row.pk == station.pk)
            assert row.in_time == counted, query
        assert "2026-11-01" in page.get(reverse("volunteers:centre-results") + "?month=2026-11").content.decode()


def test_the_api_gives_a_task_and_tells_how_it_stands(town, client):
    station = make_station(town, make_office(town))
    headers = {"Authorization": f"Bearer {make_token(SYSTEM, town.accounts['clerk'], 'test')}"}
    path = f"/api/v1/centres/{station.pk}"
    made = client.post(f"{path}/tasks", {"title": "宣讲", "due_on": DAY.isoformat()}, content_type="application/json", headers=headers)
    assert made.status_code == 201
    body = {"result": "做了", "done_on": DAY.isoformat(), "link": "https://example.org/"}
    report = f"/api/v1/centres/tasks/{made.json()['id']}/report"
    assert client.post(report, body, content_type="application/json", headers=headers).json()["state"] == "reported"
    told = client.get(path, headers=headers).json()
    assert told["kind"] == "station" and told["tasks"][0]["in_time"] is True
