"""From the tables to the sums: the slots of a roster's days, who could stand in which, what else they have to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

import numpy as np
from django.db.models import Q, QuerySet

from chuangwen.duties.rosters import hours
from chuangwen.duties.rosters.arithmetic.problem import DAY, Problem, Slot, Turn
from chuangwen.duties.rosters.arithmetic.value import Value, table_of, value_of_table
from chuangwen.duties.rosters.models import DutyPost, PoolDay, PoolPerson, PostShift, Roster, RosterTurn
from chuangwen.kernel import office_calendar
from chuangwen.kernel.worktime import WorkCalendar

Seat = tuple[int, date]
"""A shift on a day: what a slot is, by its keys."""
AROUND = timedelta(days=8)
"""So far around a roster other turns of the same people are looked at: a week's turns, and rest."""


class Standing(NamedTuple):
    """A turn that stands, with its person. A month has thousands of turns of some hundred people: whole records of all of them cost more than
    the sums that they are for."""

    pk: int
    roster_id: int
    shift_id: int
    day: date
    person_id: int
    by_hand: bool
    person: PoolPerson


@dataclass
class Question:
    """A roster as sums, and what the numbers mean. ``leading``: the slots of leaders on duty, who take turns and are no part of the sums."""

    roster: Roster
    problem: Problem
    seats: list[tuple[PostShift, date]]
    people: list[PoolPerson]
    leading: list[tuple[PostShift, date]]
    leaders: list[PoolPerson]
    turns: list[Standing]
    qualified: np.ndarray
    absent: dict[int, set[date]]
    pool: list[PoolPerson] = field(default_factory=list)
    """Who takes part now, leaders among them."""
    slot_of: dict[Seat, int] = field(default_factory=dict)
    number_of: dict[int, int] = field(default_factory=dict)
    _within: dict[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.slot_of = {(shift.pk, day): at for at, (shift, day) in enumerate(self.seats)}
        self.number_of = {person.pk: number for number, person in enumerate(self.people)}

    @cached_property
    def pairs(self) -> frozenset[Turn]:
        """The turns as they stood when it was gathered, in the numbers of the sums; those of leaders are not among them."""
        return frozenset(pair for turn in self.turns if (pair := self.pair(turn)) is not None)

    @cached_property
    def table(self) -> np.ndarray:
        """The same turns as rows of person and slot."""
        return table_of(sorted(self.pairs))

    def turns_of(self, person: int) -> set[Turn]:
        """The turns of one person, by their number."""
        return {(person, at) for at in self.table[self.table[:, 0] == person, 1].tolist()}

    def with_change(self, gone: Collection[Turn], new: Collection[Turn]) -> np.ndarray:
        """The rows of ``table`` without some and with others."""
        stays = np.ones(len(self.table), dtype=bool)
        for turn in gone:
            stays &= (self.table != turn).any(axis=1)
        return np.vstack([self.table[stays], table_of(new)])

    @cached_property
    def load(self) -> np.ndarray:
        """Turns of each person in this roster."""
        return np.bincount(self.table[:, 0], minlength=len(self.people))

    @cached_property
    def week_load(self) -> np.ndarray:
        """Turns of each person in each week, those of other rosters too."""
        found = np.array(self.problem.taken)
        np.add.at(found, (self.table[:, 0], self.problem.week[self.problem.day[self.table[:, 1]]]), 1)
        return found

    @cached_property
    def value(self) -> Value:
        """What the turns cost as they stood."""
        return value_of_table(self.problem, self.table)

    def within(self, path: str) -> np.ndarray:
        """Who of the people is of the unit of this path or one below it."""
        if path not in self._within:
            self._within[path] = np.array([person.unit.path.startswith(path) for person in self.people], dtype=bool)
        return self._within[path]

    def pair(self, turn: RosterTurn | Standing) -> Turn | None:
        at, person = self.slot_of.get((turn.shift_id, turn.day)), self.number_of.get(turn.person_id)
        return None if at is None or person is None else (person, at)


DAYS_OF = {True: hours.WORKDAYS, False: hours.DAYS_OFF}
"""Which shifts run on a working day and on a day off, beside those of every day."""


def runs_on(shift: PostShift, day: date, work: WorkCalendar) -> bool:
    return shift.days in (hours.EVERY, DAYS_OF[work.is_workday(day)])


def shifts_of(roster: Roster) -> list[PostShift]:
    """The shifts of the ground that run, leaders' first."""
    rows = PostShift.objects.filter(post__ground=roster.ground_id, post__active=True, active=True).select_related("post", "post__unit")
    return sorted(rows, key=lambda row: (row.post.kind != DutyPost.Kind.LEAD, row.post.order, row.post_id, row.order, row.pk))


def pool_of(roster: Roster) -> list[PoolPerson]:
    """Who takes part: the people of its units, everybody once, also who is in the pools of two units."""
    rows = PoolPerson.objects.filter(unit__in=roster.taking_part.values("unit"), active=True).prefetch_related("unit")  # some units, many people
    seen: set[int] = set()
    found = []
    for person in rows.order_by("unit__path", "pk"):
        if person.account_id is not None:
            if person.account_id in seen:
                continue
            seen.add(person.account_id)
        found.append(person)
    return found


def turns_of(rows: QuerySet[RosterTurn], pool: Iterable[PoolPerson] = ()) -> list[Standing]:
    """These turns in the order of days, each with its person out of those that are loaded already. A query, and another where some are of people
    that are not among them."""
    found = list(rows.order_by("day", "shift_id", "pk").values_list("pk", "roster", "shift", "day", "person", "by_hand"))
    known = {person.pk: person for person in pool}
    if absent := {row[4] for row in found} - known.keys():
        known |= {person.pk: person for person in PoolPerson.objects.filter(pk__in=absent).select_related("unit")}
    return [Standing(*row, known[row[4]]) for row in found]


def question_of(roster: Roster, *, hold_hand: bool = False) -> Question:
    """The sums of a roster. ``hold_hand``: what was moved by hand stays. A constant number of queries."""
    work, days = office_calendar.calendar(), roster.days
    shifts, pool = shifts_of(roster), pool_of(roster)
    turns = turns_of(roster.turns.filter(called_off=False), pool)
    known = {person.pk for person in pool}
    taking_part = list(pool)
    pool += [turn.person for turn in {turn.person_id: turn for turn in turns if turn.person_id not in known}.values()]
    leaders = [person for person in pool if person.leads]
    people = [person for person in pool if not person.leads]
    leads = {shift.pk: shift.post.kind == DutyPost.Kind.LEAD for shift in shifts}
    running = {
        (working, lead): [shift for shift in shifts if shift.days in (hours.EVERY, word) and leads[shift.pk] == lead]
        for working, word in DAYS_OF.items() for lead in (True, False)
    }  # fmt: skip
    leading, seats = (
        [(shift, day) for day in days for shift in running[work.is_workday(day), lead]] for lead in (True, False)
    )
    absent, wish = _said(roster, pool, days)
    slots, qualified = _slots(roster, seats, people, work)
    able = qualified[:, [slot.kind for slot in slots]] if len(slots) else np.zeros((len(people), 0), dtype=bool)
    day_at = {day: number for number, day in enumerate(days)}
    away = np.zeros((len(people), len(days)), dtype=bool)
    for number, person in enumerate(people):
        for day in absent.get(person.pk, ()):
            away[number, day_at[day]] = True
    able = able & ~away[:, [slot.day for slot in slots]] if len(slots) else able
    monday = roster.starts_on - timedelta(days=roster.starts_on.weekday())
    week = np.array([(day - monday).days // 7 for day in days])
    used = np.zeros((len(people), int(week.max()) + 1), dtype=int)
    _elsewhere(roster, people, slots, able, used, monday)
    asked = roster.asked
    floor = np.full(len(days), roster.ground.floor or 0)
    per_week = np.array([min(asked.per_week, 7 if one.most_per_week is None else one.most_per_week) for one in people], dtype=int)
    wishes = np.zeros((len(people), len(days)))
    numbers = {person.pk: number for number, person in enumerate(people)}
    for (key, day), points in wish.items():
        if key in numbers:
            wishes[numbers[key], day_at[day]] = points
    problem = Problem(
        tuple(slots), able, week, per_week, wishes, asked.rest_hours * 60, floor, used, frozenset(), asked.weights
    )
    question = Question(roster, problem, seats, people, leading, leaders, turns, qualified, absent, taking_part)
    if hold_hand:
        held = frozenset(pair for turn in turns if turn.by_hand and (pair := question.pair(turn)) is not None)
        question.problem = Problem(
            problem.slots, able, week, per_week, wishes, problem.rest, floor, used, held, problem.weights
        )
    return question


def _of_units(people: Iterable[PoolPerson]) -> Q:
    """A condition that holds for the rows of these people, and for those of others in the pools of their units: to ask for hundreds of keys one
    by one costs more than to pass over some rows."""
    return Q(person__unit__in={person.unit_id for person in people})


def _said(roster: Roster, pool: list[PoolPerson], days: list[date]) -> tuple[dict[int, set[date]], dict[tuple[int, date], float]]:
    """On which days who cannot come; what a turn costs on days of which somebody said something. Who named days gladly taken has a small price
    on all others."""
    absent: dict[int, set[date]] = defaultdict(set)
    wish: dict[tuple[int, date], float] = {}
    gladly: dict[int, set[date]] = defaultdict(set)
    weights = roster.asked.weights
    keys = {one.pk for one in pool}
    rows = PoolDay.objects.filter(_of_units(pool), day__gte=days[0], day__lte=days[-1])
    for person, day, word in rows.order_by().values_list("person", "day", "word"):
        if person not in keys:
            continue
        if word == PoolDay.Word.CANNOT:
            absent[person].add(day)
        elif word == PoolDay.Word.RATHER_NOT:
            wish[person, day] = weights.rather_not
        else:
            gladly[person].add(day)
    for person, liked in gladly.items():
        for day in days:
            if day not in liked:
                wish.setdefault((person, day), weights.not_preferred)
    return absent, wish


def _slots(roster: Roster, seats: list[tuple[PostShift, date]], people: list[PoolPerson], work: WorkCalendar) -> tuple[list[Slot], np.ndarray]:
    """The slots; and who is qualified for which kind of them: a kind is a unit (or any) with a qualification (or none)."""
    kinds: dict[tuple[str, str], int] = {}
    early = roster.asked.early_before
    off = {day: not work.is_workday(day) for day in roster.days}
    alike: dict[int, Slot] = {}
    """Each shift as it would be on day 0: but for the day it is the same on all."""
    number_of = {day: number for number, day in enumerate(roster.days)}
    found = []
    for shift, day in seats:
        if id(shift) not in alike:
            post, (start, end) = shift.post, hours.bounds(shift.spans)
            kind = kinds.setdefault((post.unit.path if post.unit is not None else "", post.qualification), len(kinds))
            alike[id(shift)] = Slot(0, start, end, shift.least, shift.most, kind, post.pk, False, start < early, post.on_floor)
        _day, start, end, least, most, kind, key, _weekend, is_early, on_floor = alike[id(shift)]
        number = number_of[day]
        midnight = number * DAY
        found.append(Slot(number, midnight + start, midnight + end, least, most, kind, key, off[day], is_early, on_floor))
    have = [(person.unit.path, person.qualifications) for person in people]
    table = np.array(
        [[own.startswith(path) and (not asked or asked in held) for path, asked in kinds] for own, held in have], dtype=bool
    ).reshape(len(people), len(kinds))
    return found, table


def _elsewhere(roster: Roster, people: list[PoolPerson], slots: list[Slot], able: np.ndarray, used: np.ndarray, monday: date) -> None:
    """What the same people do in other rosters, whichever unit's pool names them: these hours and their rest are taken, these turns count."""
    numbers: dict[int, list[int]] = defaultdict(list)
    accounts: dict[int, int] = {}
    for number, person in enumerate(people):
        numbers[person.pk].append(number)
        if person.account_id is not None:
            accounts[person.account_id] = number
    rows = RosterTurn.objects.filter(
        _of_units(people) | Q(person__account__in=list(accounts)), called_off=False,
        day__gte=roster.starts_on - AROUND, day__lte=roster.ends_on + AROUND,
    ).exclude(roster=roster).exclude(roster__state=Roster.State.CANCELLED).select_related("shift", "person")  # fmt: skip
    if not len(slots):
        return
    start = np.array([slot.start for slot in slots])
    end = np.array([slot.end for slot in slots])
    day = np.array([slot.day for slot in slots])
    rest = roster.asked.rest_hours * 60
    for turn in rows:
        number = next(iter(numbers.get(turn.person_id, ())), accounts.get(turn.person.account_id or 0))
        if number is None:
            continue
        at = (turn.day - roster.starts_on).days
        first, last = (at * DAY + minute for minute in hours.bounds(turn.shift.spans))
        clash = np.where(start >= first, start < last + rest, first < end + rest)
        able[number] &= ~((day == at) | clash)
        week = (turn.day - monday).days // 7
        if 0 <= week < used.shape[1]:
            used[number, week] += 1


def qualified_for(question: Question, at: int) -> Iterable[int]:
    """The numbers of those who have what a slot asks for, whether they can come or not."""
    return np.flatnonzero(question.qualified[:, question.problem.slots[at].kind]).tolist()
