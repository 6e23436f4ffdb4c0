"""A roster is arranged by a job: sums outside, the answer written in one transaction."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.duties.rosters import words
from chuangwen.duties.rosters.actions.base import refuse, take, write
from chuangwen.duties.rosters.arithmetic.solving import Answer, Progress, solve
from chuangwen.duties.rosters.arithmetic.turns import NEVER, in_turn
from chuangwen.duties.rosters.arithmetic.value import shortages
from chuangwen.duties.rosters.gathering import Question, pool_of, question_of, shifts_of
from chuangwen.duties.rosters.models import Roster, RosterTurn
from chuangwen.duties.rosters.states import Step
from chuangwen.kernel import clock, importing, jobs
from chuangwen.kernel.access import Actor
from chuangwen.kernel.models import Job
from chuangwen.web import formatting

Tell = Callable[[int, int, str], None]
JOB = "duties.solve_roster"
PHASES = {
    "bound": lambda: _("looking how good a roster could be"), "weeks": lambda: _("arranging week by week"),
    "again": lambda: _("arranging weeks again among the others"), "whole": lambda: _("proving that none is better"),
}  # fmt: skip
NAMED = 60


def start_arranging(actor: Actor, *, roster_id: int) -> Job:
    """Have a job arrange the roster. Raises Denied, Missing, NotNow, Refusal."""
    with transaction.atomic():
        roster = take(actor, Step.SOLVE, roster_id)
        waiting = Job.objects.filter(kind=JOB, state__in=(Job.State.QUEUED, Job.State.RUNNING), arguments__roster=roster.pk).first()
        if waiting is not None:
            return waiting
        _ready(roster)
        return jobs.start(
            actor, JOB, {"roster": roster.pk, "actor": importing.carry(actor)}, title=_("Arrange: %(roster)s") % {"roster": roster},
            result_url=reverse("duties:roster", args=[roster.pk]),
        )  # fmt: skip


def _ready(roster: Roster) -> None:
    if not shifts_of(roster):
        raise refuse(_("The ground has no posts with shifts yet."), "roster_no_posts")
    if not pool_of(roster):
        raise refuse(_("The pools of the units that take part are empty."), "roster_no_people")


def solve_roster(
    actor: Actor, *, roster_id: int, tell: Tell = lambda done, total, message: None, enough: float = 0.0
) -> Roster:
    """Arrange and store. ``tell(done, total, message)`` hears how far it is, and what it raises ends it with nothing changed. ``enough``: a gap
    with which no better roster is looked for.

    Raises Denied, Missing, NotNow, Refusal, and Conflict when the roster was changed meanwhile.
    """
    with transaction.atomic():
        roster = take(actor, Step.SOLVE, roster_id)
        _ready(roster)
    question = question_of(roster, hold_hand=True)
    answer = solve(question.problem, seconds=roster.seconds, report=_reporter(tell), enough=enough)
    return _store(actor, roster, question, answer, leading_turns(question))


def _reporter(tell: Tell) -> Callable[[Progress], None]:
    def report(progress: Progress) -> None:
        message = PHASES[progress.phase]()
        if progress.best is not None:
            message = _("%(phase)s: %(points)s points") % {"phase": message, "points": words.points(progress.best)}
        tell(min(progress.done, progress.total), progress.total + 1, message)

    return report


def leading_turns(question: Question) -> list[tuple[int, int]]:
    """Leaders on duty in turn: numbers of leader and of place among ``leading``. Who was on duty last before this roster waits longest."""
    if not question.leading or not question.leaders:
        return []
    keys = [leader.pk for leader in question.leaders]
    rows = RosterTurn.objects.filter(person__in=keys, called_off=False, day__lt=question.roster.starts_on).order_by()
    last = dict(rows.values_list("person").annotate(last=Max("day")))
    days = question.roster.days
    able = [[day not in question.absent.get(leader.pk, ()) for day in days] for leader in question.leaders]
    places: dict[int, list[int]] = {number: [] for number in range(len(days))}
    for at, (shift, day) in enumerate(question.leading):
        places[(day - days[0]).days] += [at] * shift.least
    before = [(last[key] - days[0]).days if key in last else NEVER for key in keys]
    chosen = in_turn(able, before, wanted=[len(places[number]) for number in range(len(days))])
    return [(leader, at) for number, leaders in enumerate(chosen) for leader, at in zip(leaders, places[number], strict=False)]


def _lacking_leaders(question: Question, leading: list[tuple[int, int]]) -> list[str]:
    there = [0] * len(question.leading)
    for _leader, at in leading:
        there[at] += 1
    today = clock.today()
    return [
        _("%(day)s %(shift)s: nobody leads") % {"day": formatting.short_day(day, today), "shift": shift}
        for (shift, day), found in zip(question.leading, there, strict=True) if found < shift.least
    ]  # fmt: skip


def _store(actor: Actor, roster: Roster, question: Question, answer: Answer, leading: list[tuple[int, int]]) -> Roster:
    by_hand = {(turn.shift_id, turn.day, turn.person_id) for turn in question.turns if turn.by_hand}
    now = clock.now()
    taken = [(question.people[person], *question.seats[at]) for person, at in sorted(answer.turns)]
    taken += [(question.leaders[leader], *question.leading[at]) for leader, at in leading]
    rows = [
        RosterTurn(roster=roster, person=person, shift=shift, day=day, changed_at=now, by_hand=(shift.pk, day, person.pk) in by_hand)
        for person, shift, day in sorted(taken, key=lambda one: (one[2], one[1].pk, one[0].pk))
    ]
    with override(settings.LANGUAGE_CODE):
        found = shortages(question.problem, answer.turns)
        sentences = [words.lack(question, one) for one in found[:NAMED]] + _lacking_leaders(question, leading)[:NAMED]
        if len(found) > NAMED:
            sentences.append(_("and %(n)d more") % {"n": len(found) - NAMED})
    value = answer.value
    figures = {
        "turns": len(rows), "short": value.short, "load": value.load, "weekend": value.weekend, "early": value.early, "wishes": value.wishes,
        "needed": sum(shift.least for shift, _day in question.seats) + len(question.leading),
    }  # fmt: skip
    changes = {
        "points": value.total, "bound": answer.bound, "took": answer.seconds, "solved_at": now, "figures": figures, "lacks": sentences,
    }  # fmt: skip
    with transaction.atomic():
        fresh = take(actor, Step.SOLVE, roster.pk, expected=roster.revision)
        fresh.turns.all().delete()
        RosterTurn.objects.bulk_create(rows, batch_size=1000)
        fresh.points, fresh.bound = value.total, answer.bound

        def said() -> str:
            return _("Arranged: %(n)d turns, %(quality)s") % {"n": len(rows), "quality": words.quality(fresh)}

        write(actor, Step.SOLVE, fresh, changes, said, told={"turns": len(rows), "short": value.short, "bound": answer.bound})
    return fresh
