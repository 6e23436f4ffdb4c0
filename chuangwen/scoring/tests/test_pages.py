"""Score sheets and schemes on pages: exact figures, each opened to its observations, signed once, verified by anyone."""

import io
import json
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from chuangwen.fieldwork import actions as field_actions
from chuangwen.fieldwork.models import Observation, Round
from chuangwen.kernel import importing, jobs
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.models import Job
from chuangwen.scoring import actions, queries
from chuangwen.scoring.install import install_schemes
from chuangwen.scoring.json_places import lines_of
from chuangwen.scoring.models import Scheme, ScoreRow, ScoreSheet
from chuangwen.scoring.scheme_checks import as_text, mistakes_in, read_text
from chuangwen.scoring.scheme_forms import SchemeForm
from chuangwen.scoring.scheme_words import described


@pytest.fixture
def schemes(db):
    install_schemes()
    return {scheme.kind: scheme for scheme in Scheme.objects.all()}


@pytest.fixture
def real_sheet(town, wujiang, schemes):
    """The score sheet of the real round, with what its publisher had said."""
    content = (wujiang / "observations.xlsx").read_bytes()
    importing.bring_in(town.actors["clerk"], "observations", content, {"round": "吴江"}, file_name="observations.xlsx")
    Round.objects.update(published=json.loads((wujiang / "published.json").read_text()))
    return actions.compute_round(town.actors["clerk"], round_name="吴江")


@pytest.fixture
def round_(town, schemes):
    """A small round of the town: two departments tied, one behind, one observation that cannot be counted."""
    clerk = town.actors["clerk"]
    made = field_actions.plan_round(
        clerk,
        name="十一月",
        kind="monthly",
        edition=town.edition,
        division=town.street,
        starts_on=date(2026, 11, 1),
        ends_on=date(2026, 11, 30),
    )
    for number, (loss, unit) in enumerate([("0", "department"), ("0", "department2"), ("0.3", "community"), ("0", None)]):
        field_actions.record_observation(
            clerk,
            round=made,
            site=town.sites[number % 3],
            criterion=town.criteria[number % 3],
            observed_on=date(2026, 11, 3),
            loss=Decimal(loss),
            departments=[town.units[unit]] if unit else [],
        )
    Observation.objects.create(
        round=made, observed_on=date(2026, 11, 3), placed=False, unplaced_reason="没有写明点位。", serial="X9"
    )
    return made


@pytest.fixture
def sheet(town, round_, schemes):
    return actions.compute_round(town.actors["clerk"], round=round_, scheme=schemes["loss_per_observation"])


def filled(form) -> dict:
    """What a browser would send of a form that nobody touched."""
    values = {field.html_name: field.value() for field in form}
    sent = {name: "on" if value is True else value for name, value in values.items() if value is not None and value is not False}
    return {name: "\n".join(value) if isinstance(value, list) and name != "ranked" else value for name, value in sent.items()}


def url(name, *args):
    return reverse(f"scoring:{name}", args=args)


# -- the real round ---------------------------------------------------------------------------------------------------


def test_the_sheet_of_the_real_round_shows_the_right_figures(real_sheet, sign_in, wujiang):
    expected = json.loads((wujiang / "expected.json").read_text())
    response = sign_in("clerk").get(url("sheet", real_sheet.pk))
    html = response.content.decode()
    assert "94.03%" in html and "36.6731" in html
    index = response.context["index"].row
    assert (float(index.got), int(index.possible)) == (expected["index"]["got"], expected["index"]["possible"])
    shown = {line.row.name: line for line in response.context["indicators"]}
    for name, wanted in expected["indicators"].items():
        assert (float(shown[name].row.got), int(shown[name].row.possible)) == (wanted["got"], wanted["possible"]), name
    assert len(shown["公共服务"].parts) == 14
    departments = {
        line.row.name: line
        for level, _word, lines, _chart in response.context["first_groups"]
        if level == "department"
        for line in lines
    }
    assert set(departments) == set(expected["departments"])


def test_what_the_publisher_left_out_stands_beside_it_with_its_rows(real_sheet, sign_in):
    response = sign_in("clerk").get(url("sheet", real_sheet.pk))
    beside = response.context["beside"]
    assert {entry["name"]: entry["rows"] for entry in beside["left_out"]} == {"文明行为": 24, "诚信建设制度": 2}
    (partly,) = beside["partly"]
    assert partly["missing_names"] == [f"公共服务{n}" for n in range(10, 15)]
    assert beside["missing_rows"] == 41
    html = response.content.decode()
    assert "94.91%" in html and "公共服务10" in html
    assert not any(entry["differs"] for entry in beside["rows"] if entry["group"] in ("departments", "areas"))


