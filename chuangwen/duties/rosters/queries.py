"""What pages, API and sheets read of rosters. A constant number of queries each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Least

from chuangwen.duties.rhythm.models import DutyRecord
from chuangwen.duties.rosters.arithmetic import chances
from chuangwen.duties.rosters.gathering import Question, Standing, question_of, runs_on
from chuangwen.duties.rosters.gathering import turns_of as standing_turns
from chuangwen.duties.rosters.models import (
    DutyPost,
    PoolDay,
    PoolPerson,
    PostDay,
    PostShift,
    Roster,
    RosterGround,
    RosterTurn,
    TurnChange,
)
from chuangwen.duties.rosters.naming import Naming, naming, takes_back
from chuangwen.kernel import access, clock, office_calendar
from chuangwen.kernel.access import Actor

SEE, OWN, POOL = "duties.see_roster", "duties.own_turns", "duties.keep_pool"
RECORD_DAYS = 90
LOOK_AHEAD_DAYS = 62
LIKELY = 0.25
"""A post is shown as likely short from this chance on."""
RESERVES = 3


def rosters(actor: Actor) -> QuerySet[Roster]:
    return access.scoped(actor, SEE, Roster).select_related("ground__division")


def grounds(actor: Actor) -> QuerySet[RosterGround]:
    found = access.scoped(actor, SEE, RosterGround).select_related("division", "site")
    posts = Count("posts", filter=Q(posts__active=True), distinct=True)
    mobile = Count("posts", filter=Q(posts__active=True, posts__kind=DutyPost.Kind.MOBILE), distinct=True)
    return found.annotate(post_count=posts, mobile_count=mobile, segment_count=Count("segments", distinct=True))


def pool(actor: Actor, verb: str = POOL) -> QuerySet[PoolPerson]:
    return access.scoped(actor, verb, PoolPerson).select_related("unit", "account")


def changes(actor: Actor) -> QuerySet[TurnChange]:
    """Changes that this person may answer or decide."""
    rows = access.scoped(actor, "duties.change_turn", TurnChange) if actor.may("duties.change_turn") else TurnChange.objects.none()
    return rows.select_related(
        "turn__shift__post__ground", "turn__person__unit", "turn__roster", "other__unit", "in_exchange__shift__post"
    )


def withdrawable(actor: Actor) -> QuerySet[TurnChange]:
    """Changes that wait for an answer and that this person may take back."""
    return TurnChange.objects.filter(takes_back(actor), state=TurnChange.State.ASKED)


def own_people(actor: Actor) -> list[PoolPerson]:
    """The places of the person who is signed in, in the pools of units."""
    if actor.account_id is None:
        return []
    return list(PoolPerson.objects.filter(account=actor.account_id, active=True).select_related("unit").order_by("pk"))


def person_to_say(actor: Actor, key: int) -> PoolPerson:
    """Whose days the actor says: of a pool that one keeps, or oneself. Raises Missing, Denied."""
    if not actor.may(POOL):
        return access.fetch(actor, OWN, PoolPerson, pk=key, active=True)
    own = access.scoped(actor, OWN, PoolPerson).filter(pk=key, active=True).first() if actor.may(OWN) else None
    return own or access.fetch(actor, POOL, PoolPerson, pk=key, active=True)


def days_said(person: PoolPerson) -> QuerySet[PoolDay]:
    """What somebody said of the days from today on."""
    return PoolDay.objects.filter(person=person, day__gte=clock.today()).order_by("day")


def turns_of(people: Collection[int], first: date, last: date) -> list[RosterTurn]:
    """Turns of these people in published rosters between two days, those that were called off too."""
    rows = RosterTurn.objects.filter(person__in=people, day__gte=first, day__lte=last, roster__published_at__isnull=False)
    return list(rows.select_related("shift__post__ground", "shift__post__segment", "roster").order_by("day", "shift__order", "pk"))


def upcoming(people: Collection[PoolPerson]) -> list[RosterTurn]:
    """The turns of these people from today on, in published rosters."""
    today = clock.today()
    found = turns_of([person.pk for person in people], today, today + timedelta(days=LOOK_AHEAD_DAYS))
    return [turn for turn in found if not turn.called_off]


# -- the month ---------------------------------------------------------------------------------------------------------


@dataclass
class Cell:
    """A shift on a day: who stands there by name, how many ``others`` whose names are not shown, whether people are missing. ``off``: it does
    not run."""

    day: date
    turns: list[Standing] = field(default_factory=list)
    others: int = 0
    lacks: int = 0
    off: bool = False


@dataclass
class Line:
    """A shift of a post over the days of a roster."""

    shift: PostShift
    cells: list[Cell]


def month(roster: Roster, days: Sequence[date], posts: Collection[int] | None, names: Naming) -> list[Line]:
    """The grid of a roster: a line per shift, a cell per day, with the names that may be seen."""
    work = office_calendar.calendar()
    shifts = PostShift.objects.filter(post__ground=roster.ground_id).filter(
        Q(active=True, post__active=True) | Q(turns__roster=roster, turns__called_off=False)
    ).select_related("post__segment", "post__unit").distinct().order_by("post__order", "post", "order", "pk")  # fmt: skip
    if posts is not None:
        shifts = shifts.filter(post__in=posts)
    turns = roster.turns.filter(called_off=False, day__gte=days[0], day__lte=days[-1])
    if posts is not None:
        turns = turns.filter(shift__post__in=posts)
    at: dict[tuple[int, date], list[Standing]] = defaultdict(list)
    for turn in standing_turns(turns):
        at[turn.shift_id, turn.day].append(turn)
    arranged = roster.state in (Roster.State.SOLVED, Roster.State.PUBLISHED)
    found = []
    for shift in shifts:
        cells = []
        for day in days:
            there, runs = at.get((shift.pk, day), []), runs_on(shift, day, work)
            lacks = max(0, shift.least - len(there)) if arranged and runs else 0
            cells.append(Cell(day, *names.split(there), lacks, not runs and not there))
        found.append(Line(shift, cells))
    return found


def posts_of(roster: Roster) -> list[int]:
    """The keys of the posts of a roster's ground in their order, leaders first."""
    rows = DutyPost.objects.filter(ground=roster.ground_id, active=True).order_by("order", "pk").values_list("pk", "kind")
    return [pk for pk, _kind in sorted(rows, key=lambda row: row[1] != DutyPost.Kind.LEAD)]


