"""The sums of a roster: against a search through everything on small months, and by their promises."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuangwen.duties.rosters.arithmetic import bench, chances
from chuangwen.duties.rosters.arithmetic.greedy import by_hand
from chuangwen.duties.rosters.arithmetic.problem import DAY, Problem, Slot
from chuangwen.duties.rosters.arithmetic.solving import _as_a_clerk, lower_bound, solve
from chuangwen.duties.rosters.arithmetic.turns import in_turn
from chuangwen.duties.rosters.arithmetic.value import (
    FULL,
    NOT_ABLE,
    REST,
    TWICE,
    WEEK,
    breaks,
    shortages,
    value_of,
)


def slot(day, start=8, end=12, **more):
    return Slot(day, day * DAY + start * 60, day * DAY + end * 60, **more)


def problem_of(slots, people=2, *, able=None, per_week=7, days=None, **more):
    days = days or 1 + max(one.day for one in slots)
    shape = (people, len(slots))
    able = np.ones(shape, dtype=bool) if able is None else np.array(able, dtype=bool).reshape(shape)
    wish = more.pop("wish", np.zeros((people, days)))
    return Problem(tuple(slots), able, np.arange(days) // 7, np.full(people, per_week), np.array(wish, dtype=float), **more)


def searched(problem):
    """The fewest points of all rosters that keep the rules, found by looking at every one of them."""
    choices = [(p, at) for p in range(problem.people) for at in range(len(problem.slots))]
    best = None
    for chosen in product((0, 1), repeat=len(choices)):
        turns = frozenset(turn for turn, taken in zip(choices, chosen, strict=True) if taken) | problem.held
        if breaks(problem, turns):
            continue
        total = value_of(problem, turns).total
        best = total if best is None or total < best else best
    return best


@st.composite
def months(draw):
    """Two or three people, three or four slots in up to three days, and whatever rules there are."""
    people = draw(st.integers(2, 3))
    slots = []
    for _number in range(draw(st.integers(2, 4))):
        day, start = draw(st.integers(0, 2)), draw(st.sampled_from((6, 13, 20)))
        least = draw(st.integers(0, 2))
        slots.append(
            slot(
                day, start, start + 4, least=least, most=max(1, least, draw(st.integers(1, 2))), kind=draw(st.integers(0, 1)),
                weekend=draw(st.booleans()), early=start == 6, floor=draw(st.booleans()), post=len(slots),
            )
        )  # fmt: skip
    able = [draw(st.booleans()) or draw(st.booleans()) for _ in range(people * len(slots))]
    wish = [[draw(st.sampled_from((0.0, 0.0, 6.0))) for _day in range(3)] for _person in range(people)]
    return problem_of(
        slots, people, able=able, per_week=draw(st.integers(1, 3)), days=3, wish=wish, rest=draw(st.sampled_from((0, 8 * 60, 11 * 60))),
        floor=np.array([draw(st.integers(0, 2)) for _day in range(3)]),
    )  # fmt: skip


@given(months())
@settings(max_examples=15)
def test_no_roster_of_all_there_are_is_better_than_the_one_that_is_found(problem):
    answer = solve(problem, seconds=20)
    assert breaks(problem, answer.turns) == []
    assert answer.value.total == pytest.approx(searched(problem))
    assert answer.bound <= answer.value.total + 1e-6
    assert lower_bound(problem) <= answer.value.total + 1e-6
    assert answer.proven


@given(months())
@settings(max_examples=15)
def test_a_roster_by_hand_keeps_the_rules_and_is_never_better_than_the_bound(problem):
    turns = by_hand(problem)
    assert breaks(problem, turns) == []
    assert value_of(problem, turns).total >= lower_bound(problem) - 1e-6


def test_what_is_held_stays_whatever_it_costs_and_clashes_are_kept_out_around_it():
    problem = problem_of([slot(0, 8, 12), slot(0, 8, 12), slot(1, 8, 12)], able=[0, 1, 1, 1, 1, 1], held=frozenset({(0, 0)}))
    answer = solve(problem)
    assert (0, 0) in answer.turns and (1, 1) in answer.turns and len(answer.turns) == 3


def test_a_month_where_people_are_missing_says_where_and_how_many():
    problem = problem_of([slot(0, least=3, most=3), slot(1)], able=[1, 1, 0, 1], floor=np.array([0, 0]))
    answer = solve(problem)
    assert [(one.day, one.slot, one.lacks) for one in shortages(problem, answer.turns)] == [(0, 0, 2)]
    assert answer.value.short == 2 and answer.proven


def test_the_floor_of_a_day_brings_more_people_than_the_posts_need():
    problem = problem_of([slot(0, least=1, most=3, floor=True)], people=3, floor=np.array([3]))
    assert len(solve(problem).turns) == 3


def test_turns_days_off_and_early_shifts_are_even():
    slots = [slot(day, 6, 8, weekend=day % 7 > 4, early=True) for day in range(14)]
    answer = solve(problem_of(slots, people=2, rest=0))
    counts = [sum(person == 0 for person, at in answer.turns), sum(person == 0 and slots[at].weekend for person, at in answer.turns)]
    assert counts == [7, 2] and answer.proven


def test_every_rule_that_is_broken_is_named():
    slots = [slot(0, 8, 12), slot(0, 13, 17), slot(1, 6, 8), slot(2)]
    problem = problem_of(slots, able=[1, 1, 1, 0, 1, 1, 1, 1], per_week=3, rest=14 * 60)
    turns = {(0, 0), (0, 1), (0, 2), (0, 3), (1, 3)}
    assert {one.rule for one in breaks(problem, turns)} == {NOT_ABLE, TWICE, REST, WEEK, FULL}
    assert breaks(problem, turns, only=1) == []


def test_leaders_take_turns_and_who_cannot_come_is_next_when_he_can():
    always = [True] * 6
    assert in_turn([always, always, always]) == [[0], [1], [2], [0], [1], [2]]
    assert in_turn([[False, *always[1:]], always, always]) == [[1], [0], [2], [1], [0], [2]]
    assert in_turn([always, always], [-1, -9])[0] == [1]
    assert in_turn([[False] * 2]) == [[], []]


def test_the_county_in_small_is_full_even_and_better_than_by_hand():
    problem = bench.generated(5, 20)
    answer = solve(problem, seconds=6)
    hand = by_hand(problem)
    assert breaks(problem, answer.turns) == [] and answer.value.short <= value_of(problem, hand).short
    assert answer.value.total <= value_of(problem, hand).total and 0 <= answer.gap < 0.05


def test_with_hardly_any_time_a_roster_is_still_no_worse_than_by_hand():
    problem = bench.generated(8, 40)
    answer = solve(problem, seconds=0.1)
    assert answer.value.total <= value_of(problem, by_hand(problem)).total and breaks(problem, answer.turns) == []


def test_a_job_that_is_cancelled_ends_between_two_weeks():
    class Stop(Exception):
        pass

    def report(progress):
        if progress.phase == "weeks" and progress.done == 1:
            raise Stop

    with pytest.raises(Stop):
        solve(bench.generated(3, 12), seconds=5, report=report)


def test_the_share_that_comes_is_wider_the_less_was_seen_and_the_chance_follows_it():
    little, much = chances.share(4, 3, 2), chances.share(400, 300, 200)
    assert little.low < much.low < 0.75 < much.high < little.high
    assert much.mean == pytest.approx(0.75, abs=0.01)
    assert chances.short_chance(2, 1, much) == 1.0 and chances.short_chance(0, 0, much) == 0.0
    assert chances.short_chance(2, 2, much) > chances.short_chance(2, 3, much) > chances.short_chance(2, 4, much)
    certain = chances.share(10_000, 10_000, 5_000)
    assert chances.short_chance(2, 2, certain) < 0.001
    assert chances.share(1, 1, 1).mean == pytest.approx(0.75)


def test_what_a_clerk_would_arrange_fills_the_slots_asked_for_alone_and_breaks_nothing_of_what_stands():
    problem = problem_of([slot(0, least=1, most=2), slot(1, least=2, most=2), slot(2, least=1)], people=3)
    found = _as_a_clerk(problem, [1, 2], {(0, 0)})
    assert {at for _person, at in found} == {1, 2} and len([at for _person, at in found if at == 1]) == 2
    assert breaks(problem, found | {(0, 0)}) == []
