"""Queries of one fixed shape, put into SQL once per process: for the few reads that are asked hundreds of times a second.

Building and compiling a query of the ORM costs more than running it where one row is fetched by its key. ``Prepared`` compiles it the first
time and afterwards only runs it with other values; rows come back through the same converters as the ORM's.

    PARTIES = Prepared(lambda case: CaseParty.objects.filter(case=case).values_list("part", "unit_id"), case=-1)
    PARTIES.rows(case=12)          # [("lead", 3), ...]

The shape must not depend on anything but the names of its slots: no moment, no person, no number of values.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Prepared:
    """``make(**samples)`` gives the query as ``values_list`` rows; ``samples`` name its slots, each with a value that stands for it while it
    is compiled. A sample must not be equal to any other value of the query."""

    def __init__(self, make: Callable[..., QuerySet], **samples: Any):
        self.make, self.samples = make, samples
        self._compiled: dict[str, tuple[str, list[str | None], tuple[Any, ...], dict[int, Any]]] = {}

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values. One query."""
        sql, slots, fixed, converters = self._compiled.get(connection.vendor) or self._compile()
        params = [fixed[place] if name is None else self._adapted(values[name]) for place, name in enumerate(slots)]
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            found = cursor.fetchall()
        return self._converted(found, converters) if converters else found

    def first(self, **values: Any) -> tuple[Any, ...] | None:
        """The first row, or None."""
        found = self.rows(**values)
        return found[0] if found else None

    def _compile(self) -> tuple[str, list[str | None], tuple[Any, ...], dict[int, Any]]:
        query = self.make(**self.samples).query
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        adapted = {name: self._adapted(value) for name, value in self.samples.items()}
        slots: list[str | None] = []
        for param in params:
            named = [name for name, value in adapted.items() if type(value) is type(param) and value == param]
            slots.append(named[0] if len(named) == 1 else None)
        missing = set(self.samples) - set(slots)
        if missing:
            raise ValueError(f"these slots do not stand in the query: {sorted(missing)}")
        chosen = [column[0] for column in compiler.select[: compiler.col_count]]
        found = (sql, slots, tuple(params), compiler.get_converters(chosen))
        self._compiled[connection.vendor] = found
        return found

    @staticmethod
    def _adapted(value: Any) -> Any:
        if isinstance(value, datetime):
            return connection.ops.adapt_datetimefield_value(value)
        return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value

    @staticmethod
    def _converted(found: list[Any], converters: dict[int, Any]) -> list[tuple[Any, ...]]:
        lines = []
        for row in found:
            line = list(row)
            for place, (functions, expression) in converters.items():
                for function in functions:
                    line[place] = function(line[place], expression, connection)
            lines.append(tuple(line))
        return lines
