"""Drawn photos: told apart by their fingerprints, small, quick, and honest about what they are."""

import io
import random
import time
from datetime import datetime

import numpy as np
import pytest
from PIL import ExifTags, Image

from chuangwen.demo import pictures, scenes
from chuangwen.demo.drawing import canvas
from chuangwen.demo.drawing.troubles import TROUBLES
from chuangwen.kernel.worktime import LOCAL

TAKEN = datetime(2026, 11, 20, 9, 30, 5, tzinfo=LOCAL)
ALIKE = 10
"""At this many differing bits of 64, or fewer, two photos count as likely the same."""


def take(scene, place, stage="before", shot=0):
    return pictures.draw(scene, place=place, stage=stage, taken_at=TAKEN, lat=21.66, lon=110.92, shot=shot)


def grey(photo, size):
    return np.asarray(Image.open(io.BytesIO(photo)).convert("L").resize(size, Image.Resampling.LANCZOS), dtype=float)


def dhash(photo):
    values = grey(photo, (9, 8))
    return (values[:, 1:] > values[:, :-1]).ravel()


def phash(photo):
    order = np.arange(32)
    cosines = np.cos(np.pi / 32 * (order[None, :] + 0.5) * order[:, None])
    low = (cosines @ grey(photo, (32, 32)) @ cosines.T)[:8, :8]
    return (low > np.median(low)).ravel()


@pytest.fixture(scope="module")
def album():
    """90 places, as the town's cases would draw their scenes; also two visits to some."""
    rng = random.Random(5)
    wanted = scenes.all_scenes()
    return [(scene, place, take(scene, place)) for place, scene in enumerate(rng.choices(wanted, k=90), start=1)]


@pytest.mark.parametrize("fingerprint", [dhash, phash])
def test_photos_of_different_places_are_told_apart(album, fingerprint):
    rng = random.Random(11)
    prints = [fingerprint(photo) for *_, photo in album]
    pairs = [rng.sample(range(len(album)), 2) for _ in range(2000)]
    apart = sum(int((prints[a] != prints[b]).sum()) > ALIKE for a, b in pairs)
    assert apart > 0.99 * len(pairs)


@pytest.mark.parametrize("fingerprint", [dhash, phash])
def test_the_same_scene_at_different_places_is_told_apart(fingerprint):
    prints = [fingerprint(take("stairwell/extinguisher", place)) for place in range(1, 16)]
    distances = [int((a != b).sum()) for i, a in enumerate(prints) for b in prints[:i]]
    assert np.mean([distance > ALIKE for distance in distances]) > 0.95


def test_before_and_after_are_the_same_place_but_not_the_same_photo():
    pairs = [
        (take(scene, 7), take(scene, 7, "after", 3))
        for scene in ("street/bins", "estate/dump", "stairwell/boxes", "wall/stickers")
    ]
    for before, after in pairs:
        assert before != after
        assert int((dhash(before) != dhash(after)).sum()) < 30
        stranger = take("estate/dump", 901)
        colours = [
            np.asarray(Image.open(io.BytesIO(each)).convert("HSV").resize((64, 48)))[..., 0].ravel()
            for each in (before, after, stranger)
        ]
        bands = [np.histogram(colour, bins=16, range=(0, 256))[0] for colour in colours]
        assert np.abs(bands[0] - bands[1]).sum() < np.abs(bands[0] - bands[2]).sum() * 1.5


def test_the_same_recipe_gives_the_same_bytes():
    assert take("lane/litter", 3) == take("lane/litter", 3)
    assert take("lane/litter", 3) != take("lane/litter", 3, shot=1)


def test_every_scene_of_the_town_can_be_drawn():
    for scene in scenes.all_scenes():
        background, trouble = scene.split("/")
        assert background in pictures.BACKGROUNDS
        assert trouble in TROUBLES


@pytest.mark.parametrize("trouble", sorted(TROUBLES))
def test_putting_it_right_changes_what_is_seen(trouble):
    """With the same view, so that only the trouble differs."""
    scene = next(each for each in scenes.all_scenes() if each.endswith(f"/{trouble}"))
    drawn = []
    for bad in (True, False):
        c = canvas.Canvas()
        around = pictures.BACKGROUNDS[scene.split("/")[0]](c, random.Random(1))
        TROUBLES[trouble](c, around, bad, random.Random(2))
        drawn.append(np.asarray(c.image.resize((320, 240)), dtype=int))
    changed = (np.abs(drawn[0] - drawn[1]).sum(axis=2) > 30).mean()
    assert changed > 0.003


def test_photos_are_of_a_phones_size_and_weigh_little(album):
    for *_, photo in album:
        assert Image.open(io.BytesIO(photo)).size == (1280, 960)
        assert 35_000 < len(photo) < 150_000
    assert np.mean([len(photo) for *_, photo in album]) < 120_000


def test_a_photo_is_drawn_in_well_under_a_tenth_of_a_second_of_one_core():
    take("street/cars", 1)
    began = time.process_time()
    for place in range(12):
        take("street/cars", place)
    assert (time.process_time() - began) / 12 < 0.09


def test_the_capture_time_and_place_stand_in_the_exif():
    exif = Image.open(io.BytesIO(take("park/bed", 4))).getexif()
    details, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    assert details[ExifTags.Base.DateTimeOriginal] == "2026:11:20 09:30:05"
    assert details[ExifTags.Base.OffsetTimeOriginal] == "+08:00"
    assert exif[ExifTags.Base.Software] == "generated"
    degrees, minutes, seconds = (float(part) for part in place[ExifTags.GPS.GPSLatitude])
    assert degrees + minutes / 60 + seconds / 3600 == pytest.approx(21.66, abs=1e-5)
    assert place[ExifTags.GPS.GPSLatitudeRef] == "N"


def test_without_a_chinese_font_pictures_are_drawn_and_marked_all_the_same(monkeypatch):
    with_font = take("hall/notice", 9)
    monkeypatch.setattr(canvas, "font", lambda size: None)
    monkeypatch.setattr(pictures, "font", lambda size: None)
    without = take("hall/notice", 9)
    assert Image.open(io.BytesIO(without)).size == (1280, 960)
    strip = np.asarray(Image.open(io.BytesIO(without)).convert("L").crop((1040, 915, 1260, 944)), dtype=int)
    assert strip.min() < 90
    assert strip.max() > 180
    assert without != with_font


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="no such picture"):
        take("moon/litter", 1)
    with pytest.raises(ValueError, match="time zone"):
        pictures.draw("park/bed", place=1, stage="before", taken_at=datetime(2026, 1, 1), lat=0, lon=0)  # noqa: DTZ001
