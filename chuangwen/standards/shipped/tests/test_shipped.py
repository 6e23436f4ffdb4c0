"""The shipped data holds together: every reference resolves, nothing is empty, nothing names a person."""

import dataclasses
import json
import re
import string
from collections import Counter

import pytest

from chuangwen.standards import shipped

FILES = ("site_types.json", "checklists.json", "edition.json", "families.json", "deadlines.json")
PERSONAL = {
    "mobile number": re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"),
    "resident ID": re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"),
    "landline": re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"),
    "mail address": re.compile(r"[\w.]+@[\w.]+\.\w+"),
    "bank card": re.compile(r"(?<!\d)\d{16,19}(?!\d)"),
}


def repeated(codes):
    return [code for code, count in Counter(codes).items() if count > 1]


def test_codes_and_names_are_unique():
    edition, families = shipped.edition(), shipped.families()
    for rows in (
        shipped.site_types(),
        shipped.site_type_groups(),
        shipped.checklist_items(),
        families.families,
        families.kinds,
        families.severities,
        families.lists,
        edition.sections,
        edition.indicators,
        edition.requirements,
        edition.criteria,
        edition.departments,
        shipped.deadlines().rules,
        shipped.deadlines().sources,
    ):
        assert repeated(row.code for row in rows) == []
    for rows in (shipped.site_types(), families.kinds, families.families, edition.departments, edition.indicators):
        assert repeated(row.name for row in rows) == []


def test_every_site_type_has_a_group_an_owner_and_six_to_fourteen_criteria():
    groups = {group.code for group in shipped.site_type_groups()}
    departments = {department.name for department in shipped.edition().departments}
    assert len(shipped.site_types()) >= 50
    for site_type in shipped.site_types():
        assert site_type.group in groups
        assert site_type.owner in departments
        assert 6 <= len(shipped.checklist(site_type.code)) <= 14, site_type.name


def test_the_site_types_that_the_field_names_are_there():
    names = {site_type.name for site_type in shipped.site_types()}
    asked = """
        政务大厅 医院 宾馆饭店 商场超市 农贸市场 长途汽车站 火车站 公交车
        公交站台 出租车 主次干道 商业大街 背街小巷 交通路口 公共广场 公园
        景区 居民小区 社区 社区综合文化服务中心 街道综合文化站 中小学 校园周边 网吧
        影剧院 图书馆 体育馆 药店 餐饮店 银行网点 营业厅 建筑工地
        建筑围挡 公共厕所 环卫中转站 河道 避难场所 爱国主义教育基地 青少年活动中心 心理健康辅导站
        乡村学校少年宫 新时代文明实践中心 新时代文明实践所 新时代文明实践站 行政村 乡镇
    """
    assert sorted(set(asked.split()) - names) == []


def test_checklist_items_point_to_field_criteria_types_families_and_kinds():
    edition, families = shipped.edition(), shipped.families()
    types = {site_type.code for site_type in shipped.site_types()}
    severities = {severity.code for severity in families.severities}
    for item in shipped.checklist_items():
        criterion = edition.criterion(item.criterion)
        assert item.site_type in types
        assert item.site_type in criterion.site_types
        assert item.method == criterion.method == "field"
        assert item.family == criterion.family
        assert item.severity in severities
        assert item.grading in shipped.GRADINGS
        assert item.full_marks > 0
        assert item.kinds, item.code
        for kind in item.kinds:
            families.kind(kind)


def test_a_type_asks_a_criterion_only_once():
    assert repeated((item.site_type, item.criterion) for item in shipped.checklist_items()) == []


def test_a_criterion_names_exactly_the_types_whose_checklists_hold_it():
    for criterion in shipped.edition().criteria:
        held = {item.site_type for item in shipped.checklist_items() if item.criterion == criterion.code}
        assert set(criterion.site_types) == held, criterion.code
        assert bool(held) == (criterion.method == "field"), criterion.code


def test_the_tree_of_the_edition_is_whole_and_its_weights_add_up():
    edition = shipped.edition()
    sections = {section.code: section for section in edition.sections}
    indicators = {indicator.code for indicator in edition.indicators}
    requirements = {requirement.code for requirement in edition.requirements}
    assert 10 <= len(indicators) <= 14
    assert sum(section.weight for section in edition.sections) == 100
    assert sum(edition.method_weights.values()) == 100
    assert set(edition.method_weights) == {method.code for method in edition.methods} == set(shipped.METHODS)
    for code, section in sections.items():
        assert sum(each.weight for each in edition.indicators if each.section == code) == section.weight
    assert {each.section for each in edition.indicators} == set(sections)
    assert {each.indicator for each in edition.requirements} == indicators
    assert {each.requirement for each in edition.criteria} == requirements


