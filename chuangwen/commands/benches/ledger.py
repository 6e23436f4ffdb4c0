"""The ledger with very many facts: what the page of totals costs, and how long a sheet of many rows takes. One street of forty communities, the
shipped dictionary, facts spread over two years."""

import io
import random
import resource
import statistics
import sys
import time
from datetime import date, timedelta
from typing import Any

BATCH = 5000
DAYS = 730


def filled(facts: int, seed: int = 20261130) -> dict[str, Any]:
    """Fill the database of this process with so many facts; returns the actor and the street."""
    from chuangwen.commands.benches.ground import fill
    from chuangwen.kernel import clock, upkeep
    from chuangwen.ledger.install import install_metrics
    from chuangwen.ledger.models import Fact, Metric
    from chuangwen.people.actors import actor_of
    from chuangwen.people.models import Account, Unit
    from chuangwen.places.models import Division

    fill(100)
    install_metrics()
    chance, now, today = random.Random(seed), clock.now(), clock.today()
    communities = list(Division.objects.filter(level=Division.Level.VILLAGE).order_by("path"))
    units = list(Unit.objects.order_by("path"))
    metrics = list(Metric.objects.filter(adds__in=("sum", "last", "share")))
    account = Account.objects.get(username="bench-clerk")
    started = time.perf_counter()
    for start in range(0, facts, BATCH):
        rows = []
        for _n in range(min(BATCH, facts - start)):
            metric, amount = chance.choice(metrics), chance.randint(0, 900) * 10_000
            day = today - timedelta(days=chance.randrange(DAYS))
            rows.append(
                Fact(
                    metric=metric, amount=amount, base=amount + 1_000_000 if metric.is_share else None, starts_on=day, ends_on=day,
                    division=chance.choice(communities), unit=chance.choice(units), operation=chance.choice(("", "", "", "十乱整治")),
                    generated=True, entered_at=now, entered_by_id=account.pk,
                )
            )  # fmt: skip
        Fact.objects.bulk_create(rows, batch_size=BATCH)
    upkeep.look_at_tables()
    return {"actor": actor_of(account), "account": account, "seconds": time.perf_counter() - started, "today": today, "units": units}


def pages(known: dict[str, Any], repeat: int) -> dict[str, dict[str, Any]]:
    """Queries and milliseconds of the pages, as the clerk opens them; the median and the slowest."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from chuangwen.ledger.models import Metric

    client = Client()
    client.force_login(known["account"], backend="allauth.account.auth_backends.AuthenticationBackend")
    today: date = known["today"]
    year = f"start={today - timedelta(days=365)}&end={today}"
    month = f"start={today.replace(day=1)}&end={today}"
    flow = Metric.objects.get(code="posters").pk
    addresses = {
        "totals_month": f"/ledger/totals/?{month}", "totals_year": f"/ledger/totals/?{year}", "metric_year": f"/ledger/metrics/{flow}/?{year}",
        "facts": "/ledger/facts/", "dictionary": "/ledger/", "missing_week": "/ledger/missing/?rhythm=week",
    }  # fmt: skip
    found = {}
    for name, address in addresses.items():
        client.get(address)
        with CaptureQueriesContext(connection) as counted:
            answer = client.get(address)
            queries = len(counted)  # the next request forgets them
        assert answer.status_code == 200, (name, answer.status_code)
        took = []
        for _n in range(repeat):
            started = time.perf_counter()
            client.get(address)
            took.append((time.perf_counter() - started) * 1000)
        found[name] = {"queries": queries, "median_ms": round(statistics.median(took), 1), "slowest_ms": round(max(took), 1)}
    return found


def imported(known: dict[str, Any], rows: int) -> dict[str, Any]:
    """Seconds and memory of a sheet of so many rows in our own columns: read and planned, then applied; and the same sheet again."""
    import xlsxwriter

    from chuangwen.kernel import importing

    target, day = io.BytesIO(), known["today"]
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "in_memory": True})
    page = book.add_worksheet("台账")
    page.write_row(0, 0, ["日期", "指标", "数量", "社区", "单位"])
    chance = random.Random(rows)
    names = ("悬挂横幅", "张贴海报", "清理牛皮癣", "清理卫生黑点", "上门入户宣传")
    for n in range(rows):
        told = day - timedelta(days=1000 + n % 300)
        page.write_row(n + 1, 0, [f"{told:%Y-%m-%d}", names[n % 5], chance.randint(1, 90), f"第{n // 5 % 40 + 1}社区", "测速街道创文办"])
    book.close()
    content = target.getvalue()
    started = time.perf_counter()
    plan = importing.preview(known["actor"], "facts", content, {})
    planned = time.perf_counter() - started
    if plan.problems:
        raise RuntimeError(f"the sheet has {len(plan.problems)} problems: {plan.problems[0]}")
    started = time.perf_counter()
    made = importing.bring_in(known["actor"], "facts", content, {})
    brought = time.perf_counter() - started
    started = time.perf_counter()
    again = importing.preview(known["actor"], "facts", content, {})
    return {
        "rows": rows, "bytes": len(content), "preview_s": round(planned, 2), "bring_in_s": round(brought, 2),
        "again_s": round(time.perf_counter() - started, 2), "created": made["creates"], "again_created": again.creates,
        "memory_mib": round(_memory()),
    }  # fmt: skip


def measure(facts: int, rows: int, repeat: int, engine: str) -> dict[str, Any]:
    """All figures; the caller has connected to a ground of its own."""
    known = filled(facts)
    figures: dict[str, Any] = {"facts": facts, "database": engine, "filled_s": round(known["seconds"], 1)}
    figures["pages"] = pages(known, repeat)
    if rows:
        figures["import"] = imported(known, rows)
    return figures


def _memory() -> float:
    """MiB that this process has taken at most so far."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 2**10
