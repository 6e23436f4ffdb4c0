"""The one verb of appraisals: tables, a scheme and a context in, every unit's result out. DuckDB in the process, or any Ibis backend."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import ibis
import pyarrow as pa

from chuangwen.scoring.engine.inputs import Session, backend_of, empty
from chuangwen.scoring.engine.reasons import InputError

from .context import AppraisalContext, read_appraisal_context
from .figures import figures_of, summed
from .ranking import marked, proposed, ranked
from .records import bring, lines_of, piles_of, source_of
from .result import AppraisalResult, Figure, UnitRow, Zero, in_order, printed
from .scheme import RATES, AppraisalScheme, CaseDeduction, Rollup, Veto, read_appraisal_scheme
from .tables import TABLES

Tables = Mapping[str, Any]


def appraise(
    tables: Tables, scheme: AppraisalScheme | dict[str, Any] | str | bytes, context: AppraisalContext | dict[str, Any], *,
    backend: Any = None, memory_limit_mib: int | None = None,
) -> AppraisalResult:
    """The result of every unit of the context that belongs to a peer group.

    `tables`: cases, observations, facts, entries (see `tables.TABLES`), each an Arrow table, Parquet paths or an Ibis table; what is absent is
    empty. A context of a longer period than the scheme's is made of its `parts`, no tables are read then.
    Raises SchemeError and InputError, both with Chinese sentences in `.problems`.
    """
    scheme, context = read_appraisal_scheme(scheme), read_appraisal_context(context)
    groups = groups_of(scheme, context)
    if context.period != scheme.period:
        return _finished(scheme, context, _rolled_up(scheme, context, groups), {}, {"parts": len(context.parts)})
    with Session(backend_of(backend, *tables.values()), memory_limit_mib=memory_limit_mib) as session:
        found, coverage = _sums(session, tables, scheme, context, groups)
    small = _small(scheme, found, groups)
    figures: dict[str, list[Figure]] = defaultdict(list)
    for measure in scheme.measures:
        for unit, figure in figures_of(scheme, measure, found[measure.key], groups, small).items():
            figures[unit].append(figure)
    vetoes = {unit: _effects(scheme, figures[unit]) for unit in groups}
    rows = [_totalled(scheme, unit, group, tuple(figures[unit]), vetoes[unit]) for unit, group in groups.items()]
    return _finished(scheme, context, rows, vetoes, coverage)


def groups_of(scheme: AppraisalScheme, context: AppraisalContext) -> dict[str, str]:
    """Unit -> peer group, of those that are appraised. Raises InputError when there is none."""
    found = {unit.name: scheme.group_of(unit.name, unit.kind, unit.peers) for unit in context.units}
    groups = {name: group for name, group in found.items() if group is not None}
    if not groups:
        raise InputError(["没有一个单位属于考核办法的分组。"])
    return groups


def contributions(
    tables: Tables, scheme: AppraisalScheme | dict[str, Any], context: AppraisalContext | dict[str, Any], *, unit: str, measure: str,
    backend: Any = None,
) -> pa.Table:
    """The records behind a figure: id, counted, reason (code), part, weight, worth; in the order of their numbers. Raises InputError."""
    scheme, context = read_appraisal_scheme(scheme), read_appraisal_context(context)
    try:
        asked = scheme.measure(measure)
    except KeyError as error:
        raise InputError([f"考核办法没有计分项“{measure}”。"]) from error
    name = source_of(asked)
    with Session(backend_of(backend, *tables.values())) as session:
        lines = lines_of(bring(session, name, _data(tables, name)), asked, context)
        lines = lines.filter(lines.unit == unit)
        counted = lines.reason.isnull()
        return session.fetch(
            lines.select("id", "reason", "part", "weight", "worth", counted=counted).order_by("id")
        )


def _data(tables: Tables, name: str) -> Any:
    data = tables.get(name)
    return empty(TABLES[name][0]) if data is None else data


def _sums(session: Session, tables: Tables, scheme: AppraisalScheme, context: AppraisalContext, groups: dict[str, str]):
    brought: dict[str, ibis.Table] = {}
    found, reasons, read, counted, outside = {}, Counter[str](), 0, 0, 0
    for measure in scheme.measures:
        name = source_of(measure)
        if name not in brought:
            brought[name] = session.named(bring(session, name, _data(tables, name)), name)
        sums = summed(piles_of(session, brought[name], measure, context))
        for unit, of_unit in sums.items():
            if unit not in groups:
                outside += of_unit.read
                continue
            read, counted = read + of_unit.read, counted + of_unit.counted
            reasons.update(of_unit.reasons)
        found[measure.key] = sums
    return found, {"read": read, "counted": counted, "outside": outside, "reasons": dict(sorted(reasons.items()))}


def _sample(scheme: AppraisalScheme, counts: dict[str, int]) -> int:
    """How many records a unit's place rests on: of its rates and deductions; what several measures count is counted once, by the largest
    of each table."""
    largest: dict[str, int] = defaultdict(int)
    for measure in scheme.measures:
        if isinstance(measure, (*RATES, CaseDeduction)):
            name = source_of(measure)
            largest[name] = max(largest[name], counts[measure.key])
    return sum(largest.values())


def _small(scheme: AppraisalScheme, found: dict[str, Any], groups: dict[str, str]) -> set[str]:
    if scheme.small.treat == "shrink_all":
        return set(groups)
    if scheme.small.treat != "shrink":
        return set()
    counts = {unit: {key: sums[unit].counted if unit in sums else 0 for key, sums in found.items()} for unit in groups}
    return {unit for unit in groups if _sample(scheme, counts[unit]) < scheme.small.smallest}


def _effects(scheme: AppraisalScheme, figures: list[Figure]) -> set[str]:
    by_key = {figure.key: figure for figure in figures}
    return {measure.effect for measure in scheme.measures if isinstance(measure, Veto) and by_key[measure.key].counted}


def _totalled(scheme: AppraisalScheme, unit: str, group: str, figures: tuple[Figure, ...], effects: set[str]) -> UnitRow:
    possible = sum((figure.possible for figure in figures), Zero)
    rests_on = any(isinstance(measure, RATES) for measure in scheme.measures)
    counts = {figure.key: figure.counted for figure in figures}
    sample = _sample(scheme, counts)
    if not rests_on and not any(isinstance(measure, CaseDeduction) for measure in scheme.measures):
        sample = sum(figure.counted for figure in figures)
    read = sum(figure.read for figure in figures)
    names = tuple(figure.note for figure in figures if figure.kind == "veto" and figure.counted)
    row = UnitRow(unit, group, figures, counted=sample, read=read, vetoes=names)
    if not possible or (scheme.small.idle == "unranked" and not sample and not effects):
        return row
    factor = Fraction(scheme.scale) / possible
    weighed = [figure for figure in figures if figure.possible]
    extra = sum((figure.points for figure in figures if figure.kind in ("bonus", "penalty")), Zero)
    score = sum((figure.points for figure in weighed), Zero) * factor + extra
    notes = [f"一票否决：{'；'.join(names)}。"] if names else []
    if score < scheme.floor:
        score = Fraction(scheme.floor)
        notes.append("已到最低得分。")
    if scheme.ceiling is not None and score > scheme.ceiling:
        score = Fraction(scheme.ceiling)
        notes.append("已到最高得分。")
    variance = sum((figure.variance for figure in weighed), Zero) * factor**2
    if "zero" in effects:
        score, variance = Zero, Zero
    return UnitRow(unit, group, figures, score, None, variance, sample, read, vetoes=names, note="".join(notes))


def _rolled_up(scheme: AppraisalScheme, context: AppraisalContext, groups: dict[str, str]) -> list[UnitRow]:
    rule = next((rollup for rollup in scheme.rollups if rollup.period == context.period), None)
    if rule is None:
        raise InputError(["考核办法没有这种周期。"])
    if not context.parts:
        raise InputError(["没有可以汇总的各期结果。"])
    if rule.weights and len(rule.weights) < len(context.parts):
        raise InputError([f"考核办法只有 {len(rule.weights)} 期的权重，却有 {len(context.parts)} 期结果。"])
    scores = [{one.unit: one for one in part.scores} for part in context.parts]
    return [_of_parts(rule, context, unit, group, scores) for unit, group in groups.items()]


def _of_parts(rule: Rollup, context: AppraisalContext, unit: str, group: str, scores: list[dict]) -> UnitRow:
    figures, total, weights, variance = [], Zero, Zero, Zero
    for number, part in enumerate(context.parts):
        weight = Fraction(rule.weights[number]) if rule.weights else Fraction(1)
        own = scores[number].get(unit)
        there = own is not None or rule.missing == "zero"
        score = own.exact if own is not None else Zero
        if there:
            total, weights = total + weight * score, weights + weight
            variance += weight**2 * Fraction(own.variance) if own is not None else Zero
        note = "" if own is not None else "没有成绩，按零分计。" if there else "没有成绩，不计入。"
        counted, read = (own.counted, own.read) if own is not None else (0, 0)
        figures.append(
            Figure(f"part{number + 1}", part.period, "part", score if there else None, weight * score, weight if there else Zero, counted,
                   read, Zero, note)
        )
    counted, read = sum(figure.counted for figure in figures), sum(figure.read for figure in figures)
    row = UnitRow(unit, group, tuple(figures), counted=counted, read=read)
    if not weights:
        return row
    divisor = weights if rule.method == "mean" else Fraction(1)
    return UnitRow(unit, group, tuple(figures), total / divisor, None, variance / divisor**2, counted, read)


def _finished(
    scheme: AppraisalScheme, context: AppraisalContext, rows: list[UnitRow], vetoes: dict[str, set[str]], coverage: dict[str, Any]
) -> AppraisalResult:
    rows = ranked(scheme, [printed(row, scheme) for row in rows], vetoes)
    rows = proposed(scheme, marked(scheme, rows, vetoes), context)
    return AppraisalResult(in_order(rows), coverage)
