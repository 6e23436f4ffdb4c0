"""Pictures from outside: what is read from them, and what is turned away."""

import hashlib
import io
import struct
import zipfile
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from chuangwen.kernel import pictures
from chuangwen.kernel.pictures import PictureError, derive, inspect, unlikeness
from chuangwen.testing.pictures import camera, saved, scene

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PIL.Image.DecompressionBombWarning")


def refused(content: bytes) -> str:
    with pytest.raises(PictureError) as caught:
        inspect(content)
    assert str(caught.value)
    with pytest.raises(PictureError):
        derive(content, 200)
    return caught.value.code


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_the_usual_kinds_are_read(name):
    content = saved(scene(), name)
    picture = inspect(content)
    assert (picture.format, picture.width, picture.height, picture.taken_at) == (name, 640, 480, None)
    assert picture.sha256 == hashlib.sha256(content).hexdigest() and len(picture.sm3) == 64
    assert 0 <= picture.dhash64 < 2**64 and 0 <= picture.phash64 < 2**64


def test_the_cameras_data_is_read():
    picture = inspect(saved(scene(), exif=camera()))
    assert picture.taken_at.isoformat() == "2026-11-21T08:30:15+08:00"
    assert (picture.lat, picture.lon) == (pytest.approx(21.66), pytest.approx(110.92))
    assert picture.device == "HUAWEI P60"


def test_an_offset_in_the_cameras_data_is_heeded():
    exif = camera()
    exif.get_ifd(0x8769)[0x9011] = "+00:00"
    assert inspect(saved(scene(), exif=exif)).taken_at.isoformat() == "2026-11-21T16:30:15+08:00"


@pytest.mark.parametrize(
    ("moment", "latitude"),
    [("0000:00:00 00:00:00", (0.0, 0.0, 0.0)), ("yesterday", (1.0,)), ("2026:13:40 99:00:00", (99.0, 0.0, 0.0))],
)
def test_nonsense_in_the_cameras_data_is_as_if_there_were_none(moment, latitude):
    exif = camera()
    exif.get_ifd(0x8769)[0x9003] = moment
    gps = exif.get_ifd(0x8825)
    gps[2] = latitude
    if latitude == (0.0, 0.0, 0.0):
        gps[4] = (0.0, 0.0, 0.0)
    picture = inspect(saved(scene(), exif=exif))
    assert (picture.taken_at, picture.lat, picture.lon) == (None, None, None)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_picture_is_seen_upright(orientation):
    """The same scene, stored turned with the tag that says so, is the same picture."""
    upright = scene()
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the transposition that undoes each turn
    stored = upright.transpose(back[orientation]) if orientation > 1 else upright
    content = saved(stored, quality=95, exif=camera(orientation))
    plain, turned = inspect(saved(upright, quality=95)), inspect(content)
    assert (turned.width, turned.height, turned.orientation) == (640, 480, orientation)
    assert unlikeness(plain.dhash64, turned.dhash64) <= 3 and unlikeness(plain.phash64, turned.phash64) <= 4
    small = Image.open(io.BytesIO(derive(content, 320)))
    assert small.size == (320, 240)
    assert np.abs(np.asarray(small, int) - np.asarray(upright.resize((320, 240)), int)).mean() < 12


def test_a_copy_in_other_size_and_quality_is_alike_and_another_scene_is_not():
    original = inspect(saved(scene(1), quality=95))
    copies = [
        saved(scene(1).resize((320, 240)), quality=60),
        saved(scene(1), "PNG"),
        saved(ImageEnhance.Brightness(scene(1)).enhance(1.1), quality=80),
    ]
    for copy in map(inspect, copies):
        assert unlikeness(original.dhash64, copy.dhash64) <= 8 and unlikeness(original.phash64, copy.phash64) <= 10
    others = [inspect(saved(scene(seed))) for seed in range(2, 12)]
    assert min(unlikeness(original.phash64, other.phash64) for other in others) > 14


