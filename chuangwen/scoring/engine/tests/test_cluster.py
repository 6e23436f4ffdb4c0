"""On a Spark cluster the engine gives what it gives on DuckDB, to the last digit, and nothing of the cluster stays behind."""

import json
import os
import random
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from chuangwen.scoring.engine import bench, cluster, example_schemes, score
from chuangwen.scoring.engine.appraisal import appraise, read_appraisal_scheme
from chuangwen.scoring.engine.appraisal.tests.test_measures import context, rate
from chuangwen.scoring.engine.appraisal.tests.test_measures import scheme as of_appraisal
from chuangwen.scoring.engine.appraisal.tests.test_places import cases_for

from .tables import bonuses, issues, observations, shipped


@pytest.fixture(scope="module")
def running():
    try:
        cluster.java()
    except cluster.ClusterError as missing:
        pytest.skip(str(missing))
    with cluster.cluster(executor_mib=768, driver_mib=512) as one:
        yield one


def some_round(rows: int, seed: int):
    """A round with everything that a round can have: gaps, wrong grades, repeated serials, weights, several departments."""
    pick = random.Random(seed)
    return observations(*(
        {
            "serial": pick.choice([None, "", *map(str, range(rows))]), "section": pick.choice(["材料审核", "实地考察", "", None]),
            "indicator": pick.choice(["甲", "乙", "甲/乙", "", None]), "sub_indicator": pick.choice(["", "1", "2", None]),
            "criterion": pick.choice(["消防通道畅通", "净", None]), "site": pick.choice(["点1", "点2", "点3", None]),
            "site_type": pick.choice(["市场", "公园", None]), "area": pick.choice(["东街", "西街", "", None]),
            "departments": pick.choice([None, [], ["城管局"], ["城管局", "住建局", "城管局"]]), "source_row": pick.choice([None, 7]),
            "placed": pick.random() > 0.1, "grade": pick.choice(["A", "B", "C", "D", "c#", "E", "", None]),
            "defects": pick.choice([None, -1, 0, 1, 2, 5]), "conform": pick.choice([True, False, None]),
            "loss": pick.choice([None, "0", "0.1", "0.3", "0.0333", "1", "1.2"]), "weight": pick.choice([None, "1", "2.5", "0.0001", "0"]),
            "observed_on": pick.choice([None, date(2026, 11, 1)]),
        }
        for _ in range(rows)
    ))


def same(one, other) -> None:
    assert one.rows == other.rows
    assert one.coverage == other.coverage
    assert one.uncounted.equals(other.uncounted)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["state_description", "pass_rate", "loss_per_observation"])
def test_a_round_has_the_same_scores_on_spark(running, tmp_path, kind):
    table = some_round(400, seed=11)
    scheme = shipped(kind, ranking={"smallest_sample": 3})
    same(score(table, scheme, backend=running.backend), score(table, scheme))
    for part in range(2):
        pq.write_table(table.slice(part * 200, 200), tmp_path / f"{part}.parquet")
    files = [tmp_path / "0.parquet", tmp_path / "1.parquet"]
    same(score(files, scheme, backend=running.backend), score(table, scheme))


@pytest.mark.long
def test_deductions_have_the_same_scores_on_spark(running):
    pick = random.Random(3)
    found = issues(*(
        {"unit": pick.choice(["甲局", "乙局", ""]), "severity": pick.choice(["轻微", "一般", "严重", "未知", None]),
         "source": pick.choice(["暗访", "群众反映", "上级交办", None]), "late": pick.choice([True, False, None]),
         "repeated": pick.choice([None, -1, 0, 1, 4])}
        for _ in range(300)
    ))
    given = bonuses(*(
        {"unit": pick.choice(["甲局", "丙局"]), "kind": pick.choice(["信息采用", "荣誉", "别的"]), "points": pick.choice(["0.5", "2.25", "-1"]),
         "evidence": pick.choice(["文号", ""])}
        for _ in range(40)
    ))
    scheme = example_schemes()["deduction"]
    same(score(issues=found, bonuses=given, scheme=scheme, backend=running.backend), score(issues=found, bonuses=given, scheme=scheme))


@pytest.mark.long
def test_an_amount_is_exact_where_a_double_would_not_be(running):
    table = observations(*({"sub_indicator": "1", "loss": "0.1", "weight": "0.1"} for _ in range(30)))
    row = score(table, example_schemes()["loss_per_observation"], backend=running.backend).row("index")
    assert row.rate_exact.limit_denominator(10) == row.rate_exact and row.rate == Decimal("0.900000")


@pytest.mark.long
@pytest.mark.parametrize(("missing", "follows"), [("breaks", ""), ("pass_over", "0")])
def test_an_appraisal_has_the_same_result_on_spark_and_a_period_not_signed_does_the_same_there(running, missing, follows):
    step = {"list": "black", "times": 2, "within": 2, "running": True, "missing": missing, "step": "talk"}
    rules = read_appraisal_scheme(of_appraisal(rate(), lists={"black": {"last": 1}}, consequences=[step]))
    about = context(
        "甲", "乙", earlier=["第45周", "第46周"], unsigned=["第46周"], standings=[{"period": "第45周", "unit": "乙", "mark": "black"}]
    )
    cases = cases_for({"甲": 18, "乙": 3})
    here, there = appraise({"cases": cases}, rules, about), appraise({"cases": cases}, rules, about, backend=running.backend)
    assert here.document(rules) == there.document(rules)
    assert there.row("乙").proposed == follows


@pytest.mark.long
def test_nothing_of_a_cluster_is_left_when_the_program_that_started_it_is_killed(tmp_path):
    try:
        cluster.java()
    except cluster.ClusterError as missing:
        pytest.skip(str(missing))
    program = (
        "import json, os, signal\nfrom chuangwen.scoring.engine.cluster import cluster\n"
        "with cluster(workers=1, executor_mib=512, driver_mib=512) as one:\n"
        "    print(json.dumps([*one.groups, one.driver]), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=590, check=False)
    groups = json.loads(done.stdout.splitlines()[-1])
    left = groups
    for _ in range(300):
        left = [group for group in groups if _alive(group)]
        if not left:
            break
        cluster.time.sleep(0.1)
    assert left == []


def _alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_what_a_cluster_needs_and_does_not_find_is_named(monkeypatch):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(cluster, "find_spec", lambda name: None)
    with pytest.raises(cluster.ClusterError, match="pyspark.*requirements/cluster.txt"):
        bench.run(10, engines=("duckdb", "spark"))
    monkeypatch.setattr(cluster, "find_spec", lambda name: os)
    monkeypatch.setattr(cluster.shutil, "which", lambda name, path=None: None)
    with pytest.raises(cluster.ClusterError, match="Java 17"):
        bench.run(10, engines=("spark",))