def test_every_figure_of_the_real_round_opens_as_many_observations_as_it_counted(real_sheet, sign_in):
    client = sign_in("clerk")
    for level in ("index", "indicator", "department", "area"):
        for row in real_sheet.rows.filter(level=level)[:4]:
            context = client.get(url("figure", real_sheet.pk, row.pk)).context
            assert context["behind"].counted == row.counted, (level, row.name)


# -- small rounds -----------------------------------------------------------------------------------------------------


def test_ties_are_shown_as_ties_and_unranked_ones_with_their_reason(sheet, sign_in, schemes):
    context = sign_in("clerk").get(url("sheet", sheet.pk)).context
    lines = {line.row.name: line for _l, _w, found, _c in context["first_groups"] for line in found}
    assert (lines["城管局"].row.rank, lines["城管局"].tied, lines["城管局"].rank) == (1, True, "并列第 1 名")
    assert (lines["第1社区居委会"].row.rank, lines["第1社区居委会"].tied) == (3, False)
    body = schemes["loss_per_observation"].body
    few = body | {"ranking": body["ranking"] | {"smallest_sample": 5}}
    scheme = actions.save_scheme(SYSTEM, name="少样本", body=few)
    other = actions.compute_round(SYSTEM, round=sheet.round, scheme=scheme)
    lines = {line.row.name: line for line in queries.tables_of_sheet(other)["department"]}
    assert lines["城管局"].row.rank is None and "5" in lines["城管局"].why


def test_what_was_read_and_not_counted_is_told_with_its_reason(sheet, sign_in):
    client = sign_in("clerk")
    response = client.get(url("sheet", sheet.pk))
    assert (response.context["index"].row.counted, response.context["index"].row.read) == (4, 5)
    assert response.context["uncounted"] == [("未能归位", 1)]
    index = sheet.rows.get(level="index")
    lines = client.get(url("figure", sheet.pk, index.pk), {"only": "uncounted"}).context["lines"]
    assert [(line["counted"], line["reason"]) for line, _known in lines] == [(False, "未能归位")]


def test_a_figure_whose_records_have_changed_says_so_and_a_signed_one_keeps_its_own(town, sheet, sign_in):
    client = sign_in("clerk")
    row = sheet.rows.get(level="department", name="第1社区居委会")
    Observation.objects.filter(loss__gt=0).update(loss="0.5")
    assert client.get(url("figure", sheet.pk, row.pk)).context["behind"].stale
    Observation.objects.filter(loss__gt=0).update(loss="0.3")
    actions.sign_sheet(town.actors["leader"], sheet_id=sheet.pk)
    Observation.objects.filter(loss__gt=0).update(loss="0.5")
    behind = client.get(url("figure", sheet.pk, row.pk)).context["behind"]
    assert behind.signed and not behind.stale
    assert [float(line["share"]) for line in behind.found] == [0.7]


def test_names_that_almost_match_are_pointed_out(town, schemes, sign_in):
    from chuangwen.fieldwork.tests.test_round_sheet import workbook

    rows = [
        ["1", "诚信建设制度", "甲", None, None, town.street.name, None, None],
        ["2", "诚信建设制度化", "乙", None, None, town.street.name, None, None],
    ]
    importing.bring_in(town.actors["clerk"], "observations", workbook(rows), {"round": "近名"}, file_name="n.xlsx")
    sheet = actions.compute_round(town.actors["clerk"], round_name="近名")
    (hint,) = sign_in("clerk").get(url("sheet", sheet.pk)).context["hints"]
    assert (hint["left"].name, hint["right"].name) == ("诚信建设制度", "诚信建设制度化")


def test_two_departments_of_one_name_are_two(town, other_town, round_, schemes):
    from chuangwen.testing.factories import make_unit

    twin = make_unit("城管局", division=other_town.street)
    observation = Observation.objects.filter(loss__gt=0).get()
    field_actions.correct_observation(SYSTEM, observation_id=observation.pk, reason="同名", departments=[twin])
    found = actions.compute_round(SYSTEM, round=round_, scheme=schemes["loss_per_observation"])
    names = set(found.rows.filter(level="department").values_list("name", flat=True))
    assert {"城管局（河东街道）", "城管局（他镇街道）"} <= names


