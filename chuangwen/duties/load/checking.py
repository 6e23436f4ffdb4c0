"""``check``: what planning asks before it puts something on units. Refused with the reason and with other weeks and units that have room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chuangwen.duties.load import queries, rules, sources
from chuangwen.duties.load.models import LoadLimit
from chuangwen.duties.load.rules import Overload
from chuangwen.duties.rhythm.recurring import week_of
from chuangwen.kernel import clock, workload
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.workload import Planned
from chuangwen.people.models import Unit
from chuangwen.web import formatting

LOOK_AHEAD_WEEKS = 8
NAMED_WEEKS, NAMED_UNITS, NEIGHBOURS = 3, 3, 60


class TooMuch(Refusal):
    """A plan would put more on units in a week than the limits allow."""

    status = 422
    code = "load.too_much"

    def __init__(self, message: str, broken: list[Overload], weeks: list[date], units: list[Unit]):
        super().__init__(message)
        self.broken, self.weeks, self.units = broken, weeks, units


def find(planned: Sequence[Planned]) -> tuple[list[Overload], list[date], list[Unit], dict[int, Unit]]:
    """The slots that the plan would fill beyond their limits, other weeks with room for all of it, other units with room in the first week,
    and the units by their keys. Weeks that are over are not looked at; with no limit set it costs one query."""
    this = week_of(clock.today())
    asked = [one for one in planned if one.monday >= this and one.count > 0]
    if not asked or not LoadLimit.objects.filter(source__in={rules.TOTAL, *(one.source for one in asked)}).exists():
        return [], [], [], {}
    ahead = rules.mondays(this, max(LOOK_AHEAD_WEEKS, ((max(one.monday for one in asked) - this).days // 7) + 2))
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in={one.unit for one in asked})}
    limits = queries.limits_of(units.values())
    held = {key[0] for key in limits}
    found = sources.burdens([pk for pk in units if pk in held], this, ahead[-1] + timedelta(days=6))
    replaced = {one.key for one in asked if one.key}
    there = queries.amounts(one for one in found if one.key not in replaced)
    before = rules.with_totals(queries.amounts(found))
    counted: dict[rules.Slot, int] = defaultdict(int)
    for one in asked:
        counted[one.unit, one.monday, one.source] += one.count
    there, more = rules.with_totals(there), rules.with_totals(counted)
    broken = [
        one for one in rules.overloads(there, more, limits) if one.there + one.more > before.get((one.unit, one.monday, one.source), 0)
    ]
    if not broken:
        return [], [], [], units
    weeks = rules.other_weeks(rules.added(there, more), limits, broken, ahead)
    return broken, weeks, _neighbours(broken[0], units, counted, replaced), units


def _neighbours(one: Overload, units: dict[int, Unit], more: Mapping[rules.Slot, int], replaced: Collection[str]) -> list[Unit]:
    """Units of the same kind beside it that have room in that week beside what the plan puts on them itself; only where one unit alone is too
    full."""
    unit = units[one.unit]
    today = clock.today()
    beside = Unit.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), kind=unit.kind, depth=unit.depth)
    rows = list(beside.filter(path__startswith=unit.path[: -Unit.steplen]).exclude(pk=unit.pk).order_by("path")[:NEIGHBOURS])
    found = sources.burdens([row.pk for row in rows], one.monday, one.monday + timedelta(days=6))
    there = rules.added(queries.amounts(burden for burden in found if burden.key not in replaced), more)
    chosen = rules.other_units(rules.with_totals(there), queries.limits_of(rows), one, [row.pk for row in rows])[:NAMED_UNITS]
    by_key = {row.pk: row for row in rows}
    return [by_key[pk] for pk in chosen]


def _part(part: rules.Part) -> str:
    """What a source has in the week, with what would come: records asked for 3+1."""
    return f"{LoadLimit.Source(part.source).label} {part.there}" + (f"+{part.more}" if part.more else "")


def check(planned: Sequence[Planned]) -> None:
    """Raise TooMuch where a plan breaks a limit: which unit, which week, what is there, and what would do instead."""
    broken, weeks, others, units = find(planned)
    if not broken:
        return
    one = broken[0]
    today = clock.today()
    sentence = _("Too much for “%(unit)s” in the week from %(week)s: %(source)s %(there)d, at most %(limit)d, %(more)d more planned.")
    if one.source == rules.TOTAL:
        sentence = _(
            "Too much in all for “%(unit)s” in the week from %(week)s: %(there)d of all sources, at most %(limit)d, %(more)d more planned "
            "(%(parts)s)."
        )
    parts = "、".join(_part(part) for part in one.parts if part.source not in rules.APART)
    told = {
        "unit": units[one.unit], "week": formatting.short_day(one.monday, today), "source": LoadLimit.Source(one.source).label,
        "there": one.there, "limit": one.limit, "more": one.more, "parts": parts,
    }  # fmt: skip
    lines = [sentence % told]
    rest = len({other.unit for other in broken}) - 1
    if rest:
        lines.append(ngettext("%(n)d other unit has no room either.", "%(n)d other units have no room either.", rest) % {"n": rest})
    if weeks:
        named = "、".join(formatting.short_day(week, today) for week in weeks[:NAMED_WEEKS])
        lines.append(_("There is room in the weeks from %(weeks)s.") % {"weeks": named})
    if others and not rest:
        lines.append(_("Units with room in that week: %(units)s.") % {"units": "、".join(str(unit) for unit in others)})
    if not weeks and not (others and not rest):
        lines.append(_("No week ahead has room: plan less, end something else, or change the limit."))
    raise TooMuch("".join(lines), broken, weeks, others)


workload.register("duties.load", check)
