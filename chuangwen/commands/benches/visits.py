"""Visits from phones on two worker processes: five photos in pieces and one entry with ten observations each; none lost, none doubled.

Every tenth answer is taken for lost and the entry sent again. What was stored is counted in the database afterwards.
"""

import asyncio
import base64
import hashlib
import io
import itertools
import json
import os
import random
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time as clock_time
from datetime import timedelta
from typing import Any

from chuangwen.commands.benches.ground import Ground, served

CLIENTS = (1, 16, 64)
SECONDS = 10.0
OBSERVATIONS, PHOTOS = 10, 5
PACKAGE_SITES, CRITERIA, TYPES = 300, 3_000, 30
PHONES = 64
SIDE = (1280, 960)
MOST_PER_SECOND = 80
"""So many places are there to be visited in each second of a run; faster servers end their run early."""


def fill(visits: int) -> dict[str, Any]:
    """A street with ``visits`` places to go to, an edition of 3,000 criteria, and the phones; what the clients need to know.

    The first phone's team has 300 places of its own: its package is the one that is weighed.
    """
    from chuangwen.fieldwork.models import Round, RoundSite, RoundTeam, TeamMember
    from chuangwen.kernel import clock
    from chuangwen.people.actors import actor_of
    from chuangwen.people.models import Account, Person, Placement, Post, Role, Unit
    from chuangwen.phone import actions, checklists
    from chuangwen.places.models import Division, Site, SiteType
    from chuangwen.standards.models import ChecklistItem, Criterion, Edition, Indicator, Requirement, Section

    today = clock.today()
    county = Division.add_root(code="990200000000", name="测速区", level=3, generated=True)
    street = county.add_child(code="990200001000", name="测速街道", level=4, generated=True)
    office = Unit.add_root(
        name="测速街道创文办", kind=Unit.Kind.TOWN_OFFICE, division=street, starts_on=today - timedelta(days=900), generated=True
    )
    Placement.objects.create(unit=office, name=office.name, starts_on=office.starts_on)
    types = list(SiteType.objects.all()[:TYPES])
    edition = Edition.objects.create(name="测速体系", year=today.year, state=Edition.State.ACTIVE)
    section = Section.objects.create(edition=edition, code="S", name="测速")
    indicator = Indicator.objects.create(section=section, code="I", name="测速")
    requirement = Requirement.objects.create(indicator=indicator, code="R", text="测速")
    chance = random.Random(20261121)
    shipped = ChecklistItem.objects.order_by("pk").values_list("text", flat=True)
    phrases = sorted({phrase for text in shipped for phrase in re.split("[，；。、（）]", text) if len(phrase) > 3}) or [
        "地面干净"
    ]
    Criterion.objects.bulk_create(
        Criterion(requirement=requirement, code=f"{n}", text="，".join(chance.choices(phrases, k=3))[:200], order=n % 1000)
        for n in range(CRITERIA)
    )
    criteria = list(Criterion.objects.filter(requirement=requirement).order_by("pk"))
    ChecklistItem.objects.bulk_create(
        ChecklistItem(site_type=types[n % len(types)], criterion=criterion, text=criterion.text, order=n // len(types))
        for n, criterion in enumerate(criteria)
    )
    first = Site.objects.count()
    Site.objects.bulk_create(
        [
            Site(
                code=f"V{n:06d}",
                name=f"测速点位{n}",
                type=types[n % len(types)],
                division=street,
                lat=21.6 + n / 1e6,
                lon=110.9,
                address=f"测速路{n}号",
                generated=True,
            )
            for n in range(visits + PACKAGE_SITES)
        ],
        batch_size=2000,
    )
    sites = list(Site.objects.order_by("pk")[first:])
    round = Round.objects.create(
        name="测速轮次",
        edition=edition,
        division=street,
        state="running",
        starts_on=today - timedelta(days=5),
        ends_on=today + timedelta(days=5),
    )
    role = Role.objects.get(code="inspector")
    tokens, teams = [], []
    for number in range(PHONES + 1):
        person = Person.objects.create(name=f"测速员{number}", generated=True)
        Post.objects.create(person=person, unit=office, kind=Post.Kind.INSPECTOR, role=role, starts_on=office.starts_on)
        account = Account.objects.create_user(f"bench-inspector-{number}", None, person=person)
        teams.append(RoundTeam.objects.create(round=round, name=f"第{number}组", starts_at=clock_time(8), ends_at=clock_time(18)))
        TeamMember.objects.create(team=teams[-1], account=account)
        tokens.append(actions.sign_in_device(actor_of(account), name="测速手机")[1])
    RoundSite.objects.bulk_create(
        [
            RoundSite(
                round=round, site=site, team=teams[PHONES if n < PACKAGE_SITES else n % PHONES], day=today, position=n % 300 + 1
            )
            for n, site in enumerate(sites)
        ],
        batch_size=2000,
    )
    lists = checklists.read({(type.pk, edition.pk) for type in types})
    checklists.give(lists)
    places = RoundSite.objects.filter(round=round).exclude(team=teams[PHONES]).order_by("pk")
    return {
        "round": round.pk,
        "tokens": tokens[:PHONES],
        "package_token": tokens[PHONES],
        "lists": {one.site_type: (one.etag, [(item.item, item.criterion) for item in one.items]) for one in lists},
        "places": list(places.values_list("pk", "site_id", "site__type_id")),
    }


@dataclass
class Told:
    """What the clients saw."""

    visits: list[float] = field(default_factory=list)
    entries: list[float] = field(default_factory=list)
    photos: list[float] = field(default_factory=list)
    stored: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    repeated: int = 0
    unlike: int = 0


class Connection:
    """One connection that is kept."""

    def __init__(self, port: int):
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, bytes]:
        if self.writer is None or self.writer.is_closing():
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.reader is not None
        lines = [
            f"{method} {path} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Content-Length: {len(body)}",
            *(f"{k}: {v}" for k, v in headers.items()),
        ]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await self.writer.drain()
        head = await self.reader.readuntil(b"\r\n\r\n")
        status, length = int(head[9:12]), 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        content = await self.reader.readexactly(length) if status != 204 else b""
        if b"connection: close" in head.lower():
            self.writer.close()
        return status, content

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()


