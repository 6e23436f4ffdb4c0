"""Tables coming in: Arrow tables, Parquet files or Ibis tables, with the columns that the engine reads and their types.

The only module that knows which backend is under Ibis. On DuckDB it neither makes nor imports pandas or NumPy objects, which
keeps the engine's start short; on Spark tables come and go as Arrow tables, because pyspark's ways over pandas want an older pandas
and turn decimals into objects. Errors are told in Chinese (InputError).
"""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Callable, Hashable, Iterable, Sequence
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import pyarrow as pa

from .reasons import InputError
from .statements import Statement, translated

AMOUNT = pa.decimal128(9, 4)
OBSERVATIONS = {
    "observation_id": pa.int64(), "serial": pa.string(), "section": pa.string(), "indicator": pa.string(),
    "sub_indicator": pa.string(), "criterion": pa.string(), "site": pa.string(), "site_type": pa.string(),
    "area": pa.string(), "departments": pa.list_(pa.string()), "source_row": pa.int64(), "placed": pa.bool_(),
    "grade": pa.string(), "defects": pa.int64(), "conform": pa.bool_(), "loss": AMOUNT, "weight": AMOUNT,
    "observed_on": pa.date32(),
}
ISSUES = {
    "issue_id": pa.int64(), "unit": pa.string(), "area": pa.string(), "severity": pa.string(), "source": pa.string(),
    "late": pa.bool_(), "repeated": pa.int64(), "occurred_on": pa.date32(),
}
BONUSES = {"bonus_id": pa.int64(), "unit": pa.string(), "kind": pa.string(), "points": AMOUNT, "evidence": pa.string()}

_names = itertools.count(1)
MOST_MEMORY_MIB = 4096


def schema_of(columns: dict[str, pa.DataType]) -> pa.Schema:
    """The Arrow schema of OBSERVATIONS, ISSUES or BONUSES."""
    return pa.schema(list(columns.items()))


def empty(columns: dict[str, pa.DataType]) -> pa.Table:
    """A table of these columns without rows."""
    return schema_of(columns).empty_table()


def backend_of(backend: Any, *tables: Any) -> Any:
    """The backend that was handed in, or the one that an Ibis table lives on, or None."""
    if backend is None:
        return next((table.get_backend() for table in tables if isinstance(table, ibis.Table)), None)
    return backend


