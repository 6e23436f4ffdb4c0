"""The engine gives the figures of a real third-party round exactly: Wujiang street, 2016, 228 observations."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook

from chuangwen.scoring.engine import OBSERVATIONS, example_schemes, schema_of, score

ROUND = Path(__file__).resolve().parents[5] / "shared" / "real" / "wujiang-2016"
pytestmark = pytest.mark.skipif(not ROUND.exists(), reason="the real round is not beside the repository")


def observations() -> pa.Table:
    rows = CalamineWorkbook.from_path(ROUND / "observations.xlsx").get_sheet_by_name("模板").to_python()[1:]
    found = [observation(number, row) for number, row in enumerate(rows, start=2)]
    return pa.Table.from_pylist(found, schema=schema_of(OBSERVATIONS))


def observation(number: int, row: list) -> dict:
    serial, item, site, loss, _, area, *departments = row
    indicator, sub_indicator = re.fullmatch(r"(.*?)(\d*)", item).groups()
    return {
        "observation_id": number, "source_row": number, "serial": serial, "section": "", "indicator": indicator,
        "sub_indicator": sub_indicator, "criterion": "", "site": site, "site_type": site.rstrip("0123456789"),
        "area": area or None, "departments": [name for name in departments if name], "placed": True,
        "loss": None if loss == "" else Decimal(str(loss)), "weight": Decimal(1),
    }


@pytest.fixture(scope="module")
def result():
    return score(observations(), example_schemes()["loss_per_observation"])


@pytest.fixture(scope="module")
def expected():
    return json.loads((ROUND / "expected.json").read_text(encoding="utf-8"), parse_float=Decimal)


def test_every_indicator_is_the_sum_of_its_sub_indicators_means(result, expected):
    assert {row.name: {"possible": row.possible, "got": row.got} for row in result.level("indicator")} == expected["indicators"]


def test_the_index_counts_every_row(result, expected):
    index = result.row("index")
    assert {"possible": index.possible, "got": index.got, "rate": index.rate} == expected["index"]
    assert (index.counted, index.read) == (228, 228)


@pytest.mark.parametrize(("level", "name"), [("department", "departments"), ("area", "areas")])
def test_departments_and_areas_are_sums_over_what_names_them(result, expected, level, name):
    rows = {row.key: {"possible": row.possible, "got": row.got, "rate": row.rate} for row in result.level(level)}
    assert rows == expected[name]


def test_full_departments_share_the_first_place(result):
    ranks = sorted(row.rank for row in result.level("department"))
    assert ranks == [1] * 9 + [10, 11, 12, 13, 14]


def test_coverage_names_the_serial_numbers_that_occur_twice(result, expected):
    coverage = result.coverage
    assert coverage.rows_read == coverage.rows_counted == expected["rows"]
    assert (coverage.rows_unplaced, coverage.sites, coverage.losses) == (0, expected["sites"], expected["losses"])
    assert coverage.duplicate_serials == ["吴江街道21", "吴江街道57", "吴江街道65"]