def test_every_criterion_has_a_lead_that_exists_and_does_not_assist_itself():
    edition = shipped.edition()
    departments = {department.name for department in edition.departments}
    families = {family.code for family in shipped.families().families}
    for criterion in edition.criteria:
        assert criterion.lead in departments
        assert set(criterion.assisting) <= departments
        assert criterion.lead not in criterion.assisting
        assert repeated(criterion.assisting) == []
        assert criterion.family in families
        assert criterion.method in shipped.METHODS
        for kind in criterion.kinds:
            shipped.families().kind(kind)


def test_each_text_uses_every_parameter_and_only_those_given():
    def names(template):
        return {name for _, name, _, _ in string.Formatter().parse(template) if name}

    for row in (*shipped.checklist_items(), *shipped.edition().criteria):
        used = names(row.template).union(*map(names, row.exemption_templates))
        assert used == set(row.parameters), row.code
        assert "{" not in row.text + "".join(row.exemptions)


def test_kinds_belong_to_families_and_disorder_lists_have_the_members_they_name():
    families = shipped.families()
    members = {each.code: set(each.members) for each in families.lists}
    assert {code: len(each) for code, each in members.items()} == {"six_disorders": 6, "ten_disorders": 10}
    counted = {code: set() for code in members}
    for kind in families.kinds:
        assert kind.family in {family.code for family in families.families}
        assert kind.keywords
        for code, member in kind.lists.items():
            assert member in members[code]
            counted[code].add(member)
    assert counted == members, "a member under which no kind is counted would always read zero"
    assert sum(kind.infrastructure for kind in families.kinds) >= 10


def test_deadline_rules_name_what_exists_and_give_an_amount():
    families, deadlines = shipped.families(), shipped.deadlines()
    sources = {source.code for source in deadlines.sources}
    assert len(sources) == 12
    for rule in deadlines.rules:
        assert rule.family is None or rule.family in {family.code for family in families.families}
        assert rule.kind is None or families.kind(rule.kind)
        assert rule.severity is None or rule.severity in {severity.code for severity in families.severities}
        assert rule.source is None or rule.source in sources
        assert rule.unit in shipped.DEADLINE_UNITS
        assert rule.amount > 0
    conditions = [(rule.family, rule.kind, rule.severity, rule.source) for rule in deadlines.rules]
    assert repeated(conditions) == []


@pytest.mark.parametrize(
    ("family", "kind", "amount", "unit"),
    [
        ("environment", "litter", 4, "working_hours"),
        ("environment", "stickers", 4, "working_hours"),
        ("order", "vehicle-parking", 4, "working_hours"),
        ("order", "stalls", 4, "working_hours"),
        ("infrastructure", "lamp", 3, "working_days"),
        ("infrastructure", "manhole", 3, "working_days"),
        ("public-ads", "ad-faded", 3, "working_days"),
        ("infrastructure", "facility", 3, "working_days"),
        ("infrastructure", "paving", 7, "working_days"),
        ("infrastructure", "ramp", 7, "working_days"),
        ("fire-safety", "extinguisher-missing", 7, "working_days"),
        ("infrastructure", "parking-bays", 30, "working_days"),
        ("order", "illegal-building", 30, "working_days"),
    ],
)
def test_the_limits_are_those_of_common_practice(family, kind, amount, unit):
    severity = shipped.families().kind(kind).severity
    rule = shipped.deadlines().choose(family=family, kind=kind, severity=severity, source="patrol")
    assert (rule.amount, rule.unit) == (amount, unit)


def test_an_urgent_hole_in_the_road_does_not_wait_for_the_working_day():
    rule = shipped.deadlines().choose(family="infrastructure", kind="manhole", severity="urgent", source="resident")
    assert (rule.amount, rule.unit) == (1, "calendar_days")


def test_building_works_are_marked_so_that_they_can_be_put_off_against_a_plan():
    works = {rule.kind for rule in shipped.deadlines().rules if rule.works}
    assert works == {"illegal-building", "parking-bays", "nursing-room"}


def test_an_unknown_family_falls_to_the_rule_without_conditions():
    rule = shipped.deadlines().choose(family="something new")
    assert (rule.family, rule.kind, rule.severity, rule.source) == (None, None, None, None)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


@pytest.mark.parametrize("name", FILES)
def test_no_text_is_empty_or_holds_personal_data(name):
    for text in strings(json.loads((shipped.FOLDER / name).read_text(encoding="utf-8"))):
        assert text.strip() == text != ""
        for what, pattern in PERSONAL.items():
            assert not pattern.search(text), f"{what} in {text}"


def test_rows_cannot_be_changed_by_accident():
    with pytest.raises(dataclasses.FrozenInstanceError):
        shipped.site_types()[0].name = "别的"
