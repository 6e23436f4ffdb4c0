"""A photo's address works for the account that it was made for, for that photo, for a while."""

from datetime import timedelta

import pytest
from django.test import Client

from chuangwen.evidence import links
from chuangwen.evidence.actions import take_in
from chuangwen.kernel import clock, files
from chuangwen.testing.pictures import camera, jpeg


@pytest.fixture
def photo(town):
    return take_in(town.actors["grid_worker"], jpeg(1, exif=camera()))


def address(town, photo, role, variant="view") -> str:
    return links.photo_url(photo.pk, town.accounts[role].pk, variant)


@pytest.mark.parametrize("variant", ["thumb", "view"])
def test_whoever_was_given_the_address_sees_the_photo(town, photo, sign_in, variant):
    answer = sign_in("liaison").get(address(town, photo, "liaison", variant))
    content = b"".join(answer)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg") and content.startswith(b"\xff\xd8")
    assert "private" in answer["Cache-Control"] and "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_an_address_is_of_no_use_to_another_account_or_to_nobody(town, photo, sign_in):
    stolen = address(town, photo, "liaison")
    assert sign_in("unit_head").get(stolen).status_code == 404
    assert Client().get(stolen).status_code in (302, 404)


def test_an_address_opens_no_other_photo(town, photo, sign_in):
    other = take_in(town.actors["grid_worker"], jpeg(2))
    key = address(town, photo, "liaison").partition("?")[2]
    bare = address(town, other, "liaison").partition("?")[0]
    assert sign_in("liaison").get(f"{bare}?{key}").status_code == 404
    assert sign_in("liaison").get(bare).status_code == 404


def test_an_address_ends_after_a_day_and_holds_for_half_a_day(town, photo):
    account, now = town.accounts["liaison"].pk, clock.now()
    with clock.at(now):
        key = links.photo_url(photo.pk, account).partition("k=")[2]
    for hours, holds in ((0, True), (12, True), (24, False), (25, False)):
        with clock.at(now + timedelta(hours=hours)):
            assert links.holds(photo.pk, account, key) is holds


def test_who_brought_a_photo_needs_no_address(town, photo, sign_in):
    worker = sign_in("grid_worker")
    for variant in ("thumb", "view", "original"):
        assert worker.get(address(town, photo, "clerk", variant).partition("?")[0]).status_code == 200


def test_the_original_is_for_those_who_hold_the_verb(town, photo, sign_in):
    assert sign_in("liaison").get(address(town, photo, "liaison", "original")).status_code == 403
    answer = sign_in("clerk").get(address(town, photo, "clerk", "original"))
    assert b"".join(answer) == files.read(photo.file_key)


@pytest.mark.parametrize("tail", ["9999999999999999999/view", "0/view", "1/other"])
def test_what_is_not_there_is_missing_and_no_error(town, photo, sign_in, tail):
    start = address(town, photo, "grid_worker").split("/photo/")[0]
    assert sign_in("grid_worker").get(f"{start}/photo/{tail}").status_code == 404
