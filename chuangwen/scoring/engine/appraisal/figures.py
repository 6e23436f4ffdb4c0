"""From counts of equal records to a figure: rates with their shrinking, deductions with their caps, tallies, bonuses. Rationals, no tables.

Variances say how far a figure could be off by the chance of which records there were. A rate: the ratio's variance by the delta method, after
two good and two bad records of middling weight are added (Agresti and Coull 1998), so that a few records without a fault are not
taken for certainty. A deduction: cases come as they come (Poisson), so the variance of their sum is the sum of the squares of their
points, one more of the smallest kind added. What was recorded by hand is what it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from .records import Pile
from .result import Figure, Zero
from .scheme import LOWER_IS_BETTER, RATES, AppraisalScheme, Bonus, CaseDeduction, CaseRate, Penalty, Tally, Veto

ADDED = 2  # good and bad records each, that are added to the variance of a rate
STRONGEST = 1000  # no estimate draws harder than so many records would


@dataclass(slots=True)
class Sums:
    """What the piles of one unit under one measure add up to."""

    read: int = 0
    counted: int = 0
    weight: Fraction = Zero
    worth: Fraction = Zero
    squares: list[Fraction] = field(default_factory=lambda: [Zero, Zero, Zero])
    """Sums of weight², weight²·worth, weight²·worth²."""
    parts: dict[int, Fraction] = field(default_factory=dict)
    part_squares: dict[int, Fraction] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)

    def add(self, pile: Pile) -> None:
        self.read += pile.number
        if pile.reason:
            self.reasons[pile.reason] = self.reasons.get(pile.reason, 0) + pile.number
            return
        self.counted += pile.number
        self.weight += pile.number * pile.weight
        self.worth += pile.number * pile.weight * pile.worth
        for power in range(3):
            self.squares[power] += pile.number * pile.weight**2 * pile.worth**power
        self.parts[pile.part] = self.parts.get(pile.part, Zero) + pile.number * pile.worth
        self.part_squares[pile.part] = self.part_squares.get(pile.part, Zero) + pile.number * pile.worth**2


def summed(piles: Iterable[Pile]) -> dict[str, Sums]:
    """Unit -> its sums."""
    found: dict[str, Sums] = defaultdict(Sums)
    for pile in piles:
        found[pile.unit].add(pile)
    return found


def figures_of(scheme: AppraisalScheme, measure: Any, sums: dict[str, Sums], groups: dict[str, str], small: set[str]) -> dict[str, Figure]:
    """Unit -> figure. ``groups``: unit -> peer group; ``small``: the units whose rates are drawn towards their group's."""
    nothing = Sums()
    if isinstance(measure, RATES):
        return _rates(scheme, measure, {unit: sums.get(unit, nothing) for unit in groups}, groups, small)
    kinds: dict[type, Callable[[Any, Sums], Figure]] = {
        CaseDeduction: _deducted, Tally: _tallied, Bonus: _given, Penalty: _given, Veto: _vetoed,
    }
    make = kinds[type(measure)]
    figures = {unit: make(measure, sums.get(unit, nothing)) for unit in groups}
    return _without_work(measure, figures, groups) if isinstance(measure, CaseDeduction | Tally) else figures


def share_of(measure: Any, sums: Sums) -> Fraction | None:
    """The share that counts: of what is good, also where the rate is one of what is bad."""
    if not sums.weight:
        return None
    share = sums.worth / sums.weight
    return 1 - share if isinstance(measure, CaseRate) and measure.rate in LOWER_IS_BETTER else share


def points_for(measure: Any, share: Fraction) -> Fraction:
    """Points for a share: all from full_at, none up to none_at, in proportion between."""
    low, high = Fraction(measure.none_at), Fraction(measure.full_at)
    return Fraction(measure.weight) * min(Fraction(1), max(Zero, (share - low) / (high - low)))


def variance_of_share(sums: Sums) -> Fraction:
    """Of a share with at least one counted record; see the head of this file."""
    middling = sums.weight / sums.counted
    weight = sums.weight + 2 * ADDED * middling
    share = (sums.worth + ADDED * middling) / weight
    squares, with_worth, with_square = sums.squares
    squares += 2 * ADDED * middling**2
    with_worth += ADDED * middling**2
    with_square += ADDED * middling**2
    return (with_square - 2 * share * with_worth + share**2 * squares) / weight**2


def _rates(scheme: AppraisalScheme, measure: Any, sums: dict[str, Sums], groups: dict[str, str], small: set[str]) -> dict[str, Figure]:
    means = _means(measure, sums, groups)
    strengths: dict[str, Fraction | None] = {}
    figures = {}
    slope = Fraction(measure.weight) / (Fraction(measure.full_at) - Fraction(measure.none_at))
    for unit, group in groups.items():
        own = sums[unit]
        share, mean = share_of(measure, own), means.get(group)
        note, variance = "", Zero
        if share is not None:
            variance = variance_of_share(own)
            if unit in small and mean is not None:
                if group not in strengths:
                    strengths[group] = _strength(scheme, measure, [sums[one] for one in groups if groups[one] == group], mean)
                strength = strengths[group]
                assert strength is not None
                raw = share
                share = (own.counted * share + strength * mean) / (own.counted + strength)
                variance = share * (1 - share) / (own.counted + strength + 1)
                note = f"样本少，得分率由 {_percent(raw)} 向本组的 {_percent(mean)} 收缩。"
            points = points_for(measure, share)
            figures[unit] = _figure(measure, own, share, points, variance * slope**2, note)
        else:
            figures[unit] = _figure(measure, own, None, Zero, Zero, "")
    return _without_work(measure, figures, groups, means)


