"""Wrong addresses, repeated and broken requests: answered, never with an error of the program."""

import re
from unittest.mock import patch

import pytest
from django.db import transaction
from django.test import Client

from chuangwen.kernel.access import ALL, SYSTEM, VERBS
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Role, RoleGrant
from chuangwen.testing import factories
from tests.routes import Route, rooms, routes
from tests.samples import samples_of
from tests.walk import BACKEND, NOTHING_THERE, bare_error, methods_of, posted
from tests.world import World

NUMBERS = ("0", "9223372036854775807", "9223372036854775808", "1" + "0" * 40)
GARBAGE = ("-1", "1.5", "abc", "1e3", "%00", "..%2f..%2fetc%2fpasswd", "１２", "1'%20OR%201=1", "😀")
QUERY = {
    "page": "9" * 30, "sort": "__class__", "size": "-5", "q": "\x00' OR 1=1 --", "after": "9" * 30, "limit": "-1", "export": "exe",
    "state": "nothing", "division": "9" * 30, "unit": "x", "kind": "\x00", "round": "9" * 30, "from": "2026-13-45", "to": "\x00",
    "day": "0000-00-00", "under": "9" * 30, "item": "-1", "site": "9" * 30, "columns": "__all__", "text": "😀" * 300, "edition": "9" * 30,
    "layer": "\x00", "level": "٣", "lead": "9" * 30, "severity": "9" * 30, "list": "\x00", "deadline": "x", "family": "9" * 30,
    "scheme": "9" * 30, "amount": "9" * 30, "type": "9" * 30, "part": "x", "on": "x", "bbox": "1,2,x", "due_from": "x", "due_to": "x",
}  # fmt: skip
"""What no address should stumble over, for whatever parameter it reads."""


class Everybody:
    """An account whose role may do everything everywhere: it gets as deep into every address as anybody can."""

    def __init__(self, world: World):
        role = Role.objects.create(code="everything", name="一切")
        RoleGrant.objects.bulk_create(RoleGrant(role=role, verb=verb, scope=ALL) for verb in VERBS)
        self.account = factories.make_account("everybody", role, None)
        self.actor = actor_of(self.account)
        self.world = world
        self.client = Client(raise_request_exception=False)
        self.client.force_login(self.account, backend=BACKEND)
        from chuangwen.people import actions as people

        self.headers = {"Authorization": f"Bearer {people.make_token(SYSTEM, self.account, 'walk')}"}
        self._kept = {name: morsel.value for name, morsel in self.client.cookies.items()}

    def send(self, method: str, address: str, *, api: bool, keep: bool = False, **more):
        """The status and the answer; what was done is rolled back unless it is to be kept."""
        for name, value in self._kept.items():
            self.client.cookies[name] = value
        if api:
            self.client.cookies.clear()
            more["headers"] = self.headers
        with transaction.atomic():
            answer = getattr(self.client, method.lower())(address, **more)
            if answer.streaming:
                # Read to the end: the test client then closes it without dropping the connection.
                b"".join(answer.streaming_content)
            transaction.set_rollback(not keep)
        return answer


@pytest.fixture
def everybody(world):
    with patch("chuangwen.web.errors.error_page", bare_error):  # the status is what is asked for, some ten thousand times
        yield Everybody(world)


def broken(answer, what: str) -> list[str]:
    if answer.status_code < 500:
        return []
    problem = answer.exc_info[1] if getattr(answer, "exc_info", None) else ""
    return [f"{what}: {answer.status_code} {type(problem).__name__}: {problem}"[:300]]


def of_room(room: str) -> list[Route]:
    return [route for route in routes() if route.room == room]


def with_value(route: Route, keywords: dict, value: str) -> str:
    """The address with ``value`` written where the first key stands."""
    path = route.path
    for number, key in enumerate(route.keys):
        path = re.sub(rf"<(?:\w+:)?{key}>", lambda _found, n=number, k=key: value if n == 0 else str(keywords[k]), path)
    return path


@pytest.mark.parametrize("room", rooms())
def test_ids_that_are_huge_negative_or_garbage_are_answered_that_there_is_nothing(everybody, room):
    wrong = []
    for route in of_room(room):
        if not route.keys:
            continue
        sample = next(iter(samples_of(route).values()))
        keywords = sample.find(everybody.world.here, "clerk")
        named = {type(keywords[route.keys[0]])} == {str}
        for value in (*NUMBERS, *GARBAGE):
            for method in methods_of(route):
                address = with_value(route, keywords, value)
                more = posted(route, {}) if method != "GET" else {}
                answer = everybody.send(method, address, api=route.api, **more)
                wrong += broken(answer, f"{method} {address}")
                if not named and answer.status_code < 300 and answer.status_code != NOTHING_THERE:
                    wrong.append(f"{method} {address} answered {answer.status_code} as if there were something")
    assert wrong == []


ALONE = [{name: QUERY[name]} for name in ("page", "sort", "q", "export", "from")]
"""What lists read: each is sent by itself as well, for the first that is refused hides the others."""


@pytest.mark.parametrize("everywhere", [False, pytest.param(True, marks=pytest.mark.long)], ids=["lists", "everywhere"])
@pytest.mark.parametrize("room", rooms())
def test_nonsense_in_the_query_is_answered(everybody, room, everywhere):
    wrong = []
    for route in of_room(room):
        if "GET" not in methods_of(route):
            continue
        for verb, sample in list(samples_of(route).items())[:1]:
            address = route.url(sample.find(everybody.world.here, "clerk"))
            for query in (QUERY, *(ALONE if everywhere or not route.keys else ())):
                wrong += broken(
                    everybody.send("GET", address, api=route.api, query_params=query), f"GET {address} {verb} {query}"[:120]
                )
    assert wrong == []


@pytest.mark.long
@pytest.mark.parametrize("room", rooms())
def test_the_same_post_twice_and_posts_of_the_wrong_kind_are_answered(everybody, room):
    wrong, place = [], everybody.world.here
    for route in of_room(room):
        if "POST" not in methods_of(route):
            continue
        for verb, sample in samples_of(route).items():
            address = route.url(sample.find(place, "clerk"))
            what = f"POST {address} {verb}"
            query = {"query_params": sample.query(place)} if sample.query else {}
            with transaction.atomic():
                for time in ("once", "twice"):
                    body = posted(route, sample.body(place, "clerk") if sample.body else {})
                    wrong += broken(everybody.send("POST", address, api=route.api, keep=True, **body, **query), f"{what} {time}")
                transaction.set_rollback(True)
            for kind, content in (
                ("application/json", b'{"a": [1, 2'),
                ("application/json", b"[" * 3000),
                ("application/json", b'"\xff\xfe"'),
                ("text/plain", b"\x00\x01\x02"),
                ("multipart/form-data", b"no boundary"),
                ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1"),
                ("application/x-www-form-urlencoded", b"a=%ff&b=%00&" + b"&".join(b"c=1" for _n in range(50))),
                ("application/xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
            ):  # fmt: skip
                answer = everybody.send("POST", address, api=route.api, data=content, content_type=kind)
                wrong += broken(answer, f"{what} as {kind}")
    assert wrong == []
