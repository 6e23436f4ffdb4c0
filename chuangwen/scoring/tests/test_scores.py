"""Scores of a round as people get them: exact, with coverage, signed for good."""

import json

import pytest

from chuangwen.fieldwork.models import Observation, Round
from chuangwen.fieldwork.tests.test_round_sheet import ROWS, workbook
from chuangwen.kernel import files, importing
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.scoring import actions, inputs, queries
from chuangwen.scoring.install import install_schemes
from chuangwen.scoring.models import Scheme, ScoreSheet
from chuangwen.scoring.score_file import verify_score_file


@pytest.fixture
def brought(db):
    install_schemes()
    importing.bring_in(SYSTEM, "observations", workbook(ROWS), {"round": "第一轮"}, file_name="round.xlsx")
    return Round.objects.get()


def test_the_real_round_comes_out_right(db, wujiang):
    install_schemes()
    importing.bring_in(
        SYSTEM, "observations", (wujiang / "observations.xlsx").read_bytes(), {"round": "吴江"}, file_name="o.xlsx"
    )
    figures = queries.as_figures(actions.compute_round(SYSTEM, round_name="吴江"))
    expected = json.loads((wujiang / "expected.json").read_text())
    for group in ("indicators", "departments", "areas"):
        assert set(figures[group]) == set(expected[group])
        for name, wanted in expected[group].items():
            assert {k: figures[group][name][k] for k in wanted} == wanted, name
    assert {k: figures["index"][k] for k in expected["index"]} == expected["index"]
    assert (figures["coverage"]["counted"], figures["coverage"]["read"]) == (228, 228)


def test_what_the_publisher_left_out_is_shown(db, wujiang):
    install_schemes()
    importing.bring_in(
        SYSTEM, "observations", (wujiang / "observations.xlsx").read_bytes(), {"round": "吴江"}, file_name="o.xlsx"
    )
    sheet = actions.compute_round(SYSTEM, round_name="吴江")
    Round.objects.update(published=json.loads((wujiang / "published.json").read_text()))
    beside = queries.beside_published(ScoreSheet.objects.select_related("round", "scheme").get(pk=sheet.pk))
    assert {entry["name"] for entry in beside["left_out"]} == {"文明行为", "诚信建设制度"}
    different = {entry["name"]: entry["missing_parts"] for entry in beside["rows"] if entry["differs"]}
    assert different["公共服务"] == 5
    assert not any(entry["differs"] for entry in beside["rows"] if entry["group"] in ("departments", "areas"))


def test_computing_again_without_change_gives_the_same_sheet(brought):
    first = actions.compute_round(SYSTEM, round=brought)
    assert actions.compute_round(SYSTEM, round=brought).pk == first.pk


def test_a_changed_observation_makes_a_new_sheet_and_the_old_one_stays(brought):
    first = actions.compute_round(SYSTEM, round=brought)
    before = queries.as_figures(first)
    Observation.objects.filter(serial="A1").update(loss="0.5")
    second = actions.compute_round(SYSTEM, round=brought)
    assert second.pk != first.pk and second.supersedes_id == first.pk
    assert queries.as_figures(ScoreSheet.objects.get(pk=first.pk)) == before


def test_a_signed_sheet_verifies_from_its_file_alone(brought, tmp_path):
    sheet = actions.sign_sheet(SYSTEM, sheet_id=actions.compute_round(SYSTEM, round=brought).pk)
    path = tmp_path / "sheet.cwscore"
    path.write_bytes(files.read(sheet.file_key))
    assert verify_score_file(path).ok


def test_a_sheet_whose_records_have_changed_is_not_signed(brought):
    sheet = actions.compute_round(SYSTEM, round=brought)
    Observation.objects.filter(serial="A1").update(loss="0.5")
    with pytest.raises(Conflict):
        actions.sign_sheet(SYSTEM, sheet_id=sheet.pk)


def test_signing_twice_is_signing_once(brought):
    sheet = actions.compute_round(SYSTEM, round=brought)
    assert actions.sign_sheet(SYSTEM, sheet_id=sheet.pk).signed_at == actions.sign_sheet(SYSTEM, sheet_id=sheet.pk).signed_at


def test_every_figure_opens_to_the_observations_it_counted(brought):
    sheet = actions.compute_round(SYSTEM, round=brought)
    for row in sheet.rows.select_related("sheet__round", "sheet__scheme"):
        observations, found = queries.rows_behind(row)
        assert sum(counted for counted, _reason in found.values()) == row.counted, (row.level, row.name)
        assert len(observations) == len(found)


def test_a_used_scheme_is_never_edited_but_gets_a_next_version(brought):
    scheme = actions.compute_round(SYSTEM, round=brought).scheme
    scheme.refresh_from_db()
    body = scheme.body | {"note": "改过"}
    again = actions.save_scheme(SYSTEM, name=scheme.name, body=body, based_on=scheme)
    assert again.version == scheme.version + 1
    assert Scheme.objects.get(pk=scheme.pk).body == scheme.body


def test_a_scheme_that_does_not_follow_the_schema_is_refused_in_words(db):
    with pytest.raises(Refusal) as refused:
        actions.save_scheme(SYSTEM, name="坏办法", body={"schema": 1, "kind": "mystery"})
    assert any("\u4e00" <= c <= "\u9fff" for c in str(refused.value))


def test_each_kind_of_arithmetic_scores_a_round(brought):
    Observation.objects.update(grade="B", defects=1, conform=True)
    for scheme in Scheme.objects.all():
        sheet = actions.compute_round(SYSTEM, round=brought, scheme=scheme)
        assert sheet.scheme.kind == scheme.kind


def test_a_stranger_neither_computes_nor_signs(town, other_town):
    install_schemes()
    rows = [["1", "公共服务1", "主干道1", None, None, town.street.name, "城管局", None]]
    importing.bring_in(town.actors["clerk"], "observations", workbook(rows), {"round": "本街"}, file_name="a.xlsx")
    sheet = actions.compute_round(town.actors["clerk"], round_name="本街")
    with pytest.raises(Missing):
        actions.compute_round(other_town.actors["clerk"], round_name="本街")
    with pytest.raises(Missing):
        actions.sign_sheet(other_town.actors["leader"], sheet_id=sheet.pk)
    with pytest.raises(Denied):
        actions.sign_sheet(town.actors["clerk"], sheet_id=sheet.pk)
    assert actions.sign_sheet(town.actors["leader"], sheet_id=sheet.pk).state == "signed"


@pytest.mark.parametrize(
    "filled, kind",
    [
        ({"loss": "0.2"}, "loss_per_observation"),
        ({"conform": True, "loss": None}, "pass_rate"),
        ({"grade": "B", "loss": None}, "state_description"),
    ],
)
def test_the_arithmetic_that_fits_is_chosen_by_how_the_round_was_graded(brought, filled, kind):
    Observation.objects.update(**filled)
    assert inputs.fitting_kind(brought) == kind


def test_a_round_with_grades_and_pass_or_fail_is_a_state_description(brought):
    Observation.objects.update(loss=None, conform=True)
    Observation.objects.filter(serial="A1").update(conform=None, grade="B")
    assert inputs.fitting_kind(brought) == "state_description"
