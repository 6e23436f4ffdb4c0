"""The REST resource: facts once however often they are sent, doubles as 409 with the facts that are there, totals exact."""

import json
from datetime import datetime

import pytest
from django.test import Client

from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.ledger.models import Fact
from chuangwen.ledger.tests.ground import make_metric
from chuangwen.people import actions as people


@pytest.fixture(autouse=True)
def _today():
    with clock.at(datetime(2026, 11, 21, 10, tzinfo=clock.LOCAL)):
        yield


@pytest.fixture
def api(town):
    class Api:
        def __init__(self):
            self.tokens = {role: people.make_token(SYSTEM, town.accounts[role], "t") for role in ("clerk", "liaison", "leader")}

        def post(self, path, body, role="clerk", **headers):
            auth = {"Authorization": f"Bearer {self.tokens[role]}"} | {
                name.replace("_", "-"): value for name, value in headers.items()
            }
            return Client().post(f"/api/v1/ledger/{path}", json.dumps(body), content_type="application/json", headers=auth)

        def get(self, path, role="clerk", **query):
            return Client().get(f"/api/v1/ledger/{path}", query, headers={"Authorization": f"Bearer {self.tokens[role]}"})

    return Api()


def body(town, **more):
    return {"metric": "sum", "quantity": "12.5", "day": "2026-11-20", "unit_id": town.units["community"].pk} | more


def test_a_fact_is_stored_once_under_one_key_and_doubles_are_told(town, api):
    make_metric()
    first = api.post("facts", body(town), Idempotency_Key="k1")
    assert first.status_code == 201 and first.json()["quantity"] == "12.5" and first.json()["source"] == "system"
    assert api.post("facts", body(town), Idempotency_Key="k1").json() == first.json()
    asked = api.post("facts", body(town), Idempotency_Key="k2")
    assert (
        asked.status_code == 409
        and asked.json()["code"] == "ledger.double"
        and asked.json()["fields"]["facts"] == [first.json()["id"]]
    )
    assert api.post("facts", body(town, double="leave")).status_code == 200
    assert Fact.objects.count() == 1
    made = api.post("facts", body(town, quantity="3", double=f"correct:{first.json()['id']}"))
    assert made.status_code == 201 and made.json()["corrects"] == first.json()["id"]
    chain = api.get(f"facts/{first.json()['id']}/chain").json()
    assert [(one["quantity"], one["counts"]) for one in chain] == [("12.5", False), ("3", True)]


def test_corrections_withdrawals_and_totals(town, api):
    make_metric()
    make_metric("share", digits=1)
    one = api.post("facts", body(town)).json()["id"]
    two = api.post(f"facts/{one}/correct", {"quantity": "10.0001", "reason": "改"})
    assert two.status_code == 201 and api.post(f"facts/{one}/correct", {"quantity": "1", "reason": "改"}).status_code == 409
    api.post("facts", body(town, metric="share", quantity="2", out_of="3"))
    found = {item["metric"]: item for item in api.get("totals", start="2026-11-01", end="2026-11-30").json()["items"]}
    assert (found["sum"]["numerator"], found["sum"]["denominator"], found["sum"]["facts"]) == ("100001", "10000", 1)
    assert (found["share"]["numerator"], found["share"]["denominator"], found["share"]["total"]) == ("2", "3", "66.7")
    api.post(f"facts/{two.json()['id']}/withdraw", {"reason": "误报"})
    assert api.get("totals", start="2026-11-01", end="2026-11-30", metric="sum").json()["items"][0]["total"] is None


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"quantity": "-1"}, 422),
        ({"quantity": "NaN"}, 422),
        ({"quantity": "1.00001"}, 422),
        ({"day": "2027-01-01"}, 422),
        ({"metric": "none"}, 404),
        ({"unit_id": 10**9}, 404),
        ({"unit_id": 10**30}, 422),
        ({"division_code": "000000000000"}, 404),
        ({"site": "none"}, 404),
        ({"out_of": "3"}, 422),
        ({"photo_ids": [10**9]}, 422),
        ({"operation": "x" * 61}, 422),
    ],
)
def test_what_cannot_be_is_refused(town, api, more, status):
    make_metric()
    assert api.post("facts", body(town, **more)).status_code == status and not Fact.objects.exists()


def test_units_record_for_themselves_and_leaders_read(town, api):
    make_metric()
    assert api.post("facts", body(town), role="liaison").status_code == 403
    assert api.post("facts", body(town), role="leader").status_code == 403
    one = api.post("facts", body(town)).json()["id"]
    assert api.get(f"facts/{one}", role="leader").status_code == 200
    assert api.get(f"facts/{one}", role="liaison").status_code == 404
    assert api.get("facts", role="liaison").json()["items"] == [] and len(api.get("metrics").json()) == 1
