"""Nothing of a photo is public until a person has covered what must be covered; what is public then is that copy, and it tells nothing more."""

import io
import json

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image, ImageCms

from chuangwen.evidence import links
from chuangwen.evidence.actions import ask_for_release, confirm_release, take_in, withdraw_release
from chuangwen.evidence.actions.redacting import propose
from chuangwen.evidence.models import Photo, Redaction
from chuangwen.evidence.pixels import covering
from chuangwen.evidence.pixels.covering import Box
from chuangwen.evidence.redaction import boxes_from, public_photo_url, public_photo_urls
from chuangwen.evidence.trial import people
from chuangwen.evidence.trial.changes import jpeg as compressed
from chuangwen.kernel import clock, files, jobs
from chuangwen.kernel.errors import Denied, Missing, Refusal
from chuangwen.kernel.models import AuditEntry
from chuangwen.testing.pictures import camera, saved, scene

BOX = {"x": 0.25, "y": 0.25, "w": 0.25, "h": 0.25, "kind": "face", "by": "person"}


def telling() -> bytes:
    """A photo that says much of itself: camera, place, a preview, a colour profile, a comment."""
    exif = camera()
    exif[0xA431] = "SERIAL-4711"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(scene(3, (800, 600)), exif=exif, icc_profile=profile, comment=b"SERIAL-4711", quality=92)


@pytest.fixture
def photo(town) -> Photo:
    """A photo that is on the list."""
    photo = take_in(town.actors["grid_worker"], telling())
    ask_for_release(town.actors["clerk"], [photo.pk])
    return photo


