"""Two clerks make the same chain at the same moment."""

from chuangwen.testing.factories import make_town
from chuangwen.testing.threads import at_once
from chuangwen.volunteers.centres import actions
from chuangwen.volunteers.centres.models import Centre


def test_two_clerks_at_once_make_the_chain_once(shared_database):
    town = make_town()
    clerk = town.actors["clerk"]
    made = at_once(lambda _n: actions.make_chain(clerk, division=town.street), 2)
    assert sorted(made, key=len) == [{}, {"office": 1, "station": 2}] and Centre.objects.count() == 3
