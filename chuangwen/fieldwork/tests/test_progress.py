"""Progress of a round: places, never people; first results with their uncertainty; the same queries for few places and many."""

from datetime import timedelta

import pytest
from django.urls import reverse

from chuangwen.fieldwork import actions, progress
from chuangwen.fieldwork.models import Observation, Round, RoundSite
from chuangwen.fieldwork.tests.rounds import DAY, NOW, a_team, an_inspector, drawn_round, many_sites, visit
from chuangwen.kernel import clock, importing
from chuangwen.testing.factories import make_town
from chuangwen.testing.sheets import workbook


@pytest.fixture(autouse=True)
def the_time():
    with clock.at(NOW):
        yield


def test_places_are_counted_by_area_team_and_type(town):
    round = drawn_round(town, 6, 12)
    anna = an_inspector(town, "anna")
    team = a_team(town, round, "甲组", anna)
    places = list(round.site_links.select_related("round", "site").order_by("site__code"))
    for place in places[:4]:
        actions.give_to_team(town.actors["clerk"], place_id=place.pk, team=team)
        place.refresh_from_db()
    visit(anna, places[0], {town.criteria[0]: {"grade": "A"}, town.criteria[1]: {"grade": "C"}})
    visit(anna, places[1], {town.criteria[0]: {"conform": True}, town.criteria[1]: {"conform": False}})
    actions.leave_out(town.actors["clerk"], place_id=places[2].pk, reason="停业")
    RoundSite.objects.filter(pk=places[3].pk).update(day=DAY)
    RoundSite.objects.filter(pk=places[4].pk).update(day=DAY - timedelta(days=1))
    found = progress.of_round(town.actors["clerk"], round)
    whole = found.whole
    assert (whole.places, whole.done, whole.skipped, whole.left, whole.today, whole.late) == (6, 2, 1, 3, 1, 1)
    assert {line.name: (line.places, line.done) for line in found.teams}["甲组"] == (4, 2)
    assert sum(line.places for line in found.areas) == 6 == sum(line.places for line in found.types)
    assert sorted(whole.shares) == pytest.approx([0.5, 0.665]) and (whole.mean.n, whole.mean.of) == (2, 5)
    assert (whole.passing.value, whole.passing.n) == (0.5, 2)
    assert [place.skipped_reason for place in found.skipped] == ["停业"]
    assert list(progress.left_today(round, round.site_links.all())) == [places[4], places[3]] or {
        place.pk for place in progress.left_today(round, round.site_links.all())
    } == {places[3].pk, places[4].pk}


@pytest.mark.parametrize(
    "result, share",
    [
        ({"grade": "A"}, 1.0),
        ({"grade": "D"}, 0.0),
        ({"loss": "0.3"}, 0.7),
        ({"conform": True}, 1.0),
        ({"conform": False}, 0.0),
        ({"defects": 0}, 1.0),
        ({"defects": 2}, 0.33),
        ({"defects": 7}, 0.0),
        ({"grade": "B", "defects": 1}, 0.66),
    ],
)
def test_what_an_observation_is_worth(town, result, share):
    round = drawn_round(town)
    Observation.objects.create(round=round, site=town.sites[1], criterion=town.criteria[0], observed_on=DAY, **result)
    assert progress.first_results(Observation.objects.filter(round=round))[town.sites[1].pk][0] == pytest.approx(share)


def test_the_interval_closes_when_every_place_was_visited(town):
    round = drawn_round(town, 2, 5)
    anna = an_inspector(town, "anna")
    for place, grade in zip(round.site_links.select_related("round", "site"), "AD", strict=True):
        visit(anna, place, {town.criteria[0]: {"grade": grade}})
    mean = progress.of_round(town.actors["clerk"], round).whole.mean
    assert (mean.value, mean.low, mean.high) == (0.5, 0.5, 0.5)


def test_the_page_costs_the_same_at_three_places_and_at_three_hundred(town, sign_in, django_assert_num_queries):
    round = drawn_round(town, 3, 4)
    anna = an_inspector(town, "anna")
    a_team(town, round, "甲组", anna)
    for place in round.site_links.select_related("round", "site")[:2]:
        visit(anna, place, {town.criteria[0]: {"grade": "B"}})
    client, url = sign_in("clerk"), reverse("fieldwork:progress", args=[round.pk])
    client.get(url)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    few = cost()
    places = RoundSite.objects.bulk_create(
        RoundSite(round=round, site=site, purpose="added", done_at=NOW if n % 2 else None, day=DAY)
        for n, site in enumerate(many_sites(town, 300))
    )
    Observation.objects.bulk_create(
        Observation(round=round, site=place.site, criterion=town.criteria[0], observed_on=DAY, grade="ABCD"[n % 4])
        for n, place in enumerate(places)
        if place.done_at
    )
    assert cost() == few <= 12


def test_a_place_is_visited_when_the_desk_recorded_all_or_a_sheet_brought_its_rows(town, sign_in):
    round = drawn_round(town, 2, 5)
    one, other = round.site_links.select_related("site").order_by("site__code")
    client, url = sign_in("clerk"), reverse("fieldwork:record", args=[round.pk])
    client.post(f"{url}?site={one.site_id}", {"rest": "1"})
    one.refresh_from_db()
    assert one.done_at is not None
    head = ["标准", "点位编码", "结果", "日期", "区域"]
    rows = [[town.criteria[0].text, other.site.code, "B", "2026-11-17", town.street.name]]
    importing.bring_in(town.actors["clerk"], "observations", workbook(rows, head), {"round": round.name}, file_name="a.xlsx")
    other.refresh_from_db()
    assert other.done_at is not None


def test_nobody_is_timed_and_no_person_is_named(town, sign_in):
    round = drawn_round(town)
    anna = an_inspector(town, "anna")
    team = a_team(town, round, "甲组", anna)
    place = round.site_links.select_related("round", "site").first()
    actions.give_to_team(town.actors["clerk"], place_id=place.pk, team=team)
    place.refresh_from_db()
    visit(anna, place, {town.criteria[0]: {"grade": "A"}})
    client = sign_in("clerk")
    html = client.get(reverse("fieldwork:progress", args=[round.pk]), {"by": "team"}).content.decode()
    told = client.get(f"/api/v1/rounds/{round.pk}/progress").json()
    assert anna.person.name not in html and anna.person.name not in str(told)
    assert set(told["teams"][0]) == {"id", "name", "places", "done", "skipped", "left"}


def test_another_towns_round_has_no_progress_for_this_one(town, sign_in):
    other = make_town("440902004000", "河西街道", "西")
    round = drawn_round(other)
    client = sign_in("clerk")
    for name in ("plan", "progress", "places", "agreement", "quotas", "draw-sites"):
        assert client.get(reverse(f"fieldwork:{name}", args=[round.pk])).status_code == 404, name
    assert client.get(reverse("fieldwork:draw", args=[round.draws.get().pk])).status_code == 404
    assert client.get(f"/api/v1/rounds/{round.pk}/progress").status_code == 404


def test_a_round_without_places_says_so(town, sign_in):
    round = Round.objects.create(name="空", edition=town.edition, division=town.street, starts_on=DAY, ends_on=DAY)
    assert sign_in("leader").get(reverse("fieldwork:progress", args=[round.pk])).status_code == 200
