"""The sheet of units: all or nothing, errors by row, the same sheet twice changes nothing."""

from datetime import timedelta

import pytest

from chuangwen.kernel import clock, importing
from chuangwen.kernel.importing import ImportRefused
from chuangwen.kernel.models import AuditEntry
from chuangwen.kernel.sheets import write_table
from chuangwen.people import actions, queries
from chuangwen.people.models import Person, Post, Unit
from chuangwen.people.rules import kind_by_name
from chuangwen.people.sheets import COLUMNS

pytestmark = pytest.mark.django_db
OFFICE = "河东街道创文办"


def sheet(*rows: dict) -> bytes:
    titles = {str(column.title): column.key for column in COLUMNS}
    used = [column for column in COLUMNS if any(str(column.title) in row for row in rows)]
    return write_table(used, [{titles[title]: value for title, value in row.items()} for row in rows])


def bring(actor, *rows: dict) -> dict:
    return importing.bring_in(actor, "units", sheet(*rows), {})


ROWS = (
    {"单位名称": "创文指挥部", "类型": "指挥部", "第一责任人": "王示例", "第一责任人电话": "199 0000 0101"},
    {"单位名称": "环境整治专班", "上级单位": "创文指挥部", "联络员": "陈示例", "联络员电话": "19900000102"},
    {"单位名称": "环境整治专班", "职务类别": "成员", "姓名": "何示例", "电话": "19900000103", "职务名称": "组员"},
    {"单位名称": "新城社区居委会", "上级单位": OFFICE, "所在区划": "第1社区", "联络员": "陈示例", "联络员电话": "19900000102"},
)


def test_units_with_their_posts_come_in_wherever_their_superiors_stand_in_the_sheet(town):
    report = bring(town.actors["clerk"], *reversed(ROWS))
    assert (report["creates"], report["updates"], report["rows_read"]) == (3, 0, 4)
    group = Unit.objects.get(name="环境整治专班")
    assert group.get_parent().name == "创文指挥部" and group.kind == "working_group" and group.division == town.street
    assert {(p.kind, p.person.name, p.role.code if p.role else "") for p in group.posts.all()} == {
        ("liaison", "陈示例", "liaison"), ("member", "何示例", ""),
    }  # fmt: skip
    assert Person.objects.get(name="王示例").phone == "19900000101"
    community = Unit.objects.get(name="新城社区居委会")
    assert community.kind == "community" and community.division == town.communities[0]


def test_one_person_with_two_posts_is_one_record(town):
    bring(town.actors["clerk"], *ROWS)
    assert Person.objects.get(name="陈示例").posts.count() == 2


def test_the_same_sheet_twice_changes_nothing_and_leaves_no_second_entry(town):
    bring(town.actors["clerk"], *ROWS)
    entries, posts = AuditEntry.objects.count(), list(Post.objects.values())
    report = bring(town.actors["clerk"], *ROWS)
    assert (report["creates"], report["updates"], report["unchanged"]) == (0, 0, 3)
    assert AuditEntry.objects.count() == entries and list(Post.objects.values()) == posts


def test_who_is_not_named_any_more_ends_the_post_and_the_past_still_knows(town):
    clerk = town.actors["clerk"]
    bring(clerk, *ROWS)
    before, later = clock.now(), clock.now() + timedelta(days=10)
    with clock.at(later):
        report = bring(clerk, {"单位名称": "创文指挥部", "第一责任人": "新示例", "第一责任人电话": "19900000109"})
        assert (report["creates"], report["updates"]) == (0, 1)
        now = {n.name: n for n in queries.flat(queries.organisation_on(clerk, clock.today()))}
        then = {n.name: n for n in queries.flat(queries.organisation_on(clerk, before.astimezone(clock.LOCAL).date()))}
    assert now["创文指挥部"].first_responsible.name == "新示例"
    assert then["创文指挥部"].first_responsible.name == "王示例"


