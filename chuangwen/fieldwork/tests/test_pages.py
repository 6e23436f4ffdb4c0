"""Rounds and observations on pages: the real round shows the right figures, everything opens, and nobody sees what is not theirs."""

import io
import json
from datetime import date
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from chuangwen.evidence.actions import take_in
from chuangwen.fieldwork import actions, queries
from chuangwen.fieldwork.models import Observation, ObservationPhoto, ObservationUnit, Round, RoundSite
from chuangwen.fieldwork.tests.test_round_sheet import workbook
from chuangwen.kernel import importing
from chuangwen.kernel.models import AuditEntry
from chuangwen.standards.models import ChecklistItem, Responsibility
from chuangwen.testing.factories import LONG_AGO, make_site

DAY = date(2026, 11, 3)


def picture(colour: str = "red") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(target, "JPEG")
    return target.getvalue()


@pytest.fixture
def round_(town):
    """A round of the town under way, in its own edition."""
    made = actions.plan_round(
        town.actors["clerk"],
        name="十一月测评",
        kind="monthly",
        edition=town.edition,
        division=town.street,
        starts_on=date(2026, 11, 1),
        ends_on=date(2026, 11, 30),
    )
    return actions.move_round(town.actors["clerk"], round_id=made.pk, state="running")


@pytest.fixture
def observation(town, round_):
    """A loss at the market that counts for the department."""
    return actions.record_observation(
        town.actors["clerk"],
        round=round_,
        site=town.sites[1],
        criterion=town.criteria[0],
        observed_on=DAY,
        grade="C",
        note="地面有积水",
        departments=[town.units["department"]],
    )


@pytest.fixture
def real_round(town, wujiang):
    """The real round, brought in by the town's clerk."""
    content = (wujiang / "observations.xlsx").read_bytes()
    importing.bring_in(town.actors["clerk"], "observations", content, {"round": "吴江"}, file_name="observations.xlsx")
    return Round.objects.get(name="吴江")


def page(client, name, *args, **query) -> str:
    response = client.get(reverse(f"fieldwork:{name}", args=args), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


# -- the round --------------------------------------------------------------------------------------------------------


def test_the_page_of_the_real_round_shows_its_figures(real_round, sign_in, wujiang):
    expected = json.loads((wujiang / "expected.json").read_text())
    response = sign_in("clerk").get(reverse("fieldwork:round", args=[real_round.pk]))
    coverage = response.context["coverage"]
    assert (coverage["rows_read"], coverage["rows_counted"], coverage["rows_unplaced"]) == (expected["rows"], expected["rows"], 0)
    assert (coverage["sites"], coverage["losses"]) == (expected["sites"], expected["losses"])
    assert [serial for serial, _count in response.context["duplicates"]] == ["吴江街道21", "吴江街道57", "吴江街道65"]
    html = response.content.decode()
    assert all(name in html for name in expected["indicators"])
    assert "observations.xlsx" in html


@pytest.mark.parametrize("by", ["indicator", "area", "type", "department", "site"])
def test_every_line_of_a_breakdown_opens_exactly_its_observations(real_round, sign_in, by):
    client = sign_in("clerk")
    lines = client.get(reverse("fieldwork:round", args=[real_round.pk]), {"by": by}).context["slices"]
    assert lines
    key = "place" if by == "area" else by
    for line in [line for line in lines if line.key][:6]:
        listed = client.get(reverse("fieldwork:observations"), {"round": real_round.pk, key: line.key}).context["rows"]
        assert listed.count == line.read, line.name
        losses = client.get(reverse("fieldwork:observations"), {"round": real_round.pk, key: line.key, "result": "loss"})
        assert losses.context["rows"].count == line.losses, line.name


def test_rows_that_could_not_be_placed_are_listed_with_their_reason(town, sign_in):
    head = ["序号", "项目", "考察点位", "扣分", "得分", "区域", "责任单位2", "责任单位3"]
    rows = [
        ["1", "公共服务1", "主干道1", None, None, town.street.name, None, None],
        ["2", None, "社区3", None, None, None, None, None],
    ]
    importing.bring_in(town.actors["clerk"], "observations", workbook(rows, head), {"round": "缺"}, file_name="a.xlsx")
    found = Round.objects.get(name="缺")
    lost = Observation.objects.get(placed=False)
    html = page(sign_in("clerk"), "round", found.pk)
    assert lost.unplaced_reason in html and reverse("fieldwork:observation", args=[lost.pk]) in html
    assert lost.unplaced_reason in page(sign_in("clerk"), "observation", lost.pk)


def test_a_round_is_planned_changed_closed_and_opened_again(town, sign_in):
    client = sign_in("clerk")
    facts = {
        "name": "十二月测评（第１次）",
        "kind": "monthly",
        "edition": town.edition.pk,
        "division": town.street.pk,
        "starts_on": "2026-12-01",
        "ends_on": "2026-12-05",
    }
    answer = client.post(reverse("fieldwork:round-new"), facts)
    made = Round.objects.get(name="十二月测评（第1次）")  # brackets stay as they were typed
    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("fieldwork:round", args=[made.pk]))
    client.post(reverse("fieldwork:round-edit", args=[made.pk]), facts | {"kind": "mock"})
    made.refresh_from_db()
    assert made.kind == "mock"
    for state in ("running", "closed", "running"):
        client.post(reverse("fieldwork:round-move", args=[made.pk]), {"state": state})
        made.refresh_from_db()
        assert made.state == state
    assert client.post(reverse("fieldwork:round-move", args=[made.pk]), {"state": "nonsense"}).status_code == 409