def day_totals(roster: Roster, days: Sequence[date]) -> dict[date, int]:
    """Different people per day on posts that count towards the floor."""
    rows = roster.turns.filter(called_off=False, shift__post__on_floor=True, day__gte=days[0], day__lte=days[-1])
    counted = rows.order_by().values("day").annotate(n=Count("person", distinct=True)).values_list("day", "n")
    return dict(counted)


# -- a day -------------------------------------------------------------------------------------------------------------


@dataclass
class BoardRow:
    """A shift today: who is planned (``shown`` by name, and ``others``), how many are needed, how many were counted."""

    shift: PostShift
    turns: list[RosterTurn]
    counted: PostDay | None = None
    shown: list[RosterTurn] = field(default_factory=list)
    others: int = 0

    @property
    def planned(self) -> int:
        return len(self.turns)

    @property
    def lacks(self) -> int:
        there = self.planned if self.counted is None else self.counted.present
        return max(0, self.shift.least - there)


@dataclass
class Board:
    """A ground on a day. ``needed``: what its posts need, or the floor where that is more."""

    ground: RosterGround
    roster: Roster
    leaders: list[RosterTurn] = field(default_factory=list)
    rows: list[BoardRow] = field(default_factory=list)

    @property
    def planned(self) -> int:
        return len({turn.person_id for row in self.rows if row.shift.post.on_floor for turn in row.turns})

    @property
    def needed(self) -> int:
        return max(sum(row.shift.least for row in self.rows if row.shift.post.on_floor), self.ground.floor or 0)

    @property
    def present(self) -> int:
        return sum(row.counted.present for row in self.rows if row.counted is not None)

    @property
    def counted(self) -> int:
        return sum(row.counted is not None for row in self.rows)

    @property
    def short(self) -> list[BoardRow]:
        return [row for row in self.rows if row.lacks]


