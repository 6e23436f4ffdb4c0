"""What comes from a phone is stored whole and once, or refused with a sentence; whatever is sent, no error of the program."""

import json
import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chuangwen.kernel import clock
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.kernel.files import NoSpace
from chuangwen.phone import entries
from chuangwen.phone.models import Entry
from chuangwen.phone.tests.conftest import entry
from chuangwen.phone.views import programs

KIND = "tests.note"
DONE: list[entries.Incoming] = []


def handle(actor, incoming):
    DONE.append(incoming)
    match incoming.data.get("do"):
        case "clash" if not incoming.choice:
            raise entries.Clash("moved on", "tests.moved", [("keep", "Keep")])
        case "conflict":
            raise Conflict("somebody was quicker", "tests.quicker")
        case "refuse":
            raise Refusal("cannot be", "tests.refused", field="do")
        case "full":
            raise NoSpace("the disk is full")
        case "break":
            raise RuntimeError("broken")
    incoming.notes += ["read this"] if incoming.data.get("do") == "note" else []
    return {"choice": incoming.choice, "at": incoming.at.isoformat()}


@pytest.fixture(autouse=True)
def _kind():
    DONE.clear()
    cache.clear()
    entries.register(
        KIND, "phone.use", handle, photos_of=lambda data: data["photos"] if isinstance(data.get("photos"), list) else []
    )
    yield
    entries._kinds.pop(KIND)


def test_an_entry_is_answered_and_its_repetition_alike_without_doing_it_again(phone):
    message = entry(KIND, {"do": "note"})
    first = phone.post("entries", message)
    assert first.json() | {"result": None} == {"uid": message["uid"], "state": "stored", "result": None, "notes": ["read this"]}
    assert phone.post("entries", message).content == first.content and len(DONE) == 1
    stored = Entry.objects.get()
    assert (stored.device, stored.account) == (phone.device, phone.device.account)


def test_another_account_does_not_get_the_answer(phone, phone_of, town):
    message = entry(KIND, {})
    phone.post("entries", message)
    other = phone_of(town.accounts["clerk"]).post("entries", message)
    assert (other.status_code, other.json()["code"]) == (409, "phone.other_content") and "result" not in other.json()


def test_a_clash_offers_choices_and_the_choice_is_handed_on(phone):
    message = entry(KIND, {"do": "clash"})
    asked = phone.post("entries", message)
    assert (asked.status_code, asked.json()["state"]) == (409, "conflict")
    assert [choice["code"] for choice in asked.json()["choices"]] == ["keep", "drop"] and not Entry.objects.exists()
    assert phone.post("entries", message | {"choice": "keep"}).json()["result"]["choice"] == "keep"


def test_a_plain_conflict_can_be_dropped(phone):
    message = entry(KIND, {"do": "conflict"})
    assert [choice["code"] for choice in phone.post("entries", message).json()["choices"]] == ["drop"]
    assert phone.post("entries", message | {"choice": "drop"}).json()["state"] == "dropped"
    assert Entry.objects.get().choice == "drop"


@pytest.mark.parametrize(("do", "status", "state"), [("refuse", 422, "refused"), ("full", 507, None)])
def test_what_is_refused_leaves_nothing_and_can_be_sent_again(phone, do, status, state):
    answer = phone.post("entries", entry(KIND, {"do": do}))
    assert answer.status_code == status and answer.json().get("state") == state and answer.json()["message"]
    assert not Entry.objects.exists()


