"""Asks every address as everybody, and says what came of it: the source of the second table of ``docs/access.md``.

Nothing that a request does stays: each is rolled back.
"""

import json
import logging
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from django.core.files import File
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from chuangwen.kernel.access import ROLES
from chuangwen.web.lists import ListPage
from tests.routes import Route, routes
from tests.samples import Sample, samples_of
from tests.world import Place, World

MAY, EVERYWHERE, MAY_NOT, SIGN_IN, SHARED = "可", "可（各镇）", "不可", "登录", "共用"
BROKEN = "出错"
NOTHING_THERE = 286
"""What the progress of a job that is not one's own answers: the page is to stop asking."""
NOBODY, STRANGER = "nobody", "stranger"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LEADS_TO_SIGN_IN = {
    "account_signup": "nobody signs up by himself: it shows the page to sign in",
    "account_logout": "who is out is shown the page to sign in",
    "mfa_authenticate": "the second step of signing in; without the first it leads back to it",
}
"""Addresses that send people who are signed in to the page to sign in: each with the reason."""


@dataclass(frozen=True)
class Asked:
    """What an address answers to one kind of request: a word per role, and for ``nobody``."""

    route: Route
    method: str
    words: dict[str, str]
    verb: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return f"{self.route.name} {self.verb}".strip(), self.method


def signed_in(place: Place, role: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(place.town.accounts[role], backend=BACKEND)
    return client


class Visitor:
    """One person at all addresses; what he does is taken back after each request."""

    def __init__(self, place: Place | None, role: str):
        self.role, self.client, self.headers = role, Client(raise_request_exception=False), {}
        if place is not None:
            self.client = signed_in(place, role)
            self.headers = {"Authorization": f"Bearer {place.tokens[role]}"}
        self.cookies = self.client.cookies.output()
        self._kept = {name: morsel.value for name, morsel in self.client.cookies.items()}

    def ask(self, route: Route, method: str, sample: Sample, place: Place, owner: str = "") -> Any:
        """The answer for the sample of ``place`` (what is an account's own: the one of ``owner``), with what it did rolled back."""
        self.client.cookies.clear()
        if not route.api:
            for name, value in self._kept.items():
                self.client.cookies[name] = value
        more: dict[str, Any] = {"headers": self.headers} if route.api else {}
        if method != "GET":
            more |= posted(route, sample.body(place, owner or self.role) if sample.body else {})
        if sample.query:
            more["query_params"] = sample.query(place)
        with transaction.atomic():
            answer = getattr(self.client, method.lower())(route.url(sample.find(place, owner or self.role)), **more)
            if answer.streaming:
                # Read to the end: the test client then closes it without dropping the connection.
                b"".join(answer.streaming_content)
            transaction.set_rollback(True)
        return answer


def posted(route: Route, body: Any) -> dict[str, Any]:
    """How the test client sends this body there: as a form, or to the API as JSON unless there is a file in it."""
    if not route.api or (isinstance(body, dict) and any(isinstance(value, File) for value in body.values())):
        return {"data": body}
    return {"data": json.dumps(body), "content_type": "application/json"}


def word(route: Route, answer: Any) -> str | None:
    """可, 不可 or 登录; what broke when the program met an error; nothing when the address does not take this kind of request."""
    status = answer.status_code
    if status >= 500:
        return f"{BROKEN} {traceback.format_exception_only(answer.exc_info[1])[-1].strip()[:200]}" if answer.exc_info else BROKEN
    if status == 405:
        return None
    if status == 401 or (status in (301, 302) and answer.headers["Location"].split("?")[0] == "/account/login/"):
        return MAY if route.name in LEADS_TO_SIGN_IN else SIGN_IN
    return MAY_NOT if status in (403, 404, NOTHING_THERE) else MAY


def takes_no_forms(route: Route, method: str, sample: Sample) -> bool:
    """Whether it is a list in which nothing is done to many rows at once."""
    page = getattr(route.view, "view_class", None)
    return method == "POST" and sample.body is None and page is not None and issubclass(page, ListPage)


def methods_of(route: Route) -> tuple[str, ...]:
    return route.methods if route.api else ("GET", "POST")


def bare_error(_request: Any, status: int, **_words: str) -> HttpResponse:
    """What stands for the page of an error in the walk, which asks for the status of some ten thousand."""
    return HttpResponse(status=status)


def walk(world: World, room: str | None = None) -> Iterator[Asked]:
    """Every address of a room (None: of all) by each kind of request that it takes, as every role and as nobody."""
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    with patch("chuangwen.web.errors.error_page", bare_error):
        yield from _walked(world, room)


def _walked(world: World, room: str | None) -> Iterator[Asked]:
    visitors = {role: Visitor(world.here, role) for role in ROLES}
    nobody, stranger = Visitor(None, NOBODY), Visitor(world.there, "clerk")
    for route in routes():
        if room is not None and route.room != room:
            continue
        for verb, sample in samples_of(route).items():
            for method in methods_of(route):
                words: dict[str, str] = {}
                for role, visitor in visitors.items():
                    found = word(route, visitor.ask(route, method, sample, world.here))
                    if found is None:
                        break
                    words[role] = found
                    if found == MAY and _reaches_beyond(world, route, method, sample, visitor):
                        words[role] = EVERYWHERE
                if len(words) < len(visitors) or (takes_no_forms(route, method, sample) and set(words.values()) == {MAY_NOT}):
                    continue
                words[NOBODY] = word(route, nobody.ask(route, method, sample, world.here, "clerk")) or ""
                if not sample.shared:
                    words[STRANGER] = word(route, stranger.ask(route, method, sample, world.here, "clerk")) or ""
                yield Asked(route, method, words, verb)


def _reaches_beyond(world: World, route: Route, method: str, sample: Sample, visitor: Visitor) -> bool:
    """Whether the person may do the same with another town's record, or with another account's own."""
    if sample.shared:
        return False
    owner = "inspector" if sample.own and visitor.role != "inspector" else "clerk" if sample.own else visitor.role
    return word(route, visitor.ask(route, method, sample, world.there, owner)) == MAY
