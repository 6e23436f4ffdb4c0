"""A photo is kept as it came, once, with what is known of it; what is no photo leaves nothing behind."""

import errno
import hashlib
import uuid
from datetime import datetime

import pytest
from PIL import Image

from chuangwen.evidence.actions import take_in
from chuangwen.evidence.models import Photo
from chuangwen.evidence.queries import missing_files, view_of
from chuangwen.kernel import clock, files
from chuangwen.kernel.access import NOBODY
from chuangwen.kernel.errors import Conflict, Denied, Refusal
from chuangwen.kernel.models import AuditEntry
from chuangwen.kernel.pictures import PictureError
from chuangwen.testing.pictures import camera, jpeg, saved, scene

pytestmark = pytest.mark.django_db
THEN = datetime(2026, 11, 21, 8, 30, 15, tzinfo=clock.LOCAL)


@pytest.fixture
def worker(town):
    return town.actors["grid_worker"]


def test_the_original_is_kept_to_the_byte_with_both_digests(worker):
    content = jpeg(exif=camera())
    photo = take_in(worker, content, name="墙面.jpg")
    assert files.read(photo.file_key) == content
    assert photo.file_key == hashlib.sha256(content).hexdigest() and photo.sm3 == hashlib.new("sm3", content).hexdigest()
    assert (photo.width, photo.height, photo.size, photo.name) == (320, 240, len(content), "墙面.jpg")
    assert (photo.uploaded_by_id, photo.device) == (worker.account_id, "HUAWEI P60")


def test_what_the_page_knew_goes_before_what_the_picture_says_and_both_name_their_source(worker):
    told = take_in(worker, jpeg(1, exif=camera()), taken_at=datetime(2026, 11, 21, 9, tzinfo=clock.LOCAL), lat=21.5, lon=110.5)
    assert (told.taken_at.astimezone(clock.LOCAL).hour, told.taken_source, told.lat, told.place_source) == (
        9,
        "page",
        21.5,
        "page",
    )
    read = take_in(worker, jpeg(2, exif=camera()))
    assert (read.taken_at, read.taken_source, read.lat, read.lon, read.place_source) == (THEN, "exif", 21.66, 110.92, "exif")
    bare = take_in(worker, jpeg(3))
    assert (bare.taken_at, bare.taken_source, bare.lat, bare.place_source) == (None, "none", None, "none")


def test_a_time_without_a_zone_is_a_time_in_china(worker):
    photo = take_in(worker, jpeg(), taken_at=datetime(2026, 11, 21, 9))  # noqa: DTZ001 - what a program sends
    assert Photo.objects.get(pk=photo.pk).taken_at == datetime(2026, 11, 21, 9, tzinfo=clock.LOCAL)


@pytest.mark.parametrize(
    "place", [(91, 110), (21, 181), (21, None), (None, 110), (float("nan"), 110), (21, float("inf"))], ids=str
)
def test_a_place_that_is_none_is_refused_and_nothing_is_kept(worker, place):
    with pytest.raises(Refusal) as caught:
        take_in(worker, jpeg(), lat=place[0], lon=place[1])
    assert caught.value.code in ("places.half_a_point", "places.off_the_globe") and "lat" in caught.value.fields
    assert not Photo.objects.exists() and not files.root().exists()


def test_the_same_photo_sent_again_is_the_same_record(worker):
    uid = uuid.uuid4()
    first, again = take_in(worker, jpeg(), uid=uid), take_in(worker, jpeg(), uid=uid)
    assert first.pk == again.pk and Photo.objects.count() == 1
    assert AuditEntry.objects.filter(verb="evidence.add").count() == 1


def test_a_uid_names_one_photo_of_one_account(town, worker):
    uid = uuid.uuid4()
    take_in(worker, jpeg(1), uid=uid)
    for actor, content in ((town.actors["clerk"], jpeg(1)), (worker, jpeg(2))):
        with pytest.raises(Conflict):
            take_in(actor, content, uid=uid)
    assert Photo.objects.count() == 1


def test_the_same_picture_brought_by_two_is_two_records_and_one_file(town, worker):
    records = [take_in(actor, jpeg()) for actor in (worker, town.actors["clerk"])]
    assert len({photo.pk for photo in records}) == 2 and len({photo.file_key for photo in records}) == 1
    assert missing_files() == []
    files.path_of(records[0].file_key).unlink()
    assert set(missing_files()) == {records[0].file_key}


def test_only_who_may_adds_photos(town):
    for actor in (NOBODY, town.actors["audit_admin"]):
        with pytest.raises(Denied):
            take_in(actor, jpeg())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "pictures.empty"),
        (jpeg()[:2000], "pictures.broken"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "pictures.active"),
        (b"<?php system($_GET['x']); ?>", "pictures.active"),
        (jpeg(comment=b"<script>alert(1)</script>"), "pictures.two_faced"),
        ("不是照片".encode(), "pictures.not_a_picture"),
    ],
)
def test_what_is_broken_or_holds_a_script_is_refused_and_leaves_nothing(worker, content, code):
    with pytest.raises(PictureError) as caught:
        take_in(worker, content)
    assert caught.value.code == code
    assert not Photo.objects.exists() and not files.root().exists()


def test_a_full_disk_leaves_no_record(worker, monkeypatch):
    def full(*_args):
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(files.NoSpace):
        take_in(worker, jpeg())
    assert not Photo.objects.exists() and not AuditEntry.objects.filter(verb="evidence.add").exists()


def test_what_pages_show_is_upright_small_and_without_the_cameras_data(worker):
    photo = take_in(worker, saved(scene(1, (2400, 1800)), exif=camera(6)))
    shown = [(view_of(photo), (1200, 1600)), (files.path_of(photo.thumbnail_key), (360, 480))]
    for path, size in shown:
        content = path.read_bytes()
        assert b"Exif" not in content and b"HUAWEI" not in content
        assert Image.open(path).size == size
    assert view_of(photo) == shown[0][0], "the second look takes the file that the first one made"
