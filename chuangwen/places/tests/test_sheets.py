"""What the importers of places promise."""

import pytest

from chuangwen.kernel import access, importing
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.importing import ImportRefused
from chuangwen.places.models import Asset, Division, Grid, Site, SiteType
from chuangwen.testing.sheets import sheet

pytestmark = pytest.mark.django_db

VILLAGES = """code,name,streetCode,provinceCode,cityCode,areaCode
440902001001,"红旗社区居委会",440902001,44,4409,440902
440902003001,"新村社区居委会",440902003,44,4409,440902
440902003002,"官山社区居委会",440902003,44,4409,440902
441900003001,"东城社区居委会",441900003,44,4419,441900
110101001001,"多福巷社区居委会",110101001,11,1101,110101
"""
STREETS = """code,name,areaCode,provinceCode,cityCode
440902001,"城南街道",440902,44,4409
440902003,"河东街道",440902,44,4409
"""


def bring(kind: str, content: bytes | str, actor=access.SYSTEM, **parameters):
    return importing.bring_in(actor, kind, content.encode() if isinstance(content, str) else content, parameters)


def refused(kind: str, content: bytes | str, actor=access.SYSTEM, **parameters) -> list:
    with pytest.raises(ImportRefused) as caught:
        bring(kind, content, actor, **parameters)
    return caught.value.problems


# the public list of divisions


def test_a_countys_villages_come_with_everything_above_them_and_nothing_of_other_counties():
    report = bring("divisions", VILLAGES, area="440902")
    assert report["rows_read"] == 3 and report["creates"] == 8
    village = Division.objects.get(code="440902003001")
    assert [node.code for node in village.get_ancestors()] == ["440000000000", "440900000000", "440902000000", "440902003000"]
    assert [node.level for node in village.get_ancestors()] == [1, 2, 3, 4]
    assert not Division.objects.filter(code__startswith="11").exists()
    assert Division.find_problems() == ([], [], [], [], [])


def test_the_same_list_twice_changes_nothing():
    bring("divisions", VILLAGES, area="440902")
    again = bring("divisions", VILLAGES, area="440902")
    assert (again["creates"], again["updates"], again["unchanged"]) == (0, 0, 3)


def test_the_whole_countrys_list_without_an_area_is_asked_for_the_area_and_not_to_be_split():
    whole = "code,name\n" + "".join(f"{110101001001 + each},某某社区\n" for each in range(200_001))
    with pytest.raises(Refusal, match="440902") as caught:
        bring("divisions", whole)
    assert caught.value.code == "places.area_needed"
    assert bring("divisions", whole, area="110101001002")["creates"] == 5


def test_streets_of_a_list_of_villages_are_named_when_the_list_of_streets_comes():
    bring("divisions", VILLAGES, area="440902")
    street = Division.objects.get(code="440902003000")
    assert not street.is_named
    report = bring("divisions", STREETS, area="440902")
    street.refresh_from_db()
    assert (street.name, street.is_named, report["updates"], report["creates"]) == ("河东街道", True, 2, 0)


def test_towns_of_a_city_without_counties_stand_right_below_the_city():
    bring("divisions", VILLAGES, area="4419")
    assert Division.objects.get(code="441900003000").get_parent().code == "441900000000"


def test_divisions_come_from_a_workbook_with_chinese_titles_and_codes_as_numbers():
    report = bring("divisions", sheet(["区划代码", "名称"], [440902003000, "河東街道"], ["440902003001", "新村社区"]))
    assert report["creates"] == 5
    assert Division.objects.get(code="440902003000").name == "河東街道"


def test_later_divisions_stand_behind_those_that_are_there():
    bring("divisions", VILLAGES, area="440902003")
    bring("divisions", VILLAGES, area="440902")
    assert Division.find_problems() == ([], [], [], [], [])
    county = Division.objects.get(code="440902000000")
    assert [child.code for child in county.get_children()] == ["440902003000", "440902001000"]
    assert county.numchild == 2


def test_a_county_that_stood_alone_moves_below_its_city_when_that_comes():
    bring("divisions", VILLAGES, area="440902")
    for code in ("440000000000", "440900000000"):
        node = Division.objects.get(code=code)
        for child in node.get_children():
            child.move(Division.get_last_root_node(), "last-sibling")
        Division.objects.get(code=code).delete()
    assert Division.objects.get(code="440902000000").is_root()
    assert bring("divisions", VILLAGES, area="440902")["creates"] == 0
    bring("divisions", "code,name,provinceCode\n4409,茂名市,44\n")
    assert [node.code for node in Division.objects.get(code="440902003001").get_ancestors()][1:3] == [
        "440900000000",
        "440902000000",
    ]
    assert Division.find_problems() == ([], [], [], [], [])


