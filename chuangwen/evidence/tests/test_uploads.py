"""Photos that arrive in pieces: resumed at the byte, checked, stored once; what is interrupted or refused leaves nothing half."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from chuangwen.evidence import uploads
from chuangwen.evidence.models import Photo
from chuangwen.kernel import files
from chuangwen.kernel.files import NoSpace
from chuangwen.people.actors import actor_of
from chuangwen.testing.pictures import jpeg

ROOT = Path(__file__).resolve().parents[3]
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = TUS | {"Content-Type": "application/offset+octet-stream"}
CONTENT = jpeg(7)


def metadata(content: bytes = CONTENT, uid: str = "", **more: str) -> str:
    facts = {"uid": uid or str(uuid.uuid4()), "sha256": hashlib.sha256(content).hexdigest()} | more
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in facts.items())


def announce(client: Client, content: bytes = CONTENT, uid: str = "", **more: str):
    headers = TUS | {"Upload-Length": str(len(content)), "Upload-Metadata": metadata(content, uid, **more)}
    return client.post("/evidence/uploads/", b"", content_type="text/plain", headers=headers)


def send(client: Client, where: str, content: bytes, offset: int = 0, **headers: str):
    more = PIECE | {"Upload-Offset": str(offset)} | headers
    return client.patch(where, content, content_type=PIECE["Content-Type"], headers=more)


def offset(client: Client, where: str) -> int:
    return int(client.head(where, headers=TUS)["Upload-Offset"])


def left_over() -> list[str]:
    return sorted(path.name for path in uploads.root().rglob("*") if path.is_file())


def test_a_photo_that_arrives_in_pieces_is_the_photo_that_was_sent(sign_in, town):
    client, uid = sign_in("inspector"), str(uuid.uuid4())
    said = announce(client, uid=uid, taken_at="2026-11-21T08:30:00+08:00", lat="21.66", lon="110.92", name="门口.jpg")
    assert said.status_code == 201 and said["Location"] == f"/evidence/uploads/{uid}"
    for start in range(0, len(CONTENT), 1000):
        piece = CONTENT[start : start + 1000]
        assert offset(client, said["Location"]) == start
        assert send(client, said["Location"], piece, start).status_code == 204
    photo = Photo.objects.get(uid=uid)
    assert files.read(photo.file_key) == CONTENT
    assert (photo.uploaded_by, photo.lat, photo.name, photo.taken_source) == (
        town.accounts["inspector"],
        21.66,
        "门口.jpg",
        "page",
    )
    assert left_over() == [] and offset(client, said["Location"]) == len(CONTENT)


def test_a_repeated_announcement_or_last_piece_stores_nothing_twice(sign_in):
    client, uid = sign_in("inspector"), str(uuid.uuid4())
    where = announce(client, uid=uid)["Location"]
    send(client, where, CONTENT)
    again = announce(client, uid=uid)
    assert again.status_code == 201 and again["Upload-Offset"] == str(len(CONTENT))
    assert send(client, where, b"", len(CONTENT)).status_code == 204
    assert send(client, where, CONTENT, 0).status_code == 409
    assert Photo.objects.count() == 1


def test_creation_with_upload_takes_the_whole_photo_in_one_request(sign_in):
    headers = PIECE | {"Upload-Length": str(len(CONTENT)), "Upload-Metadata": metadata()}
    said = sign_in("inspector").post("/evidence/uploads/", CONTENT, content_type=PIECE["Content-Type"], headers=headers)
    assert (said.status_code, said["Upload-Offset"]) == (201, str(len(CONTENT))) and Photo.objects.count() == 1


def test_a_piece_that_does_not_go_on_where_it_stands_is_refused(sign_in):
    client = sign_in("inspector")
    where = announce(client)["Location"]
    send(client, where, CONTENT[:100])
    for wrong in (0, 99, 101, len(CONTENT)):
        refused = send(client, where, CONTENT[wrong : wrong + 10], wrong)
        assert (refused.status_code, refused.json()["code"]) == (409, "evidence.upload_offset")
    assert offset(client, where) == 100


def test_a_damaged_piece_is_thrown_away_and_a_damaged_photo_begins_again(sign_in):
    client = sign_in("inspector")
    where = announce(client)["Location"]
    right = base64.b64encode(hashlib.sha256(CONTENT[:500]).digest()).decode()
    damaged = send(client, where, CONTENT[1:501], **{"Upload-Checksum": f"sha256 {right}"})
    assert damaged.status_code == 460 and offset(client, where) == 0
    assert send(client, where, CONTENT[:500], **{"Upload-Checksum": f"sha256 {right}"}).status_code == 204
    assert send(client, where, b"x" * (len(CONTENT) - 500), 500).json()["code"] == "evidence.damaged"
    assert client.head(where, headers=TUS).status_code == 404 and left_over() == [] and not Photo.objects.exists()


def test_what_is_no_picture_is_refused_whole(sign_in):
    client, content = sign_in("inspector"), b"not a picture at all" * 50
    where = announce(client, content)["Location"]
    refused = send(client, where, content)
    assert refused.status_code == 422 and refused.json()["code"].startswith("pictures.") and left_over() == []


def test_nobody_reaches_the_upload_or_takes_the_identifier_of_another(sign_in, town, other_town):
    mine, uid = sign_in("inspector"), str(uuid.uuid4())
    where = announce(mine, uid=uid)["Location"]
    for other in (sign_in("clerk"), sign_in("inspector", other_town)):
        assert other.head(where, headers=TUS).status_code == 404
        assert send(other, where, CONTENT).status_code == 404
        assert other.delete(where, headers=TUS).status_code == 404
    send(mine, where, CONTENT)
    for other in (sign_in("clerk"), sign_in("inspector", other_town)):
        assert other.head(where, headers=TUS).status_code == 404
        taken = announce(other, uid=uid)
        assert (taken.status_code, taken.json()["code"]) == (409, "evidence.other_photo")
    assert announce(mine, jpeg(8), uid=uid).status_code == 409
    assert announce(Client()).status_code == 401


def test_two_accounts_with_one_identifier_at_once_end_with_one_photo(sign_in):
    uid = str(uuid.uuid4())
    first, second = sign_in("inspector"), sign_in("clerk")
    here, there = announce(first, uid=uid)["Location"], announce(second, jpeg(9), uid=uid)["Location"]
    assert send(first, here, CONTENT).status_code == 204
    assert send(second, there, jpeg(9)).json()["code"] == "evidence.other_photo"
    assert Photo.objects.get().uploaded_by.username == "inspector" and left_over() == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": str(26 * 2**20)}, 413),
        ({"Upload-Length": "0"}, 422),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "x"}, 400),
        ({"Upload-Defer-Length": "1"}, 400),
        ({"Upload-Metadata": "uid ***"}, 422),
        ({"Upload-Metadata": ""}, 422),
        ({"Upload-Metadata": metadata(uid="not-a-uid")}, 422),
        ({"Upload-Metadata": metadata(sha256="abc")}, 422),
        ({"Upload-Metadata": metadata(lat="91", lon="0")}, 422),
        ({"Upload-Metadata": metadata(lat="nan", lon="0")}, 422),
        ({"Upload-Metadata": metadata(taken_at="yesterday")}, 422),
        ({"Upload-Metadata": metadata(taken_at="0001-01-01T00:00:00+14:00")}, 422),
        ({"Tus-Resumable": "0.2.2"}, 412),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_leaves_nothing(sign_in, headers, status):
    given = TUS | {"Upload-Length": str(len(CONTENT)), "Upload-Metadata": metadata()} | headers
    refused = sign_in("inspector").post("/evidence/uploads/", b"", content_type="text/plain", headers=given)
    assert refused.status_code == status and refused.json()["message"] and left_over() == []


def test_a_browser_that_cannot_hash_sends_without_and_repeats_alike(sign_in):
    client, uid = sign_in("inspector"), str(uuid.uuid4())
    where = announce(client, uid=uid, sha256="")["Location"]
    assert send(client, where, CONTENT).status_code == 204 and Photo.objects.get().file_key == hashlib.sha256(CONTENT).hexdigest()
    assert announce(client, uid=uid, sha256="")["Upload-Offset"] == str(len(CONTENT))
    assert announce(client, CONTENT[:-1], uid=uid, sha256="").status_code == 409


def test_more_bytes_than_announced_are_refused(sign_in):
    client = sign_in("inspector")
    where = announce(client)["Location"]
    assert send(client, where, CONTENT + b"more").status_code == 413 and offset(client, where) == 0


def test_giving_up_leaves_nothing(sign_in):
    client = sign_in("inspector")
    where = announce(client)["Location"]
    send(client, where, CONTENT[:10])
    assert client.delete(where, headers=TUS).status_code == 204
    assert client.head(where, headers=TUS).status_code == 404 and left_over() == []


def test_the_server_says_what_it_speaks(client, db):
    said = client.options("/evidence/uploads/")
    assert said["Tus-Version"] == "1.0.0" and "checksum" in said["Tus-Extension"] and int(said["Tus-Max-Size"]) == 25 * 2**20


def test_a_full_disk_is_told_and_the_upload_stays_where_it_was(sign_in, monkeypatch):
    client = sign_in("inspector")
    where = announce(client)["Location"]
    send(client, where, CONTENT[:100])
    real = uploads._write

    def full(part, most, read, checksum):
        part.write(CONTENT[100:150])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(uploads, "_write", full)
    refused = send(client, where, CONTENT[100:], 100)
    assert (refused.status_code, refused.json()["code"]) == (507, "files.no_space") and offset(client, where) == 100
    monkeypatch.setattr(uploads, "_write", real)
    assert send(client, where, CONTENT[100:], 100).status_code == 204 and Photo.objects.count() == 1


def test_a_disk_that_is_full_at_the_last_byte_loses_no_byte(sign_in, monkeypatch):
    client = sign_in("inspector")
    where = announce(client)["Location"]

    def full(*_args, **_more):
        raise NoSpace("full")

    with monkeypatch.context() as patched:
        patched.setattr(uploads, "take_in", full)
        assert send(client, where, CONTENT).status_code == 507
        assert client.head(where, headers=TUS).status_code == 507, "the phone must not take it for stored"
    assert offset(client, where) == len(CONTENT) and Photo.objects.count() == 1 and left_over() == []


def test_the_same_piece_from_two_requests_at_once_is_written_once(town, settings):
    actor, uid = actor_of(town.accounts["inspector"]), uuid.uuid4()
    uploads.begin(actor, length=len(CONTENT), metadata={"uid": str(uid), "sha256": hashlib.sha256(CONTENT).hexdigest()})
    reading, go_on = threading.Event(), threading.Event()
    pieces = iter([CONTENT[:200], b""])

    def slow(_most: int) -> bytes:
        reading.set()
        go_on.wait(10)
        return next(pieces)

    first = threading.Thread(target=lambda: uploads.append(actor, uid, offset=0, length=200, read=slow))
    first.start()
    assert reading.wait(10)
    with pytest.raises(uploads.Busy):
        uploads.append(actor, uid, offset=0, length=200, read=lambda _most: CONTENT[:200])
    go_on.set()
    first.join()
    assert uploads.state(actor, uid).offset == 200


def test_a_connection_that_breaks_keeps_what_arrived(town):
    actor, uid = actor_of(town.accounts["inspector"]), uuid.uuid4()
    uploads.begin(actor, length=len(CONTENT), metadata={"uid": str(uid), "sha256": hashlib.sha256(CONTENT).hexdigest()})
    pieces = iter([CONTENT[:300], CONTENT[300:450], b""])
    state = uploads.append(actor, uid, offset=0, length=len(CONTENT), read=lambda _most: next(pieces))
    assert (state.offset, state.done) == (450, False) and uploads.state(actor, uid).offset == 450


def test_what_nobody_went_on_with_for_a_week_is_thrown_away(sign_in):
    client = sign_in("inspector")
    old, new = announce(client)["Location"], announce(client)["Location"]
    send(client, old, CONTENT[:10])
    later = time.time() + uploads.KEPT.total_seconds() - 60
    assert uploads.tidy(later) == 0
    for path in uploads.root().rglob(f"{new.rsplit('/', 1)[1]}*"):
        os.utime(path, (later, later))
    assert uploads.tidy(later + timedelta(minutes=2).total_seconds()) == 1
    assert client.head(old, headers=TUS).status_code == 404 and offset(client, new) == 0


@settings(max_examples=25)
@given(cuts=st.lists(st.integers(1, len(CONTENT) - 1), max_size=8), repeats=st.sets(st.integers(0, 8)))
def test_however_it_is_cut_and_repeated_the_bytes_are_those_that_were_sent(cuts, repeats, tmp_path_factory):
    """The store alone: no database is asked before the last byte."""
    from django.test import override_settings

    from chuangwen.kernel.access import SYSTEM

    uid = uuid.uuid4()
    with override_settings(HOME=tmp_path_factory.mktemp("store")):
        place = uploads._place(None, uid)
        files.write_whole(
            place.with_suffix(".json"),
            json.dumps({"uid": str(uid), "account": 0, "length": len(CONTENT), "sha256": "0" * 64}).encode(),
        )
        ends = sorted({*cuts})
        start = 0
        for number, end in enumerate(ends):
            for _again in range(2 if number in repeats else 1):
                pieces = iter([CONTENT[start:end], b""])
                try:
                    uploads.append(SYSTEM, uid, offset=start, length=end - start, read=lambda _most, p=pieces: next(p))
                except uploads.WrongOffset:
                    assert _again
            start = end
        stored = place.with_suffix(".part").read_bytes() if ends else b""
        assert stored == CONTENT[:start]


KILLED = """
import os, sys, time, uuid
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangwen.config.settings")
import django
django.setup()
from chuangwen.evidence import uploads
from chuangwen.kernel.access import SYSTEM
content = open(sys.argv[1], "rb").read()
uid, at = uuid.UUID(sys.argv[2]), uploads.state(SYSTEM, uuid.UUID(sys.argv[2])).offset
def read(most):
    global at
    piece = content[at : at + 700]
    at += len(piece)
    print(at, flush=True)
    time.sleep(0.002)
    return piece
