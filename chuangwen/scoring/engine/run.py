"""The engine's one verb: tables and a scheme in, scores out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import ibis
import pyarrow as pa

from .deduction import deducted, deduction_rows, rewarded
from .inputs import BONUSES, ISSUES, Session, backend_of, empty
from .observed import PATH, by_department, observed, sums
from .places import PLACES, city_rates, columns_needed, place_rows
from .reasons import InputError
from .result import Coverage, ScoreRow, ScoreTables, in_order, natural, reason_text
from .scheme import Scheme, read_scheme
from .total import Context, ranked, read_context, total_row, vetoed
from .tree import grow, tree_rows

MOST_SERIALS = 1000


def score(
    observations: Any = None,
    scheme: Scheme | dict[str, Any] | str | bytes | None = None,
    *,
    issues: Any = None,
    bonuses: Any = None,
    context: Context | dict[str, Any] | None = None,
    backend: Any = None,
    uncounted_limit: int = 10_000,
    memory_limit_mib: int | None = None,
    most_groups: int | None = None,
) -> ScoreTables:
    """Scores of a round (kinds 1 to 3, from `observations`) or of units (deduction, from `issues` and `bonuses`).

    Tables are Arrow tables, Parquet paths (one or several files) or Ibis tables, with the columns told in the package's
    docstring. `backend` is an Ibis backend; without one a DuckDB is opened in the process and closed again.
    `uncounted_limit`: how many rows that did not count are told one by one; their number is always complete.
    `memory_limit_mib` (DuckDB) and `most_groups` (how many different names) bound what tables of a stranger can cost.
    Raises SchemeError and InputError, both with Chinese sentences in `.problems`.
    """
    if scheme is None:
        raise InputError(["没有给出考核办法。"])
    scheme, context = read_scheme(scheme), read_context(context)
    backend = backend_of(backend, observations, issues, bonuses)
    with Session(backend, memory_limit_mib=memory_limit_mib, most_groups=most_groups) as session:
        if scheme.kind == "deduction":
            rows, coverage, uncounted = _score_issues(session, issues, bonuses, scheme, uncounted_limit)
        else:
            if observations is None:
                raise InputError(["没有给出观测表。"])
            rows, coverage, uncounted = _score_observations(session, observations, scheme, context, uncounted_limit)
    rows = ranked(scheme, vetoed(scheme, rows, context))
    return ScoreTables(in_order(row.printed(scheme) for row in rows), coverage, uncounted)


def _score_observations(session: Session, observations: Any, scheme: Scheme, context: Context, limit: int):
    table = observed(session, observations, scheme)
    cells = sums(session, table, PATH)
    root = grow(((cell.keys, cell) for cell in cells), scheme)
    rows = tree_rows(root)
    total = total_row(scheme, rows[0], context)
    if total is not None:
        rows.append(total)
    by_level = {level: _sums_of_place(session, table, scheme, level) for level in PLACES}
    city: dict[str, Fraction] = {}
    if scheme.levels.area.impute == "city_mean":
        city = city_rates(scheme, by_level["site_type"], columns_needed(scheme, "site_type"))
    for level, place_cells in by_level.items():
        there = place_rows(scheme, level, place_cells, city)
        rows += there + _unobserved(scheme, level, {row.key for row in there})
    rows_counted = sum(cell.counted for cell in cells)
    reasons = _reasons(session, table) if rows_counted < root.read else {}
    serials, serial_count = _duplicate_serials(session, table)
    coverage = Coverage(
        rows_read=root.read, rows_counted=rows_counted, rows_unplaced=reasons.get("unplaced", 0),
        reasons=reasons, duplicate_serials=serials, duplicate_serial_count=serial_count,
        sites=len({cell.keys[0] for cell in by_level["site"] if cell.keys[0]}), losses=root.lost,
    )
    uncounted = _uncounted(session, table, "observation_id", limit) if reasons else _no_uncounted()
    return rows, coverage, uncounted


def _score_issues(session: Session, issues: Any, bonuses: Any, scheme: Scheme, limit: int):
    assert scheme.deduction is not None
    issues = empty(ISSUES) if issues is None else issues
    taken = deducted(session, issues, scheme)
    given = rewarded(session, empty(BONUSES) if bonuses is None else bonuses, scheme)
    rows = deduction_rows(session, taken, given, scheme, "unit")
    if scheme.deduction.score_areas:
        rows += deduction_rows(session, deducted(session, issues, scheme, "area"), None, scheme, "area")
    read, reasons = 0, dict[str, int]()
    for table in (taken, given):
        read += session.rows(table.aggregate(n=table.count()))[0][0]
        for code, number in _reasons(session, table).items():
            reasons[code] = reasons.get(code, 0) + number
    coverage = Coverage(
        rows_read=read, rows_counted=read - sum(reasons.values()), rows_unplaced=0, reasons=reasons, duplicate_serials=[],
        duplicate_serial_count=0, sites=0, losses=0,
    )
    uncounted = pa.concat_tables([_uncounted(session, taken, "issue_id", limit), _uncounted(session, given, "bonus_id", limit)])
    return rows, coverage, uncounted


def _sums_of_place(session: Session, table: ibis.Table, scheme: Scheme, level: str):
    rows = by_department(table) if level == "department" else table
    return sums(session, rows, [level, *columns_needed(scheme, level)])


def _unobserved(scheme: Scheme, level: str, there: set[str]) -> list[ScoreRow]:
    nothing = ScoreRow(level, "", "", "index", Fraction(0), Fraction(0), 0, 0, note="没有观测。")
    return [replace(nothing, key=name, name=name) for name in scheme.peers(level) if name not in there]


def _reasons(session: Session, table: ibis.Table) -> dict[str, int]:
    reasons = table.filter(table.reason.notnull()).select("reason")
    return dict(sorted(session.rows(reasons.group_by("reason").aggregate(n=reasons.count()))))


def _duplicate_serials(session: Session, table: ibis.Table) -> tuple[list[str], int]:
    serials = table.filter(table.serial.notnull() & (table.serial != "")).select("serial")
    grouped = serials.group_by("serial").aggregate(times=serials.count())
    twice = grouped.filter(grouped.times > 1).select("serial")
    first = session.rows(twice.mutate(all=twice.count().over()).order_by("serial").limit(MOST_SERIALS))
    return sorted((serial for serial, _ in first), key=natural), first[0][1] if first else 0


def _uncounted(session: Session, table: ibis.Table, identity: str, limit: int) -> pa.Table:
    left_out = table.filter(table.reason.notnull())
    source_row = left_out.source_row if "source_row" in left_out.columns else ibis.null("int64")
    wanted = left_out.select(id=left_out[identity], source_row=source_row, reason=left_out.reason)
    rows = session.rows(wanted.order_by("id").limit(limit))
    kind = identity.removesuffix("_id")
    return pa.Table.from_pylist(
        [{"kind": kind, "id": id_, "source_row": row, "reason": code, "text": reason_text(code)} for id_, row, code in rows],
        schema=_no_uncounted().schema,
    )


def _no_uncounted() -> pa.Table:
    return pa.schema(
        [("kind", pa.string()), ("id", pa.int64()), ("source_row", pa.int64()), ("reason", pa.string()), ("text", pa.string())]
    ).empty_table()
