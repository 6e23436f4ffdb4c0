"""Which rows a score is made of: the exact observations, issues and bonuses that were counted, and those that were not."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa

from .deduction import deducted, rewarded
from .inputs import BONUSES, ISSUES, Session, backend_of, empty
from .observed import PATH, observed
from .reasons import InputError
from .result import split_key
from .scheme import Scheme, read_scheme

TREE_DEPTH = {"section": 1, "indicator": 2, "sub_indicator": 3, "criterion": 4}


def contributions(
    observations: Any = None, scheme: Any = None, *, level: str, key: str = "", issues: Any = None, bonuses: Any = None,
    backend: Any = None,
) -> pa.Table:
    """The rows behind the score (level, key), sorted by identifier.

    Kinds 1 to 3: observation_id, serial, source_row, role (own, or city_mean for what fills a site type that an area lacks),
    counted (bool), reason (null where counted), share (decimal 0..1), weight. The counted ones among role `own` are as many as
    the score's `counted`. Deduction: kind (issue or bonus), id, counted, reason, points (off for issues, on for bonuses; before
    caps). Raises InputError for a level or key that cannot be.
    """
    scheme = read_scheme(scheme)
    with Session(backend_of(backend, observations, issues, bonuses)) as session:
        if scheme.kind == "deduction":
            return _of_unit(session, issues, bonuses, scheme, level, key)
        table = observed(session, observations, scheme)
        rows = table.filter(_belongs(table, scheme, level, key)).mutate(role=ibis.literal("own"))
        rows = rows.mutate(reason=_left_out(rows, scheme, level))
        if level == "area" and scheme.levels.area.impute == "city_mean":
            rows = rows.union(_imputed(table, key).select(rows.columns))
        return session.fetch(
            rows.select(
                "observation_id", "serial", "source_row", "role", counted=rows.reason.isnull(), reason=rows.reason,
                share=rows.reason.isnull().ifelse(rows.share, ibis.null("decimal(9,4)")), weight=rows.weight,
            ).order_by("observation_id", "role")
        )


def _belongs(table: ibis.Table, scheme: Scheme, level: str, key: str) -> Any:
    if level in ("index", "total"):
        return ibis.literal(True)
    if level == "department":
        return table.departments.contains(key).fill_null(False)
    if level in ("area", "site_type", "site"):
        return table[level] == key
    if level not in TREE_DEPTH:
        raise InputError([f"没有“{level}”这一层。"])
    names = split_key(key)
    depth = TREE_DEPTH[level]
    if len(names) == depth - 1 and depth > 1:
        names = ["", *names]
    if len(names) != depth:
        raise InputError([f"“{key}”不是“{level}”这一层的名称。"])
    belongs = ibis.literal(True)
    for column, name in zip(PATH, names, strict=False):
        belongs = belongs & (table[column] == name)
    return belongs


def _left_out(rows: ibis.Table, scheme: Scheme, level: str) -> Any:
    """Counted rows that this level's own arithmetic leaves out."""
    place = getattr(scheme.levels, level, None)
    as_index = level in ("index", "total") or getattr(place, "method", "") == "as_index"
    if as_index and scheme.section_weights:
        weighted = rows.section.isin(list(scheme.section_weights))
        return ibis.cases((rows.reason.isnull() & ~weighted, "no_section_weight"), else_=rows.reason)
    if level != "site_type" and getattr(place, "method", "") == "mean_of_means" and getattr(place, "over", "") == "site_type":
        return ibis.cases((rows.reason.isnull() & (rows.site_type == ""), "no_site_type"), else_=rows.reason)
    return rows.reason


def _imputed(table: ibis.Table, area: str) -> ibis.Table:
    counted = table.filter(table.reason.isnull() & (table.site_type != ""))
    own = counted.filter(counted.area == area).select("site_type").distinct()
    return counted.anti_join(own, "site_type").mutate(role=ibis.literal("city_mean"))


def _of_unit(session: Session, issues: Any, bonuses: Any, scheme: Scheme, level: str, key: str) -> pa.Table:
    if level not in ("unit", "area"):
        raise InputError([f"扣分法没有“{level}”这一层。"])
    taken = deducted(session, empty(ISSUES) if issues is None else issues, scheme, level)
    tables = [_rows(session, taken.filter(taken[level] == key), "issue", "points")]
    if level == "unit":
        given = rewarded(session, empty(BONUSES) if bonuses is None else bonuses, scheme)
        tables.append(_rows(session, given.filter(given.unit == key), "bonus", "granted"))
    return pa.concat_tables(tables)


def _rows(session: Session, table: ibis.Table, kind: str, amount: str) -> pa.Table:
    counted = table.reason.isnull()
    return session.fetch(
        table.select(
            kind=ibis.literal(kind), id=table[f"{kind}_id"], counted=counted, reason=table.reason,
            points=counted.ifelse(table[amount], ibis.null("decimal(18,4)")),
        ).order_by("id")
    )
