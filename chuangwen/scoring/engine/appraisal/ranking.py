"""Places inside peer groups, the interval of places that each could as well hold, red and black lists, what follows by repetition.

The interval comes from comparing two by two: unit j is better than i where their difference is more than z standard errors, with z such that
all comparisons of one unit hold together at the scheme's confidence (Bonferroni; the idea of Mogstad, Romano, Shaikh and Wilhelm,
Inference for Ranks, 2024). It needs no drawing at random: squares of rationals are compared, so anybody gets the same interval to the place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from statistics import NormalDist
from typing import Any

from .context import AppraisalContext
from .result import UnitRow
from .scheme import AppraisalScheme, Step


def ranked(scheme: AppraisalScheme, rows: list[UnitRow], vetoes: dict[str, set[str]]) -> list[UnitRow]:
    """The rows with places, intervals and ties; ``vetoes``: unit -> effects. Who is vetoed to the end stands behind everybody."""
    groups: dict[str, list[UnitRow]] = defaultdict(list)
    for row in rows:
        groups[row.group].append(row)
    done: list[UnitRow] = []
    for members in groups.values():
        able = [row for row in members if row.score_exact is not None and not _too_small(scheme, row)]
        places = _places(scheme, able, vetoes)
        intervals = _intervals(scheme, able)
        for row in members:
            if row.unit not in places:
                done.append(replace(row, ranked=len(able), note=row.note + _why(scheme, row)))
                continue
            place, tied = places[row.unit]
            best, worst, alike = intervals[row.unit]
            last = "last" in vetoes.get(row.unit, ())
            if last:
                best = worst = place
            best, worst = min(best, place), max(worst, place)
            done.append(replace(row, rank=place, tied=tied, best=best, worst=worst, alike=0 if last else alike, ranked=len(able)))
    return done


def marked(scheme: AppraisalScheme, rows: list[UnitRow], vetoes: dict[str, set[str]]) -> list[UnitRow]:
    """The rows with `mark`: red, black or neither; nobody is on both."""
    lists = scheme.lists
    fields: dict[str, list[UnitRow]] = defaultdict(list)
    for row in rows:
        if row.rank is not None:
            fields["" if lists.over == "all" else row.group].append(row)
    marks: dict[str, str] = {}
    for members in fields.values():
        if len(members) < max(1, lists.smallest_group):
            continue
        order = _order(scheme, members, vetoes)
        red = {unit for unit in _reds(scheme, members, order) if not vetoes.get(unit)}
        black = _blacks(scheme, members, order) - red
        marks |= dict.fromkeys(red, "red") | dict.fromkeys(black, "black")
    return [replace(row, mark=marks.get(row.unit, "")) for row in rows]


def proposed(scheme: AppraisalScheme, rows: list[UnitRow], context: AppraisalContext) -> list[UnitRow]:
    """The rows with the step that follows by repetition: the last of the scheme's steps that fits, "" for none. Where one would follow but for
    periods without a signed result, the note names them."""
    before: dict[tuple[str, str], set[str]] = defaultdict(set)
    for standing in context.standings:
        before[standing.unit, standing.mark].add(standing.period)
    told = []
    for row in rows:
        found, broken = "", tuple[str, ...]()
        for number, step in enumerate(scheme.consequences):
            if row.mark != step.list:
                continue
            listed = before[row.unit, step.list]
            if _follows(step, context, listed):
                found = str(number)
            elif _follows(passed := step.model_copy(update={"missing": "pass_over"}), context, listed):
                broken = missing_periods(passed, context, listed)
        note = f"{'、'.join(broken)}未签发，{_BROKEN}" if broken else ""
        told.append(replace(row, proposed=found, note=row.note + note))
    return told


_BROKEN = "按日历不连续，累计后果未触发。"


def counted_periods(step: Step, context: AppraisalContext, on_list: set[str]) -> tuple[str, ...]:
    """The earlier periods that count towards a step: those within its reach in which the unit was on the list."""
    return tuple(period for period in _reached(step, context) if period in on_list)


def missing_periods(step: Step, context: AppraisalContext, on_list: set[str]) -> tuple[str, ...]:
    """The periods without a signed result between the first one that counts towards a step and this one."""
    counted = counted_periods(step, context, on_list)
    since = context.earlier[context.earlier.index(counted[0]):] if counted else ()
    return tuple(period for period in since if period in set(context.unsigned))


def _reached(step: Step, context: AppraisalContext) -> tuple[str, ...]:
    """The earlier periods that a step looks back on."""
    periods, unsigned = context.earlier, set(context.unsigned)
    if step.missing == "pass_over":
        periods = tuple(period for period in periods if period not in unsigned)
    reach = (step.times if step.running else step.within) - 1
    return periods[max(0, len(periods) - reach):]


def _follows(step: Step, context: AppraisalContext, on_list: set[str]) -> bool:
    """Whether being on the list now (which the caller knows) makes it ``step.times`` of the last ``step.within`` periods."""
    return 1 + len(counted_periods(step, context, on_list)) >= step.times


def _too_small(scheme: AppraisalScheme, row: UnitRow) -> bool:
    return scheme.small.treat == "unranked" and row.counted < scheme.small.smallest


def _why(scheme: AppraisalScheme, row: UnitRow) -> str:
    if row.score_exact is None and not row.counted and scheme.small.idle == "unranked":
        return "无工作量，不排名。"
    if row.score_exact is None:
        return "没有可计的工作量，不排名。"
    return f"计入 {row.counted} 条，少于 {scheme.small.smallest} 条，不排名。"


def _value(scheme: AppraisalScheme, row: UnitRow) -> Any:
    return row.score if scheme.ties_by == "printed" else row.score_exact


def _order(scheme: AppraisalScheme, rows: Iterable[UnitRow], vetoes: dict[str, set[str]]) -> dict[str, tuple]:
    """Unit -> what it is ranked by; larger is better."""
    return {row.unit: ("last" not in vetoes.get(row.unit, ()), _value(scheme, row)) for row in rows}


def _places(scheme: AppraisalScheme, rows: list[UnitRow], vetoes: dict[str, set[str]]) -> dict[str, tuple[int, bool]]:
    order = _order(scheme, rows, vetoes)
    values = sorted(order.values(), reverse=True)
    first: dict[tuple, int] = {}
    for place, value in enumerate(values, start=1):
        first.setdefault(value, place)
    return {unit: (first[value], values.count(value) > 1) for unit, value in order.items()}


def _intervals(scheme: AppraisalScheme, rows: list[UnitRow]) -> dict[str, tuple[int, int, int]]:
    """Unit -> best place, worst place, number of others that it cannot be told apart from."""
    size = len(rows)
    square = normal_quantile(scheme, size) ** 2
    found = {}
    for one in rows:
        better = worse = 0
        assert one.score_exact is not None
        for other in rows:
            assert other.score_exact is not None
            difference = other.score_exact - one.score_exact
            if difference and difference**2 > square * (one.variance + other.variance):
                better, worse = better + (difference > 0), worse + (difference < 0)
        found[one.unit] = (1 + better, size - worse, size - 1 - better - worse)
    return found


def normal_quantile(scheme: AppraisalScheme, size: int) -> Fraction:
    """z for two-sided comparisons of one unit with size - 1 others that hold together; four places, so that it is the same everywhere."""
    comparisons = max(1, size - 1)
    missed = (1 - float(scheme.confidence)) / (2 * comparisons)
    return Fraction(round(NormalDist().inv_cdf(1 - missed) * 10_000), 10_000)


def _reds(scheme: AppraisalScheme, rows: list[UnitRow], order: dict[str, tuple]) -> set[str]:
    red = scheme.lists.red
    if red is None:
        return set()
    chosen = {row.unit for row in rows}
    if red.at_least is not None:
        chosen = {row.unit for row in rows if row.score is not None and row.score >= red.at_least}
    return chosen & _ends(order, red.top, scheme.lists.ties, best=True) if red.top is not None else chosen


def _blacks(scheme: AppraisalScheme, rows: list[UnitRow], order: dict[str, tuple]) -> set[str]:
    black = scheme.lists.black
    if black is None:
        return set()
    chosen: set[str] = set()
    if black.last is not None or black.below is not None:
        chosen = {row.unit for row in rows if black.below is None or (row.score is not None and row.score < black.below)}
        if black.last is not None:
            chosen &= _ends(order, black.last, scheme.lists.ties, best=False)
    if scheme.lists.spare_indistinct:
        chosen = {row.unit for row in rows if row.unit in chosen and row.best is not None and 2 * row.best > row.ranked}
    if black.always_below is not None:
        chosen |= {row.unit for row in rows if row.score is not None and row.score < black.always_below}
    return chosen


def _ends(order: dict[str, tuple], number: int, ties: str, *, best: bool) -> set[str]:
    """The first (or last) ``number``; those who share the last place with somebody beyond are in or out as the scheme says."""
    values = sorted(order.values(), reverse=best)
    if number >= len(values):
        return set(order)
    edge = values[number - 1]
    beyond = values[number] == edge
    def on(value: tuple) -> bool:
        past = value > edge if best else value < edge
        return past or (value == edge and (ties == "in" or not beyond))
    return {unit for unit, value in order.items() if on(value)}