def test_scores_are_computed_by_a_job_that_leads_to_its_sheet(round_, schemes, sign_in):
    client = sign_in("clerk")
    form = client.get(url("compute", round_.pk)).context["form"]
    assert form["scheme"].value() == schemes["loss_per_observation"].pk, "the arithmetic that fits how the round was graded"
    answer = client.post(url("compute", round_.pk), {"scheme": schemes["loss_per_observation"].pk})
    job = Job.objects.get(kind="scoring.compute")
    assert answer.headers["Location"].endswith(f"?job={job.pk}")
    assert jobs.run_waiting() == 1
    made = ScoreSheet.objects.get()
    job.refresh_from_db()
    assert (job.state, job.result_url) == ("done", url("sheet", made.pk))
    assert url("sheet", made.pk) in client.get(answer.headers["Location"]).content.decode()


def test_a_job_whose_asker_may_no_longer_compute_fails_in_words(round_, schemes, sign_in, town):
    sign_in("clerk").post(url("compute", round_.pk), {"scheme": schemes["loss_per_observation"].pk})
    town.accounts["clerk"].person.posts.all().delete()
    jobs.run_waiting()
    job = Job.objects.get(kind="scoring.compute")
    assert job.state == "failed" and job.error and not ScoreSheet.objects.exists()


# -- signing and verifying --------------------------------------------------------------------------------------------


def test_a_leader_signs_after_having_looked_and_anyone_verifies_the_file(sheet, sign_in):
    leader = sign_in("leader")
    assert leader.post(url("sign", sheet.pk), {}).status_code == 422, "the box is not ticked"
    sheet.refresh_from_db()
    assert sheet.state == "computed"
    assert leader.post(url("sign", sheet.pk), {"checked": "on"}).status_code == 303
    file = b"".join(leader.get(url("file", sheet.pk)).streaming_content)
    answer = sign_in("inspector").post(url("verify"), {"file": SimpleUploadedFile("s.cwscore", file)})
    assert answer.status_code == 200 and answer.context["found"].ok and answer.context["is_ours"]


def test_a_changed_digit_is_found_on_the_verify_page(sheet, town, sign_in):
    actions.sign_sheet(town.actors["leader"], sheet_id=sheet.pk)
    client = sign_in("clerk")
    file = b"".join(client.get(url("file", sheet.pk)).streaming_content)
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(b"0.3000", b"0.2000") if name == "observations.jsonl" else content)
    answer = client.post(url("verify"), {"file": SimpleUploadedFile("s.cwscore", changed.getvalue())})
    found = answer.context["found"]
    assert answer.status_code == 422 and not found.ok and not found.signature_ok and not found.recomputed
    assert all(any("\u4e00" <= c <= "\u9fff" for c in problem) for problem in found.problems)


@pytest.mark.parametrize("content", [b"x", b"PK\x05\x06" + b"\0" * 18, b"\0" * 4096])
def test_a_file_that_is_none_is_answered_in_words(content, town, sign_in):
    answer = sign_in("clerk").post(url("verify"), {"file": SimpleUploadedFile("s.cwscore", content)})
    assert answer.status_code == 422 and answer.context["found"].problems


def test_a_sheet_that_is_not_signed_has_no_file(sheet, sign_in):
    assert sign_in("clerk").get(url("file", sheet.pk)).status_code == 404


def test_two_sheets_of_a_round_are_compared_the_later_one_last(sheet, town, sign_in):
    Observation.objects.filter(loss__gt=0).update(loss="1")
    later = actions.compute_round(town.actors["clerk"], round=sheet.round, scheme=sheet.scheme)
    client = sign_in("clerk")
    assert client.get(url("compare", sheet.pk, later.pk)).headers["Location"] == url("compare", later.pk, sheet.pk)
    groups = dict(client.get(url("compare", later.pk, sheet.pk)).context["groups"])
    (line,) = groups["责任单位"]
    assert line["name"] == "第1社区居委会" and float(line["change"]) == -0.7


# -- schemes ----------------------------------------------------------------------------------------------------------


def test_every_scheme_is_told_in_words_and_comes_back_unchanged_from_its_form(schemes):
    for kind, scheme in schemes.items():
        tables = described(scheme.body)
        assert len(tables) >= 2 and all(table.title and table.rows for table in tables), kind
        blank = SchemeForm(body=scheme.body)
        data = filled(blank)
        form = SchemeForm(data, body=scheme.body)
        assert form.is_valid(), form.errors
        assert actions.checked(form.result) == actions.checked(scheme.body), kind


