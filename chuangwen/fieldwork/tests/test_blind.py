"""Blind re-rating: another team goes, it sees nothing of the first result anywhere, and what it finds is compared but never counted."""

import io

import openpyxl
import pytest
from django.urls import reverse

from chuangwen.cases import actions as cases
from chuangwen.cases.models import Case
from chuangwen.fieldwork import actions, blind, queries, rerating
from chuangwen.fieldwork.models import Observation, RoundSite, Visit
from chuangwen.fieldwork.tests.rounds import NOW, SEED, a_team, an_inspector, drawn_round, visit
from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.people.actors import actor_of
from chuangwen.scoring.models import Scheme, ScoreSheet

NOTE = "墙面乱张贴十二处"


@pytest.fixture(autouse=True)
def the_time():
    with clock.at(NOW):
        yield


@pytest.fixture
def rated(town):
    """A round of two teams: the first was everywhere, one place in two is drawn to be rated again by the second."""
    round = drawn_round(town, 4, 8, rerate_share="0.5")
    first, second = an_inspector(town, "first"), an_inspector(town, "second", "clerk")
    one, two = a_team(town, round, "甲组", first), a_team(town, round, "乙组", second)
    for place in round.site_links.select_related("round", "site"):
        actions.give_to_team(town.actors["clerk"], place_id=place.pk, team=one)
        place.refresh_from_db()
        visit(first, place, {town.criteria[0]: {"grade": "C", "note": NOTE}, town.criteria[1]: {"grade": "A"}})
    actions.draw_reratings(town.actors["clerk"], round_id=round.pk, seed=SEED)
    again = list(round.site_links.filter(purpose="rerate").select_related("site", "round").order_by("pk"))
    return town, round, first, second, one, two, again


def test_a_share_of_the_visited_places_goes_to_another_team(rated):
    _town, round, _first, _second, _one, two, again = rated
    assert len(again) == 2 and {place.team for place in again} == {two}
    assert {place.rerate_of.site_id for place in again} == {place.site_id for place in again}
    assert {place.rerate_of.round_id for place in again} == {round.pk}


def test_a_team_with_somebody_who_was_there_is_never_sent_again(town):
    round = drawn_round(town, 2, 4, rerate_share="1")
    anna = an_inspector(town, "anna")
    ben = an_inspector(town, "ben")
    one, two = a_team(town, round, "甲组", anna), a_team(town, round, "乙组", ben)
    for place in round.site_links.select_related("round", "site"):
        actions.give_to_team(town.actors["clerk"], place_id=place.pk, team=one)
        place.refresh_from_db()
        visit(ben, place, {town.criteria[0]: {"grade": "A"}})
    first = round.site_links.first()
    assert blind.may_rate_again(first, [one.pk, two.pk]) == [], "ben stepped in for the first team"
    with pytest.raises(Refusal) as refused:
        actions.draw_reratings(town.actors["clerk"], round_id=round.pk, seed=SEED)
    assert refused.value.code == "reratings.no_team"
    three = a_team(town, round, "丙组", an_inspector(town, "cleo"))
    actions.draw_reratings(town.actors["clerk"], round_id=round.pk, seed=SEED)
    place = round.site_links.filter(purpose="rerate").first()
    assert place.team == three
    with pytest.raises(Refusal) as refused:
        actions.give_to_team(town.actors["clerk"], place_id=place.pk, team=two)
    assert refused.value.code == "places.not_blind"


def test_the_second_team_sees_nothing_of_the_first_result_in_queries(rated):
    _town, round, _first, second, _one, _two, again = rated
    actor = actor_of(second)
    hidden = {place.site_id for place in again}
    for rows in (
        access.scoped(actor, "fieldwork.see_observations", Observation),
        access.scoped(actor, "fieldwork.edit_observation", Observation.every.all()),
        queries.observations(actor, round, every=True),
        access.scoped(actor, "fieldwork.see_observations", Visit.objects.all()),
    ):
        assert hidden.isdisjoint(rows.values_list("site_id", flat=True))
    assert queries.observations(actor, round).count() == 4, "the places that are not theirs to rate again stay open"
    assert all(photo.observation.site_id not in hidden for photo in queries.photos_of(actor, round))
    for place in again:
        assert not queries.last_rounds_at(actor, place.site)
        assert all(item.recorded is None for item in queries.items_for(round, place.site, rerating=True))


