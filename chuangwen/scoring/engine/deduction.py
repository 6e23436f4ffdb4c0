"""Kind 4: points off per issue, capped, and capped bonuses that need evidence. Ibis for the rows, rationals for the caps."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

import ibis

from .inputs import BONUSES, ISSUES, Session
from .reasons import InputError
from .result import ScoreRow
from .scheme import Scheme

POINTS = "decimal(18,4)"


def deducted(session: Session, issues: Any, scheme: Scheme, level: str = "unit") -> ibis.Table:
    """The issues with `reason` (null = counted), `points` taken off and `cap` (number of the cap that it falls under, or -1)."""
    table = session.table(issues, ISSUES, required=["issue_id", level], what="问题表")
    _unique(session, table, "issue_id", "问题编号")
    rules = scheme.deduction
    assert rules is not None
    table = table.mutate(
        late=table.late.fill_null(False), repeated=table.repeated.fill_null(0),
        unit=table.unit.fill_null(""), area=table.area.fill_null(""),
    )
    ordered = sorted(rules.rules, key=lambda rule: -(2 * (rule.severity is not None) + (rule.source is not None)))
    base = ibis.cases(*((_fits(table, rule), _points(rule.points)) for rule in ordered), else_=_or_null(rules.default_points))
    points = base
    if rules.late is not None:
        late = _points(rules.late.points)
        points = table.late.ifelse((points + late).cast(POINTS) if rules.late.mode == "add" else late, points)
    if rules.repetition is not None:
        points = _repeated(table, points, rules.repetition)
    if rules.cap_per_issue is not None:
        most = _points(rules.cap_per_issue)
        points = (points > most).ifelse(most, points)
    cap = ibis.cases(*((_fits(table, cap), number) for number, cap in enumerate(rules.caps)), (ibis.literal(True), -1))
    return table.mutate(
        reason=ibis.cases(
            (table[level] == "", f"no_{level}"), (table.repeated < 0, "bad_repeated"), (base.isnull(), "no_rule"),
        ),
        points=points, cap=cap.cast("int64"),
    )


def rewarded(session: Session, bonuses: Any, scheme: Scheme) -> ibis.Table:
    """The bonuses with `reason` (null = counted) and `granted` points, each limited to what its kind allows."""
    table = session.table(bonuses, BONUSES, required=["bonus_id", "unit", "kind", "points"], what="加分表")
    _unique(session, table, "bonus_id", "加分编号")
    rules = scheme.deduction
    assert rules is not None
    table = table.mutate(unit=table.unit.fill_null(""), kind=table.kind.fill_null(""))
    given = table.points.try_cast(POINTS)
    limits = [(bonus.kind, _points(bonus.most_each)) for bonus in rules.bonuses if bonus.most_each is not None]
    granted = given
    if limits:
        granted = ibis.cases(*(((table.kind == kind) & (table.points > most), most) for kind, most in limits), else_=given)
    reasons = [
        (table.unit == "", "no_unit"),
        (~table.kind.isin([bonus.kind for bonus in rules.bonuses]) if rules.bonuses else ibis.literal(True), "unknown_kind"),
        (table.points.isnull() | (table.points <= 0).fill_null(True), "bad_points"),
    ]
    if rules.evidence_required:
        reasons.append((table.evidence.fill_null("").strip() == "", "no_evidence"))
    return table.mutate(reason=ibis.cases(*reasons), granted=granted)


def deduction_rows(
    session: Session, issues: ibis.Table, bonuses: ibis.Table | None, scheme: Scheme, level: str
) -> list[ScoreRow]:
    """A row for every unit (or area) that has an issue, a bonus or a peer group."""
    rules = scheme.deduction
    assert rules is not None
    issue_sums = _sums(session, issues, level, "cap", "points")
    bonus_sums = _sums(session, bonuses, "unit", "kind", "granted") if bonuses is not None else {}
    names = {name for name in (*issue_sums, *bonus_sums, *scheme.peers(level)) if name}
    return [_row(rules, level, name, issue_sums.get(name, {}), bonus_sums.get(name, {})) for name in sorted(names)]


def _row(rules, level: str, name: str, taken: dict[Any, tuple], given: dict[Any, tuple]) -> ScoreRow:
    off = Fraction(0)
    for cap, (_, _, points) in taken.items():
        off += points if cap < 0 else min(points, Fraction(rules.caps[cap].points))
    notes = []
    if off < sum((points for _, _, points in taken.values()), Fraction(0)):
        notes.append("分类扣分已到上限。")
    if rules.cap_total is not None and off > rules.cap_total:
        off = Fraction(rules.cap_total)
        notes.append("扣分已到总上限。")
    caps = {bonus.kind: bonus.cap for bonus in rules.bonuses}
    on = Fraction(0)
    for kind, (_, _, points) in given.items():
        cap = caps.get(kind)
        on += points if cap is None else min(points, Fraction(cap))
    if rules.bonus_cap is not None:
        on = min(on, Fraction(rules.bonus_cap))
    if on < sum((points for _, _, points in given.values()), Fraction(0)):
        notes.append("加分已到上限。")
    got = Fraction(rules.base) - off + on
    if got < rules.floor:
        got = Fraction(rules.floor)
        notes.append("已到最低得分。")
    if rules.ceiling is not None and got > rules.ceiling:
        got = Fraction(rules.ceiling)
        notes.append("已到最高得分。")
    groups = (*taken.values(), *given.values())
    return ScoreRow(
        level, name, name, "", Fraction(rules.base), got,
        counted=sum(counted for _, counted, _ in groups), read=sum(read for read, _, _ in groups), note="".join(notes),
    )


def _sums(session: Session, table: ibis.Table, key: str, part: str, amount: str) -> dict[str, dict[Any, tuple]]:
    """Name -> cap number or bonus kind -> (read, counted, exact points)."""
    counts = table.reason.isnull()
    marked = table.select(
        key=table[key], part=table[part], counted=counts,
        amount=counts.ifelse(table[amount], ibis.literal(0).cast(POINTS)).cast(POINTS),
    )
    totals = marked.group_by(["key", "part"]).aggregate(
        sum_read=marked.count(), sum_counted=marked.count(where=marked.counted), sum_amount=marked.amount.sum()
    )
    result: dict[str, dict[Any, tuple[int, int, Fraction]]] = defaultdict(dict)
    for name, group, read, counted, points in session.rows(totals):
        result[name][group] = (read, counted, Fraction(points or 0))
    return result


def _repeated(table: ibis.Table, points: Any, rules) -> Any:
    times = (table.repeated > rules.most).ifelse(rules.most, table.repeated)
    if rules.mode == "fixed":
        return (table.repeated > 0).ifelse(_points(rules.points), points)
    steps = range(1, rules.most + 1)
    if rules.mode == "double":
        return ibis.cases(*((times == step, (points * 2**step).cast(POINTS)) for step in steps), else_=points)
    return ibis.cases(*((times == step, (points + _points(rules.points * step)).cast(POINTS)) for step in steps), else_=points)


def _fits(table: ibis.Table, rule) -> Any:
    fits = ibis.literal(True)
    if rule.severity is not None:
        fits = fits & (table.severity == rule.severity).fill_null(False)
    if rule.source is not None:
        fits = fits & (table.source == rule.source).fill_null(False)
    return fits


def _points(value: Any) -> Any:
    return ibis.literal(value, type=POINTS)


def _or_null(value: Any) -> Any:
    return ibis.null(POINTS) if value is None else _points(value)


def _unique(session: Session, table: ibis.Table, name: str, what: str) -> None:
    grouped = table.group_by(name).aggregate(times=table.count())
    wrong = session.rows(grouped.filter((grouped.times > 1) | grouped[name].isnull()).order_by(name).limit(5))
    if wrong:
        raise InputError([_twice(what, key, times) for key, times in wrong])


def _twice(what: str, key: int | None, times: int) -> str:
    return f"有 {times} 行缺少{what}。" if key is None else f"{what} {key} 出现了 {times} 次；{what}应当唯一。"
