"""What the pages of places promise: figures open their rows, other towns stay unseen, every list costs the same."""

import pytest
import segno
from django.urls import reverse

from chuangwen.places import queries
from chuangwen.places.models import Asset, Division, Grid, Site
from chuangwen.places.views import sites as sites_pages
from chuangwen.testing.factories import make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def estates(town):
    """Six estates without a manager: four without extinguishers, one with some, one nobody looked at; two with a manager."""
    kind = town.types["estate"]
    rows = [make_site(town.communities[n % 2], kind, f"无管{n}", has_manager=False, lat=21.6, lon=110.9) for n in range(6)]
    for n, quantity in enumerate((0, 0, 0, 0, 8)):
        Asset.objects.create(site=rows[n], kind="extinguisher", quantity=quantity)
    managed = [make_site(town.communities[0], kind, f"有管{n}", has_manager=True) for n in range(2)]
    Asset.objects.create(site=managed[0], kind="extinguisher", quantity=0)
    return rows


def test_gaps_count_what_lacks_a_manager_and_of_these_what_lacks_extinguishers(town, estates):
    counts = queries.gap_counts(queries.sites(town.actors["clerk"]))[0]
    assert (counts["unmanaged"], counts["unmanaged_bare"], counts["unmanaged_unknown"], counts["bare"]) == (6, 4, 1, 5)
    assert counts["pointless"] == 2
    by_type = {row.name: row for row in queries.gaps_by_type(queries.sites(town.actors["clerk"]))}
    assert by_type["居民小区"].counts["unmanaged"] == 6 and by_type["农贸市场"].counts["unmanaged"] == 0


@pytest.mark.parametrize("gap", [gap.key for gap in queries.GAPS])
def test_every_figure_of_the_gaps_opens_exactly_the_rows_behind_it(town, estates, sign_in, gap):
    clerk = sign_in("clerk")
    rows = queries.sites(town.actors["clerk"])
    for line in [*queries.gaps_by_type(rows), *queries.gaps_by_division(rows, town.communities)]:
        page = clerk.get(f"{reverse('places:sites')}?{line.query}&gap={gap}&size=100").content.decode()
        shown = {name for name in Site.objects.values_list("name", flat=True) if f">{name}</a>" in page}
        assert len(shown) == line.counts[gap], line.name
        assert f"?{line.query}&amp;gap={gap}" in clerk.get(reverse("places:gaps")).content.decode() or not line.counts[gap]


def test_a_division_counts_what_lies_below_it(town, estates):
    counts = {str(node.division): node.sites for node in queries.children(town.actors["clerk"], town.street)}
    assert sum(counts.values()) == Site.objects.count() == 11
    assert [node.division for node in queries.children(town.actors["clerk"], None)] == [town.street]


def test_a_town_sees_its_own_places_and_no_others(town, other_town, sign_in):
    clerk = sign_in("clerk")
    names = clerk.get(reverse("places:sites")).content.decode()
    assert town.sites[0].name in names and other_town.sites[0].name not in names
    points = clerk.get(reverse("places:points")).json()["features"]
    assert len(points) == len(town.sites)
    tree = clerk.get(reverse("places:divisions")).content.decode()
    assert town.communities[0].name in tree and other_town.communities[0].name not in tree


@pytest.mark.parametrize("role", ["clerk", "leader", "unit_head", "liaison", "inspector", "grid_worker"])
def test_another_towns_identifiers_are_not_there(town, other_town, sign_in, role):
    client, site, division, grid = sign_in(role), other_town.sites[0], other_town.street, other_town.grid
    for name, pk in [("site", site.pk), ("site-point", site.pk), ("division", division.pk), ("branch", division.pk)]:
        assert client.get(reverse(f"places:{name}", args=[pk])).status_code == 404
    expected = 404 if role == "clerk" else 403
    for name, pk in [("site-edit", site.pk), ("division-edit", division.pk), ("grid-edit", grid.pk)]:
        assert client.get(reverse(f"places:{name}", args=[pk])).status_code == expected
        assert client.post(reverse(f"places:{name}", args=[pk]), {"name": "改名"}).status_code == expected
    for name, pk in [("site-use", site.pk), ("division-remove", division.pk), ("grid-remove", grid.pk)]:
        assert client.post(reverse(f"places:{name}", args=[pk]), {"active": "0"}).status_code == expected
    site.refresh_from_db()
    assert site.active and Division.objects.filter(pk=division.pk).exists() and Grid.objects.filter(pk=grid.pk).exists()


@pytest.mark.parametrize("role", ["resident", "audit_admin", "security_admin"])
def test_who_has_no_business_with_places_is_told_so(town, sign_in, role):
    for name in ("sites", "divisions", "gaps", "grids", "points"):
        assert sign_in(role).get(reverse(f"places:{name}")).status_code == 403


def site_form(town, **more):
    facts = {
        "name": "新站点",
        "code": "",
        "type": town.types["market"].pk,
        "division": town.communities[0].pk,
        "grid": town.grid.code,
        "address": "",
        "datum": "gcj02",
        "lon": "110.925",
        "lat": "21.66",
        "has_manager": "unknown",
        "households": "",
        "note": "",
    }
    return facts | more


def test_a_site_is_made_with_its_point_in_the_datum_it_was_taken_in(town, sign_in):
    answer = sign_in("clerk").post(reverse("places:site-new"), site_form(town))
    site = Site.objects.get(name="新站点")
    assert answer["Location"] == reverse("places:site", args=[site.pk])
    assert (site.given_lon, site.datum) == (110.925, "gcj02") and 0.003 < 110.925 - site.lon < 0.007
    assert site.code.startswith("DW") and site.grid == town.grid


