"""The custody chain: each record holds the one before it, whoever brings photos at the same time; what was changed later is found."""

import uuid

import pytest
from django.db import transaction
from django.utils import timezone

from chuangwen.evidence.actions import take_in, take_in_generated
from chuangwen.evidence.intake import prepare
from chuangwen.evidence.models import Photo
from chuangwen.evidence.queries import broken_custody
from chuangwen.evidence.rules import FIRST
from chuangwen.people.actors import actor_of
from chuangwen.testing.factories import make_town
from chuangwen.testing.pictures import camera, jpeg
from chuangwen.testing.threads import at_once

AT_ONCE = 8


def chain() -> list[tuple[str, str]]:
    return list(Photo.objects.order_by("pk").values_list("custody_previous", "custody"))


def whole(links: list[tuple[str, str]]) -> bool:
    return [previous for previous, _own in links] == [FIRST, *(own for _previous, own in links[:-1])]


@pytest.fixture
def photos(town):
    return [take_in(town.actors["grid_worker"], jpeg(n, exif=camera())) for n in range(3)]


def test_each_record_holds_the_one_before_it(photos):
    assert whole(chain()) and list(broken_custody()) == []


def test_generated_photos_stand_in_the_same_chain(town, photos):
    rows = [(prepare(jpeg(n)), town.accounts["clerk"].pk, timezone.now()) for n in (7, 8)]
    with transaction.atomic():
        take_in_generated(rows)
    take_in(town.actors["clerk"], jpeg(9))
    assert len(chain()) == 6 and whole(chain()) and list(broken_custody()) == []
    assert Photo.objects.filter(generated=True).count() == 2


@pytest.mark.parametrize(
    "change",
    [
        {"file_key": "0" * 64},
        {"lat": 30.0},
        {"taken_at": None},
        {"uploaded_by": None},
        {"taken_source": "page"},
        {"uid": uuid.UUID(int=1)},
    ],
)
def test_a_record_that_was_changed_is_found(photos, change):
    Photo.objects.filter(pk=photos[1].pk).update(**change)
    assert [found.photo_id for found in broken_custody()] == [photos[1].pk]


def test_a_record_that_was_taken_out_is_found_at_the_next(photos):
    Photo.objects.filter(pk=photos[1].pk).delete()
    assert [found.photo_id for found in broken_custody()] == [photos[2].pk]


def test_photos_brought_at_the_same_moment_stand_in_one_chain(shared_database):
    actor = actor_of(make_town().accounts["grid_worker"])
    at_once(lambda n: take_in(actor, jpeg(n)).pk, AT_ONCE)
    assert len(chain()) == AT_ONCE and whole(chain()) and list(broken_custody()) == []


def test_one_photo_sent_many_times_at_once_is_one_record(shared_database):
    actor, uid = actor_of(make_town().accounts["grid_worker"]), uuid.uuid4()
    assert len(set(at_once(lambda _n: take_in(actor, jpeg(), uid=uid).pk, AT_ONCE))) == 1
    assert Photo.objects.count() == 1 and whole(chain())