def test_a_unit_with_a_credit_code_is_known_by_it_under_a_new_name(town):
    clerk, code = town.actors["clerk"], "11440902MB2D123450"
    from chuangwen.kernel.codes import credit_code_check

    code = code[:17] + credit_code_check(code[:17])
    bring(clerk, {"单位名称": "城市管理局", "统一社会信用代码": code})
    report = bring(clerk, {"单位名称": "城市管理和综合执法局", "统一社会信用代码": code})
    assert (report["creates"], report["updates"]) == (0, 1)
    assert Unit.objects.get(credit_code=code).name == "城市管理和综合执法局"


@pytest.mark.parametrize(
    ("row", "letter", "said"),
    [
        ({"单位名称": "甲单位", "上级单位": "没有的单位"}, "B", "没有该单位"),
        ({"单位名称": "甲单位", "上级单位": "河东街道创建办"}, "B", OFFICE),
        ({"单位名称": "甲单位", "统一社会信用代码": "123"}, "B", "代码"),
        ({"单位名称": "甲单位", "所在区划": "不存在街道"}, "B", "区划"),
        ({"单位名称": "甲单位", "联络员": "李示例", "联络员电话": "123-abc"}, "C", "电话"),
        ({"单位名称": "甲单位", "联络员电话": "19900000001"}, None, "姓名"),
    ],
)
def test_an_error_names_its_row_and_column_and_nothing_is_stored(town, row, letter, said):
    before = Unit.objects.count()
    with pytest.raises(ImportRefused) as refused:
        bring(town.actors["clerk"], {"单位名称": "乙单位"}, row)
    problem = refused.value.problems[0]
    assert problem.row == 3 and said in problem.message
    assert letter is None or problem.column_letter == letter
    assert Unit.objects.count() == before


def test_rows_that_contradict_each_other_are_errors(town):
    with pytest.raises(ImportRefused) as refused:
        bring(
            town.actors["clerk"],
            {"单位名称": "甲单位", "类型": "企业", "第一责任人": "甲"},
            {"单位名称": "甲单位", "类型": "社区", "第一责任人": "乙"},
        )
    assert {p.row for p in refused.value.problems} == {3} and len(refused.value.problems) == 2


def test_units_in_a_circle_are_refused(town):
    with pytest.raises(ImportRefused):
        bring(town.actors["clerk"], {"单位名称": "甲单位", "上级单位": "乙单位"}, {"单位名称": "乙单位", "上级单位": "甲单位"})


def test_a_clerk_reaches_no_unit_and_no_area_of_another_town(town, other_town):
    theirs = other_town.units["department"]
    with pytest.raises(ImportRefused):
        bring(town.actors["clerk"], {"单位名称": "甲单位", "所在区划": other_town.street.code})
    bring(town.actors["clerk"], {"单位名称": theirs.name, "简称": "变了", "类型": "部门"})
    theirs.refresh_from_db()
    assert theirs.short_name == "" and Unit.objects.filter(name=theirs.name).count() == 2


def test_a_sheet_cannot_make_an_administrator_do_campaign_work(town):
    person = town.accounts["security_admin"].person
    Person.objects.filter(pk=person.pk).update(phone="19900000777")
    with pytest.raises(actions.posts.PostRefused):
        bring(town.actors["clerk"], {"单位名称": "甲单位", "联络员": person.name, "联络员电话": "19900000777"})
    assert not Unit.objects.filter(name="甲单位").exists()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("河东街道办事处", "town_office"), ("新城社区居委会", "community"), ("创文领导小组", "leading_group"), ("市公安局", "department"),
     ("碧水物业公司", "enterprise"), ("环境整治专班", "working_group"), ("社区矫正局", "department")],
)  # fmt: skip
def test_a_unit_without_a_kind_is_taken_for_what_its_name_says(name, kind):
    assert kind_by_name(name) == kind
