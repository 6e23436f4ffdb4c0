"""Input tables as lines of JSON, one array per row after a first line with the column names: what a signed score file holds.

Plain text on purpose: anyone can read it with anything, the same rows always give the same bytes, and what it takes to read it
is bounded by its length, which no compressed column format promises of a file from a stranger.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from .inputs import Session, backend_of, schema_of
from .reasons import InputError

BATCH = 50_000
LONGEST_LINE = 1_000_000
_AMOUNT = re.compile(r"-?\d{1,5}(\.\d{1,4})?")
_WIDE_AMOUNT = re.compile(r"-?\d{1,14}(\.\d{1,4})?")


def table_of(data: Any, columns: dict[str, pa.DataType], identity: str, what: str) -> pa.Table:
    """Any input table as an Arrow table of exactly these types, sorted by its identity column. Raises InputError."""
    with Session(backend_of(None, data)) as session:
        table = session.fetch(session.table(data, columns, required=[identity], what=what))
    try:
        return table.cast(schema_of(columns)).sort_by(identity)
    except pa.ArrowInvalid as error:
        raise InputError([f"{what}中有超出范围的数值，不能导出。"]) from error


def written(table: pa.Table) -> Iterator[bytes]:
    """The lines of a table that `table_of` gave."""
    yield _line(table.column_names)
    for batch in table.to_batches(max_chunksize=BATCH):
        columns = [_plain(column) for column in batch.columns]
        for row in zip(*columns, strict=True):
            yield _line(row)


def read(lines: Iterable[bytes], columns: dict[str, pa.DataType], what: str, *, most_rows: int) -> pa.Table:
    """The table again. Raises InputError naming the line that is wrong, and when there are more than `most_rows` rows."""
    parsers = [_parser(type_) for type_ in columns.values()]
    schema = schema_of(columns)
    batches: list[pa.RecordBatch] = []
    rows: list[list] = []
    number = 0
    for number, line in enumerate(lines, start=1):
        row = _parsed(line, what, number)
        if number == 1:
            if row != list(columns):
                raise InputError([f"{what}的列与规定不符。"])
            continue
        if number - 1 > most_rows:
            raise InputError([f"{what}超过 {most_rows} 行。"])
        if len(row) != len(parsers):
            raise InputError([f"{what}第 {number} 行的列数不对。"])
        try:
            rows.append([None if value is None else parse(value) for parse, value in zip(parsers, row, strict=True)])
        except ValueError as error:
            raise InputError([f"{what}第 {number} 行有不合规定的值。"]) from error
        if len(rows) == BATCH:
            batches.append(_batch(rows, schema, what))
            rows = []
    if not number:
        raise InputError([f"{what}是空的。"])
    if rows:
        batches.append(_batch(rows, schema, what))
    return pa.Table.from_batches(batches, schema=schema)


def _line(row: Iterable[Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"


def _plain(column: pa.Array) -> list:
    if pa.types.is_decimal(column.type) or pa.types.is_date(column.type):
        return [None if value is None else str(value) for value in column.to_pylist()]
    return column.to_pylist()


def _parsed(line: bytes, what: str, number: int) -> list:
    if len(line) > LONGEST_LINE or not line.endswith(b"\n"):
        raise InputError([f"{what}第 {number} 行太长或不完整。"])
    try:
        row = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise InputError([f"{what}第 {number} 行不是合法的 JSON。"]) from error
    if not isinstance(row, list):
        raise InputError([f"{what}第 {number} 行不是列表。"])
    return row


def _batch(rows: list[list], schema: pa.Schema, what: str) -> pa.RecordBatch:
    try:
        arrays = [pa.array(column, type=field.type) for column, field in zip(zip(*rows, strict=True), schema, strict=True)]
    except (ValueError, OverflowError, pa.ArrowException) as error:
        raise InputError([f"{what}中有不合规定的值。"]) from error
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _parser(type_: pa.DataType) -> Callable[[Any], Any]:
    if pa.types.is_decimal(type_):
        return lambda value: _amount(value, _AMOUNT if type_.precision <= 9 else _WIDE_AMOUNT)
    if pa.types.is_date(type_):
        return lambda value: date.fromisoformat(_of(str, value))
    if pa.types.is_boolean(type_):
        return lambda value: _of(bool, value)
    if pa.types.is_integer(type_):
        return lambda value: _of(int, value)
    if pa.types.is_list(type_):
        return lambda value: [_of(str, item) for item in _of(list, value)]
    return lambda value: _of(str, value)


def _amount(value: Any, written: re.Pattern[str]) -> Decimal:
    if not written.fullmatch(_of(str, value)):
        raise ValueError(value)
    return Decimal(value)


def _of(type_: type, value: Any) -> Any:
    if type(value) is not type_:
        raise ValueError(value)
    return value