def _means(measure: Any, sums: dict[str, Sums], groups: dict[str, str]) -> dict[str, Fraction]:
    """Group -> the share of all its records together."""
    pooled: dict[str, list[Fraction]] = defaultdict(lambda: [Zero, Zero])
    for unit, group in groups.items():
        share = share_of(measure, sums[unit])
        if share is not None:
            pooled[group][0] += share * sums[unit].weight
            pooled[group][1] += sums[unit].weight
    return {group: good / weight for group, (good, weight) in pooled.items()}


def _strength(scheme: AppraisalScheme, measure: Any, of_group: list[Sums], mean: Fraction) -> Fraction:
    """How many records the group's rate weighs. Given, or by moments: mean(1 - mean) / variance between units - 1."""
    if scheme.small.strength is not None:
        return Fraction(scheme.small.strength)
    shares = [(share_of(measure, sums), sums.counted) for sums in of_group if sums.counted]
    total = sum(counted for _share, counted in shares)
    inside = mean * (1 - mean)
    if len(shares) < 2 or not inside:
        return Fraction(STRONGEST)
    spread = sum((counted * (share - mean) ** 2 for share, counted in shares if share is not None), Zero)
    free = total - sum((Fraction(counted**2, total) for _share, counted in shares), Zero)
    between = (spread - (len(shares) - 1) * inside) / free
    if between <= 0:
        return Fraction(STRONGEST)
    return min(Fraction(STRONGEST), max(Fraction(1), inside / between - 1))


def _deducted(measure: CaseDeduction, sums: Sums) -> Figure:
    off, variance, notes = Zero, Zero, []
    for part, points in sums.parts.items():
        cap = None if part < 0 else Fraction(measure.caps[part].points)
        if cap is not None and points > cap:
            off += cap
            notes.append("分类扣分已到上限。")
        else:
            off += points
            variance += sums.part_squares[part]
    smallest = min(Fraction(rule.points) for rule in measure.rules)
    points = Fraction(measure.weight) - off
    if points < measure.floor:
        points = Fraction(measure.floor)
        notes.append("已扣到最低得分。")
    return _figure(measure, sums, off, points, variance + smallest**2, "".join(dict.fromkeys(notes)))


def _tallied(measure: Tally, sums: Sums) -> Figure:
    quantity = sum(sums.parts.values(), Zero)
    if measure.points_each is not None:
        points = quantity * Fraction(measure.points_each)
    else:
        assert measure.target is not None
        points = Fraction(measure.weight) * quantity / Fraction(measure.target)
    full = points > measure.weight
    return _figure(measure, sums, quantity, min(points, Fraction(measure.weight)), Zero, "已到上限。" if full else "")


def _given(measure: Bonus, sums: Sums) -> Figure:
    total = given = Zero
    for part, points in sums.parts.items():
        cap = measure.kinds[part].cap
        total += points
        given += points if cap is None else min(points, Fraction(cap))
    if measure.cap is not None:
        given = min(given, Fraction(measure.cap))
    note = "" if given == total else "已到上限。"
    sign = -1 if isinstance(measure, Penalty) else 1
    return Figure(measure.key, measure.name, measure.kind, given, sign * given, Zero, sums.counted, sums.read, Zero, note)


def _vetoed(measure: Veto, sums: Sums) -> Figure:
    names = "、".join(measure.kinds[part] for part in sorted(sums.parts))
    return Figure(measure.key, measure.name, measure.kind, Fraction(sums.counted), Zero, Zero, sums.counted, sums.read, Zero, names)


def _figure(measure: Any, sums: Sums, value: Fraction | None, points: Fraction, variance: Fraction, note: str) -> Figure:
    return Figure(
        measure.key, measure.name, measure.kind, value, points, Fraction(measure.weight), sums.counted, sums.read, variance, note
    )


def _without_work(
    measure: Any, figures: dict[str, Figure], groups: dict[str, str], means: dict[str, Fraction] | None = None
) -> dict[str, Figure]:
    """What a unit gets where nothing of it could be counted, as the scheme says."""
    worked: dict[str, list[Fraction]] = defaultdict(list)
    for unit, figure in figures.items():
        if figure.counted:
            worked[groups[unit]].append(figure.points)
    told = {}
    for unit, figure in figures.items():
        group = groups[unit]
        how = measure.without_work
        if figure.counted:
            told[unit] = figure
        elif how == "full_marks":
            told[unit] = replace(figure, points=figure.possible, variance=Zero, note="没有工作量，按满分计。")
        elif how == "zero":
            told[unit] = replace(figure, points=Zero, variance=Zero, note="没有工作量，按零分计。")
        elif how == "group_mean" and worked[group]:
            mean = points_for(measure, means[group]) if means else sum(worked[group], Zero) / len(worked[group])
            told[unit] = replace(figure, points=mean, variance=Zero, note="没有工作量，按本组平均计。")
        else:
            told[unit] = replace(figure, points=Zero, possible=Zero, variance=Zero, note="没有工作量，不计入。")
    return told


def _percent(share: Fraction) -> str:
    return f"{float(share) * 100:.1f}%"
