"""What the pages of this room would load at their first opening: the database engine under the scores, the solver of the outlook."""

from datetime import date
from importlib import import_module

from chuangwen.kernel.beforehand import beforehand


@beforehand
def load_engine() -> None:
    """One small appraisal of a shipped scheme: it imports DuckDB, Ibis with its compiler, pandas for the dates, and translates once."""
    import pyarrow as pa

    from chuangwen.scoring.engine.appraisal import appraise
    from chuangwen.scoring.engine.appraisal.examples import WEEKLY_RATE
    from chuangwen.scoring.engine.appraisal.tables import CASES

    day = date(2026, 1, 5)
    row = {"case_id": 1, "unit": "社区", "due_on": day, "filed": True, "closed": True, "in_time": True}
    cases = pa.table({name: pa.array([row.get(name)], type=type_) for name, type_ in CASES.items()})
    context = {"period": "week", "label": "周", "start": day, "end": day, "units": [{"name": "社区", "kind": "社区"}]}
    appraise({"cases": cases}, WEEKLY_RATE, context)


@beforehand
def load_solver() -> None:
    """HiGHS in SciPy."""
    import_module("scipy.optimize")
    import_module("scipy.sparse")
