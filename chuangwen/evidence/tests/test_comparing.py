"""What pixels tell: measured on pictures that the program makes; and that no picture, however odd, stops anybody's work."""

import io
from datetime import timedelta

import numpy as np
import pytest
from PIL import Image

from chuangwen.evidence import comparing, queries
from chuangwen.evidence.actions import examine, take_in
from chuangwen.evidence.actions.examining import compare, compare_left_over
from chuangwen.evidence.comparing import looked_at
from chuangwen.evidence.models import Doubt, Examination
from chuangwen.evidence.pixels import compression, copies, matching, screens, sketch
from chuangwen.evidence.trial import changes, rates
from chuangwen.kernel import clock, files, jobs
from chuangwen.testing.pictures import camera, jpeg, saved, scene


@pytest.fixture(scope="module")
def visit() -> rates.Visit:
    return rates.visit(2)


@pytest.fixture
def bring(town):
    """``bring(content)``: a photo of the liaison's."""
    return lambda content, **facts: take_in(town.actors["liaison"], content, taken_at=clock.now(), lat=21.66, lon=110.92, **facts)


def doubts(town, photo, **more) -> dict[str, Doubt]:
    examine(town.actors["liaison"], [photo.pk], **more)
    jobs.run_waiting()
    assert queries.examined([photo.pk])[photo.pk].state == Examination.State.DONE
    return {doubt.kind: doubt for doubt in queries.doubts_of([photo.pk])}


def test_a_crop_of_an_earlier_photo_is_found_with_the_photo_it_comes_from(town, bring, visit):
    earlier = bring(visit.before)
    bring(visit.other)
    photo = bring(changes.jpeg(changes.opened(visit.before)[80:860, 100:1150], 80))
    found = doubts(town, photo)["alike"]
    assert found.other_id == earlier.pk and found.detail["cropped"] and not found.detail["mirrored"] and found.score > 0.9


def test_a_mirror_image_is_found_as_one(town, bring, visit):
    earlier = bring(visit.before)
    found = doubts(town, bring(changes.jpeg(changes.opened(visit.before)[:, ::-1], 85)))["alike"]
    assert found.other_id == earlier.pk and found.detail["mirrored"]


def test_a_before_photo_painted_over_is_told_with_the_place_that_was_changed(town, bring, visit):
    before = bring(visit.before)
    left, top, wide, high = visit.box
    photo = bring(changes.painted_over(changes.opened(visit.before), np.random.default_rng(1), visit.box))
    found = doubts(town, photo, before_ids=[before.pk])
    assert found["from_before"].other_id == before.pk and "alike" not in found
    x, y, w, h = found["from_before"].detail["regions"][0]
    assert x < (left + wide) / 1280 and x + w > left / 1280 and y < (top + high) / 960 and y + h > top / 960


def test_the_same_place_on_another_day_put_right_is_not_doubted(town, bring, visit):
    before = bring(visit.before)
    assert doubts(town, bring(visit.again), before_ids=[before.pk]) == {}


def test_another_place_is_told_and_one_before_photo_of_several_is_enough(town, bring, visit):
    before, unlike = bring(visit.before), bring(visit.other)
    assert set(doubts(town, bring(visit.again), before_ids=[unlike.pk])) == {"other_view"}
    assert doubts(town, bring(visit.still + b"\0"), before_ids=[unlike.pk, before.pk]).get("other_view") is None


def test_a_screenshot_of_an_earlier_photo_is_told_as_both(town, bring, visit):
    earlier = bring(visit.before)
    found = doubts(town, bring(changes.screenshot(changes.opened(visit.before), np.random.default_rng(3))))
    assert set(found) == {"alike", "screenshot"} and found["alike"].other_id == earlier.pk


