"""What the importer of a standard promises."""

import pytest

from chuangwen.kernel import access, importing
from chuangwen.kernel.importing import ImportRefused
from chuangwen.standards.models import ChecklistItem, Criterion, Edition, Indicator, Requirement, Responsibility, Section
from chuangwen.testing.sheets import sheet

pytestmark = pytest.mark.django_db

HEAD = ["测评项目", "指标", "测评内容", "测评标准", "测评方法", "分值", "点位类型", "牵头单位", "责任单位"]
ROWS = [
    ["公共环境", "公共服务", "公共服务1", "地面干净", "实地考察", 2, "农贸市场、主次干道", "城管局", "市场监督局"],
    [None, None, None, "厕所无异味", "实地考察", 1.5, None, "城管局", None],
    [None, None, "公共服务2", "有保洁记录", "材料审核", 1, None, None, None],
    ["公共秩序", "交通秩序", "公共服务1", "地面干净", "网上检查", 1, "农贸市场", "市场监督局", "城管局、第1社区居委会"],
]


def bring(content: bytes, actor=access.SYSTEM, edition="2026年版", **parameters):
    return importing.bring_in(actor, "standard", content, {"edition": edition} | parameters)


def counts() -> list[int]:
    return [
        model.objects.count() for model in (Edition, Section, Indicator, Requirement, Criterion, ChecklistItem, Responsibility)
    ]


def test_an_edition_comes_with_its_tree_responsibilities_and_checklists(town):
    report = bring(sheet(HEAD, *ROWS), town.actors["clerk"], year="2026")
    edition = Edition.objects.get(name="2026年版")
    assert (edition.state, edition.year, report["creates"]) == ("draft", 2026, 4)
    tree = list(Criterion.objects.filter(requirement__indicator__section__edition=edition).values_list(
        "requirement__indicator__section__name", "requirement__indicator__name", "requirement__text", "text", "method", "code"))  # fmt: skip
    assert tree == [
        ("公共环境", "公共服务", "公共服务1", "地面干净", "field", "1.1.1.1"),
        ("公共环境", "公共服务", "公共服务1", "厕所无异味", "field", "1.1.1.2"),
        ("公共环境", "公共服务", "公共服务2", "有保洁记录", "documents", "1.1.2.1"),
        ("公共秩序", "交通秩序", "公共服务1", "地面干净", "online", "2.1.1.1"),
    ]
    first = Criterion.objects.get(code="1.1.1.1", text="地面干净")
    assert {(row.part, row.unit.name) for row in first.responsibilities.all()} == {("lead", "城管局"), ("assist", "市场监督局")}
    assert {item.site_type.code for item in first.checklist_items.all()} == {"market", "main_road"}
    assert first.requirement.number == 1


def test_the_same_file_twice_changes_nothing(town):
    content = sheet(HEAD, *ROWS)
    bring(content, town.actors["clerk"])
    before = counts()
    again = bring(content, town.actors["clerk"])
    assert (again["creates"], again["updates"], again["unchanged"]) == (0, 0, 4)
    assert counts() == before


def test_a_criterion_keeps_its_punctuation_and_meets_another_writing_of_itself(town):
    written, halved = "地面干净，无垃圾；整洁（含门前）", "地面干净,无垃圾;整洁(含门前)"
    bring(sheet(HEAD, ["公共环境（一）", "公共服务", "公共服务1", written, *ROWS[0][4:]]), town.actors["clerk"])
    kept = Criterion.objects.get(requirement__indicator__section__edition__name="2026年版")
    assert (kept.text, kept.requirement.indicator.section.name) == (written, "公共环境（一）")
    again = bring(sheet(HEAD, ["公共环境(一)", "公共服务", "公共服务1", halved, *ROWS[0][4:]]), town.actors["clerk"])
    assert (again["creates"], again["unchanged"]) == (0, 1)


def test_a_sheet_with_its_tree_merged_down_reads_like_one_written_out(town):
    merged = sheet(["创建任务分工表"], HEAD, *ROWS, merged=("A1:I1", "A3:A5", "B3:B5", "C3:C4", "H3:H4"))
    bring(merged, town.actors["clerk"])
    bring(sheet(HEAD, *ROWS), town.actors["clerk"], edition="写全的")
    trees = [list(Criterion.objects.filter(requirement__indicator__section__edition__name=name).values_list(
        "requirement__indicator__section__name", "requirement__text", "text")) for name in ("2026年版", "写全的")]  # fmt: skip
    assert trees[0] == trees[1] and len(trees[0]) == 4


