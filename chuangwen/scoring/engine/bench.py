"""How fast the engine is, beside the same score worked out in plain pandas and as plain SQL aggregates in SQLite; and the engine
with the scheme unchanged on a Spark cluster that it starts on loopback (`cluster`).

`run(rows)` generates a round from a seed as Parquet, lets each engine score it in a process of its own, compares every result
with every other and gives seconds, rows per second and peak memory. What is timed: from the file on disk to the finished
scores, without the start of the interpreter and its imports; SQLite's import of the file (`load_seconds`) and the start of the
cluster (`start_seconds`) are told apart and not counted. Peak memory of Spark is that of all its processes together. The score
is kind 3: sub-indicators, indicators, index, areas, departments, site types and sites, with the rows that do not count and the
serial numbers that occur twice.

    python -m chuangwen.scoring.engine.bench ROWS [ENGINE,ENGINE...]
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

SECTIONS, INDICATORS, SUB_INDICATORS, SITE_TYPES, AREAS, DEPARTMENTS = 3, 30, 4, 50, 40, 30
LOSSES = (0, 0, 0, 0, 0, 0, 0, 1000, 1000, 2000, 3000, 10000)
PLACES = ("area", "site_type", "site")
Result = dict[str, Any]


@dataclass
class Contender:
    """An engine that is ready: `work` is timed, `summary` makes its answer comparable, `peak_mib` is asked when it has worked."""

    work: Callable[[], Any]
    summary: Callable[[Any], Result] = lambda result: result
    more: dict[str, float] = field(default_factory=dict)
    peak_mib: Callable[[], int] | None = None


def run(rows: int, engines: Sequence[str] = ("duckdb", "pandas", "sqlite"), seed: int = 20161121) -> dict[str, Any]:
    """{"engines": {NAME: {"seconds", "rows_per_s", "peak_mib", ...}}, "equal": bool, "rows": rows}.

    Raises ValueError for an engine that is not known, ClusterError where Spark cannot run, RuntimeError when one fails.
    """
    unknown = [engine for engine in engines if engine not in ENGINES]
    if unknown:
        raise ValueError(f"unknown engine: {', '.join(unknown)}")
    if "spark" in engines:
        from .cluster import java

        java()
    measured: dict[str, dict[str, float]] = {}
    results = []
    with tempfile.TemporaryDirectory(prefix="chuangwen-bench-") as folder:
        data = Path(folder) / "observations.parquet"
        _in_process("generate", data, str(rows), str(seed))
        for engine in engines:
            answer = _in_process(engine, data)
            results.append(answer.pop("result"))
            measured[engine] = {**answer, "rows_per_s": round(rows / answer["seconds"]) if answer["seconds"] else 0}
    return {"engines": measured, "equal": all(result == results[0] for result in results), "rows": rows}


def _in_process(task: str, data: Path, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "chuangwen.scoring.engine.bench", "--task", task, str(data), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{task}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def generate(path: Path, rows: int, seed: int) -> dict[str, Any]:
    """Write the generated round: one Parquet file with the engine's columns; about 1 in 500 rows cannot be placed."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    sites = max(50, min(20_000, rows // 200))
    losses = "[" + ",".join(str(loss) for loss in LOSSES) + "]"
    connection.execute(f"""
        COPY (
            SELECT id AS observation_id, '点' || (id - (h3 % 1000 = 0)::INT) AS serial,
                   '项目' || (criterion % {INDICATORS} % {SECTIONS}) AS section,
                   '指标' || (criterion % {INDICATORS}) AS indicator,
                   (criterion // {INDICATORS})::VARCHAR AS sub_indicator, '' AS criterion,
                   '点位' || site AS site, '类型' || (site % {SITE_TYPES}) AS site_type,
                   CASE WHEN site % 7 > 0 THEN '区域' || (site % {AREAS}) END AS area,
                   CASE WHEN h1 % 4 = 0 THEN []::VARCHAR[] WHEN h1 % 4 = 1 THEN ['部门' || (h2 % {DEPARTMENTS})]
                        ELSE ['部门' || (h2 % {DEPARTMENTS}), '部门' || ((h2 % {DEPARTMENTS} + 7) % {DEPARTMENTS})]
                        END AS departments,
                   id + 1 AS source_row, h3 % 500 > 0 AS placed,
                   CASE WHEN h2 % 3 > 0
                        THEN (({losses})[(h1 // 4 % {len(LOSSES)})::INT + 1]::DECIMAL(9, 4) / 10000)::DECIMAL(9, 4)
                        END AS loss,
                   (1 + h3 // 1000 % 2 / 2)::DECIMAL(9, 4) AS weight, DATE '2026-01-01' + (id % 365)::INT AS observed_on
            FROM (SELECT range::BIGINT AS id, hash(range + {seed}) // 2 AS h1, hash(range * 3 + {seed} + 1) // 2 AS h2,
                         hash(range * 7 + {seed} + 2) // 2 AS h3,
                         (hash(range * 11 + {seed}) % {INDICATORS * SUB_INDICATORS})::INT AS criterion,
                         (hash(range * 13 + {seed}) % {sites})::INT AS site FROM range(1, {rows + 1}))
        ) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
    """)
    return {"rows": rows}