def boards(actor: Actor, day: date, ground: int | None = None) -> list[Board]:
    """The published rosters that are on on a day."""
    found = rosters(actor).filter(state=Roster.State.PUBLISHED, starts_on__lte=day, ends_on__gte=day)
    if ground is not None:
        found = found.filter(ground=ground)
    by_ground = {roster.ground_id: Board(roster.ground, roster) for roster in found.order_by("ground__name", "pk")}
    if not by_ground:
        return []
    names = naming(actor, [board.roster for board in by_ground.values()])
    work = office_calendar.calendar()
    shifts = PostShift.objects.filter(post__ground__in=list(by_ground), active=True, post__active=True)
    turns: dict[int, list[RosterTurn]] = defaultdict(list)
    rows = RosterTurn.objects.filter(roster__in=[board.roster.pk for board in by_ground.values()], day=day, called_off=False)
    for turn in rows.select_related("person").order_by("pk"):
        turns[turn.shift_id].append(turn)
    counted = {one.shift_id: one for one in PostDay.objects.filter(shift__post__ground__in=list(by_ground), day=day)}
    for shift in shifts.select_related("post__segment", "post__unit").order_by("post__order", "post", "order", "pk"):
        if not runs_on(shift, day, work) and not turns.get(shift.pk):
            continue
        board = by_ground[shift.post.ground_id]
        if shift.post.kind == DutyPost.Kind.LEAD:
            board.leaders += turns.get(shift.pk, [])
        else:
            there = turns.get(shift.pk, [])
            board.rows.append(BoardRow(shift, there, counted.get(shift.pk), *names.split(there)))
    return list(by_ground.values())


def recorded_elsewhere(shift: PostShift, day: date) -> DutyRecord | None:
    """A short record of the post's unit on that day that says how many people took part: it need not be counted again."""
    if shift.post.unit_id is None:
        return None
    rows = DutyRecord.objects.filter(unit=shift.post.unit_id, day=day, people__isnull=False).select_related("duty")
    return rows.order_by("-pk").first()


# -- what is likely to be missing --------------------------------------------------------------------------------------


@dataclass
class Gap:
    """A shift on a day that is short, or likely to be. ``known`` is the record of the shift (of the whole ground where it has none)."""

    day: date
    shift: PostShift
    planned: int
    chance: float
    known: chances.Share | None
    own_record: bool
    reserves: list[PoolPerson] = field(default_factory=list)
    shown: list[PoolPerson] = field(default_factory=list)
    """The reserves that may be seen by name."""

    @property
    def unshown(self) -> int:
        return len(self.reserves) - len(self.shown)

    @property
    def lacks(self) -> int:
        return max(0, self.shift.least - self.planned)


def records(ground: int, before: date) -> dict[int, chances.Share]:
    """How many of those planned came, shift by shift, in the last 90 days; under 0 of all posts of the ground."""
    rows = PostDay.objects.filter(shift__post__ground=ground, day__gte=before - timedelta(days=RECORD_DAYS), day__lt=before, planned__gt=0)
    seen: dict[int, tuple[int, int, int]] = {}
    total = [0, 0, 0]
    counted = rows.order_by().values("shift").annotate(asked=Sum("planned"), came=Sum(Least("planned", "present")), days=Count("pk"))
    for row in counted:
        total = [total[0] + row["asked"], total[1] + row["came"], total[2] + row["days"]]
        seen[row["shift"]] = (row["asked"], row["came"], row["days"])
    if total[0]:
        seen[0] = (total[0], total[1], total[2])
    return dict(zip(seen, chances.shares(list(seen.values())), strict=True))


