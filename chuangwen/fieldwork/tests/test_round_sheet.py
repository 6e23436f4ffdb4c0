"""The sheet of a round: every row is read, placed or explained, once."""

import json

import pytest

from chuangwen.fieldwork.models import Observation, Round
from chuangwen.kernel import importing
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Denied, Missing, Refusal
from chuangwen.kernel.importing import ImportRefused
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site, SiteType
from chuangwen.testing.sheets import workbook

ROWS = [
    ["A1", "公共服务1", "主干道1", None, None, "甲街道", "城管局", None],
    ["A2", "公共服务1", "主干道2", 0.2, None, "甲街道", "城管局", "公安局"],
    ["A2", "公共服务10", "社区1", 1, None, "甲街道", None, None],
    ["A4", "公共服务制度", "社区2", None, None, None, None, None],
]


def bring(rows=ROWS, **parameters) -> dict:
    return importing.bring_in(SYSTEM, "observations", workbook(rows), {"round": "第一轮"} | parameters, file_name="round.xlsx")


@pytest.mark.django_db
def test_a_round_and_all_it_needs_are_made_from_its_sheet():
    report = bring()
    assert (report["rows_read"], report["creates"]) == (4, 4)
    assert report["facts"]["duplicate_serials"] == ["A2"]
    assert (report["facts"]["sites"], report["facts"]["losses"]) == (4, 2)
    assert set(SiteType.objects.values_list("name", flat=True)) == {"主干道", "社区"}
    assert set(Unit.objects.values_list("name", flat=True)) == {"城管局", "公安局"}
    assert Division.objects.get().name == "甲街道"
    both = Observation.objects.get(site__name="主干道2")
    assert {u.name for u in both.departments.all()} == {"城管局", "公安局"}
    assert both.criterion.requirement.number == 1


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing():
    bring()
    before = list(Observation.objects.values_list("pk", "source_hash"))
    again = bring()
    assert (again["creates"], again["updates"], again["unchanged"]) == (0, 0, 4)
    assert list(Observation.objects.values_list("pk", "source_hash")) == before
    assert (Site.objects.count(), Unit.objects.count(), Round.objects.count()) == (4, 2, 1)


@pytest.mark.django_db
def test_the_same_content_under_another_name_changes_nothing():
    bring()
    again = importing.bring_in(SYSTEM, "observations", workbook(ROWS), {"round": "第一轮"}, file_name="copy.xlsx")
    assert again["creates"] == 0 and Observation.objects.count() == 4


@pytest.mark.django_db
def test_a_corrected_row_is_an_update_and_keeps_its_identity():
    bring()
    pk = Observation.objects.get(serial="A1").pk
    changed = [row[:] for row in ROWS]
    changed[0][3] = 0.3
    report = bring(changed)
    assert (report["updates"], report["unchanged"]) == (1, 3)
    assert str(Observation.objects.get(pk=pk).loss) == "0.3000"


@pytest.mark.django_db
def test_rows_that_vanished_from_a_sheet_are_an_error_and_never_removed():
    bring()
    with pytest.raises(ImportRefused):
        bring(ROWS[:3])
    assert Observation.objects.count() == 4


@pytest.mark.django_db
def test_a_row_that_cannot_be_placed_is_kept_with_its_reason():
    report = bring([*ROWS, ["A5", None, "社区3", None, None, "甲街道", None, None]])
    assert report["facts"]["rows_unplaced"] == 1
    lost = Observation.objects.get(placed=False)
    assert lost.unplaced_reason and lost.criterion is None


@pytest.mark.django_db
def test_points_outside_0_to_1_are_refused_with_their_row_and_nothing_is_stored():
    with pytest.raises(ImportRefused) as refused:
        bring([*ROWS, ["A5", "公共服务1", "社区3", 3, None, "甲街道", None, None]])
    assert refused.value.problems[0].row == 6 and refused.value.problems[0].column_letter == "D"
    assert not Round.objects.exists() and not Site.objects.exists()


@pytest.mark.django_db
def test_names_that_almost_match_are_offered_and_not_joined():
    rows = [
        ["1", "诚信建设制度", "甲", None, None, "甲街道", None, None],
        ["2", "诚信建设制度化", "乙", None, None, "甲街道", None, None],
    ]
    report = bring(rows)
    assert [q["key"] for q in report["questions"]] == ["join:indicator:诚信建设制度:诚信建设制度化"]
    assert report["facts"]["indicators"] == 2


@pytest.mark.django_db
def test_names_that_a_person_joined_are_one():
    rows = [
        ["1", "诚信建设制度", "甲", None, None, "甲街道", None, None],
        ["2", "诚信建设制度化", "乙", None, None, "甲街道", None, None],
    ]
    report = bring(rows, answers={"join:indicator:诚信建设制度:诚信建设制度化": "to:诚信建设制度化"})
    assert report["facts"]["indicators"] == 1 and report["questions"] == []


@pytest.mark.django_db
def test_a_sheet_that_says_nothing_of_results_is_refused():
    with pytest.raises(Refusal):
        importing.bring_in(SYSTEM, "observations", workbook([["公共服务1", "社区"]], ["项目", "考察点位"]), {"round": "r"})


def test_a_clerk_brings_in_a_round_of_the_own_street_only(town, other_town):
    rows = [["1", "公共服务1", "主干道1", None, None, town.street.name, "城管局", None]]
    clerk = town.actors["clerk"]
    importing.bring_in(clerk, "observations", workbook(rows), {"round": "本街"}, file_name="a.xlsx")
    assert Round.objects.get(name="本街").division == town.street
    assert Observation.objects.get().departments.get() == town.units["department"]
    stranger = other_town.actors["clerk"]
    with pytest.raises(Missing):
        importing.bring_in(stranger, "observations", workbook(rows), {"round": "本街"}, file_name="b.xlsx")
    importing.bring_in(stranger, "observations", workbook(rows), {"round": "他街"}, file_name="c.xlsx")
    area = Observation.objects.get(round__name="他街").area
    assert area != town.street and area.path.startswith(other_town.street.path)
    with pytest.raises(Denied):
        importing.bring_in(town.actors["liaison"], "observations", workbook(rows), {"round": "x"})


@pytest.mark.django_db
def test_the_real_round_comes_in_whole(wujiang):
    content = (wujiang / "observations.xlsx").read_bytes()
    report = importing.bring_in(SYSTEM, "observations", content, {"round": "吴江2016"}, file_name="observations.xlsx")
    expected = json.loads((wujiang / "expected.json").read_text())
    facts = report["facts"]
    assert (report["rows_read"], facts["rows_counted"], facts["rows_unplaced"]) == (expected["rows"], expected["rows"], 0)
    assert (facts["sites"], facts["losses"]) == (expected["sites"], expected["losses"])
    assert sorted(facts["duplicate_serials"]) == ["吴江街道21", "吴江街道57", "吴江街道65"]
    assert facts["indicators"] == len(expected["indicators"])
    assert facts["departments"] == len(expected["departments"])
    again = importing.bring_in(SYSTEM, "observations", content, {"round": "吴江2016"}, file_name="observations.xlsx")
    assert (again["creates"], again["updates"]) == (0, 0)


@pytest.mark.django_db
def test_the_second_form_of_the_real_team_comes_in_too(wujiang):
    report = importing.bring_in(
        SYSTEM, "observations", (wujiang / "observations-second-form.xlsx").read_bytes(), {"round": "二"}, file_name="second.xlsx"
    )
    assert report["rows_read"] == 49 and report["facts"]["rows_unplaced"] == 0
