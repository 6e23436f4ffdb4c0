"""The map counts by squares what it cannot draw, opens what it counted, and goes back in time; its answers stay small."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chuangwen.cases import actions
from chuangwen.cases import queries as cases
from chuangwen.cases.models import Case, State
from chuangwen.kernel import clock
from chuangwen.kernel.geography import Box
from chuangwen.overview import queries
from chuangwen.overview.queries import ground
from chuangwen.overview.tests.conftest import case_links

BOX = "110,21,112,23"


@pytest.fixture
def case(town):
    return actions.report(town.actors["grid_worker"], description="墙上有小广告", site=town.sites[0], kind=town.kinds["sticker"])


def many(town, count: int, **facts) -> None:
    """Cases spread over the town, open unless said otherwise."""
    common = {
        "state": State.SCREENED,
        "source": "patrol",
        "reported_at": clock.now() - timedelta(days=3),
        "family": town.families["environment"],
    } | facts
    Case.objects.bulk_create(
        Case(
            description=f"第{n}条", division=town.communities[n % 2], lat=21.6 + n % 97 / 997, lon=110.9 + n % 89 / 991, **common
        )
        for n in range(count)
    )


def load(client, name="map-squares", **query):
    return client.get(reverse(name), {"box": BOX, "zoom": "13"} | query)


def test_few_cases_are_drawn_one_by_one_with_their_state_and_page(town, other_town, case, sign_in):
    Case.objects.filter(pk=case.pk).update(
        state=State.RECTIFYING, lead_unit=town.units["department"], due_at=clock.now(), urgency="overdue"
    )
    drawn = load(sign_in("clerk")).json()
    assert drawn["total"] == 1 and [spot["title"] for spot in drawn["spots"]] == [case.number]
    assert drawn["spots"][0]["tone"] == "bad" and drawn["spots"][0]["url"] == reverse("cases:detail", args=[case.pk])
    assert load(sign_in("clerk", other_town)).json()["total"] == 0


def test_many_cases_are_counted_by_squares_and_each_square_opens_its_cases(town, sign_in):
    many(town, 400)
    client = sign_in("clerk")
    drawn = load(client).json()
    assert drawn["total"] == 400 == sum(square["count"] for square in drawn["squares"]) and "spots" not in drawn
    assert all(sum(square["tones"].values()) == square["count"] for square in drawn["squares"])
    counts = [(client.get(square["url"]).context["rows"].count, square["count"]) for square in drawn["squares"][:25]]
    assert all(left == right for left, right in counts) and len(counts) > 5


@pytest.mark.parametrize("zoom", ["3", "12", "19", "99"])
def test_an_answer_is_bounded_whatever_is_asked(town, sign_in, zoom):
    many(town, 3000)
    answer = load(sign_in("clerk"), zoom=zoom, box="-180,-90,180,90")
    assert len(answer.json()["squares"]) <= 2000 and len(answer.content) < 400_000


def test_the_grid_is_never_finer_than_the_answer_may_be_long():
    for wanted in (1, 64, 4096, 2**15):
        for box in (Box(21.6, 110.9, 21.7, 111.0), Box(-90, -180, 90, 180), Box(21, 110, 21, 110)):
            fineness = cases.fineness_for(box, wanted)
            squares = ((box.north - box.south) * fineness + 1) * ((box.east - box.west) * fineness + 1)
            assert fineness <= wanted and (squares <= 2000 or fineness == 1)


@pytest.mark.parametrize("box", ["", "1,2,3", "a,b,c,d", "5,5,1,1", "nan,0,1,1"])
def test_a_box_that_is_none_is_refused_in_words(town, sign_in, box):
    assert sign_in("clerk").get(reverse("map-squares"), {"box": box}).status_code == 400


def test_a_day_in_the_past_shows_what_was_open_then(town, case, sign_in):
    now = clock.now()
    many(town, 3, reported_at=now - timedelta(days=40))
    many(town, 5, reported_at=now - timedelta(days=40), state=State.CLOSED, closed_at=now - timedelta(days=10))
    many(town, 7, reported_at=now - timedelta(days=40), state=State.REJECTED)
    client = sign_in("clerk")
    day = lambda back: (clock.today() - timedelta(days=back)).isoformat()  # noqa: E731
    assert [load(client, day=day(back)).json()["total"] for back in (50, 40, 20, 11, 10, 0)] == [0, 8, 8, 8, 3, 4]
    assert [client.get(reverse("cases:list"), {"open_on": day(back)}).context["rows"].count for back in (20, 10, 0)] == [8, 3, 4]
    assert "warn" not in str(load(client, day=day(20)).json()["spots"])


def test_filters_stay_in_the_address_and_narrow_map_and_table_alike(town, case, sign_in):
    many(town, 6, source="hotline")
    many(town, 4, family=town.families["order"])
    client = sign_in("clerk")
    query = {"family": str(town.families["environment"].pk), "source": "hotline", "state": "screened"}
    answer = client.get(reverse("map"), query)
    assert load(client, **query).json()["total"] == 6 == answer.context["table"].total.count
    for part in ("source=hotline", "state=screened", f"family={query['family']}"):
        assert part in answer.context["load"]
    assert load(client, family="999999", source="x", state="closed", day="0000", period="9").json()["total"] == 11


@pytest.mark.parametrize("layer", ["cases", "heat", "sites"])
def test_every_number_of_the_table_opens_its_cases(at_work, sign_in, layer):
    client = sign_in("clerk")
    for query in (
        {},
        {"family": str(at_work.families["environment"].pk)},
        {"day": (clock.today() - timedelta(days=4)).isoformat()},
    ):
        links = case_links(client.get(reverse("map"), {"layer": layer} | query).content.decode())
        assert len(links) >= 3, query
        assert [(url, n) for url, n in links if client.get(url).context["rows"].count != n] == []


def test_sites_are_shown_by_what_is_open_at_them(town, case, sign_in):
    late = actions.report(town.actors["clerk"], description="x", site=town.sites[1], kind=town.kinds["sticker"])
    Case.objects.filter(pk=late.pk).update(
        state=State.RECTIFYING, urgency="overdue", lead_unit=town.units["department"], due_at=clock.now()
    )
    spots = {spot["title"]: spot["tone"] for spot in load(sign_in("clerk"), "map-sites").json()["spots"]}
    assert spots == {town.sites[0].name: "warn", town.sites[1].name: "bad", town.sites[2].name: "ok"}


def test_areas_carry_their_rate_in_words_and_shade_and_open_the_figure(at_work, sign_in):
    from chuangwen.fieldwork.models import Observation, Round

    newest = Round.objects.get(name="第2次月测")
    for n, community in enumerate(at_work.communities):
        ring = [[110 + n, 21], [111 + n, 21], [111 + n, 22], [110 + n, 21]]
        type(community).objects.filter(pk=community.pk).update(outline={"type": "Polygon", "coordinates": [ring]})
        Observation.objects.create(
            round=newest, site=at_work.sites[n], criterion=at_work.criteria[0], area=community, observed_on=clock.today(), loss="0.1",
            serial=f"S{n}",
        )  # fmt: skip
    client = sign_in("leader")
    shapes = client.get(reverse("map-areas")).json()["features"]
    assert [(one["properties"]["value"], one["properties"]["shade"]) for one in shapes] == [("80.00%", 0), ("92.00%", 2)]
    assert all(one["properties"]["url"].startswith("/scoring/sheets/") for one in shapes)
    page = client.get(reverse("map"), {"layer": "areas"})
    assert [area.rate for area in page.context["areas"].found] == sorted(area.rate for area in page.context["areas"].found)
    assert "第2次月测" in page.content.decode() and "名次" in page.content.decode()
    assert page.context["areas"].legend[0] == (0, "80%–85%")


def test_shades_are_never_narrower_than_half_a_point(at_work):
    class Row:
        counted = 1

    close = ground.Areas(found=[ground.Area(None, Row, ground.Decimal(rate)) for rate in ("0.9239", "0.9301")])
    assert close.scale == (ground.Decimal("92.0"), ground.Decimal("0.5"))
    assert [close.shade(area) for area in close.found] == [0, 2]


@pytest.mark.parametrize(
    ("name", "query"),
    [("map-squares", {}), ("map-squares", {"layer": "heat"}), ("map-squares", {"day": "2026-01-01"}), ("map-sites", {})],
)
def test_the_number_of_queries_does_not_grow(town, sign_in, django_assert_num_queries, name, query):
    client = sign_in("clerk")
    many(town, 300)
    load(client, name, **query)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        load(client, name, **query)
    many(town, 900)
    with django_assert_num_queries(len(few)):
        load(client, name, **query)
    assert len(few) <= 8


def test_the_map_needs_the_verb(town, sign_in):
    for name in ("map", "map-squares", "map-areas"):
        assert sign_in("audit_admin").get(reverse(name), {"box": BOX}).status_code == 403


def test_a_layer_that_one_may_not_see_is_not_offered(town, sign_in):
    page = sign_in("liaison").get(reverse("map"), {"layer": "areas"})
    may = town.actors["liaison"].may("scoring.see_scores")
    assert page.status_code == 200 and page.context["asked"].layer == ("areas" if may else "cases")


def test_the_view_is_that_of_ones_own_places(town, other_town):
    box = queries.view(town.actors["clerk"])
    assert (round(box.south, 3), round(box.north, 3)) == (21.66, 21.662)


@pytest.mark.parametrize("fineness", [1, 64, 256, 1024])
def test_counting_cell_by_cell_gives_the_same_squares(town, fineness):
    """With edges that cut through cells, coordinates on the lines of the grid, and cases of no place."""
    many(town, 500)
    many(town, 60, reported_at=clock.now() - timedelta(days=500))
    for n, (lat, lon) in enumerate([(21.625, 110.9375), (21.625, 110.9375), (21.62499999, 110.93749999), (None, None)]):
        Case.objects.create(description=f"线上{n}", source="patrol", reported_at=clock.now(), division=town.street, lat=lat, lon=lon)
    clerk, span = town.actors["clerk"], (clock.today() - timedelta(days=364), clock.today())
    for box in (Box(21.6003, 110.9007, 21.6701, 110.9651), Box(21.625, 110.9375, 21.7, 111), Box(-90, -180, 90, 180)):
        plain = cases.squares(clerk, [cases.reported_in(*span)], box=box, fineness=fineness)
        cells = cases.squares_of_cells(clerk, [cases.reported_in_cells(*span)], box=box, fineness=fineness)
        assert {(s.x, s.y): s.count for s in cells} == {(s.x, s.y): s.count for s in plain}
        assert sum(s.count for s in cells) > 0
        middles = {(s.x, s.y): (s.lat, s.lon) for s in plain}
        assert all((s.lat, s.lon) == pytest.approx(middles[s.x, s.y]) for s in cells)


def test_the_heat_of_a_year_is_walked_in_the_order_of_an_index_and_nothing_is_sorted(town, sign_in):
    if connection.vendor != "sqlite":
        pytest.skip("other databases count without sorting")
    many(town, 3000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the daily job has it done
    client = sign_in("clerk")
    with CaptureQueriesContext(connection) as asked:
        assert load(client, layer="heat", period="365").json()["total"] == 3000
    (query,) = [one["sql"] for one in asked.captured_queries if "GROUP BY" in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query}")
        plan = [row[3] for row in cursor.fetchall()]
    assert any("COVERING INDEX cases_cells" in step for step in plan)
    assert not any("TEMP B-TREE FOR GROUP BY" in step for step in plan)
