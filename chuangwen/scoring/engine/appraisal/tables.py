"""The tables that an appraisal is made from: names of columns, their types, what the table is called. Knows no rules."""

from __future__ import annotations

import pyarrow as pa

from chuangwen.scoring.engine.inputs import AMOUNT

QUANTITY = pa.decimal128(18, 4)
CASES = {
    "case_id": pa.int64(), "unit": pa.string(), "handler": pa.string(), "area": pa.string(), "severity": pa.string(),
    "source": pa.string(), "family": pa.string(), "kind": pa.string(), "reported_on": pa.date32(), "due_on": pa.date32(),
    "closed_on": pa.date32(), "filed": pa.bool_(), "closed": pa.bool_(), "in_time": pa.bool_(), "deferred": pa.bool_(),
    "late": pa.bool_(), "on_spot": pa.bool_(), "rework": pa.int64(), "rebounded": pa.bool_(), "repeated": pa.int64(),
    "bulletins": pa.int64(),
}
"""`unit` leads, `handler` works on it now. `closed_on` where `closed`. `in_time`: the accepted submission came in time. `late`: came or
stands late. `repeated`: how often the same was found before. `bulletins`: in how many weekly bulletins it stood as overdue."""
OBSERVED = {
    "observation_id": pa.int64(), "section": pa.string(), "indicator": pa.string(), "site_type": pa.string(), "holder": pa.string(),
    "units": pa.list_(pa.string()), "placed": pa.bool_(), "grade": pa.string(), "conform": pa.bool_(), "loss": AMOUNT,
    "weight": AMOUNT, "observed_on": pa.date32(),
}
"""`units`: the departments that an observation counts for. `holder`: the unit that answers for the place."""
FACTS = {"fact_id": pa.int64(), "unit": pa.string(), "metric": pa.string(), "quantity": QUANTITY, "day": pa.date32()}
ENTRIES = {
    "entry_id": pa.int64(), "unit": pa.string(), "kind": pa.string(), "points": AMOUNT, "evidence": pa.string(),
    "checked": pa.bool_(), "day": pa.date32(),
}
"""What was entered by hand with evidence: `checked` by somebody else. `points` may be empty where the scheme gives them."""

TABLES = {
    "cases": (CASES, "case_id", "案件表"),
    "observations": (OBSERVED, "observation_id", "观测表"),
    "facts": (FACTS, "fact_id", "台账表"),
    "entries": (ENTRIES, "entry_id", "手工记录表"),
}
