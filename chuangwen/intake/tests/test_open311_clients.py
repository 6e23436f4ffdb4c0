"""The interface as real clients use it: ``georeport`` and ``three`` from PyPI against a running server, and its description held to its word."""

import itertools
import re

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from georeport import GeoReport
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from chuangwen.cases.models import Case
from chuangwen.cases.tests.loop import Loop
from chuangwen.intake.models import Report
from chuangwen.intake.open311.actions import make_key
from chuangwen.intake.open311.queries import jurisdiction
from chuangwen.intake.tests.conftest import PLACE
from chuangwen.kernel.access import SYSTEM
from chuangwen.testing.pictures import jpeg

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
UNPACKED = {"Accept-Encoding": "identity"}
EXAMPLES = 15
live = pytest.mark.django_db(transaction=True)


@pytest.fixture
def three(monkeypatch):
    """The library was written for Python 2: the one name that is gone is put back, nothing else is touched."""
    monkeypatch.setattr(itertools, "ifilter", filter, raising=False)
    import three as library

    return library


@pytest.fixture
def client(live_server, ground, three):
    """``three`` with a key, as its own documentation uses it."""
    return three.Three(f"{live_server.url}/open311/v2", api_key=make_key(SYSTEM, name="三方应用"), jurisdiction=jurisdiction())


def brought(client, **more) -> Case:
    facts = {"lat": PLACE[0], "long": PLACE[1], "description": "路灯不亮"} | more
    (answer,) = client.post("sticker", **facts)
    return Case.objects.get(number=answer["service_request_id"])


@live
def test_three_discovers_posts_with_a_photo_and_follows_to_the_end(client, ground, tmp_path):
    assert client.discovery()["endpoints"][0]["url"] + "/" == client.endpoint
    assert "sticker" in {service["service_code"] for service in client.services()}
    assert client.services("sticker")["service_code"] == "sticker"
    picture = tmp_path / "photo.jpg"
    picture.write_bytes(jpeg(3))
    with picture.open("rb") as media:
        case = brought(client, name="小明 王", phone="19900000002", media=media)
    assert case.photo_links.count() == 1 and Report.objects.get(case=case).contact
    assert client.request(case.number)[0]["status"] == "open"
    loop = Loop(ground)
    for verb in ("dispatch", "sign_for", "submit", "verify", "close"):
        case = loop.do(verb, case)
    assert client.request(case.number)[0]["status"] == "closed"
    assert [row["service_request_id"] for row in client.requests("sticker", status="closed", count=5)] == [case.number]
    day = case.reported_at.strftime("%m-%d-%Y")
    assert [row["service_request_id"] for row in client.requests(start="11-01-2026" if day > "11-01-2026" else day)] in ([], [case.number])


@live
def test_three_is_told_what_is_wrong(client, three):
    assert client.post("nothing", lat=PLACE[0], long=PLACE[1])[0]["code"] == 404
    stranger = three.Three(client.endpoint, api_key="guessed")
    assert stranger.post("sticker", lat=PLACE[0], long=PLACE[1])[0]["code"] == 403
    assert client.request("19990101-0001")[0]["code"] == 404
    assert not Case.objects.exists()


@live
@pytest.mark.parametrize("form", ["json", "xml"])
def test_georeport_reads_services_definitions_and_requests_in_both_formats(client, live_server, form):
    cases = {brought(client).number, brought(client).number}
    reader = GeoReport(f"{live_server.url}/open311/v2", jurisdiction=jurisdiction(), output_format=form)
    services = reader.get_service_list()
    assert "sticker" in {service["service_code"] for service in services}
    assert reader.get_service_definition("sticker")["service_code"] == "sticker"
    found = reader.get_service_requests(service_code="sticker", status="open")
    assert {row["service_request_id"] for row in found} == cases
    number = min(cases)
    assert reader.get_service_request(number)["service_request_id"] == number
    single = reader.get_service_requests(service_request_id=number)
    single = single if isinstance(single, list) else [single]
    assert [row["service_request_id"] for row in single] == [number]


def described():
    return schemathesis.openapi.from_wsgi("/open311/v2/openapi.json", get_wsgi_application())


def operations():
    return [result.ok() for result in described().get_all_operations()]


@pytest.mark.django_db
def test_every_address_of_the_interface_is_described(ground):
    told = {re.sub(r"\{\w+\}", "x", one.path) for one in operations()}
    assert told == {
        f"/{name}.{form}" for name in ("discovery", "services", "services/x", "requests", "requests/x", "tokens/x") for form in ("json", "xml")
    }
    assert sum(one.method.upper() == "POST" for one in operations()) == 2


@pytest.mark.django_db
def test_whatever_is_sent_the_answer_is_as_described(ground, settings, monkeypatch, kept_connection):
    settings.ALLOWED_HOSTS = ["*"]
    monkeypatch.setattr("chuangwen.intake.open311.views.READS_A_MINUTE", 10**6)
    key = make_key(SYSTEM, name="测试", per_hour=100_000)
    number = Loop(ground).report().number
    wrong = []
    for operation in operations():
        try:
            tried(operation, key, number)()
        except BaseException as problem:  # groups of failures are no Exception
            wrong.append(f"{operation.method} {operation.path}: {said(problem)}")
    assert not wrong, "\n".join(wrong)


def tried(operation, key: str, number: str):
    """Sends generated requests, every other one with a key that holds and to things that are there."""
    turn = itertools.count()
    there = {"service_code": "sticker", "service_request_id": number}

    @seeded(20261130)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def try_out(case):
        if next(turn) % 2:
            case.path_parameters = {name: there.get(name, value) for name, value in (case.path_parameters or {}).items()}
            case.query = {name: value for name, value in (case.query or {}).items() if name not in ("api_key", "jurisdiction_id")}
            if isinstance(case.body, dict):
                held = {"api_key": key, "service_code": "sticker", "lat": str(PLACE[0]), "long": str(PLACE[1])}
                case.body = {name: value for name, value in case.body.items() if name != "jurisdiction_id"} | held
        with transaction.atomic():
            answer = case.call(headers=UNPACKED)
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)

    return try_out


def said(problem: BaseException) -> str:
    parts = getattr(problem, "exceptions", None)
    text = " | ".join(said(part) for part in parts) if parts else f"{type(problem).__name__}: {problem}"
    return re.sub(r"\s+", " ", text)[:900]