def test_traditional_characters_are_the_same_criterion_and_unit(town):
    bring(sheet(HEAD, ROWS[0]), town.actors["clerk"])
    again = bring(
        sheet(HEAD, ["公共環境", "公共服務", "公共服務1", "地面乾淨", "實地考察", 2, "農貿市場", "城管局", "市場監督局"]),
        town.actors["clerk"],
    )
    assert (again["creates"], again["updates"], again["unchanged"]) == (0, 0, 1)


def test_unknown_units_are_reported_and_near_names_offered_never_joined_in_silence(town):
    row = [*ROWS[0][:7], "城市管理局", "宇航局"]
    report = bring(sheet(HEAD, row), town.actors["clerk"])
    assert report["facts"]["unknown_units"] == ["城市管理局", "宇航局"]
    assert not Responsibility.objects.exists()
    questions = {question["key"]: question for question in report["questions"]}
    assert "unit:宇航局" not in questions
    assert (str(town.units["department"].pk), "城管局（河东街道）") in [
        tuple(answer) for answer in questions["unit:城市管理局"]["answers"]
    ]
    assert questions["unit:城市管理局"]["default"] == "none"
    answered = bring(sheet(HEAD, row), town.actors["clerk"], **{"unit:城市管理局": str(town.units["department"].pk)})
    assert answered["updates"] == 1
    assert Responsibility.objects.get().unit == town.units["department"]


def test_other_towns_units_of_the_same_name_are_not_given_anything(town, other_town):
    other_town.units["department"].name = "独有局"
    other_town.units["department"].save()
    report = bring(sheet(HEAD, [*ROWS[0][:7], "独有局", None]), town.actors["clerk"])
    assert report["facts"]["unknown_units"] == ["独有局"]


def test_a_criterion_that_stands_twice_is_an_error_by_row_and_nothing_is_stored(town):
    before = counts()
    with pytest.raises(ImportRefused) as caught:
        bring(sheet(HEAD, ROWS[0], ROWS[1], ROWS[1]))
    assert [(problem.row, problem.code) for problem in caught.value.problems] == [(4, "twice")]
    assert counts() == before


def test_a_criterion_without_anything_above_it_is_an_error(town):
    with pytest.raises(ImportRefused) as caught:
        bring(sheet(HEAD, ROWS[1]))
    assert [(problem.row, problem.code) for problem in caught.value.problems] == [(2, "no_section")]


def test_an_edition_in_force_is_not_changed_but_followed_by_a_draft(town):
    bring(sheet(HEAD, *ROWS))
    Edition.objects.filter(name="2026年版").update(state="active")
    report = bring(sheet(HEAD, *ROWS, ["公共秩序", "交通秩序", "公共服务1", "礼让行人", "实地考察", 1, None, None, None]))
    assert report["creates"] == 5
    versions = Edition.objects.filter(name="2026年版").order_by("version")
    assert [(edition.version, edition.state) for edition in versions] == [(1, "active"), (2, "draft")]
    assert Criterion.objects.filter(requirement__indicator__section__edition=versions[0]).count() == 4


def test_a_new_lead_relieves_the_old_one(town):
    bring(sheet(HEAD, ROWS[0]), town.actors["clerk"])
    bring(sheet(HEAD, [*ROWS[0][:7], "市场监督局", None]), town.actors["clerk"])
    leads = Responsibility.objects.filter(part="lead")
    assert [row.unit.name for row in leads] == ["市场监督局"]


def test_a_sheet_with_one_column_of_units_names_the_leading_one_first(town):
    bring(sheet([*HEAD[:7], "责任单位"], [*ROWS[0][:7], "城管局、市场监督局"]), town.actors["clerk"])
    assert {(row.part, row.unit.name) for row in Responsibility.objects.all()} == {("lead", "城管局"), ("assist", "市场监督局")}


def test_who_may_not_edit_standards_brings_none_in(town):
    with pytest.raises(access.Denied):
        bring(sheet(HEAD, *ROWS), town.actors["liaison"])
