"""The scoring engine: tables in, tables out. It knows no Django and no other room.

It is written as Ibis expressions and runs on DuckDB in the process unless another Ibis backend is handed in.

**In.** `observations` (kinds 1 to 3), as an Arrow table, Parquet path(s) or an Ibis table, one row per observation:

    observation_id int64, unique        serial string (duplicates are counted, and reported)
    section, indicator, sub_indicator, criterion: string. An empty sub_indicator: the indicator is its own sub-indicator.
    site, site_type, area: string or null (site: a name or code that is unique in the round)
    departments list<string>, none to many; an observation counts in full for each
    source_row int64 or null             placed bool (False: could not be placed; read, not counted)
    grade 'A'..'D' or null               defects int64 or null            conform bool or null
    loss decimal(9,4) or null            weight decimal(9,4), null = 1    observed_on date32 or null

`issues` (deduction): issue_id int64 unique, unit, area, severity, source: string, late bool, repeated int64 (how often the
same was found before), occurred_on date32. `bonuses`: bonus_id int64 unique, unit, kind: string, points decimal(9,4), evidence
string. Absent optional columns read as null. `inputs.OBSERVATIONS`, `ISSUES`, `BONUSES` are these types.

**Scheme.** Data, checked by `read_scheme`; `example_schemes()` has one of each kind. `context` (`Context`): earlier years,
result of the minors' test, events of the negative list.

**Out.** `ScoreTables`: `rows` (ScoreRow: level, key, name, parent, possible, got, rate, rank, peer_group, counted, read, vetoed,
note; `possible_exact`, `got_exact`, `rate_exact` are rationals), `coverage`, `uncounted`. Levels: total, index, section,
indicator, sub_indicator, criterion, area, department, site_type, site, unit. Keys of the standard's tree are names joined by "/"
from the section (left out where empty) down; `name` is the last of them. `contributions()` gives the rows behind any score.

**Exact.** Sums are decimals in the database and rationals above it; only printed values are rounded, half up (四舍五入), with the
places that the scheme names. Ranks compare the exact rate (or the printed one where the scheme says so). The result does not
depend on the order of the rows nor on how they are split into files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .reasons import REASONS, InputError
from .scheme import KINDS, Scheme, read_scheme, scheme_schema
from .scheme_errors import SchemeError

if TYPE_CHECKING:
    from .examples import example_schemes
    from .inputs import BONUSES, ISSUES, OBSERVATIONS, schema_of
    from .result import Coverage, ScoreRow, ScoreTables
    from .run import score
    from .total import Context, EarlierYear, NegativeEvent, read_context
    from .trace import contributions

_LATER = {
    "contributions": "trace", "example_schemes": "examples", "OBSERVATIONS": "inputs", "ISSUES": "inputs",
    "BONUSES": "inputs", "schema_of": "inputs", "Coverage": "result", "ScoreRow": "result", "ScoreTables": "result",
    "score": "run", "Context": "total", "EarlierYear": "total", "NegativeEvent": "total", "read_context": "total",
}

__all__ = [
    "BONUSES", "ISSUES", "KINDS", "OBSERVATIONS", "REASONS", "Context", "Coverage", "EarlierYear", "InputError", "NegativeEvent",
    "Scheme", "SchemeError", "ScoreRow", "ScoreTables", "contributions", "example_schemes", "read_context", "read_scheme",
    "schema_of", "scheme_schema", "score",
]


def __getattr__(name: str) -> Any:
    """What needs Ibis is loaded when it is first asked for: a web worker that only shows scores starts without it."""
    if name not in _LATER:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f".{_LATER[name]}", __name__), name)