def test_an_error_of_the_program_leaves_nothing(phone):
    phone.client.raise_request_exception = False
    message = entry(KIND, {"do": "break"})
    answer = phone.post("entries", message)
    assert answer.status_code == 500 and answer.json()["message"] and not Entry.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"not json", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b'{"a": NaN}', 400),
        (b'{"a": 1e999}', 400),
        (b'{"a": "\\u0000"}', 400),
        (b'{"a": "\\ud800"}', 400),
        (b'{"a": 99999999999999999999999}', 400),
        (b'{"a": ' + b"9" * 5000 + b"}", 400),
        (b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}", 400),
        (b'{"a": ' + b"[" * 100_000, 400),
        (b"\xff\xfe{}", 400),
        (b'{"a": "' + b"x" * programs.LARGEST_ENTRY + b'"}', 413),
    ],
)
def test_what_is_no_entry_is_refused_with_a_sentence(phone, body, status):
    answer = phone.post("entries", body)
    assert answer.status_code == status and answer.json()["message"] and answer.json()["state"] == "refused"


GOOD = {"uid": str(uuid.uuid4()), "kind": KIND, "data": {}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"uid": 7}, {"uid": "x"}, {"uid": None}, {"kind": "tests.unknown"}, {"kind": ["x"]}, {"data": None}, {"data": []}, {"photos": "x"},
        {"photos": [1]}, {"photos": ["x"]}, {"photos": [str(uuid.uuid4())] * 101}, {"based_on": [1]}, {"based_on": {"a": 1}},
        {"made_at": "yesterday"}, {"made_at": 5}, {"made_at": "2026-11-21T08:00:00"}, {"sent_at": {}}, {"choice": 3}, {"choice": "x" * 41},
        {"more": 1}, {"data": {"photos": [str(uuid.uuid4())]}},
    ],
)  # fmt: skip
def test_a_wrong_part_of_the_envelope_is_named(phone, wrong):
    answer = phone.post("entries", GOOD | wrong)
    assert answer.status_code == 422 and answer.json()["code"].startswith("phone.") and not DONE


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([GOOD["uid"], KIND]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6) | st.sampled_from(sorted(GOOD)), inner, max_size=5)
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from(["uid", "kind", "data", "photos", "made_at", "sent_at", "based_on", "choice"]), JSON),
    st.booleans(),
)
def test_whatever_is_sent_there_is_an_answer(phone, parts, on_good):
    with transaction.atomic():
        answer = phone.post("entries", json.dumps((GOOD | parts) if on_good else parts).encode("utf-8", "surrogatepass"))
        assert answer.status_code in (200, 400, 409, 422), answer.content
        assert answer.json()["message" if answer.status_code != 200 else "state"]
        transaction.set_rollback(True)


def test_a_flood_is_slowed_down_and_told_when_to_go_on(phone, monkeypatch):
    monkeypatch.setattr(programs, "ENTRIES_A_MINUTE", 5)
    with clock.at(clock.now()):
        answers = [phone.post("entries", entry(KIND, {})) for _n in range(7)]
    assert [a.status_code for a in answers] == [200] * 5 + [429] * 2 and answers[-1]["Retry-After"] == "60"
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert phone.post("entries", entry(KIND, {})).status_code == 200


def test_the_package_says_who_and_what_and_each_part_knows_when_it_is_known(phone, town):
    told = phone.get("bundle").json()
    assert told["account"]["id"] == town.accounts["inspector"].pk and {"fieldwork.rounds", "places.outlines"} <= set(
        told["sections"]
    )
    for name, facts in told["sections"].items():
        part = phone.get(f"bundle/{name}")
        assert part["ETag"] == f'"{facts["etag"]}"' and part.json() is not None
        assert phone.get(f"bundle/{name}", **{"If-None-Match": part["ETag"]}).status_code == 304
        packed = phone.get(f"bundle/{name}", **{"Accept-Encoding": "gzip"})
        assert packed["Content-Encoding"] == "gzip" and len(packed.content) == facts["bytes"]
    assert phone.get("bundle/cases.unknown").status_code == 404


def test_who_may_not_gets_no_such_part(phone_of, town):
    grid_worker = phone_of(town.accounts["grid_worker"])
    assert "fieldwork.rounds" not in grid_worker.get("bundle").json()["sections"]
    assert grid_worker.get("bundle/fieldwork.rounds").status_code == 404
