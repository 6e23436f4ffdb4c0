"""The cells of the ground by which many cases are counted: small squares, each with a number, in an index of its own."""

from typing import Any

from django.db.models import BigIntegerField, F
from django.db.models.expressions import Func

CELLS = 1024
"""Cells per degree, some hundred metres."""
SHIFT = {"lat": 90, "lon": 180}
"""Counted from where no coordinate is negative, so that cutting off is rounding down."""
ROW = 2**24
"""A square is one number in a query, its number from the west times this and its number from the south: one key is sorted faster than two."""


class Cell(Func):
    """The number of the cell in which a case lies. Its constants are written out: an index is found by the same words, not by parameters."""

    output_field = BigIntegerField()
    arity = 2
    floor = "CAST(FLOOR((%s + {shift}.0) * {cells}.0) AS BIGINT)"

    def __init__(self, *expressions: Any, **extra: Any):
        super().__init__(*(expressions or (F("lon"), F("lat"))), **extra)

    def as_sql(  # the words are put together here: no template and no joiner of a caller's has a place in them
        self,
        compiler: Any,
        connection: Any,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **context: Any,
    ) -> Any:
        (lon, first), (lat, second) = (compiler.compile(one) for one in self.get_source_expressions())
        west, south = (self.floor.format(shift=SHIFT[name], cells=CELLS) for name in ("lon", "lat"))
        return f"({west % lon} * {ROW} + {south % lat})", (*first, *second)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        cell = self.copy()
        cell.floor = "CAST((%s + {shift}.0) * {cells}.0 AS INTEGER)"
        return cell.as_sql(compiler, connection, **context)