def test_a_wrong_code_is_named_by_its_row_and_nothing_is_stored():
    problems = refused(
        "divisions", sheet(["区划代码", "名称"], ["440902003001", "新村社区"], ["99123", "哪里"], ["440902003001", "别的名字"])
    )
    assert [(problem.row, problem.code) for problem in problems] == [(3, "not_a_code"), (4, "code_twice")]
    assert not Division.objects.exists()


def test_an_area_that_is_no_code_is_refused():
    assert [problem.code for problem in refused("divisions", VILLAGES, area="茂南")] == ["bad_area"]


def test_problems_stand_in_the_order_of_the_rows():
    problems = refused("divisions", sheet(["区划代码", "名称"], ["44090200301X", "错社区"], ["", "无码社区"], ["99", "哪里"]))
    assert [problem.row for problem in problems] == [2, 3, 4]


def test_a_clerk_brings_in_divisions_of_the_own_street_only(town):
    clerk = town.actors["clerk"]
    inside = "code,name\n440902003009,新设社区\n"
    assert bring("divisions", inside, clerk)["creates"] == 1
    assert [problem.code for problem in refused("divisions", "code,name\n440902009001,别处社区\n", clerk)] == ["outside"]


def test_a_division_known_only_by_name_is_asked_about_and_joined_on_the_answer(town):
    nameless = Division.add_root(name="南香社区", level=5)
    content = "code,name\n440902003008,南香社区\n"
    report = bring("divisions", content)
    assert [question["key"] for question in report["questions"]] == [f"join:{nameless.pk}:440902003008"]
    Division.objects.get(code="440902003008").delete()
    bring("divisions", content, **{f"join:{nameless.pk}:440902003008": "join"})
    nameless.refresh_from_db()
    assert nameless.code == "440902003008" and nameless.get_parent() == town.street
    assert Division.find_problems() == ([], [], [], [], [])


# sites

HEAD = [
    "点位编码",
    "点位名称",
    "点位类型",
    "街道",
    "社区",
    "网格",
    "地址",
    "经度",
    "纬度",
    "坐标系",
    "有无物业",
    "户数",
    "灭火器",
]
ESTATE = ["DW1", "幸福小区", "居民小区", "河东街道", "第1社区", None, "幸福路1号", 110.925, 21.66, "GCJ-02", "无", 86, "无"]


def test_a_site_comes_with_its_point_in_both_datums_and_what_stands_on_it(town):
    report = bring("sites", sheet(HEAD, ESTATE), town.actors["clerk"])
    site = Site.objects.get(code="DW1")
    assert report["creates"] == 1 and site.division == town.communities[0] and site.has_manager is False and site.households == 86
    assert (site.given_lon, site.given_lat, site.datum) == (110.925, 21.66, "gcj02")
    assert 0.003 < site.given_lon - site.lon < 0.007 and abs(site.given_lat - site.lat) > 0.001
    assert site.assets.get(kind=Asset.Kind.EXTINGUISHER).quantity == 0


def test_the_same_sites_twice_change_nothing_with_and_without_codes(town):
    for row in (ESTATE, [None, *ESTATE[1:]]):
        content = sheet(HEAD, [row[0], f"又一{row[0]}小区", *row[2:]])
        bring("sites", content, town.actors["clerk"])
        again = bring("sites", content, town.actors["clerk"])
        assert (again["creates"], again["updates"], again["unchanged"]) == (0, 0, 1)


def test_a_changed_cell_changes_one_site_and_an_empty_one_nothing(town):
    bring("sites", sheet(HEAD, ESTATE))
    changed = [*ESTATE[:10], "有", None, 5]
    assert bring("sites", sheet(HEAD, changed))["updates"] == 1
    site = Site.objects.get(code="DW1")
    assert (site.has_manager, site.households, site.assets.get().quantity) == (True, 86, 5)


def test_traditional_characters_and_short_names_find_the_same_places(town):
    bring("sites", sheet(HEAD, ["DW1", "幸福小區", "居民小區", "河東", "第1社區居委會", *ESTATE[5:]]))
    site = Site.objects.get(code="DW1")
    assert site.type.name == "居民小区" and site.division == town.communities[0]