def test_a_mistake_stands_beside_the_field_it_was_made_in(schemes, sign_in):
    scheme = schemes["state_description"]
    blank = SchemeForm(body=scheme.body)
    data = filled(blank)
    answer = sign_in("clerk").post(url("scheme-edit", scheme.pk), data | {"share_B": "1.5"})
    assert answer.status_code == 422 and "share_B" in answer.context["form"].errors
    rises = sign_in("clerk").post(url("scheme-edit", scheme.pk), data | {"share_C": "0.9"})
    assert rises.status_code == 422 and "依次不增" in rises.content.decode()
    scheme.refresh_from_db()
    assert scheme.body["state_description"]["grade_shares"]["C"] == "0.33"


def test_what_is_wrong_in_the_json_is_told_with_its_line(schemes, sign_in):
    scheme = schemes["loss_per_observation"]
    text = as_text(scheme.body).replace('"empty_loss": "zero"', '"empty_loss": "maybe"')
    answer = sign_in("clerk").post(url("scheme-edit", scheme.pk) + "?as=json", {"text": text})
    (mistake,) = answer.context["mistakes"]
    assert answer.status_code == 422 and '"maybe"' in text.splitlines()[mistake.line - 1]
    assert any("\u4e00" <= c <= "\u9fff" for c in mistake.sentence)
    _document, (broken,) = read_text('{\n "schema": 1,\n "kind" "x"\n}')
    assert broken.line == 3


def test_lines_of_a_text_are_found_for_every_place():
    text = '{\n "a": [\n  1,\n  {"b": "x, ]"}\n ],\n "c": {}\n}'
    places = lines_of(text)
    assert (places["a",], places["a", 1], places["a", 1, "b"], places["c",]) == (2, 4, 4, 6)


@pytest.mark.parametrize("text", ["", "{", "[1", "nonsense", "{}", "[]", "1e999", '{"kind": "deduction"}', "{" * 50_000])
def test_any_text_is_answered_and_never_suffered(text):
    _document, mistakes = read_text(text)
    assert mistakes and all(mistake.sentence for mistake in mistakes)


def test_a_used_scheme_gets_a_next_version_from_its_page_and_an_unused_one_is_changed(sheet, schemes, sign_in):
    client = sign_in("clerk")
    used = sheet.scheme
    answer = client.post(url("scheme-edit", used.pk) + "?as=json", {"text": as_text(used.body | {"note": "改过"})})
    newest = Scheme.objects.filter(name=used.name).latest("version")
    assert answer.headers["Location"] == url("scheme", newest.pk) and newest.version == used.version + 1
    client.post(url("scheme-edit", newest.pk) + "?as=json", {"text": as_text(newest.body | {"note": "再改"})})
    assert Scheme.objects.filter(name=used.name).count() == 2
    assert client.post(url("scheme-edit", used.pk) + "?as=json", {"text": as_text(used.body)}).status_code == 422, (
        "an old version"
    )


def test_a_new_scheme_begins_with_an_example_or_a_copy(schemes, sign_in):
    client = sign_in("clerk")
    assert client.get(url("scheme-new")).status_code == 200
    assert client.get(url("scheme-new"), {"kind": "nonsense"}).status_code == 404
    copied = schemes["pass_rate"]
    form = client.get(url("scheme-new"), {"from": copied.pk}).context["form"]
    data = filled(form)
    assert client.post(url("scheme-new") + f"?from={copied.pk}", data | {"name": "我的达标率"}).status_code == 303
    made = Scheme.objects.get(name="我的达标率")
    assert (made.kind, made.version, made.locked) == ("pass_rate", 1, False)
    assert client.post(url("scheme-new") + f"?from={copied.pk}", data | {"name": "我的达标率"}).status_code == 422


def test_a_trial_stores_nothing_and_tells_who_moves(sheet, schemes, sign_in):
    client = sign_in("clerk")
    before = (Scheme.objects.count(), ScoreSheet.objects.count(), ScoreRow.objects.count())
    text = as_text(sheet.scheme.body | {"ranking": sheet.scheme.body["ranking"] | {"levels": []}})
    answer = client.post(
        url("scheme-edit", sheet.scheme_id) + "?as=json", {"text": text, "preview": "1", "round": sheet.round_id}
    )
    trial = answer.context["trial"]
    assert trial["index"].counted == 4 and dict(trial["moved"])["责任单位"]
    assert client.get(url("scheme-preview", sheet.scheme_id), {"round": sheet.round_id}).context["trial"]["moved"] == []
    assert (Scheme.objects.count(), ScoreSheet.objects.count(), ScoreRow.objects.count()) == before


