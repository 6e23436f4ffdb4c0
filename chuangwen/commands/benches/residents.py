"""The residents' pages: bytes of the first load over the wire, the work against machines, reports taken in per second."""

import http.client
import json
import re
import time
import uuid
from typing import Any
from urllib.parse import urlencode

from chuangwen.commands.benches.ground import Ground, fill, ground, served
from chuangwen.commands.benches.web import connected
from chuangwen.commands.benches.weight import ASSET, _get

BUDGET = 200 * 1024
SCRIPT = re.compile(rb'data-(?:solver|pin)="(/static/[^"]+)"')
REPORTS = 40


def first_load(port: int, path: str) -> dict[str, Any]:
    """The page and all that it names, compressed as the server sends it; with what its script loads when a report is sent (the solver)."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    status, page, raw = _get(connection, path, "")
    assets = {found.decode() for found in (*ASSET.findall(raw), *SCRIPT.findall(raw))}
    loaded = sum(len(_get(connection, asset, "")[1]) for asset in sorted(assets))
    return {
        "page": path, "status": status, "first_kib": round((len(page) + loaded) / 1024, 1), "page_kib": round(len(page) / 1024, 1),
        "files": len(assets), "within_budget": len(page) + loaded <= BUDGET,
    }  # fmt: skip


def _solved(connection: http.client.HTTPConnection) -> tuple[str, float]:
    import altcha

    connection.request("GET", "/report/challenge/")
    told = json.loads(connection.getresponse().read())
    made = altcha.ChallengeV1(told["algorithm"], told["challenge"], told["maxNumber"], told["salt"], told["signature"])
    started = time.perf_counter()
    found = altcha.solve_challenge_v1(made)
    assert found is not None
    took = time.perf_counter() - started
    return altcha.PayloadV1(made.algorithm, made.challenge, found.number, made.salt, made.signature).to_base64(), took


def send(port: int, count: int = REPORTS) -> dict[str, Any]:
    """``count`` reports one after the other, each with its challenge; seconds of the sending alone (p50, p95) and of the solving."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/report/")
    answer = connection.getresponse()
    page = answer.read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    community = re.search(r'<option value="(\d{12})"', page)
    cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
    assert token and community, "the page has a form with communities"
    seconds, solving, refused = [], [], 0
    for number in range(count):
        solution, took = _solved(connection)
        solving.append(took)
        facts = {
            "csrfmiddlewaretoken": token[1], "uid": str(uuid.uuid4()), "description": f"测速{number}：垃圾桶满溢", "community": community[1],
            "altcha": solution,
        }  # fmt: skip
        headers = {"Cookie": cookie, "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        started = time.perf_counter()
        connection.request("POST", "/report/", urlencode(facts), headers)
        answer = connection.getresponse()
        answer.read()
        seconds.append(time.perf_counter() - started)
        refused += answer.status != 200
    seconds.sort()
    return {
        "reports": count, "refused": refused, "p50_ms": round(seconds[count // 2] * 1000, 1),
        "p95_ms": round(seconds[int(count * 0.95)] * 1000, 1), "solving_p50_ms": round(sorted(solving)[count // 2] * 1000, 1),
    }  # fmt: skip


def measure(cases: int = 2_000) -> dict[str, Any]:
    """All of it on a ground with so many cases."""
    with ground() as on:
        return _measure(on, cases)


def _measure(on: Ground, cases: int) -> dict[str, Any]:
    connected(on)
    fill(cases)
    from django.db import connections

    from chuangwen.intake.models import IntakeSettings

    IntakeSettings.objects.update_or_create(pk=1, defaults={"reports_per_hour": 30_000, "reports_per_day": 30_000})
    connections.close_all()
    with served(on) as port:
        figures: dict[str, Any] = {
            "pages": [first_load(port, path) for path in ("/report/", "/suggestions/")], "sending": send(port), "cases": cases,
            "database": on.engine,
        }  # fmt: skip
    return figures