def test_the_second_team_sees_nothing_of_the_first_result_on_pages_and_over_the_api(rated, client):
    town, round, _first, second, _one, _two, again = rated
    office = town.actors["clerk"]
    cases.cases_from_round(office, round=round, dispatch=False)
    scheme = Scheme.objects.create(name="办法", kind="state", body={}, created_at=NOW)
    sheet = ScoreSheet.objects.create(round=round, scheme=scheme, computed_at=NOW, input_digest="x")
    client.force_login(second, backend="allauth.account.auth_backends.AuthenticationBackend")
    place = again[0]
    first_result = Observation.objects.get(site=place.site, criterion=town.criteria[0])
    case = Case.objects.get(observation=first_result)
    for url in (
        reverse("fieldwork:observation", args=[first_result.pk]),
        reverse("fieldwork:observation-correct", args=[first_result.pk]),
        f"/api/v1/observations/{first_result.pk}",
        reverse("cases:detail", args=[case.pk]),
        f"/api/v1/cases/{case.pk}",
        reverse("scoring:sheet", args=[sheet.pk]),
    ):
        assert client.get(url).status_code == 404, url
    for url, more in (
        (reverse("fieldwork:observations"), {"round": round.pk, "site": place.site_id}),
        (reverse("fieldwork:record", args=[round.pk]), {"site": place.site_id}),
        (reverse("places:site", args=[place.site_id]), {}),
        (reverse("fieldwork:place", args=[place.pk]), {}),
        (reverse("cases:list"), {"q": case.number}),
        (f"/api/v1/observations?round={round.pk}&site={place.site_id}", {}),
        (f"/api/v1/observations?round={round.pk}&site={place.site_id}&rerating=true", {}),
    ):
        answer = client.get(url, more)
        html = answer.content.decode()
        assert answer.status_code == 200 and NOTE not in html, url
    agreement = client.get(reverse("fieldwork:agreement", args=[round.pk]))
    assert agreement.context["report"].pairs == 0
    progress = client.get(reverse("fieldwork:progress", args=[round.pk])).context["progress"]
    assert progress.whole.mean.n == 2, "only the places that are not theirs to rate again"


def test_the_office_sees_both_and_when_the_round_is_closed_so_does_the_second_team(rated):
    town, round, _first, second, _one, _two, again = rated
    assert queries.observations(town.actors["clerk"], round).count() == 8
    actions.move_round(town.actors["clerk"], round_id=round.pk, state="closed")
    assert queries.observations(actor_of(second), round).filter(site=again[0].site).count() == 2


def test_what_the_second_team_records_is_kept_apart_and_stirs_no_other_room(rated):
    town, round, first, second, _one, _two, again = rated
    before = queries.engine_table(round)
    counted = queries.coverage(round)
    visit(second, again[0], {town.criteria[0]: {"grade": "D"}, town.criteria[1]: {"grade": "A"}})
    assert queries.engine_table(round).equals(before), "the score is made of the first ratings"
    assert queries.coverage(round) == counted
    assert Observation.every.filter(round=round, rerating=True).count() == 2
    outcome = cases.cases_from_round(town.actors["clerk"], round=round, dispatch=False)
    assert Case.objects.filter(round=round).count() == 4 and outcome
    theirs = Observation.every.filter(rerating=True).values_list("pk", flat=True)
    assert (
        not access.scoped(actor_of(first), "fieldwork.see_observations", Observation.every.all()).filter(pk__in=theirs).exists()
    )
    assert (
        access.scoped(actor_of(second), "fieldwork.see_observations", Observation.every.all()).filter(pk__in=theirs).count() == 2
    )


def test_an_observation_without_a_site_is_not_hidden_by_the_way(rated):
    _town, round, _first, second, *_rest = rated
    lost = Observation.objects.create(round=round, observed_on=NOW.date(), placed=False, unplaced_reason="没有点位", grade="")
    assert access.scoped(actor_of(second), "fieldwork.see_observations", Observation).filter(pk=lost.pk).exists()


def test_the_agreement_is_reported_by_criterion_with_what_is_not_defined(rated, sign_in):
    town, round, _first, second, _one, _two, again = rated
    visit(
        second, again[0], {town.criteria[0]: {"grade": "C"}, town.criteria[1]: {"grade": "A"}, town.criteria[2]: {"grade": "A"}}
    )
    visit(second, again[1], {town.criteria[0]: {"grade": "A"}, town.criteria[1]: {"grade": "A"}})
    found = rerating.report(town.actors["clerk"], round)
    lines = {line.criterion.pk: line.found for line in found.lines}
    mixed, same = lines[town.criteria[0].pk], lines[town.criteria[1].pk]
    assert (mixed.n, mixed.agreed, mixed.kappa) == (2, 1, 0)
    assert (same.kappa, same.why, same.raw) == (None, "constant", 1)
    assert (found.pairs, found.done, found.one_sided, len(found.differences)) == (4, 2, 1, 1)
    client = sign_in("clerk")
    html = client.get(reverse("fieldwork:agreement", args=[round.pk])).content.decode()
    assert town.criteria[0].text in html
    book = openpyxl.load_workbook(
        io.BytesIO(client.get(reverse("fieldwork:agreement", args=[round.pk]), {"format": "xlsx"}).getvalue())
    )
    rows = list(book.worksheets[0].values)
    assert any(town.criteria[0].text in row and 0.5 in row for row in rows)
    told = client.get(f"/api/v1/rounds/{round.pk}/agreement").json()
    assert {line["why"] for line in told["criteria"]} == {"no_spread", "constant"}


def test_places_are_drawn_to_be_rated_again_once_and_only_while_the_round_is_under_way(rated):
    town, round, *_rest = rated
    with pytest.raises(Conflict):
        actions.draw_reratings(town.actors["clerk"], round_id=round.pk, seed="再来")
    RoundSite.objects.filter(purpose="rerate").delete()
    round.draws.filter(procedure="chuangwen-rerate-1").delete()
    actions.move_round(town.actors["clerk"], round_id=round.pk, state="closed")
    with pytest.raises(Conflict):
        actions.draw_reratings(town.actors["clerk"], round_id=round.pk, seed="再来")