def _scheme() -> dict[str, Any]:
    return {
        "schema": 1, "kind": "loss_per_observation", "name": "测速", "version": "1",
        "loss_per_observation": {"steps": ["0.1", "0.2", "0.3", "1"]},
    }


def with_engine(path: Path, stack: ExitStack) -> Contender:
    """The engine itself, on DuckDB."""
    from .run import score

    return Contender(lambda: score(str(path), _scheme()), _summary)


def with_spark(path: Path, stack: ExitStack) -> Contender:
    """The engine on a Spark standalone cluster: one master, two workers, on loopback. Spark reads the Parquet file itself."""
    from .cluster import cluster
    from .run import score

    begin = time.perf_counter()
    running = stack.enter_context(cluster())
    started = round(time.perf_counter() - begin, 3)
    return Contender(
        lambda: score(str(path), _scheme(), backend=running.backend), _summary,
        {"start_seconds": started, "workers": running.workers}, lambda: running.peak_mib() + _own_peak(),
    )


def _summary(scores: Any) -> Result:
    rows = {}
    for row in scores.rows:
        if row.level not in ("section", "criterion"):
            rows[f"{row.level}|{row.key}"] = _told(row.possible_exact, row.got_exact, row.counted, row.rank)
    return _result(rows, scores.coverage.rows_read, scores.coverage.rows_counted, scores.coverage.duplicate_serial_count)


def with_pandas(path: Path, stack: ExitStack) -> Contender:
    """Plain pandas, with losses and weights as whole ten-thousandths so that it is exact too."""
    import pandas
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    columns = ["observation_id", "serial", "section", "indicator", "sub_indicator", *PLACES, "departments"]
    columns += ["placed", "loss", "weight"]

    def units(column) -> Any:
        return pc.cast(pc.multiply(column, 10000), "int64", safe=False)

    def work() -> Any:
        table = pq.read_table(path, columns=columns)
        for name in ("loss", "weight"):
            table = table.set_column(table.column_names.index(name), name, units(table[name]))
        frame = table.to_pandas()
        read = frame.fillna({"area": ""})
        if read.observation_id.duplicated().any():
            raise ValueError("observation_id")
        loss = read.loss.fillna(0).astype("int64")
        read["counted"] = read.placed & loss.isin(sorted(set(LOSSES)))
        good = read[read.counted].copy()
        good["got"] = (10000 - loss[read.counted]) * good.weight

        def grouped(frame, keys):
            return frame.groupby(keys, sort=False).agg(got=("got", "sum"), weight=("weight", "sum"), n=("got", "size"))

        sums = {place: grouped(good[good[place] != ""], [place]) for place in PLACES}
        named = good[["departments", "got", "weight"]].explode("departments").dropna(subset=["departments"])
        sums["department"] = grouped(named, ["departments"])
        tree = grouped(good, ["section", "indicator", "sub_indicator"])
        twice = int((read.serial.value_counts() > 1).sum())
        return _finished(
            [(key, row.got, row.weight, row.n) for key, row in zip(tree.index, tree.itertuples(), strict=True)],
            {name: [(key, row.got, row.weight, row.n) for key, row in zip(frame.index, frame.itertuples(), strict=True)]
             for name, frame in sums.items()},
            len(read), len(good), twice,
        )

    _ = pandas
    return Contender(work)