def test_what_cannot_be_saved_is_said_beside_the_field(town, sign_in):
    clerk = sign_in("clerk")
    taken = clerk.post(reverse("places:site-new"), site_form(town, code=town.sites[0].code))
    half = clerk.post(reverse("places:site-new"), site_form(town, lat=""))
    assert taken.status_code == half.status_code == 422
    assert town.sites[0].code in taken.content.decode() and "经度和纬度" in half.content.decode()
    assert not Site.objects.filter(name="新站点").exists()


def test_a_site_cannot_be_moved_into_another_town(town, other_town, sign_in):
    answer = sign_in("clerk").post(
        reverse("places:site-edit", args=[town.sites[0].pk]), site_form(town, division=other_town.communities[0].pk, grid="")
    )
    assert answer.status_code == 422
    town.sites[0].refresh_from_db()
    assert town.sites[0].division in town.communities


def test_a_grid_worker_records_what_stands_in_the_own_community_only(town, sign_in):
    worker = sign_in("grid_worker")
    mine, theirs = (
        Site.objects.filter(division=town.communities[0]).first(),
        Site.objects.filter(division=town.communities[1]).first(),
    )
    assert worker.post(reverse("places:asset-record", args=[mine.pk]), {"kind": "bin", "quantity": "7"}).status_code == 303
    assert worker.post(reverse("places:asset-record", args=[theirs.pk]), {"kind": "bin", "quantity": "7"}).status_code == 404
    assert [asset.quantity for asset in Asset.objects.all()] == [7]


def test_a_site_out_of_use_leaves_lists_and_counts_but_not_the_tables(town, sign_in):
    clerk, site = sign_in("clerk"), town.sites[0]
    clerk.post(reverse("places:site-use", args=[site.pk]), {"active": "0"})
    assert site.name not in clerk.get(reverse("places:sites")).content.decode()
    assert site.name in clerk.get(reverse("places:sites") + "?use=out").content.decode()
    assert Site.objects.filter(pk=site.pk).exists()


def test_a_division_with_something_in_it_is_not_removed(town, sign_in):
    assert sign_in("clerk").post(reverse("places:division-remove", args=[town.communities[0].pk])).status_code == 409
    assert Division.objects.filter(pk=town.communities[0].pk).exists()


def test_a_clerk_puts_a_division_below_the_own_street_but_not_at_the_top(town, sign_in):
    clerk = sign_in("clerk")
    facts = {"name": "新设社区", "short_name": "", "code": "440902003009", "outline": "", "level": "5"}
    assert clerk.post(reverse("places:division-new") + f"?under={town.street.pk}", facts).status_code == 303
    assert Division.objects.get(code="440902003009").under(town.street)
    assert clerk.post(reverse("places:division-new"), facts | {"code": "", "level": "1"}).status_code == 403


def test_what_is_taken_is_said_in_a_sentence_beside_its_field(town, sign_in):
    facts = {"name": "新设类型", "code": town.types["market"].code, "group": "", "order": "9", "active": "on"}
    answer = sign_in("system_admin").post(reverse("places:type-new"), facts)
    html = answer.content.decode()
    assert answer.status_code == 422 and "id_code_error" in html and "id_name_error" not in html
    assert f"“{facts['code']}”已被占用" in html


def test_outlines_are_given_for_the_map(town, sign_in):
    town.street.outline = {"type": "Polygon", "coordinates": [[[110.9, 21.6], [111, 21.6], [111, 21.7], [110.9, 21.6]]]}
    town.street.save()
    features = sign_in("clerk").get(reverse("places:outlines")).json()["features"]
    assert [feature["properties"]["title"] for feature in features] == [town.street.name]


def test_lists_and_pages_cost_the_same_at_any_length(town, sign_in, django_assert_max_num_queries):
    clerk = sign_in("clerk")
    Site.objects.bulk_create(
        Site(code=f"N{n}", name=f"点{n}", type=town.types["market"], division=town.communities[n % 2]) for n in range(300)
    )
    for name in ("sites", "gaps", "divisions", "points"):
        with django_assert_max_num_queries(16):
            assert clerk.get(reverse(f"places:{name}")).status_code == 200


def test_what_goes_out_comes_in_again_unchanged(town, estates, sign_in):
    from chuangwen.kernel import importing

    Site.objects.update(given_lat=None, given_lon=None)
    content = sign_in("clerk").get(reverse("places:sites") + "?export=xlsx").content
    report = importing.bring_in(town.actors["clerk"], "sites", content, {})
    assert (report["creates"], report["updates"], report["unchanged"]) == (0, 0, Site.objects.count())


def test_codes_are_printed_for_the_sites_of_the_list_and_say_the_site(town, other_town, sign_in, monkeypatch):
    drawn, draw = [], segno.make_qr
    monkeypatch.setattr(sites_pages.segno, "make_qr", lambda text, **more: drawn.append(text) or draw(text, **more))
    client, wanted = sign_in("clerk"), town.sites[1]
    answer = client.get(reverse("places:codes"), {"q": wanted.code})
    assert [site.pk for site, _drawing in answer.context["labels"]] == [wanted.pk]
    assert drawn == [f"http://testserver/report/?site={wanted.code}"], "a resident who scans it reports here, an inspector rates here"
    assert "<svg" in answer.content.decode() and wanted.name in answer.content.decode()
    foreign = client.get(reverse("places:codes"), {"only": other_town.sites[0].pk, "use": "all"})
    assert foreign.context["labels"] == []
