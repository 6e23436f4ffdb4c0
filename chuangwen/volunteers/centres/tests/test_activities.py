"""What is held at a centre or by its teams counts for it by itself: in its results, in the ledger, in the appraisal of centres."""

from datetime import timedelta

import pytest
from django.urls import reverse

from chuangwen.kernel import clock
from chuangwen.ledger.models import Fact
from chuangwen.scoring.appraisal.inputs import facts_table
from chuangwen.scoring.appraisal.periods import span_of
from chuangwen.scoring.engine.appraisal.scheme import read_appraisal_scheme
from chuangwen.volunteers.activities import actions as activities
from chuangwen.volunteers.activities.tests.ground import ground as team_of
from chuangwen.volunteers.activities.tests.ground import make_activity
from chuangwen.volunteers.centres import actions, queries, rules
from chuangwen.volunteers.centres.counting import count_activities
from chuangwen.volunteers.centres.install import SCHEME

from .ground import DAY, at, make_office, make_station, with_metrics

ONE = 10_000
"""The ledger counts in whole ten-thousandths."""


@pytest.fixture(autouse=True)
def monday(db):
    with clock.at(at(DAY)):
        yield


def held(town, team, leader, lead, **more):
    """An activity of the team at which its leader was present, closed with its result."""
    activity, shift = make_activity(town, team, day=DAY + timedelta(days=1), **more)
    activities.sign_up(lead, activity_shift_id=shift.pk)
    begin, end = shift.starts_at, shift.ends_at
    with clock.at(end + timedelta(hours=1)):
        activities.hold_activity(lead, activity_id=activity.pk)
        activities.enter_presence(lead, activity_shift_id=shift.pk, volunteer_id=leader.pk, began_at=begin, ended_at=end)
        return activities.close_activity(lead, activity_id=activity.pk, result="办好了", served=10)


def counted():
    return list(Fact.objects.filter(metric__code="practice-activities", counts=True).order_by("pk").values_list("site", "unit", "amount"))


def test_an_activity_of_a_teams_unit_counts_for_its_station_and_not_for_the_post_below_it(town):
    with_metrics()
    station = make_station(town, make_office(town))
    actions.make_centre(
        town.actors["clerk"], name="助老岗", kind=rules.POST, division=town.communities[0], unit=town.units["community"], above=station
    )
    team, leader, lead = team_of(town)
    closed = held(town, team, leader, lead)
    assert counted() == [(station.site_id, town.units["community"].pk, ONE)]
    assert count_activities([closed.pk]) == 1 and len(counted()) == 1, "once, however often it is asked"


def test_what_is_held_at_the_site_of_another_centre_counts_for_that_one(town):
    with_metrics()
    office = make_office(town)
    make_station(town, office)
    team, leader, lead = team_of(town)
    held(town, team, leader, lead, site=office.site)
    assert counted() == [(office.site_id, town.units["office"].pk, ONE)]


def test_without_a_centre_in_use_nothing_is_counted_and_the_activity_is_closed_all_the_same(town):
    with_metrics()
    station = make_station(town, make_office(town))
    actions.close_centre(town.actors["clerk"], centre_id=station.pk, reason="合并")
    team, leader, lead = team_of(town)
    assert held(town, team, leader, lead).state == "closed" and counted() == []


def test_results_and_the_appraisal_of_centres_read_it_without_anybody_reporting_it(town, sign_in):
    with_metrics()
    station = make_station(town, make_office(town))
    team, leader, lead = team_of(town)
    held(town, team, leader, lead)
    with clock.at(at(DAY + timedelta(days=2))):
        row = queries.with_records(queries.centres(town.actors["clerk"]), *queries.month_of(DAY)).get(pk=station.pk)
        assert row.activities == 1
        rows = sign_in("clerk").get(reverse("volunteers:centre-results")).context["rows"].objects
        assert next(one.activities for one in rows if one.pk == station.pk) == 1
    unit = town.units["community"]
    told = {row["metric"]: int(row["quantity"]) for row in facts_table({unit.pk: unit.name}, span_of("month", DAY)).to_pylist()}
    wanted = next(measure for measure in read_appraisal_scheme(SCHEME).measures if measure.key == "activities").kinds
    assert [told.get(name) for name in wanted] == [1]
