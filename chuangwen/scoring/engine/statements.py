"""Statements that were translated before. Ibis takes tens of milliseconds to turn an expression into SQL, each time anew; a measure over the
days of a period gives the same SQL whoever asks, as long as the tables are called the same.

Kept in the process, for sessions alone that have a database of their own: there the names are the session's. A key says everything that the
expression depends on.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

import pyarrow as pa

MOST = 1000
"""Statements kept; the one that was not used for longest goes first."""


class Statement(NamedTuple):
    """The SQL, and the columns that it gives."""

    sql: str
    schema: pa.Schema


_kept: OrderedDict[Hashable, Statement] = OrderedDict()
_lock = threading.Lock()


def translated(key: Hashable, make: Callable[[], Statement]) -> Statement:
    """The statement of this key; `make` translates it where it is not known yet. What it raises is not kept."""
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = make()
    with _lock:
        _kept[key] = made
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return made


def forget() -> None:
    """Translate everything anew (tests)."""
    with _lock:
        _kept.clear()


def kept() -> list[Any]:
    """The keys that are known, the one that was used last at the end."""
    with _lock:
        return list(_kept)
