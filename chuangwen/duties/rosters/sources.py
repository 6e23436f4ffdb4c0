"""Turns at posts as a part of what falls on units, and counted people at posts as what shows that a duty was done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.duties.load import sources
from chuangwen.duties.load.sources import Burden
from chuangwen.duties.rhythm import proofs
from chuangwen.duties.rhythm.proofs import Found
from chuangwen.duties.rhythm.recurring import week_of
from chuangwen.duties.rosters.models import PostDay, Roster, RosterTurn
from chuangwen.kernel import clock, workload


@sources.register(workload.SHIFTS)
def _turns(units: Collection[int], first: date, last: date) -> Iterable[Burden]:
    """Turns of a unit's people in a week, roster by roster: a number, no names. What is over counts as done."""
    rows = RosterTurn.objects.filter(
        person__unit__in=units, day__gte=first, day__lte=last, called_off=False, roster__state=Roster.State.PUBLISHED
    )
    planned: dict[tuple[int, date, int], int] = defaultdict(int)
    done: dict[tuple[int, date, int], int] = defaultdict(int)
    names: dict[int, str] = {}
    today = clock.today()
    for unit, day, roster, ground in rows.order_by().values_list("person__unit", "day", "roster", "roster__ground__name"):
        names[roster] = ground
        planned[unit, week_of(day), roster] += 1
        done[unit, week_of(day), roster] += day < today
    for (unit, monday, roster), count in sorted(planned.items()):
        title = _("%(ground)s: %(count)d turns") % {"ground": names[roster], "count": count}
        page, over = ("duties:roster", roster), done[unit, monday, roster]
        yield Burden(unit, monday, workload.SHIFTS, title, page, count, over, f"duties.roster:{roster}")


@proofs.register("rosters.counted", gettext_lazy("people counted at a post of the unit"))
def _counted(units: Collection[int], first: date, last: date) -> Iterable[Found]:
    """Of the unit that answers for the post: once a day, with how many were there."""
    rows = PostDay.objects.filter(shift__post__unit__in=units, day__gte=first, day__lte=last, present__gt=0)
    people: dict[tuple[int, date], int] = defaultdict(int)
    for unit, day, present in rows.order_by().values_list("shift__post__unit", "day", "present"):
        people[unit, day] += present
    for (unit, day), present in sorted(people.items(), key=lambda one: (one[0][1], one[0][0])):
        title = _("At posts: %(n)d people") % {"n": present}
        yield Found(unit, day, title, f"{reverse('duties:roster-board')}?day={day.isoformat()}")
