"""A county's duties: what each page costs as the person who opens it: queries, milliseconds of CPU, p50, bytes, each beside its bound."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import Any

from chuangwen.commands.benches.duties_ground import County, Size, filled

BESIDE = 3
"""Queries that every page of somebody who is signed in costs, beside its bound: the session, the account, how many messages are unread."""
LIST, PAGE = "list", "page"
BOUNDS: dict[str, tuple[int, float, float | None]] = {LIST: (10, 50.0, None), PAGE: (15, 100.0, 1000.0)}
"""Of each sort of page: most queries, most milliseconds of CPU, most milliseconds of p50. A chart, and the pairs of a plan, for each of which
the next best is tried, are pages and no lists."""


@dataclass(frozen=True)
class Opened:
    """A page that is measured: who opens it, of which sort it is, where."""

    name: str
    role: str
    sort: str
    address: str


def pages(county: County) -> list[Opened]:
    """What is opened, each by the role whose page it is."""
    from django.urls import reverse

    rows = county.rows

    def at(name: str, *args: Any, query: str = "") -> str:
        return reverse(f"duties:{name}", args=args) + query

    return [
        Opened("duties of the week, all units", "clerk", PAGE, at("overview")),
        Opened("duties of the week, leader", "leader", PAGE, at("overview")),
        Opened("duties of a unit's week", "liaison", PAGE, at("week")),
        Opened("occurrences", "clerk", LIST, at("occurrences")),
        Opened("occurrences, missed", "clerk", LIST, at("occurrences", query="?state=missed")),
        Opened("occurrence", "liaison", PAGE, at("occurrence", rows["occurrence"].pk)),
        Opened("duties", "clerk", LIST, at("duties")),
        Opened("duty", "clerk", PAGE, at("duty", rows["duty"].pk)),
        Opened("load, all units", "clerk", PAGE, at("load", query="?kind=")),
        Opened("load, communities", "leader", PAGE, at("load")),
        Opened("load of a unit's week", "unit_head", PAGE, at("load-week", county.departments[0].pk)),
        Opened("rosters", "clerk", LIST, at("rosters")),
        Opened("roster of a month", "clerk", PAGE, at("roster", rows["roster"].pk)),
        Opened("roster of a month, head", "unit_head", PAGE, at("roster", rows["roster"].pk)),
        Opened("gaps", "clerk", PAGE, at("roster-gaps", rows["roster"].pk)),
        Opened("turn", "clerk", PAGE, at("roster-turn", rows["turn"].pk)),
        Opened("posts of today", "clerk", PAGE, at("roster-board")),
        Opened("people for posts", "clerk", LIST, at("roster-people")),
        Opened("operations", "leader", LIST, at("operations")),
        Opened("operation", "clerk", PAGE, at("operation", rows["operation"].pk)),
        Opened("operation, leader", "leader", PAGE, at("operation", rows["operation"].pk)),
        Opened("operation, figures of today", "liaison", PAGE, at("operation-today", rows["operation"].pk)),
        Opened("sponsorship plan", "clerk", PAGE, at("sponsorship", rows["plan"].pk)),
        Opened("sponsorship pairs", "clerk", PAGE, at("sponsorship-pairs", rows["plan"].pk)),
        Opened("sponsorship matrix", "clerk", PAGE, at("sponsorship-matrix", rows["plan"].pk)),
        Opened("partnerships", "clerk", LIST, at("partnerships")),
        Opened("partnerships, head", "unit_head", LIST, at("partnerships")),
        Opened("partnership", "liaison", PAGE, at("partnership", rows["pair"].pk)),
        Opened("partnership coverage", "clerk", PAGE, at("partner-coverage")),
        Opened("partnership map", "clerk", PAGE, at("partner-places")),
        Opened("partnership visits", "clerk", LIST, at("partner-visits")),
        Opened("works", "clerk", LIST, at("works")),
        Opened("works, Gantt", "leader", PAGE, at("works-chart")),
        Opened("work", "clerk", PAGE, at("work", rows["work"].pk)),
        Opened("meetings", "clerk", LIST, at("meetings")),
        Opened("resolutions", "clerk", LIST, at("resolutions")),
        Opened("meeting", "leader", PAGE, at("meeting", rows["meeting"].pk)),
        Opened("inspection day", "clerk", PAGE, at("inspection", rows["inspection"].pk)),
        Opened("inspection day, place", "liaison", PAGE, at("inspection-place", rows["place"].pk)),
        Opened("inspection day, afterwards", "clerk", LIST, at("after-list", rows["inspection"].pk)),
    ]  # fmt: skip


def opened(client: Any, page: Opened, repeat: int) -> dict[str, Any]:
    """One page, opened so many times after a first one: queries, milliseconds of CPU (the best run and the one in the middle) and p50, bytes,
    and what of its bound each takes. The best run is what the page costs by itself and stands beside the bound; the middle one says how
    restless the machine was."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(page.address)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(page.address)
    asked = len(seen)  # now: the log is emptied by the next request
    if answer.status_code != 200:
        raise RuntimeError(f"{page.name} ({page.address}): {answer.status_code}")
    walls, works = [], []
    for _n in range(repeat):
        started, began = time.perf_counter(), time.process_time()
        client.get(page.address)
        walls.append((time.perf_counter() - started) * 1000)
        works.append((time.process_time() - began) * 1000)
    best, middle, p50 = min(works), statistics.median(works), statistics.median(walls)
    most, most_cpu, most_p50 = BOUNDS[page.sort]
    of_queries, of_cpu = asked / (most + BESIDE), best / most_cpu
    ratios = [of_queries, of_cpu, p50 / most_p50 if most_p50 else 0.0]
    return {
        "role": page.role, "sort": page.sort, "queries": asked, "of_queries": round(of_queries, 2), "cpu_best_ms": round(best, 1),
        "cpu_middle_ms": round(middle, 1), "of_cpu": round(of_cpu, 2), "p50_ms": round(p50, 1),
        "bytes": len(answer.content), "of_bound": round(max(ratios), 2),
    }  # fmt: skip


