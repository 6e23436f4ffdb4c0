"""Small tables for the engine's tests: a row says only what matters to the test."""

from decimal import Decimal

import pyarrow as pa

from chuangwen.scoring.engine import BONUSES, ISSUES, OBSERVATIONS, example_schemes, read_scheme, schema_of


def observations(*rows: dict) -> pa.Table:
    """An observation table; identifiers are given in order where a row has none, the indicator is 指标 where it has none."""
    filled = [{"observation_id": number, "indicator": "指标", "placed": True, **row} for number, row in enumerate(rows, start=1)]
    return pa.Table.from_pylist([_exact(row) for row in filled], schema=schema_of(OBSERVATIONS))


def issues(*rows: dict) -> pa.Table:
    filled = [{"issue_id": number, "unit": "甲局", "severity": "一般", "late": False, "repeated": 0, **row}
              for number, row in enumerate(rows, start=1)]
    return pa.Table.from_pylist(filled, schema=schema_of(ISSUES))


def bonuses(*rows: dict) -> pa.Table:
    filled = [{"bonus_id": number, "unit": "甲局", "evidence": "文号", **row} for number, row in enumerate(rows, start=1)]
    return pa.Table.from_pylist([_exact(row) for row in filled], schema=schema_of(BONUSES))


def scheme(kind: str, **changes):
    """A bare scheme of a kind with these parts."""
    return read_scheme({"schema": 1, "kind": kind, "name": "试", "version": "1", **changes})


def loss_scheme(**changes):
    return scheme("loss_per_observation", **changes)


def shipped(kind: str, **changes):
    """The example scheme of a kind, changed."""
    return read_scheme({**example_schemes()[kind].document(), **changes})


def _exact(row: dict) -> dict:
    amounts = {name: Decimal(row[name]) for name in ("loss", "weight", "points") if row.get(name) is not None}
    return {**row, **amounts}
