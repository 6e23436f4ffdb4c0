"""When a first contact is due, in which ring a place lies, what is covered, which metric an input is: pure."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.duties.partnership import rules, states
from chuangwen.duties.partnership.states import Step
from chuangwen.kernel import holidays

WORK = holidays.statutory_calendar()


def test_the_first_contact_is_due_by_the_last_working_day_of_the_month():
    assert rules.contact_due(date(2026, 4, 19), WORK) == date(2026, 4, 30)
    assert rules.contact_due(date(2026, 10, 9), WORK) == date(2026, 10, 30), "the 31st is a Saturday"


def test_a_pair_made_late_in_the_month_has_five_working_days():
    assert rules.contact_due(date(2026, 11, 27), WORK) == date(2026, 12, 4)
    assert rules.contact_due(date(2026, 9, 29), WORK) > date(2026, 10, 8), "the days of the National Day are no working days"


@given(st.dates(date(2020, 1, 1), date(2027, 12, 31)))
def test_there_are_always_five_working_days_and_never_more_than_the_month_and_a_holiday(day):
    due = rules.contact_due(day, WORK)
    assert WORK.is_workday(due) and WORK.workdays_between(day + timedelta(days=1), due) >= rules.LEAST_WORKDAYS
    assert due - day <= timedelta(days=31)


PLACES = st.lists(
    st.builds(rules.Place, st.none() | st.floats(0, 50), st.booleans(), st.booleans(), st.booleans()).filter(
        lambda one: not (one.active and one.waits)
    ),
    max_size=40,
)
EDGES = st.lists(st.floats(0.1, 40), min_size=1, max_size=6).map(rules.sound_edges)


@given(PLACES, EDGES)
def test_each_place_lies_in_exactly_one_ring_and_nothing_is_lost(places, edges):
    rings = rules.coverage(places, edges)
    assert sum(ring.places for ring in rings) == len(places)
    assert sum(ring.active for ring in rings) == sum(place.active for place in places)
    assert [ring.outer for ring in rings[: len(edges)]] == list(edges) and rings[len(edges)].outer is None
    for ring in rings:
        assert ring.share is None if not ring.places else 0 <= ring.share <= 1


@given(PLACES, EDGES)
def test_the_order_of_places_changes_nothing(places, edges):
    assert rules.coverage(places, edges) == rules.coverage(places[::-1], edges)


def metric(name, measure, aliases=(), adds="sum"):
    return SimpleNamespace(name=name, measure=measure, aliases=list(aliases), adds=adds)


DICTIONARY = [
    metric("制作宣传栏", "个", ["宣传栏"]), metric("赠送图书", "册", ["图书", "整理图书"]), metric("注册志愿者", "人", adds="last"),
    metric("送医下乡", "场", ["义诊"]), metric("包联单位投入", "元"), metric("公益广告宣传投入", "元", ["宣传投入"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "measure", "found"), [
    ("图书", "册", "赠送图书"), ("农家书屋整理图书", "册", "赠送图书"), ("图书", "本", None), ("新村宣传栏", "个", "制作宣传栏"),
    ("志愿者", "人", None), ("送医下乡义诊", "场", "送医下乡"), ("公益广告宣传投入", "元", "公益广告宣传投入"), ("水泥", "吨", None),
])  # fmt: skip
def test_an_input_is_counted_as_what_it_is_called_in_the_same_measure(name, measure, found):
    told = rules.fitting(name, measure, DICTIONARY)
    assert (told.name if told else None) == found


def test_a_place_without_a_pair_has_no_way_from_an_end_but_the_office_s_own():
    for state in (states.FINISHED, states.CALLED_OFF):
        assert {step for step in Step if states.after(state, step)} <= {Step.REOPEN}
    assert {states.after(states.PAIRED, step) for step in Step} == {None, states.PAIRED, states.CONTACTED, states.CALLED_OFF}
    assert all(after in states.STATES for after in states.TRANSITIONS.values())