def sized(places: int) -> Size:
    """The size of a county with so many places: all else in the proportion of the usual one, and a few of everything at least."""
    usual = Size()
    share = places / usual.places
    least = {"people": 20, "posts": 4, "segments": 4, "facts": 50, "works": 5, "meetings": 3, "drawn": 3, "cases": 60}
    fewer = {name: max(few, round(getattr(usual, name) * share)) for name, few in least.items()}
    others = max(4, round((usual.units - usual.places) * share))
    return Size(units=places + others, places=places, weeks=max(4, min(52, round(52 * share))), **fewer)


def measure(size: Size, repeat: int, engine: str) -> dict[str, Any]:
    """All figures; the caller has connected to a ground of its own."""
    from django.test import Client

    started = time.perf_counter()
    county = filled(size)
    seconds = time.perf_counter() - started
    clients: dict[str, Any] = {}
    found = {}
    for page in pages(county):
        if page.role not in clients:
            clients[page.role] = Client()
            clients[page.role].force_login(county.rows[page.role], backend="allauth.account.auth_backends.AuthenticationBackend")
        found[page.name] = opened(clients[page.role], page, repeat)
    return {
        "database": engine, "units": size.units, "places": size.places, "occurrences": county.rows["occurrences"],
        "records": county.rows["records"], "filled_s": round(seconds, 1), "runs": repeat,
        "bounds": {sort: {"queries": most + BESIDE, "cpu_ms": cpu, "p50_ms": p50} for sort, (most, cpu, p50) in BOUNDS.items()},
        "pages": found,
        "broken": [name for name, row in found.items() if row["of_bound"] > 1],
    }  # fmt: skip