def says_nothing(content: bytes) -> bool:
    image = Image.open(io.BytesIO(content))
    known = set(image.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
    return not image.getexif() and not known and b"SERIAL" not in content and b"HUAWEI" not in content and b"Exif" not in content


def test_the_original_says_much_and_no_smaller_copy_says_anything(town, photo, sign_in):
    assert not says_nothing(files.read(photo.file_key))
    for variant in ("thumb", "view"):
        content = b"".join(sign_in("liaison").get(links.photo_url(photo.pk, town.accounts["liaison"].pk, variant)))
        assert says_nothing(content)


def test_nothing_is_public_before_somebody_confirmed(town, photo):
    jobs.run_waiting()
    row = Redaction.objects.get()
    assert row.proposed_at is not None and public_photo_url(photo) is None
    for address in (f"/evidence/public/{photo.pk}", f"/evidence/public/{photo.file_key[:43]}", f"/evidence/public/{photo.uid}"):
        assert Client().get(address).status_code == 404


def test_the_confirmed_copy_is_for_everybody_covered_and_silent(town, photo):
    confirm_release(town.actors["clerk"], photo.pk, [BOX])
    answer = Client().get(public_photo_url(photo))
    content = b"".join(answer)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg") and says_nothing(content)
    assert str(photo.pk) not in public_photo_url(photo).rpartition("/")[0] and photo.file_key not in public_photo_url(photo)
    seen, was = (np.asarray(Image.open(io.BytesIO(c)).convert("L"), float) for c in (content, files.read(photo.file_key)))
    inside = np.s_[160:290, 210:390]
    assert seen[inside].std() < was[inside].std() and np.abs(seen[:140] - was[:140]).mean() < 4


def test_the_original_and_the_views_stay_closed_to_everybody(photo, town):
    confirm_release(town.actors["clerk"], photo.pk, [BOX])
    for variant in ("thumb", "view", "original"):
        assert Client().get(links.photo_url(photo.pk, town.accounts["clerk"].pk, variant)).status_code in (302, 404)


def test_a_withdrawn_release_is_gone_and_a_new_one_has_a_new_address(town, photo):
    clerk = town.actors["clerk"]
    confirm_release(clerk, photo.pk, [BOX])
    first = public_photo_url(photo)
    confirm_release(clerk, photo.pk, [])
    second = public_photo_url(photo)
    assert first != second and Client().get(first).status_code == 404 and Client().get(second).status_code == 200
    withdraw_release(clerk, photo.pk)
    assert public_photo_url(photo) is None and Client().get(second).status_code == 404
    assert [entry.verb for entry in AuditEntry.objects.order_by("number")][-3:] == ["evidence.release"] * 3


def test_only_who_may_release_can(town, photo):
    for role in ("liaison", "grid_worker", "inspector"):
        with pytest.raises(Denied):
            confirm_release(town.actors[role], photo.pk, [BOX])
    with pytest.raises(Missing):
        confirm_release(town.actors["clerk"], 10**9, [BOX])


def test_another_town_covers_nothing_here_and_what_nobody_asked_for_is_not_released(town, other_town, photo):
    with pytest.raises(Missing):
        confirm_release(other_town.actors["clerk"], photo.pk, [BOX])
    other = take_in(town.actors["grid_worker"], saved(scene(9, (64, 48))))
    with pytest.raises(Missing):
        confirm_release(town.actors["clerk"], other.pk, [])


def test_the_database_holds_no_public_copy_without_a_confirmation(photo):
    with pytest.raises(IntegrityError), transaction.atomic():
        Redaction.objects.update(file_key="a" * 64, public_key="k")
    with pytest.raises(IntegrityError), transaction.atomic():
        Redaction.objects.update(confirmed_at=clock.now())


def test_proposing_again_leaves_what_was_confirmed(town, photo):
    confirm_release(town.actors["clerk"], photo.pk, [BOX])
    before = Redaction.objects.get()
    propose(photo.pk)
    after = Redaction.objects.get()
    assert (after.boxes, after.public_key) == (before.boxes, before.public_key)


def test_a_photo_whose_file_is_gone_is_refused_and_not_released(town, photo):
    files.path_of(photo.file_key).unlink()
    with pytest.raises(Refusal):
        confirm_release(town.actors["clerk"], photo.pk, [BOX])
    assert public_photo_url(photo) is None and propose(photo.pk) == []


@pytest.mark.parametrize(
    "data",
    [
        None,
        "x",
        [1],
        [{"x": 0}],
        [{"x": "a", "y": 0, "w": 1, "h": 1}],
        [dict(BOX, w=float("nan"))],
        [dict(BOX, x=9)],
        [BOX] * 500,
    ],
)
def test_boxes_that_are_none_are_refused(data):
    with pytest.raises(Refusal):
        boxes_from(data)


def test_boxes_are_cut_to_the_picture_and_specks_fall_away():
    found = boxes_from([dict(BOX, x=-0.1, w=0.3), dict(BOX, w=0.0001), dict(BOX, x=0.9, w=0.5, kind="cat", by="me")])
    assert [(round(b.x, 3), round(b.w, 3), b.kind, b.by) for b in found] == [
        (0, 0.2, "face", "person"),
        (0.9, 0.1, "other", "person"),
    ]


def test_of_a_covered_area_hardly_anything_is_left():
    """Two different faces of one tone cannot be told apart under the cover: what differs is less than what JPEG leaves."""
    rng = np.random.default_rng(4)
    plain = np.full((400, 600, 3), 128, np.uint8)
    left, right = plain.copy(), plain.copy()
    left[100:200, 200:300] = rng.integers(0, 2, (100, 100, 1)) * 255
    right[100:200, 200:300] = rng.integers(0, 2, (100, 100, 1)) * 255
    box = [Box(200 / 600, 100 / 400, 100 / 600, 100 / 400)]
    shown = [np.asarray(Image.open(io.BytesIO(covering.cover(picture, box))), float) for picture in (left, right)]
    assert np.abs(shown[0] - shown[1]).max() < 40 and np.abs(left.astype(float) - right).max() == 255


def test_drawn_faces_and_plates_are_mostly_proposed():
    found = people.measure(8)
    assert found["faces_found"] >= 0.5 and found["plates_found"] >= 0.8 and found["beside_per_picture"] <= 2


@pytest.mark.parametrize("size", [(1, 1), (30, 2), (24, 24), (3000, 20)])
def test_pictures_of_any_form_can_be_looked_through_and_covered(size):
    picture = np.random.default_rng(1).integers(0, 255, (*size, 3)).astype(np.uint8)
    covering.propose(picture)
    assert covering.cover(picture, [Box(0, 0, 1, 1), Box(0.99, 0.99, 0.01, 0.01)])[:2] == b"\xff\xd8"


def test_a_clerk_covers_and_releases_on_the_page(town, sign_in):
    clerk, shown = sign_in("clerk"), people.peopled(3)
    photo = take_in(town.actors["grid_worker"], compressed(shown.picture))
    ask_for_release(town.actors["clerk"], [photo.pk])
    jobs.run_waiting()
    page = clerk.get(f"/evidence/releases/{photo.pk}/")
    assert page.status_code == 200 and Redaction.objects.get().proposed
    assert "请自己看一遍整张照片" in page.content.decode()
    answer = clerk.post(f"/evidence/releases/{photo.pk}/", {"boxes": json.dumps([BOX])})
    assert answer.status_code == 303 and public_photo_url(photo.pk)
    assert "/evidence/public/" in clerk.get(f"/evidence/releases/{photo.pk}/").content.decode()
    assert clerk.post(f"/evidence/releases/{photo.pk}/", {"boxes": "nonsense"}).status_code == 422
    assert clerk.post(f"/evidence/releases/{photo.pk}/withdraw/").status_code == 303 and public_photo_urls([photo.pk]) == {}
    assert sign_in("liaison").get("/evidence/releases/").status_code == 403


def test_the_list_of_releases_is_a_few_queries(town, sign_in, django_assert_max_num_queries):
    clerk = sign_in("clerk")
    photos = [take_in(town.actors["grid_worker"], saved(scene(n, (64, 48)))) for n in range(25)]
    ask_for_release(town.actors["clerk"], [photo.pk for photo in photos])
    with django_assert_max_num_queries(12):
        assert clerk.get("/evidence/releases/").status_code == 200
