"""The life of a roster: divided, asked, arranged, published, changed, counted."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.duties.load.models import LoadLimit
from chuangwen.duties.load.queries import limits_of
from chuangwen.duties.load.sources import burdens
from chuangwen.duties.rhythm.proofs import PROOFS
from chuangwen.duties.rosters import actions, hours, queries, states
from chuangwen.duties.rosters.actions.changing import judge
from chuangwen.duties.rosters.actions.pooling import say_day_by_link
from chuangwen.duties.rosters.arithmetic.value import FULL, breaks, value_of
from chuangwen.duties.rosters.gathering import question_of
from chuangwen.duties.rosters.models import PoolPerson, PostDay, PostShift, Roster, RosterTurn, TurnChange
from chuangwen.duties.rosters.rules import Rules
from chuangwen.duties.rosters.tests.ground import (
    SKILL,
    arranged,
    make_ground,
    make_pool,
    make_roster,
    next_monday,
    published,
    turn_at,
)
from chuangwen.kernel import clock, jobs
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.models import AuditEntry, Job
from chuangwen.messaging.models import Received

# -- shifts as they are written ----------------------------------------------------------------------------------------


def test_a_line_says_name_hours_people_and_days():
    one, two = hours.read("早晚高峰 07:30-09:00、17:30—19:00 2-3人 工作日\n夜班：22:00-06:00 1人")
    assert (one.name, one.windows, one.least, one.most, one.days) == ("早晚高峰", ((450, 540), (1050, 1140)), 2, 3, "workdays")
    assert hours.bounds(two.windows) == (1320, 1800) and two.days == "every"


@pytest.mark.parametrize(
    ("line", "why"),
    [("07:30-09:00 2人", "name"), ("早班 2人", "hours"), ("早班 25:00-26:00", "hours"), ("早班 09:00-09:00", "hours"),
     ("早班 07:00-09:00 0-0人", "people"),
     ("早班 07:00-09:00\n早班 10:00-11:00", "twice"), ("早班 07:00-09:00,08:00-10:00", "overlap"), ("早班 07:00-08:00 3-2人", "people"),
     ("\n".join(f"班{n} 07:00-08:00" for n in range(9)), "many")],
)  # fmt: skip
def test_a_line_that_cannot_be_read_says_why(line, why):
    with pytest.raises(hours.WrongShift) as wrong:
        hours.read(line)
    assert wrong.value.why == why


@given(
    st.text("早晚班岗高峰", min_size=1, max_size=8), st.integers(0, 1438), st.integers(1, 1440), st.integers(0, 20), st.integers(0, 9),
    st.sampled_from(sorted(hours.TOLD)),
)  # fmt: skip
def test_what_is_written_is_read_again(name, start, end, least, more, days):
    shift = hours.Shift(name, ((start, end if end != start else end + 1),), least, max(1, least + more), days)
    assert hours.read(shift.text) == [shift]


# -- the life as a table -----------------------------------------------------------------------------------------------


def test_only_what_the_table_allows_can_be_done():
    allowed = {(state, step) for state in states.STATES for step in states.Step if states.after(state, step)}
    assert (states.PUBLISHED, states.Step.EDIT) not in allowed and (states.PUBLISHED, states.Step.SOLVE) not in allowed
    assert (states.CANCELLED, states.Step.MOVE) not in allowed and (states.PUBLISHED, states.Step.MOVE) in allowed
    assert all(states.after(states.CANCELLED, step) is None for step in states.Step)


def test_a_roster_is_made_arranged_and_published_and_keeps_every_rule(town):
    roster = arranged(town)
    assert roster.state == "solved" and roster.gap == 0 and roster.lacks == []
    question = question_of(roster)
    assert breaks(question.problem, question.pairs) == []
    skilled = {turn.person.name for turn in roster.turns.filter(shift__post__name="站前路口").select_related("person")}
    assert skilled == {"甲", "乙"}
    leading = [turn.person.name for turn in roster.turns.filter(shift__post__kind="lead").select_related("person").order_by("day")]
    assert leading == ["领导一", "领导二"] * 3 + ["领导一"]
    people = roster.turns.filter(shift__post__on_floor=True).values_list("day", "person")
    assert set(Counter(day for day, _person in people).values()) == {3}, "the floor of the day is kept"
    out = actions.publish_roster(town.actors["clerk"], roster_id=roster.pk)
    assert out.state == "published" and not RosterTurn.objects.filter(sequence=0).exists()
    assert Received.objects.filter(account=town.accounts["liaison"], notice__kind="duties.roster_out").count() == 1
    with pytest.raises(Conflict):
        actions.start_arranging(town.actors["clerk"], roster_id=roster.pk)


def test_what_makes_a_roster_impossible_is_named(town):
    make_pool(town)
    roster = make_roster(town)
    for name in ("甲", "乙"):
        person = PoolPerson.objects.get(name=name)
        actions.say_day(town.actors["clerk"], pool_id=person.pk, day=roster.starts_on, word="cannot")
    told = actions.solve_roster(town.actors["clerk"], roster_id=roster.pk)
    assert len(told.lacks) == 1
    assert "站前路口 · 早高峰" in told.lacks[0] and SKILL in told.lacks[0] and "1" in told.lacks[0]
    assert told.figures["short"] == 1


def test_days_are_asked_for_first_and_said_by_account_or_link(town):
    people = make_pool(town)
    roster = actions.ask_days(town.actors["clerk"], roster_id=make_roster(town).pk, answers_by=clock.today())
    assert roster.state == "asking" and queries.answered(roster) == (0, 7)
    assert Received.objects.filter(account=town.accounts["grid_worker"], notice__kind="duties.roster_asks").exists()
    day = roster.starts_on
    actions.say_day(town.actors["liaison"], pool_id=people[0].pk, day=day, word="cannot")
    with pytest.raises((Denied, Missing)):
        actions.say_day(town.actors["grid_worker"], pool_id=people[2].pk, day=day, word="cannot")
    link, token = actions.give_link(town.actors["liaison"], pool_id=people[2].pk)
    assert say_day_by_link(token, day=day, word="rather") and not say_day_by_link("x" * 32, day=day, word="rather")
    with pytest.raises(Refusal):
        say_day_by_link(token, day=clock.today(), word="cannot")
    assert queries.answered(roster)[0] == 2
    actions.withdraw_link(town.actors["clerk"], roster_link_id=link.pk)
    assert not say_day_by_link(token, day=day, word="cannot")
    told = actions.solve_roster(town.actors["clerk"], roster_id=roster.pk)
    assert not told.turns.filter(person=people[0], day=day).exists()


def test_nobody_stands_twice_whichever_unit_or_ground_asks_for_them(town):
    make_pool(town)
    first = published(town)
    clerk = town.actors["clerk"]
    other = make_ground(town, name="汽车客运站", floor=None)
    second = actions.solve_roster(clerk, roster_id=make_roster(town, ground=other).pk)
    taken = Counter(
        (turn.day, turn.person.account_id or -turn.person_id)
        for turn in RosterTurn.objects.filter(roster__in=(first, second), person__leads=False).select_related("person")
    )
    assert max(taken.values()) == 1
    assert second.figures["short"] > 0, "five people cannot fill two grounds"


def test_what_a_turn_costs_with_somebody_else_is_the_roster_with_and_without_it(town):
    question = question_of(arranged(town))
    turns = [turn for turn in RosterTurn.objects.select_related("shift__post", "person") if question.pair(turn) is not None]
    told = []
    for turn in turns:
        for person in question.people:
            for other in [None, *(one for one in turns if one.person == person)]:
                changed = {question.pair(turn)} | ({question.pair(other)} if other is not None else set())
                new = {(question.number_of[person.pk], question.pair(turn)[1])}
                if other is not None:
                    new.add((question.number_of[turn.person_id], question.pair(other)[1]))
                if new & question.pairs:
                    continue
                after = (question.pairs - changed) | new
                judged = judge(question, turn, person, other)
                cost = value_of(question.problem, after).total - value_of(question.problem, question.pairs).total
                before = set(breaks(question.problem, question.pairs))
                assert judged.cost == cost
                assert {one for one in breaks(question.problem, after) if one.rule != FULL} - before <= set(judged.broken) | before
                told.append(judged)
    assert any(one.broken for one in told) and any(one.cost > 0 for one in told) and any(not one.broken for one in told)


def test_a_move_by_hand_tells_what_it_costs_and_breaks(town):
    roster = arranged(town)
    clerk = town.actors["clerk"]
    turn = turn_at(roster, "站前路口")
    unskilled = PoolPerson.objects.get(name="丙")
    with pytest.raises(Refusal) as refused:
        actions.move_turn(clerk, turn_id=turn.pk, person=unskilled, accept=True)
    assert "站前路口" in str(refused.value)
    other = PoolPerson.objects.get(name="乙" if turn.person.name == "甲" else "甲")
    question = question_of(roster)
    free = [one for one in queries.reserves(question, turn.shift, turn.day) if one == other]
    if free:
        moved = actions.move_turn(clerk, turn_id=turn.pk, person=other, expected=roster.revision)
        roster.refresh_from_db()
        assert moved.by_hand and roster.events.first().cost is not None
        again = actions.solve_roster(clerk, roster_id=roster.pk)
        assert again.turns.filter(shift=moved.shift, day=moved.day, person=other, by_hand=True).exists(), "what was moved stays"
    with pytest.raises(Conflict):
        actions.move_turn(clerk, turn_id=turn_at(roster).pk, person=unskilled, expected=1)


def test_nobody_takes_a_second_place_in_the_shift_that_they_stand_in(town):
    roster = arranged(town)
    shift, day = next((one.shift, one.day) for one in roster.turns.filter(shift__post__on_floor=True).select_related("shift")
                      if roster.turns.filter(shift=one.shift, day=one.day).count() > 1)  # fmt: skip
    one, two = roster.turns.filter(shift=shift, day=day)
    with pytest.raises(Refusal) as refused:
        actions.move_turn(town.actors["clerk"], turn_id=one.pk, person=two.person, accept=True)
    assert refused.value.code == "duties.turn_breaks"


def test_rest_and_weeks_can_be_broken_by_hand_only_when_accepted(town):
    roster = arranged(town, rules=Rules(per_week=3))
    clerk, turn = town.actors["clerk"], turn_at(roster, "机动一队")
    person = next(
        one for one in PoolPerson.objects.filter(leads=False)
        if roster.turns.filter(person=one).count() == 3 and not roster.turns.filter(person=one, day=turn.day).exists()
    )  # fmt: skip
    with pytest.raises(Refusal):
        actions.move_turn(clerk, turn_id=turn.pk, person=person)
    moved = actions.move_turn(clerk, turn_id=turn.pk, person=person, accept=True)
    assert moved.person == person


def test_a_change_is_asked_agreed_and_approved_and_calendars_hear_of_both(town):
    roster = published(town)
    question = question_of(roster)
    day_free = [
        turn for turn in roster.turns.filter(person__leads=False, shift__post__name="机动一队").select_related("shift", "person").order_by("day")
        if any(one.account_id for one in queries.reserves(question, turn.shift, turn.day))
    ]  # fmt: skip
    assert day_free, "the world has somebody to ask"
    turn = day_free[0]
    other = next(one for one in queries.reserves(question, turn.shift, turn.day) if one.account_id)
    asker = town.actors["clerk"]
    change = actions.ask_change(asker, turn_id=turn.pk, other=other, reason="家中有事")
    with pytest.raises(Conflict):
        actions.ask_change(asker, turn_id=turn.pk, other=other)
    who = next(actor for role, actor in town.actors.items() if town.accounts[role].pk == other.account_id)
    with pytest.raises((Denied, Missing)):
        actions.answer_change(town.actors["inspector"], change_id=change.pk, yes=True)
    change = actions.answer_change(who, change_id=change.pk, yes=True)
    assert change.state == "agreed" and not RosterTurn.objects.get(pk=turn.pk).called_off
    with pytest.raises(Denied):
        actions.decide_change(who, change_id=change.pk, yes=True)
    before = turn.sequence
    change = actions.decide_change(asker, change_id=change.pk, yes=True)
    turn.refresh_from_db()
    fresh = RosterTurn.objects.get(shift=turn.shift, day=turn.day, person=other, called_off=False)
    assert change.state == "done" and turn.called_off and turn.sequence == before + 1 and fresh.uid != turn.uid and fresh.stands_in


def test_without_the_rule_a_yes_is_enough_and_a_no_leaves_all_as_it_is(town):
    roster = published(town, rules=Rules(approve=False))
    question = question_of(roster)
    turns = roster.turns.filter(shift__post__name="机动一队").select_related("shift", "person").order_by("day")
    turn, other = next((one, free[0]) for one in turns if (free := queries.reserves(question, one.shift, one.day)))
    clerk = town.actors["clerk"]
    change = actions.answer_change(clerk, change_id=actions.ask_change(clerk, turn_id=turn.pk, other=other).pk, yes=False)
    assert change.state == "declined" and not RosterTurn.objects.get(pk=turn.pk).called_off
    change = actions.answer_change(clerk, change_id=actions.ask_change(clerk, turn_id=turn.pk, other=other).pk, yes=True)
    assert change.state == "done" and RosterTurn.objects.get(pk=turn.pk).called_off
    assert TurnChange.objects.count() == 2


def test_called_off_is_told_to_calendars_and_frees_the_days(town):
    roster = published(town)
    actions.cancel_roster(town.actors["clerk"], roster_id=roster.pk)
    assert not roster.turns.filter(called_off=False).exists() and set(roster.turns.values_list("sequence", flat=True)) == {2}
    again = make_roster(town, ground=roster.ground)
    assert again.starts_on == roster.starts_on
    with pytest.raises(Refusal):
        make_roster(town, ground=roster.ground)


def test_counts_are_numbers_and_tell_what_is_likely_missing(town):
    today = clock.today()
    roster = published(town, starts_on=today, days=5)
    shift = PostShift.objects.get(post__name="机动一队")
    worker = town.actors["clerk"]
    planned = roster.turns.filter(shift=shift, day=today).count()
    assert queries.gaps(roster, today, roster.ends_on) == []
    counted = actions.count_present(worker, shift_id=shift.pk, day=today, present=planned - 1)
    assert counted.planned == planned and planned >= 2
    for number in range(1, 11):
        PostDay.objects.create(shift=shift, day=today - timedelta(days=number), planned=2, present=1, counted_at=clock.now())
    found = queries.gaps(roster, today + timedelta(days=1), roster.ends_on)
    board = queries.boards(worker, today)[0]
    assert board.present == planned - 1 and board.counted == 1
    likely = queries.gaps(roster, today + timedelta(days=1), roster.ends_on, all_=True)
    mobile = [gap for gap in likely if gap.shift == shift]
    assert all(gap.own_record and gap.known.low < 0.5 < gap.known.high and 0 < gap.chance < 1 for gap in mobile)
    assert all(gap.chance >= queries.LIKELY for gap in found)
    for gap in mobile:
        there = set(roster.turns.filter(day=gap.day, called_off=False).values_list("person", flat=True))
        assert not there & {one.pk for one in gap.reserves}
    with pytest.raises(Refusal):
        actions.count_present(worker, shift_id=shift.pk, day=today + timedelta(days=1), present=1)


def test_turns_weigh_on_units_and_a_limit_stops_the_publication(town):
    roster = arranged(town)
    unit = town.units["department"]
    limit = LoadLimit.objects.create(source="shifts", unit_kind=unit.kind, per_week=2)
    with pytest.raises(Refusal) as refused:
        actions.publish_roster(town.actors["clerk"], roster_id=roster.pk)
    assert refused.value.code == "load.too_much" and limits_of([unit]) == {(unit.pk, "shifts"): 2}
    limit.delete()
    actions.publish_roster(town.actors["clerk"], roster_id=roster.pk)
    found = burdens([unit.pk], roster.starts_on, roster.ends_on, only="shifts")
    assert sum(one.planned for one in found) == roster.turns.filter(person__unit=unit).count() > 2


def test_counted_people_show_that_a_unit_was_at_its_post(town):
    roster = published(town, starts_on=clock.today(), days=3)
    post = roster.ground.posts.get(name="机动一队")
    post.unit = town.units["department"]
    post.save()
    actions.count_present(town.actors["liaison"], shift_id=post.shifts.get().pk, day=clock.today(), present=4)
    found = list(PROOFS["rosters.counted"].find([town.units["department"].pk], clock.today(), clock.today()))
    assert [(one.unit, one.day) for one in found] == [(town.units["department"].pk, clock.today())] and "4" in found[0].title


def test_the_job_arranges_can_be_asked_twice_and_keeps_the_trail(town):
    make_pool(town)
    roster = make_roster(town)
    clerk = town.actors["clerk"]
    one, two = (actions.start_arranging(clerk, roster_id=roster.pk) for _ in range(2))
    assert one.pk == two.pk
    jobs.run_waiting()
    one.refresh_from_db()
    assert one.state == Job.State.DONE and one.result["short"] == 0
    assert AuditEntry.objects.filter(verb="duties.plan_roster", note__contains="已排").exists() or roster.events.filter(step="solve").exists()


def test_who_plans_is_the_office_and_another_town_sees_nothing(town, other_town):
    ground = make_ground(town)
    with pytest.raises(Denied):
        make_ground(type("T", (), {"actors": {"clerk": town.actors["liaison"]}, "street": town.street, "units": town.units})())
    with pytest.raises(Missing):
        actions.save_segment(other_town.actors["clerk"], ground_id=ground.pk, name="x")
    roster = arranged(town, ground=ground)
    assert queries.rosters(other_town.actors["clerk"]).count() == 0
    assert queries.rosters(town.actors["liaison"]).get() == roster
    with pytest.raises(Refusal):
        actions.make_roster(
            town.actors["clerk"], ground=make_ground(town, name="二"), starts_on=next_monday(), ends_on=next_monday(),
            units=[other_town.units["department"]],
        )  # fmt: skip


@pytest.mark.parametrize("days", [0, 32])
def test_a_roster_is_of_one_to_thirty_one_days(town, days):
    with pytest.raises(Refusal):
        make_roster(town, days=days)


def test_a_shift_that_is_written_anew_keeps_its_turns_and_moves_them_in_calendars(town):
    roster = published(town)
    post = roster.ground.posts.get(name="机动一队")
    before = turn_at(roster)
    actions.save_duty_post(
        town.actors["clerk"], ground_id=roster.ground_id, duty_post_id=post.pk, name=post.name, kind="mobile", shifts="白班 10:00-18:00 1-3人"
    )
    after = RosterTurn.objects.get(pk=before.pk)
    assert after.sequence == before.sequence + 1 and after.uid == before.uid and after.shift.hours == "10:00-18:00"


def test_a_roster_that_changed_meanwhile_is_not_overwritten(town):
    make_pool(town)
    roster = make_roster(town)

    def meddle(done, total, message):
        Roster.objects.filter(pk=roster.pk).update(revision=99)

    with pytest.raises(Conflict):
        actions.solve_roster(town.actors["clerk"], roster_id=roster.pk, tell=meddle)
    assert not roster.turns.exists()
