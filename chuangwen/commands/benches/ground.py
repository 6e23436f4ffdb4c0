"""The ground that a measurement stands on: a data folder and database of its own, filled with any number of cases, and a server."""

import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

BATCH = 5000


@dataclass(frozen=True)
class Ground:
    """Where the filled database lies, and with what to reach it."""

    home: Path
    environment: dict[str, str]
    engine: str


@contextlib.contextmanager
def ground() -> Iterator[Ground]:
    """A fresh, empty installation: SQLite in a folder of its own, or a database of its own on the server of DATABASE_URL."""
    url = os.environ.get("DATABASE_URL", "")
    with tempfile.TemporaryDirectory(prefix="chuangwen-bench-") as folder:
        environment = os.environ | {"CHUANGWEN_HOME": folder, "CHUANGWEN_SECRET_KEY": "bench-" + "x" * 50}
        environment.pop("CHUANGWEN_DEBUG", None)
        name = f"chuangwen_bench_{os.getpid()}"
        if url:
            import psycopg

            parts = urlsplit(url)
            with psycopg.connect(url, autocommit=True) as server:
                server.execute(f'CREATE DATABASE "{name}"')
            environment["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{name}"))
        try:
            run(environment, "migrate", "--json")
            yield Ground(Path(folder), environment, "postgresql" if url else "sqlite")
        finally:
            if url:
                with psycopg.connect(url, autocommit=True) as server:
                    server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def run(environment: dict[str, str], *words: str) -> dict:
    """Run ``chuangwen WORDS`` on the ground; returns its JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "chuangwen", *words], env=environment, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"chuangwen {' '.join(words)}: {done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def served(on: Ground, *, workers: int = 2) -> Iterator[int]:
    """The product's own server on a free loopback port, ended by its process group."""
    port = free_port()
    command = [sys.executable, "-m", "chuangwen", "serve", "--port", str(port), "--workers", str(workers), "--without-worker"]
    process = subprocess.Popen(command, env=on.environment, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        for _attempt in range(300):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/account/login/", timeout=2).read()
                break
            if process.poll() is not None:
                raise RuntimeError("the server did not start")
            time.sleep(0.1)
        yield port
    finally:
        import signal

        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


OPEN_BY_AGE = ((3, 0.75), (10, 0.35), (30, 0.08), (10_000, 0.003))
"""Of the cases up to so many days old this share is still open: limits are days, and what is older was closed but for a few. Of a million cases
in a year some 20,000 are open at any time."""


def state_at(days: int, chance: random.Random) -> Any:
    """In which state a case of this age stands."""
    from chuangwen.cases.models import State

    still_open = next(share for limit, share in OPEN_BY_AGE if days <= limit)
    if chance.random() >= still_open:
        return State.REJECTED if chance.random() < 0.03 else State.CLOSED
    states = (State.RECTIFYING, State.DISPATCHED, State.REPORTED, State.SUBMITTED)
    return chance.choices(states, (8, 5, 4, 3))[0]


def fill(cases: int, seed: int = 20261121) -> dict:
    """Fill the database of this process with a street, its units and ``cases`` cases in every state; returns what a client needs.

    Rows are written in bulk and marked as generated; units and days are spread as in a town that has run for a year, and the older a case
    is, the fewer of its like are still open.
    """
    from chuangwen.cases.models import Case, CaseEvent, CaseParty, State
    from chuangwen.commands import commander
    from chuangwen.kernel import clock, upkeep
    from chuangwen.kernel.identifiers import new_uid
    from chuangwen.people import actions as people
    from chuangwen.people.models import Account, Person, Placement, Post, Role, Unit
    from chuangwen.places.models import Division, Grid, Site, SiteType
    from chuangwen.standards.models import Kind

    chance, moment = random.Random(seed), clock.now()
    long_ago = (moment - timedelta(days=900)).date()
    county = Division.add_root(code="990100000000", name="测速区", level=3, generated=True)
    street = county.add_child(code="990100001000", name="测速街道", level=4, generated=True)
    communities = [street.add_child(code=f"990100001{n:03d}", name=f"第{n}社区", level=5, generated=True) for n in range(1, 41)]
    office = Unit.add_root(name="测速街道创文办", kind=Unit.Kind.TOWN_OFFICE, division=street, starts_on=long_ago, generated=True)
    units = [office] + [
        Unit.add_root(name=f"第{n}局", kind=Unit.Kind.DEPARTMENT, division=street, starts_on=long_ago, generated=True)
        for n in range(1, 81)
    ]
    Placement.objects.bulk_create(Placement(unit=unit, name=unit.name, starts_on=long_ago) for unit in units)
    tokens = {}
    for role, unit in (("clerk", office), ("liaison", units[1])):
        person = Person.objects.create(name=f"测速{role}", generated=True)
        Post.objects.create(person=person, unit=unit, kind=Post.Kind.MEMBER, role=Role.objects.get(code=role), starts_on=long_ago)
        account = Account.objects.create_user(f"bench-{role}", None, person=person)
        tokens[role] = people.make_token(commander(), account=account, name="bench")
    types = list(SiteType.objects.all()[:30])
    Site.objects.bulk_create(
        Site(
            code=f"B{n:05d}",
            name=f"{types[n % len(types)].name}{n}",
            type=types[n % len(types)],
            division=communities[n % 40],
            lat=21.6 + n / 1e5,
            lon=110.9,
        )
        for n in range(2000)
    )
    sites = list(Site.objects.order_by("pk"))
    Grid.objects.bulk_create(Grid(division=c, code=f"BG{n}", name=f"网格{n}") for n, c in enumerate(communities))
    kinds = list(Kind.objects.select_related("family"))
    for start in range(0, cases, BATCH):
        rows = []
        for number in range(start, min(cases, start + BATCH)):
            site, kind = sites[chance.randrange(len(sites))], kinds[chance.randrange(len(kinds))]
            reported = moment - timedelta(minutes=(cases - number) * (525_600 / max(cases, 1)))
            state = state_at((moment - reported).days, chance)
            unit = None if state == State.REPORTED else units[chance.randrange(len(units))]
            rows.append(
                Case(
                    uid=new_uid(),
                    number=f"BENCH-{number:08d}",
                    state=state,
                    source="patrol",
                    description=f"{site.name}{kind.name}，第{number}条",
                    family=kind.family,
                    kind=kind,
                    severity=1 + number % 3,
                    site=site,
                    division_id=site.division_id,
                    lat=site.lat,
                    lon=site.lon,
                    lead_unit=unit,
                    handling_unit=unit,
                    reported_at=reported,
                    dispatched_at=reported if unit else None,
                    due_at=reported + timedelta(days=3) if unit else None,
                    limit_amount=3,
                    limit_unit="working_days",
                    closed_at=reported + timedelta(days=2) if state == State.CLOSED else None,
                    generated=True,
                    urgency="overdue"
                    if state in (State.RECTIFYING, State.DISPATCHED) and number % 3 == 0
                    else "on_time"
                    if unit
                    else "none",
                )
            )
        made = Case.objects.bulk_create(rows, batch_size=BATCH)
        CaseParty.objects.bulk_create(
            [CaseParty(case=c, unit_id=c.lead_unit_id, part="lead") for c in made if c.lead_unit_id], batch_size=BATCH
        )
        CaseEvent.objects.bulk_create(
            [CaseEvent(case=c, verb="report", at=c.reported_at, after="reported", actor_name="测速") for c in made]
            + [
                CaseEvent(case=c, verb="dispatch", at=c.reported_at, before="screened", after="dispatched", actor_name="测速")
                for c in made
                if c.lead_unit_id
            ],
            batch_size=BATCH,
        )
    first = Case.objects.order_by("pk").values_list("pk", flat=True).first()
    last = Case.objects.order_by("-pk").values_list("pk", flat=True).first()
    upkeep.look_at_tables()
    return {
        "tokens": tokens,
        "first": first,
        "last": last,
        "site": sites[0].pk,
        "kind": kinds[0].pk,
        "kind_code": kinds[0].code,
        "site_code": sites[0].code,
    }