def test_things_that_are_there_but_were_not_counted_are_not_called_one(town):
    bring("sites", sheet(HEAD, [*ESTATE[:12], "有"]))
    assert Asset.objects.get(site__code="DW1").quantity is None


def test_a_type_that_is_nearly_known_is_asked_about_and_never_joined_in_silence(town):
    content = sheet(HEAD, ["DW1", "某市场", "农贸市場所", *ESTATE[3:]])
    report = bring("sites", content)
    question = report["questions"][0]
    assert question["default"] == "new" and (str(town.types["market"].pk), "农贸市场") in [
        tuple(answer) for answer in question["answers"]
    ]
    assert SiteType.objects.filter(name="农贸市場所").exists()
    bring("sites", sheet(HEAD, ["DW2", "某市场", "农贸市场点", *ESTATE[3:]]), **{"type:农贸市场点": str(town.types["market"].pk)})
    assert Site.objects.get(code="DW2").type == town.types["market"]


def test_an_unknown_community_is_an_error_until_somebody_says_which_is_meant(town):
    content = sheet(HEAD, [*ESTATE[:4], "第1号社区", *ESTATE[5:]])
    assert [problem.code for problem in refused("sites", content)] == ["unknown_division"]
    report = bring("sites", content, **{"division:河东街道/第1号社区": str(town.communities[0].pk)})
    assert report["creates"] == 1


def test_points_without_a_datum_are_asked_about(town):
    report = bring("sites", sheet(HEAD, [*ESTATE[:9], None, *ESTATE[10:]]), datum="wgs84")
    assert [question["key"] for question in report["questions"]] == ["datum"]
    assert Site.objects.get().lat == 21.66 if Site.objects.count() == 1 else Site.objects.get(code="DW1").lat == 21.66


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (21.66, 110.92, "too_large"),
        (21.66, 88, "not_in_china"),
        (None, 21.66, "half_a_point"),
        (110.92, -21.66, "not_in_china"),
        ("东经", 21, "not_a_number"),
    ],
)
def test_impossible_points_are_named_by_row(town, lon, lat, code):
    problems = refused("sites", sheet(HEAD, ESTATE, ["DW2", "别的小区", *ESTATE[2:7], lon, lat, *ESTATE[9:]]))
    assert [problem.row for problem in problems] == [3]
    assert not Site.objects.filter(code="DW1").exists()


def test_a_site_that_stands_twice_in_the_sheet_is_an_error(town):
    assert [problem.code for problem in refused("sites", sheet(HEAD, ESTATE, ESTATE))] == ["twice"]


def test_another_towns_site_cannot_be_taken_over_by_its_code(town, other_town):
    theirs = other_town.sites[0]
    problems = refused("sites", sheet(HEAD, [theirs.code, *ESTATE[1:]]), town.actors["clerk"])
    assert [problem.code for problem in problems] == ["outside"]


def test_another_towns_communities_are_not_found_by_a_towns_clerk(town, other_town):
    row = ["DW9", "某小区", "居民小区", "他镇街道", None, *ESTATE[5:]]
    assert [problem.code for problem in refused("sites", sheet(HEAD, row), town.actors["clerk"])] == ["unknown_division"]


def test_who_may_not_edit_sites_brings_none_in(town):
    with pytest.raises(access.Denied):
        bring("sites", sheet(HEAD, ESTATE), town.actors["leader"])


# grids


def test_small_grids_come_with_the_grids_that_hold_them_and_twice_nothing_changes(town):
    content = sheet(
        ["网格编码", "网格名称", "社区", "上级网格"], ["G1-1", "第1小网格", "第1社区", "G1"], ["G1", "第1网格", "第1社区", None]
    )
    assert bring("grids", content, town.actors["clerk"])["creates"] == 2
    assert Grid.objects.get(code="G1-1").parent.code == "G1"
    again = bring("grids", content, town.actors["clerk"])
    assert (again["creates"], again["updates"], again["unchanged"]) == (0, 0, 2)


def test_a_small_grid_of_an_unknown_grid_is_an_error(town):
    problems = refused("grids", sheet(["网格编码", "网格名称", "社区", "上级网格"], ["G1-1", "第1小网格", "第1社区", "G9"]))
    assert [problem.code for problem in problems] == ["unknown_grid"]
