"""Creating, opening and listing cases over REST on two worker processes; pages and their queries at any number of cases."""

import itertools
import os
import time
from typing import Any

from chuangwen.commands.benches.ground import Ground, served
from chuangwen.commands.benches.load import http, measure

CLIENTS = (1, 16, 64)
SECONDS = 5.0


def connected(on: Ground) -> None:
    """Point this process's Django at the ground."""
    os.environ.update(
        {k: v for k, v in on.environment.items() if k in ("CHUANGWEN_HOME", "DATABASE_URL", "CHUANGWEN_SECRET_KEY")}
    )
    import dj_database_url
    from django.conf import settings
    from django.db import connections

    settings.HOME, settings.STATIC_ROOT = on.home, on.home / "static"
    settings.SECRET_KEY = on.environment["CHUANGWEN_SECRET_KEY"]  # what is signed here holds at the server of the ground
    facts = dict(settings.DATABASES["default"])
    url = on.environment.get("DATABASE_URL") or f"sqlite:///{on.home / 'chuangwen.sqlite3'}"
    connections["default"].close()
    facts.update(dj_database_url.parse(url))
    connections["default"].settings_dict.update({k: facts[k] for k in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})


def rest(on: Ground, known: dict[str, Any], *, seconds: float = SECONDS, clients: tuple[int, ...] = CLIENTS) -> dict[str, Any]:
    """create, detail, list: each with 1, 16 and 64 clients."""
    headers = {"Authorization": f"Bearer {known['tokens']['clerk']}"}
    serial = itertools.count(1)

    def create() -> bytes:
        body = {
            "source": "patrol",
            "description": f"垃圾桶满溢，第{next(serial)}次",
            "kind": known["kind_code"],
            "site": known["site_code"],
            "severity": 2,
        }
        return http("POST", "/api/v1/cases", headers, body)

    def detail() -> bytes:
        span = known["last"] - known["first"] + 1
        return http("GET", f"/api/v1/cases/{known['first'] + (next(serial) * 7919) % span}", headers)

    def listed() -> bytes:
        return http("GET", f"/api/v1/cases?limit=100&state=rectifying&_={next(serial)}", headers)

    figures: dict[str, Any] = {}
    with served(on) as port:
        measure(port, 8, 1.0, detail)
        for name, request, status in (("detail", detail, 200), ("list", listed, 200), ("create", create, 201)):
            figures[name] = {str(n): measure(port, n, seconds, request, status=status) for n in clients}
    return figures


def counted(known: dict[str, Any]) -> dict[str, Any]:
    """Queries and CPU time of one create, detail and list, in this process."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"authorization": f"Bearer {known['tokens']['clerk']}"})
    body = {"source": "patrol", "description": "测速", "kind": known["kind_code"], "site": known["site_code"], "severity": 2}
    calls = {
        "create": lambda: client.post("/api/v1/cases", body, content_type="application/json"),
        "detail": lambda: client.get(f"/api/v1/cases/{known['first']}"),
        "list": lambda: client.get("/api/v1/cases?limit=100"),
    }
    queries, cpu = {}, {}
    for name, call in calls.items():
        call()
        with CaptureQueriesContext(
            connection,
        ) as seen:
            answer = call()
        if answer.status_code >= 400:
            raise RuntimeError(f"{name}: {answer.status_code} {answer.content[:300]!r}")
        queries[name] = len([q for q in seen if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))])
        started = time.process_time()
        for _n in range(20):
            call()
        cpu[name] = round((time.process_time() - started) * 50, 1)
    return {"queries": queries, "cpu_ms": cpu}


def signed_in(name: str = "bench-clerk") -> Any:
    """A client in which this account of the ground is signed in."""
    from django.test import Client

    from chuangwen.people.models import Account

    client = Client()
    client.force_login(Account.objects.get(username=name), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def timed(client: Any, name: str, address: str, repeat: int) -> dict[str, Any]:
    """One page: queries, p50, p95 in milliseconds, bytes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(address)
    asked = len(seen)  # now: the log is emptied by the next request
    if answer.status_code != 200:
        raise RuntimeError(f"{name} ({address}): {answer.status_code}")
    times = []
    for _n in range(repeat):
        started = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    return {
        "queries": asked,
        "p50_ms": round(times[len(times) // 2], 1),
        "p95_ms": round(times[int(len(times) * 0.95)], 1),
        "bytes": len(answer.content),
    }


def pages(known: dict[str, Any], *, repeat: int = 30) -> dict[str, Any]:
    """Console pages as a signed-in clerk: queries, p50, p95, bytes."""
    from django.urls import reverse

    client = signed_in()
    addresses = {
        "home": reverse("home"),
        "case list": reverse("cases:list"),
        "case list, filtered": reverse("cases:list") + "?state=rectifying&urgency=overdue",
        "case page": reverse("cases:detail", args=[known["first"]]),
    }
    return {name: timed(client, name, address, repeat) for name, address in addresses.items()}
