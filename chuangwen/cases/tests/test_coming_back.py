"""What comes back is known again: surely by rule, perhaps by the clerk, and counted once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chuangwen.cases import actions, queries
from chuangwen.cases.errors import Incomplete
from chuangwen.cases.models import Case, State
from chuangwen.kernel import clock

HERE = {"lat": 21.660000, "lon": 110.920000}
NEAR = {"lat": 21.660300, "lon": 110.920000}  # 33 m north
FAR = {"lat": 21.660700, "lon": 110.920000}  # 78 m north


def nowhere(loop, **more):
    """A report that names no site."""
    return {"site": None, "division": loop.town.communities[0]} | more


def test_without_a_site_the_same_kind_within_the_radius_is_a_rebound(loop):
    closed = loop.at(State.CLOSED, **nowhere(loop, **HERE))
    assert loop.report(**nowhere(loop, **FAR)).rebound_of is None
    assert loop.report(**nowhere(loop, kind=loop.town.kinds["parking"], **NEAR)).rebound_of is None, "another kind"
    assert loop.report(**nowhere(loop)).rebound_of is None, "no point"
    assert loop.report(**nowhere(loop, **NEAR)).rebound_of == closed
    assert Case.objects.get(pk=closed.pk).rebounded_at is not None


def test_the_radius_is_the_offices(loop):
    closed = loop.at(State.CLOSED, **nowhere(loop, **HERE))
    actions.save_settings(loop.clerk, changes={"rebound_metres": 20})
    assert loop.report(**nowhere(loop, **NEAR)).rebound_of is None
    actions.save_settings(loop.clerk, changes={"rebound_metres": 100})
    assert loop.report(**nowhere(loop, **FAR)).rebound_of == closed


def test_a_problem_comes_back_once_however_many_report_it(loop):
    closed = loop.at(State.CLOSED)
    first, second = loop.report(), loop.report(loop.actors["resident"], source="resident")
    assert first.rebound_of == closed and second.rebound_of is None
    assert first in queries.similar_open(loop.clerk, second), "the clerk is offered to merge them"
    total = queries.counts(loop.clerk, clock.today(), clock.today())[None]
    assert total.rebounded == 1


def test_after_the_rebound_is_closed_the_next_one_is_its_own(loop):
    closed = loop.at(State.CLOSED)
    again = loop.report()
    for verb in ("dispatch", "sign_for", "submit", "verify", "close"):
        loop.do(verb, again)
    third = loop.report()
    assert (again.rebound_of, third.rebound_of) == (closed, again)


def test_what_a_round_finds_again_is_linked_too(loop):
    from chuangwen.fieldwork.models import Observation, Round

    town = loop.town
    closed = loop.at(State.CLOSED, criterion=town.criteria[0])
    round = Round.objects.create(
        name="复查",
        kind=Round.Kind.WEEKLY,
        edition=town.edition,
        division=town.street,
        starts_on=clock.today(),
        ends_on=clock.today(),
    )
    for criterion in town.criteria[:2]:
        Observation.objects.create(
            round=round, site=closed.site, criterion=criterion, observed_on=clock.today(), conform=False, severity=2, note="又有了"
        )
    actions.cases_from_round(loop.clerk, round=round, dispatch=False)
    found = {case.criterion_id: case for case in Case.objects.filter(round=round)}
    assert found[town.criteria[0].pk].rebound_of == closed
    assert found[town.criteria[0].pk].events.order_by("pk").first().data["rebound_of"] == closed.number
    assert found[town.criteria[1].pk].rebound_of is None


# -- perhaps ----------------------------------------------------------------------------------------------------------------


def test_the_same_family_at_the_same_site_is_offered_and_not_linked(loop):
    closed = loop.at(State.CLOSED)
    other = loop.report(kind=None, family=loop.town.families["environment"])
    assert other.rebound_of is None
    offered = queries.perhaps_back(loop.clerk, other)
    assert [one.case for one in offered] == [closed] and offered[0].metres is None
    linked = actions.link_rebound(loop.clerk, case_id=other.pk, old_id=closed.pk)
    assert linked.rebound_of == closed and Case.objects.get(pk=closed.pk).rebounded_at == other.reported_at
    assert queries.perhaps_back(loop.clerk, Case.objects.get(pk=other.pk)) == []


def test_the_same_kind_near_a_site_is_offered_with_its_distance(loop):
    site = loop.town.sites[0]
    closed = loop.at(State.CLOSED)
    other = loop.report(**nowhere(loop, lat=site.lat + 0.0003, lon=site.lon))
    assert other.rebound_of is None
    assert [(one.case, one.metres) for one in queries.perhaps_back(loop.clerk, other)] == [(closed, 33)]


def test_what_was_closed_too_long_ago_or_is_back_already_is_not_offered(loop):
    closed = loop.at(State.CLOSED)
    other = loop.report(kind=None, family=loop.town.families["environment"])
    Case.objects.filter(pk=closed.pk).update(closed_at=clock.now() - timedelta(days=31))
    assert queries.perhaps_back(loop.clerk, other) == []
    Case.objects.filter(pk=closed.pk).update(closed_at=clock.now() - timedelta(days=3), rebounded_at=clock.now())
    assert queries.perhaps_back(loop.clerk, other) == []


def test_another_towns_case_is_not_offered_and_cannot_be_linked(loop, other_town):
    from chuangwen.kernel.errors import Missing

    closed = loop.at(State.CLOSED)
    foreign = actions.report(other_town.actors["clerk"], description="他镇", site=other_town.sites[0])
    with pytest.raises(Missing):
        actions.link_rebound(other_town.actors["clerk"], case_id=foreign.pk, old_id=closed.pk)


def test_only_what_was_closed_before_and_is_not_back_yet_can_be_linked(loop):
    closed = loop.at(State.CLOSED)
    other = loop.report(kind=None, family=loop.town.families["environment"])
    opened = loop.report(**nowhere(loop))
    with pytest.raises(Incomplete) as caught:
        actions.link_rebound(loop.clerk, case_id=other.pk, old_id=opened.pk)
    assert caught.value.code == "cases.not_closed_before"
    again = loop.report()
    assert again.rebound_of == closed
    with pytest.raises(Incomplete) as caught:
        actions.link_rebound(loop.clerk, case_id=other.pk, old_id=closed.pk)
    assert caught.value.code == "cases.back_already" and again.number in str(caught.value)


def test_looking_for_what_came_back_costs_one_query_and_two_more_where_one_is_found(loop):
    from chuangwen.cases.actions.coming_back import came_back

    closed = loop.at(State.CLOSED)
    case = Case(site_id=closed.site_id, kind_id=closed.kind_id)
    with CaptureQueriesContext(connection) as seen:
        assert came_back(case, clock.now()) == closed
    assert len(seen) == 3
    with CaptureQueriesContext(connection) as seen:
        assert came_back(case, clock.now()) is None, "claimed"
    assert len(seen) == 1
