"""Kinds 1 to 3, row by row: what an observation is worth, or why it does not count; and sums of that by any columns.

All of it is Ibis expressions. Worth is a share from 0 to 1 with four places, weights have four places, so a product has eight and
every sum is an exact decimal on every backend, whatever the order of the rows.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import ibis
import ibis.expr.datatypes as dt

from .inputs import OBSERVATIONS, Session
from .reasons import InputError
from .scheme import Scheme

PATH = ("section", "indicator", "sub_indicator", "criterion")
AMOUNT = dt.Decimal(9, 4)
PRODUCT = dt.Decimal(18, 8)
LARGEST_WEIGHT = 10_000


class Cell(NamedTuple):
    """Sums over the observations that agree in `keys`: rows read, counted, with a loss; Σ weight, Σ weight·share."""

    keys: tuple[str, ...]
    read: int
    counted: int
    lost: int
    weight: Fraction
    got: Fraction


def observed(session: Session, observations: Any, scheme: Scheme) -> ibis.Table:
    """The observations with `counted`, `reason` (null where counted), `share` and `weight`.

    Raises InputError when a column is absent or of the wrong type, or when an observation_id is missing or occurs twice.
    """
    required = ["observation_id", "indicator"]
    required += {"pass_rate": ["conform"], "loss_per_observation": ["loss"]}.get(scheme.kind, [])
    table = session.table(observations, OBSERVATIONS, required=required, what="观测表")
    _check_identity(session, table)
    texts = {name: table[name].fill_null("") for name in (*PATH, "site", "site_type", "area")}
    amounts = {"weight": _filled(table.weight, 1), "loss_or_none": _filled(table.loss, 0)}
    table = table.mutate(**texts, **amounts, placed=table.placed.fill_null(True))
    worth = {"state_description": _graded, "pass_rate": _passed, "loss_per_observation": _lost}[scheme.kind]
    of_kind, share = worth(table, scheme)
    reasons = [
        (~table.placed, "unplaced"),
        (table.indicator == "", "no_indicator"),
        ((table.weight <= _amount(0)) | (table.weight > _amount(LARGEST_WEIGHT)), "bad_weight"),
        *of_kind,
    ]
    counted = ~functools.reduce(operator.or_, (condition for condition, _ in reasons))
    return session.named(table.select(
        "observation_id", "serial", *PATH, "site", "site_type", "area", "departments", "source_row",
        counted=counted, reason=ibis.cases(*reasons), share=share, weight=_narrow(table.weight),
    ))


def sums(session: Session, table: ibis.Table, keys: Sequence[str]) -> list[Cell]:
    """Sums of an `observed` table by these columns; one cell per combination that was read."""
    rows = table.select(*keys, "counted", "share", "weight", got=_product(table.weight, table.share))
    grouped = rows.group_by(list(keys)) if keys else rows
    totals = grouped.aggregate(
        sum_read=rows.count(), sum_counted=rows.count(where=rows.counted),
        sum_lost=rows.count(where=rows.counted & (rows.share < _amount(1))),
        sum_weight=rows.weight.sum(where=rows.counted), sum_got=rows.got.sum(where=rows.counted),
    )
    width = len(keys)
    return [
        Cell(row[:width], row[width], row[width + 1], row[width + 2], Fraction(row[width + 3] or 0), Fraction(row[width + 4] or 0))
        for row in session.rows(totals)
    ]


def by_department(table: ibis.Table) -> ibis.Table:
    """One row for every department that an observation names, in the column `department`."""
    rows = table.mutate(department=table.departments.unique().unnest())
    return rows.filter(rows.department.notnull() & (rows.department != ""))


def _check_identity(session: Session, table: ibis.Table) -> None:
    number = table.observation_id
    counts = table.aggregate(rows=table.count(), different=number.nunique(), nameless=table.count(where=number.isnull()))
    rows, different, nameless = session.rows(counts)[0]
    if rows == different:
        return
    if nameless:
        raise InputError(["观测表中有缺少观测编号的行。"])
    grouped = table.group_by("observation_id").aggregate(times=table.count())
    twice = session.rows(grouped.filter(grouped.times > 1).order_by("observation_id").limit(5))
    raise InputError([f"观测编号 {number} 出现了 {times} 次；观测编号应当唯一。" for number, times in twice])


def _amount(value: Decimal | int) -> Any:
    return ibis.literal(Decimal(value), type=AMOUNT)


def _filled(column: Any, value: int) -> Any:
    return column.fill_null(ibis.literal(Decimal(value), type=column.type()) if column.type().is_decimal() else value)


def _narrow(column: Any) -> Any:
    """As decimal(9,4); what does not fit is null, and was found out of range before."""
    return column if column.type().copy(nullable=True) == AMOUNT else column.try_cast(AMOUNT)


def _product(weight: Any, share: Any) -> Any:
    product = weight * share
    return product if product.type().copy(nullable=True) == PRODUCT else product.cast(PRODUCT)


def _graded(table: ibis.Table, scheme: Scheme) -> tuple[list, Any]:
    rules = scheme.state_description
    assert rules is not None
    written = table.grade.strip().upper()
    given = ibis.cases(*((written == alias.upper(), grade) for alias, grade in rules.grade_aliases.items()), else_=written)
    given = (given == "").ifelse(ibis.null("string"), given)
    steps = [(table.defects >= step.defects, step.grade) for step in reversed(rules.defect_steps)]
    strict = table.criterion.isin(list(rules.pass_or_fail)) if rules.pass_or_fail else ibis.literal(False)
    conformed = (strict & table.conform.notnull()).ifelse(table.conform.ifelse("A", "D"), ibis.null("string"))
    grade = ibis.coalesce(given, (table.defects.notnull()).ifelse(ibis.cases(*steps), ibis.null("string")), conformed)
    shares = rules.grade_shares
    share = ibis.cases(
        (grade == "A", ibis.ifelse(strict, _amount(1), _amount(shares.A))),
        (strict, _amount(0)),
        (grade == "B", _amount(shares.B)),
        (grade == "C", _amount(shares.C)),
        else_=_amount(shares.D),
    )
    return [
        (given.isnull() & (table.defects < 0).fill_null(False), "bad_defects"),
        (grade.isnull(), "no_grade"),
        (~grade.isin(["A", "B", "C", "D"]), "bad_grade"),
    ], share


def _passed(table: ibis.Table, scheme: Scheme) -> tuple[list, Any]:
    return [(table.conform.isnull(), "no_conform")], table.conform.ifelse(_amount(1), _amount(0))


def _lost(table: ibis.Table, scheme: Scheme) -> tuple[list, Any]:
    rules = scheme.loss_per_observation
    assert rules is not None
    loss = table.loss_or_none
    reasons = [((loss < _amount(0)) | (loss > _amount(1)), "bad_loss")]
    if rules.empty_loss == "missing":
        reasons.insert(0, (table.loss.isnull(), "no_loss"))
    if rules.steps:
        reasons.append((~loss.isin([_amount(step) for step in (Decimal(0), *rules.steps)]), "loss_step"))
    return reasons, _narrow(_amount(1) - _narrow(loss))
