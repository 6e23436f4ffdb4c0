"""A roster in sentences: where people are missing and why, which rule a move would break, what it costs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from chuangwen.duties.rosters.arithmetic.value import FULL, NOT_ABLE, REST, TWICE, WEEK, Break, Shortage
from chuangwen.duties.rosters.gathering import Question, qualified_for
from chuangwen.duties.rosters.models import Roster, TurnChange
from chuangwen.duties.rosters.queries import Cell
from chuangwen.kernel import clock
from chuangwen.web import formatting
from chuangwen.web.templatetags.web import badge

CHANGE_TONES = {"asked": "wait", "agreed": "warn", "done": "ok", "declined": "quiet", "refused": "quiet", "withdrawn": "quiet"}
TONES = {"draft": "quiet", "asking": "warn", "solved": "wait", "published": "ok", "cancelled": "quiet"}


def quality(roster: Roster) -> str:
    """How far from the best possible a roster is, as arranged."""
    if roster.gap is None:
        return ""
    if roster.gap == 0:
        return _("proven to be the best")
    return _("at most %(gap)s from the best possible") % {"gap": formatting.percent(roster.gap, 1)}


def points(value: float | None) -> str:
    return formatting.EMPTY if value is None else formatting.number(round(value, 1), 1)


def cost(value: float) -> str:
    """What a change costs: +2.0 or −1.0 points, with a sign that does not wrap."""
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return f"{sign}{formatting.number(abs(round(value, 1)), 1)}"


def lack(question: Question, one: Shortage) -> str:
    """Which shift lacks how many qualified people, and why."""
    day = formatting.short_day(question.roster.days[one.day], clock.today())
    if one.slot is None:
        return _("%(day)s: %(lacks)d people fewer than the %(floor)d that are needed on a day") % {
            "day": day, "lacks": one.lacks, "floor": question.problem.floor_of(one.day)
        }  # fmt: skip
    shift, _day = question.seats[one.slot]
    fit = list(qualified_for(question, one.slot))
    away = sum(question.roster.days[one.day] in question.absent.get(question.people[number].pk, ()) for number in fit)
    free = sum(bool(question.problem.able[number, one.slot]) for number in fit)
    asked = shift.post.qualification
    told = {"day": day, "shift": shift, "lacks": one.lacks, "what": asked, "fit": len(fit), "away": away, "busy": len(fit) - away - free}
    sentence = _("%(day)s %(shift)s: %(lacks)d people are missing")
    if asked:
        sentence = _("%(day)s %(shift)s: %(lacks)d people with “%(what)s” are missing")
    why = _(
        " (%(fit)d have what it asks for, %(away)d of them cannot come, %(busy)d stand elsewhere; the others have turns, rest or enough turns)"
    )
    return (sentence + why) % told


def broken(question: Question, one: Break) -> str:
    """A rule that would not be kept."""
    shift, day = question.seats[one.slot]
    told = {"day": formatting.short_day(day, clock.today()), "shift": shift}
    if one.rule == NOT_ABLE:
        person = question.people[one.person]
        if day in question.absent.get(person.pk, ()):
            return _("said that they cannot come on %(day)s") % told
        if not question.qualified[one.person, question.problem.slots[one.slot].kind]:
            return _("does not have what “%(shift)s” asks for") % told
        return _("has a turn of another roster on %(day)s, or rests") % told
    if one.rule == TWICE:
        return _("has another turn on %(day)s already") % told
    if one.rule == REST:
        return _("would not rest %(hours)d hours before or after %(day)s") % (told | {"hours": question.roster.asked.rest_hours})
    if one.rule == WEEK:
        return _("would have more turns than allowed in the week of %(day)s") % told
    assert one.rule == FULL
    return _("“%(shift)s” would have more people than may stand there on %(day)s") % told


def change_state(change: TurnChange) -> Any:
    return badge(change.get_state_display(), CHANGE_TONES[change.state])


def standing(cell: Cell) -> str:
    """Who stands there: the names that may be seen, and how many others."""
    others = _("%(n)d people of other units") % {"n": cell.others} if cell.others else ""
    return "、".join(part for part in (*(turn.person.name for turn in cell.turns), others) if part)


def lacks(question: Question, found: Iterable[Shortage]) -> list[str]:
    return [lack(question, one) for one in found]
