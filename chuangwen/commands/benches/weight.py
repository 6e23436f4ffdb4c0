"""Bytes over the wire of console pages, compressed as the server sends them; and how large the default dependencies are."""

import gzip
import http.client
import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

from chuangwen.commands.benches.ground import fill, ground, served
from chuangwen.commands.benches.web import connected

ASSET = re.compile(rb'(?:src|href)="(/static/[^"]+)"')


def installed() -> dict[str, float]:
    """MiB of each installed distribution that the default requirements name, the ten largest and the sum."""
    wanted = set()
    lock = Path(__file__).resolve().parents[3] / "requirements" / "base.txt"
    if lock.exists():
        wanted = {
            line.split("==")[0].lower().replace("_", "-")
            for line in lock.read_text().splitlines()
            if "==" in line and not line.startswith(" ")
        }
    sizes = {}
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"].lower().replace("_", "-")
        if not wanted or name in wanted:
            files = distribution.files or []
            sizes[name] = sum(f.size or 0 for f in files) / 2**20
    largest = dict(sorted(sizes.items(), key=lambda item: -item[1])[:10])
    return {name: round(size, 1) for name, size in largest.items()} | {"all": round(sum(sizes.values()), 1)}


def _get(connection: http.client.HTTPConnection, path: str, cookie: str) -> tuple[int, bytes, bytes]:
    connection.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "br, gzip"})
    answer = connection.getresponse()
    body = answer.read()
    raw = gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body
    return answer.status, body, raw


def measure() -> dict[str, Any]:
    """First load: the page and every static file that it names. After: the page alone (static files are kept by the browser)."""
    with ground() as on:
        connected(on)
        known = fill(2_000)
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore
        from django.db import connections

        from chuangwen.people.models import Account

        account = Account.objects.get(username="bench-clerk")
        session = SessionStore()
        session[SESSION_KEY] = str(account.pk)
        session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session.save()
        cookie = f"sessionid={session.session_key}"
        connections.close_all()
        figures: dict[str, Any] = {}
        with served(on) as port:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            for name, path in (
                ("home", "/"),
                ("case list", "/cases/"),
                ("case page", f"/cases/{known['first']}/"),
                ("map", "/map/"),
            ):
                status, page, raw = _get(connection, path, cookie)
                if status != 200:
                    raise RuntimeError(f"{name} ({path}): {status}")
                assets = {match.decode() for match in ASSET.findall(raw)}
                loaded = sum(len(_get(connection, asset, cookie)[1]) for asset in assets)
                figures[name] = {
                    "first_kib": round((len(page) + loaded) / 1024, 1),
                    "after_kib": round(len(page) / 1024, 1),
                    "files": len(assets),
                }
    figures["installed_mib"] = installed()
    figures["python"] = sys.version.split()[0]
    return figures
