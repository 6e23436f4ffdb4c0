"""Whatever is sent as a picture: a sentence in Chinese where it is none, and nothing stored; what is stored is served safely."""

from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chuangwen.evidence.models import Photo
from chuangwen.kernel import files
from chuangwen.kernel.models import AuditEntry
from tests.bad_files import BAD_PICTURES, CHINESE, rows_of_ours
from tests.routes import Route, routes
from tests.samples import samples_of
from tests.walk import BACKEND
from tests.world import jpeg


class _FileFields(HTMLParser):
    """The names of the file fields of a page, with what each accepts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "file" and given.get("name"):
            self.found[given["name"]] = given.get("accept") or ""


def file_fields(client: Client, route: Route, sample, place) -> dict[str, str]:
    role = "clerk"
    query = {"query_params": sample.query(place)} if sample.query else {}
    answer = client.get(route.url(sample.find(place, role)), **query)
    if answer.status_code != 200 or not answer.headers.get("Content-Type", "").startswith("text/html"):
        return {}
    reader = _FileFields()
    reader.feed(answer.content.decode())
    return reader.found


COUNTED = {"intake.Tally", "kernel.AuditEntry"}
"""How often somebody outside has tried is counted, and who opened a list of telephones is recorded, whatever came of it."""


@pytest.mark.parametrize("role", ["clerk", *(pytest.param(role, marks=pytest.mark.long) for role in ("liaison", "grid_worker"))])
def test_every_picture_field_refuses_what_is_no_sound_picture(world, role):
    place, seen = world.here, 0
    client = Client(raise_request_exception=False)
    client.force_login(place.town.accounts[role], backend=BACKEND)
    before = rows_of_ours()
    for route in routes():
        if route.api:
            continue
        for verb, sample in samples_of(route).items():
            fields = {name: accept for name, accept in file_fields(client, route, sample, place).items() if "image" in accept}
            for field in fields:
                seen += 1
                address = route.url(sample.find(place, role))
                query = {"query_params": sample.query(place)} if sample.query else {}
                for name, make in BAD_PICTURES.items():
                    body = (sample.body(place, role) if sample.body else {}) | {
                        field: SimpleUploadedFile(name, make(), "image/jpeg")
                    }
                    answer = client.post(address, body, **query)
                    assert 400 <= answer.status_code < 500, (route.name, verb, name, answer.status_code)
                    assert CHINESE.search(answer.content.decode()), (route.name, verb, name)
    assert seen, "no page has a field for pictures"
    after = rows_of_ours()
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name] and name not in COUNTED} == {}


def test_the_api_refuses_what_is_no_sound_picture(world):
    place, before = world.here, rows_of_ours()
    client = Client(headers={"Authorization": f"Bearer {place.tokens['clerk']}"}, raise_request_exception=False)
    for name, make in BAD_PICTURES.items():
        answer = client.post("/api/v1/photos", {"file": SimpleUploadedFile(name, make(), "image/jpeg")})
        assert 400 <= answer.status_code < 500 and CHINESE.search(answer.json()["message"]), (name, answer.content)
    assert rows_of_ours() == before


def test_a_photo_is_served_so_that_no_browser_runs_what_may_hide_in_it(world):
    place = world.here
    client = Client()
    client.force_login(place.town.accounts["clerk"], backend=BACKEND)
    for variant in ("thumb", "view", "original"):
        answer = client.get(reverse("evidence:photo", args=[place.things["photo"].pk, variant]))
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Content-Type"].startswith("image/")
        b"".join(answer.streaming_content)  # read to the end: the test client then closes it without dropping the connection


def test_the_same_photo_twice_is_kept_once_on_the_disk_and_told_apart_in_the_records(world):
    place, content = world.here, jpeg(77)
    client = Client(headers={"Authorization": f"Bearer {place.tokens['clerk']}"})
    keys = {client.post("/api/v1/photos", {"file": SimpleUploadedFile("a.jpg", content)}).json()["sha256"] for _n in range(2)}
    assert len(keys) == 1 and files.path_of(keys.pop()).exists()
    assert AuditEntry.objects.filter(verb="evidence.add").count() >= 2
    assert Photo.objects.filter(size=len(content)).count() == 2
