"""Fixtures: a small town, its people, clients that are signed in, and the parts that a machine may lack."""

import gc
import os
import shutil
import sqlite3
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import HealthCheck, settings

from chuangwen.kernel.access import SYSTEM
from chuangwen.people.actions import make_token
from chuangwen.testing import factories

# How long an example takes is no promise: machines are busy. ``--hypothesis-profile=thorough`` looks longer.
settings.register_profile("house", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", settings.get_profile("house"), max_examples=2000)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def _quick_and_quiet(settings, tmp_path):
    """Cheap passwords, plain static files, a data folder of its own for each test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.AXES_ENABLED = False
    settings.HOME = tmp_path


@pytest.fixture(autouse=True)
def _nothing_kept():
    """What a process keeps of the tables for some seconds is read anew by each test."""
    from chuangwen.cases import loop_settings
    from chuangwen.kernel import office_calendar

    loop_settings.forget()
    office_calendar.forget()


@pytest.fixture
def town(db):
    """A street with two communities, a street office, communities as units, two departments, site types, an edition, one account per role."""
    return factories.make_town()


@pytest.fixture
def other_town(db):
    """Another street of another county, with people of its own."""
    return factories.make_town(code="330110002000", name="他镇街道", prefix="other-")


@pytest.fixture
def sign_in(town):
    """``sign_in("clerk")`` is a client in which the town's clerk has signed in."""

    def make(role: str, where=None) -> Client:
        client = Client()
        client.force_login((where or town).accounts[role], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return make


@contextmanager
def connection_kept():
    """Clients that close their answers themselves (WSGI, streams) do not drop the connection that holds a transaction of tests: inside the
    block no request does, neither when it begins nor when its answer is thrown away. Signals alone are not enough: Django's own client
    connects them again after each request."""
    from django.db import connection

    connection.close_if_unusable_or_obsolete = lambda: None  # type: ignore[method-assign]  # the point of it
    try:
        yield
    finally:
        gc.collect()
        del connection.close_if_unusable_or_obsolete


@pytest.fixture
def kept_connection():
    """The connection is kept for one test."""
    with connection_kept():
        yield


@pytest.fixture
def shared_database(transactional_db, tmp_path):
    """A database that several threads can use at once, as processes of an installation do.

    SQLite in memory is not one: it is copied into a file, and all connections of the test go there.
    """
    from django.db import connection

    if connection.vendor != "sqlite" or not connection.is_in_memory_db():  # type: ignore[attr-defined]  # SQLite's connection has it
        yield
        return
    connection.ensure_connection()
    memory, name, place = connection.connection, connection.settings_dict["NAME"], tmp_path / "shared.sqlite3"
    with sqlite3.connect(place) as copy:
        memory.backup(copy)
    copy.close()
    connection.connection = None
    connection.settings_dict["NAME"] = str(place)
    yield
    connection.close()
    connection.settings_dict["NAME"] = name
    connection.connection = memory


def _needed(present: bool, package: str) -> None:
    if present:
        return
    if os.environ.get("CI"):
        pytest.fail(f"not installed: Debian package {package}")
    pytest.skip(f"not installed: Debian package {package}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser; skipped with the package's name where it is missing, a failure in CI."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or ""
    _needed(bool(path), "chromium")
    return path


@pytest.fixture(scope="module")
def browser(chromium):
    """Chromium, started once for the tests of a file; each test opens pages of its own. It asks the network for nothing."""
    from playwright.sync_api import sync_playwright

    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    # Playwright keeps an event loop in this thread, and Django would take the tests for coroutines.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = playwright.chromium.launch(executable_path=chromium, args=quiet)
        yield started
        started.close()


@pytest.fixture(scope="session")
def soffice() -> str:
    """The path of LibreOffice."""
    path = shutil.which("soffice") or ""
    _needed(bool(path), "libreoffice-writer-nogui")
    return path


@pytest.fixture(scope="session")
def wujiang() -> Path:
    """The folder of the real round; tests that need it skip where it is not."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "real" / "wujiang-2016"
    if not folder.exists():
        pytest.skip("the real round is not on this machine")
    return folder


@pytest.fixture
def rest(town, client):
    """``rest(role, path, body)`` asks ``/api/v1/`` as a program with a token of the town's account of that role; without a body it reads."""
    tokens: dict[str, str] = {}

    def asked(role, path, body=None):
        if role not in tokens:
            tokens[role] = make_token(SYSTEM, town.accounts[role], "rest")
        headers, address = {"Authorization": f"Bearer {tokens[role]}"}, f"/api/v1/{path}"
        if body is None:
            return client.get(address, headers=headers)
        return client.post(address, body, headers=headers, content_type="application/json")

    return asked