def usual_memory_mib() -> int:
    """How much memory DuckDB may use where nothing is said: half of the machine's, at most MOST_MEMORY_MIB."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    return min(MOST_MEMORY_MIB, machine // 2)


class Session:
    """A backend for the time of one calculation, and the tables that were brought to it."""

    def __init__(self, backend: Any = None, *, memory_limit_mib: int | None = None, most_groups: int | None = None):
        self.most_groups = most_groups
        self._own = backend is None
        self.backend = ibis.duckdb.connect() if backend is None else backend
        self.on_duckdb = self.backend.name == "duckdb"
        self.on_spark = self.backend.name == "pyspark"
        self._brought: list[str] = []
        self._kept: list[str] = []
        self._folder: tempfile.TemporaryDirectory | None = None
        if self.on_duckdb and (self._own or memory_limit_mib):
            self.backend.raw_sql(f"SET memory_limit = '{int(memory_limit_mib or usual_memory_mib())}MiB'")
        if self._own:  # what goes beyond it is laid down there; DuckDB would choose the folder that the program was started in
            self._folder = tempfile.TemporaryDirectory(prefix="chuangwen-engine-", ignore_cleanup_errors=True)
            quoted = self._folder.name.replace("'", "''")
            self.backend.raw_sql(f"SET temp_directory = '{quoted}'")

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *error) -> None:
        if self._own:
            self.backend.disconnect()
            if self._folder is not None:
                self._folder.cleanup()
        elif self.on_duckdb:
            for name in self._kept:
                self.backend.raw_sql(f"DROP VIEW IF EXISTS {name}")
            for name in self._brought:
                self.backend.con.unregister(name)
        elif self.on_spark:
            for name in (*self._kept, *self._brought):
                self.backend._session.catalog.dropTempView(name)

    def table(self, data: Any, columns: dict[str, pa.DataType], *, required: Sequence[str], what: str) -> ibis.Table:
        """`data` as an Ibis table of exactly `columns`; what is absent and not required is null. Raises InputError."""
        table = self._bring(data, columns, what)
        problems = [f"{what}缺少“{name}”列。" for name in required if name not in table.columns]
        schema = table.schema()
        problems += [
            f"{what}的“{name}”列类型不对：是 {schema[name]}，应为 {_described(wanted)}。"
            for name, wanted in columns.items() if name in schema and not _fits(schema[name], wanted)
        ]
        if problems:
            raise InputError(problems)
        return table.select(**{name: self._column(table, name, wanted) for name, wanted in columns.items()})

    @property
    def private(self) -> bool:
        """Whether this is a database of the session alone, in which it may call tables what it likes."""
        return self._own and self.on_duckdb

    def named(self, expression: ibis.Table, wish: str = "") -> ibis.Table:
        """The same table under a name: Ibis takes tens of milliseconds to translate a long expression, each time anew. In a database of its
        own the table is called by the wish."""
        if not (self.on_duckdb or self.on_spark) or expression.op().find(ops.InMemoryTable):
            return expression
        name = f"chuangwen_view_{wish}" if wish and self.private else f"chuangwen_view_{next(_names)}"
        if self.on_spark:
            self._spark(expression).createOrReplaceTempView(name)
        else:
            self.backend.raw_sql(f"CREATE TEMP VIEW {name} AS {self.backend.compile(expression)}")
        self._kept.append(name)
        return self.backend.table(name)

    def fetch(self, expression: ibis.Table) -> pa.Table:
        """The rows of an expression."""
        if self.on_spark and not expression.op().find(ops.InMemoryTable):
            return self._spark(expression).toArrow().cast(expression.schema().to_pyarrow())
        if not self.on_duckdb or expression.op().find(ops.InMemoryTable):
            return self.backend.to_pyarrow(expression)
        # Ibis's own way to Arrow loads pandas; DuckDB's types of sums and decimals may be wider than Ibis expects.
        table = self.backend.raw_sql(self.backend.compile(expression)).to_arrow_table()
        return table.cast(expression.schema().to_pyarrow())

    def rows(self, expression: ibis.Table) -> list[tuple]:
        """The rows of an expression as Python tuples."""
        return self._tuples(self.fetch(expression))

    def rows_of(self, key: Hashable, make: Callable[[], ibis.Table]) -> list[tuple]:
        """The same of the expression that `make` gives, which is not made where it was translated before under this key (see `statements`).
        The names of the tables in it have to follow from the key."""
        if not self.private:
            return self.rows(make())

        def translate() -> Statement:
            expression = make()
            return Statement(self.backend.compile(expression), expression.schema().to_pyarrow())

        known = translated(key, translate)
        return self._tuples(self.backend.raw_sql(known.sql).to_arrow_table().cast(known.schema))

    def _tuples(self, table: pa.Table) -> list[tuple]:
        if self.most_groups is not None and table.num_rows > self.most_groups:
            raise InputError([f"不同的指标、区域、单位或点位超过 {self.most_groups} 种，不能计算。"])
        return list(zip(*(column.to_pylist() for column in table.columns), strict=True)) if table.num_columns else []

    def _bring(self, data: Any, columns: dict[str, pa.DataType], what: str) -> ibis.Table:
        if isinstance(data, ibis.Table):
            return data
        if isinstance(data, pa.Table):
            data = _plain(data, columns, what)
            if not (self.on_duckdb or self.on_spark):
                return ibis.memtable(data)
            name = f"chuangwen_input_{next(_names)}"
            if self.on_spark:
                self.backend._session.createDataFrame(data).createOrReplaceTempView(name)
            else:
                self.backend.con.register(name, data)
            self._brought.append(name)
            return self.backend.table(name)
        paths = [data] if isinstance(data, str | Path) else list(data) if isinstance(data, Iterable) else None
        if not paths or not all(isinstance(path, str | Path) for path in paths):
            raise InputError([f"{what}应为 Arrow 表、Parquet 文件或 Ibis 表。"])
        missing = [path for path in paths if not any(mark in str(path) for mark in "*:") and not Path(path).exists()]
        if missing:
            raise InputError([f"{what}文件不存在：{path}。" for path in missing])
        names = [str(path) for path in paths]
        return self.backend.read_parquet(names if len(names) > 1 else names[0])

    def _spark(self, expression: ibis.Table) -> Any:
        """The expression as a data frame of Spark."""
        return self.backend._session.sql(self.backend.compile(expression))

    @staticmethod
    def _column(table: ibis.Table, name: str, wanted: pa.DataType) -> Any:
        kind = dt.Decimal(38, 4) if pa.types.is_decimal(wanted) else dt.DataType.from_pyarrow(wanted)
        if name not in table.columns:
            return ibis.null(kind)
        column = table[name]
        there = column.type()
        if isinstance(there, dt.Decimal) and pa.types.is_decimal(wanted):
            return column
        return column if there.copy(nullable=True) == kind.copy(nullable=True) else column.cast(kind)


def _plain(data: pa.Table, columns: dict[str, pa.DataType], what: str) -> pa.Table:
    """Only the wanted columns, dictionary-coded text and empty columns in their plain type."""
    data = data.select([name for name in data.column_names if name in columns])
    if len(set(data.column_names)) != data.num_columns:
        raise InputError([f"{what}中有重名的列。"])
    for position, field in enumerate(data.schema):
        if pa.types.is_dictionary(field.type):
            data = data.set_column(position, field.name, data.column(position).cast(field.type.value_type))
        elif pa.types.is_null(field.type):
            data = data.set_column(position, field.name, data.column(position).cast(columns[field.name]))
    return data


def _fits(there: dt.DataType, wanted: pa.DataType) -> bool:
    if there.is_null():
        return True
    if pa.types.is_decimal(wanted):
        return there.is_integer() or (there.is_decimal() and there.scale is not None and there.scale <= 4)
    if pa.types.is_list(wanted):
        return there.is_array() and (there.value_type.is_string() or there.value_type.is_null())
    if pa.types.is_integer(wanted):
        return there.is_integer()
    if pa.types.is_boolean(wanted):
        return there.is_boolean()
    if pa.types.is_date(wanted):
        return there.is_date() or there.is_timestamp()
    return there.is_string()


def _described(wanted: pa.DataType) -> str:
    if pa.types.is_decimal(wanted):
        return "最多四位小数的十进制数（不用浮点数）"
    if pa.types.is_list(wanted):
        return "文字列表"
    if pa.types.is_integer(wanted):
        return "整数"
    if pa.types.is_boolean(wanted):
        return "是或否"
    return "日期" if pa.types.is_date(wanted) else "文字"