def with_sqlite(path: Path, stack: ExitStack) -> Contender:
    """Plain SQL aggregates in SQLite over whole ten-thousandths; departments in a table of their own, as one would keep them."""
    import sqlite3

    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    database = sqlite3.connect(path.with_suffix(".sqlite"))
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    database.execute(
        "CREATE TABLE observation (id INTEGER PRIMARY KEY, serial, section, indicator, sub_indicator, site, site_type, area, "
        "placed, loss, weight)"
    )
    database.execute("CREATE TABLE department (observation INTEGER, name)")
    begin = time.perf_counter()
    names = ["observation_id", "serial", "section", "indicator", "sub_indicator", "site", "site_type", "area", "placed"]
    for batch in pq.ParquetFile(path).iter_batches(100_000):
        amounts = [pc.cast(pc.multiply(batch[name], 10000), "int64", safe=False).to_pylist() for name in ("loss", "weight")]
        columns = [batch[name].to_pylist() for name in names]
        database.executemany(f"INSERT INTO observation VALUES ({','.join('?' * 11)})", zip(*columns, *amounts, strict=True))
        pairs = zip(columns[0], batch["departments"].to_pylist(), strict=True)
        database.executemany("INSERT INTO department VALUES (?, ?)", ((id_, name) for id_, list_ in pairs for name in list_))
    database.commit()
    loaded = time.perf_counter() - begin
    allowed = ",".join(str(loss) for loss in sorted(set(LOSSES)))
    good = f"placed AND coalesce(loss, 0) IN ({allowed})"
    sums = "sum((10000 - coalesce(loss, 0)) * weight), sum(weight), count(*)"

    def work() -> Result:
        tree = [
            ((row[0], row[1], row[2]), *row[3:])
            for row in database.execute(
                f"SELECT section, indicator, sub_indicator, {sums} FROM observation WHERE {good} GROUP BY 1, 2, 3"
            )
        ]
        places = {
            place: database.execute(
                f"SELECT {place}, {sums} FROM observation WHERE {good} AND {place} <> '' GROUP BY 1"
            ).fetchall()
            for place in PLACES
        }
        places["department"] = database.execute(
            f"SELECT name, {sums} FROM department JOIN observation ON observation.id = department.observation "
            f"WHERE {good} GROUP BY 1"
        ).fetchall()
        read, counted = database.execute(f"SELECT count(*), sum({good}) FROM observation").fetchone()
        twice = database.execute(
            "SELECT count(*) FROM (SELECT 1 FROM observation GROUP BY serial HAVING count(*) > 1)"
        ).fetchone()[0]
        return _finished(tree, places, read, counted, twice)

    return Contender(work, more={"load_seconds": round(loaded, 3)})


ENGINES = {"duckdb": with_engine, "spark": with_spark, "pandas": with_pandas, "sqlite": with_sqlite}


def _finished(tree, places, read: int, counted: int, twice: int) -> Result:
    """The upper part of the arithmetic, for the engines that only sum: means, sums of means, rates and ranks as rationals."""
    rows: dict[str, list] = {}
    upper: dict[str, list] = defaultdict(lambda: [Fraction(0), Fraction(0), 0])
    for (section, indicator, sub_indicator), got, weight, number in tree:
        mean = Fraction(int(got), int(weight) * 10000)
        rows[f"sub_indicator|{section}/{indicator}/{sub_indicator}"] = _told(Fraction(1), mean, number, None)
        for name in (f"indicator|{section}/{indicator}", "index|index"):
            upper[name][0] += 1
            upper[name][1] += mean
            upper[name][2] += number
    rows |= {name: _told(possible, got, number, None) for name, (possible, got, number) in upper.items()}
    for level, sums in places.items():
        rates = {}
        for key, got, weight, number in sums:
            name = key[0] if isinstance(key, tuple) else key
            possible, points = Fraction(int(weight), 10000), Fraction(int(got), 10**8)
            rates[name] = (points / possible, possible, points, number)
        order: dict[Fraction, int] = {}
        for place, rate in enumerate(sorted((rate for rate, *_ in rates.values()), reverse=True), start=1):
            order.setdefault(rate, place)
        for name, (rate, possible, points, number) in rates.items():
            rows[f"{level}|{name}"] = _told(possible, points, number, None if level == "site" else order[rate])
    return _result(rows, read, counted, twice)


def _told(possible: Fraction, got: Fraction, counted: int, rank: int | None) -> list:
    return [str(possible), str(got), int(counted), rank]


def _result(rows: dict[str, list], read: int, counted: int, twice: int) -> Result:
    return {"rows": rows, "read": int(read), "counted": int(counted), "duplicate_serials": int(twice)}


def _task(task: str, data: Path, arguments: list[str]) -> dict[str, Any]:
    if task == "generate":
        return generate(data, int(arguments[0]), int(arguments[1]))
    with ExitStack() as stack:
        contender = ENGINES[task](data, stack)
        begin = time.perf_counter()
        finished = contender.work()
        seconds = time.perf_counter() - begin
        peak = (contender.peak_mib or _own_peak)()
    return {"seconds": round(seconds, 3), "peak_mib": peak, **contender.more, "result": contender.summary(finished)}


def _own_peak() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2))


def main(arguments: list[str]) -> None:
    """Print one JSON line: a measurement, or (with --task) what a process of a measurement answers."""
    if arguments[:1] == ["--task"]:
        print(json.dumps(_task(arguments[1], Path(arguments[2]), arguments[3:])))
        return
    engines = arguments[1].split(",") if len(arguments) > 1 else ["duckdb", "pandas", "sqlite"]
    print(json.dumps(run(int(arguments[0]), engines), indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