def test_two_schemes_are_compared_on_a_round(round_, schemes, sign_in):
    loss = schemes["loss_per_observation"]
    body = loss.body | {"loss_per_observation": {"steps": ["0", "0.1"], "empty_loss": "missing"}}
    stricter = actions.save_scheme(SYSTEM, name="严", body=body)
    context = sign_in("clerk").get(url("scheme-compare"), {"a": loss.pk, "b": stricter.pk, "round": round_.pk}).context
    lines = {line["name"]: line for line in dict(context["groups"])["责任单位"]}
    assert set(lines) == {"第1社区居委会"} and lines["第1社区居委会"]["after"].rank is None


def test_each_kind_of_mistake_has_its_place(schemes):
    body = json.loads(json.dumps(schemes["deduction"].body))
    body["deduction"]["rules"][1]["points"] = "-1"
    (mistake,) = mistakes_in(body)
    assert mistake.path == ("deduction", "rules", 1, "points")
    assert SchemeForm(body=schemes["deduction"].body).places[mistake.path] == "rule_1_points"


# -- who sees what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sheet", "figures", "sign", "file"])
def test_another_towns_sheet_is_not_there(sheet, other_town, sign_in, name):
    role = "leader" if name == "sign" else "clerk"
    assert sign_in(role, other_town).get(url(name, sheet.pk)).status_code == 404


def test_another_towns_round_is_neither_computed_nor_tried(round_, schemes, other_town, sign_in):
    client = sign_in("clerk", other_town)
    assert client.get(url("compute", round_.pk)).status_code == 404
    assert client.get(url("scheme-preview", schemes["pass_rate"].pk), {"round": round_.pk}).status_code == 404
    ids = {"a": schemes["pass_rate"].pk, "b": schemes["deduction"].pk, "round": round_.pk}
    assert client.get(url("scheme-compare"), ids).status_code == 404


def test_a_figure_of_another_sheet_is_not_on_this_one(sheet, town, schemes, sign_in):
    other = actions.compute_round(town.actors["clerk"], round=sheet.round, scheme=schemes["pass_rate"])
    row = other.rows.first()
    assert sign_in("clerk").get(url("figure", sheet.pk, row.pk)).status_code == 404


@pytest.mark.parametrize(
    ("role", "name", "status"),
    [
        ("leader", "sheets", 200),
        ("liaison", "sheets", 403),
        ("unit_head", "sheets", 200),
        ("grid_worker", "sheets", 403),
        ("resident", "verify", 403),
        ("inspector", "schemes", 200),
        ("inspector", "scheme-new", 403),
        ("leader", "scheme-new", 403),
        ("unit_head", "schemes", 403),
    ],
)
def test_who_may_open_which_page(town, schemes, sign_in, role, name, status):
    assert sign_in(role).get(url(name)).status_code == status


def test_a_clerk_does_not_sign_and_a_leader_does_not_compute(sheet, sign_in):
    assert sign_in("clerk").post(url("sign", sheet.pk), {"checked": "on"}).status_code == 403
    assert sign_in("leader").get(url("compute", sheet.round_id)).status_code == 403


def test_the_pages_of_a_round_and_a_site_show_the_last_scores(sheet, town, sign_in):
    client = sign_in("clerk")
    assert url("sheet", sheet.pk) in client.get(reverse("fieldwork:round", args=[sheet.round_id])).content.decode()
    row = sheet.rows.get(level="site", name=town.sites[0].name)
    assert url("figure", sheet.pk, row.pk) in client.get(reverse("places:site", args=[town.sites[0].pk])).content.decode()


def test_pages_cost_the_same_however_many_sheets_and_figures(sheet, town, sign_in, django_assert_max_num_queries):
    client = sign_in("clerk")
    ScoreSheet.objects.bulk_create(
        ScoreSheet(
            round=sheet.round, scheme=sheet.scheme, computed_at=sheet.computed_at, input_digest=str(n), coverage=sheet.coverage
        )
        for n in range(30)
    )
    ScoreRow.objects.bulk_create(
        ScoreRow(sheet=sheet, level="department", key=f"单位{n}", name=f"单位{n}", order=1000 + n, possible=1, got=1,
                 possible_exact="1/1", got_exact="1/1", rate=1, rank=1)
        for n in range(60)
    )  # fmt: skip
    for address, most in (
        (url("sheets"), 14),
        (url("sheet", sheet.pk), 30),
        (url("figures", sheet.pk), 16),
        (url("schemes"), 12),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200, address
