"""Scores over REST: the figures of a sheet, exact and with their coverage."""

import json
from fractions import Fraction

import pytest

from chuangwen.kernel import importing
from chuangwen.scoring import actions
from chuangwen.scoring.install import install_schemes


@pytest.fixture
def sheet(town, wujiang):
    install_schemes()
    content = (wujiang / "observations.xlsx").read_bytes()
    importing.bring_in(town.actors["clerk"], "observations", content, {"round": "吴江"}, file_name="o.xlsx")
    return actions.compute_round(town.actors["clerk"], round_name="吴江")


def test_the_real_rounds_figures_are_given_exactly(sheet, sign_in, wujiang):
    client = sign_in("leader")
    expected = json.loads((wujiang / "expected.json").read_text())
    (listed,) = client.get("/api/v1/scores").json()["items"]
    assert (listed["counted"], listed["read"], listed["state"]) == (228, 228, "computed")
    told = client.get(f"/api/v1/scores/{sheet.pk}").json()
    for group in ("indicators", "departments", "areas"):
        for name, wanted in expected[group].items():
            assert {key: told["figures"][group][name][key] for key in wanted} == wanted, name
    rows = client.get(f"/api/v1/scores/{sheet.pk}/figures", {"level": "index"}).json()["items"]
    exact = Fraction(rows[0]["got_exact"]) / Fraction(rows[0]["possible_exact"])
    assert round(float(exact), 6) == expected["index"]["rate"]


def test_sheets_are_filtered_and_figures_paged(sheet, sign_in):
    client = sign_in("clerk")
    assert client.get("/api/v1/scores", {"state": "signed"}).json()["items"] == []
    first = client.get(f"/api/v1/scores/{sheet.pk}/figures", {"limit": 10}).json()
    second = client.get(f"/api/v1/scores/{sheet.pk}/figures", {"limit": 10, "after": first["next"]}).json()
    ids = [row["id"] for row in first["items"] + second["items"]]
    assert len(ids) == len(set(ids)) == 20


def test_other_towns_and_other_roles_get_nothing(sheet, other_town, sign_in):
    assert sign_in("clerk", other_town).get(f"/api/v1/scores/{sheet.pk}").status_code == 404
    assert sign_in("clerk", other_town).get(f"/api/v1/scores/{sheet.pk}/figures").status_code == 404
    assert sign_in("clerk", other_town).get("/api/v1/scores").json()["items"] == []
    assert sign_in("grid_worker").get("/api/v1/scores").status_code == 403
