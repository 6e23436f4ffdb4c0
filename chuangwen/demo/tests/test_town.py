"""What the report says stands in the town, word for word and figure for figure; what is generated says so."""

import re
from collections import Counter
from pathlib import Path

import pytest

from chuangwen.demo import town
from chuangwen.standards import shipped

REPORT = Path(__file__).parents[4] / "shared" / "real" / "reports" / "report-hedong-street.txt"
NAMES = ["尚谷车", "禾黎", "岭咀", "计星", "迎宾", "竹园", "方兴", "双山", "荔红", "西粤", "高凉", "为民", "乙烯北", "宾南"]


def area(polygon):
    ring = polygon["coordinates"][0]
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False))) / 2


def test_the_sixteen_communities_bear_their_public_names_and_codes(town_data):
    communities = [row for row in town_data.divisions if row.level == 5]
    assert [row.code for row in communities] == [f"440902003{number:03d}" for number in range(1, 17)]
    assert [row.name for row in communities[:14]] == [f"{name}社区居民委员会" for name in NAMES]
    assert [row.name for row in communities[14:]] == ["南庄居委会", "府前社区居民委员会"]
    assert {row.parent for row in communities} == {"440902003000"}


def test_communities_and_small_grids_part_the_town_without_gap_or_overlap(town_data):
    outlines = {row.code: row.outline for row in town_data.divisions if row.outline}
    whole = area(outlines["440902003000"])
    assert sum(area(shape) for code, shape in outlines.items() if code != "440902003000") == pytest.approx(whole, rel=1e-6)
    small = [grid for grid in town_data.grids if grid.parent]
    assert sum(area(grid.outline) for grid in small) == pytest.approx(whole, rel=1e-6)
    for shape in [*outlines.values(), *(grid.outline for grid in small)]:
        assert shape["coordinates"][0][0] == shape["coordinates"][0][-1]
        assert area(shape) > 0


def test_sixteen_grids_hold_one_hundred_and_five_small_ones(town_data):
    grids = [grid for grid in town_data.grids if grid.parent is None]
    small = [grid for grid in town_data.grids if grid.parent]
    assert (len(grids), len(small)) == (16, 105)
    assert {grid.parent for grid in small} == {grid.code for grid in grids}
    assert set(Counter(grid.parent for grid in small).values()) == {6, 7}


def test_eight_working_groups_are_kept_and_the_seven_of_the_sentence_is_noted(town_data):
    groups = [unit for unit in town_data.units if unit.kind == "working_group"]
    assert len(groups) == 8
    assert not any(unit.generated for unit in groups)
    fact = next(fact for fact in town_data.facts if fact.code == "working-groups")
    assert fact.quantity == 7
    assert "8" in fact.note


@pytest.mark.skipif(not REPORT.is_file(), reason="the report is not beside this checkout")
def test_every_fact_has_its_sentence_in_the_report_and_its_figure_in_the_sentence(town_data):
    report = REPORT.read_text(encoding="utf-8")
    for fact in town_data.facts:
        assert fact.sentence in report, fact.code
        if fact.quantity is None:
            assert "20xx" in fact.sentence
            assert fact.note
            continue
        wanted = {300000: "30多萬", 20000: "2萬多"}.get(fact.quantity, str(fact.quantity))
        named = fact.code in ("estates-upgraded", "communities-drawn")
        assert named or re.search(rf"(?<!\d){wanted}", fact.sentence), fact.code


def test_unmanaged_estates_are_those_of_the_report(town_data):
    estates = {site.code for site in town_data.sites if site.type == "unmanaged-estate"}
    having = {row.site: row.quantity for row in town_data.assets if row.kind == "extinguisher" and row.site in estates}
    assert len(estates) == len(having) == 236
    assert sum(quantity == 0 for quantity in having.values()) == 189
    assert sum(quantity > 0 for quantity in having.values()) == 47
    assert all(site.has_manager is False for site in town_data.sites if site.code in estates)


@pytest.mark.parametrize(
    ("kind", "total"),
    [
        ("extinguisher", 820),
        ("fire_station", 30),
        ("bin", 145),
        ("motorcycle_bay", 9720),
        ("parking_bay", 2500),
        ("ad_board", 3520),
    ],
)
def test_what_stands_on_the_sites_adds_up_to_the_report(town_data, kind, total):
    assert sum(row.quantity for row in town_data.assets if row.kind == kind) == total


def test_sites_of_many_types_stand_inside_the_town_in_their_own_small_grid(town_data):
    grids = {grid.code: grid for grid in town_data.grids}
    assert len(town_data.sites) >= 700
    assert len({site.type for site in town_data.sites}) >= 30
    assert len({site.name for site in town_data.sites}) == len({site.code for site in town_data.sites}) == len(town_data.sites)
    for site in town_data.sites:
        grid = grids[site.grid]
        assert grid.community == site.community
        xs, ys = zip(*grid.outline["coordinates"][0], strict=True)
        assert min(xs) <= site.lon <= max(xs)
        assert min(ys) <= site.lat <= max(ys)
        assert shipped.checklist(site.type)


def test_only_the_places_that_the_report_names_are_not_generated(town_data):
    named = {site.name for site in town_data.sites if not site.generated}
    assert named == {
        "健康北路", "计星北路", "迎宾路", "方兴市场", "崩塘仔市场", "迎宾路29号大院", "计星公产房小区", "尚谷车茂石化宿舍",
    }  # fmt: skip


def test_people_are_invented_and_their_numbers_belong_to_nobody(town_data):
    assert len({person.name for person in town_data.people}) == len(town_data.people)
    for person in town_data.people:
        assert person.generated
        assert re.fullmatch(r"1990000\d{4}", person.phone)


def test_every_unit_has_a_responsible_person_and_a_liaison_and_every_small_grid_a_worker(town_data):
    now = [post for post in town_data.posts if post.ends_on is None]
    for unit in town_data.units:
        if unit.kind in ("community", "department", "enterprise", "town_office"):
            assert {"first_responsible", "liaison"} <= {post.kind for post in now if post.unit == unit.key}, unit.name
    assert {post.grid for post in now if post.grid} == {grid.code for grid in town_data.grids if grid.parent}
    assert max(Counter(post.person for post in now).values()) > 1, "somebody holds several posts"
    assert any(post.ends_on for post in town_data.posts), "somebody has left"
    roles = {
        "leader",
        "clerk",
        "unit_head",
        "liaison",
        "inspector",
        "grid_worker",
        "system_admin",
        "security_admin",
        "audit_admin",
    }
    assert roles <= {post.role for post in now}


def test_the_units_form_one_tree(town_data):
    keys = [unit.key for unit in town_data.units]
    assert len(set(keys)) == len(keys)
    for number, unit in enumerate(town_data.units):
        assert unit.parent is None or unit.parent in keys[:number]
    assert len([unit for unit in town_data.units if unit.peer_group == "区直部门"]) >= 14


def test_the_bent_lattice_is_not_folded():
    points = [[town.place(i / 12, k / 12) for i in range(49)] for k in range(49)]
    for row in points:
        assert all(a[1] < b[1] for a, b in zip(row, row[1:], strict=False))
    for column in zip(*points, strict=True):
        assert all(a[0] < b[0] for a, b in zip(column, column[1:], strict=False))
