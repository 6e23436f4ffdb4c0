"""What the API promises in its description it keeps: whatever is sent, no error of the program, and answers of the promised shape."""

import io
import itertools
import json
import logging
import re
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.files import File
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chuangwen.kernel.access import ROLES
from chuangwen.people.models import ApiToken
from tests.api_bodies import API_BODIES
from tests.counted_rows import counted_rows
from tests.routes import API, Route, routes
from tests.samples import sample_of
from tests.walk import posted
from tests.world import Place

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = [6, pytest.param(40, marks=pytest.mark.long)]
"""How many generated requests each operation gets."""
UNPACKED = {"Accept-Encoding": "identity"}
NAMES = {"GET": "reading", "POST": "writing"}


@pytest.fixture
def place(world, settings) -> Place:
    settings.ALLOWED_HOSTS = ["*"]
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    return world.here


def described() -> Any:
    """The description as a program reads it, served by the program itself."""
    return schemathesis.openapi.from_wsgi(f"{API}/openapi.json", get_wsgi_application())


@contextmanager
def taken_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def plain(path: str) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)


def operations(method: str) -> list[tuple[Any, Route]]:
    known = {plain(route.path): route for route in routes() if route.api}
    found = [result.ok() for result in described().get_all_operations()]
    return [(one, known[plain(re.sub(r"\{\w+:", "{", one.full_path))]) for one in found if one.method.upper() == method]


def test_every_address_of_the_api_is_described(place):
    told = {
        (one.method.upper(), plain(re.sub(r"\{\w+:", "{", one.full_path)))
        for one in (r.ok() for r in described().get_all_operations())
    }
    assert told == {(method, plain(route.path)) for route in routes() if route.api for method in route.methods}


def tried(operation: Any, route: Route, place: Place, headers: dict[str, str], examples: int) -> Any:
    """A function that sends so many generated requests, every other one to the record that stands for the address."""
    sample, count = sample_of(route), itertools.count()

    @seeded(20260311)
    @settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy())
    def try_out(case):
        if route.keys and next(count) % 2:
            case.path_parameters = sample.find(place, "clerk")
        with taken_back():
            answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)

    return try_out


@pytest.mark.parametrize("examples", EXAMPLES)
@pytest.mark.parametrize("method", ["GET", "POST"], ids=lambda method: NAMES[method])
def test_whatever_is_sent_the_answer_is_the_promised_one(place, method, examples):
    wrong: list[str] = []
    headers = {"Authorization": f"Bearer {place.tokens['clerk']}"} | UNPACKED
    for operation, route in operations(method):
        try:
            tried(operation, route, place, headers, examples)()
        except BaseException as problem:  # groups of failures are no Exception
            wrong.append(f"{method} {route.path}: {said(problem)}")
    assert not wrong, "\n".join(wrong)


def test_a_number_that_no_column_holds_is_refused(place):
    body = API_BODIES["/api/v1/meetings"](place, "clerk") | {"convener": 10**30}
    headers = {"Authorization": f"Bearer {place.tokens['clerk']}"}
    answer = Client(raise_request_exception=False).post("/api/v1/meetings", body, headers=headers, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def said(problem: BaseException) -> str:
    parts = getattr(problem, "exceptions", None)
    text = " | ".join(said(part) for part in parts) if parts else f"{type(problem).__name__}: {problem}"
    return re.sub(r"\s+", " ", text)[:900]


def posts() -> list[Route]:
    return [route for route in routes() if route.api and "POST" in route.methods]


def sent(place: Place, route: Route, role: str, key: str = "") -> Any:
    """POST the sample body as this role."""
    sample = sample_of(route)
    headers = {"Authorization": f"Bearer {place.tokens[role]}"} | ({"Idempotency-Key": key} if key else {})
    body = sample.body(place, role) if sample.body else {}
    for value in body.values():
        if isinstance(value, File):
            value.seek(0)
    return Client(raise_request_exception=False).post(route.url(sample.find(place, role)), headers=headers, **posted(route, body))


def who_may(place: Place, route: Route) -> str:
    """The first role whose sample is taken."""
    for role in ROLES:
        with taken_back():
            if sent(place, route, role).status_code < 300:
                return role
    raise AssertionError(f"POST {route.path}: no role gets its sample through; mend API_BODIES in tests/api_bodies.py")


def test_the_same_key_twice_makes_one_thing_and_gives_the_same_answer_at_every_post(place):
    for route in posts():
        role = who_may(place, route)
        with taken_back():
            body = sent_bytes(place, route, role)
            first = body("key-1")
            after = counted_rows(beside=(ApiToken,))
            second = body("key-1")
            assert (second.status_code, second.content) == (first.status_code, first.content), route.path
            assert first.status_code < 300 and second.headers.get("Idempotent-Replay") == "true", route.path
            assert counted_rows(beside=(ApiToken,)) == after, route.path


def sent_bytes(place: Place, route: Route, role: str):
    """A function that sends exactly the same bytes each time, with the key that it is given."""
    sample = sample_of(route)
    body = sample.body(place, role) if sample.body else {}
    address = route.url(sample.find(place, role))
    file = next((value for value in body.values() if isinstance(value, File)), None)
    if file is None:
        content, kind = json.dumps(body).encode(), "application/json"
    else:
        made = io.BytesIO()
        made.write(b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n')
        made.write(file.read())
        made.write(b"\r\n--x--\r\n")
        content, kind = made.getvalue(), "multipart/form-data; boundary=x"

    def send(key: str) -> Any:
        headers = {"Authorization": f"Bearer {place.tokens[role]}", "Idempotency-Key": key}
        return Client().generic("POST", address, content, kind, headers=headers)

    return send


def test_what_the_samples_make_has_the_promised_shape(place):
    wrong = []
    for operation, route in operations("POST"):
        role = who_may(place, route)
        sample = sample_of(route)
        body = sample.body(place, role) if sample.body else {}
        if any(isinstance(value, File) for value in body.values()):
            continue
        case = operation.Case(path_parameters=sample.find(place, role), body=body, media_type="application/json")
        try:
            with taken_back():
                answer = case.call(headers={"Authorization": f"Bearer {place.tokens[role]}"} | UNPACKED)
            assert answer.status_code < 300, answer.content
            case.validate_response(answer, checks=CHECKS)
        except BaseException as problem:
            wrong.append(f"POST {route.path}: {said(problem)}")
    assert not wrong, "\n".join(wrong)
