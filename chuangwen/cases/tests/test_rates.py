"""The rates of digital city management, by hand and out of the tables."""

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.cases import queries
from chuangwen.cases.models import Case, State
from chuangwen.cases.rates import Counts, added, median, rates
from chuangwen.kernel import clock
from chuangwen.kernel.identifiers import new_uid


def test_the_rates_by_hand():
    counts = Counts(
        reported=10, filed=8, filed_closed=6, due=7, deferred=2, closed_in_time=4, closed=6, checked=5, passed_first=3, rebounded=1,
        minutes=1000, median_minutes=Fraction(150),
    )  # fmt: skip
    found = rates(counts)
    assert found.filed == Fraction(8, 10)
    assert found.closed == Fraction(6, 8)
    assert found.closed_in_time == Fraction(4, 5), "closed in time / (due − deferred)"
    assert found.rework == Fraction(2, 5)
    assert found.first_pass == Fraction(3, 5)
    assert found.rebound == Fraction(1, 6)
    assert (found.mean_minutes, found.median_minutes) == (200, 150)


def test_nothing_to_divide_by_is_not_nought():
    assert set(vars_of(rates(Counts()))) == {None}


def vars_of(row):
    return [getattr(row, name) for name in row.__slots__]


def test_a_part_larger_than_its_whole_is_not_believed():
    with pytest.raises(ValueError, match="larger"):
        rates(Counts(due=3, deferred=1, closed_in_time=3))


@given(st.lists(st.integers(0, 10_000), min_size=1))
def test_half_of_the_values_lie_on_either_side_of_the_median(values):
    middle = median(values)
    assert sum(value <= middle for value in values) * 2 >= len(values) <= sum(value >= middle for value in values) * 2


def test_disjoint_sets_add_up_and_a_median_is_not_made_of_medians():
    left, right = Counts(reported=2, checked=1, closed=1, median_minutes=Fraction(5)), Counts(reported=3)
    assert added(left, right) == Counts(reported=5, checked=1, closed=1, median_minutes=Fraction(5))
    assert added(left, left).median_minutes is None


def moment(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=clock.LOCAL)


def make(town, state, unit="department", **facts):
    facts = {
        "uid": new_uid(),
        "source": "patrol",
        "description": "问题",
        "division": town.communities[0],
        "reported_at": moment(2),
    } | facts
    lead = town.units[unit] if unit else None
    return Case.objects.create(state=state, lead_unit=lead, handling_unit=lead, **facts)


def test_the_counts_of_a_month_by_unit(town):
    filed = {"filed_at": moment(2), "dispatched_at": moment(2), "due_at": moment(10)}
    done = filed | {"submitted_at": moment(5), "closed_at": moment(6), "in_time": True}
    make(town, State.CLOSED, **done, handled_minutes=100)
    make(town, State.CLOSED, **done, handled_minutes=300, rework=1)
    make(town, State.CLOSED, **done | {"in_time": False}, handled_minutes=500, rebounded_at=moment(20))
    make(town, State.CLOSED, **done, handled_minutes=900)
    make(town, State.CLOSED, solved_on_spot=True, filed_at=moment(3), closed_at=moment(3), in_time=True, handled_minutes=0)
    make(town, State.RECTIFYING, **filed)
    make(town, State.DEFERRED, **filed, deferred_until=date(2027, 1, 1))
    make(town, State.REJECTED, unit=None)
    make(town, State.REPORTED, unit=None)
    make(town, State.CLOSED, "department2", **done, handled_minutes=60)
    make(town, State.RECTIFYING, "department2", **filed | {"due_at": moment(10) + timedelta(days=60)})
    make(town, State.CLOSED, "department2", **done | {"reported_at": moment(1) - timedelta(days=40), "closed_at": moment(1) - timedelta(days=30),
                                                      "due_at": moment(1) - timedelta(days=31)}, handled_minutes=7)  # fmt: skip

    clerk = town.actors["clerk"]
    by_unit = queries.counts(clerk, date(2026, 11, 1), date(2026, 11, 30), by="lead_unit")
    one, two = by_unit[town.units["department"].pk], by_unit[town.units["department2"].pk]
    assert one == Counts(
        reported=7, filed=7, filed_closed=5, due=6, deferred=1, closed_in_time=3, closed=5, checked=4, passed_first=3, rebounded=1,
        minutes=1800, median_minutes=Fraction(400),
    )  # fmt: skip
    assert two == Counts(reported=2, filed=2, filed_closed=1, due=1, closed_in_time=1, closed=1, checked=1, passed_first=1, minutes=60,
                         median_minutes=Fraction(60))  # fmt: skip
    assert rates(one).closed_in_time == Fraction(3, 5)
    whole = queries.counts(clerk, date(2026, 11, 1), date(2026, 11, 30))[None]
    assert (whole.reported, whole.filed, whole.median_minutes) == (11, 9, Fraction(300))
    assert rates(whole).filed == Fraction(9, 11)


def test_the_first_and_last_moment_of_a_period_count_and_the_next_does_not(town):
    make(town, State.REPORTED, unit=None, reported_at=datetime(2026, 11, 1, 0, 0, tzinfo=clock.LOCAL))
    make(town, State.REPORTED, unit=None, reported_at=datetime(2026, 11, 30, 23, 59, 59, tzinfo=clock.LOCAL))
    make(town, State.REPORTED, unit=None, reported_at=datetime(2026, 12, 1, 0, 0, tzinfo=clock.LOCAL))
    found = queries.counts(town.actors["clerk"], date(2026, 11, 1), date(2026, 11, 30))
    assert found[None].reported == 2
    assert queries.funnel(town.actors["clerk"], date(2026, 11, 1), date(2026, 11, 30))["reported"] == 2
    months = queries.by_month(town.actors["clerk"], date(2026, 11, 1), date(2026, 12, 31))
    assert [(row["month"], row["reported"]) for row in months] == [(date(2026, 11, 1), 2), (date(2026, 12, 1), 1)]
    Case.objects.update(reported_by=town.actors["liaison"].account_id)
    assert queries.by_month(town.actors["liaison"], date(2026, 11, 1), date(2026, 12, 31)) == months, (
        "the two ways of counting agree"
    )
