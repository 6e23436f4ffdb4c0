"""The engine equals a slow plain reference on any round and any scheme, and does not care how the rows lie."""

import random
from decimal import Decimal

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chuangwen.scoring.engine import OBSERVATIONS, contributions, example_schemes, read_scheme, schema_of, score
from chuangwen.scoring.engine.result import split_key

from . import reference

KINDS = st.sampled_from(["state_description", "pass_rate", "loss_per_observation"])
SHIPPED = KINDS.map(lambda kind: example_schemes()[kind])
EXAMPLES = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def text(*values):
    return st.sampled_from(values)


def one_observation():
    return st.fixed_dictionaries({
        "serial": text(None, "", "1", "2", "3"), "section": text("材料", "实地", "实地", "", None),
        "indicator": text("甲", "乙", "甲/乙", "", None), "sub_indicator": text("", "1", "2", None),
        "criterion": text("", "净", "序", None), "site": text("点1", "点2", None), "site_type": text("市场", "公园", "", None),
        "area": text("东街", "西街", "", None), "departments": st.none() | st.lists(text("城管局", "住建局", ""), max_size=3),
        "placed": text(True, True, True, None, False), "grade": text("A", "B", "C", "D", "c#", " a", "E", "", None),
        "defects": st.none() | st.integers(-1, 5), "conform": text(True, False, None),
        "loss": st.none() | st.decimals("-0.2", "1.2", places=4) | text(*map(Decimal, ("0.1", "0.2", "1"))),
        "weight": text(*map(Decimal, ("1", "2.5", "0.0001", "0", "-1")), None),
    })


@st.composite
def schemes(draw):
    kind = draw(KINDS)
    amount = text("1", "2.5", "40")

    def level(*methods):
        return st.fixed_dictionaries(
            {"method": text(*methods), "marks": st.none() | amount},
            optional={"marks_by_name": st.dictionaries(text("甲", "1", "实地"), amount, max_size=1)},
        )

    def place():
        return st.fixed_dictionaries({"method": text("ratio_of_sums", "mean_of_means", "as_index"),
                                      "over": text("site_type", "section", "indicator", "sub_indicator", "criterion")})

    parts = ("ratio_of_sums", "sum_of_parts", "mean_of_means")
    levels = {name: draw(level(*parts)) for name in ("sub_indicator", "indicator", "section")}
    levels["criterion"] = {"marks": draw(amount), "marks_by_name": draw(st.dictionaries(text("净", ""), amount, max_size=1))}
    levels["criterion"]["marks_by_name"].pop("", None)
    levels["index"] = {"method": draw(text(*parts, "weighted_sections")), "marks": draw(st.none() | amount)}
    levels |= {name: draw(place()) for name in ("area", "department", "site_type", "site")}
    if levels["area"]["method"] == "mean_of_means" and levels["area"]["over"] == "site_type":
        levels["area"]["impute"] = draw(text("none", "city_mean"))
    document = {"schema": 1, "kind": kind, "name": "试", "version": "1", "levels": levels,
                "ranking": {"smallest_sample": draw(st.integers(0, 3))}, "missing_section": draw(text("leave_out", "zero"))}
    if levels["index"]["method"] == "weighted_sections":
        document["section_weights"] = {"材料": "40", "问卷": "20"}
    if kind == "loss_per_observation":
        document[kind] = {"steps": draw(st.just([]) | st.just(["0.1", "0.2"])), "empty_loss": draw(text("zero", "missing"))}
    if kind == "state_description":
        document[kind] = {"pass_or_fail": draw(st.just([]) | st.just(["净"]))}
    return read_scheme(document)


rounds = st.lists(one_observation(), max_size=25).map(
    lambda rows: [{**row, "observation_id": number, "source_row": number + 1, "observed_on": None} for number, row in enumerate(rows)]
)


def table(rows) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=schema_of(OBSERVATIONS))