def pictures(count: int = 12) -> list[bytes]:
    """Drawn streets of the size that a phone sends."""
    import numpy as np
    from PIL import Image, ImageFilter

    made = []
    for seed in range(count):
        chance = np.random.default_rng(seed)
        small = Image.fromarray(chance.integers(0, 255, (60, 80, 3), dtype=np.uint8))
        picture = small.resize(SIDE, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(1))
        target = io.BytesIO()
        picture.save(target, "JPEG", quality=82)
        made.append(target.getvalue())
    return made


async def _visit(
    connection: Connection, known: dict[str, Any], number: int, place: tuple[int, int, int], photos: list[bytes], told: Told
) -> None:
    header = {"Authorization": f"Bearer {known['tokens'][number % PHONES]}"}
    tus = header | {"Tus-Resumable": "1.0.0"}
    started = time.perf_counter()
    uids = []
    for n in range(PHOTOS):
        content = photos[(number + n) % len(photos)] + uuid.uuid4().bytes  # another file each time; decoders stop before it
        uid = str(uuid.uuid4())
        facts = {"uid": uid, "sha256": hashlib.sha256(content).hexdigest()}
        metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in facts.items())
        begun = time.perf_counter()
        status, answer = await connection.ask(
            "POST", "/evidence/uploads/", tus | {"Upload-Length": str(len(content)), "Upload-Metadata": metadata}
        )
        if status == 201:
            piece = tus | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
            status, answer = await connection.ask("PATCH", f"/evidence/uploads/{uid}", piece, content)
        if status != 204:
            told.errors.append(f"photo {status} {answer[:120]!r}")
            return
        told.photos.append(time.perf_counter() - begun)
        uids.append(uid)
    pk, site, type = place
    etag, items = known["lists"][type]
    lines = [
        {"item": item, "criterion": criterion, "grade": "ABCD"[n % 4], "photos": uids[n : n + 1]}
        for n, (item, criterion) in enumerate(items[:OBSERVATIONS])
    ]
    now = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
    data = {
        "round_sites": [pk],
        "site": site,
        "rounds": [known["round"]],
        "checklists": [etag],
        "all_conform": False,
        "items": lines,
        "note": "",
        "finished": True,
    }
    entry: dict[str, Any] = {
        "uid": str(uuid.uuid4()),
        "kind": "fieldwork.visit",
        "made_at": now,
        "sent_at": now,
        "photos": uids,
        "data": data,
    }
    body = json.dumps(entry).encode()
    begun = time.perf_counter()
    status, answer = await connection.ask("POST", "/phone/api/entries", header | {"Content-Type": "application/json"}, body)
    done = time.perf_counter()
    if status != 200:
        told.errors.append(f"entry {status} {answer[:200]!r}")
        return
    told.entries.append(done - begun)
    told.visits.append(done - started)
    told.stored.add(entry["uid"])
    if number % 10 == 0:  # as if the answer had been lost
        told.repeated += 1
        again = await connection.ask("POST", "/phone/api/entries", header | {"Content-Type": "application/json"}, body)
        told.unlike += again != (status, answer)


def load(port: int, known: dict[str, Any], clients: int, seconds: float, places: Iterator, photos: list[bytes]) -> Told:
    """So many phones at once, each visit after visit, for so many seconds."""
    told, serial = Told(), itertools.count()

    async def one(until: float) -> None:
        connection = Connection(port)
        try:
            while time.perf_counter() < until and (place := next(places, None)) is not None:
                await _visit(connection, known, next(serial), place, photos, told)
        except (OSError, asyncio.IncompleteReadError, ValueError) as problem:
            told.errors.append(repr(problem))
        finally:
            connection.close()

    async def everybody() -> None:
        until = time.perf_counter() + seconds
        await asyncio.gather(*(one(until) for _n in range(clients)))

    asyncio.run(everybody())
    return told


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values) or [0.0]
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 1)


