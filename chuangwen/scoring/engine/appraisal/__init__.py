"""Appraisal of units (单位考核): tables, a scheme and a context in; scores, places and lists of units out. It knows no Django.

**In.** `cases`, `observations`, `facts`, `entries` (columns in `tables`), a scheme (`read_appraisal_scheme`), and the context: the days, the
units with their kinds, who stood on which list before, for a quarter or a year the results of its parts.

**Out.** `AppraisalResult`: for every unit its score, its place inside its peer group with the interval of places that it could as well
hold, red or black list, what follows by repetition; for every measure value, points, full marks, how many records it counted of
how many it read. `contributions` gives these records.

**Exact.** The database only counts records that are alike; everything above is rationals. The result does not depend on the order of
the rows, on how they are split, or on the backend. Units are appraised and ranked; persons never are (DOMAIN.md section 2, rule 1): no
table holds one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .scheme import AppraisalScheme, read_appraisal_scheme

if TYPE_CHECKING:
    from .context import AppraisalContext, read_appraisal_context
    from .examples import example_appraisals
    from .result import AppraisalResult, Figure, UnitRow
    from .run import appraise, contributions

_LATER = {
    "AppraisalContext": "context", "read_appraisal_context": "context", "example_appraisals": "examples", "AppraisalResult": "result",
    "Figure": "result", "UnitRow": "result", "appraise": "run", "contributions": "run",
}

__all__ = [
    "AppraisalContext", "AppraisalResult", "AppraisalScheme", "Figure", "UnitRow", "appraise", "contributions", "example_appraisals",
    "read_appraisal_context", "read_appraisal_scheme",
]


def __getattr__(name: str) -> Any:
    """What needs Ibis is loaded when it is first asked for."""
    if name not in _LATER:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f".{_LATER[name]}", __name__), name)