uploads.append(SYSTEM, uid, offset=at, length=None, read=read)
print("whole", flush=True)
"""


def test_a_server_killed_in_the_middle_again_and_again_goes_on_at_the_byte(settings, tmp_path, db):
    """SIGKILL in a process of its own, at other places each time; in the end the bytes are the photo's."""
    from chuangwen.kernel.access import SYSTEM

    content, uid = jpeg(11, (1600, 1200)), uuid.uuid4()
    settings.HOME = tmp_path
    (tmp_path / "photo.jpg").write_bytes(content)
    files.write_whole(
        uploads._place(None, uid).with_suffix(".json"),
        json.dumps({"uid": str(uid), "account": 0, "length": len(content) + 1, "sha256": "0" * 64}).encode(),
    )
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment |= {"CHUANGWEN_HOME": str(tmp_path), "CHUANGWEN_SECRET_KEY": "killed-" + "x" * 50, "PYTHONPATH": str(ROOT)}
    offsets = [0]
    for lines in (3, 9, 1, 20):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path / "photo.jpg"), str(uid)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        for _line in range(lines):
            process.stdout.readline()
        process.kill()
        process.wait()
        process.stdout.close()
        now = uploads.state(SYSTEM, uid).offset
        assert now >= offsets[-1], "bytes that were there are gone"
        offsets.append(now)
        assert uploads._place(None, uid).with_suffix(".part").read_bytes() == content[:now]
    assert offsets[-1] > offsets[1] >= 1
    pieces = iter([content[offsets[-1] :], b""])
    uploads.append(SYSTEM, uid, offset=offsets[-1], length=None, read=lambda _most: next(pieces))
    assert uploads._place(None, uid).with_suffix(".part").read_bytes() == content