@pytest.mark.long
def test_rates_on_a_small_set_stay_what_they_were():
    found = rates.measure(2)
    shares = {name: rate.share for name, rate in found.detection.items()}
    for name in ("saved again", "scaled", "brighter or darker", "mirrored", "sent by chat", "screenshot"):
        assert shares[f"reused: {name}"] == 1, name
    assert shares["reused: cropped"] >= 0.5 and shares["reused: turned a little"] >= 0.5
    for name in ("painted over", "covered with a copied piece", "covered with a foreign piece"):
        assert shares[f"after made from before: {name}"] == 1, name
    assert shares["another place"] == 1 and shares["screenshot as such"] == 1
    assert {name: rate.noticed for name, rate in found.false_alarm.items() if rate.noticed} == {}


@pytest.mark.long
def test_rates_on_a_larger_set():
    found = rates.measure(16)
    shares = {name: rate.share for name, rate in found.detection.items()}
    assert (
        min(shares[f"reused: {name}"] for name in ("saved again", "scaled", "brighter or darker", "mirrored", "sent by chat"))
        >= 0.95
    )
    assert shares["reused: cropped"] >= 0.7 and shares["reused: turned a little"] >= 0.8 and shares["reused: screenshot"] >= 0.9
    assert min(share for name, share in shares.items() if name.startswith("after made from before")) >= 0.9
    assert shares["edited, original not known: covered with a copied piece"] >= 0.2 and shares["another place"] >= 0.9
    assert all(rate.share <= 0.1 for rate in found.false_alarm.values())
    serious = [name for name in found.false_alarm if name.endswith((": reused", ": from_before", ": copied_region"))]
    assert sum(found.false_alarm[name].noticed for name in serious) <= 1


# Odd pictures


def plain(mode: str, size: tuple[int, int], colour: object, name: str = "PNG") -> bytes:
    return saved(Image.new(mode, size, colour), name)