def gaps(
    roster: Roster,
    first: date,
    last: date,
    *,
    question: Question | None = None,
    all_: bool = False,
    names: Naming | None = None,
    known: dict[int, chances.Share] | None = None,
) -> list[Gap]:
    """Where people are missing or are likely to be, from the record of the post (``known``, where it was read already), with reserves in the
    order of the rule; of these ``names`` says who is shown (None: nobody)."""
    first, last = max(first, roster.starts_on), min(last, roster.ends_on)
    if last < first:
        return []
    question = question or question_of(roster)
    known = records(roster.ground_id, clock.today()) if known is None else known
    there: dict[tuple[int, date], int] = defaultdict(int)
    for turn in question.turns:
        if first <= turn.day <= last:
            there[turn.shift_id, turn.day] += 1
    found = []
    for shift, day in [*question.leading, *question.seats]:
        if not first <= day <= last:
            continue
        record = known.get(shift.pk) or known.get(0)
        planned = there[shift.pk, day]
        chance = chances.short_chance(shift.least, planned, record) if record is not None else float(planned < shift.least)
        if all_ or chance >= LIKELY or planned < shift.least:
            found.append(Gap(day, shift, planned, chance, record, shift.pk in known))
    for gap in found:
        gap.reserves = reserves(question, gap.shift, gap.day)[:RESERVES]
        gap.shown = [one for one in gap.reserves if names is not None and names.named(one, roster.pk)]
    return sorted(found, key=lambda gap: (gap.day, -gap.chance, gap.shift.post.order, gap.shift.pk))


def reserves(question: Question, shift: PostShift, day: date) -> list[PoolPerson]:
    """Who could come as well, in the order of the rule: those of the post's unit, those who named the day gladly, those with fewer turns in this
    roster, then the order of the pool. Nobody who cannot come, has a turn, or would not rest."""
    at = question.slot_of.get((shift.pk, day))
    if at is None:
        away = {turn.person_id for turn in question.turns if turn.day == day}
        return [
            leader for leader in question.leaders if leader.pk not in away and day not in question.absent.get(leader.pk, ())
        ]
    problem, slot = question.problem, question.problem.slots[at]
    free = problem.able[:, at].copy()
    starts, ends = problem.hours[question.table[:, 1]].T
    clash = np.where(starts <= slot.start, slot.start < ends + problem.rest, starts < slot.end + problem.rest)
    clash |= problem.day[question.table[:, 1]] == slot.day
    free[question.table[clash, 0]] = False
    free &= question.week_load[:, problem.week[slot.day]] < problem.per_week
    path = shift.post.unit.path if shift.post.unit is not None else ""
    numbers = np.flatnonzero(free)
    order = np.lexsort((numbers, question.load[numbers], problem.wish[numbers, slot.day], ~question.within(path)[numbers]))
    return [question.people[n] for n in numbers[order].tolist()]


# -- days of a person --------------------------------------------------------------------------------------------------


@dataclass
class PersonDay:
    """A day in somebody's month: what they said, and their turns."""

    day: date
    word: str = ""
    turns: list[RosterTurn] = field(default_factory=list)
    open: bool = False


def person_month(person: PoolPerson, first: date) -> list[list[PersonDay | None]]:
    """The weeks of a month for somebody: Monday first, None for days of other months."""
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    said = dict(PoolDay.objects.filter(person=person, day__gte=first, day__lte=last).values_list("day", "word"))
    same = PoolPerson.objects.filter(account=person.account_id).values_list("pk", flat=True) if person.account_id else [person.pk]
    turns: dict[date, list[RosterTurn]] = defaultdict(list)
    for turn in turns_of(list(same), first, last):
        if not turn.called_off:
            turns[turn.day].append(turn)
    cells: list[PersonDay | None] = [None] * first.weekday()
    today = clock.today()
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        cells.append(PersonDay(day, said.get(day, ""), turns.get(day, []), day > today))
    cells += [None] * (-len(cells) % 7)
    return [cells[n : n + 7] for n in range(0, len(cells), 7)]


def answered(roster: Roster) -> tuple[int, int]:
    """How many of the people who take part said something since they were asked, and how many there are."""
    people = PoolPerson.objects.filter(unit__in=roster.taking_part.values("unit"), active=True)
    since = roster.asked_at
    return (people.filter(answered_at__gte=since).count() if since is not None else 0), people.count()
