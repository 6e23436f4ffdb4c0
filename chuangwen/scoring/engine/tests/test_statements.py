"""Statements that were translated before: found again by everything that they depend on, and never where they do not fit."""

from datetime import date

import ibis
import pyarrow as pa
import pytest

from chuangwen.scoring.engine import statements
from chuangwen.scoring.engine.appraisal import appraise, read_appraisal_scheme
from chuangwen.scoring.engine.appraisal.examples import WEEKLY_RATE
from chuangwen.scoring.engine.appraisal.tables import CASES
from chuangwen.scoring.engine.statements import Statement, translated

DAY = date(2026, 11, 16)
UNITS = [{"name": name, "kind": "社区"} for name in ("甲社区", "乙社区")]


@pytest.fixture(autouse=True)
def nothing_translated():
    statements.forget()
    yield
    statements.forget()


def cases(good: int) -> pa.Table:
    rows = [
        {"case_id": number, "unit": unit, "due_on": DAY, "closed_on": DAY, "filed": True, "closed": True, "in_time": number < good}
        for unit, numbers in (("甲社区", range(10)), ("乙社区", range(100, 110))) for number in numbers
    ]  # fmt: skip
    return pa.table({name: pa.array([row.get(name) for row in rows], type=type_) for name, type_ in CASES.items()})


def score(good: int, *, scheme=WEEKLY_RATE, day: date = DAY, backend=None):
    context = {"period": "week", "label": "周", "start": day, "end": day, "units": UNITS}
    found = appraise({"cases": cases(good)}, scheme, context, backend=backend)
    return {row.unit: row.score for row in found.rows}


def test_the_same_measures_on_the_same_days_are_translated_once_and_read_other_records():
    first = score(10)
    known = statements.kept()
    assert len(known) == len(WEEKLY_RATE["measures"])
    second = score(5)
    assert sorted(map(str, statements.kept())) == sorted(map(str, known)), "nothing was translated again"
    assert first["甲社区"] != second["甲社区"], "the records are those that were given now"


def test_another_measure_and_other_days_are_others():
    score(10)
    harder = WEEKLY_RATE | {"measures": [WEEKLY_RATE["measures"][0] | {"of": "handler"}, *WEEKLY_RATE["measures"][1:]]}
    score(10, scheme=read_appraisal_scheme(harder))
    assert len(statements.kept()) == len(WEEKLY_RATE["measures"]) + 1, "three of the four are the same"
    assert score(10, day=date(2026, 11, 17)) != score(10), "on the day after there are no cases"


def test_a_database_that_was_handed_in_keeps_its_own_names_and_gives_the_same_scores():
    expected = score(7)
    statements.forget()
    backend = ibis.duckdb.connect()
    assert score(7, backend=backend) == expected
    assert statements.kept() == [] and backend.list_tables() == []


def test_what_was_not_used_for_longest_goes_first(monkeypatch):
    monkeypatch.setattr(statements, "MOST", 2)
    for key in ("a", "b", "a", "c"):
        translated(key, lambda: Statement("SELECT 1", pa.schema([])))
    assert statements.kept() == ["a", "c"]