def test_a_derived_picture_keeps_nothing_of_the_cameras_data():
    content = saved(scene(), exif=camera(6), comment=b"secret place")
    small = derive(content, 200)
    assert b"Exif" not in small and b"HUAWEI" not in small and b"secret" not in small
    assert max(Image.open(io.BytesIO(small)).size) == 200
    assert Image.open(io.BytesIO(derive(content, 5000))).size == (480, 640)


def test_transparency_becomes_white():
    clear = Image.new("RGBA", (100, 100), (255, 0, 0, 0))
    assert Image.open(io.BytesIO(derive(saved(clear, "PNG"), 50))).getpixel((25, 25)) == (255, 255, 255)


def test_of_an_animation_the_first_frame_counts():
    frames = [scene(1), scene(2)]
    content = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert unlikeness(inspect(content).phash64, inspect(saved(frames[0])).phash64) <= 10
    assert Image.open(io.BytesIO(derive(content, 300))).size == (300, 225)


def test_a_large_photo_is_read_and_one_too_large_is_not():
    assert inspect(saved(Image.new("L", (9000, 8800)), "PNG")).width == 9000
    assert refused(saved(Image.new("1", (9001, 9001)), "PNG")) == "pictures.too_many_pixels"
    assert refused(b"\xff\xd8\xff" + bytes(pictures.MAX_BYTES)) == "pictures.too_large"


def png(width: int, height: int, data: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_a_bomb_is_turned_away_by_its_claimed_size():
    assert refused(png(60_000, 60_000, zlib.compress(b"\0" * 1000))) == "pictures.too_many_pixels"
    assert refused(png(200_000, 10, zlib.compress(b"\0" * 1000))) == "pictures.too_many_pixels"


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.95])
def test_a_picture_that_is_cut_off_is_turned_away(name, share):
    content = saved(scene(), name)
    assert refused(content[: int(len(content) * share)]) in ("pictures.broken", "pictures.not_a_picture")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "pictures.empty"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "pictures.active"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "pictures.active"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "pictures.active"),
        (b"#!/bin/sh\nrm -rf /\n", "pictures.active"),
        (b"%PDF-1.4\n", "pictures.active"),
        (b"MZ\x90\x00", "pictures.active"),
        (b"just a text", "pictures.not_a_picture"),
        (b"\xff\xd8\xff\xe0 not a jpeg", "pictures.broken"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "pictures.heic"),
    ],
)
def test_what_is_no_picture_is_turned_away(content, code):
    assert refused(content) == code


def test_a_picture_that_is_also_something_else_is_turned_away():
    jpeg = saved(scene())
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("evil.txt", "x")
    page = saved(scene(), comment=b"<html><script>alert(1)</script>")
    for content in (jpeg + archive.getvalue(), jpeg + b"<script>alert(1)</script>", page, jpeg + b"<?php system($_GET[0]); ?>"):
        assert refused(content) == "pictures.two_faced"


@pytest.mark.parametrize("chance", [b"<svg \x00\x9c\xff\x01", b"<sVG>\xfe\x13", b"<?php\x8f\x00a", b"<svg\t abc\x00defgh"])
def test_bytes_that_spell_a_word_by_chance_are_no_offence(chance):
    """Among some thousand photos of a few megabytes one holds “<svg ” somewhere in its pixels."""
    assert inspect(saved(scene(), comment=chance)).format == "JPEG"


def test_the_trailer_that_phones_add_is_no_offence():
    """Phones put a short film or their own notes behind the picture."""
    assert inspect(saved(scene()) + b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 20).width == 640


@given(st.binary(max_size=300), st.integers(0, 5000))
def test_whatever_comes_is_a_picture_or_refused(noise, place):
    content = saved(scene(size=(64, 48)), exif=camera())
    broken = content[: place % len(content)] + noise + content[place % len(content) + len(noise) :]
    for attempt in (noise, broken):
        try:
            assert inspect(attempt).width > 0
        except PictureError as refusal:
            assert refusal.code.startswith("pictures.")