def test_what_is_wrong_with_a_plan_stands_beside_its_field(town, round_, sign_in):
    facts = {
        "name": round_.name,
        "kind": "monthly",
        "edition": town.edition.pk,
        "division": town.street.pk,
        "starts_on": "2026-12-05",
        "ends_on": "2026-12-01",
    }
    client = sign_in("clerk")
    backwards = client.post(reverse("fieldwork:round-new"), facts)
    assert backwards.status_code == 422 and "ends_on" in backwards.context["form"].errors
    taken = client.post(reverse("fieldwork:round-new"), facts | {"ends_on": "2026-12-06"})
    assert taken.status_code == 422 and "name" in taken.context["form"].errors


def test_an_edition_cannot_be_exchanged_under_observations(town, other_town, observation, sign_in):
    round_ = observation.round
    facts = {
        "name": round_.name,
        "kind": "monthly",
        "edition": other_town.edition.pk,
        "division": town.street.pk,
        "starts_on": "2026-11-01",
        "ends_on": "2026-11-30",
    }
    answer = sign_in("clerk").post(reverse("fieldwork:round-edit", args=[round_.pk]), facts)
    assert answer.status_code == 422 and "edition" in answer.context["form"].errors
    round_.refresh_from_db()
    assert round_.edition == town.edition


@pytest.mark.parametrize("content", [b"not json", b"[1, 2]", b'{"index": {"possible": "x"}}', b"[" * 100_000])
def test_a_publishers_file_that_is_none_is_refused_beside_its_field(round_, sign_in, content):
    url = reverse("fieldwork:round-published", args=[round_.pk])
    answer = sign_in("clerk").post(url, {"file": SimpleUploadedFile("p.json", content)})
    assert answer.status_code == 422
    round_.refresh_from_db()
    assert round_.published is None


def test_a_publishers_figures_are_kept_and_forgotten(round_, sign_in):
    client = sign_in("clerk")
    content = json.dumps({"index": {"possible": 30, "got": 28.473}}).encode()
    client.post(reverse("fieldwork:round-published", args=[round_.pk]), {"file": SimpleUploadedFile("p.json", content)})
    round_.refresh_from_db()
    assert round_.published["index"]["got"] == 28.473
    client.post(reverse("fieldwork:round-unpublished", args=[round_.pk]))
    round_.refresh_from_db()
    assert round_.published is None