ODD = {
    "one pixel": plain("RGB", (1, 1), "red"),
    "a line": plain("RGB", (900, 1), "red"),
    "nothing but white": plain("RGB", (800, 600), "white"),
    "see-through": plain("RGBA", (300, 200), (0, 0, 0, 0)),
    "one bit": plain("1", (300, 200), 1),
    "palette": saved(scene(1, (300, 200)).convert("P"), "GIF"),
    "grey of 16 bits": saved(Image.fromarray((np.arange(60_000).reshape(200, 300) % 65_536).astype(np.uint16)), "PNG"),
    "noise": saved(Image.fromarray(np.random.default_rng(1).integers(0, 255, (500, 700, 3)).astype(np.uint8)), "PNG"),
    "tiles": saved(
        Image.fromarray(np.tile(np.random.default_rng(2).integers(0, 255, (40, 40, 3)).astype(np.uint8), (15, 20, 1))), "PNG"
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_pictures_are_looked_at_like_others(town, name):
    actor = town.actors["liaison"]
    before, photo = take_in(actor, jpeg(3, (640, 480), exif=camera())), take_in(actor, ODD[name])
    found = doubts(town, photo, before_ids=[before.pk])
    assert set(found) <= {"no_capture", "screenshot", "other_view"}


def test_a_very_large_picture_is_looked_at_in_reasonable_memory(town, bring):
    import resource

    wide = np.tile(np.asarray(scene(4, (1000, 750))), (8, 8, 1))[:5900, :8000]
    photo = bring(saved(Image.fromarray(wide), quality=80))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    doubts(town, photo)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_500_000  # KiB


def test_a_photo_whose_file_is_gone_or_broken_is_told_as_not_compared(town, bring):
    gone, broken = bring(jpeg(1)), bring(jpeg(2))
    files.path_of(gone.file_key).unlink()
    files.path_of(broken.file_key).write_bytes(b"\xff\xd8 no picture")
    examine(town.actors["liaison"], [gone.pk, broken.pk])
    jobs.run_waiting()
    assert {one.state for one in queries.examined([gone.pk, broken.pk]).values()} == {Examination.State.FAILED}


def test_whatever_goes_wrong_while_comparing_ends_in_an_answer(town, bring, monkeypatch):
    photo = bring(jpeg(1))
    monkeypatch.setattr(comparing, "alone", lambda looked: 1 / 0)
    examine(town.actors["liaison"], [photo.pk])
    jobs.run_waiting()
    assert queries.examined([photo.pk])[photo.pk].state == Examination.State.FAILED


def test_what_was_lost_with_its_worker_is_compared_later(town, bring):
    photo = bring(jpeg(1))
    examine(town.actors["liaison"], [photo.pk])
    assert compare_left_over(timedelta(minutes=30)) == 0
    with clock.at(clock.now() + timedelta(hours=1)):
        assert compare_left_over(timedelta(minutes=30)) == 1
    assert queries.examined([photo.pk])[photo.pk].state == Examination.State.DONE


def test_comparing_again_changes_nothing(town, bring, visit):
    bring(visit.before)
    photo = bring(changes.saved_again(changes.opened(visit.before), np.random.default_rng(1)))
    first = doubts(town, photo)
    compare(first["alike"].examination_id)
    assert [one.pk for one in queries.doubts_of([photo.pk])] == [first["alike"].pk]


# The measures


def test_a_pattern_that_repeats_itself_is_no_copied_area():
    rng = np.random.default_rng(5)
    tile = rng.integers(60, 200, (60, 60)).astype(np.float32)
    wall = np.tile(tile, (12, 16)) + rng.normal(0, 4, (720, 960))
    assert copies.find(np.clip(wall, 0, 255).astype(np.uint8)) is None


def test_a_copied_area_is_found_on_a_plain_wall():
    rng = np.random.default_rng(6)
    wall = 128 + rng.normal(0, 6, (720, 960))
    wall[400:560, 500:700] = wall[100:260, 120:320]
    found = copies.find(np.clip(wall, 0, 255).astype(np.uint8))
    assert found is not None and found.agreement > 0.8
    assert sorted((found.here[1], found.there[1])) == pytest.approx([100 / 720, 400 / 720], abs=0.03)


def test_grain_alone_has_no_lattice_and_no_screen():
    grain = np.clip(128 + np.random.default_rng(7).normal(0, 6, (720, 960)), 0, 255).astype(np.uint8)
    assert compression.find(grain) is None and screens.signs(grain, has_camera=False)[0] < screens.LEAST


def test_a_map_of_scaling_and_shifting_is_straight_and_a_turn_is_not():
    straight = np.array([[0.7, 0, 30], [0, 0.7, -12], [0, 0, 1.0]])
    turn = np.array([[np.cos(0.02), -np.sin(0.02), 0], [np.sin(0.02), np.cos(0.02), 0], [0, 0, 1.0]])
    assert matching.straightness(straight, (540, 720)) < 0.01 < 5 < matching.straightness(turn, (540, 720))


def test_a_sketch_is_the_same_for_the_same_picture_and_has_no_word_twice():
    grey = looked_at(rates.visit(1).before).whole
    words = np.frombuffer(sketch.sketch(comparing.sized(grey, sketch.SIDE)), "<u2")
    assert len(words) == sketch.WORDS and len(set(words[words > 0].tolist())) == (words > 0).sum()
    assert sketch.sketch(comparing.sized(grey, sketch.SIDE)) == words.tobytes()
    assert sketch.sketch(np.full((100, 100), 128, np.uint8)) == b""


def test_pictures_are_read_upright():
    picture = scene(2, (400, 300))
    turned = io.BytesIO()
    picture.transpose(Image.Transpose.ROTATE_90).save(turned, "JPEG", exif=camera(orientation=6), quality=95)
    upright = looked_at(turned.getvalue()).whole
    assert upright.shape == (300, 400)
    assert np.abs(upright.astype(int) - np.asarray(picture.convert("L")).astype(int)).mean() < 4
