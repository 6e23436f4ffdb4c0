"""Row by row: what a record is worth to a measure, or why it does not count. All of it is Ibis expressions.

Every measure becomes the same kind of table, one row per record and unit: `id`, `unit`, `reason` (null: counted), `part` (the cap or the kind
that it falls under), `weight` and `worth` (a share, points or a quantity, at most four places). The score adds these rows up and the
trace shows them, so that the two cannot differ. Sums are made from counts of equal rows: whole numbers on every backend.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import ibis

from chuangwen.scoring.engine.inputs import Session
from chuangwen.scoring.engine.reasons import InputError

from .context import AppraisalContext
from .scheme import Bonus, CaseDeduction, CaseFilter, CaseRate, ObservationRate, Tally, Veto
from .tables import TABLES

AMOUNT = "decimal(18,4)"
LARGEST_WEIGHT = 10_000
BASES = {"reported": "reported_on", "due": "due_on", "closed": "closed_on"}
RATE_BASES = {
    "filed": "reported_on", "closed": "reported_on", "closed_in_time": "due_on", "overdue": "due_on", "rework": "closed_on",
    "first_pass": "closed_on", "rebound": "closed_on",
}
SOURCES = {
    "case_rate": "cases", "case_deduction": "cases", "observation_rate": "observations", "bonus": "entries", "penalty": "entries",
    "veto": "entries",
}


class Pile(NamedTuple):
    """So many records of a unit that are alike: reason why they do not count ("" where they do), part, weight, worth."""

    unit: str
    reason: str
    part: int
    weight: Fraction
    worth: Fraction
    number: int


def source_of(measure: Any) -> str:
    """The table that a measure reads."""
    return measure.over if isinstance(measure, Tally) else SOURCES[measure.kind]


def bring(session: Session, name: str, data: Any) -> ibis.Table:
    """One of the four tables under Ibis, every number in it unique. Raises InputError."""
    columns, identity, what = TABLES[name]
    table = session.table(data, columns, required=[identity], what=what)
    number = table[identity]
    counts = table.aggregate(rows=table.count(), different=number.nunique())
    rows, different = session.rows(counts)[0]
    if rows != different:
        raise InputError([f"{what}中有缺少编号或编号重复的行。"])
    return table


def lines_of(table: ibis.Table, measure: Any, context: AppraisalContext) -> ibis.Table:
    """The records of the period that a measure looks at; see the head of this file for the columns."""
    kinds: dict[type, Callable[[ibis.Table, Any, AppraisalContext], ibis.Table]] = {
        CaseRate: _case_rate, CaseDeduction: _case_deduction, ObservationRate: _observation_rate, Tally: _tally, Veto: _veto,
    }
    lines = kinds.get(type(measure), _given)(table, measure, context)
    reason = ibis.cases((lines.unit == "", "no_unit"), else_=lines.reason)
    counted = reason.isnull()
    return lines.mutate(
        reason=reason, part=lines.part.cast("int64"), weight=_or_zero(counted, lines.weight), worth=_or_zero(counted, lines.worth)
    )


def piles_of(session: Session, table: ibis.Table, measure: Any, context: AppraisalContext) -> Iterator[Pile]:
    """How many records that a measure looks at are alike, unit by unit. `table` is one that `bring` gave, under the name of its kind."""
    keys = ["unit", "reason", "part", "weight", "worth"]

    def counted() -> ibis.Table:
        lines = lines_of(table, measure, context)
        rows = lines.select(*[name for name in keys if name != "reason"], reason=lines.reason.fill_null(""))
        return rows.group_by(keys).aggregate(number=rows.count())

    key = ("piles", source_of(measure), measure.model_dump_json(), context.start, context.end)
    for unit, reason, part, weight, worth, number in session.rows_of(key, counted):
        yield Pile(unit, reason, part, Fraction(weight), Fraction(worth), number)


def _case_rate(table: ibis.Table, measure: CaseRate, context: AppraisalContext) -> ibis.Table:
    cases = _cases(table, measure, RATE_BASES[measure.rate], context)
    good, reason = {
        "filed": (cases.filed, ibis.null("string")),
        "closed": (cases.closed, _unless(cases.filed, "not_filed")),
        "closed_in_time": (cases.closed & cases.in_time, _unless(~cases.deferred, "deferred")),
        "overdue": (cases.late, _unless(~cases.deferred, "deferred")),
        "rework": (cases.rework > 0, _unless(~cases.on_spot, "on_spot")),
        "first_pass": (cases.rework == 0, _unless(~cases.on_spot, "on_spot")),
        "rebound": (cases.rebounded, ibis.null("string")),
    }[measure.rate]
    return cases.select(
        id=cases.case_id, unit=cases.unit_named, reason=reason, part=ibis.literal(-1), weight=_amount(1),
        worth=good.ifelse(_amount(1), _amount(0)),
    )


def _case_deduction(table: ibis.Table, measure: CaseDeduction, context: AppraisalContext) -> ibis.Table:
    cases = _cases(table, measure, BASES[measure.basis], context)
    ordered = sorted(measure.rules, key=lambda rule: -(2 * (rule.severity is not None) + (rule.source is not None)))
    base = ibis.cases(
        *((_fits(cases, rule), _amount(rule.points)) for rule in ordered),
        else_=ibis.null(AMOUNT) if measure.default_points is None else _amount(measure.default_points),
    )
    points = base
    if measure.late is not None:
        late = _amount(measure.late.points)
        points = cases.late.ifelse(_plain(points + late) if measure.late.mode == "add" else late, points)
    if measure.repetition is not None:
        points = _repeated(cases, points, measure.repetition)
    if measure.bulletins is not None:
        often = cases.bulletins >= measure.bulletins.times
        points = often.ifelse(_plain(points + _amount(measure.bulletins.points)), points)
    if measure.cap_per_case is not None:
        most = _amount(measure.cap_per_case)
        points = (points > most).ifelse(most, points)
    caps = [(_fits(cases, cap), number) for number, cap in enumerate(measure.caps)]
    return cases.select(
        id=cases.case_id, unit=cases.unit_named,
        reason=ibis.cases((cases.repeated < 0, "bad_repeated"), (base.isnull(), "no_rule")),
        part=ibis.cases(*caps, (ibis.literal(True), -1)), weight=_amount(1), worth=points,
    )


def _observation_rate(table: ibis.Table, measure: ObservationRate, context: AppraisalContext) -> ibis.Table:
    rows = _within(table, "observed_on", context)
    for column, names in (("section", measure.only.sections), ("indicator", measure.only.indicators),
                          ("site_type", measure.only.site_types)):
        if names:
            rows = rows.filter(rows[column].isin(list(names)).fill_null(False))
    if measure.of == "departments":
        rows = rows.mutate(unit_named=rows.units.unique().unnest()).filter(ibis._.unit_named != "")
    else:
        rows = rows.mutate(unit_named=rows.holder.fill_null(""))
    grade = rows.grade.strip().upper()
    shares = measure.grade_shares
    of_grade = ibis.cases(*((grade == letter, _amount(getattr(shares, letter))) for letter in "ABCD"))
    loss = rows.loss.cast(AMOUNT)
    of_conform = ibis.cases((rows.conform, _amount(1)), (~rows.conform, _amount(0)))
    share = ibis.coalesce(of_grade, _plain(_amount(1) - loss), of_conform)
    if measure.worth == "pass":
        share = ibis.cases((share == _amount(1), _amount(1)), (share != _amount(1), _amount(0)))
    weight = rows.weight.cast(AMOUNT).fill_null(_amount(1))
    reason = ibis.cases(
        (~rows.placed.fill_null(True), "unplaced"), (share.isnull(), "no_result"),
        ((loss < _amount(0)) | (loss > _amount(1)), "bad_loss"),
        ((weight <= _amount(0)) | (weight > _amount(LARGEST_WEIGHT)), "bad_weight"),
    )
    return rows.select(
        id=rows.observation_id, unit=rows.unit_named, reason=reason, part=ibis.literal(-1), weight=weight, worth=share
    )


def _tally(table: ibis.Table, measure: Tally, context: AppraisalContext) -> ibis.Table:
    rows = _within(table, "day", context)
    if measure.over == "facts":
        rows = rows.filter(rows.metric.isin(list(measure.kinds)).fill_null(False))
        quantity = rows.quantity.cast(AMOUNT)
        bad = (quantity.isnull() | (quantity < _amount(0)).fill_null(True)).ifelse("bad_quantity", ibis.null("string"))
        return rows.select(
            id=rows.fact_id, unit=rows.unit.fill_null(""), reason=bad, part=ibis.literal(-1), weight=_amount(1), worth=quantity
        )
    rows = rows.filter(rows.kind.isin(list(measure.kinds)).fill_null(False))
    return rows.select(
        id=rows.entry_id, unit=rows.unit.fill_null(""), reason=_unproven(rows), part=ibis.literal(-1), weight=_amount(1),
        worth=_amount(1),
    )


def _given(table: ibis.Table, measure: Bonus, context: AppraisalContext) -> ibis.Table:
    """Bonuses and penalties: each limited to what its kind allows, which is also what one without points of its own gets. `part` is the
    number of the kind."""
    rows = _within(table, "day", context)
    rows = rows.filter(rows.kind.isin([kind.kind for kind in measure.kinds]).fill_null(False))
    points = rows.points.cast(AMOUNT)
    for kind in measure.kinds:
        if kind.most_each is not None:
            most = _amount(kind.most_each)
            more = points.isnull() | (points > most).fill_null(True)
            points = ((rows.kind == kind.kind) & more).ifelse(most, points)
    wrong = points.isnull() | (points <= _amount(0)).fill_null(True)
    return rows.select(
        id=rows.entry_id, unit=rows.unit.fill_null(""), reason=ibis.cases((wrong, "bad_points"), else_=_unproven(rows)),
        part=ibis.cases(*((rows.kind == kind.kind, number) for number, kind in enumerate(measure.kinds))),
        weight=_amount(1), worth=points,
    )


def _veto(table: ibis.Table, measure: Veto, context: AppraisalContext) -> ibis.Table:
    rows = _within(table, "day", context)
    rows = rows.filter(rows.kind.isin(list(measure.kinds)).fill_null(False))
    part = ibis.cases(*((rows.kind == kind, number) for number, kind in enumerate(measure.kinds)))
    return rows.select(
        id=rows.entry_id, unit=rows.unit.fill_null(""), reason=_unproven(rows), part=part, weight=_amount(1), worth=_amount(1)
    )


def _cases(table: ibis.Table, measure: CaseRate | CaseDeduction, day: str, context: AppraisalContext) -> ibis.Table:
    flags = {name: table[name].fill_null(False) for name in
             ("filed", "closed", "in_time", "deferred", "late", "on_spot", "rebounded")}
    numbers = {name: table[name].fill_null(0) for name in ("rework", "repeated", "bulletins")}
    unit = table.handler if measure.of == "handler" else table.unit
    rows = table.mutate(**flags, **numbers, unit_named=unit.fill_null(""))
    return _narrowed(_within(rows, day, context), measure.only)


def _narrowed(rows: ibis.Table, only: CaseFilter) -> ibis.Table:
    for column, names in (("severity", only.severities), ("source", only.sources), ("family", only.families), ("kind", only.kinds)):
        if names:
            rows = rows.filter(rows[column].isin(list(names)).fill_null(False))
    return rows


def _within(table: ibis.Table, day: str, context: AppraisalContext) -> ibis.Table:
    column = table[day]
    return table.filter((column >= ibis.literal(context.start)) & (column <= ibis.literal(context.end)))


def _unproven(rows: ibis.Table) -> Any:
    return ibis.cases(
        (rows.evidence.fill_null("").strip() == "", "no_evidence"), (~rows.checked.fill_null(False), "unchecked")
    )


def _repeated(cases: ibis.Table, points: Any, rules: Any) -> Any:
    times = (cases.repeated > rules.most).ifelse(rules.most, cases.repeated)
    if rules.mode == "fixed":
        return (cases.repeated > 0).ifelse(_amount(rules.points), points)
    steps = range(1, rules.most + 1)
    if rules.mode == "double":
        return ibis.cases(*((times == step, _plain(points * 2**step)) for step in steps), else_=points)
    return ibis.cases(*((times == step, _plain(points + _amount(rules.points * step))) for step in steps), else_=points)


def _fits(cases: ibis.Table, rule: Any) -> Any:
    fits = ibis.literal(True)
    if rule.severity is not None:
        fits = fits & (cases.severity == rule.severity).fill_null(False)
    if rule.source is not None:
        fits = fits & (cases.source == rule.source).fill_null(False)
    return fits


def _unless(good: Any, reason: str) -> Any:
    return good.ifelse(ibis.null("string"), ibis.literal(reason))


def _or_zero(counted: Any, value: Any) -> Any:
    return _plain(counted.ifelse(value, _amount(0)))


def _plain(value: Any) -> Any:
    return value.cast(AMOUNT)


def _amount(value: Decimal | int) -> Any:
    return ibis.literal(Decimal(value), type=AMOUNT)