def path_of(row):
    if row.level not in reference.TREE:
        return (row.key,)
    if row.level == "index":
        return ()
    names = split_key(row.key)
    return tuple(names if len(names) == reference.TREE.index(row.level) else ["", *names])


@pytest.fixture(scope="module")
def backend():
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


@EXAMPLES
@given(rows=rounds, scheme=schemes())
def test_every_score_equals_the_plain_reference(backend, rows, scheme):
    result = score(table(rows), scheme, backend=backend)
    found = {(row.level, path_of(row)): (row.possible_exact, row.got_exact, row.counted, row.read) for row in result.rows}
    expected = reference.scores(rows, scheme)
    assert found == expected
    for level in ("area", "department", "site_type"):
        values = {row.key: (row.rate_exact, row.counted) for row in result.level(level)}
        assert {row.key: row.rank for row in result.level(level)} == reference.ranks(values, scheme.ranking.smallest_sample)


@pytest.mark.long
@EXAMPLES
@given(rows=rounds, scheme=schemes(), seed=st.integers(0, 100))
def test_neither_order_nor_splitting_changes_anything(tmp_path_factory, backend, rows, scheme, seed):
    shuffled = random.Random(seed).sample(rows, len(rows))
    folder = tmp_path_factory.mktemp("split")
    cut = len(rows) // 3
    files = []
    for number, piece in enumerate((shuffled[:cut], shuffled[cut:])):
        files.append(folder / f"{number}.parquet")
        pq.write_table(table(piece), files[-1])
    whole = score(table(rows), scheme, backend=backend)
    assert score(table(shuffled), scheme, backend=backend) == whole
    assert score(files, scheme, backend=backend) == whole
    assert score(backend.read_parquet([str(file) for file in files]), scheme, backend=backend) == whole


@EXAMPLES
@given(rows=rounds, scheme=SHIPPED)
def test_every_row_twice_changes_no_rate_and_doubles_what_is_counted(backend, rows, scheme):
    twice = rows + [{**row, "observation_id": row["observation_id"] + 1000} for row in rows]
    once, doubled = (score(table(some), scheme, backend=backend) for some in (rows, twice))
    assert [(row.level, row.key, row.rate, 2 * row.counted, 2 * row.read) for row in once.rows] == [
        (row.level, row.key, row.rate, row.counted, row.read) for row in doubled.rows
    ]


@EXAMPLES
@given(rows=rounds, scheme=SHIPPED)
def test_all_weights_scaled_alike_change_no_rate(backend, rows, scheme):
    scaled = [{**row, "weight": (Decimal(1) if row["weight"] is None else row["weight"]) * 3} for row in rows]
    one, other = (score(table(some), scheme, backend=backend) for some in (rows, scaled))
    assert [(row.key, row.rate, row.rank) for row in one.rows] == [(row.key, row.rate, row.rank) for row in other.rows]


@pytest.mark.long
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=rounds, scheme=schemes())
def test_what_a_score_counted_is_exactly_what_it_opens_down_to(backend, rows, scheme):
    result = score(table(rows), scheme, backend=backend)
    for row in result.rows[:8] + result.level("area") + result.level("department"):
        behind = contributions(table(rows), scheme, level=row.level, key=row.key, backend=backend).to_pylist()
        own = [entry for entry in behind if entry["role"] == "own"]
        assert (sum(entry["counted"] for entry in own), len(own)) == (row.counted, row.read)


@EXAMPLES
@given(rows=rounds, scheme=schemes())
def test_every_row_is_counted_or_has_a_reason(backend, rows, scheme):
    result = score(table(rows), scheme, backend=backend)
    coverage = result.coverage
    assert coverage.rows_read == len(rows) == coverage.rows_counted + sum(coverage.reasons.values())
    told = {row["id"] for row in result.uncounted.to_pylist()}
    assert told == {row["observation_id"] for row in rows if reference.worth({**row, "placed": row["placed"]}, scheme) is None}
    serials = [row["serial"] for row in rows if row["serial"]]
    assert coverage.duplicate_serials == sorted({serial for serial in serials if serials.count(serial) > 1})
