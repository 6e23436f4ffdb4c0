"""The bench measures the same score on every engine, and says so only when it is the same."""

import ibis
import pytest

from chuangwen.scoring.engine import bench, example_schemes, score

from .tables import observations


def test_three_engines_give_the_same_scores():
    pytest.importorskip("pandas")
    answer = bench.run(3000, seed=7)
    assert answer["equal"] is True
    assert list(answer["engines"]) == ["duckdb", "pandas", "sqlite"]
    assert all(engine["seconds"] > 0 and engine["rows_per_s"] > 0 and engine["peak_mib"] > 0 for engine in answer["engines"].values())


def test_a_different_result_is_not_called_equal(monkeypatch):
    results = iter([{"rows": 1}, {"rows": 2}])
    answers = {"generate": dict, "duckdb": lambda: {"seconds": 1, "result": next(results)}}
    answers["sqlite"] = answers["duckdb"]
    monkeypatch.setattr(bench, "_in_process", lambda task, *_: answers[task]())
    assert bench.run(10, engines=("duckdb", "sqlite"))["equal"] is False


def test_an_unknown_engine_is_named():
    with pytest.raises(ValueError, match="abacus"):
        bench.run(10, engines=("abacus",))


def test_the_generated_round_holds_what_the_score_must_cope_with(tmp_path):
    bench.generate(tmp_path / "o.parquet", 20_000, 1)
    coverage = score(tmp_path / "o.parquet", example_schemes()["loss_per_observation"]).coverage
    assert coverage.rows_read == 20_000
    assert coverage.rows_unplaced > 0 and coverage.duplicate_serial_count > 0 and coverage.losses > 0


def test_an_ibis_table_is_scored_where_it_lives_and_nothing_is_left_there():
    connection = ibis.duckdb.connect()
    connection.con.register("mine", observations({"loss": "0.5"}))
    before = connection.list_tables()
    table = connection.table("mine")
    assert score(table, example_schemes()["loss_per_observation"]).row("index").counted == 0
    assert score(table.mutate(loss=ibis.literal("0.2").cast("decimal(9,4)")), example_schemes()["loss_per_observation"]).row("index").got
    assert connection.list_tables() == before
    connection.disconnect()