def test_criteria_that_nobody_looked_at_and_that_no_checklist_asks_for_are_told(town, observation, sign_in):
    ChecklistItem.objects.create(site_type=town.types["market"], criterion=town.criteria[0], text="市场地面干净")
    client = sign_in("clerk")
    url = reverse("fieldwork:round-criteria", args=[observation.round_id])
    lines = {line.criterion.pk: line for line in client.get(url).context["lines"]}
    assert (lines[town.criteria[0].pk].read, lines[town.criteria[0].pk].losses, lines[town.criteria[0].pk].listed) == (1, 1, True)
    assert (lines[town.criteria[1].pk].read, lines[town.criteria[1].pk].listed) == (0, False)
    unseen = client.get(url, {"only": "unseen"}).context["lines"]
    assert {line.criterion.pk for line in unseen} == {c.pk for c in town.criteria[1:]}


# -- observations -----------------------------------------------------------------------------------------------------


def test_a_sheet_of_observations_has_the_columns_that_people_exchange(observation, sign_in):
    answer = sign_in("clerk").get(reverse("fieldwork:observations"), {"round": observation.round_id, "export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(row for row in rows if "点位编码" in row)
    wanted = [
        "序号",
        "点位编码",
        "街道",
        "社区",
        "类别",
        "点位名称",
        "指标",
        "测评内容",
        "标准",
        "存在问题",
        "结果",
        "责任单位",
        "专项工作组",
        "照片",
        "整改时限",
        "整改情况",
        "整改照片",
    ]
    assert head[: len(wanted)] == wanted
    row = dict(zip(head, rows[rows.index(head) + 1], strict=True))
    site = observation.site
    assert (row["点位名称"], row["类别"], row["街道"], row["社区"]) == (site.name, "农贸市场", "河东街道", site.division.name)
    assert (row["结果"], row["存在问题"], row["责任单位"]) == ("C", "地面有积水", "城管局")


def test_a_correction_needs_a_reason_and_stays_in_the_history(observation, sign_in):
    client = sign_in("clerk")
    url = reverse("fieldwork:observation-correct", args=[observation.pk])
    facts = {
        "grade": "B",
        "defects": "",
        "note": "地面有少量积水",
        "severity": "2",
        "area": observation.area_id,
        "departments": [],
    }
    assert client.post(url, facts | {"reason": " "}).status_code == 422
    assert client.post(url, facts | {"reason": "现场复核"}).status_code == 303
    observation.refresh_from_db()
    assert (observation.grade, observation.note, observation.departments.count()) == ("B", "地面有少量积水", 0)
    html = page(client, "observation", observation.pk)
    assert "现场复核" in html and "C → B" in html
    entry = AuditEntry.objects.filter(kind="fieldwork.observation").latest("number")
    assert entry.note == "现场复核" and entry.before["grade"] == "C"


def test_a_result_that_cannot_be_is_not_stored(observation, sign_in):
    url = reverse("fieldwork:observation-correct", args=[observation.pk])
    facts = {"grade": "", "defects": "", "note": "", "severity": "2", "area": "", "departments": [], "reason": "清空"}
    assert sign_in("clerk").post(url, facts).status_code == 422
    observation.refresh_from_db()
    assert observation.grade == "C"


def test_nothing_is_corrected_in_a_closed_round(town, observation, sign_in):
    actions.move_round(town.actors["clerk"], round_id=observation.round_id, state="closed")
    url = reverse("fieldwork:observation-correct", args=[observation.pk])
    facts = {"grade": "B", "defects": "", "note": "x", "severity": "2", "area": "", "departments": [], "reason": "复核"}
    assert sign_in("clerk").post(url, facts).status_code == 422
    observation.refresh_from_db()
    assert observation.grade == "C"


def test_photos_are_added_and_open_by_signed_addresses(observation, sign_in):
    client = sign_in("clerk")
    url = reverse("fieldwork:observation-photos", args=[observation.pk])
    client.post(url, {"photos": [SimpleUploadedFile("a.jpg", picture()), SimpleUploadedFile("b.jpg", picture("blue"))]})
    assert observation.photo_links.count() == 2
    shown = client.get(reverse("fieldwork:observation", args=[observation.pk])).context["photos"]
    assert client.get(shown[0]["thumbnail"]).status_code == 200
    assert sign_in("leader").get(shown[0]["url"]).status_code == 404, "an address works for whom it was made"
    assert page(client, "round-photos", observation.round_id).count("data-caption") == 2 + 1, (
        "two photos, and the lightbox's own caption"
    )


# -- desk entry -------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(town, round_, sign_in):
    """A client at the desk of the market, whose checklist has three criteria graded in the three ways."""
    for criterion, grading in zip(town.criteria, ("graded", "pass_fail", "loss"), strict=True):
        ChecklistItem.objects.create(
            site_type=town.types["market"], criterion=criterion, text=f"市场{criterion.text}", grading=grading, severity=3
        )
    client = sign_in("inspector")
    client.desk = reverse("fieldwork:record", args=[round_.pk]) + f"?site={town.sites[1].pk}"
    return client


def entry(client, **more):
    form = client.get(client.desk).context["form"]
    return {"uid": str(form["uid"].value()), "observed_on": "2026-11-05", "severity": "2", "note": ""} | more


def test_the_checklist_leads_from_criterion_to_criterion(desk, town, round_):
    for wanted, result in (("grade", {"grade": "B"}), ("conform", {"conform": "0"}), ("loss", {"loss": "0.2"})):
        form = desk.get(desk.desk).context["form"]
        assert wanted in form.fields and len({"grade", "conform", "loss"} & set(form.fields)) == 1
        assert form["severity"].value() == 3, "the severity is that of the checklist"
        assert desk.post(desk.desk, entry(desk, **result)).status_code == 303
    context = desk.get(desk.desk).context
    assert context["item"] is None and context["done"] == 3
    rows = list(Observation.objects.filter(round=round_).order_by("pk").values_list("grade", "conform", "loss"))
    assert [(g, c, None if x is None else float(x)) for g, c, x in rows] == [
        ("B", None, None),
        ("", False, None),
        ("", None, 0.2),
    ]
    assert desk.get(desk.desk).content.decode().count("2026-11-05") == 0


def test_the_day_of_the_last_entry_is_kept(desk):
    desk.post(desk.desk, entry(desk, grade="A"))
    assert desk.get(desk.desk).context["form"]["observed_on"].value() == date(2026, 11, 5)


def test_a_form_that_is_sent_twice_is_one_observation(desk, round_, town):
    facts = entry(desk, grade="B", uid=str(uuid4()))
    item = f"&item={town.criteria[0].pk}"
    assert desk.post(desk.desk + item, facts).status_code == 303
    assert desk.post(desk.desk + item, facts).status_code == 303
    assert Observation.objects.filter(round=round_).count() == 1


def test_an_entry_without_a_result_stays_on_the_page_and_keeps_the_photos_out(desk, round_):
    answer = desk.post(desk.desk, entry(desk, note="忘了结果", photos=SimpleUploadedFile("a.jpg", picture())))
    assert answer.status_code == 422 and "忘了结果" in answer.content.decode()
    assert not Observation.objects.filter(round=round_).exists() and not ObservationPhoto.objects.exists()


def test_an_image_that_is_none_is_answered_beside_its_field(desk, round_):
    answer = desk.post(desk.desk, entry(desk, grade="C", photos=SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>")))
    assert answer.status_code == 422 and "photos" in answer.context["form"].errors
    assert not Observation.objects.filter(round=round_).exists()


def test_the_department_that_answers_is_offered_with_the_reason(desk, town, round_):
    Responsibility.objects.create(unit=town.units["department"], criterion=town.criteria[0], starts_on=LONG_AGO)
    context = desk.get(desk.desk).context
    assert context["form"]["departments"].value() == [town.units["department"].pk] and context["reason"]
    desk.post(desk.desk, entry(desk, grade="D", departments=[town.units["department"].pk]))
    assert ObservationUnit.objects.get().unit == town.units["department"]


def test_all_the_rest_is_recorded_as_in_order_at_once(desk, round_):
    desk.post(desk.desk, entry(desk, grade="C"))
    desk.post(desk.desk, {"rest": "1"})
    rows = Observation.objects.filter(round=round_).order_by("pk")
    assert [row.grade for row in rows] == ["C", "", ""]
    assert (rows[1].conform, rows[2].loss) == (True, 0)
    assert rows.filter(queries.LOSS).count() == 1
    desk.post(desk.desk, {"rest": "1"})
    assert rows.count() == 3


def test_without_a_checklist_the_criteria_of_the_edition_are_offered(desk, town, round_):
    context = desk.get(reverse("fieldwork:record", args=[round_.pk]), {"site": town.sites[0].pk}).context
    assert [item.criterion.pk for item in context["items"]] == [c.pk for c in town.criteria] and not context["has_checklist"]


def test_sites_are_suggested_by_name_and_code_from_the_own_area_only(desk, town, other_town, round_):
    url = reverse("fieldwork:record-sites", args=[round_.pk])
    found = desk.get(url, {"q": "农贸"}).content.decode()
    assert town.sites[1].name in found and other_town.sites[1].name not in found
    assert town.sites[1].name in desk.get(url, {"q": town.sites[1].code[:5]}).content.decode()
    RoundSite.objects.create(round=round_, site=town.sites[2])
    assert town.sites[2].name in desk.get(url).content.decode(), "drawn sites are offered before anything is typed"


def test_a_suggestion_costs_the_same_among_ten_thousand_sites(desk, town, round_, django_assert_max_num_queries):
    for _n in range(300):
        make_site(town.communities[0], town.types["estate"])
    with django_assert_max_num_queries(12):
        answer = desk.get(reverse("fieldwork:record-sites", args=[round_.pk]), {"q": "居民"})
    assert answer.content.decode().count("<a ") == 12


def test_nothing_is_recorded_in_a_closed_round(desk, town, round_):
    facts = entry(desk, grade="A")
    actions.move_round(town.actors["clerk"], round_id=round_.pk, state="closed")
    assert desk.post(desk.desk, facts).status_code == 409
    assert not Observation.objects.filter(round=round_).exists()


# -- who sees what ----------------------------------------------------------------------------------------------------

ROUND_PAGES = ["round", "round-edit", "round-published", "round-photos", "round-criteria", "record", "record-sites"]
OBSERVATION_PAGES = ["observation", "observation-correct", "observation-photos"]


@pytest.mark.parametrize("name", ROUND_PAGES)
def test_another_towns_round_is_not_there(round_, other_town, sign_in, name):
    assert sign_in("clerk", other_town).get(reverse(f"fieldwork:{name}", args=[round_.pk])).status_code == 404


@pytest.mark.parametrize("name", OBSERVATION_PAGES)
def test_another_towns_observation_is_not_there(observation, other_town, sign_in, name):
    assert sign_in("clerk", other_town).get(reverse(f"fieldwork:{name}", args=[observation.pk])).status_code == 404


def test_another_towns_site_is_not_recorded_at(desk, other_town, round_):
    url = reverse("fieldwork:record", args=[round_.pk])
    assert desk.get(url, {"site": other_town.sites[0].pk}).status_code == 404
    assert desk.get(url, {"site": "1e9"}).status_code == 404


@pytest.mark.parametrize(
    ("role", "name", "status"),
    [
        ("liaison", "round", 200),
        ("liaison", "round-edit", 403),
        ("liaison", "record", 403),
        ("inspector", "round-edit", 403),
        ("inspector", "record", 200),
        ("leader", "round", 200),
        ("leader", "round-published", 403),
        ("grid_worker", "round", 403),
        ("resident", "round", 403),
        ("system_admin", "round", 403),
    ],
)
def test_who_may_open_which_page_of_a_round(round_, sign_in, role, name, status):
    assert sign_in(role).get(reverse(f"fieldwork:{name}", args=[round_.pk])).status_code == status


def test_nobody_who_is_not_signed_in_sees_a_round(round_, client):
    assert client.get(reverse("fieldwork:round", args=[round_.pk])).status_code == 302


def test_a_unit_sees_the_observations_that_count_for_it_and_their_figures_only(town, observation, sign_in):
    actions.record_observation(
        town.actors["clerk"],
        round=observation.round,
        site=town.sites[0],
        criterion=town.criteria[1],
        observed_on=DAY,
        grade="D",
        departments=[town.units["department2"]],
    )
    client = sign_in("liaison")
    context = client.get(reverse("fieldwork:round", args=[observation.round_id])).context
    assert context["coverage"]["rows_read"] == 1 and not context["whole"]
    listed = client.get(reverse("fieldwork:observations")).context["rows"].objects
    assert [row.pk for row in listed] == [observation.pk]
    hidden = Observation.objects.exclude(pk=observation.pk).get()
    assert client.get(reverse("fieldwork:observation", args=[hidden.pk])).status_code == 404


def test_an_inspector_corrects_the_own_observations_only(town, observation, sign_in):
    client = sign_in("inspector")
    url = reverse("fieldwork:observation-correct", args=[observation.pk])
    assert client.get(url).status_code == 404
    Observation.objects.filter(pk=observation.pk).update(account=town.accounts["inspector"])
    assert client.get(url).status_code == 200


# -- what it costs ----------------------------------------------------------------------------------------------------


def test_lists_and_pages_cost_the_same_at_any_length(town, round_, sign_in, django_assert_max_num_queries):
    client = sign_in("clerk")
    pages = [
        (reverse("fieldwork:rounds"), 14),
        (reverse("fieldwork:observations"), 16),
        (reverse("fieldwork:observations") + f"?round={round_.pk}", 18),
        (reverse("fieldwork:round", args=[round_.pk]) + "?by=site", 34),
        (reverse("fieldwork:round-photos", args=[round_.pk]), 12),
    ]
    photo = take_in(town.actors["clerk"], picture())
    for number in range(30):
        one = Observation.objects.create(
            round=round_,
            site=town.sites[number % 3],
            criterion=town.criteria[number % 3],
            area=town.street,
            grade="B",
            observed_on=DAY,
        )
        ObservationUnit.objects.create(observation=one, unit=town.units["department"])
        ObservationPhoto.objects.create(observation=one, photo=photo)
        actions.plan_round(
            town.actors["clerk"],
            name=f"第{number}轮",
            kind="weekly",
            edition=town.edition,
            division=town.street,
            starts_on=DAY,
            ends_on=DAY,
        )
    for url, most in pages:
        with django_assert_max_num_queries(most):
            assert client.get(url).status_code == 200, url


def test_a_round_leads_to_the_page_that_brings_in_its_observations(round_, sign_in):
    context = sign_in("clerk").get(reverse("fieldwork:round", args=[round_.pk])).context
    assert context["import_url"].startswith(reverse("import-kind", args=["observations"])) and "round=" in context["import_url"]
    assert not sign_in("inspector").get(reverse("fieldwork:round", args=[round_.pk])).context["import_url"]