def counted(told: Told) -> dict[str, int]:
    """What the database holds of the acknowledged entries: how many are lost, how many doubled."""
    from django.db.models import Count

    from chuangwen.fieldwork.models import Observation, ObservationPhoto, Visit

    uids = [uuid.UUID(uid) for uid in told.stored]
    there = {
        (visit, count)
        for visit, count in Visit.objects.filter(entry_uid__in=uids).values_list("entry_uid").annotate(n=Count("observations"))
    }
    doubled = Visit.objects.values("round_site").annotate(n=Count("pk")).filter(n__gt=1).count()
    photos = ObservationPhoto.objects.filter(observation__visit__entry_uid__in=uids).count()
    seen = Observation.objects.filter(visit__entry_uid__in=uids).count()
    return {
        "lost": len(uids) - len(there) + sum(1 for _visit, count in there if count < OBSERVATIONS),
        "doubled": doubled + sum(1 for _visit, count in there if count > OBSERVATIONS),
        "observations": seen,
        "photos": photos,
    }


def cost(known: dict[str, Any], place: tuple[int, int, int], photos: list[bytes]) -> dict[str, Any]:
    """Queries of one entry with ten observations and five photos, in this process, and its parts of a second."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from chuangwen.evidence import actions as evidence
    from chuangwen.people.actors import actor_of
    from chuangwen.people.models import Account

    client = Client(headers={"authorization": f"Bearer {known['tokens'][0]}"})
    actor = actor_of(Account.objects.get(username="bench-inspector-0"))
    uids = [str(evidence.take_in(actor, photos[n] + uuid.uuid4().bytes, uid=uuid.uuid4()).uid) for n in range(PHOTOS)]
    pk, site, type = place
    etag, items = known["lists"][type]
    lines = [
        {"item": item, "criterion": criterion, "grade": "B", "photos": uids[n : n + 1]}
        for n, (item, criterion) in enumerate(items[:OBSERVATIONS])
    ]
    data = {"round_sites": [pk], "site": site, "checklists": [etag], "items": lines, "finished": True}
    entry = {"uid": str(uuid.uuid4()), "kind": "fieldwork.visit", "photos": uids, "data": data}
    client.get("/phone/api/devices/this")
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as seen:
        answer = client.post("/phone/api/entries", entry, content_type="application/json")
    took = time.perf_counter() - started
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code} {answer.content[:300]!r}")
    asked = [query["sql"] for query in seen if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    return {"queries": len(asked), "entry_ms": round(took * 1000, 1)}


def package(known: dict[str, Any]) -> dict[str, Any]:
    """The package of 300 sites and 3,000 criteria: bytes on the wire and the milliseconds that building takes, section by section."""
    from django.test import Client

    client = Client(headers={"authorization": f"Bearer {known['package_token']}"})
    client.get("/phone/api/bundle")
    started = time.perf_counter()
    listed = client.get("/phone/api/bundle").json()["sections"]
    again = time.perf_counter() - started
    figures: dict[str, Any] = {}
    for name in listed:
        started = time.perf_counter()
        answer = client.get(f"/phone/api/bundle/{name}", headers={"accept-encoding": "gzip"})
        took = time.perf_counter() - started
        figures[name] = {"bytes": len(answer.content), "build_ms": round(took * 1000, 1)}
    return {
        "sites": PACKAGE_SITES,
        "criteria": CRITERIA,
        "bytes": sum(one["bytes"] for one in figures.values()),
        "build_ms": round(sum(one["build_ms"] for one in figures.values()), 1),
        "list_ms": round(again * 1000, 1),
        "sections": figures,
    }


def measure(on: Ground, clients: tuple[int, ...] = CLIENTS, seconds: float = SECONDS) -> dict[str, Any]:
    """visits/s, p95, errors, lost and doubled for each number of clients; the package; the queries of an entry."""
    known = fill(200 + int(seconds * MOST_PER_SECOND) * len(clients))
    photos = pictures()
    places = iter(known["places"])
    figures: dict[str, Any] = {"cost": cost(known, next(places), photos), "package": package(known), "clients": {}}
    figures["photo_bytes"] = round(sum(map(len, photos)) / len(photos))
    with served(on) as port:
        load(port, known, 4, min(2.0, seconds), places, photos)
        for count in clients:
            started = time.perf_counter()
            told = load(port, known, count, seconds, places, photos)
            took = time.perf_counter() - started
            figures["clients"][str(count)] = {
                "visits": len(told.stored),
                "visits_per_s": round(len(told.stored) / took, 2),
                "photos_per_s": round(len(told.photos) / took, 1),
                "visit_p50_ms": percentile(told.visits, 0.5),
                "visit_p95_ms": percentile(told.visits, 0.95),
                "entry_p50_ms": percentile(told.entries, 0.5),
                "entry_p95_ms": percentile(told.entries, 0.95),
                "errors": len(told.errors),
                "repeated": told.repeated,
                "answered_unlike": told.unlike,
                **counted(told),
            } | ({"first_error": told.errors[0]} if told.errors else {})
    figures["cores"] = os.cpu_count()
    return figures
