"""Two hundred for twenty places at once, and people who change their minds meanwhile."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import OperationalError

from chuangwen.kernel import clock
from chuangwen.testing.threads import at_once
from chuangwen.volunteers.activities import actions
from chuangwen.volunteers.activities.actions.signing import Busy
from chuangwen.volunteers.activities.models import Shift, SignUp

from .ground import ground, make_activity, person


@pytest.mark.long
def test_two_hundred_for_twenty_places_are_exactly_twenty(shared_database, town):
    _storm(town, 200, 20)


def test_thirty_for_five_places_are_exactly_five_and_stay_so_when_some_withdraw(shared_database, town):
    _storm(town, 30, 5)


def patient(actor, shift):
    """Sign up; again where the database had no time within its patience. Signing up again is the same sign-up."""
    for _turn in range(20):
        try:
            return actions.sign_up(actor, activity_shift_id=shift.pk)
        except OperationalError as busy:
            assert "locked" in str(busy)
    raise AssertionError("never its turn")


def _storm(town, count, places):
    team, _leader, _lead = ground(town)
    _activity, shift = make_activity(town, team, places=places, day=clock.today() + timedelta(days=3))
    people = [person(town, f"志愿者{n}")[1] for n in range(count)]
    rows = at_once(lambda n: patient(people[n], shift), count)
    assert Counter(row.state for row in rows) == {"in": places, "waiting": count - places}
    by_order = sorted(rows, key=lambda row: row.order)
    assert [row.order for row in by_order] == list(range(1, count + 1)), "a waiting list in order"
    assert {row.state for row in by_order[:places]} == {"in"}
    leaving = {row.pk: actor for row, actor in zip(rows, people, strict=True) if row.order % 3 == 0}
    at_once(lambda n: actions.withdraw(list(leaving.values())[n], sign_up_id=list(leaving)[n]), len(leaving))
    shift = Shift.objects.get(pk=shift.pk)
    left = list(SignUp.objects.filter(shift=shift, state__in=("in", "waiting")).order_by("order").values_list("state", flat=True))
    assert shift.taken == places == left.count("in") and left[:places] == ["in"] * places, "the first who still want to"


def test_one_person_signs_up_for_two_at_one_time_at_once_and_gets_one(shared_database, town):
    team, _leader, _lead = ground(town)
    shifts = [make_activity(town, team, day=clock.today() + timedelta(days=3), title=f"活动{n}")[1] for n in range(6)]
    actor = person(town, "甲")[1]

    def try_one(n):
        try:
            return actions.sign_up(actor, activity_shift_id=shifts[n].pk).state
        except Busy:
            return "busy"

    assert Counter(at_once(try_one, 6)) == {"in": 1, "busy": 5}
