"""Access: a list and a single object answer alike, and nobody reaches beyond the place of their post."""

import pytest

from chuangwen.kernel import access
from chuangwen.kernel.access import NOBODY, SYSTEM, Actor, Grant
from chuangwen.kernel.errors import Denied, Missing
from chuangwen.places.models import Site

VERB = access.declare("trial.verb", "test", changes=False)


def actor(scope: str, *, division: str = "", unit: str = "", account: int | None = 1) -> Actor:
    return Actor(account_id=account, grants={VERB: (Grant(scope, division, unit),)})


def test_a_verb_that_nobody_declared_is_a_mistake_of_the_program():
    with pytest.raises(AssertionError):
        SYSTEM.may("kernel.no_such_verb")


def test_nobody_sees_nothing(town):
    assert not access.scoped(NOBODY, VERB, Site).exists()
    with pytest.raises(Denied):
        access.fetch(NOBODY, VERB, Site, pk=town.sites[0].pk)


def test_the_system_sees_everything(town, other_town):
    assert access.scoped(SYSTEM, VERB, Site).count() == len(town.sites) + len(other_town.sites)


def test_a_division_grant_reaches_its_subtree_and_no_other(town, other_town):
    clerk = actor("division", division=town.street.path)
    assert set(access.scoped(clerk, VERB, Site)) == set(town.sites)
    with pytest.raises(Missing):
        access.fetch(clerk, VERB, Site, pk=other_town.sites[0].pk)


def test_a_community_grant_does_not_reach_its_neighbour(town):
    worker = actor("division", division=town.communities[0].path)
    assert {s.division_id for s in access.scoped(worker, VERB, Site)} == {town.communities[0].pk}


def test_a_grant_without_a_place_reaches_nothing_by_unit(town):
    assert not access.scoped(actor("unit", unit=town.units["department"].path), VERB, Site).exists()


@pytest.mark.parametrize("pk", [0, -1, 10**30, "x", "1 OR 1=1", None, "\x00"])
def test_a_wrong_identifier_is_answered_as_a_missing_object(town, pk):
    with pytest.raises(Missing):
        access.fetch(SYSTEM, VERB, Site, pk=pk)


def test_a_list_answers_exactly_as_single_objects_do(town, other_town):
    for who in (
        actor("all"),
        actor("division", division=town.street.path),
        actor("division", division=town.communities[1].path),
        actor("own"),
        NOBODY,
    ):
        listed = set(access.scoped(who, VERB, Site).values_list("pk", flat=True))
        for site in Site.objects.all():
            try:
                access.fetch(who, VERB, Site, pk=site.pk)
                reached = True
            except (Missing, Denied):
                reached = False
            assert reached == (site.pk in listed)


def test_making_a_thing_asks_where_it_will_stand(town, other_town):
    clerk = actor("division", division=town.street.path)
    access.require(clerk, VERB, division=town.communities[0])
    with pytest.raises(Denied):
        access.require(clerk, VERB, division=other_town.communities[0])
